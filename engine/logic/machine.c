#include "engine/logic/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/control.h"
#include "engine/logic/reader.h"
#include "engine/logic/unknown.h"
#include "engine/logic/write.h"

enum { LOOK = 1024 /* steps between two looks at the clock */ };

/* ---- resources ---- */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

uint64_t pel_machine_memory(const pel_machine *m) {
  return (m->heap.top + m->n_trail + m->solution_cells) * sizeof(pel_cell) + m->n_frames * sizeof *m->frames +
         m->n_choices * sizeof *m->choices + m->n_events * sizeof *m->events + pel_symbols_bytes(&m->program->symbols);
}

pel_outcome pel_stop_memory(pel_machine *m) {
  if (!m->stopped) m->stopped = PEL_STOPPED_MEMORY;
  return PEL_STOP;
}

bool pel_look_at_clock(pel_machine *m) {
  if (m->stopped) return true;
  if (now() > m->until) m->stopped = PEL_STOPPED_TIME;
  else if (m->cancelled && m->cancelled(m->user)) m->stopped = PEL_STOPPED_CANCELLED;
  return m->stopped != PEL_STOPPED_NOT;
}

/* A text is there several times while it is made. */
uint64_t pel_text_room(const pel_machine *m) {
  uint64_t used = pel_machine_memory(m);
  return used < m->limits.memory ? (m->limits.memory - used) / 4 : 0;
}

bool pel_has_room(const pel_machine *m, uint64_t bytes) { return bytes <= pel_text_room(m); }

static bool over(pel_machine *m) {
  if (m->stopped) return true;
  if (m->steps >= m->limits.steps) m->stopped = PEL_STOPPED_STEPS;
  else if (m->steps % LOOK == 0) pel_look_at_clock(m);
  if (pel_machine_memory(m) > m->limits.memory) m->stopped = PEL_STOPPED_MEMORY;
  return m->stopped != PEL_STOPPED_NOT;
}

void pel_machine_reason(const pel_machine *m, char *out, size_t size) {
  switch (m->stopped) {
    case PEL_STOPPED_STEPS: snprintf(out, size, "the limit of %llu steps was reached", (unsigned long long)m->limits.steps); break;
    case PEL_STOPPED_MEMORY: snprintf(out, size, "the limit of %llu MB of memory was reached", (unsigned long long)(m->limits.memory >> 20)); break;
    case PEL_STOPPED_DEPTH: snprintf(out, size, "the limit of %u calls inside calls was reached", m->limits.depth); break;
    case PEL_STOPPED_TIME: snprintf(out, size, "the limit of %g seconds was reached", m->limits.seconds); break;
    case PEL_STOPPED_CANCELLED: snprintf(out, size, "it was stopped"); break;
    case PEL_STOPPED_UNDECIDED: snprintf(out, size, "a fact is unknown"); break;
    case PEL_STOPPED_UNKNOWN: snprintf(out, size, "a rule does more with a quantity that is not known than compare it with a number"); break;
    default: snprintf(out, size, "%s", "");
  }
}

static void error_text(pel_machine *m, const pel_term_copy *of, char *out, size_t size) {
  pel_text_out text = {.most = 1 << 16};
  pel_cell *locals = pel_alloc(of->n_locals + 1, sizeof *locals);
  pel_cell ball = locals ? pel_copy_in(&m->heap, of, locals) : 0;
  if (ball && pel_is_compound(&m->heap, ball, PEL_ATOM_ERROR, 2)) ball = pel_arg(&m->heap, ball, 0);
  bool ok = ball && pel_write(&m->heap, ball, PEL_WRITE_QUOTED, &text);
  snprintf(out, size, "%s", ok ? text.text : "an error");
  free(locals);
  free(text.text);
}

void pel_machine_error_text(pel_machine *m, char *out, size_t size) { error_text(m, &m->ball, out, size); }

size_t pel_machine_caught(pel_machine *m, char *out, size_t size) {
  size_t top = m->heap.top;
  if (m->n_caught) error_text(m, &m->caught, out, size);
  m->heap.top = top;
  return m->n_caught;
}

/* ---- frames, alternatives ---- */

