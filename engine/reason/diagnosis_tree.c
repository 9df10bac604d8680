/* A differential as nodes of the logic tree: a conclusion a disease, under it what each finding says of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/reason/confidence.h"
#include "engine/reason/diagnosis_audit.h"

/* ---- the case's findings ---- */

static pel_diagnosis_finding *finding_of(pel_diagnosis_audit *d, const char *key, bool excluded) {
  for (size_t i = 0; i < d->n_findings; i++)
    if (strcmp(d->findings[i].key, key) == 0 && d->read[i].known && d->read[i].excluded == excluded) return &d->findings[i];
  return NULL;
}

static pel_status tell_finding(pel_diagnosis_audit *d, pel_diagnosis_finding *f) {
  audit *a = d->a;
  char says[500];
  int64_t graph_node;
  if (f->node) return PEL_OK;
  snprintf(says, sizeof says, f->of->excluded ? "%.300s (%.80s) was looked for and is not there" : "%.300s (%.80s) is there", f->label, f->key);
  PEL_TRY(pel_tell_case_fact_as(&a->t, f->of->fact, says, &f->node));
  return pel_graph_rows_node(&d->rows, f->of->entity, f->of->excluded ? "excluded" : "asked", NAN, f->node, &graph_node);
}

/* ---- one reason ---- */

