/* What a term is, and how two compare. */
#include <string.h>

#include "engine/logic/builtins.h"
#include "engine/logic/number.h"
#include "engine/logic/unknown.h"

static pel_outcome yes_if(bool holds) { return holds ? PEL_TRUE : PEL_FAIL; }
static pel_box_kind box_kind(pel_machine *m, pel_cell c) { return pel_box(&m->heap, c); }
static bool is_box(pel_machine *m, pel_cell c, pel_box_kind kind) { return pel_tag(c) == PEL_TAG_BOX && box_kind(m, c) == kind; }

static bool is_atom_but_nil(pel_cell c) { return pel_is_atom(c) && c != pel_make_atom(PEL_ATOM_NIL); }

/* A quantity that nobody knows is an exact number: so much is told. */
static bool is_structure(pel_machine *m, pel_cell c) { return pel_tag(c) == PEL_TAG_STRUCT && !pel_is_unknown(m, c); }

static pel_outcome is_var(pel_machine *m, const pel_cell *a) { (void)m; return yes_if(pel_is_var(a[0])); }
static pel_outcome is_nonvar(pel_machine *m, const pel_cell *a) { (void)m; return yes_if(!pel_is_var(a[0])); }
static pel_outcome is_atom(pel_machine *m, const pel_cell *a) { (void)m; return yes_if(is_atom_but_nil(a[0])); }
static pel_outcome is_number(pel_machine *m, const pel_cell *a) { return yes_if(pel_is_number(&m->heap, a[0]) || pel_is_unknown(m, a[0])); }
static pel_outcome is_integer(pel_machine *m, const pel_cell *a) { return pel_unknown_computed(m, a[0]) ? PEL_STOP : yes_if(pel_is_integer(&m->heap, a[0])); }
static pel_outcome is_float(pel_machine *m, const pel_cell *a) { return yes_if(is_box(m, a[0], PEL_BOX_FLOAT)); }
static pel_outcome is_rational(pel_machine *m, const pel_cell *a) { return yes_if(pel_is_integer(&m->heap, a[0]) || is_box(m, a[0], PEL_BOX_RATIONAL) || pel_is_unknown(m, a[0])); }
static pel_outcome is_string(pel_machine *m, const pel_cell *a) { return yes_if(is_box(m, a[0], PEL_BOX_STRING)); }
static pel_outcome is_compound(pel_machine *m, const pel_cell *a) { return yes_if(is_structure(m, a[0])); }
static pel_outcome is_atomic(pel_machine *m, const pel_cell *a) { return yes_if(!pel_is_var(a[0]) && !is_structure(m, a[0])); }
static pel_outcome is_callable(pel_machine *m, const pel_cell *a) { return yes_if(is_atom_but_nil(a[0]) || is_structure(m, a[0])); }

static pel_outcome rational_parts(pel_machine *m, const pel_cell *a) {
  pel_number n;
  if (is_rational(m, a) != PEL_TRUE || !pel_number_read(&m->heap, a[0], &n)) return PEL_FAIL;
  mpq_t q;
  mpz_t top, bottom;
  pel_number_get_q(&n, q);
  mpz_init_set(top, mpq_numref(q));
  mpz_init_set(bottom, mpq_denref(q));
  mpq_clear(q);
  pel_number_clear(&n);
  pel_number t = pel_number_take_z(top), b = pel_number_take_z(bottom);
  pel_outcome ok = pel_unify_outcome(m, a[1], pel_number_write(&m->heap, &t));
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[2], pel_number_write(&m->heap, &b));
  pel_number_clear(&t);
  pel_number_clear(&b);
  return ok;
}

bool pel_is_list(const pel_heap *h, pel_cell c) {
  pel_cell slow = c;
  for (size_t n = 1; pel_is_compound(h, c, PEL_ATOM_DOT, 2); n++) {
    c = pel_arg(h, c, 1);
    if (n % 2 == 0) slow = pel_arg(h, slow, 1);
    if (c == slow && pel_tag(c) == PEL_TAG_STRUCT) return false; /* it goes round in a circle */
  }
  return c == pel_make_atom(PEL_ATOM_NIL);
}
static pel_outcome is_list(pel_machine *m, const pel_cell *a) { return yes_if(pel_is_list(&m->heap, a[0])); }

static pel_outcome is_ground(pel_machine *m, const pel_cell *a) {
  pel_term_copy *c = &m->scratch;
  if (!pel_copy_out(&m->heap, a[0], m->heap.most, c)) return pel_stop_memory(m);
  return yes_if(c->n_locals == 0);
}

static pel_outcome unify(pel_machine *m, const pel_cell *a) { return pel_unify_outcome(m, a[0], a[1]); }

/* Tries to unify and takes the bindings back. */
static pel_outcome unifiable(pel_machine *m, pel_cell a, pel_cell b) {
  size_t trail = m->n_trail;
  pel_outcome ok = pel_unify_outcome(m, a, b);
  while (m->n_trail > trail) {
    pel_cell var = m->trail[--m->n_trail];
    m->heap.cells[pel_index(var)] = var;
  }
  return ok;
}

