#include "engine/logic/decimal.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "e+05", the whole of it. More than the largest exponent is as good as any: it is refused. */
static bool read_exponent(const char *text, size_t size, long *out) {
  size_t at = 1;
  long value = 0;
  bool minus = size > 1 && text[1] == '-';
  if (minus || (size > 1 && text[1] == '+')) at++;
  if (at == size) return false;
  for (; at < size; at++) {
    if (!is_digit(text[at])) return false;
    if (value <= PEL_DECIMAL_EXPONENT) value = value * 10 + (text[at] - '0');
  }
  *out = minus ? -value : value;
  return true;
}

/* The number that the digits make, times ten to the `scale`. */
static pel_number scaled(const char *digits, bool minus, long scale) {
  mpq_t q;
  mpz_t power;
  mpq_init(q);
  mpz_set_str(mpq_numref(q), digits, 10);
  if (minus) mpq_neg(q, q);
  mpz_init(power);
  mpz_ui_pow_ui(power, 10, (unsigned long)(scale < 0 ? -scale : scale));
  if (scale < 0) mpz_set(mpq_denref(q), power);
  else mpz_mul(mpq_numref(q), mpq_numref(q), power);
  mpz_clear(power);
  mpq_canonicalize(q);
  return pel_number_take_q(q);
}

const char *pel_decimal_parse(const char *text, size_t size, pel_number *out) {
  static const char none[] = "is no number";
  char digits[PEL_DECIMAL_DIGITS + 1];
  size_t n = 0, at = size && text[0] == '-', whole = 0;
  long scale = 0;
  bool point = false;
  for (; at < size && (is_digit(text[at]) || (text[at] == '.' && !point)); at++) {
    if (text[at] == '.') {
      point = true;
      whole = n;
      continue;
    }
    if (n < PEL_DECIMAL_DIGITS) digits[n] = text[at];
    n++;
  }
  if (!n || (point && (whole == 0 || whole == n))) return none;
  if (at < size && ((text[at] != 'e' && text[at] != 'E') || !read_exponent(text + at, size - at, &scale))) return none;
  if (n > PEL_DECIMAL_DIGITS) return "has more than 120 digits";
  if (scale > PEL_DECIMAL_EXPONENT || scale < -PEL_DECIMAL_EXPONENT) return "has an exponent beyond 400";
  digits[n] = 0;
  *out = scaled(digits, text[0] == '-', scale - (point ? (long)(n - whole) : 0));
  return NULL;
}
