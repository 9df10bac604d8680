#include "engine/proof/check_lists.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static pel_verdict yes_if(bool holds) { return holds ? PEL_VERDICT_YES : PEL_VERDICT_NO; }
static const pel_term nil = {PEL_TERM_ATOM, PEL_ATOM_NIL};

static pel_verdict unified(pel_terms *t, pel_term a, pel_term b) {
  return b.kind == PEL_TERM_NONE ? PEL_VERDICT_ERROR : yes_if(pel_term_unify(t, a, b));
}

/* A small integer that is not negative, or -1. */
static int64_t count_of(pel_term x) { return x.kind == PEL_TERM_INT && (int32_t)x.value >= 0 ? (int32_t)x.value : -1; }

/* ---- terms ---- */

pel_verdict pel_check_functor(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  if (a[0].kind != PEL_TERM_VAR) {
    bool compound = a[0].kind == PEL_TERM_COMPOUND;
    if (compound && pel_term_arity(t, a[0]) == 0) return PEL_VERDICT_ERROR;
    pel_term name = compound ? pel_term_atom(pel_term_name(t, a[0])) : a[0];
    return yes_if(pel_term_unify(t, a[1], name) && pel_term_unify(t, a[2], pel_term_int(t, pel_term_arity(t, a[0]))));
  }
  int64_t arity = count_of(a[2]);
  if (arity < 0 || arity > PEL_MAX_ARITY || a[1].kind == PEL_TERM_VAR || a[1].kind == PEL_TERM_COMPOUND) return PEL_VERDICT_ERROR;
  if (arity == 0) return yes_if(pel_term_unify(t, a[0], a[1]));
  if (a[1].kind != PEL_TERM_ATOM) return PEL_VERDICT_ERROR;
  return unified(t, a[0], pel_term_compound(t, a[1].value, (uint32_t)arity, NULL));
}

pel_verdict pel_check_arg(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  if (!pel_term_is_integer(t, a[0]) || a[1].kind != PEL_TERM_COMPOUND) return PEL_VERDICT_ERROR;
  int64_t i = count_of(a[0]);
  return yes_if(i >= 1 && i <= pel_term_arity(t, a[1]) && pel_term_unify(t, a[2], pel_term_arg(t, a[1], (uint32_t)i - 1)));
}

static pel_verdict made_from_list(pel_terms *t, const pel_term *a) {
  pel_term *items;
  size_t n;
  if (!pel_term_items(t, a[1], &items, &n)) return PEL_VERDICT_ERROR;
  pel_verdict v = PEL_VERDICT_ERROR;
  if (n == 1 && items[0].kind != PEL_TERM_VAR && items[0].kind != PEL_TERM_COMPOUND) v = yes_if(pel_term_unify(t, a[0], items[0]));
  else if (n > 1 && n - 1 <= PEL_MAX_ARITY && items[0].kind == PEL_TERM_ATOM)
    v = unified(t, a[0], pel_term_compound(t, items[0].value, (uint32_t)n - 1, items + 1));
  free(items);
  return v;
}

pel_verdict pel_check_univ(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  if (a[0].kind == PEL_TERM_VAR) return made_from_list(t, a);
  pel_term list = nil;
  if (a[0].kind == PEL_TERM_COMPOUND && pel_term_arity(t, a[0]) == 0) return PEL_VERDICT_ERROR;
  for (uint32_t i = pel_term_arity(t, a[0]); i > 0; i--) {
    pel_term item = pel_term_arg(t, a[0], i - 1);
    list = pel_term_list(t, &item, 1, list);
  }
  pel_term name = a[0].kind == PEL_TERM_COMPOUND ? pel_term_atom(pel_term_name(t, a[0])) : a[0];
  return unified(t, a[1], pel_term_list(t, &name, 1, list));
}

pel_verdict pel_check_copy_term(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_term copy;
  return pel_terms_copy(t, &a[0], 1, &copy) ? unified(t, a[1], copy) : PEL_VERDICT_ERROR;
}

pel_verdict pel_check_term_variables(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_term *vars;
  size_t n;
  if (!pel_term_variables(t, a[0], &vars, &n)) return PEL_VERDICT_ERROR;
  pel_term list = pel_term_list(t, vars, n, nil);
  free(vars);
  return unified(t, a[1], list);
}

/* ---- lists ---- */

pel_verdict pel_check_length(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_term tail;
  int64_t n = (int64_t)pel_term_spine(t, a[0], &tail);
  if (a[1].kind != PEL_TERM_VAR && !pel_term_is_integer(t, a[1])) return PEL_VERDICT_ERROR;
  if (pel_term_same(tail, nil)) return yes_if(pel_term_unify(t, a[1], pel_term_int(t, n)));
  if (tail.kind != PEL_TERM_VAR || count_of(a[1]) < 0) return PEL_VERDICT_ERROR;
  pel_term list = nil;
  if (count_of(a[1]) < n) return PEL_VERDICT_NO;
  for (int64_t i = n; i < count_of(a[1]) && !t->over; i++) {
    pel_term item = pel_term_var(t);
    list = pel_term_list(t, &item, 1, list);
  }
  return t->over ? PEL_VERDICT_ERROR : yes_if(pel_term_unify(t, tail, list));
}

