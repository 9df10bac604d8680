#include "engine/phenotype/differential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

/* ---- open, close ---- */

pel_status pel_phenotypes_open(pel_pack *pack, const pel_phenotype_options *options, pel_phenotypes **out, pel_error *err) {
  pel_phenotypes *p = pel_alloc(1, sizeof *p);
  if (!p) return pel_fail_memory(err, "phenotypes", sizeof *p);
  pel_profiles_options o = {0};
  if (options) o = (pel_profiles_options){options->catalogue, options->without_frequency, options->without_content};
  pel_status status = pel_profiles_read(pack, &o, &p->profiles, err);
  if (status == PEL_OK) status = pel_feature_scratch_create(&p->profiles, &p->scratch, err);
  if (status == PEL_OK) {
    p->features = pel_alloc(p->profiles.n, PEL_FEATURES * sizeof *p->features);
    p->scores = pel_alloc(p->profiles.n, sizeof *p->scores);
    if (!p->features || !p->scores) status = pel_fail_memory(err, "phenotypes", p->profiles.n * PEL_FEATURES * sizeof *p->features);
  }
  if (status == PEL_OK) *out = p;
  else pel_phenotypes_close(p);
  return status;
}

void pel_phenotypes_close(pel_phenotypes *p) {
  if (!p) return;
  pel_profiles_clear(&p->profiles);
  pel_feature_scratch_clear(&p->scratch);
  free(p->features);
  free(p->scores);
  free(p);
}

static bool annotated(const pel_profiles *p, uint32_t d) { return p->annotation_first[d + 1] > p->annotation_first[d]; }

pel_phenotypes_info pel_phenotypes_get_info(const pel_phenotypes *p) {
  pel_phenotypes_info info = {.n_terms = p->profiles.ontology.n, .n_annotations = p->profiles.n_annotations, .n_denied = p->profiles.n_denied};
  for (uint32_t d = 0; d < p->profiles.n; d++) info.n_diseases += annotated(&p->profiles, d);
  return info;
}

bool pel_phenotypes_has_disease(const pel_phenotypes *p, const char *key) {
  uint32_t d = pel_profiles_find(&p->profiles, key);
  return d != PEL_NO_TERM && annotated(&p->profiles, d);
}

/* ---- a case ---- */

static int rising(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return (a > b) - (a < b);
}

static size_t find_terms(const pel_ontology *o, const char *const *keys, size_t n, uint32_t *out, size_t *unknown) {
  size_t found = 0, kept = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t t = pel_ontology_find(o, keys[i]);
    if (t == PEL_NO_TERM) ++*unknown;
    else out[found++] = t;
  }
  if (found) qsort(out, found, sizeof *out, rising);
  for (size_t i = 0; i < found; i++)
    if (!kept || out[kept - 1] != out[i]) out[kept++] = out[i];
  return kept;
}

pel_status pel_case_terms_of(const pel_ontology *o, const pel_phenotype_case *c, pel_case_terms *out, pel_error *err) {
  pel_case_terms t = {.observed = pel_alloc(c->n_observed, sizeof *t.observed), .excluded = pel_alloc(c->n_excluded, sizeof *t.excluded)};
  if (!t.observed || !t.excluded) {
    pel_case_terms_clear(&t);
    return pel_fail_memory(err, "a case", (c->n_observed + c->n_excluded) * sizeof *t.observed);
  }
  t.n_observed = find_terms(o, c->observed, c->n_observed, t.observed, &t.unknown);
  t.n_excluded = find_terms(o, c->excluded, c->n_excluded, t.excluded, &t.unknown);
  *out = t;
  return PEL_OK;
}

void pel_case_terms_clear(pel_case_terms *t) {
  free(t->observed);
  free(t->excluded);
  *t = (pel_case_terms){0};
}

/* ---- scores ---- */

bool pel_has_a_finding(const float *x) { return x[PEL_F_EXACT] + x[PEL_F_GENERAL] + x[PEL_F_SPECIFIC] > 0; }

