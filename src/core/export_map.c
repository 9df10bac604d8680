/* A map's exact weights, and the overview of all heads, as data. Maps are streamed in bands of rows. */
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/analysis/view_heads.h"
#include "src/core/export_parts.h"
#include "src/core/text_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAND_WEIGHTS (1u << 20) /* weights read at once, about: 4 MiB */

typedef struct map_out {
  pel_trace *trace;
  const pel_export_options *o;
  pel_outfile *file;
  pel_map_source attention;
  pel_range rows, cols;
  pel_labels names; /* of the columns, for CSV by units */
  struct piece {
    const char *bytes;
    size_t size;
  } *keys; /* [cols], for CSV by tokens */
} map_out;

typedef pel_status row_func(map_out *m, uint32_t row, const float *weights, pel_error *err);

static pel_status start(map_out *m, pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                        pel_error *err) {
  *m = (map_out){.trace = trace, .o = o, .file = file, .rows = o->rows, .cols = o->cols};
  PEL_TRY(pel_map_source_open(trace, &o->of, NULL, &m->attention, err));
  uint32_t n = pel_map_source_size(&m->attention);
  PEL_TRY(pel_check_range(n, o->of.level, "rows", &m->rows, err));
  return pel_check_range(n, o->of.level, "cols", &m->cols, err);
}

static void finish(map_out *m) {
  pel_map_source_close(&m->attention);
  pel_labels_clear(&m->names);
  free(m->keys);
}

static bool by_tokens(const map_out *m) { return m->o->of.level == PEL_LEVEL_TOKEN; }

static pel_status take_band(map_out *m, pel_range band_rows, const float *band, row_func *take,
                            pel_error *err) {
  uint32_t n_cols = m->cols.end - m->cols.start;
  for (uint32_t row = band_rows.start; row < band_rows.end; row++)
    PEL_TRY(take(m, row, band + (size_t)(row - band_rows.start) * n_cols, err));
  return pel_export_step(m->o, m->file,
                         (double)(band_rows.end - m->rows.start) / (m->rows.end - m->rows.start), err);
}

static pel_status each_row(map_out *m, row_func *take, pel_error *err) {
  uint32_t n_cols = m->cols.end - m->cols.start, n_rows = m->rows.end - m->rows.start,
           step = BAND_WEIGHTS / n_cols;
  if (step < 1) step = 1;
  if (step > n_rows) step = n_rows;
  float *band = pel_alloc((size_t)step * n_cols, sizeof *band);
  if (!band) return pel_fail_memory(err, "a band of weights", (size_t)step * n_cols * sizeof *band);
  pel_status status = PEL_OK;
  for (uint32_t row = m->rows.start; row < m->rows.end && status == PEL_OK;) {
    pel_range part = {row, m->rows.end - row > step ? row + step : m->rows.end};
    status = pel_map_source_rows(&m->attention, part, m->cols, NULL, band, err);
    if (status == PEL_OK) status = take_band(m, part, band, take, err);
    row = part.end;
  }
  free(band);
  return status;
}

/* ---- npy ---- */

void pel_export_npy_header(pel_outfile *file, const uint64_t *shape, uint32_t n_dims) {
  char text[256] = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  size_t at = strlen(text);
  for (uint32_t i = 0; i < n_dims; i++)
    at += (size_t)snprintf(text + at, sizeof text - at, i ? " %llu," : "%llu,", (unsigned long long)shape[i]);
  at += (size_t)snprintf(text + at, sizeof text - at, "), }");
  size_t total = (10 + at + 1 + 63) / 64 * 64, padding = total - 10 - at - 1;
  unsigned char head[10] = {0x93,
                            'N',
                            'U',
                            'M',
                            'P',
                            'Y',
                            1,
                            0,
                            (unsigned char)((total - 10) & 255),
                            (unsigned char)((total - 10) >> 8)};
  pel_outfile_write(file, head, sizeof head);
  pel_outfile_write(file, text, at);
  for (size_t i = 0; i < padding; i++)
    pel_outfile_write(file, " ", 1);
  pel_outfile_write(file, "\n", 1);
}

