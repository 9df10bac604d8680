#include "engine/logic/heap.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/program.h"
#include "engine/logic/utf8.h"

bool pel_heap_reserve(pel_heap *h, size_t n) {
  if (h->top == 0) n++; /* index 0 stays unused */
  if (n > h->most || h->top > h->most - n) return false;
  if (h->top + n > h->capacity) {
    pel_cell *cells = pel_grow(h->cells, &h->capacity, h->top + n, sizeof *cells);
    if (!cells) return false;
    h->cells = cells;
  }
  if (h->top == 0) h->cells[h->top++] = 0;
  return true;
}

void pel_heap_clear(pel_heap *h) {
  free(h->cells);
  h->cells = NULL;
  h->top = h->capacity = 0;
}

const pel_cell *pel_cells_at(const pel_heap *h, uint64_t index) {
  return index & PEL_CONSTANT ? h->program->cells + (index & ~PEL_CONSTANT) : h->cells + index;
}

const pel_functor *pel_functor_of(const pel_heap *h, pel_cell compound) {
  return &h->program->symbols.functors[pel_index(*pel_cells_at(h, pel_index(compound)))];
}

pel_cell pel_arg(const pel_heap *h, pel_cell compound, uint32_t i) {
  return pel_deref(h, pel_cells_at(h, pel_index(compound))[i + 1]);
}

bool pel_is_compound(const pel_heap *h, pel_cell c, uint32_t atom, uint32_t arity) {
  if (pel_tag(c) != PEL_TAG_STRUCT) return false;
  const pel_functor *f = pel_functor_of(h, c);
  return f->atom == atom && f->arity == arity;
}

pel_box_kind pel_box(const pel_heap *h, pel_cell box) { return pel_box_kind_of(*pel_cells_at(h, pel_index(box))); }

pel_cell pel_new_var(pel_heap *h) {
  if (!pel_heap_reserve(h, 1)) return 0;
  pel_cell var = pel_make(PEL_TAG_REF, h->top);
  h->cells[h->top++] = var;
  return var;
}

pel_cell pel_new_compound(pel_heap *h, uint32_t atom, uint32_t arity, const pel_cell *args) {
  uint32_t functor = pel_functor_intern(&h->program->symbols, atom, arity);
  if (functor == PEL_NO_SYMBOL || !pel_heap_reserve(h, (size_t)arity + 1)) return 0;
  size_t at = h->top;
  h->cells[at] = pel_make(PEL_TAG_FUNCTOR, functor);
  for (uint32_t i = 0; i < arity; i++) h->cells[at + 1 + i] = args ? args[i] : pel_make(PEL_TAG_REF, at + 1 + i);
  h->top += (size_t)arity + 1;
  return pel_make(PEL_TAG_STRUCT, at);
}

pel_cell pel_new_string(pel_heap *h, const char *text, size_t size) {
  size_t cells = 2 + size / 8;
  if (size >= 1u << 29 || !pel_heap_reserve(h, cells)) return 0;
  size_t at = h->top;
  h->cells[at + cells - 1] = 0;
  memcpy(&h->cells[at + 1], text, size);
  ((char *)&h->cells[at + 1])[size] = 0;
  h->cells[at] = pel_box_header(PEL_BOX_STRING, false, size, pel_utf8_length((char *)&h->cells[at + 1], size));
  h->top += cells;
  return pel_make(PEL_TAG_BOX, at);
}

pel_cell pel_new_float(pel_heap *h, double value) {
  if (!pel_heap_reserve(h, 2)) return 0;
  size_t at = h->top;
  h->cells[at] = pel_box_header(PEL_BOX_FLOAT, false, 1, 0);
  memcpy(&h->cells[at + 1], &value, 8);
  h->top += 2;
  return pel_make(PEL_TAG_BOX, at);
}

pel_cell pel_new_atom(pel_heap *h, const char *text, size_t size) {
  uint32_t atom = pel_atom_intern(&h->program->symbols, text, size);
  return atom == PEL_NO_SYMBOL ? 0 : pel_make_atom(atom);
}

pel_cell pel_new_list(pel_heap *h, const pel_cell *items, size_t n, pel_cell tail) {
  uint32_t functor = pel_functor_intern(&h->program->symbols, PEL_ATOM_DOT, 2);
  if (n > SIZE_MAX / 8 || functor == PEL_NO_SYMBOL || !pel_heap_reserve(h, n * 3)) return 0;
  for (size_t i = n; i-- > 0;) {
    size_t at = h->top;
    h->cells[at] = pel_make(PEL_TAG_FUNCTOR, functor);
    h->cells[at + 1] = items[i];
    h->cells[at + 2] = tail;
    h->top += 3;
    tail = pel_make(PEL_TAG_STRUCT, at);
  }
  return tail;
}

double pel_float_value(const pel_heap *h, pel_cell box) {
  double value;
  memcpy(&value, pel_cells_at(h, pel_index(box)) + 1, 8);
  return value;
}

const char *pel_string_bytes(const pel_heap *h, pel_cell box, size_t *size, size_t *length) {
  const pel_cell *cells = pel_cells_at(h, pel_index(box));
  if (size) *size = pel_box_first(*cells);
  if (length) *length = pel_box_second(*cells);
  return (const char *)(cells + 1);
}
