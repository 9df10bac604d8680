/* Calibration maps and the figures of confidence, against values worked out by hand and against their definitions counted out. */
#include <math.h>
#include <pellucid/confidence.h>

#include "engine/base/rng.h"
#include "engine/nn/calibration.h"
#include "engine/nn/logistic.h"
#include "tests/check.h"

#define NEAR(a, b, within) CHECK_MSG(fabs((a) - (b)) <= (within), "%.12g is not %.12g", (double)(a), (double)(b))

static void platt_by_hand(void) {
  pel_platt m;
  /* Of three at each score two are right and two are wrong: targets 4/5 and 1/5, so the map is 0.6 at 1. */
  const double s[] = {-1, -1, -1, 1, 1, 1};
  const bool right[] = {false, false, true, true, true, false};
  CHECK(pel_platt_fit(s, right, 6, &m, NULL) == PEL_OK);
  NEAR(m.a, log(1.5), 1e-8);
  NEAR(m.b, 0, 1e-8);
  NEAR(pel_platt_map(m, 1), 0.6, 1e-8);
  /* Parted perfectly: targets 2/3 and 1/3, not infinity. */
  const double two[] = {1000, 3000};
  const bool parted[] = {false, true};
  CHECK(pel_platt_fit(two, parted, 2, &m, NULL) == PEL_OK);
  NEAR(pel_platt_map(m, 3000), 2.0 / 3, 1e-8);
  NEAR(pel_platt_map(m, 1000), 1.0 / 3, 1e-8);
  pel_error err = {0};
  CHECK(pel_platt_fit(two, (const bool[]){true, true}, 2, &m, NULL) == PEL_OK && m.a == 0);
  NEAR(pel_platt_map(m, 7), 0.75, 1e-12);
  CHECK(pel_platt_fit(two, parted, 0, &m, &err) == PEL_ERR_USAGE && strstr(err.text, "there are none"));
  const double same[] = {5, 5, 5, 5};
  CHECK(pel_platt_fit(same, (const bool[]){true, true, true, false}, 4, &m, NULL) == PEL_OK); /* of no use: the share alone, as targets have it */
  NEAR(pel_platt_map(m, 5), (3 * 0.8 + 1.0 / 3) / 4, 1e-6);
}

static void platt_is_a_minimum(void) {
  pel_rng rng = {7};
  double s[200];
  bool right[200];
  for (int i = 0; i < 200; i++) s[i] = 6 * pel_rng_uniform(&rng) - 3, right[i] = pel_rng_uniform(&rng) < 1 / (1 + exp(-(1.5 * s[i] - 0.5)));
  pel_platt m;
  CHECK(pel_platt_fit(s, right, 200, &m, NULL) == PEL_OK);
  double n1 = 0, ga = 0, gb = 0;
  for (int i = 0; i < 200; i++) n1 += right[i];
  for (int i = 0; i < 200; i++) {
    double off = pel_platt_map(m, s[i]) - (right[i] ? (n1 + 1) / (n1 + 2) : 1 / (200 - n1 + 2));
    ga += off * s[i], gb += off;
  }
  NEAR(ga, 0, 1e-5);
  NEAR(gb, 0, 1e-5);
  CHECK(m.a > 0.8 && m.a < 2.5);
}

