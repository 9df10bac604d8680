/* Layout of a strip: 16 output rows, all columns.
 *
 * Quantised kinds, for each group of columns one after the other:
 *   float scale[16]; float min[16] (only with has_min);
 *   Q8: group / 4 words a row as [group / 4][16 rows] u32; a word holds columns c, c+2, c+1, c+3 in its bytes 0 .. 3,
 *       so that shifting a word's 16-bit halves left and right by 8 gives the column pairs (c, c+1) and (c+2, c+3);
 *   Q4: group / 8 words a row as [group / 8][16 rows] u32; nibble t holds column 2t of the word's eight, nibble
 *       t + 4 column 2t + 1, so that (word >> 4t) & 0x000f000f gives the pair (2t, 2t + 1).
 * Float kinds: [cols][16 rows] of f16, bf16 or f32. */
#pragma once
#include <stdint.h>

#include "engine/kernels/kernels.h"

static inline size_t pel_strip_header(const pel_matrix *w) {
  return (w->has_min ? 2 : 1) * PEL_STRIP * sizeof(float);
}

static inline size_t pel_strip_group_bytes(const pel_matrix *w) {
  size_t quants = (size_t)w->group * PEL_STRIP / (w->pack == PEL_PACK_Q4 ? 2 : 1);
  return pel_strip_header(w) + quants;
}

static inline const uint8_t *pel_strip_at(const pel_matrix *w, size_t strip) { return w->data + strip * w->strip_bytes; }
