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
