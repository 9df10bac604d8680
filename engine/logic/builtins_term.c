/* Terms taken apart and put together. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins_text.h"
#include "engine/logic/number.h"
#include "engine/logic/reader.h"
#include "engine/logic/write.h"

static pel_outcome functor_made(pel_machine *m, const pel_cell *a) {
  if (pel_tag(a[1]) == PEL_TAG_STRUCT) return pel_throw_type(m, "atomic", a[1]);
  if (pel_is_var(a[1]) || pel_is_var(a[2])) return pel_throw_instantiation(m);
  if (!pel_is_integer(&m->heap, a[2])) return pel_throw_type(m, "integer", a[2]);
  if (pel_tag(a[2]) != PEL_TAG_INT || pel_int_value(a[2]) > PEL_MAX_ARITY) return pel_stop_memory(m);
  int64_t arity = pel_int_value(a[2]);
  if (arity < 0) return pel_throw_domain(m, "not_less_than_zero", a[2]);
  if (arity == 0) return pel_unify_outcome(m, a[0], a[1]);
  if (!pel_is_atom(a[1])) return pel_throw_type(m, "atom", a[1]);
  return pel_unify_outcome(m, a[0], pel_new_compound(&m->heap, (uint32_t)pel_index(a[1]), (uint32_t)arity, NULL));
}

/* f() is a term, but neither functor/3 nor =.. can say so. */
static pel_outcome no_arguments(pel_machine *m, pel_cell c) { return pel_throw_domain(m, "compound_non_zero_arity", c); }

static pel_outcome functor(pel_machine *m, const pel_cell *a) {
  if (pel_is_var(a[0])) return functor_made(m, a);
  bool compound = pel_tag(a[0]) == PEL_TAG_STRUCT;
  const pel_functor f = compound ? *pel_functor_of(&m->heap, a[0]) : (pel_functor){0};
  if (compound && f.arity == 0) return no_arguments(m, a[0]);
  pel_outcome ok = pel_unify_outcome(m, a[1], compound ? pel_make_atom(f.atom) : a[0]);
  return ok == PEL_TRUE ? pel_unify_outcome(m, a[2], pel_make_int(compound ? f.arity : 0)) : ok;
}

