/* Why an answer has its score: the attention and the derivative of each step, and the best paths. */
#include "engine/learn/gnn_explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

const char *pel_gnn_ranking_name(pel_gnn_ranking ranking) {
  static const char *const names[PEL_GNN_RANKINGS] = {"attention", "gradient", "shortest path", "random"};
  return (unsigned)ranking < PEL_GNN_RANKINGS ? names[ranking] : "";
}

void gnn_account_clear(gnn_account *a) {
  for (uint32_t l = 0; l < PEL_PATH_LAYERS_MAX; l++) free(a->alpha[l]), free(a->weight[l]), free(a->worth[l]), free(a->through[l]);
  *a = (gnn_account){0};
}

static pel_status make_arrays(gnn_account *a, const pel_path_plan *p, pel_error *err) {
  for (uint32_t l = 1; l <= p->layers; l++) {
    size_t n = pel_path_plan_steps(p, l);
    double **arrays[] = {&a->alpha[l - 1], &a->weight[l - 1], &a->worth[l - 1], &a->through[l - 1]};
    for (int i = 0; i < 4; i++)
      if (!(*arrays[i] = pel_alloc(n, sizeof(double)))) return pel_fail_memory(err, "the steps of a question", n * sizeof(double));
  }
  return PEL_OK;
}

/* Attentions come a run, they are kept a step. */
static pel_status take_attention(pel_gnn *g, gnn_account *a, pel_error *err) {
  const pel_path_plan *p = &g->plan;
  size_t most = p->runs_of[p->layers];
  double *of_run = pel_alloc(most, sizeof *of_run);
  if (!of_run) return pel_fail_memory(err, "attentions", most * sizeof *of_run);
  for (uint32_t l = 1; l <= p->layers; l++) {
    g->level->attention(&g->pass, l, of_run);
    for (uint32_t r = 0; r < p->runs_of[l]; r++)
      for (uint32_t i = p->runs[r].first; i < p->runs[r].end; i++) a->alpha[l - 1][i] = of_run[r];
  }
  free(of_run);
  return PEL_OK;
}

/* The derivative of the answer's own score by each step's message. */
static pel_status take_derivatives(pel_gnn *g, uint32_t place, gnn_account *a, pel_error *err) {
  size_t total = pel_path_layout_of(&g->file.shape).total, n = g->plan.nodes[g->plan.layers];
  if (!g->ignored && !(g->ignored = pel_alloc_aligned(total, sizeof *g->ignored))) return pel_fail_memory(err, "derivatives", total * sizeof *g->ignored);
  double *by_score = pel_alloc(n, sizeof *by_score);
  if (!by_score) return pel_fail_memory(err, "derivatives", n * sizeof *by_score);
  memset(g->ignored, 0, total * sizeof *g->ignored); /* nobody asks for it, and it stays finite */
  by_score[place] = 1;
  g->level->backward(&g->pass, by_score, g->ignored, a->weight);
  free(by_score);
  return PEL_OK;
}

pel_status gnn_account_worth(pel_gnn *g, uint32_t place, pel_gnn_ranking by, gnn_account *a, pel_error *err) {
  const pel_path_plan *p = &g->plan;
  for (uint32_t l = 1; l <= p->layers; l++)
    for (uint32_t i = 0; i < pel_path_plan_steps(p, l); i++)
      a->worth[l - 1][i] = by == PEL_GNN_BY_ATTENTION ? log(a->alpha[l - 1][i] + 1e-300) : by == PEL_GNN_BY_WEIGHT ? a->weight[l - 1][i] : p->triple[i] == PEL_PATH_NO_TRIPLE ? 0 : -1;
  return pel_path_through(p, (const double *const *)a->worth, place, a->through, err);
}

pel_status gnn_account_take(pel_gnn *g, uint32_t place, gnn_account *out, pel_error *err) {
  gnn_account a = {0};
  pel_status status = make_arrays(&a, &g->plan, err);
  if (status == PEL_OK) status = take_attention(g, &a, err);
  if (status == PEL_OK) status = take_derivatives(g, place, &a, err);
  if (status == PEL_OK) *out = a;
  else gnn_account_clear(&a);
  return status;
}

/* ---- what is handed out ---- */

static pel_gnn_step step_of(const pel_path_plan *p, const gnn_account *a, uint32_t layer, const pel_path_run *run, uint32_t i) {
  return (pel_gnn_step){.layer = layer, .from = p->entity[run->source], .relation = run->relation, .to = p->entity[p->to[i]], .triple = p->triple[i], .attention = a->alpha[layer - 1][i],
                        .weight = a->weight[layer - 1][i]};
}

