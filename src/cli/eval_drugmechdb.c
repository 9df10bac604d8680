/* pellucid eval drugmechdb: why a drug treats a disease, found again for drugs whose own paths were taken out. */
#include <json-c/json.h>
#include <math.h>
#include <pellucid/learn.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "src/cli/drugmechdb_gnn.h"
#include "src/cli/eval_stages.h"
#include "src/cli/gnn_options.h"

enum { METHODS = 5, TOLD = 4, FIGURES = 3, OPT_GNN = 256, OPT_MINUTES };

typedef enum method { BY_LENGTH, BY_RULES, BY_EVIDENCE, BY_ATTENTION, ANYWHERE } method; /* the last: by evidence without retrieval */
static const char *const method_names[TOLD] = {"shortest path (control)", "mined chain rules", "evidence of other drugs", "attention of a graph network"};
static const char *const figure_names[FIGURES] = {"entities F1", "edges F1", "path right"};
static const stage_figure stage_figures[FIGURES] = {{"entities_f1", "entities F1", 1, 3}, {"edges_f1", "edges F1", 1, 3}, {"path_right", "path right, %", 100, 1}};
/* A proof is worth the product of its edges' probabilities; these are exp (-cost), so the search's best proof is the way that costs least. */
static const char *const nothing[PEL_PHENOTYPE_STAGES] = {[PEL_STAGE_VERIFY] = "ways are not verified by a search, whose best proof is the way that costs least"};

typedef struct network { /* zeroed: not asked for */
  bool asked;
  double minutes; /* a part */
  uint32_t threads;
  pel_gnn *gnn; /* of the part that is asked */
  pel_gnn_info info;
  uint32_t least_epochs; /* of the parts */
  double learning, asking; /* seconds */
  size_t without_way;
} network;

typedef struct study {
  drugmechdb d;
  uint32_t *drugs;  /* [items]: number of the drug among all */
  uint32_t n_drugs;
  eval_measure of[METHODS][FIGURES]; /* sums of a drug's cases over how many they are */
  size_t asked, reached;
  stages_worth stages;
  network network;
  const char *folder;
  bool json;
} study;

static bool is_told(const study *s, method how) { return how <= BY_ATTENTION && (how != BY_ATTENTION || s->network.asked); }

/* ---- how much of the curated path it is ---- */

static bool has_edge(const drugmechdb *d, const mechanism *m, const pel_triple *t) {
  for (size_t k = m->first; k < m->first + m->n; k++)
    if (memcmp(&d->edges[k], t, sizeof *t) == 0) return true;
  return false;
}

/* The different entities of a list of edges but for the two ends: at most `most`. */
static size_t inner(const pel_triple *const *edges, size_t n, const mechanism *m, uint32_t *out, size_t most) {
  size_t kept = 0;
  for (size_t i = 0; i < 2 * n; i++) {
    uint32_t e = i % 2 ? edges[i / 2]->object : edges[i / 2]->subject;
    bool met = e == m->drug || e == m->disease;
    for (size_t k = 0; k < kept && !met; k++) met = out[k] == e;
    if (!met && kept < most) out[kept++] = e;
  }
  return kept;
}

static double f1(size_t both, size_t a, size_t b) { return a + b ? 2 * (double)both / (double)(a + b) : 1; }

static void judge(const drugmechdb *d, const mechanism *m, const found *f, double out[FIGURES]) {
  enum { MOST = 256 };
  const pel_triple *gold[MOST];
  uint32_t theirs[MOST], ours[2 * PEL_ROUTE_LONGEST];
  size_t n = 0, both = 0, edges = 0;
  for (size_t k = 0; k < m->n && n < MOST; k++) gold[n++] = &d->edges[m->first + k];
  size_t n_theirs = inner(gold, n, m, theirs, MOST), n_ours = inner(f->edges, f->n, m, ours, sizeof ours / sizeof *ours);
  for (size_t i = 0; i < n_ours; i++)
    for (size_t k = 0; k < n_theirs; k++) both += ours[i] == theirs[k];
  for (uint32_t i = 0; i < f->n; i++) edges += has_edge(d, m, f->edges[i]);
  out[0] = f1(both, n_ours, n_theirs);
  out[1] = f1(edges, f->n, m->n);
  out[2] = edges == f->n;
}

