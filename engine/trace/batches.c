/* How the model took its tokens: what a replay needs. */
#include "engine/base/status.h"
#include "engine/trace/reader.h"

static pel_status read_batch(pel_trace *t, uint32_t i, uint32_t *first, uint32_t *n, bool *end,
                             pel_error *err) {
  sqlite3_stmt *st;
  /* A replay asks for one after the other: the place of the last one saves stepping over all before it. */
  bool next = i > 0 && i == t->batch_index + 1;
  PEL_TRY(pel_trace_statement(t, PEL_READ_BATCH, &st, err));
  sqlite3_bind_int64(st, 1, next ? (sqlite3_int64)t->batch_first : -1);
  sqlite3_bind_int64(st, 2, next ? 0 : i);
  int rc = sqlite3_step(st);
  sqlite3_int64 a = sqlite3_column_int64(st, 0), b = sqlite3_column_int64(st, 1);
  sqlite3_reset(st);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_trace_sql_error(t, rc, "batch", err);
  if (rc == SQLITE_ROW && (a < 0 || b < 1 || a > PEL_TRACE_MAX_TOKENS || b > PEL_TRACE_MAX_TOKENS))
    return pel_trace_bad(t, err, "batch", "row %u is out of range", i);
  *end = rc == SQLITE_DONE;
  if (*end) return PEL_OK;
  *first = t->batch_first = (uint32_t)a, *n = (uint32_t)b;
  t->batch_index = i;
  return PEL_OK;
}

pel_status pel_trace_batch(pel_trace *t, uint32_t i, uint32_t *first, uint32_t *n, bool *end,
                           pel_error *err) {
  PEL_TRY(pel_trace_begin(t, err));
  pel_status status = read_batch(t, i, first, n, end, err);
  pel_trace_end(t);
  return status;
}
