/* AVX2 + FMA + F16C: eight lanes. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#define W 8
typedef __m256 vf;
typedef __m256i vi;

#define vf_load(p) _mm256_load_ps(p)
#define vf_loadu(p) _mm256_loadu_ps(p)
#define vf_storeu(p, a) _mm256_storeu_ps(p, a)
#define vf_set1(a) _mm256_set1_ps(a)
#define vf_add(a, b) _mm256_add_ps(a, b)
#define vf_sub(a, b) _mm256_sub_ps(a, b)
#define vf_mul(a, b) _mm256_mul_ps(a, b)
#define vf_div(a, b) _mm256_div_ps(a, b)
#define vf_max(a, b) _mm256_max_ps(a, b)
#define vf_fma(a, b, c) _mm256_fmadd_ps(a, b, c)
#define vf_abs(a) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a)
#define vf_negate(a) _mm256_xor_ps(_mm256_set1_ps(-0.0f), a)
#define vf_if_negative(x, a, b) _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ))
#define vf_load_half(p) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p)))
#define vf_store_half(p, a) _mm_storeu_si128((__m128i *)(p), _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT))
#define vf_load_bf16(p) \
  _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(p))), 16))
/* y * 2^n for integral n, by adding to the exponent. */
#define vf_scale2(y, n) \
  _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(y), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23)))
#define vf_zero_unless_at_least(y, x, least) _mm256_and_ps(y, _mm256_cmp_ps(x, _mm256_set1_ps(least), _CMP_GE_OQ))

#define vi_load(p) _mm256_load_si256((const __m256i *)(p))
#define vi_store(p, a) _mm256_store_si256((__m256i *)(p), a)
#define vi_load_u(p) _mm256_loadu_si256((const __m256i *)(p))
#define vi_store_u(p, a) _mm256_storeu_si256((__m256i *)(p), a)
#define vi_set1(a) _mm256_set1_epi32(a)
#define vi_add(a, b) _mm256_add_epi32(a, b)
#define vi_and(a, b) _mm256_and_si256(a, b)
#define vi_shr32(a, n) _mm256_srli_epi32(a, n)
#define vi_shl16(a, n) _mm256_slli_epi16(a, n)
#define vi_sar16(a, n) _mm256_srai_epi16(a, n)
#define vi_dot16(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#define vi_from_vf(a) _mm256_cvtps_epi32(a)
#define vf_from_vi(a) _mm256_cvtepi32_ps(a)
#define vi_clamp16(a) \
  _mm256_max_epi32(_mm256_min_epi32(a, _mm256_set1_epi32(32767)), _mm256_set1_epi32(-32768))

static inline float vf_reduce_max(vf a) {
  __m128 m = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  m = _mm_max_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_max_ss(m, _mm_shuffle_ps(m, m, 1)));
}

static inline int32_t vi_reduce_add(vi a) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

static inline void vi_store16(int16_t *p, vi a) {
  _mm_storeu_si128((__m128i *)p, _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
}

static inline uint16_t half_of(float x) { return (uint16_t)_cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT); }
static inline float float_of(uint16_t h) { return _cvtsh_ss(h); }

#include "engine/kernels/simd.h"

const pel_kernels pel_kernels_avx2 = TABLE("avx2");
