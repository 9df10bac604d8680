#include "engine/proof/check_arithmetic.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "engine/logic/number.h"
#include "engine/logic/utf8.h"

enum { DEEPEST = 5000 /* functions inside functions: each is a frame of the C stack */ };

/* ---- numbers ---- */

int pel_exact_sign(const pel_exact *n) { return n->is_float ? (n->f > 0) - (n->f < 0) : mpq_sgn(n->q); }

int pel_exact_compare(const pel_exact *a, const pel_exact *b) {
  if ((a->is_float && isnan(a->f)) || (b->is_float && isnan(b->f))) return 2;
  if (a->is_float && (b->is_float || isinf(a->f))) {
    double other = b->is_float ? b->f : 0;
    return (a->f > other) - (a->f < other);
  }
  if (b->is_float && isinf(b->f)) return b->f > 0 ? -1 : 1;
  int order;
  if (!a->is_float && !b->is_float) order = mpq_cmp(a->q, b->q);
  else {
    mpq_t f;
    mpq_init(f);
    mpq_set_d(f, a->is_float ? a->f : b->f);
    order = a->is_float ? mpq_cmp(f, b->q) : mpq_cmp(a->q, f);
    mpq_clear(f);
  }
  return (order > 0) - (order < 0);
}

int pel_exact_compare_values(const pel_exact *a, const pel_exact *b) {
  if (a->is_float == b->is_float) return pel_exact_compare(a, b);
  double x = pel_exact_double(a), y = pel_exact_double(b);
  return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
}

bool pel_exact_identical(const pel_exact *a, const pel_exact *b) {
  if (a->is_float != b->is_float) return false;
  if (!a->is_float) return mpq_equal(a->q, b->q) != 0;
  return memcmp(&a->f, &b->f, sizeof a->f) == 0 || (isnan(a->f) && isnan(b->f));
}

/* The quotient with two bits or more beyond those of a double, one more bit for what is left over, then rounded once. */
static double quotient(const mpz_t top, const mpz_t bottom) {
  long shift = 56 - ((long)mpz_sizeinbase(top, 2) - (long)mpz_sizeinbase(bottom, 2));
  mpz_t n, d, rest;
  mpz_init(rest);
  mpz_init_set(n, top);
  mpz_init_set(d, bottom);
  mpz_abs(n, n);
  if (shift > 0) mpz_mul_2exp(n, n, (mp_bitcnt_t)shift);
  else mpz_mul_2exp(d, d, (mp_bitcnt_t)-shift);
  mpz_tdiv_qr(n, rest, n, d);
  uint64_t bits = mpz_get_ui(n) << 1 | (mpz_sgn(rest) != 0);
  mpz_clears(n, d, rest, NULL);
  long unit = 64 - (long)__builtin_clzll(bits) - 53 - shift - 1; /* exponent of the last bit that is kept */
  if (unit < -1074) unit = -1074;
  long drop = unit + shift + 1;
  if (drop > 62) return 0;
  uint64_t half = (uint64_t)1 << (drop - 1), left = bits & (half * 2 - 1), kept = bits >> drop;
  if (left > half || (left == half && (kept & 1))) kept++;
  return ldexp((double)kept, (int)unit);
}

double pel_exact_double(const pel_exact *n) {
  if (n->is_float) return n->f;
  int sign = mpq_sgn(n->q);
  if (sign == 0) return 0;
  long bits = (long)mpz_sizeinbase(mpq_numref(n->q), 2) - (long)mpz_sizeinbase(mpq_denref(n->q), 2);
  double d = bits > 1025 ? INFINITY : bits < -1080 ? 0 : quotient(mpq_numref(n->q), mpq_denref(n->q));
  return sign < 0 ? -d : d;
}

static size_t bits_of(const pel_exact *n) {
  if (n->is_float) return 0;
  size_t a = mpz_sizeinbase(mpq_numref(n->q), 2), b = mpz_sizeinbase(mpq_denref(n->q), 2);
  return a > b ? a : b;
}

