/* Connecting to a pack, which comes from a stranger. It was finished before it had its name, so nobody writes to it:
 * it is opened as immutable, and no journal that somebody laid beside it is ever played back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/hash.h"
#include "engine/knowledge/pack.h"
#include "engine/knowledge/schema.h"

enum { TICK = 10000 }; /* steps of SQLite's machine between two calls of the progress handler */

static int on_progress(void *user) {
  pel_pack *p = user;
  return ++p->ticks > p->most_ticks;
}

pel_status pel_pack_fail(pel_pack *pack, int rc, const char *what, pel_error *err) {
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return pel_fail_memory(err, "the pack's database", 0);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return pel_fail(err, PEL_ERR_IO, "%s: %s: cannot read the pack (%s)", pack->path, what, sqlite3_errstr(rc));
    case SQLITE_INTERRUPT:
      return pel_fail(err, PEL_ERR_INPUT, "%s: %s takes more steps than a pack of this size can need; it is damaged", pack->path, what);
    default: return pel_fail(err, PEL_ERR_INPUT, "%s: %s: damaged, or no pack (%s)", pack->path, what, sqlite3_errstr(rc));
  }
}

pel_status pel_pack_prepare(pel_pack *pack, const char *sql, sqlite3_stmt **out, pel_error *err) {
  int rc = sqlite3_prepare_v2(pack->db, sql, -1, out, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_pack_fail(pack, rc, "a query", err);
}

static pel_status check_magic(pel_pack *p, pel_error *err) {
  char head[16] = "";
  struct stat st;
  int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return pel_fail_errno(err, p->path, "cannot open the pack");
  bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  ssize_t got = regular ? read(fd, head, sizeof head) : 0;
  close(fd);
  if (!regular) return pel_fail(err, PEL_ERR_INPUT, "%s: not a regular file, so not a knowledge pack", p->path);
  if (got != sizeof head || memcmp(head, "SQLite format 3", 16) != 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: not a knowledge pack (no SQLite header); 'pellucid kb build' makes one", p->path);
  p->file_size = (uint64_t)st.st_size;
  return PEL_OK;
}

/* file: URI of the path, every other byte than the plainest escaped. NULL: out of memory. */
static char *make_uri(const char *path) {
  char *full = realpath(path, NULL);
  char *uri = full ? pel_alloc(3 * strlen(full) + 32, 1) : NULL, *out = uri;
  if (uri) out += sprintf(out, "file://");
  for (const char *c = full; uri && *c; c++) {
    bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/._-", *c);
    out += sprintf(out, plain ? "%c" : "%%%02X", (unsigned char)*c);
  }
  if (uri) strcpy(out, "?immutable=1");
  free(full);
  return uri;
}

/* No trigger, view or function of the file's own may run; SQLite checks what it would otherwise trust. */
static void harden(pel_pack *p) {
  static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA,        SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                            SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
                            SQLITE_DBCONFIG_DQS_DML,               SQLITE_DBCONFIG_DQS_DDL,        SQLITE_DBCONFIG_WRITABLE_SCHEMA};
  static const int limits[][2] = {
      {SQLITE_LIMIT_LENGTH, PEL_KB_VALUE_BYTES}, {SQLITE_LIMIT_SQL_LENGTH, 100000},    {SQLITE_LIMIT_COLUMN, 100},
      {SQLITE_LIMIT_EXPR_DEPTH, 50},             {SQLITE_LIMIT_COMPOUND_SELECT, 3},    {SQLITE_LIMIT_VDBE_OP, 25000},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},            {SQLITE_LIMIT_ATTACHED, 0},           {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 20},        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  sqlite3_db_config(p->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  for (size_t i = 0; i < sizeof off / sizeof *off; i++) sqlite3_db_config(p->db, off[i], 0, NULL);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) sqlite3_limit(p->db, limits[i][0], limits[i][1]);
  sqlite3_progress_handler(p->db, TICK, on_progress, p);
  sqlite3_exec(p->db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY",
               NULL, NULL, NULL);
}

static pel_status connect_to(pel_pack *p, pel_error *err) {
  char *uri = make_uri(p->path);
  if (!uri) return pel_fail_errno(err, p->path, "cannot open the pack");
  int rc = sqlite3_open_v2(uri, &p->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                           SQLITE_OPEN_EXRESCODE, NULL);
  free(uri);
  if (rc != SQLITE_OK) return pel_pack_fail(p, rc, "opening it", err);
  harden(p);
  return pel_pack_schema_check(p->db, p->path, &p->newer, err);
}

static pel_status read_value(pel_pack *p, sqlite3_stmt *st, const char *key, char **out, pel_error *err) {
  sqlite3_reset(st);
  sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
  int rc = sqlite3_step(st);
  if (rc == SQLITE_DONE) return pel_fail(err, PEL_ERR_INPUT, "%s: table pack: key %s is missing; the pack is damaged", p->path, key);
  if (rc != SQLITE_ROW) return pel_pack_fail(p, rc, "table pack", err);
  static const pel_kb_column column = {"value", PEL_KB_TEXT, 0, 65536, false, PEL_KB_TABLES};
  const char *text = sqlite3_column_type(st, 0) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, 0) : NULL;
  const char *fault = text ? pel_kb_text_fault(&column, text, (size_t)sqlite3_column_bytes(st, 0)) : "is no text";
  if (fault) return pel_fail(err, PEL_ERR_INPUT, "%s: table pack: the value of %s %s; the pack is damaged", p->path, key, fault);
  *out = strdup(text);
  return *out ? PEL_OK : pel_fail_memory(err, "table pack", 0);
}

