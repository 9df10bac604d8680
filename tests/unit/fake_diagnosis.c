#include "tests/unit/fake_diagnosis.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/rng.h"

enum { FINDINGS = 5, DISEASES = 12, GENES = 4, SIMULATIONS = 300, BINS = 15, MOST = 400 };

static const char *const findings[FINDINGS][2] = {
    {"HP:0002373", "Febrile seizure"}, {"HP:0001250", "Seizure"}, {"HP:0001263", "Global developmental delay"}, {"HP:0001251", "Ataxia"}, {"HP:0001252", "Hypotonia"}};
static const struct {
  const char *key, *name;
  unsigned has;    /* bits: findings */
  double quality;  /* how well it explains them */
  bool refuted;
} diseases[DISEASES] = {
    {"MONDO:0100135", "Dravet syndrome", 15, 0.86, false},        {"MONDO:0018214", "Generalised epilepsy with febrile seizures plus", 3, 0.52, false},
    {"MONDO:0016532", "Lennox-Gastaut syndrome", 6, 0.41, false}, {"MONDO:0010246", "PCDH19 clustering epilepsy", 7, 0.58, false},
    {"MONDO:0018097", "West syndrome", 6, 0.22, true},            {"MONDO:0007113", "Angelman syndrome", 14, 0.37, false},
    {"MONDO:0010726", "Rett syndrome", 12, 0.15, true},           {"MONDO:0008840", "Ataxia-telangiectasia", 8, 0.08, true},
    {"MONDO:0011631", "GLUT1 deficiency", 14, 0.46, false},       {"MONDO:0010396", "CDKL5 deficiency disorder", 22, 0.33, false},
    {"MONDO:0016813", "Myoclonic-astatic epilepsy", 11, 0.49, false}, {"MONDO:0013387", "KCNQ2 encephalopathy", 18, 0.12, true}};
static const char *const genes[GENES] = {"SCN1A", "PCDH19", "SLC2A1", "GABRG2"};

static pel_reasoning made;

__attribute__((format(printf, 1, 2))) static const char *text(const char *format, ...) {
  char *out = NULL;
  va_list args;
  va_start(args, format);
  if (vasprintf(&out, format, args) < 0) exit(1);
  va_end(args);
  return out;
}

/* ---- stages ---- */

static pel_span spans[] = {{1, 0, PEL_SPAN_CHAIN, "diagnose", "unknown: two diseases are left", 0.912},
                           {2, 1, PEL_SPAN_RETRIEVER, "look up passages", "ok", 0.041},
                           {3, 1, PEL_SPAN_EVALUATOR, "rank by findings", "ok", 0.128},
                           {4, 1, PEL_SPAN_EVALUATOR, "reason over the graph", "ok", 0.203},
                           {5, 1, PEL_SPAN_CHAIN, "search for a proof and a refutation", "unknown: 300 simulations were made", 0.467},
                           {6, 5, PEL_SPAN_EVALUATOR, "prove", "ok", 0.312},
                           {7, 5, PEL_SPAN_EVALUATOR, "check the proof again", "ok", 0.0087},
                           {8, 1, PEL_SPAN_EVALUATOR, "calibrate", "cancelled", 0.0312}};
static pel_attribute attributes[] = {{5, "simulations", "300"}, {5, "exploration", "1.25"}, {8, "population", "2,140 published patients"}};

/* ---- the logic tree: 1 the conclusion, 2 .. the findings, then the diseases ---- */

static pel_node tree[1 + FINDINGS + DISEASES];
static pel_edge edges[DISEASES * (FINDINGS + 1)];

static pel_node node(int64_t id, pel_node_kind kind, pel_node_state state, const char *says) {
  return (pel_node){.id = id, .span = 1, .kind = kind, .state = state, .says = says, .note = "", .term = "", .by = kind == PEL_NODE_FACT ? "case file" : "", .date = "",
                    .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN};
}

