#include "engine/phenotype/features.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/phenotype/features_parts.h"

static const pel_feature_info features[PEL_FEATURES] = {
    {"exact", 0}, {"exact_content", 0}, {"exact_share", 0},
    {"general", 0}, {"general_content", 0}, {"general_share", 0},
    {"specific", 0}, {"specific_content", 0}, {"specific_share", 0},
    {"related", 0}, {"related_content", 0}, {"related_share", 0},
    {"none_content", 0}, {"ratio", 0}, {"ratio_mean", 0}, {"resnik", 0}, {"resnik_mean", 0}, {"foreign_mean", 0}, {"denied", -1},
    {"node_gain", 0}, {"node_gain_part", 0}, {"node_share", 0}, {"node_weighed", 0}, {"node_weighed_part", 0}, {"node_covers", 0}, {"node_left", 0}, {"node_left_part", 0},
    {"often_found", 0}, {"often_part", 0}, {"often_missed", 0}, {"sometimes_found", 0}, {"sometimes_part", 0}, {"sometimes_missed", 0},
    {"seldom_found", 0}, {"seldom_part", 0}, {"seldom_missed", 0}, {"unstated_found", 0}, {"unstated_part", 0}, {"unstated_missed", 0},
    {"missed_log", -1}, {"back_weighed", 0}, {"back_mean", 0},
    {"excluded_often", -1}, {"excluded_sometimes", -1}, {"excluded_seldom", -1}, {"excluded_log", -1}, {"asked", 0}, {"asked_content", 0},
    {"size", 0}, {"weight", 0}, {"spread", 0}};

const pel_feature_info *pel_feature_of(pel_feature f) { return &features[f]; }

/* ---- the case ---- */

static bool fill_nodes(pel_case_view *v, uint16_t *counts) {
  const pel_ontology *o = &v->p->ontology;
  size_t n, most = 0;
  for (size_t i = 0; i < v->f.n_observed; i++) {
    const uint32_t *above = pel_ancestors(o, v->f.observed[i], &n);
    most += n;
    for (size_t k = 0; k < n; k++) counts[above[k]]++;
  }
  if (most > o->n) most = o->n;
  v->nodes = pel_alloc(most, sizeof *v->nodes);
  v->shared = pel_alloc(most, sizeof *v->shared);
  if (!v->nodes || !v->shared) return false;
  for (uint32_t t = 0; t < o->n; t++)
    if (counts[t]) v->shared[v->n_nodes] = counts[t], v->nodes[v->n_nodes++] = t, v->gain_sum += v->p->gain[t];
  if (!(v->gain_sum > 0)) v->gain_sum = 1;
  return true;
}

pel_status pel_case_view_create(const pel_profiles *p, const pel_findings *f, pel_case_view *out, pel_error *err) {
  const pel_ontology *o = &p->ontology;
  pel_case_view v = {.p = p, .f = *f, .best = pel_alloc(o->n, sizeof *v.best)};
  uint16_t *counts = pel_alloc(o->n, sizeof *counts);
  if (f->n_observed > UINT16_MAX) {
    free(counts), free(v.best);
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "a case of %zu findings is too large", f->n_observed);
  }
  bool ok = v.best && counts && fill_nodes(&v, counts);
  for (size_t i = 0; i < o->n && ok; i++) {
    uint32_t t = o->order[i];
    float best = counts[t] ? (float)p->content[t] : 0;
    for (uint32_t q = o->parent_first[t]; q < o->parent_first[t + 1]; q++)
      if (v.best[o->parents[q]] > best) best = v.best[o->parents[q]];
    v.best[t] = best;
  }
  free(counts);
  if (!ok) {
    pel_case_view_clear(&v);
    return pel_fail_memory(err, "a case", o->n * sizeof *v.best);
  }
  *out = v;
  return PEL_OK;
}

