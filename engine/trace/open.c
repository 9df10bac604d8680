/* Connecting to a file that may come from a stranger, or that a killed process left in the middle of a
 * commit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/status.h"
#include "engine/trace/connection.h"
#include "engine/trace/file.h"
#include "engine/trace/reader.h"
#include "engine/trace/schema.h"

enum {
  TICK = 10000, /* steps of SQLite's machine between two calls of the progress handler */
  LOOKS = 40
};

static int on_progress(void *user) {
  pel_trace *t = user;
  if (t->progress && !t->progress(t->progress_user)) return 1;
  return ++t->ticks > t->most_ticks;
}

static pel_status check_magic(pel_trace *t, pel_error *err) {
  struct stat st;
  char head[16] = "";
  ssize_t got = pel_file_head(t->path, head, sizeof head, &st);
  if (got < 0 && errno) return pel_fail_errno(err, t->path, "cannot open the trace");
  if (got < 0) return pel_fail(err, PEL_ERR_INPUT, "%s: not a regular file, so not a trace", t->path);
  if (got != sizeof head || memcmp(head, "SQLite format 3", 16) != 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: not a Pellucid trace (no SQLite header)", t->path);
  t->device = st.st_dev;
  t->inode = st.st_ino;
  t->file_size = (uint64_t)st.st_size;
  return PEL_OK;
}

static int try_read(pel_trace *t);

/* Opens and looks into the file. A connection that may not write is then in a transaction. */
static int try_open(pel_trace *t, int flags, const char *query) {
  char *uri = pel_connection_uri(t->path, query);
  if (!uri) return SQLITE_CANTOPEN;
  flags |= SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  int rc = sqlite3_open_v2(uri, &t->db, flags, NULL);
  free(uri);
  if (rc == SQLITE_OK) {
    t->ticks = 0;
    pel_connection_harden(t->db);
    sqlite3_progress_handler(t->db, TICK, on_progress, t);
    rc = flags & SQLITE_OPEN_READWRITE
             ? sqlite3_exec(t->db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL)
             : try_read(t);
  }
  if (rc == SQLITE_OK) return rc;
  sqlite3_close(t->db);
  t->db = NULL;
  return rc;
}

static bool folder_is_writable(const char *path) {
  char *folder = strdup(path);
  if (!folder) return false;
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder ? 1 : 0] = 0;
  bool writable = access(slash ? folder : ".", W_OK) == 0;
  free(folder);
  return writable;
}

/* A killed recording may leave a commit half done; it is undone by a connection that may write. */
static int undo_half_commit(pel_trace *t) {
  pel_journal_kind journal = pel_connection_journal(t->path);
  if (journal == PEL_JOURNAL_FOREIGN) return SQLITE_CORRUPT;
  if (journal == PEL_JOURNAL_NONE) return SQLITE_OK; /* it was of a commit that has just ended */
  sqlite3 *reader = t->db;
  int rc = try_open(t, SQLITE_OPEN_READWRITE, "");
  sqlite3_close(t->db);
  t->db = reader;
  if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_CORRUPT) return rc;
  return SQLITE_READONLY;
}

static bool looks_half_done(int rc) {
  return rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY || rc == SQLITE_READONLY_CANTLOCK;
}

/* To a connection that may not write, the journal of a commit that just begins looks for a moment like one
 * that nobody will end. So it is looked at again before anything is undone. */
static int try_read(pel_trace *t) {
  static const char *const sql = "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1";
  int rc = SQLITE_OK;
  for (int i = 0; i < LOOKS; i++) {
    rc = sqlite3_exec(t->db, sql, NULL, NULL, NULL);
    if (rc == SQLITE_OK) return rc;
    sqlite3_exec(t->db, "ROLLBACK", NULL, NULL, NULL);
    if (!looks_half_done(rc)) return rc;
    usleep(5000);
  }
  rc = undo_half_commit(t);
  return rc == SQLITE_OK ? sqlite3_exec(t->db, sql, NULL, NULL, NULL) : rc;
}

static pel_status refused(const pel_trace *t, int rc, pel_error *err) {
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return pel_fail_memory(err, "the trace's database", 0);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return pel_fail(err, PEL_ERR_IO, "%s: another program keeps the trace locked; try again", t->path);
    case SQLITE_READONLY:
      return pel_fail(
          err, PEL_ERR_IO,
          "%s: its recording was cut off in the middle of a write; opening it once needs write access to "
          "the file, its -journal and their folder (copy both files to a folder of yours)",
          t->path);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return pel_fail(err, PEL_ERR_IO, "%s: cannot read the trace (%s)", t->path, sqlite3_errstr(rc));
    default:
      return pel_fail(err, PEL_ERR_INPUT, "%s: damaged, or no trace (%s)", t->path, sqlite3_errstr(rc));
  }
}

pel_status pel_trace_connect(pel_trace *t, pel_error *err) {
  PEL_TRY(check_magic(t, err));
  t->most_ticks = 2000 + t->file_size / 50000; /* seconds at the most, whatever the file holds */
  int rc = try_open(t, SQLITE_OPEN_READONLY, "");
  /* Some read-only media know no locks; nobody can be writing there. */
  if (((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN) && !folder_is_writable(t->path))
    rc = try_open(t, SQLITE_OPEN_READONLY, "?immutable=1");
  if (rc != SQLITE_OK) return refused(t, rc, err);
  t->depth = 1;
  pel_status status = pel_schema_check(t->db, t->path, &t->minor, err);
  if (status != PEL_OK) pel_trace_end(t);
  return status;
}

pel_status pel_trace_begin(pel_trace *t, pel_error *err) {
  if (t->depth++ > 0) return PEL_OK;
  t->ticks = 0;
  int rc = try_read(t);
  if (rc == SQLITE_OK) return PEL_OK;
  t->depth--;
  return refused(t, rc, err);
}

void pel_trace_end(pel_trace *t) {
  if (--t->depth == 0 && !sqlite3_get_autocommit(t->db)) sqlite3_exec(t->db, "COMMIT", NULL, NULL, NULL);
}
