#include "engine/proof/check_builtins.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/machine.h"
#include "engine/proof/check_arithmetic.h"
#include "engine/proof/check_lists.h"
#include "engine/proof/check_unknown.h"

static pel_verdict yes_if(bool holds) { return holds ? PEL_VERDICT_YES : PEL_VERDICT_NO; }

/* ---- what a term is ---- */

typedef enum test { VAR, NONVAR, ATOM, NUMBER, INTEGER, FLOAT, RATIONAL, STRING, COMPOUND, ATOMIC, CALLABLE, LIST, GROUND } test;

static bool is_ground(pel_terms *t, pel_term x) {
  pel_term *vars;
  size_t n;
  if (!pel_term_variables(t, x, &vars, &n)) return false;
  free(vars);
  return n == 0;
}

/* A quantity that nobody knows is an exact number; whether an integer is not known. */
static pel_verdict quantity_test(int which) {
  if (which == INTEGER) return PEL_VERDICT_ERROR;
  return yes_if(which == NONVAR || which == NUMBER || which == RATIONAL || which == ATOMIC || which == GROUND);
}

static pel_verdict type_test(pel_terms *t, const pel_term *a, int which) {
  pel_term x = a[0], tail;
  if (pel_check_quantity(t, x)) return quantity_test(which);
  switch (which) {
    case VAR: return yes_if(x.kind == PEL_TERM_VAR);
    case NONVAR: return yes_if(x.kind != PEL_TERM_VAR);
    case ATOM: return yes_if(x.kind == PEL_TERM_ATOM && x.value != PEL_ATOM_NIL);
    case NUMBER: return yes_if(pel_term_is_number(x));
    case INTEGER: return yes_if(pel_term_is_integer(t, x));
    case FLOAT: return yes_if(pel_term_is_float(t, x));
    case RATIONAL: return yes_if(pel_term_is_number(x) && !pel_term_is_float(t, x));
    case STRING: return yes_if(x.kind == PEL_TERM_STRING);
    case COMPOUND: return yes_if(x.kind == PEL_TERM_COMPOUND);
    case ATOMIC: return yes_if(x.kind != PEL_TERM_VAR && x.kind != PEL_TERM_COMPOUND);
    case CALLABLE: return yes_if(pel_term_is_callable(x) && !(x.kind == PEL_TERM_ATOM && x.value == PEL_ATOM_NIL));
    case LIST: pel_term_spine(t, x, &tail); return yes_if(pel_term_same(tail, pel_term_atom(PEL_ATOM_NIL)));
    default: return yes_if(is_ground(t, x));
  }
}

/* rational(X, Numerator, Denominator) */
static pel_verdict fraction(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_exact n;
  if (!pel_term_read_number(t, a[0], &n)) return PEL_VERDICT_NO;
  pel_verdict v = PEL_VERDICT_NO;
  if (!n.is_float) {
    pel_exact top = pel_exact_of(0), bottom = pel_exact_of(0);
    mpz_set(mpq_numref(top.q), mpq_numref(n.q));
    mpz_set(mpq_numref(bottom.q), mpq_denref(n.q));
    pel_term x = pel_term_number(t, &top), y = pel_term_number(t, &bottom);
    v = yes_if(!t->over && pel_term_unify(t, a[1], x) && pel_term_unify(t, a[2], y));
  }
  pel_exact_clear(&n);
  return v;
}

/* ---- how two compare ---- */

typedef enum relation { UNIFY, NOT_UNIFY, IDENTICAL, NOT_IDENTICAL, BEFORE, AFTER, NOT_AFTER, NOT_BEFORE, VARIANT, NOT_VARIANT, OCCURS } relation;

/* Unifies, with no variable inside its own value: then the whole is a tree, which a walk of at most its cells goes through. */
static bool unify_checked(pel_terms *t, pel_term a, pel_term b) {
  size_t trail = t->n_trail;
  if (!pel_term_unify(t, a, b)) return false;
  for (size_t i = trail; i < t->n_trail; i++) {
    uint32_t var = t->trail[i].var;
    pel_term value = t->cells[var], *vars;
    size_t n;
    t->cells[var] = pel_term_make(PEL_TERM_VAR, var); /* opened for the look: a circle through it then ends at it */
    bool inside = false;
    pel_term target = pel_term_deref(t, value);
    if (!(target.kind == PEL_TERM_VAR && target.value == var)) {
      if (!pel_term_variables(t, value, &vars, &n)) n = 0, vars = NULL, inside = true;
      for (size_t k = 0; k < n; k++) inside |= vars[k].value == var;
      free(vars);
    }
    t->cells[var] = value;
    if (inside) return false;
  }
  return true;
}

