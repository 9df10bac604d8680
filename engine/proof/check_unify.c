/* Bindings, and what is done with two terms or with a term and its variables. Nothing recurses: terms may be deep, and cyclic. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/proof/check_arithmetic.h"
#include "engine/proof/check_terms.h"
#include "engine/proof/check_unknown.h"

/* ---- bindings ---- */

static void set(pel_terms *t, uint32_t var, pel_term value) {
  struct pel_binding *trail = pel_grow(t->trail, &t->trail_capacity, t->n_trail + 1, sizeof *trail);
  if (!trail) {
    t->over = "there is no memory";
    return;
  }
  t->trail = trail;
  trail[t->n_trail++] = (struct pel_binding){var, t->cells[var]};
  t->cells[var] = value;
}

void pel_term_bind(pel_terms *t, uint32_t var, pel_term value) { set(t, var, value); }

void pel_terms_undo(pel_terms *t, size_t trail) {
  while (t->n_trail > trail) {
    struct pel_binding b = t->trail[--t->n_trail];
    t->cells[b.var] = b.old;
  }
}

void pel_terms_reopen(pel_terms *t, size_t trail) {
  for (size_t i = t->n_trail; i > trail && pel_terms_count(t, 1); i--) set(t, t->trail[i - 1].var, t->trail[i - 1].old);
}

/* ---- two terms ---- */

bool pel_term_push(pel_terms *t, pel_term x) {
  pel_term *stack = pel_grow(t->stack, &t->stack_capacity, t->n_stack + 1, sizeof *stack);
  if (!stack) return t->over = "there is no memory", false;
  t->stack = stack;
  stack[t->n_stack++] = x;
  return true;
}

static bool push_arguments(pel_terms *t, pel_term a, pel_term b, uint32_t arity) {
  for (uint32_t i = arity; i > 0; i--)
    if (!pel_term_push(t, t->cells[a.value + i]) || !pel_term_push(t, t->cells[b.value + i])) return false;
  return true;
}

static bool pop_pair(pel_terms *t, pel_term *a, pel_term *b) {
  *b = pel_term_deref(t, t->stack[--t->n_stack]);
  *a = pel_term_deref(t, t->stack[--t->n_stack]);
  return pel_terms_count(t, 1);
}

static bool same_text(const pel_terms *t, pel_term a, pel_term b) {
  size_t na, nb;
  const char *x = pel_term_text(t, a, &na), *y = pel_term_text(t, b, &nb);
  return na == nb && memcmp(x, y, na) == 0;
}

static bool same_value(const pel_terms *t, pel_term a, pel_term b) {
  if (a.kind != b.kind) return false;
  if (a.kind == PEL_TERM_STRING) return same_text(t, a, b);
  if (a.kind == PEL_TERM_NUMBER) return pel_exact_identical(&t->numbers[a.value], &t->numbers[b.value]);
  return a.value == b.value;
}

/* An infinite number is written as inf, -inf or nan, and read back as an atom or -(inf). */
static bool same_as_written(const pel_terms *t, pel_term x, pel_term w) {
  if (!t->written || x.kind != PEL_TERM_NUMBER || !t->numbers[x.value].is_float) return false;
  double f = t->numbers[x.value].f;
  if (f - f == 0) return false;
  if (f < 0) return pel_term_is(t, w, PEL_ATOM_MINUS, 1) && pel_term_same(pel_term_arg(t, w, 0), pel_term_atom(PEL_ATOM_INF));
  return pel_term_same(w, pel_term_atom(f > 0 ? PEL_ATOM_INF : PEL_ATOM_NAN_ATOM));
}

static bool same_functor(const pel_terms *t, pel_term a, pel_term b) {
  pel_term x = t->cells[a.value], y = t->cells[b.value];
  return pel_term_same(x, y);
}

bool pel_term_unify(pel_terms *t, pel_term a, pel_term b) {
  t->n_stack = 0;
  if (!pel_term_push(t, a) || !pel_term_push(t, b)) return false;
  while (t->n_stack > 0) {
    if (!pop_pair(t, &a, &b)) return false;
    if (pel_term_same(a, b)) continue;
    if (a.kind == PEL_TERM_VAR && (b.kind != PEL_TERM_VAR || a.value > b.value)) set(t, a.value, b); /* the younger to the older */
    else if (b.kind == PEL_TERM_VAR) set(t, b.value, a);
    else if (pel_check_quantity(t, a) || pel_check_quantity(t, b)) {
      if (!pel_check_same_quantity(t, a, b) || t->open) return false;
    } else if (a.kind == PEL_TERM_COMPOUND && b.kind == PEL_TERM_COMPOUND) {
      if (!same_functor(t, a, b) || !push_arguments(t, a, b, pel_term_arity(t, a))) return false;
    } else if (!same_value(t, a, b) && !same_as_written(t, a, b)) return false;
  }
  return !t->over;
}