/* The mean over ways that a method takes for equal. */
static void add(study *s, method how, size_t item, const found *ways, size_t n) {
  double sum[FIGURES] = {0}, one[FIGURES];
  for (size_t i = 0; i < n; i++) {
    judge(&s->d, &s->d.items[item], &ways[i], one);
    for (int k = 0; k < FIGURES; k++) sum[k] += one[k] / (double)n;
  }
  for (int k = 0; k < FIGURES; k++) {
    s->of[how][k].over[s->drugs[item]] += sum[k];
    s->of[how][k].under[s->drugs[item]]++;
  }
}

/* Where no path is left the shortest ways, counted. */
static pel_status by_attention(study *s, const part *p, const mechanism *m, found *ways, size_t *n, pel_error *err) {
  double start = pel_clock_seconds();
  PEL_TRY(ways_by_attention(p, s->network.gnn, m, ways, n, err));
  s->network.asking += pel_clock_seconds() - start;
  if (*n) return PEL_OK;
  s->network.without_way++;
  return ways_shortest(p, m, ways, n, err);
}

static pel_status ask(study *s, const part *p, size_t item, found *ways, pel_error *err) {
  static pel_status (*const methods[METHODS])(const part *, const mechanism *, found *, size_t *, pel_error *) = {ways_shortest, ways_by_rules, ways_by_evidence, NULL, ways_anywhere};
  const mechanism *m = &s->d.items[item];
  size_t n;
  s->asked++;
  PEL_TRY(ways_shortest(p, m, ways, &n, err));
  if (!n) return PEL_OK;
  s->reached++;
  for (int how = 0; how < METHODS; how++) {
    if (how == ANYWHERE ? !s->stages.asked[PEL_STAGE_RETRIEVE] : !is_told(s, (method)how)) continue;
    PEL_TRY(how == BY_ATTENTION ? by_attention(s, p, m, ways, &n, err) : methods[how](p, m, ways, &n, err));
    add(s, (method)how, item, ways, n);
  }
  return PEL_OK;
}

static pel_status learn(study *s, const part *p, pel_error *err) {
  network *net = &s->network;
  pel_gnn_result learnt;
  pel_status status = part_network(p, net->minutes, net->threads, &net->gnn, &learnt, err);
  if (status == PEL_ERR_INPUT) { /* too little to learn from */
    pel_error why = *err;
    return pel_fail(err, status, "%s: %s", s->folder, why.text);
  }
  PEL_TRY(status);
  pel_gnn_get_info(net->gnn, &net->info);
  net->info.curve = NULL; /* goes with the network */
  net->least_epochs = net->learning > 0 && net->least_epochs < learnt.epochs ? net->least_epochs : learnt.epochs;
  net->learning += learnt.seconds;
  return PEL_OK;
}

static pel_status ask_part(study *s, uint32_t which, pel_error *err) {
  part p;
  found *ways = pel_alloc(WAYS_TIES, sizeof *ways);
  pel_status status = ways ? part_make(&p, &s->d, which, err) : pel_fail_memory(err, "ways", WAYS_TIES * sizeof *ways);
  if (status == PEL_OK && s->network.asked) status = learn(s, &p, err);
  for (size_t i = 0; i < s->d.n && status == PEL_OK; i++) {
    if (!cli_progress_fraction(((double)which - 1 + (double)i / (double)s->d.n) / (WAYS_PARTS - 1), "asking")) status = pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    else if (part_of(&s->d, &s->d.items[i]) == which) status = ask(s, &p, i, ways, err);
  }
  pel_gnn_close(s->network.gnn);
  s->network.gnn = NULL;
  if (ways) part_clear(&p);
  free(ways);
  return status;
}

static pel_status number_drugs(study *s, pel_error *err) {
  uint32_t *of = pel_alloc(s->d.entities.n, sizeof *of);
  s->drugs = pel_alloc(s->d.n, sizeof *s->drugs);
  for (size_t i = 0; of && s->drugs && i < s->d.n; i++) {
    uint32_t *number = &of[s->d.items[i].drug];
    if (!*number) *number = ++s->n_drugs;
    s->drugs[i] = *number - 1;
  }
  free(of);
  bool ok = of && s->drugs;
  for (int m = 0; m < METHODS; m++)
    for (int k = 0; k < FIGURES; k++) ok = ok && eval_measure_new(&s->of[m][k], s->n_drugs);
  return ok ? PEL_OK : pel_fail_memory(err, "figures", s->n_drugs * sizeof(double));
}

