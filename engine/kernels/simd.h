/* The fast kernels, written once over a small vector vocabulary that avx2.c and avx512.c define before including
 * this file: W lanes, vf (floats), vi (ints), and vf_* / vi_* operations that are each one correctly rounded step.
 * Sixteen lanes (a strip's rows, a block's keys) are NV = 16 / W vectors. Operation order equals ref.c's. */
#include <string.h>

#include "engine/kernels/exp.h"
#include "engine/kernels/gelu.h"
#include "engine/kernels/levels.h"
#include "engine/kernels/strip.h"

#define NV (16 / W)
#define FORCE static inline __attribute__((always_inline))
#define EACH(v) for (int v = 0; v < NV; v++)

/* Lanes folded 8, 4, 2, 1. */
FORCE float fold(const vf lanes[NV]) {
  float lane[16];
  EACH(v) vf_storeu(lane + v * W, lanes[v]);
  for (int half = 8; half; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

FORCE vf exp_v(vf x) {
  vf n = vf_sub(vf_fma(x, vf_set1(PEL_EXP_LOG2E), vf_set1(PEL_EXP_ROUND)), vf_set1(PEL_EXP_ROUND));
  vf r = vf_fma(n, vf_set1(PEL_EXP_LN2_LOW), vf_fma(n, vf_set1(PEL_EXP_LN2_HIGH), x));
  vf p = vf_fma(vf_set1(PEL_EXP_P4), r, vf_set1(PEL_EXP_P3));
  p = vf_fma(p, r, vf_set1(PEL_EXP_P2));
  p = vf_fma(p, r, vf_set1(PEL_EXP_P1));
  p = vf_fma(p, r, vf_set1(PEL_EXP_P0));
  vf y = vf_add(vf_fma(p, vf_mul(r, r), r), vf_set1(1.0f));
  return vf_zero_unless_at_least(vf_scale2(y, n), x, PEL_EXP_LEAST);
}

/* ---- activations ---- */

static void quantize(const pel_acts *a, size_t lo, size_t hi) {
  size_t groups = a->cols / PEL_GROUP;
  for (size_t g = lo * groups; g < hi * groups; g++) {
    const float *x = a->x + g * PEL_GROUP;
    vf most = vf_set1(0);
    for (int i = 0; i < PEL_GROUP; i += W) most = vf_max(most, vf_abs(vf_loadu(x + i)));
    float peak = vf_reduce_max(most), inverse = peak > 0 ? 32767.0f / peak : 0;
    int32_t sums[2] = {0, 0};
    for (int i = 0; i < PEL_GROUP; i += W) {
      vi q = vi_clamp16(vi_from_vf(vf_mul(vf_loadu(x + i), vf_set1(inverse))));
      vi_store16(a->q + g * PEL_GROUP + i, q);
      sums[i / 16] += vi_reduce_add(q);
    }
    a->scale[g] = peak / 32767.0f;
    a->sum16[2 * g] = a->scale[g] * (float)sums[0];
    a->sum16[2 * g + 1] = a->scale[g] * (float)sums[1];
    a->sum32[g] = a->scale[g] * (float)(sums[0] + sums[1]);
  }
}

/* ---- quantised products ---- */

/* A column pair of all 16 rows as 16-bit halves: pair p (of group / 2) of a group's words. */
FORCE vi pair_of_word(pel_pack pack, vi word, int t) {
  if (pack == PEL_PACK_Q4) return vi_and(vi_shr32(word, 4 * t), vi_set1(0x000f000f));
  return t == 0 ? vi_sar16(vi_shl16(word, 8), 8) : vi_sar16(word, 8);
}

/* One strip's quants unpacked to 16-bit column pairs: out[cols / 2][16 rows]. */
FORCE void unpack_strip(pel_pack pack, const pel_matrix *w, const uint8_t *strip, int32_t *out) {
  size_t header = pel_strip_header(w), bytes = pel_strip_group_bytes(w), groups = w->cols / w->group;
  const int per_word = pack == PEL_PACK_Q4 ? 4 : 2;
  size_t words = w->group / 2 / per_word;
  for (size_t g = 0; g < groups; g++, strip += bytes)
    for (size_t i = 0; i < words; i++)
      EACH(v) {
        vi word = vi_load(strip + header + (i * 16 + v * W) * 4);
        for (int t = 0; t < per_word; t++)
          vi_store(out + ((g * words + i) * per_word + t) * 16 + v * W, pair_of_word(pack, word, t));
      }
}

typedef struct group_scales {
  const float *weight; /* scale[16], min[16] of the strip's group */
  bool has_min;
} group_scales;

/* What a group adds to the rows' accumulators of one token. */
FORCE void add_group(vf acc[NV], const vi sum[NV], group_scales s, float x_scale, float x_sum) {
  EACH(v) {
    acc[v] = vf_fma(vf_from_vi(sum[v]), vf_mul(vf_load(s.weight + v * W), vf_set1(x_scale)), acc[v]);
    if (s.has_min) acc[v] = vf_fma(vf_load(s.weight + 16 + v * W), vf_set1(x_sum), acc[v]);
  }
}

FORCE void store_rows(const pel_matrix *w, size_t strip, const vf acc[NV], float *y) {
  size_t left = w->rows - strip * PEL_STRIP;
  if (left >= PEL_STRIP) {
    EACH(v) vf_storeu(y + v * W, acc[v]);
    return;
  }
  float lanes[PEL_STRIP];
  EACH(v) vf_storeu(lanes + v * W, acc[v]);
  memcpy(y, lanes, left * sizeof *y);
}

/* T tokens against one unpacked strip. x points at the first of the T tokens. */
FORCE void quant_tile(const int T, const bool has_min, const pel_matrix *w, size_t strip, const int32_t *pairs, const pel_acts *a,
                      size_t token, float *y, size_t y_stride) {
  const uint8_t *scales = pel_strip_at(w, strip);
  const size_t bytes = pel_strip_group_bytes(w), groups = w->cols / w->group, half = w->group / 2;
  const size_t x_groups = w->cols / PEL_GROUP, sums = w->cols / w->group;
  const float *x_sum = (w->group == 16 ? a->sum16 : a->sum32) + token * sums;
  const float *x_scale = a->scale + token * x_groups;
  const int16_t *x = a->q + token * w->cols;
  vf acc[T][NV];
  for (int t = 0; t < T; t++) EACH(v) acc[t][v] = vf_set1(0);
  for (size_t g = 0; g < groups; g++, scales += bytes) {
    vi sum[T][NV];
    for (int t = 0; t < T; t++) EACH(v) sum[t][v] = vi_set1(0);
    const int32_t *p = pairs + g * half * 16;
    for (size_t i = 0; i < half; i++, p += 16) {
      vi weight[NV];
      EACH(v) weight[v] = vi_load(p + v * W);
      for (int t = 0; t < T; t++) {
        int32_t two;
        memcpy(&two, x + t * w->cols + g * w->group + 2 * i, 4);
        vi xx = vi_set1(two);
        EACH(v) sum[t][v] = vi_dot16(sum[t][v], weight[v], xx);
      }
    }
    group_scales s = {(const float *)scales, has_min};
    for (int t = 0; t < T; t++)
      add_group(acc[t], sum[t], s, x_scale[t * x_groups + g * w->group / PEL_GROUP], x_sum[t * sums + g]);
  }
  for (int t = 0; t < T; t++) store_rows(w, strip, acc[t], y + t * y_stride);
}

/* One token against one packed strip, unpacked in registers. */
FORCE void quant_vector(pel_pack pack, const bool has_min, const pel_matrix *w, size_t strip, const pel_acts *a, float *y) {
  const uint8_t *at = pel_strip_at(w, strip);
  const size_t header = pel_strip_header(w), bytes = pel_strip_group_bytes(w), groups = w->cols / w->group;
  const int per_word = pack == PEL_PACK_Q4 ? 4 : 2;
  const size_t words = w->group / 2 / per_word;
  const float *x_sum = w->group == 16 ? a->sum16 : a->sum32;
  vf acc[NV];
  EACH(v) acc[v] = vf_set1(0);
  for (size_t g = 0; g < groups; g++, at += bytes) {
    vi sum[NV];
    EACH(v) sum[v] = vi_set1(0);
    const int16_t *x = a->q + g * w->group;
    for (size_t i = 0; i < words; i++)
      EACH(v) {
        vi word = vi_load(at + header + (i * 16 + v * W) * 4);
        for (int t = 0; t < per_word; t++) {
          int32_t two;
          memcpy(&two, x + (i * per_word + t) * 2, 4);
          sum[v] = vi_dot16(sum[v], pair_of_word(pack, word, t), vi_set1(two));
        }
      }
    add_group(acc, sum, (group_scales){(const float *)at, has_min}, a->scale[g * w->group / PEL_GROUP], x_sum[g]);
  }
  store_rows(w, strip, acc, y);
}

FORCE void quant_strip(pel_pack pack, const bool has_min, const pel_matrix *w, size_t strip, const pel_acts *a, size_t n,
                       float *y, size_t y_stride, int32_t *pairs) {
  y += strip * PEL_STRIP;
  if (n == 1) {
    quant_vector(pack, has_min, w, strip, a, y);
    return;
  }
  unpack_strip(pack, w, pel_strip_at(w, strip), pairs);
  size_t t = 0;
  for (; t + 4 <= n; t += 4) quant_tile(4, has_min, w, strip, pairs, a, t, y + t * y_stride, y_stride);
  for (; t < n; t++) quant_tile(1, has_min, w, strip, pairs, a, t, y + t * y_stride, y_stride);
}

/* ---- float products ---- */

FORCE vf load_weights(pel_pack pack, const uint8_t *strip, size_t at) {
  if (pack == PEL_PACK_F32) return vf_load((const float *)strip + at);
  if (pack == PEL_PACK_F16) return vf_load_half((const uint16_t *)strip + at);
  return vf_load_bf16((const uint16_t *)strip + at);
}

/* S strips against T tokens. */
FORCE void float_tile(const int S, const int T, pel_pack pack, const pel_matrix *w, size_t strip, const float *x,
                      float *y, size_t y_stride) {
  vf acc[S][T][NV];
  for (int s = 0; s < S; s++)
    for (int t = 0; t < T; t++) EACH(v) acc[s][t][v] = vf_set1(0);
  const uint8_t *base = pel_strip_at(w, strip);
  for (size_t c = 0; c < w->cols; c++)
    for (int s = 0; s < S; s++) {
      vf weight[NV];
      EACH(v) weight[v] = load_weights(pack, base + s * w->strip_bytes, c * 16 + v * W);
      for (int t = 0; t < T; t++) {
        vf xx = vf_set1(x[t * w->cols + c]);
        EACH(v) acc[s][t][v] = vf_fma(weight[v], xx, acc[s][t][v]);
      }
    }
  for (int s = 0; s < S; s++)
    for (int t = 0; t < T; t++) store_rows(w, strip + s, acc[s][t], y + t * y_stride + (strip + s) * PEL_STRIP);
}

FORCE void float_strips(pel_pack pack, const pel_matrix *w, size_t lo, size_t hi, const float *x, size_t n, float *y,
                        size_t y_stride) {
  if (n == 1) {
    for (; lo + 4 <= hi; lo += 4) float_tile(4, 1, pack, w, lo, x, y, y_stride);
    for (; lo < hi; lo++) float_tile(1, 1, pack, w, lo, x, y, y_stride);
    return;
  }
  for (; lo < hi; lo++) {
    size_t t = 0;
    for (; t + 6 <= n; t += 6) float_tile(1, 6, pack, w, lo, x + t * w->cols, y + t * y_stride, y_stride);
    for (; t < n; t++) float_tile(1, 1, pack, w, lo, x + t * w->cols, y + t * y_stride, y_stride);
  }
}

static void matmul(const pel_matrix *w, size_t lo, size_t hi, const pel_acts *a, size_t n, float *y, size_t y_stride,
                   void *scratch) {
  switch (w->pack) {
    case PEL_PACK_Q4:
      for (; lo < hi; lo++) quant_strip(PEL_PACK_Q4, true, w, lo, a, n, y, y_stride, scratch);
      break;
    case PEL_PACK_Q8:
      if (w->has_min)
        for (; lo < hi; lo++) quant_strip(PEL_PACK_Q8, true, w, lo, a, n, y, y_stride, scratch);
      else
        for (; lo < hi; lo++) quant_strip(PEL_PACK_Q8, false, w, lo, a, n, y, y_stride, scratch);
      break;
    case PEL_PACK_F16: float_strips(PEL_PACK_F16, w, lo, hi, a->x, n, y, y_stride); break;
    case PEL_PACK_BF16: float_strips(PEL_PACK_BF16, w, lo, hi, a->x, n, y, y_stride); break;
    case PEL_PACK_F32: float_strips(PEL_PACK_F32, w, lo, hi, a->x, n, y, y_stride); break;
  }
}

/* ---- attention rows ---- */

FORCE void forbid_outside(pel_row *row, uint32_t key) {
  float *s = row->s + (key - row->base);
  for (uint32_t j = 0; j < PEL_KEYS; j++)
    if (key + j < row->lo || key + j >= row->hi) s[j] = PEL_FORBIDDEN;
}

FORCE void score_block(const int R, const pel_row_spec *spec, pel_row *rows, const uint16_t *block, uint32_t key) {
  vf dot[R][NV];
  for (int r = 0; r < R; r++) EACH(v) dot[r][v] = vf_set1(0);
  for (uint32_t i = 0; i < spec->head_dim; i++) {
    vf k[NV];
    EACH(v) k[v] = vf_load_half(block + i * PEL_KEYS + v * W);
    for (int r = 0; r < R; r++) {
      vf q = vf_set1(rows[r].q[i]);
      EACH(v) dot[r][v] = vf_fma(q, k[v], dot[r][v]);
    }
  }
  for (int r = 0; r < R; r++) {
    float *s = rows[r].s + (key - rows[r].base);
    EACH(v) vf_storeu(s + v * W, vf_mul(vf_set1(spec->scale), dot[r][v]));
    if (spec->softcap > 0)
      for (int j = 0; j < PEL_KEYS; j++) s[j] = pel_softcap(s[j], spec->softcap);
    if (key < rows[r].lo || key + PEL_KEYS > rows[r].hi) forbid_outside(&rows[r], key);
  }
}

FORCE void score_all(const int R, const pel_row_spec *spec, pel_row *rows, const uint16_t *blocks) {
  for (uint32_t key = rows[0].from; key < rows[0].to; key += PEL_KEYS)
    score_block(R, spec, rows, blocks + (size_t)(key / PEL_KEYS) * spec->head_dim * PEL_KEYS, key);
}

static void score_rows(const pel_row_spec *spec, pel_row *rows, size_t n, const uint16_t *blocks) {
  uint32_t from = rows[0].lo, to = rows[0].hi;
  for (size_t r = 1; r < n; r++) {
    if (rows[r].lo < from) from = rows[r].lo;
    if (rows[r].hi > to) to = rows[r].hi;
  }
  for (size_t r = 0; r < n; r++) {
    rows[r].from = from / PEL_KEYS * PEL_KEYS;
    rows[r].to = (to + PEL_KEYS - 1) / PEL_KEYS * PEL_KEYS;
  }
  switch (n) {
    case 1: score_all(1, spec, rows, blocks); break;
    case 2: score_all(2, spec, rows, blocks); break;
    case 3: score_all(3, spec, rows, blocks); break;
    case 4: score_all(4, spec, rows, blocks); break;
    case 5: score_all(5, spec, rows, blocks); break;
    default: score_all(6, spec, rows, blocks); break;
  }
}

FORCE float row_max(const float *s, uint32_t n) {
  vf m[NV];
  EACH(v) m[v] = vf_set1(PEL_FORBIDDEN);
  for (uint32_t j = 0; j < n; j += 16) EACH(v) m[v] = vf_max(m[v], vf_loadu(s + j + v * W));
  for (int v = 1; v < NV; v++) m[0] = vf_max(m[0], m[v]);
  return vf_reduce_max(m[0]);
}

static void softmax_row(pel_row *row, bool want_entropy) {
  float *s = row->s + (row->from - row->base);
  uint32_t n = row->to - row->from;
  float m = row_max(s, n);
  vf z[NV], h[NV], mm = vf_set1(m);
  EACH(v) z[v] = h[v] = vf_set1(0);
  if (want_entropy)
    for (uint32_t j = 0; j < n; j += 16) EACH(v) {
        vf x = vf_sub(vf_loadu(s + j + v * W), mm), e = exp_v(x);
        z[v] = vf_add(z[v], e);
        h[v] = vf_fma(e, x, h[v]);
        vf_storeu(s + j + v * W, e);
      }
  else
    for (uint32_t j = 0; j < n; j += 16) EACH(v) {
        vf e = exp_v(vf_sub(vf_loadu(s + j + v * W), mm));
        z[v] = vf_add(z[v], e);
        vf_storeu(s + j + v * W, e);
      }
  row->m = m;
  row->z = fold(z);
  if (want_entropy) row->entropy = pel_row_entropy(row->z, fold(h));
}

static void weigh_row(pel_row *row) {
  float *s = row->s + (row->from - row->base);
  vf m = vf_set1(row->m), z = vf_set1(row->z);
  for (uint32_t j = 0; j < row->to - row->from; j += W)
    vf_storeu(s + j, vf_div(exp_v(vf_sub(vf_loadu(s + j), m)), z));
}

FORCE void mix_chunk(const int R, const pel_row *rows, const uint16_t *v16, size_t d, float *const *out) {
  vf acc[R][NV];
  for (int r = 0; r < R; r++) EACH(v) acc[r][v] = vf_set1(0);
  for (uint32_t key = rows[0].from; key < rows[0].to; key++) {
    vf value[NV];
    EACH(v) value[v] = vf_load_half(v16 + (size_t)key * 16 + v * W);
    for (int r = 0; r < R; r++) {
      vf e = vf_set1(rows[r].s[key - rows[r].base]);
      EACH(v) acc[r][v] = vf_fma(e, value[v], acc[r][v]);
    }
  }
  for (int r = 0; r < R; r++)
    EACH(v) vf_storeu(out[r] + d + v * W, vf_div(acc[r][v], vf_set1(rows[r].z)));
}

static void mix_rows(const pel_row *rows, size_t n, const uint16_t *values, size_t stride, size_t head_dim,
                     float *const *out) {
  for (size_t d = 0; d < head_dim; d += 16, values += stride * 16) switch (n) {
      case 1: mix_chunk(1, rows, values, d, out); break;
      case 2: mix_chunk(2, rows, values, d, out); break;
      case 3: mix_chunk(3, rows, values, d, out); break;
      case 4: mix_chunk(4, rows, values, d, out); break;
      case 5: mix_chunk(5, rows, values, d, out); break;
      default: mix_chunk(6, rows, values, d, out); break;
    }
}

FORCE void column_all(const int R, const pel_row *rows, uint32_t *sum, float *block_max) {
  vf inverse[R];
  for (int r = 0; r < R; r++) inverse[r] = vf_set1(1.0f / rows[r].z);
  const vf one = vf_set1(16777216.0f);
  const uint32_t base = rows[0].base;
  for (uint32_t key = rows[0].from; key < rows[0].to;) {
    uint32_t at = key - base, block = at / 32, end = (block + 1) * 32 + base;
    if (end > rows[0].to) end = rows[0].to;
    vf most = vf_set1(block_max[block]);
    for (; key < end; key += W) {
      vi total = vi_load_u(sum + (key - base));
      for (int r = 0; r < R; r++) {
        vf w = vf_mul(vf_loadu(rows[r].s + (key - base)), inverse[r]);
        most = vf_max(most, w);
        total = vi_add(total, vi_from_vf(vf_mul(w, one)));
      }
      vi_store_u(sum + (key - base), total);
    }
    block_max[block] = vf_reduce_max(most);
  }
}

static void column_rows(const pel_row *rows, size_t n, uint32_t *sum, float *block_max) {
  switch (n) {
    case 1: column_all(1, rows, sum, block_max); break;
    case 2: column_all(2, rows, sum, block_max); break;
    case 3: column_all(3, rows, sum, block_max); break;
    case 4: column_all(4, rows, sum, block_max); break;
    case 5: column_all(5, rows, sum, block_max); break;
    default: column_all(6, rows, sum, block_max); break;
  }
}

/* ---- element by element ---- */

static void rms_norm(const float *x, const float *weight, size_t n, float eps, float *out) {
  vf lanes[NV];
  EACH(v) lanes[v] = vf_set1(0);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) EACH(v) lanes[v] = vf_fma(vf_loadu(x + i + v * W), vf_loadu(x + i + v * W), lanes[v]);
  float lane[16];
  EACH(v) vf_storeu(lane + v * W, lanes[v]);
  for (; i < n; i++) lane[i % 16] = fmaf(x[i], x[i], lane[i % 16]);
  EACH(v) lanes[v] = vf_loadu(lane + v * W);
  float scale = 1.0f / sqrtf(fold(lanes) / (float)n + eps);
  for (i = 0; i + W <= n; i += W) {
    vf y = vf_mul(vf_loadu(x + i), vf_set1(scale));
    vf_storeu(out + i, weight ? vf_mul(y, vf_loadu(weight + i)) : y);
  }
  for (; i < n; i++) out[i] = weight ? x[i] * scale * weight[i] : x[i] * scale;
}

FORCE vf sigmoid_v(vf x) {
  vf e = exp_v(vf_negate(vf_abs(x))), one = vf_set1(1.0f);
  return vf_div(vf_if_negative(x, e, one), vf_add(one, e));
}

static void silu_mul(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + W <= n; i += W) {
    vf g = vf_loadu(gate + i);
    vf_storeu(gate + i, vf_mul(vf_mul(g, sigmoid_v(g)), vf_loadu(up + i)));
  }
  for (; i < n; i++) gate[i] = gate[i] * pel_sigmoid(gate[i]) * up[i];
}