static uint32_t push_frame(pel_machine *m, int kind, pel_cell goal, uint32_t next, uint32_t cut, uint32_t parent, uint32_t depth) {
  pel_frame *frames = pel_grow(m->frames, &m->frames_capacity, m->n_frames + 1, sizeof *frames);
  if (!frames || m->n_frames >= UINT32_MAX - 1) return m->stopped = PEL_STOPPED_MEMORY, 0;
  m->frames = frames;
  frames[m->n_frames] = (pel_frame){goal, next, cut, parent, depth, kind};
  return (uint32_t)m->n_frames++;
}

static pel_choice *push_choice(pel_machine *m, int kind, pel_cell goal, const pel_frame *at) {
  pel_choice *choices = pel_grow(m->choices, &m->choices_capacity, m->n_choices + 1, sizeof *choices);
  if (!choices || m->n_choices >= UINT32_MAX - 1) return m->stopped = PEL_STOPPED_MEMORY, NULL;
  m->choices = choices;
  pel_choice *c = &choices[m->n_choices++];
  *c = (pel_choice){.kind = kind, .heap = m->heap.top, .trail = m->n_trail, .events = m->n_events, .frames = (uint32_t)m->n_frames,
                    .next = m->next, .goal = goal, .cut = at->cut, .parent = at->parent, .depth = at->depth};
  return c;
}

/* Everything as it was when the alternative was pushed. */
static void restore(pel_machine *m, const pel_choice *c) {
  while (m->n_trail > c->trail) {
    pel_cell var = m->trail[--m->n_trail];
    m->heap.cells[pel_index(var)] = var;
  }
  m->heap.top = c->heap;
  m->n_events = c->events;
  m->n_frames = c->frames;
  m->next = c->next;
}

static void drop_solutions(pel_machine *m, size_t from) {
  while (m->n_solutions > from) {
    pel_solution *s = &m->solutions[--m->n_solutions];
    m->solution_cells -= s->term.n_cells;
    pel_copy_clear(&s->term);
  }
}

static void cut_to(pel_machine *m, size_t height) {
  while (m->n_choices > height) {
    pel_choice *c = &m->choices[--m->n_choices];
    if (c->kind == PEL_CHOICE_FINDALL) drop_solutions(m, c->results);
  }
}

static uint32_t add_event(pel_machine *m, pel_event_kind kind, pel_cell goal, uint32_t clause, uint32_t parent) {
  if (!m->record) return PEL_NO_EVENT;
  pel_event *events = pel_grow(m->events, &m->events_capacity, m->n_events + 1, sizeof *events);
  if (!events || m->n_events >= PEL_NO_EVENT) return m->stopped = PEL_STOPPED_MEMORY, PEL_NO_EVENT;
  m->events = events;
  events[m->n_events] = (pel_event){goal, clause, parent, m->calls, kind};
  return (uint32_t)m->n_events++;
}

static void tell(pel_machine *m, int outcome, uint32_t call, uint32_t parent, uint32_t clause, pel_cell goal) {
  if (!m->on_try) return;
  uint32_t of = parent == PEL_NO_EVENT || parent >= m->n_events ? 0 : m->events[parent].call;
  m->on_try(m->try_user, outcome, call, of, clause, goal);
}

/* ---- throwing ---- */

pel_outcome pel_throw(pel_machine *m, pel_cell ball) {
  if (!ball) return pel_stop_memory(m);
  if (!pel_copy_out(&m->heap, ball, m->heap.most, &m->ball)) return pel_stop_memory(m);
  return PEL_THROW;
}

static pel_outcome throw_formal(pel_machine *m, pel_cell formal) {
  pel_cell args[2] = {formal, formal ? pel_new_var(&m->heap) : 0};
  return pel_throw(m, args[1] ? pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args) : 0);
}

static pel_cell word(pel_machine *m, const char *text) { return pel_new_atom(&m->heap, text, strlen(text)); }

static pel_outcome throw_named(pel_machine *m, const char *kind, const char *what, pel_cell culprit) {
  pel_cell args[2] = {word(m, what), culprit}, name = word(m, kind);
  if (!args[0] || !name) return pel_stop_memory(m);
  return throw_formal(m, pel_new_compound(&m->heap, (uint32_t)pel_index(name), culprit ? 2 : 1, args));
}

