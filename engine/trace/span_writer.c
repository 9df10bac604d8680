#include "engine/trace/span_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/file.h"
#include "engine/trace/hash.h"
#include "engine/trace/schema.h"

enum { MOST_PARAMETERS = 4096 }; /* that a reader takes */

/* ---- failures ---- */

/* After the first failure the file is of no use: every later call says the same. */
static pel_status keep(pel_span_writer *w, const pel_error *error, pel_error *err) {
  if (!w->failed) w->error = *error;
  w->failed = true;
  if (err) *err = w->error;
  return w->error.status;
}

pel_status pel_span_writer_failed(pel_span_writer *w, int rc, const char *what, pel_error *err) {
  pel_error error;
  int reason = (rc & 0xff) == SQLITE_CONSTRAINT ? SQLITE_CONSTRAINT : rc;
  if (pel_connection_is_full(w->db, rc))
    pel_fail(&error, PEL_ERR_IO, "%s: disk full while writing %s; nothing was kept, free some space", w->path, what);
  else if (rc == SQLITE_NOMEM)
    pel_fail_memory(&error, what, 0);
  else if (reason == SQLITE_CONSTRAINT)
    pel_fail(&error, PEL_ERR_USAGE, "%s: %s: a row of this place came before (%s)", w->path, what, sqlite3_errmsg(w->db));
  else
    pel_fail(&error, PEL_ERR_IO, "%s: cannot write %s: %s", w->path, what, w->db ? sqlite3_errmsg(w->db) : sqlite3_errstr(rc));
  return keep(w, &error, err);
}

/* ---- rows ---- */

static void bind_text(sqlite3_stmt *st, int i, const char *text) { sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC); }

static void bind(sqlite3_stmt *st, int i, const pel_column *c, const void *at) {
  switch (c->type) {
    case PEL_COLUMN_PLACE: sqlite3_bind_int64(st, i, *(const int32_t *)at); break;
    case PEL_COLUMN_WORD: bind_text(st, i, c->words[*(const uint32_t *)at]); break;
    case PEL_COLUMN_SHORT:
    case PEL_COLUMN_TEXT: bind_text(st, i, *(const char *const *)at); break;
    case PEL_COLUMN_REAL:
    case PEL_COLUMN_SHARE:
    case PEL_COLUMN_NUMBER: sqlite3_bind_double(st, i, *(const double *)at); break; /* NaN: NULL */
    default: sqlite3_bind_int64(st, i, *(const int64_t *)at);
  }
}

static pel_status put(void *user, pel_span_row_kind kind, const void *row, pel_error *err) {
  pel_span_writer *w = user;
  pel_error error;
  if (w->failed) return keep(w, &w->error, err);
  if ((unsigned)kind >= PEL_ROW_KINDS) {
    pel_fail(&error, PEL_ERR_USAGE, "%s: %d is no kind of row", w->path, (int)kind);
    return keep(w, &error, err);
  }
  if (pel_row_check_next(&w->check, (int)kind, row, &error) != PEL_OK) return keep(w, &error, err);
  const pel_span_table *t = &pel_span_tables[kind];
  sqlite3_stmt *st = w->insert[kind];
  for (int i = 0; i < t->n_columns; i++) bind(st, i + 1, &t->columns[i], pel_column_member(&t->columns[i], row));
  int rc = sqlite3_step(st);
  if (rc != SQLITE_DONE) {
    char what[64];
    snprintf(what, sizeof what, "table %s, row %lld", t->name, (long long)w->check.n[kind]);
    pel_span_writer_failed(w, rc, what, err);
  }
  sqlite3_reset(st);
  return rc == SQLITE_DONE ? PEL_OK : w->error.status;
}

pel_span_sink pel_span_writer_sink(pel_span_writer *w) { return (pel_span_sink){.user = w, .put = put}; }

/* ---- provenance and parameters ---- */

static pel_status set(pel_span_writer *w, sqlite3_stmt *st, const char *key, const char *value, pel_error *err) {
  bind_text(st, 1, key);
  bind_text(st, 2, value);
  int rc = sqlite3_step(st);
  if (rc != SQLITE_DONE) pel_span_writer_failed(w, rc, key, err);
  sqlite3_reset(st);
  return rc == SQLITE_DONE ? PEL_OK : w->error.status;
}

