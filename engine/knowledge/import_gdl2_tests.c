/* The test files of a GDL2 guideline into a pack, as its cases.
 *
 * Inputs are given as the fields of the form give them, where the rules then see the same value; otherwise as the term that they are for the rules. An
 * expected output is written as the guideline prints it where the two are the same but for their spelling (pel_gdl2_same), otherwise as it is expected. */
#include <ctype.h>
#include <json-c/json.h>
#include <pellucid/audit.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/gdl2_field.h"
#include "engine/knowledge/gdl2_run.h"
#include "engine/logic/machine.h"
#include "engine/logic/write.h"

enum { MOST_ASKED = 20 /* of one case: an audit takes no more answers */, REASON = 200 };

static const char USUAL_DAY[] = "2020-01-01"; /* where the file says none, and what comes out does not say it */

typedef struct importer {
  pel_pack_builder *b;
  pel_import *done;
  const char *path;
  pel_gdl2_tests *tests;
  pel_gdl2_run run;
  pel_gdl2_field *fields;    /* of each element of the guideline; of outputs empty */
  bool dated;                /* the guideline reads the present */
  const char *now;           /* what it is */
  struct json_object *names; /* of the cases so far, with how many there are */
} importer;

typedef struct asked { /* an element that a case asks for */
  const char *code, *expected; /* "": nothing may be concluded */
  int64_t line;
  char *got;
} asked;

typedef struct asking {
  asked *items;
  size_t n;
} asking;

/* A case's facts, for its file and for the guideline's program. */
typedef struct facts {
  struct json_object *list;
  pel_gdl2_out clauses;
  bool inexact; /* a number is given without the digits of its precision, or an ordinal's code, which a field has no place for */
} facts;

/* ---- facts ---- */

static void add_text(struct json_object *o, const char *key, const char *text) { json_object_object_add(o, key, json_object_new_string(text)); }

static void add_line(struct json_object *o, const char *key, const char *text) {
  char *line = strdup(text);
  add_text(o, key, line ? pel_import_line(line) : "");
  free(line);
}

/* The option that a value is, when no other has its label; NULL for none. */
static const char *option_of(const pel_gdl2_field *f, const char *value) {
  const char *found = NULL;
  char *label = NULL;
  for (size_t i = 0; i < f->n_options && !found; i++)
    if (strstr(f->options[i], "::") && strstr(value, "::") && pel_gdl2_same(f->options[i], value)) found = f->options[i];
  if (found) label = pel_gdl2_label(found);
  for (size_t i = 0; i < f->n_options && found && label; i++) {
    char *other = f->options[i] == found ? NULL : pel_gdl2_label(f->options[i]);
    if (other && strcmp(other, label) == 0) label[0] = 0;
    free(other);
  }
  bool usable = label && *label;
  free(label);
  return usable ? found : NULL;
}

/* As JSON has numbers: no sign but a minus, no zero before other digits. */
static bool is_json_number(const char *text, size_t size) {
  size_t at = size > 0 && *text == '-', whole = 0, part = 0;
  for (; at + whole < size && isdigit((unsigned char)text[at + whole]);) whole++;
  bool zero = text[at] == '0' && whole > 1;
  at += whole;
  if (at == size) return whole > 0 && !zero;
  if (text[at++] != '.') return false;
  for (; at + part < size && isdigit((unsigned char)text[at + part]);) part++;
  return whole > 0 && !zero && part > 0 && at + part == size;
}

