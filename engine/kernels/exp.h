/* exp on x <= 0, the project's own, the same bits at every kernel level: a part of the attention row's definition.
 *
 *   x < -86            gives 0 (so that no subnormal is ever made)
 *   n = rint (x * log2 e), by adding and taking away 1.5 * 2^23
 *   r = x - n ln 2, ln 2 in two parts
 *   exp (r) = 1 + (r + r^2 P (r)), P of degree 4 fitted on Chebyshev nodes; times 2^n by adding to the exponent
 * Every step is one correctly rounded f32 operation, fma where written. Largest relative error 8.6e-8. */
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#define PEL_EXP_LEAST (-86.0f)
#define PEL_EXP_LOG2E 0x1.715476p+0f
#define PEL_EXP_ROUND 12582912.0f
#define PEL_EXP_LN2_HIGH (-0x1.63p-1f)
#define PEL_EXP_LN2_LOW 0x1.bd0106p-13f
#define PEL_EXP_P0 0x1.0000000p-1f
#define PEL_EXP_P1 0x1.5554dcp-3f
#define PEL_EXP_P2 0x1.5554e8p-5f
#define PEL_EXP_P3 0x1.120be8p-7f
#define PEL_EXP_P4 0x1.6d43b0p-10f

static inline float pel_exp(float x) {
  if (!(x >= PEL_EXP_LEAST)) return 0.0f;
  float n = fmaf(x, PEL_EXP_LOG2E, PEL_EXP_ROUND) - PEL_EXP_ROUND;
  float r = fmaf(n, PEL_EXP_LN2_LOW, fmaf(n, PEL_EXP_LN2_HIGH, x));
  float p = PEL_EXP_P4;
  p = fmaf(p, r, PEL_EXP_P3);
  p = fmaf(p, r, PEL_EXP_P2);
  p = fmaf(p, r, PEL_EXP_P1);
  p = fmaf(p, r, PEL_EXP_P0);
  float y = fmaf(p, r * r, r) + 1.0f;
  uint32_t bits;
  memcpy(&bits, &y, 4);
  bits += (uint32_t)(int32_t)n << 23;
  memcpy(&y, &bits, 4);
  return y;
}

/* 1 / (1 + exp (-x)), without overflow on either side. */
static inline float pel_sigmoid(float x) {
  float e = pel_exp(-fabsf(x));
  return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

/* x Phi (x) in the tanh form: x * sigmoid (2 sqrt (2 / pi) (x + 0.044715 x^3)). */
static inline float pel_gelu(float x) {
  float cubic = 0.044715f * x * x * x;
  return x * pel_sigmoid(1.5957691216f * (x + cubic));
}

/* c tanh (s / c): the soft cap of attention scores and logits. */
static inline float pel_softcap(float s, float cap) {
  float y = s / cap, e = pel_exp(-2.0f * fabsf(y));
  float t = (1.0f - e) / (1.0f + e);
  return y < 0 ? cap * -t : cap * t;
}

/* Entropy of a softmax row in nats, from Z and h = sum e (s - m):  ln Z - h / Z. The logarithm is taken in double
 * precision and rounded once, so that it does not depend on the C library. */
static inline float pel_row_entropy(float z, float h) { return (float)log((double)z) - h / z; }
