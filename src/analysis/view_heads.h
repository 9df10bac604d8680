/* All heads of a trace at once: a thumbnail and a few numbers each.
 *
 * Thumbnails come from the stored block maxima (about 3 % coarse in value, for overviews); a short trace,
 * whose blocks would be too few to see anything, is drawn from exact weights instead. All heads share one
 * colour range. */
#pragma once
#include "src/analysis/view_map.h"

typedef enum pel_head_state {
  PEL_HEAD_RECORDED,
  PEL_HEAD_NOT_RECORDED,
  PEL_HEAD_ABSENT,       /* this layer has fewer heads than others */
  PEL_HEAD_DAMAGED,      /* it can't be read; only with a tolerant reader */
} pel_head_state;

typedef struct pel_head_summary {
  pel_head_state state;
  float sink;         /* mean weight on key 0 over all queries, 0 .. 1 */
  float entropy;      /* mean entropy of the rows, nats */
  float received_max; /* most mass that one key received, in queries' worth of attention */
  uint32_t received_key;
  float max_weight; /* as drawn */
} pel_head_summary;

#define PEL_THUMB_FORBIDDEN (-1.0f)

typedef struct pel_heads_view {
  uint32_t n_layers, n_heads; /* heads: the most of any layer */
  uint32_t n_recorded;        /* heads with a thumbnail */
  uint32_t n_recorded_layers; /* with at least one */
  uint32_t n_tokens;
  uint32_t side, block;    /* thumbnails of side x side cells of block x block tokens */
  bool exact;              /* from exact weights, not the stored block maxima */
  pel_scale scale;         /* log or linear */
  float low, high;         /* what values 0 and 1 stand for, in all heads */
  pel_head_summary *heads; /* [n_layers, n_heads] */
  float *weights;          /* [n_layers, n_heads, side, side]: largest weight of each block */
  float *values;           /* the same, 0 .. 1 for colour, or PEL_THUMB_FORBIDDEN */
  float *means;            /* [n_layers + 1, side, side]: values of the mean of each layer's heads' cells, then of all */
} pel_heads_view;

/* `max_side`: cells of a thumbnail, each way, at most (0: 64). */
pel_status pel_heads_view_load(pel_trace *trace, pel_scale scale, uint32_t max_side,
                               const pel_progress *progress, pel_heads_view *out, pel_error *err);
/* The same head by head, and `tolerant`: a head that can't be read is DAMAGED, and the others go on. Then: run returns PEL_ERR_CANCELLED when `progress` says so, and goes on there when it is called again. Once it
 * returned PEL_OK, and *out is the caller's, only close may follow. The trace may grow meanwhile: the view is of the
 * tokens that it had. */
typedef struct pel_heads_reader pel_heads_reader;
pel_status pel_heads_reader_open(pel_trace *trace, pel_scale scale, uint32_t max_side, bool tolerant,
                                 pel_heads_reader **out, pel_error *err);
pel_status pel_heads_reader_run(pel_heads_reader *reader, const pel_progress *progress, pel_heads_view *out,
                                pel_error *err);
void pel_heads_reader_close(pel_heads_reader *reader); /* takes NULL */
/* Sizes and states only. */
pel_status pel_heads_view_plan(pel_trace *trace, pel_scale scale, pel_heads_view *out, pel_error *err);
void pel_heads_view_clear(pel_heads_view *view);

/* Heads of a layer (n_layers: of all) that a mean is of. */
uint32_t pel_heads_in_mean(const pel_heads_view *view, uint32_t layer);

/* Index into heads; its thumbnail starts at index * side * side. */
static inline size_t pel_heads_index(const pel_heads_view *view, uint32_t layer, uint32_t head) {
  return (size_t)layer * view->n_heads + head;
}
