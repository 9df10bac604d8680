/* GDL2 guidelines: their expressions, their clauses in the interpreter, their rows in a pack, and what is refused with its place. */
#include <pellucid/gdl2.h>
#include <pellucid/pack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/pel_gdl2_XXXXXX", guideline[80], tests[80], output[80];
static pel_error err;

/* A guideline of the given preconditions, defaults and rules (JSON), about a weight, an answer, a date and what is made of them. */
#define GUIDELINE(pre, defaults, rules)                                                                                                        \
  "{\"id\": \"Small.v1\", \"gdl_version\": \"2.0\", \"concept\": \"gt0001\", \"language\": {\"original_language\": \"ISO_639-1::en\"},"         \
  "\"description\": {\"details\": {\"en\": {\"id\": \"en\", \"purpose\": \"To test.\"}}, \"other_details\": {\"references\": \"A paper.\"}},"  \
  "\"definition\": {\"data_bindings\": {\"gt0002\": {\"type\": \"INPUT\", \"model_id\": \"m\", \"elements\": {"                              \
  "\"gt0003\": {\"path\": \"/a\", \"data_type\": \"DV_QUANTITY\", \"units\": [\"kg\"]}, \"gt0004\": {\"path\": \"/b\"}, \"gt0005\": {\"path\": \"/c\"}}}," \
  "\"gt0010\": {\"model_id\": \"n\", \"elements\": {\"gt0011\": {\"path\": \"/a\"}, \"gt0012\": {\"path\": \"/b\"}, \"gt0013\": {\"path\": \"/c\"}}, \"type\": \"OUTPUT\"}}," \
  "\"pre_conditions\": [" pre "], \"default_actions\": [" defaults "], \"rules\": {" rules "}},"                                             \
  "\"ontology\": {\"term_definitions\": {\"en\": {\"id\": \"en\", \"terms\": {\"gt0003\": {\"text\": \"Weight\"}, \"gt0004\": {\"text\": \"Smoker\"},"  \
  "\"gt0005\": {\"text\": \"Birthdate\"}, \"gt0011\": {\"text\": \"Score\"}, \"gt0012\": {\"text\": \"Risk\"}, \"gt0021\": {\"text\": \"Weigh it\"}}}}}}"

static void write_file(const char *path, const char *text) {
  FILE *f = fopen(path, "wb");
  if (!f || fputs(text, f) < 0 || fclose(f)) abort();
}

static char seen[2000];

static bool on_result(void *user, const pel_gdl2_result *r) {
  (void)user;
  size_t at = strlen(seen);
  snprintf(seen + at, sizeof seen - at, "%s=%s;", r->element, *r->reason ? r->reason : r->got);
  return true;
}

/* What the guideline concludes for the elements of `expected` when `given` is given, "gt0011=5;" each. Lines of YAML. */
static const char *conclude(const char *json, const char *given, const char *expected) {
  char yaml[4000];
  const char *paths[] = {guideline};
  pel_gdl2_totals totals = {0};
  write_file(guideline, json);
  snprintf(yaml, sizeof yaml,
           "current_datetime: 2020-03-01T12:00:00+01:00\nguidelines:\n  1: Small.v1\ntest_cases:\n- id: one\n  input:\n    1:\n%s\n  expected_output:\n    1:\n%s\n", given, expected);
  write_file(tests, yaml);
  *seen = 0;
  CHECK_MSG(pel_gdl2_check(tests, paths, 1, on_result, NULL, &totals, &err) == PEL_OK, "%s", err.text);
  return seen;
}

#define RULE(code, priority, when, then) "\"" code "\": {\"id\": \"" code "\", \"priority\": " priority ", \"when\": [" when "], \"then\": [" then "]}"
#define SCORE "      gt0011|Score: 0"
#define BOTH "      gt0011|Score: 0\n      gt0012|Risk: 0"

static void rules_run_by_priority(void) {
  const char *json = GUIDELINE("", "\"$gt0011|Score|.magnitude=1\"",
                               RULE("gt0022", "1", "\"$gt0011>=3\"", "\"$gt0012|Risk|=1|local::at0002|High|\"") ","
                               RULE("gt0021", "9", "\"$gt0003|Weight|>=60,kg\"", "\"$gt0011|Score|.magnitude=$gt0011+2\""));
  CHECK_STR(conclude(json, "      gt0003|Weight: 60,kg", BOTH), "gt0011=3;gt0012=1|local::at0002|High|;");
  CHECK_STR(conclude(json, "      gt0003|Weight: 59.9,kg", BOTH), "gt0011=1;gt0012=;");
  CHECK_STR(conclude(json, "      gt0003|Weight: 60,lb", SCORE), "gt0011=1;");
  CHECK_STR(conclude(json, "      gt0004|Smoker: true", SCORE), "gt0011=1;");
}

