#include "engine/model/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

bool pel_batch_asks(const pel_batch *b, pel_site site, uint32_t layer) {
  for (size_t i = 0; i < b->n_probes; i++)
    if (b->probes[i]->ask(b->probes[i]->user, site, layer)) return true;
  return false;
}

bool pel_batch_shows(const pel_batch *b, const pel_event *event) {
  bool go_on = true;
  for (size_t i = 0; i < b->n_probes; i++)
    if (b->probes[i]->ask(b->probes[i]->user, event->site, event->layer))
      go_on &= b->probes[i]->show(b->probes[i]->user, event);
  return go_on;
}

/* ---- memory ---- */

static size_t widest_input(const pel_config *c) {
  size_t widest = c->n_embd, heads = (size_t)c->n_head * c->head_dim;
  if (heads > widest) widest = heads;
  return c->n_ff > widest ? c->n_ff : widest;
}

static uint64_t cache_bytes(const pel_config *c, uint32_t context, bool exact) {
  uint64_t padded = pel_round_up(context, PEL_TILE), head = pel_round_up(c->head_dim, 16);
  uint64_t a_token = (c->head_dim + head) * 2 + (exact ? c->head_dim * 8 : 0);
  return padded * a_token * c->n_kv_head * c->n_layers;
}

uint64_t pel_session_bytes(const pel_model *model, uint32_t context) {
  const pel_config *c = &model->config;
  uint64_t per_token = 2ull * c->n_embd + 3ull * c->n_head * c->head_dim + 3ull * c->n_kv_head * c->head_dim + 2ull * c->n_ff;
  uint64_t scratch = (uint64_t)context * (PEL_ROWS_MAX + 2) * 4 * (uint64_t)pel_cpu_count();
  uint64_t grams = (uint64_t)c->n_layers * c->n_head * c->head_dim * c->head_dim * 4; /* value norms */
  return cache_bytes(c, context, false) + grams + per_token * 4 * PEL_BATCH_MAX + (uint64_t)c->n_vocab * PEL_LOGIT_SLICE * 4 + scratch;
}

static pel_status check_memory(const pel_model *model, uint32_t context, pel_error *err) {
  uint64_t need = pel_session_bytes(model, context), available = pel_memory_available();
  if (need < available) return PEL_OK;
  return pel_fail(err, PEL_ERR_MEMORY, "a context of %u tokens needs %.1f GB, %.1f GB of memory are free; use a smaller --ctx",
                  context, (double)need / 1e9, (double)available / 1e9);
}

#define ALLOCATE(field, n)                                      \
  do {                                                          \
    s->field = pel_alloc_aligned((n), sizeof *s->field);        \
    if (!s->field) return pel_fail_memory(err, "session", (n) * sizeof *s->field); \
  } while (0)

static pel_status allocate_cache(pel_session *s, pel_error *err) {
  const pel_config *c = &s->model->config;
  ALLOCATE(cache, c->n_layers);
  for (uint32_t l = 0; l < c->n_layers; l++) {
    size_t positions = (size_t)s->context_padded * c->n_kv_head;
    if (s->exact) {
      ALLOCATE(cache[l].exact_keys, positions * c->head_dim);
      ALLOCATE(cache[l].exact_values, positions * c->head_dim);
    } else {
      ALLOCATE(cache[l].keys, positions * c->head_dim);
      ALLOCATE(cache[l].values, positions * s->head_padded);
    }
  }
  return PEL_OK;
}

static pel_status allocate_scratch(pel_session *s, pel_error *err) {
  int threads = pel_pool_threads(s->pool);
  ALLOCATE(scratch, (size_t)threads);
  size_t widest = widest_input(&s->model->config), keys = s->context_padded + 2 * PEL_TILE;
  for (int i = 0; i < threads; i++) {
    s->scratch[i].matmul = pel_alloc_aligned(pel_matmul_scratch(widest), 1);
    if (!s->scratch[i].matmul) return pel_fail_memory(err, "session", pel_matmul_scratch(widest));
    for (int r = 0; r < PEL_ROWS_MAX; r++) {
      ALLOCATE(scratch[i].scores[r], keys);
      ALLOCATE(scratch[i].mixed[r], s->head_padded);
    }
    ALLOCATE(scratch[i].column_sum, keys);
    ALLOCATE(scratch[i].column_max, keys / PEL_TILE);
    ALLOCATE(scratch[i].weights, keys);
  }
  return PEL_OK;
}