static pel_verdict relate(pel_terms *t, const pel_term *a, int which) {
  switch (which) {
    case UNIFY: return yes_if(pel_term_unify(t, a[0], a[1]));
    case NOT_UNIFY: return yes_if(!pel_term_unifies(t, a[0], a[1]));
    case VARIANT: return yes_if(pel_term_variant(t, a[0], a[1]));
    case NOT_VARIANT: return yes_if(!pel_term_variant(t, a[0], a[1]));
    case OCCURS: return yes_if(unify_checked(t, a[0], a[1]));
    default: break;
  }
  int order = pel_term_compare(t, a[0], a[1]);
  switch (which) {
    case IDENTICAL: return yes_if(order == 0);
    case NOT_IDENTICAL: return yes_if(order != 0);
    case BEFORE: return yes_if(order < 0);
    case AFTER: return yes_if(order > 0);
    case NOT_AFTER: return yes_if(order <= 0);
    default: return yes_if(order >= 0);
  }
}

static pel_verdict compare(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  int order = pel_term_compare(t, a[1], a[2]);
  return yes_if(pel_term_unify(t, a[0], pel_term_atom(order < 0 ? PEL_ATOM_LESS : order > 0 ? PEL_ATOM_GREATER : PEL_ATOM_EQUALS)));
}

/* ---- arithmetic ---- */

typedef enum number_relation { EQUAL, DIFFERENT, LESS, GREATER, AT_MOST, AT_LEAST } number_relation;

static pel_verdict is(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  pel_exact n;
  if (!pel_term_evaluate(t, a[1], &n)) return PEL_VERDICT_ERROR;
  pel_term value = pel_term_number(t, &n);
  return yes_if(!t->over && pel_term_unify(t, a[0], value));
}

static bool relation_holds(int which, int order) {
  switch (which) {
    case EQUAL: return order == 0;
    case DIFFERENT: return order != 0;
    case LESS: return order < 0;
    case GREATER: return order > 0;
    case AT_MOST: return order <= 0;
    default: return order >= 0;
  }
}

/* Of a quantity that nobody knows it must be so, or not, in the whole of its range. */
static pel_verdict compare_quantity(pel_terms *t, const pel_term *a, int which) {
  uint32_t x = pel_check_quantity(t, a[0]), y = pel_check_quantity(t, a[1]);
  pel_exact n;
  if (x == y) return yes_if(relation_holds(which, 0));
  if ((x && y) || !pel_term_evaluate(t, x ? a[1] : a[0], &n)) return PEL_VERDICT_ERROR;
  int can = pel_check_possible(t, x ? x : y, &n), holds = 0, fails = 0;
  pel_exact_clear(&n);
  if (can == 0) return yes_if(which == DIFFERENT); /* NaN */
  for (int order = -1; order <= 1; order++)
    if (can >> (order + 1) & 1) *(relation_holds(which, x ? order : -order) ? &holds : &fails) = 1;
  return holds == fails ? PEL_VERDICT_ERROR : yes_if(holds);
}

static pel_verdict compare_numbers(pel_terms *t, const pel_term *a, int which) {
  if (pel_check_quantity(t, a[0]) || pel_check_quantity(t, a[1])) return compare_quantity(t, a, which);
  pel_exact x, y;
  if (!pel_term_evaluate(t, a[0], &x)) return PEL_VERDICT_ERROR;
  if (!pel_term_evaluate(t, a[1], &y)) return pel_exact_clear(&x), PEL_VERDICT_ERROR;
  int order = pel_exact_compare_values(&x, &y);
  pel_exact_clear(&x);
  pel_exact_clear(&y);
  return yes_if(order == 2 ? which == DIFFERENT /* NaN */ : relation_holds(which, order));
}

/* a + sign * b, of numbers. */
static pel_term sum(pel_terms *t, pel_term a, pel_term b, bool minus) {
  pel_term pair[2] = {a, b}, none = {PEL_TERM_NONE, 0};
  pel_exact n;
  pel_term x = pel_term_compound(t, minus ? PEL_ATOM_MINUS : PEL_ATOM_PLUS, 2, pair);
  return x.kind && pel_term_evaluate(t, x, &n) ? pel_term_number(t, &n) : none;
}

static bool is_natural(pel_terms *t, pel_term x) {
  pel_exact n;
  if (!pel_term_is_integer(t, x) || !pel_term_read_number(t, x, &n)) return false;
  bool ok = pel_exact_sign(&n) >= 0;
  pel_exact_clear(&n);
  return ok;
}

