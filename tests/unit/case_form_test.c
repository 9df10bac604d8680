/* A case as a form: fields from a pack's vocabulary, from and to case files, what is wrong at its place, what a change does. */
#include "src/core/case_form.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/core/term_text.h"
#include "tests/check.h"

static pel_error err;
static char pack_path[] = "/tmp/case-form-XXXXXX";

static const pel_vocabulary terms[] = {
    {.term = "quantity(urea, Value)", .says = "the blood urea is {Value} mmol/L", .denied = "no blood urea is given", .asks = "What is the blood urea?", .type = PEL_TERM_QUANTITY, .unit = "mmol/L", .allowed = "0..300", .askable = true},
    {.term = "quantity(heat, Value)", .says = "the temperature is {Value}", .denied = "", .asks = "How hot?", .type = PEL_TERM_QUANTITY, .unit = "Cel", .allowed = "20..46", .askable = true},
    {.term = "quantity(height, Value)", .says = "the height is {Value} cm", .denied = "", .asks = "How tall?", .type = PEL_TERM_QUANTITY, .unit = "cm", .allowed = "0..220", .askable = true},
    {.term = "quantity(creatinine, Value)", .says = "the creatinine is {Value}", .denied = "", .asks = "What is the creatinine?", .type = PEL_TERM_QUANTITY, .unit = "umol/L", .allowed = "0..2000", .askable = true},
    {.term = "quantity(frost, Value)", .says = "the frost is {Value}", .denied = "", .asks = "How much frost?", .type = PEL_TERM_QUANTITY, .unit = "Cel", .allowed = "0..", .askable = true},
    {.term = "choice(return, Kind)", .says = "the return is a {Kind} one", .denied = "", .asks = "What kind of return?", .type = PEL_TERM_CHOICE, .unit = "", .allowed = "joint|single", .askable = true},
    {.term = "date_of(sale, Date)", .says = "sold on {Date}", .denied = "", .asks = "When was it sold?", .type = PEL_TERM_DATE, .unit = "", .allowed = "", .askable = true},
    {.term = "finding(confusion)", .says = "the patient is confused", .denied = "the patient is not confused", .asks = "Is the patient confused?", .type = PEL_TERM_YESNO, .unit = "", .allowed = "", .askable = true},
    {.term = "married(A, B)", .says = "{A} and {B} are married", .denied = "{A} and {B} are not married", .asks = "", .type = PEL_TERM_YESNO, .unit = "", .allowed = "", .askable = true},
    {.term = "joint", .says = "common", .denied = "", .asks = "", .type = PEL_TERM_TEXT, .unit = "", .allowed = "", .askable = false},
    {.term = "severe(Class)", .says = "severity: {Class}", .denied = "", .asks = "How severe is it?", .type = PEL_TERM_TEXT, .unit = "", .allowed = "", .askable = false},
};

static const char file[] = "{\"pellucid_case\": 1, \"title\": \"A\", \"as_of\": \"2020-01-02\", \"question\": \"severe(X)\", \"text\": \"Confused. Wed.\", \"facts\": [\n"
  "{\"id\": \"f1\", \"says\": \"Confused\", \"term\": \"finding( confusion )\", \"value\": true, \"span\": [0, 8], \"by\": \"text\"},"
  "{\"term\": \"married(alice,  'Bob B')\", \"date\": \"1992-02-03\"}, {\"quantity\": \"urea\", \"value\": 8.10, \"unit\": \"umol/L\"},"
  "{\"term\": \"finding(confusion)\", \"value\": false, \"by\": \"nurse\"}, {\"choice\": \"weather\", \"value\": \"rain\"}, {\"quantity\": \"heat\", \"value\": null}]}";

