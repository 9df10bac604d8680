/* What the importers share: lines of a file, rows that are left out, the place that an error names. */
#pragma once
#include <pellucid/pack.h>
#include <stdio.h>

enum { PEL_IMPORT_LINE_BYTES = 1 << 20 };

/* A text file read line by line; memory does not grow with the file. */
typedef struct pel_lines {
  const pel_pack_builder *builder; /* asked now and then whether to go on */
  const char *path;
  FILE *file;
  char *line; /* without its end; valid until the next one */
  size_t size, capacity;
  int64_t number; /* of the line, from 1 */
  uint64_t read, total;
} pel_lines;

/* Refuses what is no regular file, and compressed ones. */
pel_status pel_lines_open(pel_lines *lines, const pel_pack_builder *builder, const char *path, pel_error *err);
/* *more is false at the end of the file. A line is UTF-8 without NUL; a BOM and the \r of \r\n are left out. */
pel_status pel_lines_next(pel_lines *lines, bool *more, pel_error *err);
void pel_lines_close(pel_lines *lines);

/* Opens a file as pel_lines_open does. */
pel_status pel_import_open(const char *path, FILE **out, uint64_t *size, pel_error *err);

/* PEL_ERR_INPUT: "PATH: line N: ...". */
__attribute__((format(printf, 4, 5))) pel_status pel_import_fail(const char *path, int64_t line, pel_error *err, const char *format, ...);
/* Puts "PATH: line N: " before the error of a row that the builder refused; other errors stay as they are. Returns `status`. */
pel_status pel_import_at(const char *path, int64_t line, pel_status status, pel_error *err);
/* Counts a row that is left out, and keeps why when it is the first. Line 0: not known. */
__attribute__((format(printf, 4, 5))) void pel_import_skip(pel_import *done, const char *path, int64_t line, const char *format, ...);

/* The same of a test case. */
__attribute__((format(printf, 4, 5))) void pel_import_skip_case(pel_import *done, const char *path, int64_t line, const char *format, ...);

/* In place: what a pack takes for no text of one line (control characters) becomes a space. Returns `text`. */
char *pel_import_line(char *text);
/* The same, but newlines and tabs stay. */
char *pel_import_text_of(char *text);

/* The file's name without its folders. */
const char *pel_import_name(const char *path);

/* "phenotype", "disease", "gene" or "class", by the key's prefix. */
const char *pel_import_type(const char *key);

/* A string that grows. */
typedef struct pel_buffer {
  char *text; /* ends in a NUL; NULL while nothing was added */
  size_t size, capacity;
} pel_buffer;

bool pel_buffer_add(pel_buffer *b, const char *text, size_t size);
static inline void pel_buffer_clear(pel_buffer *b) {
  b->size = 0;
  if (b->text) b->text[0] = 0;
}
static inline const char *pel_buffer_text(const pel_buffer *b) { return b->text ? b->text : ""; }
