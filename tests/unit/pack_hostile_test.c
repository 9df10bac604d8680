/* Packs that somebody made by hand or a disk damaged: refused with a reason, or read without harm; the check sees what was changed. */
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "tests/check.h"
#include "tests/unit/pack_read_all.h"
#include "tests/unit/pack_source.h"

static char folder[] = "/tmp/pel_pack_hostile_XXXXXX", good[80], copy[80];
static char *good_bytes;
static size_t good_size;

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(bytes, 1, size, f) != size || fclose(f)) abort();
}

static char *read_file(const char *path, size_t *size) {
  struct stat st;
  FILE *f = fopen(path, "rb");
  if (!f || fstat(fileno(f), &st) != 0) abort();
  char *bytes = malloc((size_t)st.st_size);
  *size = fread(bytes, 1, (size_t)st.st_size, f);
  fclose(f);
  return bytes;
}

/* `copy` becomes the good pack after this SQL. */
static void change(const char *sql) {
  sqlite3 *db;
  char *text = NULL;
  write_file(copy, good_bytes, good_size);
  sqlite3_open(copy, &db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  CHECK_MSG(sqlite3_exec(db, sql, NULL, NULL, &text) == SQLITE_OK, "%s: %s", sql, text ? text : "");
  sqlite3_free(text);
  sqlite3_close(db);
}

static void refused(const char *sql, const char *says) {
  pel_error err = {0};
  change(sql);
  pel_status status = pack_read_all(copy, true, &err);
  CHECK_MSG(status != PEL_OK && status != PEL_ERR_CHECK && strstr(err.text, says), "%s: %d %s", sql, status, err.text);
}

enum { ALL_FINDINGS = 20000 };

static bool keep_finding(void *user, const char *finding) {
  char *all = user;
  snprintf(all + strlen(all), ALL_FINDINGS - strlen(all), "%s\n", finding);
  return true;
}

/* Readable, but pel_pack_check finds it. One of the findings says so. */
static void found(const char *sql, const char *says) {
  pel_error err = {0};
  pel_pack *p = NULL;
  char finding[ALL_FINDINGS] = "";
  change(sql);
  CHECK_MSG(pel_pack_open(copy, &p, &err) == PEL_OK, "%s: %s", sql, err.text);
  if (!p) return;
  pel_status status = pel_pack_check(p, keep_finding, finding, NULL, NULL, &err);
  CHECK_MSG(status == PEL_ERR_CHECK && strstr(finding, says), "%s: %d %s", sql, status, finding);
  pel_pack_close(p);
}

static void test_schema(void) {
  refused("CREATE TRIGGER t AFTER INSERT ON rule BEGIN DELETE FROM rule; END", "trigger t");
  refused("CREATE VIEW v AS SELECT 1", "view v");
  refused("CREATE TABLE more (x)", "table more");
  refused("CREATE INDEX i ON passage (label)", "index i");
  refused("CREATE VIRTUAL TABLE f USING fts5 (x)", "f");
  refused("ALTER TABLE rule ADD COLUMN x INTEGER", "table rule");
  refused("DROP TABLE posting", "posting");
  refused("DROP INDEX relation_object", "relation_object");
  refused("DROP TABLE passage; CREATE VIEW passage AS SELECT 1", "");
  refused("DROP TABLE rule; CREATE TABLE rule (id INTEGER NOT NULL PRIMARY KEY)", "table rule");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'passage'", "");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'posting'", "");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = NULL WHERE name = 'rule'", "");
  refused("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'entity') WHERE name = 'source'", "");
  refused("PRAGMA application_id = 5", "not a knowledge pack");
  refused("PRAGMA user_version = 2000", "newer version");
  refused("PRAGMA user_version = 0", "user_version");
  refused("ANALYZE", "sqlite_stat1");
  pel_error err = {0};
  change("PRAGMA user_version = 1002; CREATE TABLE later (x)");
  CHECK_MSG(pack_read_all(copy, false, &err) == PEL_OK, "%s", err.text);
  refused("PRAGMA user_version = 1002; CREATE VIEW v AS SELECT 1", "view v");
}

