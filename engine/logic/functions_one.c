/* Functions of one number, and numbers with names. */
#include <math.h>
#include <stdlib.h>

#include "engine/logic/functions.h"

static bool is_finite(const pel_number *n) { return n->kind != PEL_NUMBER_FLOAT || isfinite(n->f); }

static pel_outcome negate(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(-a->f), PEL_TRUE;
  pel_number zero = pel_number_of_int(0);
  return pel_subtract(m, &zero, a, out);
}

static pel_outcome keep(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)m;
  (void)b;
  return pel_keep_number(a, out);
}

static pel_outcome absolute(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(fabs(a->f)), PEL_TRUE;
  return pel_number_sign(a) < 0 ? negate(m, a, b, out) : keep(m, a, b, out);
}

static pel_outcome sign_of(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)m;
  (void)b;
  int s = pel_number_sign(a);
  *out = a->kind == PEL_NUMBER_FLOAT ? pel_number_of_float(isnan(a->f) ? a->f : s) : pel_number_of_int(s);
  return PEL_TRUE;
}

typedef enum rounding { TO_ZERO, TO_NEAREST, DOWN, UP } rounding;

static pel_outcome to_integer(pel_machine *m, pel_number *a, rounding how, pel_number *out) {
  if (a->kind == PEL_NUMBER_INTEGER || !is_finite(a)) return keep(m, a, NULL, out);
  mpq_t q, half;
  mpz_t z;
  if (a->kind == PEL_NUMBER_FLOAT) mpq_init(q), mpq_set_d(q, a->f);
  else pel_number_get_q(a, q);
  mpz_init(z);
  mpq_init(half);
  mpq_set_ui(half, 1, 2);
  if (how == TO_NEAREST) { /* half away from zero */
    if (mpq_sgn(q) < 0) mpq_sub(q, q, half);
    else mpq_add(q, q, half);
  }
  if (how == DOWN) mpz_fdiv_q(z, mpq_numref(q), mpq_denref(q));
  else if (how == UP) mpz_cdiv_q(z, mpq_numref(q), mpq_denref(q));
  else mpz_tdiv_q(z, mpq_numref(q), mpq_denref(q));
  mpq_clear(q);
  mpq_clear(half);
  return *out = pel_number_take_z(z), PEL_TRUE;
}
static pel_outcome truncated(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return to_integer(m, a, TO_ZERO, out); }
static pel_outcome rounded(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return to_integer(m, a, TO_NEAREST, out); }
static pel_outcome floor_of(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return to_integer(m, a, DOWN, out); }
static pel_outcome ceiling_of(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return to_integer(m, a, UP, out); }

static pel_outcome to_float(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  return pel_give_float(m, pel_number_get_double(a), out);
}

static pel_outcome integer_part(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return pel_give_float(m, trunc(a->f), out);
  return truncated(m, a, b, out);
}

static pel_outcome fractional_part(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  double whole_part;
  if (a->kind == PEL_NUMBER_FLOAT) return pel_give_float(m, modf(a->f, &whole_part), out);
  if (a->kind == PEL_NUMBER_INTEGER) return *out = pel_number_of_int(0), PEL_TRUE;
  pel_number copy = {.kind = PEL_NUMBER_RATIONAL}, whole;
  mpq_init(copy.q);
  mpq_set(copy.q, a->q);
  pel_outcome ok = truncated(m, &copy, b, &whole);
  if (ok == PEL_TRUE) ok = pel_subtract(m, a, &whole, out);
  pel_number_clear(&whole);
  pel_number_clear(&copy);
  return ok;
}

/* The value of a float, exactly. */
static pel_outcome to_rational(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind != PEL_NUMBER_FLOAT) return keep(m, a, NULL, out);
  if (!isfinite(a->f)) return pel_throw_evaluation(m, isnan(a->f) ? "undefined" : "rational_overflow");
  mpq_t q;
  mpq_init(q);
  mpq_set_d(q, a->f);
  return *out = pel_number_take_q(q), PEL_TRUE;
}

/* The simplest fraction that is the float again, by its continued fraction. */
static pel_outcome rationalize(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind != PEL_NUMBER_FLOAT) return keep(m, a, NULL, out);
  if (!isfinite(a->f)) return pel_throw_evaluation(m, isnan(a->f) ? "undefined" : "rational_overflow");
  mpq_t rest, made, whole;
  mpz_t p0, q0, p1, q1, t, n;
  mpq_inits(rest, made, whole, NULL);
  mpz_inits(p0, q0, p1, q1, t, n, NULL);
  mpq_set_d(rest, fabs(a->f));
  mpz_set_ui(q0, 1);
  mpz_set_ui(p1, 1);
  for (;;) { /* convergents p1/q1 */
    mpz_fdiv_q(n, mpq_numref(rest), mpq_denref(rest));
    mpz_mul(t, n, p1), mpz_add(t, t, p0), mpz_swap(p0, p1), mpz_swap(p1, t);
    mpz_mul(t, n, q1), mpz_add(t, t, q0), mpz_swap(q0, q1), mpz_swap(q1, t);
    mpq_set_num(made, p1);
    mpq_set_den(made, q1);
    pel_number value = {.kind = PEL_NUMBER_RATIONAL};
    value.q[0] = made[0];
    mpq_set_z(whole, n);
    mpq_sub(rest, rest, whole);
    if (pel_number_get_double(&value) == fabs(a->f) || mpq_sgn(rest) == 0) break;
    mpq_inv(rest, rest);
  }
  mpq_canonicalize(made);
  if (a->f < 0) mpq_neg(made, made);
  mpq_clears(rest, whole, NULL);
  mpz_clears(p0, q0, p1, q1, t, n, NULL);
  return *out = pel_number_take_q(made), PEL_TRUE;
}

