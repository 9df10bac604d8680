#include "engine/model/weights.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

typedef enum slot_kind { SLOT_VECTOR, SLOT_MATRIX } slot_kind;

/* One tensor of a layer: its name, where it goes, its shape. */
typedef struct slot {
  const char *name;
  slot_kind kind;
  bool required;
  size_t offset; /* in pel_layer */
  uint32_t rows, cols; /* a vector's length is cols */
} slot;

enum { SLOTS_MAX = 24 };

/* The tensors that a layer of this architecture may have. Anything else in the file is refused, because ignoring a
 * tensor would silently compute another model. */
static int layer_slots(const pel_config *c, slot *s) {
  uint32_t q = c->n_head * c->head_dim, kv = c->n_kv_head * c->head_dim, d = c->n_embd, n = 0;
  bool gemma = c->arch == PEL_ARCH_GEMMA3, qk_norm = gemma || c->arch == PEL_ARCH_QWEN3;
#define VECTOR(tensor, field, must, length) s[n++] = (slot){tensor, SLOT_VECTOR, must, offsetof(pel_layer, field), 1, length}
#define MATRIX(tensor, field, r, k) s[n++] = (slot){tensor, SLOT_MATRIX, true, offsetof(pel_layer, field), r, k}
  VECTOR("attn_norm.weight", attn_norm, true, d);
  VECTOR("ffn_norm.weight", ffn_norm, true, d);
  MATRIX("attn_q.weight", q, q, d);
  MATRIX("attn_k.weight", k, kv, d);
  MATRIX("attn_v.weight", v, kv, d);
  MATRIX("attn_output.weight", o, d, q);
  MATRIX("ffn_gate.weight", gate, c->n_ff, d);
  MATRIX("ffn_up.weight", up, c->n_ff, d);
  MATRIX("ffn_down.weight", down, d, c->n_ff);
  VECTOR("attn_q.bias", q_bias, c->arch == PEL_ARCH_QWEN2, q);
  VECTOR("attn_k.bias", k_bias, c->arch == PEL_ARCH_QWEN2, kv);
  VECTOR("attn_v.bias", v_bias, c->arch == PEL_ARCH_QWEN2, kv);
  VECTOR("attn_output.bias", o_bias, false, d);
  if (qk_norm) {
    VECTOR("attn_q_norm.weight", q_norm, true, c->head_dim);
    VECTOR("attn_k_norm.weight", k_norm, true, c->head_dim);
  }
  if (gemma) {
    VECTOR("post_attention_norm.weight", post_attn_norm, true, d);
    VECTOR("post_ffw_norm.weight", post_ffn_norm, true, d);
  }
#undef VECTOR
#undef MATRIX
  return (int)n;
}

static const pel_gguf_tensor *layer_tensor(const pel_gguf *gguf, uint32_t layer, const char *name) {
  char full[96];
  snprintf(full, sizeof full, "blk.%u.%s", layer, name);
  return pel_gguf_find_tensor(gguf, full);
}

static pel_status check_shape(const pel_gguf *gguf, const pel_gguf_tensor *t, uint32_t rows, uint32_t cols, pel_error *err) {
  if (t->ne[0] == cols && t->ne[1] == rows && t->ne[2] == 1 && t->ne[3] == 1) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%.*s' is %llu x %llu x %llu, expected %u x %u; the file does not fit its own keys",
                  pel_gguf_path(gguf), (int)t->name.size, t->name.data, (unsigned long long)t->ne[0],
                  (unsigned long long)t->ne[1], (unsigned long long)(t->ne[2] * t->ne[3]), cols, rows);
}

static pel_status missing(const pel_gguf *gguf, const char *name, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%s' is missing; the file is no complete model", pel_gguf_path(gguf), name);
}

static pel_status check_vector_type(const pel_gguf *gguf, const pel_gguf_tensor *t, pel_error *err) {
  if (t->type == PEL_TYPE_F32 || t->type == PEL_TYPE_F16 || t->type == PEL_TYPE_BF16) return PEL_OK;
  return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: tensor '%.*s' must be F32, F16 or BF16", pel_gguf_path(gguf),
                  (int)t->name.size, t->name.data);
}

