#include "engine/reason/case_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/decimal.h"
#include "engine/reason/case_facts.h"

static pel_status value_fail(const pel_world *w, size_t fact, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: $.facts[%zu].value: %s", pel_case_get_info(w->of)->name, fact, what);
}

/* ---- what the vocabulary allows ---- */

/* Whether the value is beyond that end of "0..300"; an end that is not there bounds nothing. */
static bool is_beyond(const pel_number *value, const char *end, size_t size, bool low) {
  pel_number n;
  if (size == 0 || pel_decimal_parse(end, size, &n)) return false;
  int order = pel_number_compare(value, &n);
  pel_number_clear(&n);
  return low ? order < 0 : order > 0;
}

static pel_status check_range(const pel_world *w, size_t i, const pel_case_fact *f, pel_error *err) {
  const pel_term_words *t = pel_world_words(w, "quantity", f->name);
  const char *dots = t ? strstr(t->allowed, "..") : NULL;
  pel_number value;
  char what[400];
  if (!dots) return PEL_OK;
  PEL_TRY(pel_fact_quantity(w, i, &value, err));
  bool low = is_beyond(&value, t->allowed, (size_t)(dots - t->allowed), true), high = is_beyond(&value, dots + 2, strlen(dots + 2), false);
  pel_number_clear(&value);
  if (!low && !high) return PEL_OK;
  snprintf(what, sizeof what, "%.60s%s%.40s is not possible: the pack allows %.80s%s%.40s for %.60s", f->value, *f->unit ? " " : "", f->unit, t->allowed, *t->unit ? " " : "", t->unit, f->name);
  return value_fail(w, i, what, err);
}

static pel_status check_choice(const pel_world *w, size_t i, const pel_case_fact *f, pel_error *err) {
  const pel_term_words *t = pel_world_words(w, "choice", f->name);
  char what[700];
  if (!t || t->type != PEL_TERM_CHOICE || !*t->allowed) return PEL_OK;
  for (const char *way = t->allowed;; way++) {
    size_t size = strcspn(way, "|");
    if (strlen(f->value) == size && memcmp(f->value, way, size) == 0) return PEL_OK;
    way += size;
    if (!*way) break;
  }
  snprintf(what, sizeof what, "\"%.60s\" is none of the choices that the pack allows for %.60s: %.500s", f->value, f->name, t->allowed);
  return value_fail(w, i, what, err);
}

/* ---- one quantity, one value ---- */

typedef struct given { /* a quantity that is known */
  const pel_case_fact *f;
  size_t fact;
  pel_number value; /* in the pack's unit */
} given;

static int by_name_and_date(const void *a, const void *b) {
  const given *x = a, *y = b;
  int name = strcmp(x->f->name, y->f->name), date = name ? 0 : strcmp(x->f->date, y->f->date);
  return name ? name : date ? date : (x->fact > y->fact) - (x->fact < y->fact);
}

static bool is_quantity(const pel_case_fact *f) { return f->form == PEL_FACT_QUANTITY && f->known; }

static pel_status take_given(const pel_world *w, given *all, size_t *n, pel_error *err) {
  for (size_t i = 0; i < pel_case_get_info(w->of)->n_facts; i++) {
    const pel_case_fact *f = pel_case_get_fact(w->of, i);
    if (!is_quantity(f)) continue;
    PEL_TRY(pel_fact_quantity(w, i, &all[*n].value, err));
    all[*n].f = f, all[*n].fact = i;
    ++*n;
  }
  return PEL_OK;
}

static pel_status check_same(const pel_world *w, const given *a, const given *b, pel_error *err) {
  if (strcmp(a->f->name, b->f->name) != 0 || strcmp(a->f->date, b->f->date) != 0 || pel_number_compare(&a->value, &b->value) == 0) return PEL_OK;
  char what[500], when[40] = "";
  if (*a->f->date) snprintf(when, sizeof when, " on %.12s", a->f->date);
  snprintf(what, sizeof what, "%.40s%s%.40s is another value of %.60s%s than %.40s%s%.40s at $.facts[%zu].value: leave one out, or give each its date", b->f->value, *b->f->unit ? " " : "", b->f->unit, a->f->name, when,
           a->f->value, *a->f->unit ? " " : "", a->f->unit, a->fact);
  return value_fail(w, b->fact, what, err);
}

static pel_status check_conflicts(const pel_world *w, pel_error *err) {
  size_t n = 0;
  given *all = pel_alloc(pel_case_get_info(w->of)->n_facts + 1, sizeof *all);
  if (!all) return pel_fail_memory(err, "a case's quantities", sizeof *all);
  pel_status status = take_given(w, all, &n, err);
  if (n) qsort(all, n, sizeof *all, by_name_and_date);
  for (size_t i = 1; i < n && status == PEL_OK; i++) status = check_same(w, &all[i - 1], &all[i], err);
  for (size_t i = 0; i < n; i++) pel_number_clear(&all[i].value);
  free(all);
  return status;
}

pel_status pel_case_check_values(const pel_world *w, pel_error *err) {
  for (size_t i = 0; i < pel_case_get_info(w->of)->n_facts; i++) {
    const pel_case_fact *f = pel_case_get_fact(w->of, i);
    if (is_quantity(f)) PEL_TRY(check_range(w, i, f, err));
    if (f->form == PEL_FACT_CHOICE && f->known) PEL_TRY(check_choice(w, i, f, err));
  }
  return check_conflicts(w, err);
}
