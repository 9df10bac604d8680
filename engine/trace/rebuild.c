#include "engine/trace/rebuild.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/kernels/kernels.h"

void pel_rebuild_init(pel_rebuild *r, pel_trace *trace) { *r = (pel_rebuild){.trace = trace}; }

void pel_rebuild_clear(pel_rebuild *r) {
  free(r->keys);
  free(r->s);
  free(r->sum);
  free(r->block_max);
  free(r->q);
  pel_rebuild_init(r, r->trace);
}

static pel_status reserve_keys(pel_rebuild *r, size_t bytes, pel_error *err) {
  if (bytes <= r->keys_capacity) return PEL_OK;
  free(r->keys);
  r->keys_capacity = 0;
  r->keys = pel_alloc_aligned(bytes, 1);
  if (!r->keys) return pel_fail_memory(err, "keys of a head", bytes);
  r->keys_capacity = bytes;
  return PEL_OK;
}

static pel_status load_keys(pel_rebuild *r, uint32_t layer, uint32_t k_index, pel_error *err) {
  if (r->loaded && r->layer == layer && r->k_index == k_index) return PEL_OK;
  const pel_layer_layout *l = &r->trace->layouts[layer];
  size_t head_dim = l->shape.head_dim, n_rows = r->trace->info.n_rows;
  r->loaded = false;
  PEL_TRY(reserve_keys(r, pel_key_blocks(n_rows) * PEL_KEYS * head_dim * 2, err));
  for (uint32_t first = 0; first < n_rows; first += l->block) {
    const pel_block *b;
    PEL_TRY(pel_trace_block(r->trace, PEL_BLOCK_KEY, layer, k_index, first / l->block, &b, err));
    size_t n = n_rows - first < l->block ? n_rows - first : l->block;
    memcpy(r->keys + first * head_dim, b->keys, pel_key_blocks(n) * PEL_KEYS * head_dim * 2);
  }
  r->layer = layer, r->k_index = k_index, r->loaded = true;
  return PEL_OK;
}

static pel_status reserve_rows(pel_rebuild *r, uint32_t layer, pel_error *err) {
  const pel_trace_layer *shape = &r->trace->layouts[layer].shape;
  size_t span = r->trace->info.n_rows;
  if (shape->window && shape->window + PEL_TILE < span) span = shape->window + PEL_TILE;
  span = pel_round_up(span, PEL_TILE) + PEL_TILE;
  if (span > r->span) {
    free(r->s);
    free(r->sum);
    free(r->block_max);
    r->span = 0;
    r->s = pel_alloc_aligned(span * PEL_ROWS_MAX, sizeof *r->s);
    r->sum = pel_alloc_aligned(span, sizeof *r->sum);
    r->block_max = pel_alloc(span / PEL_TILE, sizeof *r->block_max);
    if (!r->s || !r->sum || !r->block_max)
      return pel_fail_memory(err, "rows of attention", span * sizeof *r->s);
    r->span = span;
  }
  if (!r->q) r->q = pel_alloc_aligned(PEL_ROWS_MAX * PEL_TRACE_MAX_HEAD_DIM, sizeof *r->q);
  return r->q ? PEL_OK : pel_fail_memory(err, "queries", PEL_TRACE_MAX_HEAD_DIM);
}

/* One group of rows of a tile: softmax of each, then their columns. */
static bool run_group(pel_rebuild *r, const pel_layer_layout *l, pel_row *rows, uint32_t first, uint32_t n,
                      bool columns, bool (*show)(void *user, const pel_rebuilt_row *row), void *user) {
  const pel_kernels *kernels = pel_kernels_get();
  const pel_row_spec spec = {l->shape.head_dim, l->shape.scale, l->shape.softcap};
  bool sound = true;
  kernels->score_rows(&spec, rows, n, r->keys);
  for (uint32_t i = 0; i < n; i++) {
    kernels->softmax_row(&rows[i], true);
    /* z is 1 or more, unless Q or K hold something that is not a number: such rows add nothing. */
    sound = sound && rows[i].z >= 0.5f && isfinite(rows[i].z);
    pel_rebuilt_row row = {first + i, rows[i].m, rows[i].z, rows[i].entropy, 0};
    if (rows[i].lo == 0) row.sink = rows[i].s[0] / rows[i].z;
    if (show && !show(user, &row)) return false;
  }
  if (columns && sound) kernels->column_rows(rows, n, r->sum, r->block_max);
  return true;
}

static pel_status run_tile(pel_rebuild *r, uint32_t layer, const pel_block *q, uint32_t first, uint32_t n,
                           pel_pyramid_sums *sums, bool (*show)(void *user, const pel_rebuilt_row *row),
                           void *user, pel_error *err) {
  const pel_layer_layout *l = &r->trace->layouts[layer];
  size_t head_dim = l->shape.head_dim;
  uint32_t base = pel_layer_visible(&l->shape, first).start / PEL_TILE * PEL_TILE;
  if (sums) {
    memset(r->sum, 0, r->span * sizeof *r->sum);
    memset(r->block_max, 0, r->span / PEL_TILE * sizeof *r->block_max);
  }
  for (uint32_t done = 0; done < n;) {
    uint32_t group = n - done < PEL_ROWS_MAX ? n - done : PEL_ROWS_MAX, row = first + done;
    pel_row rows[PEL_ROWS_MAX];
    pel_kernels_get()->float_from_half(q->queries + (size_t)(row - q->block * l->block) * head_dim, r->q,
                                       group * head_dim);
    for (uint32_t i = 0; i < group; i++) {
      pel_range visible = pel_layer_visible(&l->shape, row + i);
      rows[i] = (pel_row){.q = r->q + i * head_dim,
                          .s = r->s + i * r->span,
                          .base = base,
                          .lo = visible.start,
                          .hi = visible.end};
    }
    if (!run_group(r, l, rows, row, group, sums != NULL, show, user))
      return pel_fail(err, PEL_ERR_CANCELLED, "%s: cancelled", r->trace->path);
    done += group;
  }
  if (sums && !pel_pyramid_sums_add(sums, first, n, base, first + n - base, r->sum, r->block_max))
    return pel_fail_memory(err, "the pyramid of a head", r->span);
  return PEL_OK;
}

pel_status pel_rebuild_head(pel_rebuild *r, uint32_t layer, uint32_t q_index, pel_pyramid_sums *sums,
                            bool (*show)(void *user, const pel_rebuilt_row *row), void *user,
                            pel_error *err) {
  const pel_layer_layout *l = &r->trace->layouts[layer];
  uint32_t k_index = (uint32_t)l->k_index[l->q_heads[q_index] / (l->shape.n_head / l->shape.n_kv_head)];
  uint32_t n_rows = r->trace->info.n_rows;
  PEL_TRY(load_keys(r, layer, k_index, err));
  PEL_TRY(reserve_rows(r, layer, err));
  for (uint32_t first = 0; first < n_rows; first += PEL_TILE) {
    const pel_block *q;
    uint32_t n = n_rows - first < PEL_TILE ? n_rows - first : PEL_TILE;
    PEL_TRY(pel_trace_block(r->trace, PEL_BLOCK_QUERY, layer, q_index, first / l->block, &q, err));
    PEL_TRY(run_tile(r, layer, q, first, n, sums, show, user, err));
  }
  if (sums && !pel_pyramid_sums_flush(sums)) return pel_fail_memory(err, "the pyramid of a head", r->span);
  return PEL_OK;
}