/* quantity(Value, Unit, none), as the field of a quantity gives it; count(Value) of an ordinal whose options the guideline does not have. */
static bool put_quantity(facts *f, const importer *m, const pel_gdl2_field *of, const pel_gdl2_pair *p, struct json_object *fact) {
  size_t size = strcspn(p->value, ",|");
  bool ordinal = p->value[size] == '|' && strstr(p->value, "::");
  const char *unit = p->value[size] && !ordinal ? p->value + size + 1 : "";
  if (!is_json_number(p->value, size) || strcmp(unit, of->unit) != 0) return false;
  pel_gdl2_putf(&f->clauses, "%s_given('", m->run.g->slug), pel_gdl2_put_name(&f->clauses, p->element);
  pel_gdl2_put(&f->clauses, *unit ? "', quantity(" : "', count(");
  pel_gdl2_put_number(&f->clauses, p->value, size);
  if (*unit) pel_gdl2_put(&f->clauses, ", "), pel_gdl2_put_string(&f->clauses, unit, strlen(unit)), pel_gdl2_put(&f->clauses, ", none");
  pel_gdl2_put(&f->clauses, ")).\n");
  char *number = strndup(p->value, size);
  add_text(fact, "quantity", of->name);
  json_object_object_add(fact, "value", json_object_new_double_s(0, number ? number : "0"));
  if (*unit) add_text(fact, "unit", unit);
  free(number);
  f->clauses.failed |= !number;
  return f->inexact = true;
}

/* Whether the value is that of the field: then it is in `fact`, and *same is what the rules see of it as GDL2 writes it. */
static bool put_field(const pel_gdl2_field *of, const pel_gdl2_pair *p, struct json_object *fact, const char **same) {
  pel_gdl2_out value = {0};
  pel_gdl2_put_value(&value, p->value, of->type == PEL_TERM_TEXT ? "DV_TEXT" : NULL);
  bool truth = strncmp(pel_buffer_text(&value.buffer), "boolean(", 8) == 0, text = of->type == PEL_TERM_TEXT && *p->value && strncmp(pel_buffer_text(&value.buffer), "text(", 5) == 0;
  const char *option = of->type == PEL_TERM_CHOICE ? option_of(of, p->value) : NULL;
  char *label = option ? pel_gdl2_label(option) : NULL;
  bool day = of->type == PEL_TERM_DATE && strlen(p->value) == 10 && strncmp(pel_buffer_text(&value.buffer), "date_time(", 10) == 0;
  for (const char *c = p->value; *c && text; c++) text = (unsigned char)*c >= 0x20;
  *same = option ? option : p->value;
  if (of->type == PEL_TERM_YESNO && truth) {
    add_text(fact, "term", of->name);
    json_object_object_add(fact, "value", json_object_new_boolean(p->value[0] == 't'));
  } else if (label || text || day) {
    add_text(fact, day ? "date_of" : "choice", of->name);
    add_text(fact, "value", label ? label : p->value);
  }
  free(label), free(value.buffer.text);
  return (of->type == PEL_TERM_YESNO && truth) || option || text || day;
}

/* "Confusion?: Absent", "Weight: 61 kg" */
static void add_words(const importer *m, const pel_gdl2_pair *p, struct json_object *fact) {
  const char *name = *p->name ? p->name : pel_gdl2_text(m->run.g, p->element);
  char *label = pel_gdl2_label(p->value), *value = label && *label ? label : strdup(p->value), *comma = value ? strchr(value, ',') : NULL;
  pel_gdl2_out says = {0}, place = {0};
  if (comma && value != label && !strchr(comma + 1, ',')) *comma = ' ';
  pel_gdl2_putf(&says, "%s: %s", *name ? name : p->element, value ? value : "");
  pel_gdl2_putf(&place, "%s, line %lld", pel_import_name(m->path), (long long)p->line);
  add_line(fact, "says", pel_buffer_text(&says.buffer));
  add_line(fact, "document", pel_buffer_text(&place.buffer));
  free(says.buffer.text), free(place.buffer.text);
  if (value != label) free(value);
  free(label);
}

static void add_given(const importer *m, const pel_gdl2_pair *p, bool fields, facts *f) {
  const pel_gdl2_guideline *g = m->run.g;
  const pel_gdl2_element *e = pel_gdl2_find_element(g, p->element);
  const pel_gdl2_field *of = e ? &m->fields[e - g->elements] : NULL;
  struct json_object *fact = json_object_new_object();
  const char *value = p->value;
  json_object_array_add(f->list, fact);
  add_words(m, p, fact);
  if (fields && of && of->name && of->type == PEL_TERM_QUANTITY && put_quantity(f, m, of, p, fact)) return;
  bool plain = of && of->name && of->type != PEL_TERM_QUANTITY && put_field(of, p, fact, &value);
  pel_gdl2_pair seen = {p->element, p->name, (char *)value, p->line};
  pel_gdl2_out term = {0};
  pel_gdl2_put_given(&term, g, &seen);
  if (!plain) add_text(fact, "term", pel_buffer_text(&term.buffer));
  pel_gdl2_putf(&f->clauses, "%s.\n", pel_buffer_text(&term.buffer));
  f->clauses.failed |= term.failed;
  free(term.buffer.text);
}