static pel_verdict succ(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  bool down = a[0].kind == PEL_TERM_VAR;
  pel_term one = pel_term_int(t, 1), from = down ? a[1] : a[0];
  if (!is_natural(t, from) || (!down && a[1].kind != PEL_TERM_VAR && !is_natural(t, a[1]))) return PEL_VERDICT_ERROR;
  if (down && pel_term_same(from, pel_term_int(t, 0))) return PEL_VERDICT_NO;
  pel_term made = sum(t, from, one, down);
  return made.kind ? yes_if(pel_term_unify(t, down ? a[0] : a[1], made)) : PEL_VERDICT_ERROR;
}

static pel_verdict plus(pel_terms *t, const pel_term *a, int which) {
  (void)which;
  int open = a[2].kind == PEL_TERM_VAR ? 2 : a[1].kind == PEL_TERM_VAR ? 1 : a[0].kind == PEL_TERM_VAR ? 0 : 2;
  for (int i = 0; i < 3; i++)
    if (i != open && !pel_term_is_integer(t, a[i])) return PEL_VERDICT_ERROR;
  pel_term made = open == 2 ? sum(t, a[0], a[1], false) : sum(t, a[2], a[1 - open], true);
  return made.kind ? yes_if(pel_term_unify(t, a[open], made)) : PEL_VERDICT_ERROR;
}

/* ---- the table ---- */

typedef pel_verdict (*own)(pel_terms *t, const pel_term *args, int which);

static const struct {
  const char *name;
  uint32_t arity;
  own f;
  int which;
} table[] = {{"=", 2, relate, UNIFY}, {"is", 2, is, 0}, {"<", 2, compare_numbers, LESS}, {">", 2, compare_numbers, GREATER}, {"=<", 2, compare_numbers, AT_MOST},
             {">=", 2, compare_numbers, AT_LEAST}, {"=:=", 2, compare_numbers, EQUAL}, {"=\\=", 2, compare_numbers, DIFFERENT}, {"==", 2, relate, IDENTICAL},
             {"\\==", 2, relate, NOT_IDENTICAL}, {"\\=", 2, relate, NOT_UNIFY}, {"@<", 2, relate, BEFORE}, {"@>", 2, relate, AFTER}, {"@=<", 2, relate, NOT_AFTER},
             {"@>=", 2, relate, NOT_BEFORE}, {"=@=", 2, relate, VARIANT}, {"\\=@=", 2, relate, NOT_VARIANT}, {"unify_with_occurs_check", 2, relate, OCCURS},
             {"compare", 3, compare, 0}, {"var", 1, type_test, VAR}, {"nonvar", 1, type_test, NONVAR}, {"atom", 1, type_test, ATOM}, {"number", 1, type_test, NUMBER},
             {"integer", 1, type_test, INTEGER}, {"float", 1, type_test, FLOAT}, {"rational", 1, type_test, RATIONAL}, {"rational", 3, fraction, 0},
             {"string", 1, type_test, STRING}, {"compound", 1, type_test, COMPOUND}, {"atomic", 1, type_test, ATOMIC}, {"callable", 1, type_test, CALLABLE},
             {"is_list", 1, type_test, LIST}, {"ground", 1, type_test, GROUND}, {"succ", 2, succ, 0}, {"plus", 3, plus, 0},
             {"functor", 3, pel_check_functor, 0}, {"$arg", 3, pel_check_arg, 0}, {"=..", 2, pel_check_univ, 0}, {"copy_term", 2, pel_check_copy_term, 0},
             {"term_variables", 2, pel_check_term_variables, 0}, {"$length", 2, pel_check_length, 0}, {"$open_tail", 3, pel_check_open_tail, 0},
             {"msort", 2, pel_check_sort, PEL_CHECK_MSORT}, {"sort", 2, pel_check_sort, PEL_CHECK_SORT2}, {"sort", 4, pel_check_sort, PEL_CHECK_SORT4},
             {"keysort", 2, pel_check_sort, PEL_CHECK_KEYSORT}};

/* These take a quantity that nobody knows for the number that it is, or leave it as it is; the others would look at how it is written here. */
static bool knows_quantities(own f, int which) {
  if (f == relate) return which != VARIANT && which != NOT_VARIANT;
  return f == compare || f == compare_numbers || f == type_test || f == is || f == pel_check_copy_term || f == pel_check_term_variables;
}