/* The ontology's classes of frequency, in its words. */
static const char *class_words(const char *term) {
  static const char *const classes[][2] = {{"HP:0040280", "obligate: in all of those described"}, {"HP:0040281", "very frequent: in 80 to 99 % of those described"},
                                           {"HP:0040282", "frequent: in 30 to 79 % of those described"}, {"HP:0040283", "occasional: in 5 to 29 % of those described"},
                                           {"HP:0040284", "very rare: in 1 to 4 % of those described"}, {"HP:0040285", "excluded: in none of those described"}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (strcmp(classes[i][0], term) == 0) return classes[i][1];
  return NULL;
}

/* "in 3/7 of those described", as the source writes it. */
static void how_often(const pel_phenotype_reason *r, char *out, size_t size) {
  const char *words = class_words(r->written);
  if (!*r->written) snprintf(out, size, "how often is not stated");
  else if (words) snprintf(out, size, "%s", words);
  else snprintf(out, size, "in %.40s of those described", r->written);
}

static void say_reason(const pel_phenotype_reason *r, const char *disease, char *out, size_t size) {
  char often[160];
  how_often(r, often, sizeof often);
  switch (r->kind) {
    case PEL_REASON_EXACT: snprintf(out, size, "%.200s is a finding of %.200s (%s)", r->finding_label, disease, often); break;
    case PEL_REASON_GENERAL: snprintf(out, size, "%.200s fits %.200s, which has a kind of it: %.200s (%s)", r->finding_label, disease, r->matched_label, often); break;
    case PEL_REASON_SPECIFIC: snprintf(out, size, "%.200s fits %.200s, which has what it is a kind of: %.200s (%s)", r->finding_label, disease, r->matched_label, often); break;
    case PEL_REASON_RELATED: snprintf(out, size, "%.200s is near to what %.200s has: both are kinds of %.200s", r->finding_label, disease, r->shared_label); break;
    case PEL_REASON_FOREIGN: snprintf(out, size, "%.200s is not explained by %.200s", r->finding_label, disease); break;
    case PEL_REASON_DENIED: snprintf(out, size, "%.200s speaks against %.200s, which is said not to have it", r->finding_label, disease); break;
    case PEL_REASON_EXCLUDED: snprintf(out, size, "%.200s is excluded, and %.200s has %.200s (%s)", r->finding_label, disease, *r->matched_label ? r->matched_label : "it", often); break;
    case PEL_REASON_MISSING: snprintf(out, size, "%.200s is a finding of %.200s (%s) that the case does not mention", r->matched_label, disease, often); break;
    default: snprintf(out, size, "how much is known of %.200s", disease); break;
  }
}

/* The role of a reason, as the edge to it says. */
static const char *role_of(const pel_phenotype_reason *r) {
  switch (r->kind) {
    case PEL_REASON_EXACT: return "found";
    case PEL_REASON_GENERAL: return "found, in general";
    case PEL_REASON_SPECIFIC: return "found, a kind of it";
    case PEL_REASON_RELATED: return "near to it";
    case PEL_REASON_FOREIGN: return "not explained";
    case PEL_REASON_DENIED: return "said not to be";
    case PEL_REASON_EXCLUDED: return "excluded";
    case PEL_REASON_MISSING: return "not mentioned";
    default: return "";
  }
}

/* What is said against it contradicts it, unless the score has it otherwise: then it says so. */
static pel_edge_kind edge_of(const pel_phenotype_reason *r) {
  bool against = r->kind == PEL_REASON_DENIED || r->kind == PEL_REASON_EXCLUDED || r->kind == PEL_REASON_FOREIGN;
  return against && (r->adds < 0 || pel_phenotype_refutes(r)) ? PEL_EDGE_CONTRADICTS : PEL_EDGE_BECAUSE;
}

static pel_node_state state_of(const pel_phenotype_reason *r) {
  if (r->kind == PEL_REASON_MISSING) return PEL_STATE_NOT_FOUND;
  return r->kind == PEL_REASON_RELATED || r->kind == PEL_REASON_SPECIFIC ? PEL_STATE_LIKELY : PEL_STATE_HOLDS;
}

/* The steps that speak most for the foremost disease. */
static void keep_path(pel_diagnosis_audit *d, int64_t step, double adds) {
  size_t at = d->n_best_steps < PEL_DIAGNOSIS_PATHS ? d->n_best_steps++ : PEL_DIAGNOSIS_PATHS;
  for (; at > 0 && adds > d->best_steps[at - 1].adds; at--)
    if (at < PEL_DIAGNOSIS_PATHS) d->best_steps[at] = d->best_steps[at - 1];
  if (at < PEL_DIAGNOSIS_PATHS) d->best_steps[at].step = step, d->best_steps[at].adds = adds;
}

static pel_status tell_paths(pel_diagnosis_audit *d) {
  int64_t answer;
  char edges[24];
  PEL_TRY(pel_graph_rows_node(&d->rows, d->shown[0].disease.entity, "answer", NAN, 0, &answer));
  for (size_t i = 0; i < d->n_best_steps; i++) {
    snprintf(edges, sizeof edges, "%lld", (long long)d->best_steps[i].step);
    PEL_TRY(pel_graph_rows_path(&d->rows, answer, edges, "", d->best_steps[i].adds));
  }
  return PEL_OK;
}

/* What it rests on: the case's finding, and the pack's annotation. */
static pel_status tell_grounds(pel_diagnosis_audit *d, const pel_diagnosis_candidate *c, const pel_phenotype_reason *r, int64_t node) {
  audit *a = d->a;
  pel_diagnosis_finding *f = *r->finding ? finding_of(d, r->finding, r->kind == PEL_REASON_EXCLUDED) : NULL;
  int64_t fact, step;
  pel_edge_row edge;
  if (f) PEL_TRY(tell_finding(d, f));
  if (f) PEL_TRY(pel_tell_edge(&a->t, node, f->node, PEL_EDGE_BECAUSE, ""));
  if (!r->relation) return PEL_OK;
  PEL_TRY(pel_edge_row_read(&d->rows, r->relation, &edge));
  PEL_TRY(pel_tell_edge_fact(&d->rows, &edge, &fact));
  PEL_TRY(pel_tell_edge(&a->t, node, fact, PEL_EDGE_BECAUSE, ""));
  if (r->kind == PEL_REASON_MISSING) return PEL_OK; /* the picture of the graph has what the case says */
  pel_graph_step row = {.edge = &edge, .backwards = true, .attention = NAN};
  PEL_TRY(pel_graph_rows_step(&d->rows, &row, &step));
  if (c == d->shown && r->adds > 0) keep_path(d, step, r->adds);
  if (!f || f->of->entity == edge.object) return PEL_OK;
  char shared[420];
  snprintf(shared, sizeof shared, *r->shared_label ? "both are kinds of %.300s" : "is near to", r->shared_label);
  return pel_graph_rows_link(&d->rows, f->of->entity, edge.object, shared);
}

/* `all`: what the reasons add, without their signs. */
static pel_status tell_reason(pel_diagnosis_audit *d, pel_diagnosis_candidate *c, size_t i, double all) {
  audit *a = d->a;
  const pel_phenotype_reason *r = &c->why.items[i];
  char says[1000], note[300], number[40];
  say_reason(r, pel_disease_name(&c->disease), says, sizeof says);
  bool otherwise = r->adds > 0 && (r->kind == PEL_REASON_DENIED || r->kind == PEL_REASON_EXCLUDED || r->kind == PEL_REASON_FOREIGN);
  snprintf(note, sizeof note, "adds %s to the score%s", pel_format_double(number, sizeof number, round(r->adds * 1000) / 1000), otherwise ? " all the same, by what stands above it in the ontology and by how it was learnt" : "");
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CLAIM, .state = state_of(r), .says = says, .note = note}, &c->reason_nodes[i]));
  PEL_TRY(pel_tell_weighted_edge(&a->t, c->node, c->reason_nodes[i], edge_of(r), role_of(r), all > 0 ? fabs(r->adds) / all : 0));
  return tell_grounds(d, c, r, c->reason_nodes[i]);
}