static bool is_integer(const pel_exact *n) { return pel_exact_is_integer(n); }
static bool infinite(const pel_exact *n) { return n->is_float && !isfinite(n->f); }

/* What is infinite or undefined is an error. */
static bool give(double f, pel_exact *out) { return *out = pel_exact_of_float(f), isfinite(f); }

/* As doubles; false: one is too large. */
static bool doubles(const pel_exact *a, const pel_exact *b, double *x, double *y) {
  *x = pel_exact_double(a);
  *y = pel_exact_double(b);
  return (a->is_float || isfinite(*x)) && (b->is_float || isfinite(*y));
}

/* ---- functions of two numbers ---- */

typedef enum two {
  ADD, SUBTRACT, MULTIPLY, DIVIDE, INT_DIVIDE, FLOOR_DIVIDE, MODULO, REMAINDER, MINIMUM, MAXIMUM, GCD, POWER, CARET, RIGHT, LEFT, AND, OR, XOR, FRACTION,
  COPY_SIGN, ARC_TANGENT, LOGARITHM
} two;

static bool on_doubles(two op, const pel_exact *a, const pel_exact *b, pel_exact *out) {
  double x, y;
  if (!doubles(a, b, &x, &y)) return false;
  switch (op) {
    case ADD: return give(x + y, out);
    case SUBTRACT: return give(x - y, out);
    case MULTIPLY: return give(x * y, out);
    case DIVIDE: return y != 0 && give(x / y, out);
    default: return isfinite(x) && isfinite(y) && give(atan2(x, y), out);
  }
}

static bool exact_four(two op, const pel_exact *a, const pel_exact *b, pel_exact *out) {
  if ((op == DIVIDE || op == FRACTION) && mpq_sgn(b->q) == 0) return false;
  if (bits_of(a) + bits_of(b) > PEL_MAX_BITS) return false;
  *out = pel_exact_of(0);
  if (op == ADD) mpq_add(out->q, a->q, b->q);
  else if (op == SUBTRACT) mpq_sub(out->q, a->q, b->q);
  else if (op == MULTIPLY) mpq_mul(out->q, a->q, b->q);
  else mpq_div(out->q, a->q, b->q);
  if (op != DIVIDE || is_integer(out) || !is_integer(a) || !is_integer(b)) return true;
  pel_exact_clear(out); /* of integers that do not divide: the quotient of floats */
  return on_doubles(DIVIDE, a, b, out);
}

static bool on_integers(two op, const pel_exact *a, const pel_exact *b, pel_exact *out) {
  static void (*const functions[])(mpz_t, const mpz_t, const mpz_t) = {
      [INT_DIVIDE] = mpz_tdiv_q, [FLOOR_DIVIDE] = mpz_fdiv_q, [MODULO] = mpz_fdiv_r, [REMAINDER] = mpz_tdiv_r, [GCD] = mpz_gcd, [AND] = mpz_and,
      [OR] = mpz_ior, [XOR] = mpz_xor};
  bool divides = op == INT_DIVIDE || op == FLOOR_DIVIDE || op == MODULO || op == REMAINDER;
  if (!is_integer(a) || !is_integer(b) || (divides && mpq_sgn(b->q) == 0)) return false;
  *out = pel_exact_of(0);
  functions[op](mpq_numref(out->q), mpq_numref(a->q), mpq_numref(b->q));
  return true;
}

/* By n bits to the left; n may be negative. */
static bool shift(const pel_exact *a, const pel_exact *b, int way, pel_exact *out) {
  if (!is_integer(a) || !is_integer(b)) return false;
  const int most = PEL_MAX_BITS + 1;
  int n = mpz_cmp_si(mpq_numref(b->q), most) > 0 ? most : mpz_cmp_si(mpq_numref(b->q), -most) < 0 ? -most : (int)mpz_get_si(mpq_numref(b->q));
  n *= way;
  if (n > 0 && mpq_sgn(a->q) && bits_of(a) + (size_t)n > PEL_MAX_BITS + 64) return false;
  *out = pel_exact_of(0);
  if (n > 0 && mpq_sgn(a->q)) mpz_mul_2exp(mpq_numref(out->q), mpq_numref(a->q), (mp_bitcnt_t)n);
  else if (n <= 0) mpz_fdiv_q_2exp(mpq_numref(out->q), mpq_numref(a->q), (mp_bitcnt_t)-n);
  return true;
}

