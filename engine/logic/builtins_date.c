/* Dates and times. Nothing here asks for the present: what a case's date is, the case says. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins_text.h"
#include "engine/logic/calendar.h"
#include "engine/logic/number.h"
#include "engine/logic/write.h"

static const double MOST_SECONDS = 1e14; /* three million years */

static bool is_date(pel_machine *m, pel_cell c, uint32_t arity) {
  return pel_tag(c) == PEL_TAG_STRUCT && pel_functor_of(&m->heap, c)->arity == arity &&
         strcmp(pel_atom_text(&m->program->symbols, pel_functor_of(&m->heap, c)->atom), "date") == 0;
}

static pel_outcome number_at(pel_machine *m, pel_cell c, const char *type, double least, double most, double *out) {
  pel_number n;
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  if (!pel_number_read(&m->heap, c, &n)) return pel_throw_type(m, type, c);
  *out = pel_number_get_double(&n);
  pel_number_clear(&n);
  return *out >= least && *out <= most ? PEL_TRUE : pel_throw_representation(m, "time");
}

/* date(Y,M,D,H,Mn,S,Off,TZ,DST) or date(Y,M,D) as seconds since 1970. */
static pel_outcome stamp_of(pel_machine *m, pel_cell c, double *stamp) {
  double part[7] = {0};
  uint32_t n = is_date(m, c, 9) ? 7 : is_date(m, c, 3) ? 3 : 0;
  if (!n) return pel_is_var(c) ? pel_throw_instantiation(m) : pel_throw_type(m, "time", c);
  pel_outcome ok = PEL_TRUE;
  for (uint32_t i = 0; i < n && ok == PEL_TRUE; i++) {
    pel_cell p = pel_arg(&m->heap, c, i);
    ok = number_at(m, p, i == 5 ? "float" : "integer", -1e10, 1e10, &part[i]);
    if (ok == PEL_TRUE && i != 5 && !pel_is_integer(&m->heap, p)) ok = pel_throw_type(m, "integer", p);
  }
  if (ok == PEL_TRUE)
    *stamp = (double)pel_days_of_date((int64_t)part[0], (int64_t)part[1], (int64_t)part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5] + part[6];
  return ok;
}

static pel_outcome date_time_stamp(pel_machine *m, const pel_cell *a) {
  double stamp = 0;
  pel_outcome ok = stamp_of(m, a[0], &stamp);
  return ok == PEL_TRUE ? pel_unify_outcome(m, a[1], pel_new_float(&m->heap, stamp)) : ok;
}

typedef struct moment {
  int64_t days, year;
  int month, day, hour, minute;
  double second;
} moment;

static moment split(double stamp) {
  moment t;
  t.days = (int64_t)floor(stamp / 86400);
  double whole = floor(stamp), part = floor((stamp - whole) * 1e9) / 1e9; /* nanoseconds, as clocks count */
  double rest = whole - (double)t.days * 86400;
  t.hour = (int)(rest / 3600);
  t.minute = (int)((rest - t.hour * 3600) / 60);
  t.second = rest - t.hour * 3600 - t.minute * 60 + part;
  pel_date_of_days(t.days, &t.year, &t.month, &t.day);
  return t;
}

static pel_outcome stamp_date_time(pel_machine *m, const pel_cell *a) {
  double stamp = 0, offset = 0;
  pel_outcome ok = number_at(m, a[0], "float", -MOST_SECONDS, MOST_SECONDS, &stamp);
  pel_cell zone = a[2];
  if (pel_is_var(zone) || (pel_is_atom(zone) && strcmp(pel_atom_text(&m->program->symbols, (uint32_t)pel_index(zone)), "local") == 0)) {
    zone = pel_new_atom(&m->heap, "UTC", 3);
    if (ok == PEL_TRUE && pel_is_var(a[2])) ok = pel_unify_outcome(m, a[2], pel_new_atom(&m->heap, "local", 5));
  } else if (pel_is_number(&m->heap, zone)) {
    if (ok == PEL_TRUE) ok = number_at(m, zone, "integer", -86400, 86400, &offset);
    zone = pel_make_atom(PEL_ATOM_MINUS);
  } else if (ok == PEL_TRUE && !(pel_is_atom(zone) && strcmp(pel_atom_text(&m->program->symbols, (uint32_t)pel_index(zone)), "UTC") == 0))
    ok = pel_is_atom(zone) ? pel_throw_domain(m, "timezone", zone) : pel_throw_type(m, "integer", zone);
  if (ok != PEL_TRUE) return ok;
  moment t = split(stamp - offset);
  pel_cell args[9] = {pel_make_int(t.year), pel_make_int(t.month), pel_make_int(t.day), pel_make_int(t.hour), pel_make_int(t.minute),
                      pel_new_float(&m->heap, t.second), pel_make_int((int64_t)offset), zone, pel_make_atom(PEL_ATOM_MINUS)};
  pel_cell name = pel_new_atom(&m->heap, "date", 4);
  return args[5] && zone && name ? pel_unify_outcome(m, a[1], pel_new_compound(&m->heap, (uint32_t)pel_index(name), 9, args)) : pel_stop_memory(m);
}