static pel_status allocate_activations(pel_session *s, pel_error *err) {
  const pel_config *c = &s->model->config;
  size_t n = PEL_BATCH_MAX, q = (size_t)c->n_head * c->head_dim, kv = (size_t)c->n_kv_head * c->head_dim;
  size_t half = c->rope.dims / 2, widest = pel_round_up(widest_input(c), PEL_GROUP);
  ALLOCATE(x, n * c->n_embd);
  ALLOCATE(h, n * c->n_embd);
  ALLOCATE(q, n * q);
  ALLOCATE(k, n * kv);
  ALLOCATE(v, n * kv);
  ALLOCATE(attended, n * q);
  ALLOCATE(gate, n * c->n_ff);
  ALLOCATE(up, n * c->n_ff);
  ALLOCATE(q16, n * q);
  ALLOCATE(k16, n * kv);
  ALLOCATE(m, n * c->n_head);
  ALLOCATE(z, n * c->n_head);
  ALLOCATE(entropy, n * c->n_head);
  ALLOCATE(sink, n * c->n_head);
  ALLOCATE(value_norm, n * c->n_head);
  ALLOCATE(cosine, n * half);
  ALLOCATE(sine, n * half);
  ALLOCATE(cosine_local, n * half);
  ALLOCATE(sine_local, n * half);
  ALLOCATE(logits, (size_t)PEL_LOGIT_SLICE * c->n_vocab);
  ALLOCATE(acts.q, n * widest);
  ALLOCATE(acts.scale, n * widest / 32);
  ALLOCATE(acts.sum16, n * widest / 16);
  ALLOCATE(acts.sum32, n * widest / 32);
  return PEL_OK;
}

static pel_status create(pel_model *model, uint32_t n_context, int threads, bool exact, pel_session **out, pel_error *err) {
  if (n_context < 1 || n_context > 1u << 24)
    return pel_fail(err, PEL_ERR_USAGE, "a context of %u tokens is out of range (1 to %u)", n_context, 1u << 24);
  PEL_TRY(check_memory(model, n_context, err));
  pel_session *s = pel_alloc(1, sizeof *s);
  if (!s) return pel_fail_memory(err, "session", sizeof *s);
  s->model = model;
  s->kernels = pel_kernels_get();
  s->n_context = n_context;
  s->context_padded = (uint32_t)pel_round_up(n_context, PEL_TILE);
  s->head_padded = (uint32_t)pel_round_up(model->config.head_dim, 16);
  s->exact = exact;
  pel_status status = pel_pool_create(threads > 0 ? threads : pel_cpu_count(), &s->pool, err);
  if (status == PEL_OK) status = allocate_cache(s, err);
  if (status == PEL_OK) status = allocate_scratch(s, err);
  if (status == PEL_OK) status = allocate_activations(s, err);
  if (status != PEL_OK) {
    pel_session_destroy(s);
    return status;
  }
  *out = s;
  return PEL_OK;
}

pel_status pel_session_create(pel_model *model, uint32_t n_context, int threads, pel_session **out, pel_error *err) {
  return create(model, n_context, threads, false, out, err);
}

pel_status pel_session_create_exact(pel_model *model, uint32_t n_context, int threads, pel_session **out, pel_error *err) {
  return create(model, n_context, threads, true, out, err);
}

static void destroy_scratch(pel_session *s) {
  for (int i = 0; s->scratch && i < pel_pool_threads(s->pool); i++) {
    pel_scratch *scratch = &s->scratch[i];
    free(scratch->matmul);
    for (int r = 0; r < PEL_ROWS_MAX; r++) {
      free(scratch->scores[r]);
      free(scratch->mixed[r]);
    }
    free(scratch->column_sum);
    free(scratch->column_max);
    free(scratch->weights);
  }
  free(s->scratch);
}

void pel_session_destroy(pel_session *s) {
  if (!s) return;
  const pel_config *c = &s->model->config;
  destroy_scratch(s);
  pel_pool_destroy(s->pool);
  for (uint32_t l = 0; s->cache && l < c->n_layers; l++) {
    free(s->cache[l].keys);
    free(s->cache[l].values);
    free(s->cache[l].exact_keys);
    free(s->cache[l].exact_values);
  }
  for (size_t i = 0; s->grams && i < (size_t)c->n_layers * c->n_head; i++) free(s->grams[i].data);
  void *owned[] = {s->cache,  s->grams, s->x,       s->h,    s->q,         s->k,      s->v,    s->attended,
                   s->gate,   s->up,    s->q16,     s->k16,  s->m,         s->z,      s->entropy, s->sink,
                   s->value_norm, s->cosine, s->sine, s->cosine_local, s->sine_local, s->logits, s->acts.q,
                   s->acts.scale, s->acts.sum16, s->acts.sum32};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  free(s);
}

uint32_t pel_session_position(const pel_session *s) { return s->position; }
uint32_t pel_session_context(const pel_session *s) { return s->n_context; }

/* ---- eval ---- */

