#include <stdlib.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/format/gguf.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/quants.h"
#include "engine/kernels/strip.h"

static pel_matrix describe(uint32_t type, size_t rows, size_t cols) {
  pel_matrix w = {.rows = rows, .cols = cols};
  const pel_quant *quant = pel_quant_of(type);
  if (quant) {
    w.pack = quant->nibbles ? PEL_PACK_Q4 : PEL_PACK_Q8;
    w.group = quant->group;
    w.has_min = quant->has_min;
    w.strip_bytes = cols / w.group * pel_strip_group_bytes(&w);
  } else {
    w.pack = type == PEL_TYPE_F32 ? PEL_PACK_F32 : type == PEL_TYPE_F16 ? PEL_PACK_F16 : PEL_PACK_BF16;
    w.strip_bytes = cols * PEL_STRIP * (type == PEL_TYPE_F32 ? 4 : 2);
  }
  w.strip_bytes = pel_round_up(w.strip_bytes, 64);
  return w;
}

uint64_t pel_matrix_bytes(uint32_t type, size_t rows, size_t cols) {
  pel_matrix w = describe(type, rows, cols);
  uint64_t bytes;
  return pel_mul(pel_matrix_strips(&w), w.strip_bytes, &bytes) ? bytes : UINT64_MAX;
}

bool pel_matrix_init(pel_matrix *out, uint32_t type, size_t rows, size_t cols) {
  pel_matrix w = describe(type, rows, cols);
  w.data = pel_alloc_aligned(pel_matrix_strips(&w), w.strip_bytes);
  if (!w.data) return false;
  *out = w;
  return true;
}

/* Column `c` of a group goes to this byte (Q8) or nibble (Q4) of its word. */
static void put_q8(uint8_t *words, uint32_t row, uint32_t c, int8_t q) {
  static const uint8_t byte_of[4] = {0, 2, 1, 3};
  words[((size_t)(c / 4) * PEL_STRIP + row) * 4 + byte_of[c % 4]] = (uint8_t)q;
}

static void put_q4(uint8_t *words, uint32_t row, uint32_t c, int8_t q) {
  uint32_t in_word = c % 8, nibble = in_word / 2 + in_word % 2 * 4;
  words[((size_t)(c / 8) * PEL_STRIP + row) * 4 + nibble / 2] |= (uint8_t)(q << nibble % 2 * 4);
}

static void fill_quant_row(pel_matrix *w, const pel_quant *quant, const uint8_t *src, uint8_t *strip, uint32_t row) {
  size_t header = pel_strip_header(w), group_bytes = pel_strip_group_bytes(w);
  uint32_t groups = quant->block / w->group;
  pel_block block;
  memset(&block, 0, sizeof block);
  for (size_t c = 0; c < w->cols; c += quant->block, src += quant->block_bytes) {
    quant->explode(src, &block);
    for (uint32_t g = 0; g < groups; g++, strip += group_bytes) {
      float *scales = (float *)strip;
      scales[row] = block.scale[g];
      if (w->has_min) scales[PEL_STRIP + row] = block.min[g];
      for (uint32_t i = 0; i < w->group; i++)
        (w->pack == PEL_PACK_Q4 ? put_q4 : put_q8)(strip + header, row, i, block.q[g * w->group + i]);
    }
  }
}

static void fill_float_row(pel_matrix *w, const uint8_t *src, uint8_t *strip, uint32_t row) {
  size_t each = w->pack == PEL_PACK_F32 ? 4 : 2;
  for (size_t c = 0; c < w->cols; c++) memcpy(strip + (c * PEL_STRIP + row) * each, src + c * each, each);
}

void pel_matrix_fill(pel_matrix *w, uint32_t type, const uint8_t *src, size_t lo, size_t hi) {
  const pel_quant *quant = pel_quant_of(type);
  const pel_tensor_format *format = pel_tensor_format_of(type);
  size_t row_bytes = w->cols / format->block * format->block_bytes;
  for (size_t strip = lo; strip < hi; strip++)
    for (uint32_t r = 0; r < PEL_STRIP && strip * PEL_STRIP + r < w->rows; r++) {
      const uint8_t *row = src + (strip * PEL_STRIP + r) * row_bytes;
      uint8_t *out = w->data + strip * w->strip_bytes;
      if (quant)
        fill_quant_row(w, quant, row, out, r);
      else
        fill_float_row(w, row, out, r);
    }
}

void pel_pack_keys(const uint16_t *rows, size_t row_stride, size_t first, size_t n, size_t head_dim, uint16_t *blocks) {
  for (size_t t = 0; t < n; t++) {
    size_t key = first + t;
    uint16_t *block = blocks + key / PEL_KEYS * head_dim * PEL_KEYS + key % PEL_KEYS;
    for (size_t i = 0; i < head_dim; i++) block[i * PEL_KEYS] = rows[t * row_stride + i];
  }
}

size_t pel_matmul_scratch(size_t cols_max) { return pel_round_up(cols_max, 2) * PEL_STRIP * sizeof(int16_t); }
