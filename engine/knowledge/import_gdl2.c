/* A GDL2 guideline into a pack: its references and descriptions as source and passages, its elements as vocabulary, its rules as clauses. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/gdl2_field.h"

enum { LINE_BYTES = 4000 };

typedef struct importer {
  pel_pack_builder *b;
  pel_import *done;
  pel_gdl2_guideline *g;
  int64_t source;
  int64_t *rule_passages;               /* of each rule */
  int64_t preconditions, defaults, use; /* passages, or 0 */
  int64_t line;                         /* of the clauses, as if they were a file */
} importer;

/* ---- passages ---- */

static pel_status add_passage(importer *m, const char *path, const char *label, const char *text, int64_t *id, pel_error *err) {
  if (!text || !*text) return PEL_OK;
  char *place = strdup(path), *head = strdup(label), *body = strdup(text);
  pel_status status = PEL_ERR_MEMORY;
  if (place && head && body) {
    pel_passage row = {.source = m->source, .path = pel_import_line(place), .label = pel_import_line(head), .text = pel_import_text_of(body)};
    status = pel_import_at(m->g->path, 0, pel_pack_add_passage(m->b, &row, id, err), err);
    m->done->passages += status == PEL_OK;
  } else pel_fail_memory(err, "a passage", strlen(text));
  free(place), free(head), free(body);
  return status;
}

static void put_list(pel_gdl2_out *o, const char *head, const pel_gdl2_list *list) {
  if (list->n) pel_gdl2_putf(o, "%s%s", o->buffer.size ? "\n" : "", head);
  for (size_t i = 0; i < list->n; i++) {
    pel_gdl2_put(o, "\n");
    pel_gdl2_put(o, list->items[i].source);
  }
}

static pel_status add_rule_passage(importer *m, size_t i, pel_error *err) {
  const pel_gdl2_rule *r = &m->g->rules[i];
  pel_gdl2_out o = {0}, path = {0};
  if (r->description) pel_gdl2_put(&o, r->description);
  put_list(&o, "When:", &r->when);
  put_list(&o, "Then:", &r->then);
  pel_gdl2_putf(&path, "rules > %s", r->code);
  pel_status status = o.failed || path.failed ? pel_fail_memory(err, "a passage", 64) : PEL_OK;
  if (status == PEL_OK) status = add_passage(m, pel_buffer_text(&path.buffer), pel_gdl2_text(m->g, r->code), pel_buffer_text(&o.buffer), &m->rule_passages[i], err);
  free(o.buffer.text), free(path.buffer.text);
  return status;
}

static pel_status add_list_passage(importer *m, const char *path, const char *label, const pel_gdl2_list *list, int64_t *id, pel_error *err) {
  pel_gdl2_out o = {0};
  put_list(&o, label, list);
  pel_status status = list->n ? add_passage(m, path, label, pel_buffer_text(&o.buffer), id, err) : PEL_OK;
  free(o.buffer.text);
  return status;
}

static pel_status add_passages(importer *m, pel_error *err) {
  const pel_gdl2_guideline *g = m->g;
  static const char *const parts[][2] = {{"purpose", "Purpose"}, {"use", "Use"}, {"misuse", "Misuse"}};
  int64_t references = 0;
  for (size_t i = 0; i < 3; i++) PEL_TRY(add_passage(m, parts[i][0], parts[i][1], pel_gdl2_detail_of(g, parts[i][0]), i == 0 ? &m->use : NULL, err));
  PEL_TRY(add_passage(m, "references", "References", g->references, &references, err));
  PEL_TRY(add_list_passage(m, "pre_conditions", "Preconditions", &g->preconditions, &m->preconditions, err));
  PEL_TRY(add_list_passage(m, "default_actions", "Default actions", &g->defaults, &m->defaults, err));
  for (size_t i = 0; i < g->n_rules; i++) PEL_TRY(add_rule_passage(m, i, err));
  return PEL_OK;
}

