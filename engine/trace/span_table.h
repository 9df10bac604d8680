/* The tables of reasoning, described once: which column holds which member of which struct of span.h, and what a value of it
 * may be. The writer binds by this list, the reader reads by it, and both check by it. Their CREATE texts are in schema.c. */
#pragma once
#include <pellucid/reasoning.h>

enum {
  PEL_ROW_REVIEW = PEL_ROW_KINDS, /* further table, written by review.c alone */
  PEL_SPAN_TABLES
};

#define PEL_SPAN_MOST_SHORT 4096       /* bytes of a name, a label, a date */

typedef enum pel_column_type {
  PEL_COLUMN_ID,     /* int64_t, counted from 1 without gaps */
  PEL_COLUMN_REF,    /* int64_t, id of a row of `table`, or 0 */
  PEL_COLUMN_NEED,   /* the same, never 0 */
  PEL_COLUMN_COUNT,  /* int64_t, not negative */
  PEL_COLUMN_PLACE,  /* int32_t, not negative */
  PEL_COLUMN_WORD,   /* enum, kept as one of `words` */
  PEL_COLUMN_SHORT,  /* const char *, at most PEL_SPAN_MOST_SHORT bytes */
  PEL_COLUMN_TEXT,   /* const char *, at most PEL_SPAN_MOST_TEXT bytes */
  PEL_COLUMN_REAL,   /* double, finite; NULL in the file: NaN */
  PEL_COLUMN_SHARE,  /* the same in [0, 1] */
  PEL_COLUMN_NUMBER, /* double, finite, never NULL */
} pel_column_type;

typedef struct pel_column {
  const char *name;
  pel_column_type type;
  uint16_t at;    /* offset in the struct */
  uint8_t table;  /* of PEL_COLUMN_REF and PEL_COLUMN_NEED */
  uint8_t n_words;
  const char *const *words;
} pel_column;

typedef struct pel_span_table {
  const char *name, *order; /* `order`: its rows' order, as in ORDER BY */
  int since;                /* minor version of the format */
  size_t row_size;
  int64_t most; /* rows that a reader accepts */
  int n_columns;
  const pel_column *columns;
} pel_span_table;

extern const pel_span_table pel_span_tables[PEL_SPAN_TABLES];

/* "SELECT a, b FROM t ORDER BY id" and "INSERT INTO t (a, b) VALUES (?1, ?2)" with the listed columns; all fit in 512 bytes. */
void pel_span_select(int table, char out[512]);
void pel_span_insert(int table, char out[512]);

static inline void *pel_column_member(const pel_column *c, const void *row) { return (char *)(uintptr_t)row + c->at; }