bool pel_scores_of(const pel_profiles *p, const float *features, const double *weight, pel_candidates from, double *scores) {
  bool any = false; /* where no disease has one, all are candidates */
  for (uint32_t d = 0; d < p->n && from == PEL_CANDIDATES_RETRIEVED && !any; d++) any = annotated(p, d) && pel_has_a_finding(features + (size_t)d * PEL_FEATURES);
  for (uint32_t d = 0; d < p->n; d++) {
    const float *x = features + (size_t)d * PEL_FEATURES;
    double sum = 0;
    for (int k = 0; k < PEL_FEATURES; k++) sum += weight[k] * x[k];
    scores[d] = annotated(p, d) && (!any || pel_has_a_finding(x)) ? sum : -INFINITY;
  }
  return any;
}

double pel_similarity_of(const pel_phenotypes *p, uint32_t d, size_t n_excluded) {
  const float *x = p->features + (size_t)d * PEL_FEATURES;
  return annotated(&p->profiles, d) ? x[PEL_F_RESNIK_MEAN] - x[PEL_F_ASKED] / (float)(n_excluded ? n_excluded : 1) : -INFINITY;
}

double pel_scores_rank(const pel_profiles *p, const double *scores, uint32_t disease, bool same_catalogue) {
  double better = 0, equal = 0;
  size_t prefix = same_catalogue ? strcspn(p->keys[disease], ":") : 0;
  for (uint32_t d = 0; d < p->n; d++) {
    if (d == disease || scores[d] < scores[disease] || strncmp(p->keys[d], p->keys[disease], prefix) != 0) continue;
    if (scores[d] > scores[disease]) better++;
    else equal++;
  }
  return 1 + better + equal / 2;
}

/* ---- the ranking ---- */

/* An older key and the one that replaces it may say of one term that it is there and that it is not. Both lists rise. */
static pel_status check_terms(const pel_phenotypes *p, const pel_case_terms *t, pel_error *err) {
  for (size_t i = 0, k = 0; i < t->n_observed && k < t->n_excluded;) {
    if (t->observed[i] == t->excluded[k]) return pel_fail(err, PEL_ERR_INPUT, "%s is said to be there and not to be there (one of the two perhaps by a key that it has replaced): keep one", p->profiles.ontology.names[t->observed[i]]);
    if (t->observed[i] < t->excluded[k]) i++;
    else k++;
  }
  return PEL_OK;
}

pel_status pel_phenotype_case_open(pel_phenotypes *p, const pel_phenotype_case *c, pel_case_terms *terms, pel_case_view *v, pel_error *err) {
  PEL_TRY(pel_case_terms_of(&p->profiles.ontology, c, terms, err));
  pel_findings f = pel_findings_of(terms);
  pel_status status = terms->n_observed ? pel_case_view_create(&p->profiles, &f, v, err)
                                        : pel_fail(err, PEL_ERR_USAGE, "none of the %zu observed findings is a term of the pack; give keys such as HP:0001250", c->n_observed);
  if (status == PEL_OK && (status = check_terms(p, terms, err)) != PEL_OK) pel_case_view_clear(v);
  if (status == PEL_OK) pel_features_of_all(v, &p->scratch, p->features);
  else pel_case_terms_clear(terms);
  return status;
}

typedef struct standing {
  double score;
  uint32_t disease;
} standing;

static int best_first(const void *x, const void *y) {
  const standing *a = x, *b = y;
  if (a->score != b->score) return a->score < b->score ? 1 : -1;
  return (a->disease > b->disease) - (a->disease < b->disease);
}

