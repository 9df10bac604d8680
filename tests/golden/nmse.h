/* Normalised mean squared error: the squared difference over the squared size of what is wanted. */
#pragma once
#include <stddef.h>

static inline double nmse(const float *got, const float *want, size_t n) {
  double error = 0, size = 0;
  for (size_t i = 0; i < n; i++) {
    double d = (double)got[i] - (double)want[i];
    error += d * d;
    size += (double)want[i] * (double)want[i];
  }
  return error / size;
}
