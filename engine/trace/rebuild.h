/* Whole softmax rows of one head again, from the stored Q and K, with the same kernels and so the same bits:
 * for overviews that a file lacks, and to verify a trace. */
#pragma once
#include "engine/kernels/row.h"
#include "engine/trace/reader.h"

typedef struct pel_rebuild {
  pel_trace *trace;
  uint32_t layer, k_index; /* whose keys are loaded */
  bool loaded;
  uint16_t *keys; /* all keys of one head, in blocks of 16 */
  size_t keys_capacity;
  float *s;         /* [PEL_ROWS_MAX, span] */
  uint32_t *sum;    /* [span] */
  float *block_max; /* [span / 32] */
  size_t span;      /* most keys that the rows of one tile see */
  float *q;         /* [PEL_ROWS_MAX, head_dim] */
} pel_rebuild;

typedef struct pel_rebuilt_row {
  uint32_t row;
  float m, z, entropy, sink;
} pel_rebuilt_row;

void pel_rebuild_init(pel_rebuild *r, pel_trace *trace);
void pel_rebuild_clear(pel_rebuild *r);

/* Rows 0 .. n_rows - 1 of one head in order. `sums` (may be NULL) takes in what its keys receive; `show` (may
 * be NULL) is called for each row, false ends it with PEL_ERR_CANCELLED. */
pel_status pel_rebuild_head(pel_rebuild *r, uint32_t layer, uint32_t q_index, pel_pyramid_sums *sums,
                            bool (*show)(void *user, const pel_rebuilt_row *row), void *user, pel_error *err);