/* a to the power of an integer that is not negative. */
static bool whole_power(const pel_exact *a, const mpz_t n, pel_exact *out) {
  bool unit = is_integer(a) && mpz_cmpabs_ui(mpq_numref(a->q), 1) <= 0;
  unsigned long k = unit ? (mpz_sgn(n) == 0 ? 0ul : mpz_odd_p(n) ? 1ul : 2ul) : mpz_fits_ulong_p(n) ? mpz_get_ui(n) : ULONG_MAX;
  if (!unit && (k > PEL_MAX_BITS || bits_of(a) * k > PEL_MAX_BITS)) return false;
  *out = pel_exact_of(0);
  mpz_pow_ui(mpq_numref(out->q), mpq_numref(a->q), k);
  mpz_pow_ui(mpq_denref(out->q), mpq_denref(a->q), k);
  return true;
}

static bool copy_of(const pel_exact *a, pel_exact *out) {
  *out = pel_exact_of_float(a->f);
  if (a->is_float) return true;
  *out = pel_exact_of(0);
  mpq_set(out->q, a->q);
  return true;
}

static bool is_exactly(const pel_exact *a, long value) { return !a->is_float && mpq_cmp_si(a->q, value, 1) == 0; }

/* a to the power of any integer. */
static bool integer_power(const pel_exact *a, const mpz_t n, pel_exact *out) {
  mpz_t positive;
  mpz_init(positive);
  mpz_abs(positive, n);
  bool ok = whole_power(a, positive, out);
  mpz_clear(positive);
  if (ok && mpz_sgn(n) < 0) mpq_inv(out->q, out->q);
  return ok;
}

/* The n-th root, of a negative number too when n is odd; false: there is no exact one. */
static bool exact_root(const pel_exact *a, unsigned long n, pel_exact *root) {
  if (mpq_sgn(a->q) < 0 && n % 2 == 0) return false;
  *root = pel_exact_of(0);
  mpz_ptr top = mpq_numref(root->q), bottom = mpq_denref(root->q);
  if (mpz_root(top, mpq_numref(a->q), n) && mpz_root(bottom, mpq_denref(a->q), n)) return true;
  pel_exact_clear(root);
  return false;
}

/* Both as floats; of a negative number to the power of a fraction with an odd denominator there is a root. */
static bool float_power(const pel_exact *a, const pel_exact *b, pel_exact *out) {
  double x, y;
  if (!doubles(a, b, &x, &y) || !isfinite(x) || !isfinite(y)) return false;
  bool root = x < 0 && !b->is_float && !is_integer(b) && mpz_odd_p(mpq_denref(b->q));
  double size = pow(root ? -x : x, y);
  return give(root && mpz_odd_p(mpq_numref(b->q)) ? -size : size, out);
}

static bool power(const pel_exact *a, const pel_exact *b, pel_exact *out) {
  int sign = pel_exact_sign(b);
  bool undefined = b->is_float && isnan(b->f);
  if (is_exactly(a, 1) || (sign == 0 && !undefined)) return *out = pel_exact_of(1), true;
  if (is_exactly(a, 0) && sign > 0) return *out = pel_exact_of(0), true;
  if (pel_exact_sign(a) == 0 && sign < 0) return false;
  if (a->is_float || b->is_float) return float_power(a, b, out);
  if (is_integer(b)) {
    bool whole = sign > 0 || !is_integer(a) || is_exactly(a, -1);
    return whole ? integer_power(a, mpq_numref(b->q), out) : float_power(a, b, out);
  }
  pel_exact root;
  if (!mpz_fits_slong_p(mpq_numref(b->q)) || !mpz_fits_ulong_p(mpq_denref(b->q)) || !exact_root(a, mpz_get_ui(mpq_denref(b->q)), &root))
    return float_power(a, b, out);
  bool ok = integer_power(&root, mpq_numref(b->q), out);
  pel_exact_clear(&root);
  return ok;
}