static void make_tree(void) {
  size_t n = 0;
  tree[0] = node(1, PEL_NODE_CONCLUSION, PEL_STATE_HOLDS, "Dravet syndrome explains the findings best");
  for (int i = 0; i < FINDINGS; i++) tree[1 + i] = node(2 + i, PEL_NODE_FACT, PEL_STATE_HOLDS, text("The patient has: %s.", findings[i][1]));
  for (int i = 0; i < DISEASES; i++) {
    int64_t id = 2 + FINDINGS + i;
    tree[id - 1] = node(id, PEL_NODE_CLAIM, diseases[i].refuted ? PEL_STATE_REFUTED : i == 0 ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN, text("%s explains the findings", diseases[i].name));
    edges[n++] = (pel_edge){1, id, i == 0 ? PEL_EDGE_BECAUSE : PEL_EDGE_CONTRADICTS, i, "", diseases[i].quality};
  }
  for (int i = 0; i < DISEASES; i++)
    for (int k = 0, order = 0; k < FINDINGS; k++)
      if (diseases[i].has >> k & 1) edges[n++] = (pel_edge){2 + FINDINGS + i, 2 + k, PEL_EDGE_BECAUSE, order++, "has phenotype", NAN};
  made.nodes = tree, made.n_nodes = 1 + FINDINGS + DISEASES, made.edges = edges, made.n_edges = n;
}

/* ---- the graph: findings, genes, diseases ---- */

static pel_graph_node graph_nodes[FINDINGS + GENES + DISEASES];
static pel_graph_edge graph_edges[MOST];
static pel_graph_path graph_paths[4];

static void add_step(int64_t from, int64_t to, int32_t layer, const char *relation, bool backwards, double attention, double weight) {
  int64_t id = (int64_t)++made.n_graph_edges;
  graph_edges[id - 1] = (pel_graph_edge){id, 4, from, to, layer, relation, backwards, attention, weight, 0};
}

static int64_t step_between(int64_t from, int64_t to) {
  for (size_t i = 0; i < made.n_graph_edges; i++)
    if (graph_edges[i].from == from && graph_edges[i].to == to) return (int64_t)i + 1;
  return 0;
}

static void make_paths(void) {
  const int64_t dravet = FINDINGS + GENES + 1, scn1a = FINDINGS + 1;
  graph_paths[0] = (pel_graph_path){1, 4, dravet, text("%lld", (long long)step_between(1, dravet)), "a disease has the finding", 0.91};
  graph_paths[1] = (pel_graph_path){2, 4, dravet, text("%lld %lld", (long long)step_between(1, scn1a), (long long)step_between(scn1a, dravet)),
                                    "the finding is linked to a gene that causes the disease", 0.74};
  graph_paths[2] = (pel_graph_path){3, 4, dravet, text("%lld", (long long)step_between(4, dravet)), "a disease has the finding", 0.55};
  graph_paths[3] = (pel_graph_path){4, 4, dravet + 3, text("%lld %lld", (long long)step_between(2, scn1a + 1), (long long)step_between(scn1a + 1, dravet + 3)), "", 0.38};
  made.graph_paths = graph_paths, made.n_graph_paths = 4;
}

