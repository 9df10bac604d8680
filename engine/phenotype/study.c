/* Learning by folds: what is told of a case comes from weights and a calibration that saw nothing of its publication. */
#include "engine/phenotype/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { BASES = 3, PER_BASE = 60 };
static const double RIDGE = 1e-4;

const char *pel_phenotype_method_name(pel_phenotype_method method) {
  static const char *const names[] = {"learnt", "likelihood ratio", "Resnik"};
  return (unsigned)method < PEL_PHENOTYPE_METHODS ? names[method] : "";
}

static bool goes_on(const study *s, double fraction) { return !s->o->progress || s->o->progress(fraction, s->o->user); }

/* ---- publications and folds ---- */

static uint64_t hash_of(const char *text) { /* FNV-1a */
  uint64_t h = 0xcbf29ce484222325u;
  for (; *text; text++) h = (h ^ (unsigned char)*text) * 0x100000001b3u;
  return h;
}

static int by_hash(const void *x, const void *y) {
  const publication *a = x, *b = y;
  uint64_t p = hash_of(a->name), q = hash_of(b->name);
  return p != q ? (p < q ? -1 : 1) : strcmp(a->name, b->name);
}

/* Folds take turns in the order of a hash of the names: the same whatever the order of the cases. */
static bool find_publications(study *s) {
  size_t n = s->out->n, kept = 0;
  s->publications = pel_alloc(n, sizeof *s->publications);
  if (!s->publications) return false;
  for (size_t i = 0; i < n; i++)
    if (s->out->outcomes[i].covered) s->publications[s->n_publications++].name = s->examples[i].group;
  if (s->n_publications) qsort(s->publications, s->n_publications, sizeof *s->publications, by_hash);
  for (size_t i = 0; i < s->n_publications; i++)
    if (!kept || strcmp(s->publications[kept - 1].name, s->publications[i].name) != 0) s->publications[kept++] = s->publications[i];
  s->n_publications = kept;
  for (size_t g = 0; g < kept; g++) s->publications[g].fold = (uint32_t)(g % s->folds);
  for (size_t i = 0; i < n; i++) {
    pel_phenotype_outcome *o = &s->out->outcomes[i];
    if (!o->covered) continue;
    publication key = {.name = s->examples[i].group}, *found = bsearch(&key, s->publications, kept, sizeof key, by_hash);
    o->group = (uint32_t)(found - s->publications);
    o->fold = found->fold;
    found->cases++;
  }
  s->out->n_groups = kept;
  return true;
}

static bool find_citing(study *s, publication *g) {
  const pel_profiles *p = &s->p->profiles;
  for (uint32_t d = 0; d < p->n; d++) {
    if (!pel_profile_cites(p, d, g->name)) continue;
    void *grown = pel_grow(g->citing, &g->citing_room, g->n_citing + 1, sizeof *g->citing);
    if (!grown) return false;
    g->citing = grown;
    g->citing[g->n_citing++] = d;
  }
  return true;
}

static pel_status cover(study *s, pel_error *err) {
  const pel_profiles *p = &s->p->profiles;
  for (size_t i = 0; i < s->out->n; i++) {
    pel_case_terms t;
    PEL_TRY(pel_case_terms_of(&p->ontology, &s->examples[i].findings, &t, err));
    s->out->unknown_terms += t.unknown;
    s->out->outcomes[i].covered = t.n_observed && pel_phenotypes_has_disease(s->p, s->examples[i].diagnosis);
    s->out->n_covered += s->out->outcomes[i].covered;
    pel_case_terms_clear(&t);
  }
  if (!find_publications(s)) return pel_fail_memory(err, "the publications", 0);
  if (s->n_publications < s->folds)
    return pel_fail(err, PEL_ERR_INPUT, "%zu publications are covered by the pack, too few for %u folds; give more cases", s->n_publications, s->folds);
  for (size_t g = 0; g < s->n_publications; g++)
    if (!find_citing(s, &s->publications[g])) return pel_fail_memory(err, "the publications", 0);
  return PEL_OK;
}

