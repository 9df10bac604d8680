/* Checked arithmetic: the one way that sizes from files are multiplied, added and aligned.
 * Each returns false, and leaves *out alone, when the result does not fit in 64 bits. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool pel_mul(uint64_t a, uint64_t b, uint64_t *out) {
  uint64_t r;
  if (__builtin_mul_overflow(a, b, &r)) return false;
  *out = r;
  return true;
}

static inline bool pel_add(uint64_t a, uint64_t b, uint64_t *out) {
  uint64_t r;
  if (__builtin_add_overflow(a, b, &r)) return false;
  *out = r;
  return true;
}

/* Rounds up to a multiple of `to`, a power of two. */
static inline bool pel_align_up(uint64_t a, uint64_t to, uint64_t *out) {
  uint64_t r;
  if (!pel_add(a, to - 1, &r)) return false;
  *out = r & ~(to - 1);
  return true;
}

static inline size_t pel_round_up(size_t a, size_t to) { return (a + to - 1) / to * to; }
