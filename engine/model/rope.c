#include "engine/model/rope.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

#define TAU 6.283185307179586

/* Llama 3's scaling: long waves are stretched by the factor, short ones kept, those between blended. */
static double llama3(const pel_rope_config *c, double frequency) {
  double length = TAU / frequency, context = c->original_context;
  double low = context / (double)c->low_freq_factor, high = context / (double)c->high_freq_factor;
  if (length < high) return frequency;
  if (length > low || low <= high) return frequency / (double)c->factor;
  double smooth = (context / length - (double)c->low_freq_factor) / (double)(c->high_freq_factor - c->low_freq_factor);
  return (1 - smooth) * frequency / (double)c->factor + smooth * frequency;
}

/* The dimension pair whose wave turns `rotations` times in the original context (YaRN, Peng et al. 2023, section 3.2). */
static double yarn_pair(const pel_rope_config *c, double rotations) {
  return c->dims * log(c->original_context / (rotations * TAU)) / (2 * log((double)c->base));
}

static double yarn(const pel_rope_config *c, uint32_t pair, double frequency) {
  double low = fmax(0, floor(yarn_pair(c, (double)c->beta_fast)));
  double high = fmin(c->dims - 1.0, ceil(yarn_pair(c, (double)c->beta_slow)));
  double ramp = (pair - low) / fmax(0.001, high - low);
  double keep = (1 - fmin(1, fmax(0, ramp))) * (double)c->ext_factor;
  return frequency / (double)c->factor * (1 - keep) + frequency * keep;
}

static double scaled(const pel_rope_config *c, uint32_t pair, double frequency) {
  switch (c->scaling) {
    case PEL_ROPE_LINEAR: return frequency / (double)c->factor;
    case PEL_ROPE_LLAMA3: return llama3(c, frequency);
    case PEL_ROPE_YARN: return yarn(c, pair, frequency);
    default: return frequency;
  }
}

pel_status pel_rope_init(pel_rope *rope, const pel_rope_config *c, const float *factors, pel_error *err) {
  float *frequency = pel_alloc(c->dims / 2, sizeof *frequency);
  if (!frequency) return pel_fail_memory(err, "rotary frequencies", c->dims * 2);
  for (uint32_t i = 0; i < c->dims / 2; i++) {
    double f = pow((double)c->base, -2.0 * i / c->dims);
    if (factors) f /= (double)factors[i];
    frequency[i] = (float)scaled(c, i, f);
  }
  float magnitude = 1;
  if (c->scaling == PEL_ROPE_YARN && c->ext_factor > 0 && c->factor > 1)
    magnitude = c->attn_factor * (float)(1 + 0.1 * log((double)c->factor));
  *rope = (pel_rope){c->dims, c->neighbours, magnitude, frequency};
  return PEL_OK;
}

void pel_rope_clear(pel_rope *rope) {
  free(rope->frequency);
  rope->frequency = NULL;
}

/* The angle is one f32 product, as the models were trained with; its cosine is taken in double and rounded once. */
void pel_rope_angles(const pel_rope *rope, uint32_t position, float *cosine, float *sine) {
  for (uint32_t i = 0; i < rope->dims / 2; i++) {
    float angle = (float)position * rope->frequency[i];
    cosine[i] = (float)cos((double)angle) * rope->magnitude;
    sine[i] = (float)sin((double)angle) * rope->magnitude;
  }
}

void pel_rope_turn(const pel_rope *rope, const float *cosine, const float *sine, float *x) {
  uint32_t half = rope->dims / 2, step = rope->neighbours ? 2 : 1, apart = rope->neighbours ? 1 : half;
  for (uint32_t i = 0; i < half; i++) {
    float a = x[i * step], b = x[i * step + apart];
    x[i * step] = a * cosine[i] - b * sine[i];
    x[i * step + apart] = a * sine[i] + b * cosine[i];
  }
}
