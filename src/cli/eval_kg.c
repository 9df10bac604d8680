/* pellucid eval kg: every test triple is asked for from both ends, and the ranks are put beside the published ones. */
#include "src/cli/eval_kg.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "src/cli/eval_stages.h"
#include "src/cli/picture.h"

static const kg_method *const methods[] = {&kg_rules, &kg_gnn, &kg_frequent};
enum { N_METHODS = sizeof methods / sizeof *methods };

/* Filtered, both directions, as their sources print them; NAN: not given. */
static const struct published {
  const char *set, *method, *source;
  double mrr, hits_1, hits_10;
} published[] = {
    {"neurallp_umls", "RED-GNN", "github.com/LARS-research/RED-GNN, README", .964, .946, .990},
    {"neurallp_family", "RED-GNN", "github.com/LARS-research/RED-GNN, README", .992, .988, .997},
    {"WN18RR", "RED-GNN", "github.com/LARS-research/RED-GNN, README", .533, .485, .624},
    {"WN18RR", "AnyBURL-22", "web.informatik.uni-mannheim.de/AnyBURL", .493, .452, .574},
    {"WN18RR", "NBFNet", "github.com/DeepGraphLearning/NBFNet", .551, .497, .666},
    {"FB15k-237", "RED-GNN", "github.com/LARS-research/RED-GNN, README", .374, .283, .558},
    {"FB15k-237", "NBFNet", "github.com/DeepGraphLearning/NBFNet", .415, .321, .599},
    {"ilpc2022_small", "Inductive NodePiece + GNN", "arXiv 2203.01520", .1326, .0763, .2509},
};

enum { MRR, HITS_1, HITS_10, MEASURES };
static const char *const measure_names[MEASURES] = {"mrr", "hits_at_1", "hits_at_10"};

static const stage_figure stage_figures[2 * MEASURES] = {
    {"mrr", "MRR", 1, 3}, {"hits_at_1", "H@1, %", 100, 1}, {"hits_at_10", "H@10, %", 100, 1},
    {"mrr_then_frequent", "MRR, then the most frequent", 1, 3}, {"hits_at_1_then_frequent", "H@1, then the most frequent, %", 100, 1}, {"hits_at_10_then_frequent", "H@10, then the most frequent, %", 100, 1},
};
static const char *const nothing[PEL_PHENOTYPE_STAGES] = {
    [PEL_STAGE_RETRIEVE] = "no stage chooses candidates, every entity is ranked",
    [PEL_STAGE_VERIFY] = "the search over the chains of an answer proves it wherever there is one, since no edge of these sets is denied",
};

typedef struct result { /* of one method */
  const kg_method *method;
  eval_measure parts[MEASURES]; /* a test triple: the mean of its two directions, so that an interval is over triples */
  double by_end[2];             /* MRR of asking for objects, for subjects */
  double reached;               /* share of answers with a score above what an entity has that nothing speaks for */
  double prepare_seconds, ask_seconds;
  size_t n; /* triples */
  char line[4000];
  struct json_object *told;
  pel_status untold; /* what failed when all was asked: the result is printed, and then why */
  pel_error why;
} result;

typedef struct eval_args {
  const char *folder;
  const kg_method *method;
  kg_options options;
  stages_worth stages;
  bool valid, json;
} eval_args;

/* ---- asking ---- */

static void take_rank(result *r, const kg_set *set, const double *scores, uint32_t subject, uint32_t relation, uint32_t answer, size_t at) {
  bool backwards = relation >= set->relations.n;
  double rank = pel_graph_filtered_rank(set->known, scores, subject, relation, answer);
  r->parts[MRR].over[at] += 0.5 / rank;
  r->parts[HITS_1].over[at] += 0.5 * (rank <= 1);
  r->parts[HITS_10].over[at] += 0.5 * (rank <= 10);
  for (int m = 0; m < MEASURES; m++) r->parts[m].under[at] = 1;
  r->by_end[backwards] += 1 / rank / (double)r->n;
  r->reached += (scores[answer] > 0) / (2 * (double)r->n);
}

/* A method gives 0 to what nothing leads to: these by frequency, below all others. */
static pel_status fill_silence(const kg_set *set, uint32_t relation, double *scores, double *frequent, pel_error *err) {
  PEL_TRY(kg_frequent.score(set->ask, 0, relation, frequent, err));
  for (uint32_t e = 0; e < pel_graph_entities(set->ask); e++)
    if (scores[e] == 0) scores[e] = -1 / (1 + frequent[e]);
  return PEL_OK;
}

