/* Functions of two numbers. */
#include "engine/logic/functions.h"

#include <math.h>
#include <stdlib.h>

pel_outcome pel_give_float(pel_machine *m, double f, pel_number *out) {
  if (isnan(f)) return pel_throw_evaluation(m, "undefined");
  if (isinf(f)) return pel_throw_evaluation(m, "float_overflow");
  return *out = pel_number_of_float(f), PEL_TRUE;
}

pel_outcome pel_need_double(pel_machine *m, const pel_number *n, double *out) {
  pel_number f = {0};
  pel_outcome ok = pel_give_float(m, pel_number_get_double(n), &f);
  *out = f.f;
  return ok;
}

pel_outcome pel_number_type_error(pel_machine *m, const char *type, const pel_number *n) {
  pel_cell c = pel_number_write(&m->heap, n);
  return c ? pel_throw_type(m, type, c) : pel_stop_memory(m);
}

static bool any_float(const pel_number *a, const pel_number *b) { return a->kind == PEL_NUMBER_FLOAT || b->kind == PEL_NUMBER_FLOAT; }
static bool both_integer(const pel_number *a, const pel_number *b) { return a->kind == PEL_NUMBER_INTEGER && b->kind == PEL_NUMBER_INTEGER; }
static bool is_infinite(const pel_number *n) { return n->kind == PEL_NUMBER_FLOAT && isinf(n->f); }
static bool is_nan(const pel_number *n) { return n->kind == PEL_NUMBER_FLOAT && isnan(n->f); }
static bool is_int(const pel_number *n, int64_t i) { return n->kind == PEL_NUMBER_INTEGER && !n->big && n->i == i; }

static pel_outcome need_exact(pel_machine *m, const pel_number *n, const char *type) {
  if (is_nan(n)) return pel_throw_evaluation(m, "undefined");
  if (is_infinite(n)) return pel_throw_evaluation(m, "float_overflow");
  return pel_number_type_error(m, type, n);
}

pel_outcome pel_need_integers(pel_machine *m, const pel_number *a, const pel_number *b) {
  if (a->kind != PEL_NUMBER_INTEGER) return need_exact(m, a, "integer");
  if (b && b->kind != PEL_NUMBER_INTEGER) return need_exact(m, b, "integer");
  return PEL_TRUE;
}

static bool too_large(const pel_number *a, const pel_number *b) { return pel_number_bits(a) + pel_number_bits(b) > PEL_MAX_BITS; }

/* What is a float already may be infinite; an exact number that is too large for one may not. */
static pel_outcome to_double(pel_machine *m, const pel_number *n, double *out) {
  if (n->kind != PEL_NUMBER_FLOAT) return pel_need_double(m, n, out);
  return *out = n->f, PEL_TRUE;
}

static pel_outcome on_doubles(pel_machine *m, const pel_number *a, const pel_number *b, double (*f)(double, double), pel_number *out) {
  double x, y = 0;
  pel_outcome ok = to_double(m, a, &x);
  if (ok == PEL_TRUE) ok = to_double(m, b, &y);
  return ok == PEL_TRUE ? pel_give_float(m, f(x, y), out) : ok;
}

typedef void (*on_z)(mpz_t, const mpz_t, const mpz_t);
typedef void (*on_q)(mpq_t, const mpq_t, const mpq_t);

static pel_outcome exact(pel_machine *m, const pel_number *a, const pel_number *b, on_z z_op, on_q q_op, pel_number *out) {
  if (too_large(a, b)) return pel_stop_memory(m);
  if (both_integer(a, b)) {
    mpz_t x, y;
    pel_number_get_z(a, x);
    pel_number_get_z(b, y);
    z_op(x, x, y);
    mpz_clear(y);
    return *out = pel_number_take_z(x), PEL_TRUE;
  }
  mpq_t x, y;
  pel_number_get_q(a, x);
  pel_number_get_q(b, y);
  q_op(x, x, y);
  mpq_clear(y);
  return *out = pel_number_take_q(x), PEL_TRUE;
}

/* ---- the four, and powers ---- */

static double add_d(double a, double b) { return a + b; }
static double sub_d(double a, double b) { return a - b; }
static double mul_d(double a, double b) { return a * b; }
static double div_d(double a, double b) { return a / b; }

static pel_outcome add(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  int64_t r;
  if (both_integer(a, b) && !a->big && !b->big && !__builtin_add_overflow(a->i, b->i, &r)) return *out = pel_number_of_int(r), PEL_TRUE;
  return any_float(a, b) ? on_doubles(m, a, b, add_d, out) : exact(m, a, b, mpz_add, mpq_add, out);
}

