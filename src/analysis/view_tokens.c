#include "src/analysis/view_tokens.h"

#include "engine/base/mem.h"
#include "src/analysis/view_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOGPROB_FLOOR (-10.0f) /* rarer than 1 in 22,000: drawn alike */
#define RECEIVED_DECADES 1e-3f

static const struct {
  const char *name, *title;
} signals[PEL_SIGNALS] = {
    {"logprob", "log probability (nats)"},
    {"entropy", "entropy (nats)"},
    {"margin", "margin p(first) \xe2\x88\x92 p(second)"},
    {"received", "attention received (queries)"},
    {"sink", "attention on key 0"},
};

const char *pel_signal_name(pel_signal signal) {
  return (unsigned)signal < PEL_SIGNALS ? signals[signal].name : "?";
}
const char *pel_signal_title(pel_signal signal) {
  return (unsigned)signal < PEL_SIGNALS ? signals[signal].title : "?";
}

bool pel_signal_parse(const char *name, pel_signal *out) {
  for (int i = 0; i < PEL_SIGNALS; i++)
    if (strcmp(name, signals[i].name) == 0) {
      *out = (pel_signal)i;
      return true;
    }
  return false;
}

/* ---- tokens and text ---- */

static pel_status load_items(pel_trace *trace, pel_tokens_view *v, pel_error *err) {
  v->items = pel_alloc(v->n, sizeof *v->items);
  if (!v->items) return pel_fail_memory(err, "the tokens", v->n * sizeof *v->items);
  for (uint32_t i = 0; i < v->n; i++) {
    pel_trace_token t;
    PEL_TRY(pel_trace_get_token(trace, v->rows.start + i, &t, err));
    v->items[i] = (pel_token_item){t.id, t.segment, t.logprob, t.entropy, t.margin, NAN, -1};
  }
  return PEL_OK;
}

static pel_status load_text(pel_trace *trace, pel_tokens_view *v, pel_error *err) {
  PEL_TRY(pel_labels_load(trace, v->rows, &v->labels, err));
  pel_text_piece *pieces = pel_alloc(v->n, sizeof *pieces);
  if (!pieces) return pel_fail_memory(err, "the tokens", v->n * sizeof *pieces);
  pel_status status = PEL_OK;
  for (uint32_t i = 0; i < v->n && status == PEL_OK; i++) {
    pel_trace_token t;
    status = pel_trace_get_token(trace, v->rows.start + i, &t, err);
    if (status == PEL_OK) pieces[i] = (pel_text_piece){t.piece, t.piece_size, t.segment};
  }
  if (status == PEL_OK) status = pel_running_text_build(pieces, v->n, &v->text, err);
  free(pieces);
  return status;
}

/* ---- signals ---- */

static pel_status add_head(pel_trace *trace, pel_tokens_view *v, uint32_t layer, uint32_t head,
                           float *scratch, double *sum, pel_error *err) {
  uint32_t n = pel_attention_rows_of(trace); /* the last token may have none: not recorded, which is not 0 */
  pel_range rows = {v->rows.start, v->rows.end < n ? v->rows.end : n};
  for (uint32_t i = 0; i < v->n; i++)
    scratch[i] = NAN;
  if (rows.start < rows.end && v->signal == PEL_SIGNAL_RECEIVED)
    PEL_TRY(pel_trace_keys(trace, layer, head, rows, scratch, NULL, err));
  else if (rows.start < rows.end)
    PEL_TRY(pel_trace_rows(trace, layer, head, rows, NULL, NULL, NULL, scratch, err));
  for (uint32_t i = 0; i < v->n; i++)
    sum[i] += (double)scratch[i];
  v->n_mean_heads++;
  return PEL_OK;
}

static pel_status add_all_heads(pel_trace *trace, pel_tokens_view *v, float *scratch, double *sum,
                                const pel_progress *progress, pel_error *err) {
  uint32_t n_layers = pel_trace_get_info(trace)->n_layers;
  for (uint32_t l = 0; l < n_layers; l++) {
    const pel_trace_layer *layer = pel_trace_get_layer(trace, l);
    if (!pel_progress_step(progress, (double)l / n_layers))
      return pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading the heads");
    if (!layer || !layer->recorded) continue;
    for (uint32_t h = 0; h < layer->n_head; h++)
      if (pel_trace_has_head(trace, l, h)) PEL_TRY(add_head(trace, v, l, h, scratch, sum, err));
  }
  if (v->n_mean_heads == 0)
    return pel_fail(err, PEL_ERR_USAGE,
                    "no head's attention was recorded in this trace; choose logprob, entropy or margin");
  return PEL_OK;
}

