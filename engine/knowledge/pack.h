/* An open pack, as its own files see it. */
#pragma once
#include <pellucid/pack.h>
#include <sqlite3.h>

#include "engine/knowledge/layout.h"

/* Rows of embeddings, and of passage lengths, in one blob; a value of the file at the most. */
enum { PEL_KB_EMBEDDING_ROWS = 256, PEL_KB_EMBEDDING_DIM = 4096, PEL_KB_LENGTH_ROWS = 4096, PEL_KB_VALUE_BYTES = 16 << 20 };

struct pel_pack {
  sqlite3 *db;
  char *path;
  uint64_t file_size, ticks, most_ticks;
  bool newer;
  bool verified;                     /* the hash was held against the contents */
  pel_pack_info info;
  int64_t n[PEL_KB_TABLES];
  char *values[9];                   /* owns info's strings */
  bool stems;                        /* words are stemmed as English */
  sqlite3_stmt *one[PEL_KB_TABLES];  /* row by id; its strings are lent until the next call */
  sqlite3_stmt *find_entity, *word;
  uint32_t *lengths; /* of the passages, in words; NULL until the first search */
  double mean_length;
  double *scores; /* by passage id; all 0 between searches */
  int64_t *touched;
};

/* Each call of the library gets the whole budget of steps. */
static inline void pel_pack_rewind(pel_pack *pack) { pack->ticks = 0; }
/* What an SQLite code means for whoever opened the pack. */
pel_status pel_pack_fail(pel_pack *pack, int rc, const char *what, pel_error *err);
pel_status pel_pack_prepare(pel_pack *pack, const char *sql, sqlite3_stmt **out, pel_error *err);
/* Takes the row of `st`, a SELECT of pel_kb_select, into *row, whose strings are lent by `st`. */
pel_status pel_pack_take_row(pel_pack *pack, pel_kb_table table, sqlite3_stmt *st, pel_kb_row *row, pel_error *err);