static pel_status add_source(importer *m, pel_error *err) {
  const pel_gdl2_guideline *g = m->g;
  const char *version = strrchr(g->id, 'v'), *title = g->concept ? pel_gdl2_text(g, g->concept) : "";
  char *name = strdup(*title ? title : g->id), *licence = strdup(pel_gdl2_detail_of(g, "copyright")), *key = strdup(g->id);
  char hash[PEL_SHA256_HEX];
  pel_status status = pel_pack_file_sha256(g->path, hash, err);
  if (status == PEL_OK && name && licence && key) {
    pel_source row = {.key = pel_import_line(key), .title = pel_import_line(name), .version = version ? version : "", .licence = pel_import_line(licence), .sha256 = hash};
    status = pel_import_at(g->path, 0, pel_pack_add_source(m->b, &row, &m->source, err), err);
    m->done->sources += status == PEL_OK;
  } else if (status == PEL_OK) status = pel_fail_memory(err, "a source", 64);
  free(name), free(licence), free(key);
  return status;
}

/* ---- clauses ---- */

static pel_status add_rule(importer *m, const char *file, const char *text, const char *label, int64_t passage, int64_t priority, pel_error *err) {
  pel_rule row = {.file = file, .line = ++m->line, .label = label, .text = text, .passage = passage, .priority = priority};
  for (const char *t = text; *t; t++) m->line += *t == '\n' && t[1];
  m->done->rules++;
  return pel_import_at(m->g->path, 0, pel_pack_add_rule(m->b, &row, NULL, err), err);
}

static int64_t passage_of(const importer *m, const pel_gdl2_clause *c) {
  if (c->part == PEL_GDL2_PRECONDITIONS) return m->preconditions;
  if (c->part == PEL_GDL2_DEFAULTS) return m->defaults;
  for (size_t i = 0; i < m->g->n_rules; i++)
    if ((c->part == PEL_GDL2_WHEN || c->part == PEL_GDL2_THEN) && strcmp(m->g->rules[i].code, c->code) == 0) return m->rule_passages[i];
  return m->use;
}

static pel_status add_term(void *user, const pel_vocabulary *row, pel_error *err) {
  importer *m = user;
  m->done->vocabulary++;
  return pel_import_at(m->g->path, 0, pel_pack_add_vocabulary(m->b, row, NULL, err), err);
}

/* "gt0031: Set risk level to low" */
static pel_status add_clause(void *user, const pel_gdl2_clause *c, pel_error *err) {
  importer *m = user;
  char label[LINE_BYTES];
  size_t size = strlen(c->text);
  char *text = strndup(c->text, size > 0 && c->text[size - 1] == '\n' ? size - 1 : size);
  snprintf(label, sizeof label, "%.60s%s%.3000s", c->code, *c->code && *c->label ? ": " : "", c->label);
  size_t end = strlen(label);
  while (end > 0 && (label[end - 1] & 0xc0) == 0x80) end--; /* a character that was cut through */
  if (end > 0 && (unsigned char)label[end - 1] >= 0xc0 && strlen(label) >= 3000) label[end - 1] = 0;
  pel_status status = text ? add_rule(m, pel_import_name(m->g->path), text, pel_import_line(label), passage_of(m, c), c->priority, err)
                           : pel_fail_memory(err, "a rule", size);
  if (status == PEL_OK) status = pel_gdl2_step_words(c, label, add_term, m, err);
  free(text);
  return status;
}

static pel_status add_library_rule(importer *m, const char *clause, int64_t passage, char last[LINE_BYTES], pel_error *err) {
  char term[LINE_BYTES];
  PEL_TRY(add_rule(m, "gdl2_library.pl", clause, "", passage, 0, err));
  pel_gdl2_passed_over(clause, last, term, sizeof term);
  if (!*term) return PEL_OK;
  snprintf(last, LINE_BYTES, "%s", term);
  return add_term(m, &(pel_vocabulary){.term = term, .type = PEL_TERM_STEP}, err);
}

