#include "engine/nn/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/calibration.h"
#include "engine/nn/sparse_attention.h"

enum { MOST = PEL_LOGISTIC_MOST + 1, ROUNDS = 100 }; /* the slopes and the offset */
static const double PENALTY = 1e-4;

typedef struct fit {
  double *x; /* [n][k] in deviations from the mean, the last column 1 */
  double *target;
  size_t n, k; /* k with the offset */
  double gradient[MOST], curve[MOST][MOST];
} fit;

static double product(const fit *f, size_t i, const double *w) {
  double z = 0;
  for (size_t j = 0; j < f->k; j++) z += w[j] * f->x[i * f->k + j];
  return z;
}

static double penalty_of(const fit *f, size_t j) { return j + 1 < f->k ? PENALTY * (double)f->n : 0; }

static double loss_of(const fit *f, const double *w) {
  double loss = 0;
  for (size_t i = 0; i < f->n; i++) {
    double z = product(f, i, w);
    loss += pel_log1pexp(z) - f->target[i] * z;
  }
  for (size_t j = 0; j < f->k; j++) loss += penalty_of(f, j) * w[j] * w[j] / 2;
  return loss;
}

static void slopes_of(fit *f, const double *w) {
  memset(f->gradient, 0, sizeof f->gradient);
  memset(f->curve, 0, sizeof f->curve);
  for (size_t i = 0; i < f->n; i++) {
    const double *x = f->x + i * f->k;
    double p = pel_sigmoid(product(f, i, w)), h = p * (1 - p);
    for (size_t a = 0; a < f->k; a++) {
      f->gradient[a] += (p - f->target[i]) * x[a];
      for (size_t b = 0; b <= a; b++) f->curve[a][b] += h * x[a] * x[b];
    }
  }
  for (size_t j = 0; j < f->k; j++) {
    f->gradient[j] += penalty_of(f, j) * w[j];
    f->curve[j][j] += penalty_of(f, j) + 1e-9 * (double)f->n;
  }
}

/* Solves curve d = -gradient in place (Cholesky); false when the curve is not positive definite. */
static bool newton_step(fit *f, double d[MOST]) {
  for (size_t a = 0; a < f->k; a++)
    for (size_t b = 0; b <= a; b++) {
      double sum = f->curve[a][b];
      for (size_t m = 0; m < b; m++) sum -= f->curve[a][m] * f->curve[b][m];
      if (a == b && !(sum > 0)) return false;
      f->curve[a][b] = a == b ? sqrt(sum) : sum / f->curve[b][b];
    }
  for (size_t a = 0; a < f->k; a++) {
    d[a] = -f->gradient[a];
    for (size_t m = 0; m < a; m++) d[a] -= f->curve[a][m] * d[m];
    d[a] /= f->curve[a][a];
  }
  for (size_t a = f->k; a-- > 0;) {
    for (size_t m = a + 1; m < f->k; m++) d[a] -= f->curve[m][a] * d[m];
    d[a] /= f->curve[a][a];
  }
  return true;
}

/* One step down; false where there is none that is worth it. */
static bool step_down(fit *f, double w[MOST], double *loss) {
  double d[MOST], to[MOST], slope = 0;
  slopes_of(f, w);
  if (!newton_step(f, d)) return false;
  for (size_t j = 0; j < f->k; j++) slope += f->gradient[j] * d[j];
  for (double step = 1; step > 1e-6; step /= 2) {
    for (size_t j = 0; j < f->k; j++) to[j] = w[j] + step * d[j];
    double at = loss_of(f, to);
    if (!(at <= *loss + 1e-4 * step * slope)) continue;
    bool far = *loss - at > 1e-10 * (double)f->n;
    memcpy(w, to, sizeof to);
    *loss = at;
    return far;
  }
  return false;
}

/* The columns in use, by mean and deviation; at[j] is the number that column j holds. */
static void take_columns(fit *f, const double *x, size_t k, const size_t *at, double *mean, double *unit) {
  for (size_t j = 0; j + 1 < f->k; j++) {
    mean[j] = unit[j] = 0;
    for (size_t i = 0; i < f->n; i++) mean[j] += x[i * k + at[j]] / (double)f->n;
    for (size_t i = 0; i < f->n; i++) unit[j] += pow(x[i * k + at[j]] - mean[j], 2) / (double)f->n;
    unit[j] = sqrt(unit[j]);
    bool varies = unit[j] > 1e-9 * (1 + fabs(mean[j])); /* else what is left of it is rounding, and its slope is to be 0 */
    if (!varies) unit[j] = INFINITY;
    for (size_t i = 0; i < f->n; i++) f->x[i * f->k + j] = (x[i * k + at[j]] - mean[j]) / unit[j];
  }
  for (size_t i = 0; i < f->n; i++) f->x[i * f->k + f->k - 1] = 1;
}

static void take_targets(fit *f, const bool *right, double *start) {
  double n1 = 0;
  for (size_t i = 0; i < f->n; i++) n1 += right[i];
  double n0 = (double)f->n - n1;
  for (size_t i = 0; i < f->n; i++) f->target[i] = right[i] ? (n1 + 1) / (n1 + 2) : 1 / (n0 + 2);
  *start = log((n1 + 1) / (n0 + 1));
}

pel_status pel_logistic_fit(const double *x, const bool *right, size_t n, size_t k, const bool *used, pel_logistic *out, pel_error *err) {
  size_t at[PEL_LOGISTIC_MOST], m = 0;
  double w[MOST] = {0}, mean[MOST], unit[MOST];
  if (!n || k > PEL_LOGISTIC_MOST) return pel_fail(err, PEL_ERR_USAGE, "a calibration of %zu numbers needs outcomes; there are %zu", k, n);
  for (size_t j = 0; j < k; j++)
    if (!used || used[j]) at[m++] = j;
  fit f = {.n = n, .k = m + 1, .x = pel_alloc(n * (m + 1), sizeof(double)), .target = pel_alloc(n, sizeof(double))};
  bool enough = f.x && f.target;
  *out = (pel_logistic){0};
  if (enough) {
    take_columns(&f, x, k, at, mean, unit);
    take_targets(&f, right, &w[m]);
    double loss = loss_of(&f, w);
    for (int round = 0; round < ROUNDS && step_down(&f, w, &loss);) round++;
    out->offset = w[m];
    for (size_t j = 0; j < m; j++) out->slope[at[j]] = w[j] / unit[j], out->mean[at[j]] = mean[j];
  }
  free(f.x), free(f.target);
  return enough ? PEL_OK : pel_fail_memory(err, "a calibration", n * (m + 1) * sizeof(double));
}

double pel_logistic_odds(const pel_logistic *map, const double *x, size_t k) {
  double odds = map->offset;
  for (size_t j = 0; j < k; j++) odds += map->slope[j] * (x[j] - map->mean[j]);
  return odds;
}

double pel_logistic_map(const pel_logistic *map, const double *x, size_t k) { return pel_sigmoid(pel_logistic_odds(map, x, k)); }
