/* Files that are not what they should be: refused with a clear text, never a crash, and a check that misses
 * nothing. */
#include <fcntl.h>
#include <pellucid/trace.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "engine/trace/writer.h"
#include "tests/check.h"
#include "tests/unit/trace_read_all.h"
#include "tests/unit/trace_source.h"

static char folder[] = "/tmp/pel_hostile_XXXXXX";
static char good[64], open_one[64], copy[64];
static char *good_bytes;
static size_t good_size;

static const pel_trace_layer shapes[2] = {
    {.recorded = true, .n_head = 2, .n_kv_head = 1, .head_dim = 16, .scale = 0.25f},
    {.recorded = true, .n_head = 2, .n_kv_head = 2, .head_dim = 8, .window = 20, .scale = 0.3f},
};

static char *read_file(const char *name, size_t *size) {
  FILE *f = fopen(name, "rb");
  fseek(f, 0, SEEK_END);
  *size = (size_t)ftell(f);
  rewind(f);
  char *bytes = malloc(*size);
  if (fread(bytes, 1, *size, f) != *size) abort();
  fclose(f);
  return bytes;
}

static void write_file(const char *name, const char *bytes, size_t size) {
  FILE *f = fopen(name, "wb");
  if (fwrite(bytes, 1, size, f) != size) abort();
  fclose(f);
}

