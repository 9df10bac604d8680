/* What is known of each disease: its annotations as the pack has them, and what they say of every term above them. */
#pragma once
#include "engine/phenotype/ontology.h"

typedef struct pel_annotation_row { /* an edge has_phenotype */
  uint32_t disease, term;
  int64_t relation;   /* id in the pack */
  float share;        /* shrunk; NaN: not stated */
  bool negated;
  uint32_t written;    /* of the strings: the frequency as written, "" for none */
  uint32_t references; /* of the strings: "PMID:1;PMID:2" */
} pel_annotation_row;

/* A term that a disease has, by one or several rows. Its share among the patients is the mean of what the rows state, or PEL_SHARE_UNSTATED. */
typedef struct pel_annotation {
  uint32_t term, row; /* row: the first of them */
  float share;
  float missed; /* -ln (1 - 0.9 share): what it counts that it is not found */
  bool stated;
} pel_annotation;

/* A term that a disease has by itself or by a term below it. */
typedef struct pel_implied {
  uint32_t term;
  float share;     /* the greatest of the annotations at or below the term */
  float log_share; /* of it */
  float log_above; /* logarithm of the least share of the term's parents; 0 for a root */
  bool direct;     /* annotated with this very term */
} pel_implied;

typedef struct pel_profile {
  const pel_annotation *annotations;
  const pel_implied *implied; /* by term */
  const uint32_t *denied;     /* terms that the disease is said not to have, rising */
  size_t n_annotations, n_implied, n_denied;
} pel_profile;

/* The same the other way round: the diseases that have a term. */
typedef struct pel_posting {
  uint32_t disease;
  float share, log_share, log_above;
  bool direct;
} pel_posting;

typedef struct pel_profile_sums {
  float weight; /* share x content over the annotations */
  float spread; /* share x gain over the implied terms */
  float log_size, log_weight, log_spread; /* ln of the number of annotations, ln (1 + ...) of the two above */
} pel_profile_sums;

typedef struct pel_profiles_options {
  const char *catalogue;  /* only diseases whose key begins so ("OMIM:"); NULL: all */
  bool without_frequency; /* every share counts as not stated */
  bool without_content;   /* every term tells as much as any other */
} pel_profiles_options;

typedef struct pel_profiles {
  pel_ontology ontology;
  size_t n, n_rows, n_annotations, n_implied, n_denied; /* n: diseases */
  char **keys, **labels;
  int64_t *entities;
  pel_annotation_row *rows; /* by disease, then term, then relation */
  uint32_t *row_first, *annotation_first, *implied_first, *denied_first; /* [n + 1] */
  pel_annotation *annotations;
  pel_implied *implied;
  uint32_t *denied;
  uint32_t *posting_first; /* [terms + 1] */
  pel_posting *postings;
  uint32_t *denying_first, *denying; /* the diseases that are said not to have a term */
  double *content; /* [terms]: -ln of the share of diseases that have the term */
  double *gain;    /* [terms]: its content less the greatest of its parents' */
  pel_profile_sums *sums; /* [n] */
  char *strings;   /* of the rows */
  pel_profiles_options options;
} pel_profiles;

/* Of a disease that does not say how often; half of the patients. */
#define PEL_SHARE_UNSTATED 0.5f

/* PEL_ERR_INPUT when the pack has no annotated disease. */
pel_status pel_profiles_read(pel_pack *pack, const pel_profiles_options *options, pel_profiles *out, pel_error *err);
void pel_profiles_clear(pel_profiles *p);

pel_profile_sums pel_profile_sum(const pel_profiles *p, const pel_profile *profile);
pel_profile pel_profile_of(const pel_profiles *p, uint32_t disease);
uint32_t pel_profiles_find(const pel_profiles *p, const char *key); /* a disease; PEL_NO_TERM */

/* The profile without the rows that cite `reference`. Free with pel_profile_free; its rows are those of `p`. */
pel_status pel_profile_without(const pel_profiles *p, uint32_t disease, const char *reference, pel_profile *out, pel_error *err);
void pel_profile_free(pel_profile *profile);
/* Whether a row of the disease cites it. */
bool pel_profile_cites(const pel_profiles *p, uint32_t disease, const char *reference);

/* "3/7" as (3 + 1/2) / (7 + 1): few patients say little. Other texts give `weight`. */
float pel_shrunk_share(const char *written, double weight);
