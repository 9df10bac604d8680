#include "src/cli/eval_phenopackets_stages.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { COUNTED = 4, RESAMPLES = 300 }; /* figures that are means over cases; the others are of the whole list */
static const double LEVEL = 0.5;       /* below which an audit gives no answer, unless it is told another */

static const stage_figure figures[STAGE_FIGURES] = {
    {"top_1", "the first answer is right, %", 100, 1},
    {"top_10", "among the first ten, %", 100, 1},
    {"answered_right", "answered with 0.5 and more, and right, %", 100, 1},
    {"answered_wrong", "answered with 0.5 and more, and wrong, %", 100, 1},
    {"aurc", "area under risk and coverage", 1, 3},
    {"brier_skill", "Brier skill", 1, 3},
};

typedef struct compared { /* the covered cases, the whole and one without a stage */
  double *whole, *without, *change; /* [n][COUNTED] */
  pel_prediction *p, *q;
  uint32_t *groups;
  size_t n;
} compared;

static void count(double rank, bool right, bool answered, double out[COUNTED]) {
  const double v[COUNTED] = {right, rank <= 10, answered && right, answered && !right};
  memcpy(out, v, sizeof v);
}

static void take(const pel_phenotype_study *study, pel_phenotype_stage stage, compared *c) {
  c->n = 0;
  for (size_t i = 0; i < study->n; i++) {
    const pel_phenotype_outcome *o = &study->outcomes[i];
    if (!o->covered) continue;
    double *whole = c->whole + c->n * COUNTED, *without = c->without + c->n * COUNTED;
    count(o->rank[PEL_METHOD_LEARNT], o->right, o->confidence >= LEVEL && !o->refuted, whole);
    count(o->without[stage].rank, o->without[stage].right, o->without[stage].confidence >= LEVEL && !o->without[stage].refuted, without);
    for (int k = 0; k < COUNTED; k++) c->change[c->n * COUNTED + (size_t)k] = without[k] - whole[k];
    c->p[c->n] = (pel_prediction){o->confidence, o->right, o->group};
    c->q[c->n] = (pel_prediction){o->without[stage].confidence, o->without[stage].right, o->group};
    c->groups[c->n++] = o->group;
  }
}

static void mean_of(const double *values, size_t n, double out[STAGE_FIGURES]) {
  for (int k = 0; k < COUNTED; k++) out[k] = 0;
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < COUNTED; k++) out[k] += values[i * COUNTED + (size_t)k] / (double)n;
}

static bool figures_of(const double *values, const pel_prediction *p, size_t n, double out[STAGE_FIGURES]) {
  pel_confidence_figures f;
  mean_of(values, n, out);
  if (!pel_confidence_measure(p, n, &f)) return false;
  out[COUNTED] = f.aurc, out[COUNTED + 1] = f.brier_skill;
  return true;
}

static pel_status compare(const compared *c, double whole[STAGE_FIGURES], stage_worth *out, pel_error *err) {
  pel_confidence_figures low, high;
  if (!figures_of(c->whole, c->p, c->n, whole) || !figures_of(c->without, c->q, c->n, out->value)) return pel_fail_memory(err, "the figures", c->n * sizeof *c->p);
  for (int k = 0; k < STAGE_FIGURES; k++) out->change[k] = out->value[k] - whole[k];
  PEL_TRY(pel_cluster_bootstrap(c->change, c->groups, c->n, COUNTED, out->interval, err));
  PEL_TRY(pel_confidence_compare(c->q, c->p, c->n, RESAMPLES, &low, &high, err));
  out->interval[COUNTED] = (pel_interval){low.aurc, high.aurc};
  out->interval[COUNTED + 1] = (pel_interval){low.brier_skill, high.brier_skill};
  return PEL_OK;
}

pel_status phenopackets_stages(const pel_phenotype_study *study, stages_worth *out, pel_error *err) {
  size_t n = study->n_covered;
  out->figures = figures, out->n_figures = STAGE_FIGURES;
  compared c = {pel_alloc(n * COUNTED, sizeof(double)), pel_alloc(n * COUNTED, sizeof(double)), pel_alloc(n * COUNTED, sizeof(double)),
                pel_alloc(n, sizeof(pel_prediction)), pel_alloc(n, sizeof(pel_prediction)), pel_alloc(n, sizeof(uint32_t)), 0};
  bool enough = c.whole && c.without && c.change && c.p && c.q && c.groups;
  pel_status status = enough ? PEL_OK : pel_fail_memory(err, "the figures", n * COUNTED * sizeof(double));
  for (int s = 0; s < PEL_PHENOTYPE_STAGES && status == PEL_OK; s++) {
    take(study, (pel_phenotype_stage)s, &c);
    status = compare(&c, out->whole, &out->without[s], err);
  }
  free(c.whole), free(c.without), free(c.change), free(c.p), free(c.q), free(c.groups);
  return status;
}