static void add_now(const importer *m, facts *f) {
  pel_gdl2_out term = {0}, says = {0};
  struct json_object *fact = json_object_new_object();
  pel_gdl2_put_now(&term, m->now);
  pel_gdl2_putf(&says, "The present: %s", m->now);
  add_line(fact, "says", pel_buffer_text(&says.buffer));
  add_text(fact, "term", pel_buffer_text(&term.buffer));
  json_object_array_add(f->list, fact);
  f->clauses.failed |= term.failed || says.failed;
  free(term.buffer.text), free(says.buffer.text);
}

/* What the guideline lacks is left out. */
static void make_facts(const importer *m, const pel_gdl2_case *test, bool fields, facts *f) {
  *f = (facts){.list = json_object_new_array()};
  if (m->dated || m->run.spans) add_now(m, f);
  for (size_t i = 0; i < test->given.n; i++)
    if (pel_gdl2_find_element(m->run.g, test->given.items[i].element)) add_given(m, &test->given.items[i], fields, f);
}

static void clear_facts(facts *f) {
  json_object_put(f->list);
  free(f->clauses.buffer.text);
}

/* ---- answers ---- */

static pel_status conclude_all(importer *m, const facts *f, asking *q, char **out, pel_error *err) {
  char reason[REASON];
  if (f->clauses.failed) return pel_fail_memory(err, "a case", 64);
  PEL_TRY(pel_gdl2_run_facts(&m->run, m->now, pel_buffer_text(&f->clauses.buffer), err));
  for (size_t i = 0; i < q->n; i++) out[i] = pel_gdl2_run_conclude(&m->run, q->items[i].code, reason, sizeof reason);
  return PEL_OK;
}

/* Facts as the form gives them, or exact ones where those make a difference; with what the guideline concludes of them. */
static pel_status choose_facts(importer *m, const pel_gdl2_case *test, asking *q, facts *f, pel_error *err) {
  char **got = pel_alloc(2 * q->n + 1, sizeof *got);
  facts exact;
  make_facts(m, test, false, &exact);
  make_facts(m, test, true, f);
  pel_status status = got ? conclude_all(m, &exact, q, got, err) : pel_fail_memory(err, "a case", q->n);
  if (status == PEL_OK && f->inexact) status = conclude_all(m, f, q, got + q->n, err);
  bool same = status == PEL_OK;
  for (size_t i = 0; i < q->n && same && f->inexact; i++) same = got[i] && got[q->n + i] && strcmp(got[i], got[q->n + i]) == 0;
  for (size_t i = 0; i < q->n && got; i++) {
    q->items[i].got = got[i];
    free(got[q->n + i]);
  }
  free(got);
  facts left = same ? exact : *f;
  if (!same) *f = exact;
  clear_facts(&left);
  return status;
}

static void put_question(pel_gdl2_out *o, const importer *m, const asked *items, size_t n) {
  pel_gdl2_putf(o, "%s_concludes_of([", m->run.g->slug);
  for (size_t i = 0; i < n; i++) {
    if (i) pel_gdl2_put(o, ", ");
    pel_gdl2_put_name(o, items[i].code);
  }
  pel_gdl2_put(o, "], ");
}

