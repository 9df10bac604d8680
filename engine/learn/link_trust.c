/* How often the answers that chains or a network lead to are right: from questions whose answers were kept back to a confidence. */
#include "engine/learn/link_trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"
#include "engine/nn/calibration.h"
#include "engine/nn/logistic.h"
#include "engine/nn/sparse_attention.h"

enum { FOLDS = PEL_LINK_FOLDS, LEAST = 50, RESAMPLES = 300 };
_Static_assert((int)PEL_LINK_PARTS <= (int)PEL_LOGISTIC_MOST, "the map takes every part");

const char *pel_link_part_name(pel_link_part part) {
  static const char *const names[] = {"score", "lead", "found"};
  return (unsigned)part < PEL_LINK_PARTS ? names[part] : "";
}

const char *pel_link_claim_name(pel_link_claim claim) {
  static const char *const names[] = {"first", "other", "chain", "further"};
  return (unsigned)claim < PEL_LINK_CLAIMS ? names[claim] : "";
}

/* ---- a question's answers ---- */

double pel_link_odds(double score) {
  double share = fmin(score, 1 - 1e-9);
  return log(share / (1 - share));
}

/* Puts an answer among the best; of equals the earlier one stays before it. */
static void place(uint32_t entity, const double *scores, uint32_t *answers, size_t *n) {
  size_t at = *n;
  while (at && scores[answers[at - 1]] < scores[entity]) at--;
  if (at == PEL_LINK_PLACES) return;
  *n += *n < PEL_LINK_PLACES;
  for (size_t k = *n - 1; k > at; k--) answers[k] = answers[k - 1];
  answers[at] = entity;
}

size_t pel_link_best(const double *scores, uint32_t n_entities, uint32_t start, uint32_t answers[PEL_LINK_PLACES], double parts[PEL_LINK_PLACES][PEL_LINK_PARTS]) {
  size_t n = 0;
  double found = 0;
  for (uint32_t e = 0; e < n_entities; e++) {
    if (e == start || !(scores[e] > 0)) continue;
    found++;
    place(e, scores, answers, &n);
  }
  for (size_t k = 0; k < n; k++) {
    double own = scores[answers[k]], other = k ? scores[answers[0]] : n > 1 ? scores[answers[1]] : 0;
    parts[k][PEL_LINK_SCORE] = pel_link_odds(own);
    parts[k][PEL_LINK_LEAD] = own - other;
    parts[k][PEL_LINK_FOUND] = log(found);
  }
  return n;
}

pel_rng pel_link_rng(uint32_t entity, uint32_t relation, uint64_t salt) { return (pel_rng){((uint64_t)entity << 32 | relation) + salt * 0x9e3779b97f4a7c15u}; }

uint64_t pel_link_hash(uint32_t entity, uint32_t relation, uint64_t salt) {
  pel_rng rng = pel_link_rng(entity, relation, salt);
  return pel_rng_next(&rng);
}

bool pel_link_unstated(const pel_graph *graph, uint32_t entity, uint32_t relation, double *scores) {
  size_t n;
  const pel_hop *known = pel_graph_along(graph, entity, relation, &n);
  for (size_t i = 0; i < n; i++) scores[known[i].to] = 0;
  return n > 0;
}

void pel_link_share(double *scores, uint32_t n_entities) {
  double sum = 0;
  for (uint32_t e = 0; e < n_entities; e++) sum += scores[e];
  for (uint32_t e = 0; sum > 0 && e < n_entities; e++) scores[e] /= sum;
}

pel_status pel_link_cases_add(pel_link_cases *c, const double *scores, const pel_graph *whole, const pel_link_asked *q, pel_error *err) {
  uint32_t answers[PEL_LINK_PLACES];
  double parts[PEL_LINK_PLACES][PEL_LINK_PARTS];
  size_t n = pel_link_best(scores, pel_graph_entities(whole), q->entity, answers, parts);
  c->asked += !q->further, c->answered += !q->further && n > 0;
  if (q->further && n > 1) n = 1;
  pel_link_case *list = pel_grow(c->list, &c->room, c->n + n, sizeof *list);
  if (!list) return pel_fail_memory(err, "questions", c->n * sizeof *list);
  c->list = list;
  for (size_t k = 0; k < n; k++) {
    pel_link_case *x = &list[c->n++];
    *x = (pel_link_case){.place = (uint32_t)k, .fold = (uint32_t)(pel_link_hash(q->entity, 0, 4) % FOLDS), .entity = q->entity, .further = q->further,
                         .right = pel_graph_has(whole, q->entity, q->relation, answers[k])};
    memcpy(x->parts, parts[k], sizeof x->parts);
  }
  return PEL_OK;
}

