/* Hyperparameters of a model, read from its file and validated: after this, shapes are facts. */
#pragma once
#include <pellucid/model.h>

#include "engine/format/gguf.h"

#define PEL_LAYERS_MAX 512
#define PEL_HEADS_MAX 512
#define PEL_HEAD_DIM_MAX 512
#define PEL_EMBD_MAX 65536
#define PEL_FF_MAX 262144
#define PEL_VOCAB_MAX 1048576

typedef enum pel_arch { PEL_ARCH_LLAMA, PEL_ARCH_QWEN2, PEL_ARCH_QWEN3, PEL_ARCH_GEMMA3 } pel_arch;

typedef enum pel_rope_scaling { PEL_ROPE_PLAIN, PEL_ROPE_LINEAR, PEL_ROPE_LLAMA3, PEL_ROPE_YARN } pel_rope_scaling;

typedef struct pel_rope_config {
  pel_rope_scaling scaling;
  float base, factor;
  float low_freq_factor, high_freq_factor;            /* llama3 */
  float beta_fast, beta_slow, attn_factor, ext_factor; /* YaRN */
  uint32_t original_context;
  uint32_t dims;   /* of head_dim, even */
  bool neighbours; /* pairs (2i, 2i+1); otherwise (i, i + dims/2) */
} pel_rope_config;

typedef struct pel_config {
  pel_arch arch;
  char arch_name[32], name[128];
  uint32_t n_layers, n_embd, n_head, n_kv_head, head_dim, n_ff, n_vocab, n_context_trained;
  float norm_eps, attention_scale, attention_softcap, logit_softcap, embedding_scale;
  uint32_t window, window_pattern; /* layer l is full when window == 0 or (l + 1) % window_pattern == 0 */
  pel_rope_config rope, rope_local; /* rope_local: of windowed layers */
  bool gelu;
  bool widen; /* tests: all weights as f32, so that no activation is rounded */
} pel_config;

pel_status pel_config_read(const pel_gguf *gguf, pel_config *out, pel_error *err);

static inline bool pel_config_windowed(const pel_config *c, uint32_t layer) {
  return c->window && (layer + 1) % c->window_pattern != 0;
}
