/* How the model took its tokens: what a replay needs. */
#include "engine/base/status.h"
#include "engine/trace/reader.h"

pel_status pel_trace_batch(pel_trace *t, uint32_t i, uint32_t *first, uint32_t *n, bool *end, pel_error *err) {
  sqlite3_stmt *sql;
  int rc = sqlite3_prepare_v2(t->db, "SELECT first, n FROM batch WHERE seq = 0 ORDER BY first LIMIT 1 OFFSET ?1", -1, &sql, NULL);
  if (rc != SQLITE_OK) return pel_trace_sql_error(t, rc, "batch", err);
  sqlite3_bind_int64(sql, 1, i);
  rc = sqlite3_step(sql);
  sqlite3_int64 a = sqlite3_column_int64(sql, 0), b = sqlite3_column_int64(sql, 1);
  sqlite3_finalize(sql);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_trace_sql_error(t, rc, "batch", err);
  if (rc == SQLITE_ROW && (a < 0 || b < 1 || a + b > UINT32_MAX)) return pel_trace_bad(t, err, "batch", "row %u is out of range", i);
  *end = rc == SQLITE_DONE;
  if (!*end) *first = (uint32_t)a, *n = (uint32_t)b;
  return PEL_OK;
}
