/* The norm of W_O^h v for each query head and key, without a product with W_O:  ||W_O^h v||^2 = v^T G_h v  with
 * G_h = W_O^hT W_O^h  [head_dim, head_dim], made once (Kobayashi et al. 2020 for the measure). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/format/gguf.h"
#include "engine/model/session.h"

#define TOKENS_AT_ONCE 24 /* a multiple of what the float kernel takes at once */

/* W_O of a layer as f32 columns: out[n_head * head_dim][n_embd]. */
static void transpose_output(const pel_session *s, uint32_t layer, float *row, float *out) {
  const pel_config *c = &s->model->config;
  char name[64];
  snprintf(name, sizeof name, "blk.%u.attn_output.weight", layer);
  const pel_gguf_tensor *t = pel_gguf_find_tensor(s->model->gguf, name);
  const pel_tensor_format *f = pel_tensor_format_of(t->type);
  size_t cols = (size_t)c->n_head * c->head_dim, row_bytes = cols / f->block * f->block_bytes;
  for (size_t r = 0; r < c->n_embd; r++) {
    pel_dequantize(t->type, t->data + r * row_bytes, cols, row);
    for (size_t j = 0; j < cols; j++) out[j * c->n_embd + r] = row[j];
  }
}

typedef struct gram_job {
  pel_session *s;
  uint32_t layer;
  const float *columns; /* [n_head * head_dim][n_embd] */
  pel_matrix *grams;
  _Atomic bool failed;
} gram_job;

static void make_gram(gram_job *job, size_t head, void *scratch) {
  const pel_config *c = &job->s->model->config;
  const float *columns = job->columns + head * c->head_dim * c->n_embd;
  pel_matrix w;
  float *gram = pel_alloc((size_t)c->head_dim * c->head_dim, sizeof *gram);
  if (!gram || !pel_matrix_init(&w, PEL_TYPE_F32, c->head_dim, c->n_embd)) {
    free(gram);
    job->failed = true;
    return;
  }
  pel_matrix_fill(&w, PEL_TYPE_F32, (const uint8_t *)columns, 0, pel_matrix_strips(&w));
  pel_acts acts = {.x = columns, .cols = c->n_embd};
  job->s->kernels->matmul(&w, 0, pel_matrix_strips(&w), &acts, c->head_dim, gram, c->head_dim, scratch);
  free(w.data);
  pel_matrix *out = &job->grams[job->layer * c->n_head + head];
  /* Kept as f16, as precise as the norms themselves: decoding reads all of them for each token. */
  uint16_t *half = pel_alloc((size_t)c->head_dim * c->head_dim, sizeof *half);
  if (half && pel_matrix_init(out, PEL_TYPE_F16, c->head_dim, c->head_dim)) {
    job->s->kernels->half_from_float(gram, half, (size_t)c->head_dim * c->head_dim);
    pel_matrix_fill(out, PEL_TYPE_F16, (const uint8_t *)half, 0, pel_matrix_strips(out));
  } else {
    job->failed = true;
  }
  free(half);
  free(gram);
}

static void make_grams(void *data, size_t lo, size_t hi, int thread) {
  gram_job *job = data;
  for (size_t head = lo; head < hi; head++) make_gram(job, head, job->s->scratch[thread].matmul);
}

pel_status pel_grams_make(pel_session *s, pel_error *err) {
  const pel_config *c = &s->model->config;
  if (s->grams) return PEL_OK;
  size_t cols = (size_t)c->n_head * c->head_dim;
  pel_matrix *grams = pel_alloc((size_t)c->n_layers * c->n_head, sizeof *grams);
  float *row = pel_alloc(cols, sizeof *row), *columns = pel_alloc_aligned(cols * c->n_embd, sizeof *columns);
  bool ok = grams && row && columns;
  for (uint32_t l = 0; ok && l < c->n_layers; l++) {
    gram_job job = {.s = s, .layer = l, .columns = columns, .grams = grams};
    transpose_output(s, l, row, columns);
    pel_pool_run(s->pool, c->n_head, 1, make_grams, &job);
    ok = !job.failed;
  }
  free(row);
  free(columns);
  if (ok) {
    s->grams = grams;
    return PEL_OK;
  }
  for (size_t i = 0; grams && i < (size_t)c->n_layers * c->n_head; i++) free(grams[i].data);
  free(grams);
  return pel_fail_memory(err, "value norms", cols * c->head_dim * c->n_layers * sizeof(float));
}

