/* Learning from beginning to end: epochs, validations, the file. What the weights become depends on the options, the data and the seed alone. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/learn/gnn_state.h"

typedef struct training {
  const pel_gnn_data *data;
  const pel_gnn_options *options;
  const char *path;
  bool (*progress)(const pel_gnn_progress *, void *);
  void *user;
  gnn_origin origin;
  gnn_state state;
  gnn_learner learner;
  pel_pool *pool;
  double before, started, written; /* seconds: of earlier calls; by the clock */
  pel_gnn_end end;
  bool stop;
} training;

static bool is_share(double x, double most) { return x >= 0 && x <= most; }

static pel_status check_options(const pel_gnn_options *o, pel_error *err) {
  if (!o->epochs || !o->batch || o->batch > 4096) return pel_fail(err, PEL_ERR_USAGE, "learning takes at least one epoch and batches of 1 to 4096 queries");
  if (!(o->rate > 0 && o->rate <= 1) || !(o->decay > 0 && o->decay <= 1)) return pel_fail(err, PEL_ERR_USAGE, "a learning rate, and what it is multiplied by, lie between 0 and 1");
  if (!is_share(o->weight_decay, 10) || !is_share(o->dropout, 0.9) || !is_share(o->average, 0.99999) || !(o->graph_share > 0 && o->graph_share <= 1))
    return pel_fail(err, PEL_ERR_USAGE, "dropout lies between 0 and 0.9, the graph's share of the triples above 0 and up to 1, the decay of weights between 0 and 10, what a running mean keeps between 0 and 0.99999");
  if (!o->threads || o->threads > PEL_POOL_MAX) return pel_fail(err, PEL_ERR_USAGE, "1 to %d threads are possible", PEL_POOL_MAX);
  return PEL_OK;
}

static pel_status check_data(const pel_gnn_data *d, pel_error *err) {
  if (d->learn->n_triples < 4) return pel_fail(err, PEL_ERR_INPUT, "%zu facts are too few to learn from", d->learn->n_triples);
  if (!d->n_validation) return PEL_OK;
  const pel_graph *g = d->validation_graph, *k = d->validation_known;
  if (!g || !k || g->n_relations != d->learn->n_relations || k->n_relations != g->n_relations || k->n_entities != g->n_entities)
    return pel_fail(err, PEL_ERR_USAGE, "the graph of the validation has other relations or entities");
  for (size_t i = 0; i < d->n_validation; i++)
    if (d->validation[i].subject >= g->n_entities || d->validation[i].object >= g->n_entities || d->validation[i].relation >= g->n_relations)
      return pel_fail(err, PEL_ERR_USAGE, "validation triple %zu names an entity or relation that is not there", i);
  return PEL_OK;
}

/* ---- telling and keeping ---- */

static double seconds_so_far(const training *t) { return t->before + pel_clock_seconds() - t->started; }

static void tell(training *t, double fraction) {
  const gnn_state *s = &t->state;
  pel_gnn_progress p = {.epoch = (uint32_t)s->epoch + (fraction < 1), .epochs = t->options->epochs, .fraction = fraction, .mrr = s->last_mrr, .best_mrr = s->best_mrr, .seconds = seconds_so_far(t)};
  p.loss = s->loss_count > 0 ? s->loss_sum / s->loss_count : s->n_curve ? s->curve[3 * s->n_curve - 3] : NAN;
  if (t->progress && !t->progress(&p, t->user)) t->stop = true, t->end = PEL_GNN_INTERRUPTED;
  else if (t->options->minutes > 0 && pel_clock_seconds() - t->started > 60 * t->options->minutes) t->stop = true, t->end = PEL_GNN_TIME;
}

static pel_status keep(training *t, pel_error *err) {
  t->state.seconds = seconds_so_far(t);
  t->written = pel_clock_seconds();
  return gnn_file_write(t->path, &t->state, &t->origin, t->data->relation_names, err);
}

/* ---- an epoch ---- */

static pel_status learn_epoch(training *t, const gnn_epoch *epoch, pel_error *err) {
  gnn_state *s = &t->state;
  size_t batch = t->options->batch, n = (epoch->n + batch - 1) / batch;
  for (; s->batch < n && !t->stop; s->batch++) {
    size_t at = s->batch * batch;
    PEL_TRY(gnn_learn_batch(&t->learner, epoch, epoch->queries + at, epoch->n - at < batch ? epoch->n - at : batch, err));
    if (!isfinite(s->loss_sum)) return pel_fail(err, PEL_ERR_CHECK, "learning ran away in epoch %llu: the loss is no number any more; use a smaller --rate", (unsigned long long)s->epoch + 1);
    if (s->batch + 1 == n) continue; /* what follows is the epoch's end */
    tell(t, (double)(s->batch + 1) / (double)n);
    if (!t->stop && pel_clock_seconds() - t->written < t->options->checkpoint_seconds) continue;
    s->batch++;
    pel_status status = keep(t, err);
    s->batch--;
    PEL_TRY(status);
  }
  return PEL_OK;
}

