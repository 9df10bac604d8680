#include "src/analysis/view_map.h"

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECADES 1e-5f           /* the log scale ends at this share of the largest weight */
#define BAND_WEIGHTS (1u << 20) /* weights read at once, about: 4 MiB */
#define CELLS_MAX (1ull << 28)  /* 256 Mi cells: 2.3 GiB; a picture of more is a mistake */

static const char *const scale_names[PEL_SCALES] = {"log", "linear", "row", "rank"};

const char *pel_scale_name(pel_scale scale) {
  return (unsigned)scale < PEL_SCALES ? scale_names[scale] : "?";
}

bool pel_scale_parse(const char *name, pel_scale *out) {
  for (int i = 0; i < PEL_SCALES; i++)
    if (strcmp(name, scale_names[i]) == 0) {
      *out = (pel_scale)i;
      return true;
    }
  return false;
}

float pel_log_value(float weight, float low, float high) {
  if (!(weight > low)) return 0;
  if (weight >= high) return 1;
  return log10f(weight / low) / log10f(high / low);
}

/* ---- checks ---- */

static void list_recorded(const pel_trace *trace, uint32_t n_layers, char *out, size_t size) {
  size_t at = 0;
  out[0] = 0;
  for (uint32_t l = 0; l < n_layers && at + 16 < size; l++) {
    const pel_trace_layer *layer = pel_trace_get_layer(trace, l);
    if (!layer || !layer->recorded) continue;
    uint32_t end = l;
    for (const pel_trace_layer *next; (next = pel_trace_get_layer(trace, end + 1)) && next->recorded;)
      end++;
    at += (size_t)snprintf(out + at, size - at, end > l ? "%s%u-%u" : "%s%u", at ? ", " : "", l, end);
    l = end;
  }
  if (!at) snprintf(out, size, "none");
}

pel_status pel_check_head(const pel_trace *trace, uint32_t layer, uint32_t head, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  const pel_trace_layer *l = layer < info->n_layers ? pel_trace_get_layer(trace, layer) : NULL;
  if (!l)
    return pel_fail(err, PEL_ERR_USAGE, "layer %u does not exist: this model has layers 0-%u", layer,
                    info->n_layers - 1);
  char recorded[120];
  list_recorded(trace, info->n_layers, recorded, sizeof recorded);
  if (!l->recorded)
    return pel_fail(err, PEL_ERR_USAGE, "layer %u was not recorded; recorded layers: %s", layer, recorded);
  if (head >= l->n_head)
    return pel_fail(err, PEL_ERR_USAGE, "head %u does not exist: layer %u has heads 0-%u", head, layer,
                    l->n_head - 1);
  if (!pel_trace_has_head(trace, layer, head))
    return pel_fail(err, PEL_ERR_USAGE,
                    "head %u of layer %u was not recorded; the heads picture shows which are", head, layer);
  return PEL_OK;
}

uint32_t pel_attention_rows_of(const pel_trace *trace) { return pel_trace_get_info(trace)->n_rows; }

pel_status pel_check_range(uint32_t n, const char *what, pel_range *range, pel_error *err) {
  if (n == 0) return pel_fail(err, PEL_ERR_INPUT, "the trace holds no tokens yet; record some first");
  if (range->start == 0 && range->end == 0) range->end = n;
  if (range->start < range->end && range->end <= n) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE,
                  "%s %u:%u are not in this trace: positions run from 0 to %u (the end is not included)",
                  what, range->start, range->end, n);
}

/* ---- plan ---- */

static uint32_t ceil_div(uint32_t a, uint32_t b) { return a / b + (a % b != 0); }

static uint32_t block_for(uint32_t n, uint32_t max) { return max && n > max ? ceil_div(n, max) : 1; }