pel_outcome pel_throw_instantiation(pel_machine *m) { return throw_formal(m, word(m, "instantiation_error")); }
pel_outcome pel_throw_type(pel_machine *m, const char *type, pel_cell culprit) { return throw_named(m, "type_error", type, culprit); }
pel_outcome pel_throw_domain(pel_machine *m, const char *domain, pel_cell culprit) { return throw_named(m, "domain_error", domain, culprit); }
pel_outcome pel_throw_evaluation(pel_machine *m, const char *what) { return throw_named(m, "evaluation_error", what, 0); }
pel_outcome pel_throw_representation(pel_machine *m, const char *what) { return throw_named(m, "representation_error", what, 0); }

/* An alternative that catches only does so while its goal runs: its closing frame is then still to come. */
static bool is_active(const pel_machine *m, uint32_t from, size_t choice) {
  for (uint32_t f = from; f; f = m->frames[f].next)
    if (m->frames[f].kind == PEL_FRAME_CATCH_END && m->frames[f].cut == choice) return true;
  return false;
}

static void undo(pel_machine *m, size_t trail, size_t heap);

/* m->ball on the heap; 0 when there is no room. */
static pel_cell ball_term(pel_machine *m) {
  pel_cell *locals = pel_alloc(m->ball.n_locals + 1, sizeof *locals);
  pel_cell ball = locals ? pel_copy_in(&m->heap, &m->ball, locals) : 0;
  free(locals);
  if (!ball) m->stopped = PEL_STOPPED_MEMORY;
  return ball;
}

static bool takes_ball(pel_machine *m, pel_cell catcher) {
  size_t trail = m->n_trail, heap = m->heap.top;
  pel_cell ball = ball_term(m);
  bool takes = ball && pel_unify(m, catcher, ball);
  undo(m, trail, heap);
  return takes;
}

/* Unwinds to the catch that takes m->ball. False: there is none. Which one it is is settled by the bindings at the throw, as SWI-Prolog does it: a catcher
 * that the goal has bound meanwhile takes only what is like it. */
static bool catch_ball(pel_machine *m) {
  uint32_t running = m->next;
  size_t at = m->n_choices;
  for (bool found = false; !found; ) {
    if (at == 0) return cut_to(m, 0), false;
    const pel_choice *c = &m->choices[--at];
    if (c->kind != PEL_CHOICE_CATCH || !is_active(m, running, at)) continue;
    running = c->next;
    found = takes_ball(m, pel_arg(&m->heap, c->goal, 1));
    if (m->stopped) return false;
  }
  pel_choice c = m->choices[at];
  cut_to(m, at);
  restore(m, &c);
  pel_cell ball = ball_term(m);
  if (!ball || !pel_unify(m, pel_arg(&m->heap, c.goal, 1), ball)) return false;
  if (pel_is_compound(&m->heap, ball, PEL_ATOM_ERROR, 2) && m->n_caught++ == 0 && !pel_copy_out(&m->heap, ball, m->heap.most, &m->caught)) return pel_stop_memory(m), false;
  m->next = push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, c.goal, 2), c.next, (uint32_t)m->n_choices, c.parent, c.depth);
  return m->stopped == PEL_STOPPED_NOT;
}

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

/* Takes back bindings made since. */
static void undo(pel_machine *m, size_t trail, size_t heap) {
  while (m->n_trail > trail) {
    pel_cell var = m->trail[--m->n_trail];
    m->heap.cells[pel_index(var)] = var;
  }
  m->heap.top = heap;
}

/* A clause that is not in force, or an unknown fact: neither fires; whether it would have matters. */
static bool passes(pel_machine *m, const pel_rule_clause *clause, uint32_t number, pel_cell goal, uint32_t call, uint32_t parent) {
  int8_t decided = clause->undecided ? pel_unknown_fact(m, clause->undecided) : 1;
  if (!clause->excluded && decided > 0) return true;
  if (clause->excluded ? !m->on_try : decided < 0) return false;
  size_t trail = m->n_trail, heap = m->heap.top;
  bool matches = unify_head(m, clause, goal);
  undo(m, trail, heap);
  if (clause->excluded && m->stopped == PEL_STOPPED_UNDECIDED) m->stopped = PEL_STOPPED_NOT; /* whether it would have matched decides nothing */
  if (!matches) return false;
  if (clause->excluded) tell(m, PEL_TRIED_EXCLUDED, call, parent, number, goal);
  else {
    m->undecided = clause->undecided;
    m->stopped = PEL_STOPPED_UNDECIDED;
  }
  return false;
}

