/* The end of writing reasoning: the temporary file gets the trace's name, or its rows join the trace in one transaction. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/status.h"
#include "engine/trace/file.h"
#include "engine/trace/hash.h"
#include "engine/trace/schema.h"
#include "engine/trace/span_writer.h"

/* ---- a trace of its own ---- */

static pel_status finish_file(pel_span_writer *w, const char *note, pel_error *err) {
  char hex[PEL_HASH_HEX];
  PEL_TRY(pel_span_writer_provenance(w, "note", note, err));
  int rc = pel_hash_database(w->db, hex, NULL, NULL);
  if (rc != SQLITE_OK) return pel_span_writer_failed(w, rc, "the hash", err);
  PEL_TRY(pel_span_writer_provenance(w, "hash", hex, err));
  PEL_TRY(pel_span_writer_provenance(w, "complete", "1", err));
  rc = sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_span_writer_failed(w, rc, "the trace", err);
}

static void close_database(pel_span_writer *w) {
  for (int i = 0; i < PEL_ROW_KINDS; i++) sqlite3_finalize(w->insert[i]), w->insert[i] = NULL;
  sqlite3_finalize(w->set_parameter);
  w->set_parameter = NULL;
  sqlite3_close(w->db);
  w->db = NULL;
}

static bool sync_path(const char *path, int flags) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
  bool ok = fd >= 0 && fsync(fd) == 0;
  int reason = errno;
  if (fd >= 0) close(fd);
  errno = reason;
  return ok;
}

static void sync_folder(const char *path) {
  char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
  if (slash) slash[slash == folder ? 1 : 0] = 0;
  sync_path(slash ? folder : ".", O_DIRECTORY); /* some file systems refuse; the file itself is safe */
  free(folder);
}

/* Without force no file is ever replaced, whoever makes one in this moment: by the one call that can say so, or by a second
 * name where the file system lacks it. */
