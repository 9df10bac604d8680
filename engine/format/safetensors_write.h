/* Writing safetensors: a file of named tensors that appears whole or not at all. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/format/safetensors.h"

typedef struct pel_safetensors_item {
  const char *name;  /* of letters, digits and . _ - */
  const char *dtype; /* "F32", "F64", "I64", "U64", "U8" */
  uint32_t n_dims;
  uint64_t shape[PEL_SAFETENSORS_DIMS_MAX];
  const void *data; /* as many elements as the shape says, little-endian */
} pel_safetensors_item;

/* Under a hidden name in the same folder, brought to the disk, then renamed: a crash leaves the file that was there before. Those of wider numbers
 * come first, so that all lie aligned. An existing file is replaced. */
pel_status pel_safetensors_write(const char *path, const pel_safetensors_item *items, size_t n, pel_error *err);