static pel_outcome arg(pel_machine *m, const pel_cell *a) { /* arg/3 with a known number; the library counts through an unknown one */
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  if (pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (pel_tag(a[1]) != PEL_TAG_STRUCT) return pel_throw_type(m, "compound", a[1]);
  if (!pel_is_integer(&m->heap, a[0])) return pel_throw_type(m, "integer", a[0]);
  int64_t i = pel_tag(a[0]) == PEL_TAG_INT ? pel_int_value(a[0]) : 0;
  if (i < 0) return pel_throw_domain(m, "not_less_than_zero", a[0]);
  if (i < 1 || i > pel_functor_of(&m->heap, a[1])->arity) return PEL_FAIL;
  return pel_unify_outcome(m, a[2], pel_arg(&m->heap, a[1], (uint32_t)i - 1));
}

static pel_outcome univ_made(pel_machine *m, const pel_cell *a) {
  pel_cell *items;
  size_t n;
  pel_outcome ok = pel_list_items(m, a[1], &items, &n);
  if (ok != PEL_TRUE) return ok;
  pel_cell made = 0;
  if (n == 0) ok = pel_throw_domain(m, "non_empty_list", a[1]);
  else if (pel_is_var(items[0])) ok = pel_throw_instantiation(m);
  else if (n == 1) ok = pel_tag(items[0]) == PEL_TAG_STRUCT ? pel_throw_type(m, "atomic", items[0]) : pel_unify_outcome(m, a[0], items[0]);
  else if (!pel_is_atom(items[0])) ok = pel_throw_type(m, "atom", items[0]);
  else if (n - 1 > PEL_MAX_ARITY) ok = pel_stop_memory(m);
  else {
    made = pel_new_compound(&m->heap, (uint32_t)pel_index(items[0]), (uint32_t)n - 1, items + 1);
    ok = pel_unify_outcome(m, a[0], made);
  }
  free(items);
  return ok;
}

/* The name and the arguments with a list that is there already, one after the other: what comes after a difference is not looked at. */
static pel_outcome univ_along(pel_machine *m, pel_cell list, const pel_cell *items, size_t n) {
  for (size_t i = 0; i < n; i++) {
    list = pel_deref(&m->heap, list);
    if (pel_is_var(list)) return pel_unify_outcome(m, list, pel_new_list(&m->heap, items + i, n - i, pel_make_atom(PEL_ATOM_NIL)));
    if (list == pel_make_atom(PEL_ATOM_NIL)) return PEL_FAIL;
    if (!pel_is_compound(&m->heap, list, PEL_ATOM_DOT, 2)) return pel_throw_type(m, "list", list);
    pel_outcome ok = pel_unify_outcome(m, pel_arg(&m->heap, list, 0), items[i]);
    if (ok != PEL_TRUE) return ok;
    list = pel_arg(&m->heap, list, 1);
  }
  bool end = pel_is_var(list) || list == pel_make_atom(PEL_ATOM_NIL) || pel_is_compound(&m->heap, list, PEL_ATOM_DOT, 2);
  return end ? pel_unify_outcome(m, list, pel_make_atom(PEL_ATOM_NIL)) : pel_throw_type(m, "list", list);
}

static pel_outcome univ(pel_machine *m, const pel_cell *a) {
  if (pel_is_var(a[0])) return univ_made(m, a);
  uint32_t arity = pel_tag(a[0]) == PEL_TAG_STRUCT ? pel_functor_of(&m->heap, a[0])->arity : 0;
  if (arity == 0 && pel_tag(a[0]) == PEL_TAG_STRUCT) return no_arguments(m, a[0]);
  pel_cell *items = pel_alloc(arity + 1, sizeof *items);
  if (!items) return pel_stop_memory(m);
  items[0] = arity ? pel_make_atom(pel_functor_of(&m->heap, a[0])->atom) : a[0];
  for (uint32_t i = 0; i < arity; i++) items[i + 1] = pel_arg(&m->heap, a[0], i);
  pel_outcome ok = univ_along(m, a[1], items, (size_t)arity + 1);
  free(items);
  return ok;
}

static pel_outcome copy_term(pel_machine *m, const pel_cell *a) {
  pel_term_copy *c = &m->scratch;
  if (!pel_copy_out(&m->heap, a[0], m->heap.most, c)) return pel_stop_memory(m);
  pel_cell *locals = pel_alloc(c->n_locals + 1, sizeof *locals);
  pel_cell made = locals ? pel_copy_in(&m->heap, c, locals) : 0;
  free(locals);
  return pel_unify_outcome(m, a[1], made);
}

/* The variables in the order in which they are read, left to right, depth first. */
static bool variables(pel_machine *m, pel_cell c, pel_cell **out, size_t *n_out) {
  size_t n = 0, capacity = 0, depth = 0, done = 0;
  pel_cell *vars = NULL;
  for (;;) {
    c = pel_deref(&m->heap, c);
    if (pel_is_var(c)) {
      pel_cell *grown = pel_grow(vars, &capacity, n + 1, sizeof *vars);
      if (!grown) break;
      vars = grown;
      vars[n++] = c;
      m->heap.cells[pel_index(c)] = pel_make_atom(PEL_ATOM_NIL); /* seen: unbound again at the end */
    } else if (pel_tag(c) == PEL_TAG_STRUCT) {
      uint32_t arity = pel_functor_of(&m->heap, c)->arity;
      pel_cell *work = pel_grow(m->work, &m->work_capacity, depth + arity, sizeof *work);
      if (!work || done++ > m->limits.memory / 16) break;
      m->work = work;
      const pel_cell *args = pel_cells_at(&m->heap, pel_index(c));
      for (uint32_t i = arity; i > 0; i--) work[depth++] = args[i];
    }
    if (depth == 0) {
      for (size_t i = 0; i < n; i++) m->heap.cells[pel_index(vars[i])] = vars[i];
      *out = vars;
      *n_out = n;
      return true;
    }
    c = m->work[--depth];
  }
  for (size_t i = 0; i < n; i++) m->heap.cells[pel_index(vars[i])] = vars[i];
  free(vars);
  return false;
}

static pel_outcome term_variables(pel_machine *m, const pel_cell *a) {
  pel_cell *vars;
  size_t n;
  if (!variables(m, a[0], &vars, &n)) return pel_stop_memory(m);
  pel_cell list = pel_new_list(&m->heap, vars, n, pel_make_atom(PEL_ATOM_NIL));
  free(vars);
  return pel_unify_outcome(m, a[1], list);
}

void pel_number_variables(pel_machine *m, pel_cell c) {
  pel_cell *vars;
  size_t n;
  if (!c || !variables(m, c, &vars, &n)) return;
  for (size_t i = 0; i < n; i++) {
    pel_cell number = pel_make_int((int64_t)i), named = pel_new_compound(&m->heap, PEL_ATOM_VAR_TERM, 1, &number);
    if (named) m->heap.cells[pel_index(vars[i])] = named;
  }
  free(vars);
}

static pel_outcome numbervars(pel_machine *m, const pel_cell *a) {
  pel_cell *vars;
  size_t n;
  if (pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (pel_tag(a[1]) != PEL_TAG_INT) return pel_throw_type(m, "integer", a[1]);
  if (!variables(m, a[0], &vars, &n)) return pel_stop_memory(m);
  int64_t from = pel_int_value(a[1]);
  pel_outcome ok = PEL_TRUE;
  for (size_t i = 0; ok == PEL_TRUE && i < n; i++) {
    pel_cell number = pel_make_int(from + (int64_t)i);
    ok = pel_unify_outcome(m, vars[i], pel_new_compound(&m->heap, PEL_ATOM_VAR_TERM, 1, &number));
  }
  free(vars);
  return ok == PEL_TRUE ? pel_unify_outcome(m, a[2], pel_make_int(from + (int64_t)n)) : ok;
}

/* error(syntax_error(Name), _) */
static pel_outcome syntax_error(pel_machine *m, const char *fault) {
  pel_reader r = {.heap = &m->heap, .operators = &m->program->operators, .text = fault, .size = strlen(fault), .closed = true};
  pel_cell what = 0, name = pel_new_atom(&m->heap, "syntax_error", 12);
  if (pel_read_term(&r, &what) != PEL_READ_TERM) what = pel_new_atom(&m->heap, "cannot_read", 11);
  pel_reader_clear(&r);
  pel_cell args[2] = {what && name ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 1, &what) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

/* Text to a term; the reader's positions and names are not kept. */
static pel_outcome parse(pel_machine *m, const char *text, size_t size, pel_cell into) {
  pel_reader r = {.heap = &m->heap, .operators = &m->program->operators, .text = text, .size = size, .closed = true};
  pel_cell term;
  char fault[sizeof r.fault_name];
  pel_read read = pel_read_term(&r, &term);
  memcpy(fault, r.fault_name, sizeof fault);
  pel_reader_clear(&r);
  switch (read) {
    case PEL_READ_TERM: return pel_unify_outcome(m, into, term);
    case PEL_READ_NO_ROOM: return pel_stop_memory(m);
    case PEL_READ_END: return pel_unify_outcome(m, into, pel_make_atom(PEL_ATOM_END_OF_FILE));
    default: return syntax_error(m, fault);
  }
}

/* A known text of a known term need not be letter by letter what is written here: it is read, too. */
static pel_outcome term_as_text(pel_machine *m, const pel_cell *a, const pel_text *written, bool string) {
  pel_text given = {0};
  if (pel_is_var(a[1])) return pel_unify_outcome(m, a[1], pel_make_text(m, string ? PEL_AS_STRING : PEL_AS_ATOM, written->s, written->size));
  pel_outcome ok = pel_take_text(m, a[1], PEL_FROM_ALL, "text", &given);
  if (ok != PEL_TRUE) return ok;
  ok = parse(m, given.s, given.size, a[0]);
  free(given.s);
  return ok;
}

static pel_outcome term_text(pel_machine *m, const pel_cell *a, bool string) {
  if (pel_is_var(a[0])) {
    pel_text t;
    pel_outcome ok = pel_take_text(m, a[1], PEL_FROM_ALL, "text", &t);
    if (ok != PEL_TRUE) return ok;
    ok = parse(m, t.s, t.size, a[0]);
    free(t.s);
    return ok;
  }
  pel_text_out o = {.most = pel_text_room(m)};
  if (!pel_write(&m->heap, a[0], PEL_WRITE_QUOTED | PEL_WRITE_RAW, &o)) return free(o.text), pel_stop_memory(m);
  pel_text written = {o.text, o.size};
  pel_outcome ok = term_as_text(m, a, &written, string);
  free(o.text);
  return ok;
}
static pel_outcome term_to_atom(pel_machine *m, const pel_cell *a) { return term_text(m, a, false); }
static pel_outcome term_string(pel_machine *m, const pel_cell *a) { return term_text(m, a, true); }

static pel_outcome throw_ball(pel_machine *m, const pel_cell *a) { return pel_is_var(a[0]) ? pel_throw_instantiation(m) : pel_throw(m, a[0]); }

const pel_builtin_entry pel_builtins_term[] = {{"functor", 3, functor}, {"throw", 1, throw_ball}, {"$arg", 3, arg}, {"=..", 2, univ}, {"copy_term", 2, copy_term},
                                               {"term_variables", 2, term_variables}, {"numbervars", 3, numbervars}, {"term_to_atom", 2, term_to_atom},
                                               {"term_string", 2, term_string}, {NULL, 0, NULL}};
