#include "src/analysis/reliability.h"

#include <math.h>

bool pel_reliability_fits(const pel_reliability *b) { return b->confidence >= b->accuracy_low && b->confidence <= b->accuracy_high; }

bool pel_reliability_sum_of(const pel_reasoning *r, int64_t span, pel_reliability_sum *out) {
  pel_reliability_sum s = {.error = NAN};
  double sum = 0, n = 0;
  size_t i = 0;
  while (i < r->n_reliability && span && r->reliability[i].span != span) i++;
  if (i == r->n_reliability) return false;
  s.first = s.worst_bin = i;
  s.span = r->reliability[i].span;
  for (; i < r->n_reliability && r->reliability[i].span == s.span; i++, s.n_bins++) {
    const pel_reliability *b = &r->reliability[i];
    double far = fabs(b->accuracy - b->confidence);
    if (b->n <= 0 || !isfinite(far)) continue;
    sum += far * (double)b->n, n += (double)b->n;
    s.n = b->n > INT64_MAX - s.n ? INT64_MAX : s.n + b->n;
    s.outside += !pel_reliability_fits(b);
    if (far > s.worst) s.worst = far, s.worst_bin = i;
  }
  if (n > 0) s.error = sum / n;
  *out = s;
  return true;
}