/* Tries the clauses of a predicate from `from` on. `base`: height of the alternatives below those of this goal. */
static bool resolve(pel_machine *m, uint32_t predicate, pel_cell goal, size_t from, const pel_frame *at, uint32_t call) {
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
      pel_choice *c = push_choice(m, PEL_CHOICE_CLAUSES, goal, at);
      if (!c) return false;
      c->predicate = predicate;
      c->clause = later;
      c->call = call;
    }
    if (!unify_head(m, clause, goal)) {
      if (m->stopped) return false;
      undo(m, trail, heap);
      m->n_choices = base;
      i = later;
      continue;
    }
    tell(m, PEL_TRIED_RESOLVED, call, at->parent, number, goal);
    uint32_t calls = m->calls;
    m->calls = call;
    uint32_t event = add_event(m, PEL_EVENT_RULE, goal, number, at->parent);
    m->calls = calls;
    if (pel_tag(clause->head) == PEL_TAG_ATOM && clause->n_locals) {
      pel_cell *locals = pel_grow(m->locals, &m->locals_capacity, clause->n_locals + 1, sizeof *locals);
      if (!locals) return m->stopped = PEL_STOPPED_MEMORY, false;
      m->locals = locals;
      memset(locals, 0, clause->n_locals * sizeof *locals);
    }
    if (clause->body == pel_make_atom(PEL_ATOM_TRUE)) return m->stopped == PEL_STOPPED_NOT;
    pel_cell body = pel_instantiate(&m->heap, clause->body, m->locals);
    if (!body) return m->stopped = PEL_STOPPED_MEMORY, false;
    if (at->depth >= m->limits.depth) return m->stopped = PEL_STOPPED_DEPTH, false;
    m->next = push_frame(m, PEL_FRAME_GOAL, body, m->next, base, m->record ? event : PEL_NO_EVENT, at->depth + 1);
    return m->stopped == PEL_STOPPED_NOT;
  }
  return false;
}

/* ---- control ---- */

static bool step_goal(pel_machine *m, pel_frame at, pel_outcome *outcome);

static bool is_callable(pel_cell c) { return pel_tag(c) == PEL_TAG_ATOM || pel_tag(c) == PEL_TAG_STRUCT; }

static pel_outcome unknown_procedure(pel_machine *m, uint32_t atom, uint32_t arity) {
  pel_cell args[2] = {pel_make_atom(atom), pel_make_int(arity)};
  pel_cell indicator = pel_new_compound(&m->heap, PEL_ATOM_SLASH, 2, args);
  return indicator ? throw_named(m, "existence_error", "procedure", indicator) : pel_stop_memory(m);
}

/* A goal that a rule hands over is checked before it runs: a number in it is an error at once. */
static pel_outcome check_body(pel_machine *m, pel_cell body, pel_cell whole) {
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
  pel_outcome ok = check_body(m, goal, goal);
  if (ok != PEL_TRUE) return *outcome = ok, false;
  m->next = push_frame(m, PEL_FRAME_GOAL, goal, m->next, (uint32_t)m->n_choices, at.parent, at.depth);
  return m->stopped == PEL_STOPPED_NOT;
}

/* (C -> T ; E), (C *-> T ; E), with E 0 for none. */
static bool if_then_else(pel_machine *m, pel_cell condition, pel_cell then, pel_cell otherwise, bool soft, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  pel_choice *c = push_choice(m, otherwise ? PEL_CHOICE_GOAL : PEL_CHOICE_NOTHING, otherwise, &at);
  if (!c) return false;
  c->condition = otherwise ? condition : 0;
  uint32_t rest = push_frame(m, PEL_FRAME_GOAL, then, m->next, at.cut, at.parent, at.depth);
  m->next = push_frame(m, soft ? PEL_FRAME_SOFT_CUT : PEL_FRAME_CUT, 0, rest, height, at.parent, at.depth);
  return run_apart(m, condition, at, outcome);
}

static bool disjunction(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  pel_cell left = pel_arg(&m->heap, goal, 0), right = pel_arg(&m->heap, goal, 1);
  bool soft = pel_is_compound(&m->heap, left, PEL_ATOM_SOFT_ARROW, 2);
  if (soft || pel_is_compound(&m->heap, left, PEL_ATOM_ARROW, 2))
    return if_then_else(m, pel_arg(&m->heap, left, 0), pel_arg(&m->heap, left, 1), right, soft, at, outcome);
  if (!push_choice(m, PEL_CHOICE_GOAL, right, &at)) return false;
  at.goal = left;
  return step_goal(m, at, outcome);
}

