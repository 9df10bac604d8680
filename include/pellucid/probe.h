/* Looking into a running model: ask, then show.
 *
 * Before a layer runs, the model asks whether anyone wants a site of it. Only then is the datum made and shown.
 * With nobody asking, the run takes the same path at the same cost; with all sites asked, the logits have the same
 * bits. Returning false from `show` cancels the run: the model stops at the next safe point with PEL_ERR_CANCELLED.
 *
 * All arrays are borrowed for the duration of the call. f16 values are IEEE half bits. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum pel_site {
  PEL_SITE_ATTENTION,   /* queries, keys and the statistics of every softmax row of a layer */
  PEL_SITE_COLUMNS,     /* what keys received, tile by tile; shown from several threads at once */
  PEL_SITE_VALUE_NORMS, /* the norm of each value as each query head's output projection sees it */
  PEL_SITE_WEIGHTS,     /* attention weights themselves, n^2 of them; shown from several threads at once */
  PEL_SITE_RESIDUAL,    /* the residual stream after a layer */
  PEL_SITE_LOGITS,      /* after the last layer; layer is 0 */
  PEL_SITES
} pel_site;

/* One batch of one layer: rows are positions first .. first + n_rows - 1. */
typedef struct pel_attention_rows {
  uint32_t n_head, n_kv_head, head_dim;
  const uint16_t *q;                       /* [n_rows, n_head, head_dim] f16, post-norm, post-RoPE, unscaled */
  const uint16_t *k;                       /* [n_rows, n_kv_head, head_dim] f16 */
  const float *m, *z, *entropy, *sink;     /* [n_rows, n_head]: max, sum, nats, weight on key 0 (0 outside the window) */
} pel_attention_rows;

#define PEL_COLUMN_ONE (1u << 24) /* fixed point: a weight of 1 */
#define PEL_TILE 32               /* rows of a tile, keys of a block */

/* Column sums of some rows of one head, all inside one tile: rows first .. first + n_rows - 1 with the same
 * first / PEL_TILE. Integers, so that any order of adding gives the same bits. */
typedef struct pel_attention_columns {
  uint32_t head;
  uint32_t first_key, n_keys; /* first_key is a multiple of PEL_TILE; n_keys reaches up to the last visible key */
  const uint32_t *sum;        /* [n_keys]: sum over the rows of round (weight x PEL_COLUMN_ONE) */
  const float *block_max;     /* [ceil (n_keys / PEL_TILE)]: largest weight in each block of PEL_TILE keys */
} pel_attention_columns;

typedef struct pel_value_norms {
  uint32_t n_head;
  const uint16_t *norm; /* [n_rows, n_head] f16: || W_O^h v || of the key at each row */
} pel_value_norms;

/* Weights of consecutive rows of one head: what a trace makes unnecessary to keep, for those who want them live. */
typedef struct pel_attention_weights {
  uint32_t head, first_key, n_keys;
  const float *weights; /* [n_rows, n_keys]; 0 where forbidden */
} pel_attention_weights;

typedef struct pel_matrix_view {
  uint32_t width;
  const float *values; /* [n_rows, width] */
} pel_matrix_view;

typedef struct pel_event {
  pel_site site;
  uint32_t layer;
  uint32_t first, n_rows; /* positions */
  union {
    pel_attention_rows attention;
    pel_attention_columns columns;
    pel_value_norms value_norms;
    pel_attention_weights weights;
    pel_matrix_view residual, logits;
  };
} pel_event;

typedef struct pel_probe {
  void *user;
  bool (*ask)(void *user, pel_site site, uint32_t layer);
  bool (*show)(void *user, const pel_event *event); /* false cancels */
} pel_probe;

#ifdef __cplusplus
}
#endif
