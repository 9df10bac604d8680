#include "src/core/overview.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static pel_status load_texts(pel_trace *trace, pel_overview *o, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  o->model = pel_text_safe(info->model_name, strlen(info->model_name));
  o->note = pel_text_safe(info->note, strlen(info->note));
  o->hash = strdup(info->hash);
  o->windows = pel_alloc(info->n_layers ? info->n_layers : 1, sizeof *o->windows);
  if (!o->model || !o->note || !o->hash || !o->windows) return pel_fail_memory(err, "the trace's header", 0);
  o->complete = info->complete;
  o->n_rows = info->n_rows, o->n_tokens = info->n_tokens;
  o->n_layers = info->n_layers, o->n_recorded_layers = info->n_recorded_layers;
  for (uint32_t l = 0; l < o->n_layers; l++) o->windows[l] = pel_trace_get_layer(trace, l)->window;
  return PEL_OK;
}

pel_status pel_overview_load(pel_trace *trace, const pel_progress *progress, pel_overview **out, pel_error *err) {
  pel_overview *o = pel_alloc(1, sizeof *o);
  if (!o) return pel_fail_memory(err, "an overview", sizeof *o);
  pel_status status = load_texts(trace, o, err);
  if (status == PEL_OK) status = pel_heads_view_load(trace, PEL_SCALE_LOG, 64, progress, &o->heads, err);
  for (int s = 0; s < PEL_SIGNALS && status == PEL_OK; s++) {
    pel_tokens_options options = {.signal = (pel_signal)s};
    status = pel_tokens_view_load(trace, &options, progress, &o->signals[s], err);
  }
  if (status != PEL_OK) {
    pel_overview_free(o);
    return status;
  }
  *out = o;
  return PEL_OK;
}

void pel_overview_free(pel_overview *o) {
  if (!o) return;
  free(o->model);
  free(o->hash);
  free(o->note);
  free(o->windows);
  pel_heads_view_clear(&o->heads);
  for (int s = 0; s < PEL_SIGNALS; s++) pel_tokens_view_clear(&o->signals[s]);
  free(o);
}
