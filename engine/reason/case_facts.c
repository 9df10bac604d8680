#include "engine/reason/case_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/units.h"
#include "engine/logic/decimal.h"
#include "engine/reason/fact_term.h"

typedef struct adding {
  pel_world *w;
  pel_heap heap;         /* the terms of one fact */
  pel_rule_clause where; /* of the clause that is added */
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

pel_status pel_fact_quantity(const pel_world *w, size_t i, pel_number *out, pel_error *err) {
  const pel_case_fact *f = pel_case_get_fact(w->of, i);
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
  *out = pel_number_take_q(value);
  return PEL_OK;
}

static pel_unknown_item *add_unknown(pel_world *w, size_t fact, bool quantity) {
  pel_unknown_item *items = realloc(w->unknown, (w->n_unknown + 1) * sizeof *items);
  if (!items) return NULL;
  w->unknown = items;
  int32_t number = quantity ? ++w->n_unknown_quantities : ++w->n_unknown_facts;
  items[w->n_unknown] = (pel_unknown_item){.fact = fact, .number = number, .quantity = quantity};
  return &items[w->n_unknown++];
}

/* `head` is 0 when there was no room for it. */
static pel_status add_clause(adding *a, size_t i, const char *key, pel_cell head, pel_error *err) {
  pel_error inner = {0};
  if (!head) return pel_fail_memory(err, "a fact", 64);
  pel_status status = pel_program_add(a->w->program, &a->heap, head, pel_make_atom(PEL_ATOM_TRUE), &a->where, &inner);
  if (status == PEL_ERR_INPUT) return fact_fail(a->w->of, i, key, inner.text, err);
  return status == PEL_OK ? PEL_OK : pel_fail(err, status, "%s", inner.text);
}

static pel_cell new_text(adding *a, const char *text) { return pel_new_string(&a->heap, text, strlen(text)); }

/* functor(first, second), 0 when there was no room for one of them. */
static pel_cell new_pair(adding *a, const char *functor, pel_cell first, pel_cell second) {
  uint32_t atom = pel_atom_intern(&a->w->program->symbols, functor, strlen(functor));
  pel_cell both[2] = {first, second};
  return atom != PEL_NO_SYMBOL && first && second ? pel_new_compound(&a->heap, atom, 2, both) : 0;
}

/* functor(name, value) */
static pel_status add_named(adding *a, size_t i, const char *key, const char *functor, pel_cell value, pel_error *err) {
  const char *name = pel_case_get_fact(a->w->of, i)->name;
  return add_clause(a, i, key, new_pair(a, functor, pel_new_atom(&a->heap, name, strlen(name)), value), err);
}

/* A rule of the case's own, as it is written. */
static pel_status add_rule(adding *a, size_t i, const pel_case_fact *f, size_t size, pel_error *err) {
  char *text = NULL;
  pel_error inner = {0};
  if (asprintf(&text, "%.*s\n.", (int)size, f->name) < 0) return pel_fail_memory(err, "a fact", size);
  pel_status status = pel_world_consult(a->w, "case", text, a->where, &inner);
  free(text);
  if (status == PEL_OK) return PEL_OK;
  const char *space = strncmp(inner.text, "case:", 5) == 0 ? strchr(inner.text, ' ') : NULL;
  return fact_fail(a->w->of, i, "term", space ? space + 1 : inner.text, err);
}

/* It may be so, be denied, or neither: two facts that are not both so. */
static pel_status add_unknown_term(adding *a, size_t i, pel_cell term, pel_error *err) {
  for (int side = 0; side < 2; side++) {
    pel_unknown_item *u = add_unknown(a->w, i, false);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    u->opposite = side ? u->number - 1 : u->number + 1;
    a->where.undecided = u->number;
    PEL_TRY(add_clause(a, i, "term", side ? pel_new_compound(&a->heap, PEL_ATOM_NEG, 1, &term) : term, err));
  }
  return PEL_OK;
}

static pel_status add_term(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  pel_fact_term t;
  pel_error inner = {0};
  pel_status status = pel_fact_term_read(&a->heap, f->name, &t, &inner);
  if (status == PEL_ERR_INPUT) return fact_fail(a->w->of, i, "term", inner.text, err);
  if (status != PEL_OK) return pel_fail(err, status, "%s", inner.text);
  bool denied = f->denied != t.denied;
  if (t.rule && (denied || !f->known)) return fact_fail(a->w->of, i, "term", "a rule cannot be false or unknown: make a fact of what it depends on", err);
  if (t.rule) return add_rule(a, i, f, t.size, err);
  if (!f->known) return add_unknown_term(a, i, t.term, err);
  pel_cell head = denied ? pel_new_compound(&a->heap, PEL_ATOM_NEG, 1, &t.term) : t.term;
  PEL_TRY(add_clause(a, i, "term", head, err));
  return *f->date && !denied ? add_clause(a, i, "date", new_pair(a, "dated", t.term, new_text(a, f->date)), err) : PEL_OK;
}

static pel_status add_quantity(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  if (!f->known) {
    pel_unknown_item *u = add_unknown(a->w, i, true);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    pel_cell number = pel_make_int(u->number);
    return add_named(a, i, "quantity", "quantity", pel_new_compound(&a->heap, PEL_ATOM_UNKNOWN, 1, &number), err);
  }
  pel_number value;
  PEL_TRY(pel_fact_quantity(a->w, i, &value, err));
  pel_cell written = pel_number_write(&a->heap, &value);
  pel_number_clear(&value);
  return add_named(a, i, "quantity", "quantity", written, err);
}

/* Each way in which it may be is a fact that is not known. Without a list of ways there is nothing to try. */
static pel_status add_unknown_choice(adding *a, size_t i, const pel_case_fact *f, const char *functor, pel_error *err) {
  const pel_term_words *t = pel_world_words(a->w, functor, f->name);
  const char *ways = t && t->type == PEL_TERM_CHOICE ? t->allowed : "";
  do {
    size_t size = strcspn(ways, "|");
    pel_unknown_item *u = add_unknown(a->w, i, false);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    u->closed = size == 0;
    a->where.undecided = u->number;
    PEL_TRY(add_named(a, i, "value", functor, size ? pel_new_atom(&a->heap, ways, size) : pel_new_var(&a->heap), err));
    ways += size + (ways[size] == '|');
  } while (*ways);
  return PEL_OK;
}

static pel_status add_fact(adding *a, size_t i, const pel_case_fact *f, pel_error *err) {
  if (f->form == PEL_FACT_TERM) return add_term(a, i, f, err);
  if (f->form == PEL_FACT_QUANTITY) return add_quantity(a, i, f, err);
  const char *functor = f->form == PEL_FACT_CHOICE ? "choice" : "date_of";
  if (!f->known) return add_unknown_choice(a, i, f, functor, err);
  return add_named(a, i, "value", functor, f->form == PEL_FACT_DATE ? new_text(a, f->value) : pel_new_atom(&a->heap, f->value, strlen(f->value)), err);
}

pel_status pel_world_add_facts(pel_world *w, pel_error *err) {
  adding a = {.w = w, .heap = {.program = w->program, .most = 1 << 22}};
  uint32_t file = pel_program_file(w->program, "case");
  pel_status status = PEL_OK;
  for (size_t i = 0; i < pel_case_get_info(w->of)->n_facts && status == PEL_OK; i++) {
    a.heap.top = 0;
    a.where = (pel_rule_clause){.id = PEL_FACT_IDS + (int64_t)i, .file = file, .line = (uint32_t)i + 1};
    status = add_fact(&a, i, pel_case_get_fact(w->of, i), err);
  }
  pel_heap_clear(&a.heap);
  return status;
}