static pel_status tell_reasons(pel_diagnosis_audit *d, pel_diagnosis_candidate *c) {
  size_t missing = 0;
  double all = 0;
  for (size_t i = 0; i < c->why.n; i++) all += fabs(c->why.items[i].adds);
  for (size_t i = 0; i < c->why.n; i++) {
    PEL_TRY(pel_audit_go_on(d->a));
    pel_reason_kind kind = c->why.items[i].kind;
    if (kind == PEL_REASON_DISEASE || (kind == PEL_REASON_MISSING && missing++ >= PEL_DIAGNOSIS_MISSING)) continue;
    PEL_TRY(tell_reason(d, c, i, all));
  }
  return PEL_OK;
}

/* ---- a candidate ---- */

/* The calibrated confidence of a place in the list, with the population that it is of; the interval is that of the cases that had one like it. */
static void rate(const pel_diagnosis_audit *d, size_t place, pel_node *row, char event[400]) {
  const pel_phenotype_weights *w = d->weights;
  size_t n;
  if (!place || place > PEL_RATED || !pel_confidence_rate(place == 1 ? w->bins : w->other_bins, d->rating.confidence[place - 1], row, &n)) return;
  snprintf(event, 400, "that %s is the diagnosis, calibrated on %llu published cases of %llu publications that it was not learnt from, %zu %s with a confidence like this",
           place == 1 ? "the first disease of such a list" : "a disease that comes after the first of such a list", (unsigned long long)w->cases, (unsigned long long)w->publications, n,
           place == 1 ? "of them" : "diseases in such places");
  row->event = event;
}

/* From 1; 0: not among those ranked. */
static size_t place_of(const pel_diagnosis_audit *d, const pel_diagnosis_candidate *c) {
  for (size_t i = 0; i < d->ranking.n; i++)
    if (d->best[i].entity == c->disease.entity) return i + 1;
  return 0;
}

/* Of how many it is the first, and why it is no answer. */
static void say_first(const pel_diagnosis_audit *d, bool sure, char *out, size_t size) {
  char of[120], level[40];
  if (d->ranking.fell_back) snprintf(of, sizeof of, "first of %zu diseases, none of which has one of the findings", d->ranking.candidates);
  else if (d->ranking.candidates == 1) snprintf(of, sizeof of, "the only disease that has one of the findings");
  else snprintf(of, sizeof of, "first of %zu diseases that have one of the findings", d->ranking.candidates);
  if (sure) snprintf(out, size, "%s", of);
  else if (d->rating.refuted) snprintf(out, size, "%s, but another finding refutes it: no answer is given", of);
  else if (!(d->rating.confidence[0] >= 0)) snprintf(out, size, "%s, but no confidence is known where so few are ranked: the weights were learnt among %llu; no answer is given", of, (unsigned long long)d->weights->diseases);
  else snprintf(out, size, "%s, but the confidence is below %s: no answer is given", of, pel_format_double(level, sizeof level, d->a->o->abstain));
}

static pel_status tell_candidate(pel_diagnosis_audit *d, pel_diagnosis_candidate *c) {
  audit *a = d->a;
  char says[500], note[500], event[400] = "", level[40], name[301], key[81];
  int64_t graph_node;
  size_t place = place_of(d, c);
  bool first = place == 1, sure = first && d->rating.confidence[0] >= a->o->abstain && !d->rating.refuted;
  snprintf(says, sizeof says, "%s (%s) explains the findings%s", pel_text_cut(name, sizeof name, pel_disease_name(&c->disease)), pel_text_cut(key, sizeof key, c->disease.key), first ? " best" : "");
  if (first) say_first(d, sure, note, sizeof note);
  else if (place) snprintf(note, sizeof note, "also possible: place %zu, its score is %s below that of the first", place, pel_format_fixed(level, sizeof level, d->best[0].score - c->disease.score, 2));
  else snprintf(note, sizeof note, "asked about; it is not among the first %d", (int)PEL_DIAGNOSIS_RANKED);
  pel_node row = {.kind = PEL_NODE_CONCLUSION, .state = sure ? PEL_STATE_LIKELY : PEL_STATE_UNKNOWN, .says = says, .note = note, .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN};
  rate(d, place, &row, event);
  PEL_TRY(pel_tell_rated_node(&a->t, row, &c->node));
  PEL_TRY(pel_graph_rows_node(&d->rows, c->disease.entity, "answer", c->disease.share, c->node, &graph_node));
  if (!pel_keep_once(&a->result->answers, &a->result->n_answers, c->disease.key)) return pel_fail_memory(a->err, "an answer", 64);
  if (c == d->shown) {
    a->result->state = row.state;
    a->result->says = strdup(says);
    if (!sure) free(a->result->reason), a->result->reason = strdup(note);
  }
  return tell_reasons(d, c);
}

pel_status pel_diagnosis_tell(pel_diagnosis_audit *d) {
  for (size_t i = 0; i < d->n_findings; i++)
    if (d->read[i].known) PEL_TRY(tell_finding(d, &d->findings[i]));
  for (size_t i = 0; i < d->n_shown; i++) PEL_TRY(tell_candidate(d, &d->shown[i]));
  return d->n_shown ? tell_paths(d) : PEL_OK;
}
