/* How the rows of a layer lie in the file: which heads, how many tokens a block, how many bytes.
 * Shared by writer and reader, so that both compute every size in the same way. */
#pragma once
#include <pellucid/trace.h>

#define PEL_TRACE_MAX_LAYERS 1024u
#define PEL_TRACE_MAX_HEADS 1024u
#define PEL_TRACE_MAX_HEAD_DIM 1024u
#define PEL_TRACE_MAX_TOKENS (16u << 20)
#define PEL_TRACE_BLOCK_BYTES \
  65536u /* a full block of queries or keys, as near as a multiple of 32 tokens comes */
#define PEL_TRACE_RECEIVED_BLOCK 992u /* keys in a row of table `received`: eight such rows fill a page */

#define PEL_TRACE_TAIL_BYTES (8u << 20)  /* most bytes in a piece of table `tail` */
#define PEL_TRACE_MOST_BYTES (16u << 20) /* a reader refuses larger values */
#define PEL_TRACE_MOST_PIECE 65536         /* bytes of a token's text */

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the trace file is little endian, and so far its reader and writer are too"
#endif

/* One row of the softmax of one head, as stored: 16 bytes. */
typedef struct pel_statistic {
  float m, z, entropy;
  uint16_t sink, value_norm; /* f16 */
} pel_statistic;
_Static_assert(sizeof(pel_statistic) == 16, "the statistics' record is part of the file format");

#define PEL_HALF_NAN 0x7e00u /* a value norm that nobody told */

typedef struct pel_layer_layout {
  pel_trace_layer shape;
  uint32_t block;    /* tokens a block */
  uint32_t n_q, n_k; /* heads in the file */
  uint16_t *q_heads; /* [n_q] ascending */
  uint16_t *k_heads; /* [n_k] ascending: those that serve a recorded query head */
  int16_t *q_index;  /* [n_head]: place in q_heads, -1: not recorded */
  int16_t *k_index;  /* [n_kv_head] */
} pel_layer_layout;

/* Tokens a block: 64 KiB / (2 x head_dim), a multiple of 32, at least 32. */
uint32_t pel_layout_block(uint32_t head_dim);
/* Checks the shape against the format's limits and fills *out. `heads`: bit h % 8 of byte h / 8, ceil (n_head
 * / 8) bytes. `what` names the file or caller for the error text. */
pel_status pel_layout_init(pel_layer_layout *out, const pel_trace_layer *shape, const uint8_t *heads,
                           uint32_t layer, const char *what, pel_error *err);
void pel_layout_clear(pel_layer_layout *layout);

/* Bytes of one token in all rows of this layer: queries, keys, statistics. */
static inline size_t pel_layout_token_bytes(const pel_layer_layout *l) {
  return ((size_t)l->n_q + l->n_k) * l->shape.head_dim * 2 + (size_t)l->n_q * sizeof(pel_statistic);
}

/* A piece of table `tail` holds n tokens of a layer, head-major: all recorded query heads [n, head_dim], then
 * the key heads [n, head_dim], then the statistics [n] of each query head. Offsets of one head inside it: */
static inline size_t pel_tail_query(const pel_layer_layout *l, uint32_t n, uint32_t q_index) {
  return (size_t)q_index * n * l->shape.head_dim * 2;
}
static inline size_t pel_tail_key(const pel_layer_layout *l, uint32_t n, uint32_t k_index) {
  return ((size_t)l->n_q + k_index) * n * l->shape.head_dim * 2;
}
static inline size_t pel_tail_statistic(const pel_layer_layout *l, uint32_t n, uint32_t q_index) {
  return ((size_t)l->n_q + l->n_k) * n * l->shape.head_dim * 2 + (size_t)q_index * n * sizeof(pel_statistic);
}

/* The keys that a row of this layer may see. */
static inline pel_range pel_layer_visible(const pel_trace_layer *l, uint32_t row) {
  uint32_t end = row + 1;
  return (pel_range){l->window && end > l->window ? end - l->window : 0, end};
}

/* Segment kinds by their names in the file; NULL and -1 for unknown ones. */
const char *pel_trace_segment_name(pel_segment_kind kind);
int pel_trace_segment_kind(const char *name);
