#include <string.h>

#include "engine/format/gguf.h"

#define FORMATS(X)                                                                                  \
  X(F32, 1, 4) X(F16, 1, 2) X(BF16, 1, 2) X(Q8_0, 32, 34) X(Q4_0, 32, 18) X(Q4_1, 32, 20)           \
  X(Q5_0, 32, 22) X(Q5_1, 32, 24) X(Q2_K, 256, 84) X(Q3_K, 256, 110) X(Q4_K, 256, 144)              \
  X(Q5_K, 256, 176) X(Q6_K, 256, 210)

#define ROW(type, block, bytes) [PEL_TYPE_##type] = {#type, block, bytes},
static const pel_tensor_format formats[] = {FORMATS(ROW)};

const pel_tensor_format *pel_tensor_format_of(uint32_t type) {
  if (type >= sizeof formats / sizeof *formats || !formats[type].name) return NULL;
  return &formats[type];
}

const char *pel_tensor_formats(void) {
#define NAME(type, block, bytes) #type " "
  return FORMATS(NAME);
}

/* ---- values that are no numbers ---- */

/* Where a block keeps its f16 scales; no type has more than two. */
static const struct { uint16_t at[2]; uint8_t n; } scales[] = {
    [PEL_TYPE_Q8_0] = {{0}, 1}, [PEL_TYPE_Q4_0] = {{0}, 1}, [PEL_TYPE_Q4_1] = {{0, 2}, 2}, [PEL_TYPE_Q5_0] = {{0}, 1},
    [PEL_TYPE_Q5_1] = {{0, 2}, 2}, [PEL_TYPE_Q2_K] = {{80, 82}, 2}, [PEL_TYPE_Q3_K] = {{108}, 1},
    [PEL_TYPE_Q4_K] = {{0, 2}, 2}, [PEL_TYPE_Q5_K] = {{0, 2}, 2}, [PEL_TYPE_Q6_K] = {{208}, 1}};

/* All bits of the exponent set. */
static bool bad_f32(const uint8_t *at) {
  uint32_t bits;
  memcpy(&bits, at, sizeof bits);
  return (bits & 0x7f800000u) == 0x7f800000u;
}

static bool bad_16(const uint8_t *at, uint16_t exponent) {
  uint16_t bits;
  memcpy(&bits, at, sizeof bits);
  return (bits & exponent) == exponent;
}

static bool bad_block(uint32_t type, const uint8_t *block) {
  if (type == PEL_TYPE_F32) return bad_f32(block);
  if (type == PEL_TYPE_F16) return bad_16(block, 0x7c00);
  if (type == PEL_TYPE_BF16) return bad_16(block, 0x7f80);
  for (int i = 0; i < scales[type].n; i++)
    if (bad_16(block + scales[type].at[i], 0x7c00)) return true;
  return false;
}

uint64_t pel_tensor_find_bad(const pel_gguf_tensor *t, uint64_t lo, uint64_t hi) {
  const pel_tensor_format *f = pel_tensor_format_of(t->type);
  while (lo < hi && !bad_block(t->type, t->data + lo * f->block_bytes)) lo++;
  return lo;
}
