/* Reasoning from strangers: each wrong value is refused with one line that names table and row, nothing crashes, and a graph
 * with cycles is nothing wrong. */
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "tests/check.h"
#include "tests/unit/span_source.h"
#include "tests/unit/trace_read_all.h"

static char folder[] = "/tmp/pel_span_hostile_XXXXXX";
static char path[64];
static char *good;
static size_t good_size;

static void read_good(void) {
  pel_error err = {0};
  CHECK_MSG(span_source_write(path, 0, &err) == PEL_OK, "%s", err.text);
  pel_review r = {.node = 1, .verdict = "accepted", .name = "A"};
  for (int i = 0; i < 3; i++) CHECK(pel_review_append(path, &r, &err) == PEL_OK);
  FILE *f = fopen(path, "rb");
  fseek(f, 0, SEEK_END);
  good_size = (size_t)ftell(f);
  rewind(f);
  good = malloc(good_size);
  if (fread(good, 1, good_size, f) != good_size) abort();
  fclose(f);
}

static void write_bytes(const char *bytes, size_t size) {
  FILE *f = fopen(path, "wb");
  if (fwrite(bytes, 1, size, f) != size) abort();
  fclose(f);
}

static void change(const char *sql) {
  write_bytes(good, good_size);
  sqlite3 *db;
  char *message = NULL;
  sqlite3_open(path, &db);
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  CHECK_MSG(rc == SQLITE_OK, "%.100s: %s", sql, message);
  sqlite3_free(message);
  sqlite3_close(db);
}

/* Opens, and reading the reasoning is refused with a line that holds both texts. */
static void refused(const char *sql, const char *table, const char *row) {
  change(sql);
  pel_trace *t = NULL;
  pel_reasoning *r = NULL;
  pel_error err = {0};
  size_t n = 0;
  if (pel_trace_open(path, &t, &err) != PEL_OK) {
    CHECK_MSG(false, "%s: does not open: %s", sql, err.text);
    return;
  }
  pel_status status = pel_reasoning_read(t, &r, &err);
  CHECK_MSG(status == PEL_ERR_INPUT && !r && strstr(err.text, table) && strstr(err.text, row) && strstr(err.text, path), "%.100s: %d %s",
            sql, (int)status, err.text);
  CHECK_MSG(strchr(err.text, '\n') == NULL, "%s", err.text);
  pel_review_check(t, &n, &err);
  pel_trace_close(t);
  CHECK_MSG(trace_read_all(path, true, &err) != PEL_OK, "%.100s passes", sql);
}

static void test_references(void) {
  refused("UPDATE node SET span = 4 WHERE id = 2", "table node", "row 2");
  refused("UPDATE node SET span = -1 WHERE id = 2", "table node", "row 2");
  refused("UPDATE node SET clause = 3 WHERE id = 9", "table node", "row 9");
  refused("UPDATE node SET passage = 9223372036854775807 WHERE id = 1", "table node", "row 1");
  refused("UPDATE node SET document = 3 WHERE id = 1", "table node", "row 1");
  refused("UPDATE node SET document = -9223372036854775808 WHERE id = 1", "table node", "row 1");
  refused("UPDATE node SET char_to = 1000 WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET char_from = 20, char_to = 15 WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET char_from = -5 WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET char_to = 9223372036854775807 WHERE id = 3", "table node", "row 3");
  refused("DELETE FROM node WHERE id = 4", "table node", "row 4");
  refused("UPDATE node SET id = 12 WHERE id = 9", "table node", "row 9");
  refused("UPDATE node SET id = -12 WHERE id = 9", "table node", "row 1");
  refused("DELETE FROM span WHERE id = 1", "table span", "row 1");
  refused("UPDATE span SET parent = 2 WHERE id = 2", "table span", "row 2");
  refused("UPDATE span SET parent = 3 WHERE id = 1", "table span", "row 1");
  refused("UPDATE attribute SET span = 9", "table attribute", "row 1");
  refused("UPDATE passage SET source = 0 WHERE id = 2", "table passage", "row 2");
  refused("UPDATE passage SET source = 3 WHERE id = 2", "table passage", "row 2");
  refused("UPDATE clause SET passage = 7 WHERE id = 1", "table clause", "row 1");
  refused("UPDATE edge SET to_node = 10 WHERE from_node = 7", "table edge", "row 7");
  refused("UPDATE edge SET from_node = 0 WHERE from_node = 7", "table edge", "row 1");
  refused("UPDATE edge SET place = -1 WHERE from_node = 7", "table edge", "row 7");
  refused("UPDATE edge SET place = 5000000000 WHERE from_node = 7", "table edge", "row 7");
  refused("UPDATE retrieved SET passage = 3", "table retrieved", "row 1");
  refused("UPDATE retrieved SET span = 4", "table retrieved", "row 1");
  refused("UPDATE proof_step SET node = 10 WHERE id = 2", "table proof_step", "row 2");
  refused("UPDATE proof_step SET uses = '1 3' WHERE id = 3", "table proof_step", "row 3");
  refused("UPDATE proof_step SET uses = '99999999999999999999999' WHERE id = 3", "table proof_step", "row 3");
  refused("UPDATE proof_step SET uses = '1,2' WHERE id = 3", "table proof_step", "row 3");
  refused("UPDATE review SET node = 10 WHERE id = 2", "table review", "row 2");
  refused("UPDATE review SET verdict = 'fine' WHERE id = 2", "table review", "row 2");
}