/* ---- a map ---- */

static pel_logistic logistic_of(const pel_link_map *m) {
  pel_logistic out = {.offset = m->offset};
  memcpy(out.slope, m->slope, sizeof m->slope);
  memcpy(out.mean, m->mean, sizeof m->mean);
  return out;
}

double pel_link_confidence(const pel_link_map *m, const double parts[PEL_LINK_PARTS]) {
  pel_logistic map = logistic_of(m);
  return m->n ? pel_logistic_map(&map, parts, PEL_LINK_PARTS) : NAN;
}

typedef struct fitting {
  const pel_link_case **cases; /* [n]: those that the claim is about */
  size_t n;
  double *x; /* [n_rows][PEL_LINK_PARTS]: what the last map was fitted on */
  bool *right;
  size_t n_rows;
  pel_prediction *p;
  pel_error *err;
} fitting;

static bool is_about(pel_link_claim claim, const pel_link_case *c) {
  if (c->further || claim == PEL_LINK_FURTHER) return c->further && claim == PEL_LINK_FURTHER;
  return claim == PEL_LINK_CHAIN || (claim == PEL_LINK_FIRST) == (c->place == 0);
}

static pel_status fit(fitting *f, uint32_t without, const bool *used, pel_logistic *out) {
  f->n_rows = 0;
  for (size_t i = 0; i < f->n; i++) {
    if (f->cases[i]->fold == without) continue;
    memcpy(f->x + f->n_rows * PEL_LINK_PARTS, f->cases[i]->parts, sizeof f->cases[i]->parts);
    f->right[f->n_rows++] = f->cases[i]->right;
  }
  return pel_logistic_fit(f->x, f->right, f->n_rows, PEL_LINK_PARTS, used, out, f->err);
}

/* Steps over the log odds of a map, of the rows that it was fitted on. */
static pel_status fit_steps(const fitting *f, const pel_logistic *map, pel_isotonic *out) {
  double *odds = pel_alloc(f->n_rows, sizeof *odds);
  if (!odds) return pel_fail_memory(f->err, "a calibration", f->n_rows * sizeof *odds);
  for (size_t i = 0; i < f->n_rows; i++) odds[i] = pel_logistic_odds(map, f->x + i * PEL_LINK_PARTS, PEL_LINK_PARTS);
  pel_status status = pel_isotonic_fit(odds, f->right, f->n_rows, out, f->err);
  free(odds);
  return status;
}

/* A fifth of the entities by the map of the others; in steps where it is to rise so. */
static pel_status predict_fold(fitting *f, uint32_t fold, const bool *used, bool in_steps) {
  pel_logistic map;
  pel_isotonic steps = {0};
  PEL_TRY(fit(f, fold, used, &map));
  if (in_steps) PEL_TRY(fit_steps(f, &map, &steps));
  for (size_t i = 0; i < f->n; i++) {
    const pel_link_case *c = f->cases[i];
    if (c->fold != fold) continue;
    double odds = pel_logistic_odds(&map, c->parts, PEL_LINK_PARTS);
    f->p[i] = (pel_prediction){in_steps ? pel_isotonic_map(&steps, odds) : pel_sigmoid(odds), c->right, c->entity};
  }
  pel_isotonic_clear(&steps);
  return PEL_OK;
}

static pel_status predict(fitting *f, const bool *used, bool in_steps, pel_confidence_figures *out) {
  for (uint32_t fold = 0; fold < FOLDS; fold++) PEL_TRY(predict_fold(f, fold, used, in_steps));
  return pel_confidence_measure(f->p, f->n, out) ? PEL_OK : pel_fail_memory(f->err, "a calibration", f->n * sizeof *f->p);
}

/* The controls: the score alone, and steps in place of the logistic curve. */
static pel_status measure_controls(fitting *f, const bool *score, const bool *used, pel_link_map *out) {
  pel_confidence_figures g;
  PEL_TRY(predict(f, score, false, &g));
  out->score_skill = g.brier_skill;
  PEL_TRY(predict(f, used, true, &g));
  out->steps_ece = g.ece, out->steps_skill = g.brier_skill;
  return PEL_OK;
}