static void arithmetic_is_exact(void) {
  const char *sum = GUIDELINE("", "", RULE("gt0021", "1", "", "\"$gt0011.magnitude=($gt0003.magnitude+0.1+0.2)*10/3\", \"$gt0011.precision=4\", \"$gt0011.unit='mg'\""));
  CHECK_STR(conclude(sum, "      gt0003: 0,kg", SCORE), "gt0011=1.0000,mg;");
  const char *equal = GUIDELINE("", "", RULE("gt0021", "1", "\"$gt0003.magnitude+0.2==0.3\"", "\"$gt0011='same'\""));
  CHECK_STR(conclude(equal, "      gt0003: 0.1,kg", SCORE), "gt0011=same;");
  const char *power = GUIDELINE("", "", RULE("gt0021", "1", "", "\"$gt0011.magnitude=2+3*2^2-(-1)\""));
  CHECK_STR(conclude(power, "      gt0004: true", SCORE), "gt0011=15;");
  const char *functions = GUIDELINE("", "", RULE("gt0021", "1", "", "\"$gt0011.magnitude=round(2.5)+floor(-0.5)+max((abs(-7)),3)+log10(1000)+sqrt(16)+round(exp(0))\""));
  CHECK_STR(conclude(functions, "      gt0004: true", SCORE), "gt0011=17;");
  const char *none = GUIDELINE("", "", RULE("gt0021", "1", "", "\"$gt0011.magnitude=1/($gt0003.magnitude-5)\""));
  CHECK_STR(conclude(none, "      gt0003: 5,kg", SCORE), "gt0011=;");
}

static void rounding_is_that_of_the_precision(void) {
  const char *json = GUIDELINE("", "", RULE("gt0021", "2", "", "\"$gt0011.magnitude=$gt0003.magnitude/3\", \"$gt0011.precision=1\", \"$gt0011.unit='1'\"") ","
                                       RULE("gt0022", "1", "", "\"$gt0012.magnitude=$gt0011.magnitude*3\", \"$gt0012.precision=2\", \"$gt0012.unit='1'\""));
  CHECK_STR(conclude(json, "      gt0003: 1,kg", BOTH), "gt0011=0.3,1;gt0012=0.90,1;");
}

static void logic_and_fired(void) {
  const char *json = GUIDELINE("", "", RULE("gt0021", "3", "\"($gt0003==null&&$gt0004|Smoker|==1|local::at0004|Yes|)||!($gt0003<50,kg)\"", "\"$gt0011='a'\"") ","
                                       RULE("gt0022", "2", "\"!fired($gt0021)\"", "\"$gt0011='b'\"") "," RULE("gt0023", "1", "\"fired($gt0021)\"", "\"$gt0012=$gt0011+' and '+$gt0004.label\""));
  CHECK_STR(conclude(json, "      gt0004: 1|local::at0004|Ja|", BOTH), "gt0011=a;gt0012=a and Ja;");
  CHECK_STR(conclude(json, "      gt0003: 40,kg", BOTH), "gt0011=b;gt0012=;");
}

static void dates(void) {
  const char *json = GUIDELINE("", "", RULE("gt0021", "3", "\"$gt0005<=($currentDateTime-60,a)\"", "\"$gt0011='old'\"") ","
                                       RULE("gt0022", "2", "", "\"$gt0012.magnitude=$currentDateTime.year-$gt0005.year\""));
  CHECK_STR(conclude(json, "      gt0005: 1960-03-01T12:00+01:00", BOTH), "gt0011=old;gt0012=60;");
  CHECK_STR(conclude(json, "      gt0005: 1960-03-01T12:01+01:00[Europe/Stockholm]", BOTH), "gt0011=;gt0012=60;");
}

static void preconditions(void) {
  const char *json = GUIDELINE("\"$gt0003>=18,kg\"", "", RULE("gt0021", "1", "", "\"$gt0011=5\""));
  CHECK_STR(conclude(json, "      gt0003: 18,kg", SCORE), "gt0011=5;");
  CHECK_STR(conclude(json, "      gt0003: 17,kg", SCORE), "gt0011=;");
}

