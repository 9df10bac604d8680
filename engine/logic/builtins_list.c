/* Lists: what would be slow as rules. Sorting is stable and by the standard order. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins.h"
#include "engine/logic/number.h"

pel_outcome pel_list_items(pel_machine *m, pel_cell list, pel_cell **items, size_t *n) {
  size_t capacity = 0, count = 0;
  pel_cell *out = NULL, c = list;
  while (pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2)) {
    pel_cell *grown = pel_grow(out, &capacity, count + 1, sizeof *out);
    if (!grown || count > m->limits.memory / 16) return free(out), pel_stop_memory(m);
    out = grown;
    out[count++] = pel_arg(&m->heap, c, 0);
    c = pel_arg(&m->heap, c, 1);
  }
  if (c != pel_make_atom(PEL_ATOM_NIL)) {
    free(out);
    return pel_is_var(c) ? pel_throw_instantiation(m) : pel_throw_type(m, "list", list);
  }
  if (!out && !(out = pel_alloc(1, sizeof *out))) return pel_stop_memory(m);
  *items = out;
  *n = count;
  return PEL_TRUE;
}

/* length/2: of a proper list, or as many fresh items as asked for. The library enumerates when both are open. */
static pel_outcome length(pel_machine *m, const pel_cell *a) {
  int64_t n = 0;
  pel_cell c = a[0];
  for (; pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2); n++) {
    c = pel_arg(&m->heap, c, 1);
    if ((uint64_t)n > m->limits.memory / 16) return pel_throw_type(m, "list", a[0]);
  }
  if (!pel_is_var(a[1]) && !pel_is_integer(&m->heap, a[1])) return pel_throw_type(m, "integer", a[1]);
  if (pel_tag(a[1]) == PEL_TAG_INT && pel_int_value(a[1]) < 0) return pel_throw_domain(m, "not_less_than_zero", a[1]);
  if (c == pel_make_atom(PEL_ATOM_NIL)) return pel_unify_outcome(m, a[1], pel_make_int(n));
  if (!pel_is_var(c)) return pel_throw_type(m, "list", a[0]);
  if (pel_tag(a[1]) != PEL_TAG_INT) return pel_stop_memory(m);
  int64_t more = pel_int_value(a[1]) - n;
  if (more < 0) return PEL_FAIL;
  if ((uint64_t)more > m->limits.memory / 32) return pel_stop_memory(m);
  pel_cell tail = pel_make_atom(PEL_ATOM_NIL);
  for (int64_t i = 0; i < more; i++) {
    pel_cell item = pel_new_var(&m->heap);
    tail = item ? pel_new_list(&m->heap, &item, 1, tail) : 0;
    if (!tail) return pel_stop_memory(m);
  }
  return pel_unify_outcome(m, c, tail);
}

/* $open_tail(List, Known, Tail): a list that ends in a variable, after Known items. */
static pel_outcome open_tail(pel_machine *m, const pel_cell *a) {
  int64_t n = 0;
  pel_cell c = a[0];
  for (; pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2); n++) {
    if ((uint64_t)n > m->limits.memory / 16) return PEL_FAIL; /* it goes round in a circle */
    c = pel_arg(&m->heap, c, 1);
  }
  if (!pel_is_var(c)) return PEL_FAIL;
  pel_outcome ok = pel_unify_outcome(m, a[1], pel_make_int(n));
  return ok == PEL_TRUE ? pel_unify_outcome(m, a[2], c) : ok;
}

/* ---- sorting ---- */

typedef struct order {
  pel_machine *m;
  int64_t key;    /* argument to sort by; 0: the whole */
  bool down;
  pel_outcome failed;
} order;

