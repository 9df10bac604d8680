/* Running a model: one immutable model, any number of sessions.
 *
 *   pel_model *model; pel_session *session;
 *   pel_model_open ("model.gguf", NULL, &model, &err);
 *   pel_session_create (model, 2048, 2, &session, &err);
 *   const float *logits;                               // [n_vocab], borrowed until the next eval
 *   pel_session_eval (session, ids, n, NULL, 0, &logits, &err);
 *   pel_session_destroy (session); pel_model_close (model);
 *
 * The same tokens give the same bits, one at a time or in batches, on any number of threads, with or without probes. */
#pragma once
#include <pellucid/probe.h>
#include <pellucid/tokenizer.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_model pel_model;
typedef struct pel_session pel_session;

#define PEL_BATCH_MAX 512 /* tokens that one eval takes */

typedef struct pel_model_info { /* strings borrowed until close */
  const char *architecture, *name;
  uint32_t n_layers, n_embd, n_vocab, n_context_trained;
  uint64_t n_parameters;
  uint64_t file_bytes, packed_bytes; /* on disk; in memory once loaded */
} pel_model_info;

typedef struct pel_layer_info {
  uint32_t n_head, n_kv_head, head_dim, window; /* window 0: sees everything before it */
  float scale, softcap;
} pel_layer_info;

typedef struct pel_model_summary { /* what a file says of itself, without loading its weights */
  char architecture[32], name[128];
  uint32_t n_layers, n_head, n_kv_head, head_dim, n_embd, n_vocab, n_context_trained;
  uint64_t n_parameters, file_bytes, packed_bytes;
} pel_model_summary;
/* Checks keys, tensors and tokenizer of a model file; refuses what pel_model_open would refuse, memory apart. */
PEL_API pel_status pel_model_inspect(const char *path, pel_model_summary *out, pel_error *err);

/* How far loading is, in [0, 1]; false cancels. */
typedef bool (*pel_load_progress)(double fraction, void *user);

typedef struct pel_model_options {
  int threads; /* 0: all processors */
  uint32_t n_context; /* of the session to come: the memory of both is asked for before loading; 0: the model's alone */
  pel_load_progress progress;
  void *user;
} pel_model_options;

/* Loads a GGUF model; refused with the sizes before anything is loaded when it would not fit in memory.
 * `options` may be NULL. *out is owned by the caller. */
PEL_API pel_status pel_model_open(const char *path, const pel_model_options *options, pel_model **out, pel_error *err);
PEL_API void pel_model_close(pel_model *model); /* after its sessions */
PEL_API const pel_model_info *pel_model_get_info(const pel_model *model);
PEL_API const pel_layer_info *pel_model_get_layer(const pel_model *model, uint32_t layer);
PEL_API const pel_tokenizer *pel_model_tokenizer(const pel_model *model);
PEL_API const char *pel_model_file(const pel_model *model); /* the path it was opened by; borrowed */
/* SHA-256 of the model file(s); computed on first use, then kept. */
PEL_API pel_status pel_model_digest(pel_model *model, uint8_t digest[32], pel_error *err);

/* A timeline of at most n_context tokens, on `threads` threads (0: all processors). Refused with the sizes when it
 * would not fit in memory. */
PEL_API pel_status pel_session_create(pel_model *model, uint32_t n_context, int threads, pel_session **out, pel_error *err);
PEL_API void pel_session_destroy(pel_session *session);
PEL_API uint32_t pel_session_position(const pel_session *session); /* tokens taken so far */
PEL_API uint32_t pel_session_context(const pel_session *session);
/* Bytes that a session of this size takes. */
PEL_API uint64_t pel_session_bytes(const pel_model *model, uint32_t n_context);

/* Makes now what these probes will need (the first eval would do it otherwise). */
PEL_API pel_status pel_session_prepare(pel_session *session, const pel_probe *const *probes, size_t n_probes, pel_error *err);

/* Takes n tokens (1 .. PEL_BATCH_MAX) at the current position. *logits (may be NULL) is set to the last token's,
 * [n_vocab], borrowed until the next eval. Probes that ask for PEL_SITE_LOGITS get those of every token, in slices.
 * PEL_ERR_FULL when the context has no room: nothing is shifted or dropped. PEL_ERR_CANCELLED when a probe said so;
 * the session is then unusable. */
PEL_API pel_status pel_session_eval(pel_session *session, const pel_token_id *ids, uint32_t n,
                                    const pel_probe *const *probes, size_t n_probes, const float **logits, pel_error *err);

typedef struct pel_sampler_options {
  float temperature; /* 0: the most likely token */
  uint32_t top_k;    /* 0: off */
  float top_p;       /* 1: off */
  float min_p;       /* 0: off */
  float repeat_penalty; /* 1: off; over the last 64 tokens */
  uint64_t seed;
} pel_sampler_options;

typedef struct pel_sampler pel_sampler;
PEL_API pel_status pel_sampler_create(const pel_sampler_options *options, uint32_t n_vocab, pel_sampler **out, pel_error *err);
PEL_API void pel_sampler_destroy(pel_sampler *sampler);
/* Picks the next token; the same options and logits give the same choice everywhere. */
PEL_API pel_token_id pel_sampler_pick(pel_sampler *sampler, const float *logits);
/* Tells the sampler of a token in the text, for the repetition penalty. */
PEL_API void pel_sampler_accept(pel_sampler *sampler, pel_token_id id);

typedef struct pel_logit_stats { /* of one token's distribution, temperature 1, whole vocabulary */
  float entropy; /* nats */
  float margin;  /* p(first) - p(second) */
  pel_token_id top[5];
  float top_logprob[5];
} pel_logit_stats;
/* One pass over the logits; *logprob is ln p (`id`). */
PEL_API void pel_logit_statistics(const float *logits, uint32_t n_vocab, pel_token_id id, float *logprob, pel_logit_stats *out);

#ifdef __cplusplus
}
#endif