static pel_status check_layer(const pel_gguf *gguf, const pel_config *c, uint32_t layer, uint64_t *bytes, size_t *found,
                              pel_error *err) {
  slot slots[SLOTS_MAX];
  int n = layer_slots(c, slots);
  for (int i = 0; i < n; i++) {
    const pel_gguf_tensor *t = layer_tensor(gguf, layer, slots[i].name);
    if (!t) {
      char name[96];
      snprintf(name, sizeof name, "blk.%u.%s", layer, slots[i].name);
      if (slots[i].required) return missing(gguf, name, err);
      continue;
    }
    PEL_TRY(check_shape(gguf, t, slots[i].rows, slots[i].cols, err));
    if (slots[i].kind == SLOT_VECTOR) PEL_TRY(check_vector_type(gguf, t, err));
    *bytes += slots[i].kind == SLOT_MATRIX ? pel_matrix_bytes(t->type, slots[i].rows, slots[i].cols) : slots[i].cols * 4;
    ++*found;
  }
  return PEL_OK;
}

/* Names the first tensor that no part of the model uses. */
static pel_status check_unknown(const pel_gguf *gguf, const pel_config *c, size_t found, pel_error *err) {
  if (found == pel_gguf_tensor_count(gguf)) return PEL_OK;
  slot slots[SLOTS_MAX];
  int n = layer_slots(c, slots);
  for (uint64_t i = 0; i < pel_gguf_tensor_count(gguf); i++) {
    const pel_gguf_tensor *t = pel_gguf_tensor_at(gguf, i);
    char name[300];
    snprintf(name, sizeof name, "%.*s", (int)t->name.size, t->name.data);
    bool known = !strcmp(name, "token_embd.weight") || !strcmp(name, "output.weight") ||
                 !strcmp(name, "output_norm.weight") || !strcmp(name, "rope_freqs.weight");
    unsigned layer;
    if (sscanf(name, "blk.%9u.", &layer) == 1 && layer < c->n_layers)
      for (int s = 0; s < n; s++) known |= layer_tensor(gguf, layer, slots[s].name) == t;
    if (!known)
      return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: tensor '%.80s' is not part of a dense %s model of %u layers as supported here",
                      pel_gguf_path(gguf), name, c->arch_name, c->n_layers);
  }
  return PEL_OK;
}

pel_status pel_weights_check(const pel_gguf *gguf, pel_config *c, uint64_t *bytes, pel_error *err) {
  uint64_t total = 0;
  size_t found = 2;
  const pel_gguf_tensor *embedding = pel_gguf_find_tensor(gguf, "token_embd.weight");
  if (!embedding) return missing(gguf, "token_embd.weight", err);
  if (embedding->ne[1] > PEL_VOCAB_MAX)
    return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'token_embd.weight' has more than %u rows", pel_gguf_path(gguf), PEL_VOCAB_MAX);
  c->n_vocab = (uint32_t)embedding->ne[1];
  PEL_TRY(check_shape(gguf, embedding, c->n_vocab, c->n_embd, err));
  const pel_gguf_tensor *norm = pel_gguf_find_tensor(gguf, "output_norm.weight"), *output;
  if (!norm) return missing(gguf, "output_norm.weight", err);
  PEL_TRY(check_shape(gguf, norm, 1, c->n_embd, err));
  PEL_TRY(check_vector_type(gguf, norm, err));
  output = pel_gguf_find_tensor(gguf, "output.weight");
  if (output) PEL_TRY(check_shape(gguf, output, c->n_vocab, c->n_embd, err));
  found += output != NULL;
  total += pel_matrix_bytes(output ? output->type : embedding->type, c->n_vocab, c->n_embd);
  const pel_gguf_tensor *freqs = pel_gguf_find_tensor(gguf, "rope_freqs.weight");
  if (freqs) {
    PEL_TRY(check_shape(gguf, freqs, 1, c->rope.dims / 2, err));
    PEL_TRY(check_vector_type(gguf, freqs, err));
    found++;
  }
  for (uint32_t l = 0; l < c->n_layers; l++) PEL_TRY(check_layer(gguf, c, l, &total, &found, err));
  PEL_TRY(check_unknown(gguf, c, found, err));
  *bytes = total;
  return PEL_OK;
}

