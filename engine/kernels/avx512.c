/* AVX-512 F, BW, DQ, VL and VNNI: sixteen lanes. With PEL_EMULATE_AVX512 the same source is built over SIMDe's
 * portable intrinsics, so that its results can be tested on a machine without the extension. */
#ifdef PEL_EMULATE_AVX512
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>
#include "engine/base/half.h"
#define pel_kernels_avx512 pel_kernels_avx512_emulated
#else
#include <immintrin.h>
#endif
#include <math.h>
#include <stdint.h>

#define W 16
typedef __m512 vf;
typedef __m512i vi;

#define vf_load(p) _mm512_loadu_ps(p)
#define vf_loadu(p) _mm512_loadu_ps(p)
#define vf_storeu(p, a) _mm512_storeu_ps(p, a)
#define vf_set1(a) _mm512_set1_ps(a)
#define vf_add(a, b) _mm512_add_ps(a, b)
#define vf_sub(a, b) _mm512_sub_ps(a, b)
#define vf_mul(a, b) _mm512_mul_ps(a, b)
#define vf_div(a, b) _mm512_div_ps(a, b)
#define vf_max(a, b) _mm512_max_ps(a, b)
#define vf_fma(a, b, c) _mm512_fmadd_ps(a, b, c)
#define vf_bits(a) _mm512_castps_si512(a)
#define vf_abs(a) _mm512_castsi512_ps(_mm512_and_si512(vf_bits(a), _mm512_set1_epi32(0x7fffffff)))
#define vf_negate(a) _mm512_castsi512_ps(_mm512_xor_si512(vf_bits(a), _mm512_set1_epi32((int)0x80000000u)))
#define vf_if_negative(x, a, b) _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), b, a)
#define vf_scale2(y, n) \
  _mm512_castsi512_ps(_mm512_add_epi32(vf_bits(y), _mm512_slli_epi32(vi_from_vf(n), 23)))
#define vf_zero_unless_at_least(y, x, least) \
  _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_set1_ps(least), _CMP_GE_OQ), y)

#define vi_load(p) _mm512_loadu_si512((const void *)(p))
#define vi_store(p, a) _mm512_storeu_si512((void *)(p), a)
#define vi_load_u vi_load
#define vi_store_u vi_store
#define vi_set1(a) _mm512_set1_epi32(a)
#define vi_add(a, b) _mm512_add_epi32(a, b)
#define vi_and(a, b) _mm512_and_si512(a, b)
#define vi_shr32(a, n) _mm512_srli_epi32(a, n)
#define vi_shl16(a, n) _mm512_slli_epi16(a, n)
#define vi_sar16(a, n) _mm512_srai_epi16(a, n)
#define vi_dot16(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#define vi_clamp16(a) \
  _mm512_max_epi32(_mm512_min_epi32(a, _mm512_set1_epi32(32767)), _mm512_set1_epi32(-32768))

#ifdef PEL_EMULATE_AVX512 /* SIMDe lacks a few: spelled out lane by lane */
static inline vf vf_load_half(const uint16_t *p) {
  float lanes[16];
  for (int i = 0; i < 16; i++) lanes[i] = pel_half_to_float(p[i]);
  return vf_loadu(lanes);
}
static inline vf vf_load_bf16(const uint16_t *p) {
  float lanes[16];
  for (int i = 0; i < 16; i++) lanes[i] = pel_bf16_to_float(p[i]);
  return vf_loadu(lanes);
}
static inline void vf_store_half(uint16_t *p, vf a) {
  float lanes[16];
  vf_storeu(lanes, a);
  for (int i = 0; i < 16; i++) p[i] = pel_float_to_half(lanes[i]);
}
static inline float vf_reduce_max(vf a) {
  float lanes[16], most;
  vf_storeu(lanes, a);
  most = lanes[0];
  for (int i = 1; i < 16; i++) most = lanes[i] > most ? lanes[i] : most;
  return most;
}
static inline vi vi_from_vf(vf a) {
  float lanes[16];
  int32_t whole[16];
  vf_storeu(lanes, a);
  for (int i = 0; i < 16; i++) whole[i] = _mm_cvtss_si32(_mm_set_ss(lanes[i]));
  return vi_load(whole);
}
static inline vf vf_from_vi(vi a) {
  int32_t whole[16];
  float lanes[16];
  vi_store(whole, a);
  for (int i = 0; i < 16; i++) lanes[i] = (float)whole[i];
  return vf_loadu(lanes);
}
static inline int32_t vi_reduce_add(vi a) {
  int32_t lanes[16], sum = 0;
  vi_store(lanes, a);
  for (int i = 0; i < 16; i++) sum += lanes[i];
  return sum;
}
static inline void vi_store16(int16_t *p, vi a) {
  int32_t lanes[16];
  vi_store(lanes, a);
  for (int i = 0; i < 16; i++) p[i] = (int16_t)lanes[i];
}
static inline uint16_t half_of(float x) { return pel_float_to_half(x); }
static inline float float_of(uint16_t h) { return pel_half_to_float(h); }
#else
#define vf_load_bf16(p) \
  _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(p))), 16))
#define vf_from_vi(a) _mm512_cvtepi32_ps(a)
#define vi_from_vf(a) _mm512_cvtps_epi32(a)
#define vf_load_half(p) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p)))
#define vf_store_half(p, a) _mm256_storeu_si256((__m256i *)(p), _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT))
#define vf_reduce_max(a) _mm512_reduce_max_ps(a)
#define vi_reduce_add(a) _mm512_reduce_add_epi32(a)
#define vi_store16(p, a) _mm256_storeu_si256((__m256i *)(p), _mm512_cvtsepi32_epi16(a))
static inline uint16_t half_of(float x) {
  return (uint16_t)_mm_cvtsi128_si32(_mm_cvtps_ph(_mm_set_ss(x), _MM_FROUND_TO_NEAREST_INT));
}
static inline float float_of(uint16_t h) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(h))); }
#endif

#include "engine/kernels/simd.h"

const pel_kernels pel_kernels_avx512 = TABLE("avx512");
