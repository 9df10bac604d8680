/* x Phi (x) with the normal distribution itself (erf), not its tanh form; the same bits at every kernel level.
 *
 *   a = |x|,  t = 1 / (1 + p a),  h = exp (-a^2 / 2) P (t):  1 - Phi (a), P of degree 8 fitted with p = 15 / 64
 *   x >= 0: x (1 - h),  x < 0: x h
 * Every step is one correctly rounded f32 operation, fma where written. The result is within 4e-7 for |x| <= 13 and
 * within 1.2e-7 of max (1, |x|). */
#pragma once
#include "engine/kernels/exp.h"

#define PEL_GELU_P 0.234375f
#define PEL_GELU_0 0x1.6662bcp-17f
#define PEL_GELU_1 0x1.7e8fbcp-4f
#define PEL_GELU_2 0x1.7e671cp-4f
#define PEL_GELU_3 0x1.834f52p-4f
#define PEL_GELU_4 0x1.4fff36p-5f
#define PEL_GELU_5 0x1.666840p-3f
#define PEL_GELU_6 (-0x1.291840p-3f)
#define PEL_GELU_7 0x1.b25a34p-3f
#define PEL_GELU_8 (-0x1.07a56ap-4f)

static inline float pel_gelu_erf(float x) {
  float a = fabsf(x), t = 1.0f / fmaf(PEL_GELU_P, a, 1.0f), p = PEL_GELU_8;
  p = fmaf(p, t, PEL_GELU_7);
  p = fmaf(p, t, PEL_GELU_6);
  p = fmaf(p, t, PEL_GELU_5);
  p = fmaf(p, t, PEL_GELU_4);
  p = fmaf(p, t, PEL_GELU_3);
  p = fmaf(p, t, PEL_GELU_2);
  p = fmaf(p, t, PEL_GELU_1);
  p = fmaf(p, t, PEL_GELU_0);
  float h = pel_exp(-0.5f * a * a) * p;
  return x * (x < 0 ? h : 1.0f - h);
}
