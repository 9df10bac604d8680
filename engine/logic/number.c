#include "engine/logic/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"

_Static_assert(sizeof(mp_limb_t) == 8, "a cell holds a limb");

void pel_number_clear(pel_number *n) {
  if (n->kind == PEL_NUMBER_RATIONAL) mpq_clear(n->q);
  else if (n->kind == PEL_NUMBER_INTEGER && n->big) mpz_clear(n->z);
  *n = (pel_number){0};
}

pel_number pel_number_take_z(mpz_t z) {
  pel_number n = {.kind = PEL_NUMBER_INTEGER};
  if (mpz_fits_slong_p(z)) {
    n.i = mpz_get_si(z);
    mpz_clear(z);
  } else {
    n.big = true;
    n.z[0] = z[0];
  }
  return n;
}

pel_number pel_number_take_q(mpq_t q) {
  if (mpz_cmp_ui(mpq_denref(q), 1) == 0) {
    mpz_t z;
    mpz_init_set(z, mpq_numref(q));
    mpq_clear(q);
    return pel_number_take_z(z);
  }
  pel_number n = {.kind = PEL_NUMBER_RATIONAL};
  n.q[0] = q[0];
  return n;
}

bool pel_is_number(const pel_heap *h, pel_cell c) {
  return pel_tag(c) == PEL_TAG_INT || (pel_tag(c) == PEL_TAG_BOX && pel_box(h, c) != PEL_BOX_STRING);
}

bool pel_is_integer(const pel_heap *h, pel_cell c) {
  return pel_tag(c) == PEL_TAG_INT || (pel_tag(c) == PEL_TAG_BOX && pel_box(h, c) == PEL_BOX_INTEGER);
}

static void view(mpz_t out, const pel_cell *limbs, uint64_t n, bool negative) {
  mpz_roinit_n(out, (const mp_limb_t *)limbs, negative ? -(mp_size_t)n : (mp_size_t)n);
}

bool pel_number_read(const pel_heap *h, pel_cell c, pel_number *out) {
  if (pel_tag(c) == PEL_TAG_INT) return *out = pel_number_of_int(pel_int_value(c)), true;
  if (pel_tag(c) != PEL_TAG_BOX) return false;
  const pel_cell *box = pel_cells_at(h, pel_index(c));
  mpz_t z, d;
  switch (pel_box_kind_of(*box)) {
    case PEL_BOX_STRING: return false;
    case PEL_BOX_FLOAT: *out = pel_number_of_float(pel_float_value(h, c)); return true;
    case PEL_BOX_INTEGER:
      view(z, box + 1, pel_box_first(*box), pel_box_negative(*box));
      *out = (pel_number){.kind = PEL_NUMBER_INTEGER, .big = true};
      mpz_init_set(out->z, z);
      if (mpz_fits_slong_p(out->z)) {
        int64_t i = mpz_get_si(out->z);
        mpz_clear(out->z);
        *out = pel_number_of_int(i);
      }
      return true;
    default:
      view(z, box + 1, pel_box_first(*box), pel_box_negative(*box));
      view(d, box + 1 + pel_box_first(*box), pel_box_second(*box), false);
      *out = (pel_number){.kind = PEL_NUMBER_RATIONAL};
      mpq_init(out->q);
      mpq_set_num(out->q, z);
      mpq_set_den(out->q, d);
      return true;
  }
}

static pel_cell write_big(pel_heap *h, const mpz_t z) {
  size_t n = mpz_size(z);
  if (!pel_heap_reserve(h, n + 1)) return 0;
  size_t at = h->top;
  h->cells[at] = pel_box_header(PEL_BOX_INTEGER, mpz_sgn(z) < 0, n, 0);
  memcpy(&h->cells[at + 1], mpz_limbs_read(z), n * 8);
  h->top += n + 1;
  return pel_make(PEL_TAG_BOX, at);
}