static bool is_negative(const pel_exact *a) { return a->is_float ? signbit(a->f) != 0 : mpq_sgn(a->q) < 0; }

/* Which of two equals: the float, but 0 is more than -0.0; of floats 0.0 is more than -0.0. */
static bool first_of_equals(two op, const pel_exact *a, const pel_exact *b) {
  if (a->is_float && b->is_float) return is_negative(a) == (op == MINIMUM);
  if (a->is_float == b->is_float) return true;
  const pel_exact *f = a->is_float ? a : b;
  bool exact = op == MAXIMUM && f->f == 0 && signbit(f->f);
  return exact ? f == b : f == a;
}

/* What is no number loses against the other. */
static bool extreme(two op, const pel_exact *a, const pel_exact *b, pel_exact *out) {
  int order = pel_exact_compare_values(a, b);
  if (order == 0 && (infinite(a) || infinite(b))) return false;
  bool first = order == 2 ? !(a->is_float && isnan(a->f)) : order == 0 ? first_of_equals(op, a, b) : (order > 0) == (op == MAXIMUM);
  return copy_of(first ? a : b, out);
}

/* The first, a float or not, with the sign of the second. */
static bool with_sign(const pel_exact *a, const pel_exact *b, pel_exact *out) {
  bool other = is_negative(a) != is_negative(b);
  copy_of(a, out);
  if (other && a->is_float) out->f = -out->f;
  else if (other) mpq_neg(out->q, out->q);
  return true;
}

/* A finite number over an infinite one is nothing, exactly so when it is no float. */
static bool divide(const pel_exact *a, const pel_exact *b, pel_exact *out) {
  if (!a->is_float && !b->is_float) return exact_four(DIVIDE, a, b, out);
  if (!a->is_float && isinf(b->f)) return *out = pel_exact_of(0), true;
  return on_doubles(DIVIDE, a, b, out);
}

static bool apply_two(two op, const pel_exact *a, const pel_exact *b, pel_exact *out) {
  bool floats = a->is_float || b->is_float;
  switch (op) {
    case ADD:
    case SUBTRACT:
    case MULTIPLY: return floats ? on_doubles(op, a, b, out) : exact_four(op, a, b, out);
    case DIVIDE: return divide(a, b, out);
    case FRACTION: return floats ? false : exact_four(op, a, b, out);
    case POWER:
    case CARET: return power(a, b, out);
    case RIGHT: return shift(a, b, -1, out);
    case LEFT: return shift(a, b, 1, out);
    case MINIMUM:
    case MAXIMUM: return extreme(op, a, b, out);
    case COPY_SIGN: return with_sign(a, b, out);
    case ARC_TANGENT: return on_doubles(op, a, b, out);
    case LOGARITHM:
      if (pel_exact_sign(a) <= 0 || pel_exact_sign(b) <= 0) return false;
      return give(log(pel_exact_double(b)) / log(pel_exact_double(a)), out);
    default: return on_integers(op, a, b, out);
  }
}

/* ---- functions of one ---- */

typedef enum one {
  NEGATE, KEEP, ABSOLUTE, SIGN, COMPLEMENT, HIGHEST_BIT, TRUNCATE, ROUND, DOWN, UP, FLOAT, INTEGER_PART, FRACTIONAL_PART, RATIONAL, SIMPLEST, NUMERATOR,
  DENOMINATOR, SUCCESSOR, FIRST_OF_DOUBLES
} one;

