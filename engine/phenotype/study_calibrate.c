/* From rankings to confidences. The map for a fold is fitted on the other folds' cases, each ranked by that fold's weights; so neither weights nor map saw anything of its publications. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/calibration.h"
#include "engine/nn/logistic.h"
#include "engine/nn/sparse_attention.h"
#include "engine/phenotype/study.h"

typedef struct rows { /* what a map is fitted on */
  double *x; /* [n][width] */
  bool *right;
  size_t n;
} rows;

/* By the weights of fold `fold`; PEL_NO_FOLD: every case by those of its own. */
static const struct study_ranked *ranked_of(const study *s, size_t i, uint32_t fold) { return &s->ranked_by[i * s->folds + (fold == PEL_NO_FOLD ? s->out->outcomes[i].fold : fold)]; }
static const pel_rated *rated_of(const study *s, size_t i, uint32_t fold) { return &ranked_of(s, i, fold)->rated[PEL_CANDIDATES_RETRIEVED]; }
static bool is_fitted_on(const study *s, size_t i, uint32_t fold) { return s->out->outcomes[i].covered && s->out->outcomes[i].fold != fold; }
static bool is_of(const study *s, size_t i, uint32_t fold) { return s->out->outcomes[i].covered && s->out->outcomes[i].fold == fold; }

static void take_inputs(const study *s, uint32_t fold, pel_candidates from, rows *r) {
  r->n = 0;
  for (size_t i = 0; i < s->out->n; i++) {
    if (!is_fitted_on(s, i, fold)) continue;
    const struct study_ranked *by = ranked_of(s, i, fold);
    memcpy(r->x + r->n * PEL_RATING_INPUTS, by->rated[from].input, sizeof by->rated[from].input);
    r->right[r->n++] = by->right[from];
  }
}

static pel_status fit_step(const rows *r, const pel_logistic *map, pel_isotonic *out, pel_error *err) {
  double *odds = pel_alloc(r->n, sizeof *odds);
  if (!odds) return pel_fail_memory(err, "a calibration", r->n * sizeof *odds);
  for (size_t i = 0; i < r->n; i++) odds[i] = pel_logistic_odds(map, r->x + i * PEL_RATING_INPUTS, PEL_RATING_INPUTS);
  pel_status status = pel_isotonic_fit(odds, r->right, r->n, out, err);
  free(odds);
  return status;
}

/* All parts: the logistic map and the step function over its log odds. */
static pel_status calibrate_whole(study *s, uint32_t fold, const rows *r, pel_error *err) {
  pel_logistic map;
  pel_isotonic steps;
  PEL_TRY(pel_logistic_fit(r->x, r->right, r->n, PEL_RATING_INPUTS, NULL, &map, err));
  PEL_TRY(fit_step(r, &map, &steps, err));
  for (size_t i = 0; i < s->out->n; i++) {
    pel_phenotype_outcome *o = &s->out->outcomes[i];
    if (!is_of(s, i, fold)) continue;
    double odds = pel_logistic_odds(&map, rated_of(s, i, fold)->input, PEL_RATING_INPUTS);
    o->confidence = pel_sigmoid(odds);
    o->isotonic = pel_isotonic_map(&steps, odds);
  }
  pel_isotonic_clear(&steps);
  return PEL_OK;
}

static double *share_of(pel_phenotype_outcome *o) { return &o->confidence_share; }
static double *without_retrieve_of(pel_phenotype_outcome *o) { return &o->without[PEL_STAGE_RETRIEVE].confidence; }
static double *without_verify_of(pel_phenotype_outcome *o) { return &o->without[PEL_STAGE_VERIFY].confidence; }

/* Some parts only, of a ranking of these candidates. */
static pel_status calibrate_some(study *s, uint32_t fold, pel_candidates from, const rows *r, const bool used[PEL_RATING_INPUTS], double *(*field)(pel_phenotype_outcome *), pel_error *err) {
  pel_logistic map;
  PEL_TRY(pel_logistic_fit(r->x, r->right, r->n, PEL_RATING_INPUTS, used, &map, err));
  for (size_t i = 0; i < s->out->n; i++)
    if (is_of(s, i, fold)) *field(&s->out->outcomes[i]) = pel_logistic_map(&map, ranked_of(s, i, fold)->rated[from].input, PEL_RATING_INPUTS);
  return PEL_OK;
}

static void all_but(pel_phenotype_stage stage, bool used[PEL_RATING_INPUTS]) {
  for (int k = 0; k < PEL_RATING_INPUTS; k++) used[k] = pel_rating_input_of((pel_rating_input)k)->stage != stage;
}

/* Without deduction nothing is ranked by weights: what is most similar is the answer. */
static pel_status calibrate_similar(study *s, uint32_t fold, rows *r, pel_error *err) {
  pel_logistic map;
  r->n = 0;
  for (size_t i = 0; i < s->out->n; i++) {
    if (!is_fitted_on(s, i, fold)) continue;
    memcpy(r->x + r->n * STUDY_SIMILAR, s->similar[i].input, sizeof s->similar[i].input);
    r->right[r->n++] = s->out->outcomes[i].rank[PEL_METHOD_RESNIK] <= 1;
  }
  PEL_TRY(pel_logistic_fit(r->x, r->right, r->n, STUDY_SIMILAR, NULL, &map, err));
  for (size_t i = 0; i < s->out->n; i++) {
    pel_phenotype_outcome *o = &s->out->outcomes[i];
    if (!is_of(s, i, fold)) continue;
    o->without[PEL_STAGE_DEDUCE].confidence = pel_logistic_map(&map, s->similar[i].input, STUDY_SIMILAR);
    o->without[PEL_STAGE_DEDUCE].right = o->rank[PEL_METHOD_RESNIK] <= 1;
  }
  return PEL_OK;
}