/* One direction of a triple; `filled` is the result with silence filled, or NULL. */
static pel_status ask_one(result *r, result *filled, void *state, const kg_set *set, const pel_triple *t, bool backwards, double *scores, size_t at, pel_error *err) {
  uint32_t subject = backwards ? t->object : t->subject, answer = backwards ? t->subject : t->object;
  uint32_t relation = t->relation + (backwards ? set->relations.n : 0);
  double start = pel_clock_seconds();
  PEL_TRY(r->method->score(state, subject, relation, scores, err));
  r->ask_seconds += (pel_clock_seconds() - start) / (2 * (double)r->n);
  take_rank(r, set, scores, subject, relation, answer, at);
  if (!filled) return PEL_OK;
  PEL_TRY(fill_silence(set, relation, scores, scores + pel_graph_entities(set->ask), err));
  take_rank(filled, set, scores, subject, relation, answer, at);
  return PEL_OK;
}

static pel_status ask_all(result *r, result *filled, void *state, const kg_set *set, const kg_triples *asked, pel_error *err) {
  size_t room = 2 * (size_t)pel_graph_entities(set->ask);
  double *scores = pel_alloc(room, sizeof *scores);
  pel_status status = scores ? PEL_OK : pel_fail_memory(err, "scores", room * sizeof *scores);
  for (size_t i = 0; i < asked->n && status == PEL_OK; i++) {
    if (!cli_progress_fraction((double)i / (double)asked->n, "asking")) status = pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    for (int end = 0; end < 2 && status == PEL_OK; end++) status = ask_one(r, filled, state, set, &asked->items[i], end, scores, i, err);
  }
  free(scores);
  return status;
}

static pel_status new_result(result *r, const kg_method *method, size_t n, pel_error *err) {
  *r = (result){.method = method, .n = n, .told = json_object_new_object()};
  for (int m = 0; m < MEASURES; m++)
    if (!eval_measure_new(&r->parts[m], n)) return pel_fail_memory(err, "ranks", n * sizeof(double));
  return PEL_OK;
}

/* `filled` may be NULL. */
static pel_status run_method(const kg_method *method, const kg_set *set, const eval_args *a, result *r, result *filled, pel_error *err) {
  const kg_triples *asked = a->valid ? &set->valid : &set->test;
  void *state = NULL;
  PEL_TRY(new_result(r, method, asked->n, err));
  if (filled) PEL_TRY(new_result(filled, method, asked->n, err));
  double start = pel_clock_seconds();
  PEL_TRY(method->prepare(set, &a->options, &state, err));
  r->prepare_seconds = pel_clock_seconds() - start;
  pel_status status = ask_all(r, filled, state, set, asked, err);
  if (status == PEL_OK && method->tell) r->untold = method->tell(state, r->told, r->line, sizeof r->line, &r->why);
  method->free(state);
  return status;
}

static void clear_result(result *r) {
  for (int m = 0; m < MEASURES; m++) eval_measure_clear(&r->parts[m]);
  json_object_put(r->told);
}

/* Without deduction the order of frequency is left, which the control is. */
static void measure_stages(eval_args *a, const result *r, const result *filled, const result *control) {
  a->stages.figures = stage_figures, a->stages.n_figures = 2 * MEASURES;
  for (int m = 0; m < MEASURES && a->stages.asked[PEL_STAGE_DEDUCE]; m++) {
    stages_compare(&a->stages, PEL_STAGE_DEDUCE, m, &r->parts[m], &control->parts[m]);
    stages_compare(&a->stages, PEL_STAGE_DEDUCE, MEASURES + m, &filled->parts[m], &control->parts[m]);
  }
}

/* ---- the result ---- */

static const char *fixed(char out[40], double value, int digits) { return pel_format_fixed(out, 40, value, digits); }

static void print_row(const char *name, const result *r) {
  char a[40], b[40], c[40];
  printf("%-26s", name);
  for (int m = 0; m < MEASURES; m++) {
    eval_estimate e = eval_estimate_of(&r->parts[m], NULL);
    printf("  %s [%s, %s]", fixed(a, e.macro, 3), fixed(b, e.macro_low, 3), fixed(c, e.macro_high, 3));
  }
  putchar('\n');
}

static void print_times(const result *r) {
  char a[40], b[40], c[40], d[40], e[40];
  printf("%s: %s s to learn, %s ms a question; MRR of objects %s, of subjects %s; %s %% of the answers have a score\n", r->method->name, fixed(a, r->prepare_seconds, 1),
         fixed(b, 1000 * r->ask_seconds, 2), fixed(c, r->by_end[0], 3), fixed(d, r->by_end[1], 3), fixed(e, 100 * r->reached, 1));
  if (*r->line) printf("%s: %s\n", r->method->name, r->line);
}

