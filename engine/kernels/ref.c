/* The plain reference: every other level must give the same bits. */
#include <math.h>

#include "engine/base/half.h"
#include "engine/kernels/exp.h"
#include "engine/kernels/gelu.h"
#include "engine/kernels/levels.h"
#include "engine/kernels/strip.h"

static void quantize_group(const float *x, int16_t *q, float *scale, float sum16[2], float *sum32) {
  float most = 0;
  for (int i = 0; i < PEL_GROUP; i++) most = fmaxf(most, fabsf(x[i]));
  float inverse = most > 0 ? 32767.0f / most : 0;
  int32_t sums[2] = {0, 0};
  for (int i = 0; i < PEL_GROUP; i++) {
    float v = rintf(x[i] * inverse);
    q[i] = (int16_t)(v >= -32767.0f && v <= 32767.0f ? (int)v : -32768); /* NaN: any fixed value */
    sums[i / 16] += q[i];
  }
  *scale = most / 32767.0f;
  sum16[0] = *scale * (float)sums[0];
  sum16[1] = *scale * (float)sums[1];
  *sum32 = *scale * (float)(sums[0] + sums[1]);
}

static void quantize(const pel_acts *a, size_t lo, size_t hi) {
  size_t groups = a->cols / PEL_GROUP;
  for (size_t g = lo * groups; g < hi * groups; g++)
    quantize_group(a->x + g * PEL_GROUP, a->q + g * PEL_GROUP, &a->scale[g], &a->sum16[2 * g], &a->sum32[g]);
}

/* The integer weight of one row (of 16) at column c of a group; `words` follow the group's scales. */
static int weight_q(const pel_matrix *w, const uint8_t *words, uint32_t row, uint32_t c) {
  static const uint8_t byte_of[4] = {0, 2, 1, 3};
  if (w->pack == PEL_PACK_Q8) return (int8_t)words[((size_t)(c / 4) * PEL_STRIP + row) * 4 + byte_of[c % 4]];
  uint32_t nibble = c % 8 / 2 + c % 2 * 4;
  return words[((size_t)(c / 8) * PEL_STRIP + row) * 4 + nibble / 2] >> nibble % 2 * 4 & 15;
}

static float dot_quant(const pel_matrix *w, const uint8_t *strip, uint32_t row, const pel_acts *a, size_t t) {
  size_t header = pel_strip_header(w), bytes = pel_strip_group_bytes(w), groups = w->cols / w->group;
  const int16_t *x = a->q + t * w->cols;
  const float *x_scale = a->scale + t * (w->cols / PEL_GROUP);
  const float *x_sum = w->group == 16 ? a->sum16 + t * (w->cols / 16) : a->sum32 + t * (w->cols / 32);
  float acc = 0;
  for (size_t g = 0; g < groups; g++, strip += bytes) {
    const float *scales = (const float *)strip;
    int32_t sum = 0;
    for (uint32_t i = 0; i < w->group; i++) sum += weight_q(w, strip + header, row, i) * x[g * w->group + i];
    acc = fmaf((float)sum, scales[row] * x_scale[g * w->group / PEL_GROUP], acc);
    if (w->has_min) acc = fmaf(scales[PEL_STRIP + row], x_sum[g], acc);
  }
  return acc;
}

static float dot_float(const pel_matrix *w, const uint8_t *strip, uint32_t row, const float *x) {
  float acc = 0;
  for (size_t c = 0; c < w->cols; c++) {
    size_t at = c * PEL_STRIP + row;
    float v = w->pack == PEL_PACK_F32   ? ((const float *)strip)[at]
              : w->pack == PEL_PACK_F16 ? pel_half_to_float(((const uint16_t *)strip)[at])
                                        : pel_bf16_to_float(((const uint16_t *)strip)[at]);
    acc = fmaf(v, x[c], acc);
  }
  return acc;
}

static void matmul(const pel_matrix *w, size_t lo, size_t hi, const pel_acts *a, size_t n, float *y, size_t y_stride,
                   void *scratch) {
  (void)scratch;
  bool quant = w->pack == PEL_PACK_Q4 || w->pack == PEL_PACK_Q8;
  for (size_t strip = lo; strip < hi; strip++)
    for (uint32_t r = 0; r < PEL_STRIP && strip * PEL_STRIP + r < w->rows; r++)
      for (size_t t = 0; t < n; t++)
        y[t * y_stride + strip * PEL_STRIP + r] = quant ? dot_quant(w, pel_strip_at(w, strip), r, a, t)
                                                        : dot_float(w, pel_strip_at(w, strip), r, a->x + t * w->cols);
}

static void union_of_rows(const pel_row *rows, size_t n, uint32_t *from, uint32_t *to) {
  *from = rows[0].lo, *to = rows[0].hi;
  for (size_t r = 1; r < n; r++) {
    if (rows[r].lo < *from) *from = rows[r].lo;
    if (rows[r].hi > *to) *to = rows[r].hi;
  }
  *from = *from / PEL_KEYS * PEL_KEYS;
  *to = (*to + PEL_KEYS - 1) / PEL_KEYS * PEL_KEYS;
}