static void build(void) {
  pel_pack_header header = {.name = "t", .title = "T", .version = "1", .language = "en", .advice = "", .generator = "t"};
  pel_pack_builder *b;
  close(mkstemp(pack_path));
  unlink(pack_path);
  CHECK_MSG(pel_pack_builder_create(pack_path, false, &header, &b, &err) == PEL_OK, "%s", err.text);
  pel_rule rule = {.file = "r.pl", .line = 1, .label = "", .text = "severe(high) :- finding(confusion), quantity(urea, U), U > 7.", .valid_from = "", .valid_to = ""};
  CHECK_MSG(pel_pack_add_rule(b, &rule, NULL, &err) == PEL_OK, "%s", err.text);
  for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) CHECK_MSG(pel_pack_add_vocabulary(b, &terms[i], NULL, &err) == PEL_OK, "%s", err.text);
  pel_pack_case one = {.name = "c", .text = "{\"pellucid_case\": 1, \"as_of\": \"2020-01-01\", \"question\": \"severe(C)\", \"asks\": \"How bad?\"}", .expected = "{\"state\": \"not found\"}"};
  CHECK_MSG(pel_pack_add_case(b, &one, NULL, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
}

static pel_case_form *open_form(void) {
  pel_case_form *f = NULL;
  CHECK_MSG(pel_case_form_open(pack_path, &f, &err) == PEL_OK, "%s", err.text);
  return f;
}

static pel_case_form *open_case(void) {
  pel_case_form *f = open_form();
  CHECK_MSG(pel_case_form_read(f, "file", file, strlen(file), &err) == PEL_OK, "%s", err.text);
  return f;
}

static guint labelled(const pel_case_form *f, const char *label) {
  for (guint i = 0; i < f->fields->len; i++)
    if (!strcmp(pel_case_form_field(f, i)->label, label)) return i;
  CHECK_MSG(false, "no field %s", label);
  return 0;
}

static void test_fields(void) {
  pel_case_form *f = open_form();
  CHECK_MSG(f->fields->len == 9, "%u", f->fields->len);
  const pel_form_field *urea = pel_case_form_field(f, labelled(f, "What is the blood urea?")), *married = pel_case_form_field(f, labelled(f, "A and B are married"));
  const pel_form_field *kind = pel_case_form_field(f, labelled(f, "What kind of return?"));
  CHECK(urea->form == PEL_FACT_QUANTITY && urea->type == PEL_TERM_QUANTITY && !urea->variables);
  CHECK_STR(urea->name, "urea");
  CHECK_STR(kind->choice_words[0], "common");
  CHECK_STR(kind->choice_words[1], "single");
  CHECK(married->variables && !strcmp(married->variables[1], "B"));
  CHECK_MSG(f->questions->len == 1, "%u", f->questions->len); /* the vocabulary's is the case's under another name */
  CHECK_STR(((pel_form_question *)g_ptr_array_index(f->questions, 0))->asks, "How bad?");
  pel_case_form_free(f);
}

static void test_round_trip(void) {
  pel_case_form *f = open_case(), *g = open_form();
  char *once = pel_case_form_write(f, NULL);
  CHECK_MSG(pel_case_form_read(g, "again", once, strlen(once), &err) == PEL_OK, "%s", err.text);
  char *twice = pel_case_form_write(g, NULL);
  CHECK_STR(once, twice);
  for (guint i = 0; i < f->fields->len; i++) CHECK(!pel_form_field_changed(pel_case_form_field(f, i)));
  CHECK(strstr(once, "\"value\": 8.10, \"unit\": \"umol/L\"}") && strstr(once, "\"span\": [0, 8]") && strstr(once, "\"date\": \"1992-02-03\""));
  CHECK(strstr(once, "\"choice\": \"weather\", \"value\": \"rain\"}") && strstr(once, "\"id\": \"f1\", \"says\": \"Confused\", \"term\": \"finding(confusion)\", \"value\": true"));
  CHECK(strstr(once, "\"value\": false, \"by\": \"nurse\"}") && strstr(once, "{\"says\": \"How hot?\", \"quantity\": \"heat\", \"value\": null, \"unit\": \"Cel\"}"));
  CHECK_MSG(pel_case_form_check(f) == 0, "%s", once);
  CHECK_STR(pel_case_form_field(f, labelled(f, "alice and Bob B are married"))->name, "married(alice,'Bob B')");
  g_free(once), g_free(twice);
  pel_case_form_free(f), pel_case_form_free(g);
}

/* Whatever the order in which it is filled in. */
static void test_same_bytes(void) {
  char *written[2];
  for (int round = 0; round < 2; round++) {
    pel_case_form *f = open_form();
    guint urea = labelled(f, "What is the blood urea?"), confused = labelled(f, "Is the patient confused?");
    pel_case_form_set_head(f, PEL_HEAD_AS_OF, "2020-01-01");
    pel_case_form_set_head(f, PEL_HEAD_QUESTION, "severe(C)");
    for (int k = 0; k < 2; k++) {
      if (k == round) pel_case_form_answer(f, urea, PEL_SAID_VALUE, "8.1");
      else pel_case_form_answer(f, confused, PEL_SAID_YES, NULL);
    }
    if (round) pel_case_form_answer(f, labelled(f, "When was it sold?"), PEL_SAID_VALUE, "2020-01-01"), pel_case_form_answer(f, labelled(f, "When was it sold?"), PEL_NOT_SAID, NULL);
    CHECK(pel_case_form_check(f) == 0);
    written[round] = pel_case_form_write(f, NULL);
    pel_case_form_free(f);
  }
  CHECK_STR(written[0], written[1]);
  g_free(written[0]), g_free(written[1]);
}

static const char *fault_of(const char *label, pel_answer is, const char *value, const char *unit) {
  static char fault[200];
  pel_case_form *f = open_form();
  guint i = labelled(f, label);
  pel_case_form_answer(f, i, is, value);
  if (unit) pel_case_form_set_unit(f, i, unit);
  pel_case_form_check(f);
  g_strlcpy(fault, pel_case_form_field(f, i)->fault ? pel_case_form_field(f, i)->fault : "", sizeof fault);
  pel_case_form_free(f);
  return fault;
}

static void test_faults(void) {
  const char *urea = "What is the blood urea?", *heat = "How hot?", *sale = "When was it sold?";
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "8.1", NULL), "");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "8.1e1", NULL), "");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "300000", "umol/L"), "");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "301", NULL), "Only 0 to 300 mmol/L is possible here.");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "8,1", NULL), "Write the number with a point: 8.1.");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "much", NULL), "This is no number.");
  CHECK_STR(fault_of(urea, PEL_SAID_VALUE, "1", "mg/dL"), "mg/dL cannot be converted: the pack reckons in mmol/L.");
  CHECK_STR(fault_of(urea, PEL_SAID_UNKNOWN, "nonsense", NULL), "");
  CHECK_STR(fault_of(heat, PEL_SAID_VALUE, "98.6", "[degF]"), "");
  CHECK_STR(fault_of(heat, PEL_SAID_VALUE, "98.6", NULL), "Only 20 to 46 Cel is possible here.");
  CHECK_STR(fault_of(sale, PEL_SAID_VALUE, "2021-02-29", NULL), "This is no date; write it as 2016-12-31.");
  CHECK_STR(fault_of(sale, PEL_SAID_VALUE, "2020-02-29", NULL), "");
  CHECK_STR(fault_of("What kind of return?", PEL_SAID_VALUE, "odd", NULL), "The pack does not know this choice.");
}