pel_status pel_span_writer_provenance(pel_span_writer *w, const char *key, const char *value, pel_error *err) {
  sqlite3_stmt *st;
  pel_status status = pel_text_check(w->path, key, value, PEL_SPAN_MOST_TEXT, PEL_ERR_USAGE, err);
  if (status != PEL_OK) return status;
  int rc = sqlite3_prepare_v2(w->db, "INSERT OR REPLACE INTO provenance VALUES (?1, ?2)", -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_span_writer_failed(w, rc, "table provenance", err);
  status = set(w, st, key, value, err);
  sqlite3_finalize(st);
  return status;
}

pel_status pel_span_writer_withdraw(pel_span_writer *w, const char *why, pel_error *err) {
  pel_error error;
  sqlite3_stmt *st;
  if (w->failed) return keep(w, &w->error, err);
  if (pel_text_check(w->path, "why nothing is concluded", why, PEL_SPAN_MOST_TEXT, PEL_ERR_USAGE, &error) != PEL_OK) return keep(w, &error, err);
  int rc = sqlite3_prepare_v2(w->db, "UPDATE node SET state = 'unknown', note = ?1 WHERE kind = ?2", -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_span_writer_failed(w, rc, "table node", err);
  pel_status status = set(w, st, why, pel_node_kind_name(PEL_NODE_CONCLUSION), err);
  sqlite3_finalize(st);
  return status;
}

static pel_status check_parameter(const pel_span_writer *w, const char *name, const char *value, pel_error *err) {
  PEL_TRY(pel_text_check(w->path, "the name of a parameter", name, PEL_SPAN_MOST_SHORT, PEL_ERR_USAGE, err));
  PEL_TRY(pel_text_check(w->path, name, value, PEL_SPAN_MOST_TEXT, PEL_ERR_USAGE, err));
  if (w->target && pel_trace_parameter(w->target, name))
    return pel_fail(err, PEL_ERR_USAGE, "%s: parameter %s is one of the recorded run, which stays as it is", w->path, name);
  return PEL_OK;
}

pel_status pel_span_writer_parameter(pel_span_writer *w, const char *name, const char *value, pel_error *err) {
  pel_error error;
  if (w->failed) return keep(w, &w->error, err);
  if (check_parameter(w, name, value, &error) != PEL_OK) return keep(w, &error, err);
  if (++w->n_parameters > MOST_PARAMETERS / 2) {
    pel_fail(&error, PEL_ERR_USAGE, "%s: more than %d parameters", w->path, MOST_PARAMETERS / 2);
    return keep(w, &error, err);
  }
  return set(w, w->set_parameter, name, value, err);
}

static pel_status write_header(pel_span_writer *w, const pel_span_header *h, pel_error *err) {
  char now[32];
  time_t seconds = time(NULL);
  struct tm utc;
  strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
  const char *generator = h->generator && *h->generator ? h->generator : "libpellucid " PEL_VERSION;
  const char *const entries[][2] = {
      {"model_name", ""}, {"model_file", ""},      {"model_sha256", ""}, {"architecture", ""},
      {"kernels", ""},    {"generator", generator}, {"created", now},     {"complete", "0"},
      {"hash", ""},       {"note", ""},            {"question", h->question}, {"case", h->case_name},
      {"case_sha256", h->case_sha256}, {"pack", h->pack_name}, {"pack_version", h->pack_version},
      {"pack_sha256", h->pack_sha256}, {"reasoning_generator", generator}, {"reasoning_created", now},
  };
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    PEL_TRY(pel_span_writer_provenance(w, entries[i][0], entries[i][1] ? entries[i][1] : "", err));
  return PEL_OK;
}

/* ---- the temporary file ---- */

/* ".run.pel.XXXXXX" in the folder of "run.pel", with the permissions that a new file of the user's has. */
static pel_status make_file(pel_span_writer *w, pel_error *err) {
  const char *slash = strrchr(w->path, '/');
  int folder = slash ? (int)(slash - w->path) + 1 : 0;
  if (asprintf(&w->temporary, "%.*s.%.200s.XXXXXX", folder, w->path, w->path + folder) < 0) w->temporary = NULL;
  if (!w->temporary) return pel_fail_memory(err, "a path", strlen(w->path));
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  char *mark = w->temporary + strlen(w->temporary) - 6;
  int fd = -1;
  for (int i = 0; i < 100 && fd < 0; i++) {
    uint32_t chance[6] = {0};
    if (getrandom(chance, sizeof chance, 0) < 0) break;
    for (int k = 0; k < 6; k++) mark[k] = letters[chance[k] % (sizeof letters - 1)];
    fd = open(w->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd >= 0) {
    close(fd);
    return PEL_OK;
  }
  free(w->temporary); /* not made, so not to be removed */
  w->temporary = NULL;
  return pel_fail_errno(err, w->path, "cannot create the trace");
}

/* Nobody else knows this file, and after a failure it goes: no journal, no waiting for the disk before the end. */
static int make_tables(pel_span_writer *w) {
  char *plain = NULL, sql[512];
  /* SQLite gives some names a meaning (":memory:", "file:..."); none that begins with a folder. */
  if (asprintf(&plain, "%s%s", *w->temporary == '/' ? "" : "./", w->temporary) < 0) return SQLITE_NOMEM;
  int rc = sqlite3_open_v2(plain, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                           NULL);
  free(plain);
  if (rc != SQLITE_OK) return rc;
  rc = sqlite3_exec(w->db,
                    "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA mmap_size = 0;"
                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384; BEGIN EXCLUSIVE",
                    NULL, NULL, NULL);
  if (rc == SQLITE_OK) rc = pel_schema_create(w->db);
  for (int i = 0; i < PEL_ROW_KINDS && rc == SQLITE_OK; i++) {
    pel_span_insert(i, sql);
    rc = sqlite3_prepare_v3(w->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &w->insert[i], NULL);
  }
  if (rc != SQLITE_OK) return rc;
  return sqlite3_prepare_v2(w->db, "INSERT OR REPLACE INTO parameter VALUES (?1, ?2)", -1, &w->set_parameter, NULL);
}

void pel_span_writer_free(pel_span_writer *w) {
  if (!w) return;
  for (int i = 0; i < PEL_ROW_KINDS; i++) sqlite3_finalize(w->insert[i]);
  sqlite3_finalize(w->set_parameter);
  sqlite3_close(w->db);
  if (w->temporary) unlink(w->temporary);
  pel_trace_close(w->target);
  pel_row_check_clear(&w->check);
  free(w->temporary);
  free(w->path);
  free(w);
}

static pel_status start(pel_span_writer *w, const pel_span_header *header, pel_error *err) {
  static const pel_span_header unknown = {0};
  w->check = (pel_row_check){.path = w->path, .status = PEL_ERR_USAGE, .spans_come_late = true};
  PEL_TRY(make_file(w, err));
  int rc = make_tables(w);
  if (rc != SQLITE_OK) return pel_span_writer_failed(w, rc, "tables", err);
  return write_header(w, header ? header : &unknown, err);
}

static pel_status make_writer(const char *path, pel_span_writer **out, pel_error *err) {
  pel_span_writer *w = pel_alloc(1, sizeof *w);
  if (w) w->path = strdup(path);
  if (w && w->path) {
    *out = w;
    return PEL_OK;
  }
  free(w);
  return pel_fail_memory(err, "a writer of reasoning", sizeof *w);
}


pel_status pel_span_writer_create(const char *path, bool force, const pel_span_header *header, pel_span_writer **out, pel_error *err) {
  pel_span_writer *w = NULL;
  char *target;
  PEL_TRY(pel_file_claim(path, force, &target, err));
  pel_status status = make_writer(target, &w, err);
  free(target);
  if (status != PEL_OK) return status;
  w->force = force;
  status = start(w, header, err);
  if (status == PEL_OK) *out = w;
  else pel_span_writer_free(w);
  return status;
}

/* ---- a trace to append to ---- */

static pel_status check_target(const pel_span_writer *w, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(w->target);
  pel_reasoning *r = NULL;
  if (!info->complete || !info->hash[0])
    return pel_fail(err, PEL_ERR_USAGE, "%s: the trace is not closed, or was cut short; only a closed one can be added to", w->path);
  if (!info->n_layers) return pel_fail(err, PEL_ERR_USAGE, "%s: holds no run of a model that reasoning could be added to", w->path);
  if (access(w->path, W_OK) != 0)
    return pel_fail(err, PEL_ERR_IO, "%s: adding to a trace needs write access to the file and its folder", w->path);
  PEL_TRY(pel_reasoning_read(w->target, &r, err));
  bool empty = !r->n_spans && !r->n_nodes && !r->n_attributes && !r->n_documents;
  pel_reasoning_free(r);
  return empty ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "%s: holds reasoning already; record it into a trace of its own", w->path);
}

pel_status pel_span_writer_append(const char *path, const pel_span_header *header, pel_span_writer **out, pel_error *err) {
  pel_span_writer *w = NULL;
  PEL_TRY(make_writer(path, &w, err));
  pel_status status = pel_trace_open(path, &w->target, err);
  if (status == PEL_OK) status = check_target(w, err);
  if (status == PEL_OK) status = start(w, header, err);
  if (status == PEL_OK) *out = w;
  else pel_span_writer_free(w);
  return status;
}
