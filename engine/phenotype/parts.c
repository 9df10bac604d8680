/* The features of one disease, each with the finding or the annotation that it comes from: what an explanation is made of. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/phenotype/features.h"
#include "engine/phenotype/features_parts.h"

static const pel_implied *implied_at(const pel_profile *d, uint32_t term) {
  size_t low = 0, high = d->n_implied;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (d->implied[middle].term < term) low = middle + 1;
    else high = middle;
  }
  return low < d->n_implied && d->implied[low].term == term ? &d->implied[low] : NULL;
}

static bool denies(const pel_profile *d, uint32_t term) {
  for (size_t i = 0; i < d->n_denied; i++)
    if (d->denied[i] == term) return true;
  return false;
}

/* The most frequent annotation at or below a term; of equals the most telling, then the first. */
static uint32_t annotation_below(const pel_profiles *p, const pel_profile *d, uint32_t term) {
  uint32_t best = PEL_NO_TERM;
  for (uint32_t i = 0; i < d->n_annotations; i++) {
    const pel_annotation *a = &d->annotations[i], *b = best == PEL_NO_TERM ? NULL : &d->annotations[best];
    if (!pel_ontology_is(&p->ontology, a->term, term)) continue;
    if (!b || a->share > b->share || (a->share == b->share && p->content[a->term] > p->content[b->term])) best = i;
  }
  return best;
}

static void one_finding(const pel_case_view *v, const pel_profile *d, uint32_t t, float *x, pel_found *found) {
  const pel_profiles *p = v->p;
  pel_finding_match m = {0};
  size_t n;
  const uint32_t *above = pel_ancestors(&p->ontology, t, &n);
  uint32_t nearest = PEL_NO_TERM, annotated = PEL_NO_TERM;
  for (size_t k = 0; k < n; k++) {
    const pel_implied *at = implied_at(d, above[k]);
    float content = (float)p->content[above[k]];
    if (denies(d, above[k])) x[PEL_F_DENIED]++;
    if (!at) continue;
    pel_match_add(&m, above[k] == t, at->direct, content, at->log_share);
    if (nearest == PEL_NO_TERM || content > p->content[nearest]) nearest = above[k];
    if (at->direct && (annotated == PEL_NO_TERM || content > p->content[annotated])) annotated = above[k];
  }
  pel_add_finding(x, &m, (float)p->content[t], 1 / (float)v->f.n_observed);
  pel_match kind = pel_match_kind(&m);
  uint32_t by = kind == PEL_MATCH_NONE ? PEL_NO_TERM : m.has ? t : kind == PEL_MATCH_SPECIFIC ? annotated : nearest;
  *found = (pel_found){kind, by, by == PEL_NO_TERM ? PEL_NO_TERM : annotation_below(p, d, by)};
}

/* What the nodes at and above a finding add, shared with the other findings below them. */
static void one_closure(const pel_case_view *v, const pel_profile *d, const pel_profile_sums *sums, uint32_t t, float *x) {
  const pel_ontology *o = &v->p->ontology;
  size_t n, node = 0;
  const uint32_t *above = pel_ancestors(o, t, &n);
  for (size_t k = 0; k < n; k++) {
    while (v->nodes[node] != above[k]) node++; /* both rise, and the nodes hold every ancestor */
    float part = 1 / (float)v->shared[node];
    const pel_implied *at = implied_at(d, above[k]);
    if (at) {
      pel_add_node(x, v, (float)v->p->gain[above[k]], at->share, at->log_share, at->log_above, sums->spread, part);
      continue;
    }
    uint32_t from = o->parent_first[above[k]], to = o->parent_first[above[k] + 1];
    bool all = from < to;
    for (uint32_t q = from; q < to && all; q++) all = implied_at(d, o->parents[q]) != NULL;
    if (all) pel_add_left(x, v, part);
  }
}