static pel_status not_finite(const pel_gguf *gguf, const pel_gguf_tensor *t, uint64_t at, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%.*s' holds a value that is no finite number, in block %llu; the file is damaged, download it again",
                  pel_gguf_path(gguf), (int)(t->name.size < 80 ? t->name.size : 80), t->name.data, (unsigned long long)at);
}

typedef struct finite_job {
  const pel_gguf_tensor *tensor;
  _Atomic uint64_t first_bad;
} finite_job;

static void find_bad(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  finite_job *job = data;
  uint64_t bad = pel_tensor_find_bad(job->tensor, lo, hi), least = atomic_load(&job->first_bad);
  while (bad < hi && bad < least && !atomic_compare_exchange_weak(&job->first_bad, &least, bad)) continue;
}

/* One NaN or infinity among the weights would make every output one. */
static pel_status check_finite(const pel_gguf *gguf, const pel_gguf_tensor *t, pel_pool *pool, pel_error *err) {
  uint64_t blocks = t->bytes / pel_tensor_format_of(t->type)->block_bytes;
  finite_job job = {t, UINT64_MAX};
  pel_pool_run(pool, blocks, 65536, find_bad, &job);
  return job.first_bad == UINT64_MAX ? PEL_OK : not_finite(gguf, t, job.first_bad, err);
}

static pel_status load_vector(const pel_gguf *gguf, const pel_gguf_tensor *t, float **out, pel_error *err) {
  size_t n = (size_t)t->ne[0];
  float *v = pel_alloc_aligned(n, sizeof *v);
  if (!v) return pel_fail_memory(err, "weights", n * sizeof *v);
  pel_dequantize(t->type, t->data, n, v);
  *out = v;
  uint64_t bad = pel_tensor_find_bad(t, 0, n);
  return bad == n ? PEL_OK : not_finite(gguf, t, bad, err);
}

typedef struct fill_job {
  pel_matrix *matrix;
  const pel_gguf_tensor *tensor;
  bool widen; /* to f32, whatever the type: for tests that need unrounded activations */
} fill_job;

static void widen_strips(const fill_job *f, size_t lo, size_t hi) {
  const pel_tensor_format *format = pel_tensor_format_of(f->tensor->type);
  size_t cols = f->matrix->cols, row_bytes = cols / format->block * format->block_bytes;
  float *strip = (float *)f->matrix->data;
  float *row = pel_alloc(cols, sizeof *row);
  for (size_t r = lo * PEL_STRIP; row && r < hi * PEL_STRIP && r < f->matrix->rows; r++) {
    pel_dequantize(f->tensor->type, f->tensor->data + r * row_bytes, cols, row);
    for (size_t c = 0; c < cols; c++) strip[(r / PEL_STRIP * cols + c) * PEL_STRIP + r % PEL_STRIP] = row[c];
  }
  free(row);
}

static void fill_strips(void *job, size_t lo, size_t hi, int thread) {
  (void)thread;
  const fill_job *f = job;
  if (f->widen)
    widen_strips(f, lo, hi);
  else
    pel_matrix_fill(f->matrix, f->tensor->type, f->tensor->data, lo, hi);
}

static pel_status load_matrix(const pel_gguf *gguf, const pel_gguf_tensor *t, pel_pool *pool, bool widen, pel_matrix *out,
                              pel_error *err) {
  PEL_TRY(check_finite(gguf, t, pool, err));
  size_t rows = (size_t)t->ne[1], cols = (size_t)t->ne[0];
  if (!pel_matrix_init(out, widen ? PEL_TYPE_F32 : t->type, rows, cols))
    return pel_fail_memory(err, "weights", (size_t)pel_matrix_bytes(t->type, rows, cols));
  fill_job job = {out, t, widen};
  pel_pool_run(pool, pel_matrix_strips(out), 8, fill_strips, &job);
  return PEL_OK;
}

