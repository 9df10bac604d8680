#include "engine/model/config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

typedef struct reader {
  const pel_gguf *gguf;
  const char *arch;
  char key[160];
  pel_error *err;
} reader;

static const char *key_of(reader *r, const char *suffix) {
  snprintf(r->key, sizeof r->key, "%s.%s", r->arch, suffix);
  return r->key;
}

static bool has(reader *r, const char *suffix) { return pel_gguf_has(r->gguf, key_of(r, suffix)); }

/* A count between least and most; `fallback` when the key is absent (0: it must be there). */
static pel_status count(reader *r, const char *suffix, uint32_t least, uint32_t most, uint32_t fallback, uint32_t *out) {
  uint32_t value = fallback;
  if (has(r, suffix) || !fallback) PEL_TRY(pel_gguf_u32(r->gguf, r->key, &value, r->err));
  if (value < least || value > most)
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s': %u is out of range (%u to %u); convert the model again",
                    pel_gguf_path(r->gguf), r->key, value, least, most);
  *out = value;
  return PEL_OK;
}

static pel_status real(reader *r, const char *suffix, float least, float most, float fallback, float *out) {
  float value = fallback;
  if (has(r, suffix) || isnan(fallback)) PEL_TRY(pel_gguf_f32(r->gguf, r->key, &value, r->err));
  if (!(value >= least && value <= most))
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s': %g is out of range (%g to %g); convert the model again",
                    pel_gguf_path(r->gguf), r->key, (double)value, (double)least, (double)most);
  *out = value;
  return PEL_OK;
}

static pel_status read_arch(const pel_gguf *gguf, pel_config *c, pel_error *err) {
  static const char *const names[] = {"llama", "qwen2", "qwen3", "gemma3"};
  pel_bytes arch;
  PEL_TRY(pel_gguf_string(gguf, "general.architecture", &arch, err));
  for (int i = 0; i < 4; i++)
    if (arch.size == strlen(names[i]) && memcmp(arch.data, names[i], arch.size) == 0) {
      c->arch = (pel_arch)i;
      strcpy(c->arch_name, names[i]);
      return PEL_OK;
    }
  return pel_fail(err, PEL_ERR_UNSUPPORTED,
                  "%s: key 'general.architecture': '%.*s' is not supported; supported: llama, qwen2, qwen3, gemma3",
                  pel_gguf_path(gguf), (int)(arch.size < 60 ? arch.size : 60), arch.data);
}

static pel_status read_shape(reader *r, pel_config *c) {
  PEL_TRY(count(r, "block_count", 1, PEL_LAYERS_MAX, 0, &c->n_layers));
  PEL_TRY(count(r, "embedding_length", 1, PEL_EMBD_MAX, 0, &c->n_embd));
  PEL_TRY(count(r, "feed_forward_length", 1, PEL_FF_MAX, 0, &c->n_ff));
  PEL_TRY(count(r, "attention.head_count", 1, PEL_HEADS_MAX, 0, &c->n_head));
  PEL_TRY(count(r, "attention.head_count_kv", 1, c->n_head, c->n_head, &c->n_kv_head));
  PEL_TRY(count(r, "context_length", 1, 1u << 30, 0, &c->n_context_trained));
  if (c->n_head % c->n_kv_head)
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s.attention.head_count_kv': %u heads can't share %u key heads; convert the model again",
                    pel_gguf_path(r->gguf), r->arch, c->n_head, c->n_kv_head);
  if (!has(r, "attention.key_length") && c->n_embd % c->n_head)
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s.attention.head_count': %u heads can't share the %u of 'embedding_length'; convert the model again",
                    pel_gguf_path(r->gguf), r->arch, c->n_head, c->n_embd);
  uint32_t value_dim, usual = c->n_embd / c->n_head ? c->n_embd / c->n_head : 1;
  PEL_TRY(count(r, "attention.key_length", 2, PEL_HEAD_DIM_MAX, usual, &c->head_dim));
  PEL_TRY(count(r, "attention.value_length", 2, PEL_HEAD_DIM_MAX, c->head_dim, &value_dim));
  if (value_dim != c->head_dim || c->head_dim % 2)
    return pel_fail(r->err, PEL_ERR_UNSUPPORTED, "%s: keys '%s.attention.key_length' %u and 'value_length' %u must be equal and even; use another model",
                    pel_gguf_path(r->gguf), r->arch, c->head_dim, value_dim);
  if (has(r, "expert_count")) {
    uint32_t experts;
    PEL_TRY(pel_gguf_u32(r->gguf, r->key, &experts, r->err));
    if (experts)
      return pel_fail(r->err, PEL_ERR_UNSUPPORTED, "%s: key '%s': mixtures of experts are not supported; use a dense model",
                      pel_gguf_path(r->gguf), r->key);
  }
  return PEL_OK;
}

