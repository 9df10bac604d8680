#include "engine/reason/case_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/units.h"
#include "engine/logic/decimal.h"
#include "engine/logic/write.h"

typedef struct adding {
  pel_world *w;
  pel_rule_clause where; /* of the fact that is added */
} adding;

static pel_status fact_fail(const pel_case *of, size_t i, const char *key, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: $.facts[%zu].%s: %s", pel_case_get_info(of)->name, i, key, what);
}

/* A decimal as it is written, or the rules' own spelling of a fraction. */
static bool exact(const char *text, mpq_t out) {
  pel_number n;
  bool fraction = strchr(text, 'r') != NULL;
  if (fraction ? !pel_number_parse(text, strlen(text), &n) : pel_decimal_parse(text, strlen(text), &n) != NULL) return false;
  pel_number_get_q(&n, out);
  pel_number_clear(&n);
  return true;
}

/* A quantity in the vocabulary's unit, exact. */
static pel_status convert(const pel_world *w, size_t i, const pel_case_fact *f, char **out, pel_error *err) {
  const pel_term_words *t = pel_world_words(w, "quantity", f->name);
  const char *from_base, *to_base, *from_times, *from_plus, *to_times, *to_plus;
  char what[300];
  mpq_t value, times, plus;
  if (t && *t->unit && !*f->unit) {
    snprintf(what, sizeof what, "\"unit\" is missing: the pack reckons %.60s in %.40s", f->name, t->unit);
    return fact_fail(w->of, i, "unit", what, err);
  }
  if (!exact(f->value, value)) return fact_fail(w->of, i, "value", "is no number that can be computed with", err);
  if (t && strcmp(t->unit, f->unit) != 0) {
    bool known = *t->unit && pel_unit_to_base(f->unit, &from_base, &from_times, &from_plus) && pel_unit_to_base(t->unit, &to_base, &to_times, &to_plus) && strcmp(from_base, to_base) == 0;
    if (!known) {
      mpq_clear(value);
      snprintf(what, sizeof what, "\"%.40s\" cannot be converted: the pack reckons %.60s in %.40s", f->unit, f->name, *t->unit ? t->unit : "no unit");
      return fact_fail(w->of, i, "unit", what, err);
    }
    exact(from_times, times), exact(from_plus, plus);
    mpq_mul(value, value, times), mpq_add(value, value, plus);
    mpq_clear(times), mpq_clear(plus);
    exact(to_times, times), exact(to_plus, plus);
    mpq_sub(value, value, plus), mpq_div(value, value, times);
    mpq_clear(times), mpq_clear(plus);
  }
  pel_number n = pel_number_take_q(value);
  *out = pel_number_format(&n);
  pel_number_clear(&n);
  return *out ? PEL_OK : pel_fail_memory(err, "a quantity", 64);
}

static pel_status consult_fact(adding *a, size_t i, const char *key, const char *text, pel_error *err) {
  pel_error inner = {0};
  a->where.line = (uint32_t)i + 1;
  size_t before = a->w->program->n_clauses;
  pel_status status = pel_world_consult(a->w, "case", text, a->where, &inner);
  if (status == PEL_OK && a->w->program->n_clauses == before) return fact_fail(a->w->of, i, key, "is no fact", err);
  if (status == PEL_OK) return PEL_OK;
  const char *what = strncmp(inner.text, "case:", 5) == 0 && strchr(inner.text, ' ') ? strchr(inner.text, ' ') + 1 : inner.text;
  return fact_fail(a->w->of, i, key, what, err);
}

static bool quote(pel_world *w, const char *text, pel_text_out *out) {
  uint32_t atom = pel_atom_intern(&w->program->symbols, text, strlen(text));
  pel_heap h = {.program = w->program};
  if (atom == PEL_NO_SYMBOL) return false;
  pel_write_atom(&h, atom, true, out);
  return !out->full;
}

static pel_unknown_item *add_unknown(pel_world *w, size_t fact, bool quantity) {
  pel_unknown_item *items = realloc(w->unknown, (w->n_unknown + 1) * sizeof *items);
  if (!items) return NULL;
  w->unknown = items;
  int32_t number = quantity ? ++w->n_unknown_quantities : ++w->n_unknown_facts;
  items[w->n_unknown] = (pel_unknown_item){fact, number, quantity, false};
  return &items[w->n_unknown++];
}

static pel_status add_text(adding *a, size_t i, const char *key, pel_text_out *out, pel_error *err) {
  pel_put(out, ".", 1);
  pel_status status = out->full ? pel_fail_memory(err, "a fact", out->size) : consult_fact(a, i, key, out->text, err);
  free(out->text);
  return status;
}

