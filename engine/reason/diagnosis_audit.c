#include "engine/reason/diagnosis_audit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

/* ---- what is asked ---- */

static pel_status keep_names(pel_diagnosis_audit *d, size_t i) {
  pel_entity e;
  PEL_TRY(pel_pack_entity(d->rows.pack, d->read[i].entity, &e, d->a->err));
  d->findings[i] = (pel_diagnosis_finding){.of = &d->read[i], .key = strdup(e.key), .label = strdup(*e.label ? e.label : e.key)};
  return d->findings[i].key && d->findings[i].label ? PEL_OK : pel_fail_memory(d->a->err, "findings", 64);
}

enum { MOST_FINDINGS = 1000 }; /* that are ranked in seconds */

/* One that is there and is not there. */
static pel_status check_findings(const pel_diagnosis_audit *d) {
  const audit *a = d->a;
  for (size_t i = 0; i < d->n_findings; i++)
    for (size_t k = 0; k < i; k++)
      if (d->read[i].known && d->read[k].known && d->read[i].entity == d->read[k].entity && d->read[i].excluded != d->read[k].excluded)
        return pel_fail(a->err, PEL_ERR_INPUT, "%s: $.facts[%zu]: %.100s is said to be there and not to be there ($.facts[%zu]): keep one of the two", a->c->name, d->read[i].fact, d->findings[i].key, d->read[k].fact);
  return PEL_OK;
}

static pel_status read_findings(pel_diagnosis_audit *d) {
  pel_error *err = d->a->err;
  PEL_TRY(pel_graph_findings(d->a->w, &d->read, &d->n_findings, err));
  if (d->n_findings > MOST_FINDINGS) return pel_fail(err, PEL_ERR_INPUT, "%s: $.facts: %zu findings; a diagnosis takes at most %d: leave out what tells little", d->a->c->name, d->n_findings, (int)MOST_FINDINGS);
  d->findings = pel_alloc(d->n_findings + 1, sizeof *d->findings);
  d->observed = pel_alloc(d->n_findings + 1, sizeof *d->observed);
  d->excluded = pel_alloc(d->n_findings + 1, sizeof *d->excluded);
  if (!d->findings || !d->observed || !d->excluded) return pel_fail_memory(err, "findings", d->n_findings * sizeof *d->findings);
  for (size_t i = 0; i < d->n_findings; i++) {
    PEL_TRY(keep_names(d, i));
    if (!d->read[i].known) continue;
    if (d->read[i].excluded) d->excluded[d->c.n_excluded++] = d->findings[i].key;
    else d->observed[d->c.n_observed++] = d->findings[i].key;
  }
  PEL_TRY(check_findings(d));
  d->c.observed = d->observed;
  d->c.excluded = d->excluded;
  if (d->c.n_observed) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: $.facts: a diagnosis needs at least one finding that is there: {\"term\": \"finding('HP:0001250')\"}", d->a->c->name);
}

/* Those of the options, of the pack, or that are built in. */
static pel_status read_weights(pel_diagnosis_audit *d) {
  const audit *a = d->a;
  char *text, name[500];
  d->weights = &d->from_file;
  if (a->o->weights) return pel_phenotype_weights_read(a->o->weights, &d->from_file, a->err);
  PEL_TRY(pel_pack_learnt(d->rows.pack, PEL_LEARNT_PHENOTYPE, &text, a->err));
  if (!text) return d->weights = pel_phenotype_weights_builtin(), PEL_OK;
  snprintf(name, sizeof name, "%.400s: what was learnt (phenotype)", pel_pack_get_info(d->rows.pack)->path);
  pel_status status = pel_phenotype_weights_parse(name, text, strlen(text), &d->from_file, a->err);
  free(text);
  return status;
}

static pel_status add_candidate(pel_diagnosis_audit *d, const pel_ranked_disease *disease) {
  pel_diagnosis_candidate *c = &d->shown[d->n_shown];
  c->disease = *disease;
  PEL_TRY(pel_phenotype_explain(d->p, d->weights, &d->c, disease->key, &c->why, d->a->err));
  d->n_shown++;
  c->reason_nodes = pel_alloc(c->why.n + 1, sizeof *c->reason_nodes);
  return c->reason_nodes ? PEL_OK : pel_fail_memory(d->a->err, "reasons", c->why.n * sizeof *c->reason_nodes);
}

/* The disease that is asked about, wherever it stands. */
static pel_status add_asked(pel_diagnosis_audit *d) {
  pel_entity e;
  PEL_TRY(pel_pack_entity(d->rows.pack, d->q->object, &e, d->a->err));
  if (!pel_phenotypes_has_disease(d->p, e.key)) return pel_fail(d->a->err, PEL_ERR_INPUT, "%s: $.question: '%.100s' is no disease of which the pack has findings", d->a->c->name, e.key);
  for (size_t i = 0; i < d->ranking.n; i++)
    if (d->best[i].entity == d->q->object) return add_candidate(d, &d->best[i]);
  snprintf(d->asked_key, sizeof d->asked_key, "%s", e.key);
  snprintf(d->asked_label, sizeof d->asked_label, "%s", e.label);
  return add_candidate(d, &(pel_ranked_disease){.key = d->asked_key, .label = d->asked_label, .entity = d->q->object, .score = NAN});
}

