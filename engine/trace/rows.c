/* Exact tiles: weights from stored queries, keys and statistics, and the stored rows themselves. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/kernels/kernels.h"
#include "engine/trace/reader.h"

/* ---- maps ---- */

typedef struct tile {
  pel_trace *t;
  const pel_layer_layout *l;
  uint32_t layer, q_index, k_index;
  pel_range cols;
  float *out; /* row 0 of the map, and */
  size_t stride;
  uint32_t first_row;
  float *q, *s; /* [PEL_ROWS_MAX, head_dim], [PEL_ROWS_MAX, block] */
} tile;

/* Weights of some rows with the keys of one block. Coordinates are counted from the block's first key, a
 * multiple of 32, so that the kernels see the same lanes. */
static void weigh_block(const tile *m, const pel_block *keys, const pel_statistic *statistics, uint32_t row,
                        uint32_t n) {
  const pel_kernels *kernels = pel_kernels_get();
  const pel_row_spec spec = {m->l->shape.head_dim, m->l->shape.scale, m->l->shape.softcap};
  uint32_t base = keys->block * m->l->block, end = base + keys->n, n_seen = 0, places[PEL_ROWS_MAX];
  pel_row rows[PEL_ROWS_MAX];
  for (uint32_t i = 0; i < n; i++) {
    pel_range visible = pel_layer_visible(&m->l->shape, row + i);
    uint32_t lo = visible.start > m->cols.start ? visible.start : m->cols.start;
    uint32_t hi = visible.end < m->cols.end ? visible.end : m->cols.end;
    if (lo < base) lo = base;
    if (hi > end) hi = end;
    if (lo >= hi) continue;
    rows[n_seen] = (pel_row){.q = m->q + i * (size_t)m->l->shape.head_dim,
                             .s = m->s + n_seen * (size_t)m->l->block,
                             .lo = lo - base,
                             .hi = hi - base,
                             .m = statistics[i].m,
                             .z = statistics[i].z};
    places[n_seen++] = i;
  }
  if (!n_seen) return;
  kernels->score_rows(&spec, rows, n_seen, keys->keys);
  for (uint32_t i = 0; i < n_seen; i++) {
    pel_row *r = &rows[i];
    /* No score exceeds the maximum of its row; in a file that lies about it the weight stays below 1 / Z. */
    for (uint32_t j = r->from; j < r->to; j++) r->s[j] = r->s[j] < r->m ? r->s[j] : r->m;
    kernels->weigh_row(r);
    memcpy(m->out + (row + places[i] - m->first_row) * m->stride + (base + r->lo - m->cols.start),
           r->s + r->lo, (r->hi - r->lo) * sizeof *r->s);
  }
}

static pel_status map_group(const tile *m, uint32_t row, uint32_t n, pel_error *err) {
  const pel_layer_layout *l = m->l;
  size_t head_dim = l->shape.head_dim;
  uint32_t block = row / l->block, at = row % l->block;
  const pel_block *b;
  pel_statistic statistics[PEL_ROWS_MAX];
  PEL_TRY(pel_trace_block(m->t, PEL_BLOCK_STATISTIC, m->layer, m->q_index, block, &b, err));
  memcpy(statistics, b->statistics + at, n * sizeof *statistics);
  for (uint32_t i = 0; i < n; i++)
    if (!isfinite(statistics[i].m) || !isfinite(statistics[i].z) || !(statistics[i].z > 0))
      return pel_trace_bad(m->t, err, "attention_row", "layer %u head %u row %u: m or z is no usable number",
                           m->layer, l->q_heads[m->q_index], row + i);
  PEL_TRY(pel_trace_block(m->t, PEL_BLOCK_QUERY, m->layer, m->q_index, block, &b, err));
  pel_kernels_get()->float_from_half(b->queries + at * head_dim, m->q, n * head_dim);
  pel_range first = pel_layer_visible(&l->shape, row);
  uint32_t from = first.start > m->cols.start ? first.start : m->cols.start;
  uint32_t to = row + n < m->cols.end ? row + n : m->cols.end;
  for (uint32_t key = from; key < to; key = (key / l->block + 1) * l->block) {
    PEL_TRY(pel_trace_block(m->t, PEL_BLOCK_KEY, m->layer, m->k_index, key / l->block, &b, err));
    weigh_block(m, b, statistics, row, n);
  }
  return PEL_OK;
}

static pel_status map_rows(const tile *m, pel_range rows, pel_error *err) {
  for (uint32_t row = rows.start; row < rows.end;) {
    uint32_t rest = m->l->block - row % m->l->block, n = rows.end - row < rest ? rows.end - row : rest;
    if (n > PEL_ROWS_MAX) n = PEL_ROWS_MAX;
    PEL_TRY(map_group(m, row, n, err));
    row += n;
  }
  return PEL_OK;
}

pel_status pel_trace_map(pel_trace *t, uint32_t layer, uint32_t head, pel_range rows, pel_range cols,
                         float *out, pel_error *err) {
  tile m = {.t = t,
            .layer = layer,
            .cols = cols,
            .out = out,
            .stride = cols.end - cols.start,
            .first_row = rows.start};
  PEL_TRY(pel_trace_head(t, layer, head, &m.q_index, err));
  PEL_TRY(pel_trace_check_range(t, rows, "rows", err));
  PEL_TRY(pel_trace_check_range(t, cols, "keys", err));
  m.l = &t->layouts[layer];
  m.k_index = (uint32_t)m.l->k_index[head / (m.l->shape.n_head / m.l->shape.n_kv_head)];
  m.q = pel_alloc_aligned(PEL_ROWS_MAX * (size_t)m.l->shape.head_dim, sizeof *m.q);
  m.s = pel_alloc_aligned(PEL_ROWS_MAX * (size_t)m.l->block, sizeof *m.s);
  memset(out, 0, (size_t)(rows.end - rows.start) * m.stride * sizeof *out);
  pel_status status =
      m.q && m.s ? map_rows(&m, rows, err) : pel_fail_memory(err, "a tile of attention", m.l->block);
  free(m.q);
  free(m.s);
  return status;
}