/* Clauses of the library, split at the line ends that a dot stands before; once a pack. */
static pel_status add_library(importer *m, pel_error *err) {
  static const char key[] = "gdl2", path[] = "meaning";
  if (pel_pack_builder_passage(m->b, key, path)) return PEL_OK;
  int64_t own = m->source, passage = 0, line = m->line;
  pel_source row = {.key = key, .title = "GDL2: what its expressions mean, as rules"};
  PEL_TRY(pel_pack_add_source(m->b, &row, &m->source, err));
  m->done->sources++;
  PEL_TRY(add_passage(m, path, "GDL2", "Comparisons, units of time, rounding and assignments of GDL2 guidelines, as the clauses of gdl2_library.pl say them.", &passage, err));
  m->source = own;
  m->line = 0;
  char last[LINE_BYTES] = "";
  pel_gdl2_out o = {0};
  pel_status status = PEL_OK;
  for (const char *at = pel_gdl2_library; *at && status == PEL_OK;) {
    size_t size = strcspn(at, "\n");
    if (*at != '%' && size) {
      if (o.buffer.size) pel_gdl2_put(&o, "\n");
      if (!o.failed) o.failed = !pel_buffer_add(&o.buffer, at, size);
      if (o.failed) status = pel_fail_memory(err, "a rule", size);
      else if (at[size - 1] == '.') {
        status = add_library_rule(m, pel_buffer_text(&o.buffer), passage, last, err);
        pel_buffer_clear(&o.buffer);
      }
    }
    at += size + (at[size] == '\n');
  }
  free(o.buffer.text);
  if (status == PEL_OK) status = add_rule(m, "gdl2_library.pl", "gdl2_now(Now) :- date_of(now, Day), gdl2_date(Day, Now), !.", "The present", passage, 0, err);
  m->line = line;
  if (status == PEL_OK) status = pel_gdl2_library_words(add_term, m, err);
  return status;
}

/* ---- vocabulary ---- */

typedef struct field { /* of an input element: its words for the case */
  pel_gdl2_field of;
  pel_gdl2_out allowed, says, asks;
} field;

static void free_field(field *f) {
  pel_gdl2_field_clear(&f->of);
  free(f->allowed.buffer.text), free(f->says.buffer.text), free(f->asks.buffer.text);
}

/* slug_given(gt0005, VALUE) :- GOAL. */
static pel_status add_bridge(importer *m, const pel_gdl2_element *e, const char *value, const char *goal, pel_error *err) {
  pel_gdl2_out o = {0};
  pel_gdl2_putf(&o, "%s_given(", m->g->slug), pel_gdl2_put_name(&o, e->code);
  pel_gdl2_put(&o, ", "), pel_gdl2_put(&o, value), pel_gdl2_put(&o, ") :- "), pel_gdl2_put(&o, goal), pel_gdl2_put(&o, ".");
  char label[LINE_BYTES];
  snprintf(label, sizeof label, "%.60s: %.900s", e->code, pel_gdl2_text(m->g, e->code));
  if (strlen(pel_gdl2_text(m->g, e->code)) > 900) snprintf(label, sizeof label, "%.60s", e->code);
  pel_status status = o.failed ? pel_fail_memory(err, "a rule", 64) : add_rule(m, pel_import_name(m->g->path), pel_buffer_text(&o.buffer), pel_import_line(label), m->use, 0, err);
  free(o.buffer.text);
  return status;
}

/* One option of a choice: its clause, and its label among those that are allowed. */
static pel_status add_choice(importer *m, const pel_gdl2_element *e, field *f, const char *value, pel_error *err) {
  char *label = pel_gdl2_label(value);
  if (!label || !*label) return free(label), PEL_OK;
  pel_gdl2_out goal = {0}, term = {0}, quoted = {0};
  for (const char *c = label; *c; c++) {
    char two[3] = {*c == '\'' || *c == '\\' ? '\\' : *c, *c == '\'' || *c == '\\' ? *c : 0, 0};
    pel_gdl2_put(&quoted, two);
  }
  pel_gdl2_putf(&goal, "choice(%s, '%s')", f->of.name, pel_buffer_text(&quoted.buffer));
  pel_gdl2_put_value(&term, value, NULL);
  pel_gdl2_putf(&f->allowed, "%s%s", f->allowed.buffer.size ? "|" : "", label);
  pel_status status = goal.failed || term.failed ? pel_fail_memory(err, "a rule", 64) : add_bridge(m, e, pel_buffer_text(&term.buffer), pel_buffer_text(&goal.buffer), err);
  free(goal.buffer.text), free(term.buffer.text), free(quoted.buffer.text), free(label);
  return status;
}

