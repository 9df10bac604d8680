/* A small random generator (SplitMix64, Steele et al. 2014): the same seed gives the same numbers everywhere. */
#pragma once
#include <stdint.h>

typedef struct pel_rng {
  uint64_t state;
} pel_rng;

static inline uint64_t pel_rng_next(pel_rng *rng) {
  uint64_t z = (rng->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Uniform in [0, 1), 53 bits. */
static inline double pel_rng_uniform(pel_rng *rng) { return (double)(pel_rng_next(rng) >> 11) * 0x1p-53; }
