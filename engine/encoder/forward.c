/* The forward pass (Devlin et al. 2019): every sum in a fixed order, so that a text's vector has the same bits whatever is
 * computed beside it. Products and softmax are those of engine/kernels; here a text's keys and values take the place of weights. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/encoder/encoder.h"

typedef struct pass {
  const pel_encoder *e;
  const pel_encoder_config *c;
  const pel_encoder_group *group;
  pel_encoder_scratch *s;
  size_t n; /* tokens of the group */
} pass;

bool pel_encoder_scratch_init(const pel_encoder_config *c, pel_encoder_scratch *s) {
  size_t t = c->n_tokens, padded = pel_round_up(t, PEL_KEYS), dim = pel_round_up(c->head_dim, PEL_STRIP);
  s->x = pel_alloc_aligned(t * c->n_embd, sizeof(float));
  s->qkv = pel_alloc_aligned(t * c->n_embd * 3, sizeof(float));
  s->mixed = pel_alloc_aligned(t * c->n_embd, sizeof(float));
  s->y = pel_alloc_aligned(t * c->n_embd, sizeof(float));
  s->wide = pel_alloc_aligned(t * c->n_ff, sizeof(float));
  s->head_q = pel_alloc_aligned(t * c->head_dim, sizeof(float));
  s->scores = pel_alloc_aligned(t * padded, sizeof(float));
  s->head_k = pel_alloc_aligned(padded * c->head_dim, sizeof(float));
  s->head_v = pel_alloc_aligned(padded * dim, sizeof(float));
  return s->x && s->qkv && s->mixed && s->y && s->wide && s->head_q && s->scores && s->head_k && s->head_v;
}

void pel_encoder_scratch_clear(pel_encoder_scratch *s) {
  float *all[] = {s->x, s->qkv, s->mixed, s->y, s->wide, s->head_q, s->scores, s->head_k, s->head_v};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  memset(s, 0, sizeof *s);
}

static void product(const pass *p, const pel_matrix *w, const float *x, size_t n, float *y, size_t stride) {
  p->e->kernels->matmul(w, 0, pel_matrix_strips(w), &(pel_acts){.x = x, .cols = w->cols}, n, y, stride, NULL);
}

static void add_bias(float *y, const float *bias, size_t n, size_t width) {
  for (size_t t = 0; t < n; t++)
    for (size_t i = 0; i < width; i++) y[t * width + i] += bias[i];
}

/* ---- embeddings ---- */

static void embed_token(const pass *p, pel_token_id id, size_t position, float *x) {
  const pel_encoder_weights *w = &p->e->weights;
  size_t width = p->c->n_embd;
  const float *word = w->word + (size_t)id * width, *place = w->position + position * width;
  for (size_t i = 0; i < width; i++) x[i] = word[i] + w->kind[i] + place[i];
  p->e->kernels->layer_norm(x, w->norm, w->norm_bias, width, p->c->eps, x);
}

static void embed_tokens(const pass *p) {
  const pel_encoder_group *g = p->group;
  for (size_t i = 0; i < g->n; i++)
    for (size_t t = g->start[i]; t < g->start[i + 1]; t++)
      embed_token(p, g->ids[t], t - g->start[i], p->s->x + (t - g->start[0]) * p->c->n_embd);
}

/* ---- attention ---- */

/* One head's queries (scaled), keys and values of n tokens, as the kernels take them. Rows of values beyond n are 0. */
static void gather_head(const pass *p, const float *qkv, size_t n, size_t head) {
  const pel_encoder_scratch *s = p->s;
  size_t width = p->c->n_embd, dim = p->c->head_dim, padded = pel_round_up(n, PEL_KEYS), stride = 3 * width;
  float scale = 1.0f / sqrtf((float)dim);
  memset(s->head_v, 0, padded * pel_round_up(dim, PEL_STRIP) * sizeof(float));
  for (size_t t = 0; t < n; t++) {
    const float *q = qkv + t * stride + head * dim, *k = q + width, *v = k + width;
    float *key = s->head_k + t / PEL_KEYS * dim * PEL_KEYS + t % PEL_KEYS;
    for (size_t i = 0; i < dim; i++) {
      s->head_q[t * dim + i] = q[i] * scale;
      key[i * PEL_KEYS] = k[i];
      s->head_v[(i / PEL_STRIP * padded + t) * PEL_STRIP + i % PEL_STRIP] = v[i];
    }
  }
}

