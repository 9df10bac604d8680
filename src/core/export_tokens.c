/* The tokens of a trace as CSV and JSON. */
#include "engine/base/status.h"
#include "src/core/export_parts.h"
#include "src/core/text_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static pel_status load(pel_trace *trace, const pel_export_options *o, pel_tokens_view *out, pel_error *err) {
  pel_tokens_options options = {
      .rows = o->rows, .signal = o->by, .one_head = o->one_head, .layer = o->of.layer, .head = o->of.head};
  return pel_tokens_view_load(trace, &options, &o->progress, out, err);
}

/* Signals that the tokens themselves carry have their columns anyway. */
static const char *extra_signal(const pel_tokens_view *v) {
  return v->signal == PEL_SIGNAL_RECEIVED || v->signal == PEL_SIGNAL_SINK ? pel_signal_name(v->signal) : NULL;
}

/* ---- json ---- */

static void json_alternatives(pel_outfile *file, const pel_trace_token *t) {
  pel_json_name(file, "alternatives", true);
  pel_outfile_puts(file, "[");
  for (uint32_t i = 0; i < t->n_alternatives && i < PEL_TRACE_ALTERNATIVES; i++) {
    const pel_trace_alternative *a = &t->alternatives[i];
    pel_outfile_puts(file, i ? ", {" : "{");
    pel_json_name(file, "id", false);
    pel_json_double(file, a->id);
    pel_outfile_puts(file, ", ");
    pel_json_piece(file, a->piece, a->piece_size);
    pel_json_name(file, "logprob", true);
    pel_json_float(file, a->logprob);
    pel_outfile_puts(file, "}");
  }
  pel_outfile_puts(file, "]");
}

static void json_token(pel_outfile *file, const pel_tokens_view *v, uint32_t i, const pel_trace_token *t) {
  const char *segment = pel_segment_name(t->segment), *extra = extra_signal(v);
  pel_outfile_puts(file, i ? ",\n{" : "\n{");
  pel_json_name(file, "position", false);
  pel_json_uint(file, v->rows.start + i);
  pel_json_name(file, "id", true);
  pel_json_double(file, t->id);
  pel_outfile_puts(file, ", ");
  pel_json_piece(file, t->piece, t->piece_size);
  pel_json_name(file, "segment", true);
  pel_json_string(file, segment, strlen(segment));
  pel_json_name(file, "logprob", true);
  pel_json_float(file, t->logprob);
  pel_json_name(file, "entropy", true);
  pel_json_float(file, t->entropy);
  pel_json_name(file, "margin", true);
  pel_json_float(file, t->margin);
  if (extra) {
    pel_json_name(file, extra, true);
    pel_json_float(file, v->items[i].signal);
  }
  json_alternatives(file, t);
  pel_outfile_puts(file, "}");
}

/* ---- csv ---- */

static void csv_header(pel_outfile *file, const pel_tokens_view *v) {
  const char *extra = extra_signal(v);
  pel_outfile_puts(file, "position,id,piece,piece_hex,segment,logprob,entropy,margin");
  if (extra) {
    pel_outfile_puts(file, ",");
    pel_outfile_puts(file, extra);
  }
  for (int i = 1; i <= PEL_TRACE_ALTERNATIVES; i++) {
    char text[160];
    snprintf(text, sizeof text,
             ",alternative_%d_id,alternative_%d_piece,alternative_%d_piece_hex,alternative_%d_logprob", i, i,
             i, i);
    pel_outfile_puts(file, text);
  }
  pel_outfile_puts(file, "\r\n");
}

static void csv_number(pel_outfile *file, float value) {
  pel_outfile_puts(file, ",");
  pel_csv_float(file, value);
}

static void csv_id(pel_outfile *file, pel_token_id id) {
  char text[16];
  snprintf(text, sizeof text, "%d", id);
  pel_outfile_puts(file, text);
}

static void csv_token(pel_outfile *file, const pel_tokens_view *v, uint32_t i, const pel_trace_token *t) {
  pel_csv_uint(file, v->rows.start + i);
  pel_outfile_puts(file, ",");
  csv_id(file, t->id);
  pel_outfile_puts(file, ",");
  pel_csv_piece(file, t->piece, t->piece_size);
  pel_outfile_puts(file, ",");
  pel_outfile_puts(file, pel_segment_name(t->segment));
  csv_number(file, t->logprob);
  csv_number(file, t->entropy);
  csv_number(file, t->margin);
  if (extra_signal(v)) csv_number(file, v->items[i].signal);
  for (uint32_t k = 0; k < PEL_TRACE_ALTERNATIVES; k++) {
    const pel_trace_alternative *a = &t->alternatives[k];
    if (k >= t->n_alternatives) {
      pel_outfile_puts(file, ",,,,");
      continue;
    }
    pel_outfile_puts(file, ",");
    csv_id(file, a->id);
    pel_outfile_puts(file, ",");
    pel_csv_piece(file, a->piece, a->piece_size);
    csv_number(file, a->logprob);
  }
  pel_outfile_puts(file, "\r\n");
}

/* ---- both ---- */

static pel_status
each_token(pel_trace *trace, const pel_export_options *o, pel_outfile *file, const pel_tokens_view *v,
           void (*put)(pel_outfile *, const pel_tokens_view *, uint32_t, const pel_trace_token *),
           pel_error *err) {
  for (uint32_t i = 0; i < v->n; i++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(trace, v->rows.start + i, &token, err));
    put(file, v, i, &token);
    if (i % 1024 == 0) PEL_TRY(pel_export_step(o, file, (double)i / v->n, err));
  }
  return PEL_OK;
}

pel_status pel_export_tokens_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                  pel_error *err) {
  pel_tokens_view v;
  PEL_TRY(load(trace, o, &v, err));
  pel_outfile_puts(file, "{");
  pel_export_json_origin(file, trace);
  pel_json_name(file, "tokens", true);
  pel_outfile_puts(file, "[");
  pel_status status = each_token(trace, o, file, &v, json_token, err);
  pel_outfile_puts(file, "]}\n");
  pel_tokens_view_clear(&v);
  return status;
}

pel_status pel_export_tokens_csv(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                 pel_error *err) {
  pel_tokens_view v;
  PEL_TRY(load(trace, o, &v, err));
  csv_header(file, &v);
  pel_status status = each_token(trace, o, file, &v, csv_token, err);
  pel_tokens_view_clear(&v);
  return status;
}
