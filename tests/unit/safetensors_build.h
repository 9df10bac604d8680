/* Safetensors files in memory, for tests. */
#pragma once
#include <stdint.h>
#include <string.h>

#include "engine/base/mem.h"

/* A file with this header and n bytes of data, freed by the caller. */
static inline uint8_t *file_of(const char *header, const void *data, size_t n, size_t *size) {
  uint64_t length = strlen(header);
  uint8_t *file = pel_alloc(8 + length + n, 1);
  memcpy(file, &length, 8);
  memcpy(file + 8, header, length);
  if (data) memcpy(file + 8 + length, data, n);
  *size = 8 + length + n;
  return file;
}