pel_cell pel_number_write(pel_heap *h, const pel_number *n) {
  if (n->kind == PEL_NUMBER_FLOAT) return pel_new_float(h, n->f);
  if (n->kind == PEL_NUMBER_INTEGER) {
    if (!n->big && pel_int_fits(n->i)) return pel_make_int(n->i);
    if (n->big) return write_big(h, n->z);
    mpz_t z;
    mpz_init_set_si(z, n->i);
    pel_cell c = write_big(h, z);
    mpz_clear(z);
    return c;
  }
  size_t a = mpz_size(mpq_numref(n->q)), b = mpz_size(mpq_denref(n->q));
  if (!pel_heap_reserve(h, a + b + 1)) return 0;
  size_t at = h->top;
  h->cells[at] = pel_box_header(PEL_BOX_RATIONAL, mpq_sgn(n->q) < 0, a, b);
  memcpy(&h->cells[at + 1], mpz_limbs_read(mpq_numref(n->q)), a * 8);
  memcpy(&h->cells[at + 1 + a], mpz_limbs_read(mpq_denref(n->q)), b * 8);
  h->top += a + b + 1;
  return pel_make(PEL_TAG_BOX, at);
}

void pel_number_get_z(const pel_number *n, mpz_t out) {
  if (n->big) mpz_init_set(out, n->z);
  else mpz_init_set_si(out, n->i);
}

void pel_number_get_q(const pel_number *n, mpq_t out) {
  mpq_init(out);
  if (n->kind == PEL_NUMBER_RATIONAL) mpq_set(out, n->q);
  else if (n->kind == PEL_NUMBER_FLOAT) mpq_set_d(out, n->f);
  else if (n->big) mpq_set_z(out, n->z);
  else mpq_set_si(out, n->i, 1);
}

/* To nearest, ties to even: mpz_get_d and mpq_get_d cut off. */
static double nearest(const mpq_t q) {
  double down = mpq_get_d(q);
  if (!isfinite(down)) return down;
  double up = nextafter(down, mpq_sgn(q) < 0 ? -INFINITY : INFINITY);
  if (isinf(up)) return down;
  mpq_t a, b;
  mpq_init(a);
  mpq_init(b);
  mpq_set_d(a, down);
  mpq_sub(a, q, a);
  mpq_abs(a, a);
  mpq_set_d(b, up);
  mpq_sub(b, b, q);
  mpq_abs(b, b);
  int order = mpq_cmp(a, b);
  uint64_t bits;
  memcpy(&bits, &down, 8);
  mpq_clear(a);
  mpq_clear(b);
  return order < 0 || (order == 0 && !(bits & 1)) ? down : up;
}

double pel_number_get_double(const pel_number *n) {
  if (n->kind == PEL_NUMBER_FLOAT) return n->f;
  if (n->kind == PEL_NUMBER_INTEGER && !n->big) return (double)n->i;
  if (n->kind == PEL_NUMBER_INTEGER && mpz_sizeinbase(n->z, 2) > 1024) return mpz_sgn(n->z) < 0 ? -INFINITY : INFINITY;
  mpq_t q;
  pel_number_get_q(n, q);
  double d = nearest(q);
  mpq_clear(q);
  return d;
}

int pel_number_sign(const pel_number *n) {
  if (n->kind == PEL_NUMBER_FLOAT) return (n->f > 0) - (n->f < 0);
  if (n->kind == PEL_NUMBER_RATIONAL) return mpq_sgn(n->q);
  return n->big ? mpz_sgn(n->z) : (n->i > 0) - (n->i < 0);
}

size_t pel_number_bits(const pel_number *n) {
  if (n->kind == PEL_NUMBER_FLOAT) return 0;
  if (n->kind == PEL_NUMBER_INTEGER) return n->big ? mpz_sizeinbase(n->z, 2) : 64;
  size_t a = mpz_sizeinbase(mpq_numref(n->q), 2), b = mpz_sizeinbase(mpq_denref(n->q), 2);
  return a > b ? a : b;
}

int pel_number_compare_as_floats(const pel_number *a, const pel_number *b) {
  if ((a->kind == PEL_NUMBER_FLOAT) == (b->kind == PEL_NUMBER_FLOAT)) return pel_number_compare(a, b);
  double x = pel_number_get_double(a), y = pel_number_get_double(b);
  return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
}