/* ---- the first pass: what each case is learnt from ---- */

static pel_status features_of(study *s, size_t i, pel_case_terms *terms, pel_case_view *v, pel_error *err) {
  PEL_TRY(pel_case_terms_of(&s->p->profiles.ontology, &s->examples[i].findings, terms, err));
  if (s->o->without_excluded) terms->n_excluded = 0;
  pel_findings f = pel_findings_of(terms);
  pel_status status = pel_case_view_create(&s->p->profiles, &f, v, err);
  if (status == PEL_OK) pel_features_of_all(v, &s->p->scratch, s->p->features);
  else pel_case_terms_clear(terms);
  return status;
}

static void done(pel_case_terms *terms, pel_case_view *v) {
  pel_case_view_clear(v);
  pel_case_terms_clear(terms);
}

/* Scores without weights: what a case is told apart by before anything is learnt. */
static double base_score(const float *x, int base) {
  switch (base) {
    case 0: return x[PEL_F_NODE_GAIN] + x[PEL_F_NODE_SHARE];
    case 1: return x[PEL_F_RESNIK_MEAN] + x[PEL_F_BACK_MEAN];
    default: return x[PEL_F_RATIO_MEAN] + 3 * x[PEL_F_BACK_WEIGHED] + 0.5 * x[PEL_F_RESNIK_MEAN];
  }
}

/* The score that the best PER_BASE reach, by a heap-free selection: a partial quicksort on a copy. */
static double threshold(double *copy, size_t n, size_t most) {
  size_t low = 0, high = n - 1, k = most - 1;
  while (low < high) {
    double pivot = copy[(low + high) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (copy[i] > pivot) i++;
      while (copy[j] < pivot) j--;
      if (i >= j) break;
      double swap = copy[i];
      copy[i++] = copy[j], copy[j--] = swap;
    }
    if (k <= j) high = j;
    else low = j + 1;
  }
  return copy[k];
}

static bool choose(study *s, bool *chosen) {
  const pel_profiles *p = &s->p->profiles;
  double *copy = pel_alloc(p->n, sizeof *copy);
  if (!copy) return false;
  for (int base = 0; base < BASES; base++) {
    for (uint32_t d = 0; d < p->n; d++) {
      s->p->scores[d] = p->annotation_first[d + 1] > p->annotation_first[d] ? base_score(s->p->features + (size_t)d * PEL_FEATURES, base) : -1e30;
      copy[d] = s->p->scores[d];
    }
    double least = p->n > PER_BASE ? threshold(copy, p->n, PER_BASE) : -1e29;
    size_t taken = 0;
    for (uint32_t d = 0; d < p->n && taken < 2 * PER_BASE; d++)
      if (s->p->scores[d] >= least && s->p->scores[d] > -1e29) chosen[d] = true, taken++;
  }
  free(copy);
  return true;
}

static bool add_choice(study *s, size_t i, uint32_t right, const bool *chosen) {
  pel_choices *c = &s->choices;
  const pel_phenotype_outcome *o = &s->out->outcomes[i];
  void *grown = pel_grow(c->choices, &c->choices_room, c->n_choices + 1, sizeof *c->choices);
  if (!grown) return false;
  c->choices = grown;
  pel_choice *made = &c->choices[c->n_choices++];
  *made = (pel_choice){.first = c->n_rows, .weight = 1 / sqrt(s->publications[o->group].cases), .fold = o->fold};
  for (uint32_t d = 0; d < s->p->profiles.n; d++) {
    if (!chosen[d] && d != right) continue;
    if (!(grown = pel_grow(c->rows, &c->rows_room, c->n_rows + 1, sizeof *c->rows))) return false;
    c->rows = grown;
    if (d == right) made->right = c->n_rows;
    memcpy(c->rows[c->n_rows++], s->p->features + (size_t)d * PEL_FEATURES, sizeof *c->rows);
  }
  made->n = c->n_rows - made->first;
  return true;
}

