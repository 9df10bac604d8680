/* How far the confidences of a calibration can be trusted: its bins, and what they say together. */
#pragma once
#include <pellucid/reasoning.h>

typedef struct pel_reliability_sum {
  size_t first, n_bins; /* of reasoning->reliability, those of one stage */
  int64_t span;
  int64_t n;            /* cases */
  double error;         /* expected calibration error: mean distance of accuracy from confidence, weighted by cases; NaN without cases */
  double worst;         /* the largest distance ... */
  size_t worst_bin;     /* ... and where, index into reasoning->reliability */
  size_t outside;       /* bins whose interval does not hold their mean confidence */
} pel_reliability_sum;

/* Of the stage `span`, 0: the first that has any. False when there is none. Bins of one stage stand together. */
bool pel_reliability_sum_of(const pel_reasoning *reasoning, int64_t span, pel_reliability_sum *out);
/* Its interval holds the mean confidence. */
bool pel_reliability_fits(const pel_reliability *bin);