static pel_outcome cannot_unify(pel_machine *m, const pel_cell *a) {
  pel_outcome ok = unifiable(m, a[0], a[1]);
  return ok == PEL_STOP ? ok : yes_if(ok == PEL_FAIL);
}

static pel_outcome by_order(pel_machine *m, const pel_cell *a, bool less, bool equal, bool greater) {
  bool ok;
  int order = pel_compare_terms(m, a[0], a[1], &ok);
  if (!ok) return PEL_STOP;
  return yes_if(order < 0 ? less : order > 0 ? greater : equal);
}
static pel_outcome identical(pel_machine *m, const pel_cell *a) { return by_order(m, a, false, true, false); }
static pel_outcome different(pel_machine *m, const pel_cell *a) { return by_order(m, a, true, false, true); }
static pel_outcome before(pel_machine *m, const pel_cell *a) { return by_order(m, a, true, false, false); }
static pel_outcome after(pel_machine *m, const pel_cell *a) { return by_order(m, a, false, false, true); }
static pel_outcome not_after(pel_machine *m, const pel_cell *a) { return by_order(m, a, true, true, false); }
static pel_outcome not_before(pel_machine *m, const pel_cell *a) { return by_order(m, a, false, true, true); }

static pel_outcome compare(pel_machine *m, const pel_cell *a) {
  bool ok;
  if (!pel_is_var(a[0])) {
    if (!pel_is_atom(a[0])) return pel_throw_type(m, "atom", a[0]);
    uint32_t atom = (uint32_t)pel_index(a[0]);
    if (atom != PEL_ATOM_LESS && atom != PEL_ATOM_GREATER && atom != PEL_ATOM_EQUALS) return pel_throw_domain(m, "order", a[0]);
  }
  int order = pel_compare_terms(m, a[1], a[2], &ok);
  if (!ok) return PEL_STOP;
  return pel_unify_outcome(m, a[0], pel_make_atom(order < 0 ? PEL_ATOM_LESS : order > 0 ? PEL_ATOM_GREATER : PEL_ATOM_EQUALS));
}

/* Equal up to the names of variables: the copies of both are then the same cells. */
static pel_outcome variant(pel_machine *m, const pel_cell *a) {
  pel_term_copy x = {0}, y = {0};
  bool ok = pel_copy_out(&m->heap, a[0], m->heap.most, &x) && pel_copy_out(&m->heap, a[1], m->heap.most, &y);
  bool same = ok && x.root == y.root && x.n_cells == y.n_cells && (x.n_cells == 0 || memcmp(x.cells, y.cells, x.n_cells * sizeof *x.cells) == 0);
  pel_copy_clear(&x);
  pel_copy_clear(&y);
  return ok ? yes_if(same) : pel_stop_memory(m);
}
static pel_outcome no_variant(pel_machine *m, const pel_cell *a) {
  pel_outcome ok = variant(m, a);
  return ok == PEL_STOP ? ok : yes_if(ok == PEL_FAIL);
}

static bool occurs(pel_machine *m, pel_cell var, pel_cell in, bool *ok) {
  pel_term_copy c = {0};
  *ok = pel_copy_out(&m->heap, in, m->heap.most, &c);
  bool found = false;
  for (size_t i = 0; i < c.n_vars; i++) found |= c.vars[i] == var;
  pel_copy_clear(&c);
  return found;
}

/* Unifies, then looks whether a variable that was bound is inside its own value. */
static pel_outcome unify_checked(pel_machine *m, const pel_cell *a) {
  size_t trail = m->n_trail;
  if (a[0] == a[1]) return PEL_TRUE;
  pel_outcome ok = pel_unify_outcome(m, a[0], a[1]);
  for (size_t i = trail; ok == PEL_TRUE && i < m->n_trail; i++) {
    pel_cell var = m->trail[i], value = m->heap.cells[pel_index(var)];
    bool fine;
    m->heap.cells[pel_index(var)] = var; /* opened for the look: a circle through it then ends at it */
    bool circle = pel_deref(&m->heap, value) != var && occurs(m, var, value, &fine);
    m->heap.cells[pel_index(var)] = value;
    if (circle) ok = PEL_FAIL;
  }
  return ok;
}

const pel_builtin_entry pel_builtins_type[] = {
    {"var", 1, is_var}, {"nonvar", 1, is_nonvar}, {"atom", 1, is_atom}, {"number", 1, is_number}, {"integer", 1, is_integer}, {"float", 1, is_float},
    {"rational", 1, is_rational}, {"rational", 3, rational_parts}, {"string", 1, is_string}, {"compound", 1, is_compound}, {"atomic", 1, is_atomic},
    {"callable", 1, is_callable}, {"is_list", 1, is_list}, {"ground", 1, is_ground}, {"=", 2, unify}, {"\\=", 2, cannot_unify}, {"==", 2, identical},
    {"\\==", 2, different}, {"@<", 2, before}, {"@>", 2, after}, {"@=<", 2, not_after}, {"@>=", 2, not_before}, {"compare", 3, compare},
    {"=@=", 2, variant}, {"\\=@=", 2, no_variant}, {"unify_with_occurs_check", 2, unify_checked}, {NULL, 0, NULL}};
