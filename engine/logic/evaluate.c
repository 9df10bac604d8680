#include "engine/logic/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/logic/utf8.h"

enum { DEEPEST = 5000 /* functions inside functions: each is a frame of the C stack */ };

typedef pel_outcome (*function)(pel_machine *m, pel_number *a, pel_number *b, pel_number *out);

/* ---- helpers: each takes its arguments as they are and leaves clearing to the caller ---- */

static pel_outcome give_float(pel_machine *m, double f, pel_number *out) {
  if (isnan(f)) return pel_throw_evaluation(m, "undefined");
  if (isinf(f)) return pel_throw_evaluation(m, "float_overflow");
  return *out = pel_number_of_float(f), PEL_TRUE;
}

static bool any_float(const pel_number *a, const pel_number *b) { return a->kind == PEL_NUMBER_FLOAT || (b && b->kind == PEL_NUMBER_FLOAT); }
static bool any_infinite(const pel_number *a, const pel_number *b) {
  return (a->kind == PEL_NUMBER_FLOAT && !isfinite(a->f)) || (b && b->kind == PEL_NUMBER_FLOAT && !isfinite(b->f));
}
static bool both_integer(const pel_number *a, const pel_number *b) { return a->kind == PEL_NUMBER_INTEGER && b->kind == PEL_NUMBER_INTEGER; }

static pel_outcome type_of(pel_machine *m, const char *type, const pel_number *n) {
  pel_cell c = pel_number_write(&m->heap, n);
  return c ? pel_throw_type(m, type, c) : pel_stop_memory(m);
}

static pel_outcome need_integers(pel_machine *m, const pel_number *a, const pel_number *b) {
  if (a->kind != PEL_NUMBER_INTEGER) return type_of(m, "integer", a);
  if (b && b->kind != PEL_NUMBER_INTEGER) return type_of(m, "integer", b);
  return PEL_TRUE;
}

static bool too_large(const pel_number *a, const pel_number *b) { return pel_number_bits(a) + (b ? pel_number_bits(b) : 0) > PEL_MAX_BITS; }

static bool to_double(pel_machine *m, const pel_number *n, double *out, pel_outcome *failed) {
  *out = pel_number_get_double(n);
  if (n->kind == PEL_NUMBER_FLOAT || isfinite(*out)) return true;
  *failed = pel_throw_evaluation(m, "float_overflow");
  return false;
}

static pel_outcome on_doubles(pel_machine *m, const pel_number *a, const pel_number *b, double (*f)(double, double), pel_number *out) {
  double x, y;
  pel_outcome failed = PEL_TRUE;
  if (!to_double(m, a, &x, &failed) || !to_double(m, b, &y, &failed)) return failed;
  double r = f(x, y);
  if (any_infinite(a, b)) return *out = pel_number_of_float(r), PEL_TRUE;
  return give_float(m, r, out);
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

static pel_outcome subtract(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
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
  if (a->kind == PEL_NUMBER_FLOAT) return type_of(m, "rational", a);
  if (b->kind == PEL_NUMBER_FLOAT) return type_of(m, "rational", b);
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
    if (pel_number_sign(b) == 0 && !(b->kind == PEL_NUMBER_FLOAT && isnan(b->f)))
      return pel_number_sign(a) == 0 ? pel_throw_evaluation(m, "undefined") : zero_divisor(m);
    return on_doubles(m, a, b, div_d, out);
  }
  if (pel_number_sign(b) == 0) return zero_divisor(m);
  pel_outcome ok = rational_divide(m, a, b, out);
  if (ok != PEL_TRUE || out->kind == PEL_NUMBER_INTEGER || a->kind == PEL_NUMBER_RATIONAL || b->kind == PEL_NUMBER_RATIONAL) return ok;
  double f = pel_number_get_double(out); /* of integers that do not divide: a float */
  pel_number_clear(out);
  return give_float(m, f, out);
}