/* The answer as an audit writes it. */
static pel_status add_answer(importer *m, const asked *items, size_t n, const asked *of, struct json_object *answers, pel_error *err) {
  pel_gdl2_out goal = {0};
  pel_machine *machine = NULL;
  pel_text_out text = {.most = 1 << 20};
  const char *says = of->got && pel_gdl2_same(of->expected, of->got) ? of->got : of->expected;
  put_question(&goal, m, items, n);
  pel_gdl2_put_name(&goal, of->code), pel_gdl2_put(&goal, ", "), pel_gdl2_put_string(&goal, says, strlen(says)), pel_gdl2_put(&goal, ")");
  pel_status status = goal.failed ? pel_fail_memory(err, "a case", 64) : pel_machine_create(m->run.program, &PEL_LOGIC_DEFAULTS, &machine, err);
  if (status == PEL_OK) status = pel_machine_ask(machine, pel_buffer_text(&goal.buffer), err);
  if (status == PEL_OK && !pel_write(&machine->heap, machine->goal, PEL_WRITE_QUOTED, &text)) status = pel_fail(err, PEL_ERR_INPUT, "an output of a megabyte");
  if (status == PEL_OK) json_object_array_add(answers, json_object_new_string(text.text));
  free(text.text), free(goal.buffer.text);
  pel_machine_destroy(machine);
  return status;
}

/* ---- a case ---- */

static pel_status expect(importer *m, const asked *items, size_t n, struct json_object *expected, pel_error *err) {
  struct json_object *answers = json_object_new_array();
  pel_status status = PEL_OK;
  for (size_t i = 0; i < n && status == PEL_OK; i++)
    if (!pel_gdl2_same(items[i].expected, "")) status = add_answer(m, items, n, &items[i], answers, err);
  add_text(expected, "state", json_object_array_length(answers) ? "holds" : "not found");
  json_object_object_add(expected, "answers", answers);
  return status;
}

/* "CURB-65.v1.test.yml: id", each once. */
static pel_status name_case(importer *m, const pel_gdl2_case *test, size_t part, size_t parts, pel_gdl2_out *name, pel_error *err) {
  struct json_object *before;
  pel_gdl2_putf(name, "%s: ", pel_import_name(m->path));
  if (test->id && *test->id) pel_gdl2_put(name, test->id);
  else pel_gdl2_putf(name, "line %lld", (long long)test->line);
  if (parts > 1) pel_gdl2_putf(name, ", part %zu", part + 1);
  if (name->failed) return pel_fail_memory(err, "a case", 64);
  char *key = strdup(pel_buffer_text(&name->buffer));
  if (!key) return pel_fail_memory(err, "a case", 64);
  int times = 1 + (json_object_object_get_ex(m->names, key, &before) ? json_object_get_int(before) : 0);
  json_object_object_add(m->names, key, json_object_new_int(times));
  free(key);
  if (times > 1) pel_gdl2_putf(name, " (%d)", times);
  if (name->failed) return pel_fail_memory(err, "a case", 64);
  pel_import_line(name->buffer.text);
  return PEL_OK;
}

static void fill_case(const importer *m, const char *name, const char *question, const facts *f, struct json_object *o) {
  char day[11];
  snprintf(day, sizeof day, "%.10s", m->now);
  json_object_object_add(o, "pellucid_case", json_object_new_int(1));
  add_text(o, "title", name);
  add_text(o, "as_of", day);
  add_text(o, "question", question);
  json_object_object_add(o, "facts", json_object_get(f->list));
}

static pel_status store(importer *m, const pel_gdl2_case *test, const char *name, struct json_object *o, struct json_object *expected, pel_error *err) {
  const int plain = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
  pel_case *parsed = NULL;
  pel_error why = {0};
  pel_pack_case row = {.name = name, .text = json_object_to_json_string_ext(o, plain), .expected = json_object_to_json_string_ext(expected, plain)};
  if (!row.text || !row.expected) return pel_fail_memory(err, "a case", 64);
  pel_status status = pel_case_parse(pel_import_name(m->path), row.text, strlen(row.text), &parsed, &why);
  pel_case_close(parsed);
  if (status == PEL_ERR_INPUT) return pel_import_skip_case(m->done, m->path, test->line, "cannot be written as a case: %s", why.text), PEL_OK;
  if (status != PEL_OK) return pel_fail(err, status, "%s", why.text);
  PEL_TRY(pel_import_at(m->path, test->line, pel_pack_add_case(m->b, &row, NULL, err), err));
  m->done->cases++;
  return PEL_OK;
}