/* Two numbers that decide, one that is only noise, in units that differ by thousands: the slopes of the loss are 0, and the noise counts for little. */
static void logistic_is_a_minimum(void) {
  enum { N = 4000, K = 3 };
  pel_rng rng = {11};
  static double x[N * K];
  static bool right[N];
  for (int i = 0; i < N; i++) {
    double *r = x + i * K;
    r[0] = 4 * pel_rng_uniform(&rng) - 2, r[1] = 3000 * pel_rng_uniform(&rng), r[2] = pel_rng_uniform(&rng);
    right[i] = pel_rng_uniform(&rng) < 1 / (1 + exp(-(1.2 * r[0] - 0.001 * (r[1] - 1500) - 0.7)));
  }
  pel_logistic m;
  CHECK(pel_logistic_fit(x, right, N, K, NULL, &m, NULL) == PEL_OK);
  CHECK_MSG(fabs(m.slope[0] - 1.2) < 0.15 && fabs(m.slope[1] + 0.001) < 0.0002 && fabs(m.slope[2]) < 0.3, "slopes %g, %g, %g", m.slope[0], m.slope[1], m.slope[2]);
  double n1 = 0, off_sum = 0, slope = 0, mean = 0, square = 0;
  for (int i = 0; i < N; i++) n1 += right[i], mean += x[i * K] / N;
  for (int i = 0; i < N; i++) {
    double off = pel_logistic_map(&m, x + i * K, K) - (right[i] ? (n1 + 1) / (n1 + 2) : 1 / (N - n1 + 2));
    off_sum += off, slope += off * (x[i * K] - mean), square += pow(x[i * K] - mean, 2) / N;
  }
  NEAR(off_sum, 0, 1e-2);
  NEAR(slope + 1e-4 * N * m.slope[0] * square, 0, 1e-2); /* with the penalty's */
  NEAR(pel_logistic_odds(&m, m.mean, K), m.offset, 1e-12);
}

static void logistic_leaves_out(void) {
  const double x[] = {-1, 5, -1, 7, 1, 5, 1, 7};
  const bool right[] = {false, false, true, true}, used[] = {true, false};
  pel_logistic m;
  pel_platt alone;
  const double s[] = {-1, -1, 1, 1};
  CHECK(pel_logistic_fit(x, right, 4, 2, used, &m, NULL) == PEL_OK && m.slope[1] == 0);
  CHECK(pel_platt_fit(s, right, 4, &alone, NULL) == PEL_OK);
  NEAR(pel_logistic_map(&m, (const double[]){1, 100}, 2), pel_platt_map(alone, 1), 1e-3); /* one number: Platt's map, but for the penalty */
  double same[20];
  bool mixed[10];
  for (int i = 0; i < 10; i++) same[2 * i] = log(3), same[2 * i + 1] = i % 3, mixed[i] = i % 4 == 0; /* a column whose mean is rounded */
  CHECK(pel_logistic_fit(same, mixed, 10, 2, NULL, &m, NULL) == PEL_OK && m.slope[0] == 0 && isfinite(m.slope[1]));
  CHECK(pel_logistic_fit(x, (const bool[]){true, true, true, true}, 4, 2, NULL, &m, NULL) == PEL_OK);
  NEAR(pel_logistic_map(&m, x, 2), 5.0 / 6, 1e-9);
  CHECK(pel_logistic_fit(x, right, 0, 2, NULL, &m, NULL) == PEL_ERR_USAGE && pel_logistic_fit(x, right, 1, PEL_LOGISTIC_MOST + 1, NULL, &m, NULL) == PEL_ERR_USAGE);
}

/* All right, none right: the share is inside its interval to the last bit, for any count. */
static void wilson_holds_the_share(void) {
  for (int n = 1; n < 3000; n++)
    for (int right = 0; right <= n; right += right == 0 && n > 1 ? n / 2 + 1 : n) {
      double low, high, share = (double)right / n;
      pel_wilson(right, n, &low, &high);
      CHECK_MSG(0 <= low && low <= share && share <= high && high <= 1, "%d of %d: [%.17g, %.17g]", right, n, low, high);
    }
}

