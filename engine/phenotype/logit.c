#include "engine/phenotype/logit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { K = PEL_FEATURES, ROUNDS = 40 };

void pel_choices_clear(pel_choices *c) {
  free(c->rows);
  free(c->choices);
  *c = (pel_choices){0};
}

typedef struct fit {
  const pel_choices *c;
  uint32_t without;
  double ridge[K], total; /* per feature; weight of all choices */
  double *p;              /* shares of the rows of one choice */
  double gradient[K], hessian[K][K];
} fit;

/* Negative logarithm of the likelihood, in the mean, with the penalty. */
static double loss_of(fit *f, const double w[K], bool slopes) {
  double loss = 0;
  if (slopes) memset(f->gradient, 0, sizeof f->gradient), memset(f->hessian, 0, sizeof f->hessian);
  for (size_t i = 0; i < f->c->n_choices; i++) {
    const pel_choice *c = &f->c->choices[i];
    if (c->fold == f->without) continue;
    double most = -INFINITY, sum = 0, mean[K] = {0}, held[K] = {0}, scale = c->weight / f->total;
    for (size_t r = 0; r < c->n; r++) {
      const float *x = f->c->rows[c->first + r];
      double s = 0;
      for (int k = 0; k < K; k++) s += w[k] * x[k];
      f->p[r] = s;
      most = fmax(most, s);
    }
    double right = f->p[c->right - c->first];
    for (size_t r = 0; r < c->n; r++) sum += f->p[r] = exp(f->p[r] - most);
    loss += scale * (most + log(sum) - right);
    if (!slopes) continue;
    for (size_t r = 0; r < c->n; r++) {
      const float *x = f->c->rows[c->first + r];
      double p = f->p[r] / sum;
      if (p < 1e-7) continue;
      for (int k = 0; k < K; k++) mean[k] += p * x[k];
      if (p < 1e-4) continue; /* left out of the curvature, from both of its terms: it stays positive */
      for (int k = 0; k < K; k++) {
        double px = scale * p * x[k];
        held[k] += p * x[k];
        for (int j = 0; j <= k; j++) f->hessian[k][j] += px * x[j];
      }
    }
    for (int k = 0; k < K; k++) {
      f->gradient[k] += scale * (mean[k] - f->c->rows[c->right][k]);
      for (int j = 0; j <= k; j++) f->hessian[k][j] -= scale * held[k] * held[j];
    }
  }
  for (int k = 0; k < K; k++) {
    loss += f->ridge[k] * w[k] * w[k];
    if (slopes) f->gradient[k] += 2 * f->ridge[k] * w[k], f->hessian[k][k] += 2 * f->ridge[k];
  }
  return loss;
}

/* Solves H d = -g over the free features, where d is given for the others (Cholesky). `damping` is added to the diagonal in units of it. false: not positive definite. */
static bool solve(const fit *f, const bool free_[K], double damping, double d[K]) {
  double l[K][K], y[K];
  int at[K], n = 0;
  for (int k = 0; k < K; k++)
    if (free_[k]) at[n++] = k;
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++) {
      double sum = f->hessian[at[i]][at[j]] + (i == j ? 1e-12 + damping * fabs(f->hessian[at[i]][at[i]]) : 0);
      for (int m = 0; m < j; m++) sum -= l[i][m] * l[j][m];
      if (i == j && !(sum > 0)) return false;
      l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
    }
  for (int i = 0; i < n; i++) {
    y[i] = -f->gradient[at[i]];
    for (int k = 0; k < K; k++)
      if (!free_[k]) y[i] -= (k < at[i] ? f->hessian[at[i]][k] : f->hessian[k][at[i]]) * d[k];
    for (int m = 0; m < i; m++) y[i] -= l[i][m] * y[m];
    y[i] /= l[i][i];
  }
  for (int i = n; i-- > 0;) {
    double sum = y[i];
    for (int m = i + 1; m < n; m++) sum -= l[m][i] * d[at[m]];
    d[at[i]] = sum / l[i][i];
  }
  return true;
}

/* A step that leaves every signed weight where it may be: what would go too far goes to 0, and the others are solved for again. */
static bool direction(const fit *f, const bool off[K], const double w[K], double damping, double d[K]) {
  bool free_[K], changed = true;
  for (int k = 0; k < K; k++) {
    free_[k] = !off[k] && !(pel_feature_of((pel_feature)k)->sign < 0 && w[k] >= 0 && f->gradient[k] <= 0);
    d[k] = 0;
  }
  while (changed) {
    if (!solve(f, free_, damping, d)) return false;
    changed = false;
    for (int k = 0; k < K; k++)
      if (free_[k] && pel_feature_of((pel_feature)k)->sign < 0 && w[k] + d[k] > 0) free_[k] = false, d[k] = -w[k], changed = true;
  }
  return true;
}

static void scale_ridge(fit *f, double ridge) {
  double mean[K] = {0}, square[K] = {0}, n = (double)f->c->n_rows;
  for (size_t r = 0; r < f->c->n_rows; r++)
    for (int k = 0; k < K; k++) mean[k] += f->c->rows[r][k], square[k] += (double)f->c->rows[r][k] * f->c->rows[r][k];
  for (int k = 0; k < K; k++) f->ridge[k] = ridge * fmax(square[k] / n - mean[k] / n * (mean[k] / n), 1e-6);
}

/* One step of Newton's method, damped more until it goes down. false: no step does. */
static bool step_down(fit *f, const bool off[K], double w[K], double *loss) {
  double d[K], to[K];
  for (double damping = 1e-10; damping < 1e3; damping = damping * 100) {
    double slope = 0;
    if (!direction(f, off, w, damping, d)) continue;
    for (int k = 0; k < K; k++) slope += f->gradient[k] * d[k];
    if (!(slope < 0)) continue;
    for (double step = 1; step > 1e-3; step /= 2) {
      for (int k = 0; k < K; k++) to[k] = w[k] + step * d[k];
      double at = loss_of(f, to, false);
      if (!(at <= *loss + 1e-4 * step * slope)) continue;
      bool far = *loss - at > 1e-7;
      memcpy(w, to, sizeof to);
      *loss = at;
      return far;
    }
  }
  return false;
}

pel_status pel_logit_fit(const pel_choices *c, uint32_t without, const bool off[PEL_FEATURES], double ridge, double out[PEL_FEATURES], pel_error *err) {
  fit *f = pel_alloc(1, sizeof *f);
  size_t largest = 0;
  if (!f) return pel_fail_memory(err, "learning", sizeof *f);
  f->c = c, f->without = without;
  for (size_t i = 0; i < c->n_choices; i++) {
    if (c->choices[i].n > largest) largest = c->choices[i].n;
    if (c->choices[i].fold != without) f->total += c->choices[i].weight;
  }
  f->p = pel_alloc(largest, sizeof *f->p);
  pel_status status = !f->p ? pel_fail_memory(err, "learning", largest * sizeof *f->p)
                      : !(f->total > 0) ? pel_fail(err, PEL_ERR_USAGE, "nothing to learn from: no case whose diagnosis the pack has annotations for; give more cases or fewer folds") : PEL_OK;
  double w[K] = {0}, loss = 0;
  if (status == PEL_OK) scale_ridge(f, ridge), loss = loss_of(f, w, true);
  for (int round = 0; round < ROUNDS && status == PEL_OK; round++) {
    if (!step_down(f, off, w, &loss)) break;
    loss_of(f, w, true);
  }
  if (status == PEL_OK) memcpy(out, w, sizeof w);
  free(f->p);
  free(f);
  return status;
}