static int take_name(const pel_span_writer *w) {
  if (w->force) return rename(w->temporary, w->path);
  if (renameat2(AT_FDCWD, w->temporary, AT_FDCWD, w->path, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  return link(w->temporary, w->path) == 0 ? unlink(w->temporary) : -1;
}

static pel_status name_file(pel_span_writer *w, pel_error *err) {
  if (!sync_path(w->temporary, 0)) return pel_fail_errno(err, w->path, "cannot write the trace");
  if (w->force && access(w->path, F_OK) == 0 && !pel_file_is_replaceable(w->path))
    return pel_fail(err, PEL_ERR_IO, "%s: is no trace, and --force replaces nothing else; choose another name", w->path);
  if (w->force || access(w->path, F_OK) != 0) pel_file_remove_journal(w->path);
  if (take_name(w) != 0) {
    if (errno == EEXIST) return pel_fail(err, PEL_ERR_IO, "%s: the file exists; choose another name or use --force", w->path);
    return pel_fail_errno(err, w->path, "cannot create the trace");
  }
  free(w->temporary);
  w->temporary = NULL;
  sync_folder(w->path);
  return PEL_OK;
}

static pel_status close_alone(pel_span_writer *w, const char *note, pel_error *err) {
  PEL_TRY(finish_file(w, note, err));
  close_database(w);
  return name_file(w, err);
}

/* ---- joining a trace ---- */

typedef struct joining {
  pel_edit edit;
  sqlite3 *from;
} joining;

/* Copies what `select` gives by `insert`, which takes as many values. */
static pel_status copy_rows(joining *j, const char *select, const char *insert, const char *what, pel_error *err) {
  sqlite3_stmt *in = NULL, *out = NULL;
  int rc = sqlite3_prepare_v2(j->from, select, -1, &in, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(j->edit.db, insert, -1, &out, NULL);
  while (rc == SQLITE_OK && (rc = sqlite3_step(in)) == SQLITE_ROW) {
    j->edit.ticks = 0;
    for (int i = 0; i < sqlite3_column_count(in); i++) sqlite3_bind_value(out, i + 1, sqlite3_column_value(in, i));
    sqlite3_step(out);
    rc = sqlite3_reset(out);
  }
  sqlite3_finalize(in);
  sqlite3_finalize(out);
  return rc == SQLITE_DONE ? PEL_OK : pel_edit_failed(&j->edit, rc, what, err);
}

static pel_status copy_tables(joining *j, pel_error *err) {
  char select[512], insert[512];
  for (int i = 0; i < PEL_ROW_KINDS; i++) {
    pel_span_select(i, select);
    pel_span_insert(i, insert);
    PEL_TRY(copy_rows(j, select, insert, pel_span_tables[i].name, err));
  }
  PEL_TRY(copy_rows(j, "SELECT name, value FROM parameter", "INSERT INTO parameter VALUES (?1, ?2)", "table parameter", err));
  return copy_rows(j,
                   "SELECT key, value FROM provenance WHERE key IN ('question', 'case', 'case_sha256', 'pack', 'pack_version',"
                   " 'pack_sha256', 'reasoning_generator', 'reasoning_created')",
                   "INSERT OR REPLACE INTO provenance VALUES (?1, ?2)", "table provenance", err);
}

static pel_status add_note(pel_edit *e, const char *note, pel_error *err) {
  if (!*note) return PEL_OK;
  PEL_TRY(pel_text_check(e->path, "note", note, PEL_SPAN_MOST_SHORT, PEL_ERR_USAGE, err));
  char *sql = sqlite3_mprintf("UPDATE provenance SET value = value || iif (value = '', '', '; ') || %Q WHERE key = 'note'", note);
  if (!sql) return pel_fail_memory(err, "a note", strlen(note));
  pel_status status = pel_edit_exec(e, sql, err);
  sqlite3_free(sql);
  return status;
}

/* Since the writer looked, somebody may have added reasoning. */
static pel_status check_empty(pel_edit *e, pel_error *err) {
  if (e->minor < PEL_TRACE_REASONING_MINOR) return PEL_OK;
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(e->db,
                              "SELECT EXISTS (SELECT 1 FROM span) OR EXISTS (SELECT 1 FROM node) OR EXISTS (SELECT 1 FROM document)"
                              " OR EXISTS (SELECT 1 FROM attribute) OR EXISTS (SELECT 1 FROM review)",
                              -1, &st, NULL);
  bool taken = rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0);
  rc = rc == SQLITE_OK ? sqlite3_finalize(st) : rc;
  if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "table span", err);
  return taken ? pel_fail(err, PEL_ERR_USAGE, "%s: holds reasoning already; record it into a trace of its own", e->path) : PEL_OK;
}

static pel_status join(joining *j, const char *note, pel_error *err) {
  pel_edit *e = &j->edit;
  char hex[PEL_HASH_HEX];
  PEL_TRY(check_empty(e, err));
  PEL_TRY(pel_edit_check_hash(e, err)); /* or a changed trace would get a hash that holds */
  int rc = pel_schema_upgrade(e->db, e->minor);
  if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "tables", err);
  PEL_TRY(copy_tables(j, err));
  PEL_TRY(add_note(e, note, err));
  PEL_TRY(pel_edit_take_hash(e, hex, err));
  PEL_TRY(pel_edit_set(e, "provenance", "hash", hex, err));
  return pel_edit_commit(e, err);
}

static pel_status close_joining(pel_span_writer *w, const char *note, pel_error *err) {
  joining j = {.from = w->db};
  PEL_TRY(pel_edit_begin(&j.edit, w->path, err));
  pel_status status = join(&j, note, err);
  pel_edit_end(&j.edit);
  return status;
}

/* ---- public ---- */

pel_status pel_span_writer_close(pel_span_writer *w, const char *note, pel_error *err) {
  if (!w) return PEL_OK;
  pel_status status = w->failed ? w->error.status : pel_row_check_end(&w->check, err);
  if (w->failed && err) *err = w->error;
  const char *text = note ? note : "";
  if (status == PEL_OK) status = w->target ? close_joining(w, text, err) : close_alone(w, text, err);
  pel_span_writer_free(w);
  return status;
}

void pel_span_writer_abandon(pel_span_writer *w) { pel_span_writer_free(w); }
