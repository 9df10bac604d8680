/* Arithmetic of the graph network on rows of numbers, for the files that are compiled once a level: a number is `real`, PEL_PATH_LANES of them
 * are a `vec`. Sums have one order: over lanes first, then the lanes by halves. */
#pragma once
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/nn/path_compute.h"

#ifdef PEL_PATH_DOUBLE
typedef double real;
typedef int64_t whole;
#define EXP_TERMS 13
#define EXP_SHIFT 6755399441055744.0 /* 1.5 x 2^52: adding it rounds to a whole number */
#define EXP_MOST 700.0
#define EXP_BIAS 1023
#define EXP_BITS 52
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#else
typedef float real;
typedef int32_t whole;
#define EXP_TERMS 7
#define EXP_SHIFT 12582912.0f
#define EXP_MOST 87.0f
#define EXP_BIAS 127
#define EXP_BITS 23
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#endif

enum { LANES = PEL_PATH_LANES };
typedef real vec __attribute__((vector_size(LANES * sizeof(real)), aligned(sizeof(real)), may_alias));
typedef whole ivec __attribute__((vector_size(LANES * sizeof(whole)), aligned(sizeof(whole)), may_alias));
#define VEC(p) (*(vec *)(p))
#define CVEC(p) (*(const vec *)(p))
#define INLINE static inline __attribute__((always_inline, unused))

INLINE vec vec_of(real x) { return (vec){x, x, x, x, x, x, x, x}; }
INLINE vec vec_max(vec a, vec b) { return (vec)(((ivec)a & (a > b)) | ((ivec)b & ~(a > b))); }
INLINE vec vec_min(vec a, vec b) { return (vec)(((ivec)a & (a < b)) | ((ivec)b & ~(a < b))); }

INLINE real lane_sum(vec v) { return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])); }

/* e^x: x = n ln 2 + r, a series for e^r, then n into the exponent. Far outside the range it stays at its ends. */
INLINE vec vec_exp(vec x) {
  static const double inverse[14] = {1, 1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  const vec shift = vec_of((real)EXP_SHIFT);
  x = vec_min(vec_max(x, vec_of(-EXP_MOST)), vec_of(EXP_MOST));
  vec t = x * (real)1.44269504088896340736 + shift, n = t - shift;
  vec r = x - n * (real)LN2_HIGH - n * (real)LN2_LOW, sum = vec_of((real)inverse[EXP_TERMS]);
#pragma GCC unroll 16
  for (int i = EXP_TERMS - 1; i >= 0; i--) sum = sum * r + (real)inverse[i];
  ivec power = ((ivec)t - (ivec)shift + EXP_BIAS) << EXP_BITS;
  return sum * (vec)power;
}
INLINE vec vec_sigmoid(vec x) { return 1 / (1 + vec_exp(-x)); }
INLINE vec vec_tanh(vec x) { return 1 - 2 / (vec_exp(2 * x) + 1); }

INLINE real dot(const real *a, const real *b, size_t n) {
  vec sum = vec_of(0);
  for (size_t i = 0; i < n; i += LANES) sum += CVEC(a + i) * CVEC(b + i);
  return lane_sum(sum);
}
INLINE void add(real *out, const real *x, size_t n) {
  for (size_t i = 0; i < n; i += LANES) VEC(out + i) += CVEC(x + i);
}
INLINE void add_scaled(real *out, real a, const real *x, size_t n) {
  for (size_t i = 0; i < n; i += LANES) VEC(out + i) += a * CVEC(x + i);
}
INLINE void clear(real *x, size_t n) { memset(x, 0, n * sizeof *x); }

/* A matrix by its strides, so that a transposed one is no other case: element (i, j) is at[i * row + j * column]. */
typedef struct matrix {
  const real *at;
  size_t row, column;
} matrix;

/* c (rows x vecs vectors) += a b, the sum over `depth` ascending. */
INLINE void tile(real *c, size_t ldc, matrix a, const real *b, size_t ldb, size_t depth, const int rows, const int vecs) {
  vec sum[4][3];
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
    for (int j = 0; j < vecs; j++) sum[i][j] = CVEC(c + (size_t)i * ldc + (size_t)j * LANES);
  for (size_t k = 0; k < depth; k++)
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++) {
      real x = a.at[(size_t)i * a.row + k * a.column];
#pragma GCC unroll 3
      for (int j = 0; j < vecs; j++) sum[i][j] += x * CVEC(b + k * ldb + (size_t)j * LANES);
    }
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
    for (int j = 0; j < vecs; j++) VEC(c + (size_t)i * ldc + (size_t)j * LANES) = sum[i][j];
}

INLINE void tiles_of_rows(real *c, size_t ldc, matrix a, const real *b, size_t columns, size_t ldb, size_t depth, const int rows) {
  size_t j = 0;
  for (; j + 3 * LANES <= columns; j += 3 * LANES) tile(c + j, ldc, a, b + j, ldb, depth, rows, 3);
  if (j + 2 * LANES <= columns) tile(c + j, ldc, a, b + j, ldb, depth, rows, 2), j += 2 * LANES;
  if (j < columns) tile(c + j, ldc, a, b + j, ldb, depth, rows, 1);
}

/* c [rows x columns] += a [rows x depth] b [depth x columns]; columns a multiple of LANES, c and b dense. */
static __attribute__((noinline, unused)) void multiply_add(real *c, matrix a, const real *b, size_t rows, size_t depth, size_t columns) {
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) tiles_of_rows(c + i * columns, columns, (matrix){a.at + i * a.row, a.row, a.column}, b, columns, columns, depth, 4);
  for (; i < rows; i++) tiles_of_rows(c + i * columns, columns, (matrix){a.at + i * a.row, a.row, a.column}, b, columns, columns, depth, 1);
}