static void test_rows(void) {
  refused("DELETE FROM pack WHERE key = 'name'", "key name is missing");
  refused("UPDATE pack SET value = 'klingon' WHERE key = 'words'", "klingon");
  refused("UPDATE pack SET value = 'a' || char (27) WHERE key = 'title'", "control character");
  refused("DELETE FROM passage WHERE id = 3", "row 4 after row 2");
  refused("UPDATE passage SET id = 100000 WHERE id = 7", "100000");
  refused("UPDATE source SET id = 4000000000000 WHERE id = 2", "4000000000000");
  refused("UPDATE source SET id = -1 WHERE id = 1", "row -1");
  refused("UPDATE passage SET source = 3 WHERE id = 1", "source names a row that is not there");
  refused("UPDATE passage SET text = CAST (X'ff' AS TEXT) WHERE id = 1", "text is not UTF-8");
  refused("UPDATE passage SET text = 'a' || char (0) || 'b' WHERE id = 1", "control character");
  refused("UPDATE passage SET text = CAST (zeroblob (2000000) AS TEXT) WHERE id = 1", "too long");
  refused("UPDATE passage SET valid_to = '2016-02-30' WHERE id = 1", "no ISO date");
  refused("UPDATE entity SET key = '' WHERE id = 1", "key is empty");
  refused("UPDATE relation SET subject = 0 WHERE id = 1", "subject names a row");
  refused("UPDATE relation SET object = 5 WHERE id = 2", "object names a row");
  refused("UPDATE relation SET weight = 1.01 WHERE id = 1", "weight is not in [0, 1]");
  refused("UPDATE relation SET negated = 2 WHERE id = 1", "negated is neither 0 nor 1");
  refused("UPDATE rule SET passage = 99 WHERE id = 1", "passage names a row");
  refused("UPDATE rule SET text = '' WHERE id = 1", "text is empty");
  refused("UPDATE vocabulary SET type = 'thing' WHERE id = 1", "type is no type");
  refused("UPDATE embedding SET data = zeroblob (4)", "embedding");
  refused("UPDATE embedding SET dim = 1000000", "embedding");
  refused("UPDATE embedding SET dim = -3", "embedding");
  refused("UPDATE embedding SET first = 2", "embedding");
  refused("UPDATE embedding SET data = CAST (X'0000c07f' || substr (data, 5) AS BLOB)", "no number");
  refused("DELETE FROM passage_length", "passage_length");
  refused("UPDATE passage_length SET data = zeroblob (4)", "passage_length");
  refused("UPDATE posting SET data = X'' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'80' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'0001' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'0100' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'017f' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'ffffffffffffffffff7f01' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET data = X'01010701' WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET first = 0 WHERE word = 'spous'", "posting");
  refused("UPDATE posting SET first = 9223372036854775807 WHERE word = 'spous'", "posting");
  refused("INSERT INTO posting VALUES ('spous', 2, X'0101')", "posting");
}

/* Two tables that say they are in the same pages. */
static void test_shared_pages(void) {
  found("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'posting')"
        " WHERE name = 'calibration'", "SQLite");
}

static void test_check_sees(void) {
  found("UPDATE passage SET text = 'other words' WHERE id = 1", "posting");
  found("UPDATE rule SET text = 'b.' WHERE id = 2", "logical hash");
  found("UPDATE relation SET weight = 0.26 WHERE id = 1", "logical hash");
  found("UPDATE relation SET weight = NULL WHERE id = 1", "logical hash");
  found("UPDATE pack SET value = '2025' WHERE key = 'version'", "logical hash");
  found("UPDATE pack SET value = '' WHERE key = 'encoder'", "encoder");
  found("INSERT INTO calibration VALUES ('a', 'b')", "logical hash");
  found("UPDATE case_test SET name = 'alice'", "the case 'alice' is there 2 times");
  found("UPDATE vocabulary SET term = 'x', says = 'x', denied = '', asks = ''", "the term 'x' is there 3 times");
  found("UPDATE passage SET valid_from = '2017-01-01' WHERE id = 1", "never in force");
  found("UPDATE embedding SET data = zeroblob (length (data))", "logical hash");
  found("UPDATE passage SET text = '' WHERE id = 2", "passage 2 (s. 2(b)): has no text");
  found("UPDATE vocabulary SET says = 'It is {Other}' WHERE id = 2", "says names {Other}, which the term does not have");
  found("UPDATE vocabulary SET says = '{S', allowed = '' WHERE id = 2", "{ without }");
  found("UPDATE vocabulary SET allowed = '3' WHERE id = 1", "is no range");
  found("UPDATE vocabulary SET term = 'a(', says = 'x', denied = '', asks = '' WHERE id = 1", "vocabulary 1: \"a(\" is no term");
  found("UPDATE rule SET text = 'a :- b(.' WHERE id = 1", "rule 1 (s2.pl, line 12): ");
  found("UPDATE rule SET text = ':- halt.' WHERE id = 1", "rule 1 (s2.pl, line 12): a pack's rules only compute");
  found("UPDATE case_test SET expected = '{}' WHERE id = 1", "case 1: alice: expected: \"state\" is missing");
  found("UPDATE case_test SET expected = '' WHERE id = 1", "case 1: alice");
  found("UPDATE case_test SET text = '{}' WHERE id = 2", "case 2: bob: $: \"pellucid_case\": 1 is missing");
  pel_error err = {0};
  CHECK_MSG(pack_read_all(good, true, &err) == PEL_OK, "%s", err.text);
}