pel_status pel_map_view_plan(pel_trace *trace, const pel_map_options *o, pel_map_view *out, pel_error *err) {
  pel_map_view v = {.layer = o->layer, .head = o->head, .rows = o->rows, .cols = o->cols, .scale = o->scale};
  PEL_TRY(pel_check_head(trace, o->layer, o->head, err));
  PEL_TRY(pel_check_range(pel_attention_rows_of(trace), "rows", &v.rows, err));
  PEL_TRY(pel_check_range(pel_attention_rows_of(trace), "cols", &v.cols, err));
  uint32_t n_rows = v.rows.end - v.rows.start, n_cols = v.cols.end - v.cols.start;
  uint32_t by_rows = block_for(n_rows, o->max_rows), by_cols = block_for(n_cols, o->max_cols);
  v.n_tokens = pel_attention_rows_of(trace);
  v.window = pel_trace_get_layer(trace, o->layer)->window;
  v.block = by_rows > by_cols ? by_rows : by_cols;
  v.n_rows = ceil_div(n_rows, v.block);
  v.n_cols = ceil_div(n_cols, v.block);
  v.sink_hidden = o->no_sink && v.cols.start == 0;
  v.low = 1e-5f;
  v.high = v.max_weight = 1;
  v.mass_share = 1;
  *out = v;
  return PEL_OK;
}

/* ---- filling ---- */

typedef struct scan { /* one pass over all weights of the rectangle */
  pel_trace *trace;
  pel_map_view *view;
  float *band;    /* weights of some rows */
  float *sorted;  /* [cols]: for ranks */
  float smallest; /* of the weights drawn that are not 0 */
  bool has_zero;
  double mass;
} scan;

/* The drawn keys of a row as offsets from cols.start; empty when start >= end. */
static pel_range drawn_keys(const scan *s, uint32_t row) {
  const pel_map_view *v = s->view;
  pel_range seen = pel_trace_visible(s->trace, v->layer, row);
  if (v->sink_hidden && seen.start == 0) seen.start = 1;
  if (seen.start < v->cols.start) seen.start = v->cols.start;
  if (seen.end > v->cols.end) seen.end = v->cols.end;
  if (seen.end <= seen.start) return (pel_range){0, 0};
  return (pel_range){seen.start - v->cols.start, seen.end - v->cols.start};
}

static int descending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x < y) - (x > y);
}

/* Share of the row's weights that are not larger: 1 for the largest, 1 / n for the smallest of n different
 * ones. */
static float rank_value(const float *sorted, uint32_t n, float w) {
  uint32_t low = 0, high = n; /* first index whose weight is <= w */
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (sorted[mid] > w)
      low = mid + 1;
    else
      high = mid;
  }
  return (float)(n - low) / (float)n;
}

static float row_largest(const float *weights, pel_range keys) {
  float largest = 0;
  for (uint32_t c = keys.start; c < keys.end; c++)
    if (weights[c] > largest) largest = weights[c];
  return largest;
}

static void scan_row(scan *s, uint32_t row, const float *weights) {
  pel_map_view *v = s->view;
  pel_range keys = drawn_keys(s, row);
  size_t line = (size_t)((row - v->rows.start) / v->block) * v->n_cols;
  float largest = row_largest(weights, keys);
  uint32_t n = keys.end - keys.start;
  if (v->scale == PEL_SCALE_RANK && n) {
    memcpy(s->sorted, weights + keys.start, n * sizeof(float));
    qsort(s->sorted, n, sizeof(float), descending);
  }
  if (largest > v->max_weight) v->max_weight = largest;
  for (uint32_t c = keys.start; c < keys.end; c++) {
    float w = weights[c], value = w;
    size_t cell = line + c / v->block;
    s->mass += (double)w;
    if (w > 0 && w < s->smallest) s->smallest = w;
    if (!(w > 0)) s->has_zero = true;
    if (v->scale == PEL_SCALE_ROW) value = largest > 0 ? w / largest : 0;
    if (v->scale == PEL_SCALE_RANK) value = rank_value(s->sorted, n, w);
    v->kinds[cell] = PEL_CELL_WEIGHT;
    if (w > v->weights[cell]) v->weights[cell] = w;
    if (value > v->values[cell]) v->values[cell] = value;
  }
  if (v->sink_hidden && v->kinds[line] == PEL_CELL_FORBIDDEN &&
      pel_trace_visible(s->trace, v->layer, row).start == 0)
    v->kinds[line] = PEL_CELL_HIDDEN;
}