bool pel_term_unifies(pel_terms *t, pel_term a, pel_term b) {
  size_t trail = t->n_trail;
  bool ok = pel_term_unify(t, a, b);
  pel_terms_undo(t, trail);
  return ok;
}

static int rank(pel_term x) {
  switch (x.kind) {
    case PEL_TERM_VAR: return 0;
    case PEL_TERM_NAMED: return 1;
    case PEL_TERM_INT:
    case PEL_TERM_NUMBER: return 2;
    case PEL_TERM_STRING: return 3;
    case PEL_TERM_ATOM: return 4;
    default: return 5;
  }
}

static int text_order(const char *a, size_t na, const char *b, size_t nb) {
  int order = memcmp(a, b, na < nb ? na : nb);
  return order ? (order > 0) - (order < 0) : (na > nb) - (na < nb);
}

/* [] comes first. */
static int atom_order(const pel_terms *t, uint32_t a, uint32_t b) {
  const pel_symbols *s = &t->program->symbols;
  if (a != b && (a == PEL_ATOM_NIL || b == PEL_ATOM_NIL)) return a == PEL_ATOM_NIL ? -1 : 1;
  return a == b ? 0 : text_order(pel_atom_text(s, a), pel_atom_size(s, a), pel_atom_text(s, b), pel_atom_size(s, b));
}

static int number_order(const pel_terms *t, pel_term a, pel_term b) {
  pel_exact x, y;
  pel_term_read_number(t, a, &x);
  pel_term_read_number(t, b, &y);
  int order = pel_exact_compare(&x, &y);
  if (order == 2) order = x.is_float && x.f != x.f ? (y.is_float && y.f != y.f ? 0 : -1) : 1;
  if (order == 0 && x.is_float && y.is_float) order = (signbit(y.f) != 0) - (signbit(x.f) != 0); /* -0.0 before 0.0 */
  if (order == 0 && x.is_float != y.is_float) order = x.is_float ? -1 : 1;
  pel_exact_clear(&x);
  pel_exact_clear(&y);
  return order;
}

/* Of two values, or of the arity and the name of two compounds. */
static int order_here(const pel_terms *t, pel_term a, pel_term b) {
  int ra = rank(a), rb = rank(b);
  if (ra != rb) return ra < rb ? -1 : 1;
  if (ra < 2) return (a.value > b.value) - (a.value < b.value);
  if (ra == 2) return number_order(t, a, b);
  if (ra == 3) {
    size_t na, nb;
    const char *x = pel_term_text(t, a, &na), *y = pel_term_text(t, b, &nb);
    return text_order(x, na, y, nb);
  }
  if (ra == 4) return atom_order(t, a.value, b.value);
  uint32_t na = pel_term_arity(t, a), nb = pel_term_arity(t, b);
  return na != nb ? (na < nb ? -1 : 1) : atom_order(t, pel_term_name(t, a), pel_term_name(t, b));
}

int pel_term_compare(pel_terms *t, pel_term a, pel_term b) {
  t->n_stack = 0;
  if (!pel_term_push(t, a) || !pel_term_push(t, b)) return 0;
  while (t->n_stack > 0) {
    if (!pop_pair(t, &a, &b)) return 0;
    if (pel_term_same(a, b)) continue;
    bool quantity = pel_check_quantity(t, a) || pel_check_quantity(t, b);
    int order = quantity ? pel_check_quantity_order(t, a, b) : order_here(t, a, b);
    if (order || t->open) return order;
    if (!quantity && a.kind == PEL_TERM_COMPOUND && !push_arguments(t, a, b, pel_term_arity(t, a))) return 0;
  }
  return 0;
}

/* A variable of each side that are met together stand for each other: both become the same number, for as long as this takes. */
bool pel_term_variant(pel_terms *t, pel_term a, pel_term b) {
  size_t trail = t->n_trail;
  uint32_t met = 0;
  bool same = true;
  t->n_stack = 0;
  pel_term copy = {PEL_TERM_NONE, 0};
  same = pel_terms_copy(t, &b, 1, &copy) && pel_term_push(t, a) && pel_term_push(t, copy); /* of its own variables: both may share some */
  while (same && t->n_stack > 0) {
    if (!pop_pair(t, &a, &b)) same = false;
    else if (a.kind == PEL_TERM_VAR && b.kind == PEL_TERM_VAR) {
      pel_term mark = pel_term_make(PEL_TERM_LOCAL, met++);
      set(t, a.value, mark);
      if (a.value != b.value) set(t, b.value, mark);
    } else if (a.kind == PEL_TERM_COMPOUND && b.kind == PEL_TERM_COMPOUND) {
      same = same_functor(t, a, b) && push_arguments(t, a, b, pel_term_arity(t, a));
    } else same = same_value(t, a, b);
  }
  pel_terms_undo(t, trail);
  return same && !t->over;
}