/* Values that are not of the column's type need a schema that is not STRICT for a moment. */
static void test_types(void) {
  static const char *const columns[][2] = {{"source", "title"},   {"passage", "source"}, {"passage", "text"},        {"entity", "label"},
                                           {"relation", "weight"}, {"relation", "object"}, {"rule", "priority"},      {"vocabulary", "type"},
                                           {"case_test", "text"}, {"embedding", "data"}, {"passage_length", "data"}, {"relation", "negated"}};
  static const char *const values[] = {"NULL", "1.5", "'text'", "X'00'", "77777"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    for (int v = 0; v < 5; v++) {
      char sql[900];
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace (replace (replace (replace (sql, ' STRICT', ''), ' NOT NULL', ''),"
               " ' REAL', ''), ' TEXT', '') WHERE name = '%s'", columns[i][0]);
      change(sql);
      sqlite3 *db;
      sqlite3_open(copy, &db);
      snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", columns[i][0], columns[i][1], values[v]);
      sqlite3_exec(db, sql, NULL, NULL, NULL);
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; ATTACH '%s' AS g; UPDATE main.sqlite_schema SET sql ="
               " (SELECT sql FROM g.sqlite_schema WHERE name = '%s') WHERE name = '%s'", good, columns[i][0], columns[i][0]);
      CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
      sqlite3_close(db);
      pel_error err = {0};
      CHECK_MSG(pack_read_all(copy, true, &err) != PEL_OK, "%s.%s = %s passes", columns[i][0], columns[i][1], values[v]);
    }
}

static void test_cut_and_flipped(void) {
  pel_error err;
  char *bytes = malloc(good_size);
  pel_rng rng = {6};
  for (size_t size = 0; size < good_size; size += size < 200 ? 7 : 2999) {
    write_file(copy, good_bytes, size);
    CHECK_MSG(pack_read_all(copy, true, &err) != PEL_OK, "cut to %zu bytes", size);
  }
  for (int round = 0; round < 1500; round++) {
    memcpy(bytes, good_bytes, good_size);
    int flips = 1 + (int)(pel_rng_next(&rng) % 4);
    for (int i = 0; i < flips; i++) {
      size_t page = pel_rng_next(&rng) % (good_size / 4096), within = pel_rng_next(&rng) % (round % 3 ? 120 : 4096);
      bytes[page * 4096 + within] = (char)pel_rng_next(&rng);
    }
    write_file(copy, bytes, good_size);
    pack_read_all(copy, round % 2, &err); /* returns at all, without harm */
  }
  free(bytes);
  char junk[300] = "SQLite format 3";
  write_file(copy, junk, sizeof junk);
  CHECK(pack_read_all(copy, true, &err) == PEL_ERR_INPUT);
  write_file(copy, "GGUF", 4);
  CHECK(pack_read_all(copy, true, &err) == PEL_ERR_INPUT && strstr(err.text, "not a knowledge pack"));
  CHECK(pack_read_all(folder, true, &err) == PEL_ERR_INPUT && strstr(err.text, "regular file"));
  CHECK(pack_read_all("/nonexistent/x", true, &err) == PEL_ERR_IO);
}

/* What lies beside the pack is not played back. */
static void test_journal_beside(void) {
  char journal[100];
  pel_error err = {0};
  snprintf(journal, sizeof journal, "%s-journal", copy);
  write_file(copy, good_bytes, good_size);
  write_file(journal, good_bytes, 4096);
  CHECK(pack_read_all(copy, false, &err) == PEL_OK);
  CHECK(access(journal, F_OK) == 0);
  unlink(journal);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(good, sizeof good, "%s/good.pack", folder);
  snprintf(copy, sizeof copy, "%s/copy%%41 .pack", folder);
  pel_error err = {0};
  if (pack_build(good, true, &err) != PEL_OK) return 1;
  good_bytes = read_file(good, &good_size);
  RUN(test_schema);
  RUN(test_rows);
  RUN(test_shared_pages);
  RUN(test_check_sees);
  RUN(test_types);
  RUN(test_cut_and_flipped);
  RUN(test_journal_beside);
  free(good_bytes);
  unlink(good), unlink(copy);
  CHECK(rmdir(folder) == 0);
  return check_result();
}
