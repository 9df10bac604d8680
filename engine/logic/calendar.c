#include "engine/logic/calendar.h"

#include <ctype.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

/* Years of 400 are alike; March is their first month, so that a leap day is a year's last. */
int64_t pel_days_of_date(int64_t year, int64_t month, int64_t day) {
  year += floor_div(month - 1, 12);
  month = month - 1 - floor_div(month - 1, 12) * 12 + 1;
  if (month <= 2) year--;
  int64_t era = floor_div(year, 400), of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + day - 1 - 719468;
}

void pel_date_of_days(int64_t days, int64_t *year, int *month, int *day) {
  days += 719468;
  int64_t era = floor_div(days, 146097), of_era = days - era * 146097;
  int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
  *day = (int)(of_year - (153 * m + 2) / 5 + 1);
  *month = (int)(m < 10 ? m + 3 : m - 9);
  *year = y + era * 400 + (*month <= 2);
}

int pel_weekday(int64_t days) { return (int)(days + 3 - floor_div(days + 3, 7) * 7) + 1; }

/* n digits at *at, which moves on. */
static bool digits(const char *t, size_t size, size_t *at, int n, int64_t *out) {
  int64_t value = 0;
  if (*at + (size_t)n > size) return false;
  for (int i = 0; i < n; i++) {
    if (!isdigit((unsigned char)t[*at + (size_t)i])) return false;
    value = value * 10 + t[*at + (size_t)i] - '0';
  }
  *at += (size_t)n;
  *out = value;
  return true;
}

static bool mark(const char *t, size_t size, size_t *at, char c) {
  if (*at >= size || t[*at] != c) return false;
  ++*at;
  return true;
}

static bool date(const char *t, size_t size, size_t *at, int64_t *days) {
  int64_t y, m, d, year;
  int month, day;
  if (!digits(t, size, at, 4, &y) || !mark(t, size, at, '-') || !digits(t, size, at, 2, &m) || !mark(t, size, at, '-') || !digits(t, size, at, 2, &d)) return false;
  *days = pel_days_of_date(y, m, d);
  pel_date_of_days(*days, &year, &month, &day);
  return year == y && month == m && day == d;
}

bool pel_parse_iso_date(const char *text, size_t size, int64_t *days) {
  size_t at = 0;
  return date(text, size, &at, days) && at == size;
}

bool pel_parse_iso_time(const char *t, size_t size, double *seconds, bool *date_only) {
  size_t at = 0;
  int64_t days, h = 0, m = 0, s = 0, oh = 0, om = 0;
  double fraction = 0, scale = 0.1;
  if (!date(t, size, &at, &days)) return false;
  *date_only = at == size;
  if (!*date_only) {
    if (!mark(t, size, &at, 'T') && !mark(t, size, &at, ' ')) return false;
    if (!digits(t, size, &at, 2, &h) || !mark(t, size, &at, ':') || !digits(t, size, &at, 2, &m)) return false;
    if (mark(t, size, &at, ':') && !digits(t, size, &at, 2, &s)) return false;
    if (mark(t, size, &at, '.'))
      for (; at < size && isdigit((unsigned char)t[at]); at++, scale /= 10) fraction += scale * (t[at] - '0');
    bool plus = at < size && t[at] == '+', minus = at < size && t[at] == '-';
    if (plus || minus) {
      at++;
      if (!digits(t, size, &at, 2, &oh) || (mark(t, size, &at, ':'), !digits(t, size, &at, 2, &om))) return false;
      if (plus) oh = -oh, om = -om;
    } else if (!mark(t, size, &at, 'Z') && at != size) return false;
    if (at != size || h > 24 || m > 59 || s > 60) return false;
  }
  *seconds = (double)(days * 86400 + (h + oh) * 3600 + (m + om) * 60 + s) + fraction;
  return true;
}
