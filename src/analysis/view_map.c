#include "src/analysis/view_map.h"

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

uint32_t pel_attention_rows_of(const pel_trace *trace) { return pel_trace_get_info(trace)->n_rows; }

pel_status pel_check_range(uint32_t n, pel_level level, const char *what, pel_range *range, pel_error *err) {
  if (n == 0) return pel_fail(err, PEL_ERR_INPUT, "the trace holds no tokens yet; record some first");
  if (range->start == 0 && range->end == 0) range->end = n;
  if (range->start < range->end && range->end <= n) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE,
                  "%s %u:%u are not in this trace: %s run from 0 to %u (the end is not included)", what,
                  range->start, range->end, level == PEL_LEVEL_TOKEN ? "positions" : pel_level_names(level), n);
}

/* ---- plan ---- */

static uint32_t ceil_div(uint32_t a, uint32_t b) { return a / b + (a % b != 0); }

static uint32_t block_for(uint32_t n, uint32_t max) { return max && n > max ? ceil_div(n, max) : 1; }

static pel_status check_colors(const pel_map_options *o, pel_error *err) {
  if (o->low == 0 && o->high == 0) return PEL_OK;
  if (!isfinite(o->low) || !isfinite(o->high) || !(o->low < o->high) || o->low < 0)
    return pel_fail(err, PEL_ERR_USAGE, "colours must run from a smaller to a larger weight, neither below 0");
  if (o->scale == PEL_SCALE_LOG && !(o->low > 0))
    return pel_fail(err, PEL_ERR_USAGE, "a log scale cannot begin at 0; begin it at 1e-5, say");
  return PEL_OK;
}

static pel_status plan(const pel_map_source *a, const pel_map_options *o, pel_map_view *out, pel_error *err) {
  pel_map_view v = {.of = o->of, .n_heads = a->n_heads, .rows = o->rows, .cols = o->cols, .scale = o->scale};
  v.n_units = pel_map_source_size(a);
  PEL_TRY(pel_check_range(v.n_units, o->of.level, "rows", &v.rows, err));
  PEL_TRY(pel_check_range(v.n_units, o->of.level, "cols", &v.cols, err));
  PEL_TRY(check_colors(o, err));
  uint32_t n_rows = v.rows.end - v.rows.start, n_cols = v.cols.end - v.cols.start;
  uint32_t by_rows = block_for(n_rows, o->max_rows), by_cols = block_for(n_cols, o->max_cols);
  v.window = a->window;
  v.block = by_rows > by_cols ? by_rows : by_cols;
  v.n_rows = ceil_div(n_rows, v.block);
  v.n_cols = ceil_div(n_cols, v.block);
  v.sink_hidden = o->no_sink && v.cols.start == 0;
  v.sink_alone = v.sink_hidden && pel_units_sink_alone(&a->units);
  v.low = o->high > 0 ? o->low : 1e-5f;
  v.high = o->high > 0 ? o->high : 1;
  v.max_weight = v.high;
  v.mass_share = 1;
  *out = v;
  return PEL_OK;
}

pel_status pel_map_view_plan(pel_trace *trace, const pel_map_options *o, pel_map_view *out, pel_error *err) {
  pel_map_source a;
  PEL_TRY(pel_map_source_open(trace, &o->of, o->units, &a, err));
  pel_status status = plan(&a, o, out, err);
  pel_map_source_close(&a);
  return status;
}

/* ---- filling ---- */

typedef struct scan { /* one pass over all weights of the rectangle */
  const pel_map_source *attention;
  pel_map_source raw; /* the same heads unweighted, where the map is value-weighted: attention itself is their mass */
  pel_map_view *view;
  bool no_sink;   /* leave column 0 out: it is token 0 alone */
  pel_range read; /* columns: those drawn, or for the row scales all of the row */
  float *band;    /* weights of some rows */
  float *sorted;  /* [read]: for ranks */
  float smallest; /* of the weights drawn that are not 0 */
  bool has_zero;
  double mass, queries; /* attention on the keys drawn; tokens whose attention that is */
} scan;

