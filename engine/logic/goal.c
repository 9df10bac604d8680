/* One goal: the clauses of its predicate, a built-in predicate, or a control construct. */
#include "engine/logic/machine_parts.h"
#include "engine/logic/unknown.h"

/* ---- clauses ---- */

static bool unify_head(pel_machine *m, const pel_rule_clause *clause, pel_cell goal) {
  if (pel_tag(clause->head) == PEL_TAG_ATOM) return true;
  size_t n = clause->n_locals;
  pel_cell *locals = pel_grow(m->locals, &m->locals_capacity, n + 1, sizeof *locals);
  if (!locals) return m->stopped = PEL_STOPPED_MEMORY, false;
  m->locals = locals;
  memset(locals, 0, n * sizeof *locals);
  const pel_cell *head = m->program->cells + (pel_index(clause->head) & ~PEL_CONSTANT);
  uint32_t arity = m->program->symbols.functors[pel_index(*head)].arity;
  for (uint32_t i = 1; i <= arity; i++) {
    pel_cell pattern = head[i], arg = pel_arg(&m->heap, goal, i - 1);
    int tag = pel_tag(pattern);
    if (tag == PEL_TAG_LOCAL && !m->locals[pel_index(pattern)]) { /* the first time: it takes what is there */
      m->locals[pel_index(pattern)] = arg;
      continue;
    }
    /* Without looking inside: what is of another kind cannot match. */
    if (!pel_is_var(arg) && tag != PEL_TAG_LOCAL && tag != PEL_TAG_BOX && !(m->unknowns && (pel_is_unknown(m, arg) || pel_is_unknown(m, pattern)))) {
      if ((tag == PEL_TAG_ATOM || tag == PEL_TAG_INT) && arg != pattern) return false;
      if ((tag == PEL_TAG_STRUCT || tag == PEL_TAG_PATTERN) &&
          (pel_tag(arg) != PEL_TAG_STRUCT || *pel_cells_at(&m->heap, pel_index(arg)) != m->program->cells[pel_index(pattern) & ~PEL_CONSTANT]))
        return false;
    }
    pel_cell made = pel_instantiate(&m->heap, pattern, m->locals);
    if (!made) return m->stopped = PEL_STOPPED_MEMORY, false;
    if (!pel_unify(m, made, arg)) return false;
    head = m->program->cells + (pel_index(clause->head) & ~PEL_CONSTANT);
  }
  return true;
}

/* A clause that is not in force, or an unknown fact: neither fires; whether it would have matters. */
static bool passes(pel_machine *m, const pel_rule_clause *clause, uint32_t number, pel_cell goal, uint32_t call, uint32_t parent) {
  int8_t decided = clause->undecided ? pel_unknown_fact(m, clause->undecided) : 1;
  if (!clause->excluded && decided > 0) return true;
  if (clause->excluded ? !m->on_try : decided < 0) return false;
  size_t trail = m->n_trail, heap = m->heap.top;
  bool matches = unify_head(m, clause, goal);
  pel_undo_to(m, trail, heap);
  if (clause->excluded && m->stopped == PEL_STOPPED_UNDECIDED) m->stopped = PEL_STOPPED_NOT; /* whether it would have matched decides nothing */
  if (!matches) return false;
  if (clause->excluded) pel_tell_try(m, PEL_TRIED_EXCLUDED, call, parent, number, goal);
  else {
    m->undecided = clause->undecided;
    m->stopped = PEL_STOPPED_UNDECIDED;
  }
  return false;
}

