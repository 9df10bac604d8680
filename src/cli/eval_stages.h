/* What each stage of a pipeline is worth: the same cases with a stage left out, beside the whole. */
#pragma once
#include <json-c/json.h>
#include <pellucid/phenotype.h>

#include "src/cli/eval.h"

enum { STAGE_FIGURES = 6 };

typedef struct stage_figure {
  const char *name, *says; /* in JSON, as text */
  double unit;             /* what a value is multiplied with as text: 100 for shares */
  int digits;
} stage_figure;

typedef struct stage_worth { /* without the stage; that less the whole */
  double value[STAGE_FIGURES], change[STAGE_FIGURES];
  pel_interval interval[STAGE_FIGURES]; /* of the change */
} stage_worth;

typedef struct stages_worth {
  const stage_figure *figures;
  int n_figures;
  double whole[STAGE_FIGURES];
  stage_worth without[PEL_PHENOTYPE_STAGES];
  bool asked[PEL_PHENOTYPE_STAGES]; /* which are told of */
} stages_worth;

/* --without `word` of a set whose cases all stages do not go through: nothing[stage] says why one cannot be left out, NULL that it can. false: told. */
bool stages_take(const char *set, const char *const nothing[PEL_PHENOTYPE_STAGES], const char *word, stages_worth *w);
bool stages_any(const stages_worth *w); /* whether a stage was asked for */
/* One figure as the ratio of sums; its change resampled unit by unit from both at once. */
void stages_compare(stages_worth *w, pel_phenotype_stage stage, int figure, const eval_measure *whole, const eval_measure *without);

/* ---- cases as they come, of a set that runs them all at once ---- */

enum { STAGE_WHOLE = PEL_PHENOTYPE_STAGES, STAGE_PIPELINES }; /* without each stage, and the whole */

typedef struct stage_tally { /* zeroed */
  double (*cells)[STAGE_PIPELINES][STAGE_FIGURES][2]; /* [units]: sum of its cases' values, how many they are */
  size_t n, room;
} stage_tally;

/* A case's value, 0 to 1, for one pipeline's figure; cases of one unit are resampled together. false: out of memory. */
bool stages_count(stage_tally *t, size_t unit, int pipeline, int figure, double value);
/* Fills all but figures and `asked`. */
pel_status stages_measure(const stage_tally *t, stages_worth *w, pel_error *err);
void stage_tally_clear(stage_tally *t);

/* ---- as text and JSON ---- */

void stages_print(const stages_worth *w);
struct json_object *stages_json(const stages_worth *w);