/* out: [n] rows of stride n_embd, at the head's place. */
static void attend_head(const pass *p, size_t n, float *out) {
  const pel_encoder_scratch *s = p->s;
  size_t dim = p->c->head_dim, padded = pel_round_up(n, PEL_KEYS);
  pel_matrix keys = {.pack = PEL_PACK_F32,
                     .rows = n,
                     .cols = dim,
                     .strip_bytes = dim * PEL_KEYS * sizeof(float),
                     .data = (uint8_t *)s->head_k};
  pel_matrix values = {.pack = PEL_PACK_F32,
                       .rows = dim,
                       .cols = padded,
                       .strip_bytes = padded * PEL_STRIP * sizeof(float),
                       .data = (uint8_t *)s->head_v};
  float z[PEL_ENCODER_TOKENS_MAX];
  product(p, &keys, s->head_q, n, s->scores, padded);
  for (size_t t = 0; t < n; t++) {
    pel_row row = {.s = s->scores + t * padded, .hi = (uint32_t)n, .to = (uint32_t)padded};
    for (size_t j = n; j < padded; j++) row.s[j] = PEL_FORBIDDEN;
    p->e->kernels->softmax_row(&row, false);
    z[t] = row.z;
  }
  product(p, &values, s->scores, n, out, p->c->n_embd);
  for (size_t t = 0; t < n; t++)
    for (size_t i = 0; i < dim; i++) out[t * p->c->n_embd + i] /= z[t];
}

static void attend(const pass *p) {
  const pel_encoder_group *g = p->group;
  size_t width = p->c->n_embd;
  for (size_t i = 0; i < g->n; i++) {
    size_t first = g->start[i] - g->start[0], n = g->start[i + 1] - g->start[i];
    for (size_t head = 0; head < p->c->n_head; head++) {
      gather_head(p, p->s->qkv + first * 3 * width, n, head);
      attend_head(p, n, p->s->mixed + first * width + head * p->c->head_dim);
    }
  }
}

/* ---- layers ---- */

/* x = norm (y + bias + x) */
static void add_and_norm(const pass *p, const float *bias, const float *norm, const float *norm_bias) {
  size_t width = p->c->n_embd;
  for (size_t t = 0; t < p->n; t++) {
    float *x = p->s->x + t * width;
    const float *y = p->s->y + t * width;
    for (size_t i = 0; i < width; i++) x[i] = y[i] + bias[i] + x[i];
    p->e->kernels->layer_norm(x, norm, norm_bias, width, p->c->eps, x);
  }
}

static void run_layer(const pass *p, const pel_encoder_layer *l) {
  const pel_encoder_scratch *s = p->s;
  size_t width = p->c->n_embd, n = p->n;
  product(p, &l->q, s->x, n, s->qkv, 3 * width);
  product(p, &l->k, s->x, n, s->qkv + width, 3 * width);
  product(p, &l->v, s->x, n, s->qkv + 2 * width, 3 * width);
  add_bias(s->qkv, l->qkv_bias, n, 3 * width);
  attend(p);
  product(p, &l->attention_out, s->mixed, n, s->y, width);
  add_and_norm(p, l->attention_out_bias, l->attention_norm, l->attention_norm_bias);
  product(p, &l->up, s->x, n, s->wide, p->c->n_ff);
  add_bias(s->wide, l->up_bias, n, p->c->n_ff);
  p->e->kernels->gelu_erf(s->wide, n * p->c->n_ff);
  product(p, &l->down, s->wide, n, s->y, width);
  add_and_norm(p, l->down_bias, l->out_norm, l->out_norm_bias);
}

/* ---- one vector a text ---- */

/* The mean over the tokens, in their order, then divided by its length. */
static bool pool_text(const pass *p, size_t text, float *out) {
  size_t width = p->c->n_embd, first = p->group->start[text] - p->group->start[0];
  size_t n = p->group->start[text + 1] - p->group->start[text];
  double square = 0;
  memset(out, 0, width * sizeof *out);
  for (size_t t = first; t < first + n; t++)
    for (size_t i = 0; i < width; i++) out[i] += p->s->x[t * width + i];
  for (size_t i = 0; i < width; i++) out[i] /= (float)n;
  for (size_t i = 0; i < width; i++) square += (double)out[i] * (double)out[i];
  float length = (float)sqrt(square);
  for (size_t i = 0; i < width; i++) out[i] /= length;
  return isfinite(length) && length > 0;
}

bool pel_encoder_forward(const pel_encoder *e, const pel_encoder_group *group, pel_encoder_scratch *scratch,
                         float *out) {
  pass p = {e, &e->config, group, scratch, group->start[group->n] - group->start[0]};
  bool good = true;
  embed_tokens(&p);
  for (uint32_t i = 0; i < e->config.n_layers; i++) run_layer(&p, &e->weights.layer[i]);
  for (size_t i = 0; i < group->n; i++) good = pool_text(&p, i, out + i * e->config.n_embd) && good;
  return good;
}