static pel_status load_layer(const pel_gguf *gguf, const pel_config *c, uint32_t l, pel_pool *pool, pel_layer *layer,
                             pel_error *err) {
  slot slots[SLOTS_MAX];
  int n = layer_slots(c, slots);
  for (int i = 0; i < n; i++) {
    const pel_gguf_tensor *t = layer_tensor(gguf, l, slots[i].name);
    void *field = (char *)layer + slots[i].offset;
    if (!t) continue;
    PEL_TRY(slots[i].kind == SLOT_VECTOR ? load_vector(gguf, t, field, err) : load_matrix(gguf, t, pool, c->widen, field, err));
  }
  return PEL_OK;
}

static pel_status load_ropes(const pel_gguf *gguf, const pel_config *c, pel_weights *w, pel_error *err) {
  float *factors = NULL;
  const pel_gguf_tensor *freqs = pel_gguf_find_tensor(gguf, "rope_freqs.weight");
  pel_status status = freqs ? load_vector(gguf, freqs, &factors, err) : PEL_OK;
  for (uint32_t i = 0; status == PEL_OK && factors && i < c->rope.dims / 2; i++)
    if (!(factors[i] > 0)) status = pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'rope_freqs.weight' must be positive", pel_gguf_path(gguf));
  if (status == PEL_OK) status = pel_rope_init(&w->rope, &c->rope, factors, err);
  if (status == PEL_OK) status = pel_rope_init(&w->rope_local, &c->rope_local, factors, err);
  free(factors);
  return status;
}

static pel_status load_all(const pel_gguf *gguf, const pel_config *c, pel_pool *pool, pel_load_progress progress, void *user,
                           pel_weights *w, pel_error *err) {
  w->layers = pel_alloc(c->n_layers, sizeof *w->layers);
  if (!w->layers) return pel_fail_memory(err, "layers", c->n_layers * sizeof *w->layers);
  w->embedding = pel_gguf_find_tensor(gguf, "token_embd.weight");
  const pel_gguf_tensor *output = pel_gguf_find_tensor(gguf, "output.weight");
  PEL_TRY(load_ropes(gguf, c, w, err));
  PEL_TRY(load_vector(gguf, pel_gguf_find_tensor(gguf, "output_norm.weight"), &w->output_norm, err));
  if (output) PEL_TRY(check_finite(gguf, w->embedding, pool, err));
  PEL_TRY(load_matrix(gguf, output ? output : w->embedding, pool, c->widen, &w->output, err));
  for (uint32_t l = 0; l < c->n_layers; l++) {
    if (progress && !progress((l + 1.0) / (c->n_layers + 1.0), user)) return pel_fail(err, PEL_ERR_CANCELLED, "loading was cancelled");
    PEL_TRY(load_layer(gguf, c, l, pool, &w->layers[l], err));
    w->layers[l].rope = pel_config_windowed(c, l) ? &w->rope_local : &w->rope;
  }
  return PEL_OK;
}

pel_status pel_weights_load(const pel_gguf *gguf, const pel_config *c, pel_pool *pool, pel_load_progress progress, void *user,
                            pel_weights *out, pel_error *err) {
  memset(out, 0, sizeof *out); /* layers point at out->rope: the struct must not move afterwards */
  return load_all(gguf, c, pool, progress, user, out, err);
}

static void clear_layer(pel_layer *l) {
  float *vectors[] = {l->attn_norm, l->ffn_norm, l->post_attn_norm, l->post_ffn_norm, l->q_norm,
                      l->k_norm,    l->q_bias,   l->k_bias,         l->v_bias,        l->o_bias};
  pel_matrix *matrices[] = {&l->q, &l->k, &l->v, &l->o, &l->gate, &l->up, &l->down};
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) free(vectors[i]);
  for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) free(matrices[i]->data);
}

void pel_weights_clear(pel_weights *w, uint32_t n_layers) {
  for (uint32_t l = 0; w->layers && l < n_layers; l++) clear_layer(&w->layers[l]);
  free(w->layers);
  free(w->output_norm);
  free(w->output.data);
  pel_rope_clear(&w->rope);
  pel_rope_clear(&w->rope_local);
}
