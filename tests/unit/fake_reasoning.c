#include "tests/unit/fake_reasoning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/rng.h"

#pragma GCC diagnostic ignored "-Woverride-init" /* NODE fills in what a line leaves out */
#define NODE(ID, KIND, STATE, SAYS, ...)                                                                                        \
  {.id = ID, .span = 1, .kind = PEL_NODE_##KIND, .state = PEL_STATE_##STATE, .says = SAYS, .note = "", .term = "t(X)", .by = "", \
   .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN, __VA_ARGS__}
#define EDGE(FROM, TO, KIND, ORDER, LABEL) {FROM, TO, PEL_EDGE_##KIND, ORDER, LABEL, NAN}

/* The names, where the reader that has them is not linked in. */
__attribute__((weak)) const char *pel_node_kind_name(pel_node_kind kind) {
  static const char *const names[] = {"conclusion", "claim", "fact", "source", "assumption", "question", "check"};
  return (unsigned)kind < PEL_NODE_KINDS ? names[kind] : "";
}
__attribute__((weak)) const char *pel_node_state_name(pel_node_state state) {
  static const char *const names[] = {"holds", "refuted", "not found", "unknown", "assumed", "excluded", "overridden", "conflict", "likely"};
  return (unsigned)state < PEL_STATES ? names[state] : "";
}
__attribute__((weak)) const char *pel_edge_kind_name(pel_edge_kind kind) {
  static const char *const names[] = {"because", "unless", "cites", "contradicts", "would change", "attended to"};
  return (unsigned)kind < PEL_EDGE_KINDS ? names[kind] : "";
}
__attribute__((weak)) const char *pel_span_kind_name(pel_span_kind kind) {
  static const char *const names[] = {"CHAIN", "RETRIEVER", "RERANKER", "LLM", "EVALUATOR"};
  return (unsigned)kind < PEL_SPAN_KINDS ? names[kind] : "";
}
__attribute__((weak)) const char *pel_search_kind_name(pel_search_kind kind) { return kind == PEL_SEARCH_ANY ? "any" : kind == PEL_SEARCH_ALL ? "all" : ""; }
__attribute__((weak)) pel_status pel_reasoning_read(pel_trace *trace, pel_reasoning **out, pel_error *err) {
  (void)trace, (void)err;
  *out = calloc(1, sizeof **out);
  return PEL_OK;
}
__attribute__((weak)) void pel_reasoning_free(pel_reasoning *reasoning) { free(reasoning); }

/* ---- surviving spouse ---- */

static pel_span spouse_spans[] = {{1, 0, PEL_SPAN_CHAIN, "deduce", "ok", 0.01}, {2, 0, PEL_SPAN_RETRIEVER, "retrieve", "ok", 0.02}};

static pel_source spouse_sources[] = {{1, "irc", "Internal Revenue Code", "Office of the Law Revision Counsel", "2016", "https://uscode.house.gov",
                                       "public domain", "2024-11-02", "00aa"},
                                      {2, "reg", "Treasury Regulations", "IRS", "2016", "https://www.ecfr.gov", "public domain", "2024-11-02", "00bb"}};
static pel_passage spouse_passages[] = {
    {1, 1, "s. 2(a)", "Definition of surviving spouse", "For purposes of section 1, the term \xe2\x80\x9csurviving spouse\xe2\x80\x9d means a taxpayer ...", "1954-08-16", ""},
    {2, 1, "s. 2(a)(1)(A)", "", "whose spouse died during either of his two taxable years immediately preceding the taxable year, and", "1954-08-16", ""},
    {3, 1, "s. 2(a)(1)(B)", "", "who maintains as his home a household which constitutes for the taxable year the principal place of abode of a dependent", "1954-08-16", ""},
    {4, 1, "s. 2(a)(2)", "Limitations", "Notwithstanding paragraph (1), a taxpayer shall not be considered to be a surviving spouse ...", "1954-08-16", ""},
    {5, 1, "s. 152(a)(1)", "Qualifying child", "the term \xe2\x80\x9c" "dependent\xe2\x80\x9d means a qualifying child", "2005-01-01", ""},
    {6, 2, "1.2-2(d)", "Cost of maintaining a household", "A taxpayer is considered as maintaining a household only if he pays more than one-half the cost thereof.", "1957-01-01", ""}};
static pel_document spouse_documents[] = {
    {1, "text", "Alice and Bob were married in 2005 and had one son, Charlie. Bob died on 16 September 2014. Alice has furnished the cost of the home since."}};