static pel_status list_steps(const pel_path_plan *p, const gnn_account *a, pel_gnn_explanation *out, pel_error *err) {
  size_t n = 0;
  for (uint32_t l = 1; l <= p->layers; l++)
    for (uint32_t i = 0; i < pel_path_plan_steps(p, l); i++) n += a->through[l - 1][i] > -INFINITY;
  out->steps = pel_alloc(n, sizeof *out->steps);
  if (!out->steps) return pel_fail_memory(err, "the steps of a question", n * sizeof *out->steps);
  for (uint32_t l = 1; l <= p->layers; l++)
    for (uint32_t r = 0; r < p->runs_of[l]; r++)
      for (uint32_t i = p->runs[r].first; i < p->runs[r].end; i++)
        if (a->through[l - 1][i] > -INFINITY) out->steps[out->n_steps++] = step_of(p, a, l, &p->runs[r], i);
  return PEL_OK;
}

static const pel_path_run *run_of(const pel_path_plan *p, uint32_t step) {
  uint32_t lo = 0, hi = p->runs_of[p->layers];
  while (hi - lo > 1) {
    uint32_t middle = lo + (hi - lo) / 2;
    if (p->runs[middle].first <= step) lo = middle;
    else hi = middle;
  }
  return &p->runs[lo];
}

static pel_gnn_path path_of(const pel_path_plan *p, const gnn_account *a, const pel_path_found *found) {
  pel_gnn_path path = {.attention = 1};
  for (uint32_t l = 1; l <= p->layers; l++) {
    pel_gnn_step step = step_of(p, a, l, run_of(p, found->steps[l - 1]), found->steps[l - 1]);
    path.attention *= step.attention;
    path.weight += step.weight / p->layers;
    if (step.triple != PEL_PATH_NO_TRIPLE) path.steps[path.n++] = step;
  }
  return path;
}

/* The same steps, only waited elsewhere. */
static bool same_way(const pel_gnn_path *x, const pel_gnn_path *y) {
  if (x->n != y->n) return false;
  for (uint32_t i = 0; i < x->n; i++)
    if (x->steps[i].triple != y->steps[i].triple || x->steps[i].relation != y->steps[i].relation) return false;
  return true;
}

static void add_path(pel_gnn_explanation *out, size_t most, const pel_gnn_path *path) {
  for (size_t i = 0; i < out->n_paths; i++)
    if (same_way(&out->paths[i], path)) return;
  if (out->n_paths < most) out->paths[out->n_paths++] = *path;
}

enum { WAITS = 8 }; /* found paths a path that is wanted: ways differ in where they wait */

static pel_status list_paths(const pel_path_plan *p, const gnn_account *a, uint32_t place, size_t most, pel_gnn_explanation *out, pel_error *err) {
  size_t n = 0, beam = WAITS * most;
  pel_path_found *found = pel_alloc(beam, sizeof *found);
  out->paths = pel_alloc(most, sizeof *out->paths);
  pel_status status = found && out->paths ? PEL_OK : pel_fail_memory(err, "paths", beam * sizeof *found);
  if (status == PEL_OK && most) status = pel_path_best(p, (const double *const *)a->worth, place, beam, found, &n, err);
  for (size_t i = 0; i < n; i++) {
    pel_gnn_path path = path_of(p, a, &found[i]);
    add_path(out, most, &path);
  }
  free(found);
  return status;
}

pel_status pel_gnn_explain(pel_gnn *g, const pel_graph *graph, uint32_t subject, uint32_t relation, uint32_t answer, pel_gnn_ranking by, size_t most, pel_gnn_explanation *out,
                           pel_error *err) {
  gnn_account a = {0};
  pel_gnn_explanation x = {0};
  if (answer >= graph->n_entities || (by != PEL_GNN_BY_ATTENTION && by != PEL_GNN_BY_WEIGHT) || most > 10000)
    return pel_fail(err, PEL_ERR_USAGE, "an explanation of an answer that is not there, by an order that has no paths, or with too many of them");
  PEL_TRY(gnn_ask(g, graph, subject, relation, NULL, err));
  uint32_t place = g->plan.place[answer];
  if (place == PEL_PATH_NOT_REACHED) {
    *out = x;
    return PEL_OK;
  }
  gnn_softmax(g->scores, g->plan.nodes[g->plan.layers]);
  x.score = g->scores[place];
  pel_status status = gnn_account_take(g, place, &a, err);
  if (status == PEL_OK) status = gnn_account_worth(g, place, by, &a, err);
  if (status == PEL_OK) status = list_steps(&g->plan, &a, &x, err);
  if (status == PEL_OK) status = list_paths(&g->plan, &a, place, most, &x, err);
  gnn_account_clear(&a);
  if (status == PEL_OK) *out = x;
  else pel_gnn_explanation_clear(&x);
  return status;
}

void pel_gnn_explanation_clear(pel_gnn_explanation *x) {
  free(x->steps), free(x->paths);
  *x = (pel_gnn_explanation){0};
}
