/* pellucid eval sara: cases that are rule files, each of which ends in a goal that has to hold. */
#include <json-c/json.h>
#include <pellucid/audit.h>
#include <string.h>

#include "engine/base/status.h"
#include "src/cli/eval.h"

static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};

typedef struct sara {
  struct json_object *cases; /* NULL: as text */
  size_t n, holds, fails, unknown, unchecked, by_absence, without, goalless;
  double load, run, check;
  uint64_t steps;
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
  return !cli_interrupted();
}

int eval_sara(int argc, char **argv) {
  sara s = {0};
  bool json = false;
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option != 'j') return cli_usage(&cli_eval, "eval sara: an option is not known");
    json = true;
  }
  if (optind != argc - 1) return cli_usage(&cli_eval, "eval sara: name the folder that holds statutes and cases");
  pel_error err = {0};
  if (json) s.cases = json_object_new_array();
  cli_catch_signals();
  pel_status status = pel_rule_tests(argv[optind], mend, each, &s, &err);
  cli_progress_end();
  if (status == PEL_OK && !s.n)
    status = pel_fail(&err, PEL_ERR_INPUT, "%s: holds no cases; name the folder that holds statutes and cases", argv[optind]);
  if (status == PEL_OK && json) puts(json_object_to_json_string_ext(s.cases, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  else if (status == PEL_OK)
    printf("%zu cases: %zu hold, %zu do not, %zu not decided; %llu steps\nproofs: %zu of %zu accepted by the checker, %zu cite sections whose rules apply, %zu only such as are not met, %zu none; %zu files test nothing\n"
           "seconds: %.1f loading, %.1f running, %.1f checking\n",
           s.n, s.holds, s.fails, s.unknown, (unsigned long long)s.steps, s.holds - s.unchecked, s.holds, s.holds - s.goalless - s.by_absence - s.without, s.by_absence, s.without, s.goalless, s.load, s.run, s.check);
  if (s.cases) json_object_put(s.cases);
  return status == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}
