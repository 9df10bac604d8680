#include <pellucid/model.h>

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/model/session.h"
#include "engine/text/tokenizer.h"

static pel_status check_memory(const pel_model *m, uint32_t n_context, pel_error *err) {
  uint64_t available = pel_memory_available(), session = n_context ? pel_session_bytes(m, n_context) : 0;
  if (m->info.packed_bytes + session < available) return PEL_OK;
  return pel_fail(err, PEL_ERR_MEMORY,
                  "%s: the model needs %.2f GB of memory and a context of %u tokens %.2f GB, %.2f GB are free; use a smaller "
                  "model, quantisation or --ctx",
                  pel_gguf_path(m->gguf), (double)m->info.packed_bytes / 1e9, n_context, (double)session / 1e9,
                  (double)available / 1e9);
}

static pel_status check_vocabulary(const pel_model *m, pel_error *err) {
  size_t texts = pel_tokenizer_count(m->tokenizer);
  if (texts == m->config.n_vocab) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: key 'tokenizer.ggml.tokens' has %zu tokens, tensor 'token_embd.weight' %u rows; convert the model again",
                  pel_gguf_path(m->gguf), texts, m->config.n_vocab);
}

static uint64_t count_parameters(const pel_gguf *gguf) {
  uint64_t n = 0;
  for (uint64_t i = 0; i < pel_gguf_tensor_count(gguf); i++) {
    const pel_gguf_tensor *t = pel_gguf_tensor_at(gguf, i);
    n += t->ne[0] * t->ne[1] * t->ne[2] * t->ne[3];
  }
  return n;
}

static void describe(pel_model *m) {
  const pel_config *c = &m->config;
  for (uint32_t l = 0; l < c->n_layers; l++)
    m->layers[l] = (pel_layer_info){c->n_head, c->n_kv_head, c->head_dim, pel_config_windowed(c, l) ? c->window : 0,
                                    c->attention_scale, c->attention_softcap};
  m->info.architecture = c->arch_name;
  m->info.name = c->name;
  m->info.n_layers = c->n_layers;
  m->info.n_embd = c->n_embd;
  m->info.n_vocab = c->n_vocab;
  m->info.n_context_trained = c->n_context_trained;
  m->info.n_parameters = count_parameters(m->gguf);
  m->info.file_bytes = pel_gguf_file_bytes(m->gguf);
}

/* Everything that can be refused before a weight is read. */
static pel_status check(pel_model *m, pel_error *err) {
  PEL_TRY(pel_config_read(m->gguf, &m->config, err));
  PEL_TRY(pel_weights_check(m->gguf, &m->config, &m->info.packed_bytes, err));
  PEL_TRY(pel_tokenizer_from_gguf(m->gguf, &m->tokenizer, err));
  return check_vocabulary(m, err);
}

static pel_status load(pel_model *m, const pel_model_options *o, bool widen, pel_error *err) {
  PEL_TRY(pel_kernels_check(err));
  PEL_TRY(check(m, err));
  m->config.widen = widen;
  PEL_TRY(check_memory(m, o ? o->n_context : 0, err));
  m->layers = pel_alloc(m->config.n_layers, sizeof *m->layers);
  if (!m->layers) return pel_fail_memory(err, "layers", m->config.n_layers * sizeof *m->layers);
  describe(m);
  pel_pool *pool;
  PEL_TRY(pel_pool_create(o && o->threads > 0 ? o->threads : pel_cpu_count(), &pool, err));
  pel_status status = pel_weights_load(m->gguf, &m->config, pool, o ? o->progress : NULL, o ? o->user : NULL, &m->weights, err);
  pel_pool_destroy(pool);
  return status;
}

static pel_status open_model(const char *path, const pel_model_options *options, bool widen, pel_model **out, pel_error *err) {
  pel_model *m = pel_alloc(1, sizeof *m);
  if (!m) return pel_fail_memory(err, "model", sizeof *m);
  pel_status status = pel_gguf_open(path, &m->gguf, err);
  if (status == PEL_OK) status = load(m, options, widen, err);
  if (status != PEL_OK) {
    pel_model_close(m);
    return status;
  }
  *out = m;
  return PEL_OK;
}

pel_status pel_model_open(const char *path, const pel_model_options *options, pel_model **out, pel_error *err) {
  return open_model(path, options, false, out, err);
}

pel_status pel_model_open_widened(const char *path, pel_model **out, pel_error *err) {
  return open_model(path, NULL, true, out, err);
}

void pel_model_close(pel_model *m) {
  if (!m) return;
  pel_weights_clear(&m->weights, m->config.n_layers);
  pel_tokenizer_close(m->tokenizer);
  free(m->layers);
  pel_gguf_close(m->gguf);
  free(m);
}

static void summarise(const pel_model *m, pel_model_summary *out) {
  const pel_config *c = &m->config;
  *out = (pel_model_summary){.n_layers = c->n_layers, .n_head = c->n_head, .n_kv_head = c->n_kv_head, .head_dim = c->head_dim,
                             .n_embd = c->n_embd, .n_vocab = c->n_vocab, .n_context_trained = c->n_context_trained,
                             .n_parameters = count_parameters(m->gguf), .file_bytes = pel_gguf_file_bytes(m->gguf),
                             .packed_bytes = m->info.packed_bytes};
  memcpy(out->architecture, c->arch_name, sizeof out->architecture);
  memcpy(out->name, c->name, sizeof out->name);
}

pel_status pel_model_inspect(const char *path, pel_model_summary *out, pel_error *err) {
  pel_model *m = pel_alloc(1, sizeof *m);
  if (!m) return pel_fail_memory(err, "model", sizeof *m);
  pel_status status = pel_gguf_open(path, &m->gguf, err);
  if (status == PEL_OK) status = check(m, err);
  if (status == PEL_OK) summarise(m, out);
  pel_model_close(m);
  return status;
}

const pel_model_info *pel_model_get_info(const pel_model *m) { return &m->info; }
const pel_tokenizer *pel_model_tokenizer(const pel_model *m) { return m->tokenizer; }
const char *pel_model_file(const pel_model *m) { return pel_gguf_path(m->gguf); }

const pel_layer_info *pel_model_get_layer(const pel_model *m, uint32_t layer) {
  return layer < m->config.n_layers ? &m->layers[layer] : NULL;
}

pel_status pel_model_digest(pel_model *m, uint8_t digest[32], pel_error *err) {
  if (!m->has_digest) PEL_TRY(pel_gguf_digest(m->gguf, m->digest, err));
  m->has_digest = true;
  memcpy(digest, m->digest, 32);
  return PEL_OK;
}