/* Reckoned in floating point, so that an end of the range is met as nearly as that can; the audit has the last word. */
static void test_ends_of_ranges(void) {
  const char *tall = "How tall?", *creatinine = "What is the creatinine?", *frost = "How much frost?";
  char digits[130];
  CHECK_STR(fault_of(creatinine, PEL_SAID_VALUE, "2", "mmol/L"), "");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "2.2", "m"), "");
  CHECK_STR(fault_of(frost, PEL_SAID_VALUE, "32", "[degF]"), "");
  CHECK_STR(fault_of(frost, PEL_SAID_VALUE, "31.999", "[degF]"), "At least 0 Cel is needed here.");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "2.2001", "m"), "Only 0 to 220 cm is possible here.");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "220.0001", NULL), "Only 0 to 220 cm is possible here.");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "1e400", NULL), "Only 0 to 220 cm is possible here.");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "1e401", NULL), "At most 120 digits and an exponent of 400 are possible here.");
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, "1e-99999999999999999999", NULL), "At most 120 digits and an exponent of 400 are possible here.");
  memset(digits, '0', sizeof digits);
  memcpy(digits, "1.", 2), digits[121] = 0;
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, digits, NULL), "");
  digits[121] = '1', digits[122] = 0;
  CHECK_STR(fault_of(tall, PEL_SAID_VALUE, digits, NULL), "At most 120 digits and an exponent of 400 are possible here.");
}

static void test_instances(void) {
  pel_case_form *f = open_form();
  guint pattern = labelled(f, "A and B are married");
  char *fault;
  const char *const names[] = {"alice", "Bob O'Hara"}, *const nobody[] = {"alice", " "};
  CHECK(pel_case_form_instance(f, pattern, nobody, &fault) == G_MAXUINT && strstr(fault, "B: "));
  g_free(fault);
  guint at = pel_case_form_instance(f, pattern, names, &fault);
  CHECK(at != G_MAXUINT && !fault);
  CHECK_STR(pel_case_form_field(f, at)->name, "married(alice,'Bob O\\'Hara')");
  CHECK_STR(pel_case_form_field(f, at)->label, "alice and Bob O'Hara are married");
  CHECK(pel_case_form_instance(f, pattern, names, &fault) == at);
  CHECK(pel_case_form_field_for(f, "quantity(urea, 81r10)", "") == labelled(f, "What is the blood urea?"));
  CHECK(pel_case_form_field_for(f, "neg(finding(confusion))", "") == labelled(f, "Is the patient confused?"));
  CHECK(pel_case_form_field_for(f, "married(x, _G1)", "") == G_MAXUINT);
  CHECK_STR(pel_case_form_field(f, pel_case_form_field_for(f, "odd(thing)", "an odd thing"))->label, "an odd thing");
  pel_case_form_free(f);
}

