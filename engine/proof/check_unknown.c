#include "engine/proof/check_unknown.h"

#include <math.h>

#include "engine/base/mem.h"
#include "engine/proof/check_arithmetic.h"

static pel_exact exact_of(const pel_number *n) {
  pel_exact out = {.is_float = n->kind == PEL_NUMBER_FLOAT, .f = n->kind == PEL_NUMBER_FLOAT ? n->f : 0};
  if (!out.is_float) pel_number_get_q(n, out.q);
  return out;
}

bool pel_check_unknowns_take(pel_terms *t, const pel_unknowns *u) {
  t->facts = u->facts;
  t->n_facts = u->n_facts;
  t->ranges = pel_alloc(u->n_quantities + 1, sizeof *t->ranges);
  if (!t->ranges) return false;
  for (t->n_ranges = 0; t->n_ranges < u->n_quantities; t->n_ranges++) {
    const pel_unknown_quantity *q = &u->quantities[t->n_ranges];
    struct pel_check_range *r = &t->ranges[t->n_ranges];
    *r = (struct pel_check_range){.has_low = q->low.there, .has_high = q->high.there, .low_open = q->low.open, .high_open = q->high.open};
    r->low = r->has_low ? exact_of(&q->low.value) : pel_exact_of_float(-INFINITY);
    r->high = r->has_high ? exact_of(&q->high.value) : pel_exact_of_float(INFINITY);
  }
  return true;
}

int8_t pel_check_supposed(const pel_terms *t, int32_t fact) { return fact > 0 && (size_t)fact <= t->n_facts ? t->facts[fact - 1] : 0; }

uint32_t pel_check_quantity(const pel_terms *t, pel_term x) {
  if (t->n_ranges == 0 || !pel_term_is(t, x, PEL_ATOM_UNKNOWN, 1)) return 0;
  pel_term k = pel_term_arg(t, x, 0);
  return k.kind == PEL_TERM_INT && (int32_t)k.value > 0 && k.value <= t->n_ranges ? k.value : 0;
}

bool pel_check_mentions(pel_terms *t, pel_term x) {
  if (t->n_ranges == 0) return false;
  t->n_stack = 0;
  bool found = false;
  for (bool go = pel_term_push(t, x); go && !found && t->n_stack > 0;) {
    x = pel_term_deref(t, t->stack[--t->n_stack]);
    found = pel_check_quantity(t, x) != 0;
    go = pel_terms_count(t, 1);
    for (uint32_t i = pel_term_arity(t, x); go && i > 0; i--) go = pel_term_push(t, t->cells[x.value + i]);
  }
  return found;
}

int pel_check_possible(const pel_terms *t, uint32_t quantity, const pel_exact *n) {
  const struct pel_check_range *r = &t->ranges[quantity - 1];
  int low = r->has_low ? pel_exact_compare(n, &r->low) : 1, high = r->has_high ? pel_exact_compare(n, &r->high) : -1;
  if (low == 2 || high == 2 || (n->is_float && isnan(n->f))) return 0;
  if (n->is_float && isinf(n->f)) return n->f > 0 ? 1 : 4;
  bool inside = (low > 0 || (low == 0 && !r->low_open)) && (high < 0 || (high == 0 && !r->high_open));
  return (low > 0) | inside << 1 | (high < 0) << 2;
}

bool pel_check_same_quantity(pel_terms *t, pel_term a, pel_term b) {
  uint32_t x = pel_check_quantity(t, a), y = pel_check_quantity(t, b);
  pel_exact n;
  if (x == y) return true;
  if (x && y) return t->open = true;
  if (!pel_term_read_number(t, x ? b : a, &n)) return false;
  int can = n.is_float ? 1 : pel_check_possible(t, x ? x : y, &n); /* an exact number is never the same as a float */
  pel_exact_clear(&n);
  t->open |= (can & 2) && can != 2;
  return can == 2;
}

/* Numbers come after variables and before all else; of equal ones the float first. */
static int order_beside(pel_terms *t, uint32_t quantity, pel_term x) {
  pel_exact n;
  if (x.kind == PEL_TERM_VAR || x.kind == PEL_TERM_NAMED) return 1;
  if (!pel_term_read_number(t, x, &n)) return -1;
  int can = pel_check_possible(t, quantity, &n);
  if (n.is_float) can = can & 6 ? (can & 1) | 4 : can;
  if (can == 0) can = 4; /* of NaN */
  pel_exact_clear(&n);
  t->open |= can != 1 && can != 2 && can != 4;
  return can == 1 ? -1 : can == 2 ? 0 : 1;
}

int pel_check_quantity_order(pel_terms *t, pel_term a, pel_term b) {
  uint32_t x = pel_check_quantity(t, a), y = pel_check_quantity(t, b);
  if (x == y) return 0;
  if (x && y) return t->open = true, 0;
  return x ? order_beside(t, x, b) : -order_beside(t, y, a);
}
