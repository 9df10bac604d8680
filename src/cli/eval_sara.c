/* pellucid eval sara: cases that are rule files, each of which ends in a goal that has to hold. */
#include <json-c/json.h>
#include <pellucid/audit.h>
#include <string.h>

#include "engine/base/status.h"
#include "src/cli/eval_stages.h"

static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {"without", required_argument, NULL, 'w'}, {0}};

enum { FIGURES = 3 };
static const stage_figure figures[FIGURES] = {{"right", "right verdicts, %", 100, 1}, {"wrong", "wrong verdicts, %", 100, 1}, {"unknown", "no verdict, %", 100, 1}};
static const char *const nothing[PEL_PHENOTYPE_STAGES] = {[PEL_STAGE_RETRIEVE] = "the rules read no passages"};

typedef struct sara {
  struct json_object *cases; /* NULL: as text */
  size_t n, holds, fails, unknown, unchecked, by_absence, without, goalless;
  double load, run, check;
  uint64_t steps;
  stages_worth stages;
  stage_tally tally;
  bool full; /* no memory for further cases */
} sara;

/* The data set was written for a version of Prolog where rdiv took a float: the two are the same number here. */
static void mend(char *text) {
  static const char old[] = "Year_duration rdiv 2", new[] = "Year_duration / 2   ";
  for (char *at = text; (at = strstr(at, old)); at += sizeof old - 1) memcpy(at, new, sizeof new - 1);
}

static void add_case(sara *s, const pel_rule_test *t) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "case", json_object_new_string(t->file));
  json_object_object_add(o, "state", json_object_new_string(pel_node_state_name(t->state)));
  json_object_object_add(o, "reason", json_object_new_string(t->reason));
  json_object_object_add(o, "sections", json_object_new_string(t->sections));
  json_object_object_add(o, "not_met", json_object_new_string(t->not_met));
  json_object_object_add(o, "load_seconds", json_object_new_double(t->load_seconds));
  json_object_object_add(o, "run_seconds", json_object_new_double(t->run_seconds));
  json_object_object_add(o, "check_seconds", json_object_new_double(t->check_seconds));
  json_object_object_add(o, "steps", json_object_new_uint64(t->steps));
  json_object_object_add(o, "proof_steps", json_object_new_uint64(t->proof_steps));
  json_object_object_add(o, "proof_checked", json_object_new_boolean(t->checked));
  json_object_array_add(s->cases, o);
}

enum { RIGHT, WRONG, NO_VERDICT };

/* The goal has to hold: a verdict is given when the rules give one and, where they prove the goal, the checker accepts the proof. */
static int verdict_of(const pel_rule_test *t, int without) {
  if (without == PEL_STAGE_DEDUCE || t->state == PEL_STATE_UNKNOWN) return NO_VERDICT;
  if (t->state == PEL_STATE_NOT_FOUND) return WRONG;
  return without != PEL_STAGE_VERIFY && !t->checked ? NO_VERDICT : RIGHT;
}

static bool count_verdict(sara *s, const pel_rule_test *t) {
  bool ok = true;
  for (int pipeline = 0; pipeline < STAGE_PIPELINES; pipeline++)
    for (int k = 0; k < FIGURES; k++) ok = ok && stages_count(&s->tally, s->n - 1 - s->goalless, pipeline, k, verdict_of(t, pipeline) == k);
  return ok;
}

static bool each(void *user, const pel_rule_test *t) {
  sara *s = user;
  bool holds = t->state == PEL_STATE_HOLDS;
  s->n++;
  s->holds += holds;
  s->fails += t->state == PEL_STATE_NOT_FOUND;
  s->unknown += t->state == PEL_STATE_UNKNOWN;
  s->unchecked += holds && !t->checked;
  s->without += holds && t->goals && !*t->sections && !*t->not_met;
  s->by_absence += holds && t->goals && !*t->sections && *t->not_met;
  s->goalless += !t->goals;
  s->load += t->load_seconds;
  s->run += t->run_seconds;
  s->check += t->check_seconds;
  s->steps += t->steps;
  if (s->cases) add_case(s, t);
  else if (!holds) printf("%s: %s%s%s\n", t->file, t->state == PEL_STATE_NOT_FOUND ? "its goal does not hold" : "not decided", *t->reason ? ": " : "", t->reason);
  if (holds && !t->checked && !s->cases) printf("%s: its proof was not accepted\n", t->file);
  cli_progress("%zu cases", s->n);
  s->full = t->goals && !count_verdict(s, t);
  return !s->full && !cli_interrupted();
}

static bool interrupted(void *user) {
  (void)user;
  return cli_interrupted();
}

/* ---- the result ---- */

static void print_json(const sara *s) {
  struct json_object *o = s->cases;
  if (stages_any(&s->stages)) {
    o = json_object_new_object();
    json_object_object_add(o, "cases", json_object_get(s->cases));
    json_object_object_add(o, "stages", stages_json(&s->stages));
  }
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  if (o != s->cases) json_object_put(o);
}

static void print_text(const sara *s) {
  printf("%zu cases: %zu hold, %zu do not, %zu not decided; %llu steps\nproofs: %zu of %zu accepted by the checker, %zu cite sections whose rules apply, %zu only such as are not met, %zu none; %zu files test nothing\n"
         "seconds: %.1f loading, %.1f running, %.1f checking\n",
         s->n, s->holds, s->fails, s->unknown, (unsigned long long)s->steps, s->holds - s->unchecked, s->holds, s->holds - s->goalless - s->by_absence - s->without, s->by_absence, s->without, s->goalless, s->load, s->run, s->check);
  if (stages_any(&s->stages)) stages_print(&s->stages);
}

static bool parse(sara *s, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option != 'j' && option != 'w') return cli_usage(&cli_eval, "eval sara: an option is not known or lacks its value") == CLI_OK;
    if (option == 'w' && !stages_take("sara", nothing, optarg, &s->stages)) return false;
    if (option == 'j' && !s->cases) s->cases = json_object_new_array();
  }
  return optind == argc - 1 || cli_usage(&cli_eval, "eval sara: name the folder that holds statutes and cases") == CLI_OK;
}

static pel_status run_cases(sara *s, const char *folder, pel_error *err) {
  pel_status status = pel_rule_tests(folder, &(pel_rule_testing){.edit = mend, .each = each, .cancelled = interrupted, .user = s}, err);
  cli_progress_end();
  if (s->full) return pel_fail_memory(err, "the figures", s->n * sizeof *s->tally.cells);
  if (status == PEL_ERR_CANCELLED) return pel_fail(err, status, "%s: interrupted", folder);
  if (status == PEL_OK && !s->n) return pel_fail(err, PEL_ERR_INPUT, "%s: holds no cases; name the folder that holds statutes and cases", folder);
  return status == PEL_OK ? stages_measure(&s->tally, &s->stages, err) : status;
}

int eval_sara(int argc, char **argv) {
  sara s = {.stages = {.figures = figures, .n_figures = FIGURES}};
  pel_error err = {0};
  pel_status status = PEL_ERR_USAGE;
  bool understood = parse(&s, argc, argv);
  cli_catch_signals();
  if (understood) status = run_cases(&s, argv[optind], &err);
  if (status == PEL_OK) (s.cases ? print_json : print_text)(&s);
  if (s.cases) json_object_put(s.cases);
  stage_tally_clear(&s.tally);
  if (!understood) return CLI_USAGE;
  return status == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}
