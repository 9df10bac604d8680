#include "engine/nn/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/sparse_attention.h"

/* ---- Platt ---- */

double pel_log1pexp(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

typedef struct platt_targets {
  double high, low;
} platt_targets;

static double platt_loss(const double *s, const bool *right, size_t n, platt_targets t, pel_platt m) {
  double loss = 0;
  for (size_t i = 0; i < n; i++) {
    double z = m.a * s[i] + m.b, target = right[i] ? t.high : t.low;
    loss += pel_log1pexp(z) - target * z;
  }
  return loss;
}

typedef struct newton {
  double ga, gb, haa, hab, hbb;
} newton;

static newton platt_slopes(const double *s, const bool *right, size_t n, platt_targets t, pel_platt m) {
  newton w = {.haa = 1e-12, .hbb = 1e-12};
  for (size_t i = 0; i < n; i++) {
    double p = pel_sigmoid(m.a * s[i] + m.b), off = p - (right[i] ? t.high : t.low), h = p * (1 - p);
    w.ga += off * s[i], w.gb += off;
    w.haa += h * s[i] * s[i], w.hab += h * s[i], w.hbb += h;
  }
  return w;
}

/* Scores are first brought to mean 0 and deviation 1: Newton's steps then do not depend on their unit. */
static pel_platt platt_newton(const double *s, const bool *right, size_t n, platt_targets t, pel_platt m) {
  double loss = platt_loss(s, right, n, t, m);
  for (int round = 0; round < 100; round++) {
    newton w = platt_slopes(s, right, n, t, m);
    if (fabs(w.ga) < 1e-10 * (double)n && fabs(w.gb) < 1e-10 * (double)n) break;
    double det = w.haa * w.hbb - w.hab * w.hab;
    if (!(det > 0)) break;
    double da = -(w.hbb * w.ga - w.hab * w.gb) / det, db = -(w.haa * w.gb - w.hab * w.ga) / det;
    double slope = w.ga * da + w.gb * db, step = 1;
    for (; step > 1e-10; step /= 2) {
      pel_platt to = {m.a + step * da, m.b + step * db};
      double at = platt_loss(s, right, n, t, to);
      if (at >= loss + 1e-4 * step * slope) continue;
      m = to, loss = at;
      break;
    }
    if (step <= 1e-10) break;
  }
  return m;
}

pel_status pel_platt_fit(const double *scores, const bool *right, size_t n, pel_platt *out, pel_error *err) {
  double n1 = 0, mean = 0, square = 0;
  for (size_t i = 0; i < n; i++) n1 += right[i], mean += scores[i] / (double)n;
  for (size_t i = 0; i < n; i++) square += (scores[i] - mean) * (scores[i] - mean) / (double)n;
  if (!n) return pel_fail(err, PEL_ERR_USAGE, "a calibration needs outcomes; there are none");
  double n0 = (double)n - n1, unit = square > 0 ? sqrt(square) : 1;
  if (n1 == 0 || n0 == 0) {
    *out = (pel_platt){0, n0 == 0 ? log(n1 + 1) : -log(n0 + 1)};
    return PEL_OK;
  }
  double *s = pel_alloc(n, sizeof *s);
  if (!s) return pel_fail_memory(err, "a calibration", n * sizeof *s);
  for (size_t i = 0; i < n; i++) s[i] = (scores[i] - mean) / unit;
  pel_platt m = platt_newton(s, right, n, (platt_targets){(n1 + 1) / (n1 + 2), 1 / (n0 + 2)}, (pel_platt){0, log((n1 + 1) / (n0 + 1))});
  free(s);
  *out = (pel_platt){m.a / unit, m.b - m.a * mean / unit};
  return PEL_OK;
}

double pel_platt_map(pel_platt map, double score) { return pel_sigmoid(map.a * score + map.b); }

/* ---- isotonic ---- */

typedef struct outcome {
  double score, sum, n, scores;
} outcome;

static int by_score(const void *x, const void *y) {
  const outcome *a = x, *b = y;
  return (a->score > b->score) - (a->score < b->score);
}

static void pool(outcome *into, const outcome *o) { into->sum += o->sum, into->n += o->n, into->scores += o->scores; }

/* Equal scores are one outcome; then neighbours whose means fall are pooled until none do. */
static size_t pool_all(outcome *o, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    if (kept && o[kept - 1].score == o[i].score) pool(&o[kept - 1], &o[i]);
    else o[kept++] = o[i];
  }
  n = kept, kept = 0;
  for (size_t i = 0; i < n; i++) {
    o[kept++] = o[i];
    while (kept > 1 && o[kept - 2].sum * o[kept - 1].n >= o[kept - 1].sum * o[kept - 2].n) {
      pool(&o[kept - 2], &o[kept - 1]);
      kept--;
    }
  }
  return kept;
}

pel_status pel_isotonic_fit(const double *scores, const bool *right, size_t n, pel_isotonic *out, pel_error *err) {
  if (!n) return pel_fail(err, PEL_ERR_USAGE, "a calibration needs outcomes; there are none");
  outcome *o = pel_alloc(n, sizeof *o);
  if (!o) return pel_fail_memory(err, "a calibration", n * sizeof *o);
  for (size_t i = 0; i < n; i++) o[i] = (outcome){scores[i], right[i], 1, scores[i]};
  qsort(o, n, sizeof *o, by_score);
  size_t kept = pool_all(o, n);
  pel_isotonic m = {pel_alloc(kept, sizeof(double)), pel_alloc(kept, sizeof(double)), kept};
  bool ok = m.at && m.value;
  for (size_t i = 0; i < kept && ok; i++) m.at[i] = o[i].scores / o[i].n, m.value[i] = o[i].sum / o[i].n;
  free(o);
  if (!ok) {
    pel_isotonic_clear(&m);
    return pel_fail_memory(err, "a calibration", kept * sizeof(double));
  }
  *out = m;
  return PEL_OK;
}

double pel_isotonic_map(const pel_isotonic *map, double score) {
  size_t low = 0, high = map->n;
  while (low < high) { /* the first step beyond the score */
    size_t middle = (low + high) / 2;
    if (map->at[middle] <= score) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return map->value[0];
  if (low == map->n) return map->value[map->n - 1];
  double share = (score - map->at[low - 1]) / (map->at[low] - map->at[low - 1]);
  return map->value[low - 1] + share * (map->value[low] - map->value[low - 1]);
}

void pel_isotonic_clear(pel_isotonic *map) {
  free(map->at);
  free(map->value);
  *map = (pel_isotonic){0};
}