static bool negation(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  if (!push_choice(m, PEL_CHOICE_NOT, goal, &at)) return false;
  m->next = push_frame(m, PEL_FRAME_NOT_END, 0, m->next, height, at.parent, at.depth);
  return run_apart(m, pel_arg(&m->heap, goal, 0), at, outcome);
}

static bool find_all(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  pel_choice *c = push_choice(m, PEL_CHOICE_FINDALL, goal, &at);
  if (!c) return false;
  c->results = m->n_solutions;
  m->next = push_frame(m, PEL_FRAME_COLLECT, goal, m->next, (uint32_t)m->n_choices - 1, at.parent, at.depth);
  at.parent = m->record ? at.parent : PEL_NO_EVENT;
  return run_apart(m, pel_arg(&m->heap, goal, 1), at, outcome);
}

static bool catch(pel_machine *m, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  uint32_t height = (uint32_t)m->n_choices;
  if (!push_choice(m, PEL_CHOICE_CATCH, goal, &at)) return false;
  m->next = push_frame(m, PEL_FRAME_CATCH_END, 0, m->next, height, at.parent, at.depth);
  return run_apart(m, pel_arg(&m->heap, goal, 0), at, outcome);
}

static bool control(pel_machine *m, int which, pel_cell goal, pel_frame at, pel_outcome *outcome) {
  switch (which) {
    case PEL_CONTROL_CONJUNCTION:
      m->next = push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
      at.goal = pel_arg(&m->heap, goal, 0);
      return !m->stopped && step_goal(m, at, outcome);
    case PEL_CONTROL_TRUE: return true;
    case PEL_CONTROL_FAIL: return *outcome = PEL_FAIL, false;
    case PEL_CONTROL_CUT: cut_to(m, at.cut); return true;
    case PEL_CONTROL_DISJUNCTION: return disjunction(m, goal, at, outcome);
    case PEL_CONTROL_IF: return if_then_else(m, pel_arg(&m->heap, goal, 0), pel_arg(&m->heap, goal, 1), 0, false, at, outcome);
    case PEL_CONTROL_SOFT_IF:
      m->next = push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
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
static bool step_goal(pel_machine *m, pel_frame at, pel_outcome *outcome) {
  for (;;) {
    pel_cell goal = pel_deref(&m->heap, at.goal);
    *outcome = PEL_FAIL;
    if (pel_is_var(goal)) return *outcome = pel_throw_instantiation(m), false;
    if (!is_callable(goal)) return *outcome = pel_throw_type(m, "callable", goal), false;
    m->steps++;
    if (over(m)) return *outcome = PEL_STOP, false;
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
        m->next = push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, goal, 1), m->next, at.cut, at.parent, at.depth);
        at.goal = pel_arg(&m->heap, goal, 0);
        if (m->stopped) return *outcome = PEL_STOP, false;
        continue;
      }
      if (p->control == PEL_CONTROL_DISJUNCTION) {
        pel_cell left = pel_arg(&m->heap, goal, 0);
        if (!pel_is_compound(&m->heap, left, PEL_ATOM_ARROW, 2) && !pel_is_compound(&m->heap, left, PEL_ATOM_SOFT_ARROW, 2)) {
          if (!push_choice(m, PEL_CHOICE_GOAL, pel_arg(&m->heap, goal, 1), &at)) return *outcome = PEL_STOP, false;
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
      if (*outcome == PEL_TRUE) add_event(m, PEL_EVENT_BUILTIN, goal, UINT32_MAX, at.parent);
      return *outcome == PEL_TRUE && !m->stopped;
    }
    if (!p || (p->kind == PEL_PREDICATE_UNDEFINED && !p->declared)) {
      *outcome = pel_unknown_computed(m, goal) ? PEL_STOP : unknown_procedure(m, atom, arity);
      return false;
    }
    tell(m, PEL_TRIED_CALLED, call, at.parent, UINT32_MAX, goal);
    if (resolve(m, number - 1, goal, 0, &at, call)) return true;
    if (!m->stopped) tell(m, PEL_TRIED_FAILED, call, at.parent, UINT32_MAX, goal);
    *outcome = m->stopped ? PEL_STOP : PEL_FAIL;
    return false;
  }
}