static void isotonic_by_hand(void) {
  const double s[] = {5, 1, 3, 2, 4};
  const bool right[] = {true, false, false, true, true}; /* 0 1 0 1 1 by score */
  pel_isotonic m;
  CHECK(pel_isotonic_fit(s, right, 5, &m, NULL) == PEL_OK);
  CHECK(m.n == 3 && m.at[0] == 1 && m.at[1] == 2.5 && m.at[2] == 4.5);
  NEAR(pel_isotonic_map(&m, 2.5), 0.5, 0);
  NEAR(pel_isotonic_map(&m, -9), 0, 0);
  NEAR(pel_isotonic_map(&m, 9), 1, 0);
  NEAR(pel_isotonic_map(&m, 1.75), 0.25, 1e-12);
  pel_isotonic_clear(&m);
  CHECK(pel_isotonic_fit(s, right, 0, &m, NULL) == PEL_ERR_USAGE);
}

/* The value at i is the greatest over a <= i of the least over b >= i of the mean of a..b. */
static void isotonic_by_definition(void) {
  pel_rng rng = {3};
  for (int trial = 0; trial < 50; trial++) {
    enum { N = 40 };
    double s[N], fitted[N];
    bool right[N];
    for (int i = 0; i < N; i++) s[i] = i, right[i] = pel_rng_uniform(&rng) < (double)i / N;
    for (int i = 0; i < N; i++) {
      fitted[i] = -1;
      for (int a = 0; a <= i; a++) {
        double least = 2;
        for (int b = i; b < N; b++) {
          double sum = 0;
          for (int k = a; k <= b; k++) sum += right[k];
          least = fmin(least, sum / (b - a + 1));
        }
        fitted[i] = fmax(fitted[i], least);
      }
    }
    pel_isotonic m;
    CHECK(pel_isotonic_fit(s, right, N, &m, NULL) == PEL_OK);
    size_t step = 0;
    for (int i = 0; i < N; i++) {
      if (i && fabs(fitted[i] - fitted[i - 1]) > 1e-12) step++;
      CHECK_MSG(step < m.n && fabs(m.value[step] - fitted[i]) < 1e-12, "trial %d, place %d", trial, i);
    }
    CHECK(m.n == step + 1);
    pel_isotonic_clear(&m);
  }
}

static void figures_by_hand(void) {
  const pel_prediction p[] = {{0.05, false, 0}, {0.05, true, 0}, {0.95, true, 1}, {0.95, true, 1}};
  pel_confidence_figures f;
  CHECK(pel_confidence_measure(p, 4, &f));
  NEAR(f.ece, 0.25, 1e-12);
  NEAR(f.brier, 0.2275, 1e-12);
  NEAR(f.brier_skill, 1 - 0.2275 / 0.1875, 1e-12);
  NEAR(f.nll, -(3 * log(0.95) + log(0.05)) / 4, 1e-12);
  NEAR(f.auroc, 5.0 / 6, 1e-12); /* one pair of three is tied */
  const pel_prediction q[] = {{0.7, true, 0}, {0.9, true, 0}, {0.8, false, 0}};
  CHECK(pel_confidence_measure(q, 3, &f));
  NEAR(f.aurc, (0 + 0.5 + 1.0 / 3) / 3, 1e-12);
  NEAR(f.e_aurc, f.aurc - (1.0 / 3 + 2.0 / 3 * log(2.0 / 3)), 1e-12);
  double low, high;
  pel_wilson(8, 10, &low, &high);
  NEAR(low, 0.4901625, 1e-6);
  NEAR(high, 0.9433178, 1e-6);
}

/* A constant cannot pass: it has no skill, no order, and the risk of any order. */
static void a_constant_has_no_skill(void) {
  pel_prediction p[60];
  for (int i = 0; i < 60; i++) p[i] = (pel_prediction){0.25, i % 4 == 0, (uint32_t)i};
  pel_confidence_figures f;
  double value;
  CHECK(pel_confidence_measure(p, 60, &f));
  NEAR(f.ece, 0, 1e-12);
  NEAR(f.brier_skill, 0, 1e-12);
  NEAR(f.auroc, 0.5, 1e-12);
  NEAR(f.aurc, 0.75, 1e-12);
  CHECK(pel_review_yield(p, 60, 0.2, &value));
  NEAR(value, 0.2, 1e-12);
  CHECK(pel_risk_at(p, 60, 0.4, &value));
  NEAR(value, 0.75, 1e-12);
}

