/* findall: solutions are kept as copies, with what made them true, until all are there. */
#include <stdlib.h>

#include "engine/logic/machine_parts.h"

static pel_cell events_term(pel_machine *m, size_t from) {
  size_t n = m->n_events - from;
  pel_cell *items = pel_alloc(n + 1, sizeof *items);
  bool ok = items != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    const pel_event *e = &m->events[from + i];
    int64_t parent = e->parent == PEL_NO_EVENT || e->parent < from ? -1 : (int64_t)(e->parent - from);
    pel_cell args[5] = {pel_make_int(e->kind), pel_make_int(e->clause), pel_make_int(parent), pel_make_int(e->call), e->goal};
    items[i] = pel_new_compound(&m->heap, PEL_ATOM_CALL, 5, args);
    ok = items[i] != 0;
  }
  pel_cell list = ok ? pel_new_list(&m->heap, items, n, pel_make_atom(PEL_ATOM_NIL)) : 0;
  free(items);
  return list;
}

bool pel_keep_solution(pel_machine *m, const pel_frame *f) {
  const pel_choice *c = &m->choices[f->cut];
  pel_cell template = pel_arg(&m->heap, f->goal, 0), term = template;
  if (m->record) {
    pel_cell args[2] = {template, events_term(m, c->events)};
    term = args[1] ? pel_new_compound(&m->heap, PEL_ATOM_MINUS, 2, args) : 0;
  }
  pel_solution *solutions = pel_grow(m->solutions, &m->solutions_capacity, m->n_solutions + 1, sizeof *solutions);
  if (!term || !solutions) return m->stopped = PEL_STOPPED_MEMORY, false;
  m->solutions = solutions;
  pel_solution *s = &solutions[m->n_solutions];
  *s = (pel_solution){0};
  uint64_t used = pel_machine_memory(m);
  if (used > m->limits.memory || !pel_copy_out(&m->heap, term, (m->limits.memory - used) / sizeof(pel_cell), &s->term)) {
    pel_copy_clear(&s->term);
    return m->stopped = PEL_STOPPED_MEMORY, false;
  }
  free(s->term.vars);
  free(s->term.structs);
  s->term.vars = NULL;
  s->term.structs = NULL;
  s->term.vars_capacity = s->term.structs_capacity = 0;
  pel_cell *tight = realloc(s->term.cells, s->term.n_cells ? s->term.n_cells * sizeof *tight : 1);
  if (tight) s->term.cells = tight, s->term.capacity = s->term.n_cells;
  m->solution_cells += s->term.n_cells + sizeof *s / sizeof(pel_cell);
  m->n_solutions++;
  return true;
}

/* The events of a solution, under the event of its findall. */
static bool put_events(pel_machine *m, pel_cell list, uint32_t parent) {
  uint32_t base = (uint32_t)m->n_events;
  for (pel_cell l = list; pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2); l = pel_arg(&m->heap, l, 1)) {
    pel_cell e = pel_arg(&m->heap, l, 0);
    int64_t of = pel_int_value(pel_arg(&m->heap, e, 2));
    uint32_t calls = m->calls;
    m->calls = (uint32_t)pel_int_value(pel_arg(&m->heap, e, 3));
    pel_add_event(m, (pel_event_kind)pel_int_value(pel_arg(&m->heap, e, 0)), pel_arg(&m->heap, e, 4),
              (uint32_t)pel_int_value(pel_arg(&m->heap, e, 1)), of < 0 ? parent : base + (uint32_t)of);
    m->calls = calls;
    if (m->stopped) return false;
  }
  return true;
}

/* All solutions are there: the list. */
bool pel_finish_find_all(pel_machine *m, const pel_choice *c, pel_outcome *outcome) {
  size_t n = m->n_solutions - c->results;
  pel_cell *items = pel_alloc(n + 1, sizeof *items);
  bool ok = items != NULL;
  uint32_t event = pel_add_event(m, PEL_EVENT_COLLECT, c->goal, UINT32_MAX, c->parent);
  for (size_t i = 0; ok && i < n; i++) {
    const pel_term_copy *t = &m->solutions[c->results + i].term;
    pel_cell *locals = pel_alloc(t->n_locals + 1, sizeof *locals);
    pel_cell made = locals ? pel_copy_in(&m->heap, t, locals) : 0;
    free(locals);
    ok = made != 0;
    items[i] = ok && m->record ? pel_arg(&m->heap, made, 0) : made;
    if (ok && m->record) ok = put_events(m, pel_arg(&m->heap, made, 1), event);
  }
  bool four = ok && pel_functor_of(&m->heap, c->goal)->arity == 4;
  pel_cell list = ok ? pel_new_list(&m->heap, items, n, four ? pel_arg(&m->heap, c->goal, 3) : pel_make_atom(PEL_ATOM_NIL)) : 0;
  free(items);
  pel_drop_solutions(m, c->results);
  if (!list) return m->stopped = PEL_STOPPED_MEMORY, *outcome = PEL_STOP, false;
  *outcome = pel_unify_outcome(m, pel_arg(&m->heap, c->goal, 2), list);
  if (*outcome == PEL_FAIL) {
    pel_restore_choice(m, c);
    pel_tell_seen(m, PEL_SEEN_FAILED, c->parent, c->goal);
  }
  return *outcome == PEL_TRUE;
}
