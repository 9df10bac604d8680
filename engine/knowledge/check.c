/* Everything that can be wrong with a pack, a line a finding: what a reader would stumble over, and what is allowed but hardly meant. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/knowledge/check_rules.h"
#include "engine/knowledge/hash.h"
#include "engine/knowledge/index.h"
#include "engine/knowledge/pack.h"

typedef struct check {
  pel_pack *pack;
  bool (*each)(void *user, const char *finding);
  void *user;
  bool (*progress)(double fraction, void *user);
  void *progress_user;
  double from, to; /* this part's share */
  uint64_t rows, all, found;
  bool stopped, cancelled, broken; /* broken: some row was refused */
  pel_index *index;
  int rc;
} check;

__attribute__((format(printf, 2, 3))) static bool find(check *c, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (unsigned char *at = (unsigned char *)text; *at; at++)
    if (*at < 0x20 || *at == 0x7f) *at = ' ';
  c->found++;
  if (!c->stopped && !c->each(c->user, text)) c->stopped = true;
  return !c->stopped;
}

static bool go_on(check *c, double fraction) {
  if (c->progress && !c->progress(c->from + (c->to - c->from) * fraction, c->progress_user)) c->cancelled = true;
  return !c->cancelled && !c->stopped;
}

static bool count_row(check *c) {
  return ++c->rows % 4096 || go_on(c, c->all ? (double)c->rows / (double)c->all : 1);
}

/* A reader's refusal is a finding; the first of a table is enough. */
static void look(check *c, pel_status status, const pel_error *err) {
  if (status == PEL_OK) return;
  const char *text = err->text;
  size_t path = strlen(c->pack->path);
  if (strncmp(text, c->pack->path, path) == 0 && strncmp(text + path, ": ", 2) == 0) text += path + 2;
  c->broken = true;
  find(c, "%s", text);
}

/* ---- the file ---- */

static void check_structure(check *c) {
  sqlite3_stmt *st = NULL;
  pel_pack_rewind(c->pack);
  int rc = sqlite3_prepare_v2(c->pack->db, "PRAGMA integrity_check(20)", -1, &st, NULL);
  while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(st, 0);
    rc = SQLITE_OK;
    if (text && strcmp(text, "ok") != 0 && !find(c, "SQLite: %s", text)) break;
  }
  sqlite3_finalize(st);
  if (rc != SQLITE_DONE && rc != SQLITE_OK) find(c, "SQLite's own check: %s", sqlite3_errstr(rc));
}

static int each_hashed(void *user) {
  check *c = user;
  pel_pack_rewind(c->pack);
  return ++c->rows % 4096 || go_on(c, 0.5);
}

static void check_hash(check *c) {
  char hash[PEL_PACK_HASH_HEX];
  int rc = pel_pack_hash(c->pack->db, c->pack->file_size, hash, each_hashed, c);
  if (c->cancelled || c->stopped) return;
  if (rc != SQLITE_OK) find(c, "the logical hash cannot be made: %s", sqlite3_errstr(rc));
  else if (strcmp(hash, c->pack->info.sha256) != 0)
    find(c, "the logical hash is %s, the pack says %s: something was changed after it was built", hash, c->pack->info.sha256);
}

/* ---- the rows ---- */

static bool each_source(void *user, const pel_source *row) {
  (void)row;
  return count_row(user);
}

static bool is_backwards(const char *from, const char *to) { return *from && *to && strcmp(from, to) > 0; }

static bool each_passage(void *user, const pel_passage *row) {
  check *c = user;
  if (c->rc == SQLITE_OK && c->index) c->rc = pel_index_add(c->index, row);
  if (!*row->text && !find(c, "passage %lld (%s): has no text", (long long)row->id, row->path)) return false;
  if (is_backwards(row->valid_from, row->valid_to) &&
      !find(c, "passage %lld (%s): valid from %s to %s is never in force", (long long)row->id, row->path, row->valid_from, row->valid_to))
    return false;
  return count_row(c);
}

static bool each_entity(void *user, const pel_entity *row) {
  (void)row;
  return count_row(user);
}

static bool each_relation(void *user, const pel_relation *row) {
  (void)row;
  return count_row(user);
}

static bool each_rule(void *user, const pel_rule *row) {
  check *c = user;
  if (is_backwards(row->valid_from, row->valid_to) &&
      !find(c, "rule %lld (%s, line %lld): valid from %s to %s is never in force", (long long)row->id, row->file, (long long)row->line,
            row->valid_from, row->valid_to))
    return false;
  return count_row(c);
}

