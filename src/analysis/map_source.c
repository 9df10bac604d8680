#include "src/analysis/map_source.h"

#include "engine/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAND_WEIGHTS (1u << 20) /* weights at once: 4 MiB, and 12 more for a mean */

/* ---- which heads ---- */

bool pel_average_parse(const char *name, pel_average *out) {
  if (strcmp(name, "layer") != 0 && strcmp(name, "all") != 0) return false;
  *out = *name == 'l' ? PEL_AVERAGE_LAYER : PEL_AVERAGE_ALL;
  return true;
}

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

pel_status pel_check_run(const pel_trace *trace, pel_error *err) {
  if (pel_trace_get_info(trace)->n_layers) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "the trace holds no run of a model, only reasoning: there is no attention and no text of tokens");
}

static pel_status check_layer(const pel_trace *trace, uint32_t layer, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  PEL_TRY(pel_check_run(trace, err));
  const pel_trace_layer *l = layer < info->n_layers ? pel_trace_get_layer(trace, layer) : NULL;
  if (!l)
    return pel_fail(err, PEL_ERR_USAGE, "layer %u does not exist: this model has layers 0-%u", layer,
                    info->n_layers - 1);
  char recorded[120];
  list_recorded(trace, info->n_layers, recorded, sizeof recorded);
  if (!l->recorded)
    return pel_fail(err, PEL_ERR_USAGE, "layer %u was not recorded; recorded layers: %s", layer, recorded);
  return PEL_OK;
}

pel_status pel_check_head(const pel_trace *trace, uint32_t layer, uint32_t head, pel_error *err) {
  PEL_TRY(check_layer(trace, layer, err));
  uint32_t n_head = pel_trace_get_layer(trace, layer)->n_head;
  if (head >= n_head)
    return pel_fail(err, PEL_ERR_USAGE, "head %u does not exist: layer %u has heads 0-%u", head, layer,
                    n_head - 1);
  if (!pel_trace_has_head(trace, layer, head))
    return pel_fail(err, PEL_ERR_USAGE,
                    "head %u of layer %u was not recorded; the heads picture shows which are", head, layer);
  return PEL_OK;
}

/* Heads of layers first .. last; counts only when the list is NULL. */
static uint32_t collect(const pel_trace *trace, uint32_t first, uint32_t last, pel_head_place *list) {
  uint32_t n = 0;
  for (uint32_t l = first; l <= last; l++) {
    const pel_trace_layer *layer = pel_trace_get_layer(trace, l);
    for (uint32_t h = 0; layer && layer->recorded && h < layer->n_head; h++) {
      if (!pel_trace_has_head(trace, l, h)) continue;
      if (list) list[n] = (pel_head_place){l, h};
      n++;
    }
  }
  return n;
}

static pel_status choose_heads(pel_map_source *a, pel_error *err) {
  uint32_t first = a->of.layer, last = a->of.layer;
  if (a->of.average == PEL_AVERAGE_NONE) {
    PEL_TRY(pel_check_head(a->trace, a->of.layer, a->of.head, err));
    a->heads = pel_alloc(1, sizeof *a->heads);
    if (!a->heads) return pel_fail_memory(err, "the list of heads", sizeof *a->heads);
    a->heads[a->n_heads++] = (pel_head_place){a->of.layer, a->of.head};
    return PEL_OK;
  }
  PEL_TRY(pel_check_run(a->trace, err));
  if (a->of.average == PEL_AVERAGE_ALL)
    first = 0, last = pel_trace_get_info(a->trace)->n_layers - 1;
  else
    PEL_TRY(check_layer(a->trace, a->of.layer, err));
  a->n_heads = collect(a->trace, first, last, NULL);
  if (!a->n_heads) return pel_fail(err, PEL_ERR_USAGE, "no head's attention was recorded in this trace");
  a->heads = pel_alloc(a->n_heads, sizeof *a->heads);
  if (!a->heads) return pel_fail_memory(err, "the list of heads", a->n_heads * sizeof *a->heads);
  collect(a->trace, first, last, a->heads);
  return PEL_OK;
}

