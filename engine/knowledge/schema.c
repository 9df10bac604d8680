#include "engine/knowledge/schema.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

#define ID "id INTEGER NOT NULL PRIMARY KEY"
#define T(name) ", " name " TEXT NOT NULL"
#define I(name) ", " name " INTEGER NOT NULL"

/* SQLite keeps the text of a CREATE as it was given: a file is ours when its texts are these. No entry is a virtual
 * table: the index for search is two plain tables, so that no code of SQLite's modules reads a stranger's bytes. */
static const struct {
  const char *name, *sql;
  enum { NOW, LATER } when;
} entries[] = {
    {"pack", "CREATE TABLE pack (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID", NOW},
    {"source",
     "CREATE TABLE source (" ID ", key TEXT NOT NULL UNIQUE" T("title") T("publisher") T("version") T("url") T("licence")
         T("retrieved") T("sha256") ") STRICT",
     NOW},
    {"passage",
     "CREATE TABLE passage (" ID I("source") T("path") T("label") T("text") T("valid_from") T("valid_to") ") STRICT", NOW},
    {"entity", "CREATE TABLE entity (" ID ", key TEXT NOT NULL UNIQUE" T("label") T("type") T("synonyms") ") STRICT", NOW},
    {"relation",
     "CREATE TABLE relation (" ID I("subject") I("object") T("relation") ", weight REAL" I("negated") T("qualifier")
         I("passage") ") STRICT",
     NOW},
    {"rule",
     "CREATE TABLE rule (" ID T("file") I("line") T("label") T("text") I("passage") T("valid_from") T("valid_to")
         I("priority") ") STRICT",
     NOW},
    {"vocabulary",
     "CREATE TABLE vocabulary (" ID T("term") T("says") T("denied") T("asks") T("type") T("unit") T("allowed") I("askable") ") STRICT",
     NOW},
    {"case_test", "CREATE TABLE case_test (" ID T("name") T("text") T("expected") ") STRICT", NOW},
    {"calibration", "CREATE TABLE calibration (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID", NOW},
    {"embedding", "CREATE TABLE embedding (first INTEGER NOT NULL PRIMARY KEY, dim INTEGER NOT NULL, data BLOB NOT NULL) STRICT", NOW},
    {"passage_length", "CREATE TABLE passage_length (first INTEGER NOT NULL PRIMARY KEY, data BLOB NOT NULL) STRICT", NOW},
    {"posting",
     "CREATE TABLE posting (word TEXT NOT NULL, first INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (word, first)) STRICT, WITHOUT ROWID",
     NOW},
    {"passage_path", "CREATE INDEX passage_path ON passage (source, path)", NOW},
    {"relation_subject", "CREATE INDEX relation_subject ON relation (subject)", LATER},
    {"relation_object", "CREATE INDEX relation_object ON relation (object)", LATER},
};
enum { N_ENTRIES = sizeof entries / sizeof *entries };

static int create(sqlite3 *db, int when) {
  int rc = SQLITE_OK;
  for (int i = 0; i < N_ENTRIES && rc == SQLITE_OK; i++)
    if ((int)entries[i].when == when) rc = sqlite3_exec(db, entries[i].sql, NULL, NULL, NULL);
  return rc;
}

int pel_pack_schema_create(sqlite3 *db) {
  char sql[128];
  snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PEL_PACK_APPLICATION_ID,
           PEL_PACK_MAJOR * 1000 + PEL_PACK_MINOR);
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? create(db, NOW) : rc;
}

int pel_pack_schema_index(sqlite3 *db) { return create(db, LATER); }

static pel_status damaged(sqlite3 *db, const char *path, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: the file's list of tables cannot be read (%s); it is damaged", path, sqlite3_errmsg(db));
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
  if (application != PEL_PACK_APPLICATION_ID)
    return pel_fail(err, PEL_ERR_INPUT, "%s: a SQLite database, but not a knowledge pack (application_id 0x%08x)", path,
                    (unsigned)application);
  int major = version / 1000;
  if (major > PEL_PACK_MAJOR)
    return pel_fail(err, PEL_ERR_INPUT, "%s: written by a newer version (pack format %d.%d): update Pellucid", path, major, version % 1000);
  if (major < 1) return pel_fail(err, PEL_ERR_INPUT, "%s: user_version %d is no version of the pack format", path, version);
  *newer = version % 1000 > PEL_PACK_MINOR;
  return PEL_OK;
}

static int find_entry(const char *name) {
  for (int i = 0; i < N_ENTRIES; i++)
    if (strcmp(entries[i].name, name) == 0) return i;
  return -1;
}

/* One entry of sqlite_schema. Only those of this version pass, the indices that SQLite makes for their keys and, in a
 * file of a later minor version, further tables with theirs. */
static pel_status check_entry(sqlite3_stmt *st, const char *path, bool newer, unsigned *seen, pel_error *err) {
  const char *type = (const char *)sqlite3_column_text(st, 0), *name = (const char *)sqlite3_column_text(st, 1);
  const char *sql = (const char *)sqlite3_column_text(st, 2), *of = (const char *)sqlite3_column_text(st, 3);
  if (!type || !name) return pel_fail(err, PEL_ERR_INPUT, "%s: an entry without a name in the list of tables", path);
  if (strcmp(type, "index") == 0 && !sql && strncmp(name, "sqlite_autoindex_", 17) == 0) return PEL_OK;
  int i = strcmp(type, "table") == 0 || strcmp(type, "index") == 0 ? find_entry(name) : -1;
  if (i >= 0) {
    bool index = strncmp(entries[i].sql, "CREATE INDEX", 12) == 0;
    bool fits = sql && of && strcmp(sql, entries[i].sql) == 0 && index == (strcmp(type, "index") == 0) && (index || strcmp(of, name) == 0);
    if (!fits) return pel_fail(err, PEL_ERR_INPUT, "%s: %s %s is not that of the pack format", path, type, name);
    if (*seen >> i & 1) return pel_fail(err, PEL_ERR_INPUT, "%s: %s %s is there twice; the file is damaged", path, type, name);
    *seen |= 1u << i;
    return PEL_OK;
  }
  bool plain = strcmp(type, "table") == 0 && sql && strncmp(sql, "CREATE TABLE ", 13) == 0;
  if (newer && plain) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: %s %s does not belong in a pack; a file with it is not opened", path, type, name);
}

pel_status pel_pack_schema_check(sqlite3 *db, const char *path, bool *newer, pel_error *err) {
  bool later = false;
  PEL_TRY(check_version(db, path, &later, err));
  sqlite3_stmt *st;
  if (sqlite3_prepare_v2(db, "SELECT type, name, sql, tbl_name FROM sqlite_schema", -1, &st, NULL) != SQLITE_OK)
    return damaged(db, path, err);
  unsigned seen = 0;
  int rc;
  pel_status status = PEL_OK;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW && status == PEL_OK) status = check_entry(st, path, later, &seen, err);
  if (status == PEL_OK && rc != SQLITE_DONE) status = damaged(db, path, err);
  sqlite3_finalize(st);
  if (status != PEL_OK) return status;
  for (int i = 0; i < N_ENTRIES; i++)
    if (!(seen >> i & 1))
      return pel_fail(err, PEL_ERR_INPUT, "%s: %s is missing; the file is damaged or no pack", path, entries[i].name);
  *newer = later;
  return PEL_OK;
}