/* ---- findall ---- */

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

static bool collect(pel_machine *m, const pel_frame *f) {
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
    add_event(m, (pel_event_kind)pel_int_value(pel_arg(&m->heap, e, 0)), pel_arg(&m->heap, e, 4),
              (uint32_t)pel_int_value(pel_arg(&m->heap, e, 1)), of < 0 ? parent : base + (uint32_t)of);
    m->calls = calls;
    if (m->stopped) return false;
  }
  return true;
}

/* All solutions are there: the list. */
static bool finish_find_all(pel_machine *m, const pel_choice *c, pel_outcome *outcome) {
  size_t n = m->n_solutions - c->results;
  pel_cell *items = pel_alloc(n + 1, sizeof *items);
  bool ok = items != NULL;
  uint32_t event = add_event(m, PEL_EVENT_COLLECT, c->goal, UINT32_MAX, c->parent);
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
  drop_solutions(m, c->results);
  if (!list) return m->stopped = PEL_STOPPED_MEMORY, *outcome = PEL_STOP, false;
  *outcome = pel_unify_outcome(m, pel_arg(&m->heap, c->goal, 2), list);
  return *outcome == PEL_TRUE;
}

/* ---- going on ---- */

/* Takes the newest alternative. False: there is none. */
static bool backtrack(pel_machine *m, pel_outcome *outcome) {
  while (m->n_choices > 0) {
    pel_choice c = m->choices[--m->n_choices];
    restore(m, &c);
    pel_frame at = {.cut = c.cut, .parent = c.parent, .depth = c.depth};
    switch (c.kind) {
      case PEL_CHOICE_GOAL:
        if (c.condition && m->record) { /* that the condition did not hold is part of what the else rests on */
          pel_cell absent = pel_new_compound(&m->heap, PEL_ATOM_NOT, 1, &c.condition);
          if (!absent) return *outcome = pel_stop_memory(m), false;
          add_event(m, PEL_EVENT_ABSENT, absent, UINT32_MAX, c.parent);
        }
        m->next = push_frame(m, PEL_FRAME_GOAL, c.goal, m->next, c.cut, c.parent, c.depth);
        return m->stopped ? *outcome = PEL_STOP, false : true;
      case PEL_CHOICE_NOT:
        add_event(m, PEL_EVENT_ABSENT, c.goal, UINT32_MAX, c.parent);
        return true;
      case PEL_CHOICE_FINDALL:
        if (finish_find_all(m, &c, outcome)) return true;
        if (*outcome == PEL_STOP) return false;
        break;
      case PEL_CHOICE_CLAUSES:
        m->steps++;
        if (over(m)) return *outcome = PEL_STOP, false;
        if (resolve(m, c.predicate, c.goal, c.clause, &at, c.call)) return true;
        if (m->stopped) return *outcome = PEL_STOP, false;
        tell(m, PEL_TRIED_FAILED, c.call, c.parent, UINT32_MAX, c.goal);
        break;
      default: break; /* a catch whose goal failed, an if without else */
    }
  }
  return *outcome = PEL_FAIL, false;
}

/* What a frame asks for. False: failed, threw or stopped. */
static bool step_frame(pel_machine *m, pel_outcome *outcome) {
  pel_frame f = m->frames[m->next];
  m->next = f.next;
  *outcome = PEL_FAIL;
  switch (f.kind) {
    case PEL_FRAME_GOAL: return step_goal(m, f, outcome);
    case PEL_FRAME_CUT: cut_to(m, f.cut); return true;
    case PEL_FRAME_SOFT_CUT:
      if (m->choices[f.cut].kind == PEL_CHOICE_GOAL) m->choices[f.cut].kind = PEL_CHOICE_NOTHING;
      return true;
    case PEL_FRAME_NOT_END: cut_to(m, f.cut); return false;
    case PEL_FRAME_COLLECT:
      if (!collect(m, &f)) *outcome = PEL_STOP;
      return false;
    default: return true; /* the end of a catch */
  }
}