/* The keys of a row that count, as offsets from read.start; empty when start >= end. */
static pel_range open_keys(const scan *s, uint32_t row) {
  pel_range seen = pel_map_source_visible(s->attention, row);
  if (s->no_sink && seen.start == 0) seen.start = 1;
  if (seen.start < s->read.start) seen.start = s->read.start;
  if (seen.end > s->read.end) seen.end = s->read.end;
  if (seen.end <= seen.start) return (pel_range){0, 0};
  return (pel_range){seen.start - s->read.start, seen.end - s->read.start};
}

static int descending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x < y) - (x > y);
}

void pel_sort_weights(float *weights, uint32_t n) { qsort(weights, n, sizeof *weights, descending); }

float pel_rank_value(const float *sorted, uint32_t n, float w) {
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

/* What a weight is coloured by: itself, its share of the row's largest, or its rank. */
static float quantity_of(const scan *s, float w, float largest, uint32_t n) {
  switch (s->view->scale) {
  case PEL_SCALE_ROW:
    return largest > 0 ? w / largest : 0;
  case PEL_SCALE_RANK:
    return pel_rank_value(s->sorted, n, w);
  default:
    return w;
  }
}

/* The attention of this row that falls on the keys drawn, counted once a token. */
static void weigh_row(scan *s, uint32_t row, const float *weights) {
  const pel_map_view *v = s->view;
  pel_range keys = open_keys(s, row), tokens = pel_units_tokens(&s->attention->units, (pel_range){row, row + 1});
  double sum = 0;
  for (uint32_t c = keys.start; c < keys.end; c++)
    if (s->read.start + c >= v->cols.start && s->read.start + c < v->cols.end) sum += (double)weights[c];
  s->mass += sum * (tokens.end - tokens.start);
  s->queries += tokens.end - tokens.start;
}

static void scan_row(scan *s, uint32_t row, const float *weights) {
  pel_map_view *v = s->view;
  pel_range keys = open_keys(s, row);
  size_t line = (size_t)((row - v->rows.start) / v->block) * v->n_cols;
  float largest = v->scale == PEL_SCALE_ROW ? row_largest(weights, keys) : 0;
  uint32_t n = keys.end - keys.start;
  if (v->scale == PEL_SCALE_RANK && n) {
    memcpy(s->sorted, weights + keys.start, n * sizeof(float));
    pel_sort_weights(s->sorted, n);
  }
  for (uint32_t c = keys.start; c < keys.end; c++) {
    uint32_t key = s->read.start + c;
    if (key < v->cols.start || key >= v->cols.end) continue;
    float w = weights[c], quantity = quantity_of(s, w, largest, n);
    size_t cell = line + (key - v->cols.start) / v->block;
    if (w > v->max_weight) v->max_weight = w;
    if (w > 0 && w < s->smallest) s->smallest = w;
    if (!(w > 0)) s->has_zero = true;
    v->kinds[cell] = PEL_CELL_WEIGHT;
    if (w > v->weights[cell]) v->weights[cell] = w;
    if (quantity > v->values[cell]) v->values[cell] = quantity;
  }
  if (v->sink_alone && v->kinds[line] == PEL_CELL_FORBIDDEN && pel_map_source_visible(s->attention, row).start == 0)
    v->kinds[line] = PEL_CELL_HIDDEN;
}

typedef struct inner { /* a band's own steps tell where the whole is */
  const pel_progress *outer;
  double fraction;
} inner;

static bool stay(double fraction, void *user) {
  const inner *i = user;
  (void)fraction;
  return pel_progress_step(i->outer, i->fraction);
}

static pel_status scan_all(scan *s, const pel_progress *progress, pel_error *err) {
  pel_map_view *v = s->view;
  uint32_t n_cols = s->read.end - s->read.start, n_rows = v->rows.end - v->rows.start;
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
      return pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading layer %u head %u", v->of.layer, v->of.head);
    inner band = {progress, (double)(row - v->rows.start) / n_rows};
    pel_progress watch = {stay, &band};
    PEL_TRY(pel_map_source_rows(s->attention, (pel_range){row, end}, s->read, &watch, s->band, err));
    for (uint32_t r = row; r < end; r++)
      scan_row(s, r, s->band + (size_t)(r - row) * n_cols);
    if (s->raw.heads) PEL_TRY(pel_map_source_rows(&s->raw, (pel_range){row, end}, s->read, &watch, s->band, err));
    for (uint32_t r = row; r < end; r++)
      weigh_row(s, r, s->band + (size_t)(r - row) * n_cols);
    row = end;
  }
  return PEL_OK;
}

