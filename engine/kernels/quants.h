/* Every quantised GGUF type, block by block, as  weight = q * scale + min  with integer q. */
#pragma once
#include <stdint.h>

#define PEL_BLOCK_MAX 256

/* One block of the type: q[i] in -128 .. 127; scale and min stand for groups of `group` columns. */
typedef struct pel_block {
  int8_t q[PEL_BLOCK_MAX];
  float scale[PEL_BLOCK_MAX / 16], min[PEL_BLOCK_MAX / 16];
} pel_block;

typedef struct pel_quant {
  uint32_t block, block_bytes; /* elements and bytes of a block */
  uint32_t group;              /* 16 or 32 */
  int nibbles, has_min;        /* nibbles: q is 0 .. 15 */
  void (*explode)(const uint8_t *src, pel_block *out);
} pel_quant;

/* NULL for types that are no integer type. */
const pel_quant *pel_quant_of(uint32_t gguf_type);
