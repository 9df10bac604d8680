/* The one text of a pack's tables and indices, the file's version, and the check that a file has exactly these. */
#pragma once
#include <pellucid/status.h>
#include <sqlite3.h>
#include <stdbool.h>

#define PEL_PACK_APPLICATION_ID 0x50454c4b /* "PELK" */
#define PEL_PACK_MAJOR 1
#define PEL_PACK_MINOR 1

/* The tables of the current version in an empty database, and what a builder looks up by. */
int pel_pack_schema_create(sqlite3 *db);
/* The indices that are cheaper to make once the rows are there. */
int pel_pack_schema_index(sqlite3 *db);

/* Checks application id, version and every entry of the schema. *newer is set when a later minor version wrote the file: it may then
 * hold further plain tables, which are left alone. */
pel_status pel_pack_schema_check(sqlite3 *db, const char *path, bool *newer, pel_error *err);
