/* A loaded sentence encoder: configuration, weights in strips, and what a thread works in. */
#pragma once
#include <pellucid/encoder.h>
#include <pellucid/tokenizer.h>
#include <stdint.h>

#include "engine/base/pool.h"
#include "engine/format/safetensors.h"
#include "engine/kernels/kernels.h"
#include "engine/text/wordpiece.h"

enum { PEL_ENCODER_LAYERS_MAX = 64, PEL_ENCODER_WIDTH_MAX = 1 << 14, PEL_ENCODER_TOKENS_MAX = 4096 };

typedef struct pel_encoder_config {
  uint32_t n_embd, n_layers, n_head, head_dim, n_ff, n_vocab, n_positions,
      n_tokens; /* n_tokens: of a text that are read */
  float eps;
} pel_encoder_config;

typedef struct pel_encoder_layer {
  pel_matrix q, k, v, attention_out, up, down;
  float *qkv_bias; /* [3, n_embd] */
  float *attention_out_bias, *up_bias, *down_bias;
  float *attention_norm, *attention_norm_bias, *out_norm, *out_norm_bias;
} pel_encoder_layer;

typedef struct pel_encoder_weights {
  float *word, *position, *kind; /* [n_vocab, n_embd], [n_positions, n_embd], [n_embd]: of kind 0, the only one here */
  float *norm, *norm_bias;
  pel_encoder_layer *layer; /* [n_layers] */
} pel_encoder_weights;

/* Buffers of one thread, for a group of texts of at most n_tokens tokens together, and for one text's attention head. */
typedef struct pel_encoder_scratch {
  float *x, *qkv, *mixed, *y; /* [tokens, n_embd], [tokens, 3, n_embd], [tokens, n_embd] twice */
  float *wide;                /* [tokens, n_ff] */
  float *head_q, *scores;     /* [tokens, head_dim], [tokens, tokens padded to 16] */
  float *head_k, *head_v; /* strips: [blocks of 16 tokens][head_dim][16], [blocks of 16 elements][tokens padded][16] */
} pel_encoder_scratch;

struct pel_encoder {
  pel_encoder_config config;
  pel_encoder_weights weights;
  pel_wordpiece *wordpiece;
  pel_pool *pool;
  pel_encoder_scratch *scratch; /* [threads of the pool] */
  const pel_kernels *kernels;
  uint32_t group_tokens; /* texts are taken together up to this many tokens; changes no bit */
  char sha256[65];
};

/* Reads the folder's JSON files; everything in it that matters is checked. */
pel_status pel_encoder_config_read(const char *folder, pel_encoder_config *out, pel_error *err);

/* Checks names, types and shapes against the configuration, asks for the memory, then loads. */
pel_status pel_encoder_weights_load(const pel_safetensors *file, const pel_encoder_config *config,
                                    pel_encoder_weights *out, pel_error *err);
void pel_encoder_weights_clear(pel_encoder_weights *weights, uint32_t n_layers);

bool pel_encoder_scratch_init(const pel_encoder_config *config, pel_encoder_scratch *out);
void pel_encoder_scratch_clear(pel_encoder_scratch *scratch);

/* Some texts of a batch: text i has the ids at start[i] .. start[i + 1] - 1. */
typedef struct pel_encoder_group {
  const pel_token_id *ids;
  const size_t *start; /* [n + 1] */
  size_t n;
} pel_encoder_group;

/* out: [n, n_embd], each of length 1. False when a vector is no number or zero. */
bool pel_encoder_forward(const pel_encoder *encoder, const pel_encoder_group *group, pel_encoder_scratch *scratch,
                         float *out);

/* "FOLDER/NAME", the caller's (free); NULL without memory. */
char *pel_encoder_path(const char *folder, const char *name);
