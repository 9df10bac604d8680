/* The table of kernels: one plain reference (ref.c), faster levels that give the same bits.
 *
 * Weights are repacked at load into strips of 16 output rows, so that rows lie in vector lanes and every output is
 * one accumulator that takes its products in order of the column: the same bits for any vector width, batch size
 * and thread count. Every quantised GGUF type is exactly  q * scale + min  with a small integer q, constant scale and
 * min on groups of 16 or 32 columns; activations are rounded to 16 bits on groups of 32 columns, so that products sum
 * exactly in int32 inside a group:
 *     acc = fma ((float) sum_i q[i] * xq[i], scale * xscale, acc);   acc = fma (min, xsum, acc)     group by group
 * Float types take  acc = fma (w[i], x[i], acc)  column by column. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kernels/row.h"

#define PEL_STRIP 16 /* output rows a strip */
#define PEL_GROUP 32 /* columns that share one activation scale */

typedef enum pel_pack { PEL_PACK_Q4, PEL_PACK_Q8, PEL_PACK_F16, PEL_PACK_BF16, PEL_PACK_F32 } pel_pack;

/* A weight matrix [rows, cols] in strips; rows are padded with zeros to a multiple of 16. Layout in pack.c. */
typedef struct pel_matrix {
  pel_pack pack;
  bool has_min;
  uint32_t group; /* 16 or 32; quantised kinds only */
  size_t rows, cols;
  size_t strip_bytes;
  uint8_t *data; /* 64-byte aligned */
} pel_matrix;

static inline size_t pel_matrix_strips(const pel_matrix *w) { return (w->rows + PEL_STRIP - 1) / PEL_STRIP; }

/* Activations of n tokens for one product: f32, and 16-bit when the matrix is quantised. */
typedef struct pel_acts {
  const float *x;   /* [n, cols] */
  int16_t *q;       /* [n, cols] */
  float *scale;     /* [n, cols / 32] */
  float *sum16;     /* [n, cols / 16]: scale times the integer sum over 16 columns */
  float *sum32;     /* [n, cols / 32] */
  size_t cols;
} pel_acts;

typedef struct pel_kernels {
  const char *name; /* "ref", "avx2", "avx512" */

  /* Rounds tokens lo .. hi-1 of acts->x into q, scale, sums. */
  void (*quantize)(const pel_acts *acts, size_t lo, size_t hi);
  /* y[t * y_stride + row] for strips lo .. hi-1 and tokens 0 .. n-1. Rows past w->rows are not written.
   * scratch: pel_matmul_scratch bytes, 64-byte aligned, one a thread. */
  void (*matmul)(const pel_matrix *w, size_t strip_lo, size_t strip_hi, const pel_acts *acts, size_t n, float *y,
                 size_t y_stride, void *scratch);

  /* Scores of up to PEL_ROWS_MAX rows against the same keys, soft cap included. */
  void (*score_rows)(const pel_row_spec *spec, pel_row *rows, size_t n_rows, const uint16_t *key_blocks);
  /* s -> e in place; fills m, z and, when asked, entropy. */
  void (*softmax_row)(pel_row *row, bool want_entropy);
  /* s -> weight in place with m and z given: what a reader of a trace does. */
  void (*weigh_row)(pel_row *row);
  /* out[head_dim] = (sum over visible keys, ascending, of e * v) / z for up to PEL_ROWS_MAX rows; values f16 as
   * [ceil (head_dim / 16)][value_stride keys][16]; out is padded to a multiple of 16. */
  void (*mix_rows)(const pel_row *rows, size_t n_rows, const uint16_t *values, size_t value_stride, size_t head_dim,
                   float *const *out);
  /* Adds round (e / z * 2^24) of the rows to sum[key - base], and raises block_max[(key - base) / 32]. Same base. */
  void (*column_rows)(const pel_row *rows, size_t n_rows, uint32_t *sum, float *block_max);

  void (*rms_norm)(const float *x, const float *weight, size_t n, float eps, float *out); /* weight may be NULL */
  void (*silu_mul)(float *gate, const float *up, size_t n);       /* gate = silu (gate) * up */
  void (*gelu_mul)(float *gate, const float *up, size_t n);       /* tanh form, as in Gemma */
  void (*gelu_erf)(float *x, size_t n);                           /* x Phi (x), as in BERT: gelu.h */
  /* (x - mean) / sqrt (variance + eps) * weight + bias; both sums in 16 lanes by index modulo 16, folded 8, 4, 2, 1. */
  void (*layer_norm)(const float *x, const float *weight, const float *bias, size_t n, float eps, float *out);
  void (*half_from_float)(const float *x, uint16_t *out, size_t n);
  void (*float_from_half)(const uint16_t *x, float *out, size_t n);
} pel_kernels;

/* The level chosen for this process: the best that cpu and system allow, or what PELLUCID_KERNELS names. */
const pel_kernels *pel_kernels_get(void);
/* Refuses a PELLUCID_KERNELS that names no level of this machine: nobody should measure another level than asked for. */
pel_status pel_kernels_check(pel_error *err);
/* A level by name for tests; NULL when this machine may not run it. */
const pel_kernels *pel_kernels_named(const char *name);

size_t pel_matmul_scratch(size_t cols_max);

/* Prepares strips for `rows` x `cols` weights of a GGUF tensor type; w->data is allocated here (free). false: no memory. */
bool pel_matrix_init(pel_matrix *w, uint32_t gguf_type, size_t rows, size_t cols);
/* Repacks strips lo .. hi-1 from the tensor's bytes. Values are kept exactly. Different strips: any thread. */
void pel_matrix_fill(pel_matrix *w, uint32_t gguf_type, const uint8_t *src, size_t lo, size_t hi);
/* Bytes that pel_matrix_init will take. */
uint64_t pel_matrix_bytes(uint32_t gguf_type, size_t rows, size_t cols);
/* n elements (a multiple of the type's block) of a GGUF type to f32: plain C, the truth for all types. */
void pel_dequantize(uint32_t gguf_type, const uint8_t *src, size_t n, float *out);
