#include "engine/nn/path_beam.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

/* ---- the best paths ---- */

typedef struct beginning { /* of a path: its last step, and which of the beginnings at that step's source it goes on from */
  double worth;
  uint32_t step, source, rank;
} beginning;

typedef struct beam {
  const pel_path_plan *plan;
  size_t most;
  beginning *kept[PEL_PATH_LAYERS_MAX + 1]; /* [nodes x most], best first */
  uint32_t *n[PEL_PATH_LAYERS_MAX + 1];     /* [nodes] */
} beam;

static void keep(const beam *b, uint32_t layer, uint32_t place, beginning x) {
  beginning *at = b->kept[layer] + place * b->most;
  uint32_t *n = &b->n[layer][place], i = *n;
  if (i == b->most && !(x.worth > at[i - 1].worth)) return;
  if (i == b->most) i--;
  else (*n)++;
  for (; i && x.worth > at[i - 1].worth; i--) at[i] = at[i - 1];
  at[i] = x;
}

static void walk_layer(const beam *b, uint32_t layer, const double *worth) {
  const pel_path_plan *p = b->plan;
  for (uint32_t r = 0; r < p->runs_of[layer]; r++) {
    const pel_path_run *run = &p->runs[r];
    const beginning *from = b->kept[layer - 1] + run->source * b->most;
    for (uint32_t i = run->first; i < run->end; i++)
      for (uint32_t k = 0; k < b->n[layer - 1][run->source]; k++) keep(b, layer, p->to[i], (beginning){from[k].worth + worth[i], i, run->source, k});
  }
}

static void trace_back(const beam *b, uint32_t place, uint32_t rank, pel_path_found *out) {
  out->worth = b->kept[b->plan->layers][place * b->most + rank].worth;
  for (uint32_t l = b->plan->layers; l >= 1; l--) {
    const beginning *x = &b->kept[l][place * b->most + rank];
    out->places[l] = place;
    out->steps[l - 1] = x->step;
    place = x->source;
    rank = x->rank;
  }
  out->places[0] = place;
}

pel_status pel_path_best(const pel_path_plan *plan, const double *const *worth, uint32_t answer, size_t most, pel_path_found *out, size_t *n, pel_error *err) {
  beam b = {.plan = plan, .most = most};
  bool made = true;
  for (uint32_t l = 0; l <= plan->layers; l++) {
    b.kept[l] = pel_alloc((size_t)plan->nodes[l] * most, sizeof *b.kept[l]);
    b.n[l] = pel_alloc(plan->nodes[l], sizeof *b.n[l]);
    made = made && b.kept[l] && b.n[l];
  }
  if (made) {
    b.n[0][0] = 1; /* the subject, worth 0 */
    for (uint32_t l = 1; l <= plan->layers; l++) walk_layer(&b, l, worth[l - 1]);
    *n = b.n[plan->layers][answer];
    for (uint32_t k = 0; k < *n; k++) trace_back(&b, answer, k, &out[k]);
  }
  for (uint32_t l = 0; l <= plan->layers; l++) free(b.kept[l]), free(b.n[l]);
  return made ? PEL_OK : pel_fail_memory(err, "paths", plan->nodes[plan->layers] * most * sizeof **b.kept);
}

/* ---- the best path through each step ---- */

static void fill(double *x, size_t n, double value) {
  for (size_t i = 0; i < n; i++) x[i] = value;
}

static void forwards(const pel_path_plan *p, const double *const *worth, double **to) {
  to[0][0] = 0;
  for (uint32_t l = 1; l <= p->layers; l++) {
    fill(to[l], p->nodes[l], -INFINITY);
    for (uint32_t r = 0; r < p->runs_of[l]; r++)
      for (uint32_t i = p->runs[r].first; i < p->runs[r].end; i++) to[l][p->to[i]] = fmax(to[l][p->to[i]], to[l - 1][p->runs[r].source] + worth[l - 1][i]);
  }
}

/* `after` [nodes]: worth of the best way on to the answer from behind layer l; on return from before it. */
static void backwards(const pel_path_plan *p, uint32_t l, const double *worth, const double *to, const double *after, double *before, double *through) {
  fill(before, p->nodes[l - 1], -INFINITY);
  for (uint32_t r = 0; r < p->runs_of[l]; r++) {
    uint32_t source = p->runs[r].source;
    for (uint32_t i = p->runs[r].first; i < p->runs[r].end; i++) {
      double on = worth[i] + after[p->to[i]];
      through[i] = to[source] + on;
      before[source] = fmax(before[source], on);
    }
  }
}

pel_status pel_path_through(const pel_path_plan *plan, const double *const *worth, uint32_t answer, double *const *through, pel_error *err) {
  double *to[PEL_PATH_LAYERS_MAX + 1] = {0}, *after = pel_alloc(plan->nodes[plan->layers], sizeof *after), *before = pel_alloc(plan->nodes[plan->layers], sizeof *before);
  bool made = after && before;
  for (uint32_t l = 0; l <= plan->layers; l++) made = (to[l] = pel_alloc(plan->nodes[l], sizeof(double))) && made;
  if (made) {
    forwards(plan, worth, to);
    fill(after, plan->nodes[plan->layers], -INFINITY);
    after[answer] = 0;
    for (uint32_t l = plan->layers; l >= 1; l--) {
      backwards(plan, l, worth[l - 1], to[l - 1], after, before, through[l - 1]);
      double *next = after;
      after = before, before = next;
    }
  }
  for (uint32_t l = 0; l <= plan->layers; l++) free(to[l]);
  free(after), free(before);
  return made ? PEL_OK : pel_fail_memory(err, "paths", plan->nodes[plan->layers] * sizeof(double));
}
