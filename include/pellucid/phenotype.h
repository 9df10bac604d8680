/* From findings to diseases: which diseases of a pack (the Human Phenotype Ontology with its annotations) fit a case, and why.
 *
 *   pel_phenotypes *p;
 *   pel_phenotypes_open (pack, NULL, &p, &err);
 *   const char *observed[] = {"HP:0001250", "HP:0001263"}, *excluded[] = {"HP:0000252"};
 *   pel_phenotype_case c = {.observed = observed, .n_observed = 2, .excluded = excluded, .n_excluded = 1};
 *   pel_ranked_disease best[10];
 *   pel_ranking r = {.diseases = best, .room = 10};
 *   pel_phenotype_rank (p, NULL, &c, &r, &err);              // NULL: the weights that are built in
 *   pel_phenotype_rate (p, NULL, &c, &rating, &err);         // how far the first can be trusted
 *   pel_phenotype_reasons why;
 *   pel_phenotype_explain (p, NULL, &c, best[0].key, &why, &err);
 *
 * A score is a sum: over what each finding adds, what the disease's own findings add that were seen or not, and what is so of the disease alone. One pel_phenotypes serves
 * one thread at a time. docs/methods.md has the formulae; this orders possibilities and is no diagnosis. */
#pragma once
#include <pellucid/confidence.h>
#include <pellucid/pack.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_phenotypes pel_phenotypes;

typedef struct pel_phenotype_options { /* zeroed: the whole pack */
  const char *catalogue;  /* only diseases whose key begins so ("OMIM:"); NULL: all. Borrowed during the call */
  bool without_frequency; /* how often a disease has a finding is not used */
  bool without_content;   /* every term tells as much as any other */
} pel_phenotype_options;

typedef struct pel_phenotypes_info {
  size_t n_terms, n_diseases; /* diseases with an annotation at least */
  size_t n_annotations;       /* a disease with a term, each once */
  size_t n_denied;            /* a disease that is said not to have a term */
} pel_phenotypes_info;

/* Reads what it needs; the pack may be closed afterwards. */
PEL_API pel_status pel_phenotypes_open(pel_pack *pack, const pel_phenotype_options *options, pel_phenotypes **out, pel_error *err);
PEL_API void pel_phenotypes_close(pel_phenotypes *p);
PEL_API pel_phenotypes_info pel_phenotypes_get_info(const pel_phenotypes *p);
/* Whether the pack has the disease with an annotation. */
PEL_API bool pel_phenotypes_has_disease(const pel_phenotypes *p, const char *key);

/* ---- what a confidence is made of ---- */

typedef enum pel_phenotype_stage { PEL_STAGE_RETRIEVE, PEL_STAGE_DEDUCE, PEL_STAGE_VERIFY, PEL_PHENOTYPE_STAGES } pel_phenotype_stage;
PEL_API const char *pel_phenotype_stage_name(pel_phenotype_stage stage); /* "retrieve", "deduce", "verify"; "the case" for PEL_PHENOTYPE_STAGES */

typedef enum pel_rating_input { /* numbers of a ranking; PEL_RATED diseases are looked at */
  PEL_RATING_SHARE,    /* ln (share / (1 - share)) of the first disease among all that are ranked, share as pel_ranked_disease has it */
  PEL_RATING_LEAD,     /* its score less the second's */
  PEL_RATING_SIMILAR,  /* ln of its place by similarity alone (Resnik), from 1 */
  PEL_RATING_FIT,      /* sum over the findings that say something of it of ln how well each fits (what it adds, less the most that it adds to one of those looked at), over the number of observed ones */
  PEL_RATING_PROOF,    /* the sum of these less the greatest sum of another: ln of how much better its proof is than any other's */
  PEL_RATING_FOREIGN,  /* share of the observed findings that it does not explain */
  PEL_RATING_FINDINGS, /* ln of how many findings were observed */
  PEL_RATING_INPUTS
} pel_rating_input;
enum { PEL_RATED = 5 };

typedef struct pel_rating_input_info {
  const char *name; /* in files: "share" */
  const char *says; /* "its share among those ranked" */
  pel_phenotype_stage stage; /* PEL_PHENOTYPE_STAGES: the case itself */
} pel_rating_input_info;
PEL_API const pel_rating_input_info *pel_rating_input_of(pel_rating_input input);

/* ---- weights ---- */

enum { PEL_PHENOTYPE_WEIGHTS = 64 };

