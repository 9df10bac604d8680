#include "engine/trace/pyramid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { WIDE_BLOCK = 256 }; /* 256 rows can sum to 2^32: from here on 64-bit sums */

void pel_pyramid_sums_init(pel_pyramid_sums *p) { *p = (pel_pyramid_sums){.block = PEL_TILE}; }

void pel_pyramid_sums_clear(pel_pyramid_sums *p) {
  free(p->tile);
  free(p->tile_max);
  free(p->received);
  free(p->narrow);
  free(p->wide);
  free(p->max);
  pel_pyramid_sums_init(p);
}

/* ---- growth ---- */

static bool resize(void *array, size_t from, size_t to, size_t size) {
  void *grown = realloc(*(void **)array, to * size);
  if (!grown) return false;
  memset((char *)grown + from * size, 0, (to - from) * size);
  *(void **)array = grown;
  return true;
}

static bool grow_keys(pel_pyramid_sums *p, size_t need) {
  if (need <= p->keys) return true;
  size_t keys = p->keys ? p->keys : 128;
  while (keys < need) keys += keys / 2 / PEL_TILE * PEL_TILE;
  if (!resize(&p->tile, p->keys, keys, sizeof *p->tile) ||
      !resize(&p->tile_max, p->keys / PEL_TILE, keys / PEL_TILE, sizeof *p->tile_max) ||
      !resize(&p->received, p->keys, keys, sizeof *p->received))
    return false; /* arrays that did grow stay larger than `keys` says */
  p->keys = keys;
  return true;
}

static bool grow_blocks(pel_pyramid_sums *p, uint32_t side) {
  size_t need = pel_triangle(side), most = pel_triangle(PEL_PYRAMID_SIDE);
  if (need <= p->blocks) return true;
  size_t blocks = p->blocks ? p->blocks * 2 : 16;
  while (blocks < need) blocks *= 2;
  if (blocks > most) blocks = most;
  bool wide = p->block >= WIDE_BLOCK;
  if (wide ? !resize(&p->wide, p->blocks, blocks, sizeof *p->wide)
           : !resize(&p->narrow, p->blocks, blocks, sizeof *p->narrow))
    return false;
  if (!resize(&p->max, p->blocks, blocks, 1)) return false;
  p->blocks = blocks;
  return true;
}

static bool widen(pel_pyramid_sums *p) {
  uint64_t *wide = pel_alloc(p->blocks ? p->blocks : 1, sizeof *wide);
  if (!wide) return false;
  for (size_t i = 0; i < p->blocks; i++) wide[i] = p->narrow[i];
  free(p->narrow);
  p->narrow = NULL;
  p->wide = wide;
  return true;
}

static uint64_t get_sum(const pel_pyramid_sums *p, size_t at) {
  if (at >= p->blocks) return 0;
  return p->wide ? p->wide[at] : p->narrow[at];
}

static uint8_t get_max(const pel_pyramid_sums *p, size_t at) { return at < p->blocks ? p->max[at] : 0; }

static uint8_t larger(uint8_t a, uint8_t b) { return a > b ? a : b; }

/* Four blocks become one. Block (i, j) is written at or before the place of (2i, 2j), the first of those it
 * is made of, and those that follow lie later: so it works in place. */
static bool double_block(pel_pyramid_sums *p) {
  if (p->block * 2 >= WIDE_BLOCK && !p->wide && !widen(p)) return false;
  uint32_t side = PEL_PYRAMID_SIDE / 2;
  for (uint32_t i = 0; i < side; i++)
    for (uint32_t j = 0; j <= i; j++) {
      size_t upper = pel_triangle(2 * i) + 2 * j, lower = pel_triangle(2 * i + 1) + 2 * j,
             to = pel_triangle(i) + j;
      bool both = j < i; /* on the diagonal (2i, 2j + 1) lies above it */
      uint64_t sum =
          get_sum(p, upper) + (both ? get_sum(p, upper + 1) : 0) + get_sum(p, lower) + get_sum(p, lower + 1);
      uint8_t max = larger(larger(get_max(p, upper), both ? get_max(p, upper + 1) : 0),
                           larger(get_max(p, lower), get_max(p, lower + 1)));
      if (to >= p->blocks) continue;
      if (p->wide)
        p->wide[to] = sum;
      else
        p->narrow[to] = (uint32_t)sum;
      p->max[to] = max;
    }
  size_t used = pel_triangle(side);
  for (size_t at = used; at < p->blocks; at++) {
    if (p->wide)
      p->wide[at] = 0;
    else
      p->narrow[at] = 0;
    p->max[at] = 0;
  }
  p->block *= 2;
  return true;
}

/* ---- adding ---- */

