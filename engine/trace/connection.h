/* A connection to a trace file that may come from a stranger. */
#pragma once
#include <pellucid/status.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* file: URI of the real path, every byte but the plainest escaped, with `query` behind it. Owned by the caller; NULL: the
 * path leads nowhere, or out of memory. */
char *pel_connection_uri(const char *path, const char *query);
/* No trigger, view or function of the file's own may run; SQLite checks what it would otherwise trust, and waits ten seconds
 * for another program's lock. */
void pel_connection_harden(sqlite3 *db);

typedef enum pel_journal_kind { PEL_JOURNAL_NONE, PEL_JOURNAL_OWN, PEL_JOURNAL_FOREIGN } pel_journal_kind;
/* What lies beside the trace. Foreign: it cannot be looked at, or ends in the name of a super-journal. SQLite would delete the
 * file of that name when it plays the journal back, whatever it is; a trace is one file, and never writes such a name. */
pel_journal_kind pel_connection_journal(const char *path);

/* Whether the code, or the system's error behind it, says that the disk, a quota or a limit on file sizes is full. */
bool pel_connection_is_full(sqlite3 *db, int rc);

/* ---- edit.c: a closed trace to which something is added, in one transaction ---- */

typedef struct pel_edit {
  sqlite3 *db;
  const char *path; /* borrowed */
  int minor;        /* the file's minor version */
  char hash[65];    /* its logical hash as the file says */
  uint64_t ticks, most_ticks;
} pel_edit;

/* Begins a transaction that shuts out other writers. PEL_ERR_USAGE when the trace is not closed or has no hash. */
pel_status pel_edit_begin(pel_edit *edit, const char *path, pel_error *err);
/* One row of table provenance or parameter. */
pel_status pel_edit_set(pel_edit *edit, const char *table, const char *key, const char *value, pel_error *err);
pel_status pel_edit_exec(pel_edit *edit, const char *sql, pel_error *err);
pel_status pel_edit_failed(pel_edit *edit, int rc, const char *what, pel_error *err);
/* PEL_ERR_CHECK when the contents do not have the hash that the file says: what is added would stand on a changed trace. */
pel_status pel_edit_check_hash(pel_edit *edit, pel_error *err);
pel_status pel_edit_take_hash(pel_edit *edit, char out[65], pel_error *err);
pel_status pel_edit_commit(pel_edit *edit, pel_error *err);
/* Undoes what was not committed, and closes. Nothing happens to an edit that never began. */
void pel_edit_end(pel_edit *edit);