static pel_status write_part(importer *m, const pel_gdl2_case *test, const asking *q, size_t part, const facts *f, pel_error *err) {
  size_t from = part * MOST_ASKED, n = q->n - from < MOST_ASKED ? q->n - from : MOST_ASKED;
  struct json_object *o = json_object_new_object(), *expected = json_object_new_object();
  pel_gdl2_out name = {0}, question = {0};
  put_question(&question, m, q->items + from, n);
  pel_gdl2_put(&question, "Element, Text)");
  pel_status status = question.failed || !o || !expected ? pel_fail_memory(err, "a case", 64) : name_case(m, test, part, (q->n + MOST_ASKED - 1) / MOST_ASKED, &name, err);
  if (status == PEL_OK) status = expect(m, q->items + from, n, expected, err);
  if (status == PEL_OK) {
    fill_case(m, name.buffer.text, question.buffer.text, f, o);
    status = store(m, test, name.buffer.text, o, expected, err);
  }
  json_object_put(o), json_object_put(expected);
  free(name.buffer.text), free(question.buffer.text);
  return status;
}

/* What is expected, or, of a case that expects nothing, all outputs. */
static pel_status ask_for(const importer *m, const pel_gdl2_case *test, asking *q, pel_error *err) {
  const pel_gdl2_guideline *g = m->run.g;
  q->items = pel_alloc(test->expected.n + g->n_elements + 1, sizeof *q->items);
  if (!q->items) return pel_fail_memory(err, "a case", test->expected.n);
  for (size_t i = 0; i < test->expected.n; i++) {
    const pel_gdl2_pair *p = &test->expected.items[i];
    q->items[q->n++] = (asked){.code = p->element, .expected = p->value, .line = p->line};
  }
  for (size_t i = 0; i < g->n_elements && test->expected.n == 0; i++)
    if (pel_gdl2_is_output(g, &g->elements[i])) q->items[q->n++] = (asked){.code = g->elements[i].code, .expected = ""};
  return PEL_OK;
}

/* Inputs and outputs that the guideline has no place for, each counted. */
static void leave_out(importer *m, const pel_gdl2_case *test, asking *q) {
  size_t kept = 0;
  for (size_t i = 0; i < test->given.n; i++)
    if (!pel_gdl2_find_element(m->run.g, test->given.items[i].element))
      pel_import_skip(m->done, m->path, test->given.items[i].line, "the input %.40s is left out: the guideline has no such element", test->given.items[i].element);
  for (size_t i = 0; i < q->n; i++) {
    asked *a = &q->items[i];
    if (pel_gdl2_find_element(m->run.g, a->code) || (a->got && *a->got)) {
      q->items[kept++] = *a;
      continue;
    }
    pel_import_skip(m->done, m->path, a->line, "the expected output %.40s is left out: the guideline has no such element", a->code);
    free(a->got);
  }
  q->n = kept;
}

static pel_status import_case(importer *m, const pel_gdl2_case *test, pel_error *err) {
  asking q = {0};
  facts f = {0};
  pel_error why = {0};
  pel_status status = ask_for(m, test, &q, err);
  if (status != PEL_OK) return status;
  status = choose_facts(m, test, &q, &f, &why);
  if (status == PEL_OK) leave_out(m, test, &q);
  if (status == PEL_ERR_INPUT) pel_import_skip_case(m->done, m->path, test->line, "cannot be read by the rules: %s", why.text), status = PEL_OK;
  else if (status != PEL_OK) pel_fail(err, status, "%s", why.text);
  else if (q.n == 0) pel_import_skip_case(m->done, m->path, test->line, "the guideline has none of the outputs that are expected");
  else
    for (size_t part = 0; part * MOST_ASKED < q.n && status == PEL_OK; part++) status = write_part(m, test, &q, part, &f, err);
  for (size_t i = 0; i < q.n; i++) free(q.items[i].got);
  free(q.items);
  clear_facts(&f);
  return status;
}

/* ---- a file ---- */