static pel_status add_term(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  pel_text_out out = {.most = 1 << 20};
  if (!f->known) {
    pel_unknown_item *u = add_unknown(a->w, i, false);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    a->where.undecided = u->number;
  }
  if (f->denied) pel_put(&out, "neg((", 5);
  pel_put(&out, f->name, strlen(f->name));
  if (f->denied) pel_put(&out, "))", 2);
  PEL_TRY(add_text(a, i, "term", &out, err));
  a->where.undecided = 0;
  if (!*f->date || strstr(f->name, ":-") || f->denied || !f->known) return PEL_OK;
  pel_text_out dated = {.most = 1 << 20};
  pel_put(&dated, "dated((", 7);
  pel_put(&dated, f->name, strlen(f->name));
  pel_put(&dated, "), \"", 4);
  pel_put(&dated, f->date, strlen(f->date));
  pel_put(&dated, "\")", 2);
  return add_text(a, i, "date", &dated, err);
}

/* functor(name, value) */
static pel_status add_named(adding *a, size_t i, const char *functor, const pel_case_fact *f, const char *value, const char *key, pel_error *err) {
  pel_text_out out = {.most = 1 << 20};
  pel_put(&out, functor, strlen(functor));
  pel_put(&out, "(", 1);
  if (!quote(a->w, f->name, &out)) return free(out.text), pel_fail_memory(err, "a fact", 64);
  pel_put(&out, ", ", 2);
  pel_put(&out, value, strlen(value));
  pel_put(&out, ")", 1);
  return add_text(a, i, key, &out, err);
}

static pel_status add_quantity(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  char *value = NULL, unknown[40];
  if (!f->known) {
    pel_unknown_item *u = add_unknown(a->w, i, true);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    snprintf(unknown, sizeof unknown, "'$unknown'(%d)", u->number);
    return add_named(a, i, "quantity", f, unknown, "quantity", err);
  }
  PEL_TRY(convert(a->w, i, f, &value, err));
  pel_status status = add_named(a, i, "quantity", f, value, "quantity", err);
  free(value);
  return status;
}

/* Each way in which it may be is a fact that is not known. Without a list of ways there is nothing to try. */
static pel_status add_unknown_choice(adding *a, size_t i, const pel_case_fact *f, const char *functor, pel_error *err) {
  const pel_term_words *t = pel_world_words(a->w, functor, f->name);
  const char *ways = t && t->type == PEL_TERM_CHOICE ? t->allowed : "";
  do {
    size_t size = strcspn(ways, "|");
    char *way = strndup(ways, size);
    pel_unknown_item *u = way ? add_unknown(a->w, i, false) : NULL;
    pel_text_out quoted = {.most = 1 << 16};
    bool ok = u && (size ? quote(a->w, way, &quoted) : (pel_put(&quoted, "_", 1), true));
    if (u) u->closed = size == 0, a->where.undecided = u->number;
    pel_status status = ok ? add_named(a, i, functor, f, quoted.text, "value", err) : pel_fail_memory(err, "a case", size);
    free(way);
    free(quoted.text);
    a->where.undecided = 0;
    if (status != PEL_OK) return status;
    ways += size + (ways[size] == '|');
  } while (*ways);
  return PEL_OK;
}

static pel_status add_fact(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  a->where = (pel_rule_clause){.id = PEL_FACT_IDS + (int64_t)i};
  if (f->form == PEL_FACT_TERM) return add_term(a, i, f, err);
  if (f->form == PEL_FACT_QUANTITY) return add_quantity(a, i, f, err);
  const char *functor = f->form == PEL_FACT_CHOICE ? "choice" : "date_of";
  if (!f->known) return add_unknown_choice(a, i, f, functor, err);
  pel_text_out out = {.most = 1 << 16};
  if (f->form == PEL_FACT_DATE) {
    pel_put(&out, "\"", 1);
    pel_put(&out, f->value, strlen(f->value));
    pel_put(&out, "\"", 1);
  } else if (!quote(a->w, f->value, &out)) return free(out.text), pel_fail_memory(err, "a fact", 64);
  pel_status status = add_named(a, i, functor, f, out.text, "value", err);
  free(out.text);
  return status;
}

pel_status pel_world_add_facts(pel_world *w, pel_error *err) {
  adding a = {.w = w};
  for (size_t i = 0; i < pel_case_get_info(w->of)->n_facts; i++) PEL_TRY(add_fact(&a, i, pel_case_get_fact(w->of, i), err));
  return PEL_OK;
}