static void make_graph(void) {
  int64_t id = 0;
  for (int i = 0; i < FINDINGS; i++, id++) graph_nodes[id] = (pel_graph_node){id + 1, 4, findings[i][0], findings[i][1], "phenotype", "asked", NAN, 2 + i};
  for (int i = 0; i < GENES; i++, id++) graph_nodes[id] = (pel_graph_node){id + 1, 4, genes[i], genes[i], "gene", "", NAN, 0};
  for (int i = 0; i < DISEASES; i++, id++)
    graph_nodes[id] = (pel_graph_node){id + 1, 4, diseases[i].key, diseases[i].name, "disease", diseases[i].quality > 0.45 ? "answer" : "", diseases[i].quality > 0.45 ? diseases[i].quality : NAN,
                                       2 + FINDINGS + i};
  const int64_t first = FINDINGS + GENES + 1;
  for (int i = 0; i < DISEASES; i++)
    for (int k = 0; k < FINDINGS; k++)
      if (diseases[i].has >> k & 1) add_step(k + 1, first + i, 1 + (i + k) % 2, "has phenotype", true, diseases[i].quality * (0.9 - 0.13 * k), 0.3 + 0.05 * k);
  add_step(1, FINDINGS + 1, 1, "associated with", true, 0.44, NAN), add_step(2, FINDINGS + 2, 1, "associated with", true, 0.31, NAN);
  add_step(4, FINDINGS + 3, 1, "associated with", true, 0.12, NAN), add_step(1, FINDINGS + 4, 1, "associated with", true, 0.2, NAN);
  add_step(FINDINGS + 1, first, 2, "causes", false, 0.62, NAN), add_step(FINDINGS + 1, first + 1, 2, "causes", false, 0.21, NAN);
  add_step(FINDINGS + 2, first + 3, 2, "causes", false, 0.57, NAN), add_step(FINDINGS + 3, first + 8, 2, "causes", false, 0.4, NAN);
  add_step(FINDINGS + 4, first + 1, 2, "causes", false, 0.35, NAN), add_step(FINDINGS + 4, first, 2, "causes", false, 0.16, NAN);
  made.graph_nodes = graph_nodes, made.n_graph_nodes = (size_t)id, made.graph_edges = graph_edges;
  make_paths();
}

/* ---- the search: a goal, ways by disease, goals by finding, which ways share ---- */

static pel_search_node search_nodes[MOST];
static pel_search_edge search_edges[MOST];
static pel_simulation simulations[SIMULATIONS];

static int64_t add_node(pel_search_kind kind, pel_node_state state, const char *says, double prior, int64_t of) {
  int64_t id = (int64_t)++made.n_search_nodes;
  int64_t proof = state == PEL_STATE_HOLDS ? 0 : state == PEL_STATE_REFUTED ? PEL_PROOF_NEVER : 2, disproof = state == PEL_STATE_REFUTED ? 0 : state == PEL_STATE_HOLDS ? PEL_PROOF_NEVER : 1;
  search_nodes[id - 1] = (pel_search_node){id, 5, kind, state, says, 0, 0, prior, proof, disproof, 0, of};
  return id;
}

static void add_child(int64_t from, int64_t to, int32_t order) { search_edges[made.n_search_edges++] = (pel_search_edge){from, to, order}; }

static void make_search_tree(int64_t ways[DISEASES]) {
  int64_t shared[FINDINGS], root = add_node(PEL_SEARCH_ANY, PEL_STATE_HOLDS, "Some disease explains the findings", 1, 1);
  for (int i = 0; i < DISEASES; i++) {
    pel_node_state state = diseases[i].refuted ? PEL_STATE_REFUTED : i == 0 ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN;
    ways[i] = add_node(PEL_SEARCH_ALL, state, diseases[i].name, 0.02 + diseases[i].quality / 6, 2 + FINDINGS + i);
    add_child(root, ways[i], i);
  }
  for (int k = 0; k < FINDINGS; k++) shared[k] = add_node(PEL_SEARCH_ANY, PEL_STATE_HOLDS, text("The patient has: %s", findings[k][1]), 0.2, 2 + k);
  for (int i = 0; i < DISEASES; i++) {
    int32_t order = 0;
    for (int k = 0; k < FINDINGS; k++)
      if (diseases[i].has >> k & 1) add_child(ways[i], shared[k], order++);
    int64_t goal = add_node(PEL_SEARCH_ANY, search_nodes[ways[i] - 1].state, text("Nothing speaks against %s", diseases[i].name), 0.4, 0);
    add_child(ways[i], goal, order);
    add_child(goal, add_node(PEL_SEARCH_ALL, search_nodes[ways[i] - 1].state, "No finding that it never has", 0.6, 0), 0);
    add_child(goal, add_node(PEL_SEARCH_ALL, PEL_STATE_UNKNOWN, "Its age of onset fits", 0.4, 0), 1);
  }
}