static void print_text(const kg_set *set, const eval_args *a, const result *r, const result *filled, const result *control) {
  char n[3][40];
  size_t learnt;
  pel_graph_triples(set->learn, &learnt);
  printf("%s: learnt from %zu triples of %u entities and %u relations; %zu %s triples%s, asked for from both ends\n\n", set->name, learnt, set->learn_entities.n, set->relations.n, r->n,
         a->valid ? "validation" : "test", set->inductive ? " of another graph" : "");
  printf("%-26s  %-20s  %-20s  %-20s\n", "", "MRR", "H@1", "H@10");
  print_row(r->method->name, r);
  if (filled->n) print_row("  then the most frequent", filled);
  print_row("most frequent (control)", control);
  for (size_t i = 0; i < sizeof published / sizeof *published; i++)
    if (!strcmp(published[i].set, set->name))
      printf("%-26s  %-20s  %-20s  %-20s  %s\n", published[i].method, fixed(n[0], published[i].mrr, 3), fixed(n[1], published[i].hits_1, 3), fixed(n[2], published[i].hits_10, 3),
             published[i].source);
  putchar('\n');
  print_times(r);
  if (stages_any(&a->stages)) stages_print(&a->stages);
}

static struct json_object *json_result(const result *r) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "method", json_object_new_string(r->method->name));
  for (int m = 0; m < MEASURES; m++) {
    eval_estimate e = eval_estimate_of(&r->parts[m], NULL);
    struct json_object *part = json_object_new_object();
    json_object_object_add(part, "value", json_object_new_double(e.macro));
    json_object_object_add(part, "low", json_object_new_double(e.macro_low));
    json_object_object_add(part, "high", json_object_new_double(e.macro_high));
    json_object_object_add(o, measure_names[m], part);
  }
  json_object_object_add(o, "mrr_objects", json_object_new_double(r->by_end[0]));
  json_object_object_add(o, "mrr_subjects", json_object_new_double(r->by_end[1]));
  json_object_object_add(o, "with_a_score", json_object_new_double(r->reached));
  json_object_object_add(o, "learn_seconds", json_object_new_double(r->prepare_seconds));
  json_object_object_add(o, "question_seconds", json_object_new_double(r->ask_seconds));
  json_object_object_add(o, "learnt", json_object_get(r->told));
  return o;
}

static struct json_object *json_published(const char *set) {
  struct json_object *list = json_object_new_array();
  for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
    if (strcmp(published[i].set, set)) continue;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "method", json_object_new_string(published[i].method));
    json_object_object_add(o, "source", json_object_new_string(published[i].source));
    json_object_object_add(o, "mrr", json_object_new_double(published[i].mrr));
    json_object_object_add(o, "hits_at_1", json_object_new_double(published[i].hits_1));
    json_object_object_add(o, "hits_at_10", json_object_new_double(published[i].hits_10));
    json_object_array_add(list, o);
  }
  return list;
}