static bool to_integer(one how, const pel_exact *a, pel_exact *out) {
  if (infinite(a)) return copy_of(a, out);
  mpq_t q;
  mpq_init(q);
  if (a->is_float) mpq_set_d(q, a->f);
  else mpq_set(q, a->q);
  if (how == ROUND) { /* half away from zero: 2q + 1 or - 1, halved towards zero */
    mpq_mul_2exp(q, q, 1);
    if (mpq_sgn(q) < 0) mpz_sub(mpq_numref(q), mpq_numref(q), mpq_denref(q));
    else mpz_add(mpq_numref(q), mpq_numref(q), mpq_denref(q));
    mpz_mul_2exp(mpq_denref(q), mpq_denref(q), 1);
  }
  *out = pel_exact_of(0);
  if (how == DOWN) mpz_fdiv_q(mpq_numref(out->q), mpq_numref(q), mpq_denref(q));
  else if (how == UP) mpz_cdiv_q(mpq_numref(out->q), mpq_numref(q), mpq_denref(q));
  else mpz_tdiv_q(mpq_numref(out->q), mpq_numref(q), mpq_denref(q));
  mpq_clear(q);
  return true;
}

/* The simplest fraction that rounds to the float: convergents of its continued fraction, until one does. */
static bool simplest(const pel_exact *a, pel_exact *out) {
  mpq_t rest, next;
  pel_exact made = pel_exact_of(1), before = pel_exact_of(0); /* convergents as p/q; kept unreduced: they are reduced by themselves */
  mpz_t n;
  mpz_init(n);
  mpq_inits(rest, next, NULL);
  mpq_set_d(rest, fabs(a->f));
  mpz_set_ui(mpq_denref(made.q), 0);
  for (;;) {
    mpz_fdiv_q(n, mpq_numref(rest), mpq_denref(rest));
    mpz_mul(mpq_numref(next), n, mpq_numref(made.q));
    mpz_add(mpq_numref(next), mpq_numref(next), mpq_numref(before.q));
    mpz_mul(mpq_denref(next), n, mpq_denref(made.q));
    mpz_add(mpq_denref(next), mpq_denref(next), mpq_denref(before.q));
    mpq_swap(before.q, made.q);
    mpq_swap(made.q, next);
    mpz_submul(mpq_numref(rest), n, mpq_denref(rest));
    if (mpz_sgn(mpq_numref(rest)) == 0 || pel_exact_double(&made) == fabs(a->f)) break;
    mpz_swap(mpq_numref(rest), mpq_denref(rest));
  }
  if (a->f < 0) mpq_neg(made.q, made.q);
  mpq_clears(rest, next, NULL);
  mpz_clear(n);
  pel_exact_clear(&before);
  *out = made;
  return true;
}

static bool to_fraction(one how, const pel_exact *a, pel_exact *out) {
  if (!a->is_float) return copy_of(a, out);
  if (!isfinite(a->f)) return false;
  if (how == SIMPLEST) return simplest(a, out);
  *out = pel_exact_of(0);
  mpq_set_d(out->q, a->f);
  return true;
}

static bool exact_one(one op, const pel_exact *a, pel_exact *out) {
  if (!copy_of(a, out)) return false;
  switch (op) {
    case NEGATE: mpq_neg(out->q, out->q); return true;
    case ABSOLUTE: mpq_abs(out->q, out->q); return true;
    case SIGN: mpq_set_si(out->q, mpq_sgn(a->q), 1); return true;
    case NUMERATOR: mpz_set_ui(mpq_denref(out->q), 1); return true;
    case DENOMINATOR:
      mpz_set(mpq_numref(out->q), mpq_denref(a->q));
      mpz_set_ui(mpq_denref(out->q), 1);
      return true;
    case FRACTIONAL_PART: mpz_tdiv_r(mpq_numref(out->q), mpq_numref(out->q), mpq_denref(out->q)); return true;
    case COMPLEMENT: mpz_com(mpq_numref(out->q), mpq_numref(out->q)); break;
    case SUCCESSOR: mpz_add_ui(mpq_numref(out->q), mpq_numref(out->q), 1); break;
    default: /* the highest bit */
      if (mpq_sgn(a->q) > 0 && is_integer(a)) return mpq_set_si(out->q, (long)mpz_sizeinbase(mpq_numref(a->q), 2) - 1, 1), true;
      pel_exact_clear(out);
      return false;
  }
  if (is_integer(a)) return true; /* of fractions these are not defined */
  pel_exact_clear(out);
  return false;
}

