#include "src/analysis/map_overview.h"

#include "engine/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_WORK (1 << 18)  /* weights of an overview that is rather made exactly: a few ms, and few cells to colour */
#define SHARE_WORK (1 << 23)  /* weights that are added up for a share: some 50 ms */

/* ---- cells ---- */

/* The largest norm of each block of keys, as a head sees them. */
static pel_status block_norms(pel_trace *trace, pel_head_place head, uint32_t n, uint32_t block, float *scratch,
                              float *out, pel_error *err) {
  PEL_TRY(pel_trace_keys(trace, head.layer, head.head, (pel_range){0, n}, NULL, scratch, err));
  memset(out, 0, (n + block - 1) / block * sizeof *out);
  for (uint32_t k = 0; k < n; k++)
    if (scratch[k] > out[k / block]) out[k / block] = scratch[k];
  return PEL_OK;
}

static pel_status add_head(pel_map_source *s, pel_map_view *v, pel_head_place head, float *norms, pel_error *err) {
  pel_pyramid p = {0};
  PEL_TRY(pel_trace_pyramid(s->trace, head.layer, head.head, &p, err));
  pel_status status = PEL_OK;
  if (p.side < v->n_rows) status = pel_fail(err, PEL_ERR_INPUT, "layer %u head %u: its overview is too small", head.layer, head.head);
  if (status == PEL_OK && s->of.value_weighted)
    status = block_norms(s->trace, head, v->n_units, v->block, norms + v->n_rows, norms, err);
  for (uint32_t r = 0; r < v->n_rows && status == PEL_OK; r++)
    for (uint32_t c = 0; c <= r; c++) {
      float w = p.max[(size_t)r * p.side + c] * (s->of.value_weighted ? norms[c] : 1);
      if (isfinite(w)) v->weights[(size_t)r * v->n_cols + c] += w / (float)s->n_heads;
    }
  pel_pyramid_clear(&p);
  return status;
}

static void open_cells(const pel_map_source *s, pel_map_view *v) {
  for (uint32_t r = 0; r < v->n_rows; r++) {
    uint32_t first = r * v->block, last = first + v->block < v->n_units ? first + v->block - 1 : v->n_units - 1;
    pel_range seen = {pel_map_source_visible(s, first).start / v->block, pel_map_source_visible(s, last).end};
    for (uint32_t c = 0; c < v->n_cols; c++)
      v->kinds[(size_t)r * v->n_cols + c] = c >= seen.start && c * v->block < seen.end ? PEL_CELL_WEIGHT : PEL_CELL_FORBIDDEN;
  }
}

/* The block of stored overviews: the first head's stands for all. */
static pel_status stored_block(const pel_map_source *s, uint32_t *block, pel_error *err) {
  pel_pyramid p = {0};
  PEL_TRY(pel_trace_pyramid(s->trace, s->heads[0].layer, s->heads[0].head, &p, err));
  *block = p.block;
  pel_pyramid_clear(&p);
  return *block ? PEL_OK : pel_fail(err, PEL_ERR_INPUT, "layer %u head %u: its overview is empty", s->heads[0].layer, s->heads[0].head);
}

static pel_status from_pyramids(pel_map_source *s, const pel_progress *progress, pel_map_view *v, pel_error *err) {
  PEL_TRY(stored_block(s, &v->block, err));
  v->n_rows = v->n_cols = (v->n_units + v->block - 1) / v->block;
  PEL_TRY(pel_map_view_allocate(v, err));
  open_cells(s, v);
  float *norms = pel_alloc((size_t)v->n_rows + v->n_units, sizeof *norms);
  if (!norms) return pel_fail_memory(err, "value norms", v->n_units * sizeof *norms);
  pel_status status = PEL_OK;
  for (uint32_t i = 0; i < s->n_heads && status == PEL_OK; i++)
    status = pel_progress_step(progress, (double)i / s->n_heads) ? add_head(s, v, s->heads[i], norms, err)
                                                                 : pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading the heads");
  free(norms);
  return status;
}

static pel_status exactly(pel_map_source *s, const pel_progress *progress, pel_map_view *v, pel_error *err) {
  pel_map_options o = {.of = s->of, .units = &s->units, .scale = PEL_SCALE_LOG};
  return pel_map_view_load(s->trace, &o, progress, v, err);
}

