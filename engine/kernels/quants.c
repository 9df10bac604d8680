/* Block layouts after the format's reference description (ggml-common.h and ggml-quants.c of the ggml project,
 * https://github.com/ggml-org/ggml): only the layout is taken over. */
#include "engine/kernels/quants.h"

#include <stddef.h>
#include <string.h>

#include "engine/base/half.h"
#include "engine/format/gguf.h"
#include "engine/kernels/kernels.h"

static float half_at(const uint8_t *p) {
  uint16_t h;
  memcpy(&h, p, 2);
  return pel_half_to_float(h);
}

/* Nibbles of 16 bytes: the low ones are elements 0 .. 15, the high ones 16 .. 31. */
static void split_nibbles(const uint8_t *src, int8_t *q) {
  for (int i = 0; i < 16; i++) {
    q[i] = (int8_t)(src[i] & 15);
    q[i + 16] = (int8_t)(src[i] >> 4);
  }
}

static void explode_q8_0(const uint8_t *src, pel_block *out) {
  out->scale[0] = half_at(src);
  memcpy(out->q, src + 2, 32);
}

static void explode_q4_0(const uint8_t *src, pel_block *out) {
  out->scale[0] = half_at(src);
  out->min[0] = -8.0f * out->scale[0];
  split_nibbles(src + 2, out->q);
}

static void explode_q4_1(const uint8_t *src, pel_block *out) {
  out->scale[0] = half_at(src);
  out->min[0] = half_at(src + 2);
  split_nibbles(src + 4, out->q);
}

static void add_fifth_bits(const uint8_t *src, int8_t *q, int offset) {
  uint32_t bits;
  memcpy(&bits, src, 4);
  for (int i = 0; i < 32; i++) q[i] = (int8_t)((q[i] | (int)(bits >> i & 1u) << 4) - offset);
}

static void explode_q5_0(const uint8_t *src, pel_block *out) {
  out->scale[0] = half_at(src);
  split_nibbles(src + 6, out->q);
  add_fifth_bits(src + 2, out->q, 16);
}

static void explode_q5_1(const uint8_t *src, pel_block *out) {
  out->scale[0] = half_at(src);
  out->min[0] = half_at(src + 2);
  split_nibbles(src + 8, out->q);
  add_fifth_bits(src + 4, out->q, 0);
}

static void explode_q2_k(const uint8_t *src, pel_block *out) {
  const uint8_t *scales = src, *two_bits = src + 16;
  float d = half_at(src + 80), d_min = half_at(src + 82);
  for (int g = 0; g < 16; g++) {
    out->scale[g] = d * (float)(scales[g] & 15);
    out->min[g] = -(d_min * (float)(scales[g] >> 4));
  }
  for (int i = 0; i < 256; i++) {
    int half = i / 128, shift = i % 128 / 32 * 2;
    out->q[i] = (int8_t)(two_bits[half * 32 + i % 32] >> shift & 3);
  }
}

/* Sixteen 6-bit scales in 12 bytes: low nibbles in the first eight bytes, two high bits each in the last four. */
static int q3_scale(const uint8_t *s, int g) {
  int low = g < 8 ? s[g] & 15 : s[g - 8] >> 4;
  return (low | (s[8 + g % 4] >> g / 4 * 2 & 3) << 4) - 32;
}

static void explode_q3_k(const uint8_t *src, pel_block *out) {
  const uint8_t *high = src, *two_bits = src + 32;
  float d = half_at(src + 108);
  for (int g = 0; g < 16; g++) out->scale[g] = d * (float)q3_scale(src + 96, g);
  for (int i = 0; i < 256; i++) {
    int half = i / 128, part = i % 128 / 32;
    int low = two_bits[half * 32 + i % 32] >> part * 2 & 3, bit = high[i % 32] >> (half * 4 + part) & 1;
    out->q[i] = (int8_t)(low - (bit ? 0 : 4));
  }
}

/* Eight pairs of 6-bit scale and min in 12 bytes. */
static void k4_scale_min(const uint8_t *s, int g, int *scale, int *min) {
  if (g < 4) {
    *scale = s[g] & 63;
    *min = s[g + 4] & 63;
  } else {
    *scale = (s[g + 4] & 15) | s[g - 4] >> 6 << 4;
    *min = s[g + 4] >> 4 | s[g] >> 6 << 4;
  }
}

