/* A step of the weights: the gradient of each query by itself, added up in the queries' order, then Adam (Kingma and Ba 2015) with its weight decay apart
 * (Loshchilov and Hutter 2019). Which thread made which gradient leaves no trace in the sum. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/learn/gnn_state.h"

struct gnn_worker {
  pel_path_plan plan;
  pel_path_work work;
  double *scores, *by_score; /* [entities] */
  uint8_t *role;             /* [entities]: 1 an answer, 2 true as well, else a counter-example; all 0 between queries */
  uint8_t *left_out;         /* [triples]; all 0 between queries */
  pel_status status;
  pel_error error;
};

typedef struct batch_job {
  gnn_learner *learner;
  const gnn_epoch *epoch;
  const gnn_query *queries;
  size_t n;
  double scale, rate;
} batch_job;

pel_status gnn_learner_create(const pel_gnn_options *options, const pel_graph *learn, gnn_state *state, pel_pool *pool, gnn_learner *out, pel_error *err) {
  size_t threads = (size_t)pel_pool_threads(pool), entities = learn->n_entities;
  gnn_learner l = {.options = options, .learn = learn, .level = pel_path_level_best(), .pool = pool, .state = state};
  l.workers = pel_alloc(threads, sizeof *l.workers);
  l.slots = pel_alloc_aligned(options->batch, state->total * sizeof *l.slots);
  l.turned = pel_alloc_aligned(pel_path_turned_total(&state->shape), sizeof *l.turned);
  l.losses = pel_alloc(options->batch, sizeof *l.losses);
  l.counted = pel_alloc(options->batch, sizeof *l.counted);
  bool made = l.workers && l.slots && l.turned && l.losses && l.counted;
  for (size_t t = 0; made && t < threads; t++) {
    gnn_worker *w = &l.workers[t];
    w->scores = pel_alloc(entities, sizeof *w->scores);
    w->by_score = pel_alloc(entities, sizeof *w->by_score);
    w->role = pel_alloc(entities, 1);
    w->left_out = pel_alloc(learn->n_triples, 1);
    made = w->scores && w->by_score && w->role && w->left_out;
  }
  if (!made) {
    gnn_learner_clear(&l);
    return pel_fail_memory(err, "learning", options->batch * state->total * sizeof *l.slots);
  }
  *out = l;
  return PEL_OK;
}

void gnn_learner_clear(gnn_learner *l) {
  for (int t = 0; l->workers && t < pel_pool_threads(l->pool); t++) {
    gnn_worker *w = &l->workers[t];
    pel_path_plan_clear(&w->plan);
    pel_path_work_clear(&w->work);
    free(w->scores), free(w->by_score), free(w->role), free(w->left_out);
  }
  free(l->workers), free(l->slots), free(l->turned), free(l->losses), free(l->counted);
  *l = (gnn_learner){0};
}

/* ---- the loss ---- */

/* 1 for what is asked for, 2 for what else is true of the query: no example against it. `on` false: back to 0. */
static void set_roles(const gnn_learner *l, gnn_worker *w, const gnn_query *q, const uint32_t *answers, bool on) {
  size_t n;
  const pel_hop *known = pel_graph_along(l->learn, q->subject, q->relation, &n);
  for (size_t i = 0; i < n; i++) w->role[known[i].to] = on ? 2 : 0;
  for (uint32_t i = 0; i < q->n; i++) w->role[answers[q->first + i]] = on;
}

/* For each answer o the softmax over o and what is not known to be true: - ln (e^s_o / (e^s_o + Z)), with its derivatives. */
static double softmax_loss(const pel_path_plan *plan, const double *scores, const uint8_t *role, double *by_score, uint32_t *counted) {
  uint32_t n = plan->nodes[plan->layers];
  double top = -INFINITY, against = 0, loss = 0, share = 0;
  *counted = 0;
  for (uint32_t i = 0; i < n; i++) top = fmax(top, scores[i]);
  for (uint32_t i = 0; i < n; i++) against += role[plan->entity[i]] ? 0 : exp(scores[i] - top);
  for (uint32_t i = 0; i < n; i++) {
    by_score[i] = 0;
    if (role[plan->entity[i]] != 1) continue;
    double own = exp(scores[i] - top), all = own + against;
    (*counted)++;
    if (!(all > 0)) continue;
    loss += log(all) - (scores[i] - top);
    by_score[i] = own / all - 1;
    share += 1 / all;
  }
  for (uint32_t i = 0; i < n; i++)
    if (!role[plan->entity[i]]) by_score[i] = exp(scores[i] - top) * share;
  return loss;
}

