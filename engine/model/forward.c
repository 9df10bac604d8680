/* The forward pass: one batch of tokens through all layers. */
#include <math.h>
#include <string.h>

#include "engine/base/half.h"
#include "engine/base/status.h"
#include "engine/model/session.h"

/* ---- products ---- */

typedef struct product_job {
  pel_session *s;
  uint32_t n;
  int n_matrices;
  const pel_matrix *const *w;
  float *const *y;
} product_job;

static void quantize_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  pel_session *s = data;
  s->kernels->quantize(&s->acts, lo, hi);
}

/* Strips of all matrices are numbered one after the other. */
static void multiply_strips(void *data, size_t lo, size_t hi, int thread) {
  const product_job *job = data;
  for (int i = 0; i < job->n_matrices && lo < hi; i++) {
    const pel_matrix *w = job->w[i];
    size_t strips = pel_matrix_strips(w);
    if (lo < strips) {
      size_t end = hi < strips ? hi : strips;
      job->s->kernels->matmul(w, lo, end, &job->s->acts, job->n, job->y[i], w->rows, job->s->scratch[thread].matmul);
    }
    lo = lo > strips ? lo - strips : 0;
    hi = hi > strips ? hi - strips : 0;
  }
}

void pel_products(pel_session *s, const float *x, uint32_t n, const pel_matrix *const *w, float *const *y, int n_matrices) {
  size_t strips = 0;
  bool quantised = false;
  for (int i = 0; i < n_matrices; i++) {
    strips += pel_matrix_strips(w[i]);
    quantised |= w[i]->pack == PEL_PACK_Q4 || w[i]->pack == PEL_PACK_Q8;
  }
  s->acts.x = x;
  s->acts.cols = w[0]->cols;
  if (quantised) pel_pool_run(s->pool, n, 16, quantize_tokens, s);
  product_job job = {s, n, n_matrices, w, y};
  size_t grain = n > 1 ? 1 : 65536 / w[0]->strip_bytes;
  pel_pool_run(s->pool, strips, grain ? grain : 1, multiply_strips, &job);
}

/* ---- between products ---- */

typedef struct token_job {
  const pel_batch *b;
  uint32_t layer;
  const pel_layer *weights;
  const float *norm; /* of the step at hand */
} token_job;

static void add_bias(float *x, const float *bias, size_t n) {
  for (size_t i = 0; bias && i < n; i++) x[i] += bias[i];
}

static void norm_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  const token_job *job = data;
  pel_session *s = job->b->s;
  uint32_t d = s->model->config.n_embd;
  for (size_t t = lo; t < hi; t++)
    s->kernels->rms_norm(s->x + t * d, job->norm, d, s->model->config.norm_eps, s->h + t * d);
}

static void position_head(const pel_session *s, const pel_layer *l, const float *norm, const float *cosine, const float *sine,
                          float *x) {
  const pel_config *c = &s->model->config;
  if (norm) s->kernels->rms_norm(x, norm, c->head_dim, c->norm_eps, x);
  pel_rope_turn(l->rope, cosine, sine, x);
}

/* Biases, QK-norm and rotary position of tokens' queries and keys. */
static void position_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  const token_job *job = data;
  pel_session *s = job->b->s;
  const pel_config *c = &s->model->config;
  const pel_layer *l = job->weights;
  uint32_t hd = c->head_dim, half = l->rope->dims / 2;
  bool local = l->rope == &s->model->weights.rope_local;
  for (size_t t = lo; t < hi; t++) {
    float *q = s->q + t * c->n_head * hd, *k = s->k + t * c->n_kv_head * hd;
    const float *cosine = (local ? s->cosine_local : s->cosine) + t * half, *sine = (local ? s->sine_local : s->sine) + t * half;
    add_bias(q, l->q_bias, c->n_head * hd);
    add_bias(k, l->k_bias, c->n_kv_head * hd);
    add_bias(s->v + t * c->n_kv_head * hd, l->v_bias, c->n_kv_head * hd);
    for (uint32_t h = 0; h < c->n_head; h++) position_head(s, l, l->q_norm, cosine, sine, q + h * hd);
    for (uint32_t h = 0; h < c->n_kv_head; h++) position_head(s, l, l->k_norm, cosine, sine, k + h * hd);
  }
}

/* x += h, after the norm that Gemma puts there. */
static void add_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  const token_job *job = data;
  pel_session *s = job->b->s;
  uint32_t d = s->model->config.n_embd;
  for (size_t t = lo; t < hi; t++) {
    float *h = s->h + t * d, *x = s->x + t * d;
    if (job->norm) s->kernels->rms_norm(h, job->norm, d, s->model->config.norm_eps, h);
    for (uint32_t i = 0; i < d; i++) x[i] += h[i];
  }
}