static bool float_one(one op, const pel_exact *a, pel_exact *out) {
  double f = a->f;
  switch (op) {
    case NEGATE: f = -f; break;
    case ABSOLUTE: f = fabs(f); break;
    case SIGN: f = isnan(f) ? f : (f > 0) - (f < 0); break;
    case INTEGER_PART: return give(trunc(f), out);
    case FRACTIONAL_PART: return give(copysign(isinf(f) ? 0 : f - trunc(f), f), out);
    default: return false;
  }
  return *out = pel_exact_of_float(f), true;
}

static bool apply_one(one op, const pel_exact *a, pel_exact *out) {
  switch (op) {
    case KEEP: return copy_of(a, out);
    case FLOAT: return give(pel_exact_double(a), out);
    case RATIONAL:
    case SIMPLEST: return to_fraction(op, a, out);
    case TRUNCATE:
    case ROUND:
    case DOWN:
    case UP: return to_integer(op, a, out);
    case INTEGER_PART: return a->is_float ? float_one(op, a, out) : to_integer(TRUNCATE, a, out);
    default: return a->is_float ? float_one(op, a, out) : exact_one(op, a, out);
  }
}

static double cotangent(double x) { return 1 / tan(x); }

static const struct of_double {
  const char *name;
  double (*f)(double);
  double least, most;
} of_doubles[] = {{"sqrt", sqrt, 0, INFINITY}, {"exp", exp, -INFINITY, INFINITY}, {"log", log, 0, INFINITY}, {"log2", log2, 0, INFINITY},
                  {"log10", log10, 0, INFINITY}, {"sin", sin, -INFINITY, INFINITY}, {"cos", cos, -INFINITY, INFINITY},
                  {"tan", tan, -INFINITY, INFINITY}, {"cot", cotangent, -INFINITY, INFINITY}, {"asin", asin, -1, 1}, {"acos", acos, -1, 1},
                  {"atan", atan, -INFINITY, INFINITY}, {"sinh", sinh, -INFINITY, INFINITY}, {"cosh", cosh, -INFINITY, INFINITY},
                  {"tanh", tanh, -INFINITY, INFINITY}};

static bool apply_of_double(const struct of_double *d, const pel_exact *a, pel_exact *out) {
  double x = pel_exact_double(a);
  return isfinite(x) && x >= d->least && x <= d->most && give(d->f(x), out);
}

/* ---- expressions ---- */

static const struct {
  const char *name;
  int arity, op;
} functions[] = {{"+", 2, ADD}, {"-", 2, SUBTRACT}, {"*", 2, MULTIPLY}, {"/", 2, DIVIDE}, {"//", 2, INT_DIVIDE}, {"div", 2, FLOOR_DIVIDE}, {"mod", 2, MODULO},
                 {"rem", 2, REMAINDER}, {"min", 2, MINIMUM}, {"max", 2, MAXIMUM}, {"gcd", 2, GCD}, {"**", 2, POWER}, {"^", 2, CARET}, {">>", 2, RIGHT},
                 {"<<", 2, LEFT}, {"/\\", 2, AND}, {"\\/", 2, OR}, {"xor", 2, XOR}, {"rdiv", 2, FRACTION}, {"copysign", 2, COPY_SIGN}, {"atan2", 2, ARC_TANGENT},
                 {"atan", 2, ARC_TANGENT}, {"log", 2, LOGARITHM}, {"-", 1, NEGATE}, {"+", 1, KEEP}, {"abs", 1, ABSOLUTE}, {"sign", 1, SIGN}, {"\\", 1, COMPLEMENT},
                 {"msb", 1, HIGHEST_BIT}, {"truncate", 1, TRUNCATE}, {"integer", 1, ROUND}, {"round", 1, ROUND}, {"floor", 1, DOWN}, {"ceiling", 1, UP}, {"ceil", 1, UP},
                 {"float", 1, FLOAT}, {"float_integer_part", 1, INTEGER_PART}, {"float_fractional_part", 1, FRACTIONAL_PART}, {"rational", 1, RATIONAL},
                 {"rationalize", 1, SIMPLEST}, {"numerator", 1, NUMERATOR}, {"denominator", 1, DENOMINATOR}, {"succ", 1, SUCCESSOR}};

