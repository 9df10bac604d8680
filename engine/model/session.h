/* What the parts of the forward pass share: one session's buffers and cache. Internal to engine/model. */
#pragma once
#include "engine/model/weights.h"

#define PEL_EVAL_PROBES_MAX 8
#define PEL_LOGIT_SLICE 64 /* tokens whose logits exist at once */

struct pel_model {
  pel_gguf *gguf;
  pel_config config;
  pel_weights weights;
  pel_model_info info;
  pel_layer_info *layers;
  pel_tokenizer *tokenizer;
  uint8_t digest[32];
  bool has_digest;
};

/* Keys of one layer as [n_kv_head][context / 16][head_dim][16] f16, values as [n_kv_head][padded / 16][context][16] f16. */
typedef struct pel_cache {
  uint16_t *keys, *values;
  float *exact_keys, *exact_values; /* [n_kv_head][context][head_dim], only in exact sessions */
} pel_cache;

/* One thread's scratch. */
typedef struct pel_scratch {
  void *matmul;
  float *scores[PEL_ROWS_MAX], *mixed[PEL_ROWS_MAX];
  uint32_t *column_sum;
  float *column_max, *weights;
} pel_scratch;

struct pel_session {
  pel_model *model;
  const pel_kernels *kernels;
  pel_pool *pool;
  uint32_t n_context, context_padded, head_padded, position;
  bool exact;  /* tests: queries, keys and values are not rounded to f16 */
  bool gelu_by_half; /* tests set it: GELU as implementations that look it up by f16 have it */
  bool broken; /* cancelled half-way */
  pel_cache *cache;    /* [n_layers] */
  pel_scratch *scratch; /* [threads] */
  pel_matrix *grams;   /* [n_layers * n_head]: W_O^hT W_O^h; made when value norms are first asked for */

  /* activations of one batch; T = PEL_BATCH_MAX */
  float *x;              /* residual stream [T, n_embd] */
  float *h;              /* normed or product [T, n_embd] */
  float *q, *k, *v;      /* [T, n_head | n_kv_head, head_dim] */
  float *attended;       /* [T, n_head, head_dim] */
  float *gate, *up;      /* [T, n_ff] */
  uint16_t *q16, *k16;   /* what the cache and the probes get */
  float *m, *z, *entropy, *sink; /* [T, n_head] */
  uint16_t *value_norm;  /* [T, n_head] */
  float *cosine, *sine, *cosine_local, *sine_local; /* [T, dims / 2] */
  float *logits;         /* [PEL_LOGIT_SLICE, n_vocab] */
  pel_acts acts;         /* of the widest input */
  size_t acts_cols;
};

typedef struct pel_batch {
  pel_session *s;
  uint32_t first, n;
  const pel_probe *const *probes;
  size_t n_probes;
} pel_batch;

/* ask / show over all probes. */
bool pel_batch_asks(const pel_batch *b, pel_site site, uint32_t layer);
bool pel_batch_shows(const pel_batch *b, const pel_event *event); /* false: cancelled */

/* Reads s->q, k, v (post-norm, post-RoPE); fills the cache, s->attended and the statistics. */
pel_status pel_attend(const pel_batch *b, uint32_t layer, pel_error *err);
/* y[T, rows] = x[T, cols] W^T for up to three matrices that share their input; quantises x first where needed. */
void pel_products(pel_session *s, const float *x, uint32_t n, const pel_matrix *const *w, float *const *y, int n_matrices);
/* Runs the batch through all layers; s->x holds the embeddings, and afterwards the final residual stream. */
pel_status pel_forward(const pel_batch *b, pel_error *err);
/* The Gram matrices of every head's output projection (see docs/methods.md, value norms). */
pel_status pel_grams_make(pel_session *s, pel_error *err);
/* s->value_norm from s->v. */
void pel_value_norms_of(const pel_batch *b, uint32_t layer);
/* The same for n heads of one token, inside a job that is already shared out. */
void pel_value_norms_of_heads(const pel_batch *b, uint32_t layer, uint32_t t, uint32_t head, uint32_t n, pel_scratch *scratch);

/* A session for tests that keeps f32 where the normal one rounds to f16. */
pel_status pel_session_create_exact(pel_model *model, uint32_t n_context, int threads, pel_session **out, pel_error *err);
/* A model for tests whose weights are all widened to f32; with an exact session, the f32 reference of a quantised file. */
pel_status pel_model_open_widened(const char *path, pel_model **out, pel_error *err);
