/* Unification and the standard order, both over a stack of pairs of their own: terms may be deep, and cyclic. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/machine.h"
#include "engine/logic/number.h"
#include "engine/logic/unknown.h"

enum { LOOK = 1 << 16, MOST_PAIRS = 20000000 }; /* a comparison of cyclic terms has no end of its own */

static bool trail(pel_machine *m, pel_cell var) {
  pel_cell *t = pel_grow(m->trail, &m->trail_capacity, m->n_trail + 1, sizeof *t);
  if (!t) return false;
  m->trail = t;
  t[m->n_trail++] = var;
  return true;
}

void pel_bind(pel_machine *m, pel_cell var, pel_cell value) {
  if (!trail(m, var)) m->stopped = PEL_STOPPED_MEMORY;
  m->heap.cells[pel_index(var)] = value;
}

static bool equal_boxes(const pel_heap *h, pel_cell a, pel_cell b) {
  const pel_cell *x = pel_cells_at(h, pel_index(a)), *y = pel_cells_at(h, pel_index(b));
  return *x == *y && memcmp(x, y, pel_box_cells(*x) * sizeof *x) == 0;
}

/* Pushes the arguments of two compounds, the first on top. */
static bool push_arguments(pel_machine *m, size_t *n, pel_cell a, pel_cell b, uint32_t arity) {
  bool room = (*n + 2 * (size_t)arity) * sizeof(pel_cell) <= m->limits.memory / 2;
  pel_cell *work = room ? pel_grow(m->work, &m->work_capacity, *n + 2 * (size_t)arity, sizeof *work) : NULL;
  if (!work) return m->stopped = PEL_STOPPED_MEMORY, false;
  m->work = work;
  const pel_cell *x = pel_cells_at(&m->heap, pel_index(a)), *y = pel_cells_at(&m->heap, pel_index(b));
  for (uint32_t i = arity; i > 0; i--) {
    work[(*n)++] = x[i];
    work[(*n)++] = y[i];
  }
  return true;
}

bool pel_unify(pel_machine *m, pel_cell a, pel_cell b) {
  size_t n = 0, done = 0;
  bool same;
  for (;;) {
    a = pel_deref(&m->heap, a);
    b = pel_deref(&m->heap, b);
    if (a != b) {
      int ta = pel_tag(a), tb = pel_tag(b);
      if (ta == PEL_TAG_REF && (tb != PEL_TAG_REF || pel_index(a) > pel_index(b))) pel_bind(m, a, b); /* the younger to the older */
      else if (tb == PEL_TAG_REF) pel_bind(m, b, a);
      else if (m->unknowns && pel_unknown_unify(m, a, b, &same)) {
        if (!same) return false;
      } else if (ta != tb) return false;
      else if (ta == PEL_TAG_BOX) {
        if (!equal_boxes(&m->heap, a, b)) return false;
      } else if (ta != PEL_TAG_STRUCT) return false;
      else {
        const pel_cell *x = pel_cells_at(&m->heap, pel_index(a)), *y = pel_cells_at(&m->heap, pel_index(b));
        if (*x != *y || !push_arguments(m, &n, a, b, m->program->symbols.functors[pel_index(*x)].arity)) return false;
      }
    }
    if (m->stopped) return false;
    if (n == 0) return true;
    if (++done > MOST_PAIRS) return m->stopped = PEL_STOPPED_STEPS, false;
    if (done % LOOK == 0 && pel_look_at_clock(m)) return false;
    b = m->work[--n];
    a = m->work[--n];
  }
}

pel_outcome pel_unify_outcome(pel_machine *m, pel_cell a, pel_cell b) {
  if (!a || !b) return pel_stop_memory(m);
  bool same = pel_unify(m, a, b);
  return m->stopped ? PEL_STOP : same ? PEL_TRUE : PEL_FAIL;
}

