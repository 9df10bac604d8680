/* How good stated confidences are: predictions p in [0, 1] of outcomes that came true or not. docs/methods.md has the formulae. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_prediction {
  double p;
  bool right;
  uint32_t group; /* predictions of one group (a publication) are not independent: intervals resample groups */
} pel_prediction;

typedef struct pel_confidence_bin { /* a bin of predictions */
  double low, high;              /* of p; equal-mass bins: the least and greatest p in it */
  size_t n;
  double confidence, accuracy;      /* means; NaN when empty */
  double wilson_low, wilson_high; /* 95 % interval of the accuracy */
} pel_confidence_bin;

enum { PEL_RELIABILITY_BINS = 15 };

PEL_API void pel_wilson(double right, double n, double *low, double *high); /* 95 % */

/* The bin of p in [0, 1]: i takes (i / 15, (i + 1) / 15], the first also 0. */
PEL_API int pel_reliability_bin(double p);
PEL_API void pel_reliability_widths(const pel_prediction *p, size_t n, pel_confidence_bin bins[PEL_RELIABILITY_BINS]);
/* One of these bins as it was kept: n predictions, their mean, how many came true. */
PEL_API pel_confidence_bin pel_reliability_kept(int i, double n, double mean, double right);
/* Bins of (nearly) equally many predictions in the order of p. false: out of memory. */
PEL_API bool pel_reliability_masses(const pel_prediction *p, size_t n, pel_confidence_bin bins[PEL_RELIABILITY_BINS]);
/* Sum over bins of (share of predictions) x |accuracy - confidence|. */
PEL_API double pel_ece(const pel_confidence_bin bins[PEL_RELIABILITY_BINS]);

typedef struct pel_confidence_figures {
  double ece, ece_mass;
  double brier, brier_skill; /* skill: 1 - brier / (brier of always saying the share of right ones); 0 for that constant */
  double nll;                /* natural logarithm, p held within [1e-12, 1 - 1e-12] */
  double auroc;              /* ties by mid-ranks; NaN when all are right or all are wrong */
  double aurc, e_aurc;       /* area under the risk-coverage curve; less that of the best order */
  double accuracy;
  double review_fifth;       /* of the wrong ones, the share among the fifth of least p (pel_review_yield); NaN when none is wrong */
} pel_confidence_figures;

/* false: out of memory. Ties in p: the risk of a tied block is its mean. */
PEL_API bool pel_confidence_measure(const pel_prediction *p, size_t n, pel_confidence_figures *out);

/* Of the wrong ones, the share that lies among the `share` of predictions with the least p (ties counted by their part of the tied block). */
PEL_API bool pel_review_yield(const pel_prediction *p, size_t n, double share, double *out);
/* Share of wrong ones among the `coverage` most confident. */
PEL_API bool pel_risk_at(const pel_prediction *p, size_t n, double coverage, double *out);

typedef struct pel_interval {
  double low, high;
} pel_interval;

/* Percentile bootstrap over groups (95 %, 1,000 resamples, fixed seed) of the mean of each of `k` values of an item; values[i * k + j]. `out` [k]. */
PEL_API pel_status pel_cluster_bootstrap(const double *values, const uint32_t *group, size_t n, size_t k, pel_interval *out, pel_error *err);
/* The same of the figures of confidence; low and high hold the bounds figure by figure. */
PEL_API pel_status pel_confidence_bootstrap(const pel_prediction *p, size_t n, size_t resamples, pel_confidence_figures *low, pel_confidence_figures *high, pel_error *err);
/* The same of the differences, figures of p less those of `beside`: two predictions for each of n items, whose groups are those of p. */
PEL_API pel_status pel_confidence_compare(const pel_prediction *p, const pel_prediction *beside, size_t n, size_t resamples, pel_confidence_figures *low, pel_confidence_figures *high, pel_error *err);

#ifdef __cplusplus
}
#endif