static pel_outcome integer_pair(pel_machine *m, pel_number *a, pel_number *b, void (*f)(mpz_t, const mpz_t, const mpz_t), bool divides, pel_number *out) {
  pel_outcome ok = need_integers(m, a, b);
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
  pel_outcome ok = need_integers(m, a, b);
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

/* a^n, n >= 0, exact. */
static pel_outcome exact_power(pel_machine *m, const pel_number *a, uint64_t n, pel_number *out) {
  if (a->kind == PEL_NUMBER_INTEGER && !a->big && (a->i == 0 || a->i == 1 || a->i == -1))
    return *out = pel_number_of_int(n == 0 ? 1 : a->i == -1 ? (n & 1 ? -1 : 1) : a->i), PEL_TRUE;
  size_t bits = a->kind == PEL_NUMBER_INTEGER && !a->big ? 64 - (size_t)__builtin_clzll((unsigned long long)llabs(a->i) | 1) : pel_number_bits(a);
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

static pel_outcome float_power(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (pel_number_sign(a) == 0 && pel_number_sign(b) < 0) return zero_divisor(m);
  return on_doubles(m, a, b, pow, out);
}

static uint64_t magnitude(const pel_number *n) { return n->big ? UINT64_MAX : n->i < 0 ? (uint64_t)0 - (uint64_t)n->i : (uint64_t)n->i; }

/* ^: integers stay integers. */
static pel_outcome caret(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (any_float(a, b) || b->kind == PEL_NUMBER_RATIONAL) return float_power(m, a, b, out);
  if (pel_number_sign(b) >= 0) return exact_power(m, a, magnitude(b), out);
  if (a->kind == PEL_NUMBER_RATIONAL) {
    pel_number p;
    pel_outcome ok = exact_power(m, a, magnitude(b), &p);
    return ok == PEL_TRUE ? inverse(m, &p, out) : ok;
  }
  if (!a->big && a->i == 1) return *out = pel_number_of_int(1), PEL_TRUE;
  if (!a->big && a->i == -1) return *out = pel_number_of_int(magnitude(b) & 1 ? -1 : 1), PEL_TRUE;
  if (!a->big && a->i == 0) return zero_divisor(m);
  return type_of(m, "float", a);
}

/* **: the same, but a negative power of integers is a float. */
static pel_outcome power(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (both_integer(a, b) && pel_number_sign(b) < 0 && (a->big || a->i > 1 || a->i < -1)) return float_power(m, a, b, out);
  return caret(m, a, b, out);
}

static pel_outcome larger(pel_machine *m, pel_number *a, pel_number *b, int sign, pel_number *out) {
  (void)m;
  int order = pel_number_compare(a, b);
  if (order == 2) order = a->kind == PEL_NUMBER_FLOAT && isnan(a->f) ? sign : -sign;
  if (order == 0 && a->kind != b->kind) order = b->kind == PEL_NUMBER_FLOAT ? -1 * sign * sign : 1; /* of equals a float is the greater for max, too */
  if (order == 0) order = 1;
  pel_number *chosen = order * sign >= 0 ? a : b;
  *out = *chosen;
  *chosen = (pel_number){0}; /* taken over */
  return PEL_TRUE;
}
static pel_outcome maximum(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return larger(m, a, b, 1, out); }
static pel_outcome minimum(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return larger(m, a, b, -1, out); }

static pel_outcome copy_sign(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return on_doubles(m, a, b, copysign, out); }
static pel_outcome arc_tangent_2(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { return on_doubles(m, a, b, atan2, out); }

static pel_outcome log_base(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (pel_number_sign(a) <= 0 || pel_number_sign(b) <= 0) return pel_throw_evaluation(m, "undefined");
  return give_float(m, log(pel_number_get_double(b)) / log(pel_number_get_double(a)), out);
}

/* ---- of one number ---- */

static pel_outcome negate(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(-a->f), PEL_TRUE;
  pel_number zero = pel_number_of_int(0);
  return subtract(m, &zero, a, out);
}

static pel_outcome keep(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)m;
  (void)b;
  *out = *a;
  *a = (pel_number){0};
  return PEL_TRUE;
}

static pel_outcome absolute(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(fabs(a->f)), PEL_TRUE;
  return pel_number_sign(a) < 0 ? negate(m, a, b, out) : keep(m, a, b, out);
}

static pel_outcome sign_of(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)m;
  (void)b;
  int s = pel_number_sign(a);
  *out = a->kind == PEL_NUMBER_FLOAT ? pel_number_of_float(s ? s : a->f) : pel_number_of_int(s);
  return PEL_TRUE;
}

typedef enum rounding { TO_ZERO, TO_NEAREST, DOWN, UP } rounding;

static pel_outcome to_integer(pel_machine *m, pel_number *a, rounding how, pel_number *out) {
  if (a->kind == PEL_NUMBER_INTEGER) return keep(m, a, NULL, out);
  if (any_infinite(a, NULL)) return pel_throw_evaluation(m, "undefined");
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
  if (a->kind == PEL_NUMBER_FLOAT) return keep(m, a, NULL, out);
  return give_float(m, pel_number_get_double(a), out);
}

static pel_outcome integer_part(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(trunc(a->f)), PEL_TRUE;
  return truncated(m, a, b, out);
}

static pel_outcome fractional_part(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  if (a->kind == PEL_NUMBER_FLOAT) return *out = pel_number_of_float(a->f - trunc(a->f)), PEL_TRUE;
  if (a->kind == PEL_NUMBER_INTEGER) return *out = pel_number_of_int(0), PEL_TRUE;
  pel_number copy = {.kind = PEL_NUMBER_RATIONAL}, whole;
  mpq_init(copy.q);
  mpq_set(copy.q, a->q);
  pel_outcome ok = truncated(m, &copy, b, &whole);
  if (ok == PEL_TRUE) ok = subtract(m, a, &whole, out);
  pel_number_clear(&whole);
  pel_number_clear(&copy);
  return ok;
}

/* The value of a float, exactly. */
static pel_outcome to_rational(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind != PEL_NUMBER_FLOAT) return keep(m, a, NULL, out);
  if (!isfinite(a->f)) return pel_throw_evaluation(m, "undefined");
  mpq_t q;
  mpq_init(q);
  mpq_set_d(q, a->f);
  return *out = pel_number_take_q(q), PEL_TRUE;
}

