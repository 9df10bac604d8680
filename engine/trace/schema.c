#include "engine/trace/schema.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

#define BLOCKS(name)                                                                                        \
  {                                                                                                         \
#name, "CREATE TABLE " #name                                                                            \
           " (seq INTEGER NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL, block INTEGER NOT NULL," \
           " data BLOB NOT NULL, PRIMARY KEY (seq, layer, head, block)) STRICT"                             \
  }

/* SQLite keeps the text of a CREATE TABLE as it was given: a file is ours when its texts are these. */
static const struct {
  const char *name, *sql;
} tables[] = {
    {"provenance",
     "CREATE TABLE provenance (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    {"parameter",
     "CREATE TABLE parameter (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    {"layer",
     "CREATE TABLE layer (layer INTEGER NOT NULL PRIMARY KEY, recorded INTEGER NOT NULL, n_head INTEGER NOT "
     "NULL,"
     " n_kv_head INTEGER NOT NULL, head_dim INTEGER NOT NULL, window INTEGER NOT NULL, scale REAL NOT NULL,"
     " softcap REAL NOT NULL, block INTEGER NOT NULL, heads BLOB NOT NULL) STRICT"},
    {"sequence",
     "CREATE TABLE sequence (seq INTEGER NOT NULL PRIMARY KEY, n_context INTEGER NOT NULL, n_prompt INTEGER "
     "NOT NULL,"
     " n_tokens INTEGER NOT NULL, n_rows INTEGER NOT NULL) STRICT"},
    {"token",
     "CREATE TABLE token (seq INTEGER NOT NULL, pos INTEGER NOT NULL, id INTEGER NOT NULL, piece BLOB NOT "
     "NULL,"
     " segment TEXT NOT NULL, logprob REAL, entropy REAL, margin REAL, PRIMARY KEY (seq, pos)) STRICT, "
     "WITHOUT ROWID"},
    {"alternative",
     "CREATE TABLE alternative (seq INTEGER NOT NULL, pos INTEGER NOT NULL, rank INTEGER NOT NULL,"
     " id INTEGER NOT NULL, logprob REAL, piece BLOB NOT NULL, PRIMARY KEY (seq, pos, rank)) STRICT, WITHOUT "
     "ROWID"},
    {"batch",
     "CREATE TABLE batch (seq INTEGER NOT NULL, first INTEGER NOT NULL, n INTEGER NOT NULL,"
     " PRIMARY KEY (seq, first)) STRICT, WITHOUT ROWID"},
    BLOCKS(attention_query),
    BLOCKS(attention_key),
    BLOCKS(attention_row),
    {"tail",
     "CREATE TABLE tail (seq INTEGER NOT NULL, layer INTEGER NOT NULL, first INTEGER NOT NULL, data BLOB NOT "
     "NULL,"
     " PRIMARY KEY (seq, layer, first)) STRICT"},
    BLOCKS(received),
    {"pyramid",
     "CREATE TABLE pyramid (seq INTEGER NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL,"
     " block INTEGER NOT NULL, side INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (seq, layer, head)) "
     "STRICT"},
};
enum { N_TABLES = sizeof tables / sizeof *tables };

int pel_schema_create(sqlite3 *db) {
  char sql[128];
  snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PEL_TRACE_APPLICATION_ID,
           PEL_TRACE_MAJOR * 1000 + PEL_TRACE_MINOR);
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  for (int i = 0; i < N_TABLES && rc == SQLITE_OK; i++)
    rc = sqlite3_exec(db, tables[i].sql, NULL, NULL, NULL);
  return rc;
}

static pel_status damaged(sqlite3 *db, const char *path, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: the file's list of tables cannot be read (%s); it is damaged",
                  path, sqlite3_errmsg(db));
}

static pel_status read_number(sqlite3 *db, const char *path, const char *sql, int *out, pel_error *err) {
  sqlite3_stmt *st;
  if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) return damaged(db, path, err);
  bool ok = sqlite3_step(st) == SQLITE_ROW;
  int value = ok ? sqlite3_column_int(st, 0) : 0;
  if (sqlite3_finalize(st) != SQLITE_OK || !ok) return damaged(db, path, err);
  *out = value;
  return PEL_OK;
}

static pel_status check_version(sqlite3 *db, const char *path, bool *newer, pel_error *err) {
  int application, version;
  PEL_TRY(read_number(db, path, "PRAGMA application_id", &application, err));
  PEL_TRY(read_number(db, path, "PRAGMA user_version", &version, err));
  if (application != PEL_TRACE_APPLICATION_ID)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s: a SQLite database, but not a Pellucid trace (application_id 0x%08x)", path,
                    (unsigned)application);
  int major = version / 1000;
  if (major > PEL_TRACE_MAJOR)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s: written by a newer version (trace format %d.%d): update Pellucid", path, major,
                    version % 1000);
  if (major < 1)
    return pel_fail(err, PEL_ERR_INPUT, "%s: user_version %d is no version of the trace format", path,
                    version);
  *newer = version % 1000 > PEL_TRACE_MINOR;
  return PEL_OK;
}

static int find_table(const char *name) {
  for (int i = 0; i < N_TABLES; i++)
    if (strcmp(tables[i].name, name) == 0) return i;
  return -1;
}

/* One entry of sqlite_schema. Only tables of this version pass, the indices that SQLite makes for their
 * primary keys and, in a file of a later minor version, further tables with theirs. */
static pel_status check_entry(sqlite3_stmt *st, const char *path, bool newer, unsigned *seen,
                              pel_error *err) {
  const char *type = (const char *)sqlite3_column_text(st, 0),
             *name = (const char *)sqlite3_column_text(st, 1);
  const char *sql = (const char *)sqlite3_column_text(st, 2);
  if (!type || !name)
    return pel_fail(err, PEL_ERR_INPUT, "%s: an entry without a name in the list of tables", path);
  if (strcmp(type, "index") == 0 && !sql && strncmp(name, "sqlite_autoindex_", 17) == 0) return PEL_OK;
  int i = strcmp(type, "table") == 0 ? find_table(name) : -1;
  if (i >= 0) {
    if (!sql || strcmp(sql, tables[i].sql) != 0)
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s is not the table of the trace format", path, name);
    *seen |= 1u << i;
    return PEL_OK;
  }
  bool plain = strcmp(type, "table") == 0 && sql && strncmp(sql, "CREATE TABLE ", 13) == 0;
  if (newer && plain) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: holds %s %.64s, which is not in the trace format; refused", path,
                  type, name);
}

pel_status pel_schema_check(sqlite3 *db, const char *path, bool *newer, pel_error *err) {
  bool later = false;
  PEL_TRY(check_version(db, path, &later, err));
  sqlite3_stmt *st;
  if (sqlite3_prepare_v2(db, "SELECT type, name, sql FROM sqlite_schema LIMIT 200", -1, &st, NULL) !=
      SQLITE_OK)
    return damaged(db, path, err);
  unsigned seen = 0;
  int rc;
  pel_status status = PEL_OK;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW && status == PEL_OK)
    status = check_entry(st, path, later, &seen, err);
  if (status == PEL_OK && rc != SQLITE_DONE) status = damaged(db, path, err);
  sqlite3_finalize(st);
  if (status != PEL_OK) return status;
  for (int i = 0; i < N_TABLES; i++)
    if (!(seen >> i & 1))
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s is missing; the file is damaged or no trace", path,
                      tables[i].name);
  *newer = later;
  return PEL_OK;
}