static pel_verdict apply(pel_terms *t, own f, const pel_term *args, uint32_t arity, int which) {
  for (uint32_t i = 0; i < arity && !knows_quantities(f, which); i++)
    if (pel_check_mentions(t, args[i])) return PEL_VERDICT_ERROR;
  t->open = false;
  pel_verdict v = f(t, args, which);
  if (t->open) v = PEL_VERDICT_ERROR;
  t->open = false;
  return v;
}

pel_verdict pel_check_own(pel_terms *t, pel_term goal) {
  uint32_t arity = pel_term_arity(t, goal);
  if (arity == 0 || arity > 4) return PEL_VERDICT_FOREIGN;
  const char *name = pel_atom_text(&t->program->symbols, pel_term_name(t, goal));
  pel_term args[4];
  for (uint32_t i = 0; i < arity; i++) args[i] = pel_term_arg(t, goal, i);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].arity == arity && strcmp(table[i].name, name) == 0) return apply(t, table[i].f, args, arity, table[i].which);
  return PEL_VERDICT_FOREIGN;
}

/* ---- again in the interpreter ---- */

static const pel_predicate *predicate_of(const pel_terms *t, pel_term goal) {
  const pel_symbols *s = &t->program->symbols;
  uint32_t functor = pel_term_is_callable(goal) ? pel_functor_find(s, pel_term_name(t, goal), pel_term_arity(t, goal)) : PEL_NO_SYMBOL;
  uint32_t number = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].predicate;
  return number ? &t->program->predicates[number - 1] : NULL;
}

static const char *text_of(const pel_terms *t, pel_term x, size_t *size) {
  if (x.kind == PEL_TERM_STRING) return pel_term_text(t, x, size);
  *size = pel_atom_size(&t->program->symbols, x.value);
  return pel_atom_text(&t->program->symbols, x.value);
}

/* The end of a name that the interpreter gives to an open variable, or `at`. */
static const char *after_name(const char *at, const char *end) {
  const char *c = at + 2;
  if (end - at < 3 || at[0] != '_' || at[1] != 'G' || *c < '0' || *c > '9') return at;
  while (c < end && *c >= '0' && *c <= '9') c++;
  return c;
}

static bool same_but_names(const pel_terms *t, pel_term a, pel_term b) {
  size_t na, nb;
  const char *x = text_of(t, a, &na), *y = text_of(t, b, &nb), *ex = x + na, *ey = y + nb;
  while (x < ex && y < ey) {
    const char *nx = after_name(x, ex), *ny = after_name(y, ey);
    if (nx > x && ny > y) x = nx, y = ny;
    else if (*x++ != *y++) return false;
  }
  return x == ex && y == ey;
}

/* In which text an open variable has which name is nothing that follows from the rules. */
static void take_names(pel_terms *t, pel_term result, pel_term written) {
  for (uint32_t i = 0; i < pel_term_arity(t, result) && i < pel_term_arity(t, written); i++) {
    pel_term *made = &t->cells[result.value + 1 + i], wrote = pel_term_arg(t, written, i);
    if (made->kind == wrote.kind && (made->kind == PEL_TERM_STRING || made->kind == PEL_TERM_ATOM) && same_but_names(t, *made, wrote)) *made = wrote;
  }
}

pel_verdict pel_check_rerun(pel_terms *t, pel_machine *m, pel_term goal, pel_term written) {
  const pel_predicate *p = predicate_of(t, goal);
  uint32_t arity = pel_term_arity(t, goal);
  if (!p || p->kind != PEL_PREDICATE_BUILTIN || arity > 8) return PEL_VERDICT_FOREIGN;
  if (pel_check_mentions(t, goal)) return PEL_VERDICT_ERROR;
  if (pel_machine_ask(m, "true", NULL) != PEL_OK) return t->over = "there is no memory", PEL_VERDICT_ERROR;
  pel_cell *vars, args[8], made = pel_term_to_cells(t, goal, &m->heap, &vars);
  bool open = t->n_slots > 1; /* beside what it gives */
  free(vars);
  if (!made) return t->over = t->over ? t->over : "there is no memory", PEL_VERDICT_ERROR;
  for (uint32_t i = 0; i < arity; i++) args[i] = pel_arg(&m->heap, made, i);
  pel_outcome outcome = p->builtin(m, args);
  if (outcome != PEL_TRUE || m->stopped) return outcome == PEL_FAIL && !m->stopped ? PEL_VERDICT_NO : PEL_VERDICT_ERROR;
  t->n_slots = 0;
  pel_term result = pel_term_from_cells(t, &m->heap, made, false);
  if (open && result.kind && written.kind == PEL_TERM_COMPOUND) take_names(t, result, written);
  return yes_if(result.kind && pel_term_unify(t, goal, result));
}