static int rank(const pel_heap *h, pel_cell c) {
  switch (pel_tag(c)) {
    case PEL_TAG_REF: return 0;
    case PEL_TAG_INT: return 1;
    case PEL_TAG_BOX: return pel_box(h, c) == PEL_BOX_STRING ? 3 : 1;
    case PEL_TAG_ATOM: return 4;
    default: return 5;
  }
}

static int compare_text(const char *a, size_t na, const char *b, size_t nb) {
  int order = memcmp(a, b, na < nb ? na : nb);
  return order ? order : (na > nb) - (na < nb);
}

/* [] first, then by text. */
static int compare_atoms(const pel_symbols *s, uint32_t x, uint32_t y) {
  if (x == y) return 0;
  if (x == PEL_ATOM_NIL || y == PEL_ATOM_NIL) return x == PEL_ATOM_NIL ? -1 : 1;
  return compare_text(pel_atom_text(s, x), pel_atom_size(s, x), pel_atom_text(s, y), pel_atom_size(s, y));
}

static int compare_numbers(const pel_heap *h, pel_cell a, pel_cell b) {
  pel_number x, y;
  pel_number_read(h, a, &x);
  pel_number_read(h, b, &y);
  int order = pel_number_compare(&x, &y);
  if (order == 2) order = x.kind == PEL_NUMBER_FLOAT && x.f != x.f ? (y.kind == PEL_NUMBER_FLOAT && y.f != y.f ? 0 : -1) : 1;
  if (order == 0 && x.kind == PEL_NUMBER_FLOAT && y.kind == PEL_NUMBER_FLOAT) order = !!signbit(y.f) - !!signbit(x.f); /* -0.0 before 0.0 */
  if (order == 0 && x.kind != y.kind) order = x.kind == PEL_NUMBER_FLOAT ? -1 : y.kind == PEL_NUMBER_FLOAT ? 1 : 0;
  pel_number_clear(&x);
  pel_number_clear(&y);
  return order;
}

/* Of two values, or of the arity and name of two compounds. */
static int compare_cells(pel_machine *m, pel_cell a, pel_cell b) {
  const pel_heap *h = &m->heap;
  int ra = rank(h, a), rb = rank(h, b);
  if (ra != rb) return ra < rb ? -1 : 1;
  const pel_symbols *s = &m->program->symbols;
  if (ra == 0) return pel_index(a) < pel_index(b) ? -1 : pel_index(a) > pel_index(b);
  if (ra == 1) return compare_numbers(h, a, b);
  if (ra == 4) {
    return compare_atoms(s, (uint32_t)pel_index(a), (uint32_t)pel_index(b));
  }
  if (ra == 3) {
    size_t na, nb;
    const char *x = pel_string_bytes(h, a, &na, NULL), *y = pel_string_bytes(h, b, &nb, NULL);
    return compare_text(x, na, y, nb);
  }
  const pel_functor *f = pel_functor_of(h, a), *g = pel_functor_of(h, b);
  if (f->arity != g->arity) return f->arity < g->arity ? -1 : 1;
  return compare_atoms(s, f->atom, g->atom);
}

int pel_compare_terms(pel_machine *m, pel_cell a, pel_cell b, bool *ok) {
  size_t n = 0, done = 0;
  *ok = true;
  for (;;) {
    a = pel_deref(&m->heap, a);
    b = pel_deref(&m->heap, b);
    int order = 0;
    bool unknown = a != b && m->unknowns && pel_unknown_order(m, a, b, &order);
    if (unknown && m->stopped) return *ok = false, 0;
    if (a != b && !unknown) order = compare_cells(m, a, b);
    if (order) return order < 0 ? -1 : 1;
    if (a != b && !unknown && pel_tag(a) == PEL_TAG_STRUCT && !push_arguments(m, &n, a, b, pel_functor_of(&m->heap, a)->arity)) return *ok = false, 0;
    if (n == 0) return 0;
    if (++done > MOST_PAIRS) return m->stopped = PEL_STOPPED_STEPS, *ok = false, 0;
    if (done % LOOK == 0 && pel_look_at_clock(m)) return *ok = false, 0;
    b = m->work[--n];
    a = m->work[--n];
  }
}