/* ---- the result: micro is the mean over cases, its interval by drugs ---- */

static const char *figure(double value, int digits, char out[40]) { return isfinite(value) ? pel_format_fixed(out, 40, value, digits) : "-"; }

static void print_row(const char *name, const study *s, method how, const method *less) {
  char a[40], b[40], c[40];
  printf("%-32s", name);
  for (int k = 0; k < FIGURES; k++) {
    eval_estimate e = eval_estimate_of(&s->of[how][k], less ? &s->of[*less][k] : NULL);
    printf("  %6s [%6s, %6s]", figure(e.micro, 3, a), figure(e.micro_low, 3, b), figure(e.micro_high, 3, c));
  }
  putchar('\n');
}

static void measure_stages(study *s) {
  static const method without[] = {[PEL_STAGE_RETRIEVE] = ANYWHERE, [PEL_STAGE_DEDUCE] = BY_LENGTH};
  s->stages.figures = stage_figures, s->stages.n_figures = FIGURES;
  for (int stage = 0; stage < PEL_STAGE_VERIFY; stage++)
    for (int k = 0; k < FIGURES && s->stages.asked[stage]; k++) stages_compare(&s->stages, (pel_phenotype_stage)stage, k, &s->of[BY_EVIDENCE][k], &s->of[without[stage]][k]);
}

static void print_network(const study *s) {
  static const method others[] = {BY_LENGTH, BY_RULES, BY_EVIDENCE};
  static const char *const names[] = {"attention less shortest path", "attention less rules", "attention less evidence"};
  const network *net = &s->network;
  char learning[40], asking[40];
  for (int i = 0; i < 3; i++) print_row(names[i], s, BY_ATTENTION, &others[i]);
  printf("graph network: %u layers of width %u, %zu parameters; %s s to learn for the four parts, at least %u epochs each; %s s to ask\n", net->info.layers, net->info.dim, net->info.parameters,
         pel_format_fixed(learning, sizeof learning, net->learning, 0), net->least_epochs, pel_format_fixed(asking, sizeof asking, net->asking, 0));
  printf("for %zu of the %zu its best paths come back to where they were, or reach no disease: there the shortest are taken\n", net->without_way, s->reached);
}

static void print_text(const study *s) {
  static const method control = BY_LENGTH, rules = BY_RULES;
  char share[40];
  printf("%zu curated paths of %u drugs (%zu left out: their ends are not on them); asked: %zu, of the drugs in four of five parts\n", s->d.n, s->n_drugs, s->d.left_out, s->asked);
  printf("%zu of these (%s %%) have any way of at most %d steps once the drug's own paths are taken out, but for what the drug itself acts on; figures are over them\n\n", s->reached, figure(100 * (double)s->reached / (double)s->asked, 1, share), WAYS_LONGEST);
  printf("%-32s", "");
  for (int k = 0; k < FIGURES; k++) printf("  %-24s", figure_names[k]);
  putchar('\n');
  for (int m = 0; m < TOLD; m++)
    if (is_told(s, (method)m)) print_row(method_names[m], s, (method)m, NULL);
  print_row("evidence less shortest path", s, BY_EVIDENCE, &control);
  print_row("evidence less rules", s, BY_EVIDENCE, &rules);
  if (s->network.asked) print_network(s);
  if (stages_any(&s->stages)) stages_print(&s->stages);
}

/* Of each figure the value and the ends of its interval. */
static struct json_object *json_figures(const study *s, method how, const method *less) {
  struct json_object *o = json_object_new_object();
  for (int k = 0; k < FIGURES; k++) {
    struct json_object *list = json_object_new_array();
    eval_estimate e = eval_estimate_of(&s->of[how][k], less ? &s->of[*less][k] : NULL);
    const double values[] = {e.micro, e.micro_low, e.micro_high};
    for (int v = 0; v < 3; v++) json_object_array_add(list, isfinite(values[v]) ? json_object_new_double(values[v]) : NULL);
    json_object_object_add(o, figure_names[k], list);
  }
  return o;
}