static pel_outcome parse_time(pel_machine *m, const pel_cell *a) {
  pel_text t;
  double seconds;
  bool date_only;
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ATOMIC, "atom", &t);
  if (ok != PEL_TRUE) return ok;
  bool read = pel_parse_time(t.s, t.size, &seconds, &date_only);
  free(t.s);
  return read ? pel_unify_outcome(m, a[1], pel_new_float(&m->heap, seconds)) : PEL_FAIL;
}

static pel_outcome day_of_the_week(pel_machine *m, const pel_cell *a) {
  double stamp = 0;
  if (!is_date(m, a[0], 3)) return pel_is_var(a[0]) ? pel_throw_instantiation(m) : PEL_FAIL;
  pel_outcome ok = stamp_of(m, a[0], &stamp);
  return ok == PEL_TRUE ? pel_unify_outcome(m, a[1], pel_make_int(pel_weekday((int64_t)(stamp / 86400)))) : ok;
}

static void put_time(pel_text_out *o, char what, const moment *t) {
  static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  char s[64] = "";
  int year_day = (int)(t->days - pel_days_of_date(t->year, 1, 1));
  const char *day = days[pel_weekday(t->days) - 1], *month = months[t->month - 1];
  switch (what) {
    case 'Y': snprintf(s, sizeof s, "%lld", (long long)t->year); break;
    case 'm': snprintf(s, sizeof s, "%02d", t->month); break;
    case 'd': snprintf(s, sizeof s, "%02d", t->day); break;
    case 'e': snprintf(s, sizeof s, "%2d", t->day); break;
    case 'H': snprintf(s, sizeof s, "%02d", t->hour); break;
    case 'M': snprintf(s, sizeof s, "%02d", t->minute); break;
    case 'S': snprintf(s, sizeof s, "%02d", (int)t->second); break;
    case 'j': snprintf(s, sizeof s, "%03d", year_day + 1); break;
    case 'F': snprintf(s, sizeof s, "%lld-%02d-%02d", (long long)t->year, t->month, t->day); break;
    case 'T': snprintf(s, sizeof s, "%02d:%02d:%02d", t->hour, t->minute, (int)t->second); break;
    case 'y': snprintf(s, sizeof s, "%02d", (int)(((t->year % 100) + 100) % 100)); break;
    case 'u': snprintf(s, sizeof s, "%d", pel_weekday(t->days)); break;
    case 'w': snprintf(s, sizeof s, "%d", pel_weekday(t->days) % 7); break;
    case 'W': snprintf(s, sizeof s, "%02d", (year_day + 7 - (pel_weekday(t->days) - 1)) / 7); break; /* weeks from the first Monday */
    case 'U': snprintf(s, sizeof s, "%02d", (year_day + 7 - pel_weekday(t->days) % 7) / 7); break;   /* from the first Sunday */
    case 'A': snprintf(s, sizeof s, "%s", day); break;
    case 'a': snprintf(s, sizeof s, "%.3s", day); break;
    case 'B': snprintf(s, sizeof s, "%s", month); break;
    case 'b': snprintf(s, sizeof s, "%.3s", month); break;
    case 'z': snprintf(s, sizeof s, "+0000"); break;
    case 'Z': snprintf(s, sizeof s, "UTC"); break;
    case '%': snprintf(s, sizeof s, "%%"); break;
    default: break;
  }
  pel_put(o, s, strlen(s));
}

static pel_outcome format_time(pel_machine *m, const pel_cell *a) { /* $format_time(Format, Time, String) */
  double stamp = 0;
  pel_text format;
  pel_outcome ok = is_date(m, a[1], 9) || is_date(m, a[1], 3) ? stamp_of(m, a[1], &stamp) : number_at(m, a[1], "time", -MOST_SECONDS, MOST_SECONDS, &stamp);
  if (ok == PEL_TRUE) ok = pel_take_text(m, a[0], PEL_FROM_ALL & ~PEL_FROM_NUMBER, "text", &format);
  if (ok != PEL_TRUE) return ok;
  moment t = split(stamp);
  pel_text_out o = {.most = pel_text_room(m)};
  for (size_t i = 0; i < format.size; i++)
    if (format.s[i] == '%' && i + 1 < format.size) put_time(&o, format.s[++i], &t);
    else pel_put(&o, format.s + i, 1);
  free(format.s);
  ok = o.full ? pel_stop_memory(m) : pel_unify_outcome(m, a[2], pel_new_string(&m->heap, o.text ? o.text : "", o.size));
  free(o.text);
  return ok;
}

const pel_builtin_entry pel_builtins_date[] = {{"date_time_stamp", 2, date_time_stamp}, {"stamp_date_time", 3, stamp_date_time}, {"parse_time", 2, parse_time},
                                               {"day_of_the_week", 2, day_of_the_week}, {"$format_time", 3, format_time}, {NULL, 0, NULL}};
