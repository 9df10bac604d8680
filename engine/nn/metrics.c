/* The figures of include/pellucid/confidence.h. */
#include <math.h>
#include <pellucid/confidence.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

void pel_wilson(double right, double n, double *low, double *high) {
  const double z = 1.959963984540054;
  if (!(n > 0)) {
    *low = *high = NAN;
    return;
  }
  double p = right / n, middle = p + z * z / (2 * n), spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)), under = 1 + z * z / n;
  *low = fmax(0, fmin(p, (middle - spread) / under)); /* the share itself is inside, however the last bits are rounded */
  *high = fmin(1, fmax(p, (middle + spread) / under));
}

static void close_bin(pel_confidence_bin *b) {
  double right = b->accuracy;
  pel_wilson(right, (double)b->n, &b->wilson_low, &b->wilson_high);
  b->confidence = b->n ? b->confidence / (double)b->n : NAN;
  b->accuracy = b->n ? right / (double)b->n : NAN;
}

int pel_reliability_bin(double p) {
  int at = (int)ceil(p * PEL_RELIABILITY_BINS) - 1;
  return at < 0 ? 0 : at >= PEL_RELIABILITY_BINS ? PEL_RELIABILITY_BINS - 1 : at;
}

void pel_reliability_widths(const pel_prediction *p, size_t n, pel_confidence_bin bins[PEL_RELIABILITY_BINS]) {
  memset(bins, 0, PEL_RELIABILITY_BINS * sizeof *bins);
  for (size_t i = 0; i < n; i++) {
    int at = pel_reliability_bin(p[i].p);
    bins[at].n++;
    bins[at].confidence += p[i].p;
    bins[at].accuracy += p[i].right;
  }
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) {
    bins[b].low = (double)b / PEL_RELIABILITY_BINS;
    bins[b].high = (double)(b + 1) / PEL_RELIABILITY_BINS;
    close_bin(&bins[b]);
  }
}

pel_confidence_bin pel_reliability_kept(int i, double n, double mean, double right) {
  pel_confidence_bin b = {.low = (double)i / PEL_RELIABILITY_BINS, .high = (double)(i + 1) / PEL_RELIABILITY_BINS, .n = (size_t)n, .confidence = n * mean, .accuracy = right};
  close_bin(&b);
  return b;
}

static int by_p(const void *x, const void *y) {
  const pel_prediction *a = x, *b = y;
  return (a->p > b->p) - (a->p < b->p);
}

static pel_prediction *sorted(const pel_prediction *p, size_t n) {
  pel_prediction *copy = pel_alloc(n, sizeof *copy);
  if (!copy) return NULL;
  if (n) memcpy(copy, p, n * sizeof *copy);
  qsort(copy, n, sizeof *copy, by_p);
  return copy;
}

static void masses(const pel_prediction *rising, size_t n, pel_confidence_bin bins[PEL_RELIABILITY_BINS]) {
  memset(bins, 0, PEL_RELIABILITY_BINS * sizeof *bins);
  for (size_t b = 0; b < PEL_RELIABILITY_BINS; b++) {
    size_t from = n * b / PEL_RELIABILITY_BINS, to = n * (b + 1) / PEL_RELIABILITY_BINS;
    for (size_t i = from; i < to; i++) bins[b].confidence += rising[i].p, bins[b].accuracy += rising[i].right;
    bins[b].n = to - from;
    if (to > from) bins[b].low = rising[from].p, bins[b].high = rising[to - 1].p;
    close_bin(&bins[b]);
  }
}

bool pel_reliability_masses(const pel_prediction *p, size_t n, pel_confidence_bin bins[PEL_RELIABILITY_BINS]) {
  pel_prediction *rising = sorted(p, n);
  if (!rising) return false;
  masses(rising, n, bins);
  free(rising);
  return true;
}

double pel_ece(const pel_confidence_bin bins[PEL_RELIABILITY_BINS]) {
  double n = 0, sum = 0;
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) {
    n += (double)bins[b].n;
    if (bins[b].n) sum += (double)bins[b].n * fabs(bins[b].accuracy - bins[b].confidence);
  }
  return n > 0 ? sum / n : NAN;
}

/* Of a tied block of `size` with `right` right ones: each place in it has the block's mean of right ones. */
typedef struct block {
  size_t from, to;
  double right;
} block;

