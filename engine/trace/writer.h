/* Writing a trace while a model runs.
 *
 * The caller's thread never waits for the disk unless the bounded ring is full: a slow disk then slows the
 * run and drops nothing. One writer thread owns the database. Commits follow at least every half second. */
#pragma once
#include <pellucid/probe.h>
#include <pellucid/trace.h>

typedef struct pel_trace_writer pel_trace_writer;

typedef struct pel_trace_header {
  const char *model_name, *model_file, *architecture, *kernels, *generator, *created;
  uint8_t model_sha256[32];
  const char *const (*parameters)[2]; /* name, value as text (C locale) */
  size_t n_parameters;
  uint32_t n_layers;
  const pel_trace_layer *layers; /* [n_layers]; recorded says whether the layer is wanted */
  const uint64_t *head_mask;     /* bit h of word h / 64: which query heads of recorded layers; NULL: all */
  uint32_t n_context;            /* the most tokens that this run can hold */
} pel_trace_header;

/* Creates `path` (refused with PEL_ERR_IO when it exists, unless `force`: then it is replaced at once) with
 * the header committed, so that the file is readable from here on. */
pel_status pel_trace_writer_open(const char *path, bool force, const pel_trace_header *header,
                                 pel_trace_writer **out, pel_error *err);

/* The sink to hand to the model; borrowed until close. Its `show` returns false once writing has failed. */
const pel_probe *pel_trace_writer_probe(pel_trace_writer *writer);

/* A token at the next position. Its statistics describe the distribution that it was drawn from: NaN when
 * unknown. */
pel_status pel_trace_writer_token(pel_trace_writer *writer, const pel_trace_token *token, pel_error *err);
/* How the model took its tokens: one batch of n tokens starting at `first` (what a replay needs). */
pel_status pel_trace_writer_batch(pel_trace_writer *writer, uint32_t first, uint32_t n, pel_error *err);

/* Seconds that the run waited for the disk so far. */
double pel_trace_writer_waited(const pel_trace_writer *writer);
/* Whether writing has failed (disk full, ...): the status and its text. PEL_OK while all is well. */
pel_status pel_trace_writer_status(pel_trace_writer *writer, pel_error *err);

/* Writes what is left, the received mass, the pyramids, the hash, and closes the file: one file, no sidecars.
 * `n_prompt` tokens were prompt. `note` is kept for readers ("" when all went well). After a failed write the
 * trace is closed valid with what it has and the failure is returned. Frees the writer in every case. */
pel_status pel_trace_writer_close(pel_trace_writer *writer, uint32_t n_prompt, const char *note,
                                  pel_error *err);
