#include "engine/phenotype/rating.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/calibration.h"
#include "engine/nn/logistic.h"
#include "engine/nn/sparse_attention.h"

_Static_assert((int)PEL_RATING_INPUTS <= (int)PEL_LOGISTIC_MOST, "the map takes every number");

const char *pel_phenotype_stage_name(pel_phenotype_stage stage) {
  static const char *const names[] = {"retrieve", "deduce", "verify", "the case"};
  return (unsigned)stage <= PEL_PHENOTYPE_STAGES ? names[stage] : "";
}

const pel_rating_input_info *pel_rating_input_of(pel_rating_input input) {
  static const pel_rating_input_info infos[PEL_RATING_INPUTS] = {
      {"share", "its share among those ranked", PEL_STAGE_DEDUCE},
      {"lead", "how far it leads", PEL_STAGE_DEDUCE},
      {"similar", "its place by similarity alone", PEL_STAGE_RETRIEVE},
      {"fit", "how well each finding fits", PEL_STAGE_VERIFY},
      {"proof", "how much better its proof is than any other's", PEL_STAGE_VERIFY},
      {"foreign", "findings that it does not explain", PEL_STAGE_VERIFY},
      {"findings", "how many findings there are", PEL_PHENOTYPE_STAGES},
  };
  return &infos[input];
}

/* By the source's own word: a count such as 3/3 is not enough. */
static bool always(const char *written) { return strcmp(written, "HP:0040280") == 0 || strncmp(written, "100%", 4) == 0 || strncmp(written, "100.0%", 6) == 0; }

bool pel_phenotype_refutes(const pel_phenotype_reason *r) { return r->kind == PEL_REASON_DENIED || (r->kind == PEL_REASON_EXCLUDED && always(r->written)); }

/* The same from the parts, without the words. */
static bool is_refuted(const pel_profiles *p, uint32_t disease, const pel_parts *parts) {
  pel_profile profile = pel_profile_of(p, disease);
  for (size_t i = 0; i < parts->n_observed; i++)
    if (parts->observed[i][PEL_F_DENIED] > 0) return true;
  for (size_t i = 0; i < parts->n_excluded; i++)
    if (parts->excluded_by[i] != PEL_NO_TERM && always(p->strings + p->rows[profile.annotations[parts->excluded_by[i]].row].written)) return true;
  return false;
}

void pel_rater_clear(pel_rater *r) {
  for (size_t i = 0; i < r->n; i++) pel_parts_clear(&r->kept[i].parts);
  r->n = 0;
}

static void find_first(const pel_profiles *p, const double *scores, pel_rated *out) {
  out->n = 0;
  for (uint32_t d = 0; d < p->n; d++) {
    size_t at = out->n;
    while (at > 0 && scores[d] > scores[out->disease[at - 1]]) at--;
    if (at == PEL_RATED || !(scores[d] > -INFINITY)) continue;
    if (out->n < PEL_RATED) out->n++;
    for (size_t i = out->n - 1; i > at; i--) out->disease[i] = out->disease[i - 1];
    out->disease[at] = d;
  }
}

/* ln of a share over the rest, the rest summed beside the greatest so that nothing overflows. */
static void find_odds(const pel_profiles *p, const double *scores, pel_rated *out) {
  double most = scores[out->disease[0]];
  for (size_t k = 0; k < out->n; k++) {
    double others = 0;
    for (uint32_t d = 0; d < p->n; d++)
      if (d != out->disease[k]) others += exp(scores[d] - most);
    out->odds[k] = scores[out->disease[k]] - most - log(fmax(others, 1e-12));
  }
}

static pel_status parts_of(pel_rater *r, uint32_t disease, const pel_parts **out, pel_error *err) {
  for (size_t i = 0; i < r->n; i++)
    if (r->kept[i].disease == disease) return *out = &r->kept[i].parts, PEL_OK;
  if (r->n == PEL_RATER_KEPT) pel_rater_clear(r);
  pel_profile profile = pel_profile_of(&r->p->profiles, disease);
  PEL_TRY(pel_parts_of(r->v, &profile, &r->kept[r->n].parts, err));
  r->kept[r->n].disease = disease;
  *out = &r->kept[r->n++].parts;
  return PEL_OK;
}

static double place_by_similarity(const pel_phenotypes *p, uint32_t disease, size_t n_excluded) {
  double own = pel_similarity_of(p, disease, n_excluded), better = 0, equal = 0;
  for (uint32_t d = 0; d < p->profiles.n; d++) {
    double other = d == disease ? -INFINITY : pel_similarity_of(p, d, n_excluded);
    if (other > own) better++;
    else if (other == own) equal++;
  }
  return 1 + better + equal / 2;
}

