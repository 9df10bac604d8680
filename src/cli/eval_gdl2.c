/* pellucid eval gdl2: guidelines against their test files. */
#include <dirent.h>
#include <json-c/json.h>
#include <pellucid/gdl2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/names.h"
#include "engine/base/status.h"
#include "src/cli/eval_stages.h"
#include "src/cli/kb.h"

enum { RIGHT, WRONG, NONE, SILENT, FIGURES };
static const stage_figure figures[FIGURES] = {{"right", "outputs right, %", 100, 2},
                                              {"wrong", "outputs wrong, %", 100, 2},
                                              {"none", "expected and not given, %", 100, 2},
                                              {"silent_right", "cases without output that give none, %", 100, 2}};
static const char *const nothing[PEL_PHENOTYPE_STAGES] = {[PEL_STAGE_RETRIEVE] = "the guidelines read no passages"};

enum { MOST_FOLDERS = 8, MOST_FILES = 1000000 };

typedef struct paths {
  char **items;
  size_t n, capacity;
} paths;

typedef struct set {
  paths guidelines, tests;
  bool json, failures;
  struct json_object *differences;
  stages_worth stages;
  pel_names names; /* of the guidelines: what is resampled */
  stage_tally tally;
  bool full; /* no memory for further results */
} set;

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

static bool add_path(paths *list, const char *path) {
  char **grown = list->n < MOST_FILES ? pel_grow(list->items, &list->capacity, list->n + 1, sizeof *grown) : NULL;
  if (!grown) return false;
  list->items = grown;
  return (list->items[list->n++] = strdup(path));
}

static bool take_path(set *s, const char *path) {
  if (ends_with(path, ".gdl2.json")) return add_path(&s->guidelines, path);
  if (ends_with(path, ".test.yml") || ends_with(path, ".fixture.yml")) return add_path(&s->tests, path);
  return true;
}