/* Sums of units of raw weights end at 1; weighted, at the largest norm that there is. */
static pel_status bound_of_units(pel_map_source *s, pel_map_view *v, pel_error *err) {
  uint32_t n = pel_trace_get_info(s->trace)->n_rows;
  double sum = 0;
  v->high = 1;
  if (!s->of.value_weighted) return PEL_OK;
  float *norms = pel_alloc((size_t)n + 1, sizeof *norms), most;
  if (!norms) return pel_fail_memory(err, "value norms", n * sizeof *norms);
  pel_status status = PEL_OK;
  for (uint32_t i = 0; i < s->n_heads && status == PEL_OK; i++) {
    status = block_norms(s->trace, s->heads[i], n, n, norms, &most, err);
    if (status == PEL_OK) sum += (double)most;
  }
  free(norms);
  if (status == PEL_OK && sum > 0) v->high = (float)(sum / s->n_heads);
  return status;
}

static pel_status load(pel_map_source *s, const pel_progress *progress, pel_map_view *v, pel_error *err) {
  uint32_t n = pel_map_source_size(s);
  if (n == 0) return pel_fail(err, PEL_ERR_INPUT, "the trace holds no tokens yet");
  if (pel_map_source_work(s, (pel_range){0, n}, (pel_range){0, n}) <= EXACT_WORK) return exactly(s, progress, v, err);
  *v = (pel_map_view){.of = s->of, .n_heads = s->n_heads, .rows = {0, n}, .cols = {0, n}, .n_units = n,
                      .window = s->window, .block = 1, .high = 1, .mass_share = 1};
  if (s->of.level != PEL_LEVEL_TOKEN) return bound_of_units(s, v, err);
  PEL_TRY(from_pyramids(s, progress, v, err));
  for (size_t i = 0; i < (size_t)v->n_rows * v->n_cols; i++)
    if (v->weights[i] > v->max_weight) v->max_weight = v->weights[i];
  v->high = v->max_weight > 0 ? v->max_weight : 1;
  v->low = v->high * 1e-5f;
  return PEL_OK;
}

pel_status pel_map_overview_load(pel_trace *trace, const pel_map_choice *of, const pel_units *units,
                                 const pel_progress *progress, pel_map_view *out, pel_error *err) {
  pel_map_source s;
  pel_map_view v = {0};
  PEL_TRY(pel_map_source_open(trace, of, units, &s, err));
  pel_status status = load(&s, progress, &v, err);
  pel_map_source_close(&s);
  if (status != PEL_OK) {
    pel_map_view_clear(&v);
    return status;
  }
  if (!(v.max_weight > 0)) v.max_weight = v.high;
  else v.high = v.max_weight;
  *out = v;
  return PEL_OK;
}

/* ---- colours ---- */

static float row_largest(const pel_map_view *v, size_t line, uint32_t first) {
  float most = 0;
  for (uint32_t c = first; c < v->n_cols; c++)
    if (v->kinds[line + c] == PEL_CELL_WEIGHT) most = fmaxf(most, v->weights[line + c]);
  return most;
}

/* The row's weights in order; their number. */
static uint32_t sort_row(const pel_map_view *v, size_t line, uint32_t first, float *sorted) {
  uint32_t n = 0;
  for (uint32_t c = first; c < v->n_cols; c++)
    if (v->kinds[line + c] == PEL_CELL_WEIGHT) sorted[n++] = v->weights[line + c];
  pel_sort_weights(sorted, n);
  return n;
}

void pel_map_view_recolor(pel_map_view *v, pel_scale scale, float low, float high, bool no_sink) {
  uint32_t first = no_sink && v->cols.start == 0 ? 1 : 0; /* a block goes with its sink: what is left of it is not known */
  float *sorted = scale == PEL_SCALE_RANK ? pel_alloc((size_t)v->n_cols + 1, sizeof *sorted) : NULL;
  for (uint32_t r = 0; r < v->n_rows; r++) {
    size_t line = (size_t)r * v->n_cols;
    if (v->n_cols && v->cols.start == 0 && v->kinds[line] != PEL_CELL_FORBIDDEN)
      v->kinds[line] = no_sink ? PEL_CELL_HIDDEN : PEL_CELL_WEIGHT;
    float largest = scale == PEL_SCALE_ROW ? row_largest(v, line, first) : 0;
    uint32_t n = sorted ? sort_row(v, line, first, sorted) : 0;
    for (uint32_t c = first; c < v->n_cols; c++) {
      float w = v->weights[line + c], quantity = w;
      if (v->kinds[line + c] != PEL_CELL_WEIGHT) continue;
      if (scale == PEL_SCALE_ROW) quantity = largest > 0 ? w / largest : 0;
      if (n) quantity = pel_rank_value(sorted, n, w);
      v->values[line + c] = pel_scale_value(scale, quantity, low, high);
    }
  }
  free(sorted);
  v->scale = scale, v->low = low, v->high = high;
}

