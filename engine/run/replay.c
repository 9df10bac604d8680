/* Runs a recorded trace's tokens through a model again and compares queries and keys with what the trace holds. */
#include <math.h>
#include <pellucid/record.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

typedef struct replay {
  pel_trace *trace;
  pel_model *model;
  pel_replay_report *report;
  pel_error *err;
  uint16_t *stored; /* [PEL_BATCH_MAX, head_dim] */
  uint32_t n_rows;
  bool failed;
} replay;

static bool asks(void *user, pel_site site, uint32_t layer) {
  const replay *r = user;
  return site == PEL_SITE_ATTENTION && pel_trace_get_layer(r->trace, layer)->recorded;
}

static void compare(replay *r, const pel_event *e, const uint16_t *computed, size_t stride, uint32_t head_dim) {
  for (uint32_t t = 0; t < e->n_rows; t++) {
    const uint16_t *a = computed + t * stride, *b = r->stored + (size_t)t * head_dim;
    r->report->values += head_dim;
    for (uint32_t i = 0; i < head_dim; i++) {
      if (a[i] == b[i]) continue;
      if (!r->report->different++) {
        r->report->first_layer = e->layer;
        r->report->first_position = e->first + t;
      }
      float difference = fabsf(pel_half_to_float(a[i]) - pel_half_to_float(b[i]));
      if (!(difference <= r->report->largest_difference)) r->report->largest_difference = difference;
    }
  }
}

static bool shows(void *user, const pel_event *e) {
  replay *r = user;
  const pel_attention_rows *a = &e->attention;
  pel_range rows = {e->first, e->first + e->n_rows};
  uint32_t group = a->n_head / a->n_kv_head;
  for (uint32_t h = 0; h < a->n_head && !r->failed; h++) {
    if (!pel_trace_has_head(r->trace, e->layer, h)) continue;
    r->failed = pel_trace_queries(r->trace, e->layer, h, rows, r->stored, r->err) != PEL_OK;
    if (!r->failed) compare(r, e, a->q + (size_t)h * a->head_dim, (size_t)a->n_head * a->head_dim, a->head_dim);
    if (r->failed || (h % group && pel_trace_has_head(r->trace, e->layer, h - 1))) continue; /* its keys are compared */
    r->failed = pel_trace_key_rows(r->trace, e->layer, h / group, rows, r->stored, r->err) != PEL_OK;
    if (!r->failed) compare(r, e, a->k + (size_t)(h / group) * a->head_dim, (size_t)a->n_kv_head * a->head_dim, a->head_dim);
  }
  return !r->failed;
}

static pel_status check_shapes(const replay *r) {
  const pel_model_info *model = pel_model_get_info(r->model);
  const pel_trace_info *trace = pel_trace_get_info(r->trace);
  if (!trace->n_layers)
    return pel_fail(r->err, PEL_ERR_USAGE, "the trace holds no run of a model, only reasoning: there is nothing to run again");
  bool same = model->n_layers == trace->n_layers;
  for (uint32_t l = 0; same && l < model->n_layers; l++) {
    const pel_layer_info *a = pel_model_get_layer(r->model, l);
    const pel_trace_layer *b = pel_trace_get_layer(r->trace, l);
    same = a->n_head == b->n_head && a->n_kv_head == b->n_kv_head && a->head_dim == b->head_dim;
  }
  if (same) return PEL_OK;
  return pel_fail(r->err, PEL_ERR_CHECK, "%s: this model has other layers and heads than the trace's model %s; give the model that was recorded",
                  pel_model_file(r->model), trace->model_name);
}

static pel_status compare_digest(replay *r) {
  uint8_t digest[32];
  char hex[65];
  PEL_TRY(pel_model_digest(r->model, digest, r->err));
  for (int i = 0; i < 32; i++) {
    static const char digits[] = "0123456789abcdef";
    hex[2 * i] = digits[digest[i] >> 4];
    hex[2 * i + 1] = digits[digest[i] & 15];
  }
  hex[64] = 0;
  r->report->same_model = strcmp(hex, pel_trace_get_info(r->trace)->model_sha256) == 0;
  return PEL_OK;
}

static pel_status run_batch(replay *r, pel_session *session, uint32_t first, uint32_t n, const pel_probe *probe) {
  pel_token_id ids[PEL_BATCH_MAX];
  if (n < 1 || n > PEL_BATCH_MAX || first != pel_session_position(session))
    return pel_fail(r->err, PEL_ERR_INPUT, "the trace's batches do not follow each other at row %u; it can't be replayed", first);
  for (uint32_t i = 0; i < n; i++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(r->trace, first + i, &token, r->err));
    ids[i] = token.id;
  }
  pel_error own;
  pel_status status = pel_session_eval(session, ids, n, &probe, 1, NULL, &own);
  if (status != PEL_OK && !r->failed) *r->err = own; /* a failed read of the trace is already told */
  return r->failed ? r->err->status : status;
}

static pel_status run_batches(replay *r, pel_session *session, bool (*progress)(double, void *), void *user) {
  pel_probe probe = {r, asks, shows};
  for (uint32_t i = 0;; i++) {
    uint32_t first, n;
    bool end = false;
    PEL_TRY(pel_trace_batch(r->trace, i, &first, &n, &end, r->err));
    if (!end && first < r->n_rows) {
      if (n > r->n_rows - first) n = r->n_rows - first; /* a run that was cut short inside its last batch */
    } else if (pel_session_position(session) == r->n_rows) {
      return PEL_OK;
    } else {
      return pel_fail(r->err, PEL_ERR_INPUT, "the trace's batches end at row %u of %u; it can't be replayed",
                      pel_session_position(session), r->n_rows);
    }
    if (progress && !progress((double)first / r->n_rows, user)) return pel_fail(r->err, PEL_ERR_CANCELLED, "cancelled");
    PEL_TRY(run_batch(r, session, first, n, &probe));
  }
}

static pel_status conclude(const replay *r) {
  const pel_replay_report *report = r->report;
  if (report->different)
    return pel_fail(r->err, PEL_ERR_CHECK, "%llu of %llu Q and K values differ, the first in layer %u at token %u, the largest by %g",
                    (unsigned long long)report->different, (unsigned long long)report->values, report->first_layer,
                    report->first_position, (double)report->largest_difference);
  if (!report->same_model)
    return pel_fail(r->err, PEL_ERR_CHECK, "%s: the file's SHA-256 is not the recorded one, though its Q and K are the same",
                    pel_model_file(r->model));
  return PEL_OK;
}

pel_status pel_replay(pel_trace *trace, pel_model *model, int threads, bool (*progress)(double, void *), void *user,
                      pel_replay_report *report, pel_error *err) {
  pel_error own;
  pel_replay_report unused;
  replay r = {.trace = trace, .model = model, .report = report ? report : &unused, .err = err ? err : &own,
              .n_rows = pel_trace_get_info(trace)->n_rows};
  *r.report = (pel_replay_report){0};
  PEL_TRY(check_shapes(&r));
  PEL_TRY(compare_digest(&r));
  if (!r.n_rows) return conclude(&r);
  pel_session *session = NULL;
  r.stored = pel_alloc((size_t)PEL_BATCH_MAX * pel_trace_get_layer(trace, 0)->head_dim, sizeof *r.stored);
  pel_status status = r.stored ? pel_session_create(model, r.n_rows, threads, &session, r.err) : pel_fail_memory(r.err, "replay", PEL_BATCH_MAX);
  if (status == PEL_OK) status = run_batches(&r, session, progress, user);
  pel_session_destroy(session);
  free(r.stored);
  return status == PEL_OK ? conclude(&r) : status;
}