static pel_status read_scaling_type(reader *r, pel_rope_config *rope) {
  rope->scaling = PEL_ROPE_PLAIN;
  if (!has(r, "rope.scaling.type")) {
    rope->scaling = has(r, "rope.scaling.factor") || has(r, "rope.scale_linear") ? PEL_ROPE_LINEAR : PEL_ROPE_PLAIN;
    return PEL_OK;
  }
  static const struct { const char *name; pel_rope_scaling scaling; } known[] = {
      {"none", PEL_ROPE_PLAIN}, {"linear", PEL_ROPE_LINEAR}, {"llama3", PEL_ROPE_LLAMA3}, {"yarn", PEL_ROPE_YARN}};
  pel_bytes type;
  PEL_TRY(pel_gguf_string(r->gguf, r->key, &type, r->err));
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (type.size == strlen(known[i].name) && memcmp(type.data, known[i].name, type.size) == 0) {
      rope->scaling = known[i].scaling;
      return PEL_OK;
    }
  return pel_fail(r->err, PEL_ERR_UNSUPPORTED, "%s: key '%s': '%.*s' is not supported; supported: none, linear, llama3, yarn",
                  pel_gguf_path(r->gguf), r->key, (int)(type.size < 40 ? type.size : 40), type.data);
}

static pel_status read_rope(reader *r, pel_config *c) {
  pel_rope_config *rope = &c->rope;
  rope->neighbours = c->arch == PEL_ARCH_LLAMA;
  PEL_TRY(count(r, "rope.dimension_count", 2, c->head_dim, c->head_dim, &rope->dims));
  if (rope->dims % 2)
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s': %u must be even; convert the model again", pel_gguf_path(r->gguf), r->key, rope->dims);
  PEL_TRY(real(r, "rope.freq_base", 1e-3f, 1e12f, 10000.0f, &rope->base));
  PEL_TRY(read_scaling_type(r, rope));
  const char *factor = has(r, "rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
  rope->factor = 1;
  if (rope->scaling != PEL_ROPE_PLAIN) PEL_TRY(real(r, factor, 1e-3f, 1e6f, NAN, &rope->factor));
  PEL_TRY(real(r, "rope.scaling.low_freq_factor", 1e-6f, 1e6f, 1.0f, &rope->low_freq_factor));
  PEL_TRY(real(r, "rope.scaling.high_freq_factor", 1e-6f, 1e6f, 4.0f, &rope->high_freq_factor));
  PEL_TRY(real(r, "rope.scaling.yarn_ext_factor", 0, 1e3f, 1.0f, &rope->ext_factor));
  PEL_TRY(real(r, "rope.scaling.attn_factor", 1e-3f, 1e3f, 1.0f, &rope->attn_factor));
  PEL_TRY(real(r, "rope.scaling.yarn_beta_fast", 1e-3f, 1e6f, 32.0f, &rope->beta_fast));
  PEL_TRY(real(r, "rope.scaling.yarn_beta_slow", 1e-3f, 1e6f, 1.0f, &rope->beta_slow));
  PEL_TRY(count(r, "rope.scaling.original_context_length", 1, 1u << 30, c->n_context_trained, &rope->original_context));
  c->rope_local = *rope;
  if (c->arch != PEL_ARCH_GEMMA3) return PEL_OK;
  c->rope_local.scaling = PEL_ROPE_PLAIN; /* Gemma 3: windowed layers keep their own base, unscaled */
  return real(r, "rope.freq_base_swa", 1e-3f, 1e12f, 10000.0f, &c->rope_local.base);
}

static pel_status read_attention(reader *r, pel_config *c) {
  PEL_TRY(real(r, "attention.layer_norm_rms_epsilon", 1e-12f, 1.0f, NAN, &c->norm_eps));
  PEL_TRY(real(r, "attn_logit_softcapping", 0, 1e6f, 0, &c->attention_softcap));
  PEL_TRY(real(r, "final_logit_softcapping", 0, 1e6f, 0, &c->logit_softcap));
  c->window = 0, c->window_pattern = 1;
  if (c->arch == PEL_ARCH_GEMMA3) {
    PEL_TRY(count(r, "attention.sliding_window", 1, 1u << 30, 0, &c->window));
    PEL_TRY(count(r, "attention.sliding_window_pattern", 1, PEL_LAYERS_MAX, 6, &c->window_pattern));
  }
  /* Gemma 3 27B (62 layers) scales queries by the width of its residual stream a head, not by head_dim. */
  uint32_t scaled_by = c->arch == PEL_ARCH_GEMMA3 && c->n_layers == 62 ? c->n_embd / c->n_head : c->head_dim;
  return real(r, "attention.scale", 1e-6f, 1e3f, 1.0f / sqrtf((float)scaled_by), &c->attention_scale);
}

static void read_name(const pel_gguf *gguf, pel_config *c) {
  pel_bytes name = {"unnamed", 7};
  if (pel_gguf_has(gguf, "general.name")) (void)pel_gguf_string(gguf, "general.name", &name, NULL);
  size_t n = name.size < sizeof c->name - 1 ? name.size : sizeof c->name - 1;
  memcpy(c->name, name.data, n);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)c->name[i] < 0x20 || (unsigned char)c->name[i] >= 0x7f) c->name[i] = '?';
}

pel_status pel_config_read(const pel_gguf *gguf, pel_config *out, pel_error *err) {
  pel_config c = {0};
  PEL_TRY(read_arch(gguf, &c, err));
  reader r = {.gguf = gguf, .arch = c.arch_name, .err = err};
  PEL_TRY(read_shape(&r, &c));
  PEL_TRY(read_attention(&r, &c));
  PEL_TRY(read_rope(&r, &c));
  read_name(gguf, &c);
  c.gelu = c.arch == PEL_ARCH_GEMMA3;
  c.embedding_scale = c.arch == PEL_ARCH_GEMMA3 ? sqrtf((float)c.n_embd) : 1.0f;
  *out = c;
  return PEL_OK;
}