static void test_values(void) {
  refused("UPDATE node SET kind = 'thought' WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET state = '' WHERE id = 3", "table node", "row 3");
  refused("UPDATE span SET kind = 'chain' WHERE id = 3", "table span", "row 3");
  refused("UPDATE edge SET kind = 'BECAUSE' WHERE from_node = 1 AND place = 0", "table edge", "row 1");
  refused("UPDATE proof_step SET kind = 'magic' WHERE id = 1", "table proof_step", "row 1");
  refused("UPDATE node SET weight = 1.01 WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET confidence = 9e999 WHERE id = 3", "table node", "row 3");
  refused("UPDATE edge SET weight = -9e999", "table edge", "row 1");
  refused("UPDATE span SET seconds = -1.0 WHERE id = 2", "table span", "row 2");
  refused("UPDATE retrieved SET gate = 0.0", "table retrieved", "row 1");
  refused("UPDATE retrieved SET weight = 2.0", "table retrieved", "row 1");
  refused("UPDATE node SET says = 'a' || char (7) WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET says = 'a' || char (0) || 'b' WHERE id = 3", "table node", "row 3");
  refused("UPDATE node SET says = CAST (X'c328' AS TEXT) WHERE id = 3", "table node", "row 3");
  refused("UPDATE span SET name = CAST (X'ff' AS TEXT) WHERE id = 1", "table span", "row 1");
  refused("UPDATE document SET text = CAST (X'f0808080' AS TEXT) WHERE id = 1", "table document", "row 1");
  refused("UPDATE source SET url = printf ('%.*c', 4097, 'u') WHERE id = 2", "table source", "row 2");
  refused("UPDATE passage SET text = printf ('%.*c', 3000000, 'u') WHERE id = 2", "table passage", "row 2");
  refused("UPDATE document SET text = printf ('%.*c', 17000000, 'u') WHERE id = 1", "table document", "");
  refused("UPDATE review SET name = '' WHERE id = 1", "table review", "row 1");
}

/* The resolutions are read one by one, and refused when one comes that is wrong. */
static bool take(void *user, const pel_resolution *r) {
  (void)r;
  ++*(int *)user;
  return true;
}

static void bad_resolution(const char *sql, int good_ones) {
  change(sql);
  pel_trace *t = NULL;
  pel_error err = {0};
  int n = 0;
  CHECK(pel_trace_open(path, &t, &err) == PEL_OK);
  pel_status status = pel_reasoning_resolutions(t, take, &n, &err);
  CHECK_MSG(status == PEL_ERR_INPUT && n == good_ones && strstr(err.text, "table resolution, row"), "%s: %d, %d: %s", sql, (int)status, n,
            err.text);
  pel_trace_close(t);
}

static void test_resolutions(void) {
  bad_resolution("UPDATE resolution SET span = 4 WHERE id = 2", 1);
  bad_resolution("UPDATE resolution SET clause = 3 WHERE id = 4", 3);
  bad_resolution("UPDATE resolution SET parent = 2 WHERE id = 4", 3);
  bad_resolution("UPDATE resolution SET parent = -1 WHERE id = 4", 3);
  bad_resolution("UPDATE resolution SET goal = 0, parent = 0 WHERE id = 6", 5);
  bad_resolution("UPDATE resolution SET text = char (27) WHERE id = 5", 4);
  change("UPDATE resolution SET outcome = 'won' WHERE id = 5");
  pel_error err;
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, "row 5"));
}

static void test_cycles(void) {
  change("INSERT INTO edge VALUES (5, 0, 5, 'because', 'itself', NULL); INSERT INTO edge VALUES (3, 1, 2, 'because', '', NULL)");
  pel_error err = {0};
  CHECK_MSG(trace_read_all(path, false, &err) == PEL_OK, "%s", err.text);
}

