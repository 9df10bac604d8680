#include "engine/logic/copy.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/program.h"

static bool room(pel_term_copy *o, size_t n, size_t most) {
  if (o->n_cells + n > most) return false;
  pel_cell *cells = pel_grow(o->cells, &o->capacity, o->n_cells + n, sizeof *cells);
  if (!cells) return false;
  o->cells = cells;
  return true;
}

static pel_cell copy_var(pel_heap *h, pel_cell var, pel_term_copy *o) {
  pel_cell *vars = pel_grow(o->vars, &o->vars_capacity, o->n_vars + 1, sizeof *vars);
  if (!vars) return 0;
  o->vars = vars;
  vars[o->n_vars++] = var;
  return h->cells[pel_index(var)] = pel_make(PEL_TAG_LOCAL, o->n_locals++);
}

/* One cell; a compound's arguments are copied as they are and looked at later. */
static pel_cell copy_cell(pel_heap *h, pel_cell c, size_t most, pel_term_copy *o) {
  c = pel_deref(h, c);
  switch (pel_tag(c)) {
    case PEL_TAG_REF: return copy_var(h, c, o);
    case PEL_TAG_STRUCT: {
      const pel_cell *from = pel_cells_at(h, pel_index(c));
      size_t n = (size_t)h->program->symbols.functors[pel_index(*from)].arity + 1, at = o->n_cells;
      size_t *structs = pel_grow(o->structs, &o->structs_capacity, o->n_structs + 1, sizeof *structs);
      if (!structs) return 0;
      o->structs = structs;
      if (!room(o, n, most)) return 0;
      memcpy(o->cells + at, from, n * sizeof *from);
      o->n_cells += n;
      structs[o->n_structs++] = at;
      return pel_make(PEL_TAG_PATTERN, at);
    }
    case PEL_TAG_BOX: {
      const pel_cell *from = pel_cells_at(h, pel_index(c));
      size_t n = pel_box_cells(*from), at = o->n_cells;
      if (!room(o, n, most)) return 0;
      memcpy(o->cells + at, from, n * sizeof *from);
      o->n_cells += n;
      return pel_make(PEL_TAG_BOX, at);
    }
    default: return c;
  }
}

bool pel_copy_out(pel_heap *h, pel_cell c, size_t most, pel_term_copy *o) {
  o->n_cells = o->n_vars = o->n_structs = 0;
  o->n_locals = 0;
  if (!room(o, 1, most)) return false;
  o->root = copy_cell(h, c, most, o);
  bool ok = o->root != 0;
  for (size_t s = 0; ok && s < o->n_structs; s++) {
    size_t at = o->structs[s];
    uint32_t arity = h->program->symbols.functors[pel_index(o->cells[at])].arity;
    for (uint32_t i = 1; ok && i <= arity; i++) {
      pel_cell copied = copy_cell(h, o->cells[at + i], most, o);
      ok = copied != 0;
      o->cells[at + i] = copied;
    }
  }
  for (size_t i = 0; i < o->n_vars; i++) h->cells[pel_index(o->vars[i])] = o->vars[i];
  return ok;
}

void pel_copy_clear(pel_term_copy *copy) {
  free(copy->cells);
  free(copy->vars);
  free(copy->structs);
  *copy = (pel_term_copy){0};
}

/* Compounds come after those that hold them: seen from the end, each knows by then which of its arguments are ground. */
static void mark_ground(const pel_program *p, pel_term_copy *o, bool *ground) {
  for (size_t s = o->n_structs; s-- > 0;) {
    size_t at = o->structs[s];
    uint32_t arity = p->symbols.functors[pel_index(o->cells[at])].arity;
    bool all = true;
    for (uint32_t i = 1; i <= arity; i++) {
      pel_cell *arg = &o->cells[at + i];
      if (pel_tag(*arg) == PEL_TAG_PATTERN && ground[pel_index(*arg)]) *arg = pel_make(PEL_TAG_STRUCT, pel_index(*arg));
      all &= pel_tag(*arg) != PEL_TAG_PATTERN && pel_tag(*arg) != PEL_TAG_LOCAL;
    }
    ground[at] = all;
  }
  if (pel_tag(o->root) == PEL_TAG_PATTERN && ground[pel_index(o->root)]) o->root = pel_make(PEL_TAG_STRUCT, pel_index(o->root));
}

static pel_cell moved(pel_cell c, size_t by) {
  int tag = pel_tag(c);
  if (tag == PEL_TAG_STRUCT || tag == PEL_TAG_PATTERN || tag == PEL_TAG_BOX) return pel_make(tag, (pel_index(c) + by) | PEL_CONSTANT);
  return c;
}

