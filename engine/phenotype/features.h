/* What a case and a disease have in common, as numbers that add up: over findings, over the disease's annotations, and what is so of the disease alone.
 * A disease's score is the weighted sum of these numbers (docs/methods.md has each). */
#pragma once
#include "engine/phenotype/profiles.h"

/* How a finding stands to a disease. */
typedef enum pel_match {
  PEL_MATCH_EXACT,    /* annotated with it */
  PEL_MATCH_GENERAL,  /* annotated with a kind of it */
  PEL_MATCH_SPECIFIC, /* it is a kind of what is annotated */
  PEL_MATCH_RELATED,  /* both are of one kind, which tells something */
  PEL_MATCH_NONE
} pel_match;

typedef enum pel_feature {
  /* of a finding, by how it matches: that it does, what the match tells, the logarithm of how often the disease has it */
  PEL_F_EXACT, PEL_F_EXACT_CONTENT, PEL_F_EXACT_SHARE,
  PEL_F_GENERAL, PEL_F_GENERAL_CONTENT, PEL_F_GENERAL_SHARE,
  PEL_F_SPECIFIC, PEL_F_SPECIFIC_CONTENT, PEL_F_SPECIFIC_SHARE,
  PEL_F_RELATED, PEL_F_RELATED_CONTENT, PEL_F_RELATED_SHARE,
  PEL_F_NONE_CONTENT,
  PEL_F_RATIO, PEL_F_RATIO_MEAN,           /* logarithm of the likelihood ratio; over the number of findings */
  PEL_F_RESNIK, PEL_F_RESNIK_MEAN,         /* content of the most telling shared term; over the number of findings */
  PEL_F_FOREIGN_MEAN,                      /* the disease has neither it nor a kind of it; over the number of findings */
  PEL_F_DENIED,                            /* the disease is said not to have it */
  /* of every term at or above the findings, each once: what it adds to its parents */
  PEL_F_NODE_GAIN, PEL_F_NODE_GAIN_PART, PEL_F_NODE_SHARE, PEL_F_NODE_WEIGHED, PEL_F_NODE_WEIGHED_PART, PEL_F_NODE_COVERS,
  PEL_F_NODE_LEFT, PEL_F_NODE_LEFT_PART,   /* the disease has all its parents and not it */
  /* of an annotation, by how often: 80 % and more, 30 % and more, less, not stated; found, half found, not found */
  PEL_F_OFTEN_FOUND, PEL_F_OFTEN_PART, PEL_F_OFTEN_MISSED,
  PEL_F_SOMETIMES_FOUND, PEL_F_SOMETIMES_PART, PEL_F_SOMETIMES_MISSED,
  PEL_F_SELDOM_FOUND, PEL_F_SELDOM_PART, PEL_F_SELDOM_MISSED,
  PEL_F_UNSTATED_FOUND, PEL_F_UNSTATED_PART, PEL_F_UNSTATED_MISSED,
  PEL_F_MISSED_LOG,                        /* -ln (1 - 0.9 share) of what is not found */
  PEL_F_BACK_WEIGHED, PEL_F_BACK_MEAN,     /* best match of the annotation among the findings, weighed by share and content; plain mean */
  /* of an excluded finding */
  PEL_F_EXCLUDED_OFTEN, PEL_F_EXCLUDED_SOMETIMES, PEL_F_EXCLUDED_SELDOM,
  PEL_F_EXCLUDED_LOG,                      /* -ln (1 - 0.95 share) */
  PEL_F_ASKED, PEL_F_ASKED_CONTENT,        /* it was looked for at all */
  /* of the disease alone */
  PEL_F_SIZE, PEL_F_WEIGHT, PEL_F_SPREAD,  /* logarithms: annotations; their content; that of all implied terms, each weighed by its share */
  PEL_FEATURES
} pel_feature;

typedef struct pel_feature_info {
  const char *name;   /* in files: "exact", "excluded_often" */
  signed char sign;   /* -1: its weight may not be above 0 */
} pel_feature_info;

const pel_feature_info *pel_feature_of(pel_feature f);

/* A case as terms of the ontology, each once. */
typedef struct pel_findings {
  const uint32_t *observed, *excluded;
  size_t n_observed, n_excluded;
} pel_findings;

/* What is the same for every disease. */
typedef struct pel_case_view {
  const pel_profiles *p;
  pel_findings f;
  uint32_t *nodes;  /* at or above the findings, rising */
  uint16_t *shared; /* how many findings each belongs to */
  size_t n_nodes;
  double gain_sum; /* of the nodes; 1 where it would be 0 */
  float *best;     /* [terms]: content of the most telling node at or above */
} pel_case_view;

pel_status pel_case_view_create(const pel_profiles *p, const pel_findings *f, pel_case_view *out, pel_error *err);
void pel_case_view_clear(pel_case_view *v);

enum { PEL_KEPT_MATCHES = 64 };

/* The features of every disease: out [diseases][PEL_FEATURES]. What is kept, of one pel_profiles which stays as it is, makes
 * questions about nearly the same case faster and changes no bit. */
typedef struct pel_feature_scratch {
  void *matches;   /* [diseases] of one finding */
  void *kept;      /* [PEL_KEPT_MATCHES][diseases]: of findings that were asked about more than once in a row, by `kept_term` */
  uint32_t kept_term[PEL_KEPT_MATCHES];
  size_t n_kept;
  uint32_t *counts;
  float *observed; /* [diseases][PEL_FEATURES] of the observed findings that were asked about last: cases that differ in excluded ones alone share them */
  uint32_t *asked; /* [terms]: which those were, each once */
  size_t n_asked;
} pel_feature_scratch;

pel_status pel_feature_scratch_create(const pel_profiles *p, pel_feature_scratch *out, pel_error *err);
void pel_feature_scratch_clear(pel_feature_scratch *s);
void pel_features_of_all(const pel_case_view *v, pel_feature_scratch *s, float *out);

/* ---- of one disease, part by part ---- */

typedef struct pel_found { /* how a finding is matched */
  pel_match match;
  uint32_t by;         /* the term by which: the finding itself, or the most telling term that both are */
  uint32_t annotation; /* of the profile: the one that makes the match; PEL_NO_TERM */
} pel_found;

typedef struct pel_parts {
  size_t n_observed, n_excluded, n_annotations;
  float (*observed)[PEL_FEATURES], (*excluded)[PEL_FEATURES], (*annotations)[PEL_FEATURES], disease[PEL_FEATURES];
  pel_found *found;         /* [n_observed] */
  uint32_t *annotation_by;  /* [n_annotations]: the finding that comes nearest to it, or PEL_NO_TERM; */
  unsigned char *annotation_state; /* 0 found, 1 half found, 2 not found */
  uint32_t *excluded_by;    /* [n_excluded]: the annotation that is at or below it, the most frequent; PEL_NO_TERM */
} pel_parts;

pel_status pel_parts_of(const pel_case_view *v, const pel_profile *profile, pel_parts *out, pel_error *err);
void pel_parts_clear(pel_parts *parts);
void pel_parts_sum(const pel_parts *parts, double out[PEL_FEATURES]);