static void gelu_mul(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + W <= n; i += W) {
    vf x = vf_loadu(gate + i);
    vf cubic = vf_mul(vf_mul(vf_mul(vf_set1(0.044715f), x), x), x);
    vf g = vf_mul(x, sigmoid_v(vf_mul(vf_set1(1.5957691216f), vf_add(x, cubic))));
    vf_storeu(gate + i, vf_mul(g, vf_loadu(up + i)));
  }
  for (; i < n; i++) gate[i] = pel_gelu(gate[i]) * up[i];
}

FORCE vf gelu_erf_v(vf x) {
  static const float factors[] = {PEL_GELU_7, PEL_GELU_6, PEL_GELU_5, PEL_GELU_4, PEL_GELU_3, PEL_GELU_2, PEL_GELU_1, PEL_GELU_0};
  vf one = vf_set1(1.0f), a = vf_abs(x), t = vf_div(one, vf_fma(vf_set1(PEL_GELU_P), a, one)), p = vf_set1(PEL_GELU_8);
  for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) p = vf_fma(p, t, vf_set1(factors[i]));
  vf h = vf_mul(exp_v(vf_mul(vf_mul(vf_set1(-0.5f), a), a)), p);
  return vf_mul(x, vf_if_negative(x, h, vf_sub(one, h)));
}

