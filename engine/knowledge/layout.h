/* The tables of a pack whose rows are public structs: one description a column serves reading, building, hashing and
 * checking. docs/pack-format.md explains every column; a change here is a change of the format. */
#pragma once
#include <pellucid/pack.h>

typedef enum pel_kb_table {
  PEL_KB_SOURCE,
  PEL_KB_PASSAGE,
  PEL_KB_ENTITY,
  PEL_KB_RELATION,
  PEL_KB_RULE,
  PEL_KB_VOCABULARY,
  PEL_KB_CASE,
  PEL_KB_TABLES
} pel_kb_table;

typedef enum pel_kb_kind {
  PEL_KB_LINE, /* text without newline or tab */
  PEL_KB_TEXT,
  PEL_KB_DATE, /* ISO date or "" */
  PEL_KB_ID,   /* of a row of `to`, or 0 unless needed */
  PEL_KB_INTEGER,
  PEL_KB_FLAG,
  PEL_KB_WEIGHT,   /* in [0, 1], or NaN, which is NULL in the file */
  PEL_KB_TERM_TYPE /* a pel_term_type, its name in the file */
} pel_kb_kind;

typedef struct pel_kb_column {
  const char *name;
  pel_kb_kind kind;
  size_t offset; /* in the struct */
  uint32_t most; /* bytes of a text */
  bool needed;   /* not empty, not 0 */
  pel_kb_table to;
} pel_kb_column;

enum { PEL_KB_COLUMNS = 9, PEL_KB_TEXT_BYTES = 1 << 20, PEL_KB_LINE_BYTES = 8192 };

/* Column 0 of a table is its id, at offset 0 of each struct; `columns` are those after it. */
typedef struct pel_kb_layout {
  const char *table;
  int n;
  pel_kb_column columns[PEL_KB_COLUMNS];
} pel_kb_layout;

extern const pel_kb_layout pel_kb_layouts[PEL_KB_TABLES];

typedef union pel_kb_row {
  int64_t id; /* the first member of each */
  pel_source source;
  pel_passage passage;
  pel_entity entity;
  pel_relation relation;
  pel_rule rule;
  pel_vocabulary vocabulary;
  pel_pack_case test;
} pel_kb_row;

/* What is wrong with a text of that column, or NULL: "is not UTF-8", ... */
const char *pel_kb_text_fault(const pel_kb_column *column, const char *text, size_t size);
bool pel_kb_is_utf8(const char *text, size_t size);
/* "2016-12-31", a day that exists. */
bool pel_kb_is_date(const char *text);
/* false when it is none of the names. */
bool pel_kb_term_type(const char *name, pel_term_type *out);
/* "SELECT id, ... FROM table ", to which a WHERE or an ORDER BY is added. Returns `out`. */
char *pel_kb_select(char *out, size_t size, pel_kb_table table, const char *rest);