static pel_clause spouse_clauses[] = {{1, "surviving spouse", "s2_a(X, Y) :- ...", 1, "1954-08-16", ""},
                                      {2, "death in the two years before", "...", 2, "1954-08-16", ""},
                                      {3, "household", "...", 3, "1954-08-16", ""},
                                      {4, "limitations", "...", 4, "1954-08-16", ""},
                                      {5, "qualifying child", "...", 5, "2005-01-01", ""}};
static pel_node spouse_nodes[] = {
    NODE(1, CONCLUSION, HOLDS, "Alice was a surviving spouse in 2016", .clause = 1, .date = "2016-12-31"),
    NODE(2, CLAIM, HOLDS, "Her spouse died in one of the two years before: Bob, on 16 September 2014.", .clause = 2),
    NODE(3, FACT, HOLDS, "Bob died on 16 September 2014.", .document = 1, .from = 61, .to = 90, .by = "case text", .date = "2014-09-16"),
    NODE(4, CLAIM, HOLDS, "She kept up, as her home, the main home of a dependent child.", .clause = 3),
    NODE(5, FACT, HOLDS, "Charlie is her son.", .document = 1, .from = 43, .to = 59, .by = "case text"),
    NODE(6, CLAIM, HOLDS, "Charlie is her dependent.", .clause = 5),
    NODE(7, CLAIM, HOLDS, "He had the same main home for more than half of the year.", .by = "case file"),
    NODE(8, CLAIM, HOLDS, "He was under 19 at the end of the year.", .by = "case file"),
    NODE(9, CLAIM, HOLDS, "She furnished over half of the cost of the household.", .passage = 6),
    NODE(10, FACT, HOLDS, "Alice paid for the home from 2014 to 2019.", .document = 1, .from = 92, .to = 139, .by = "case text"),
    NODE(11, CLAIM, HOLDS, "No exception applies.", .clause = 4),
    NODE(12, CLAIM, NOT_FOUND, "She remarried before the close of the year", .clause = 4),
    NODE(13, CLAIM, NOT_FOUND, "A joint return could not have been made in the year of his death", .clause = 4),
    NODE(14, ASSUMPTION, ASSUMED, "Nothing says that she remarried before 2017", .note = "taken as not so"),
    NODE(15, SOURCE, HOLDS, "A taxpayer is considered as maintaining a household only if he pays more than one-half the cost thereof.", .passage = 6),
    NODE(16, CHECK, HOLDS, "The proof was checked again, step by step.", .by = "checker of its own"),
    NODE(17, CLAIM, NOT_FOUND, "A marriage of Alice before 2017"),
};
static pel_edge spouse_edges[] = {
    EDGE(1, 2, BECAUSE, 0, "s. 2(a)(1)(A)"), EDGE(1, 4, BECAUSE, 1, "s. 2(a)(1)(B)"), EDGE(1, 11, BECAUSE, 2, "s. 2(a)(2)"),
    EDGE(1, 14, BECAUSE, 3, ""),             EDGE(1, 16, CITES, 4, "check"),          EDGE(1, 17, WOULD_CHANGE, 5, ""),
    EDGE(1, 3, WOULD_CHANGE, 6, "Bob's death before 2014"),
    EDGE(2, 3, BECAUSE, 0, "death"),         EDGE(4, 5, BECAUSE, 0, ""),              EDGE(4, 6, BECAUSE, 1, "s. 152"),
    EDGE(4, 9, BECAUSE, 2, "cost"),          EDGE(6, 5, BECAUSE, 0, "child"),         EDGE(6, 7, BECAUSE, 1, "residence"),
    EDGE(6, 8, BECAUSE, 2, "age"),           EDGE(9, 10, BECAUSE, 0, ""),             EDGE(9, 15, CITES, 1, ""),
    EDGE(11, 12, UNLESS, 0, "s. 2(a)(2)(A)"), EDGE(11, 13, UNLESS, 1, "s. 2(a)(2)(B)"),
};
static pel_retrieved spouse_retrieved[] = {
    {2, 1, 1, 8.31, 0.412, 2.104, 1, 0.52, 0.704},     {2, 2, 2, 7.02, 0.398, 1.811, 1, 0.31, 0.411},
    {2, 3, 3, 5.40, 0.377, 1.570, 0.95, 0.17, 0.170},  {2, 4, 4, 2.20, 0.301, 1.322, 0.90, 0, -0.078},
    {2, 5, 6, 1.75, 0.288, 1.190, 0.90, 0, -0.210},    {2, 6, 5, 0.40, 0.105, 0.702, 0.75, 0, -0.698},
};

