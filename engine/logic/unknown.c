#include "engine/logic/unknown.h"

#include "engine/logic/evaluate.h"

int8_t pel_unknown_fact(const pel_machine *m, int32_t fact) {
  const pel_unknowns *u = m->unknowns;
  return u && fact > 0 && (size_t)fact <= u->n_facts ? u->facts[fact - 1] : 0;
}

bool pel_relation_holds(int relation, int order) {
  switch (relation) {
    case PEL_RELATION_EQUAL: return order == 0;
    case PEL_RELATION_DIFFERENT: return order != 0;
    case PEL_RELATION_LESS: return order < 0;
    case PEL_RELATION_GREATER: return order > 0;
    case PEL_RELATION_AT_MOST: return order <= 0;
    default: return order >= 0;
  }
}

static int swapped(int relation) {
  static const int other[] = {PEL_RELATION_EQUAL, PEL_RELATION_DIFFERENT, PEL_RELATION_GREATER, PEL_RELATION_LESS, PEL_RELATION_AT_LEAST, PEL_RELATION_AT_MOST};
  return other[relation];
}

static int negated(int relation) {
  static const int other[] = {PEL_RELATION_DIFFERENT, PEL_RELATION_EQUAL, PEL_RELATION_AT_LEAST, PEL_RELATION_AT_MOST, PEL_RELATION_GREATER, PEL_RELATION_LESS};
  return other[relation];
}

/* How values of the range can compare with `bound`: bit 0 less, 1 equal, 2 greater. */
static int possible(const pel_unknown_quantity *q, const pel_number *bound) {
  int can = 7;
  if (q->low.there) {
    int order = pel_number_compare(&q->low.value, bound);
    if (order >= 0) can &= ~1;
    if (order > 0 || (order == 0 && q->low.open)) can &= ~2;
  }
  if (q->high.there) {
    int order = pel_number_compare(&q->high.value, bound);
    if (order <= 0) can &= ~4;
    if (order < 0 || (order == 0 && q->high.open)) can &= ~2;
  }
  return can;
}

static int32_t quantity_of(const pel_machine *m, pel_cell c) {
  if (!m->unknowns || !pel_is_compound(&m->heap, c, PEL_ATOM_UNKNOWN, 1)) return 0;
  pel_cell k = pel_arg(&m->heap, c, 0);
  int64_t n = pel_tag(k) == PEL_TAG_INT ? pel_int_value(k) : 0;
  return n > 0 && (size_t)n <= m->unknowns->n_quantities ? (int32_t)n : 0;
}

bool pel_unknown_compare(pel_machine *m, pel_cell a, int relation, pel_cell b, pel_outcome *decided) {
  int32_t x = quantity_of(m, a), y = quantity_of(m, b);
  if (!x && !y) return false;
  if (x && y && x == y) return *decided = pel_relation_holds(relation, 0) ? PEL_TRUE : PEL_FAIL, true;
  pel_number bound;
  *decided = pel_evaluate(m, x ? b : a, &bound);
  if (*decided != PEL_TRUE) return true;
  if (!x) relation = swapped(relation);
  pel_unknowns *u = m->unknowns;
  int can = possible(&u->quantities[(x ? x : y) - 1], &bound);
  bool may = false, may_not = false;
  for (int order = -1; order <= 1; order++)
    if (can >> (order + 1) & 1) *(pel_relation_holds(relation, order) ? &may : &may_not) = true;
  if (may != may_not) {
    *decided = may ? PEL_TRUE : PEL_FAIL;
    pel_number_clear(&bound);
    return true;
  }
  pel_number_clear(&u->bound);
  u->quantity = x ? x : y;
  u->relation = relation;
  u->bound = bound;
  m->undecided = 0;
  m->stopped = PEL_STOPPED_UNDECIDED;
  return *decided = PEL_STOP, true;
}

static bool copy_number(const pel_number *n, pel_number *out) {
  if (n->kind == PEL_NUMBER_RATIONAL) {
    mpq_t q;
    pel_number_get_q(n, q);
    *out = pel_number_take_q(q);
  } else if (n->kind == PEL_NUMBER_INTEGER && n->big) {
    mpz_t z;
    pel_number_get_z(n, z);
    *out = pel_number_take_z(z);
  } else *out = *n;
  return true;
}

static void set_end(pel_range_end *end, const pel_number *bound, bool open) {
  pel_number_clear(&end->value);
  copy_number(bound, &end->value);
  end->there = true;
  end->open = open;
}

bool pel_unknown_narrow(pel_unknown_quantity *q, int relation, const pel_number *bound, bool holds) {
  if (!holds) relation = negated(relation);
  switch (relation) {
    case PEL_RELATION_LESS: set_end(&q->high, bound, true); break;
    case PEL_RELATION_AT_MOST: set_end(&q->high, bound, false); break;
    case PEL_RELATION_GREATER: set_end(&q->low, bound, true); break;
    case PEL_RELATION_AT_LEAST: set_end(&q->low, bound, false); break;
    case PEL_RELATION_EQUAL:
      set_end(&q->low, bound, false);
      set_end(&q->high, bound, false);
      break;
    default: return false;
  }
  return true;
}
