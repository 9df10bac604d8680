#include "engine/trace/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/trace/file.h"
#include "engine/trace/layout.h"

char *pel_connection_uri(const char *path, const char *query) {
  char *full = realpath(path, NULL);
  if (!full) return NULL;
  char *uri = pel_alloc(3 * strlen(full) + strlen(query) + 16, 1), *out = uri;
  if (uri) out += sprintf(out, "file://");
  for (const char *c = full; uri && *c; c++) {
    bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                 strchr("/._-", *c);
    out += sprintf(out, plain ? "%c" : "%%%02X", (unsigned char)*c);
  }
  if (uri) strcpy(out, query);
  free(full);
  return uri;
}

void pel_connection_harden(sqlite3 *db) {
  static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                            SQLITE_DBCONFIG_ENABLE_TRIGGER,
                            SQLITE_DBCONFIG_ENABLE_VIEW,
                            SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                            SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
                            SQLITE_DBCONFIG_DQS_DML,
                            SQLITE_DBCONFIG_DQS_DDL,
                            SQLITE_DBCONFIG_WRITABLE_SCHEMA};
  static const int limits[][2] = {
      {SQLITE_LIMIT_LENGTH, PEL_TRACE_MOST_BYTES},
      {SQLITE_LIMIT_SQL_LENGTH, 100000},
      {SQLITE_LIMIT_COLUMN, 100},
      {SQLITE_LIMIT_EXPR_DEPTH, 50},
      {SQLITE_LIMIT_COMPOUND_SELECT, 3},
      {SQLITE_LIMIT_VDBE_OP, 25000},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 20},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  for (size_t i = 0; i < sizeof off / sizeof *off; i++) sqlite3_db_config(db, off[i], 0, NULL);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) sqlite3_limit(db, limits[i][0], limits[i][1]);
  sqlite3_busy_timeout(db, 10000);
  sqlite3_exec(db,
               "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -4096;"
               "PRAGMA temp_store = MEMORY",
               NULL, NULL, NULL);
}

static pel_journal_kind look_at(int fd) {
  static const unsigned char magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
  unsigned char end[sizeof magic] = {0};
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) return PEL_JOURNAL_FOREIGN;
  if (st.st_size < (off_t)sizeof end) return PEL_JOURNAL_OWN;
  if (pread(fd, end, sizeof end, st.st_size - (off_t)sizeof end) != sizeof end) return PEL_JOURNAL_FOREIGN;
  return memcmp(end, magic, sizeof magic) == 0 ? PEL_JOURNAL_FOREIGN : PEL_JOURNAL_OWN;
}

pel_journal_kind pel_connection_journal(const char *path) {
  char *full = realpath(path, NULL), *journal = full ? pel_file_journal(full) : NULL;
  free(full);
  if (!journal) return PEL_JOURNAL_FOREIGN;
  int fd = open(journal, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  pel_journal_kind kind = fd >= 0 ? look_at(fd) : errno == ENOENT ? PEL_JOURNAL_NONE : PEL_JOURNAL_FOREIGN;
  if (fd >= 0) close(fd);
  free(journal);
  return kind;
}

static bool means_full(int number) { return number == ENOSPC || number == EDQUOT || number == EFBIG; }

/* SQLite itself calls only ENOSPC "full"; a quota or a limit on file sizes shows in the files' last error. */
bool pel_connection_is_full(sqlite3 *db, int rc) {
  int number = 0;
  sqlite3_file *journal = NULL;
  if ((rc & 0xff) == SQLITE_FULL) return true;
  if (!db || (rc & 0xff) != SQLITE_IOERR) return false;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
  if (means_full(number) || means_full(sqlite3_system_errno(db))) return true; /* the journal may be gone by now */
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
  if (journal && journal->pMethods) journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &number);
  return means_full(number);
}
