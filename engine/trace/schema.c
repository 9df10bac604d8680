#include "engine/trace/schema.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

#define BLOCKS(name)                                                                                        \
  {                                                                                                         \
#name, "CREATE TABLE " #name                                                                            \
           " (seq INTEGER NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL, block INTEGER NOT NULL," \
           " data BLOB NOT NULL, PRIMARY KEY (seq, layer, head, block)) STRICT", 0                          \
  }

/* SQLite keeps the text of a CREATE TABLE as it was given: a file is ours when its texts are these. */
static const struct {
  const char *name, *sql;
  int since; /* minor version */
} tables[] = {
    {"provenance",
     "CREATE TABLE provenance (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID", 0},
    {"parameter",
     "CREATE TABLE parameter (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID", 0},
    {"layer",
     "CREATE TABLE layer (layer INTEGER NOT NULL PRIMARY KEY, recorded INTEGER NOT NULL, n_head INTEGER NOT "
     "NULL,"
     " n_kv_head INTEGER NOT NULL, head_dim INTEGER NOT NULL, window INTEGER NOT NULL, scale REAL NOT NULL,"
     " softcap REAL NOT NULL, block INTEGER NOT NULL, heads BLOB NOT NULL) STRICT", 0},
    {"sequence",
     "CREATE TABLE sequence (seq INTEGER NOT NULL PRIMARY KEY, n_context INTEGER NOT NULL, n_prompt INTEGER "
     "NOT NULL,"
     " n_tokens INTEGER NOT NULL, n_rows INTEGER NOT NULL) STRICT", 0},
    {"token",
     "CREATE TABLE token (seq INTEGER NOT NULL, pos INTEGER NOT NULL, id INTEGER NOT NULL, piece BLOB NOT "
     "NULL,"
     " segment TEXT NOT NULL, logprob REAL, entropy REAL, margin REAL, PRIMARY KEY (seq, pos)) STRICT, "
     "WITHOUT ROWID", 0},
    {"alternative",
     "CREATE TABLE alternative (seq INTEGER NOT NULL, pos INTEGER NOT NULL, rank INTEGER NOT NULL,"
     " id INTEGER NOT NULL, logprob REAL, piece BLOB NOT NULL, PRIMARY KEY (seq, pos, rank)) STRICT, WITHOUT "
     "ROWID", 0},
    {"batch",
     "CREATE TABLE batch (seq INTEGER NOT NULL, first INTEGER NOT NULL, n INTEGER NOT NULL,"
     " PRIMARY KEY (seq, first)) STRICT, WITHOUT ROWID", 0},
    BLOCKS(attention_query),
    BLOCKS(attention_key),
    BLOCKS(attention_row),
    {"tail",
     "CREATE TABLE tail (seq INTEGER NOT NULL, layer INTEGER NOT NULL, first INTEGER NOT NULL, data BLOB NOT "
     "NULL,"
     " PRIMARY KEY (seq, layer, first)) STRICT", 0},
    BLOCKS(received),
    {"pyramid",
     "CREATE TABLE pyramid (seq INTEGER NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL,"
     " block INTEGER NOT NULL, side INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (seq, layer, head)) "
     "STRICT", 0},
    {"span",
     "CREATE TABLE span (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
     " status TEXT NOT NULL, seconds REAL NOT NULL) STRICT",
     1},
    {"attribute",
     "CREATE TABLE attribute (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL)"
     " STRICT",
     1},
    {"source",
     "CREATE TABLE source (id INTEGER NOT NULL PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL,"
     " version TEXT NOT NULL, url TEXT NOT NULL, licence TEXT NOT NULL, retrieved TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT",
     1},
    {"passage",
     "CREATE TABLE passage (id INTEGER NOT NULL PRIMARY KEY, source INTEGER NOT NULL, path TEXT NOT NULL, label TEXT NOT NULL,"
     " text TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL) STRICT",
     1},
    {"document",
     "CREATE TABLE document (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) STRICT", 1},
    {"clause",
     "CREATE TABLE clause (id INTEGER NOT NULL PRIMARY KEY, label TEXT NOT NULL, text TEXT NOT NULL, passage INTEGER NOT NULL,"
     " valid_from TEXT NOT NULL, valid_to TEXT NOT NULL) STRICT",
     1},
    {"node",
     "CREATE TABLE node (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,"
     " says TEXT NOT NULL, note TEXT NOT NULL, term TEXT NOT NULL, clause INTEGER NOT NULL, passage INTEGER NOT NULL,"
     " document INTEGER NOT NULL, char_from INTEGER NOT NULL, char_to INTEGER NOT NULL, said_by TEXT NOT NULL,"
     " date TEXT NOT NULL, weight REAL, confidence REAL, low REAL, high REAL, event TEXT NOT NULL) STRICT",
     1},
    {"edge",
     "CREATE TABLE edge (from_node INTEGER NOT NULL, place INTEGER NOT NULL, to_node INTEGER NOT NULL, kind TEXT NOT NULL,"
     " label TEXT NOT NULL, weight REAL, PRIMARY KEY (from_node, place)) STRICT, WITHOUT ROWID",
     1},
    {"retrieved",
     "CREATE TABLE retrieved (span INTEGER NOT NULL, rank INTEGER NOT NULL, passage INTEGER NOT NULL, lexical REAL, dense REAL,"
     " fused REAL NOT NULL, gate REAL NOT NULL, weight REAL NOT NULL, margin REAL NOT NULL, PRIMARY KEY (span, rank)) STRICT,"
     " WITHOUT ROWID",
     1},
    {"resolution",
     "CREATE TABLE resolution (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, goal INTEGER NOT NULL,"
     " parent INTEGER NOT NULL, outcome TEXT NOT NULL, clause INTEGER NOT NULL, text TEXT NOT NULL) STRICT",
     1},
    {"proof_step",
     "CREATE TABLE proof_step (id INTEGER NOT NULL PRIMARY KEY, node INTEGER NOT NULL, kind TEXT NOT NULL,"
     " clause INTEGER NOT NULL, text TEXT NOT NULL, uses TEXT NOT NULL) STRICT",
     1},
    {"graph_node",
     "CREATE TABLE graph_node (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,"
     " type TEXT NOT NULL, role TEXT NOT NULL, score REAL, node INTEGER NOT NULL) STRICT",
     2},
    {"graph_edge",
     "CREATE TABLE graph_edge (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, from_node INTEGER NOT NULL,"
     " to_node INTEGER NOT NULL, layer INTEGER NOT NULL, relation TEXT NOT NULL, backwards INTEGER NOT NULL, attention REAL,"
     " weight REAL, passage INTEGER NOT NULL) STRICT",
     2},
    {"graph_path",
     "CREATE TABLE graph_path (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, answer INTEGER NOT NULL,"
     " edges TEXT NOT NULL, rule TEXT NOT NULL, score REAL NOT NULL) STRICT",
     2},
    {"search_node",
     "CREATE TABLE search_node (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,"
     " says TEXT NOT NULL, visits INTEGER NOT NULL, total REAL NOT NULL, prior REAL, proof INTEGER NOT NULL,"
     " disproof INTEGER NOT NULL, first INTEGER NOT NULL, node INTEGER NOT NULL) STRICT",
     2},
    {"search_edge",
     "CREATE TABLE search_edge (from_node INTEGER NOT NULL, place INTEGER NOT NULL, to_node INTEGER NOT NULL,"
     " PRIMARY KEY (from_node, place)) STRICT, WITHOUT ROWID",
     2},
    {"simulation",
     "CREATE TABLE simulation (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, path TEXT NOT NULL, value REAL NOT NULL)"
     " STRICT",
     2},
    {"reliability",
     "CREATE TABLE reliability (id INTEGER NOT NULL PRIMARY KEY, span INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL,"
     " n INTEGER NOT NULL, confidence REAL, accuracy REAL, accuracy_low REAL, accuracy_high REAL) STRICT",
     2},
    {"review",
     "CREATE TABLE review (id INTEGER NOT NULL PRIMARY KEY, node INTEGER NOT NULL, verdict TEXT NOT NULL, name TEXT NOT NULL,"
     " date TEXT NOT NULL, reason TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
     1},
};
enum { N_TABLES = sizeof tables / sizeof *tables };
_Static_assert(N_TABLES <= 64, "a bit each");