static struct json_object *json_network(const study *s) {
  const network *net = &s->network;
  struct json_object *o = json_object_new_object(), *less = json_object_new_object();
  for (method other = BY_LENGTH; other < BY_ATTENTION; other++) json_object_object_add(less, method_names[other], json_figures(s, BY_ATTENTION, &other));
  json_object_object_add(o, "less", less);
  json_object_object_add(o, "layers", json_object_new_int64(net->info.layers));
  json_object_object_add(o, "dim", json_object_new_int64(net->info.dim));
  json_object_object_add(o, "parameters", json_object_new_uint64(net->info.parameters));
  json_object_object_add(o, "least_epochs", json_object_new_int64(net->least_epochs));
  json_object_object_add(o, "learn_seconds", json_object_new_double(net->learning));
  json_object_object_add(o, "ask_seconds", json_object_new_double(net->asking));
  json_object_object_add(o, "without_way", json_object_new_uint64(net->without_way));
  return o;
}

static void print_json(const study *s) {
  struct json_object *o = json_object_new_object(), *methods = json_object_new_object();
  json_object_object_add(o, "paths", json_object_new_uint64(s->d.n));
  json_object_object_add(o, "asked", json_object_new_uint64(s->asked));
  json_object_object_add(o, "reached", json_object_new_uint64(s->reached));
  json_object_object_add(o, "methods", methods);
  for (int m = 0; m < TOLD; m++)
    if (is_told(s, (method)m)) json_object_object_add(methods, method_names[m], json_figures(s, (method)m, NULL));
  if (s->network.asked) json_object_object_add(o, "network", json_network(s));
  if (stages_any(&s->stages)) json_object_object_add(o, "stages", stages_json(&s->stages));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
  json_object_put(o);
}

static void clear(study *s) {
  for (int m = 0; m < METHODS; m++)
    for (int k = 0; k < FIGURES; k++) eval_measure_clear(&s->of[m][k]);
  free(s->drugs);
  drugmechdb_clear(&s->d);
}

static bool take_option(study *s, int option, bool *of_network) {
  *of_network |= option == 't' || option == OPT_MINUTES;
  switch (option) {
    case 'j': return s->json = true;
    case 'w': return stages_take("drugmechdb", nothing, optarg, &s->stages);
    case 't': return cli_u32(&cli_eval, "--threads", optarg, 1, PEL_POOL_MAX, &s->network.threads);
    case OPT_GNN: return s->network.asked = true;
    case OPT_MINUTES: return gnn_take_minutes(&cli_eval, optarg, &s->network.minutes);
    default: return cli_usage(&cli_eval, "eval drugmechdb: an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(study *s, int argc, char **argv) {
  static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {"without", required_argument, NULL, 'w'}, {"gnn", no_argument, NULL, OPT_GNN}, {"minutes", required_argument, NULL, OPT_MINUTES}, {"threads", required_argument, NULL, 't'}, {0}};
  int option;
  bool of_network = false;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "t:", options, NULL)) != -1)
    if (!take_option(s, option, &of_network)) return false;
  if (of_network && !s->network.asked) return cli_usage(&cli_eval, "eval drugmechdb: --minutes and --threads are for learning a graph network, with --gnn") == CLI_OK;
  s->folder = argv[optind];
  return optind == argc - 1 || cli_usage(&cli_eval, "eval drugmechdb: name one folder") == CLI_OK;
}

int eval_drugmechdb(int argc, char **argv) {
  study s = {.network = {.minutes = 3, .threads = (uint32_t)pel_cpu_count()}};
  pel_error err;
  if (!parse(&s, argc, argv)) return CLI_USAGE;
  cli_catch_signals();
  pel_status status = drugmechdb_read(s.folder, &s.d, &err);
  if (status == PEL_OK) status = number_drugs(&s, &err);
  for (uint32_t which = 1; which < WAYS_PARTS && status == PEL_OK; which++) status = ask_part(&s, which, &err);
  cli_progress_end();
  if (status == PEL_OK) {
    measure_stages(&s);
    (s.json ? print_json : print_text)(&s);
  }
  clear(&s);
  return status == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}
