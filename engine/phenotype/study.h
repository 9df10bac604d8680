/* What the parts of a study share: the cases as the folds' weights rank them. */
#pragma once
#include "engine/phenotype/logit.h"
#include "engine/phenotype/rating.h"

enum { STUDY_FOLDS_MAX = 20, STUDY_SIMILAR = 3 };

typedef struct publication {
  const char *name;
  uint32_t fold, cases;
  uint32_t *citing; /* diseases with an annotation that cites it */
  size_t n_citing, citing_room;
} publication;

typedef struct study_similar { /* what retrieval alone has to go by: the similarity of the first, its lead, ln of the number of findings */
  double input[STUDY_SIMILAR];
} study_similar;

typedef struct study {
  pel_phenotypes *p;
  const pel_phenotype_example *examples;
  const pel_phenotype_study_options *o;
  pel_phenotype_study *out;
  uint32_t folds;
  publication *publications;
  size_t n_publications;
  pel_choices choices;
  double weights[STUDY_FOLDS_MAX + 1][PEL_FEATURES]; /* the last: of all */
  struct study_ranked { /* [n][folds]: by the weights of each fold, of the candidates that retrieval leaves and of all diseases */
    pel_rated rated[2];
    bool right[2]; /* whether the first of these is */
  } *ranked_by;
  study_similar *similar; /* [n] */
  double seconds;
  size_t ranked;
} study;

/* Confidences of every case from maps that were fitted on the other folds' cases, and the maps of the weights of all. */
pel_status pel_study_calibrate(study *s, pel_error *err);