static pel_case_form *read_facts(const char *text, const char *facts) {
  pel_case_form *f = open_form();
  char *json = g_strdup_printf("{\"pellucid_case\": 1, \"as_of\": \"2020-01-02\", \"question\": \"severe(X)\", \"text\": \"%s\", \"facts\": [%s]}", text, facts);
  CHECK_MSG(pel_case_form_read(f, "facts", json, strlen(json), &err) == PEL_OK, "%s", err.text);
  g_free(json);
  return f;
}

/* What an audit refuses is not mended silently; what needs no unit gets the pack's. */
static void test_missing_unit(void) {
  pel_case_form *f = read_facts("", "{\"quantity\": \"urea\", \"value\": 8.1}, {\"quantity\": \"heat\", \"value\": null}, {\"quantity\": \"odd\", \"value\": 1, \"unit\": \"mg\"}, {\"quantity\": \"odd\", \"value\": 1}");
  const pel_form_field *urea = pel_case_form_field(f, labelled(f, "What is the blood urea?"));
  CHECK_MSG(pel_case_form_check(f) == 1, "%u", pel_case_form_check(f));
  CHECK_STR(urea->fault ? urea->fault : "", "A unit is missing: the pack reckons in mmol/L.");
  char *json = pel_case_form_write(f, NULL);
  CHECK(strstr(json, "{\"quantity\": \"urea\", \"value\": 8.1}") && strstr(json, "\"value\": null, \"unit\": \"Cel\"}") && strstr(json, "{\"quantity\": \"odd\", \"value\": 1}"));
  g_free(json);
  pel_case_form_set_unit(f, labelled(f, "What is the blood urea?"), "mmol/L");
  CHECK(pel_case_form_check(f) == 0 && pel_form_field_changed(urea));
  pel_case_form_free(f);
}

/* Words are evidence only while they stand where the case says. */
static void test_edited_text(void) {
  pel_case_form *f = read_facts("Dür: confused. Wed.", "{\"term\": \"finding(confusion)\", \"span\": [5, 13]}, {\"term\": \"odd(day)\", \"span\": [15, 19]}");
  static const struct { const char *text; bool first, second; } edits[] = {
      {"Dür: confused. Wed.", true, true}, {"Xür: confused, Wed.!", true, true}, {"Dür: confused. Sun.", true, false}, {"Now Dür: confused. Wed.", false, false},
      {"Dür: confused.", true, false}, {"Duer: confused. Wed.", false, false}, {"", false, false}, {"Dür: confused. Wed.", true, true}};
  for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
    pel_case_form_set_head(f, PEL_HEAD_TEXT, edits[i].text);
    char *json = pel_case_form_write(f, NULL);
    CHECK_MSG((strstr(json, "[5, 13]") != NULL) == edits[i].first && (strstr(json, "[15, 19]") != NULL) == edits[i].second, "%zu: %s", i, json);
    pel_case_form *again = open_form();
    CHECK_MSG(pel_case_form_read(again, "again", json, strlen(json), &err) == PEL_OK, "%s", err.text);
    pel_case_form_free(again);
    g_free(json);
  }
  pel_case_form_free(f);
}

/* A change says that it is supposed, and points into the text no more. */
static void test_suppose(void) {
  pel_case_form *f = open_case();
  guint confused = labelled(f, "Is the patient confused?");
  pel_case_form_answer(f, confused, PEL_SAID_NO, NULL);
  char *json = pel_case_form_write(f, "supposed");
  CHECK(strstr(json, "{\"id\": \"f1\", \"term\": \"finding(confusion)\", \"value\": false, \"by\": \"supposed\"}"));
  char *words = pel_form_field_words(f, pel_case_form_field(f, confused), &pel_case_form_field(f, confused)->now);
  CHECK_STR(words, "the patient is not confused");
  g_free(json), g_free(words);
  pel_case_form_answer(f, confused, PEL_NOT_SAID, NULL);
  json = pel_case_form_write(f, "supposed");
  CHECK(!strstr(json, "\"id\": \"f1\"") && strstr(json, "nurse") && strstr(json, "{\"id\": \"fact 4\", \"term\": \"finding(confusion)\", \"value\": false"));
  g_free(json);
  pel_case_form_free(f);
}