pel_outcome pel_subtract(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  int64_t r;
  if (both_integer(a, b) && !a->big && !b->big && !__builtin_sub_overflow(a->i, b->i, &r)) return *out = pel_number_of_int(r), PEL_TRUE;
  return any_float(a, b) ? on_doubles(m, a, b, sub_d, out) : exact(m, a, b, mpz_sub, mpq_sub, out);
}

static pel_outcome multiply(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  int64_t r;
  if (both_integer(a, b) && !a->big && !b->big && !__builtin_mul_overflow(a->i, b->i, &r)) return *out = pel_number_of_int(r), PEL_TRUE;
  return any_float(a, b) ? on_doubles(m, a, b, mul_d, out) : exact(m, a, b, mpz_mul, mpq_mul, out);
}

static pel_outcome zero_divisor(pel_machine *m) { return pel_throw_evaluation(m, "zero_divisor"); }

static pel_outcome rational_divide(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return need_exact(m, a, "rational");
  if (b->kind == PEL_NUMBER_FLOAT) return need_exact(m, b, "rational");
  if (pel_number_sign(b) == 0) return zero_divisor(m);
  if (too_large(a, b)) return pel_stop_memory(m);
  mpq_t x, y;
  pel_number_get_q(a, x);
  pel_number_get_q(b, y);
  mpq_div(x, x, y);
  mpq_clear(y);
  return *out = pel_number_take_q(x), PEL_TRUE;
}

static pel_outcome divide(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (any_float(a, b)) {
    if (is_nan(a) || is_nan(b)) return pel_throw_evaluation(m, "undefined");
    if (is_infinite(b) && a->kind != PEL_NUMBER_FLOAT) return *out = pel_number_of_int(0), PEL_TRUE;
    if (pel_number_sign(b) == 0 && !is_infinite(a)) return pel_number_sign(a) == 0 ? pel_throw_evaluation(m, "undefined") : zero_divisor(m);
    return on_doubles(m, a, b, div_d, out);
  }
  if (pel_number_sign(b) == 0) return zero_divisor(m);
  pel_outcome ok = rational_divide(m, a, b, out);
  if (ok != PEL_TRUE || out->kind == PEL_NUMBER_INTEGER || a->kind == PEL_NUMBER_RATIONAL || b->kind == PEL_NUMBER_RATIONAL) return ok;
  pel_number_clear(out);
  return on_doubles(m, a, b, div_d, out); /* integers that do not divide: each as a float */
}

static pel_outcome integer_pair(pel_machine *m, pel_number *a, pel_number *b, void (*f)(mpz_t, const mpz_t, const mpz_t), bool divides, pel_number *out) {
  pel_outcome ok = pel_need_integers(m, a, b);
  if (ok != PEL_TRUE) return ok;
  if (divides && pel_number_sign(b) == 0) return zero_divisor(m);
  mpz_t x, y;
  pel_number_get_z(a, x);
  pel_number_get_z(b, y);
  f(x, x, y);
  mpz_clear(y);
  return *out = pel_number_take_z(x), PEL_TRUE;
}

static pel_outcome int_divide(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_tdiv_q, true, out); }
static pel_outcome floor_divide(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_fdiv_q, true, out); }
static pel_outcome modulo(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_fdiv_r, true, out); }
static pel_outcome remainder_of(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_tdiv_r, true, out); }
static pel_outcome gcd(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_gcd, false, out); }
static pel_outcome bit_and(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_and, false, out); }
static pel_outcome bit_or(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_ior, false, out); }
static pel_outcome bit_xor(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return integer_pair(m, a, b, mpz_xor, false, out); }

/* By n bits to the left; n may be negative. */
static pel_outcome shift(pel_machine *m, pel_number *a, const pel_number *b, int sign, pel_number *out) {
  pel_outcome ok = pel_need_integers(m, a, b);
  if (ok != PEL_TRUE) return ok;
  int64_t n = b->big ? (pel_number_sign(b) < 0 ? -PEL_MAX_BITS - 1 : PEL_MAX_BITS + 1) : b->i;
  if (n < -PEL_MAX_BITS - 1) n = -PEL_MAX_BITS - 1;
  if (n > PEL_MAX_BITS + 1) n = PEL_MAX_BITS + 1;
  n *= sign;
  if (n > 0 && pel_number_sign(a) && pel_number_bits(a) + (size_t)n > PEL_MAX_BITS + 64) return pel_stop_memory(m);
  mpz_t x;
  pel_number_get_z(a, x);
  if (n >= 0) mpz_mul_2exp(x, x, pel_number_sign(a) ? (mp_bitcnt_t)n : 0);
  else mpz_fdiv_q_2exp(x, x, (mp_bitcnt_t)-n);
  return *out = pel_number_take_z(x), PEL_TRUE;
}
static pel_outcome shift_left(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return shift(m, a, b, 1, out); }
static pel_outcome shift_right(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return shift(m, a, b, -1, out); }