static pel_status scan_all(scan *s, const pel_progress *progress, pel_error *err) {
  pel_map_view *v = s->view;
  uint32_t n_cols = v->cols.end - v->cols.start, n_rows = v->rows.end - v->rows.start;
  uint32_t step = BAND_WEIGHTS / n_cols;
  if (step < 1) step = 1;
  if (step > n_rows) step = n_rows;
  s->band = pel_alloc((size_t)step * n_cols, sizeof(float));
  s->sorted = pel_alloc(n_cols, sizeof(float));
  if (!s->band || !s->sorted)
    return pel_fail_memory(err, "a band of weights", (size_t)step * n_cols * sizeof(float));
  for (uint32_t row = v->rows.start; row < v->rows.end;) {
    uint32_t end = v->rows.end - row > step ? row + step : v->rows.end;
    if (!pel_progress_step(progress, (double)(row - v->rows.start) / n_rows))
      return pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading layer %u head %u", v->layer, v->head);
    PEL_TRY(pel_trace_map(s->trace, v->layer, v->head, (pel_range){row, end}, v->cols, s->band, err));
    for (size_t i = 0; i < (size_t)(end - row) * n_cols; i++) /* a damaged trace may give what is no number */
      if (!isfinite(s->band[i])) s->band[i] = 0;
    for (uint32_t r = row; r < end; r++)
      scan_row(s, r, s->band + (size_t)(r - row) * n_cols);
    row = end;
  }
  return PEL_OK;
}

static void scale_values(pel_map_view *v, float smallest, bool has_zero) {
  size_t n = (size_t)v->n_rows * v->n_cols;
  v->high = 1;
  v->low = 0;
  if (v->scale == PEL_SCALE_ROW || v->scale == PEL_SCALE_RANK) return;
  if (v->max_weight > 0) v->high = v->max_weight;
  if (v->scale == PEL_SCALE_LINEAR) {
    for (size_t i = 0; i < n; i++)
      v->values[i] /= v->high;
    return;
  }
  v->low = v->high * DECADES;
  v->clipped = has_zero || smallest < v->low;
  if (!v->clipped && smallest <= v->high) v->low = smallest;
  if (!(v->low < v->high)) v->low = v->high / 10; /* all weights alike: one decade, all at its top */
  for (size_t i = 0; i < n; i++)
    v->values[i] = pel_log_value(v->values[i], v->low, v->high);
}

static pel_status allocate_cells(pel_map_view *v, pel_error *err) {
  size_t n = (size_t)v->n_rows * v->n_cols;
  if (n > CELLS_MAX)
    return pel_fail(err, PEL_ERR_USAGE,
                    "%u x %u cells are too many for one picture; choose fewer rows or columns", v->n_rows,
                    v->n_cols);
  v->weights = pel_alloc(n, sizeof(float));
  v->values = pel_alloc(n, sizeof(float));
  v->kinds = pel_alloc(n, 1);
  if (!v->weights || !v->values || !v->kinds) return pel_fail_memory(err, "the picture's cells", n * 9);
  memset(v->kinds, PEL_CELL_FORBIDDEN, n);
  return PEL_OK;
}

pel_status pel_map_view_load(pel_trace *trace, const pel_map_options *options, const pel_progress *progress,
                             pel_map_view *out, pel_error *err) {
  pel_map_view view;
  PEL_TRY(pel_map_view_plan(trace, options, &view, err));
  view.max_weight = 0;
  scan s = {.trace = trace, .view = &view, .smallest = INFINITY};
  pel_status status = allocate_cells(&view, err);
  if (status == PEL_OK) status = scan_all(&s, progress, err);
  free(s.band);
  free(s.sorted);
  if (status != PEL_OK) {
    pel_map_view_clear(&view);
    return status;
  }
  view.mass_share = s.mass / (view.rows.end - view.rows.start);
  scale_values(&view, s.smallest, s.has_zero);
  *out = view;
  return PEL_OK;
}

void pel_map_view_clear(pel_map_view *view) {
  if (!view) return;
  free(view->weights);
  free(view->values);
  free(view->kinds);
  view->weights = view->values = NULL;
  view->kinds = NULL;
}

bool pel_map_view_rank(const pel_map_view *v, uint32_t row, uint32_t col, uint32_t *rank, uint32_t *of) {
  if (row >= v->n_rows || col >= v->n_cols || !v->kinds) return false;
  size_t line = (size_t)row * v->n_cols;
  if (v->kinds[line + col] != PEL_CELL_WEIGHT) return false;
  uint32_t better = 0, n = 0;
  for (uint32_t c = 0; c < v->n_cols; c++) {
    if (v->kinds[line + c] != PEL_CELL_WEIGHT) continue;
    n++;
    better += v->weights[line + c] > v->weights[line + col];
  }
  *rank = better + 1;
  *of = n;
  return true;
}