static pel_outcome part_of_rational(pel_machine *m, pel_number *a, bool denominator, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return pel_number_type_error(m, "rational", a);
  mpq_t q;
  mpz_t z;
  pel_number_get_q(a, q);
  mpz_init_set(z, denominator ? mpq_denref(q) : mpq_numref(q));
  mpq_clear(q);
  return *out = pel_number_take_z(z), PEL_TRUE;
}
static pel_outcome numerator(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return part_of_rational(m, a, false, out); }
static pel_outcome denominator(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return part_of_rational(m, a, true, out); }

static pel_outcome bit_not(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  pel_outcome ok = pel_need_integers(m, a, NULL);
  if (ok != PEL_TRUE) return ok;
  mpz_t z;
  pel_number_get_z(a, z);
  mpz_com(z, z);
  return *out = pel_number_take_z(z), PEL_TRUE;
}

static pel_outcome not_positive(pel_machine *m, const pel_number *n) {
  pel_cell c = pel_number_write(&m->heap, n);
  return c ? pel_throw_domain(m, "not_less_than_one", c) : pel_stop_memory(m);
}

static pel_outcome highest_bit(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  pel_outcome ok = pel_need_integers(m, a, NULL);
  if (ok != PEL_TRUE) return ok;
  if (pel_number_sign(a) <= 0) return not_positive(m, a);
  mpz_t z;
  pel_number_get_z(a, z);
  *out = pel_number_of_int((int64_t)mpz_sizeinbase(z, 2) - 1);
  mpz_clear(z);
  return PEL_TRUE;
}

static pel_outcome successor(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  pel_number minus_one = pel_number_of_int(-1);
  pel_outcome ok = pel_need_integers(m, a, NULL);
  return ok == PEL_TRUE ? pel_subtract(m, a, &minus_one, out) : ok;
}

static pel_outcome on_double(pel_machine *m, const pel_number *a, double (*f)(double), double least, double most, pel_number *out) {
  double x;
  pel_outcome ok = pel_need_double(m, a, &x);
  if (ok != PEL_TRUE) return ok;
  return x < least || x > most ? pel_throw_evaluation(m, "undefined") : pel_give_float(m, f(x), out);
}

static double cotangent(double x) { return 1 / tan(x); }
#define FUNCTION(name, f, least, most) \
  static pel_outcome name(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return on_double(m, a, f, least, most, out); }
FUNCTION(square_root, sqrt, 0, INFINITY)
FUNCTION(exponential, exp, -INFINITY, INFINITY)
FUNCTION(natural_log, log, 0, INFINITY)
FUNCTION(binary_log, log2, 0, INFINITY)
FUNCTION(decimal_log, log10, 0, INFINITY)
FUNCTION(sine, sin, -INFINITY, INFINITY)
FUNCTION(cosine, cos, -INFINITY, INFINITY)
FUNCTION(tangent, tan, -INFINITY, INFINITY)
FUNCTION(cot_of, cotangent, -INFINITY, INFINITY)
FUNCTION(arc_sine, asin, -1, 1)
FUNCTION(arc_cosine, acos, -1, 1)
FUNCTION(arc_tangent, atan, -INFINITY, INFINITY)
FUNCTION(hyperbolic_sine, sinh, -INFINITY, INFINITY)
FUNCTION(hyperbolic_cosine, cosh, -INFINITY, INFINITY)
FUNCTION(hyperbolic_tangent, tanh, -INFINITY, INFINITY)
#undef FUNCTION

static pel_outcome constant(double f, pel_number *out) { return *out = pel_number_of_float(f), PEL_TRUE; }
#define CONSTANT(name, f) \
  static pel_outcome name(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)m; (void)a; (void)b; return constant(f, out); }
CONSTANT(pi_value, M_PI)
CONSTANT(e_value, M_E)
CONSTANT(infinite, INFINITY)
CONSTANT(no_number, NAN)
CONSTANT(epsilon, 2.220446049250313e-16)
#undef CONSTANT

const pel_function_entry pel_functions_one[] = {
    {"-", 1, negate}, {"+", 1, keep}, {"abs", 1, absolute}, {"sign", 1, sign_of}, {"\\", 1, bit_not}, {"msb", 1, highest_bit},
    {"truncate", 1, truncated}, {"integer", 1, rounded}, {"round", 1, rounded}, {"floor", 1, floor_of}, {"ceiling", 1, ceiling_of},
    {"ceil", 1, ceiling_of}, {"float", 1, to_float}, {"float_integer_part", 1, integer_part}, {"float_fractional_part", 1, fractional_part},
    {"rational", 1, to_rational}, {"rationalize", 1, rationalize}, {"numerator", 1, numerator}, {"denominator", 1, denominator},
    {"succ", 1, successor}, {"sqrt", 1, square_root}, {"exp", 1, exponential}, {"log", 1, natural_log}, {"log2", 1, binary_log}, {"log10", 1, decimal_log}, {"sin", 1, sine},
    {"cos", 1, cosine}, {"tan", 1, tangent}, {"cot", 1, cot_of}, {"asin", 1, arc_sine}, {"acos", 1, arc_cosine}, {"atan", 1, arc_tangent},
    {"sinh", 1, hyperbolic_sine}, {"cosh", 1, hyperbolic_cosine}, {"tanh", 1, hyperbolic_tangent}, {"pi", 0, pi_value}, {"e", 0, e_value},
    {"inf", 0, infinite}, {"infinite", 0, infinite}, {"nan", 0, no_number}, {"epsilon", 0, epsilon}, {NULL, 0, NULL}};