static pel_status npy_row(map_out *m, uint32_t row, const float *weights, pel_error *err) {
  (void)row, (void)err;
  pel_outfile_write(m->file, weights, (size_t)(m->cols.end - m->cols.start) * sizeof *weights);
  return PEL_OK;
}

pel_status pel_export_map_npy(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                              pel_error *err) {
  map_out m;
  pel_status status = start(&m, trace, o, file, err);
  if (status == PEL_OK) {
    const uint64_t shape[2] = {m.rows.end - m.rows.start, m.cols.end - m.cols.start};
    pel_export_npy_header(file, shape, 2);
    status = each_row(&m, npy_row, err);
  }
  finish(&m);
  return status;
}

/* ---- csv ---- */

static pel_range drawn(const map_out *m, uint32_t row) {
  pel_range seen = pel_map_source_visible(&m->attention, row);
  return (pel_range){seen.start > m->cols.start ? seen.start : m->cols.start, seen.end < m->cols.end ? seen.end : m->cols.end};
}

static pel_status csv_row(map_out *m, uint32_t row, const float *weights, pel_error *err) {
  pel_range keys = drawn(m, row);
  pel_trace_token query;
  PEL_TRY(pel_trace_get_token(m->trace, row, &query, err));
  for (uint32_t key = keys.start; key < keys.end; key++) {
    const struct piece *piece = &m->keys[key - m->cols.start];
    pel_csv_uint(m->file, row);
    pel_outfile_puts(m->file, ",");
    pel_csv_uint(m->file, key);
    pel_outfile_puts(m->file, ",");
    pel_csv_piece(m->file, query.piece, query.piece_size);
    pel_outfile_puts(m->file, ",");
    pel_csv_piece(m->file, piece->bytes, piece->size);
    pel_outfile_puts(m->file, ",");
    pel_csv_float(m->file, weights[key - m->cols.start]);
    pel_outfile_puts(m->file, "\r\n");
  }
  return PEL_OK;
}

static void csv_unit(map_out *m, uint32_t unit, const char *name) {
  pel_range tokens = pel_units_tokens(&m->attention.units, (pel_range){unit, unit + 1});
  const uint32_t numbers[] = {unit, tokens.start, tokens.end};
  for (int i = 0; i < 3; i++) {
    pel_csv_uint(m->file, numbers[i]);
    pel_outfile_puts(m->file, ",");
  }
  pel_csv_string(m->file, name, strlen(name));
  pel_outfile_puts(m->file, ",");
}

static pel_status csv_unit_row(map_out *m, uint32_t row, const float *weights, pel_error *err) {
  pel_labels query;
  pel_range keys = drawn(m, row);
  PEL_TRY(pel_units_labels(m->trace, &m->attention.units, (pel_range){row, row + 1}, &query, err));
  for (uint32_t key = keys.start; key < keys.end; key++) {
    csv_unit(m, row, pel_labels_at(&query, row));
    csv_unit(m, key, pel_labels_at(&m->names, key));
    pel_csv_float(m->file, weights[key - m->cols.start]);
    pel_outfile_puts(m->file, "\r\n");
  }
  pel_labels_clear(&query);
  return PEL_OK;
}

static pel_status load_keys(map_out *m, pel_error *err) {
  uint32_t n = m->cols.end - m->cols.start;
  m->keys = pel_alloc(n, sizeof *m->keys);
  if (!m->keys) return pel_fail_memory(err, "the keys' tokens", n * sizeof *m->keys);
  for (uint32_t i = 0; i < n; i++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(m->trace, m->cols.start + i, &token, err));
    m->keys[i] = (struct piece){token.piece, token.piece_size};
  }
  return PEL_OK;
}