static void leave_out(const batch_job *j, gnn_worker *w, const gnn_query *q, bool out) {
  if (j->learner->options->graph_share < 1) return; /* then what is asked for is not in the graph */
  for (uint32_t i = 0; i < q->n; i++) {
    size_t n;
    const pel_hop *steps = pel_graph_along(j->epoch->graph, q->subject, q->relation, &n);
    for (size_t k = 0; k < n; k++)
      if (steps[k].to == j->epoch->answers[q->first + i]) w->left_out[steps[k].triple] = out;
  }
}

/* ---- a query ---- */

static pel_status learn_query(const batch_job *j, gnn_worker *w, size_t slot, pel_error *err) {
  gnn_learner *l = j->learner;
  const gnn_query *q = &j->queries[slot];
  const gnn_state *s = l->state;
  float *gradient = l->slots + slot * s->total;
  memset(gradient, 0, s->total * sizeof *gradient);
  leave_out(j, w, q, true);
  pel_status status = pel_path_plan_make(&w->plan, j->epoch->graph, s->shape.layers, q->subject, w->left_out, l->options->most_entities, err);
  leave_out(j, w, q, false);
  PEL_TRY(status);
  pel_path_pass pass = {.shape = &s->shape, .plan = &w->plan, .query = q->relation, .weights = s->weights, .turned = l->turned, .dropout = l->options->dropout, .work = &w->work};
  pel_rng seed = {l->options->seed ^ (s->steps * 0x9e3779b97f4a7c15u + slot)};
  pass.dropout_seed = pel_rng_next(&seed);
  PEL_TRY(l->level->forward(&pass, w->scores, err));
  set_roles(l, w, q, j->epoch->answers, true);
  l->losses[slot] = softmax_loss(&w->plan, w->scores, w->role, w->by_score, &l->counted[slot]);
  set_roles(l, w, q, j->epoch->answers, false);
  if (l->counted[slot]) l->level->backward(&pass, w->by_score, gradient, NULL);
  return PEL_OK;
}

static void learn_queries(void *job, size_t lo, size_t hi, int thread) {
  batch_job *j = job;
  gnn_worker *w = &j->learner->workers[thread];
  for (size_t i = lo; i < hi && w->status == PEL_OK; i++) w->status = learn_query(j, w, i, &w->error);
}

/* ---- the weights ---- */

#define BETA_1 0.9
#define BETA_2 0.999

static void update_weights(void *job, size_t lo, size_t hi, int thread) {
  (void)thread;
  const batch_job *j = job;
  const gnn_learner *l = j->learner;
  gnn_state *s = l->state;
  float scale = (float)j->scale, rate = (float)(j->rate * sqrt(1 - s->power_2) / (1 - s->power_1)), tiny = (float)(1e-8 * sqrt(1 - s->power_2));
  double early = (1 + (double)s->steps) / (10 + (double)s->steps); /* so that the beginning is soon forgotten */
  float stay = (float)fmin(l->options->average, early), keep = (float)(1 - j->rate * l->options->weight_decay), *sum = l->slots; /* the first slot takes the sum */
  for (size_t b = 1; b < j->n; b++)
    for (size_t i = lo; i < hi; i++) sum[i] += l->slots[b * s->total + i];
  for (size_t i = lo; i < hi; i++) {
    float g = sum[i] * scale;
    s->mean[i] = (float)BETA_1 * s->mean[i] + (float)(1 - BETA_1) * g;
    s->square[i] = (float)BETA_2 * s->square[i] + (float)(1 - BETA_2) * g * g;
    s->weights[i] = s->weights[i] * keep - rate * s->mean[i] / (sqrtf(s->square[i]) + tiny);
    s->average[i] = stay * s->average[i] + (1 - stay) * s->weights[i];
  }
}

pel_status gnn_learn_batch(gnn_learner *l, const gnn_epoch *epoch, const gnn_query *queries, size_t n, pel_error *err) {
  gnn_state *s = l->state;
  batch_job job = {.learner = l, .epoch = epoch, .queries = queries, .n = n, .rate = s->rate};
  l->level->turn(&s->shape, s->weights, l->turned);
  pel_pool_run(l->pool, n, 1, learn_queries, &job);
  for (int t = 0; t < pel_pool_threads(l->pool); t++)
    if (l->workers[t].status != PEL_OK) {
      if (err) *err = l->workers[t].error;
      return l->workers[t].status;
    }
  size_t counted = 0;
  for (size_t i = 0; i < n; i++) counted += l->counted[i], s->loss_sum += l->losses[i];
  s->loss_count += (double)counted;
  s->steps++;
  s->power_1 *= BETA_1;
  s->power_2 *= BETA_2;
  if (!counted) return PEL_OK;
  job.scale = 1 / (double)counted;
  pel_pool_run(l->pool, s->total, 4096, update_weights, &job);
  return PEL_OK;
}