pel_answer pel_machine_next(pel_machine *m) {
  pel_outcome outcome = PEL_TRUE;
  if (m->ended) return PEL_ANSWER_NO;
  if (!m->started && pel_unknowns_given_up(m)) {
    m->stopped = PEL_STOPPED_UNKNOWN;
    m->ended = true;
    return PEL_ANSWER_STOPPED;
  }
  bool go = m->started ? backtrack(m, &outcome) : true;
  m->started = true;
  for (;;) {
    while (go && m->next) go = step_frame(m, &outcome);
    if (go) return PEL_ANSWER_YES;
    if (m->stopped) return m->ended = true, PEL_ANSWER_STOPPED;
    if (outcome == PEL_THROW) go = catch_ball(m);
    else go = backtrack(m, &outcome);
    if (go) continue;
    if (m->stopped) return m->ended = true, PEL_ANSWER_STOPPED;
    if (outcome == PEL_THROW && m->n_choices == 0) return m->ended = true, PEL_ANSWER_ERROR;
    if (m->n_choices == 0) return m->ended = true, PEL_ANSWER_NO;
  }
}

/* ---- life ---- */

pel_status pel_machine_create(pel_program *program, const pel_logic_limits *limits, pel_machine **out, pel_error *err) {
  pel_machine *m = pel_alloc(1, sizeof *m);
  if (!m) return pel_fail_memory(err, "a run of rules", sizeof *m);
  m->program = program;
  m->limits = *limits;
  m->heap.program = program;
  m->heap.most = limits->memory / sizeof(pel_cell);
  *out = m;
  return PEL_OK;
}

static void reset(pel_machine *m) {
  cut_to(m, 0);
  drop_solutions(m, 0);
  m->heap.top = m->n_trail = m->n_frames = m->n_choices = m->n_events = 0;
  m->steps = 0;
  m->calls = 0;
  m->n_caught = 0;
  m->stopped = PEL_STOPPED_NOT;
  m->started = m->ended = false;
  m->undecided = 0;
  m->until = now() + m->limits.seconds;
}

static pel_status start(pel_machine *m, pel_error *err) {
  pel_outcome outcome = m->goal ? check_body(m, m->goal, m->goal) : PEL_STOP;
  if (outcome != PEL_TRUE) return pel_fail(err, PEL_ERR_INPUT, "the goal cannot be called: it is a number, a text, or too large");
  push_frame(m, PEL_FRAME_GOAL, 0, 0, 0, PEL_NO_EVENT, 0); /* frame 0 is the end */
  m->next = push_frame(m, PEL_FRAME_GOAL, m->goal, 0, 0, PEL_NO_EVENT, 0);
  return m->stopped ? pel_fail_memory(err, "a run of rules", sizeof(pel_frame)) : PEL_OK;
}

pel_status pel_machine_ask(pel_machine *m, const char *goal, pel_error *err) {
  reset(m);
  pel_reader r = {.heap = &m->heap, .operators = &m->program->operators, .text = goal, .size = strlen(goal), .closed = true};
  pel_read read = pel_read_term(&r, &m->goal);
  pel_status status = PEL_OK;
  if (read == PEL_READ_FAULT) {
    uint32_t line, column;
    pel_reader_place(&r, r.fault_at, &line, &column);
    status = pel_fail(err, PEL_ERR_INPUT, "the goal \"%.100s\", column %u: %s", goal, column, r.fault);
  } else if (read == PEL_READ_END) status = pel_fail(err, PEL_ERR_INPUT, "the goal is empty");
  else if (read == PEL_READ_NO_ROOM) status = pel_fail_memory(err, "a goal", r.size);
  pel_reader_clear(&r);
  return status == PEL_OK ? start(m, err) : status;
}

pel_status pel_machine_ask_term(pel_machine *m, pel_cell goal, uint32_t n_locals, pel_error *err) {
  reset(m);
  pel_cell *locals = pel_alloc(n_locals + 1, sizeof *locals);
  m->goal = locals ? pel_instantiate(&m->heap, goal, locals) : 0;
  free(locals);
  return start(m, err);
}

void pel_machine_destroy(pel_machine *m) {
  if (!m) return;
  reset(m);
  pel_heap_clear(&m->heap);
  free(m->trail);
  free(m->frames);
  free(m->choices);
  free(m->events);
  free(m->solutions);
  free(m->work);
  free(m->locals);
  pel_copy_clear(&m->ball);
  pel_copy_clear(&m->caught);
  pel_copy_clear(&m->scratch);
  free(m);
}
