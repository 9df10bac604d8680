#include "src/analysis/confidence_makeup.h"

#include <math.h>
#include <string.h>

#include "engine/base/number.h"

static const char PART[] = "log odds by ";

/* A trace may say anything: a number that is none counts as not said. */
static double number_of(const pel_attribute *a) {
  double value;
  return pel_parse_double(a->value, &value) && isfinite(value) && fabs(value) < 1e6 ? value : NAN;
}

static void take(const pel_attribute *a, pel_confidence_makeup *m) {
  double value = number_of(a);
  if (strcmp(a->name, "confidence of the first answer") == 0) m->confidence = value;
  if (strcmp(a->name, "no answer below") == 0) m->level = value;
  if (strcmp(a->name, "log odds of the mean case") == 0) m->usual = value;
  if (strncmp(a->name, PART, sizeof PART - 1) == 0 && isfinite(value) && m->n < PEL_MAKEUP_MOST) m->parts[m->n++] = (pel_makeup_part){a->name + sizeof PART - 1, value};
}

bool pel_confidence_makeup_of(const pel_reasoning *r, int64_t span, pel_confidence_makeup *out) {
  pel_confidence_makeup m = {.confidence = NAN, .level = NAN, .usual = NAN};
  for (size_t i = 0; i < r->n_attributes; i++)
    if (r->attributes[i].span == span) take(&r->attributes[i], &m);
  if (!isfinite(m.usual)) m.n = 0;
  *out = m;
  return m.confidence >= 0 && m.confidence <= 1;
}