static pel_status take_best(pel_phenotypes *p, pel_ranking *out, pel_error *err) {
  const pel_profiles *q = &p->profiles;
  standing *list = pel_alloc(q->n, sizeof *list);
  if (!list) return pel_fail_memory(err, "a ranking", q->n * sizeof *list);
  size_t n = 0;
  double sum = 0;
  for (uint32_t d = 0; d < q->n; d++)
    if (p->scores[d] > -INFINITY) list[n++] = (standing){p->scores[d], d};
  if (n) qsort(list, n, sizeof *list, best_first);
  out->candidates = n;
  for (size_t i = 0; i < n; i++) sum += exp(list[i].score - list[0].score);
  out->n = n < out->room ? n : out->room;
  for (size_t i = 0; i < out->n; i++) {
    uint32_t d = list[i].disease;
    out->diseases[i] = (pel_ranked_disease){q->keys[d], q->labels[d], q->entities[d], list[i].score, exp(list[i].score - list[0].score) / sum};
  }
  free(list);
  return PEL_OK;
}

pel_status pel_phenotype_rank(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, pel_ranking *out, pel_error *err) {
  const pel_phenotype_weights *w = weights ? weights : pel_phenotype_weights_builtin();
  pel_case_terms terms;
  pel_case_view v;
  PEL_TRY(pel_phenotype_case_open(p, c, &terms, &v, err));
  out->fell_back = !pel_scores_of(&p->profiles, p->features, w->weight, PEL_CANDIDATES_RETRIEVED, p->scores);
  pel_status status = take_best(p, out, err);
  if (status == PEL_OK) out->unknown = terms.unknown;
  pel_case_view_clear(&v);
  pel_case_terms_clear(&terms);
  return status;
}

/* ---- why ---- */

const char *pel_reason_kind_name(pel_reason_kind kind) {
  static const char *const names[] = {"exact", "general", "specific", "related", "foreign", "denied", "excluded", "missing", "disease"};
  return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "";
}

static double dot(const float x[PEL_FEATURES], const double *w) {
  double sum = 0;
  for (int k = 0; k < PEL_FEATURES; k++) sum += w[k] * x[k];
  return sum;
}

void pel_finding_adds(const pel_parts *parts, const double *w, double *adds) {
  for (size_t i = 0; i < parts->n_observed; i++) adds[i] = dot(parts->observed[i], w);
  for (size_t a = 0; a < parts->n_annotations; a++) /* one that is found, or half, goes to the finding that comes nearest to it */
    if (parts->annotation_state[a] < 2 && parts->annotation_by[a] != PEL_NO_TERM) adds[parts->annotation_by[a]] += dot(parts->annotations[a], w);
  for (size_t i = 0; i < parts->n_excluded; i++) adds[parts->n_observed + i] = parts->excluded_by[i] == PEL_NO_TERM ? NAN : dot(parts->excluded[i], w);
}

typedef struct telling { /* names of what an explanation speaks of */
  const pel_profiles *p;
  const pel_profile *d;
  const pel_parts *parts;
  const double *w;
  pel_phenotype_reason *items;
  size_t n;
} telling;

static void tell_annotation(const telling *t, uint32_t annotation, pel_phenotype_reason *r) {
  if (annotation == PEL_NO_TERM) return;
  const pel_annotation *a = &t->d->annotations[annotation];
  const pel_annotation_row *row = &t->p->rows[a->row];
  r->matched = t->p->ontology.names[a->term], r->matched_label = t->p->ontology.labels[a->term];
  r->written = t->p->strings + row->written, r->references = t->p->strings + row->references;
  r->frequency = a->stated ? a->share : NAN;
  r->relation = row->relation;
}

static pel_phenotype_reason *new_reason(telling *t, pel_reason_kind kind, uint32_t finding) {
  pel_phenotype_reason *r = &t->items[t->n++];
  *r = (pel_phenotype_reason){kind, "", "", "", "", "", "", "", NAN, "", 0, 0};
  if (finding != PEL_NO_TERM) r->finding = t->p->ontology.names[finding], r->finding_label = t->p->ontology.labels[finding];
  return r;
}

