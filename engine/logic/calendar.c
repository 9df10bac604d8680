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

/* The days of a date in one of ISO 8601's forms. Days beyond a month's or year's end are carried on. */
static bool any_date(const char *t, size_t size, size_t *at, int64_t *days) {
  int64_t y, m, d;
  if (!digits(t, size, at, 4, &y)) return false;
  bool dashes = mark(t, size, at, '-');
  if (mark(t, size, at, 'W')) { /* 2016-W01-1 */
    if (!digits(t, size, at, 2, &m) || mark(t, size, at, '-') != dashes || !digits(t, size, at, 1, &d) || m < 1 || m > 53 || d < 1 || d > 7) return false;
    int64_t fourth = pel_days_of_date(y, 1, 4); /* is in the first week */
    *days = fourth - (pel_weekday(fourth) - 1) + (m - 1) * 7 + d - 1;
    return true;
  }
  size_t start = *at;
  if (dashes && digits(t, size, at, 3, &d) && !(*at < size && isdigit((unsigned char)t[*at]))) { /* 2016-366 */
    *days = pel_days_of_date(y, 1, 1) + d - 1;
    return d >= 1 && d <= 366;
  }
  *at = start;
  if (!digits(t, size, at, 2, &m) || m < 1 || m > 12) return false;
  if (dashes && !mark(t, size, at, '-')) d = 0; /* 2016-12 */
  else if (!digits(t, size, at, 2, &d) || d < 1 || d > 31) return false;
  *days = pel_days_of_date(y, m, d);
  return true;
}

typedef struct time_of_day {
  int64_t hour, minute, second, offset; /* offset in seconds west of Greenwich */
  double fraction;
} time_of_day;

static bool offset(const char *t, size_t size, size_t *at, time_of_day *of) {
  int64_t h, m = 0;
  if (mark(t, size, at, 'Z') || *at == size) return true;
  bool plus = mark(t, size, at, '+');
  if (!plus && !mark(t, size, at, '-')) return false;
  if (!digits(t, size, at, 2, &h)) return false;
  if (*at < size && (mark(t, size, at, ':'), !digits(t, size, at, 2, &m))) return false;
  of->offset = (h * 3600 + m * 60) * (plus ? -1 : 1);
  return h <= 14 && m <= 59;
}

static bool any_time(const char *t, size_t size, size_t *at, time_of_day *of) {
  if (!digits(t, size, at, 2, &of->hour)) return false;
  mark(t, size, at, ':');
  if (digits(t, size, at, 2, &of->minute)) {
    mark(t, size, at, ':');
    if (digits(t, size, at, 2, &of->second) && (mark(t, size, at, '.') || mark(t, size, at, ',')))
      for (double scale = 0.1; *at < size && isdigit((unsigned char)t[*at]); ++*at, scale /= 10) of->fraction += scale * (t[*at] - '0');
  }
  return offset(t, size, at, of) && *at == size && of->hour <= 23 && of->minute <= 59 && of->second <= 60;
}

bool pel_parse_time(const char *t, size_t size, double *seconds, bool *date_only) {
  size_t at = 0;
  int64_t days;
  time_of_day of = {0};
  if (!any_date(t, size, &at, &days)) return false;
  *date_only = at == size;
  if (!*date_only && !((mark(t, size, &at, 'T') || mark(t, size, &at, ' ')) && any_time(t, size, &at, &of))) return false;
  *seconds = (double)(days * 86400 + of.hour * 3600 + of.minute * 60 + of.second + of.offset) + of.fraction;
  return true;
}