static char *rewritten(const char *facts, guint unsaid, const char *said, const char *supposed_by) {
  pel_case_form *f = read_facts("", facts), *g = open_form();
  for (guint i = 0; i < f->fields->len; i++)
    if (pel_case_form_field(f, i)->at == (int)unsaid) pel_case_form_answer(f, i, PEL_NOT_SAID, NULL);
  pel_case_form_answer(f, labelled(f, said), PEL_SAID_YES, NULL);
  char *json = pel_case_form_write(f, supposed_by), *twice = pel_case_form_write(f, supposed_by);
  CHECK_STR(json, twice);
  CHECK_MSG(pel_case_form_read(g, "again", json, strlen(json), &err) == PEL_OK, "%s: %s", err.text, json);
  g_free(twice);
  pel_case_form_free(f), pel_case_form_free(g);
  return json;
}

/* A fact that is added takes no other's name. */
static void test_names_of_facts(void) {
  char *json = rewritten("{\"term\": \"a(b)\"}, {\"term\": \"a(c)\"}, {\"id\": \"what if 3\", \"term\": \"a(d)\"}", 0, "Is the patient confused?", "supposed");
  CHECK_MSG(strstr(json, "\"id\": \"fact 2\"") && strstr(json, "\"id\": \"what if 3\", \"term\": \"a(d)\"") && strstr(json, "\"id\": \"what if 4\", \"term\": \"finding(confusion)\""), "%s", json);
  g_free(json);
  json = rewritten("{\"id\": \"fact 2\", \"term\": \"a(b)\"}, {\"id\": \"fact 3\", \"term\": \"a(c)\"}", 9, "Is the patient confused?", NULL);
  CHECK_MSG(strstr(json, "{\"id\": \"fact 4\", \"term\": \"finding(confusion)\""), "%s", json);
  g_free(json);
  json = rewritten("{\"term\": \"a(b)\"}, {\"id\": \"mine\", \"term\": \"a(c)\"}", 9, "Is the patient confused?", NULL);
  CHECK_MSG(strstr(json, "{\"term\": \"finding(confusion)\""), "%s", json);
  g_free(json);
}

static void test_audit_errors(void) {
  pel_case_form *f = open_case();
  g_free(pel_case_form_write(f, NULL));
  CHECK(pel_case_form_take_error(f, "the case: $.facts[2].unit: no such unit"));
  CHECK_STR(pel_case_form_field(f, labelled(f, "What is the blood urea?"))->fault, "no such unit");
  CHECK(pel_case_form_take_error(f, "the case: $.question: no goal") && !strcmp(f->faults[PEL_HEAD_QUESTION], "no goal"));
  CHECK(!pel_case_form_take_error(f, "the disk is full"));
  pel_case_form_free(f);
}

static void test_hostile_terms(void) {
  static const char *const odd[] = {"", "(", ")", "f(", "f(a", "f(a,", "f(,)", "f(a)b", "'", "'a", "f('a)", "\"", "f([a,b|C])", "f({}", "X", "_", "f(A,A)", "a:-b,c", "a :- \\+ (b , c)", "X = - (1)", "a ' b", "-  -", "((((((((((", "f(\\)"};
  for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
    char *squeezed = pel_term_squeeze(odd[i]), *functor = NULL, **arguments = NULL, **variables = pel_term_variables(squeezed);
    char *twice = pel_term_squeeze(squeezed);
    CHECK_STR(twice, squeezed);
    g_free(twice);
    if (pel_term_split(squeezed, &functor, &arguments)) CHECK(functor && arguments && arguments[0]);
    for (size_t j = 0; j < G_N_ELEMENTS(odd); j++) {
      GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
      pel_term_matches(odd[j], squeezed, bound);
      g_hash_table_unref(bound);
    }
    g_free(squeezed), g_free(functor), g_strfreev(arguments), g_strfreev(variables);
  }
  GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  CHECK(pel_term_matches("f(A,g(A,B))", "f(x,g(x,'y, z'))", bound));
  CHECK_STR((const char *)g_hash_table_lookup(bound, "B"), "'y, z'");
  g_hash_table_remove_all(bound);
  CHECK(!pel_term_matches("f(A,g(A,B))", "f(x,g(w,y))", bound));
  g_hash_table_unref(bound);
}