static pel_status end_epoch(training *t, pel_error *err) {
  gnn_state *s = &t->state;
  double mrr = NAN, loss = s->loss_count > 0 ? s->loss_sum / s->loss_count : NAN;
  if (t->data->n_validation) PEL_TRY(gnn_validate(t->data, t->options, &s->shape, s->average, t->pool, &mrr, err));
  s->seconds = seconds_so_far(t);
  PEL_TRY(gnn_state_add_curve(s, loss, mrr, err));
  s->epoch++;
  s->batch = 0;
  s->loss_sum = s->loss_count = 0;
  s->rate *= t->options->decay;
  s->last_mrr = mrr;
  if (!t->data->n_validation || !(mrr <= s->best_mrr)) {
    memcpy(s->best, s->average, s->total * sizeof *s->best);
    s->best_mrr = mrr;
    s->best_epoch = s->epoch;
  }
  PEL_TRY(keep(t, err));
  if (!t->stop) tell(t, 1);
  return PEL_OK;
}

static pel_status one_epoch(training *t, pel_error *err) {
  gnn_state *s = &t->state;
  gnn_epoch epoch;
  if (!s->batch) s->epoch_random = s->random;
  pel_rng rng = {s->epoch_random};
  PEL_TRY(gnn_epoch_make(t->data->learn, t->options, &rng, &epoch, err));
  s->random = rng.state;
  pel_status status = learn_epoch(t, &epoch, err);
  if (status == PEL_OK && !t->stop) status = end_epoch(t, err);
  gnn_epoch_clear(&epoch);
  return status;
}

static bool is_done(training *t) {
  const gnn_state *s = &t->state;
  if (t->stop) return true;
  t->end = PEL_GNN_ALL_EPOCHS;
  if (s->epoch >= t->options->epochs) return true;
  t->end = PEL_GNN_NO_BETTER;
  return t->options->patience && t->data->n_validation && s->epoch >= s->best_epoch + t->options->patience;
}

/* ---- the whole ---- */

static pel_status begin(training *t, pel_error *err) {
  bool exists = access(t->path, F_OK) == 0;
  if (exists && !t->options->resume && !t->options->force) return pel_fail(err, PEL_ERR_IO, "%s: exists already; choose another name, go on with --resume or replace it with --force", t->path);
  t->origin = gnn_origin_of(t->data, t->options);
  PEL_TRY(gnn_state_create(t->options, t->data->learn->n_relations, &t->state, err));
  if (exists && t->options->resume) PEL_TRY(gnn_file_resume(t->path, &t->origin, &t->state, err));
  PEL_TRY(pel_pool_create((int)t->options->threads, &t->pool, err));
  PEL_TRY(gnn_learner_create(t->options, t->data->learn, &t->state, t->pool, &t->learner, err));
  t->before = t->state.seconds;
  t->started = t->written = pel_clock_seconds();
  return exists && t->options->resume ? PEL_OK : keep(t, err); /* that the file can be written is known before hours have passed */
}

static void finish(training *t, pel_gnn_result *out) {
  const gnn_state *s = &t->state;
  *out = (pel_gnn_result){.epochs = (uint32_t)s->epoch, .best_epoch = (uint32_t)s->best_epoch, .best_mrr = s->best_mrr, .seconds = seconds_so_far(t), .end = t->end};
  for (size_t i = 0; i < pel_path_tensor_count(&s->shape); i++) {
    pel_path_tensor x = pel_path_tensor_at(&s->shape, i);
    out->parameters += (size_t)x.rows * x.columns;
  }
}

pel_status pel_gnn_train(const pel_gnn_data *data, const pel_gnn_options *options, const char *path, bool (*progress)(const pel_gnn_progress *, void *), void *user, pel_gnn_result *out,
                         pel_error *err) {
  PEL_TRY(check_options(options, err));
  PEL_TRY(check_data(data, err));
  training t = {.data = data, .options = options, .path = path, .progress = progress, .user = user};
  pel_status status = begin(&t, err);
  while (status == PEL_OK && !is_done(&t)) status = one_epoch(&t, err);
  if (status == PEL_OK) finish(&t, out);
  gnn_learner_clear(&t.learner);
  pel_pool_destroy(t.pool);
  gnn_state_clear(&t.state);
  return status;
}