static int create_since(sqlite3 *db, int minor) {
  char sql[128];
  snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PEL_TRACE_APPLICATION_ID,
           PEL_TRACE_MAJOR * 1000 + PEL_TRACE_MINOR);
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  for (int i = 0; i < N_TABLES && rc == SQLITE_OK; i++)
    if (tables[i].since >= minor) rc = sqlite3_exec(db, tables[i].sql, NULL, NULL, NULL);
  return rc;
}

int pel_schema_create(sqlite3 *db) { return create_since(db, 0); }

int pel_schema_upgrade(sqlite3 *db, int minor) { return minor < PEL_TRACE_MINOR ? create_since(db, minor + 1) : SQLITE_OK; }

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

static pel_status check_version(sqlite3 *db, const char *path, int *minor, pel_error *err) {
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
  *minor = version % 1000;
  return PEL_OK;
}

static int find_table(const char *name, int minor) {
  for (int i = 0; i < N_TABLES; i++)
    if (tables[i].since <= minor && strcmp(tables[i].name, name) == 0) return i;
  return -1;
}

/* One entry of sqlite_schema. Only tables of the file's version pass, the indices that SQLite makes for their
 * primary keys and, in a file of a later minor version, further tables with theirs. */
static pel_status check_entry(sqlite3_stmt *st, const char *path, int minor, uint64_t *seen,
                              pel_error *err) {
  const char *type = (const char *)sqlite3_column_text(st, 0),
             *name = (const char *)sqlite3_column_text(st, 1);
  const char *sql = (const char *)sqlite3_column_text(st, 2);
  if (!type || !name)
    return pel_fail(err, PEL_ERR_INPUT, "%s: an entry without a name in the list of tables", path);
  if (strcmp(type, "index") == 0 && !sql && strncmp(name, "sqlite_autoindex_", 17) == 0) return PEL_OK;
  int i = strcmp(type, "table") == 0 ? find_table(name, minor) : -1;
  if (i >= 0) {
    if (!sql || strcmp(sql, tables[i].sql) != 0)
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s is not the table of the trace format", path, name);
    *seen |= UINT64_C(1) << i;
    return PEL_OK;
  }
  bool plain = strcmp(type, "table") == 0 && sql && strncmp(sql, "CREATE TABLE ", 13) == 0;
  if (minor > PEL_TRACE_MINOR && plain) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: holds %s %.64s, which is not in the trace format; refused", path,
                  type, name);
}

pel_status pel_schema_check(sqlite3 *db, const char *path, int *minor, pel_error *err) {
  int version = 0;
  PEL_TRY(check_version(db, path, &version, err));
  sqlite3_stmt *st;
  if (sqlite3_prepare_v2(db, "SELECT type, name, sql FROM sqlite_schema LIMIT 200", -1, &st, NULL) !=
      SQLITE_OK)
    return damaged(db, path, err);
  uint64_t seen = 0;
  int rc;
  pel_status status = PEL_OK;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW && status == PEL_OK)
    status = check_entry(st, path, version, &seen, err);
  if (status == PEL_OK && rc != SQLITE_DONE) status = damaged(db, path, err);
  sqlite3_finalize(st);
  if (status != PEL_OK) return status;
  for (int i = 0; i < N_TABLES; i++)
    if (tables[i].since <= version && !(seen >> i & 1))
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s is missing; the file is damaged or no trace", path,
                      tables[i].name);
  *minor = version;
  return PEL_OK;
}