static void k4_groups(const uint8_t *src, pel_block *out) {
  float d = half_at(src), d_min = half_at(src + 2);
  for (int g = 0; g < 8; g++) {
    int scale, min;
    k4_scale_min(src + 4, g, &scale, &min);
    out->scale[g] = d * (float)scale;
    out->min[g] = -(d_min * (float)min);
  }
}

static void explode_q4_k(const uint8_t *src, pel_block *out) {
  k4_groups(src, out);
  for (int i = 0; i < 256; i++) {
    int byte = src[16 + i / 64 * 32 + i % 32];
    out->q[i] = (int8_t)(i % 64 < 32 ? byte & 15 : byte >> 4);
  }
}

static void explode_q5_k(const uint8_t *src, pel_block *out) {
  k4_groups(src, out);
  const uint8_t *high = src + 16, *low = src + 48;
  for (int i = 0; i < 256; i++) {
    int byte = low[i / 64 * 32 + i % 32];
    int nibble = i % 64 < 32 ? byte & 15 : byte >> 4;
    out->q[i] = (int8_t)(nibble | (high[i % 32] >> i / 32 & 1) << 4);
  }
}

static void explode_q6_k(const uint8_t *src, pel_block *out) {
  const uint8_t *low = src, *high = src + 128;
  const int8_t *scales = (const int8_t *)src + 192;
  float d = half_at(src + 208);
  for (int g = 0; g < 16; g++) out->scale[g] = d * (float)scales[g];
  for (int i = 0; i < 256; i++) {
    int half = i / 128, part = i % 128 / 32, l = i % 32;
    int byte = low[half * 64 + (part & 1) * 32 + l];
    int nibble = part < 2 ? byte & 15 : byte >> 4;
    int two = high[half * 32 + l] >> part * 2 & 3;
    out->q[i] = (int8_t)((nibble | two << 4) - 32);
  }
}

static const pel_quant quants[] = {
    [PEL_TYPE_Q8_0] = {32, 34, 32, 0, 0, explode_q8_0},   [PEL_TYPE_Q4_0] = {32, 18, 32, 1, 1, explode_q4_0},
    [PEL_TYPE_Q4_1] = {32, 20, 32, 1, 1, explode_q4_1},   [PEL_TYPE_Q5_0] = {32, 22, 32, 0, 0, explode_q5_0},
    [PEL_TYPE_Q5_1] = {32, 24, 32, 0, 1, explode_q5_1},   [PEL_TYPE_Q2_K] = {256, 84, 16, 0, 1, explode_q2_k},
    [PEL_TYPE_Q3_K] = {256, 110, 16, 0, 0, explode_q3_k}, [PEL_TYPE_Q4_K] = {256, 144, 32, 1, 1, explode_q4_k},
    [PEL_TYPE_Q5_K] = {256, 176, 32, 0, 1, explode_q5_k}, [PEL_TYPE_Q6_K] = {256, 210, 16, 0, 0, explode_q6_k},
};

const pel_quant *pel_quant_of(uint32_t type) {
  if (type >= sizeof quants / sizeof *quants || !quants[type].explode) return NULL;
  return &quants[type];
}

static void dequantize_float(uint32_t type, const uint8_t *src, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) {
    uint16_t h;
    if (type == PEL_TYPE_F32) {
      memcpy(&out[i], src + 4 * i, 4);
    } else {
      memcpy(&h, src + 2 * i, 2);
      out[i] = type == PEL_TYPE_F16 ? pel_half_to_float(h) : pel_bf16_to_float(h);
    }
  }
}

void pel_dequantize(uint32_t type, const uint8_t *src, size_t n, float *out) {
  const pel_quant *quant = pel_quant_of(type);
  if (!quant) {
    dequantize_float(type, src, n, out);
    return;
  }
  pel_block block;
  memset(&block, 0, sizeof block);
  for (size_t at = 0; at < n; at += quant->block, src += quant->block_bytes) {
    quant->explode(src, &block);
    for (uint32_t i = 0; i < quant->block; i++)
      out[at + i] = (float)block.q[i] * block.scale[i / quant->group] + block.min[i / quant->group];
  }
}
