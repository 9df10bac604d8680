/* Where a run's terms live, and how they are made and looked at. */
#pragma once
#include "engine/logic/symbols.h"

struct pel_program;

typedef struct pel_heap {
  pel_cell *cells;
  size_t top, capacity;
  size_t most;                 /* cells that it may have; a request beyond fails */
  struct pel_program *program; /* symbols and constants */
} pel_heap;

/* Makes room for n further cells: false when that is too much or there is no memory. */
bool pel_heap_reserve(pel_heap *h, size_t n);
void pel_heap_clear(pel_heap *h);

/* The cells at an index of either store; valid until the store grows. */
const pel_cell *pel_cells_at(const pel_heap *h, uint64_t index);

/* Follows bound variables to a value or an unbound variable. */
static inline pel_cell pel_deref(const pel_heap *h, pel_cell c) {
  while (pel_tag(c) == PEL_TAG_REF) {
    pel_cell next = h->cells[pel_index(c)];
    if (next == c) break;
    c = next;
  }
  return c;
}

static inline bool pel_is_var(pel_cell c) { return pel_tag(c) == PEL_TAG_REF; }
static inline bool pel_is_atom(pel_cell c) { return pel_tag(c) == PEL_TAG_ATOM; }
static inline pel_cell pel_make_atom(uint32_t atom) { return pel_make(PEL_TAG_ATOM, atom); }

/* The functor of a compound, and its arguments (not dereferenced). */
const pel_functor *pel_functor_of(const pel_heap *h, pel_cell compound);
pel_cell pel_arg(const pel_heap *h, pel_cell compound, uint32_t i); /* from 0; dereferenced */
/* Whether a (dereferenced) cell is a compound of this name and arity. */
bool pel_is_compound(const pel_heap *h, pel_cell c, uint32_t atom, uint32_t arity);
pel_box_kind pel_box(const pel_heap *h, pel_cell box);

/* Makers: the result is 0 when there is no room (0 is the variable at index 0, which is never handed out). */
pel_cell pel_new_var(pel_heap *h);
pel_cell pel_new_compound(pel_heap *h, uint32_t atom, uint32_t arity, const pel_cell *args); /* args NULL: fresh variables */
pel_cell pel_new_string(pel_heap *h, const char *text, size_t size); /* UTF-8, checked by the caller */
pel_cell pel_new_float(pel_heap *h, double value);
pel_cell pel_new_atom(pel_heap *h, const char *text, size_t size);
pel_cell pel_new_list(pel_heap *h, const pel_cell *items, size_t n, pel_cell tail);

double pel_float_value(const pel_heap *h, pel_cell box);
/* Bytes of a string box, borrowed until the heap grows; *size in bytes, *length in code points (may be NULL). */
const char *pel_string_bytes(const pel_heap *h, pel_cell box, size_t *size, size_t *length);
