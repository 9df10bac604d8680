#include "engine/logic/evaluate.h"

#include <string.h>

#include "engine/logic/functions.h"
#include "engine/logic/unknown.h"
#include "engine/logic/utf8.h"

enum { DEEPEST = 5000 /* functions inside functions: each is a frame of the C stack */ };

/* A functor keeps the place of its function in one of two tables. */
enum { OF_ONE = 1000 };

static const pel_function_entry *entry_of(uint32_t evaluable) {
  return evaluable > OF_ONE ? &pel_functions_one[evaluable - OF_ONE - 1] : &pel_functions_two[evaluable - 1];
}

static bool name_functions(pel_program *p, const pel_function_entry *entries, uint32_t from) {
  for (uint32_t i = 0; entries[i].name; i++) {
    uint32_t atom = pel_atom_intern(&p->symbols, entries[i].name, strlen(entries[i].name));
    uint32_t functor = atom == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_functor_intern(&p->symbols, atom, entries[i].arity);
    if (functor == PEL_NO_SYMBOL) return false;
    p->symbols.functors[functor].evaluable = from + i + 1;
  }
  return true;
}

bool pel_evaluate_init(pel_program *p) { return name_functions(p, pel_functions_two, 0) && name_functions(p, pel_functions_one, OF_ONE); }

static pel_outcome not_evaluable(pel_machine *m, uint32_t atom, uint32_t arity) {
  pel_cell args[2] = {pel_make_atom(atom), pel_make_int(arity)};
  pel_cell indicator = pel_new_compound(&m->heap, PEL_ATOM_SLASH, 2, args);
  return indicator ? pel_throw_type(m, "evaluable", indicator) : pel_stop_memory(m);
}

static pel_outcome evaluate(pel_machine *m, pel_cell c, int depth, pel_number *out);

/* Arguments from the last to the first, also those of what is no function: that is found out then. */
static pel_outcome apply(pel_machine *m, pel_cell c, uint32_t functor, int depth, pel_number *out) {
  const pel_functor f = m->program->symbols.functors[functor];
  pel_number args[2] = {{0}, {0}};
  pel_outcome ok = PEL_TRUE;
  for (uint32_t i = f.arity; ok == PEL_TRUE && i-- > 0;) {
    pel_number *arg = &args[i & 1];
    pel_number_clear(arg);
    ok = evaluate(m, pel_arg(&m->heap, c, i), depth + 1, arg);
  }
  if (ok == PEL_TRUE) ok = f.evaluable ? entry_of(f.evaluable)->call(m, &args[0], &args[1], out) : not_evaluable(m, f.atom, f.arity);
  pel_number_clear(&args[0]);
  pel_number_clear(&args[1]);
  return ok;
}

/* error(type_error([], Term), _): what SWI-Prolog says of a text or list that is not one character. */
static pel_outcome type_error_nil(pel_machine *m, pel_cell c) {
  pel_cell name = pel_new_atom(&m->heap, "type_error", 10), of[2] = {pel_make_atom(PEL_ATOM_NIL), c};
  pel_cell args[2] = {name ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 2, of) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

/* [X]: an integer, or the code of a character. */
static pel_outcome character(pel_machine *m, pel_cell c, pel_number *out) {
  pel_cell item = pel_arg(&m->heap, c, 0);
  if (pel_arg(&m->heap, c, 1) != pel_make_atom(PEL_ATOM_NIL)) return type_error_nil(m, c);
  if (pel_is_var(item)) return pel_throw_instantiation(m);
  if (m->unknowns && pel_unknown_computed(m, item)) return PEL_STOP;
  if (pel_is_integer(&m->heap, item)) return pel_number_read(&m->heap, item, out), PEL_TRUE;
  uint32_t code = 0;
  const pel_symbols *s = &m->program->symbols;
  const char *text = pel_is_atom(item) ? pel_atom_text(s, (uint32_t)pel_index(item)) : NULL;
  size_t size = text ? pel_atom_size(s, (uint32_t)pel_index(item)) : 0;
  if (!size || pel_utf8_decode(text, text + size, &code) != size) return pel_throw_type(m, "character", item);
  return *out = pel_number_of_int(code), PEL_TRUE;
}

static pel_outcome evaluate(pel_machine *m, pel_cell c, int depth, pel_number *out) {
  c = pel_deref(&m->heap, c);
  if (depth > DEEPEST) return m->stopped = PEL_STOPPED_DEPTH, PEL_STOP;
  if (pel_number_read(&m->heap, c, out)) return PEL_TRUE;
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  pel_symbols *s = &m->program->symbols;
  if (c == pel_make_atom(PEL_ATOM_NIL)) return pel_throw_type(m, "evaluable", c);
  if (pel_is_atom(c)) {
    uint32_t functor = pel_functor_find(s, (uint32_t)pel_index(c), 0);
    if (functor == PEL_NO_SYMBOL || !s->functors[functor].evaluable) return not_evaluable(m, (uint32_t)pel_index(c), 0);
    return apply(m, c, functor, depth, out);
  }
  if (pel_tag(c) == PEL_TAG_BOX) { /* a string of one character is its code */
    size_t size, length;
    const char *text = pel_string_bytes(&m->heap, c, &size, &length);
    uint32_t code = 0;
    if (length != 1) return type_error_nil(m, c);
    pel_utf8_decode(text, text + size, &code);
    return *out = pel_number_of_int(code), PEL_TRUE;
  }
  if (m->unknowns && pel_unknown_computed(m, c)) return PEL_STOP;
  if (pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2)) return character(m, c, out);
  return apply(m, c, (uint32_t)pel_index(*pel_cells_at(&m->heap, pel_index(c))), depth, out);
}

pel_outcome pel_evaluate(pel_machine *m, pel_cell expression, pel_number *out) { return evaluate(m, expression, 0, out); }