/* Tries the clauses of a predicate from `from` on. `base`: height of the alternatives below those of this goal. */
bool pel_resolve_clauses(pel_machine *m, uint32_t predicate, pel_cell goal, size_t from, const pel_frame *at, uint32_t call) {
  pel_program *p = m->program;
  pel_cell key = pel_tag(goal) == PEL_TAG_STRUCT && pel_functor_of(&m->heap, goal)->arity ? pel_index_key(&m->heap, pel_arg(&m->heap, goal, 0)) : 0;
  size_t n = p->predicates[predicate].n_clauses;
  size_t i = pel_program_candidate(p, predicate, key, from);
  uint32_t base = (uint32_t)m->n_choices;
  while (i < n) {
    uint32_t number = p->predicates[predicate].clauses[i];
    const pel_rule_clause *clause = &p->clauses[number];
    size_t later = pel_program_candidate(p, predicate, key, i + 1);
    if (m->stopped) return false;
    if ((clause->excluded || clause->undecided) && !passes(m, clause, number, goal, call, at->parent)) {
      if (m->stopped) return false;
      i = later;
      continue;
    }
    size_t trail = m->n_trail, heap = m->heap.top;
    if (later < n) {
      pel_choice *c = pel_push_choice(m, PEL_CHOICE_CLAUSES, goal, at);
      if (!c) return false;
      c->predicate = predicate;
      c->clause = later;
      c->call = call;
    }
    if (!unify_head(m, clause, goal)) {
      if (m->stopped) return false;
      pel_undo_to(m, trail, heap);
      m->n_choices = base;
      i = later;
      continue;
    }
    pel_tell_try(m, PEL_TRIED_RESOLVED, call, at->parent, number, goal);
    uint32_t calls = m->calls;
    m->calls = call;
    uint32_t event = pel_add_event(m, PEL_EVENT_RULE, goal, number, at->parent);
    m->calls = calls;
    if (pel_tag(clause->head) == PEL_TAG_ATOM && clause->n_locals) {
      pel_cell *locals = pel_grow(m->locals, &m->locals_capacity, clause->n_locals + 1, sizeof *locals);
      if (!locals) return m->stopped = PEL_STOPPED_MEMORY, false;
      m->locals = locals;
      memset(locals, 0, clause->n_locals * sizeof *locals);
    }
    if (clause->body == pel_make_atom(PEL_ATOM_TRUE)) {
      pel_tell_seen(m, PEL_SEEN_DONE, event, goal);
      return m->stopped == PEL_STOPPED_NOT;
    }
    pel_cell body = pel_instantiate(&m->heap, clause->body, m->locals);
    if (!body) return m->stopped = PEL_STOPPED_MEMORY, false;
    if (at->depth >= m->limits.depth) return m->stopped = PEL_STOPPED_DEPTH, false;
    if (m->on_seen && m->record) m->next = pel_push_frame(m, PEL_FRAME_DONE, goal, m->next, base, event, at->depth + 1);
    if (m->stopped) return false;
    m->next = pel_push_frame(m, PEL_FRAME_GOAL, body, m->next, base, m->record ? event : PEL_NO_EVENT, at->depth + 1);
    return m->stopped == PEL_STOPPED_NOT;
  }
  return false;
}

/* ---- control ---- */

static bool is_callable(pel_cell c) { return pel_tag(c) == PEL_TAG_ATOM || pel_tag(c) == PEL_TAG_STRUCT; }

static pel_outcome unknown_procedure(pel_machine *m, uint32_t atom, uint32_t arity) {
  pel_cell args[2] = {pel_make_atom(atom), pel_make_int(arity)};
  pel_cell indicator = pel_new_compound(&m->heap, PEL_ATOM_SLASH, 2, args);
  return indicator ? pel_throw_named(m, "existence_error", "procedure", indicator) : pel_stop_memory(m);
}

/* A goal that a rule hands over is checked before it runs: a number in it is an error at once. */
pel_outcome pel_check_body(pel_machine *m, pel_cell body, pel_cell whole) {
  size_t n = 0;
  for (;;) {
    body = pel_deref(&m->heap, body);
    if (!pel_is_var(body) && !is_callable(body)) return pel_throw_type(m, "callable", whole);
    bool control = pel_is_compound(&m->heap, body, PEL_ATOM_COMMA, 2) || pel_is_compound(&m->heap, body, PEL_ATOM_SEMICOLON, 2) ||
                   pel_is_compound(&m->heap, body, PEL_ATOM_BAR, 2) ||
                   pel_is_compound(&m->heap, body, PEL_ATOM_ARROW, 2) || pel_is_compound(&m->heap, body, PEL_ATOM_SOFT_ARROW, 2);
    if (control) {
      pel_cell *work = pel_grow(m->work, &m->work_capacity, n + 1, sizeof *work);
      if (!work) return pel_stop_memory(m);
      m->work = work;
      work[n++] = pel_arg(&m->heap, body, 0);
      body = pel_arg(&m->heap, body, 1);
      if (n > 1000000) return pel_stop_memory(m);
      continue;
    }
    if (n == 0) return PEL_TRUE;
    body = m->work[--n];
  }
}