int pel_number_compare(const pel_number *a, const pel_number *b) {
  if (a->kind == PEL_NUMBER_INTEGER && b->kind == PEL_NUMBER_INTEGER && !a->big && !b->big) return (a->i > b->i) - (a->i < b->i);
  if ((a->kind == PEL_NUMBER_FLOAT && isnan(a->f)) || (b->kind == PEL_NUMBER_FLOAT && isnan(b->f))) return 2;
  if (a->kind == PEL_NUMBER_FLOAT && b->kind == PEL_NUMBER_FLOAT) return (a->f > b->f) - (a->f < b->f);
  if (a->kind == PEL_NUMBER_FLOAT && isinf(a->f)) return a->f > 0 ? 1 : -1;
  if (b->kind == PEL_NUMBER_FLOAT && isinf(b->f)) return b->f > 0 ? -1 : 1;
  mpq_t x, y;
  if (a->kind == PEL_NUMBER_FLOAT) mpq_init(x), mpq_set_d(x, a->f);
  else pel_number_get_q(a, x);
  if (b->kind == PEL_NUMBER_FLOAT) mpq_init(y), mpq_set_d(y, b->f);
  else pel_number_get_q(b, y);
  int order = mpq_cmp(x, y);
  mpq_clear(x);
  mpq_clear(y);
  return (order > 0) - (order < 0);
}

void pel_number_negate(pel_number *n) {
  if (n->kind == PEL_NUMBER_FLOAT) n->f = -n->f;
  else if (n->kind == PEL_NUMBER_RATIONAL) mpq_neg(n->q, n->q);
  else if (n->big) {
    mpz_neg(n->z, n->z);
    mpz_t z;
    z[0] = n->z[0];
    *n = pel_number_take_z(z);
  } else if (n->i == INT64_MIN) {
    mpz_t z;
    mpz_init_set_si(z, n->i);
    mpz_neg(z, z);
    *n = pel_number_take_z(z);
  } else n->i = -n->i;
}

/* ---- text ---- */

/* Digits of a base with '_' between digits taken out, as a C string in `out`; the count of digits, or 0 when malformed. */
static size_t take_digits(const char *text, size_t size, int base, char *out) {
  size_t n = 0;
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : isalpha((unsigned char)c) ? (c | 32) - 'a' + 10 : 99;
    bool group = c == '_' || (c == ' ' && base == 10); /* 1_000 and 1 000 */
    if (group && n && i + 1 < size && isalnum((unsigned char)text[i - 1]) && isalnum((unsigned char)text[i + 1])) continue;
    if (digit >= base || (unsigned char)c >= 0x80) return 0;
    out[n++] = c;
  }
  out[n] = 0;
  return n && text[size - 1] != '_' ? n : 0;
}

static bool parse_integer(const char *text, size_t size, int base, pel_number *out) {
  if (size == 0 || size > PEL_MAX_BITS / 4) return false;
  char *digits = malloc(size + 1);
  if (!digits) return false;
  bool ok = take_digits(text, size, base, digits) > 0;
  mpz_t z;
  if (ok) {
    mpz_init(z);
    ok = mpz_set_str(z, digits, base) == 0;
    if (ok) *out = pel_number_take_z(z);
    else mpz_clear(z);
  }
  free(digits);
  return ok;
}

static bool parse_float(const char *text, size_t size, pel_number *out) {
  char plain[400];
  size_t n = 0, digits = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '_' || text[i] == ' ') continue;
    if (n + 1 >= sizeof plain) return false;
    digits += isdigit((unsigned char)text[i]) != 0;
    plain[n++] = text[i];
  }
  plain[n] = 0;
  double f;
  if (!digits || !pel_parse_double(plain, &f)) return false;
  *out = pel_number_of_float(f);
  return true;
}

static bool parse_rational(const char *text, size_t size, size_t r, pel_number *out) {
  pel_number a, b;
  if (!parse_integer(text, r, 10, &a)) return false;
  if (!parse_integer(text + r + 1, size - r - 1, 10, &b)) return pel_number_clear(&a), false;
  bool ok = pel_number_sign(&b) > 0;
  if (ok) {
    mpq_t q, d;
    pel_number_get_q(&a, q);
    pel_number_get_q(&b, d);
    mpq_div(q, q, d);
    mpq_clear(d);
    *out = pel_number_take_q(q);
  }
  pel_number_clear(&a);
  pel_number_clear(&b);
  return ok;
}