static void gelu_erf(float *x, size_t n) {
  size_t i = 0;
  for (; i + W <= n; i += W) vf_storeu(x + i, gelu_erf_v(vf_loadu(x + i)));
  for (; i < n; i++) x[i] = pel_gelu_erf(x[i]);
}

/* The sum over x of (x - mean)^power, power 1 or 2, in 16 lanes. */
FORCE float sum_lanes(const float *x, size_t n, float mean, const int power) {
  vf lanes[NV], m = vf_set1(mean);
  EACH(v) lanes[v] = vf_set1(0);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) EACH(v) {
      vf d = vf_loadu(x + i + v * W);
      if (power == 2) d = vf_sub(d, m);
      lanes[v] = power == 2 ? vf_fma(d, d, lanes[v]) : vf_add(lanes[v], d);
    }
  float lane[16];
  EACH(v) vf_storeu(lane + v * W, lanes[v]);
  for (; i < n; i++) lane[i % 16] = power == 2 ? fmaf(x[i] - mean, x[i] - mean, lane[i % 16]) : lane[i % 16] + x[i];
  EACH(v) lanes[v] = vf_loadu(lane + v * W);
  return fold(lanes);
}

static void layer_norm(const float *x, const float *weight, const float *bias, size_t n, float eps, float *out) {
  float mean = sum_lanes(x, n, 0, 1) / (float)n;
  float scale = 1.0f / sqrtf(sum_lanes(x, n, mean, 2) / (float)n + eps);
  size_t i = 0;
  for (; i + W <= n; i += W) {
    vf y = vf_mul(vf_sub(vf_loadu(x + i), vf_set1(mean)), vf_set1(scale));
    vf_storeu(out + i, vf_fma(y, vf_loadu(weight + i), vf_loadu(bias + i)));
  }
  for (; i < n; i++) out[i] = fmaf((x[i] - mean) * scale, weight[i], bias[i]);
}

static void half_from_float(const float *x, uint16_t *out, size_t n) {
  size_t i = 0;
  for (; i + W <= n; i += W) vf_store_half(out + i, vf_loadu(x + i));
  for (; i < n; i++) out[i] = half_of(x[i]);
}

static void float_from_half(const uint16_t *x, float *out, size_t n) {
  size_t i = 0;
  for (; i + W <= n; i += W) vf_storeu(out + i, vf_load_half(x + i));
  for (; i < n; i++) out[i] = float_of(x[i]);
}

#define TABLE(name)                                                                                              \
  {name,        quantize, matmul,   score_rows, softmax_row, weigh_row,  mix_rows,                               \
   column_rows, rms_norm, silu_mul, gelu_mul,   gelu_erf,    layer_norm, half_from_float, float_from_half}
