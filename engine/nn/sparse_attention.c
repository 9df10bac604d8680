#include "engine/nn/sparse_attention.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

const char *pel_attention_map_name(pel_attention_map map) {
  static const char *const names[PEL_MAPS] = {"sparsemax", "entmax-1.5", "softmax"};
  return (unsigned)map < PEL_MAPS ? names[map] : "";
}

const char *pel_gate_name(pel_gate gate) {
  static const char *const names[PEL_GATES] = {"log_key", "literal", "none"};
  return (unsigned)gate < PEL_GATES ? names[gate] : "";
}

double pel_sigmoid(double x) {
  if (x >= 0) return 1 / (1 + exp(-x));
  double e = exp(x);
  return e / (1 + e);
}

double pel_log_sigmoid(double x) { return x >= 0 ? -log1p(exp(-x)) : x - log1p(exp(x)); }

double pel_gated(pel_gate gate, double score, double logit) {
  switch (gate) {
    case PEL_GATE_LOG_KEY: return score + pel_log_sigmoid(logit);
    case PEL_GATE_LITERAL: return score * pel_sigmoid(logit);
    default: return score;
  }
}

static int greatest_first(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a < b) - (a > b);
}

static pel_status find_greatest(const double *scores, size_t n, double *greatest, pel_error *err) {
  *greatest = -INFINITY;
  if (!n) return pel_fail(err, PEL_ERR_USAGE, "attention over no candidates; there has to be one");
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(scores[i])) return pel_fail(err, PEL_ERR_USAGE, "attention: score %zu is no finite number", i);
    if (scores[i] > *greatest) *greatest = scores[i];
  }
  return PEL_OK;
}

/* Thresholds over `z`, sorted from 0 downwards: the largest k of which the k-th is still above the threshold of the first k. */
static double sparsemax_threshold(const double *z, size_t n) {
  double sum = 0, threshold = 0;
  for (size_t k = 1; k <= n; k++) {
    sum += z[k - 1];
    if (!(1 + (double)k * z[k - 1] > sum)) break;
    threshold = (sum - 1) / (double)k;
  }
  return threshold;
}

/* With x = z / 2: the root of sum (x - tau)^2 = 1 over the first k, from their mean and sum of squared deviations. These are updated as
 * in Welford (1962), which does not cancel. Returns 2 tau. */
static double entmax15_threshold(const double *z, size_t n) {
  double mean = 0, squares = 0, threshold = 0;
  for (size_t k = 1; k <= n; k++) {
    double x = z[k - 1] / 2, before = x - mean;
    mean += before / (double)k;
    squares += before * (x - mean);
    double left = (1 - squares) / (double)k, tau = mean - (left > 0 ? sqrt(left) : 0);
    if (!(tau <= x)) break;
    threshold = 2 * tau;
  }
  return threshold;
}

static void take_weights(double alpha, pel_attention *out, size_t n) {
  double power = 1 / (alpha - 1), sum = 0;
  out->support = 0;
  for (size_t i = 0; i < n; i++) {
    double over = out->margins[i] * (alpha - 1);
    out->weights[i] = over <= 0 ? 0 : power == 1 ? over : power == 2 ? over * over : pow(over, power);
    if (out->weights[i] == 0 && out->margins[i] > 0) out->margins[i] = 0; /* so near that its weight is none: at the threshold */
    out->support += out->weights[i] > 0;
    sum += out->weights[i];
  }
  for (size_t i = 0; i < n; i++) out->weights[i] = fmin(1, out->weights[i] / sum); /* `sum` is 1 but for rounding */
}

static void softmax(const double *scores, size_t n, double greatest, pel_attention *out) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += out->weights[i] = exp(scores[i] - greatest);
    out->margins[i] = INFINITY;
  }
  for (size_t i = 0; i < n; i++) out->weights[i] /= sum;
  out->threshold = -INFINITY;
  out->support = n;
}

pel_status pel_sparse_attend(pel_attention_map map, const double *scores, size_t n, pel_attention *out, pel_error *err) {
  double greatest;
  PEL_TRY(find_greatest(scores, n, &greatest, err));
  if (map == PEL_MAP_SOFTMAX) {
    softmax(scores, n, greatest, out);
    return PEL_OK;
  }
  double *sorted = pel_alloc(n, sizeof *sorted);
  if (!sorted) return pel_fail_memory(err, "scores of candidates", n * sizeof *sorted);
  for (size_t i = 0; i < n; i++) sorted[i] = scores[i] - greatest; /* far from 0 the threshold would lose digits */
  qsort(sorted, n, sizeof *sorted, greatest_first);
  double threshold = map == PEL_MAP_SPARSEMAX ? sparsemax_threshold(sorted, n) : entmax15_threshold(sorted, n);
  free(sorted);
  for (size_t i = 0; i < n; i++) out->margins[i] = scores[i] - greatest - threshold;
  out->threshold = greatest + threshold;
  take_weights(map == PEL_MAP_SPARSEMAX ? 2 : 1.5, out, n);
  return PEL_OK;
}

/* Sum of the weights at a threshold, in the units of the scores less the greatest. */
static double mass_at(double alpha, const double *scores, size_t n, double greatest, double threshold) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double over = (scores[i] - greatest - threshold) * (alpha - 1);
    if (over > 0) sum += pow(over, 1 / (alpha - 1));
  }
  return sum;
}

pel_status pel_sparse_attend_bisect(double alpha, const double *scores, size_t n, pel_attention *out, pel_error *err) {
  double greatest;
  if (!(alpha >= 1 && isfinite(alpha))) return pel_fail(err, PEL_ERR_USAGE, "alpha-entmax needs an alpha of at least 1");
  PEL_TRY(find_greatest(scores, n, &greatest, err));
  if (alpha == 1) {
    softmax(scores, n, greatest, out);
    return PEL_OK;
  }
  /* At the lower end the greatest alone has weight 1; at the upper end all n together have at most 1. */
  double low = -1 / (alpha - 1), high = -pow((double)n, 1 - alpha) / (alpha - 1);
  for (int step = 0; step < 200; step++) {
    double middle = low + (high - low) / 2;
    if (mass_at(alpha, scores, n, greatest, middle) >= 1) low = middle;
    else high = middle;
  }
  for (size_t i = 0; i < n; i++) out->margins[i] = scores[i] - greatest - low;
  out->threshold = greatest + low;
  take_weights(alpha, out, n);
  return PEL_OK;
}
