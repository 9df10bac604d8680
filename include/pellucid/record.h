/* One recorded run: a prompt in, text and a trace out. What the command line and the desktop app both call.
 *
 *   pel_record_options o = PEL_RECORD_DEFAULTS;
 *   o.prompt = "Why is the sky blue?"; o.prompt_size = strlen (o.prompt); o.output = "run.pel";
 *   pel_record (model, &o, &result, &err);
 */
#pragma once
#include <pellucid/model.h>
#include <pellucid/trace.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum pel_stop { PEL_STOP_END, PEL_STOP_LENGTH, PEL_STOP_FULL, PEL_STOP_CANCELLED, PEL_STOP_FAILED } pel_stop;

typedef struct pel_record_plan { /* known before the first token runs */
  uint32_t n_prompt, n_context;
  uint64_t trace_bytes_a_token; /* Q, K and statistics of the recorded layers and heads */
  uint64_t trace_bytes_most;    /* an estimate of the file for n_context tokens */
  uint64_t session_bytes;       /* memory of the run, the model apart */
} pel_record_plan;

/* What a run of a model with all layers and heads recorded will take, from what its file says (pel_model_inspect): nothing is loaded.
 * session_bytes stays 0. */
PEL_API pel_record_plan pel_record_estimate(const pel_model_summary *model, uint32_t n_prompt, uint32_t n_predict);

typedef struct pel_record_options {
  const char *prompt, *system; /* bytes as they are; system NULL: the template's own default */
  size_t prompt_size, system_size;
  const pel_token_id *ids;   /* not NULL: these n_ids tokens are the prompt, as they are; borrowed */
  size_t n_ids;
  bool raw;                  /* no chat template; BOS only as the file's flag asks */
  bool special;              /* control tokens in the texts are recognised */
  const char *chat_template; /* NULL: detected */
  uint32_t n_predict;        /* tokens to generate at most */
  uint32_t n_context;        /* 0: prompt + n_predict */
  uint32_t batch;            /* prompt tokens a batch, 1 .. PEL_BATCH_MAX; 0: PEL_BATCH_MAX */
  int threads;               /* 0: all processors */
  pel_sampler_options sampler;
  const char *output;        /* trace file; NULL: none is written */
  bool force;                /* an existing output is replaced */
  bool no_prompt_logprobs;
  bool ignore_end;           /* generate n_predict tokens even when the model ends its turn (benchmarks) */
  const bool *layers;        /* [n_layers] which to record; NULL: all */
  const bool *heads;         /* [n_head] which query heads to record; NULL: all */
  const char *generator;     /* name and version of the calling program, kept in the trace; NULL: the library's own */

  /* All callbacks may be NULL. */
  void *user;
  void (*on_text)(void *user, const char *bytes, size_t size); /* generated text, as it comes */
  void (*on_start)(void *user, const pel_record_plan *plan);
  void (*on_progress)(void *user, uint32_t done, uint32_t total); /* prompt tokens */
  bool (*cancelled)(void *user); /* asked often; true stops at the next safe point, the trace is closed valid */
} pel_record_options;

typedef struct pel_record_result {
  pel_stop stop;
  uint32_t n_prompt, n_generated;
  double prefill_seconds, decode_seconds; /* of the model alone, recording included */
  double waited_seconds;                  /* of these, for the disk */
} pel_record_result;

#define PEL_RECORD_DEFAULTS \
  { .n_predict = 256, .sampler = {.temperature = 0, .top_p = 1, .repeat_penalty = 1} }

/* Runs and records. A cancelled run is PEL_ERR_CANCELLED with a valid trace; a full context ends generation with
 * PEL_STOP_FULL and PEL_OK; a full disk is PEL_ERR_IO with what fitted. `result` is filled in as far as it came. */
PEL_API pel_status pel_record(pel_model *model, const pel_record_options *options, pel_record_result *result, pel_error *err);

typedef struct pel_replay_report {
  uint64_t values;          /* Q and K values compared */
  uint64_t different;       /* of them with other bits */
  float largest_difference; /* absolute */
  uint32_t first_layer, first_position; /* where the first difference is */
  bool same_model;          /* the file's SHA-256 is the recorded one */
} pel_replay_report;
/* Runs the recorded tokens in the recorded batches through the model and compares Q and K with the trace.
 * PEL_ERR_CHECK when they differ or the model is another one. */
PEL_API pel_status pel_replay(pel_trace *trace, pel_model *model, int threads, bool (*progress)(double, void *), void *user,
                              pel_replay_report *report, pel_error *err);

#ifdef __cplusplus
}
#endif
