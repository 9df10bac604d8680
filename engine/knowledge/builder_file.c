/* The life of the file: a temporary name in the folder where it will be, its own name once it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/hash.h"
#include "engine/knowledge/index.h"
#include "engine/knowledge/pack.h"
#include "engine/knowledge/schema.h"

static const char usual_advice[] =
    "This shows what the sources say and what follows from them by the rules given. It is no legal, medical or other advice.";

bool pel_builder_may_replace(const char *path) {
  unsigned char head[72];
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return false;
  ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, head, sizeof head) : -1;
  close(fd);
  if (n == 0) return true;
  uint32_t id = n == sizeof head ? (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 | (uint32_t)head[70] << 8 | head[71] : 0;
  return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 && id == PEL_PACK_APPLICATION_ID;
}

static pel_status check_target(const char *path, bool force, pel_error *err) {
  if (access(path, F_OK) != 0) return PEL_OK;
  if (!force) return pel_fail(err, PEL_ERR_IO, "%s: the file exists; choose another name or use --force", path);
  if (!pel_builder_may_replace(path))
    return pel_fail(err, PEL_ERR_IO, "%s: is no knowledge pack, and --force replaces nothing else; choose another name", path);
  return PEL_OK;
}

/* "folder/.name.1234abcd.partial", made anew. SQLite gives some names a meaning (":memory:", "file:..."); none that begins with a folder. */
static pel_status claim_temporary(pel_pack_builder *b, pel_error *err) {
  const char *slash = strrchr(b->path, '/'), *name = slash ? slash + 1 : b->path;
  if (!*name) return pel_fail(err, PEL_ERR_USAGE, "%s: names a folder; give the pack's file name", b->path);
  struct timespec now;
  for (int i = 0; i < 100; i++) {
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned long tag = (unsigned long)now.tv_nsec ^ (unsigned long)getpid() << 12 ^ (unsigned long)now.tv_sec;
    char *made;
    if (asprintf(&made, "%s%.*s.%.200s.%08lx.partial", *b->path == '/' ? "" : "./", (int)(name - b->path), b->path, name, tag & 0xffffffff) < 0)
      return pel_fail_memory(err, "a file name", 0);
    int fd = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
      close(fd);
      b->temporary = made;
      return PEL_OK;
    }
    free(made);
    if (errno != EEXIST) break;
  }
  return pel_fail_errno(err, b->path, "cannot create the pack");
}

static int prepare_inserts(pel_pack_builder *b) {
  int rc = SQLITE_OK;
  for (int t = 0; t < PEL_KB_TABLES && rc == SQLITE_OK; t++) {
    char sql[200];
    int at = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?1", pel_kb_layouts[t].table);
    for (int i = 0; i < pel_kb_layouts[t].n; i++) at += snprintf(sql + at, sizeof sql - (size_t)at, ", ?%d", i + 2);
    snprintf(sql + at, sizeof sql - (size_t)at, ")");
    rc = sqlite3_prepare_v2(b->db, sql, -1, &b->insert[t], NULL);
  }
  return rc;
}