/* The simplest fraction that is the float again, by its continued fraction. */
static pel_outcome rationalize(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  if (a->kind != PEL_NUMBER_FLOAT) return keep(m, a, NULL, out);
  if (!isfinite(a->f)) return pel_throw_evaluation(m, "undefined");
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
  if (a->kind == PEL_NUMBER_FLOAT) return type_of(m, "rational", a);
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
  pel_outcome ok = need_integers(m, a, NULL);
  if (ok != PEL_TRUE) return ok;
  mpz_t z;
  pel_number_get_z(a, z);
  mpz_com(z, z);
  return *out = pel_number_take_z(z), PEL_TRUE;
}

static pel_outcome highest_bit(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  pel_outcome ok = need_integers(m, a, NULL);
  if (ok != PEL_TRUE) return ok;
  if (pel_number_sign(a) <= 0) return type_of(m, "not_less_than_one", a);
  mpz_t z;
  pel_number_get_z(a, z);
  *out = pel_number_of_int((int64_t)mpz_sizeinbase(z, 2) - 1);
  mpz_clear(z);
  return PEL_TRUE;
}

static pel_outcome successor(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) {
  (void)b;
  pel_number one = pel_number_of_int(1);
  pel_outcome ok = need_integers(m, a, NULL);
  return ok == PEL_TRUE ? add(m, a, &one, out) : ok;
}

