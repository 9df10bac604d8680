#include "src/analysis/view_heads.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/analysis/map_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_DEFAULT 64
#define SIDE_EXACT_BELOW 32  /* a stored map of fewer blocks than this shows too little ... */
#define EXACT_TOKENS_MAX 512 /* ... and up to this many tokens all weights of all heads are read quickly */
#define LOG_LOW 1e-5f
#define ROWS_AT_ONCE 4096

static uint32_t ceil_div(uint32_t a, uint32_t b) { return a / b + (a % b != 0); }

/* ---- plan ---- */

static void plan_states(pel_trace *trace, pel_heads_view *v) {
  for (uint32_t l = 0; l < v->n_layers; l++) {
    const pel_trace_layer *layer = pel_trace_get_layer(trace, l);
    bool any = false;
    for (uint32_t h = 0; h < v->n_heads; h++) {
      pel_head_summary *head = &v->heads[pel_heads_index(v, l, h)];
      if (!layer || h >= layer->n_head)
        head->state = PEL_HEAD_ABSENT;
      else if (!layer->recorded || !pel_trace_has_head(trace, l, h))
        head->state = PEL_HEAD_NOT_RECORDED;
      else
        any = true, v->n_recorded++;
    }
    v->n_recorded_layers += any;
  }
}

pel_status pel_heads_view_plan(pel_trace *trace, pel_scale scale, pel_heads_view *out, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  if (scale != PEL_SCALE_LOG && scale != PEL_SCALE_LINEAR)
    return pel_fail(err, PEL_ERR_USAGE,
                    "the picture of all heads has the scales log and linear; %s needs one head",
                    pel_scale_name(scale));
  PEL_TRY(pel_check_run(trace, err));
  if (info->n_rows == 0)
    return pel_fail(err, PEL_ERR_INPUT, "the trace holds no tokens yet; record some first");
  pel_heads_view v = {.n_layers = info->n_layers, .n_heads = info->n_head_max, .n_tokens = info->n_rows};
  v.scale = scale;
  v.low = scale == PEL_SCALE_LOG ? LOG_LOW : 0;
  v.high = 1;
  v.side = v.n_tokens < SIDE_DEFAULT ? v.n_tokens : SIDE_DEFAULT;
  v.block = ceil_div(v.n_tokens, v.side);
  v.heads = pel_alloc((size_t)v.n_layers * v.n_heads, sizeof *v.heads);
  if (!v.heads)
    return pel_fail_memory(err, "the list of heads", (size_t)v.n_layers * v.n_heads * sizeof *v.heads);
  plan_states(trace, &v);
  *out = v;
  return PEL_OK;
}

/* ---- thumbnails ---- */

/* Whether any query of thumbnail row r may see any key of column c. */
static bool cell_open(pel_trace *trace, const pel_heads_view *v, uint32_t layer, uint32_t r, uint32_t c) {
  uint32_t first = r * v->block, last = (r + 1) * v->block - 1;
  if (last >= v->n_tokens) last = v->n_tokens - 1;
  uint32_t key_first = c * v->block, key_last = key_first + v->block - 1;
  return key_first < pel_trace_visible(trace, layer, last).end &&
         key_last >= pel_trace_visible(trace, layer, first).start;
}

static void close_forbidden(pel_trace *trace, pel_heads_view *v, uint32_t layer, uint32_t head) {
  float *values = v->values + pel_heads_index(v, layer, head) * v->side * v->side;
  for (uint32_t r = 0; r < v->side; r++)
    for (uint32_t c = 0; c < v->side; c++)
      if (!cell_open(trace, v, layer, r, c)) values[(size_t)r * v->side + c] = PEL_THUMB_FORBIDDEN;
}