static pel_status write_csv(map_out *m, pel_error *err) {
  if (by_tokens(m)) {
    pel_outfile_puts(m->file, "query,key,query_piece,query_piece_hex,key_piece,key_piece_hex,weight\r\n");
    PEL_TRY(load_keys(m, err));
    return each_row(m, csv_row, err);
  }
  pel_outfile_puts(m->file, "query,query_start,query_end,query_text,key,key_start,key_end,key_text,weight\r\n");
  PEL_TRY(pel_units_labels(m->trace, &m->attention.units, m->cols, &m->names, err));
  return each_row(m, csv_unit_row, err);
}

pel_status pel_export_map_csv(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                              pel_error *err) {
  map_out m;
  pel_status status = start(&m, trace, o, file, err);
  if (status == PEL_OK) status = write_csv(&m, err);
  finish(&m);
  return status;
}

/* ---- json ---- */

static pel_status json_tokens(map_out *m, const char *name, pel_range range, pel_error *err) {
  pel_json_name(m->file, name, true);
  pel_outfile_puts(m->file, "[");
  for (uint32_t p = range.start; p < range.end; p++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(m->trace, p, &token, err));
    pel_outfile_puts(m->file, p > range.start ? ",\n{" : "\n{");
    pel_json_name(m->file, "position", false);
    pel_json_uint(m->file, p);
    pel_json_name(m->file, "id", true);
    pel_json_double(m->file, token.id);
    pel_outfile_puts(m->file, ", ");
    pel_json_piece(m->file, token.piece, token.piece_size);
    pel_outfile_puts(m->file, "}");
  }
  pel_outfile_puts(m->file, "]");
  return PEL_OK;
}

static pel_status json_units(map_out *m, const char *name, pel_range range, pel_error *err) {
  pel_labels labels;
  PEL_TRY(pel_units_labels(m->trace, &m->attention.units, range, &labels, err));
  pel_json_name(m->file, name, true);
  pel_outfile_puts(m->file, "[");
  for (uint32_t unit = range.start; unit < range.end; unit++) {
    pel_range tokens = pel_units_tokens(&m->attention.units, (pel_range){unit, unit + 1});
    const char *text = pel_labels_at(&labels, unit);
    pel_outfile_puts(m->file, unit > range.start ? ",\n{" : "\n{");
    pel_json_name(m->file, "start", false);
    pel_json_uint(m->file, tokens.start);
    pel_json_name(m->file, "end", true);
    pel_json_uint(m->file, tokens.end);
    pel_json_name(m->file, "text", true);
    pel_json_string(m->file, text, strlen(text));
    pel_outfile_puts(m->file, "}");
  }
  pel_outfile_puts(m->file, "]");
  pel_labels_clear(&labels);
  return PEL_OK;
}

static pel_status json_row(map_out *m, uint32_t row, const float *weights, pel_error *err) {
  (void)err;
  pel_outfile_puts(m->file, row > m->rows.start ? ",\n[" : "\n[");
  for (uint32_t i = 0; i < m->cols.end - m->cols.start; i++) {
    if (i) pel_outfile_puts(m->file, ",");
    pel_json_float(m->file, weights[i]);
  }
  pel_outfile_puts(m->file, "]");
  return PEL_OK;
}

static void json_range(pel_outfile *file, const char *name, pel_range range) {
  pel_json_name(file, name, true);
  pel_outfile_puts(file, "[");
  pel_json_uint(file, range.start);
  pel_outfile_puts(file, ", ");
  pel_json_uint(file, range.end);
  pel_outfile_puts(file, "]");
}

/* "layer" and "head", or over which heads the mean goes; then what is not the plain weights of tokens. */
static void json_choice(const map_out *m) {
  const pel_map_choice *of = &m->o->of;
  if (of->average != PEL_AVERAGE_ALL) {
    pel_json_name(m->file, "layer", true);
    pel_json_uint(m->file, of->layer);
  }
  if (of->average == PEL_AVERAGE_NONE) {
    pel_json_name(m->file, "head", true);
    pel_json_uint(m->file, of->head);
  } else {
    pel_json_name(m->file, "mean_of_heads", true);
    pel_json_uint(m->file, m->attention.n_heads);
  }
  if (of->value_weighted) {
    pel_json_name(m->file, "value_weighted", true);
    pel_outfile_puts(m->file, "true");
  }
  if (!by_tokens(m)) {
    const char *level = pel_level_name(of->level);
    pel_json_name(m->file, "level", true);
    pel_json_string(m->file, level, strlen(level));
  }
}