static pel_outcome on_double(pel_machine *m, const pel_number *a, double (*f)(double), double least, double most, bool open, pel_number *out) {
  double x;
  pel_outcome failed = PEL_TRUE;
  if (!to_double(m, a, &x, &failed)) return failed;
  if (x < least || x > most || (open && x == least)) return pel_throw_evaluation(m, "undefined");
  double r = f(x);
  if (any_infinite(a, NULL)) return *out = pel_number_of_float(r), PEL_TRUE;
  return give_float(m, r, out);
}

static double cotangent(double x) { return 1 / tan(x); }
#define FUNCTION(name, f, least, most, open) \
  static pel_outcome name(pel_machine *m, pel_number *a, pel_number *b, pel_number *out) { (void)b; return on_double(m, a, f, least, most, open, out); }
FUNCTION(square_root, sqrt, 0, INFINITY, false)
FUNCTION(exponential, exp, -INFINITY, INFINITY, false)
FUNCTION(natural_log, log, 0, INFINITY, true)
FUNCTION(binary_log, log2, 0, INFINITY, true)
FUNCTION(sine, sin, -INFINITY, INFINITY, false)
FUNCTION(cosine, cos, -INFINITY, INFINITY, false)
FUNCTION(tangent, tan, -INFINITY, INFINITY, false)
FUNCTION(cot_of, cotangent, -INFINITY, INFINITY, false)
FUNCTION(arc_sine, asin, -1, 1, false)
FUNCTION(arc_cosine, acos, -1, 1, false)
FUNCTION(arc_tangent, atan, -INFINITY, INFINITY, false)
FUNCTION(hyperbolic_sine, sinh, -INFINITY, INFINITY, false)
FUNCTION(hyperbolic_cosine, cosh, -INFINITY, INFINITY, false)
FUNCTION(hyperbolic_tangent, tanh, -INFINITY, INFINITY, false)
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

static const struct {
  const char *name;
  uint32_t arity;
  function f;
} functions[] = {
    {"+", 2, add}, {"-", 2, subtract}, {"*", 2, multiply}, {"/", 2, divide}, {"//", 2, int_divide}, {"div", 2, floor_divide}, {"mod", 2, modulo},
    {"rem", 2, remainder_of}, {"min", 2, minimum}, {"max", 2, maximum}, {"gcd", 2, gcd}, {"**", 2, power}, {"^", 2, caret}, {">>", 2, shift_right},
    {"<<", 2, shift_left}, {"/\\", 2, bit_and}, {"\\/", 2, bit_or}, {"xor", 2, bit_xor}, {"rdiv", 2, rational_divide}, {"copysign", 2, copy_sign},
    {"atan2", 2, arc_tangent_2}, {"atan", 2, arc_tangent_2}, {"log", 2, log_base}, {"-", 1, negate}, {"+", 1, keep}, {"abs", 1, absolute},
    {"sign", 1, sign_of}, {"\\", 1, bit_not}, {"msb", 1, highest_bit}, {"truncate", 1, truncated}, {"integer", 1, rounded}, {"round", 1, rounded},
    {"floor", 1, floor_of}, {"ceiling", 1, ceiling_of}, {"ceil", 1, ceiling_of}, {"float", 1, to_float}, {"float_integer_part", 1, integer_part},
    {"float_fractional_part", 1, fractional_part}, {"rational", 1, to_rational}, {"rationalize", 1, rationalize}, {"numerator", 1, numerator},
    {"denominator", 1, denominator}, {"succ", 1, successor}, {"sqrt", 1, square_root}, {"exp", 1, exponential}, {"log", 1, natural_log},
    {"log2", 1, binary_log}, {"sin", 1, sine}, {"cos", 1, cosine}, {"tan", 1, tangent}, {"cot", 1, cot_of}, {"asin", 1, arc_sine},
    {"acos", 1, arc_cosine}, {"atan", 1, arc_tangent}, {"sinh", 1, hyperbolic_sine}, {"cosh", 1, hyperbolic_cosine}, {"tanh", 1, hyperbolic_tangent},
    {"pi", 0, pi_value}, {"e", 0, e_value}, {"inf", 0, infinite}, {"infinite", 0, infinite}, {"nan", 0, no_number}, {"epsilon", 0, epsilon},
};