/* A chain in which every rule reads what all before it wrote takes no more than its length. */
static void a_long_chain_ends(void) {
  enum { RULES = 150, SIZE = 1 << 16 };
  char *rules = malloc(SIZE), *json = malloc(2 * SIZE), parts[2][4000];
  size_t at = 0;
  const char *whole = GUIDELINE("", "", "\"x\": 1"), *mark = strstr(whole, "\"x\": 1");
  for (int i = 0; i < RULES; i++)
    at += (size_t)snprintf(rules + at, SIZE - at, "%s\"gt%d\": {\"priority\": %d, \"when\": [\"$gt0011>=%d\", \"$gt0011<=999\"], \"then\": [\"$gt0011.magnitude=$gt0011+1\"]}",
                           i ? ", " : "", 1000 + i, 500 - i, i);
  snprintf(parts[0], sizeof parts[0], "%.*s", (int)(mark - whole), whole);
  snprintf(json, 2 * SIZE, "%s%s%s", parts[0], rules, mark + strlen("\"x\": 1"));
  char *defaults = strstr(json, "\"default_actions\": []");
  char *second = malloc(2 * SIZE + 64);
  snprintf(second, 2 * SIZE + 64, "%.*s\"default_actions\": [\"$gt0011.magnitude=0\"]%s", (int)(defaults - json), json, defaults + strlen("\"default_actions\": []"));
  CHECK_STR(conclude(second, "      gt0004: true", SCORE), "gt0011=150;");
  free(rules), free(json), free(second);
}

static bool find_rule(void *user, const pel_rule *r) {
  if (strcmp(r->label, "gt0021: Weigh it") == 0 && strstr(r->text, "small_v1_gt0021(Weight, Smoker) :-")) *(int64_t *)user = r->passage;
  return true;
}

static bool find_term(void *user, const pel_vocabulary *v) {
  if (strcmp(v->term, "quantity(small_v1_gt0003, Value)") == 0) *(int *)user += strcmp(v->unit, "kg") == 0 && v->askable && v->type == PEL_TERM_QUANTITY;
  if (strcmp(v->term, "choice(small_v1_gt0004, Value)") == 0) *(int *)user += strcmp(v->allowed, "Yes") == 0;
  if (strcmp(v->term, "small_v1_concludes(gt0011, Value)") == 0) *(int *)user += !v->askable;
  if (strstr(v->term, "small_v1_gt0021(")) *(int *)user += v->type == PEL_TERM_STEP && strcmp(v->says, "rule \xe2\x80\x9cgt0021: Weigh it\xe2\x80\x9d applies") == 0;
  if (strcmp(v->term, "gdl2_number(_, _, _)") == 0) *(int *)user += v->type == PEL_TERM_STEP && !*v->says; /* passed over, told once */
  if (strcmp(v->term, "small_v1_value(gt0003, null)") == 0) *(int *)user += strcmp(v->says, "nothing is given for: Weight") == 0;
  return true;
}

static pel_status import(const char *json, pel_import *done) {
  pel_pack_header header = {.name = "t"};
  pel_pack_builder *b;
  write_file(guideline, json);
  if (pel_pack_builder_create(output, true, &header, &b, &err) != PEL_OK) abort();
  pel_status status = pel_import_gdl2(b, guideline, done, &err);
  if (status == PEL_OK) return pel_pack_builder_finish(b, NULL, NULL, NULL, &err);
  pel_pack_builder_abandon(b);
  return status;
}

static void becomes_a_pack(void) {
  pel_import done = {0};
  pel_pack *p;
  int64_t passage = 0;
  int terms = 0;
  const char *json = GUIDELINE("", "", RULE("gt0021", "1", "\"$gt0003>=60,kg\", \"$gt0004==1|local::at0004|Yes|\"", "\"$gt0011=5\"") "," RULE("gt0022", "1", "\"$gt0003!=null left\"", "\"$gt0012=5\""));
  CHECK_MSG(import(json, &done) == PEL_OK, "%s", err.text);
  CHECK(done.sources == 2 && done.rules > 10 && done.vocabulary > 30);
  CHECK_MSG(done.skipped == 1 && strstr(done.first_skipped, "gt0022[0], column 15"), "%d %s", (int)done.skipped, done.first_skipped);
  CHECK_MSG(pel_pack_open(output, &p, &err) == PEL_OK, "%s", err.text);
  CHECK(pel_pack_vocabulary(p, find_term, &terms, &err) == PEL_OK && terms == 6);
  CHECK(pel_pack_rules(p, find_rule, &passage, &err) == PEL_OK && passage);
  pel_passage row = {0};
  CHECK(pel_pack_passage(p, passage, &row, &err) == PEL_OK && strstr(row.text, "$gt0003>=60,kg"));
  CHECK_STR(row.path, "rules > gt0021");
  pel_pack_close(p);
}

