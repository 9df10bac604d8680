#include "src/plot/ticks.h"

#include "engine/base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double round_step(double span, uint32_t most) {
  double raw = span / (most ? most : 1), power = pow(10, floor(log10(raw))), unit = raw / power;
  return (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10) * power;
}

void pel_ticks_add(pel_ticks *t, double at, const char *text) {
  if (t->n == PEL_TICKS_MAX) return;
  t->at[t->n] = at;
  snprintf(t->text[t->n], sizeof t->text[0], "%s", text);
  t->n++;
}

void pel_ticks_linear(double low, double high, uint32_t most, pel_ticks *out) {
  *out = (pel_ticks){0};
  double from = fmin(low, high), to = fmax(low, high);
  if (!(to > from)) return;
  if (most >= PEL_TICKS_MAX) most = PEL_TICKS_MAX - 1;
  double step = round_step(to - from, most);
  int digits = (int)fmax(0, -floor(log10(step) + 1e-9));
  for (double k = ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k++) {
    char text[64];
    double v = k * step;
    if (digits > 4 || fabs(v) >= 1e5)
      snprintf(text, sizeof text, "%s", pel_format_double((char[40]){0}, 40, v));
    else
      pel_format_fixed(text, sizeof text, v == 0 ? 0 : v, digits);
    if (text[0] == '-') { /* a minus, not a hyphen */
      char with[64];
      snprintf(with, sizeof with, "\xe2\x88\x92%.50s", text + 1);
      memcpy(text, with, sizeof text);
    }
    pel_ticks_add(out, (v - low) / (high - low), text);
  }
}

static void power_text(int exponent, char *out, size_t size) {
  static const char *const digits[] = {"\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",
                                       "\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7",
                                       "\xe2\x81\xb8", "\xe2\x81\xb9"};
  if (exponent == 0 || exponent == 1) {
    snprintf(out, size, exponent ? "10" : "1");
    return;
  }
  char plain[12];
  snprintf(plain, sizeof plain, "%d", exponent < 0 ? -exponent : exponent);
  size_t at = (size_t)snprintf(out, size, "10%s", exponent < 0 ? "\xe2\x81\xbb" : "");
  for (const char *p = plain; *p && at < size; p++)
    at += (size_t)snprintf(out + at, size - at, "%s", digits[*p - '0']);
}

void pel_ticks_log(double low, double high, uint32_t most, pel_ticks *out) {
  *out = (pel_ticks){0};
  if (!(low > 0) || !(high > low)) return;
  double span = log10(high / low);
  int first = (int)ceil(log10(low) - 1e-6), last = (int)floor(log10(high) + 1e-6);
  int every = (int)fmax(1, ceil((double)(last - first + 1) / fmax(1, most)));
  for (int e = first; e <= last; e++) {
    if ((last - e) % every != 0) continue;
    char text[24];
    power_text(e, text, sizeof text);
    pel_ticks_add(out, (e - log10(low)) / span, text);
  }
  if (every > 1) return;
  for (int e = first - 1; e <= last; e++)
    for (int k = 2; k < 10 && out->n_minor < sizeof out->minor / sizeof *out->minor; k++) {
      double at = (e + log10(k) - log10(low)) / span;
      if (at > 0 && at < 1) out->minor[out->n_minor++] = at;
    }
}

uint32_t pel_ticks_step(uint32_t n, double apart) {
  static const uint32_t units[] = {1, 2, 5};
  for (uint32_t power = 1; power <= 100000000; power *= 10)
    for (int i = 0; i < 3; i++)
      if (units[i] * power >= apart || units[i] * power >= n) return units[i] * power;
  return n ? n : 1;
}
