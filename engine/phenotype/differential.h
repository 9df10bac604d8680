/* The ranking of a case's diseases, taken apart: include/pellucid/phenotype.h for the rest of the engine, and what the study shares with it. */
#pragma once
#include <pellucid/phenotype.h>

#include "engine/phenotype/features.h"

struct pel_phenotypes {
  pel_profiles profiles;
  pel_feature_scratch scratch;
  float *features; /* [diseases][PEL_FEATURES] of the case at hand */
  double *scores;  /* [diseases]; -inf for what has no annotation */
};

typedef struct pel_case_terms { /* a case's findings as terms; owned */
  uint32_t *observed, *excluded;
  size_t n_observed, n_excluded, unknown;
} pel_case_terms;

pel_status pel_case_terms_of(const pel_ontology *o, const pel_phenotype_case *c, pel_case_terms *out, pel_error *err);
void pel_case_terms_clear(pel_case_terms *t);
static inline pel_findings pel_findings_of(const pel_case_terms *t) { return (pel_findings){t->observed, t->excluded, t->n_observed, t->n_excluded}; }

/* Which diseases are ranked: what retrieval leaves, those with a finding of the case at least (or what it is a kind of); or all that have annotations. */
typedef enum pel_candidates { PEL_CANDIDATES_RETRIEVED, PEL_CANDIDATES_ALL } pel_candidates;

/* By its features: it has one of the findings, a kind of it, or what it is a kind of. */
bool pel_has_a_finding(const float *features);
/* scores[d] from features[d]; -inf for what is no candidate. false: all are ranked, for want of one that has a finding or because that was asked for. */
bool pel_scores_of(const pel_profiles *p, const float *features, const double *weight, pel_candidates from, double *scores);
/* How alike a disease and the case are by information content alone (Resnik, mean of the best matches), less excluded findings that it has: the control, and a part of the confidence. -inf without
 * annotations. Of the case whose features are there. */
double pel_similarity_of(const pel_phenotypes *p, uint32_t disease, size_t n_excluded);
/* What each finding adds to a disease's score: [n_observed], then [n_excluded], where NaN is one that says nothing of it. */
void pel_finding_adds(const pel_parts *parts, const double *weight, double *adds);
/* The features of a case for every disease, into p->features. terms and view are to be cleared. PEL_ERR_USAGE when no observed finding is a term of the pack. */
pel_status pel_phenotype_case_open(pel_phenotypes *p, const pel_phenotype_case *c, pel_case_terms *terms, pel_case_view *v, pel_error *err);
/* From 1; diseases of equal score count half. With `same_catalogue` only diseases count whose keys begin like its own, up to the colon. */
double pel_scores_rank(const pel_profiles *p, const double *scores, uint32_t disease, bool same_catalogue);
