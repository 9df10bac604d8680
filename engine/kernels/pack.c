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

/* Four columns as a word of bytes, eight as a word of nibbles (strip.h says why in this order). */
static uint32_t word_of_bytes(const int8_t *q) {
  return (uint32_t)(uint8_t)q[0] | (uint32_t)(uint8_t)q[2] << 8 | (uint32_t)(uint8_t)q[1] << 16 | (uint32_t)(uint8_t)q[3] << 24;
}

static uint32_t word_of_nibbles(const int8_t *q) {
  uint32_t word = 0;
  for (int i = 0; i < 4; i++) word |= (uint32_t)q[2 * i] << 4 * i | (uint32_t)q[2 * i + 1] << (16 + 4 * i);
  return word;
}

static void fill_group(const pel_matrix *w, const int8_t *q, uint32_t *words, uint32_t row) {
  uint32_t columns = w->pack == PEL_PACK_Q4 ? 8 : 4; /* a word */
  for (uint32_t c = 0; c < w->group; c += columns, words += PEL_STRIP)
    words[row] = w->pack == PEL_PACK_Q4 ? word_of_nibbles(q + c) : word_of_bytes(q + c);
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
      fill_group(w, block.q + g * w->group, (uint32_t *)(strip + header), row);
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