/* Some implementations look GELU up in a table by the f16 of its input, f16 out. To be compared with their values, a
 * test's session rounds at the same two places. */
static void gelu_by_half(float *gate, const float *up, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float x = pel_half_to_float(pel_float_to_half(gate[i]));
    float inner = 0.79788456080286536f * x * (1.0f + 0.044715f * x * x);
    float y = pel_half_to_float(pel_float_to_half(0.5f * x * (1.0f + tanhf(inner))));
    gate[i] = (gate[i] <= -10.0f ? 0 : gate[i] >= 10.0f ? gate[i] : y) * up[i];
  }
}

static void activate_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  const token_job *job = data;
  pel_session *s = job->b->s;
  const pel_config *c = &s->model->config;
  size_t n = (hi - lo) * c->n_ff;
  float *gate = s->gate + lo * c->n_ff;
  const float *up = s->up + lo * c->n_ff;
  if (c->gelu && s->gelu_by_half)
    gelu_by_half(gate, up, n);
  else
    (c->gelu ? s->kernels->gelu_mul : s->kernels->silu_mul)(gate, up, n);
}

/* One token's work between products is too little to share out. */
static void each_token(const token_job *job, pel_pool_fn fn, const float *norm) {
  token_job step = *job;
  step.norm = norm;
  pel_pool_run(job->b->s->pool, job->b->n, 16, fn, &step);
}

/* ---- layers ---- */

static pel_status run_attention(const token_job *job, pel_error *err) {
  pel_session *s = job->b->s;
  const pel_layer *l = job->weights;
  uint32_t n = job->b->n;
  each_token(job, norm_tokens, l->attn_norm);
  pel_products(s, s->h, n, (const pel_matrix *[]){&l->q, &l->k, &l->v}, (float *[]){s->q, s->k, s->v}, 3);
  each_token(job, position_tokens, NULL);
  PEL_TRY(pel_attend(job->b, job->layer, err));
  pel_products(s, s->attended, n, (const pel_matrix *[]){&l->o}, (float *[]){s->h}, 1);
  for (uint32_t t = 0; l->o_bias && t < n; t++) add_bias(s->h + (size_t)t * s->model->config.n_embd, l->o_bias, s->model->config.n_embd);
  each_token(job, add_tokens, l->post_attn_norm);
  return PEL_OK;
}

static void run_feed_forward(const token_job *job) {
  pel_session *s = job->b->s;
  const pel_layer *l = job->weights;
  uint32_t n = job->b->n;
  each_token(job, norm_tokens, l->ffn_norm);
  pel_products(s, s->h, n, (const pel_matrix *[]){&l->gate, &l->up}, (float *[]){s->gate, s->up}, 2);
  each_token(job, activate_tokens, NULL);
  pel_products(s, s->gate, n, (const pel_matrix *[]){&l->down}, (float *[]){s->h}, 1);
  each_token(job, add_tokens, l->post_ffn_norm);
}

static void fill_angles(const pel_batch *b) {
  pel_session *s = b->s;
  const pel_weights *w = &s->model->weights;
  uint32_t half = w->rope.dims / 2;
  for (uint32_t t = 0; t < b->n; t++) {
    pel_rope_angles(&w->rope, b->first + t, s->cosine + (size_t)t * half, s->sine + (size_t)t * half);
    if (s->model->config.window)
      pel_rope_angles(&w->rope_local, b->first + t, s->cosine_local + (size_t)t * half, s->sine_local + (size_t)t * half);
  }
}

static bool show_residual(const pel_batch *b, uint32_t layer) {
  if (!pel_batch_asks(b, PEL_SITE_RESIDUAL, layer)) return true;
  pel_event event = {.site = PEL_SITE_RESIDUAL, .layer = layer, .first = b->first, .n_rows = b->n};
  event.residual = (pel_matrix_view){b->s->model->config.n_embd, b->s->x};
  return pel_batch_shows(b, &event);
}

pel_status pel_forward(const pel_batch *b, pel_error *err) {
  pel_model *model = b->s->model;
  fill_angles(b);
  for (uint32_t layer = 0; layer < model->config.n_layers; layer++) {
    token_job job = {b, layer, &model->weights.layers[layer], NULL};
    PEL_TRY(run_attention(&job, err));
    run_feed_forward(&job);
    if (!show_residual(b, layer)) return pel_fail(err, PEL_ERR_CANCELLED, "the run was cancelled");
  }
  return PEL_OK;
}
