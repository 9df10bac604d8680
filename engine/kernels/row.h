/* The attention row, bit for bit (the definition of the public format, docs/trace-format.md):
 *
 *   dot  one f32 accumulator a (query, key) pair, fma (q[i], k[i], dot) for i = 0 .. head_dim-1 in order
 *   s    scale * dot; with a soft cap c: c * tanh (s / c)
 *   m    max of s over the visible keys
 *   e    pel_exp (s - m)
 *   Z    e summed in 16 lanes by absolute key index modulo 16, lanes folded 8, 4, 2, 1
 *   weight = e / Z
 *
 * Keys lie in blocks of 16, element-major: blocks[key / 16][element][key % 16], f16. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define PEL_KEYS 16              /* keys a block, lanes of a row's sum */
#define PEL_ROWS_MAX 6           /* rows that score_rows takes at once */
#define PEL_FORBIDDEN (-1e30f)   /* score of a key that a row may not see: its e is exactly 0 */

typedef struct pel_row_spec {
  uint32_t head_dim;
  float scale, softcap; /* softcap 0: none */
} pel_row_spec;

/* One query row. The buffer `s` is indexed by key - base, base a multiple of 16; visible keys are lo <= key < hi.
 * score_rows writes it over the union of the rows' visible keys, widened to whole blocks: from <= key < to. */
typedef struct pel_row {
  const float *q; /* [head_dim], f16 values widened */
  float *s;
  uint32_t base, lo, hi;
  uint32_t from, to;    /* out, by score_rows: multiples of 16 */
  float m, z, entropy;  /* out, by softmax_row */
} pel_row;

static inline size_t pel_key_blocks(size_t n_keys) { return (n_keys + PEL_KEYS - 1) / PEL_KEYS; }

/* Puts token-major key rows [n, head_dim] (f16) at key positions first .. first+n-1 of the blocks. */
void pel_pack_keys(const uint16_t *rows, size_t row_stride, size_t first, size_t n, size_t head_dim, uint16_t *blocks);