static bool parse_unsigned(const char *text, size_t size, pel_number *out) {
  if (size == 0 || !isdigit((unsigned char)text[0])) return false;
  if (size > 2 && text[0] == '0' && strchr("xob", text[1]) && text[1])
    return parse_integer(text + 2, size - 2, text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : 2, out);
  const char *quote = memchr(text, '\'', size);
  if (quote && quote - text <= 2) { /* 16'FF */
    int base = atoi(text);
    return base >= 2 && base <= 36 && parse_integer(quote + 1, size - (size_t)(quote + 1 - text), base, out);
  }
  const char *r = memchr(text, 'r', size);
  if (r) return parse_rational(text, size, (size_t)(r - text), out);
  const char *dot = memchr(text, '.', size);
  bool exponent = memchr(text, 'e', size) || memchr(text, 'E', size);
  if (!dot && !exponent) return parse_integer(text, size, 10, out);
  bool infinite = dot && size >= 6 && memcmp(text + size - 3, "Inf", 3) == 0, no_number = dot && size >= 6 && memcmp(text + size - 3, "NaN", 3) == 0;
  if (infinite || no_number) {
    if (!parse_float(text, size - 3, out)) return false;
    out->f = infinite ? INFINITY : NAN;
    return true;
  }
  if (dot && (size_t)(dot - text) + 1 < size && !isdigit((unsigned char)dot[1])) return false;
  if (dot && (size_t)(dot - text) + 1 == size) return false;
  return parse_float(text, size, out);
}

bool pel_number_parse(const char *text, size_t size, pel_number *out) {
  bool sign = size > 0 && (text[0] == '-' || text[0] == '+');
  pel_number n;
  if (!parse_unsigned(text + sign, size - sign, &n)) return false;
  if (sign && text[0] == '-') pel_number_negate(&n);
  *out = n;
  return true;
}

void pel_float_format(double f, char out[64]) {
  if (isnan(f) || isinf(f)) {
    strcpy(out, isnan(f) ? "1.5NaN" : f > 0 ? "1.0Inf" : "-1.0Inf");
    return;
  }
  char digits[24], shortest[40];
  pel_format_double(shortest, sizeof shortest, f);
  /* Digits and decimal exponent of the shortest text, then laid out anew. */
  int n = 0, point = -1, exponent = 0;
  const char *c = shortest + (*shortest == '-');
  for (; *c && *c != 'e'; c++)
    if (*c == '.') point = n;
    else if (n < 20) digits[n++] = *c;
  if (*c == 'e') exponent = atoi(c + 1);
  if (point < 0) point = n;
  exponent += point; /* 0.DIGITS x 10^exponent */
  int lead = 0;
  while (lead < n - 1 && digits[lead] == '0') lead++, exponent--;
  while (n > lead + 1 && digits[n - 1] == '0') n--;
  memmove(digits, digits + lead, (size_t)(n -= lead));
  digits[n] = 0;
  if (f == 0) exponent = 1;
  char *o = out;
  const size_t room = 63;
  if (signbit(f)) *o++ = '-';
  if (exponent <= -4 || (exponent > 15 && exponent >= n)) snprintf(o, room, "%c.%se%+d", digits[0], n > 1 ? digits + 1 : "0", exponent - 1);
  else if (exponent <= 0) snprintf(o, room, "0.%.*s%s", -exponent, "0000", digits);
  else if (exponent >= n) snprintf(o, room, "%s%.*s.0", digits, exponent - n, "000000000000000");
  else snprintf(o, room, "%.*s.%s", exponent, digits, digits + exponent);
}

char *pel_number_format(const pel_number *n) {
  char small[64];
  if (n->kind == PEL_NUMBER_FLOAT) return pel_float_format(n->f, small), strdup(small);
  if (n->kind == PEL_NUMBER_INTEGER && !n->big) return snprintf(small, sizeof small, "%lld", (long long)n->i), strdup(small);
  if (n->kind == PEL_NUMBER_INTEGER) return mpz_get_str(NULL, 10, n->z);
  char *a = mpz_get_str(NULL, 10, mpq_numref(n->q)), *b = mpz_get_str(NULL, 10, mpq_denref(n->q)), *out = NULL;
  if (asprintf(&out, "%sr%s", a, b) < 0) out = NULL;
  free(a);
  free(b);
  return out;
}
