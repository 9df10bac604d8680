/* Reading a trace: what a model did, exactly.
 *
 *   pel_trace *t;
 *   if (pel_trace_open ("run.pel", &t, &err) != PEL_OK) { fputs (err.text, stderr); return 1; }
 *   float w[64 * 64];
 *   pel_trace_map (t, layer, head, (pel_range){0, 64}, (pel_range){0, 64}, w, &err);   // exact attention weights
 *   pel_trace_close (t);
 *
 * A reader holds no lock between calls and may follow a file that is still being written (pel_trace_refresh).
 * One pel_trace serves one thread at a time; open the file twice for two threads. All numbers are of one
 * sequence (0 today). */
#pragma once
#include <math.h>
#include <pellucid/chat.h>
#include <pellucid/status.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_trace pel_trace;

typedef struct pel_range { /* half-open: start <= i < end */
  uint32_t start, end;
} pel_range;

typedef struct pel_trace_layer {
  bool recorded;
  uint32_t n_head, n_kv_head, head_dim;
  uint32_t window; /* keys that a query may see, itself included; 0: all before it */
  float scale, softcap; /* softcap 0: none */
} pel_trace_layer;

/* A trace may hold reasoning and no run of a model (reasoning.h): it then has no layers and no tokens, and "" as model_name,
 * model_file, model_sha256, architecture and kernels. */
typedef struct pel_trace_info { /* strings borrowed until close */
  const char *model_name, *model_file, *model_sha256, *architecture;
  const char *created;   /* ISO 8601, UTC */
  const char *generator; /* program and version that wrote it */
  const char *kernels;   /* kernel level of the recording */
  const char *hash;      /* logical hash, hex; "" while the trace is open or when it was cut short */
  const char *note;      /* what a reader should know: "cut short", "disk full", or "" */
  bool complete;         /* closed by its writer */
  uint32_t n_tokens, n_prompt, n_layers;
  uint32_t n_rows; /* rows that have attention, <= n_tokens: the last sampled token is not run through the model */
  uint32_t n_head_max; /* most query heads of any layer */
  uint32_t n_recorded_layers;
} pel_trace_info;

#define PEL_TRACE_ALTERNATIVES 5

typedef struct pel_trace_alternative {
  pel_token_id id;
  float logprob;
  const char *piece; /* borrowed until close */
  size_t piece_size;
} pel_trace_alternative;

typedef struct pel_trace_token {
  pel_token_id id;
  const char *piece; /* bytes, maybe not UTF-8; borrowed until close or refresh */
  size_t piece_size;
  pel_segment_kind segment;
  float logprob; /* ln p of this token given those before it; NaN: not recorded (first token, --no-prompt-logprobs) */
  float entropy; /* of the distribution it was drawn from, nats; NaN likewise */
  float margin;  /* p(first) - p(second) of that distribution; NaN likewise */
  uint32_t n_alternatives;
  pel_trace_alternative alternatives[PEL_TRACE_ALTERNATIVES];
} pel_trace_token;

/* Opens a trace file read-only. A file that is no trace, of a newer major version, damaged or hostile is refused
 * with PEL_ERR_INPUT. *out is owned by the caller. */
PEL_API pel_status pel_trace_open(const char *path, pel_trace **out, pel_error *err);
PEL_API void pel_trace_close(pel_trace *trace);
/* Takes in what a writer added since. *grew says whether there was anything. */
PEL_API pel_status pel_trace_refresh(pel_trace *trace, bool *grew, pel_error *err);

PEL_API const pel_trace_info *pel_trace_get_info(const pel_trace *trace); /* borrowed */
PEL_API const pel_trace_layer *pel_trace_get_layer(const pel_trace *trace, uint32_t layer); /* borrowed; NULL: none */
/* Whether this head's attention is in the file. */
PEL_API bool pel_trace_has_head(const pel_trace *trace, uint32_t layer, uint32_t head);
PEL_API pel_status pel_trace_get_token(pel_trace *trace, uint32_t position, pel_trace_token *out, pel_error *err);
/* Value of a recorded parameter ("seed", "temperature", ...) as text, or NULL; borrowed until close. */
PEL_API const char *pel_trace_parameter(const pel_trace *trace, const char *name);
/* The parameter `i`, from 0 by name; false when there are not so many. Borrowed until close. */
PEL_API bool pel_trace_parameter_at(const pel_trace *trace, size_t i, const char **name, const char **value);
/* Where the reasoning in the trace comes from: "question", "case", "case_sha256", "pack", "pack_version", "pack_sha256",
 * "reasoning_generator", "reasoning_created"; NULL when it is not there; borrowed until close. */