/* ---- how much ---- */

static pel_status exact_share(pel_map_source *s, pel_range rows, pel_range cols, bool no_sink, double *out, pel_error *err) {
  pel_map_options o = {.of = s->of, .units = &s->units, .rows = rows, .cols = cols, .scale = PEL_SCALE_LINEAR, .no_sink = no_sink, .max_rows = 1, .max_cols = 1};
  pel_map_view v;
  PEL_TRY(pel_map_view_load(s->trace, &o, NULL, &v, err));
  *out = v.mass_share;
  pel_map_view_clear(&v);
  return PEL_OK;
}

static double overlap(pel_range r, uint32_t block, uint32_t size) { /* share of a block that lies in the range */
  double from = fmax(r.start, (double)block * size), to = fmin(r.end, (double)(block + 1) * size);
  return to > from ? (to - from) / size : 0;
}

static pel_status head_share(pel_trace *trace, pel_head_place head, pel_range rows, pel_range cols, bool no_sink, double *out, pel_error *err) {
  pel_pyramid p = {0};
  PEL_TRY(pel_trace_pyramid(trace, head.layer, head.head, &p, err));
  double sum = 0, all = 0;
  for (uint32_t r = rows.start / p.block; r < p.side && r * p.block < rows.end; r++) {
    double part = overlap(rows, r, p.block);
    for (uint32_t c = 0; c <= r; c++) {
      double mass = part * (double)p.sum[(size_t)r * p.side + c];
      all += mass, sum += mass * overlap(cols, c, p.block);
    }
  }
  pel_pyramid_clear(&p);
  float *sinks = no_sink && cols.start == 0 ? pel_alloc(rows.end - rows.start, sizeof *sinks) : NULL;
  if (no_sink && cols.start == 0 && !sinks) return pel_fail_memory(err, "the rows' sinks", rows.end - rows.start);
  pel_status status = sinks ? pel_trace_rows(trace, head.layer, head.head, rows, NULL, NULL, NULL, sinks, err) : PEL_OK;
  double sink = 0;
  for (uint32_t i = 0; sinks && status == PEL_OK && i < rows.end - rows.start; i++) sink += (double)sinks[i];
  free(sinks);
  if (status == PEL_OK) *out += fmax(0, fmin(1, all > 0 ? sum / all : 0) - sink / (rows.end - rows.start));
  return status;
}

static pel_status coarse_share(pel_map_source *s, pel_range rows, pel_range cols, bool no_sink, const pel_progress *progress,
                               double *out, pel_error *err) {
  double sum = 0;
  pel_range r = pel_units_tokens(&s->units, rows), c = pel_units_tokens(&s->units, cols);
  for (uint32_t i = 0; i < s->n_heads; i++) {
    if (!pel_progress_step(progress, (double)i / s->n_heads)) return pel_fail(err, PEL_ERR_CANCELLED, "stopped");
    PEL_TRY(head_share(s->trace, s->heads[i], r, c, no_sink, &sum, err));
  }
  *out = sum / s->n_heads;
  return PEL_OK;
}

pel_status pel_map_share_load(pel_trace *trace, const pel_map_choice *of, const pel_units *units, pel_range rows,
                              pel_range cols, bool no_sink, const pel_progress *progress, pel_map_share *out,
                              pel_error *err) {
  pel_map_choice raw = *of;
  pel_map_source s;
  pel_map_share share = {0};
  raw.value_weighted = false;
  PEL_TRY(pel_map_source_open(trace, &raw, units, &s, err));
  share.exact = pel_map_source_work(&s, rows, cols) <= SHARE_WORK;
  pel_status status = share.exact ? exact_share(&s, rows, cols, no_sink, &share.share, err)
                                  : coarse_share(&s, rows, cols, no_sink, progress, &share.share, err);
  pel_map_source_close(&s);
  if (status == PEL_OK) *out = share;
  return status;
}
