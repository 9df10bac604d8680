/* What each stage of a diagnosis is worth: the same cases with a stage left out, beside the whole. */
#pragma once
#include <json-c/json.h>
#include <pellucid/phenotype.h>

enum { STAGE_FIGURES = 6 };

typedef struct stage_worth { /* figures in the order of `figures` in eval_stages.c */
  double value[STAGE_FIGURES], change[STAGE_FIGURES]; /* without the stage; that less the whole */
  pel_interval interval[STAGE_FIGURES];               /* of the change */
} stage_worth;

typedef struct stages_worth {
  double whole[STAGE_FIGURES];
  stage_worth without[PEL_PHENOTYPE_STAGES];
  bool asked[PEL_PHENOTYPE_STAGES];
} stages_worth;

/* Fills all but `asked`. PEL_ERR_MEMORY, or PEL_ERR_USAGE without a covered case. */
pel_status stages_measure(const pel_phenotype_study *study, stages_worth *out, pel_error *err);
void stages_print(const stages_worth *w);
struct json_object *stages_json(const stages_worth *w);
