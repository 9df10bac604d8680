/* diagnosis (Disease): which disease of the pack explains the case's findings, what speaks for and against each, and how far that can be trusted. */
#pragma once
#include <pellucid/phenotype.h>

#include "engine/reason/graph_question.h"
#include "engine/reason/graph_rows.h"

enum {
  PEL_DIAGNOSIS_RANKED = 20, /* that are looked at for what would change it */
  PEL_DIAGNOSIS_SHOWN = 5,   /* that become nodes with their reasons */
  PEL_DIAGNOSIS_PATHS = 8,   /* findings that speak most for the foremost, marked in the graph */
  PEL_DIAGNOSIS_MISSING = 6, /* of a disease's own findings that the case does not mention, the foremost */
};

typedef struct pel_diagnosis_finding {
  const pel_finding *of;
  char *key, *label;
  int64_t node; /* of the tree, 0: not told yet */
} pel_diagnosis_finding;

typedef struct pel_diagnosis_candidate {
  pel_ranked_disease disease;
  pel_phenotype_reasons why;
  int64_t node;
  int64_t *reason_nodes; /* [why.n], 0: not told */
} pel_diagnosis_candidate;

typedef struct pel_diagnosis_audit {
  audit *a;
  const pel_graph_question *q;
  pel_graph_rows rows;
  pel_phenotypes *p;
  pel_phenotype_weights from_file;
  const pel_phenotype_weights *weights;
  pel_finding *read;
  pel_diagnosis_finding *findings;
  size_t n_findings;
  const char **observed, **excluded; /* keys, borrowed from `findings` */
  pel_phenotype_case c;
  pel_ranked_disease best[PEL_DIAGNOSIS_RANKED];
  pel_ranking ranking;
  pel_rating rating; /* of the first of it */
  pel_diagnosis_candidate shown[PEL_DIAGNOSIS_SHOWN];
  size_t n_shown;
  char asked_key[200], asked_label[400]; /* of a disease that is asked about and is not among the ranked ones */
  struct {
    int64_t step;
    double adds;
  } best_steps[PEL_DIAGNOSIS_PATHS]; /* best first */
  size_t n_best_steps;
} pel_diagnosis_audit;

/* The disease's label, its key where it has none. */
static inline const char *pel_disease_name(const pel_ranked_disease *d) { return *d->label ? d->label : d->key; }

/* The stages deduce, explain, verify, confidence, each recorded; sets the audit's result. */
pel_status pel_audit_diagnosis(audit *a, pel_pack *pack, const pel_graph_question *q);

/* The candidates as nodes: what is found, missing and excluded, with the pack's annotations. */
pel_status pel_diagnosis_tell(pel_diagnosis_audit *d);
/* Which findings, taken away or added, would put another disease first. */
pel_status pel_diagnosis_changes(pel_diagnosis_audit *d);
/* How far the first can be trusted, and what that is made of; nothing where there is no first. */
pel_status pel_diagnosis_confidence(pel_diagnosis_audit *d);
/* A search over candidates and what they have to explain. */
pel_status pel_diagnosis_verify(pel_diagnosis_audit *d);
