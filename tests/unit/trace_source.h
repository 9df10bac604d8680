/* A made-up model for the trace's tests: random queries and keys, everything else by the kernels, shown to a
 * probe as the engine would. */
#pragma once
#include <pellucid/probe.h>
#include <pellucid/trace.h>

#include "engine/trace/writer.h"

typedef struct source_layer {
  pel_trace_layer shape;
  uint16_t *q, *k,
      *norm;       /* [n_tokens, n_head, head_dim], [n_tokens, n_kv_head, head_dim], [n_tokens, n_head] */
  uint16_t **keys; /* [n_kv_head] in blocks of 16 */
  float *m, *z, *entropy, *sink; /* [n_tokens, n_head], filled as batches are shown */
} source_layer;

typedef struct source {
  uint32_t n_layers, n_tokens;
  source_layer *layers;
  bool no_norms, norms_first, no_columns, two_threads;
  uint32_t stop_layer; /* a batch ends before this layer, as when a run is cancelled; n_layers: never */
} source;

source *source_new(const pel_trace_layer *layers, uint32_t n_layers, uint32_t n_tokens, uint64_t seed);
void source_free(source *s);
pel_trace_header source_header(const source *s, pel_trace_layer *shapes); /* shapes: [n_layers], filled */
/* One batch through all layers. False: the probe cancelled. */
bool source_batch(source *s, const pel_probe *probe, uint32_t first, uint32_t n);
/* The same, with batch and token rows. */
void source_run(source *s, pel_trace_writer *w, uint32_t first, uint32_t n);
pel_status source_token(pel_trace_writer *w, uint32_t position, pel_error *err);
/* Whole-row weights of one row by the kernels: out [row + 1]. */
void source_weights(const source *s, uint32_t layer, uint32_t head, uint32_t row, float *out);
/* The same in double precision from the definition's text. */
void source_weights_plain(const source *s, uint32_t layer, uint32_t head, uint32_t row, double *out);
