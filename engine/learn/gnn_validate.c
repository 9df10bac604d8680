/* How well weights answer the validation triples: the filtered mean reciprocal rank, both ways. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/learn/gnn_state.h"

typedef struct asker {
  pel_path_plan plan;
  pel_path_work work;
  double *places, *scores; /* [entities] */
  pel_status status;
  pel_error error;
} asker;

typedef struct validation {
  const pel_gnn_data *data;
  const pel_gnn_options *options;
  const pel_path_shape *shape;
  const float *weights;
  const pel_path_level *level;
  gnn_query *queries;
  uint32_t *answers;
  size_t n;
  double *sums; /* [n]: of reciprocal ranks */
  asker *askers;
} validation;

bool gnn_all_finite(const double *scores, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += scores[i] * 0;
  return sum == 0;
}

void gnn_softmax(double *scores, size_t n) {
  double top = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++) top = fmax(top, scores[i]);
  for (size_t i = 0; i < n; i++) sum += scores[i] = exp(scores[i] - top);
  for (size_t i = 0; i < n; i++) scores[i] /= sum;
}

static pel_status ask(validation *v, asker *a, size_t i, pel_error *err) {
  const gnn_query *q = &v->queries[i];
  const pel_graph *g = v->data->validation_graph;
  PEL_TRY(pel_path_plan_make(&a->plan, g, v->shape->layers, q->subject, NULL, v->options->most_entities, err));
  pel_path_pass pass = {.shape = v->shape, .plan = &a->plan, .query = q->relation, .weights = v->weights, .work = &a->work};
  PEL_TRY(v->level->forward(&pass, a->places, err));
  if (!gnn_all_finite(a->places, a->plan.nodes[v->shape->layers])) return pel_fail(err, PEL_ERR_CHECK, "learning ran away: a score is no number any more; use a smaller --rate");
  for (uint32_t e = 0; e < g->n_entities; e++) a->scores[e] = a->plan.place[e] == PEL_PATH_NOT_REACHED ? -INFINITY : a->places[a->plan.place[e]];
  v->sums[i] = 0;
  for (uint32_t k = 0; k < q->n; k++) v->sums[i] += 1 / pel_graph_filtered_rank(v->data->validation_known, a->scores, q->subject, q->relation, v->answers[q->first + k]);
  return PEL_OK;
}

static void ask_some(void *job, size_t lo, size_t hi, int thread) {
  validation *v = job;
  asker *a = &v->askers[thread];
  for (size_t i = lo; i < hi && a->status == PEL_OK; i++) a->status = ask(v, a, i, &a->error);
}

/* Those that are asked: all, or as many as are wanted, evenly spaced. */
static pel_status choose(validation *v, size_t *n_triples, pel_error *err) {
  const pel_gnn_data *d = v->data;
  size_t most = v->options->validation_triples, n = most && most < d->n_validation ? most : d->n_validation;
  pel_triple *chosen = pel_alloc(n, sizeof *chosen);
  if (!chosen) return pel_fail_memory(err, "validation triples", n * sizeof *chosen);
  for (size_t i = 0; i < n; i++) chosen[i] = d->validation[i * d->n_validation / n];
  pel_status status = gnn_queries_of(chosen, n, d->learn->n_relations, &v->queries, &v->n, &v->answers, err);
  free(chosen);
  *n_triples = n;
  return status;
}

static pel_status make_askers(validation *v, int threads, pel_error *err) {
  size_t entities = v->data->validation_graph->n_entities;
  v->sums = pel_alloc(v->n, sizeof *v->sums);
  v->askers = pel_alloc((size_t)threads, sizeof *v->askers);
  bool made = v->sums && v->askers;
  for (int t = 0; made && t < threads; t++) {
    v->askers[t].places = pel_alloc(entities, sizeof(double));
    v->askers[t].scores = pel_alloc(entities, sizeof(double));
    made = v->askers[t].places && v->askers[t].scores;
  }
  return made ? PEL_OK : pel_fail_memory(err, "validation", entities * sizeof(double));
}

static void clear(validation *v, int threads) {
  for (int t = 0; v->askers && t < threads; t++) {
    pel_path_plan_clear(&v->askers[t].plan);
    pel_path_work_clear(&v->askers[t].work);
    free(v->askers[t].places), free(v->askers[t].scores);
  }
  free(v->askers), free(v->queries), free(v->answers), free(v->sums);
}

pel_status gnn_validate(const pel_gnn_data *data, const pel_gnn_options *options, const pel_path_shape *shape, const float *weights, pel_pool *pool, double *mrr, pel_error *err) {
  validation v = {.data = data, .options = options, .shape = shape, .weights = weights, .level = pel_path_level_best()};
  int threads = pel_pool_threads(pool);
  size_t n = 0;
  double sum = 0;
  PEL_TRY(choose(&v, &n, err));
  pel_status status = make_askers(&v, threads, err);
  if (status == PEL_OK) pel_pool_run(pool, v.n, 1, ask_some, &v);
  for (int t = 0; status == PEL_OK && t < threads; t++)
    if (v.askers[t].status != PEL_OK) {
      status = v.askers[t].status;
      if (err) *err = v.askers[t].error;
    }
  for (size_t i = 0; status == PEL_OK && i < v.n; i++) sum += v.sums[i];
  clear(&v, threads);
  if (status == PEL_OK) *mrr = sum / (2 * (double)n);
  return status;
}