typedef struct pel_phenotype_weights {
  double weight[PEL_PHENOTYPE_WEIGHTS]; /* by the order of the features; names in the file */
  double offset, slope[PEL_RATING_INPUTS], mean[PEL_RATING_INPUTS]; /* confidence of the first answer: 1 / (1 + exp (-(offset + sum of slope (x - mean)))) over what it is made of */
  double other_offset, other_slope;     /* of those after it: 1 / (1 + exp (-(slope x + offset))), x = ln (share / (1 - share)) */
  char catalogue[40];                   /* only diseases whose key begins so were learnt from, and are to be ranked; "": all */
  /* what the confidence was held against: cases kept back, none of a publication that it was learnt from */
  uint64_t cases, publications;
  double right, ece;                    /* share of right top answers among them; calibration error */
  pel_confidence_bin bins[PEL_RELIABILITY_BINS], other_bins[PEL_RELIABILITY_BINS]; /* of these cases' first answers, and of those after the first, by equal widths */
  uint64_t diseases;                    /* that were ranked; 0: not told. Among fewer than half as many the confidence is of something else, and there is none */
  char learnt_from[160];
} pel_phenotype_weights;

PEL_API const pel_phenotype_weights *pel_phenotype_weights_builtin(void);
/* JSON, documented in docs/methods.md. Errors name the byte. */
PEL_API pel_status pel_phenotype_weights_read(const char *path, pel_phenotype_weights *out, pel_error *err);
/* The same of text; `name` is what errors call it. */
PEL_API pel_status pel_phenotype_weights_parse(const char *name, const char *text, size_t size, pel_phenotype_weights *out, pel_error *err);
/* As text of the file; owned by the caller (pel_free). */
PEL_API pel_status pel_phenotype_weights_text(const pel_phenotype_weights *weights, char **out, pel_error *err);
/* What these weights make of excluded findings, in words that go on from "excluded findings". */
PEL_API const char *pel_phenotype_weights_excluded(const pel_phenotype_weights *weights);

/* ---- ranking ---- */

typedef struct pel_phenotype_case {
  const char *const *observed, *const *excluded; /* keys of terms ("HP:0001250"), also obsolete ones that are replaced */
  size_t n_observed, n_excluded;
} pel_phenotype_case;

typedef struct pel_ranked_disease { /* strings borrowed until close */
  const char *key, *label;
  int64_t entity;
  double score;
  double share; /* exp (score) over the sum of it over all that are ranked: what the confidence is made from, not calibrated itself */
} pel_ranked_disease;

typedef struct pel_ranking {
  pel_ranked_disease *diseases; /* the caller's, best first */
  size_t room, n;
  size_t unknown;    /* findings that the pack has no term for */
  size_t candidates; /* diseases that were ranked: those with one of the findings at least, or, where none has, all */
  bool fell_back;    /* none has */
} pel_ranking;

/* PEL_ERR_USAGE when no finding has a term in the pack. */
PEL_API pel_status pel_phenotype_rank(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, pel_ranking *out, pel_error *err);

/* ---- how far it can be trusted ---- */

typedef struct pel_rating {
  double confidence[PEL_RATED];     /* that the first disease is the diagnosis, that the second is, ...: calibrated, each on its own, of cases like those of the weights; NaN: there are fewer */
  double adds[PEL_RATING_INPUTS];   /* what the first one's is made of: to its log odds, beside the mean case */
  double usual;                     /* log odds of the mean case: confidence[0] = 1 / (1 + exp (-(usual + sum of adds))) */
  bool refuted;                     /* a finding refutes the first one (pel_phenotype_refutes): no answer is to be given */
} pel_rating;

/* PEL_ERR_USAGE when no finding has a term in the pack. */
PEL_API pel_status pel_phenotype_rate(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, pel_rating *out, pel_error *err);

/* ---- why ---- */

typedef enum pel_reason_kind {
  PEL_REASON_EXACT,    /* observed; the disease has this very finding */
  PEL_REASON_GENERAL,  /* observed; the disease has a more special one (`matched`) */
  PEL_REASON_SPECIFIC, /* observed; the disease has a more general one */
  PEL_REASON_RELATED,  /* observed; the disease has a neighbour: both are kinds of `shared` */
  PEL_REASON_FOREIGN,  /* observed; the disease is not known for anything like it */
  PEL_REASON_DENIED,   /* observed; the disease is said not to have it */
  PEL_REASON_EXCLUDED, /* excluded; the disease has it (`matched`) */
  PEL_REASON_MISSING,  /* a finding of the disease that was not mentioned */
  PEL_REASON_DISEASE   /* how much is known of the disease */
} pel_reason_kind;
PEL_API const char *pel_reason_kind_name(pel_reason_kind kind); /* "exact", "general", ... */

