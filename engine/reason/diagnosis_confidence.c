/* How far the first disease can be trusted, stage by stage. */
#include <stdio.h>

#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/reason/confidence.h"
#include "engine/reason/diagnosis_audit.h"

static int64_t node_of_first(const pel_diagnosis_audit *d) {
  for (size_t i = 0; i < d->n_shown; i++)
    if (d->shown[i].disease.entity == d->best[0].entity) return d->shown[i].node;
  return 0;
}

/* In the order of the stages. */
static void take_parts(const pel_rating *r, pel_confidence_part parts[PEL_RATING_INPUTS]) {
  size_t n = 0;
  for (int stage = 0; stage <= PEL_PHENOTYPE_STAGES; stage++)
    for (int k = 0; k < PEL_RATING_INPUTS; k++) {
      const pel_rating_input_info *info = pel_rating_input_of((pel_rating_input)k);
      if ((int)info->stage == stage) parts[n++] = (pel_confidence_part){pel_phenotype_stage_name(info->stage), info->says, r->adds[k]};
    }
}

pel_status pel_diagnosis_confidence(pel_diagnosis_audit *d) {
  const pel_phenotype_weights *w = d->weights;
  pel_confidence_part parts[PEL_RATING_INPUTS];
  char what[500], name[300];
  int64_t first = node_of_first(d);
  if (!first || !(d->rating.confidence[0] >= 0)) return PEL_OK;
  take_parts(&d->rating, parts);
  snprintf(what, sizeof what, "That %s is the diagnosis", pel_text_cut(name, sizeof name, pel_disease_name(&d->best[0])));
  pel_confidence_told told = {what, d->rating.confidence[0], d->rating.usual, parts, PEL_RATING_INPUTS, w->bins, w->cases, w->ece, d->rating.refuted};
  return pel_audit_confidence(d->a, first, &told);
}
