/* Terms as cells of 64 bits: three bits of tag, the rest an index or a value.
 *
 * Two stores hold them. The heap belongs to a run: variables, and compounds made while it goes; it shrinks on
 * backtracking. The constant store belongs to a program: clauses, and ground terms that runs share without copying.
 * An index with PEL_CONSTANT set is of the constant store. Indices, never pointers, are kept: both stores move when they grow. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pel_cell;

enum {
  PEL_TAG_REF,     /* index of a cell of the heap; a variable refers to itself */
  PEL_TAG_ATOM,    /* number of an atom */
  PEL_TAG_INT,     /* signed, 61 bits */
  PEL_TAG_STRUCT,  /* index of a functor cell; the arguments follow it */
  PEL_TAG_BOX,     /* index of a header cell: a large integer, a rational, a float, a string */
  PEL_TAG_LOCAL,   /* only in clauses and copies: the number of a variable */
  PEL_TAG_FUNCTOR, /* only as the first cell of a compound: number of a functor */
  PEL_TAG_PATTERN, /* only in clauses and copies: a compound with variables in it, where PEL_TAG_STRUCT is one without */
};

#define PEL_CONSTANT ((uint64_t)1 << 60)

static inline int pel_tag(pel_cell c) { return (int)(c & 7); }
static inline uint64_t pel_index(pel_cell c) { return c >> 3; }
static inline pel_cell pel_make(int tag, uint64_t index) { return index << 3 | (uint64_t)tag; }
static inline int64_t pel_int_value(pel_cell c) { return (int64_t)c >> 3; }
static inline bool pel_int_fits(int64_t v) { return v >= -((int64_t)1 << 60) && v < (int64_t)1 << 60; }
static inline pel_cell pel_make_int(int64_t v) { return (uint64_t)v << 3 | PEL_TAG_INT; }

typedef enum pel_box_kind { PEL_BOX_INTEGER, PEL_BOX_RATIONAL, PEL_BOX_FLOAT, PEL_BOX_STRING } pel_box_kind;

/* The header of a box: its kind, whether it is negative (numbers), and two sizes below 2^29. Integers: limbs. Rationals: limbs of
 * numerator and denominator. Floats: one cell of bits. Strings: bytes, then code points; a NUL follows the bytes. Its tag tells it from the first
 * cell of a compound and from a variable. */
static inline pel_cell pel_box_header(pel_box_kind kind, bool negative, uint64_t first, uint64_t second) {
  return (uint64_t)PEL_TAG_BOX | (uint64_t)kind << 3 | (uint64_t)negative << 5 | first << 6 | second << 35;
}
static inline pel_box_kind pel_box_kind_of(pel_cell header) { return (pel_box_kind)(header >> 3 & 3); }
static inline bool pel_box_negative(pel_cell header) { return header >> 5 & 1; }
static inline uint64_t pel_box_first(pel_cell header) { return header >> 6 & 0x1fffffff; }
static inline uint64_t pel_box_second(pel_cell header) { return header >> 35; }
/* Cells of a box, its header included. */
static inline uint64_t pel_box_cells(pel_cell header) {
  uint64_t first = pel_box_first(header);
  switch (pel_box_kind_of(header)) {
    case PEL_BOX_INTEGER: return 1 + first;
    case PEL_BOX_RATIONAL: return 1 + first + pel_box_second(header);
    case PEL_BOX_FLOAT: return 2;
    default: return 1 + first / 8 + 1;
  }
}