/* How well findings fit, each beside the one of these diseases that it fits best: sum [out->n] of logarithms, so that the exponential is the value of a proof that needs all of them. */
static void find_fit(const double *adds, size_t n, size_t diseases, double sum[PEL_RATED]) {
  for (size_t k = 0; k < diseases; k++) sum[k] = 0;
  for (size_t i = 0; i < n; i++) {
    double best = -INFINITY;
    for (size_t k = 0; k < diseases; k++) best = fmax(best, adds[k * n + i]); /* NaN is passed over */
    for (size_t k = 0; k < diseases; k++)
      if (!isnan(adds[k * n + i])) sum[k] += adds[k * n + i] - best;
  }
}

static pel_status rate_fit(pel_rater *r, const double *weight, pel_rated *out, double *adds, size_t n, pel_error *err) {
  double sum[PEL_RATED], other = -INFINITY;
  const pel_parts *parts;
  for (size_t k = 0; k < out->n; k++) {
    PEL_TRY(parts_of(r, out->disease[k], &parts, err));
    pel_finding_adds(parts, weight, adds + k * n);
    if (!k) out->refuted = is_refuted(&r->p->profiles, out->disease[k], parts);
  }
  find_fit(adds, n, out->n, sum);
  for (size_t k = 1; k < out->n; k++) other = fmax(other, sum[k]);
  out->input[PEL_RATING_FIT] = sum[0] / (double)r->v->f.n_observed;
  out->input[PEL_RATING_PROOF] = out->n > 1 ? sum[0] - other : 0;
  return PEL_OK;
}

pel_status pel_rate(pel_rater *r, const double *scores, const double *weight, pel_rated *out, pel_error *err) {
  const pel_findings *f = &r->v->f;
  size_t n = f->n_observed + f->n_excluded;
  find_first(&r->p->profiles, scores, out);
  if (!out->n) return pel_fail(err, PEL_ERR_INPUT, "no disease of the pack has a finding that it is said to have");
  find_odds(&r->p->profiles, scores, out);
  uint32_t first = out->disease[0];
  out->input[PEL_RATING_SHARE] = out->odds[0];
  out->input[PEL_RATING_LEAD] = out->n > 1 ? scores[first] - scores[out->disease[1]] : 0;
  out->input[PEL_RATING_SIMILAR] = log(place_by_similarity(r->p, first, f->n_excluded));
  out->input[PEL_RATING_FOREIGN] = r->p->features[(size_t)first * PEL_FEATURES + PEL_F_FOREIGN_MEAN];
  out->input[PEL_RATING_FINDINGS] = log((double)f->n_observed);
  double *adds = pel_alloc(n * PEL_RATED, sizeof *adds);
  if (!adds) return pel_fail_memory(err, "a rating", n * PEL_RATED * sizeof *adds);
  pel_status status = rate_fit(r, weight, out, adds, n, err);
  free(adds);
  return status;
}

/* ---- of a case ---- */

/* Among few diseases a share of the scores says something else than among many. */
static bool is_alike(const pel_phenotypes *p, const pel_phenotype_weights *w) { return 2 * p->profiles.n >= w->diseases; }

static void map_all(const pel_phenotype_weights *w, const pel_rated *rated, pel_rating *out) {
  out->usual = w->offset;
  out->refuted = rated->refuted;
  double odds = w->offset;
  for (int k = 0; k < PEL_RATING_INPUTS; k++) {
    out->adds[k] = w->slope[k] * (rated->input[k] - w->mean[k]);
    odds += out->adds[k];
  }
  out->confidence[0] = pel_sigmoid(odds);
  for (size_t k = 1; k < PEL_RATED; k++) out->confidence[k] = k < rated->n ? pel_platt_map((pel_platt){w->other_slope, w->other_offset}, rated->odds[k]) : NAN;
}

pel_status pel_phenotype_rate(pel_phenotypes *p, const pel_phenotype_weights *weights, const pel_phenotype_case *c, pel_rating *out, pel_error *err) {
  const pel_phenotype_weights *w = weights ? weights : pel_phenotype_weights_builtin();
  pel_case_terms terms;
  pel_case_view v;
  pel_rated rated;
  PEL_TRY(pel_phenotype_case_open(p, c, &terms, &v, err));
  pel_scores_of(&p->profiles, p->features, w->weight, PEL_CANDIDATES_RETRIEVED, p->scores);
  pel_rater rater = pel_rater_of(p, &v);
  pel_status status = pel_rate(&rater, p->scores, w->weight, &rated, err);
  if (status == PEL_OK) map_all(w, &rated, out);
  for (int k = 0; status == PEL_OK && k < PEL_RATED; k++)
    if (!is_alike(p, w)) out->confidence[k] = NAN;
  pel_rater_clear(&rater);
  pel_case_view_clear(&v);
  pel_case_terms_clear(&terms);
  return status;
}