static pel_status thumb_from_pyramid(pel_trace *trace, pel_heads_view *v, uint32_t layer, uint32_t head,
                                     uint32_t stored_block, pel_error *err) {
  pel_pyramid p = {0};
  PEL_TRY(pel_trace_pyramid(trace, layer, head, &p, err));
  float *weights = v->weights + pel_heads_index(v, layer, head) * v->side * v->side;
  uint32_t by = v->block / stored_block;
  if (p.block != stored_block || p.max == NULL) {
    pel_pyramid_clear(&p);
    return pel_fail(err, PEL_ERR_INPUT,
                    "layer %u head %u: its overview has blocks of another size than the first head's", layer,
                    head);
  }
  for (uint32_t r = 0; r < p.side && r / by < v->side; r++)
    for (uint32_t c = 0; c <= r && c / by < v->side; c++) {
      float *cell = &weights[(size_t)(r / by) * v->side + c / by];
      float w = p.max[(size_t)r * p.side + c];
      if (w > *cell && isfinite(w)) *cell = w;
    }
  pel_pyramid_clear(&p);
  return PEL_OK;
}

static pel_status thumb_exact(pel_trace *trace, pel_heads_view *v, uint32_t layer, uint32_t head,
                              pel_error *err) {
  pel_map_options o = {
      .of.layer = layer, .of.head = head, .scale = PEL_SCALE_LINEAR, .max_rows = v->side, .max_cols = v->side};
  pel_map_view map;
  PEL_TRY(pel_map_view_load(trace, &o, NULL, &map, err));
  float *weights = v->weights + pel_heads_index(v, layer, head) * v->side * v->side;
  for (uint32_t r = 0; r < map.n_rows && r < v->side; r++)
    for (uint32_t c = 0; c < map.n_cols && c < v->side; c++)
      weights[(size_t)r * v->side + c] = map.weights[(size_t)r * map.n_cols + c];
  pel_map_view_clear(&map);
  return PEL_OK;
}

/* ---- numbers ---- */

static pel_status summarise_rows(pel_trace *trace, uint32_t layer, uint32_t head, uint32_t n, float *scratch,
                                 pel_head_summary *s, pel_error *err) {
  double sink = 0, entropy = 0;
  for (uint32_t row = 0; row < n; row += ROWS_AT_ONCE) {
    uint32_t end = n - row > ROWS_AT_ONCE ? row + ROWS_AT_ONCE : n;
    float *entropies = scratch, *sinks = scratch + ROWS_AT_ONCE;
    PEL_TRY(pel_trace_rows(trace, layer, head, (pel_range){row, end}, NULL, NULL, entropies, sinks, err));
    for (uint32_t i = 0; i < end - row; i++) {
      sink += (double)sinks[i];
      entropy += (double)entropies[i];
    }
  }
  s->sink = (float)(sink / n);
  s->entropy = (float)(entropy / n);
  return PEL_OK;
}

static pel_status summarise_keys(pel_trace *trace, uint32_t layer, uint32_t head, uint32_t n, float *scratch,
                                 pel_head_summary *s, pel_error *err) {
  s->received_max = -1;
  for (uint32_t key = 0; key < n; key += ROWS_AT_ONCE) {
    uint32_t end = n - key > ROWS_AT_ONCE ? key + ROWS_AT_ONCE : n;
    PEL_TRY(pel_trace_keys(trace, layer, head, (pel_range){key, end}, scratch, NULL, err));
    for (uint32_t i = 0; i < end - key; i++)
      if (scratch[i] > s->received_max) {
        s->received_max = scratch[i];
        s->received_key = key + i;
      }
  }
  return PEL_OK;
}

/* ---- all of it ---- */

static bool first_recorded(const pel_heads_view *v, uint32_t *layer, uint32_t *head) {
  for (size_t i = 0; i < (size_t)v->n_layers * v->n_heads; i++)
    if (v->heads[i].state == PEL_HEAD_RECORDED) {
      *layer = (uint32_t)(i / v->n_heads);
      *head = (uint32_t)(i % v->n_heads);
      return true;
    }
  return false;
}