/* A copy changed by SQL; foreign schemas need SQLite's guards off. */
static void change(const char *from, const char *sql) {
  size_t size;
  char *bytes = read_file(from, &size), *message = NULL;
  write_file(copy, bytes, size);
  free(bytes);
  sqlite3 *db;
  sqlite3_open(copy, &db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  CHECK_MSG(rc == SQLITE_OK, "%s: %s", sql, message);
  sqlite3_free(message);
  sqlite3_close(db);
}

static void refused_from(const char *from, const char *sql, const char *text) {
  pel_error err = {0};
  change(from, sql);
  pel_status status = trace_read_all(copy, false, &err);
  CHECK_MSG(status == PEL_ERR_INPUT && strstr(err.text, text) && strstr(err.text, "copy.pel"),
            "%s: status %d, %s", sql, (int)status, err.text);
  status = trace_read_all(copy, true, &err);
  CHECK_MSG(status != PEL_OK, "%s", sql);
}

static void refused(const char *sql, const char *text) { refused_from(good, sql, text); }

static void make_files(void) {
  source *s = source_new(shapes, 2, 700, 30);
  for (int i = 0; i < 2; i++) {
    pel_trace_layer layers[2];
    pel_trace_header header = source_header(s, layers);
    pel_trace_writer *w;
    if (pel_trace_writer_open(i ? good : copy, true, &header, &w, NULL) != PEL_OK) abort();
    for (uint32_t at = 0; at < 100; at += 20) source_run(s, w, at, 20);
    if (!i) { /* the state in the middle of a run */
      size_t size;
      usleep(700000);
      char *bytes = read_file(copy, &size);
      write_file(open_one, bytes, size);
      free(bytes);
    }
    if (pel_trace_writer_close(w, 10, "", NULL) != PEL_OK) abort();
  }
  good_bytes = read_file(good, &good_size);
  pel_error err = {0};
  CHECK_MSG(trace_read_all(good, true, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(trace_read_all(open_one, true, &err) == PEL_OK, "%s", err.text);
  source_free(s);
}

static void test_schema(void) {
  refused("CREATE TRIGGER t AFTER INSERT ON token BEGIN DELETE FROM token; END", "trigger t");
  refused("CREATE VIEW v AS SELECT 1", "view v");
  refused("CREATE TABLE more (x)", "table more");
  refused("CREATE INDEX i ON token (id)", "index i");
  refused("CREATE VIRTUAL TABLE f USING fts5 (x)", "f");
  refused("ALTER TABLE token ADD COLUMN x INTEGER", "table token");
  refused("DROP TABLE pyramid", "pyramid");
  refused("DROP TABLE token; CREATE VIEW token AS SELECT 1", "token");
  refused(
      "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE TABLE token (seq, pos)' WHERE name "
      "= 'token'",
      "token");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'token'", "");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'layer'", "");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = NULL WHERE name = 'token'", "");
  refused(
      "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage ="
      " (SELECT rootpage FROM sqlite_schema WHERE name = 'attention_key') WHERE name = 'attention_query'",
      "");
  refused("PRAGMA application_id = 5", "not a Pellucid trace");
  refused("PRAGMA user_version = 2000", "newer version");
  refused("PRAGMA user_version = 0", "user_version");
  refused("PRAGMA user_version = -5", "user_version");
  change(good, "PRAGMA user_version = 1003; CREATE TABLE later (x)");
  pel_error err = {0};
  pel_trace *t = NULL;
  CHECK_MSG(pel_trace_open(copy, &t, &err) == PEL_OK, "%s", err.text);
  CHECK(t && strstr(pel_trace_get_info(t)->note, "later version"));
  pel_trace_close(t);
  refused("PRAGMA user_version = 1003; CREATE VIEW v AS SELECT 1", "view v");
  refused("PRAGMA user_version = 1000", "table span");
  refused("PRAGMA user_version = 1001", "table graph_node");
  refused("DROP TABLE review", "review");
}

static void test_counts(void) {
  refused("DELETE FROM sequence", "sequence");
  refused("UPDATE sequence SET n_tokens = 10000000", "sequence");
  refused("UPDATE sequence SET n_tokens = 4000000000000", "sequence");
  refused("UPDATE sequence SET n_tokens = -1", "sequence");
  refused("UPDATE sequence SET n_rows = 16000000, n_tokens = 16000000", "sequence");
  refused("UPDATE sequence SET n_tokens = 101", "token");
  refused("UPDATE sequence SET n_rows = 99", "belong");
  refused("DELETE FROM layer", "layer");
  refused("DELETE FROM layer WHERE layer = 0", "layer");
  refused("UPDATE layer SET n_head = 0", "layer");
  refused("UPDATE layer SET n_head = 100000000", "layer");
  refused("UPDATE layer SET n_kv_head = 5", "layer");
  refused("UPDATE layer SET n_head = 1024, n_kv_head = 1, heads = zeroblob (1 << 20)", "layer");
  refused("UPDATE layer SET heads = X'ff00'", "layer");
  refused("UPDATE layer SET head_dim = 4096", "layer");
  refused("UPDATE layer SET head_dim = 64", "block");
  refused("UPDATE layer SET head_dim = 24, block = 1344", "attention_");
  refused("UPDATE layer SET scale = 9e999", "layer");
  refused("UPDATE layer SET block = 7", "layer");
  refused(
      "WITH RECURSIVE c (x) AS (VALUES (2) UNION ALL SELECT x + 1 FROM c WHERE x < 5000) "
      "INSERT INTO layer SELECT x, 1, 2, 1, 16, 0, 0.5, 0.0, 2048, X'03' FROM c",
      "layer");
  refused("DELETE FROM provenance WHERE key = 'kernels'", "kernels");
  refused("UPDATE provenance SET value = 'x' WHERE key = 'complete'", "complete");
  refused(
      "WITH RECURSIVE c (x) AS (VALUES (2) UNION ALL SELECT x + 1 FROM c WHERE x < 9000) "
      "INSERT INTO parameter SELECT x, '' FROM c",
      "parameter");
}

static void test_blobs(void) {
  static const char *const blocks[] = {"attention_query", "attention_key", "attention_row"};
  char sql[200];
  for (int i = 0; i < 3; i++) {
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE layer = 0", blocks[i]);
    refused(sql, blocks[i]);
    snprintf(sql, sizeof sql, "UPDATE %s SET data = substr (data, 1, length (data) - 1) WHERE layer = 1",
             blocks[i]);
    refused(sql, blocks[i]);
    snprintf(sql, sizeof sql, "UPDATE %s SET data = X''", blocks[i]);
    refused(sql, blocks[i]);
    snprintf(sql, sizeof sql, "UPDATE %s SET data = zeroblob (15 << 20) WHERE layer = 0 AND head = 0",
             blocks[i]);
    refused(sql, blocks[i]);
    snprintf(sql, sizeof sql, "UPDATE %s SET data = zeroblob (17 << 20) WHERE layer = 0 AND head = 0",
             blocks[i]);
    refused(sql, blocks[i]);
    snprintf(sql, sizeof sql, "PRAGMA writable_schema = 1; UPDATE %s SET block = 1", blocks[i]);
    refused(sql, blocks[i]);
  }
  refused("UPDATE attention_row SET data = zeroblob (length (data))", "m or z");
  refused("UPDATE received SET data = zeroblob (4)", "received");
  refused("UPDATE pyramid SET data = zeroblob (4)", "pyramid");
  refused("UPDATE pyramid SET side = 70000", "pyramid");
  refused("DELETE FROM token WHERE pos = 50", "token");
  refused("UPDATE token SET segment = 'none'", "segment");
  refused("UPDATE alternative SET rank = rank + 10", "alternative");
  refused("UPDATE alternative SET rank = -1 WHERE rank = 0", "alternative");
  refused_from(open_one, "DELETE FROM tail WHERE layer = 1", "missing");
  refused_from(open_one, "UPDATE tail SET first = first + 1", "tail");
  refused_from(open_one, "UPDATE tail SET data = substr (data, 2)", "tail");
  refused_from(open_one, "UPDATE tail SET data = zeroblob (0)", "tail");
}

/* Values that are not of the column's type need a schema that is not STRICT for a moment. */
static void test_types(void) {
  static const char *const columns[][2] = {
      {"token", "id"},          {"token", "piece"},          {"token", "segment"},
      {"token", "logprob"},     {"alternative", "piece"},    {"alternative", "logprob"},
      {"layer", "n_head"},      {"layer", "heads"},          {"layer", "scale"},
      {"sequence", "n_tokens"}, {"attention_query", "data"}, {"attention_row", "data"},
      {"received", "data"},     {"pyramid", "data"},         {"provenance", "value"},
      {"parameter", "value"}};
  static const char *const values[] = {"NULL", "1.5", "'text'", "X'00'", "7"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    for (int v = 0; v < 5; v++) {
      char sql[600];
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; CREATE TEMP TABLE was AS SELECT sql FROM sqlite_schema WHERE "
               "name = '%s';"
               "UPDATE sqlite_schema SET sql = replace (replace (replace (replace (replace (replace (sql, ' "
               "STRICT', ''),"
               " 'STRICT, ', ''), ', WITHOUT', ' WITHOUT'), ' NOT NULL', ''), ' REAL', ''), ' TEXT', '') "
               "WHERE name = '%s'",
               columns[i][0], columns[i][0]);
      change(good, sql);
      sqlite3 *db;
      sqlite3_open(copy, &db);
      snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", columns[i][0], columns[i][1], values[v]);
      sqlite3_exec(db, sql, NULL, NULL, NULL);
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; ATTACH '%s' AS g; UPDATE main.sqlite_schema SET sql ="
               " (SELECT sql FROM g.sqlite_schema WHERE name = '%s') WHERE name = '%s'",
               good, columns[i][0], columns[i][0]);
      CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
      sqlite3_close(db);
      pel_error err = {0};
      CHECK_MSG(trace_read_all(copy, true, &err) != PEL_OK, "%s.%s = %s passes", columns[i][0], columns[i][1],
                values[v]);
    }
}

/* The check of a closed trace sees each changed value of each blob, and any other changed value that the hash
 * covers. */
static void test_verify_sees(void) {
  static const char *const blobs[][2] = {
      {"attention_query", "data"}, {"attention_key", "data"}, {"attention_row", "data"}, {"received", "data"},
      {"pyramid", "data"},         {"token", "piece"},        {"alternative", "piece"},  {"layer", "heads"}};
  pel_rng rng = {5};
  for (size_t i = 0; i < sizeof blobs / sizeof *blobs; i++)
    for (int round = 0; round < 25; round++) {
      char sql[400];
      unsigned long at = (unsigned long)(pel_rng_next(&rng) >> 2);
      write_file(copy, good_bytes, good_size);
      sqlite3 *db;
      sqlite3_stmt *st;
      sqlite3_open(copy, &db);
      const char *key = i < 5 ? "layer * 100 + head" : i == 7 ? "layer" : "pos";
      snprintf(sql, sizeof sql, "SELECT %s, %s FROM %s WHERE length (%s) > 0 LIMIT 1 OFFSET %lu", blobs[i][1],
               key, blobs[i][0], blobs[i][1],
               i < 5    ? at % 3
               : i == 7 ? at % 2
                        : at % 60);
      sqlite3_prepare_v2(db, sql, -1, &st, NULL);
      CHECK(sqlite3_step(st) == SQLITE_ROW);
      size_t size = (size_t)sqlite3_column_bytes(st, 0);
      char *bytes = malloc(size);
      memcpy(bytes, sqlite3_column_blob(st, 0), size);
      long long which = sqlite3_column_int64(st, 1);
      sqlite3_finalize(st);
      bytes[at / 64 % size] ^= (char)(1 << at % 8);
      snprintf(sql, sizeof sql, "UPDATE %s SET %s = ?1 WHERE %s = ?2", blobs[i][0], blobs[i][1], key);
      CHECK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
      sqlite3_bind_blob(st, 1, bytes, (int)size, SQLITE_STATIC);
      sqlite3_bind_int64(st, 2, which);
      CHECK(sqlite3_step(st) == SQLITE_DONE);
      sqlite3_finalize(st);
      sqlite3_close(db);
      free(bytes);
      pel_error err = {0};
      CHECK_MSG(trace_read_all(copy, true, &err) != PEL_OK, "a bit of %s passes", blobs[i][0]);
    }
  static const char *const changes[] = {"UPDATE token SET logprob = -1.0 WHERE pos = 7",
                                        "UPDATE token SET id = 4 WHERE pos = 99",
                                        "UPDATE token SET entropy = NULL WHERE pos = 3",
                                        "UPDATE token SET segment = 'think' WHERE pos = 60",
                                        "DELETE FROM alternative WHERE pos = 5",
                                        "DELETE FROM batch",
                                        "UPDATE sequence SET n_prompt = 11",
                                        "UPDATE parameter SET value = '43' WHERE name = 'seed'",
                                        "UPDATE provenance SET value = 'x' WHERE key = 'model_name'",
                                        "UPDATE provenance SET value = '' WHERE key = 'hash'",
                                        "UPDATE provenance SET value = 'x' WHERE key = 'note'",
                                        "INSERT INTO attention_key VALUES (0, 0, 0, 5, X'00')",
                                        "INSERT INTO received VALUES (1, 0, 0, 0, X'00')",
                                        "UPDATE layer SET softcap = 30.0",
                                        "UPDATE layer SET window = 21 WHERE layer = 1"};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    pel_error err = {0};
    change(good, changes[i]);
    CHECK_MSG(trace_read_all(copy, true, &err) == PEL_ERR_CHECK, "%s passes: %s", changes[i], err.text);
  }
  /* m and z of a trace that has no hash */
  pel_error err = {0};
  change(open_one,
         "UPDATE tail SET data ="
         " CAST (substr (data, 1, length (data) - 13) || X'00' || substr (data, -12) AS BLOB)");
  CHECK_MSG(trace_read_all(copy, true, &err) == PEL_ERR_CHECK && strstr(err.text, "row"), "%s", err.text);
}