/* call/N: the goal with further arguments. 0: an outcome was set. */
static pel_cell extend(pel_machine *m, pel_cell goal, uint32_t from, pel_outcome *outcome) {
  const pel_functor call = *pel_functor_of(&m->heap, goal);
  pel_cell f = pel_arg(&m->heap, goal, from);
  if (pel_is_var(f)) return *outcome = pel_throw_instantiation(m), 0;
  if (pel_unknown_computed(m, f)) return *outcome = PEL_STOP, 0;
  if (!is_callable(f)) return *outcome = pel_throw_type(m, "callable", f), 0;
  uint32_t extra = call.arity - from - 1;
  if (extra == 0) return f;
  const pel_functor *compound = pel_tag(f) == PEL_TAG_STRUCT ? pel_functor_of(&m->heap, f) : NULL;
  uint32_t own = compound ? compound->arity : 0, name = compound ? compound->atom : (uint32_t)pel_index(f);
  pel_cell made = pel_new_compound(&m->heap, name, own + extra, NULL);
  if (!made) return *outcome = pel_stop_memory(m), 0;
  pel_cell *args = m->heap.cells + pel_index(made) + 1;
  for (uint32_t i = 0; i < own; i++) args[i] = pel_cells_at(&m->heap, pel_index(f))[i + 1];
  for (uint32_t i = 0; i < extra; i++) args[own + i] = pel_cells_at(&m->heap, pel_index(goal))[from + 2 + i];
  return made;
}

/* Runs `goal` as a goal of its own: a cut in it is its own. */
static bool run_apart(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  pel_outcome ok = pel_check_body(m, goal, goal);
  if (ok != PEL_TRUE) return *outcome = ok, false;
  m->next = pel_push_frame(m, PEL_FRAME_GOAL, goal, m->next, (uint32_t)m->n_choices, at.parent, at.depth);
  return m->stopped == PEL_STOPPED_NOT;
}

/* (C -> T ; E), (C *-> T ; E), with E 0 for none. */
static bool if_then_else(pel_machine *m, pel_cell condition, pel_cell then, pel_cell otherwise, bool soft, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  pel_choice *c = pel_push_choice(m, otherwise ? PEL_CHOICE_GOAL : PEL_CHOICE_NOTHING, otherwise, &at);
  if (!c) return false;
  c->condition = otherwise ? condition : 0;
  uint32_t rest = pel_push_frame(m, PEL_FRAME_GOAL, then, m->next, at.cut, at.parent, at.depth);
  m->next = pel_push_frame(m, soft ? PEL_FRAME_SOFT_CUT : PEL_FRAME_CUT, 0, rest, height, at.parent, at.depth);
  return run_apart(m, condition, at, outcome);
}

static bool disjunction(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  pel_cell left = pel_arg(&m->heap, goal, 0), right = pel_arg(&m->heap, goal, 1);
  bool soft = pel_is_compound(&m->heap, left, PEL_ATOM_SOFT_ARROW, 2);
  if (soft || pel_is_compound(&m->heap, left, PEL_ATOM_ARROW, 2))
    return if_then_else(m, pel_arg(&m->heap, left, 0), pel_arg(&m->heap, left, 1), right, soft, at, outcome);
  if (!pel_push_choice(m, PEL_CHOICE_GOAL, right, &at)) return false;
  at.goal = left;
  return pel_step_goal(m, at, outcome);
}

static bool negation(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  if (!pel_push_choice(m, PEL_CHOICE_NOT, goal, &at)) return false;
  m->next = pel_push_frame(m, PEL_FRAME_NOT_END, 0, m->next, height, at.parent, at.depth);
  return run_apart(m, pel_arg(&m->heap, goal, 0), at, outcome);
}

static bool find_all(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  pel_choice *c = pel_push_choice(m, PEL_CHOICE_FINDALL, goal, &at);
  if (!c) return false;
  c->results = m->n_solutions;
  m->next = pel_push_frame(m, PEL_FRAME_COLLECT, goal, m->next, (uint32_t)m->n_choices - 1, at.parent, at.depth);
  at.parent = m->record ? at.parent : PEL_NO_EVENT;
  return run_apart(m, pel_arg(&m->heap, goal, 1), at, outcome);
}

static bool catch(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  if (!pel_push_choice(m, PEL_CHOICE_CATCH, goal, &at)) return false;
  m->next = pel_push_frame(m, PEL_FRAME_CATCH_END, 0, m->next, height, at.parent, at.depth);
  return run_apart(m, pel_arg(&m->heap, goal, 0), at, outcome);
}

