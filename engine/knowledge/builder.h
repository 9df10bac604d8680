/* A pack that is being built: a database under a temporary name in the folder of its own, in one transaction. */
#pragma once
#include <pellucid/pack.h>
#include <sqlite3.h>

#include "engine/knowledge/layout.h"

enum { PEL_KB_DATE_SIZE = 11 };

struct pel_pack_builder {
  char *path, *temporary;
  bool force, stems;
  sqlite3 *db;
  int64_t n[PEL_KB_TABLES];
  sqlite3_stmt *insert[PEL_KB_TABLES], *find_entity, *fill_entity, *find_source, *find_passage, *find_dates;
  bool (*watch)(double fraction, void *user);
  void *watch_user;
};

pel_status pel_builder_fail(const pel_pack_builder *b, int rc, const char *what, pel_error *err);
/* To be called by whoever does much: PEL_ERR_CANCELLED once it is to stop. fraction < 0: not known. */
pel_status pel_builder_look_up(const pel_pack_builder *b, double fraction, pel_error *err);

/* When a passage is in force; "" for open, and of passage 0. */
void pel_builder_passage_dates(pel_pack_builder *b, int64_t passage, char from[PEL_KB_DATE_SIZE], char to[PEL_KB_DATE_SIZE]);

/* The declarations among the rules so far: what begins with ":-". `each` returning false stops. */
pel_status pel_builder_declarations(pel_pack_builder *b, bool (*each)(void *user, const char *text), void *user, pel_error *err);
/* Id of a source by its key; 0 when there is none. */
int64_t pel_builder_source(pel_pack_builder *b, const char *key);

/* Whether `path` may be replaced: it is a pack, or empty. */
bool pel_builder_may_replace(const char *path);