static void tell_findings(telling *t, const pel_findings *f, const double *adds) {
  for (size_t i = 0; i < f->n_observed; i++) {
    const pel_found *m = &t->parts->found[i];
    bool denied = t->parts->observed[i][PEL_F_DENIED] > 0;
    pel_phenotype_reason *r = new_reason(t, denied ? PEL_REASON_DENIED : (pel_reason_kind)m->match, f->observed[i]);
    r->adds = adds[i];
    tell_annotation(t, m->annotation, r);
    if (m->by != PEL_NO_TERM) r->shared = t->p->ontology.names[m->by], r->shared_label = t->p->ontology.labels[m->by];
  }
  for (size_t i = 0; i < f->n_excluded; i++) {
    if (t->parts->excluded_by[i] == PEL_NO_TERM) continue; /* says nothing of this disease: all 0 */
    pel_phenotype_reason *r = new_reason(t, PEL_REASON_EXCLUDED, f->excluded[i]);
    r->adds = adds[f->n_observed + i];
    tell_annotation(t, t->parts->excluded_by[i], r);
  }
}

static int most_first(const void *x, const void *y) {
  const pel_phenotype_reason *a = x, *b = y;
  double p = fabs(a->adds), q = fabs(b->adds);
  if (p != q) return p < q ? 1 : -1;
  return strcmp(a->matched, b->matched);
}

static void tell_disease(telling *t) {
  size_t first = t->n;
  double half = 0; /* half found by nothing that tells: goes to the disease */
  for (size_t a = 0; a < t->parts->n_annotations; a++) {
    double adds = dot(t->parts->annotations[a], t->w);
    if (t->parts->annotation_state[a] == 2) {
      pel_phenotype_reason *r = new_reason(t, PEL_REASON_MISSING, PEL_NO_TERM);
      tell_annotation(t, (uint32_t)a, r);
      r->adds = adds;
    } else if (t->parts->annotation_by[a] == PEL_NO_TERM) {
      half += adds;
    }
  }
  if (t->n > first) qsort(t->items + first, t->n - first, sizeof *t->items, most_first);
  new_reason(t, PEL_REASON_DISEASE, PEL_NO_TERM)->adds = dot(t->parts->disease, t->w) + half;
}

static pel_status tell(const pel_profiles *p, const pel_case_view *v, uint32_t disease, const double *w, pel_phenotype_reasons *out, pel_error *err) {
  pel_profile d = pel_profile_of(p, disease);
  pel_parts parts;
  PEL_TRY(pel_parts_of(v, &d, &parts, err));
  size_t room = parts.n_observed + parts.n_excluded + parts.n_annotations + 1;
  telling t = {p, &d, &parts, w, pel_alloc(room, sizeof *t.items), 0};
  double *adds = pel_alloc(parts.n_observed + parts.n_excluded, sizeof *adds);
  bool enough = t.items && adds;
  if (enough) {
    pel_finding_adds(&parts, w, adds);
    tell_findings(&t, &v->f, adds);
    tell_disease(&t);
    *out = (pel_phenotype_reasons){t.items, t.n, 0};
    for (size_t i = 0; i < t.n; i++) out->score += t.items[i].adds;
  }
  pel_parts_clear(&parts);
  free(adds);
  if (!enough) free(t.items);
  return enough ? PEL_OK : pel_fail_memory(err, "an explanation", room * sizeof *t.items);
}

pel_status pel_phenotype_explain(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, const char *disease, pel_phenotype_reasons *out, pel_error *err) {
  const pel_phenotype_weights *w = weights ? weights : pel_phenotype_weights_builtin();
  uint32_t d = pel_profiles_find(&p->profiles, disease);
  if (d == PEL_NO_TERM || !annotated(&p->profiles, d)) return pel_fail(err, PEL_ERR_USAGE, "the pack has no findings of a disease '%.80s'; give a key such as OMIM:154700", disease);
  pel_case_terms terms;
  pel_case_view v;
  PEL_TRY(pel_phenotype_case_open(p, c, &terms, &v, err));
  pel_status status = tell(&p->profiles, &v, d, w->weight, out, err);
  pel_case_view_clear(&v);
  pel_case_terms_clear(&terms);
  return status;
}

void pel_phenotype_reasons_clear(pel_phenotype_reasons *reasons) {
  free(reasons->items);
  *reasons = (pel_phenotype_reasons){0};
}