static pel_status write_json(map_out *m, pel_error *err) {
  pel_outfile_puts(m->file, "{");
  pel_export_json_origin(m->file, m->trace);
  json_choice(m);
  json_range(m->file, "rows", m->rows);
  json_range(m->file, "cols", m->cols);
  PEL_TRY((by_tokens(m) ? json_tokens : json_units)(m, "queries", m->rows, err));
  PEL_TRY((by_tokens(m) ? json_tokens : json_units)(m, "keys", m->cols, err));
  pel_json_name(m->file, "weights", true);
  pel_outfile_puts(m->file, "[");
  PEL_TRY(each_row(m, json_row, err));
  pel_outfile_puts(m->file, "]}\n");
  return PEL_OK;
}

pel_status pel_export_map_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                               pel_error *err) {
  map_out m;
  pel_status status = start(&m, trace, o, file, err);
  if (status == PEL_OK) status = write_json(&m, err);
  finish(&m);
  return status;
}

/* ---- all heads ---- */

pel_status pel_export_heads_npy(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                pel_error *err) {
  pel_heads_view v;
  PEL_TRY(pel_heads_view_load(trace, o->scale, 0, &o->progress, &v, err));
  const uint64_t shape[4] = {v.n_layers, v.n_heads, v.side, v.side};
  size_t cells = (size_t)v.side * v.side;
  pel_export_npy_header(file, shape, 4);
  for (size_t i = 0; i < (size_t)v.n_layers * v.n_heads; i++) {
    float *weights = v.weights + i * cells;
    for (size_t k = 0; k < cells && v.heads[i].state != PEL_HEAD_RECORDED; k++)
      weights[k] = NAN;
    pel_outfile_write(file, weights, cells * sizeof *weights);
  }
  pel_heads_view_clear(&v);
  return pel_export_step(o, file, 1, err);
}

static void json_head(pel_outfile *file, uint32_t layer, uint32_t head, const pel_head_summary *s) {
  bool recorded = s->state == PEL_HEAD_RECORDED;
  pel_json_name(file, "layer", false);
  pel_json_uint(file, layer);
  pel_json_name(file, "head", true);
  pel_json_uint(file, head);
  pel_json_name(file, "recorded", true);
  pel_outfile_puts(file, recorded ? "true" : "false");
  const struct {
    const char *name;
    float value;
  } numbers[] = {{"sink", s->sink}, {"entropy", s->entropy}, {"received_max", s->received_max}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    pel_json_name(file, numbers[i].name, true);
    pel_json_float(file, recorded ? numbers[i].value : NAN);
  }
  pel_json_name(file, "received_key", true);
  if (recorded)
    pel_json_uint(file, s->received_key);
  else
    pel_outfile_puts(file, "null");
}

pel_status pel_export_heads_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                 pel_error *err) {
  pel_heads_view v;
  PEL_TRY(pel_heads_view_load(trace, o->scale, 0, &o->progress, &v, err));
  pel_outfile_puts(file, "{");
  pel_export_json_origin(file, trace);
  pel_json_name(file, "n_tokens", true);
  pel_json_uint(file, v.n_tokens);
  pel_json_name(file, "heads", true);
  pel_outfile_puts(file, "[");
  bool first = true;
  for (uint32_t l = 0; l < v.n_layers; l++)
    for (uint32_t h = 0; h < v.n_heads; h++) {
      const pel_head_summary *s = &v.heads[pel_heads_index(&v, l, h)];
      if (s->state == PEL_HEAD_ABSENT) continue;
      pel_outfile_puts(file, first ? "\n{" : ",\n{");
      json_head(file, l, h, s);
      pel_outfile_puts(file, "}");
      first = false;
    }
  pel_outfile_puts(file, "]}\n");
  pel_heads_view_clear(&v);
  return pel_export_step(o, file, 1, err);
}