static pel_status fit_map(fitting *f, pel_link_claim claim, pel_link_map *out) {
  static const bool score[PEL_LINK_PARTS] = {[PEL_LINK_SCORE] = true};
  const bool *used = claim == PEL_LINK_CHAIN ? score : NULL;
  pel_confidence_figures g, low, high;
  pel_logistic map;
  PEL_TRY(measure_controls(f, score, used, out));
  PEL_TRY(predict(f, used, false, &g));
  out->right = g.accuracy, out->ece = g.ece, out->brier_skill = g.brier_skill, out->auroc = g.auroc, out->aurc = g.aurc, out->review = g.review_fifth;
  PEL_TRY(pel_confidence_bootstrap(f->p, f->n, RESAMPLES, &low, &high, f->err));
  out->ece_range = (pel_interval){low.ece, high.ece}, out->skill_range = (pel_interval){low.brier_skill, high.brier_skill};
  out->review_range = (pel_interval){low.review_fifth, high.review_fifth};
  pel_reliability_widths(f->p, f->n, out->bins);
  PEL_TRY(fit(f, FOLDS, used, &map));
  out->n = f->n;
  out->offset = map.offset;
  memcpy(out->slope, map.slope, sizeof out->slope);
  memcpy(out->mean, map.mean, sizeof out->mean);
  return PEL_OK;
}

/* Entities of one fifth alone leave nothing that they could be judged by. */
static bool in_one_fold(const fitting *f) {
  for (size_t i = 1; i < f->n; i++)
    if (f->cases[i]->fold != f->cases[0]->fold) return false;
  return true;
}

/* Of too few cases, or too few entities, no map is made. */
static pel_status fit_claim(const pel_link_cases *c, pel_link_claim claim, pel_link_map *out, pel_error *err) {
  fitting f = {pel_alloc(c->n, sizeof(const pel_link_case *)), 0, pel_alloc(c->n * PEL_LINK_PARTS, sizeof(double)), pel_alloc(c->n, sizeof(bool)), 0, pel_alloc(c->n, sizeof(pel_prediction)), err};
  pel_status status = f.cases && f.x && f.right && f.p ? PEL_OK : pel_fail_memory(err, "a calibration", c->n * sizeof *f.p);
  for (size_t i = 0; status == PEL_OK && i < c->n; i++)
    if (is_about(claim, &c->list[i])) f.cases[f.n++] = &c->list[i];
  if (status == PEL_OK && f.n >= LEAST && !in_one_fold(&f)) status = fit_map(&f, claim, out);
  free(f.cases), free(f.x), free(f.right), free(f.p);
  return status;
}

static pel_status count_entities(const pel_link_cases *c, uint64_t *out, pel_error *err) {
  uint32_t most = 0;
  for (size_t i = 0; i < c->n; i++) most = c->list[i].entity > most ? c->list[i].entity : most;
  bool *seen = pel_alloc((size_t)most + 1, sizeof *seen);
  if (!seen) return pel_fail_memory(err, "entities", most);
  for (size_t i = 0; i < c->n; i++) *out += !seen[c->list[i].entity], seen[c->list[i].entity] = true;
  free(seen);
  return PEL_OK;
}

pel_status pel_link_cases_fit(const pel_link_cases *c, pel_link_trust *out, pel_error *err) {
  if (c->answered < LEAST)
    return pel_fail(err, PEL_ERR_INPUT, "%llu of %llu questions lead anywhere: too few to say how far their answers can be trusted; at least %d are needed", (unsigned long long)c->answered, (unsigned long long)c->asked, (int)LEAST);
  for (int k = 0; k < PEL_LINK_CLAIMS; k++)
    if (k != PEL_LINK_CHAIN || !out->network) PEL_TRY(fit_claim(c, (pel_link_claim)k, &out->of[k], err));
  if (!out->of[PEL_LINK_FIRST].n)
    return pel_fail(err, PEL_ERR_INPUT, "the %llu questions that lead anywhere are about too few entities to say how far their answers can be trusted", (unsigned long long)c->answered);
  out->asked = c->asked, out->answered = c->answered;
  return count_entities(c, &out->entities, err);
}