/* Two symbols in a row would become one, and a bracket right behind a name takes its arguments in. */
static void test_own_rules(void) {
  static const char *const rules[] = {"odd(X) :- \\\\+ even(X)", "low(X) :- quantity(heat, X), X >= -1", "low(X) :- X is - (1 + 2), X =< (3)", "odd(X) :- (even(X) ; low(X)), \\\\+ (even(X), low(X))", "a :- b"};
  static const char *const squeezed[] = {"odd(X):- \\\\+even(X)", "low(X):-quantity(heat,X),X>= -1", "low(X):-X is- (1+2),X=< (3)", "odd(X):- (even(X);low(X)),\\\\+ (even(X),low(X))", "a:-b"};
  for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
    char *fact = g_strdup_printf("{\"term\": \"%s\"}", rules[i]), *wanted = g_strdup_printf("\"term\": \"%s\"", squeezed[i]);
    pel_case_form *f = read_facts("", fact);
    char *json = pel_case_form_write(f, NULL);
    CHECK_MSG(strstr(json, wanted) != NULL, "%s: %s", wanted, json);
    g_free(fact), g_free(wanted), g_free(json);
    pel_case_form_free(f);
  }
}

static guint conflicts(const char *facts) {
  static const char says[] = "Another value is said for the same day: leave one out, or give each its own date.";
  pel_case_form *f = read_facts("", facts);
  guint n = pel_case_form_check(f), said = 0;
  for (guint i = 0; i < f->fields->len; i++) said += !g_strcmp0(pel_case_form_field(f, i)->fault, says);
  CHECK_MSG(n == said, "%u faults, %u of them conflicts", n, said);
  pel_case_form_free(f);
  return n;
}

/* One quantity has one value a day, in whatever unit. */
static void test_conflicts(void) {
#define UREA(value, unit) "{\"quantity\": \"urea\", \"value\": " value ", \"unit\": \"" unit "\"}"
#define ON(value, date) "{\"quantity\": \"urea\", \"value\": " value ", \"unit\": \"mmol/L\", \"date\": \"" date "\"}"
  CHECK(conflicts(UREA("8.1", "mmol/L") "," UREA("8.2", "mmol/L")) == 2);
  CHECK(conflicts(UREA("8.1", "mmol/L") "," UREA("8100", "umol/L")) == 0);
  CHECK(conflicts(UREA("8.1", "mmol/L") "," UREA("8101", "umol/L")) == 2);
  CHECK(conflicts(UREA("8.1", "mmol/L") "," UREA("null", "mmol/L")) == 0);
  CHECK(conflicts(ON("8.1", "2020-01-01") "," ON("8.2", "2020-01-02") "," UREA("9", "mmol/L")) == 0);
  CHECK(conflicts(ON("8.1", "2020-01-01") "," UREA("9", "mmol/L") "," ON("8.2", "2020-01-01")) == 2);
  CHECK(conflicts(UREA("1", "mmol/L") "," UREA("2", "mmol/L") "," UREA("3", "mmol/L")) == 3);
  CHECK(conflicts("{\"quantity\": \"odd\", \"value\": 1}, {\"quantity\": \"odd\", \"value\": 2}, {\"quantity\": \"even\", \"value\": 2}") == 2);
  CHECK(conflicts(UREA("0", "mmol/L") "," UREA("0.0", "umol/L")) == 0);
}

/* However their variables are called and wherever blanks stand. */
static void test_same_terms(void) {
  CHECK(pel_term_same("severe(X)", "severe( Class )") && pel_term_same("p(X, Y, X)", "p(A,B,A)") && pel_term_same("", ""));
  CHECK(!pel_term_same("p(X, Y)", "p(A, A)") && !pel_term_same("p(X)", "p(a)") && !pel_term_same("severe(X)", "mild(X)") && !pel_term_same("p", ""));
}

int main(void) {
  build();
  RUN(test_fields);
  RUN(test_round_trip);
  RUN(test_same_bytes);
  RUN(test_faults);
  RUN(test_ends_of_ranges);
  RUN(test_instances);
  RUN(test_missing_unit);
  RUN(test_edited_text);
  RUN(test_suppose);
  RUN(test_names_of_facts);
  RUN(test_audit_errors);
  RUN(test_conflicts);
  RUN(test_same_terms);
  RUN(test_hostile_terms);
  RUN(test_own_rules);
  unlink(pack_path);
  return check_result();
}