static block block_below(const pel_prediction *rising, size_t to) {
  block b = {to, to, 0};
  while (b.from && rising[b.from - 1].p == rising[to - 1].p) b.right += rising[--b.from].right;
  return b;
}

static double auroc_of(const pel_prediction *rising, size_t n) {
  double below = 0, sum = 0, right = 0;
  for (size_t to = n; to;) { /* from the greatest p down: pairs with a wrong one below */
    block b = block_below(rising, to);
    right += b.right;
    to = b.from;
  }
  double wrong = (double)n - right;
  if (right == 0 || wrong == 0) return NAN;
  below = wrong;
  for (size_t to = n; to;) {
    block b = block_below(rising, to);
    double wrong_here = (double)(b.to - b.from) - b.right;
    below -= wrong_here;
    sum += b.right * (below + wrong_here / 2);
    to = b.from;
  }
  return sum / (right * wrong);
}

static double aurc_of(const pel_prediction *rising, size_t n) {
  double taken = 0, errors = 0, sum = 0;
  for (size_t to = n; to;) {
    block b = block_below(rising, to);
    double size = (double)(b.to - b.from), each = 1 - b.right / size;
    for (size_t i = b.from; i < b.to; i++) {
      taken++, errors += each;
      sum += errors / taken;
    }
    to = b.from;
  }
  return sum / (double)n;
}

static pel_confidence_figures figures_of(const pel_prediction *rising, size_t n) {
  pel_confidence_figures f = {0};
  pel_confidence_bin bins[PEL_RELIABILITY_BINS];
  pel_reliability_widths(rising, n, bins);
  f.ece = pel_ece(bins);
  masses(rising, n, bins);
  f.ece_mass = pel_ece(bins);
  for (size_t i = 0; i < n; i++) {
    double y = rising[i].right, p = rising[i].p, held = fmin(fmax(p, 1e-12), 1 - 1e-12);
    f.accuracy += y;
    f.brier += (p - y) * (p - y);
    f.nll -= y > 0 ? log(held) : log1p(-held);
  }
  double count = (double)n;
  f.accuracy /= count, f.brier /= count, f.nll /= count;
  double base = f.accuracy * (1 - f.accuracy), r = 1 - f.accuracy;
  f.brier_skill = base > 0 ? 1 - f.brier / base : NAN;
  f.auroc = auroc_of(rising, n);
  f.aurc = aurc_of(rising, n);
  f.e_aurc = f.aurc - (r + (r < 1 ? (1 - r) * log1p(-r) : 0));
  return f;
}

/* Wrong ones among the first `take` places (a share of a place counts by its part). */
static double wrong_among(const pel_prediction *rising, size_t n, double take, bool from_below) {
  double wrong = 0, at = 0;
  size_t i = 0;
  while (i < n && at < take) {
    size_t end = i;
    double here = 0;
    while (end < n && rising[from_below ? end : n - 1 - end].p == rising[from_below ? i : n - 1 - i].p) here += !rising[from_below ? end : n - 1 - end].right, end++;
    double size = (double)(end - i), part = fmin(size, take - at);
    wrong += here * part / size;
    at += part;
    i = end;
  }
  return wrong;
}

static double yield_of(const pel_prediction *rising, size_t n, double share) {
  double all = wrong_among(rising, n, (double)n, true);
  return all > 0 ? wrong_among(rising, n, share * (double)n, true) / all : NAN;
}

bool pel_confidence_measure(const pel_prediction *p, size_t n, pel_confidence_figures *out) {
  pel_prediction *rising = sorted(p, n);
  if (!rising) return false;
  *out = figures_of(rising, n);
  out->review_fifth = yield_of(rising, n, 0.2);
  free(rising);
  return true;
}

bool pel_review_yield(const pel_prediction *p, size_t n, double share, double *out) {
  pel_prediction *rising = sorted(p, n);
  if (!rising) return false;
  *out = yield_of(rising, n, share);
  free(rising);
  return true;
}

bool pel_risk_at(const pel_prediction *p, size_t n, double coverage, double *out) {
  pel_prediction *rising = sorted(p, n);
  if (!rising) return false;
  double take = fmax(coverage * (double)n, 1);
  *out = n ? wrong_among(rising, n, take, false) / take : NAN;
  free(rising);
  return true;
}
