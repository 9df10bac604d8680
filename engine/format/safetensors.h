/* safetensors: a validated, read-only view of a file of named tensors.
 *
 *   8 bytes  N, little-endian        N bytes  JSON: {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [from, to]}, ..}
 *   then the tensors' bytes, end to end: no holes, no overlaps, nothing behind the last
 *
 * The file is mapped, never copied. Opening checks every length against the file's size before it is used, so that all views
 * stay inside the mapping; the memory taken is proportional to the header that the file really holds.
 * Format: https://github.com/huggingface/safetensors#format */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEL_SAFETENSORS_DIMS_MAX = 8, PEL_SAFETENSORS_NAME_MAX = 255, PEL_SAFETENSORS_HEADER_MAX = 100000000 };

typedef struct pel_safetensors pel_safetensors;

typedef struct pel_safetensor { /* borrowed until close */
  const char *name;             /* terminated */
  const char *dtype;            /* "F32", ...; static storage */
  uint32_t n_dims;
  uint64_t shape[PEL_SAFETENSORS_DIMS_MAX]; /* slowest first; 1 beyond n_dims */
  uint64_t count;                           /* elements */
  const uint8_t *data;                      /* not necessarily aligned */
  uint64_t bytes;
} pel_safetensor;

/* Opens and validates. *out is owned by the caller. Errors name the file, the tensor or the offset. */
pel_status pel_safetensors_open(const char *path, pel_safetensors **out, pel_error *err);
/* The same over bytes in memory (borrowed until close); `name` stands for the path in messages. */
pel_status pel_safetensors_open_memory(const void *data, size_t size, const char *name, pel_safetensors **out,
                                       pel_error *err);
void pel_safetensors_close(pel_safetensors *file);

const char *pel_safetensors_path(const pel_safetensors *file); /* borrowed */
size_t pel_safetensors_count(const pel_safetensors *file);
const pel_safetensor *pel_safetensors_at(const pel_safetensors *file, size_t i);           /* by name, ascending */
const pel_safetensor *pel_safetensors_find(const pel_safetensors *file, const char *name); /* NULL when absent */

/* Elements first .. first + n - 1 of an F32, F16 or BF16 tensor as f32, exactly. PEL_ERR_UNSUPPORTED for other types,
 * PEL_ERR_INPUT with the element's place when one is a NaN or an infinity. */
pel_status pel_safetensors_floats(const pel_safetensors *file, const pel_safetensor *tensor, uint64_t first, size_t n,
                                  float *out, pel_error *err);

/* SHA-256 of the whole file. */
void pel_safetensors_digest(const pel_safetensors *file, uint8_t digest[32]);
