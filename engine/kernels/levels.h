/* The levels of the kernel table; each lives in a file compiled with its own instruction set. */
#pragma once
#include "engine/kernels/kernels.h"

extern const pel_kernels pel_kernels_ref, pel_kernels_avx2, pel_kernels_avx512;

static inline size_t pel_round_up16(size_t n) { return (n + 15) / 16 * 16; }