static pel_status gather(study *s, pel_error *err) {
  bool *chosen = pel_alloc(s->p->profiles.n, sizeof *chosen);
  pel_status status = chosen ? PEL_OK : pel_fail_memory(err, "the cases", 0);
  for (size_t i = 0; i < s->out->n && status == PEL_OK; i++) {
    pel_case_terms terms;
    pel_case_view v;
    if (!s->out->outcomes[i].covered) continue;
    if (!goes_on(s, 0.4 * (double)i / (double)s->out->n)) status = pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    if (status == PEL_OK) status = features_of(s, i, &terms, &v, err);
    if (status != PEL_OK) break;
    memset(chosen, 0, s->p->profiles.n * sizeof *chosen);
    uint32_t right = pel_profiles_find(&s->p->profiles, s->examples[i].diagnosis);
    if (!choose(s, chosen) || !add_choice(s, i, right, chosen)) status = pel_fail_memory(err, "what the cases are learnt from", s->choices.n_rows * sizeof *s->choices.rows);
    done(&terms, &v);
  }
  free(chosen);
  return status;
}

/* ---- learning ---- */

static pel_status learn(study *s, pel_error *err) {
  bool off[PEL_FEATURES] = {0};
  off[PEL_F_ASKED] = off[PEL_F_ASKED_CONTENT] = s->o->without_asked;
  for (uint32_t f = 0; f <= s->folds; f++) {
    if (!goes_on(s, 0.4 + 0.2 * f / (s->folds + 1))) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    PEL_TRY(pel_logit_fit(&s->choices, f < s->folds ? f : PEL_NO_FOLD, off, RIDGE, s->weights[f], err));
  }
  return PEL_OK;
}

/* ---- the second pass: every case by the weights of its own fold ---- */

static void control_scores(study *s, pel_phenotype_method method, size_t n_excluded) {
  const pel_profiles *p = &s->p->profiles;
  for (uint32_t d = 0; d < p->n; d++) {
    const float *x = s->p->features + (size_t)d * PEL_FEATURES;
    double similarity = pel_similarity_of(s->p, d, n_excluded), ratio = x[PEL_F_RATIO] - x[PEL_F_EXCLUDED_LOG];
    s->p->scores[d] = method == PEL_METHOD_LIKELIHOOD && similarity > -INFINITY ? ratio : similarity;
  }
}

/* What retrieval alone would answer, from the scores of similarity. */
static void keep_similar(study *s, size_t i, size_t n_findings) {
  const double *scores = s->p->scores;
  double first = -INFINITY, second = -INFINITY;
  for (uint32_t d = 0; d < s->p->profiles.n; d++) {
    if (scores[d] > first) second = first, first = scores[d];
    else second = fmax(second, scores[d]);
  }
  s->similar[i] = (study_similar){{first > -INFINITY ? first : 0, second > -INFINITY ? first - second : 0, log((double)n_findings)}};
}

/* The score of a disease without the annotations that cite a publication; *left: it has others. -inf when it is no candidate any more. */
static pel_status score_without(const study *s, const pel_case_view *v, uint32_t d, const publication *g, const double *weight, double *score, bool *left, pel_error *err) {
  pel_profile less;
  pel_parts parts;
  double sum[PEL_FEATURES];
  float x[PEL_FEATURES];
  *score = -INFINITY;
  PEL_TRY(pel_profile_without(&s->p->profiles, d, g->name, &less, err));
  *left = less.n_annotations > 0;
  pel_status status = *left ? pel_parts_of(v, &less, &parts, err) : PEL_OK;
  if (*left && status == PEL_OK) {
    pel_parts_sum(&parts, sum);
    for (int f = 0; f < PEL_FEATURES; f++) x[f] = (float)sum[f];
    if (pel_has_a_finding(x)) *score = 0;
    for (int f = 0; f < PEL_FEATURES && *score > -INFINITY; f++) *score += weight[f] * sum[f];
    pel_parts_clear(&parts);
  }
  pel_profile_free(&less);
  return status;
}