static void score_rows(const pel_row_spec *spec, pel_row *rows, size_t n, const uint16_t *blocks) {
  uint32_t from, to;
  union_of_rows(rows, n, &from, &to);
  for (size_t r = 0; r < n; r++) {
    rows[r].from = from, rows[r].to = to;
    for (uint32_t key = from; key < to; key++) {
      const uint16_t *k = blocks + key / PEL_KEYS * spec->head_dim * PEL_KEYS + key % PEL_KEYS;
      float dot = 0;
      for (uint32_t i = 0; i < spec->head_dim; i++)
        dot = fmaf(rows[r].q[i], pel_half_to_float(k[i * PEL_KEYS]), dot);
      float s = spec->scale * dot;
      if (spec->softcap > 0) s = pel_softcap(s, spec->softcap);
      rows[r].s[key - rows[r].base] = key >= rows[r].lo && key < rows[r].hi ? s : PEL_FORBIDDEN;
    }
  }
}

/* Sums 16 lanes: 8 + 8, 4 + 4, 2 + 2, 1 + 1. */
static float fold_lanes(float lane[16]) {
  for (int half = 8; half; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

static void softmax_row(pel_row *row, bool want_entropy) {
  float *s = row->s + (row->from - row->base), m = PEL_FORBIDDEN;
  uint32_t n = row->to - row->from;
  for (uint32_t j = 0; j < n; j++) m = s[j] > m ? s[j] : m;
  float z[16] = {0}, h[16] = {0};
  for (uint32_t j = 0; j < n; j++) {
    float x = s[j] - m, e = pel_exp(x);
    z[j % 16] += e;
    h[j % 16] = fmaf(e, x, h[j % 16]);
    s[j] = e;
  }
  row->m = m;
  row->z = fold_lanes(z);
  if (want_entropy) row->entropy = pel_row_entropy(row->z, fold_lanes(h));
}

static void weigh_row(pel_row *row) {
  float *s = row->s + (row->from - row->base);
  for (uint32_t j = 0; j < row->to - row->from; j++) s[j] = pel_exp(s[j] - row->m) / row->z;
}

static void mix_rows(const pel_row *rows, size_t n, const uint16_t *values, size_t stride, size_t head_dim,
                     float *const *out) {
  for (size_t r = 0; r < n; r++)
    for (size_t d = 0; d < pel_round_up16(head_dim); d++) {
      const uint16_t *v = values + d / 16 * stride * 16 + d % 16;
      float acc = 0;
      for (uint32_t key = rows[r].from; key < rows[r].to; key++)
        acc = fmaf(rows[r].s[key - rows[r].base], pel_half_to_float(v[(size_t)key * 16]), acc);
      out[r][d] = acc / rows[r].z;
    }
}

static void column_rows(const pel_row *rows, size_t n, uint32_t *sum, float *block_max) {
  for (size_t r = 0; r < n; r++) {
    float inverse = 1.0f / rows[r].z;
    for (uint32_t key = rows[r].from; key < rows[r].to; key++) {
      uint32_t at = key - rows[r].base;
      float w = rows[r].s[at] * inverse;
      sum[at] += w >= 0 && w <= 1.5f ? (uint32_t)rintf(w * 16777216.0f) : 0x80000000u; /* NaN: what cvtps gives */
      if (w > block_max[at / 32]) block_max[at / 32] = w;
    }
  }
}

static void rms_norm(const float *x, const float *weight, size_t n, float eps, float *out) {
  float lane[16] = {0};
  for (size_t i = 0; i < n; i++) lane[i % 16] = fmaf(x[i], x[i], lane[i % 16]);
  float scale = 1.0f / sqrtf(fold_lanes(lane) / (float)n + eps);
  for (size_t i = 0; i < n; i++) out[i] = weight ? x[i] * scale * weight[i] : x[i] * scale;
}

static void silu_mul(float *gate, const float *up, size_t n) {
  for (size_t i = 0; i < n; i++) gate[i] = gate[i] * pel_sigmoid(gate[i]) * up[i];
}

static void gelu_mul(float *gate, const float *up, size_t n) {
  for (size_t i = 0; i < n; i++) gate[i] = pel_gelu(gate[i]) * up[i];
}

static void gelu_erf(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = pel_gelu_erf(x[i]);
}

static void layer_norm(const float *x, const float *weight, const float *bias, size_t n, float eps, float *out) {
  float sum[16] = {0}, square[16] = {0};
  for (size_t i = 0; i < n; i++) sum[i % 16] += x[i];
  float mean = fold_lanes(sum) / (float)n;
  for (size_t i = 0; i < n; i++) square[i % 16] = fmaf(x[i] - mean, x[i] - mean, square[i % 16]);
  float scale = 1.0f / sqrtf(fold_lanes(square) / (float)n + eps);
  for (size_t i = 0; i < n; i++) out[i] = fmaf((x[i] - mean) * scale, weight[i], bias[i]);
}

static void half_from_float(const float *x, uint16_t *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = pel_float_to_half(x[i]);
}

static void float_from_half(const uint16_t *x, float *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = pel_half_to_float(x[i]);
}

const pel_kernels pel_kernels_ref = {
    "ref",       quantize, matmul,   score_rows, softmax_row, weigh_row,  mix_rows,
    column_rows, rms_norm, silu_mul, gelu_mul,   gelu_erf,    layer_norm, half_from_float, float_from_half,
};
