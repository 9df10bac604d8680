/* Text to terms: the syntax of Prolog as SWI-Prolog reads it by default ("..." are strings, `...` lists of codes). */
#pragma once
#include "engine/logic/heap.h"
#include "engine/logic/operators.h"

enum { PEL_READ_NESTING = 2000 }; /* brackets in brackets; deeper text is refused */

typedef struct pel_named_var {
  const char *name; /* in the text, borrowed */
  size_t size;
  pel_cell var;
} pel_named_var;

typedef struct pel_reader {
  pel_heap *heap; /* terms are made here */
  const pel_operators *operators;
  const char *text;
  size_t size, at;
  bool closed; /* the text is one term that needs no dot at its end */

  pel_named_var *vars; /* of the last term, in order; freed by pel_reader_clear */
  size_t n_vars, vars_capacity;
  size_t start, end; /* bytes of the last term, its dot included */

  size_t fault_at; /* byte of the last error */
  char fault[160], fault_name[40];
  struct pel_operand *operands; /* private */
  size_t n_operands, operands_capacity;
  struct pel_pending *pending;
  size_t n_pending, pending_capacity;
  pel_cell *items;
  size_t n_items, items_capacity;
  int nesting;
  struct pel_token {
    int kind;
    size_t from, to;
    bool layout_before;
    pel_cell value;
  } token;
  char *buffer;
  size_t n_buffer, buffer_capacity;
  bool no_room;
  size_t place_at, place_start; /* a place that was asked for before: the next is counted from there */
  uint32_t place_line;
} pel_reader;

typedef enum pel_read { PEL_READ_TERM, PEL_READ_END, PEL_READ_FAULT, PEL_READ_NO_ROOM } pel_read;

pel_read pel_read_term(pel_reader *r, pel_cell *out);
void pel_reader_clear(pel_reader *r);
/* Line and column (in code points), both from 1, of a byte of the text. */
void pel_reader_place(pel_reader *r, size_t at, uint32_t *line, uint32_t *column);
/* The characters of which symbol atoms are made, and of names. */
bool pel_is_symbol_char(uint32_t c);
bool pel_is_solo_char(uint32_t c); /* an atom of itself: superscript digits and their like */
bool pel_is_name_char(uint32_t c);
bool pel_is_name_start(uint32_t c); /* of an atom: a lower-case letter */
