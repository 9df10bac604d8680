/* Paths through the layers of a plan, from the subject to an answer: the best of them, and for each step the best that goes through it. What a step in a
 * layer is worth is given: worth[l - 1][i] for step i in layer l; a path is worth the sum. */
#pragma once
#include "engine/nn/path_plan.h"

typedef struct pel_path_found {
  uint32_t steps[PEL_PATH_LAYERS_MAX]; /* of each layer, in the plan's lists; those that stay included */
  uint32_t places[PEL_PATH_LAYERS_MAX + 1];
  double worth;
} pel_path_found;

/* The `most` best paths to a place, best first, *n of them; each place keeps as many beginnings. Exact: with that many, nothing better is lost. */
pel_status pel_path_best(const pel_path_plan *plan, const double *const *worth, uint32_t answer, size_t most, pel_path_found *out, size_t *n, pel_error *err);

/* through[l - 1][i]: the worth of the best path to `answer` that takes step i in layer l; -infinity where there is none. */
pel_status pel_path_through(const pel_path_plan *plan, const double *const *worth, uint32_t answer, double *const *through, pel_error *err);