bool pel_term_is_written(pel_terms *t, pel_term x, pel_term written, uint8_t *used, size_t n_used) {
  t->n_stack = 0;
  if (!pel_term_push(t, x) || !pel_term_push(t, written)) return false;
  while (t->n_stack > 0) {
    pel_term w;
    if (!pop_pair(t, &x, &w)) return false;
    if (x.kind == PEL_TERM_VAR) {
      if (w.kind != PEL_TERM_NAMED || w.value >= n_used || used[w.value]) return false;
      used[w.value] = 1;
      set(t, x.value, w);
    } else if (x.kind == PEL_TERM_COMPOUND && w.kind == PEL_TERM_COMPOUND) {
      if (!same_functor(t, x, w) || !push_arguments(t, x, w, pel_term_arity(t, x))) return false;
    } else if (!same_value(t, x, w) && !same_as_written(t, x, w)) return false;
  }
  return !t->over;
}

/* ---- copies ---- */

/* One cell of a copy, which will stand at `place`. Arguments are taken as they are and looked at later. */
static pel_term copy_cell(pel_terms *t, pel_term x, const pel_term *locals, size_t place) {
  if (locals ? x.kind == PEL_TERM_LOCAL : x.kind == PEL_TERM_VAR) {
    if (locals) return locals[x.value];
    pel_term var = pel_term_make(PEL_TERM_VAR, (uint32_t)place);
    set(t, x.value, var);
    return var;
  }
  if (x.kind != (locals ? PEL_TERM_PATTERN : PEL_TERM_COMPOUND)) return x;
  uint32_t arity = pel_term_arity(t, x);
  pel_term made = pel_term_compound(t, pel_term_name(t, x), arity, NULL);
  if (made.kind && pel_terms_count(t, arity)) memcpy(&t->cells[made.value + 1], &t->cells[x.value + 1], arity * sizeof(pel_term));
  return made;
}

/* Goes through what was made from `todo` on. */
static bool copy_rest(pel_terms *t, size_t todo, const pel_term *locals) {
  size_t start = todo;
  while (!t->over && todo < t->n) {
    pel_term head = t->cells[todo++];
    if ((head.kind & 15) != PEL_TERM_HEADER) continue;
    for (uint32_t i = head.kind >> 4; i > 0 && !t->over; i--, todo++) {
      pel_term x = locals ? t->cells[todo] : pel_term_deref(t, t->cells[todo]);
      if (!locals && x.kind == PEL_TERM_VAR && x.value >= start) t->cells[todo] = x; /* new already */
      else {
        pel_term made = copy_cell(t, x, locals, todo);
        t->cells[todo] = made;
      }
    }
  }
  return !t->over;
}

bool pel_terms_copy(pel_terms *t, const pel_term *from, size_t n, pel_term *to) {
  size_t trail = t->n_trail, start = t->n;
  for (size_t i = 0; i < n && !t->over; i++) {
    pel_term x = pel_term_deref(t, from[i]);
    if (x.kind == PEL_TERM_VAR && x.value < start) {
      to[i] = pel_term_var(t);
      if (to[i].kind) set(t, x.value, to[i]);
    } else to[i] = x.kind == PEL_TERM_VAR ? x : copy_cell(t, x, NULL, 0);
  }
  bool ok = copy_rest(t, start, NULL);
  pel_terms_undo(t, trail);
  return ok;
}

pel_term pel_term_rename(pel_terms *t, pel_term pattern, const pel_term *locals) {
  size_t start = t->n;
  pel_term root = copy_cell(t, pattern, locals, 0);
  return copy_rest(t, start, locals) ? root : (pel_term){PEL_TERM_NONE, 0};
}

/* ---- variables ---- */

bool pel_term_variables(pel_terms *t, pel_term x, pel_term **vars, size_t *n) {
  size_t trail = t->n_trail, count = 0, capacity = 0;
  pel_term *out = pel_alloc(1, sizeof *out);
  capacity = out ? 1 : 0;
  t->n_stack = 0;
  bool ok = out && pel_term_push(t, x);
  while (ok && t->n_stack > 0) {
    x = pel_term_deref(t, t->stack[--t->n_stack]);
    ok = pel_terms_count(t, 1);
    if (ok && x.kind == PEL_TERM_VAR) {
      pel_term *grown = pel_grow(out, &capacity, count + 1, sizeof *grown);
      if ((ok = grown != NULL)) {
        out = grown;
        out[count++] = x;
        set(t, x.value, pel_term_atom(PEL_ATOM_NIL)); /* seen */
      }
    } else if (ok && x.kind == PEL_TERM_COMPOUND)
      for (uint32_t i = pel_term_arity(t, x); ok && i > 0; i--) ok = pel_term_push(t, t->cells[x.value + i]);
  }
  pel_terms_undo(t, trail);
  if (!ok || t->over) return free(out), false;
  *vars = out;
  *n = count;
  return true;
}
