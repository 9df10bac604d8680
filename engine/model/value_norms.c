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
  if (pel_matrix_init(out, PEL_TYPE_F32, c->head_dim, c->head_dim))
    pel_matrix_fill(out, PEL_TYPE_F32, (const uint8_t *)gram, 0, pel_matrix_strips(out));
  else
    job->failed = true;
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
  s->grams = grams; /* what there is of it is released with the session */
  return ok ? PEL_OK : pel_fail_memory(err, "value norms", cols * c->head_dim * c->n_layers * sizeof(float));
}

typedef struct norm_job {
  const pel_batch *b;
  uint32_t layer;
} norm_job;

static float norm_of(const pel_session *s, const pel_matrix *gram, const float *v, void *scratch) {
  uint32_t hd = s->model->config.head_dim;
  float y[PEL_HEAD_DIM_MAX], lane[16] = {0};
  pel_acts acts = {.x = v, .cols = hd};
  s->kernels->matmul(gram, 0, pel_matrix_strips(gram), &acts, 1, y, hd, scratch);
  for (uint32_t i = 0; i < hd; i++) lane[i % 16] = fmaf(v[i], y[i], lane[i % 16]);
  for (int half = 8; half; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return sqrtf(fmaxf(lane[0], 0));
}

static void value_norms(void *data, size_t lo, size_t hi, int thread) {
  const norm_job *job = data;
  pel_session *s = job->b->s;
  const pel_config *c = &s->model->config;
  uint32_t group = c->n_head / c->n_kv_head;
  float norm[PEL_HEADS_MAX];
  for (size_t t = lo; t < hi; t++) {
    for (uint32_t h = 0; h < c->n_head; h++)
      norm[h] = norm_of(s, &s->grams[job->layer * c->n_head + h], s->v + (t * c->n_kv_head + h / group) * c->head_dim,
                        s->scratch[thread].matmul);
    s->kernels->half_from_float(norm, s->value_norm + t * c->n_head, c->n_head);
  }
}

void pel_value_norms_of(const pel_batch *b, uint32_t layer) {
  norm_job job = {b, layer};
  pel_pool_run(b->s->pool, b->n, 8, value_norms, &job);
}