/* Whether the pattern has that variable: its name between characters that are of no name. */
static bool has_variable(const char *term, const char *name, size_t size) {
  for (const char *at = term; *at; at++) {
    bool before = at > term && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
    bool after = strncmp(at, name, size) == 0 && (isalnum((unsigned char)at[size]) || at[size] == '_');
    if (!before && !after && strncmp(at, name, size) == 0) return true;
  }
  return false;
}

static bool check_sentence(check *c, const pel_vocabulary *row, const char *column, const char *sentence) {
  for (const char *at = strchr(sentence, '{'); at; at = strchr(at + 1, '{')) {
    size_t size = strcspn(at + 1, "}");
    if (!at[size + 1]) return find(c, "vocabulary %lld (%s): %s has a { without }", (long long)row->id, row->term, column);
    if (!has_variable(row->term, at + 1, size) &&
        !find(c, "vocabulary %lld (%s): %s names {%.*s}, which the term does not have", (long long)row->id, row->term, column, (int)size, at + 1))
      return false;
  }
  return true;
}

static bool is_range(const char *text) {
  char low[64];
  double a, b;
  const char *dots = strstr(text, "..");
  if (!dots || dots - text >= 64) return false;
  memcpy(low, text, (size_t)(dots - text));
  low[dots - text] = 0;
  return pel_parse_double(low, &a) && pel_parse_double(dots + 2, &b) && a <= b;
}

static bool each_term(void *user, const pel_vocabulary *row) {
  check *c = user;
  long long id = (long long)row->id;
  if (!*row->says && row->type != PEL_TERM_STEP && !find(c, "vocabulary %lld (%s): has no words (says)", id, row->term)) return false;
  if (!check_sentence(c, row, "says", row->says) || !check_sentence(c, row, "denied", row->denied) || !check_sentence(c, row, "asks", row->asks))
    return false;
  if (row->type == PEL_TERM_CHOICE && row->askable && !*row->allowed && !find(c, "vocabulary %lld (%s): a choice of nothing", id, row->term))
    return false;
  if (row->type == PEL_TERM_QUANTITY && *row->allowed && !is_range(row->allowed) &&
      !find(c, "vocabulary %lld (%s): allowed '%s' is no range such as 0..300", id, row->term, row->allowed))
    return false;
  return count_row(c);
}

static bool each_case(void *user, const pel_pack_case *row) {
  check *c = user;
  if (!*row->text && !find(c, "case %lld (%s): has no text", (long long)row->id, row->name)) return false;
  return count_row(c);
}

static void check_twice(check *c, const char *what, const char *select) {
  sqlite3_stmt *st = NULL;
  pel_pack_rewind(c->pack);
  int rc = sqlite3_prepare_v2(c->pack->db, select, -1, &st, NULL);
  while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
    rc = SQLITE_OK;
    const char *text = (const char *)sqlite3_column_text(st, 0);
    if (!find(c, "%s '%s' is there %lld times", what, text ? text : "", (long long)sqlite3_column_int64(st, 1))) break;
  }
  sqlite3_finalize(st);
}

/* ---- the index, against one that is made anew ---- */

static int step_both(sqlite3_stmt *a, sqlite3_stmt *b, bool *same) {
  for (;;) {
    int x = sqlite3_step(a), y = sqlite3_step(b);
    if (x != y) {
      *same = false;
      return x == SQLITE_ROW || x == SQLITE_DONE ? y : x;
    }
    if (x != SQLITE_ROW) return x;
    for (int i = 0; i < sqlite3_column_count(a); i++) {
      int size = sqlite3_column_bytes(a, i);
      const void *p = sqlite3_column_blob(a, i), *q = sqlite3_column_blob(b, i);
      if (size != sqlite3_column_bytes(b, i) || (size && memcmp(p, q, (size_t)size) != 0)) *same = false;
    }
    if (!*same) return SQLITE_DONE;
  }
}

