#include "engine/logic/unknown.h"

#include <math.h>
#include <string.h>

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
  if (bound->kind == PEL_NUMBER_FLOAT && isinf(bound->f)) return bound->f > 0 ? 1 : 4;
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
  if (!m->unknowns || m->unknowns->n_quantities == 0 || !pel_is_compound(&m->heap, c, PEL_ATOM_UNKNOWN, 1)) return 0;
  pel_cell k = pel_arg(&m->heap, c, 0);
  int64_t n = pel_tag(k) == PEL_TAG_INT ? pel_int_value(k) : 0;
  return n > 0 && (size_t)n <= m->unknowns->n_quantities ? (int32_t)n : 0;
}

static bool is_nan(const pel_number *n) { return n->kind == PEL_NUMBER_FLOAT && isnan(n->f); }

/* Takes the bound over. */
static void stop(pel_machine *m, int32_t quantity, int relation, pel_number bound) {
  pel_unknowns *u = m->unknowns;
  pel_number_clear(&u->bound);
  u->quantity = quantity;
  u->relation = relation;
  u->bound = bound;
  m->undecided = 0;
  m->stopped = PEL_STOPPED_UNDECIDED;
}

bool pel_unknown_compare(pel_machine *m, pel_cell a, int relation, pel_cell b, pel_outcome *decided) {
  int32_t x = quantity_of(m, a), y = quantity_of(m, b);
  if (!x && !y) return false;
  if (x && y && x == y) return *decided = pel_relation_holds(relation, 0) ? PEL_TRUE : PEL_FAIL, true;
  pel_number bound;
  *decided = pel_evaluate(m, x ? b : a, &bound);
  if (*decided != PEL_TRUE) return true;
  if (!x) relation = swapped(relation);
  if (is_nan(&bound)) return *decided = relation == PEL_RELATION_DIFFERENT ? PEL_TRUE : PEL_FAIL, true;
  int can = possible(&m->unknowns->quantities[(x ? x : y) - 1], &bound);
  bool may = false, may_not = false;
  for (int order = -1; order <= 1; order++)
    if (can >> (order + 1) & 1) *(pel_relation_holds(relation, order) ? &may : &may_not) = true;
  if (may != may_not) {
    *decided = may ? PEL_TRUE : PEL_FAIL;
    pel_number_clear(&bound);
    return true;
  }
  stop(m, x ? x : y, relation, bound);
  return *decided = PEL_STOP, true;
}

/* ---- where rules look at it as at any term ---- */

bool pel_is_unknown(const pel_machine *m, pel_cell c) { return quantity_of(m, c) != 0; }

bool pel_unknown_computed(pel_machine *m, pel_cell c) {
  int32_t k = quantity_of(m, c);
  if (k) stop(m, k, PEL_RELATION_COMPUTED, (pel_number){0});
  return k != 0;
}

bool pel_unknowns_given_up(const pel_machine *m) {
  for (size_t i = 0; m->unknowns && i < m->unknowns->n_quantities; i++)
    if (m->unknowns->quantities[i].computed) return true;
  return false;
}

/* An exact number. A float is never the same as one, whatever its value. */
static bool unify_number(pel_machine *m, int32_t k, pel_cell c) {
  pel_number n;
  if (!pel_number_read(&m->heap, c, &n) || n.kind == PEL_NUMBER_FLOAT) return false;
  int can = possible(&m->unknowns->quantities[k - 1], &n);
  if (can == 2 || !(can & 2)) return pel_number_clear(&n), can == 2;
  return stop(m, k, PEL_RELATION_EQUAL, n), false;
}

bool pel_unknown_unify(pel_machine *m, pel_cell a, pel_cell b, bool *same) {
  int32_t x = quantity_of(m, a), y = quantity_of(m, b);
  if (!x && !y) return false;
  *same = x == y;
  if (x && y && x != y) stop(m, x, PEL_RELATION_COMPUTED, (pel_number){0});
  else if (x != y) *same = unify_number(m, x ? x : y, x ? b : a);
  return true;
}

/* Numbers come after variables and before all else; of equal ones the float first. */
static int order_number(pel_machine *m, int32_t k, pel_cell c) {
  pel_number n;
  if (pel_is_var(c)) return 1;
  if (!pel_number_read(&m->heap, c, &n)) return -1;
  if (is_nan(&n)) return 1;
  bool is_float = n.kind == PEL_NUMBER_FLOAT;
  int can = possible(&m->unknowns->quantities[k - 1], &n);
  if (can == 1 || can == 4 || can == 2 || (is_float && can == 6)) return pel_number_clear(&n), can == 1 ? -1 : can == 2 && !is_float ? 0 : 1;
  return stop(m, k, is_float ? PEL_RELATION_LESS : PEL_RELATION_EQUAL, n), 0;
}

bool pel_unknown_order(pel_machine *m, pel_cell a, pel_cell b, int *order) {
  int32_t x = quantity_of(m, a), y = quantity_of(m, b);
  if (!x && !y) return false;
  *order = 0;
  if (x && y && x != y) stop(m, x, PEL_RELATION_COMPUTED, (pel_number){0});
  else if (x != y) *order = x ? order_number(m, x, b) : -order_number(m, y, a);
  return true;
}

