/* IEEE half precision in plain C: the definition that the vector instructions are tested against.
 * Rounding is to nearest even; overflow gives infinity; subnormals are kept. */
#pragma once
#include <stdint.h>
#include <string.h>

static inline float pel_half_to_float(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000u) << 16, exponent = (h >> 10) & 31u, mantissa = h & 1023u, bits;
  if (exponent == 31)
    bits = sign | 0x7f800000u | mantissa << 13 | (mantissa ? 0x400000u : 0); /* a NaN comes back quiet */
  else if (exponent)
    bits = sign | (exponent + 112) << 23 | mantissa << 13;
  else { /* zero or subnormal: mantissa x 2^-24 is exact in single precision */
    float f = (float)mantissa * 0x1p-24f;
    memcpy(&bits, &f, 4);
    bits |= sign;
  }
  float out;
  memcpy(&out, &bits, 4);
  return out;
}

static inline uint16_t pel_float_to_half(float f) {
  uint32_t bits;
  memcpy(&bits, &f, 4);
  uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return (uint16_t)(sign | 0x7e00u | (magnitude >> 13 & 0x3ffu));
  if (magnitude >= 0x477ff000u) return (uint16_t)(sign | 0x7c00u); /* rounds to 65536 or more */
  if (magnitude < 0x38800000u) { /* below 2^-14: the result is subnormal; adding 0.5 rounds in hardware */
    float g;
    memcpy(&g, &magnitude, 4);
    g += 0.5f;
    uint32_t rounded;
    memcpy(&rounded, &g, 4);
    return (uint16_t)(sign | (rounded - 0x3f000000u));
  }
  uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1u);
  return (uint16_t)(sign | (rounded - 0x38000000u) >> 13);
}

static inline float pel_bf16_to_float(uint16_t h) {
  uint32_t bits = (uint32_t)h << 16;
  float out;
  memcpy(&out, &bits, 4);
  return out;
}