void pel_case_view_clear(pel_case_view *v) {
  free(v->nodes), free(v->shared), free(v->best);
  *v = (pel_case_view){0};
}

/* ---- all diseases ---- */

pel_status pel_feature_scratch_create(const pel_profiles *p, pel_feature_scratch *out, pel_error *err) {
  pel_feature_scratch s = {.matches = pel_alloc(p->n, sizeof(pel_finding_match)), .kept = pel_alloc(p->n, PEL_KEPT_MATCHES * sizeof(pel_finding_match)), .counts = pel_alloc(p->n, sizeof *s.counts), .observed = pel_alloc(p->n, PEL_FEATURES * sizeof *s.observed),
                           .asked = pel_alloc(p->ontology.n, sizeof *s.asked)};
  if (!s.matches || !s.kept || !s.counts || !s.observed || !s.asked) {
    pel_feature_scratch_clear(&s);
    return pel_fail_memory(err, "a ranking", p->n * (PEL_KEPT_MATCHES * sizeof(pel_finding_match) + PEL_FEATURES * sizeof *s.observed));
  }
  *out = s;
  return PEL_OK;
}

void pel_feature_scratch_clear(pel_feature_scratch *s) {
  free(s->matches), free(s->kept), free(s->counts), free(s->observed), free(s->asked);
  *s = (pel_feature_scratch){0};
}

static void match_all(const pel_profiles *p, uint32_t t, pel_finding_match *out) {
  size_t n;
  const uint32_t *above = pel_ancestors(&p->ontology, t, &n);
  memset(out, 0, p->n * sizeof *out);
  for (size_t k = 0; k < n; k++) {
    float content = (float)p->content[above[k]];
    for (uint32_t q = p->posting_first[above[k]]; q < p->posting_first[above[k] + 1]; q++) {
      const pel_posting *at = &p->postings[q];
      pel_match_add(&out[at->disease], above[k] == t, at->direct, content, at->log_share);
    }
  }
}

static bool was_asked(const pel_feature_scratch *s, uint32_t t) {
  for (size_t i = 0; i < s->n_asked; i++)
    if (s->asked[i] == t) return true;
  return false;
}

/* A finding's matches, of use until the next call. Those of one that was asked about before are kept while there is room: it may come again. */
static const pel_finding_match *matches_of(const pel_profiles *p, pel_feature_scratch *s, uint32_t t) {
  pel_finding_match *out = s->matches;
  for (size_t i = 0; i < s->n_kept; i++)
    if (s->kept_term[i] == t) return (const pel_finding_match *)s->kept + i * p->n;
  if (s->n_kept < PEL_KEPT_MATCHES && was_asked(s, t)) {
    out = (pel_finding_match *)s->kept + s->n_kept * p->n;
    s->kept_term[s->n_kept++] = t;
  }
  match_all(p, t, out);
  return out;
}

static void count_denying(const pel_profiles *p, uint32_t t, float *out) {
  size_t n;
  const uint32_t *above = pel_ancestors(&p->ontology, t, &n);
  for (size_t k = 0; k < n; k++)
    for (uint32_t q = p->denying_first[above[k]]; q < p->denying_first[above[k] + 1]; q++) out[(size_t)p->denying[q] * PEL_FEATURES + PEL_F_DENIED]++;
}

static void all_findings(const pel_case_view *v, pel_feature_scratch *s) {
  const pel_profiles *p = v->p;
  float over = 1 / (float)(v->f.n_observed ? v->f.n_observed : 1);
  for (size_t i = 0; i < v->f.n_observed; i++) {
    uint32_t t = v->f.observed[i];
    const pel_finding_match *matches = matches_of(p, s, t);
    for (size_t d = 0; d < p->n; d++) pel_add_finding(s->observed + d * PEL_FEATURES, &matches[d], (float)p->content[t], over);
    count_denying(p, t, s->observed);
  }
}