static pel_status read_values(pel_pack *p, pel_error *err) {
  static const char *const keys[9] = {"name", "title", "version", "language", "hash", "advice", "generator", "encoder", "words"};
  const char **const to[8] = {&p->info.name, &p->info.title, &p->info.version, &p->info.language,
                              &p->info.sha256, &p->info.advice, &p->info.generator, &p->info.encoder};
  sqlite3_stmt *st;
  PEL_TRY(pel_pack_prepare(p, "SELECT value FROM pack WHERE key = ?1", &st, err));
  pel_status status = PEL_OK;
  for (int i = 0; i < 9 && status == PEL_OK; i++) {
    status = read_value(p, st, keys[i], &p->values[i], err);
    if (i < 8) *to[i] = p->values[i];
  }
  sqlite3_finalize(st);
  if (status != PEL_OK) return status;
  p->stems = strcmp(p->values[8], "english") == 0;
  if (!p->stems && strcmp(p->values[8], "plain") != 0)
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: its words are cut by '%s', which this version does not know; update Pellucid", p->path,
                    p->values[8]);
  return PEL_OK;
}

/* Ids count from 1 without gaps, so the last one is the number of rows. (count() would walk the whole tree, in a damaged file for ever.) */
static pel_status read_counts(pel_pack *p, pel_error *err) {
  for (int t = 0; t < PEL_KB_TABLES; t++) {
    char sql[100];
    sqlite3_stmt *st;
    snprintf(sql, sizeof sql, "SELECT max(id) FROM %s", pel_kb_layouts[t].table);
    PEL_TRY(pel_pack_prepare(p, sql, &st, err));
    int rc = sqlite3_step(st);
    p->n[t] = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    if (rc != SQLITE_ROW) return pel_pack_fail(p, rc, pel_kb_layouts[t].table, err);
    if (p->n[t] < 0 || (uint64_t)p->n[t] > p->file_size / 4)
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s: id %lld in a file of %llu bytes; the pack is damaged", p->path,
                      pel_kb_layouts[t].table, (long long)p->n[t], (unsigned long long)p->file_size);
  }
  p->info.n_sources = p->n[PEL_KB_SOURCE], p->info.n_passages = p->n[PEL_KB_PASSAGE], p->info.n_entities = p->n[PEL_KB_ENTITY];
  p->info.n_edges = p->n[PEL_KB_RELATION], p->info.n_rules = p->n[PEL_KB_RULE], p->info.n_vocabulary = p->n[PEL_KB_VOCABULARY];
  p->info.n_cases = p->n[PEL_KB_CASE];
  return PEL_OK;
}

pel_status pel_pack_open(const char *path, pel_pack **out, pel_error *err) {
  pel_pack *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->path = strdup(path))) {
    free(p);
    return pel_fail_memory(err, "an open pack", sizeof *p);
  }
  p->info.path = p->path;
  pel_status status = check_magic(p, err);
  p->most_ticks = 2000 + p->file_size / 50000; /* seconds at the most, whatever the file holds */
  if (status == PEL_OK) status = connect_to(p, err);
  if (status == PEL_OK) status = read_values(p, err);
  if (status == PEL_OK) status = read_counts(p, err);
  if (status == PEL_OK) *out = p;
  else pel_pack_close(p);
  return status;
}

static int each_hashed(void *user) {
  pel_pack_rewind(user);
  return 1; /* on */
}

pel_status pel_pack_verify(pel_pack *p, pel_error *err) {
  char hash[PEL_PACK_HASH_HEX];
  if (p->verified) return PEL_OK;
  pel_pack_rewind(p);
  int rc = pel_pack_hash(p->db, p->file_size, hash, each_hashed, p);
  if (rc != SQLITE_OK) return pel_pack_fail(p, rc, "the pack's hash", err);
  if (strcmp(hash, p->info.sha256) != 0)
    return pel_fail(err, PEL_ERR_CHECK, "%s: was changed after it was built: its contents have the hash %.16s..., it says %.16s...; take the pack from its maker again, or build it again", p->path, hash, p->info.sha256);
  p->verified = true;
  return PEL_OK;
}

void pel_pack_close(pel_pack *p) {
  if (!p) return;
  for (int t = 0; t < PEL_KB_TABLES; t++) sqlite3_finalize(p->one[t]);
  sqlite3_finalize(p->find_entity);
  sqlite3_finalize(p->word);
  sqlite3_close(p->db);
  for (size_t i = 0; i < sizeof p->values / sizeof *p->values; i++) free(p->values[i]);
  free(p->lengths);
  free(p->scores);
  free(p->touched);
  free(p->path);
  free(p);
}

const pel_pack_info *pel_pack_get_info(const pel_pack *pack) { return &pack->info; }
