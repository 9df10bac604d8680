/* Received mass and pyramids: stored ones, or made again where a file has none. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/reader.h"
#include "engine/trace/rebuild.h"

/* ---- stored ---- */

static pel_status read_received(pel_trace *t, sqlite3_stmt *st, uint32_t layer, uint32_t head, pel_range keys,
                                float *out, bool *found, pel_error *err) {
  const uint32_t block = PEL_TRACE_RECEIVED_BLOCK;
  for (uint32_t key = keys.start; key < keys.end;) {
    uint32_t b = key / block, at = key % block, rest = t->info.n_rows - b * block,
             n = rest < block ? rest : block;
    sqlite3_reset(st);
    sqlite3_bind_int64(st, 1, layer);
    sqlite3_bind_int64(st, 2, head);
    sqlite3_bind_int64(st, 3, b);
    int rc = sqlite3_step(st);
    if (rc == SQLITE_DONE && b == keys.start / block) return PEL_OK; /* not there: *found stays false */
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_trace_sql_error(t, rc, "received", err);
    const char *data =
        rc == SQLITE_ROW && sqlite3_column_type(st, 0) == SQLITE_BLOB ? sqlite3_column_blob(st, 0) : NULL;
    if (!data || (size_t)sqlite3_column_bytes(st, 0) != n * sizeof *out)
      return pel_trace_bad(t, err, "received", "layer %u head %u block %u is missing or of wrong size", layer,
                           head, b);
    uint32_t take = keys.end - key < n - at ? keys.end - key : n - at;
    memcpy(out + (key - keys.start), data + at * sizeof *out, take * sizeof *out);
    key += take;
  }
  *found = true;
  return PEL_OK;
}

pel_status pel_trace_stored_received(pel_trace *t, uint32_t layer, uint32_t head, pel_range keys, float *out,
                                     bool *found, pel_error *err) {
  sqlite3_stmt *st;
  bool there = false;
  if (t->info.complete) {
    PEL_TRY(pel_trace_statement(t, PEL_READ_RECEIVED, &st, err));
    pel_status status = read_received(t, st, layer, head, keys, out, &there, err);
    sqlite3_reset(st);
    if (status != PEL_OK) return status;
  }
  *found = there;
  return PEL_OK;
}

static pel_status read_pyramid(pel_trace *t, sqlite3_stmt *st, uint32_t layer, uint32_t head, uint8_t **out,
                               pel_error *err) {
  sqlite3_bind_int64(st, 1, layer);
  sqlite3_bind_int64(st, 2, head);
  int rc = sqlite3_step(st);
  if (rc == SQLITE_DONE) return PEL_OK;
  if (rc != SQLITE_ROW) return pel_trace_sql_error(t, rc, "pyramid", err);
  size_t size = 2 * pel_triangle(pel_pyramid_side(t->info.n_rows));
  const void *data = sqlite3_column_type(st, 2) == SQLITE_BLOB ? sqlite3_column_blob(st, 2) : NULL;
  if (sqlite3_column_int64(st, 0) != pel_pyramid_block(t->info.n_rows) ||
      sqlite3_column_int64(st, 1) != pel_pyramid_side(t->info.n_rows) || !data ||
      (size_t)sqlite3_column_bytes(st, 2) != size)
    return pel_trace_bad(t, err, "pyramid", "layer %u head %u has a shape that %u rows do not give", layer,
                         head, t->info.n_rows);
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy) return pel_fail_memory(err, "a pyramid", size);
  memcpy(copy, data, size);
  *out = copy;
  return PEL_OK;
}

pel_status pel_trace_stored_pyramid(pel_trace *t, uint32_t layer, uint32_t head, uint8_t **codes,
                                    pel_error *err) {
  sqlite3_stmt *st;
  uint8_t *read = NULL;
  if (t->info.complete && t->info.n_rows) {
    PEL_TRY(pel_trace_statement(t, PEL_READ_PYRAMID, &st, err));
    pel_status status = read_pyramid(t, st, layer, head, &read, err);
    sqlite3_reset(st);
    if (status != PEL_OK) return status;
  }
  *codes = read;
  return PEL_OK;
}

/* ---- made again ---- */

static pel_status make_sums(pel_trace *t, uint32_t layer, uint32_t head, pel_error *err) {
  if (t->sums_valid && t->sums_layer == layer && t->sums_head == head && t->sums_rows == t->info.n_rows)
    return PEL_OK;
  pel_rebuild r;
  pel_rebuild_init(&r, t);
  pel_pyramid_sums_clear(&t->sums);
  t->sums_valid = false;
  uint32_t q_index = (uint32_t)t->layouts[layer].q_index[head];
  pel_status status = pel_rebuild_head(&r, layer, q_index, &t->sums, NULL, NULL, err);
  pel_rebuild_clear(&r);
  if (status != PEL_OK) return status;
  t->sums_layer = layer, t->sums_head = head, t->sums_rows = t->info.n_rows;
  t->sums_valid = true;
  return PEL_OK;
}

pel_status pel_trace_received(pel_trace *t, uint32_t layer, uint32_t head, pel_range keys, float *out,
                              pel_error *err) {
  bool found;
  PEL_TRY(pel_trace_stored_received(t, layer, head, keys, out, &found, err));
  if (found) return PEL_OK;
  PEL_TRY(make_sums(t, layer, head, err));
  pel_pyramid_received(&t->sums, keys.start, keys.end - keys.start, out);
  return PEL_OK;
}

static pel_status get_codes(pel_trace *t, uint32_t layer, uint32_t head, uint8_t **out, pel_error *err) {
  uint8_t *codes = NULL;
  PEL_TRY(pel_trace_stored_pyramid(t, layer, head, &codes, err));
  if (!codes) {
    PEL_TRY(make_sums(t, layer, head, err));
    codes = pel_alloc(2 * pel_triangle(pel_pyramid_side(t->info.n_rows)), 1);
    if (!codes) return pel_fail_memory(err, "a pyramid", pel_triangle(PEL_PYRAMID_SIDE));
    pel_pyramid_encode(&t->sums, t->info.n_rows, codes);
  }
  *out = codes;
  return PEL_OK;
}

pel_status pel_trace_pyramid(pel_trace *t, uint32_t layer, uint32_t head, pel_pyramid *out, pel_error *err) {
  uint32_t q_index, side = pel_pyramid_side(t->info.n_rows);
  uint8_t *codes = NULL;
  PEL_TRY(pel_trace_head(t, layer, head, &q_index, err));
  PEL_TRY(get_codes(t, layer, head, &codes, err));
  size_t n = pel_triangle(side), cells = (size_t)side * side;
  pel_pyramid p = {side, pel_pyramid_block(t->info.n_rows), pel_alloc(cells, sizeof(float)),
                   pel_alloc(cells, sizeof(float))};
  float value[256];
  pel_log_table(value);
  for (uint32_t i = 0; p.sum && p.max && i < side; i++)
    for (uint32_t j = 0; j <= i; j++) {
      p.sum[(size_t)i * side + j] = value[codes[pel_triangle(i) + j]] * (float)p.block;
      p.max[(size_t)i * side + j] = value[codes[n + pel_triangle(i) + j]];
    }
  free(codes);
  if (!p.sum || !p.max) {
    pel_pyramid_clear(&p);
    return pel_fail_memory(err, "a pyramid", cells * sizeof(float));
  }
  *out = p;
  return PEL_OK;
}

void pel_pyramid_clear(pel_pyramid *p) {
  if (!p) return;
  free(p->sum);
  free(p->max);
  *p = (pel_pyramid){0};
}