/* Decides where thumbnails come from and how large they are. *stored_block: tokens per stored block. */
static pel_status choose_size(pel_trace *trace, pel_heads_view *v, uint32_t max_side, bool tolerant,
                              uint32_t *stored_block, pel_error *err) {
  uint32_t layer, head;
  if (max_side == 0) max_side = SIDE_DEFAULT;
  if (!first_recorded(v, &layer, &head))
    return pel_fail(err, PEL_ERR_USAGE,
                    "no head's attention was recorded in this trace; record it with layers and heads chosen");
  pel_pyramid p = {0};
  pel_status status = pel_trace_pyramid(trace, layer, head, &p, err);
  if (status == PEL_ERR_INPUT && tolerant) { /* then the next one says how large they are */
    v->heads[pel_heads_index(v, layer, head)].state = PEL_HEAD_DAMAGED;
    return choose_size(trace, v, max_side, tolerant, stored_block, err);
  }
  PEL_TRY(status);
  uint32_t side = p.side, block = p.block;
  pel_pyramid_clear(&p);
  if (side == 0 || block == 0)
    return pel_fail(err, PEL_ERR_INPUT, "layer %u head %u: its overview is empty", layer, head);
  v->exact = block > 1 && side < SIDE_EXACT_BELOW && v->n_tokens <= EXACT_TOKENS_MAX;
  if (v->exact) side = v->n_tokens, block = 1;
  *stored_block = block;
  v->exact |= block == 1;
  uint32_t by = ceil_div(side, max_side);
  v->side = ceil_div(side, by);
  v->block = by * block;
  return PEL_OK;
}

static pel_status load_head(pel_trace *trace, pel_heads_view *v, uint32_t layer, uint32_t head,
                            uint32_t stored_block, float *scratch, pel_error *err) {
  pel_head_summary *s = &v->heads[pel_heads_index(v, layer, head)];
  if (stored_block == 1)
    PEL_TRY(thumb_exact(trace, v, layer, head, err));
  else
    PEL_TRY(thumb_from_pyramid(trace, v, layer, head, stored_block, err));
  PEL_TRY(summarise_rows(trace, layer, head, v->n_tokens, scratch, s, err));
  PEL_TRY(summarise_keys(trace, layer, head, v->n_tokens, scratch, s, err));
  size_t n = (size_t)v->side * v->side;
  const float *weights = v->weights + pel_heads_index(v, layer, head) * n;
  for (size_t i = 0; i < n; i++)
    if (weights[i] > s->max_weight) s->max_weight = weights[i];
  return PEL_OK;
}

uint32_t pel_heads_in_mean(const pel_heads_view *v, uint32_t layer) {
  uint32_t first = layer < v->n_layers ? layer : 0, last = layer < v->n_layers ? layer + 1 : v->n_layers, n = 0;
  for (uint32_t l = first; l < last; l++)
    for (uint32_t h = 0; h < v->n_heads; h++) n += v->heads[pel_heads_index(v, l, h)].state == PEL_HEAD_RECORDED;
  return n;
}

/* The mean of cells is what the mean's cell can at most be: an overview, as the heads' own are. */
static void add_to_mean(pel_heads_view *v, float *mean, uint32_t layer) {
  size_t n = (size_t)v->side * v->side;
  float share = 1 / (float)pel_heads_in_mean(v, layer);
  uint32_t first = layer < v->n_layers ? layer : 0, last = layer < v->n_layers ? layer + 1 : v->n_layers;
  for (size_t k = 0; k < n; k++) mean[k] = PEL_THUMB_FORBIDDEN;
  for (size_t i = (size_t)first * v->n_heads; i < (size_t)last * v->n_heads; i++)
    for (size_t k = 0; v->heads[i].state == PEL_HEAD_RECORDED && k < n; k++)
      if (v->values[i * n + k] >= 0) mean[k] = fmaxf(mean[k], 0) + v->weights[i * n + k] * share;
  for (size_t k = 0; k < n; k++)
    if (mean[k] >= 0) mean[k] = pel_scale_value(v->scale, mean[k], v->low, v->high);
}

static void scale_values(pel_trace *trace, pel_heads_view *v) {
  size_t n = (size_t)v->side * v->side, n_heads = (size_t)v->n_layers * v->n_heads;
  v->high = 0;
  for (size_t i = 0; i < n_heads; i++)
    if (v->heads[i].max_weight > v->high) v->high = v->heads[i].max_weight;
  if (!(v->high > 0)) v->high = 1;
  v->low = v->scale == PEL_SCALE_LOG ? v->high * LOG_LOW : 0;
  for (size_t i = 0; i < n_heads; i++) {
    if (v->heads[i].state != PEL_HEAD_RECORDED) continue;
    for (size_t k = i * n; k < (i + 1) * n; k++)
      v->values[k] =
          v->scale == PEL_SCALE_LOG ? pel_log_value(v->weights[k], v->low, v->high) : v->weights[k] / v->high;
    close_forbidden(trace, v, (uint32_t)(i / v->n_heads), (uint32_t)(i % v->n_heads));
  }
  for (uint32_t l = 0; l <= v->n_layers; l++) add_to_mean(v, v->means + l * n, l);
}