static void test_cut_and_flipped(void) {
  pel_error err;
  char *bytes = malloc(good_size);
  pel_rng rng = {6};
  for (size_t size = 0; size < good_size; size += size < 200 ? 7 : 4999) {
    write_file(copy, good_bytes, size);
    CHECK_MSG(trace_read_all(copy, true, &err) != PEL_OK, "cut to %zu bytes", size);
  }
  for (int round = 0; round < 1500; round++) {
    memcpy(bytes, good_bytes, good_size);
    int flips = 1 + (int)(pel_rng_next(&rng) % 4);
    for (int i = 0; i < flips; i++) {
      /* mostly where the structure is: the first pages, and the first bytes of any page */
      size_t page = pel_rng_next(&rng) % (good_size / 8192),
             within = pel_rng_next(&rng) % (round % 3 ? 120 : 8192);
      if (round % 4 == 3) page = 0;
      bytes[page * 8192 + within] = (char)pel_rng_next(&rng);
    }
    write_file(copy, bytes, good_size);
    trace_read_all(copy, round % 2, &err); /* returns at all, without harm */
  }
  free(bytes);
  char junk[300] = "SQLite format 3";
  write_file(copy, junk, sizeof junk);
  CHECK(trace_read_all(copy, true, &err) == PEL_ERR_INPUT);
  write_file(copy, "GGUF", 4);
  CHECK(trace_read_all(copy, true, &err) == PEL_ERR_INPUT && strstr(err.text, "not a Pellucid trace"));
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(good, sizeof good, "%s/good.pel", folder);
  snprintf(open_one, sizeof open_one, "%s/open.pel", folder);
  snprintf(copy, sizeof copy, "%s/copy.pel", folder);
  make_files();
  RUN(test_schema);
  RUN(test_counts);
  RUN(test_blobs);
  RUN(test_types);
  RUN(test_verify_sees);
  RUN(test_cut_and_flipped);
  free(good_bytes);
  unlink(good), unlink(open_one), unlink(copy);
  char journal[80];
  snprintf(journal, sizeof journal, "%s-journal", copy);
  unlink(journal);
  rmdir(folder);
  return check_result();
}