pel_verdict pel_check_open_tail(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_term tail;
  int64_t n = (int64_t)pel_term_spine(t, a[0], &tail);
  return yes_if(tail.kind == PEL_TERM_VAR && pel_term_unify(t, a[1], pel_term_int(t, n)) && pel_term_unify(t, a[2], tail));
}

/* Merges two runs of `from` into `to`; of equals the left comes first. `keys` say what goes before what. */
static void merge(pel_terms *t, const size_t *from, size_t lo, size_t mid, size_t hi, const pel_term *keys, int way, size_t *to) {
  size_t a = lo, b = mid;
  for (size_t at = lo; at < hi; at++) {
    bool left = a < mid && (b >= hi || way * pel_term_compare(t, keys[from[a]], keys[from[b]]) <= 0);
    to[at] = from[left ? a++ : b++];
  }
}

/* The order of n keys as indices; the caller frees. NULL: no memory. */
static size_t *order_of(pel_terms *t, const pel_term *keys, size_t n, int way) {
  size_t *order = pel_alloc(n + 1, sizeof *order), *other = pel_alloc(n + 1, sizeof *other);
  for (size_t i = 0; order && i < n; i++) order[i] = i;
  for (size_t width = 1; order && other && width < n && !t->over; width *= 2) {
    for (size_t lo = 0; lo < n; lo += 2 * width)
      merge(t, order, lo, lo + width < n ? lo + width : n, lo + 2 * width < n ? lo + 2 * width : n, keys, way, other);
    size_t *swap = order;
    order = other;
    other = swap;
  }
  if (!other || !order) free(order), order = NULL;
  free(other);
  return order;
}

static pel_verdict sort_list(pel_terms *t, pel_term list, int64_t key, bool down, bool unique, pel_term into) {
  pel_term *items, *keys;
  size_t n, kept = 0;
  if (!pel_term_items(t, list, &items, &n)) return PEL_VERDICT_ERROR;
  keys = pel_alloc(2 * n + 1, sizeof *keys);
  bool ok = keys != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    ok = !key || (items[i].kind == PEL_TERM_COMPOUND && key <= pel_term_arity(t, items[i]));
    if (ok) keys[i] = key ? pel_term_arg(t, items[i], (uint32_t)key - 1) : items[i];
  }
  size_t *order = ok ? order_of(t, keys, n, down ? -1 : 1) : NULL;
  for (size_t i = 0; order && i < n; i++)
    if (!unique || i == 0 || pel_term_compare(t, keys[order[i - 1]], keys[order[i]]) != 0) keys[n + kept++] = items[order[i]];
  pel_verdict v = order && !t->over ? unified(t, into, pel_term_list(t, keys + n, kept, nil)) : PEL_VERDICT_ERROR;
  free(order);
  free(keys);
  free(items);
  return v;
}

static pel_verdict sort_by(pel_terms *t, const pel_term *a) {
  static const char *const orders[] = {"@<", "@=<", "@>", "@>="};
  if (count_of(a[0]) < 0 || a[1].kind != PEL_TERM_ATOM) return PEL_VERDICT_ERROR;
  for (int i = 0; i < 4; i++)
    if (strcmp(pel_atom_text(&t->program->symbols, a[1].value), orders[i]) == 0) return sort_list(t, a[2], count_of(a[0]), i >= 2, i % 2 == 0, a[3]);
  return PEL_VERDICT_ERROR;
}

static pel_verdict sort_pairs(pel_terms *t, const pel_term *a) {
  pel_term *items;
  size_t n;
  if (!pel_term_items(t, a[0], &items, &n)) return PEL_VERDICT_ERROR;
  bool pairs = true;
  for (size_t i = 0; i < n; i++) pairs &= pel_term_is(t, items[i], PEL_ATOM_MINUS, 2);
  free(items);
  return pairs ? sort_list(t, a[0], 1, false, false, a[1]) : PEL_VERDICT_ERROR;
}

pel_verdict pel_check_sort(pel_terms *t, const pel_term *a, int which) {
  switch (which) {
    case PEL_CHECK_MSORT: return sort_list(t, a[0], 0, false, false, a[1]);
    case PEL_CHECK_SORT2: return sort_list(t, a[0], 0, false, true, a[1]);
    case PEL_CHECK_SORT4: return sort_by(t, a);
    default: return sort_pairs(t, a);
  }
}