static bool control(pel_machine *m, int which, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  switch (which) {
    case PEL_CONTROL_CONJUNCTION:
      m->next = pel_push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
      at.goal = pel_arg(&m->heap, goal, 0);
      return !m->stopped && pel_step_goal(m, at, outcome);
    case PEL_CONTROL_TRUE: return true;
    case PEL_CONTROL_FAIL: pel_tell_seen(m, PEL_SEEN_FAILED, at.parent, goal); return *outcome = PEL_FAIL, false;
    case PEL_CONTROL_CUT: pel_cut_to(m, at.cut); return true;
    case PEL_CONTROL_DISJUNCTION: return disjunction(m, goal, at, outcome);
    case PEL_CONTROL_IF: return if_then_else(m, pel_arg(&m->heap, goal, 0), pel_arg(&m->heap, goal, 1), 0, false, at, outcome);
    case PEL_CONTROL_SOFT_IF:
      m->next = pel_push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
      return !m->stopped && run_apart(m, pel_arg(&m->heap, goal, 0), at, outcome);
    case PEL_CONTROL_NOT: return negation(m, goal, at, outcome);
    case PEL_CONTROL_FINDALL: return find_all(m, goal, at, outcome);
    case PEL_CONTROL_CATCH: return catch(m, goal, at, outcome);
    default: {
      pel_cell made = extend(m, goal, 0, outcome);
      return made && run_apart(m, made, at, outcome);
    }
  }
}

/* One goal. False: it failed, threw or stopped (*outcome). */
bool pel_step_goal(pel_machine *m, pel_frame at, pel_outcome *outcome) {
  for (;;) {
    pel_cell goal = pel_deref(&m->heap, at.goal);
    *outcome = PEL_FAIL;
    if (pel_is_var(goal)) return *outcome = pel_throw_instantiation(m), false;
    if (!is_callable(goal)) return *outcome = pel_throw_type(m, "callable", goal), false;
    m->steps++;
    if (pel_over_limit(m)) return *outcome = PEL_STOP, false;
    pel_symbols *s = &m->program->symbols;
    uint32_t functor = pel_tag(goal) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(&m->heap, pel_index(goal)))
                                                      : pel_functor_find(s, (uint32_t)pel_index(goal), 0);
    uint32_t atom = functor == PEL_NO_SYMBOL ? (uint32_t)pel_index(goal) : s->functors[functor].atom;
    uint32_t arity = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].arity;
    if (arity == 0) goal = pel_make_atom(atom); /* f() asks for f */
    uint32_t number = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].predicate;
    const pel_predicate *p = number ? &m->program->predicates[number - 1] : NULL;
    if (p && p->kind == PEL_PREDICATE_CONTROL) {
      if (p->control == PEL_CONTROL_CONJUNCTION) { /* the commonest: without nesting on the C stack */
        m->next = pel_push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
        at.goal = pel_arg(&m->heap, goal, 0);
        if (m->stopped) return *outcome = PEL_STOP, false;
        continue;
      }
      if (p->control == PEL_CONTROL_DISJUNCTION) {
        pel_cell left = pel_arg(&m->heap, goal, 0);
        if (!pel_is_compound(&m->heap, left, PEL_ATOM_ARROW, 2) && !pel_is_compound(&m->heap, left, PEL_ATOM_SOFT_ARROW, 2)) {
          if (!pel_push_choice(m, PEL_CHOICE_GOAL, pel_arg(&m->heap, goal, 1), &at)) return *outcome = PEL_STOP, false;
          at.goal = left;
          continue;
        }
      }
      bool ok = control(m, p->control, goal, at, outcome);
      if (m->stopped) *outcome = PEL_STOP;
      return ok && !m->stopped;
    }
    uint32_t call = ++m->calls;
    if (p && p->kind == PEL_PREDICATE_BUILTIN) {
      pel_cell args[8];
      for (uint32_t i = 0; i < arity && i < 8; i++) args[i] = pel_arg(&m->heap, goal, i);
      if (m->unknowns && pel_unknown_used(m, p->unknown_use, args, arity)) return *outcome = PEL_STOP, false;
      *outcome = p->builtin(m, args);
      if (m->stopped) *outcome = PEL_STOP;
      if (*outcome == PEL_TRUE) pel_add_event(m, PEL_EVENT_BUILTIN, goal, UINT32_MAX, at.parent);
      if (*outcome == PEL_FAIL) pel_tell_seen(m, PEL_SEEN_FAILED, at.parent, goal);
      return *outcome == PEL_TRUE && !m->stopped;
    }
    if (!p || (p->kind == PEL_PREDICATE_UNDEFINED && !p->declared)) {
      *outcome = pel_unknown_computed(m, goal) ? PEL_STOP : unknown_procedure(m, atom, arity);
      return false;
    }
    pel_tell_try(m, PEL_TRIED_CALLED, call, at.parent, UINT32_MAX, goal);
    pel_tell_seen(m, PEL_SEEN_CALLED, at.parent, goal);
    if (pel_resolve_clauses(m, number - 1, goal, 0, &at, call)) return true;
    if (!m->stopped) pel_tell_try(m, PEL_TRIED_FAILED, call, at.parent, UINT32_MAX, goal);
    *outcome = m->stopped ? PEL_STOP : PEL_FAIL;
    return false;
  }
}