static int by_place(const void *a, const void *b) {
  const pel_search_edge *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

/* PUCT, as a search would: from the root to a leaf by value and prior. */
static int64_t best_child(int64_t at) {
  const pel_search_node *p = &search_nodes[at - 1];
  int64_t best = 0;
  double most = -1;
  for (size_t i = 0; i < made.n_search_edges; i++) {
    if (search_edges[i].from != at) continue;
    const pel_search_node *c = &search_nodes[search_edges[i].to - 1];
    double value = c->visits ? c->total / (double)c->visits : 0.5, score = value + 1.25 * c->prior * sqrt((double)p->visits + 1) / (1 + (double)c->visits);
    if (c->state == PEL_STATE_REFUTED && c->visits > 4) score = -0.5;
    if (score > most) most = score, best = search_edges[i].to;
  }
  return best;
}

static void simulate(int64_t id, const int64_t ways[DISEASES], pel_rng *rng) {
  char path[200] = "1";
  int64_t at = 1, way = 0, seen[16];
  size_t n = 0, length = 1;
  for (seen[n++] = 1; n < 16 && (at = best_child(at)); seen[n++] = at) {
    length += (size_t)snprintf(path + length, sizeof path - length, " %lld", (long long)at);
    for (int i = 0; i < DISEASES; i++)
      if (ways[i] == at) way = i;
    if (!search_nodes[at - 1].visits) {
      search_nodes[at - 1].first = id, seen[n++] = at;
      break;
    }
  }
  double value = fmin(fmax(diseases[way].quality + 0.24 * (pel_rng_uniform(rng) - 0.5), 0), 1);
  if (!search_nodes[0].first) search_nodes[0].first = id;
  for (size_t i = 0; i < n; i++) search_nodes[seen[i] - 1].visits++, search_nodes[seen[i] - 1].total += value;
  simulations[id - 1] = (pel_simulation){id, 5, text("%s", path), value};
}

static void make_search(void) {
  int64_t ways[DISEASES];
  pel_rng rng = {4};
  make_search_tree(ways);
  qsort(search_edges, made.n_search_edges, sizeof *search_edges, by_place);
  for (int64_t i = 1; i <= SIMULATIONS; i++) simulate(i, ways, &rng);
  made.search_nodes = search_nodes, made.search_edges = search_edges, made.simulations = simulations, made.n_simulations = SIMULATIONS;
}

/* ---- the calibration ---- */

static pel_reliability bins[BINS];

static void make_bins(void) {
  static const int64_t n[BINS] = {388, 241, 162, 120, 97, 88, 84, 0, 91, 96, 104, 131, 158, 187, 193};
  for (int i = 0; i < BINS; i++) {
    double low = (double)i / BINS, high = (i + 1.0) / BINS, c = (low + high) / 2 + 0.006, p = fmin(fmax(c + 0.035 * sin(3.1 * i) - (i == 11 ? 0.13 : 0.01), 0), 1), z = 1.96;
    bins[i] = (pel_reliability){i + 1, 8, low, high, n[i], NAN, NAN, NAN, NAN};
    if (!n[i]) continue;
    double k = (double)n[i], middle = (p + z * z / (2 * k)) / (1 + z * z / k), half = z / (1 + z * z / k) * sqrt(p * (1 - p) / k + z * z / (4 * k * k));
    bins[i].confidence = c, bins[i].accuracy = p, bins[i].accuracy_low = fmin(middle - half, p), bins[i].accuracy_high = fmax(middle + half, p);
  }
  made.reliability = bins, made.n_reliability = BINS;
}

const pel_reasoning *fake_diagnosis(void) {
  if (made.n_spans) return &made;
  made.spans = spans, made.n_spans = sizeof spans / sizeof *spans;
  made.attributes = attributes, made.n_attributes = sizeof attributes / sizeof *attributes;
  make_tree();
  make_graph();
  make_search();
  make_bins();
  return &made;
}

#define ALL(KIND, rows)                                               \
  for (size_t i = 0; status == PEL_OK && i < r->n_##rows; i++) status = sink.put(sink.user, PEL_ROW_##KIND, &r->rows[i], err)

pel_status fake_diagnosis_put(pel_span_sink sink, pel_error *err) {
  const pel_reasoning *r = fake_diagnosis();
  pel_status status = PEL_OK;
  ALL(SPAN, spans);
  ALL(ATTRIBUTE, attributes);
  ALL(NODE, nodes);
  ALL(EDGE, edges);
  ALL(GRAPH_NODE, graph_nodes);
  ALL(GRAPH_EDGE, graph_edges);
  ALL(GRAPH_PATH, graph_paths);
  ALL(SEARCH_NODE, search_nodes);
  ALL(SEARCH_EDGE, search_edges);
  ALL(SIMULATION, simulations);
  ALL(RELIABILITY, reliability);
  return status;
}

/* ---- random ones ---- */

static int64_t any(pel_rng *rng, uint32_t n) { return (int64_t)(pel_rng_next(rng) % n) + 1; }

pel_reasoning *fake_search(uint32_t n, uint32_t n_edges, uint32_t n_simulations, uint64_t seed) {
  pel_rng rng = {seed};
  pel_reasoning *r = calloc(1, sizeof *r);
  static const char *const paths[] = {"1", "1 2", "1 2 1 2 1", "1 3 2", "3"};
  r->search_nodes = calloc(n, sizeof *r->search_nodes), r->search_edges = calloc(n_edges + 1, sizeof *r->search_edges), r->simulations = calloc(n_simulations + 1, sizeof *r->simulations);
  for (uint32_t i = 0; i < n; i++) {
    int64_t visits = (int64_t)(pel_rng_next(&rng) % 1000);
    r->search_nodes[i] = (pel_search_node){i + 1, 1, (pel_search_kind)(pel_rng_next(&rng) % 2), (pel_node_state)(pel_rng_next(&rng) % PEL_STATES), i % 5 ? "a goal with some words in it" : "",
                                           visits, (double)visits * pel_rng_uniform(&rng), NAN, 1, PEL_PROOF_NEVER, i, 0};
  }
  for (uint32_t i = 0; i < n_edges; i++) r->search_edges[i] = (pel_search_edge){any(&rng, n), any(&rng, n), (int32_t)i};
  qsort(r->search_edges, n_edges, sizeof *r->search_edges, by_place);
  for (uint32_t i = 0; i < n_simulations; i++) r->simulations[i] = (pel_simulation){i + 1, 1, n >= 3 ? paths[pel_rng_next(&rng) % 5] : "1", pel_rng_uniform(&rng)};
  r->n_search_nodes = n, r->n_search_edges = n_edges, r->n_simulations = n_simulations;
  return r;
}

pel_reasoning *fake_graph(uint32_t n, uint32_t n_edges, uint32_t n_paths, uint64_t seed) {
  static const char *const roles[] = {"asked", "answer", "", "", "", ""};
  pel_rng rng = {seed};
  pel_reasoning *r = calloc(1, sizeof *r);
  r->graph_nodes = calloc(n, sizeof *r->graph_nodes), r->graph_edges = calloc(n_edges + 1, sizeof *r->graph_edges), r->graph_paths = calloc(n_paths + 1, sizeof *r->graph_paths);
  for (uint32_t i = 0; i < n; i++) r->graph_nodes[i] = (pel_graph_node){i + 1, 1, "K:1", i % 4 ? "Some entity" : "", "thing", roles[pel_rng_next(&rng) % 6], NAN, 0};
  for (uint32_t i = 0; i < n_edges; i++)
    r->graph_edges[i] = (pel_graph_edge){i + 1, 1, any(&rng, n), any(&rng, n), (int32_t)(pel_rng_next(&rng) % 3), i % 2 ? "leads to" : "part of", i % 3 == 0,
                                         i % 7 ? pel_rng_uniform(&rng) : NAN, NAN, 0};
  for (uint32_t i = 0; i < n_paths; i++) r->graph_paths[i] = (pel_graph_path){i + 1, 1, any(&rng, n), n_edges > 2 ? "1 2 3" : "", "", 0.5};
  r->n_graph_nodes = n, r->n_graph_edges = n_edges, r->n_graph_paths = n_paths;
  return r;
}

void fake_views_free(pel_reasoning *r) {
  free(r->search_nodes), free(r->search_edges), free(r->simulations);
  free(r->graph_nodes), free(r->graph_edges), free(r->graph_paths);
  free(r);
}
