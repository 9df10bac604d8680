/* A recording that the window runs: the engine in a thread of its own writes a trace, which is then read as any other file.
 *
 *   pel_recording *r = pel_recording_start (&options, changed, self);
 *   ... pel_recording_get (r, &state) whenever `changed` is called, on the main loop ...
 *   pel_recording_stop (r);                          // at the next token: what was recorded stays, closed and valid
 *   pel_recording_release (r);                       // nothing is called back any more; a run that goes on is stopped
 */
#pragma once
#include <glib.h>
#include <pellucid/record.h>

typedef struct pel_recording pel_recording;

typedef struct pel_recording_options { /* copied */
  const char *model, *prompt, *system, *output; /* system NULL: the template's own */
  uint32_t n_predict;
  float temperature;
  uint64_t seed;
  bool raw;   /* no chat template */
  bool force;
} pel_recording_options;

typedef enum pel_recording_phase { PEL_RECORDING_LOADING, PEL_RECORDING_PROMPT, PEL_RECORDING_TEXT, PEL_RECORDING_ENDED } pel_recording_phase;

typedef struct pel_recording_state {
  pel_recording_phase phase;
  double fraction;              /* of the phase: loading, prompt, or of the tokens asked for */
  pel_record_plan plan;         /* zeros while loading */
  uint32_t n_prompt, n_generated; /* done so far */
  double seconds;               /* in this phase */
  pel_status status;            /* ended: PEL_OK, PEL_ERR_CANCELLED when it was stopped, or what went wrong: */
  char error[600];
  pel_stop stop;
  double prefill_speed, decode_speed; /* ended: tokens a second, 0 where there were too few */
} pel_recording_state;

pel_recording *pel_recording_start(const pel_recording_options *options, void (*changed)(void *user), void *user);
void pel_recording_get(pel_recording *recording, pel_recording_state *out);
void pel_recording_stop(pel_recording *recording);
void pel_recording_release(pel_recording *recording); /* takes NULL */
/* Waits until no recording runs any more: their traces are closed then. For the end of a program. */
void pel_recording_wait_all(void);

/* What a recording will take, before it begins; it reads the model file's head and tokenizer: some 0.1 s, on any thread. */
typedef struct pel_recording_estimate {
  pel_model_summary model;
  pel_record_plan plan;
  double seconds; /* from the speed of this model's last recording here, or from its size: see `measured` */
  bool measured;
} pel_recording_estimate;
pel_status pel_recording_estimate_load(const pel_recording_options *options, pel_recording_estimate *out, pel_error *err);

/* The model files in the folder of models (PELLUCID_MODELS, or pellucid/models in the user's data folder), by name; g_strfreev. */
char **pel_recording_models(void);