/* error(existence_error(argument, N, Term), _) */
static pel_outcome no_argument(pel_machine *m, int64_t n, pel_cell c) {
  pel_cell name = pel_new_atom(&m->heap, "existence_error", 15), of[3] = {pel_new_atom(&m->heap, "argument", 8), pel_make_int(n), c};
  pel_cell args[2] = {name && of[0] ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 3, of) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

static pel_cell key_of(order *o, pel_cell c) {
  if (!o->key) return c;
  if (pel_tag(c) != PEL_TAG_STRUCT) return o->failed = pel_is_var(c) ? pel_throw_instantiation(o->m) : pel_throw_type(o->m, "compound", c), 0;
  if (o->key > pel_functor_of(&o->m->heap, c)->arity) return o->failed = no_argument(o->m, o->key, c), 0;
  return pel_arg(&o->m->heap, c, (uint32_t)o->key - 1);
}

static int in_order(order *o, pel_cell a, pel_cell b) {
  bool ok;
  int way = pel_compare_terms(o->m, a, b, &ok);
  if (!ok) o->failed = PEL_STOP;
  return o->down ? -way : way;
}

/* Bottom-up merge sort of items by their keys; both arrays move together. */
static bool merge_sort(order *o, pel_cell *keys, pel_cell *items, size_t n) {
  pel_cell *k2 = pel_alloc(2 * n + 1, sizeof *k2), *i2 = k2 ? k2 + n : NULL;
  if (!k2) return o->failed = pel_stop_memory(o->m), false;
  for (size_t width = 1; width < n && o->failed == PEL_TRUE; width *= 2) {
    for (size_t lo = 0; lo < n && o->failed == PEL_TRUE; lo += 2 * width) {
      size_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n, a = lo, b = mid;
      for (size_t at = lo; at < hi; at++) {
        bool left = a < mid && (b >= hi || in_order(o, keys[a], keys[b]) <= 0);
        size_t from = left ? a++ : b++;
        k2[at] = keys[from];
        i2[at] = items[from];
      }
    }
    memcpy(keys, k2, n * sizeof *keys);
    memcpy(items, i2, n * sizeof *items);
  }
  free(k2);
  return o->failed == PEL_TRUE;
}

static pel_outcome sort_list(pel_machine *m, pel_cell list, int64_t key, bool down, bool unique, pel_cell into) {
  pel_cell *items, *keys;
  size_t n;
  pel_outcome ok = pel_list_items(m, list, &items, &n);
  if (ok != PEL_TRUE) return ok;
  order o = {.m = m, .key = key, .down = down, .failed = PEL_TRUE};
  keys = pel_alloc(n + 1, sizeof *keys);
  if (!keys) o.failed = pel_stop_memory(m);
  for (size_t i = 0; i < n && o.failed == PEL_TRUE; i++) keys[i] = key_of(&o, items[i]);
  if (o.failed == PEL_TRUE && merge_sort(&o, keys, items, n)) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
      if (!unique || i == 0 || in_order(&o, keys[kept - 1], keys[i]) != 0) keys[kept] = keys[i], items[kept++] = items[i];
    if (o.failed == PEL_TRUE) o.failed = pel_unify_outcome(m, into, pel_new_list(&m->heap, items, kept, pel_make_atom(PEL_ATOM_NIL)));
  }
  free(keys);
  free(items);
  return o.failed;
}

static pel_outcome msort(pel_machine *m, const pel_cell *a) { return sort_list(m, a[0], 0, false, false, a[1]); }
static pel_outcome sort2(pel_machine *m, const pel_cell *a) { return sort_list(m, a[0], 0, false, true, a[1]); }

/* A name is a key of dicts, which there are not: none of the items is one. */
static pel_outcome sort_by_name(pel_machine *m, pel_cell list, pel_cell into) {
  pel_cell *items;
  size_t n;
  pel_outcome ok = pel_list_items(m, list, &items, &n);
  if (ok != PEL_TRUE) return ok;
  if (n == 0) ok = pel_unify_outcome(m, into, list);
  else if (pel_is_var(items[0])) ok = pel_throw_instantiation(m);
  else ok = pel_throw_type(m, pel_tag(items[0]) == PEL_TAG_STRUCT ? "dict" : "compound", items[0]);
  free(items);
  return ok;
}

static pel_outcome sort4(pel_machine *m, const pel_cell *a) {
  static const char *const orders[] = {"@<", "@=<", "@>", "@>="};
  bool number = pel_tag(a[0]) == PEL_TAG_INT;
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  if (!number && !pel_is_atom(a[0])) return pel_throw_type(m, "sort_key", a[0]);
  if (number && pel_int_value(a[0]) < 0) return pel_throw_domain(m, "not_less_than_one", a[0]);
  if (pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (!pel_is_atom(a[1])) return pel_throw_type(m, "atom", a[1]);
  const char *name = pel_atom_text(&m->program->symbols, (uint32_t)pel_index(a[1]));
  int way = 0;
  while (way < 4 && strcmp(name, orders[way]) != 0) way++;
  if (way == 4) return pel_throw_domain(m, "order", a[1]);
  return number ? sort_list(m, a[2], pel_int_value(a[0]), way >= 2, way % 2 == 0, a[3]) : sort_by_name(m, a[2], a[3]);
}

static pel_outcome keysort(pel_machine *m, const pel_cell *a) {
  pel_cell *items;
  size_t n;
  pel_outcome ok = pel_list_items(m, a[0], &items, &n);
  if (ok != PEL_TRUE) return ok;
  for (size_t i = 0; i < n && ok == PEL_TRUE; i++)
    if (pel_is_var(items[i])) ok = pel_throw_instantiation(m);
    else if (!pel_is_compound(&m->heap, items[i], PEL_ATOM_MINUS, 2)) ok = pel_throw_type(m, "pair", items[i]);
  free(items);
  return ok == PEL_TRUE ? sort_list(m, a[0], 1, false, false, a[1]) : ok;
}

const pel_builtin_entry pel_builtins_list[] = {{"$length", 2, length}, {"$open_tail", 3, open_tail}, {"msort", 2, msort}, {"sort", 2, sort2}, {"sort", 4, sort4}, {"keysort", 2, keysort}, {NULL, 0, NULL}};
