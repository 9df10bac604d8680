/* Intervals: whole groups are drawn again, since what comes from one publication is not independent (Efron 1979; Field and Welsh 2007). */
#include <math.h>
#include <pellucid/confidence.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"

enum { RESAMPLES = 1000 };

typedef struct clusters { /* items in the order of their groups */
  size_t *items, *first;
  size_t n_groups, largest;
} clusters;

static _Thread_local const uint32_t *sort_groups; /* qsort takes no user data */
static int by_group(const void *x, const void *y) {
  size_t a = *(const size_t *)x, b = *(const size_t *)y;
  if (sort_groups[a] != sort_groups[b]) return sort_groups[a] < sort_groups[b] ? -1 : 1;
  return (a > b) - (a < b);
}

static void clusters_clear(clusters *c) {
  free(c->items);
  free(c->first);
}

static bool clusters_of(const uint32_t *group, size_t n, clusters *c) {
  *c = (clusters){pel_alloc(n, sizeof *c->items), pel_alloc(n + 1, sizeof *c->first), 0, 0};
  if (!c->items || !c->first) return clusters_clear(c), false;
  for (size_t i = 0; i < n; i++) c->items[i] = i;
  sort_groups = group;
  qsort(c->items, n, sizeof *c->items, by_group);
  for (size_t i = 0; i < n; i++)
    if (!i || group[c->items[i]] != group[c->items[i - 1]]) c->first[c->n_groups++] = i;
  c->first[c->n_groups] = n;
  for (size_t g = 0; g < c->n_groups; g++)
    if (c->first[g + 1] - c->first[g] > c->largest) c->largest = c->first[g + 1] - c->first[g];
  return true;
}

static int ascending(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

static pel_interval percentiles(double *values, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i])) values[kept++] = values[i];
  if (!kept) return (pel_interval){NAN, NAN};
  qsort(values, kept, sizeof *values, ascending);
  return (pel_interval){values[kept / 40], values[kept - 1 - kept / 40]};
}

static size_t draw(const clusters *c, pel_rng *rng) { return (size_t)(pel_rng_uniform(rng) * (double)c->n_groups); }

pel_status pel_cluster_bootstrap(const double *values, const uint32_t *group, size_t n, size_t k, pel_interval *out, pel_error *err) {
  clusters c;
  if (!n) return pel_fail(err, PEL_ERR_USAGE, "an interval needs outcomes; there are none");
  if (!clusters_of(group, n, &c)) return pel_fail_memory(err, "an interval", n * sizeof(size_t));
  double *sums = pel_alloc(c.n_groups * k, sizeof *sums), *means = pel_alloc(RESAMPLES * k, sizeof *means);
  pel_status status = sums && means ? PEL_OK : pel_fail_memory(err, "an interval", RESAMPLES * k * sizeof *means);
  pel_rng rng = {1};
  for (size_t g = 0; g < c.n_groups && status == PEL_OK; g++)
    for (size_t i = c.first[g]; i < c.first[g + 1]; i++)
      for (size_t j = 0; j < k; j++) sums[g * k + j] += values[c.items[i] * k + j];
  for (size_t r = 0; r < RESAMPLES && status == PEL_OK; r++) {
    double taken = 0;
    for (size_t d = 0; d < c.n_groups; d++) {
      size_t g = draw(&c, &rng);
      taken += (double)(c.first[g + 1] - c.first[g]);
      for (size_t j = 0; j < k; j++) means[j * RESAMPLES + r] += sums[g * k + j];
    }
    for (size_t j = 0; j < k; j++) means[j * RESAMPLES + r] /= taken;
  }
  for (size_t j = 0; j < k && status == PEL_OK; j++) out[j] = percentiles(means + j * RESAMPLES, RESAMPLES);
  free(sums);
  free(means);
  clusters_clear(&c);
  return status;
}

enum { FIGURES = sizeof(pel_confidence_figures) / sizeof(double) };

static pel_status resample(const pel_prediction *p, const clusters *c, pel_prediction *drawn, pel_rng *rng, double *figures, pel_error *err) {
  size_t n = 0;
  pel_confidence_figures f;
  for (size_t d = 0; d < c->n_groups; d++) {
    size_t g = draw(c, rng);
    for (size_t i = c->first[g]; i < c->first[g + 1]; i++) drawn[n++] = p[c->items[i]];
  }
  if (!pel_confidence_measure(drawn, n, &f)) return pel_fail_memory(err, "an interval", n * sizeof *p);
  memcpy(figures, &f, sizeof f);
  return PEL_OK;
}

/* The figures of p, less those of `beside` in the same draw. */
static pel_status resample_pair(const pel_prediction *p, const pel_prediction *beside, const clusters *c, pel_prediction *drawn, pel_rng *rng, double *figures, pel_error *err) {
  double other[FIGURES];
  pel_rng again = *rng;
  PEL_TRY(resample(p, c, drawn, rng, figures, err));
  if (!beside) return PEL_OK;
  PEL_TRY(resample(beside, c, drawn, &again, other, err));
  for (int f = 0; f < FIGURES; f++) figures[f] -= other[f];
  return PEL_OK;
}

static pel_status bootstrap(const pel_prediction *p, const pel_prediction *beside, size_t n, size_t resamples, pel_confidence_figures *low, pel_confidence_figures *high, pel_error *err) {
  clusters c;
  uint32_t *group = pel_alloc(n, sizeof *group);
  for (size_t i = 0; i < n && group; i++) group[i] = p[i].group;
  if (!n || !resamples || !group || !clusters_of(group, n, &c)) {
    free(group);
    return n && resamples ? pel_fail_memory(err, "an interval", n * sizeof(size_t)) : pel_fail(err, PEL_ERR_USAGE, "an interval needs outcomes; there are none");
  }
  double *figures = pel_alloc(resamples * FIGURES, sizeof *figures), *column = pel_alloc(resamples, sizeof *column), bounds[2][FIGURES];
  pel_prediction *drawn = pel_alloc(c.n_groups * c.largest, sizeof *drawn);
  pel_status status = figures && column && drawn ? PEL_OK : pel_fail_memory(err, "an interval", resamples * FIGURES * sizeof *figures);
  pel_rng rng = {2};
  for (size_t r = 0; r < resamples && status == PEL_OK; r++) status = resample_pair(p, beside, &c, drawn, &rng, figures + r * FIGURES, err);
  for (int f = 0; f < FIGURES && status == PEL_OK; f++) {
    for (size_t r = 0; r < resamples; r++) column[r] = figures[r * FIGURES + (size_t)f];
    pel_interval i = percentiles(column, resamples);
    bounds[0][f] = i.low, bounds[1][f] = i.high;
  }
  if (status == PEL_OK) memcpy(low, bounds[0], sizeof *low), memcpy(high, bounds[1], sizeof *high);
  free(figures), free(column), free(drawn), free(group);
  clusters_clear(&c);
  return status;
}

pel_status pel_confidence_bootstrap(const pel_prediction *p, size_t n, size_t resamples, pel_confidence_figures *low, pel_confidence_figures *high, pel_error *err) {
  return bootstrap(p, NULL, n, resamples, low, high, err);
}

pel_status pel_confidence_compare(const pel_prediction *p, const pel_prediction *beside, size_t n, size_t resamples, pel_confidence_figures *low, pel_confidence_figures *high, pel_error *err) {
  return bootstrap(p, beside, n, resamples, low, high, err);
}