float pel_scale_value(pel_scale scale, float quantity, float low, float high) {
  if (scale == PEL_SCALE_LOG) return pel_log_value(quantity, low, high);
  float value = high > low ? (quantity - low) / (high - low) : 0;
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

static void choose_colors(pel_map_view *v, float smallest, bool has_zero) {
  bool by_row = pel_scale_by_row(v->scale);
  v->low = 0;
  v->high = !by_row && v->max_weight > 0 ? v->max_weight : 1;
  if (v->scale != PEL_SCALE_LOG) return;
  v->low = v->high * DECADES;
  v->clipped = has_zero || smallest < v->low;
  if (!v->clipped && smallest <= v->high) v->low = smallest;
  if (!(v->low < v->high)) v->low = v->high / 10; /* all weights alike: one decade, all at its top */
}

static void color_cells(pel_map_view *v, const pel_map_options *o, const scan *s) {
  size_t n = (size_t)v->n_rows * v->n_cols;
  bool by_row = pel_scale_by_row(v->scale);
  if (o->high > 0) {
    v->low = o->low, v->high = o->high;
    v->clipped = by_row ? v->low > 0 : s->has_zero ? v->low > 0 : s->smallest < v->low;
    v->clipped_above = by_row ? v->high < 1 : v->max_weight > v->high;
  } else {
    choose_colors(v, s->smallest, s->has_zero);
  }
  for (size_t i = 0; i < n; i++)
    if (v->kinds[i] == PEL_CELL_WEIGHT) v->values[i] = pel_scale_value(v->scale, v->values[i], v->low, v->high);
}

pel_status pel_map_view_allocate(pel_map_view *v, pel_error *err) {
  size_t n = (size_t)v->n_rows * v->n_cols;
  if (n > CELLS_MAX)
    return pel_fail(err, PEL_ERR_USAGE,
                    "%u x %u cells are too many for one picture; choose fewer rows or columns", v->n_rows,
                    v->n_cols);
  v->weights = pel_alloc(n, sizeof(float));
  v->values = pel_alloc(n, sizeof(float));
  v->kinds = pel_alloc(n, 1);
  if (!v->weights || !v->values || !v->kinds) return pel_fail_memory(err, "the picture's cells", n * 9);
  return PEL_OK;
}

static pel_status fill(const pel_map_source *a, const pel_map_options *o, const pel_progress *progress,
                       pel_map_view *v, pel_error *err) {
  bool by_row = pel_scale_by_row(v->scale);
  scan s = {.attention = a, .view = v, .no_sink = o->no_sink && pel_units_sink_alone(&a->units), .smallest = INFINITY};
  s.read = by_row ? (pel_range){0, v->rows.end} : v->cols;
  if (s.read.end < v->cols.end && by_row) s.read.end = v->cols.end;
  v->max_weight = 0;
  pel_map_choice raw = a->of;
  raw.value_weighted = false;
  pel_status status = pel_map_view_allocate(v, err);
  if (status == PEL_OK) memset(v->kinds, PEL_CELL_FORBIDDEN, (size_t)v->n_rows * v->n_cols);
  if (status == PEL_OK && a->of.value_weighted) status = pel_map_source_open(a->trace, &raw, &a->units, &s.raw, err);
  s.raw.no_sink = a->no_sink;
  if (status == PEL_OK) status = scan_all(&s, progress, err);
  pel_map_source_close(&s.raw);
  free(s.band);
  free(s.sorted);
  PEL_TRY(status);
  color_cells(v, o, &s);
  v->mass_share = s.mass / s.queries;
  return PEL_OK;
}

pel_status pel_map_view_load(pel_trace *trace, const pel_map_options *options, const pel_progress *progress,
                             pel_map_view *out, pel_error *err) {
  pel_map_view view = {0};
  pel_map_source a;
  PEL_TRY(pel_map_source_open(trace, &options->of, options->units, &a, err));
  a.no_sink = options->no_sink;
  pel_status status = plan(&a, options, &view, err);
  if (status == PEL_OK) status = fill(&a, options, progress, &view, err);
  pel_map_source_close(&a);
  if (status != PEL_OK) {
    pel_map_view_clear(&view);
    return status;
  }
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
