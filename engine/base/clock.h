/* The steady clock: for how long something takes, not for what time it is. */
#pragma once
#include <stdint.h>
#include <time.h>

static inline uint64_t pel_clock_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline double pel_clock_seconds(void) { return 1e-9 * (double)pel_clock_ns(); }
