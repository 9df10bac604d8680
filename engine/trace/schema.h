/* The one text of the tables, the file's version, and the check that a file has exactly these tables.
 * docs/trace-format.md explains every column; a change here is a change of the format. */
#pragma once
#include <pellucid/status.h>
#include <sqlite3.h>
#include <stdbool.h>

#define PEL_TRACE_APPLICATION_ID 0x50454c55 /* "PELU" */
#define PEL_TRACE_MAJOR 1
#define PEL_TRACE_MINOR 2
#define PEL_TRACE_REASONING_MINOR 1 /* from this minor version on there are tables of reasoning; pel_span_tables says since when each */

/* Creates all tables of the current version in an empty database. */
int pel_schema_create(sqlite3 *db);
/* Adds what a file of an earlier minor version lacks, inside the caller's transaction. */
int pel_schema_upgrade(sqlite3 *db, int minor);

/* Checks application id, version and every entry of the schema; *minor is the file's. A file of a later minor version than
 * PEL_TRACE_MINOR may hold further plain tables, which are left alone. */
pel_status pel_schema_check(sqlite3 *db, const char *path, int *minor, pel_error *err);