static void compare(check *c, sqlite3 *anew, const char *table, const char *select) {
  sqlite3_stmt *a = NULL, *b = NULL;
  bool same = true;
  pel_pack_rewind(c->pack);
  int rc = sqlite3_prepare_v2(c->pack->db, select, -1, &a, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(anew, select, -1, &b, NULL);
  if (rc == SQLITE_OK) rc = step_both(a, b, &same);
  sqlite3_finalize(a);
  sqlite3_finalize(b);
  if (rc != SQLITE_DONE && rc != SQLITE_ROW && rc != SQLITE_OK) find(c, "table %s: %s", table, sqlite3_errstr(rc));
  else if (!same) find(c, "table %s is not the index of the passages; search would rank wrongly", table);
}

static sqlite3 *open_scratch(check *c) {
  sqlite3 *db = NULL;
  if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
      sqlite3_exec(db,
                   "CREATE TABLE passage_length (first INTEGER PRIMARY KEY, data BLOB);"
                   "CREATE TABLE posting (word TEXT, first INTEGER, data BLOB, PRIMARY KEY (word, first)) WITHOUT ROWID; BEGIN",
                   NULL, NULL, NULL) == SQLITE_OK)
    c->index = pel_index_new(db, c->pack->stems);
  return db;
}

static pel_status check_passages(check *c, pel_error *err) {
  sqlite3 *db = open_scratch(c);
  pel_status status = c->index ? PEL_OK : pel_fail_memory(err, "an index to compare with", 0);
  pel_error refused = {0};
  bool ended = false;
  if (status == PEL_OK) {
    pel_status read_status = pel_pack_passages(c->pack, each_passage, c, &refused);
    look(c, read_status, &refused);
    ended = read_status == PEL_OK && !c->stopped && !c->cancelled;
  }
  if (ended && c->rc == SQLITE_OK) c->rc = pel_index_finish(c->index);
  if (c->rc != SQLITE_OK) status = pel_fail_memory(err, "an index to compare with", 0);
  if (ended && status == PEL_OK) {
    compare(c, db, "passage_length", "SELECT first, data FROM passage_length ORDER BY first");
    compare(c, db, "posting", "SELECT word, first, data FROM posting ORDER BY word, first");
  }
  pel_index_free(c->index);
  sqlite3_close(db);
  return status;
}

/* A warning is a line, but no finding. */
static bool each_told(void *user, bool warning, const char *text) {
  check *c = user;
  bool go = find(c, "%s%s", warning ? "warning: " : "", text);
  c->found -= warning;
  return go;
}

static pel_status check_rows(check *c, pel_error *err) {
  pel_error refused = {0};
  for (int t = 0; t < PEL_KB_TABLES; t++) c->all += (uint64_t)c->pack->n[t];
  c->rows = 0;
  look(c, pel_pack_sources(c->pack, each_source, c, &refused), &refused);
  PEL_TRY(check_passages(c, err));
  look(c, pel_pack_entities(c->pack, each_entity, c, &refused), &refused);
  look(c, pel_pack_relations(c->pack, 0, false, each_relation, c, &refused), &refused);
  look(c, pel_pack_rules(c->pack, each_rule, c, &refused), &refused);
  look(c, pel_pack_vocabulary(c->pack, each_term, c, &refused), &refused);
  look(c, pel_pack_cases(c->pack, each_case, c, &refused), &refused);
  float *vectors = NULL;
  uint32_t dim = 0;
  look(c, pel_pack_embeddings(c->pack, &vectors, &dim, &refused), &refused);
  free(vectors);
  if ((dim > 0) != (*c->pack->info.encoder != 0) && c->pack->n[PEL_KB_PASSAGE]) find(c, "embeddings without an encoder's name, or the other way round");
  if (c->broken || c->stopped || c->cancelled) return PEL_OK; /* sorting is for rows that are known to be sound */
  check_twice(c, "the term", "SELECT term, count(*) FROM vocabulary GROUP BY term HAVING count(*) > 1 ORDER BY term");
  check_twice(c, "the case", "SELECT name, count(*) FROM case_test GROUP BY name HAVING count(*) > 1 ORDER BY name");
  return pel_pack_check_rules(c->pack, each_told, c, err);
}

pel_status pel_pack_check(pel_pack *pack, bool (*each)(void *user, const char *finding), void *user,
                          bool (*progress)(double fraction, void *user), void *progress_user, pel_error *err) {
  check c = {.pack = pack, .each = each, .user = user, .progress = progress, .progress_user = progress_user, .to = 0.2};
  check_structure(&c);
  if (go_on(&c, 1)) check_hash(&c);
  c.from = 0.2, c.to = 1;
  if (go_on(&c, 0)) PEL_TRY(check_rows(&c, err));
  if (c.cancelled) return pel_fail(err, PEL_ERR_CANCELLED, "%s: the check was stopped", pack->path);
  if (c.found) return pel_fail(err, PEL_ERR_CHECK, "%s: %llu findings", pack->path, (unsigned long long)c.found);
  return PEL_OK;
}