static uint64_t magnitude(const pel_number *n) { return n->big ? UINT64_MAX : n->i < 0 ? (uint64_t)0 - (uint64_t)n->i : (uint64_t)n->i; }

/* a^n, n >= 0, exact. */
static pel_outcome exact_power(pel_machine *m, const pel_number *a, uint64_t n, pel_number *out) {
  if (a->kind == PEL_NUMBER_INTEGER && !a->big && (a->i == 0 || a->i == 1 || a->i == -1))
    return *out = pel_number_of_int(n == 0 ? 1 : a->i == -1 ? (n & 1 ? -1 : 1) : a->i), PEL_TRUE;
  size_t bits = a->kind == PEL_NUMBER_INTEGER && !a->big ? 64 - (size_t)__builtin_clzll(magnitude(a) | 1) : pel_number_bits(a);
  if (n > PEL_MAX_BITS || bits * n > PEL_MAX_BITS) return pel_stop_memory(m);
  if (a->kind == PEL_NUMBER_INTEGER) {
    mpz_t x;
    pel_number_get_z(a, x);
    mpz_pow_ui(x, x, n);
    return *out = pel_number_take_z(x), PEL_TRUE;
  }
  mpq_t q;
  pel_number_get_q(a, q);
  mpz_pow_ui(mpq_numref(q), mpq_numref(q), n);
  mpz_pow_ui(mpq_denref(q), mpq_denref(q), n);
  return *out = pel_number_take_q(q), PEL_TRUE;
}

static pel_outcome inverse(pel_machine *m, pel_number *n, pel_number *out) {
  pel_number one = pel_number_of_int(1);
  pel_outcome ok = rational_divide(m, &one, n, out);
  pel_number_clear(n);
  return ok;
}

/* A fraction with an odd denominator has a root of a negative number, too. */
static pel_outcome float_power(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  double x, y = 0;
  pel_outcome ok = pel_need_double(m, a, &x);
  if (ok == PEL_TRUE) ok = pel_need_double(m, b, &y);
  if (ok != PEL_TRUE) return ok;
  if (x >= 0 || b->kind != PEL_NUMBER_RATIONAL || mpz_even_p(mpq_denref(b->q))) return pel_give_float(m, pow(x, y), out);
  double root = pow(-x, y);
  return pel_give_float(m, mpz_odd_p(mpq_numref(b->q)) ? -root : root, out);
}

/* The n-th root of an integer, when it is one; of a negative one for odd n. */
static bool exact_root(mpz_t z, uint64_t n) {
  bool negative = mpz_sgn(z) < 0;
  if (negative && n % 2 == 0) return false;
  mpz_abs(z, z);
  bool exact = mpz_root(z, z, n) != 0;
  if (negative) mpz_neg(z, z);
  return exact;
}

/* a^(p/q) where a has an exact q-th root. */
static bool rational_power(pel_machine *m, const pel_number *a, const pel_number *b, pel_number *out, pel_outcome *ok) {
  if (a->kind == PEL_NUMBER_FLOAT || b->kind != PEL_NUMBER_RATIONAL || !mpz_fits_slong_p(mpq_numref(b->q)) || !mpz_fits_ulong_p(mpq_denref(b->q))) return false;
  mpq_t q;
  pel_number_get_q(a, q);
  if (!exact_root(mpq_numref(q), mpz_get_ui(mpq_denref(b->q))) || !exact_root(mpq_denref(q), mpz_get_ui(mpq_denref(b->q)))) return mpq_clear(q), false;
  pel_number root = pel_number_take_q(q), power, n = pel_number_of_int(mpz_get_si(mpq_numref(b->q)));
  *ok = exact_power(m, &root, magnitude(&n), &power);
  if (*ok == PEL_TRUE && n.i < 0) *ok = inverse(m, &power, out);
  else if (*ok == PEL_TRUE) *out = power;
  pel_number_clear(&root);
  return true;
}