PEL_API const char *pel_trace_provenance(const pel_trace *trace, const char *key);

/* Exact attention weights of one head: out[(r - rows.start) * (cols.end - cols.start) + (c - cols.start)], f32 in [0, 1];
 * 0 where causality or the window forbids. Bit for bit what the engine used (see docs/trace-format.md). */
PEL_API pel_status pel_trace_map(pel_trace *trace, uint32_t layer, uint32_t head, pel_range rows, pel_range cols,
                                 float *out, pel_error *err);
/* The keys that query `row` may attend to: [start, row + 1). */
PEL_API pel_range pel_trace_visible(const pel_trace *trace, uint32_t layer, uint32_t row);

/* Per query row: m, Z of the softmax, entropy in nats, weight on key 0 (the sink). Each array [rows] or NULL. */
PEL_API pel_status pel_trace_rows(pel_trace *trace, uint32_t layer, uint32_t head, pel_range rows, float *m, float *z,
                                  float *entropy, float *sink, pel_error *err);
/* Per key: mass received from all queries, and the norm of W_O^h v as this head sees it. Each array [keys] or NULL.
 * Received mass is rebuilt from Q and K when the trace was cut short. */
PEL_API pel_status pel_trace_keys(pel_trace *trace, uint32_t layer, uint32_t head, pel_range keys, float *received,
                                  float *value_norm, pel_error *err);
/* Post-RoPE rows as stored: f16 bits, [rows, head_dim]. A key head serves n_head / n_kv_head query heads. */
PEL_API pel_status pel_trace_queries(pel_trace *trace, uint32_t layer, uint32_t head, pel_range rows, uint16_t *out,
                                     pel_error *err);
PEL_API pel_status pel_trace_key_rows(pel_trace *trace, uint32_t layer, uint32_t kv_head, pel_range rows,
                                      uint16_t *out, pel_error *err);

/* How the model took its tokens: batch i is rows `first` .. first + n - 1. Sets *end when there is no such batch. */
PEL_API pel_status pel_trace_batch(pel_trace *trace, uint32_t i, uint32_t *first, uint32_t *n, bool *end, pel_error *err);

/* Block sums and maxima of one head's map, for overviews only (8-bit log codes: about 3 %).
 * Square of side x side blocks of `block` x `block` tokens; entries above the diagonal are 0. */
typedef struct pel_pyramid {
  uint32_t side, block;
  float *sum; /* [side, side]: mass in the block */
  float *max; /* [side, side]: largest weight in it */
} pel_pyramid;
/* Rebuilt from Q and K when the trace was cut short (slow). *out is owned by the caller: pel_pyramid_clear. */
PEL_API pel_status pel_trace_pyramid(pel_trace *trace, uint32_t layer, uint32_t head, pel_pyramid *out, pel_error *err);
PEL_API void pel_pyramid_clear(pel_pyramid *pyramid);

typedef struct pel_verify_report {
  uint64_t rows_checked; /* softmax rows rebuilt from Q and K */
  uint64_t rows_wrong;
  bool hash_present, hash_matches;
  char first_fault[200]; /* where and what, "" when all holds */
} pel_verify_report;
/* SQLite's own check, the logical hash, the reasoning and the chain of reviews, then m and Z of every row rebuilt with the same bits.
 * PEL_ERR_CHECK when anything differs (report filled in), PEL_OK otherwise. `progress` (may be NULL) is called with
 * a fraction in [0, 1]; false cancels. */
PEL_API pel_status pel_trace_verify(pel_trace *trace, bool (*progress)(double fraction, void *user), void *user,
                                    pel_verify_report *report, pel_error *err);
#define PEL_TRACE_HASH 65
/* The logical hash alone, taken anew from the contents into `out`, "" for a trace that was cut short. PEL_ERR_CHECK when the trace says
 * another one: `out` is filled in all the same, unless the file cannot be read as a whole. */
PEL_API pel_status pel_trace_check_hash(pel_trace *trace, bool (*progress)(double fraction, void *user), void *user,
                                        char out[PEL_TRACE_HASH], pel_error *err);

#ifdef __cplusplus
}
#endif
