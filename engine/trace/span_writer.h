/* Inside of a writer of reasoning, shared by span_writer.c (rows into a file of its own) and span_close.c (what becomes of
 * that file). Whether the reasoning is to stand alone or to join a closed trace, it is first written to a temporary file beside
 * the trace: nothing under the trace's own name is ever half written, and no reader is locked out while a pipeline thinks. */
#pragma once
#include "engine/trace/connection.h"
#include "engine/trace/span_check.h"

struct pel_span_writer {
  char *path, *temporary;
  bool force;
  pel_trace *target; /* the trace that is appended to; NULL: the reasoning stands alone */
  sqlite3 *db;       /* the temporary file's */
  sqlite3_stmt *insert[PEL_ROW_KINDS], *set_parameter;
  pel_row_check check;
  size_t n_parameters;
  bool failed;
  pel_error error; /* the first failure: nothing is written after it */
};

/* span_writer.c: remembers the first failure and returns it. */
pel_status pel_span_writer_failed(pel_span_writer *writer, int rc, const char *what, pel_error *err);
pel_status pel_span_writer_provenance(pel_span_writer *writer, const char *key, const char *value, pel_error *err);
void pel_span_writer_free(pel_span_writer *writer); /* and the temporary file goes */
