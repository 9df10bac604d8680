/* How far the first answer of a ranking can be trusted: the numbers that its confidence is made of, for a ranking by any weights. */
#pragma once
#include "engine/phenotype/differential.h"

typedef struct pel_rated { /* the first PEL_RATED diseases of a ranking */
  uint32_t disease[PEL_RATED];
  size_t n;
  double odds[PEL_RATED]; /* ln (share / (1 - share)) of each */
  double input[PEL_RATING_INPUTS];
  bool refuted; /* the first one */
} pel_rated;

enum { PEL_RATER_KEPT = 40 };

typedef struct pel_rater { /* of one case: what diseases have in common with it does not depend on weights, so it is kept from ranking to ranking */
  const pel_phenotypes *p;
  const pel_case_view *v;
  struct {
    uint32_t disease;
    pel_parts parts;
  } kept[PEL_RATER_KEPT];
  size_t n;
} pel_rater;

static inline pel_rater pel_rater_of(const pel_phenotypes *p, const pel_case_view *v) { return (pel_rater){.p = p, .v = v}; }
void pel_rater_clear(pel_rater *r);

/* `scores` [diseases] are those of `weight`. */
pel_status pel_rate(pel_rater *r, const double *scores, const double *weight, pel_rated *out, pel_error *err);
