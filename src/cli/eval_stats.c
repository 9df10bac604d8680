/* Estimates with intervals over questions. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "src/cli/eval.h"

enum { RESAMPLES = 2000 };

bool eval_measure_new(eval_measure *m, size_t n) {
  *m = (eval_measure){pel_alloc(n, sizeof(double)), pel_alloc(n, sizeof(double)), n};
  return m->over && m->under;
}

void eval_measure_clear(eval_measure *m) {
  free(m->over);
  free(m->under);
  *m = (eval_measure){0};
}

typedef struct sums {
  double ratios, over, under;
  size_t n;
} sums;

static void take(sums *s, const eval_measure *m, size_t i) {
  if (m->under[i] <= 0) return;
  s->ratios += m->over[i] / m->under[i];
  s->over += m->over[i];
  s->under += m->under[i];
  s->n++;
}

static void difference(const sums *a, const sums *b, bool both, double *macro, double *micro) {
  *macro = a->n ? a->ratios / (double)a->n : NAN;
  *micro = a->under > 0 ? a->over / a->under : NAN;
  if (both && b->n) *macro -= b->ratios / (double)b->n, *micro -= b->over / b->under;
}

double eval_ratio(const eval_measure *m) {
  sums s = {0};
  for (size_t i = 0; i < m->n; i++) take(&s, m, i);
  return s.under > 0 ? s.over / s.under : NAN;
}

static int ascending(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

static void interval(double *values, double *low, double *high) {
  qsort(values, RESAMPLES, sizeof *values, ascending);
  *low = values[RESAMPLES / 40];
  *high = values[RESAMPLES - 1 - RESAMPLES / 40];
}

eval_estimate eval_estimate_of(const eval_measure *m, const eval_measure *less) {
  eval_estimate e = {NAN, NAN, NAN, NAN, NAN, NAN};
  double *macro = pel_alloc(RESAMPLES, sizeof *macro), *micro = pel_alloc(RESAMPLES, sizeof *micro);
  pel_rng rng = {1};
  sums a = {0}, b = {0};
  for (size_t i = 0; i < m->n; i++) {
    take(&a, m, i);
    if (less) take(&b, less, i);
  }
  difference(&a, &b, less != NULL, &e.macro, &e.micro);
  for (int r = 0; macro && micro && m->n && r < RESAMPLES; r++) {
    a = b = (sums){0};
    for (size_t k = 0; k < m->n; k++) {
      size_t i = (size_t)(pel_rng_uniform(&rng) * (double)m->n);
      take(&a, m, i);
      if (less) take(&b, less, i);
    }
    difference(&a, &b, less != NULL, &macro[r], &micro[r]);
  }
  if (macro && micro && m->n) {
    interval(macro, &e.macro_low, &e.macro_high);
    interval(micro, &e.micro_low, &e.micro_high);
  }
  free(macro);
  free(micro);
  return e;
}
