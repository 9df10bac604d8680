/* The one text of the tables, the file's version, and the check that a file has exactly these tables.
 * docs/trace-format.md explains every column; a change here is a change of the format. */
#pragma once
#include <pellucid/status.h>
#include <sqlite3.h>
#include <stdbool.h>

#define PEL_TRACE_APPLICATION_ID 0x50454c55 /* "PELU" */
#define PEL_TRACE_MAJOR 1
#define PEL_TRACE_MINOR 0

/* Creates all tables of the current version in an empty database. */
int pel_schema_create(sqlite3 *db);

/* Checks application id, version and every entry of the schema. *newer is set when a later minor version
 * wrote the file: it then may hold further plain tables, which are left alone. */
pel_status pel_schema_check(sqlite3 *db, const char *path, bool *newer, pel_error *err);