/* The one that is asked about, then the first ones of the ranking. */
static pel_status choose(pel_diagnosis_audit *d) {
  if (d->q->object) PEL_TRY(add_asked(d));
  for (size_t i = 0; i < d->ranking.n && d->n_shown < PEL_DIAGNOSIS_SHOWN; i++)
    if (d->best[i].entity != d->q->object) PEL_TRY(add_candidate(d, &d->best[i]));
  return pel_audit_go_on(d->a);
}

/* ---- the stages ---- */

static pel_status stage_deduce(pel_diagnosis_audit *d) {
  audit *a = d->a;
  double start = pel_clock_seconds();
  a->t.span = d->rows.span = a->n_spans + 1;
  PEL_TRY(read_weights(d));
  PEL_TRY(read_findings(d));
  pel_phenotype_options of = {.catalogue = *d->weights->catalogue ? d->weights->catalogue : NULL};
  PEL_TRY(pel_phenotypes_open(d->rows.pack, &of, &d->p, a->err));
  d->ranking = (pel_ranking){.diseases = d->best, .room = PEL_DIAGNOSIS_RANKED};
  PEL_TRY(pel_phenotype_rank(d->p, d->weights, &d->c, &d->ranking, a->err));
  PEL_TRY(pel_phenotype_rate(d->p, d->weights, &d->c, &d->rating, a->err));
  PEL_TRY(choose(d));
  PEL_TRY(pel_diagnosis_tell(d));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_CHAIN, "deduce over the graph", "ok", pel_clock_seconds() - start));
  PEL_TRY(pel_audit_count(a, "diseases of the pack", pel_phenotypes_get_info(d->p).n_diseases));
  PEL_TRY(pel_audit_count(a, "diseases ranked", d->ranking.candidates));
  if (of.catalogue) PEL_TRY(pel_audit_attribute(a, a->n_spans, "catalogue", of.catalogue));
  PEL_TRY(pel_audit_count(a, "findings that the pack has no term for", d->ranking.unknown));
  PEL_TRY(pel_audit_number(a, "share of the first among all, before calibration", d->best[0].share));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "weights learnt from", d->weights->learnt_from));
  return pel_audit_attribute(a, a->n_spans, "excluded findings", pel_phenotype_weights_excluded(d->weights));
}

static pel_status stage_explain(pel_diagnosis_audit *d) {
  audit *a = d->a;
  double start = pel_clock_seconds();
  a->t.span = a->n_spans + 1;
  PEL_TRY(pel_diagnosis_changes(d));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_CHAIN, "explain", "ok", pel_clock_seconds() - start));
  return a->not_tried ? pel_audit_count(a, "changes that were not tried", a->not_tried) : PEL_OK;
}

/* A model that names the disease agrees. */
static pel_status hear_model(pel_diagnosis_audit *d) {
  audit *a = d->a;
  return a->o->model && d->n_shown ? pel_audit_model_claim(a, a->result->state, d->shown[0].node, pel_disease_name(&d->shown[0].disease)) : PEL_OK;
}

static void clear(pel_diagnosis_audit *d) {
  for (size_t i = 0; i < d->n_shown; i++) {
    pel_phenotype_reasons_clear(&d->shown[i].why);
    free(d->shown[i].reason_nodes);
  }
  for (size_t i = 0; d->findings && i < d->n_findings; i++) free(d->findings[i].key), free(d->findings[i].label);
  free(d->findings);
  free(d->read);
  free(d->observed);
  free(d->excluded);
  pel_phenotypes_close(d->p);
  pel_graph_rows_clear(&d->rows);
}

pel_status pel_audit_diagnosis(audit *a, pel_pack *pack, const pel_graph_question *q) {
  pel_diagnosis_audit *d = pel_alloc(1, sizeof *d); /* large: not on the stack */
  if (!d) return pel_fail_memory(a->err, "an audit", sizeof *d);
  d->a = a;
  d->q = q;
  pel_status status = pel_graph_rows_create(a, pack, &d->rows);
  if (status == PEL_OK) status = stage_deduce(d);
  if (status == PEL_OK) status = stage_explain(d);
  if (status == PEL_OK) status = pel_diagnosis_verify(d);
  if (status == PEL_OK) status = pel_diagnosis_confidence(d);
  if (status == PEL_OK) status = hear_model(d);
  clear(d);
  free(d);
  return status;
}