/* The rank when the annotations that cite the case's own publication are not there. */
static pel_status rank_without_own(study *s, size_t i, const pel_case_view *v, uint32_t right, pel_error *err) {
  pel_phenotype_outcome *o = &s->out->outcomes[i];
  const publication *g = &s->publications[o->group];
  bool right_left = true, left;
  o->rank_without_own = o->rank[PEL_METHOD_LEARNT];
  pel_scores_of(&s->p->profiles, s->p->features, s->weights[o->fold], PEL_CANDIDATES_RETRIEVED, s->p->scores);
  for (size_t k = 0; k < g->n_citing; k++) {
    uint32_t d = g->citing[k];
    PEL_TRY(score_without(s, v, d, g, s->weights[o->fold], &s->p->scores[d], &left, err));
    if (d == right) o->cites_own = true, right_left = left;
  }
  if (g->n_citing) o->rank_without_own = right_left ? pel_scores_rank(&s->p->profiles, s->p->scores, right, false) : NAN;
  return PEL_OK;
}

/* The case as the weights of each fold rank it: its own fold's for the figures, the others' for their calibration. */
static pel_status rate_by_folds(study *s, size_t i, const pel_case_view *v, uint32_t right, pel_error *err) {
  const pel_profiles *p = &s->p->profiles;
  pel_rater rater = pel_rater_of(s->p, v);
  pel_status status = PEL_OK;
  for (uint32_t f = 0; f < s->folds; f++)
    for (int from = 0; from < 2 && status == PEL_OK; from++) {
      struct study_ranked *r = &s->ranked_by[i * s->folds + f];
      pel_scores_of(p, s->p->features, s->weights[f], (pel_candidates)from, s->p->scores);
      status = pel_rate(&rater, s->p->scores, s->weights[f], &r->rated[from], err);
      r->right[from] = r->rated[from].disease[0] == right;
    }
  pel_rater_clear(&rater);
  return status;
}

static void keep_ranks(study *s, size_t i, uint32_t right) {
  pel_phenotype_outcome *o = &s->out->outcomes[i];
  const pel_profiles *p = &s->p->profiles;
  const struct study_ranked *r = &s->ranked_by[i * s->folds + o->fold];
  const pel_rated *rated = &r->rated[PEL_CANDIDATES_RETRIEVED];
  o->right = o->without[PEL_STAGE_VERIFY].right = r->right[PEL_CANDIDATES_RETRIEVED];
  o->without[PEL_STAGE_RETRIEVE].right = r->right[PEL_CANDIDATES_ALL];
  o->without[PEL_STAGE_RETRIEVE].refuted = r->rated[PEL_CANDIDATES_ALL].refuted;
  o->refuted = rated->refuted;
  for (o->place = 0; o->place < rated->n && rated->disease[o->place] != right; o->place++);
  if (o->place == rated->n) o->place = PEL_RATED;
  pel_scores_of(p, s->p->features, s->weights[o->fold], PEL_CANDIDATES_ALL, s->p->scores);
  o->without[PEL_STAGE_RETRIEVE].rank = pel_scores_rank(p, s->p->scores, right, false);
  pel_scores_of(p, s->p->features, s->weights[o->fold], PEL_CANDIDATES_RETRIEVED, s->p->scores);
  o->rank[PEL_METHOD_LEARNT] = o->without[PEL_STAGE_VERIFY].rank = pel_scores_rank(p, s->p->scores, right, false);
  o->rank_catalogue = pel_scores_rank(p, s->p->scores, right, true);
  o->without[PEL_STAGE_DEDUCE].rank = o->rank[PEL_METHOD_RESNIK];
}