/* By the names of files, or by the ids in them. */
static pel_status find_guideline(const importer *m, const char *const *guidelines, size_t n, const char **out, pel_error *err) {
  const char *named = m->tests->guideline;
  *out = pel_gdl2_guideline_of(m->path, m->tests, guidelines, n);
  for (size_t i = 0; i < n && named && !*out; i++) {
    pel_gdl2_guideline *g;
    PEL_TRY(pel_gdl2_read(guidelines[i], NULL, &g, err));
    if (strcmp(g->id, named) == 0) *out = guidelines[i];
    pel_gdl2_free(g);
  }
  if (*out) return PEL_OK;
  if (!named) return pel_fail(err, PEL_ERR_INPUT, "%s: names no guideline, and no input has its name; add \"guidelines:\" and a line \"  1: ID\" to it", m->path);
  return pel_fail(err, PEL_ERR_INPUT, "%s: is for the guideline \"%.80s\", which is not among the inputs; name its .gdl2.json, too", m->path, named);
}

static pel_status prepare(importer *m, const char *guideline, pel_error *err) {
  PEL_TRY(pel_gdl2_run_open(guideline, &m->run, err));
  const pel_gdl2_guideline *g = m->run.g;
  m->names = json_object_new_object();
  m->fields = pel_alloc(g->n_elements + 1, sizeof *m->fields);
  if (!m->fields || !m->names) return pel_fail_memory(err, "a guideline's elements", g->n_elements);
  for (size_t i = 0; i < g->n_elements; i++)
    if (!pel_gdl2_is_output(g, &g->elements[i])) PEL_TRY(pel_gdl2_field_of(g, &g->elements[i], &m->fields[i], err));
  m->dated = pel_gdl2_needs_now(g);
  return PEL_OK;
}

static pel_status check_now(const importer *m, pel_error *err) {
  pel_gdl2_out term = {0};
  pel_gdl2_put_now(&term, m->tests->now);
  bool date = !term.failed && strstr(pel_buffer_text(&term.buffer), "(date_time(");
  free(term.buffer.text);
  return date ? PEL_OK : pel_import_fail(m->path, m->tests->now_line, err, "current_datetime is \"%.60s\"; write it as 2019-11-28T00:00:00+01:00", m->tests->now);
}

static pel_status import_cases(importer *m, pel_error *err) {
  bool told = m->tests->now && (m->dated || m->run.spans);
  m->now = told ? m->tests->now : USUAL_DAY;
  if (told) PEL_TRY(check_now(m, err));
  for (size_t i = 0; i < m->tests->n; i++) {
    const pel_gdl2_case *test = &m->tests->cases[i];
    PEL_TRY(pel_builder_look_up(m->b, (double)i / (double)m->tests->n, err));
    if (m->dated && !m->tests->now)
      pel_import_skip_case(m->done, m->path, test->line, "what comes out depends on the day, which the file does not say; put a line such as current_datetime: 2019-11-28T00:00:00+01:00 at its head");
    else PEL_TRY(import_case(m, test, err));
  }
  return PEL_OK;
}

pel_status pel_import_gdl2_tests(pel_pack_builder *b, const char *path, const char *const *guidelines, size_t n_guidelines, pel_import *done, pel_error *err) {
  importer m = {.b = b, .done = done, .path = path};
  const char *guideline = NULL;
  PEL_TRY(pel_gdl2_tests_read(path, &m.tests, err));
  pel_status status = m.tests->n ? find_guideline(&m, guidelines, n_guidelines, &guideline, err)
                                 : pel_fail(err, PEL_ERR_INPUT, "%s: holds no test cases; is it the test file of a GDL2 guideline, with \"test_cases:\"?", path);
  if (status == PEL_OK) status = prepare(&m, guideline, err);
  if (status == PEL_OK) status = import_cases(&m, err);
  for (size_t i = 0; m.fields && i < m.run.g->n_elements; i++) pel_gdl2_field_clear(&m.fields[i]);
  free(m.fields);
  json_object_put(m.names);
  pel_gdl2_run_close(&m.run);
  pel_gdl2_tests_free(m.tests);
  return status;
}