/* ---- one head after the other ---- */

struct pel_heads_reader {
  pel_trace *trace;
  pel_heads_view view;
  uint32_t stored_block;
  bool tolerant;
  size_t next; /* head */
  float *scratch;
};

static pel_status allocate(pel_heads_reader *r, pel_error *err) {
  pel_heads_view *v = &r->view;
  size_t cells = (size_t)v->n_layers * v->n_heads * v->side * v->side;
  v->weights = pel_alloc(cells, sizeof(float));
  v->values = pel_alloc(cells, sizeof(float));
  v->means = pel_alloc((size_t)(v->n_layers + 1) * v->side * v->side, sizeof(float));
  if (!v->weights || !v->values || !v->means)
    return pel_fail_memory(err, "thumbnails of all heads", cells * 2 * sizeof(float));
  r->scratch = pel_alloc(2 * ROWS_AT_ONCE, sizeof(float));
  return r->scratch ? PEL_OK : pel_fail_memory(err, "row statistics", 2 * ROWS_AT_ONCE * sizeof(float));
}

pel_status pel_heads_reader_open(pel_trace *trace, pel_scale scale, uint32_t max_side, bool tolerant,
                                 pel_heads_reader **out, pel_error *err) {
  pel_heads_reader *r = pel_alloc(1, sizeof *r);
  if (!r) return pel_fail_memory(err, "an overview of all heads", sizeof *r);
  r->trace = trace;
  r->stored_block = 1, r->tolerant = tolerant;
  pel_status status = pel_heads_view_plan(trace, scale, &r->view, err);
  if (status == PEL_OK) status = choose_size(trace, &r->view, max_side, tolerant, &r->stored_block, err);
  if (status == PEL_OK) status = allocate(r, err);
  if (status != PEL_OK) {
    pel_heads_reader_close(r);
    return status;
  }
  *out = r;
  return PEL_OK;
}

pel_status pel_heads_reader_run(pel_heads_reader *r, const pel_progress *progress, pel_heads_view *out,
                                pel_error *err) {
  pel_heads_view *v = &r->view;
  size_t n_heads = (size_t)v->n_layers * v->n_heads;
  for (; r->next < n_heads; r->next++) {
    if (!pel_progress_step(progress, (double)r->next / (double)n_heads))
      return pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading the heads");
    if (v->heads[r->next].state != PEL_HEAD_RECORDED) continue;
    pel_status status = load_head(r->trace, v, (uint32_t)(r->next / v->n_heads), (uint32_t)(r->next % v->n_heads),
                                  r->stored_block, r->scratch, err);
    if (status == PEL_ERR_INPUT && r->tolerant)
      v->heads[r->next].state = PEL_HEAD_DAMAGED;
    else
      PEL_TRY(status);
  }
  scale_values(r->trace, v);
  *out = *v;
  *v = (pel_heads_view){0};
  return PEL_OK;
}

void pel_heads_reader_close(pel_heads_reader *r) {
  if (!r) return;
  pel_heads_view_clear(&r->view);
  free(r->scratch);
  free(r);
}

pel_status pel_heads_view_load(pel_trace *trace, pel_scale scale, uint32_t max_side,
                               const pel_progress *progress, pel_heads_view *out, pel_error *err) {
  pel_heads_reader *r;
  PEL_TRY(pel_heads_reader_open(trace, scale, max_side, false, &r, err));
  pel_status status = pel_heads_reader_run(r, progress, out, err);
  pel_heads_reader_close(r);
  return status;
}

void pel_heads_view_clear(pel_heads_view *view) {
  if (!view) return;
  free(view->heads);
  free(view->weights);
  free(view->values);
  free(view->means);
  *view = (pel_heads_view){0};
}