/* ---- stored rows ---- */

/* Calls take (block, first row in it, rows, place in the output) for each block of the range. */
typedef void (*take_rows)(void *user, const pel_block *b, uint32_t at, uint32_t n, uint32_t place);

static pel_status each_block(pel_trace *t, pel_block_kind kind, uint32_t layer, uint32_t index,
                             pel_range rows, take_rows take, void *user, pel_error *err) {
  uint32_t block = t->layouts[layer].block;
  for (uint32_t row = rows.start; row < rows.end;) {
    const pel_block *b;
    PEL_TRY(pel_trace_block(t, kind, layer, index, row / block, &b, err));
    uint32_t at = row % block, n = rows.end - row < block - at ? rows.end - row : block - at;
    take(user, b, at, n, row - rows.start);
    row += n;
  }
  return PEL_OK;
}

typedef struct row_arrays {
  float *m, *z, *entropy, *sink, *value_norm;
} row_arrays;

static void take_statistics(void *user, const pel_block *b, uint32_t at, uint32_t n, uint32_t place) {
  const row_arrays *to = user;
  const pel_kernels *kernels = pel_kernels_get();
  for (uint32_t i = 0; i < n; i++) {
    const pel_statistic *s = &b->statistics[at + i];
    if (to->m) to->m[place + i] = s->m;
    if (to->z) to->z[place + i] = s->z;
    if (to->entropy) to->entropy[place + i] = s->entropy;
    if (to->sink) kernels->float_from_half(&s->sink, &to->sink[place + i], 1);
    if (to->value_norm) kernels->float_from_half(&s->value_norm, &to->value_norm[place + i], 1);
  }
}

pel_status pel_trace_rows(pel_trace *t, uint32_t layer, uint32_t head, pel_range rows, float *m, float *z,
                          float *entropy, float *sink, pel_error *err) {
  uint32_t q_index;
  PEL_TRY(pel_trace_head(t, layer, head, &q_index, err));
  PEL_TRY(pel_trace_check_range(t, rows, "rows", err));
  row_arrays to = {m, z, entropy, sink, NULL};
  return each_block(t, PEL_BLOCK_STATISTIC, layer, q_index, rows, take_statistics, &to, err);
}

static pel_status read_norms(pel_trace *t, uint32_t layer, uint32_t q_index, pel_range keys, float *out,
                             pel_error *err) {
  row_arrays to = {.value_norm = out};
  return each_block(t, PEL_BLOCK_STATISTIC, layer, q_index, keys, take_statistics, &to, err);
}

pel_status pel_trace_keys(pel_trace *t, uint32_t layer, uint32_t head, pel_range keys, float *received,
                          float *value_norm, pel_error *err) {
  uint32_t q_index;
  PEL_TRY(pel_trace_head(t, layer, head, &q_index, err));
  PEL_TRY(pel_trace_check_range(t, keys, "keys", err));
  if (value_norm) PEL_TRY(read_norms(t, layer, q_index, keys, value_norm, err));
  if (received) PEL_TRY(pel_trace_received(t, layer, head, keys, received, err));
  return PEL_OK;
}

typedef struct half_rows {
  uint16_t *out;
  size_t head_dim;
} half_rows;

static void take_queries(void *user, const pel_block *b, uint32_t at, uint32_t n, uint32_t place) {
  const half_rows *to = user;
  memcpy(to->out + place * to->head_dim, b->queries + at * to->head_dim, n * to->head_dim * 2);
}

static void take_keys(void *user, const pel_block *b, uint32_t at, uint32_t n, uint32_t place) {
  const half_rows *to = user;
  for (uint32_t i = 0; i < n; i++) {
    const uint16_t *key = b->keys + (at + i) / PEL_KEYS * to->head_dim * PEL_KEYS + (at + i) % PEL_KEYS;
    for (size_t j = 0; j < to->head_dim; j++) to->out[(place + i) * to->head_dim + j] = key[j * PEL_KEYS];
  }
}

pel_status pel_trace_queries(pel_trace *t, uint32_t layer, uint32_t head, pel_range rows, uint16_t *out,
                             pel_error *err) {
  uint32_t q_index;
  PEL_TRY(pel_trace_head(t, layer, head, &q_index, err));
  PEL_TRY(pel_trace_check_range(t, rows, "rows", err));
  half_rows to = {out, t->layouts[layer].shape.head_dim};
  return each_block(t, PEL_BLOCK_QUERY, layer, q_index, rows, take_queries, &to, err);
}

pel_status pel_trace_key_rows(pel_trace *t, uint32_t layer, uint32_t kv_head, pel_range rows, uint16_t *out,
                              pel_error *err) {
  bool there = layer < t->info.n_layers && kv_head < t->layouts[layer].shape.n_kv_head &&
               t->layouts[layer].k_index[kv_head] >= 0;
  if (!there)
    return pel_fail(err, PEL_ERR_USAGE, "%s: layer %u key head %u is not in this trace", t->path, layer,
                    kv_head);
  PEL_TRY(pel_trace_check_range(t, rows, "rows", err));
  half_rows to = {out, t->layouts[layer].shape.head_dim};
  return each_block(t, PEL_BLOCK_KEY, layer, (uint32_t)t->layouts[layer].k_index[kv_head], rows, take_keys,
                    &to, err);
}
