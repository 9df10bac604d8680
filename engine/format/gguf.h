/* GGUF v2 and v3: a validated, read-only view of a model file, single or split (name-00001-of-0000N.gguf).
 *
 * The file is mapped, never copied. Opening checks every length against the file's size before it is used,
 * so that all views below stay inside the mapping. Memory taken is proportional to the count of keys,
 * tensors and strings that the file really holds.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_gguf pel_gguf;

/* Bytes borrowed from the file; not terminated, not necessarily UTF-8. */
typedef struct pel_bytes {
  const char *data;
  size_t size;
} pel_bytes;

typedef enum pel_gguf_kind { /* numbers of the format */
  PEL_GGUF_U8, PEL_GGUF_I8, PEL_GGUF_U16, PEL_GGUF_I16, PEL_GGUF_U32, PEL_GGUF_I32, PEL_GGUF_F32,
  PEL_GGUF_BOOL, PEL_GGUF_STRING, PEL_GGUF_ARRAY, PEL_GGUF_U64, PEL_GGUF_I64, PEL_GGUF_F64,
} pel_gguf_kind;

typedef enum pel_tensor_type { /* numbers of the format; others are refused by name where a tensor is used */
  PEL_TYPE_F32 = 0, PEL_TYPE_F16 = 1, PEL_TYPE_Q4_0 = 2, PEL_TYPE_Q4_1 = 3, PEL_TYPE_Q5_0 = 6,
  PEL_TYPE_Q5_1 = 7, PEL_TYPE_Q8_0 = 8, PEL_TYPE_Q2_K = 10, PEL_TYPE_Q3_K = 11, PEL_TYPE_Q4_K = 12,
  PEL_TYPE_Q5_K = 13, PEL_TYPE_Q6_K = 14, PEL_TYPE_BF16 = 30,
} pel_tensor_type;

typedef struct pel_tensor_format {
  const char *name;
  uint32_t block;       /* elements a block */
  uint32_t block_bytes; /* bytes a block */
} pel_tensor_format;

/* NULL for a type that is not supported. */
const pel_tensor_format *pel_tensor_format_of(uint32_t type);
/* The supported names, for error messages: "F32, F16, ...". */
const char *pel_tensor_formats(void);

typedef struct pel_gguf_tensor {
  pel_bytes name;
  uint32_t type;
  uint32_t n_dims;
  uint64_t ne[4];      /* fastest first; 1 beyond n_dims */
  const uint8_t *data; /* borrowed until close */
  uint64_t bytes;
} pel_gguf_tensor;

/* The first block from lo to hi - 1 that holds a NaN or an infinity (a value, or a scale of a quantised type); hi when
 * there is none. An element is a block of F32, F16 and BF16. */
uint64_t pel_tensor_find_bad(const pel_gguf_tensor *tensor, uint64_t lo, uint64_t hi);

typedef struct pel_gguf_array {
  pel_gguf_kind kind;
  uint64_t count;
  const uint8_t *data; /* packed little-endian elements, unaligned; strings: see pel_gguf_strings */
} pel_gguf_array;

/* Opens and validates. *out is owned by the caller. Errors name file, key or tensor, and offset. */
pel_status pel_gguf_open(const char *path, pel_gguf **out, pel_error *err);
/* The same over bytes in memory (borrowed until close); `name` stands for the path in messages. */
pel_status pel_gguf_open_memory(const void *data, size_t size, const char *name, pel_gguf **out,
                                pel_error *err);
void pel_gguf_close(pel_gguf *gguf);

const char *pel_gguf_path(const pel_gguf *gguf); /* borrowed */
uint64_t pel_gguf_file_bytes(const pel_gguf *gguf); /* all parts together */
bool pel_gguf_has(const pel_gguf *gguf, const char *key);

/* Typed reads. A missing key, or one of another type or out of range, is PEL_ERR_INPUT.
 * Integers accept every integer type of the format; floats accept f32 and f64 and must be finite. */
pel_status pel_gguf_u32(const pel_gguf *gguf, const char *key, uint32_t *out, pel_error *err);
pel_status pel_gguf_f32(const pel_gguf *gguf, const char *key, float *out, pel_error *err);
pel_status pel_gguf_bool(const pel_gguf *gguf, const char *key, bool *out, pel_error *err);
pel_status pel_gguf_string(const pel_gguf *gguf, const char *key, pel_bytes *out, pel_error *err);
pel_status pel_gguf_get_array(const pel_gguf *gguf, const char *key, pel_gguf_array *out, pel_error *err);
/* An array of strings as views: *out is owned by the caller (free), the bytes are borrowed until close. */
pel_status pel_gguf_strings(const pel_gguf *gguf, const char *key, pel_bytes **out, size_t *count,
                            pel_error *err);

uint64_t pel_gguf_tensor_count(const pel_gguf *gguf);
const pel_gguf_tensor *pel_gguf_tensor_at(const pel_gguf *gguf, uint64_t i);
const pel_gguf_tensor *pel_gguf_find_tensor(const pel_gguf *gguf, const char *name); /* NULL when absent */
/* SHA-256 over metadata and tensor bytes as they lie in the file(s); 32 bytes. */
pel_status pel_gguf_digest(const pel_gguf *gguf, uint8_t digest[32], pel_error *err);