/* ** and ^: exact where both are exact and the result is, else of floats. */
static pel_outcome power(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  pel_outcome ok = PEL_TRUE;
  int sign = pel_number_sign(b);
  if ((sign == 0 && !is_nan(b)) || is_int(a, 1)) return *out = pel_number_of_int(1), PEL_TRUE;
  if (is_int(a, 0) && sign > 0) return *out = pel_number_of_int(0), PEL_TRUE;
  if (pel_number_sign(a) == 0 && sign < 0 && !is_nan(a) && !is_infinite(b)) return zero_divisor(m);
  if (rational_power(m, a, b, out, &ok)) return ok;
  if (any_float(a, b) || b->kind == PEL_NUMBER_RATIONAL) return float_power(m, a, b, out);
  if (sign > 0) return exact_power(m, a, magnitude(b), out);
  if (is_int(a, -1)) return *out = pel_number_of_int(magnitude(b) & 1 ? -1 : 1), PEL_TRUE;
  if (a->kind == PEL_NUMBER_INTEGER) return float_power(m, a, b, out);
  pel_number p;
  ok = exact_power(m, a, magnitude(b), &p);
  return ok == PEL_TRUE ? inverse(m, &p, out) : ok;
}

/* Of equals a float is the greater for max and the less for min, and 0.0 is more than -0.0. What is no number loses. */
static pel_outcome larger(pel_machine *m, pel_number *a, pel_number *b, int sign, pel_number *out) {
  int order = pel_number_compare_as_floats(a, b);
  if (order == 0 && (is_infinite(a) || is_infinite(b))) return pel_throw_evaluation(m, "float_overflow");
  if (order == 2) order = is_nan(a) ? -sign : sign;
  else if (order == 0 && a->kind != b->kind) {
    bool minus_zero = (a->kind == PEL_NUMBER_FLOAT && a->f == 0 && signbit(a->f)) || (b->kind == PEL_NUMBER_FLOAT && b->f == 0 && signbit(b->f));
    order = a->kind == PEL_NUMBER_FLOAT ? sign : -sign;
    if (minus_zero && sign > 0) order = -order; /* the integer 0 is more than -0.0 */
  } else if (order == 0 && a->kind == PEL_NUMBER_FLOAT) order = signbit(a->f) ? -1 : 1;
  return pel_keep_number(order * sign >= 0 ? a : b, out);
}
static pel_outcome maximum(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return larger(m, a, b, 1, out); }
static pel_outcome minimum(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return larger(m, a, b, -1, out); }

/* The first, exact or not, with the sign of the second. */
static pel_outcome copy_sign(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)m;
  bool negative = b->kind == PEL_NUMBER_FLOAT ? signbit(b->f) != 0 : pel_number_sign(b) < 0;
  bool other = a->kind == PEL_NUMBER_FLOAT ? (signbit(a->f) != 0) != negative : (pel_number_sign(a) < 0) != negative;
  if (other) pel_number_negate(a);
  return pel_keep_number(a, out);
}

static pel_outcome arc_tangent_2(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  double y, x = 0;
  pel_outcome ok = pel_need_double(m, a, &y);
  if (ok == PEL_TRUE) ok = pel_need_double(m, b, &x);
  return ok == PEL_TRUE ? pel_give_float(m, atan2(y, x), out) : ok;
}

static pel_outcome log_base(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (pel_number_sign(a) <= 0 || pel_number_sign(b) <= 0) return pel_throw_evaluation(m, "undefined");
  return pel_give_float(m, log(pel_number_get_double(b)) / log(pel_number_get_double(a)), out);
}

const pel_function_entry pel_functions_two[] = {
    {"+", 2, add}, {"-", 2, pel_subtract}, {"*", 2, multiply}, {"/", 2, divide}, {"//", 2, int_divide}, {"div", 2, floor_divide}, {"mod", 2, modulo},
    {"rem", 2, remainder_of}, {"min", 2, minimum}, {"max", 2, maximum}, {"gcd", 2, gcd}, {"**", 2, power}, {"^", 2, power}, {">>", 2, shift_right},
    {"<<", 2, shift_left}, {"/\\", 2, bit_and}, {"\\/", 2, bit_or}, {"xor", 2, bit_xor}, {"rdiv", 2, rational_divide}, {"copysign", 2, copy_sign},
    {"atan2", 2, arc_tangent_2}, {"atan", 2, arc_tangent_2}, {"log", 2, log_base}, {NULL, 0, NULL}};