#define N(a) (sizeof(a) / sizeof *(a))
static pel_review spouse_reviews[] = {{1, 4, "accepted", "Ada", "2025-03-01T10:00:00Z", "checked against the register", "", ""}};

const pel_reasoning *fake_spouse(void) {
  static const pel_reasoning r = {.spans = spouse_spans, .n_spans = N(spouse_spans),
                                  .sources = spouse_sources, .n_sources = N(spouse_sources),
                                  .passages = spouse_passages, .n_passages = N(spouse_passages),
                                  .documents = spouse_documents, .n_documents = N(spouse_documents),
                                  .clauses = spouse_clauses, .n_clauses = N(spouse_clauses),
                                  .nodes = spouse_nodes, .n_nodes = N(spouse_nodes),
                                  .edges = spouse_edges, .n_edges = N(spouse_edges),
                                  .retrieved = spouse_retrieved, .n_retrieved = N(spouse_retrieved),
                                  .reviews = spouse_reviews, .n_reviews = N(spouse_reviews)};
  return &r;
}

/* ---- CURB-65 ---- */

static pel_span curb_spans[] = {{1, 0, PEL_SPAN_CHAIN, "deduce", "unknown: a fact is missing", 0.01}};
static pel_source curb_sources[] = {{1, "lim2003", "Lim 2003, Thorax 58:377", "BMJ", "2003", "https://doi.org/10.1136/thorax.58.5.377", "cited", "2024-11-02", "00cc"}};
static pel_passage curb_passages[] = {{1, 1, "table 4", "CURB-65", "Confusion, urea > 7 mmol/L, respiratory rate >= 30/min, low blood pressure, age >= 65: one point each.", "2003-05-01", ""}};
static pel_document curb_documents[] = {{1, "answer", "The patient is confused and breathes fast, so the pneumonia is severe & needs <hospital> care."}};
static pel_clause curb_clauses[] = {{1, "CURB-65", "...", 1, "2003-05-01", ""}};
static pel_node curb_nodes[] = {
    NODE(1, CONCLUSION, UNKNOWN, "CURB-65 is at least 3, so severe", .clause = 1, .note = "not decided whether 3 or 4, because the urea is unknown"),
    NODE(2, CLAIM, HOLDS, "Confusion: yes (+1)", .clause = 1),
    NODE(3, CLAIM, HOLDS, "Respiratory rate 31 >= 30 /min (+1)", .clause = 1),
    NODE(4, CLAIM, CONFLICT, "Blood pressure 96/58: diastolic 58 <= 60 mmHg (+1)", .clause = 1, .note = "the chart has 96/68 at the same hour"),
    NODE(5, CLAIM, REFUTED, "Age 58 is 65 or more", .clause = 1),
    NODE(6, QUESTION, UNKNOWN, "Blood urea", .note = "would add one point above 7 mmol/L; does not change the class", .by = "lab, not yet back"),
    NODE(7, FACT, HOLDS, "The patient is confused.", .document = 1, .from = 0, .to = 23),
    NODE(8, CLAIM, EXCLUDED, "The score of 1996 applies", .note = "replaced in 2003"),
    NODE(9, CLAIM, OVERRIDDEN, "Outpatient care is enough"),
    NODE(10, CLAIM, HOLDS, "A model ranks this case as severe.", .confidence = 0.62, .low = 0.58, .high = 0.66,
         .event = "of held-out patients so ranked were severe, n = 2,140"),
};
static pel_edge curb_edges[] = {
    {1, 2, PEL_EDGE_BECAUSE, 0, "confusion", 0.25}, {1, 3, PEL_EDGE_BECAUSE, 1, "breathing", 0.25},
    {1, 4, PEL_EDGE_BECAUSE, 2, "blood pressure", 0.25}, {1, 5, PEL_EDGE_BECAUSE, 3, "age", 0.05},
    {1, 6, PEL_EDGE_BECAUSE, 4, "urea", 0.2}, EDGE(1, 8, UNLESS, 5, ""), EDGE(1, 9, CONTRADICTS, 6, ""),
    EDGE(1, 6, WOULD_CHANGE, 7, "a urea above 7 mmol/L (4 instead of 3)"), {1, 10, PEL_EDGE_ATTENDED, 8, "", 0.31},
    EDGE(2, 7, BECAUSE, 0, ""), {10, 7, PEL_EDGE_ATTENDED, 0, "attention", 0.44},
};

