#include "engine/knowledge/units.h"

#include <pellucid/audit.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Each row: a spelling, the dimension's base, and how many of the base one of it is. Exact by definition of the units. */
static const struct {
  const char *name, *base, *times, *plus;
} units[] = {
    {"kg", "g", "1000", "0"}, {"g", "g", "1", "0"}, {"mg", "g", "1r1000", "0"}, {"ug", "g", "1r1000000", "0"}, {"\xc2\xb5g", "g", "1r1000000", "0"},
    {"lb", "g", "45359237r100000", "0"}, {"oz", "g", "45359237r1600000", "0"},
    {"m", "m", "1", "0"}, {"cm", "m", "1r100", "0"}, {"mm", "m", "1r1000", "0"}, {"km", "m", "1000", "0"}, {"in", "m", "254r10000", "0"}, {"ft", "m", "3048r10000", "0"},
    {"mm[Hg]", "mmHg", "1", "0"}, {"mmHg", "mmHg", "1", "0"}, {"mm Hg", "mmHg", "1", "0"},
    {"mmol/L", "mol/L", "1r1000", "0"}, {"mmol/l", "mol/L", "1r1000", "0"}, {"umol/L", "mol/L", "1r1000000", "0"}, {"umol/l", "mol/L", "1r1000000", "0"}, {"\xc2\xb5mol/L", "mol/L", "1r1000000", "0"},
    {"mol/L", "mol/L", "1", "0"}, {"nmol/L", "mol/L", "1r1000000000", "0"},
    {"g/L", "g/L", "1", "0"}, {"g/l", "g/L", "1", "0"}, {"g/dL", "g/L", "10", "0"}, {"g/dl", "g/L", "10", "0"}, {"mg/dL", "g/L", "1r100", "0"}, {"mg/dl", "g/L", "1r100", "0"}, {"mg/L", "g/L", "1r1000", "0"}, {"mg/l", "g/L", "1r1000", "0"}, {"ug/L", "g/L", "1r1000000", "0"},
    {"s", "s", "1", "0"}, {"min", "s", "60", "0"}, {"h", "s", "3600", "0"}, {"d", "s", "86400", "0"}, {"day", "s", "86400", "0"}, {"days", "s", "86400", "0"}, {"wk", "s", "604800", "0"}, {"week", "s", "604800", "0"}, {"weeks", "s", "604800", "0"},
    {"mo", "month", "1", "0"}, {"month", "month", "1", "0"}, {"months", "month", "1", "0"}, {"a", "month", "12", "0"}, {"year", "month", "12", "0"}, {"years", "month", "12", "0"}, {"yr", "month", "12", "0"},
    {"/min", "/min", "1", "0"}, {"1/min", "/min", "1", "0"}, {"bpm", "/min", "1", "0"}, {"/s", "/min", "60", "0"},
    {"L", "L", "1", "0"}, {"l", "L", "1", "0"}, {"mL", "L", "1r1000", "0"}, {"ml", "L", "1r1000", "0"}, {"dL", "L", "1r10", "0"},
    {"%", "1", "1r100", "0"}, {"1", "1", "1", "0"},
    {"Cel", "Cel", "1", "0"}, {"\xc2\xb0" "C", "Cel", "1", "0"}, {"[degF]", "Cel", "5r9", "-160r9"}, {"\xc2\xb0" "F", "Cel", "5r9", "-160r9"}, {"K", "Cel", "1", "-27315r100"},
    {"USD", "USD", "1", "0"}, {"$", "USD", "1", "0"}, {"US$", "USD", "1", "0"}, {"EUR", "EUR", "1", "0"},
};

static int find(const char *name) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcmp(units[i].name, name) == 0) return (int)i;
  return -1;
}

bool pel_unit_to_base(const char *name, const char **base, const char **times, const char **plus) {
  int i = find(name);
  if (i < 0) return false;
  *base = units[i].base;
  *times = units[i].times;
  *plus = units[i].plus;
  return true;
}

/* ---- for forms: the same in floating point ---- */

static double number_of(const char *text) { /* "45359237r100000" */
  const char *r = strchr(text, 'r');
  return r ? (double)atoll(text) / (double)atoll(r + 1) : (double)atoll(text);
}

bool pel_case_unit_converts(const char *from, const char *to, double *times, double *plus) {
  int i = find(from), j = find(to);
  if (strcmp(from, to) == 0) return *times = 1, *plus = 0, true;
  if (i < 0 || j < 0 || strcmp(units[i].base, units[j].base) != 0) return false;
  *times = number_of(units[i].times) / number_of(units[j].times);
  *plus = (number_of(units[i].plus) - number_of(units[j].plus)) / number_of(units[j].times);
  return true;
}

const char *pel_case_unit_like(const char *unit, size_t i) {
  int at = find(unit);
  for (size_t u = 0; at >= 0 && u < sizeof units / sizeof *units; u++)
    if (strcmp(units[u].base, units[at].base) == 0 && i-- == 0) return units[u].name;
  return NULL;
}