static void print_json(const kg_set *set, const eval_args *a, const result *r, const result *filled, const result *control) {
  struct json_object *o = json_object_new_object();
  size_t learnt;
  pel_graph_triples(set->learn, &learnt);
  json_object_object_add(o, "set", json_object_new_string(set->name));
  json_object_object_add(o, "split", json_object_new_string(a->valid ? "valid" : "test"));
  json_object_object_add(o, "learn_triples", json_object_new_uint64(learnt));
  json_object_object_add(o, "entities", json_object_new_uint64(set->learn_entities.n));
  json_object_object_add(o, "relations", json_object_new_uint64(set->relations.n));
  json_object_object_add(o, "asked_entities", json_object_new_uint64(pel_graph_entities(set->ask)));
  json_object_object_add(o, "asked_triples", json_object_new_uint64(r->n));
  json_object_object_add(o, "result", json_result(r));
  if (filled->n) json_object_object_add(o, "then_frequent", json_result(filled));
  json_object_object_add(o, "control", json_result(control));
  json_object_object_add(o, "published", json_published(set->name));
  if (stages_any(&a->stages)) json_object_object_add(o, "stages", stages_json(&a->stages));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

/* ---- the command ---- */

static const kg_method *find_method(const char *name) {
  for (int i = 0; i < N_METHODS; i++)
    if (!strcmp(methods[i]->name, name)) return methods[i];
  cli_usage(&cli_eval, "eval kg: no method '%s'; there are %s", name, "rules, gnn and frequent");
  return NULL;
}

static bool take_option(eval_args *a, int option) {
  if (option >= GNN_OPTION_FIRST && option <= GNN_OPTION_LAST) return gnn_take_option(&cli_eval, option, optarg, &a->options.gnn);
  switch (option) {
    case 'm': return (a->method = find_method(optarg)) != NULL;
    case 'l': return cli_u32(&cli_eval, "--length", optarg, 1, 3, &a->options.length);
    case 't': return cli_u32(&cli_eval, "--threads", optarg, 1, PEL_POOL_MAX, &a->options.threads);
    case 's':
      if (!strcmp(optarg, "valid") || !strcmp(optarg, "test")) return a->valid = *optarg == 'v', true;
      cli_usage(&cli_eval, "eval kg: --split takes valid or test, not '%s'", optarg);
      return false;
    case 'j': return a->json = true;
    case 'x': return cli_u32(&cli_eval, "--explain", optarg, 0, 1000000, &a->options.explain);
    case 'c': return a->options.curves = optarg, true;
    case 'd': return a->options.dark = true;
    case 'f': return a->options.force = true;
    case 'w': return stages_take("kg", nothing, optarg, &a->stages);
    case 'o': return a->options.save = optarg, true;
    default: cli_usage(&cli_eval, "eval kg: an option is not known or lacks its value"); return false;
  }
}

static bool check_curves(const eval_args *a) {
  const char *curves = a->options.curves;
  if (a->options.dark && !curves) return cli_usage(&cli_eval, "eval kg: --dark is how the picture of --curves looks: name it"), false;
  if (!curves) return true;
  if (!cli_is_picture(curves)) return cli_usage(&cli_eval, "eval kg: --curves takes a .png, .svg or .pdf, not '%s'", curves), false;
  if (a->method != &kg_gnn || !a->options.explain) return cli_usage(&cli_eval, "eval kg: --curves draws what --method gnn --explain N measures: name both"), false;
  return true;
}

static bool read_args(int argc, char **argv, eval_args *a) {
  static const struct option options[] = {{"method", required_argument, NULL, 'm'}, {"length", required_argument, NULL, 'l'}, {"threads", required_argument, NULL, 't'},
                                          {"split", required_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'}, {"save", required_argument, NULL, 'o'}, {"force", no_argument, NULL, 'f'},
                                          {"explain", required_argument, NULL, 'x'}, {"curves", required_argument, NULL, 'c'}, {"dark", no_argument, NULL, 'd'}, {"without", required_argument, NULL, 'w'},
                                          GNN_OPTIONS, {0}};
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "t:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_eval, "eval kg: name one folder"), false;
  if (a->method == &kg_frequent && stages_any(&a->stages)) return cli_usage(&cli_eval, "eval kg: frequent is the control, which has no stages: there is nothing to leave out"), false;
  a->folder = argv[optind];
  return check_curves(a);
}

static pel_status check_outputs(const eval_args *a, pel_error *err) {
  if (a->options.save) PEL_TRY(kg_set_check_output(a->folder, a->options.save, err));
  return a->options.curves ? kg_set_check_output(a->folder, a->options.curves, err) : PEL_OK;
}

int eval_kg(int argc, char **argv) {
  eval_args a = {.method = methods[0], .options = {.threads = (uint32_t)pel_cpu_count(), .progress = cli_progress_fraction, .user = "learning"}};
  pel_gnn_options_default(&a.options.gnn);
  if (!read_args(argc, argv, &a)) return CLI_USAGE;
  kg_set set = {0};
  result r = {0}, filled = {0}, control = {0};
  pel_error err = {0};
  pel_status status = check_outputs(&a, &err);
  if (status == PEL_OK) status = kg_set_read(a.folder, &set, &err);
  if (status == PEL_OK) {
    gnn_options_of_set(set.name, &a.options.gnn);
    optind = 0; /* once more: what the command line says goes before what is usual for the set */
    read_args(argc, argv, &a);
  }
  if (status == PEL_OK) status = run_method(&kg_frequent, &set, &a, &control, NULL, &err);
  if (status == PEL_OK) status = run_method(a.method, &set, &a, &r, a.method == &kg_frequent ? NULL : &filled, &err);
  cli_progress_end();
  if (status == PEL_OK) measure_stages(&a, &r, &filled, &control);
  if (status == PEL_OK) (a.json ? print_json : print_text)(&set, &a, &r, &filled, &control);
  if (status == PEL_OK && r.untold != PEL_OK) status = r.untold, err = r.why;
  clear_result(&r), clear_result(&filled), clear_result(&control);
  kg_set_clear(&set);
  return status == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}
