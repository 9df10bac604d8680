#include "engine/base/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_c_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

static locale_t enter_c(void) {
  pthread_once(&once, make_c_locale);
  return uselocale(c_locale);
}

/* Printing in the C locale even when the program has set another one: the thread's own locale is swapped. */
char *pel_format_fixed(char *out, size_t size, double value, int digits) {
  locale_t before = enter_c();
  snprintf(out, size, "%.*f", digits, value);
  uselocale(before);
  return out;
}

char *pel_format_signed(char *out, size_t size, double value, int digits) {
  if (size < 2) return out;
  out[0] = value < 0 ? '-' : '+';
  pel_format_fixed(out + 1, size - 1, fabs(value), digits);
  return out;
}

char *pel_format_significant(char *out, size_t size, double value, int digits) {
  int before = value != 0 && isfinite(value) ? (int)floor(log10(fabs(value))) + 1 : 1;
  int after = digits - before;
  pel_format_fixed(out, size, value, after < 0 ? 0 : after > 30 ? 30 : after);
  return out;
}

static char *format_shortest(char *out, size_t size, double value, int least, int most, bool single) {
  if (isnan(value)) value = NAN; /* one spelling, without a sign */
  locale_t before = enter_c();
  for (int digits = least; digits <= most; digits++) {
    snprintf(out, size, "%.*g", digits, value);
    double back = strtod(out, NULL);
    if (isnan(value) || (single ? (float)back == (float)value : back == value)) break;
  }
  uselocale(before);
  return out;
}

char *pel_format_double(char *out, size_t size, double value) {
  return format_shortest(out, size, value, fabs(value) < DBL_MIN ? 1 : 6, 17, false);
}

char *pel_format_float(char *out, size_t size, float value) {
  return format_shortest(out, size, (double)value, 4, 9, true);
}

bool pel_parse_double(const char *text, double *out) {
  if (!*text) return false;
  char *end;
  locale_t before = enter_c();
  double value = strtod(text, &end);
  uselocale(before);
  if (*end || end == text) return false;
  *out = value;
  return true;
}