bool pel_copy_to_constants(pel_program *p, pel_term_copy *o, pel_cell *root) {
  pel_cell *cells = pel_grow(p->cells, &p->cells_capacity, p->n_cells + o->n_cells + 1, sizeof *cells);
  bool *ground = cells ? pel_alloc(o->n_cells + 1, 1) : NULL;
  if (cells) p->cells = cells;
  if (!ground) return false;
  mark_ground(p, o, ground);
  free(ground);
  for (size_t s = 0; s < o->n_structs; s++) {
    size_t at = o->structs[s];
    uint32_t arity = p->symbols.functors[pel_index(o->cells[at])].arity;
    for (uint32_t i = 1; i <= arity; i++) o->cells[at + i] = moved(o->cells[at + i], p->n_cells);
  }
  memcpy(cells + p->n_cells, o->cells, o->n_cells * sizeof *cells);
  *root = moved(o->root, p->n_cells);
  p->n_cells += o->n_cells;
  return true;
}

/* ---- back onto a heap ---- */

typedef struct source {
  const pel_cell *cells;
  bool share; /* the constant store: what is ground stays there */
} source;

static pel_cell local(pel_heap *h, pel_cell *locals, pel_cell c) {
  pel_cell *l = &locals[pel_index(c)];
  if (!*l) *l = pel_new_var(h);
  return *l;
}

static pel_cell put_box(pel_heap *h, const pel_cell *from) {
  size_t n = pel_box_cells(*from), at = h->top;
  if (!pel_heap_reserve(h, n)) return 0;
  at = h->top;
  memcpy(h->cells + at, from, n * sizeof *from);
  h->top += n;
  return pel_make(PEL_TAG_BOX, at);
}

/* One cell. A compound is put down with its arguments still as they are in the source, between *todo and the heap's top: the caller goes on through them. */
static pel_cell put_cell(pel_heap *h, source s, pel_cell c) {
  uint64_t index = pel_index(c) & ~PEL_CONSTANT;
  if (pel_tag(c) == PEL_TAG_BOX && !s.share) return put_box(h, s.cells + index);
  if (pel_tag(c) != PEL_TAG_PATTERN) return c;
  const pel_cell *from = s.cells + index;
  size_t n = (size_t)h->program->symbols.functors[pel_index(*from)].arity + 1;
  if (!pel_heap_reserve(h, n)) return 0;
  size_t at = h->top;
  memcpy(h->cells + at, from, n * sizeof *from);
  h->top += n;
  return pel_make(PEL_TAG_STRUCT, at);
}

/* Goes through the compounds that were put down from `todo` on. What is put down meanwhile lies after them: variables and boxes too, so each is stepped over by its
 * own form. */
static bool put_arguments(pel_heap *h, source s, size_t todo, pel_cell *locals) {
  while (todo < h->top) {
    pel_cell head = h->cells[todo];
    if (pel_tag(head) == PEL_TAG_REF) { /* a fresh variable */
      todo++;
      continue;
    }
    if (pel_tag(head) != PEL_TAG_FUNCTOR) { /* a box: only copies have them here */
      todo += pel_box_cells(head);
      continue;
    }
    uint32_t arity = h->program->symbols.functors[pel_index(head)].arity;
    for (uint32_t i = 1; i <= arity; i++) {
      pel_cell c = h->cells[todo + i];
      pel_cell made = pel_tag(c) == PEL_TAG_LOCAL ? local(h, locals, c) : put_cell(h, s, c);
      if (!made) return false;
      h->cells[todo + i] = made;
    }
    todo += (size_t)arity + 1;
  }
  return true;
}

static pel_cell put(pel_heap *h, source s, pel_cell root, pel_cell *locals) {
  if (pel_tag(root) == PEL_TAG_LOCAL) return local(h, locals, root);
  if (!pel_heap_reserve(h, 1)) return 0;
  size_t todo = h->top;
  pel_cell made = put_cell(h, s, root);
  return made && put_arguments(h, s, todo, locals) ? made : 0;
}

pel_cell pel_copy_in(pel_heap *h, const pel_term_copy *copy, pel_cell *locals) {
  return put(h, (source){copy->cells, false}, copy->root, locals);
}

pel_cell pel_instantiate(pel_heap *h, pel_cell pattern, pel_cell *locals) {
  return put(h, (source){h->program->cells, true}, pattern, locals);
}