static void embed(const pel_batch *b, const pel_token_id *ids) {
  pel_session *s = b->s;
  const pel_config *c = &s->model->config;
  const pel_gguf_tensor *t = s->model->weights.embedding;
  const pel_tensor_format *f = pel_tensor_format_of(t->type);
  size_t row_bytes = c->n_embd / f->block * f->block_bytes;
  for (uint32_t i = 0; i < b->n; i++) {
    float *x = s->x + (size_t)i * c->n_embd;
    pel_dequantize(t->type, t->data + (size_t)ids[i] * row_bytes, c->n_embd, x);
    for (uint32_t d = 0; d < c->n_embd; d++) x[d] *= c->embedding_scale;
  }
}

/* Logits of tokens t .. t+n-1 of the batch into s->logits. */
static void compute_logits(pel_session *s, uint32_t t, uint32_t n) {
  const pel_config *c = &s->model->config;
  for (uint32_t i = 0; i < n; i++)
    s->kernels->rms_norm(s->x + (size_t)(t + i) * c->n_embd, s->model->weights.output_norm, c->n_embd, c->norm_eps,
                         s->h + (size_t)i * c->n_embd);
  pel_products(s, s->h, n, (const pel_matrix *[]){&s->model->weights.output}, (float *[]){s->logits}, 1);
  if (c->logit_softcap > 0)
    for (size_t i = 0; i < (size_t)n * c->n_vocab; i++) s->logits[i] = c->logit_softcap * tanhf(s->logits[i] / c->logit_softcap);
}

static bool show_logits(const pel_batch *b) {
  uint32_t n_vocab = b->s->model->config.n_vocab;
  for (uint32_t t = 0; t < b->n; t += PEL_LOGIT_SLICE) {
    uint32_t n = b->n - t < PEL_LOGIT_SLICE ? b->n - t : PEL_LOGIT_SLICE;
    compute_logits(b->s, t, n);
    pel_event event = {.site = PEL_SITE_LOGITS, .first = b->first + t, .n_rows = n};
    event.logits = (pel_matrix_view){n_vocab, b->s->logits};
    if (!pel_batch_shows(b, &event)) return false;
  }
  return true;
}

static pel_status check_eval(const pel_session *s, const pel_token_id *ids, uint32_t n, size_t n_probes, pel_error *err) {
  if (s->broken) return pel_fail(err, PEL_ERR_USAGE, "this session was cancelled; create another");
  if (n < 1 || n > PEL_BATCH_MAX || n_probes > PEL_EVAL_PROBES_MAX)
    return pel_fail(err, PEL_ERR_USAGE, "a batch takes 1 to %d tokens and at most %d probes", PEL_BATCH_MAX, PEL_EVAL_PROBES_MAX);
  if (n > s->n_context - s->position)
    return pel_fail(err, PEL_ERR_FULL, "the context of %u tokens is full; use a larger --ctx", s->n_context);
  for (uint32_t i = 0; i < n; i++)
    if (ids[i] < 0 || (uint32_t)ids[i] >= s->model->config.n_vocab)
      return pel_fail(err, PEL_ERR_USAGE, "token id %d is outside the vocabulary of %u", ids[i], s->model->config.n_vocab);
  return PEL_OK;
}

pel_status pel_session_prepare(pel_session *s, const pel_probe *const *probes, size_t n_probes, pel_error *err) {
  pel_batch batch = {s, 0, 0, probes, n_probes};
  for (uint32_t l = 0; !s->grams && l < s->model->config.n_layers; l++)
    if (pel_batch_asks(&batch, PEL_SITE_VALUE_NORMS, l)) return pel_grams_make(s, err);
  return PEL_OK;
}

pel_status pel_session_eval(pel_session *s, const pel_token_id *ids, uint32_t n, const pel_probe *const *probes,
                            size_t n_probes, const float **logits, pel_error *err) {
  PEL_TRY(check_eval(s, ids, n, n_probes, err));
  pel_batch batch = {s, s->position, n, probes, n_probes};
  PEL_TRY(pel_session_prepare(s, probes, n_probes, err));
  embed(&batch, ids);
  pel_status status = pel_forward(&batch, err);
  bool all = pel_batch_asks(&batch, PEL_SITE_LOGITS, 0);
  if (status == PEL_OK && all && !show_logits(&batch)) status = pel_fail(err, PEL_ERR_CANCELLED, "the run was cancelled");
  if (status != PEL_OK) {
    s->broken = true;
    return status;
  }
  if (logits) {
    uint32_t last = (n - 1) % PEL_LOGIT_SLICE;
    if (!all) compute_logits(s, n - 1, 1);
    *logits = s->logits + (size_t)(all ? last : 0) * s->model->config.n_vocab;
  }
  s->position += n;
  return PEL_OK;
}