static pel_status add_plain(importer *m, const pel_gdl2_element *e, field *f, pel_error *err) {
  const char *name = f->of.name, *unit = f->of.unit;
  pel_gdl2_out goal = {0}, value = {0};
  if (f->of.type == PEL_TERM_DATE) pel_gdl2_putf(&goal, "date_of(%s, Day), gdl2_date(Day, Value)", name), pel_gdl2_put(&value, "Value");
  else if (f->of.type == PEL_TERM_YESNO) {
    pel_gdl2_putf(&goal, "neg(%s)", name);
    PEL_TRY(add_bridge(m, e, "boolean(true)", name, err));
    pel_gdl2_put(&value, "boolean(false)");
  } else if (f->of.type == PEL_TERM_TEXT) pel_gdl2_putf(&goal, "choice(%s, Words), atom_string(Words, Text)", name), pel_gdl2_put(&value, "text(Text)");
  else {
    pel_gdl2_putf(&goal, "quantity(%s, Value)", name);
    if (*unit) pel_gdl2_put(&value, "quantity(Value, "), pel_gdl2_put_string(&value, unit, strlen(unit)), pel_gdl2_put(&value, ", none)");
    else pel_gdl2_put(&value, "count(Value)");
  }
  pel_status status = goal.failed || value.failed ? pel_fail_memory(err, "a rule", 64) : add_bridge(m, e, pel_buffer_text(&value.buffer), pel_buffer_text(&goal.buffer), err);
  free(goal.buffer.text), free(value.buffer.text);
  return status;
}

static pel_status add_words(importer *m, const pel_gdl2_element *e, field *f, pel_error *err) {
  const char *name = f->of.name;
  char term[LINE_BYTES];
  if (f->of.type == PEL_TERM_YESNO) snprintf(term, sizeof term, "%.1000s", name);
  else snprintf(term, sizeof term, "%s(%.1000s, Value)", f->of.type == PEL_TERM_QUANTITY ? "quantity" : f->of.type == PEL_TERM_DATE ? "date_of" : "choice", name);
  if (f->of.type == PEL_TERM_CHOICE && !*pel_buffer_text(&f->allowed.buffer)) f->of.type = PEL_TERM_TEXT;
  const char *text = pel_gdl2_text(m->g, e->code);
  pel_gdl2_put(&f->says, *text ? text : e->code);
  if (f->of.type != PEL_TERM_YESNO) pel_gdl2_put(&f->says, ": {Value}");
  pel_gdl2_put(&f->asks, *text ? text : e->code);
  if (f->says.failed || f->asks.failed || f->allowed.failed) return pel_fail_memory(err, "a term", 64);
  pel_vocabulary row = {.term = term, .says = pel_import_line(f->says.buffer.text), .asks = pel_import_line(f->asks.buffer.text), .type = f->of.type,
                        .unit = f->of.unit, .allowed = pel_buffer_text(&f->allowed.buffer), .askable = true};
  return add_term(m, &row, err);
}

static pel_status add_input(importer *m, const pel_gdl2_element *e, pel_error *err) {
  field f = {0};
  pel_status status = pel_gdl2_field_of(m->g, e, &f.of, err);
  for (size_t i = 0; i < f.of.n_options && status == PEL_OK; i++) status = add_choice(m, e, &f, f.of.options[i], err);
  if (status == PEL_OK && f.of.n_options == 0) status = add_plain(m, e, &f, err);
  if (status == PEL_OK) status = add_words(m, e, &f, err);
  free_field(&f);
  return status;
}