/* Diseases that have all parents of a term and not the term. */
static void all_left(const pel_case_view *v, uint32_t t, uint32_t *counts, float *out) {
  const pel_profiles *p = v->p;
  const uint32_t *parents = p->ontology.parents + p->ontology.parent_first[t];
  uint32_t n = p->ontology.parent_first[t + 1] - p->ontology.parent_first[t];
  if (!n) return;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t q = p->posting_first[parents[i]]; q < p->posting_first[parents[i] + 1]; q++) counts[p->postings[q].disease]++;
  for (uint32_t q = p->posting_first[t]; q < p->posting_first[t + 1]; q++) counts[p->postings[q].disease] = 0;
  for (uint32_t q = p->posting_first[parents[0]]; q < p->posting_first[parents[0] + 1]; q++)
    if (counts[p->postings[q].disease] == n) pel_add_left(out + (size_t)p->postings[q].disease * PEL_FEATURES, v, 1);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t q = p->posting_first[parents[i]]; q < p->posting_first[parents[i] + 1]; q++) counts[p->postings[q].disease] = 0;
}

static void all_nodes(const pel_case_view *v, uint32_t *counts, float *out) {
  const pel_profiles *p = v->p;
  for (size_t i = 0; i < v->n_nodes; i++) {
    uint32_t t = v->nodes[i];
    float gain = (float)p->gain[t];
    for (uint32_t q = p->posting_first[t]; q < p->posting_first[t + 1]; q++) {
      const pel_posting *at = &p->postings[q];
      pel_add_node(out + (size_t)at->disease * PEL_FEATURES, v, gain, at->share, at->log_share, at->log_above, p->sums[at->disease].spread, 1);
    }
    all_left(v, t, counts, out);
  }
}

static void all_annotations(const pel_case_view *v, float *out) {
  const pel_profiles *p = v->p;
  for (uint32_t d = 0; d < p->n; d++) {
    pel_profile profile = pel_profile_of(p, d);
    float *x = out + (size_t)d * PEL_FEATURES;
    if (!profile.n_annotations) continue;
    for (size_t i = 0; i < profile.n_annotations; i++) {
      const pel_annotation *a = &profile.annotations[i];
      pel_add_annotation(x, a, v->best[a->term], (float)p->content[a->term], p->sums[d].weight, (float)profile.n_annotations);
    }
    pel_add_disease(x, &p->sums[d]);
  }
}

static bool is_another_patient(const pel_case_view *v, const pel_feature_scratch *s) {
  for (size_t i = 0; i < v->f.n_observed; i++)
    if (was_asked(s, v->f.observed[i])) return false;
  return true;
}

static void all_observed(const pel_case_view *v, pel_feature_scratch *s) {
  size_t size = v->f.n_observed * sizeof *s->asked;
  if (size && s->n_asked == v->f.n_observed && memcmp(s->asked, v->f.observed, size) == 0) return;
  if (is_another_patient(v, s)) s->n_kept = 0;
  memset(s->observed, 0, v->p->n * PEL_FEATURES * sizeof *s->observed);
  all_findings(v, s);
  all_nodes(v, s->counts, s->observed);
  all_annotations(v, s->observed);
  if (size) memcpy(s->asked, v->f.observed, size);
  s->n_asked = v->f.n_observed;
}

void pel_features_of_all(const pel_case_view *v, pel_feature_scratch *s, float *out) {
  const pel_profiles *p = v->p;
  all_observed(v, s);
  memcpy(out, s->observed, p->n * PEL_FEATURES * sizeof *out);
  for (size_t i = 0; i < v->f.n_excluded; i++) {
    uint32_t t = v->f.excluded[i];
    for (uint32_t q = p->posting_first[t]; q < p->posting_first[t + 1]; q++)
      pel_add_excluded(out + (size_t)p->postings[q].disease * PEL_FEATURES, p->postings[q].share, (float)p->content[t]);
  }
}