typedef struct norm_job {
  const pel_batch *b;
  uint32_t layer;
} norm_job;

/* v^T y in 16 lanes, folded 8, 4, 2, 1. */
static float dot(const float *v, const float *y, uint32_t n) {
  float lane[16] = {0};
  uint32_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int j = 0; j < 16; j++) lane[j] += v[i + j] * y[i + j];
  for (; i < n; i++) lane[i % 16] += v[i] * y[i];
  for (int half = 8; half; half /= 2)
    for (int j = 0; j < half; j++) lane[j] += lane[j + half];
  return lane[0];
}

/* One query head's norms of tokens lo .. hi-1; values[hi - lo][head_dim] are those of its key head. */
static void norms_of_head(const pel_batch *b, uint32_t layer, uint32_t head, size_t lo, size_t hi, const float *values,
                          pel_scratch *scratch) {
  pel_session *s = b->s;
  const pel_config *c = &s->model->config;
  const pel_matrix *gram = &s->grams[layer * c->n_head + head];
  float y[TOKENS_AT_ONCE * PEL_HEAD_DIM_MAX];
  pel_acts acts = {.x = values, .cols = c->head_dim};
  s->kernels->matmul(gram, 0, pel_matrix_strips(gram), &acts, hi - lo, y, c->head_dim, scratch->matmul);
  for (size_t t = lo; t < hi; t++) {
    size_t at = (t - lo) * c->head_dim;
    float norm = sqrtf(fmaxf(dot(values + at, y + at, c->head_dim), 0));
    s->kernels->half_from_float(&norm, s->value_norm + t * c->n_head + head, 1);
  }
}

static void norms_of_tokens(const norm_job *job, size_t lo, size_t hi, pel_scratch *scratch) {
  const pel_session *s = job->b->s;
  const pel_config *c = &s->model->config;
  uint32_t group = c->n_head / c->n_kv_head;
  float values[TOKENS_AT_ONCE * PEL_HEAD_DIM_MAX];
  for (uint32_t kv = 0; kv < c->n_kv_head; kv++) {
    for (size_t t = lo; t < hi; t++)
      memcpy(values + (t - lo) * c->head_dim, s->v + (t * c->n_kv_head + kv) * c->head_dim, c->head_dim * sizeof *values);
    for (uint32_t h = kv * group; h < (kv + 1) * group; h++) norms_of_head(job->b, job->layer, h, lo, hi, values, scratch);
  }
}

static void value_norms(void *data, size_t lo, size_t hi, int thread) {
  const norm_job *job = data;
  for (size_t t = lo; t < hi; t += TOKENS_AT_ONCE)
    norms_of_tokens(job, t, hi - t < TOKENS_AT_ONCE ? hi : t + TOKENS_AT_ONCE, &job->b->s->scratch[thread]);
}

void pel_value_norms_of_heads(const pel_batch *b, uint32_t layer, uint32_t t, uint32_t head, uint32_t n, pel_scratch *scratch) {
  const pel_config *c = &b->s->model->config;
  uint32_t group = c->n_head / c->n_kv_head;
  for (uint32_t h = head; h < head + n; h++)
    norms_of_head(b, layer, h, t, t + 1, b->s->v + ((size_t)t * c->n_kv_head + h / group) * c->head_dim, scratch);
}

void pel_value_norms_of(const pel_batch *b, uint32_t layer) {
  norm_job job = {b, layer};
  pel_pool_run(b->s->pool, b->n, TOKENS_AT_ONCE, value_norms, &job);
}