bool pel_pyramid_sums_flush(pel_pyramid_sums *p) {
  if (!p->hi) return true;
  while (p->tile_row / p->block >= PEL_PYRAMID_SIDE)
    if (!double_block(p)) return false;
  uint32_t row = p->tile_row / p->block;
  if (!grow_blocks(p, row + 1)) return false;
  for (uint32_t key = p->lo; key < p->hi; key += PEL_TILE) {
    uint32_t *tile = p->tile + key;
    uint64_t *received = p->received + key, sum = 0;
    for (int i = 0; i < PEL_TILE; i++) {
      received[i] += tile[i];
      sum += tile[i];
    }
    memset(tile, 0, PEL_TILE * sizeof *tile);
    size_t at = pel_triangle(row) + key / p->block;
    if (p->wide)
      p->wide[at] += sum;
    else
      p->narrow[at] += (uint32_t)sum;
    p->max[at] = larger(p->max[at], pel_log_encode((double)p->tile_max[key / PEL_TILE]));
    p->tile_max[key / PEL_TILE] = 0;
  }
  p->lo = p->hi = 0;
  return true;
}

/* The hot path of decoding: one pass over the keys of each head for each token. */
static void add_sums(uint32_t *restrict tile, const uint32_t *restrict sum, uint32_t n) {
  uint32_t whole = n / 16 * 16;
  for (uint32_t i = 0; i < whole; i += 16)
    for (uint32_t j = 0; j < 16; j++) tile[i + j] += sum[i + j];
  for (uint32_t i = whole; i < n; i++) tile[i] += sum[i];
}

bool pel_pyramid_sums_add(pel_pyramid_sums *p, uint32_t first_row, uint32_t n_rows, uint32_t first_key,
                          uint32_t n_keys, const uint32_t *sum, const float *block_max) {
  uint32_t tile_row = first_row / PEL_TILE * PEL_TILE, end = first_key + n_keys;
  /* Keys of a later tile than the rows' own do not exist: causality. A caller that says so is wrong. */
  if (!n_keys || first_key % PEL_TILE || end > tile_row + PEL_TILE) return true;
  if (tile_row != p->tile_row && !pel_pyramid_sums_flush(p)) return false;
  p->tile_row = tile_row;
  if (!grow_keys(p, (size_t)tile_row + PEL_TILE)) return false;
  add_sums(p->tile + first_key, sum, n_keys);
  float *max = p->tile_max + first_key / PEL_TILE;
  for (uint32_t i = 0; i < (n_keys + PEL_TILE - 1) / PEL_TILE; i++)
    max[i] = block_max[i] > max[i] ? block_max[i] : max[i];
  uint32_t hi = (end + PEL_TILE - 1) / PEL_TILE * PEL_TILE;
  if (!p->hi || first_key < p->lo) p->lo = first_key;
  if (hi > p->hi) p->hi = hi;
  p->rows += n_rows;
  if (first_row + n_rows > p->end) p->end = first_row + n_rows;
  return true;
}

/* ---- results ---- */

void pel_pyramid_received(const pel_pyramid_sums *p, uint32_t first, uint32_t n, float *out) {
  for (uint32_t i = 0; i < n; i++) {
    uint64_t sum = (size_t)first + i < p->keys ? p->received[first + i] : 0;
    out[i] = (float)((double)sum * 0x1p-24);
  }
}

uint32_t pel_pyramid_block(uint32_t n_rows) {
  uint32_t block = PEL_TILE;
  while ((n_rows + (uint64_t)block - 1) / block > PEL_PYRAMID_SIDE) block *= 2;
  return block;
}

void pel_pyramid_encode(const pel_pyramid_sums *p, uint32_t n_rows, uint8_t *out) {
  size_t n = pel_triangle(pel_pyramid_side(n_rows));
  double unit = 0x1p-24 / p->block;
  for (size_t i = 0; i < n; i++) {
    out[i] = pel_log_encode((double)get_sum(p, i) * unit);
    out[n + i] = get_max(p, i);
  }
}

/* ---- codes ---- */

/* 2 ^ ((j + 0.5) / 11 - 1): where rounding moves from one code to the next inside an octave. */
static const double edges[11] = {
    0x1.0831b1d2a8dedp-1, 0x1.1960a9eee7794p-1, 0x1.2badbf29bbe58p-1, 0x1.3f2b8d7465158p-1,
    0x1.53ede69a3ec18p-1, 0x1.6a09e667f3bcdp-1, 0x1.819608223f979p-1, 0x1.9aaa3d6212cc2p-1,
    0x1.b560066d581ccp-1, 0x1.d1d28c251cd06p-1, 0x1.f01ebba379b23p-1,
};

uint8_t pel_log_encode(double x) {
  if (!(x > 0)) return 0;
  if (x >= 1) return 255;
  uint64_t bits;
  memcpy(&bits, &x, 8);
  int exponent = (int)(bits >> 52) - 1022; /* x = f 2^exponent, f in [0.5, 1) */
  bits = (bits & 0xfffffffffffffu) | (uint64_t)1022 << 52;
  double f;
  memcpy(&f, &bits, 8);
  int code = 255 + 11 * (exponent - 1);
  if (code < -10) return 0;
  for (int j = 0; j < 11; j++) code += f >= edges[j];
  return code < 1 ? 0 : code > 255 ? 255 : (uint8_t)code;
}

void pel_log_table(float out[256]) {
  out[0] = 0;
  for (int c = 1; c < 256; c++) out[c] = (float)exp2((c - 255) / 11.0);
}