bool pel_evaluate_init(pel_program *p) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    uint32_t atom = pel_atom_intern(&p->symbols, functions[i].name, strlen(functions[i].name));
    uint32_t functor = atom == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_functor_intern(&p->symbols, atom, functions[i].arity);
    if (functor == PEL_NO_SYMBOL) return false;
    p->symbols.functors[functor].evaluable = (uint32_t)i + 1;
  }
  return true;
}

static pel_outcome not_evaluable(pel_machine *m, uint32_t atom, uint32_t arity) {
  pel_cell args[2] = {pel_make_atom(atom), pel_make_int(arity)};
  pel_cell indicator = pel_new_compound(&m->heap, PEL_ATOM_SLASH, 2, args);
  return indicator ? pel_throw_type(m, "evaluable", indicator) : pel_stop_memory(m);
}

static pel_outcome evaluate(pel_machine *m, pel_cell c, int depth, pel_number *out);

static pel_outcome apply(pel_machine *m, pel_cell c, uint32_t functor, int depth, pel_number *out) {
  const pel_functor f = m->program->symbols.functors[functor];
  if (!f.evaluable) return not_evaluable(m, f.atom, f.arity);
  pel_number a = {0}, b = {0};
  pel_outcome ok = f.arity > 0 ? evaluate(m, pel_arg(&m->heap, c, 0), depth + 1, &a) : PEL_TRUE;
  if (ok == PEL_TRUE && f.arity > 1) ok = evaluate(m, pel_arg(&m->heap, c, 1), depth + 1, &b);
  if (ok == PEL_TRUE) ok = functions[f.evaluable - 1].f(m, &a, &b, out);
  pel_number_clear(&a);
  pel_number_clear(&b);
  return ok;
}

static pel_outcome evaluate(pel_machine *m, pel_cell c, int depth, pel_number *out) {
  c = pel_deref(&m->heap, c);
  if (depth > DEEPEST) return m->stopped = PEL_STOPPED_DEPTH, PEL_STOP;
  if (pel_number_read(&m->heap, c, out)) return PEL_TRUE;
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  pel_symbols *s = &m->program->symbols;
  if (pel_is_atom(c)) {
    uint32_t functor = pel_functor_find(s, (uint32_t)pel_index(c), 0);
    if (functor == PEL_NO_SYMBOL || !s->functors[functor].evaluable) return not_evaluable(m, (uint32_t)pel_index(c), 0);
    return apply(m, c, functor, depth, out);
  }
  if (pel_tag(c) == PEL_TAG_BOX) { /* a string of one character is its code */
    size_t size, length;
    const char *text = pel_string_bytes(&m->heap, c, &size, &length);
    uint32_t code;
    if (length != 1) return pel_throw_type(m, "character", c);
    pel_utf8_decode(text, text + size, &code);
    return *out = pel_number_of_int(code), PEL_TRUE;
  }
  if (pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2)) { /* [X] */
    if (pel_arg(&m->heap, c, 1) != pel_make_atom(PEL_ATOM_NIL)) return pel_throw_type(m, "evaluable", c);
    return evaluate(m, pel_arg(&m->heap, c, 0), depth + 1, out);
  }
  return apply(m, c, (uint32_t)pel_index(*pel_cells_at(&m->heap, pel_index(c))), depth, out);
}

pel_outcome pel_evaluate(pel_machine *m, pel_cell expression, pel_number *out) { return evaluate(m, expression, 0, out); }
