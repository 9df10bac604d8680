/* What the confidence of the first disease is made of, in words: stage after stage, what each adds to the log odds. */
#include <math.h>
#include <stdio.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/reason/diagnosis_audit.h"

/* "+0.34", "-0.20". */
static const char *signed_number(double value, char out[40]) {
  out[0] = '+';
  pel_format_fixed(out + 1, 39, fabs(value), 2);
  if (value < 0) out[0] = '-';
  return out;
}

/* "; deduce -0.73 (its share among all diseases -0.50, how far it leads -0.23)". */
static size_t say_stage(const pel_rating *r, pel_phenotype_stage stage, char *out, size_t size) {
  char number[40];
  double sum = 0;
  for (int k = 0; k < PEL_RATING_INPUTS; k++)
    if (pel_rating_input_of((pel_rating_input)k)->stage == stage) sum += r->adds[k];
  size_t at = (size_t)snprintf(out, size, "; %s %s (", pel_phenotype_stage_name(stage), signed_number(sum, number));
  const char *comma = "";
  for (int k = 0; k < PEL_RATING_INPUTS; k++) {
    const pel_rating_input_info *part = pel_rating_input_of((pel_rating_input)k);
    if (part->stage != stage) continue;
    at += (size_t)snprintf(out + at, size - at, "%s%s %s", comma, part->says, signed_number(r->adds[k], number));
    comma = ", ";
  }
  return at + (size_t)snprintf(out + at, size - at, ")");
}

static int64_t node_of_first(const pel_diagnosis_audit *d) {
  for (size_t i = 0; i < d->n_shown; i++)
    if (d->shown[i].disease.entity == d->best[0].entity) return d->shown[i].node;
  return 0;
}

pel_status pel_diagnosis_tell_confidence(pel_diagnosis_audit *d) {
  const pel_rating *r = &d->rating;
  char says[500], note[1200], number[40], level[40];
  int64_t node, first = node_of_first(d);
  if (!first || !(r->confidence[0] >= 0)) return PEL_OK;
  bool enough = r->confidence[0] >= d->a->o->abstain;
  snprintf(says, sizeof says, "That %.300s is the diagnosis has a confidence of %s %%, %s the %s %% at which an answer is given", pel_disease_name(&d->best[0]), pel_format_fixed(number, sizeof number, 100 * r->confidence[0], 0),
           enough ? "which reaches" : "below", pel_format_significant(level, sizeof level, 100 * d->a->o->abstain, 2));
  size_t at = (size_t)snprintf(note, sizeof note, "log odds: the mean case %s", signed_number(r->usual, number));
  for (int stage = 0; stage <= PEL_PHENOTYPE_STAGES; stage++) at += say_stage(r, (pel_phenotype_stage)stage, note + at, sizeof note - at);
  PEL_TRY(pel_tell_node(&d->a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = enough ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN, .says = says, .note = note}, &node));
  return pel_tell_edge(&d->a->t, first, node, PEL_EDGE_BECAUSE, "confidence");
}