static bool constant(const char *name, pel_exact *out) {
  static const struct {
    const char *name;
    double value;
  } all[] = {{"pi", M_PI}, {"e", M_E}, {"inf", INFINITY}, {"infinite", INFINITY}, {"nan", NAN}, {"epsilon", 2.220446049250313e-16}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(name, all[i].name) == 0) return *out = pel_exact_of_float(all[i].value), true;
  return false;
}

static bool apply(const char *name, uint32_t arity, const pel_exact *args, pel_exact *out) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (functions[i].arity == (int)arity && strcmp(functions[i].name, name) == 0)
      return arity == 2 ? apply_two((two)functions[i].op, &args[0], &args[1], out) : apply_one((one)functions[i].op, &args[0], out);
  for (size_t i = 0; arity == 1 && i < sizeof of_doubles / sizeof *of_doubles; i++)
    if (strcmp(of_doubles[i].name, name) == 0) return apply_of_double(&of_doubles[i], &args[0], out);
  return false;
}

/* The code of a text of one character. */
static bool code_of(const char *text, size_t size, pel_exact *out) {
  uint32_t code;
  if (size == 0 || pel_utf8_decode(text, text + size, &code) != size) return false;
  return *out = pel_exact_of(code), true;
}

/* [X]: an integer or a character. */
static bool character(pel_terms *t, pel_term list, pel_exact *out) {
  pel_term item = pel_term_arg(t, list, 0);
  if (!pel_term_same(pel_term_arg(t, list, 1), pel_term_atom(PEL_ATOM_NIL))) return false;
  if (pel_term_is_integer(t, item)) return pel_term_read_number(t, item, out);
  const pel_symbols *s = &t->program->symbols;
  return item.kind == PEL_TERM_ATOM && code_of(pel_atom_text(s, item.value), pel_atom_size(s, item.value), out);
}

static bool evaluate(pel_terms *t, pel_term x, int depth, pel_exact *out) {
  x = pel_term_deref(t, x);
  if (depth > DEEPEST || !pel_terms_count(t, 1)) return false;
  if (pel_term_read_number(t, x, out)) return true;
  if (x.kind == PEL_TERM_STRING) { /* a string of one character is its code */
    size_t size;
    const char *text = pel_term_text(t, x, &size);
    return code_of(text, size, out);
  }
  if (!pel_term_is_callable(x)) return false;
  uint32_t arity = pel_term_arity(t, x);
  if (arity == 0) return constant(pel_atom_text(&t->program->symbols, pel_term_name(t, x)), out);
  if (pel_term_is(t, x, PEL_ATOM_DOT, 2)) return character(t, x, out);
  if (arity > 2) return false;
  pel_exact args[2] = {pel_exact_of_float(0), pel_exact_of_float(0)};
  bool ok = evaluate(t, pel_term_arg(t, x, 0), depth + 1, &args[0]) && (arity == 1 || evaluate(t, pel_term_arg(t, x, 1), depth + 1, &args[1]));
  if (ok) ok = pel_terms_count(t, (bits_of(&args[0]) + bits_of(&args[1])) / 64) && apply(pel_atom_text(&t->program->symbols, pel_term_name(t, x)), arity, args, out);
  pel_exact_clear(&args[0]);
  pel_exact_clear(&args[1]);
  return ok;
}

bool pel_term_evaluate(pel_terms *t, pel_term expression, pel_exact *out) { return evaluate(t, expression, 0, out); }
