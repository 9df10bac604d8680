/* Rotary position embedding: the angle of each pair of dimensions, with linear, llama3 and YaRN scaling. */
#pragma once
#include "engine/model/config.h"

typedef struct pel_rope {
  uint32_t dims;
  bool neighbours;
  float magnitude;   /* YaRN scales what it turns */
  float *frequency;  /* [dims / 2], radians a token */
} pel_rope;

/* `factors` ([dims / 2], may be NULL) divide the frequencies: a model's own rope_freqs tensor. */
pel_status pel_rope_init(pel_rope *rope, const pel_rope_config *config, const float *factors, pel_error *err);
void pel_rope_clear(pel_rope *rope);
/* Cosines and sines of one position, [dims / 2] each, magnitude included. */
void pel_rope_angles(const pel_rope *rope, uint32_t position, float *cosine, float *sine);
/* Turns one head's vector in place. */
void pel_rope_turn(const pel_rope *rope, const float *cosine, const float *sine, float *x);