static pel_status add_output(importer *m, const pel_gdl2_element *e, pel_error *err) {
  static const char *const questions[] = {"concludes(", "concludes_of(_, "};
  const char *text = pel_gdl2_text(m->g, e->code);
  pel_status status = PEL_OK;
  for (int i = 0; i < 2 && status == PEL_OK; i++) {
    pel_gdl2_out term = {0}, says = {0};
    pel_gdl2_putf(&term, "%s_%s", m->g->slug, questions[i]), pel_gdl2_put_name(&term, e->code), pel_gdl2_put(&term, ", Value)");
    pel_gdl2_putf(&says, "%s: {Value}", *text ? text : e->code);
    if (term.failed || says.failed) status = pel_fail_memory(err, "a term", 64);
    else status = add_term(m, &(pel_vocabulary){.term = term.buffer.text, .says = pel_import_line(says.buffer.text), .type = PEL_TERM_TEXT}, err);
    free(term.buffer.text), free(says.buffer.text);
  }
  return status;
}

/* slug_concludes(gt0016, "0|local::at0005|Low risk|"): what a case asks; slug_concludes_of([gt0015, gt0016], Element, Text): the same of these alone. */
static pel_status add_question(importer *m, pel_error *err) {
  pel_gdl2_out o = {0};
  const char *slug = m->g->slug, *file = pel_import_name(m->g->path);
  pel_gdl2_putf(&o, "%s_concludes(Element, Text) :- %s_conclude(Element, Value), gdl2_text(Value, Text).", slug, slug);
  pel_status status = o.failed ? pel_fail_memory(err, "a rule", 64) : add_rule(m, file, pel_buffer_text(&o.buffer), "", m->use, 0, err);
  pel_buffer_clear(&o.buffer);
  pel_gdl2_putf(&o, "%s_concludes_of(Elements, Element, Text) :- member(Element, Elements), %s_concludes(Element, Text).", slug, slug);
  if (status == PEL_OK) status = o.failed ? pel_fail_memory(err, "a rule", 64) : add_rule(m, file, pel_buffer_text(&o.buffer), "", m->use, 0, err);
  free(o.buffer.text);
  return status;
}

static void note_leftovers(importer *m, const pel_gdl2_list *list, const char *where) {
  for (size_t i = 0; i < list->n; i++)
    if (list->items[i].leftover)
      pel_import_skip(m->done, m->g->path, 0, "%.60s[%zu], column %zu: text after the expression is passed over", where, i, list->items[i].leftover);
}

static pel_status add_all(importer *m, pel_error *err) {
  const pel_gdl2_guideline *g = m->g;
  PEL_TRY(add_source(m, err));
  PEL_TRY(add_passages(m, err));
  PEL_TRY(add_library(m, err));
  PEL_TRY(pel_gdl2_clauses(g, add_clause, m, err));
  PEL_TRY(add_question(m, err));
  for (size_t i = 0; i < g->n_elements; i++)
    PEL_TRY(pel_gdl2_is_output(g, &g->elements[i]) ? add_output(m, &g->elements[i], err) : add_input(m, &g->elements[i], err));
  for (size_t i = 0; i < g->n_elements; i++) PEL_TRY(pel_gdl2_element_words(g, &g->elements[i], add_term, m, err));
  note_leftovers(m, &g->preconditions, "pre_conditions"), note_leftovers(m, &g->defaults, "default_actions");
  for (size_t i = 0; i < g->n_rules; i++) note_leftovers(m, &g->rules[i].when, g->rules[i].code), note_leftovers(m, &g->rules[i].then, g->rules[i].code);
  return PEL_OK;
}

pel_status pel_import_gdl2(pel_pack_builder *b, const char *path, pel_import *done, pel_error *err) {
  importer m = {.b = b, .done = done};
  PEL_TRY(pel_gdl2_read(path, b, &m.g, err));
  m.rule_passages = pel_alloc(m.g->n_rules + 1, sizeof *m.rule_passages);
  pel_status status = m.rule_passages ? add_all(&m, err) : pel_fail_memory(err, "rules", m.g->n_rules);
  free(m.rule_passages);
  pel_gdl2_free(m.g);
  return status;
}