const pel_reasoning *fake_curb(void) {
  static const pel_reasoning r = {.spans = curb_spans, .n_spans = N(curb_spans), .sources = curb_sources, .n_sources = N(curb_sources),
                                  .passages = curb_passages, .n_passages = N(curb_passages),
                                  .documents = curb_documents, .n_documents = N(curb_documents),
                                  .clauses = curb_clauses, .n_clauses = N(curb_clauses), .nodes = curb_nodes, .n_nodes = N(curb_nodes),
                                  .edges = curb_edges, .n_edges = N(curb_edges)};
  return &r;
}

/* ---- random ones ---- */

static const char *const claims[] = {
    "The amount is above the limit of the year.", "He lived there.", "The notice was sent in time, to the address that the office had on file, and came back unopened after eleven days.",
    "Nothing else is owed", "\xe5\xbd\x93\xe4\xba\x8b\xe4\xba\xba\xe5\x9c\xa8\xe6\x9c\x9f\xe9\x99\x90\xe5\x86\x85\xe6\x8f\x90\xe5\x87\xba\xe4\xba\x86\xe7\x94\xb3\xe8\xaf\xb7", "a \"quoted\" <tag> & \\ more",
    "\xd8\xa7\xd9\x84\xd9\x82\xd8\xb7\xd8\xa9 sat here\nand there", "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenfabrikationshalle"};

static void random_nodes(pel_reasoning *r, pel_rng *rng) {
  for (size_t i = 0; i < r->n_nodes; i++) {
    pel_node n = NODE((int64_t)i + 1, CLAIM, HOLDS, claims[pel_rng_next(rng) % N(claims)]);
    if (i == 0) n.kind = PEL_NODE_CONCLUSION;
    if (i && pel_rng_next(rng) % 4 == 0) n.kind = (pel_node_kind)(1 + pel_rng_next(rng) % (PEL_NODE_KINDS - 1));
    if (pel_rng_next(rng) % 5 == 0) n.state = (pel_node_state)(pel_rng_next(rng) % (PEL_STATE_CONFLICT + 1));
    r->nodes[i] = n;
  }
}

static pel_reasoning *empty(uint32_t n, uint32_t n_edges) {
  pel_reasoning *r = calloc(1, sizeof *r);
  r->nodes = calloc(n + 1, sizeof *r->nodes);
  r->edges = calloc(n_edges + 1, sizeof *r->edges);
  r->n_nodes = n;
  return r;
}

static int by_from(const void *a, const void *b) {
  const pel_edge *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

pel_reasoning *fake_tree(uint32_t n, uint32_t fan, uint64_t seed) {
  pel_rng rng = {seed};
  pel_reasoning *r = empty(n, n + n / 10);
  random_nodes(r, &rng);
  for (uint32_t i = 1, parent = 0, left = fan; i < n; i++) {
    while (left == 0) parent++, left = pel_rng_next(&rng) % (2 * fan);
    if (parent >= i) parent = i - 1;
    left--;
    r->edges[r->n_edges++] = (pel_edge){parent + 1, i + 1, PEL_EDGE_BECAUSE, (int32_t)i, i % 3 ? "" : "rule 7(b)", i % 4 ? NAN : 0.3};
    if (i % 10 == 0) r->edges[r->n_edges++] = (pel_edge){(int64_t)(pel_rng_next(&rng) % i) + 1, i + 1, PEL_EDGE_BECAUSE, (int32_t)(n + i), "", NAN};
  }
  qsort(r->edges, r->n_edges, sizeof *r->edges, by_from);
  return r;
}

pel_reasoning *fake_tangle(uint32_t n, uint32_t n_edges, uint64_t seed) {
  pel_rng rng = {seed};
  pel_reasoning *r = empty(n, n_edges);
  random_nodes(r, &rng);
  for (uint32_t i = 0; i < n_edges; i++)
    r->edges[r->n_edges++] = (pel_edge){(int64_t)(pel_rng_next(&rng) % n) + 1, (int64_t)(pel_rng_next(&rng) % n) + 1,
                                        (pel_edge_kind)(pel_rng_next(&rng) % PEL_EDGE_KINDS), (int32_t)i, "",
                                        pel_rng_next(&rng) % 2 ? pel_rng_uniform(&rng) * 3 - 1 : NAN};
  qsort(r->edges, r->n_edges, sizeof *r->edges, by_from);
  return r;
}

void fake_free(pel_reasoning *r) {
  if (!r) return;
  free(r->nodes);
  free(r->edges);
  free(r);
}
