/* Terms taken out of a heap, and put back into one. */
#pragma once
#include "engine/logic/heap.h"

/* A term apart from any heap: compounds as PEL_TAG_PATTERN and boxes with indices into `cells`, variables as PEL_TAG_LOCAL. */
typedef struct pel_term_copy {
  pel_cell root;
  pel_cell *cells;
  size_t n_cells, capacity;
  uint32_t n_locals;
  pel_cell *vars;    /* scratch: the variables met, bound to their numbers while the copy is made */
  size_t n_vars, vars_capacity;
  size_t *structs;   /* scratch: where each compound starts */
  size_t n_structs, structs_capacity;
} pel_term_copy;

/* Copies `c`; of at most `most` cells (cyclic terms have no end). False: too large, or no memory. The heap is as before. */
bool pel_copy_out(pel_heap *h, pel_cell c, size_t most, pel_term_copy *out);
void pel_copy_clear(pel_term_copy *copy);

/* Appends a copy to the program's constant store, ground compounds marked as such. *root is the term there. */
bool pel_copy_to_constants(struct pel_program *p, pel_term_copy *copy, pel_cell *root);

/* Makes the term anew on the heap. `locals` [n_locals] are the variables; 0 where there is none yet, then filled in. Compounds and boxes are copied. 0: no room. */
pel_cell pel_copy_in(pel_heap *h, const pel_term_copy *copy, pel_cell *locals);

/* The same for a term of the constant store: ground parts are shared, not copied. */
pel_cell pel_instantiate(pel_heap *h, pel_cell pattern, pel_cell *locals);