/* The finding that shares the most telling term with an annotation. */
static uint32_t nearest_finding(const pel_case_view *v, uint32_t term) {
  size_t n;
  const uint32_t *above = pel_ancestors(&v->p->ontology, term, &n);
  uint32_t best = PEL_NO_TERM;
  double content = 0;
  for (uint32_t i = 0; i < v->f.n_observed; i++)
    for (size_t k = 0; k < n; k++)
      if (v->p->content[above[k]] > content && pel_ontology_is(&v->p->ontology, v->f.observed[i], above[k])) content = v->p->content[above[k]], best = i;
  return best;
}

static bool allocate(pel_parts *s) {
  s->observed = pel_alloc(s->n_observed, sizeof *s->observed);
  s->excluded = pel_alloc(s->n_excluded, sizeof *s->excluded);
  s->annotations = pel_alloc(s->n_annotations, sizeof *s->annotations);
  s->found = pel_alloc(s->n_observed, sizeof *s->found);
  s->annotation_by = pel_alloc(s->n_annotations, sizeof *s->annotation_by);
  s->annotation_state = pel_alloc(s->n_annotations, sizeof *s->annotation_state);
  s->excluded_by = pel_alloc(s->n_excluded, sizeof *s->excluded_by);
  return s->observed && s->excluded && s->annotations && s->found && s->annotation_by && s->annotation_state && s->excluded_by;
}

pel_status pel_parts_of(const pel_case_view *v, const pel_profile *d, pel_parts *out, pel_error *err) {
  pel_parts s = {.n_observed = v->f.n_observed, .n_excluded = v->f.n_excluded, .n_annotations = d->n_annotations};
  const pel_profiles *p = v->p;
  pel_profile_sums sums = pel_profile_sum(p, d);
  if (!allocate(&s)) {
    pel_parts_clear(&s);
    return pel_fail_memory(err, "an explanation", (s.n_observed + s.n_excluded + s.n_annotations) * sizeof *s.observed);
  }
  for (size_t i = 0; i < s.n_observed; i++) {
    one_finding(v, d, v->f.observed[i], s.observed[i], &s.found[i]);
    one_closure(v, d, &sums, v->f.observed[i], s.observed[i]);
  }
  for (size_t i = 0; i < s.n_annotations; i++) {
    const pel_annotation *a = &d->annotations[i];
    float best = v->best[a->term], content = (float)p->content[a->term];
    pel_add_annotation(s.annotations[i], a, best, content, sums.weight, (float)d->n_annotations);
    s.annotation_state[i] = (unsigned char)pel_annotation_state(best, content);
    s.annotation_by[i] = nearest_finding(v, a->term);
  }
  for (size_t i = 0; i < s.n_excluded; i++) {
    const pel_implied *at = implied_at(d, v->f.excluded[i]);
    s.excluded_by[i] = PEL_NO_TERM;
    if (!at) continue;
    pel_add_excluded(s.excluded[i], at->share, (float)p->content[at->term]);
    s.excluded_by[i] = annotation_below(p, d, at->term);
  }
  if (d->n_annotations) pel_add_disease(s.disease, &sums);
  *out = s;
  return PEL_OK;
}

void pel_parts_clear(pel_parts *s) {
  free(s->observed), free(s->excluded), free(s->annotations), free(s->found), free(s->annotation_by), free(s->annotation_state), free(s->excluded_by);
  *s = (pel_parts){0};
}

void pel_parts_sum(const pel_parts *s, double out[PEL_FEATURES]) {
  for (int k = 0; k < PEL_FEATURES; k++) {
    out[k] = s->disease[k];
    for (size_t i = 0; i < s->n_observed; i++) out[k] += s->observed[i][k];
    for (size_t i = 0; i < s->n_excluded; i++) out[k] += s->excluded[i][k];
    for (size_t i = 0; i < s->n_annotations; i++) out[k] += s->annotations[i][k];
  }
}
