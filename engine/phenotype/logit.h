/* Weights from choices: of the diseases that stood for choice in each case, one was right (conditional logit, McFadden 1974). */
#pragma once
#include <pellucid/status.h>

#include "engine/phenotype/features.h"

typedef struct pel_choice {
  size_t first, n; /* of the rows */
  size_t right;    /* row */
  double weight;
  uint32_t fold;
} pel_choice;

typedef struct pel_choices {
  float (*rows)[PEL_FEATURES];
  pel_choice *choices;
  size_t n_rows, n_choices, rows_room, choices_room;
} pel_choices;

void pel_choices_clear(pel_choices *c);

enum { PEL_NO_FOLD = 0xffffffffu };

/* The weights of features that `off` names stay 0; signs as pel_feature_of says. Choices of fold `without` are left out. Ridge penalty of `ridge` on weights in units of a feature's
 * deviation. Newton's method with backtracking. */
pel_status pel_logit_fit(const pel_choices *c, uint32_t without, const bool off[PEL_FEATURES], double ridge, double out[PEL_FEATURES], pel_error *err);
