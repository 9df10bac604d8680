/* Round numbers for axes and bars, with the text that stands beside them (the same in every locale). */
#pragma once
#include <stdint.h>

#define PEL_TICKS_MAX 16

typedef struct pel_ticks {
  uint32_t n, n_minor;
  double at[PEL_TICKS_MAX]; /* 0 .. 1 along the bar */
  char text[PEL_TICKS_MAX][24];
  double minor[96]; /* without text */
} pel_ticks;

void pel_ticks_add(pel_ticks *ticks, double at, const char *text);
/* Round numbers between low and high (either may be the larger), at most `most` of them. */
void pel_ticks_linear(double low, double high, uint32_t most, pel_ticks *out);
/* Powers of ten between them, with 2 .. 9 as minor ones. */
void pel_ticks_log(double low, double high, uint32_t most, pel_ticks *out);

/* Round position numbers for an axis of `n` positions from `first`, at least `apart` positions between two.
 * The step. */
uint32_t pel_ticks_step(uint32_t n, double apart);