static pel_status judge_opened(study *s, size_t i, const pel_case_terms *terms, const pel_case_view *v, pel_error *err) {
  pel_phenotype_outcome *o = &s->out->outcomes[i];
  const pel_profiles *p = &s->p->profiles;
  uint32_t right = pel_profiles_find(p, s->examples[i].diagnosis);
  PEL_TRY(rate_by_folds(s, i, v, right, err));
  for (int m = 1; m < PEL_PHENOTYPE_METHODS; m++) {
    control_scores(s, (pel_phenotype_method)m, terms->n_excluded);
    o->rank[m] = pel_scores_rank(p, s->p->scores, right, false);
    if (m == PEL_METHOD_RESNIK) keep_similar(s, i, terms->n_observed);
  }
  keep_ranks(s, i, right);
  return rank_without_own(s, i, v, right, err);
}

static pel_status judge(study *s, size_t i, pel_error *err) {
  pel_case_terms terms;
  pel_case_view v;
  double begun = pel_clock_seconds();
  PEL_TRY(features_of(s, i, &terms, &v, err));
  pel_scores_of(&s->p->profiles, s->p->features, s->weights[s->out->outcomes[i].fold], PEL_CANDIDATES_RETRIEVED, s->p->scores);
  s->seconds += pel_clock_seconds() - begun, s->ranked++;
  pel_status status = judge_opened(s, i, &terms, &v, err);
  done(&terms, &v);
  return status;
}

static pel_status judge_all(study *s, pel_error *err) {
  for (size_t i = 0; i < s->out->n; i++) {
    if (!goes_on(s, 0.6 + 0.4 * (double)i / (double)s->out->n)) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    if (s->out->outcomes[i].covered) PEL_TRY(judge(s, i, err));
  }
  return PEL_OK;
}

/* ---- all of it ---- */

static pel_status run(study *s, pel_error *err) {
  size_t n = s->out->n;
  s->out->outcomes = pel_alloc(n, sizeof *s->out->outcomes);
  s->ranked_by = pel_alloc(n * s->folds, sizeof *s->ranked_by);
  s->similar = pel_alloc(n, sizeof *s->similar);
  if (!s->out->outcomes || !s->ranked_by || !s->similar) return pel_fail_memory(err, "the cases", n * sizeof *s->out->outcomes);
  PEL_TRY(cover(s, err));
  PEL_TRY(gather(s, err));
  PEL_TRY(learn(s, err));
  PEL_TRY(judge_all(s, err));
  s->out->seconds_rank = s->ranked ? s->seconds / (double)s->ranked : NAN;
  return pel_study_calibrate(s, err);
}

pel_status pel_phenotype_study_run(pel_phenotypes *p, const pel_phenotype_example *examples, size_t n, const pel_phenotype_study_options *options, pel_phenotype_study *out,
                                   pel_error *err) {
  pel_phenotype_study_options o = options ? *options : (pel_phenotype_study_options){0};
  pel_phenotype_study made = {.n = n};
  if (!o.folds) o.folds = 5;
  if (o.folds < 2 || o.folds > STUDY_FOLDS_MAX) return pel_fail(err, PEL_ERR_USAGE, "%u folds: choose 2 to %d", o.folds, STUDY_FOLDS_MAX);
  study *s = pel_alloc(1, sizeof *s);
  if (!s) return pel_fail_memory(err, "a study", sizeof *s);
  *s = (study){.p = p, .examples = examples, .o = &o, .out = &made, .folds = o.folds};
  pel_status status = run(s, err);
  for (size_t g = 0; g < s->n_publications; g++) free(s->publications[g].citing);
  free(s->publications), free(s->ranked_by), free(s->similar);
  pel_choices_clear(&s->choices);
  free(s);
  if (status == PEL_OK) *out = made;
  else pel_phenotype_study_clear(&made);
  return status;
}

void pel_phenotype_study_clear(pel_phenotype_study *study_) {
  free(study_->outcomes);
  *study_ = (pel_phenotype_study){0};
}