/* ---- built-in predicates ---- */

pel_unknown_use pel_unknown_use_of(const char *name, uint32_t arity) {
  static const struct {
    const char *name;
    uint32_t arity;
    pel_unknown_use use;
  } known[] = {{"=", 2, PEL_UNKNOWN_HANDLED},        {"\\=", 2, PEL_UNKNOWN_HANDLED},      {"==", 2, PEL_UNKNOWN_HANDLED},       {"\\==", 2, PEL_UNKNOWN_HANDLED},
               {"@<", 2, PEL_UNKNOWN_HANDLED},       {"@>", 2, PEL_UNKNOWN_HANDLED},       {"@=<", 2, PEL_UNKNOWN_HANDLED},      {"@>=", 2, PEL_UNKNOWN_HANDLED},
               {"compare", 3, PEL_UNKNOWN_HANDLED},  {"var", 1, PEL_UNKNOWN_HANDLED},      {"nonvar", 1, PEL_UNKNOWN_HANDLED},   {"atom", 1, PEL_UNKNOWN_HANDLED},
               {"number", 1, PEL_UNKNOWN_HANDLED},   {"integer", 1, PEL_UNKNOWN_HANDLED},  {"float", 1, PEL_UNKNOWN_HANDLED},    {"rational", 1, PEL_UNKNOWN_HANDLED},
               {"string", 1, PEL_UNKNOWN_HANDLED},   {"compound", 1, PEL_UNKNOWN_HANDLED}, {"atomic", 1, PEL_UNKNOWN_HANDLED},   {"callable", 1, PEL_UNKNOWN_HANDLED},
               {"is_list", 1, PEL_UNKNOWN_HANDLED},  {"ground", 1, PEL_UNKNOWN_HANDLED},   {"copy_term", 2, PEL_UNKNOWN_HANDLED}, {"term_variables", 2, PEL_UNKNOWN_HANDLED},
               {"unify_with_occurs_check", 2, PEL_UNKNOWN_HANDLED}, {"throw", 1, PEL_UNKNOWN_HANDLED},
               {"is", 2, PEL_UNKNOWN_HANDLED},       {"=:=", 2, PEL_UNKNOWN_HANDLED},      {"=\\=", 2, PEL_UNKNOWN_HANDLED},     {"<", 2, PEL_UNKNOWN_HANDLED},
               {">", 2, PEL_UNKNOWN_HANDLED},        {"=<", 2, PEL_UNKNOWN_HANDLED},       {">=", 2, PEL_UNKNOWN_HANDLED},       {"functor", 3, PEL_UNKNOWN_WITHIN},
               {"$arg", 3, PEL_UNKNOWN_WITHIN},      {"=..", 2, PEL_UNKNOWN_WITHIN},       {"$length", 2, PEL_UNKNOWN_WITHIN},   {"$open_tail", 3, PEL_UNKNOWN_WITHIN}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].arity == arity && strcmp(known[i].name, name) == 0) return known[i].use;
  return PEL_UNKNOWN_NEEDED;
}

/* An unknown quantity that is the term or inside it; 0: there is none, or (with the run stopped) there was no room to look. */
static int32_t quantity_within(pel_machine *m, pel_cell c) {
  pel_term_copy *copy = &m->scratch;
  if (pel_tag(c) != PEL_TAG_STRUCT || pel_is_unknown(m, c)) return quantity_of(m, c);
  if (!pel_copy_out(&m->heap, c, m->heap.most, copy)) return pel_stop_memory(m), 0;
  for (size_t i = 0; i < copy->n_structs; i++) {
    const pel_cell *cells = copy->cells + copy->structs[i];
    const pel_functor *f = &m->program->symbols.functors[pel_index(cells[0])];
    int64_t k = f->atom == PEL_ATOM_UNKNOWN && f->arity == 1 && pel_tag(cells[1]) == PEL_TAG_INT ? pel_int_value(cells[1]) : 0;
    if (k > 0 && (size_t)k <= m->unknowns->n_quantities) return (int32_t)k;
  }
  return 0;
}

bool pel_unknown_used(pel_machine *m, pel_unknown_use use, const pel_cell *args, uint32_t arity) {
  if (use == PEL_UNKNOWN_HANDLED || m->unknowns->n_quantities == 0) return false;
  for (uint32_t i = 0; i < arity && i < 8; i++) {
    int32_t k = use == PEL_UNKNOWN_WITHIN ? quantity_of(m, args[i]) : quantity_within(m, args[i]);
    if (k) stop(m, k, PEL_RELATION_COMPUTED, (pel_number){0});
    if (k || m->stopped) return true;
  }
  return false;
}

/* ---- ranges ---- */

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
  if (relation == PEL_RELATION_COMPUTED) return holds && (q->computed = true);
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
  if (!q->low.there || !q->high.there) return true;
  int order = pel_number_compare(&q->low.value, &q->high.value);
  return order < 0 || (order == 0 && !q->low.open && !q->high.open);
}