typedef struct pel_phenotype_reason { /* strings borrowed until close; "" where there is none */
  pel_reason_kind kind;
  const char *finding, *finding_label; /* of the case */
  const char *matched, *matched_label; /* of the disease */
  const char *shared, *shared_label;   /* the most telling term that both are */
  const char *written;                 /* how often, as the source writes it: "3/7", "HP:0040282", "45%" */
  double frequency;                    /* what it was reckoned as, NaN when the source does not say */
  const char *references;              /* "PMID:1;PMID:2" */
  int64_t relation;                    /* of the pack, 0 for none */
  double adds;                         /* its part of the score */
} pel_phenotype_reason;

typedef struct pel_phenotype_reasons {
  pel_phenotype_reason *items; /* observed findings, excluded ones, missing ones (what counts most first), the disease */
  size_t n;
  double score; /* the sum of what they add */
} pel_phenotype_reasons;

/* It is said not to be of the disease, or is excluded and by its source's own word (obligate, 100 %) in all of those described; a count such as 3/3 is not enough. */
PEL_API bool pel_phenotype_refutes(const pel_phenotype_reason *reason);
PEL_API pel_status pel_phenotype_explain(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, const char *disease, pel_phenotype_reasons *out, pel_error *err);
PEL_API void pel_phenotype_reasons_clear(pel_phenotype_reasons *reasons);

/* ---- learning, and how well it does on what was kept back ---- */

typedef struct pel_phenotype_example {
  pel_phenotype_case findings;
  const char *diagnosis; /* key of a disease */
  const char *group;     /* publication: never on both sides of a fold; its annotations are those that may leak */
} pel_phenotype_example;

typedef enum pel_phenotype_method { PEL_METHOD_LEARNT, PEL_METHOD_LIKELIHOOD, PEL_METHOD_RESNIK, PEL_PHENOTYPE_METHODS } pel_phenotype_method;
PEL_API const char *pel_phenotype_method_name(pel_phenotype_method method);

typedef struct pel_phenotype_outcome { /* of one example */
  bool covered;                       /* its diagnosis is annotated and a finding has a term; nothing else is set without it */
  uint32_t fold, group;
  double rank[PEL_PHENOTYPE_METHODS]; /* ties count half */
  double rank_catalogue;              /* learnt, among the diseases of the diagnosis's own catalogue */
  double rank_without_own;            /* learnt, without the annotations that cite its own publication; NaN when the diagnosis has none left */
  bool cites_own;                     /* the diagnosis has such annotations */
  bool right;                         /* the first answer is the diagnosis */
  bool refuted;                       /* verification refutes it: an audit gives no answer */
  double confidence, isotonic;        /* that it is: the logistic map of all parts, and a step function over its log odds, fitted on the other folds */
  double confidence_share;            /* the same of its share alone: the control */
  double others[PEL_RATED];           /* confidence of those after the first; [0] is not used */
  uint32_t place;                     /* of the diagnosis among the first PEL_RATED, from 0; PEL_RATED: none of them */
  struct {
    bool right, refuted;
    double rank, confidence;
  } without[PEL_PHENOTYPE_STAGES];    /* the first answer, the diagnosis's rank and the confidence when a stage is left out: without retrieve all diseases are ranked; without deduce by similarity, where
                                         there are no reasons that could refute; without verify nothing is refuted */
} pel_phenotype_outcome;

typedef struct pel_phenotype_study_options {
  uint32_t folds; /* 0: 5 */
  bool without_asked; /* do not learn what it means that a finding was looked for: an excluded one may then only count against */
  bool without_excluded;
  bool (*progress)(double fraction, void *user); /* false cancels */
  void *user;
} pel_phenotype_study_options;

typedef struct pel_phenotype_study {
  pel_phenotype_outcome *outcomes; /* [n] as the examples */
  size_t n, n_covered, n_groups;   /* groups: of those covered */
  size_t unknown_terms;            /* findings without a term in the pack */
  pel_phenotype_weights weights;   /* learnt from all of them, calibrated on what the folds kept back */
  double seconds_rank;             /* mean time of a ranking */
} pel_phenotype_study;

PEL_API pel_status pel_phenotype_study_run(pel_phenotypes *p, const pel_phenotype_example *examples, size_t n, const pel_phenotype_study_options *options, pel_phenotype_study *out,
                                           pel_error *err);
PEL_API void pel_phenotype_study_clear(pel_phenotype_study *study);
/* What the confidences of those after the first say, as predictions into out [PEL_RATED]; how many there are, 0 of a case that is not covered. */
PEL_API size_t pel_phenotype_others(const pel_phenotype_outcome *outcome, pel_prediction *out);

#ifdef __cplusplus
}
#endif