static int prepare(pel_pack_builder *b) {
  int rc = prepare_inserts(b);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(b->db, "SELECT id, label = '', type = '', synonyms = '' FROM entity WHERE key = ?1", -1, &b->find_entity, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(b->db,
                            "UPDATE entity SET label = iif (label = '', ?2, label), type = iif (type = '', ?3, type),"
                            " synonyms = iif (synonyms = '', ?4, synonyms) WHERE id = ?1",
                            -1, &b->fill_entity, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(b->db, "SELECT id FROM source WHERE key = ?1", -1, &b->find_source, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(b->db, "SELECT id FROM passage WHERE source = ?1 AND path = ?2 ORDER BY id LIMIT 1", -1, &b->find_passage, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(b->db, "SELECT valid_from, valid_to FROM passage WHERE id = ?1", -1, &b->find_dates, NULL);
  return rc;
}

static pel_status set_value(pel_pack_builder *b, const char *key, const char *value, pel_error *err) {
  static const pel_kb_column column = {"value", PEL_KB_TEXT, 0, 65536, false, PEL_KB_TABLES};
  const char *fault = pel_kb_text_fault(&column, value, strlen(value));
  if (fault) return pel_fail(err, PEL_ERR_USAGE, "the pack's %s %s", key, fault);
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(b->db, "INSERT OR REPLACE INTO pack VALUES (?1, ?2)", -1, &st, NULL);
  if (rc == SQLITE_OK) {
    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, value, -1, SQLITE_STATIC);
    sqlite3_step(st);
    rc = sqlite3_finalize(st);
  }
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(b, rc, "pack", err);
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static pel_status write_header(pel_pack_builder *b, const pel_pack_header *h, pel_error *err) {
  const char *language = h->language && *h->language ? h->language : "en";
  b->stems = strncasecmp(language, "en", 2) == 0 && (language[2] == 0 || language[2] == '-');
  const char *const values[][2] = {{"name", or_empty(h->name)},
                                   {"title", or_empty(h->title)},
                                   {"version", or_empty(h->version)},
                                   {"language", language},
                                   {"advice", h->advice && *h->advice ? h->advice : usual_advice},
                                   {"generator", or_empty(h->generator)},
                                   {"encoder", ""},
                                   {"words", b->stems ? "english" : "plain"},
                                   {"hash", ""}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) PEL_TRY(set_value(b, values[i][0], values[i][1], err));
  return PEL_OK;
}

/* Nothing is journalled: a file that is not finished is thrown away. */
static pel_status start(pel_pack_builder *b, const pel_pack_header *header, pel_error *err) {
  PEL_TRY(claim_temporary(b, err));
  int rc = sqlite3_open_v2(b->temporary, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
  if (rc == SQLITE_OK) {
    sqlite3_db_config(b->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_limit(b->db, SQLITE_LIMIT_LENGTH, PEL_KB_VALUE_BYTES);
    rc = sqlite3_exec(b->db,
                      "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                      "PRAGMA cache_size = -32768; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; BEGIN EXCLUSIVE",
                      NULL, NULL, NULL);
  }
  if (rc == SQLITE_OK) rc = pel_pack_schema_create(b->db);
  if (rc == SQLITE_OK) rc = prepare(b);
  return rc == SQLITE_OK ? write_header(b, header, err) : pel_builder_fail(b, rc, "creating it", err);
}

pel_status pel_pack_builder_create(const char *path, bool force, const pel_pack_header *header, pel_pack_builder **out, pel_error *err) {
  bool exists;
  pel_pack_builder *b = pel_alloc(1, sizeof *b);
  if (!b) return pel_fail_memory(err, "a pack's builder", sizeof *b);
  b->force = force;
  pel_status status = pel_file_target(path, &b->path, &exists, err);
  if (status == PEL_OK) status = check_target(b->path, force, err);
  if (status == PEL_OK) status = start(b, header, err);
  if (status == PEL_OK) *out = b;
  else pel_pack_builder_abandon(b);
  return status;
}

static int close_database(pel_pack_builder *b) {
  for (int t = 0; t < PEL_KB_TABLES; t++) sqlite3_finalize(b->insert[t]), b->insert[t] = NULL;
  sqlite3_finalize(b->find_entity), b->find_entity = NULL;
  sqlite3_finalize(b->fill_entity), b->fill_entity = NULL;
  sqlite3_finalize(b->find_source), b->find_source = NULL;
  sqlite3_finalize(b->find_passage), b->find_passage = NULL;
  sqlite3_finalize(b->find_dates), b->find_dates = NULL;
  int rc = sqlite3_close(b->db);
  b->db = NULL;
  return rc;
}

void pel_pack_builder_abandon(pel_pack_builder *b) {
  if (!b) return;
  if (b->db) close_database(b);
  if (b->temporary) unlink(b->temporary);
  free(b->temporary);
  free(b->path);
  free(b);
}

/* ---- finishing ---- */

typedef struct finish {
  pel_pack_builder *b;
  const pel_pack_encoder *encoder;
  bool (*progress)(double fraction, void *user);
  void *user;
  double from, to; /* this step's part of the whole */
  uint64_t calls;
} finish;

static bool go_on(const finish *f, double fraction) {
  return !f->progress || f->progress(f->from + (f->to - f->from) * fraction, f->user);
}

static int each_hashed(void *user) {
  finish *f = user;
  return ++f->calls % 4096 || go_on(f, 1 - 1 / (1 + (double)f->calls / 100000));
}

static int index_passages(finish *f, sqlite3_stmt *st, pel_index *index) {
  int rc;
  double n = (double)f->b->n[PEL_KB_PASSAGE];
  for (int64_t i = 0; (rc = sqlite3_step(st)) == SQLITE_ROW; i++) {
    pel_passage p = {.label = (const char *)sqlite3_column_text(st, 0), .text = (const char *)sqlite3_column_text(st, 1)};
    rc = p.label && p.text ? pel_index_add(index, &p) : SQLITE_NOMEM;
    if (rc == SQLITE_OK && i % 1024 == 0 && !go_on(f, (double)i / n)) rc = SQLITE_INTERRUPT;
    if (rc != SQLITE_OK) return rc;
  }
  return rc == SQLITE_DONE ? pel_index_finish(index) : rc;
}

static pel_status write_index(finish *f, pel_error *err) {
  pel_pack_builder *b = f->b;
  sqlite3_stmt *st = NULL;
  pel_index *index = pel_index_new(b->db, b->stems);
  int rc = index ? sqlite3_prepare_v2(b->db, "SELECT label, text FROM passage ORDER BY id", -1, &st, NULL) : SQLITE_NOMEM;
  if (rc == SQLITE_OK) rc = index_passages(f, st, index);
  sqlite3_finalize(st);
  pel_index_free(index);
  if (rc == SQLITE_OK) rc = pel_pack_schema_index(b->db);
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(b, rc, "the index for search", err);
}

static pel_status check_vectors(const finish *f, const float *vectors, int64_t first, size_t n, pel_error *err) {
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (uint32_t j = 0; j < f->encoder->dim; j++) sum += (double)vectors[i * f->encoder->dim + j] * (double)vectors[i * f->encoder->dim + j];
    if (!(fabs(sum - 1) < 1e-3))
      return pel_fail(err, PEL_ERR_USAGE, "passage %lld: the encoder '%s' gave a vector that is not of unit length", (long long)first + (long long)i,
                      f->encoder->name);
  }
  return PEL_OK;
}

typedef struct batch {
  char *texts[PEL_KB_EMBEDDING_ROWS];
  size_t sizes[PEL_KB_EMBEDDING_ROWS], n;
  float *vectors;
} batch;

static void clear_batch(batch *a) {
  for (size_t i = 0; i < a->n; i++) free(a->texts[i]);
  a->n = 0;
}

static pel_status write_batch(finish *f, batch *a, int64_t first, sqlite3_stmt *insert, pel_error *err) {
  const pel_pack_encoder *e = f->encoder;
  PEL_TRY(e->embed(e->user, (const char *const *)a->texts, a->sizes, a->n, a->vectors, err));
  PEL_TRY(check_vectors(f, a->vectors, first, a->n, err));
  sqlite3_bind_int64(insert, 1, first);
  sqlite3_bind_int64(insert, 2, e->dim);
  sqlite3_bind_blob(insert, 3, a->vectors, (int)(a->n * e->dim * sizeof *a->vectors), SQLITE_STATIC);
  sqlite3_step(insert);
  int rc = sqlite3_reset(insert);
  clear_batch(a);
  if (rc == SQLITE_OK && !go_on(f, (double)first / (double)f->b->n[PEL_KB_PASSAGE])) rc = SQLITE_INTERRUPT;
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(f->b, rc, "embedding", err);
}

static pel_status embed_passages(finish *f, batch *a, sqlite3_stmt *st, sqlite3_stmt *insert, pel_error *err) {
  int64_t n = 0;
  int rc;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(st, 0);
    if (!text || !(a->texts[a->n] = strdup(text))) return pel_fail_memory(err, "a passage", 0);
    a->sizes[a->n] = strlen(text);
    a->n++, n++;
    if (a->n == PEL_KB_EMBEDDING_ROWS) PEL_TRY(write_batch(f, a, n - PEL_KB_EMBEDDING_ROWS + 1, insert, err));
  }
  if (rc != SQLITE_DONE) return pel_builder_fail(f->b, rc, "passage", err);
  return a->n ? write_batch(f, a, n - (int64_t)a->n + 1, insert, err) : PEL_OK;
}

static pel_status write_embeddings(finish *f, pel_error *err) {
  const pel_pack_encoder *e = f->encoder;
  if (!e || !f->b->n[PEL_KB_PASSAGE]) return PEL_OK;
  if (e->dim < 1 || e->dim > PEL_KB_EMBEDDING_DIM)
    return pel_fail(err, PEL_ERR_USAGE, "the encoder '%s' gives %u numbers a passage; a pack holds 1 to %d", e->name, e->dim, PEL_KB_EMBEDDING_DIM);
  PEL_TRY(set_value(f->b, "encoder", e->name, err));
  sqlite3_stmt *st = NULL, *insert = NULL;
  batch a = {.vectors = pel_alloc((size_t)PEL_KB_EMBEDDING_ROWS * e->dim, sizeof *a.vectors)};
  int rc = a.vectors ? sqlite3_prepare_v2(f->b->db, "SELECT text FROM passage ORDER BY id", -1, &st, NULL) : SQLITE_NOMEM;
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(f->b->db, "INSERT INTO embedding VALUES (?1, ?2, ?3)", -1, &insert, NULL);
  pel_status status = rc == SQLITE_OK ? embed_passages(f, &a, st, insert, err) : pel_builder_fail(f->b, rc, "embedding", err);
  sqlite3_finalize(st);
  sqlite3_finalize(insert);
  clear_batch(&a);
  free(a.vectors);
  return status;
}

static pel_status write_hash(finish *f, pel_error *err) {
  char hash[PEL_PACK_HASH_HEX];
  int rc = pel_pack_hash(f->b->db, UINT64_MAX, hash, each_hashed, f);
  if (rc != SQLITE_OK) return pel_builder_fail(f->b, rc, "the pack's hash", err);
  PEL_TRY(set_value(f->b, "hash", hash, err));
  rc = sqlite3_exec(f->b->db, "COMMIT", NULL, NULL, NULL);
  if (rc == SQLITE_OK) rc = close_database(f->b);
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(f->b, rc, "its end", err);
}

static int rename_anew(const char *from, const char *to) {
#ifdef RENAME_NOREPLACE
  int failed = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
  if (!failed || (errno != EINVAL && errno != ENOSYS)) return failed;
#endif
  return link(from, to) == 0 ? unlink(from) : -1; /* a file system that knows no such renaming */
}

static pel_status publish(pel_pack_builder *b, pel_error *err) {
  int fd = open(b->temporary, O_RDONLY | O_CLOEXEC);
  bool kept = fd >= 0 && fsync(fd) == 0;
  if (!kept) pel_fail_errno(err, b->path, "cannot write the pack");
  if (fd >= 0) close(fd);
  if (!kept) return PEL_ERR_IO;
  if (b->force) PEL_TRY(check_target(b->path, true, err));
  int failed = b->force ? rename(b->temporary, b->path) : rename_anew(b->temporary, b->path);
  if (failed && errno == EEXIST) return check_target(b->path, false, err);
  if (failed) return pel_fail_errno(err, b->path, "cannot give the pack its name");
  free(b->temporary);
  b->temporary = NULL;
  return PEL_OK;
}

pel_status pel_pack_builder_finish(pel_pack_builder *b, const pel_pack_encoder *encoder, bool (*progress)(double fraction, void *user),
                                   void *user, pel_error *err) {
  double indexed = encoder ? 0.1 : 0.6, embedded = encoder ? 0.9 : 0.6;
  finish f = {.b = b, .encoder = encoder, .progress = progress, .user = user, .to = indexed};
  pel_status status = write_index(&f, err);
  f.from = indexed, f.to = embedded;
  if (status == PEL_OK) status = write_embeddings(&f, err);
  f.from = embedded, f.to = 1;
  if (status == PEL_OK) status = write_hash(&f, err);
  if (status == PEL_OK) status = publish(b, err);
  pel_pack_builder_abandon(b);
  return status;
}