static void test_schema(void) {
  static const char *const tables[] = {"span",      "attribute",  "source",     "passage", "document", "clause",
                                       "node",      "edge",       "retrieved",  "resolution", "proof_step", "review"};
  char sql[200];
  pel_error err = {0};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    snprintf(sql, sizeof sql, "DROP TABLE %s", tables[i]);
    change(sql);
    CHECK_MSG(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, tables[i]), "%s: %s", sql, err.text);
    snprintf(sql, sizeof sql, "ALTER TABLE %s ADD COLUMN more TEXT", tables[i]);
    change(sql);
    CHECK_MSG(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, tables[i]), "%s: %s", sql, err.text);
  }
  change("CREATE TABLE node2 (x)");
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, "node2"));
  change("CREATE INDEX i ON node (kind)");
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT);
  change("PRAGMA user_version = 1000");
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, "span"));
  change("INSERT INTO sequence VALUES (0, 0, 0, 0, 0)"); /* a sequence, but no layers */
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, "layer"));
  change("INSERT INTO layer VALUES (0, 1, 2, 1, 16, 0, 0.5, 0.0, 2048, X'03')");
  CHECK(trace_read_all(path, false, &err) == PEL_ERR_INPUT && strstr(err.text, "sequence"));
}

/* Values that are not of the column's type need a schema that is not STRICT for a moment. */
static void test_types(void) {
  static const char *const values[] = {"NULL", "1.5", "'text'", "X'00'", "7"};
  static const char *const columns[][2] = {{"span", "parent"},   {"span", "status"}, {"node", "says"},         {"node", "weight"},
                                           {"edge", "to_node"},  {"edge", "kind"},    {"retrieved", "lexical"}, {"resolution", "goal"},
                                           {"review", "node"},   {"review", "hash"},  {"document", "text"},     {"proof_step", "uses"}};
  char sql[800];
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    for (int v = 0; v < 5; v++) {
      const char *table = columns[i][0];
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace (replace (replace (replace (replace (sql,"
               " ' STRICT,', ''), ' STRICT', ''), ' NOT NULL', ''), ' REAL', ''), ' TEXT', '') WHERE name = '%s'", table);
      change(sql);
      sqlite3 *db;
      sqlite3_open(path, &db);
      snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", table, columns[i][1], values[v]);
      sqlite3_exec(db, sql, NULL, NULL, NULL);
      sqlite3_close(db);
      char original[80];
      snprintf(original, sizeof original, "%s/good.pel", folder);
      FILE *f = fopen(original, "wb");
      if (fwrite(good, 1, good_size, f) != good_size) abort();
      fclose(f);
      sqlite3_open(path, &db);
      snprintf(sql, sizeof sql,
               "PRAGMA writable_schema = 1; ATTACH '%s' AS g; UPDATE main.sqlite_schema SET sql ="
               " (SELECT sql FROM g.sqlite_schema WHERE name = '%s') WHERE name = '%s'", original, table, table);
      CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
      sqlite3_close(db);
      unlink(original);
      pel_error err = {0};
      CHECK_MSG(trace_read_all(path, true, &err) != PEL_OK, "%s.%s = %s passes", table, columns[i][1], values[v]);
    }
}

/* Many rows and texts that share their pages: what is read stays within what the file's size justifies. */
static void test_amounts(void) {
  refused("WITH RECURSIVE c (x) AS (VALUES (4) UNION ALL SELECT x + 1 FROM c WHERE x < 100001)"
          " INSERT INTO span SELECT x, 0, 'LLM', '', '', 0.0 FROM c", "table span", "100001");
  refused("WITH RECURSIVE c (x) AS (VALUES (3) UNION ALL SELECT x + 1 FROM c WHERE x < 10001)"
          " INSERT INTO document SELECT x, '', '' FROM c", "table document", "10001");
}

static void test_cut_and_flipped(void) {
  pel_error err;
  char *bytes = malloc(good_size);
  pel_rng rng = {8};
  for (size_t size = 0; size < good_size; size += 997) {
    write_bytes(good, size);
    CHECK_MSG(trace_read_all(path, true, &err) != PEL_OK, "cut to %zu bytes", size);
  }
  for (int round = 0; round < 1500; round++) {
    memcpy(bytes, good, good_size);
    int flips = 1 + (int)(pel_rng_next(&rng) % 4);
    for (int i = 0; i < flips; i++) bytes[pel_rng_next(&rng) % good_size] ^= (char)(1 << pel_rng_next(&rng) % 8);
    write_bytes(bytes, good_size);
    trace_read_all(path, round % 4 == 0, &err);
    pel_review_append(path, &(pel_review){.node = 1, .verdict = "accepted", .name = "A"}, &err);
  }
  free(bytes);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/run.pel", folder);
  read_good();
  RUN(test_references);
  RUN(test_values);
  RUN(test_resolutions);
  RUN(test_cycles);
  RUN(test_schema);
  RUN(test_types);
  RUN(test_amounts);
  RUN(test_cut_and_flipped);
  unlink(path);
  char journal[80];
  snprintf(journal, sizeof journal, "%s-journal", path);
  unlink(journal);
  rmdir(folder);
  free(good);
  return check_result();
}