/* A trace may hold no value norms at all; the last keys of one still being written may lack theirs. */
static pel_status check_norms(const pel_map_source *a, pel_error *err) {
  float norm = 0;
  if (!a->of.value_weighted || pel_trace_get_info(a->trace)->n_rows == 0) return PEL_OK;
  PEL_TRY(pel_trace_keys(a->trace, a->heads[0].layer, a->heads[0].head, (pel_range){0, 1}, NULL, &norm, err));
  if (isfinite(norm)) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "this trace holds no value norms, so nothing can be weighted by them");
}

static void find_window(pel_map_source *a) {
  for (uint32_t i = 0; i < a->n_heads; i++) {
    uint32_t window = pel_trace_get_layer(a->trace, a->heads[i].layer)->window;
    if (window == 0) {
      a->window = 0;
      return;
    }
    if (window > a->window) a->window = window;
  }
}

pel_status pel_map_source_open(pel_trace *trace, const pel_map_choice *of, const pel_units *units, pel_map_source *out,
                              pel_error *err) {
  pel_map_source a = {.trace = trace, .of = *of};
  pel_status status = choose_heads(&a, err);
  if (status == PEL_OK) status = check_norms(&a, err);
  if (status == PEL_OK && units)
    a.units = *units;
  else if (status == PEL_OK) {
    a.owns_units = true;
    status = pel_units_load(trace, of->level, &a.units, err);
  }
  if (status != PEL_OK) {
    pel_map_source_close(&a);
    return status;
  }
  find_window(&a);
  *out = a;
  return PEL_OK;
}

void pel_map_source_close(pel_map_source *a) {
  free(a->heads);
  if (a->owns_units) pel_units_clear(&a->units);
  *a = (pel_map_source){0};
}

/* ---- shape ---- */

uint32_t pel_map_source_size(const pel_map_source *a) { return a->units.n; }

pel_range pel_map_source_visible(const pel_map_source *a, uint32_t row) {
  uint32_t first = pel_units_tokens(&a->units, (pel_range){row, row + 1}).start;
  if (!a->window || first + 1 <= a->window) return (pel_range){0, row + 1};
  return (pel_range){pel_units_at(&a->units, first + 1 - a->window), row + 1};
}

double pel_map_source_work(const pel_map_source *a, pel_range rows, pel_range cols) {
  pel_range r = pel_units_tokens(&a->units, rows), c = pel_units_tokens(&a->units, cols);
  return (double)(r.end - r.start) * (c.end - c.start) * a->n_heads;
}

/* ---- weights of tokens ---- */

typedef struct band { /* rows x n_cols tokens at a time */
  const pel_map_source *a;
  pel_range cols;
  uint32_t n_cols, step; /* step: rows at once */
  float *weights;        /* [step, n_cols]: of one head, then of all */
  double *sums;          /* likewise, for a mean */
  float *norms;          /* [n_cols], of one head */
} band;

static bool is_plain(const pel_map_source *a) { return a->n_heads == 1 && !a->of.value_weighted; }

static pel_status open_band(band *b, const pel_map_source *a, pel_range rows, pel_range cols, pel_error *err) {
  *b = (band){.a = a, .cols = cols, .n_cols = cols.end - cols.start};
  b->step = b->n_cols ? BAND_WEIGHTS / b->n_cols : 1;
  if (b->step < 1) b->step = 1;
  if (b->step > rows.end - rows.start) b->step = rows.end - rows.start;
  size_t n = (size_t)b->step * b->n_cols;
  b->weights = pel_alloc(n ? n : 1, sizeof *b->weights);
  if (!is_plain(a)) {
    b->sums = pel_alloc(n ? n : 1, sizeof *b->sums);
    b->norms = pel_alloc(b->n_cols ? b->n_cols : 1, sizeof *b->norms);
  }
  if (!b->weights || (!is_plain(a) && (!b->sums || !b->norms)))
    return pel_fail_memory(err, "a band of weights", n * (sizeof *b->weights + sizeof *b->sums));
  return PEL_OK;
}

static void close_band(band *b) {
  free(b->weights);
  free(b->sums);
  free(b->norms);
}

static void clean(float *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i])) values[i] = 0;
}

