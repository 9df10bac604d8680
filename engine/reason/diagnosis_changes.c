/* What would put another disease first: each finding taken away in turn, and each of the first disease's own findings that nobody mentioned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/diagnosis_audit.h"

/* Numbers and not a time, so that the same case gives the same tree. A try ranks all diseases, which is as much as LOOKUPS_RANKING findings looked up; without an observed finding
 * the others count as looked up again, whether or not what was found is still there. */
enum { QUESTIONS = 3, MOST_LOOKUPS = 4000, LOOKUPS_RANKING = 10 };

/* The first disease of a changed case; unchanged when nothing observed is left. */
static pel_status first_of(pel_diagnosis_audit *d, const pel_phenotype_case *c, pel_ranked_disease *out) {
  pel_ranking r = {.diseases = out, .room = 1};
  *out = d->best[0];
  if (!c->n_observed) return PEL_OK;
  pel_error err = {0};
  pel_status status = pel_phenotype_rank(d->p, d->weights, c, &r, &err);
  return status == PEL_OK || status == PEL_ERR_USAGE ? PEL_OK : pel_fail(d->a->err, status, "%s", err.text);
}

/* A list without its i-th key. */
static void without(const char *const *from, size_t n, size_t i, const char **out) {
  memcpy(out, from, i * sizeof *out);
  memcpy(out + i, from + i + 1, (n - i - 1) * sizeof *out);
}

static pel_status take_away(pel_diagnosis_audit *d, const char **scratch, bool excluded, size_t i) {
  pel_phenotype_case c = d->c;
  pel_ranked_disease other;
  char label[500];
  const char *key = excluded ? d->c.excluded[i] : d->c.observed[i];
  without(excluded ? d->c.excluded : d->c.observed, excluded ? c.n_excluded : c.n_observed, i, scratch);
  if (excluded) c.excluded = scratch, c.n_excluded--;
  else c.observed = scratch, c.n_observed--;
  PEL_TRY(first_of(d, &c, &other));
  if (other.entity == d->best[0].entity) return PEL_OK;
  for (size_t k = 0; k < d->n_findings; k++)
    if (d->findings[k].key == key) {
      snprintf(label, sizeof label, "without %.200s, %.250s would come first", d->findings[k].label, pel_disease_name(&other));
      return pel_tell_edge(&d->a->t, d->shown[0].node, d->findings[k].node, PEL_EDGE_WOULD_CHANGE, label);
    }
  return PEL_OK;
}

/* A finding of the first disease that the case does not mention, as a question, where its answer would change the order. */
static pel_status ask_for(pel_diagnosis_audit *d, const char **scratch, const pel_phenotype_reason *r) {
  pel_phenotype_case c = d->c;
  pel_ranked_disease other;
  char says[500], note[600];
  int64_t node;
  memcpy(scratch, d->c.excluded, c.n_excluded * sizeof *scratch);
  scratch[c.n_excluded] = r->matched;
  c.excluded = scratch;
  c.n_excluded++;
  PEL_TRY(first_of(d, &c, &other));
  if (other.entity == d->best[0].entity) return PEL_OK;
  snprintf(says, sizeof says, "Is %.300s (%.80s) there?", r->matched_label, r->matched);
  snprintf(note, sizeof note, "if it were looked for and not there, %.400s would come first", pel_disease_name(&other));
  PEL_TRY(pel_tell_node(&d->a->t, (pel_node){.kind = PEL_NODE_QUESTION, .state = PEL_STATE_NOT_FOUND, .says = says, .note = note}, &node));
  return pel_tell_edge(&d->a->t, d->shown[0].node, node, PEL_EDGE_WOULD_CHANGE, "");
}

static pel_status try_all(pel_diagnosis_audit *d, const char **scratch) {
  size_t asked = 0, left_out = 0, lookups = 0, n = d->c.n_observed + d->c.n_excluded;
  const pel_phenotype_reasons *why = &d->shown[0].why;
  for (size_t i = 0; i < n; i++) {
    bool excluded = i >= d->c.n_observed;
    size_t needs = LOOKUPS_RANKING + (excluded ? 0 : d->c.n_observed);
    PEL_TRY(pel_audit_go_on(d->a));
    if (lookups + needs > MOST_LOOKUPS) {
      left_out++;
      continue;
    }
    lookups += needs;
    PEL_TRY(take_away(d, scratch, excluded, excluded ? i - d->c.n_observed : i));
  }
  for (size_t i = 0; i < why->n && asked < QUESTIONS; i++) {
    if (why->items[i].kind != PEL_REASON_MISSING) continue;
    asked++;
    PEL_TRY(pel_audit_go_on(d->a));
    PEL_TRY(ask_for(d, scratch, &why->items[i]));
  }
  d->a->not_tried = left_out;
  return PEL_OK;
}

pel_status pel_diagnosis_changes(pel_diagnosis_audit *d) {
  if (!d->n_shown || d->shown[0].disease.entity != d->best[0].entity) return PEL_OK;
  const char **scratch = pel_alloc(d->n_findings + 2, sizeof *scratch);
  if (!scratch) return pel_fail_memory(d->a->err, "findings", d->n_findings * sizeof *scratch);
  pel_status status = try_all(d, scratch);
  free(scratch);
  return status;
}
