/* is/2, the comparisons, and what counts. Comparisons are where a quantity that nobody knows is met. */
#include "engine/logic/builtins.h"
#include "engine/logic/evaluate.h"
#include "engine/logic/unknown.h"

static pel_outcome give(pel_machine *m, pel_cell c, pel_number *n) {
  pel_outcome ok = pel_unify_outcome(m, c, pel_number_write(&m->heap, n));
  pel_number_clear(n);
  return ok;
}

static pel_outcome is(pel_machine *m, const pel_cell *a) {
  pel_number n;
  pel_outcome ok = pel_evaluate(m, a[1], &n);
  return ok == PEL_TRUE ? give(m, a[0], &n) : ok;
}

static pel_outcome compare(pel_machine *m, const pel_cell *a, int relation) {
  pel_number x, y;
  pel_outcome decided;
  if (pel_unknown_compare(m, a[0], relation, a[1], &decided)) return decided;
  pel_outcome ok = pel_evaluate(m, a[0], &x);
  if (ok != PEL_TRUE) return ok;
  ok = pel_evaluate(m, a[1], &y);
  if (ok == PEL_TRUE) {
    int order = pel_number_compare_as_floats(&x, &y);
    ok = order != 2 ? (pel_relation_holds(relation, order) ? PEL_TRUE : PEL_FAIL) : relation == PEL_RELATION_DIFFERENT ? PEL_TRUE : PEL_FAIL;
    pel_number_clear(&y);
  }
  pel_number_clear(&x);
  return ok;
}
static pel_outcome equal(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_EQUAL); }
static pel_outcome different(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_DIFFERENT); }
static pel_outcome less(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_LESS); }
static pel_outcome greater(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_GREATER); }
static pel_outcome at_most(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_AT_MOST); }
static pel_outcome at_least(pel_machine *m, const pel_cell *a) { return compare(m, a, PEL_RELATION_AT_LEAST); }

static pel_outcome natural(pel_machine *m, pel_cell c) {
  pel_number n;
  if (!pel_is_integer(&m->heap, c)) return pel_throw_type(m, "integer", c);
  pel_number_read(&m->heap, c, &n);
  bool negative = pel_number_sign(&n) < 0;
  pel_number_clear(&n);
  return negative ? pel_throw_domain(m, "not_less_than_zero", c) : PEL_TRUE;
}

/* The value of c + by. */
static pel_outcome moved(pel_machine *m, pel_cell c, int64_t by, pel_number *out) {
  pel_cell args[2] = {c, pel_make_int(by)};
  pel_cell sum = pel_new_compound(&m->heap, PEL_ATOM_PLUS, 2, args);
  return sum ? pel_evaluate(m, sum, out) : pel_stop_memory(m);
}

static pel_outcome succ(pel_machine *m, const pel_cell *a) {
  pel_number n;
  if (pel_is_var(a[0]) && pel_is_var(a[1])) return pel_throw_instantiation(m);
  pel_outcome ok = pel_is_var(a[0]) ? PEL_TRUE : natural(m, a[0]);
  if (ok == PEL_TRUE && !pel_is_var(a[1])) ok = natural(m, a[1]);
  if (ok != PEL_TRUE) return ok;
  if (!pel_is_var(a[0])) {
    ok = moved(m, a[0], 1, &n);
    return ok == PEL_TRUE ? give(m, a[1], &n) : ok;
  }
  if (a[1] == pel_make_int(0)) return PEL_FAIL;
  ok = moved(m, a[1], -1, &n);
  return ok == PEL_TRUE ? give(m, a[0], &n) : ok;
}

static pel_outcome plus(pel_machine *m, const pel_cell *a) {
  int unknown = pel_is_var(a[2]) ? 2 : pel_is_var(a[1]) ? 1 : pel_is_var(a[0]) ? 0 : 2;
  pel_cell args[2] = {unknown == 2 ? a[0] : a[2], unknown == 2 ? a[1] : a[1 - unknown]};
  if (pel_is_var(args[0]) || pel_is_var(args[1])) return pel_throw_instantiation(m);
  for (int i = 0; i < 3; i++)
    if (!pel_is_var(a[i]) && !pel_is_integer(&m->heap, a[i])) return pel_throw_type(m, "integer", a[i]);
  pel_cell sum = pel_new_compound(&m->heap, unknown == 2 ? PEL_ATOM_PLUS : PEL_ATOM_MINUS, 2, args);
  pel_number n;
  pel_outcome ok = sum ? pel_evaluate(m, sum, &n) : pel_stop_memory(m);
  return ok == PEL_TRUE ? give(m, a[unknown], &n) : ok;
}

const pel_builtin_entry pel_builtins_arithmetic[] = {{"is", 2, is}, {"=:=", 2, equal}, {"=\\=", 2, different}, {"<", 2, less}, {">", 2, greater},
                                                     {"=<", 2, at_most}, {">=", 2, at_least}, {"succ", 2, succ}, {"plus", 3, plus}, {NULL, 0, NULL}};
