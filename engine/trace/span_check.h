/* What a row of reasoning must be. One check for both sides: a writer refuses exactly what a reader would refuse. */
#pragma once
#include "engine/trace/span_table.h"

typedef struct pel_row_check {
  const char *path;          /* for the error text, borrowed */
  pel_status status;         /* of a refusal: PEL_ERR_USAGE of a writer, PEL_ERR_INPUT of a reader */
  int64_t n[PEL_SPAN_TABLES]; /* rows so far */
  /* A writer gets a span when it ends, after rows that name it. */
  bool spans_come_late;
  int64_t last_span;  /* highest id named so far */
  uint8_t *has_span;  /* [span_capacity]: whether span i + 1 has come */
  size_t span_capacity;
  int64_t *document_size; /* [n documents] in code points */
  size_t document_capacity;
} pel_row_check;

void pel_row_check_clear(pel_row_check *check);
/* Checks one row in its order and counts it. */
pel_status pel_row_check_next(pel_row_check *check, int table, const void *row, pel_error *err);
/* At the end of writing: every span that was named has come. */
pel_status pel_row_check_end(const pel_row_check *check, pel_error *err);

/* Valid UTF-8 without control characters but newline and tab: its code points, or -1 and in *wrong the offset of the first bad byte. */
int64_t pel_utf8_characters(const char *text, size_t size, size_t *wrong);
/* The same as an error: "%s is not UTF-8 ...". `most`: bytes. */
pel_status pel_text_check(const char *path, const char *what, const char *text, size_t most, pel_status status, pel_error *err);
