/* Rows of reasoning out of a file, one table at a time: what reasoning.c and review.c share. */
#pragma once
#include "engine/trace/reader.h"
#include "engine/trace/span_check.h"

typedef struct pel_row_reader {
  pel_trace *trace;
  int table;
  sqlite3_stmt *st;
  pel_row_check *check; /* borrowed */
  pel_text **texts;     /* where its strings go; NULL: they are borrowed until the next row */
  uint64_t *text_bytes, most_text;
} pel_row_reader;

/* Whether the file has the tables of reasoning. */
bool pel_reasoning_has_tables(const pel_trace *trace);
/* Begins to read a table inside a transaction of the caller's. */
pel_status pel_row_reader_open(pel_row_reader *reader, pel_error *err);
/* Fills *row, a struct of the table's, and checks it; *end is set behind the last one. */
pel_status pel_row_reader_next(pel_row_reader *reader, void *row, bool *end, pel_error *err);
void pel_row_reader_close(pel_row_reader *reader);
