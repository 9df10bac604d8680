/* Several numbers to a probability: p = 1 / (1 + exp (-(offset + sum over k of slope[k] (x[k] - mean[k])))). With one number it is Platt's map with a small penalty. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { PEL_LOGISTIC_MOST = 8 };

typedef struct pel_logistic {
  double offset;
  double slope[PEL_LOGISTIC_MOST], mean[PEL_LOGISTIC_MOST]; /* of what it was fitted on; slope 0: not used */
} pel_logistic;

/* Least log loss over x [n][k], finite, to Platt's targets, with a penalty of 1e-4 n / 2 on the squares of slopes in units of deviations (so that outcomes that can be parted
 * perfectly give finite slopes); Newton's method with backtracking. `used` [k]: false leaves a number out; NULL uses all. PEL_ERR_USAGE without outcomes. */
pel_status pel_logistic_fit(const double *x, const bool *right, size_t n, size_t k, const bool *used, pel_logistic *out, pel_error *err);
/* Log odds, of which number j gives slope[j] (x[j] - mean[j]). */
double pel_logistic_odds(const pel_logistic *map, const double *x, size_t k);
double pel_logistic_map(const pel_logistic *map, const double *x, size_t k);