/* ---- those after the first ---- */

static pel_status fit_others(const study *s, uint32_t fold, rows *r, pel_platt *out, pel_error *err) {
  r->n = 0;
  for (size_t i = 0; i < s->out->n; i++) {
    const pel_rated *rated = rated_of(s, i, fold);
    if (!is_fitted_on(s, i, fold)) continue;
    uint32_t right = pel_profiles_find(&s->p->profiles, s->examples[i].diagnosis);
    for (size_t k = 1; k < rated->n; k++) r->x[r->n] = rated->odds[k], r->right[r->n++] = rated->disease[k] == right;
  }
  if (r->n) return pel_platt_fit(r->x, r->right, r->n, out, err);
  *out = (pel_platt){0, 0}; /* the pack has one disease */
  return PEL_OK;
}

static pel_status calibrate_others(study *s, uint32_t fold, rows *r, pel_error *err) {
  pel_platt map;
  PEL_TRY(fit_others(s, fold, r, &map, err));
  for (size_t i = 0; i < s->out->n; i++) {
    const pel_rated *rated = rated_of(s, i, fold);
    if (!is_of(s, i, fold)) continue;
    for (size_t k = 1; k < PEL_RATED; k++) s->out->outcomes[i].others[k] = k < rated->n ? pel_platt_map(map, rated->odds[k]) : NAN;
  }
  return PEL_OK;
}

/* ---- all ---- */

static pel_status calibrate_fold(study *s, uint32_t fold, rows *r, pel_error *err) {
  bool used[PEL_RATING_INPUTS] = {[PEL_RATING_SHARE] = true};
  take_inputs(s, fold, PEL_CANDIDATES_RETRIEVED, r);
  PEL_TRY(calibrate_whole(s, fold, r, err));
  PEL_TRY(calibrate_some(s, fold, PEL_CANDIDATES_RETRIEVED, r, used, share_of, err));
  all_but(PEL_STAGE_VERIFY, used);
  PEL_TRY(calibrate_some(s, fold, PEL_CANDIDATES_RETRIEVED, r, used, without_verify_of, err));
  all_but(PEL_STAGE_RETRIEVE, used);
  take_inputs(s, fold, PEL_CANDIDATES_ALL, r);
  PEL_TRY(calibrate_some(s, fold, PEL_CANDIDATES_ALL, r, used, without_retrieve_of, err));
  PEL_TRY(calibrate_similar(s, fold, r, err));
  return calibrate_others(s, fold, r, err);
}

size_t pel_phenotype_others(const pel_phenotype_outcome *o, pel_prediction *out) {
  size_t n = 0;
  for (uint32_t k = 1; o->covered && k < PEL_RATED; k++)
    if (isfinite(o->others[k])) out[n++] = (pel_prediction){o->others[k], o->place == k, o->group};
  return n;
}

static pel_status measure(study *s, pel_error *err) {
  pel_phenotype_weights *w = &s->out->weights;
  pel_prediction *p = pel_alloc(s->out->n_covered * PEL_RATED, sizeof *p);
  pel_confidence_figures f;
  size_t n = 0;
  for (size_t i = 0; i < s->out->n && p; i++)
    if (s->out->outcomes[i].covered) p[n++] = (pel_prediction){s->out->outcomes[i].confidence, s->out->outcomes[i].right, s->out->outcomes[i].group};
  bool ok = p && pel_confidence_measure(p, n, &f);
  if (ok) w->right = f.accuracy, w->ece = f.ece, pel_reliability_widths(p, n, w->bins);
  n = 0;
  for (size_t i = 0; i < s->out->n && ok; i++) n += pel_phenotype_others(&s->out->outcomes[i], p + n);
  if (ok) pel_reliability_widths(p, n, w->other_bins);
  free(p);
  return ok ? PEL_OK : pel_fail_memory(err, "a calibration", s->out->n_covered * sizeof *p);
}

static pel_status finish_weights(study *s, rows *r, pel_error *err) {
  pel_phenotype_weights *w = &s->out->weights;
  pel_logistic map;
  pel_platt others;
  take_inputs(s, PEL_NO_FOLD, PEL_CANDIDATES_RETRIEVED, r);
  PEL_TRY(pel_logistic_fit(r->x, r->right, r->n, PEL_RATING_INPUTS, NULL, &map, err));
  PEL_TRY(fit_others(s, PEL_NO_FOLD, r, &others, err));
  memcpy(w->weight, s->weights[s->folds], sizeof s->weights[0]);
  w->offset = map.offset;
  memcpy(w->slope, map.slope, sizeof w->slope);
  memcpy(w->mean, map.mean, sizeof w->mean);
  w->other_offset = others.b, w->other_slope = others.a;
  w->cases = s->out->n_covered, w->publications = s->out->n_groups;
  return measure(s, err);
}

pel_status pel_study_calibrate(study *s, pel_error *err) {
  size_t n = s->out->n * PEL_RATING_INPUTS; /* more than the others after the first of each case */
  rows r = {pel_alloc(n, sizeof(double)), pel_alloc(n, sizeof(bool)), 0};
  pel_status status = r.x && r.right ? PEL_OK : pel_fail_memory(err, "a calibration", n * sizeof(double));
  for (uint32_t f = 0; f < s->folds && status == PEL_OK; f++) status = calibrate_fold(s, f, &r, err);
  if (status == PEL_OK) status = finish_weights(s, &r, err);
  free(r.x), free(r.right);
  return status;
}
