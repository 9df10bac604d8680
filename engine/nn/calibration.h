/* From a score to a probability that can be held against what happened: maps that are fitted on one set of outcomes and applied to another.
 * Fit on cases that nothing else was chosen by, grouped as the figures are (docs/methods.md). */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>

double pel_log1pexp(double x); /* ln (1 + exp x), without overflow */

/* Platt's map p = 1 / (1 + exp (-(a s + b))), fitted by Newton's method with backtracking to the targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2)
 * (Lin, Lin and Weng 2007), so that outcomes that a score parts perfectly still give a finite slope. */
typedef struct pel_platt {
  double a, b;
} pel_platt;

/* `scores` finite. Where all are right, or all wrong, the score counts for nothing and every answer gets the one target. PEL_ERR_USAGE without outcomes. */
pel_status pel_platt_fit(const double *scores, const bool *right, size_t n, pel_platt *out, pel_error *err);
double pel_platt_map(pel_platt map, double score);

/* The step function that rises nowhere against the order of scores and has the least squared error (pool adjacent violators). Between
 * the middles of two steps it goes straight, so that equal confidence means nearly equal scores. */
typedef struct pel_isotonic {
  double *at, *value; /* [n]: mean score of each step, rising; its share of right ones */
  size_t n;
} pel_isotonic;

pel_status pel_isotonic_fit(const double *scores, const bool *right, size_t n, pel_isotonic *out, pel_error *err);
double pel_isotonic_map(const pel_isotonic *map, double score);
void pel_isotonic_clear(pel_isotonic *map);
