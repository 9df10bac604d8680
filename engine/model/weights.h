/* The weights of a model, packed for the kernels. */
#pragma once
#include "engine/base/pool.h"
#include "engine/kernels/kernels.h"
#include "engine/model/config.h"
#include "engine/model/rope.h"

typedef struct pel_layer {
  float *attn_norm, *ffn_norm;           /* [n_embd] */
  float *post_attn_norm, *post_ffn_norm; /* [n_embd] or NULL */
  float *q_norm, *k_norm;                /* [head_dim] or NULL */
  float *q_bias, *k_bias, *v_bias, *o_bias; /* or NULL */
  pel_matrix q, k, v, o;                 /* [n_head * head_dim, n_embd], [n_kv_head * head_dim, n_embd] x 2, [n_embd, n_head * head_dim] */
  pel_matrix gate, up, down;             /* [n_ff, n_embd] x 2, [n_embd, n_ff] */
  const pel_rope *rope;
} pel_layer;

typedef struct pel_weights {
  pel_layer *layers; /* [n_layers] */
  float *output_norm;
  pel_matrix output;                 /* [n_vocab, n_embd] */
  const pel_gguf_tensor *embedding;  /* [n_vocab, n_embd], in the mapped file */
  pel_rope rope, rope_local;
} pel_weights;

/* Finds and checks every tensor; *bytes is what loading will take. Also sets config->n_vocab. */
pel_status pel_weights_check(const pel_gguf *gguf, pel_config *config, uint64_t *bytes, pel_error *err);
/* Packs everything; the file must stay open. `progress` may be NULL. */
pel_status pel_weights_load(const pel_gguf *gguf, const pel_config *config, pel_pool *pool, pel_load_progress progress,
                            void *user, pel_weights *out, pel_error *err);
void pel_weights_clear(pel_weights *weights, uint32_t n_layers);
