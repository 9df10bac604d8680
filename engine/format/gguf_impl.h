/* What the two halves of the GGUF reader share: parsing (gguf.c) and typed access (gguf_keys.c). */
#pragma once
#include "engine/format/cursor.h"
#include "engine/format/gguf.h"

#define PEL_GGUF_KEYS_MAX 65536u
#define PEL_GGUF_TENSORS_MAX 262144u
#define PEL_GGUF_PARTS_MAX 999u
#define PEL_GGUF_KEY_BYTES_MAX 65535u
#define PEL_GGUF_NAME_BYTES_MAX 256u

typedef struct gguf_key {
  pel_bytes name;
  pel_gguf_kind kind, element; /* element: of an array */
  uint64_t count;              /* of an array */
  const uint8_t *value;        /* the value's first byte; of an array, its first element */
  uint64_t offset;             /* in the file, for messages */
} gguf_key;

typedef struct gguf_part {
  const uint8_t *data;
  uint64_t size;
  bool mapped;
} gguf_part;

struct pel_gguf {
  char *path;
  gguf_part *parts;
  size_t n_parts;
  gguf_key *keys; /* of the first part, sorted by name */
  size_t n_keys;
  pel_gguf_tensor *tensors; /* of all parts, sorted by name */
  size_t n_tensors, tensor_capacity;
};

/* Compares names as bytes, shorter first on a tie. */
int gguf_compare_bytes(pel_bytes a, pel_bytes b);
const gguf_key *gguf_find_key(const pel_gguf *gguf, const char *name);
/* Bytes of a scalar kind, 0 for strings and arrays. */
uint64_t gguf_scalar_bytes(uint32_t kind);
