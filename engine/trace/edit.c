/* Adding to a closed trace: one connection that may write, one transaction. The file is a stranger's until its schema is
 * checked, and its journal is looked at before SQLite may play it back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/status.h"
#include "engine/trace/connection.h"
#include "engine/trace/file.h"
#include "engine/trace/hash.h"
#include "engine/trace/schema.h"

enum { TICK = 10000 };

static int on_progress(void *user) {
  pel_edit *e = user;
  return ++e->ticks > e->most_ticks;
}

pel_status pel_edit_failed(pel_edit *e, int rc, const char *what, pel_error *err) {
  if (pel_connection_is_full(e->db, rc))
    return pel_fail(err, PEL_ERR_IO, "%s: disk full while writing %s; the trace is as it was, free some space", e->path, what);
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return pel_fail_memory(err, what, 0);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return pel_fail(err, PEL_ERR_IO, "%s: another program keeps the trace locked; try again", e->path);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return pel_fail(err, PEL_ERR_IO,
                      "%s: adding to a trace needs write access to the file and its folder; copy it to a folder of yours", e->path);
    case SQLITE_IOERR: return pel_fail(err, PEL_ERR_IO, "%s: cannot write %s: %s", e->path, what, sqlite3_errmsg(e->db));
    case SQLITE_INTERRUPT:
      return pel_fail(err, PEL_ERR_INPUT, "%s: %s: reading it does not come to an end; the file is damaged", e->path, what);
    default:
      return pel_fail(err, PEL_ERR_INPUT, "%s: %s: %.120s; the file is damaged", e->path, what,
                      e->db ? sqlite3_errmsg(e->db) : sqlite3_errstr(rc));
  }
}

/* What SQLite would say less clearly. */
static pel_status look(pel_edit *e, pel_error *err) {
  char head[20] = "";
  struct stat st;
  struct rlimit limit;
  ssize_t got = pel_file_head(e->path, head, sizeof head, &st);
  if (got < 0 && errno) return pel_fail_errno(err, e->path, "cannot open the trace");
  if (got != sizeof head || memcmp(head, "SQLite format 3", 16) != 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: not a Pellucid trace (no SQLite header)", e->path);
  if (head[18] != 1 || head[19] != 1) /* a write-ahead log would stay beside it */
    return pel_fail(err, PEL_ERR_INPUT, "%s: its journal mode is not that of a trace; refused", e->path);
  if (access(e->path, W_OK) != 0) return pel_edit_failed(e, SQLITE_READONLY, "the trace", err);
  if (pel_connection_journal(e->path) == PEL_JOURNAL_FOREIGN)
    return pel_fail(err, PEL_ERR_INPUT, "%s: the -journal beside it is not its own; refused", e->path);
  /* Pages beyond the limit could be neither written nor taken back: the journal would have to stay beside the trace. */
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && (uint64_t)st.st_size > limit.rlim_cur)
    return pel_fail(err, PEL_ERR_IO, "%s: disk full: the limit on the size of files (ulimit -f) is below that of the trace, which is as it was", e->path);
  e->most_ticks = 2000 + (uint64_t)st.st_size / 5000;
  return PEL_OK;
}

static int connect(pel_edit *e) {
  char *uri = pel_connection_uri(e->path, "");
  if (!uri) return SQLITE_CANTOPEN;
  int rc = sqlite3_open_v2(uri, &e->db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                           NULL);
  free(uri);
  if (rc != SQLITE_OK) return rc;
  pel_connection_harden(e->db);
  sqlite3_progress_handler(e->db, TICK, on_progress, e);
  rc = sqlite3_db_readonly(e->db, "main") ? SQLITE_READONLY : sqlite3_exec(e->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
  return rc == SQLITE_OK ? sqlite3_exec(e->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) : rc;
}

static pel_status read_hash(pel_edit *e, pel_error *err) {
  static const char *const sql =
      "SELECT (SELECT value FROM provenance WHERE key = 'hash') FROM provenance WHERE key = 'complete' AND value = '1'";
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(e->db, sql, -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "table provenance", err);
  rc = sqlite3_step(st);
  const char *hash = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
  bool ok = hash && strlen(hash) == sizeof e->hash - 1;
  if (ok) memcpy(e->hash, hash, sizeof e->hash);
  sqlite3_finalize(st);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_edit_failed(e, rc, "table provenance", err);
  if (ok) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "%s: the trace is not closed, or was cut short; only a closed one can be added to", e->path);
}

pel_status pel_edit_begin(pel_edit *e, const char *path, pel_error *err) {
  *e = (pel_edit){.path = path};
  PEL_TRY(look(e, err));
  int rc = connect(e);
  pel_status status = rc == SQLITE_OK ? pel_schema_check(e->db, path, &e->minor, err) : pel_edit_failed(e, rc, "the trace", err);
  if (status == PEL_OK && e->minor > PEL_TRACE_MINOR)
    status = pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: written by a later version of Pellucid; only that may add to it", path);
  if (status == PEL_OK) status = read_hash(e, err);
  if (status != PEL_OK) pel_edit_end(e);
  return status;
}

pel_status pel_edit_exec(pel_edit *e, const char *sql, pel_error *err) {
  int rc = sqlite3_exec(e->db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_edit_failed(e, rc, "the trace", err);
}

pel_status pel_edit_set(pel_edit *e, const char *table, const char *key, const char *value, pel_error *err) {
  char sql[80];
  sqlite3_stmt *st;
  snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO %s VALUES (?1, ?2)", table);
  int rc = sqlite3_prepare_v2(e->db, sql, -1, &st, NULL);
  if (rc == SQLITE_OK) {
    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, value, -1, SQLITE_STATIC);
    sqlite3_step(st);
    rc = sqlite3_finalize(st);
  }
  return rc == SQLITE_OK ? PEL_OK : pel_edit_failed(e, rc, table, err);
}

pel_status pel_edit_take_hash(pel_edit *e, char out[PEL_HASH_HEX], pel_error *err) {
  e->ticks = 0;
  int rc = pel_hash_database(e->db, out, NULL, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_edit_failed(e, rc, "the hash", err);
}

pel_status pel_edit_check_hash(pel_edit *e, pel_error *err) {
  char hex[PEL_HASH_HEX];
  PEL_TRY(pel_edit_take_hash(e, hex, err));
  if (strcmp(hex, e->hash) == 0) return PEL_OK;
  return pel_fail(err, PEL_ERR_CHECK, "%s: the logical hash is %.16s..., the trace says %.16s...; nothing was added", e->path, hex, e->hash);
}

pel_status pel_edit_commit(pel_edit *e, pel_error *err) { return pel_edit_exec(e, "COMMIT", err); }

void pel_edit_end(pel_edit *e) {
  if (e->db && !sqlite3_get_autocommit(e->db)) sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close(e->db);
  e->db = NULL;
}
