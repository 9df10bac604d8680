/* What the keys of one head received, and the block pyramid of its map: exact integer sums while rows come
 * in, 8-bit logarithmic codes in the file.
 *
 * Rows arrive tile by tile (PEL_TILE rows), a decoded token as one row of a tile. The hot path is one
 * addition a key into 32-bit sums of the tile at hand; when the tile changes, these go into the 64-bit
 * received masses and into the blocks. Memory of a head with n tokens: 12 bytes a key, and for the blocks of
 * the lower triangle (at most 256 a side, 32,896 in all) 5 bytes each, 9 from blocks of 256 tokens on: 0.26
 * MB at 8,192 tokens, 71 MB for the 270 heads of a model with 30 layers of 9. */
#pragma once
#include <pellucid/probe.h>
#include <stddef.h>
#include <stdint.h>

#define PEL_PYRAMID_SIDE 256 /* most blocks a side */

typedef struct pel_pyramid_sums {
  uint32_t *tile;     /* [keys]: sums of the tile at hand */
  float *tile_max;    /* [keys / 32] */
  uint64_t *received; /* [keys] */
  size_t keys;        /* capacity, a multiple of 32 */
  uint32_t tile_row;  /* the tile at hand: its first row */
  uint32_t lo, hi;    /* keys it has touched; lo a multiple of 32, hi 0: none */
  uint32_t block;     /* tokens a block now */
  uint32_t *narrow;   /* [blocks] sums, or with blocks of 256 tokens and more: */
  uint64_t *wide;
  uint8_t *max;  /* [blocks] codes of the maxima: the code is monotonic, so codes can be compared */
  size_t blocks; /* capacity */
  uint64_t rows; /* rows added */
  uint32_t end;  /* last row added + 1 */
} pel_pyramid_sums;

void pel_pyramid_sums_init(pel_pyramid_sums *p);
void pel_pyramid_sums_clear(pel_pyramid_sums *p);
/* Adds one event's rows. False: out of memory. */
bool pel_pyramid_sums_add(pel_pyramid_sums *p, uint32_t first_row, uint32_t n_rows, uint32_t first_key,
                          uint32_t n_keys, const uint32_t *sum, const float *block_max);
/* Takes in the tile at hand; call it before what follows. False: out of memory. */
bool pel_pyramid_sums_flush(pel_pyramid_sums *p);

/* Received mass of keys first .. first + n - 1: sum / 2^24, rounded to f32. */
void pel_pyramid_received(const pel_pyramid_sums *p, uint32_t first, uint32_t n, float *out);

/* Blocks a side and tokens a block for n rows: the block doubles from 32 until the side is at most 256. */
uint32_t pel_pyramid_block(uint32_t n_rows);
static inline uint32_t pel_pyramid_side(uint32_t n_rows) {
  uint32_t block = pel_pyramid_block(n_rows);
  return (n_rows + block - 1) / block;
}
static inline size_t pel_triangle(uint32_t side) { return (size_t)side * (side + 1) / 2; }

/* The stored codes of n_rows rows: pel_triangle (side) codes of sums, as many of maxima. */
void pel_pyramid_encode(const pel_pyramid_sums *p, uint32_t n_rows, uint8_t *out);

/* Code of x / top: 0 for nothing, else 2 ^ ((code - 255) / 11). Same bits everywhere: only comparisons. */
uint8_t pel_log_encode(double fraction);
/* Value of each code with top = 1. */
void pel_log_table(float out[256]);