static void refusals(void) {
  static const struct {
    const char *json, *error;
  } bad[] = {{GUIDELINE("", "", RULE("gt0021", "1", "\"$gt0003>=\"", "")), "$.definition.rules.gt0021.when[0]: column 10: the expression ends where a value is expected"},
             {GUIDELINE("", "", RULE("gt0021", "1", "", "\"$gt0003>5\"")), "$.definition.rules.gt0021.then[0]: an assignment"},
             {GUIDELINE("\"($gt0003>5\"", "", RULE("gt0021", "1", "", "")), "$.definition.pre_conditions[0]: column 11: a ) is expected"},
             {GUIDELINE("", "\"$gt0003='x\"", RULE("gt0021", "1", "", "")), "$.definition.default_actions[0]: column 9: the text has no closing '"},
             {"{\"id\": \"x\"}", "$.definition.rules is empty"},
             {"{}", "$.id is missing"},
             {"[1", "byte"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    pel_import done = {0};
    CHECK(import(bad[i].json, &done) == PEL_ERR_INPUT);
    CHECK_MSG(strstr(err.text, bad[i].error), "%s lacks: %s", err.text, bad[i].error);
  }
  char deep[2000];
  const char *head = GUIDELINE("", "", RULE("gt0021", "1", "\"#\"", "")), *mark = strchr(head, '#');
  snprintf(deep, sizeof deep, "%.*s%.*s%s", (int)(mark - head), head, 300, "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", mark + 1);
  pel_import done = {0};
  CHECK(import(deep, &done) == PEL_ERR_INPUT && strstr(err.text, "nested too deeply"));
}

static void test_files(void) {
  const char *paths[] = {guideline};
  pel_gdl2_totals totals = {0};
  write_file(guideline, GUIDELINE("", "", RULE("gt0021", "1", "\"$gt0003!=null\"", "\"$gt0011=5\"")));
  write_file(tests, "guidelines:\n  1: Small.v1\ntest_cases:\n- id: a\n  input:\n    1:\n      gt0003|Weight|:5,kg\n      gt0004: true\n  expected_output:\n    1:\n      gt0011|Score: 5\t\n"
                    "- id: b\n  input:\n    1: {}\n  expected_output:\n    1: {}\n");
  CHECK(pel_gdl2_check(tests, paths, 1, NULL, NULL, &totals, &err) == PEL_OK);
  CHECK_MSG(totals.mended == 1 && totals.cases == 2 && totals.outputs == 1 && totals.equal == 1 && totals.silent == 1 && totals.silent_equal == 1,
            "%d %d %d %d %d %d", (int)totals.mended, (int)totals.cases, (int)totals.outputs, (int)totals.equal, (int)totals.silent, (int)totals.silent_equal);
  write_file(tests, "guidelines: {1: Other.v1}\ntest_cases: []\n");
  totals = (pel_gdl2_totals){0};
  const char *none[] = {"/nowhere/None.v1.gdl2.json"};
  CHECK(pel_gdl2_check(tests, none, 1, NULL, NULL, &totals, &err) == PEL_OK && totals.absent == 1);
  write_file(tests, "a: [b\n");
  *seen = 0;
  CHECK(pel_gdl2_check(tests, paths, 1, on_result, NULL, &totals, &err) == PEL_OK && strstr(seen, "line 2"));
}

int main(void) {
  if (!mkdtemp(folder)) abort();
  snprintf(guideline, sizeof guideline, "%s/Small.v1.gdl2.json", folder);
  snprintf(tests, sizeof tests, "%s/Small.v1.test.yml", folder);
  snprintf(output, sizeof output, "%s/out.pack", folder);
  RUN(rules_run_by_priority);
  RUN(arithmetic_is_exact);
  RUN(rounding_is_that_of_the_precision);
  RUN(logic_and_fired);
  RUN(dates);
  RUN(preconditions);
  RUN(a_long_chain_ends);
  RUN(becomes_a_pack);
  RUN(refusals);
  RUN(test_files);
  unlink(guideline), unlink(tests), unlink(output), rmdir(folder);
  return check_result();
}