static void figures_by_counting(void) {
  pel_rng rng = {11};
  enum { N = 150 };
  pel_prediction p[N];
  for (int i = 0; i < N; i++) p[i].p = floor(20 * pel_rng_uniform(&rng)) / 20, p[i].right = pel_rng_uniform(&rng) < p[i].p, p[i].group = (uint32_t)i / 5;
  pel_confidence_figures f;
  CHECK(pel_confidence_measure(p, N, &f));
  double won = 0, pairs = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      if (p[i].right && !p[j].right) pairs++, won += p[i].p > p[j].p ? 1 : p[i].p == p[j].p ? 0.5 : 0;
  NEAR(f.auroc, won / pairs, 1e-12);
  pel_confidence_bin bins[PEL_RELIABILITY_BINS];
  pel_reliability_widths(p, N, bins);
  size_t n = 0;
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) n += bins[b].n;
  CHECK(n == N);
  NEAR(pel_ece(bins), f.ece, 0);
  CHECK(pel_reliability_masses(p, N, bins));
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) CHECK(bins[b].n == N / PEL_RELIABILITY_BINS);
}

static void review_by_hand(void) {
  const pel_prediction p[] = {{0.1, false, 0}, {0.2, false, 0}, {0.3, true, 0}, {0.4, true, 0}, {0.5, false, 0}, {0.6, true, 0}, {0.7, true, 0}, {0.8, true, 0}, {0.9, true, 0}, {1, false, 0}};
  double value;
  pel_confidence_figures figures;
  CHECK(pel_confidence_measure(p, 10, &figures) && pel_review_yield(p, 10, 0.2, &value) && figures.review_fifth == value);
  CHECK(pel_review_yield(p, 10, 0.2, &value));
  NEAR(value, 0.5, 1e-12); /* 2 of 4 */
  CHECK(pel_risk_at(p, 10, 0.5, &value));
  NEAR(value, 0.2, 1e-12);
}

static void intervals_are_of_groups(void) {
  /* Twenty groups that are all right or all wrong: as wide as twenty outcomes, though there are 400. */
  enum { N = 400 };
  double values[N];
  uint32_t group[N], alone[N];
  for (uint32_t i = 0; i < N; i++) values[i] = i / 20 % 2, group[i] = i / 20, alone[i] = i;
  pel_interval together, apart;
  CHECK(pel_cluster_bootstrap(values, group, N, 1, &together, NULL) == PEL_OK);
  CHECK(pel_cluster_bootstrap(values, alone, N, 1, &apart, NULL) == PEL_OK);
  NEAR(together.low, 0.3, 0.051);
  NEAR(together.high, 0.7, 0.051);
  CHECK(apart.high - apart.low < 0.12 && apart.low < 0.5 && apart.high > 0.5);
  pel_prediction p[N];
  for (uint32_t i = 0; i < N; i++) p[i] = (pel_prediction){0.5, values[i] > 0, group[i]};
  pel_confidence_figures low, high;
  CHECK(pel_confidence_bootstrap(p, N, 200, &low, &high, NULL) == PEL_OK);
  CHECK(low.accuracy < 0.4 && high.accuracy > 0.6);
  CHECK(pel_cluster_bootstrap(values, group, 0, 1, &together, NULL) == PEL_ERR_USAGE);
}

int main(void) {
  RUN(platt_by_hand);
  RUN(platt_is_a_minimum);
  RUN(wilson_holds_the_share);
  RUN(logistic_is_a_minimum);
  RUN(logistic_leaves_out);
  RUN(isotonic_by_hand);
  RUN(isotonic_by_definition);
  RUN(figures_by_hand);
  RUN(a_constant_has_no_skill);
  RUN(figures_by_counting);
  RUN(review_by_hand);
  RUN(intervals_are_of_groups);
  return check_result();
}