static pel_status add_head(band *b, pel_range rows, pel_head_place head, pel_error *err) {
  uint32_t n_rows = rows.end - rows.start;
  size_t n = (size_t)n_rows * b->n_cols;
  PEL_TRY(pel_trace_map(b->a->trace, head.layer, head.head, rows, b->cols, b->weights, err));
  clean(b->weights, n);
  if (b->a->of.value_weighted) {
    PEL_TRY(pel_trace_keys(b->a->trace, head.layer, head.head, b->cols, NULL, b->norms, err));
    clean(b->norms, b->n_cols);
  }
  for (uint32_t r = 0; r < n_rows; r++) {
    const float *w = b->weights + (size_t)r * b->n_cols;
    double *sum = b->sums + (size_t)r * b->n_cols;
    if (b->a->of.value_weighted)
      for (uint32_t c = 0; c < b->n_cols; c++) sum[c] += (double)w[c] * (double)b->norms[c];
    else
      for (uint32_t c = 0; c < b->n_cols; c++) sum[c] += (double)w[c];
  }
  return PEL_OK;
}

/* Fills b->weights with the rows: at most b->step of them. */
static pel_status fill_band(band *b, pel_range rows, const pel_progress *progress, pel_error *err) {
  const pel_map_source *a = b->a;
  size_t n = (size_t)(rows.end - rows.start) * b->n_cols;
  if (is_plain(a)) {
    PEL_TRY(pel_trace_map(a->trace, a->heads[0].layer, a->heads[0].head, rows, b->cols, b->weights, err));
    clean(b->weights, n);
    return PEL_OK;
  }
  memset(b->sums, 0, n * sizeof *b->sums);
  for (uint32_t h = 0; h < a->n_heads; h++) {
    PEL_TRY(add_head(b, rows, a->heads[h], err));
    if (!pel_progress_step(progress, 0)) return pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading the heads");
  }
  for (size_t i = 0; i < n; i++) b->weights[i] = (float)(b->sums[i] / a->n_heads);
  return PEL_OK;
}

/* ---- of units ---- */

typedef struct fold { /* one row of units while its tokens come */
  pel_range rows, cols; /* units */
  uint32_t row;
  double *sum; /* [cols] */
  float *out;
} fold;

static void fold_row(const pel_map_source *a, fold *f, uint32_t token, const float *weights) {
  const uint32_t *starts = a->units.starts;
  uint32_t n_cols = f->cols.end - f->cols.start, first = starts[f->cols.start];
  for (uint32_t c = 0; c < n_cols; c++)
    for (uint32_t t = f->cols.start + c || !a->no_sink ? starts[f->cols.start + c] : 1; t < starts[f->cols.start + c + 1]; t++)
      f->sum[c] += (double)weights[t - first];
  if (token + 1 < starts[f->row + 1]) return;
  double size = starts[f->row + 1] - starts[f->row];
  float *out = f->out + (size_t)(f->row - f->rows.start) * n_cols;
  for (uint32_t c = 0; c < n_cols; c++) out[c] = (float)(f->sum[c] / size);
  memset(f->sum, 0, n_cols * sizeof *f->sum);
  f->row++;
}

pel_status pel_map_source_rows(const pel_map_source *a, pel_range rows, pel_range cols, const pel_progress *progress,
                               float *out, pel_error *err) {
  pel_range tokens = pel_units_tokens(&a->units, rows), keys = pel_units_tokens(&a->units, cols);
  uint32_t n_cols = cols.end - cols.start;
  fold f = {.rows = rows, .cols = cols, .row = rows.start, .out = out};
  band b = {0};
  pel_status status = open_band(&b, a, tokens, keys, err);
  if (status == PEL_OK && a->units.starts && !(f.sum = pel_alloc(n_cols ? n_cols : 1, sizeof *f.sum)))
    status = pel_fail_memory(err, "a row of sums", n_cols * sizeof *f.sum);
  for (uint32_t row = tokens.start; row < tokens.end && status == PEL_OK;) {
    uint32_t end = tokens.end - row > b.step ? row + b.step : tokens.end;
    status = fill_band(&b, (pel_range){row, end}, progress, err);
    if (status == PEL_OK && !pel_progress_step(progress, 0)) status = pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading the weights");
    for (uint32_t r = row; r < end && status == PEL_OK; r++) {
      const float *weights = b.weights + (size_t)(r - row) * b.n_cols;
      if (a->units.starts)
        fold_row(a, &f, r, weights);
      else
        memcpy(out + (size_t)(r - rows.start) * n_cols, weights, n_cols * sizeof *out);
    }
    row = end;
  }
  free(f.sum);
  close_band(&b);
  return status;
}