static pel_status load_attention_signal(pel_trace *trace, pel_tokens_view *v, const pel_progress *progress,
                                        pel_error *err) {
  float *scratch = pel_alloc(v->n, sizeof *scratch);
  double *sum = pel_alloc(v->n, sizeof *sum);
  pel_status status = PEL_OK;
  if (!scratch || !sum)
    status = pel_fail_memory(err, "the signal", v->n * (sizeof *scratch + sizeof *sum));
  else if (v->one_head)
    status = add_head(trace, v, v->layer, v->head, scratch, sum, err);
  else
    status = add_all_heads(trace, v, scratch, sum, progress, err);
  for (uint32_t i = 0; status == PEL_OK && i < v->n; i++)
    v->items[i].signal = (float)(sum[i] / v->n_mean_heads);
  free(scratch);
  free(sum);
  return status;
}

static void take_recorded_signal(pel_tokens_view *v) {
  for (uint32_t i = 0; i < v->n; i++) {
    pel_token_item *t = &v->items[i];
    t->signal = v->signal == PEL_SIGNAL_LOGPROB   ? t->logprob
                : v->signal == PEL_SIGNAL_ENTROPY ? t->entropy
                                                  : t->margin;
  }
}

static void find_range(pel_tokens_view *v) {
  float least = INFINITY, most = -INFINITY;
  for (uint32_t i = 0; i < v->n; i++) {
    float s = v->items[i].signal;
    if (!isfinite(s)) continue;
    if (s < least) least = s;
    if (s > most) most = s;
  }
  bool any = least <= most;
  switch (v->signal) {
  case PEL_SIGNAL_LOGPROB: /* colour grows with surprise */
    v->low = 0;
    v->high = any && least < -1e-3f ? least : -1;
    if (v->high < LOGPROB_FLOOR) v->high = LOGPROB_FLOOR;
    v->clipped = any && least < v->high;
    break;
  case PEL_SIGNAL_RECEIVED:
    v->log = true;
    v->high = any && most > 0 ? most : 1;
    v->low = v->high * RECEIVED_DECADES;
    v->clipped = any && least < v->low;
    break;
  case PEL_SIGNAL_ENTROPY:
    v->high = any && most > 0 ? most : 1;
    break;
  default:
    v->high = 1;
    break;
  }
}

static void scale_values(pel_tokens_view *v) {
  for (uint32_t i = 0; i < v->n; i++) {
    pel_token_item *t = &v->items[i];
    if (isnan(t->signal)) continue;
    float x = v->log ? pel_log_value(t->signal, v->low, v->high) : (t->signal - v->low) / (v->high - v->low);
    t->value = x < 0 ? 0 : x > 1 ? 1 : x;
  }
}

pel_status pel_tokens_view_load(pel_trace *trace, const pel_tokens_options *o, const pel_progress *progress,
                                pel_tokens_view *out, pel_error *err) {
  pel_tokens_view v = {
      .rows = o->rows, .signal = o->signal, .one_head = o->one_head, .layer = o->layer, .head = o->head};
  bool attention = o->signal == PEL_SIGNAL_RECEIVED || o->signal == PEL_SIGNAL_SINK;
  PEL_TRY(pel_check_run(trace, err));
  PEL_TRY(pel_check_range(pel_trace_get_info(trace)->n_tokens, PEL_LEVEL_TOKEN, "rows", &v.rows, err));
  if (o->one_head && !attention)
    return pel_fail(err, PEL_ERR_USAGE, "%s belongs to a token, not to a head; leave layer and head out",
                    pel_signal_name(o->signal));
  if (o->one_head) PEL_TRY(pel_check_head(trace, o->layer, o->head, err));
  v.n = v.rows.end - v.rows.start;
  v.n_tokens = pel_trace_get_info(trace)->n_tokens;
  pel_status status = load_items(trace, &v, err);
  if (status == PEL_OK && !o->no_text) status = load_text(trace, &v, err);
  if (status == PEL_OK && attention) status = load_attention_signal(trace, &v, progress, err);
  if (status != PEL_OK) {
    pel_tokens_view_clear(&v);
    return status;
  }
  if (!attention) take_recorded_signal(&v);
  find_range(&v);
  scale_values(&v);
  *out = v;
  return PEL_OK;
}

void pel_tokens_view_clear(pel_tokens_view *view) {
  if (!view) return;
  free(view->items);
  pel_labels_clear(&view->labels);
  pel_running_text_clear(&view->text);
  *view = (pel_tokens_view){0};
}