static pel_status find_files(set *s, const char *folder, int depth, pel_error *err) {
  DIR *dir = opendir(folder);
  if (!dir) return pel_fail_errno(err, folder, "cannot read the folder");
  pel_status status = PEL_OK;
  for (struct dirent *e; status == PEL_OK && (e = readdir(dir));) {
    char path[4096];
    struct stat st;
    if (e->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path || stat(path, &st) != 0) continue;
    if (S_ISDIR(st.st_mode) && depth < MOST_FOLDERS) status = find_files(s, path, depth + 1, err);
    else if (S_ISREG(st.st_mode) && !take_path(s, path)) status = pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", folder);
  }
  closedir(dir);
  return status;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static const char *const outcomes[] = {"equal", "different", "not run"};

static void add_text(struct json_object *o, const char *name, const char *value) { json_object_object_add(o, name, json_object_new_string(value)); }

static void keep_difference(set *s, const pel_gdl2_result *r) {
  struct json_object *o = json_object_new_object();
  add_text(o, "file", r->file), add_text(o, "case", r->test_case), add_text(o, "element", r->element), add_text(o, "name", r->name);
  add_text(o, "outcome", outcomes[r->outcome]), add_text(o, "expected", r->expected), add_text(o, "got", r->got), add_text(o, "reason", r->reason);
  json_object_object_add(o, "proof_accepted", json_object_new_boolean(r->checked));
  json_object_array_add(s->differences, o);
}

static void put_field(const char *before, const char *text) {
  fputs(before, stdout);
  kb_put(text, 200);
}

/* An output is given when the rules conclude it and the checker accepts the proof; without deduction none is. */
static int figure_of(const pel_gdl2_result *r, int without) {
  bool deduces = without != PEL_STAGE_DEDUCE, gives = deduces && *r->got && (r->checked || without == PEL_STAGE_VERIFY);
  if (r->outcome == PEL_GDL2_NOT_RUN || (!gives && *r->expected)) return NONE;
  return (gives ? r->outcome == PEL_GDL2_EQUAL : !*r->expected) ? RIGHT : WRONG;
}

static bool count_result(set *s, const pel_gdl2_result *r) {
  char name[1000];
  uint32_t unit;
  snprintf(name, sizeof name, "%s", r->file);
  for (size_t i = 0; i < 2; i++) { /* both kinds of test files of one guideline belong together */
    static const char *const ends[] = {".test.yml", ".fixture.yml"};
    if (ends_with(name, ends[i])) name[strlen(name) - strlen(ends[i])] = 0;
  }
  if (!pel_names_number(&s->names, name, &unit)) return false;
  bool ok = true;
  for (int pipeline = 0; pipeline < STAGE_PIPELINES; pipeline++) {
    int figure = figure_of(r, pipeline);
    if (!*r->element) ok = ok && stages_count(&s->tally, unit, pipeline, SILENT, figure == RIGHT);
    for (int k = RIGHT; k <= NONE && *r->element; k++) ok = ok && stages_count(&s->tally, unit, pipeline, k, figure == k);
  }
  return ok;
}

static bool on_result(void *user, const pel_gdl2_result *r) {
  set *s = user;
  s->full = !count_result(s, r);
  if (s->full || cli_interrupted()) return false;
  if (r->outcome == PEL_GDL2_EQUAL && r->checked) return true;
  if (s->json) {
    keep_difference(s, r);
    return true;
  }
  if (!s->failures) return true;
  cli_progress_end();
  kb_put(r->file, 200);
  put_field(": ", r->test_case);
  put_field(": ", *r->element ? r->element : "no output");
  if (*r->name) put_field(" ", r->name);
  if (r->outcome == PEL_GDL2_NOT_RUN) put_field(": not run: ", r->reason);
  else if (r->outcome == PEL_GDL2_EQUAL) put_field(": its proof was not accepted: ", r->got);
  else put_field(": expected ", *r->expected ? r->expected : "nothing"), put_field(", got ", *r->got ? r->got : "nothing");
  putchar('\n');
  return true;
}

static void put_totals(set *s, const pel_gdl2_totals *t, double seconds) {
  printf("guidelines  %lld with %lld cases in %.1f s\n", (long long)t->guidelines, (long long)t->cases, seconds);
  printf("outputs     %lld: %lld equal, %lld different, %lld not run (%.2f %% equal)\n", (long long)t->outputs, (long long)t->equal,
         (long long)t->different, (long long)t->not_run, t->outputs ? 100.0 * (double)t->equal / (double)t->outputs : 0);
  printf("proofs      %lld of %lld accepted by the checker\n", (long long)t->accepted, (long long)t->proofs);
  printf("silent      %lld cases expect no output: %lld give none\n", (long long)t->silent, (long long)t->silent_equal);
  printf("notes       %lld test files name a guideline that is not there, %lld are YAML only after a mend, for %lld the present was chosen\n",
         (long long)t->absent, (long long)t->mended, (long long)t->dated);
  if (stages_any(&s->stages)) stages_print(&s->stages);
}

static void put_json(set *s, const pel_gdl2_totals *t, double seconds) {
  struct json_object *o = json_object_new_object();
  const struct {
    const char *name;
    int64_t value;
  } numbers[] = {{"guidelines", t->guidelines}, {"cases", t->cases}, {"outputs", t->outputs}, {"equal", t->equal}, {"different", t->different},
                 {"not_run", t->not_run}, {"silent", t->silent}, {"silent_equal", t->silent_equal}, {"proofs", t->proofs}, {"proofs_accepted", t->accepted},
                 {"absent", t->absent}, {"mended", t->mended}, {"dated", t->dated}};
  add_text(o, "set", "gdl2");
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) json_object_object_add(o, numbers[i].name, json_object_new_int64(numbers[i].value));
  json_object_object_add(o, "seconds", json_object_new_double(seconds));
  json_object_object_add(o, "differences", json_object_get(s->differences));
  if (stages_any(&s->stages)) json_object_object_add(o, "stages", stages_json(&s->stages));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

static pel_status run_set(set *s, const char *folder, pel_gdl2_totals *totals, pel_error *err) {
  PEL_TRY(find_files(s, folder, 0, err));
  if (s->tests.n == 0) return pel_fail(err, PEL_ERR_INPUT, "%s: holds no X.test.yml or X.fixture.yml; name the folder of the guidelines", folder);
  qsort(s->tests.items, s->tests.n, sizeof *s->tests.items, by_name);
  if (s->guidelines.n) qsort(s->guidelines.items, s->guidelines.n, sizeof *s->guidelines.items, by_name);
  for (size_t i = 0; i < s->tests.n; i++) {
    if (!s->failures || s->json) cli_progress("%zu of %zu test files", i, s->tests.n);
    pel_status status = pel_gdl2_check(s->tests.items[i], (const char *const *)s->guidelines.items, s->guidelines.n, on_result, s, totals, err);
    if (s->full) return pel_fail_memory(err, "the figures", s->tally.n * sizeof *s->tally.cells);
    if (status != PEL_OK) return status;
  }
  return stages_measure(&s->tally, &s->stages, err);
}

static void clear_paths(paths *list) {
  for (size_t i = 0; i < list->n; i++) free(list->items[i]);
  free(list->items);
}

static bool parse(set *s, int argc, char **argv) {
  static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {"failures", no_argument, NULL, 'f'}, {"without", required_argument, NULL, 'w'}, {0}};
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) switch (option) {
      case 'j': s->json = true; break;
      case 'f': s->failures = true; break;
      case 'w':
        if (!stages_take("gdl2", nothing, optarg, &s->stages)) return false;
        break;
      default: return cli_usage(&cli_eval, "eval gdl2: an option is not known or lacks its value") == CLI_OK;
    }
  return optind == argc - 1 || cli_usage(&cli_eval, "eval gdl2: name one folder") == CLI_OK;
}

static void clear(set *s) {
  json_object_put(s->differences);
  clear_paths(&s->guidelines), clear_paths(&s->tests);
  pel_names_clear(&s->names);
  stage_tally_clear(&s->tally);
}

int eval_gdl2(int argc, char **argv) {
  set s = {.stages = {.figures = figures, .n_figures = FIGURES}};
  if (!parse(&s, argc, argv)) return CLI_USAGE;
  pel_gdl2_totals totals = {0};
  pel_error err;
  double start = pel_clock_seconds();
  s.differences = json_object_new_array();
  pel_status status = run_set(&s, argv[optind], &totals, &err);
  cli_progress_end();
  if (status == PEL_OK) (s.json ? put_json : put_totals)(&s, &totals, pel_clock_seconds() - start);
  clear(&s);
  if (status == PEL_ERR_CANCELLED) return CLI_INTERRUPTED;
  if (status != PEL_OK) return cli_fail(&err);
  return totals.different || totals.not_run || totals.accepted != totals.proofs || totals.silent != totals.silent_equal ? CLI_CHECK_FAILED : CLI_OK;
}
