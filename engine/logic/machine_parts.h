/* Between the files of the machine: frames are what is still to be done, choices what else could be; both are stacks. */
#pragma once
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/control.h"
#include "engine/logic/machine.h"

enum { PEL_LOOK = 1024 /* steps between two looks at the clock */ };

/* Whether a limit is passed. */
static inline bool pel_over_limit(pel_machine *m) {
  if (m->stopped) return true;
  if (m->steps >= m->limits.steps) m->stopped = PEL_STOPPED_STEPS;
  else if (m->steps % PEL_LOOK == 0) pel_look_at_clock(m);
  if (pel_machine_memory(m) > m->limits.memory) m->stopped = PEL_STOPPED_MEMORY;
  return m->stopped != PEL_STOPPED_NOT;
}

static inline uint32_t pel_push_frame(pel_machine *m, int kind, pel_cell goal, uint32_t next, uint32_t cut, uint32_t parent, uint32_t depth) {
  pel_frame *frames = pel_grow(m->frames, &m->frames_capacity, m->n_frames + 1, sizeof *frames);
  if (!frames || m->n_frames >= UINT32_MAX - 1) return m->stopped = PEL_STOPPED_MEMORY, 0;
  m->frames = frames;
  frames[m->n_frames] = (pel_frame){goal, next, cut, parent, depth, kind};
  return (uint32_t)m->n_frames++;
}

static inline pel_choice *pel_push_choice(pel_machine *m, int kind, pel_cell goal, const pel_frame *at) {
  pel_choice *choices = pel_grow(m->choices, &m->choices_capacity, m->n_choices + 1, sizeof *choices);
  if (!choices || m->n_choices >= UINT32_MAX - 1) return m->stopped = PEL_STOPPED_MEMORY, NULL;
  m->choices = choices;
  pel_choice *c = &choices[m->n_choices++];
  *c = (pel_choice){.kind = kind, .heap = m->heap.top, .trail = m->n_trail, .events = m->n_events, .frames = (uint32_t)m->n_frames,
                    .next = m->next, .goal = goal, .cut = at->cut, .parent = at->parent, .depth = at->depth};
  return c;
}

static inline uint32_t pel_add_event(pel_machine *m, pel_event_kind kind, pel_cell goal, uint32_t clause, uint32_t parent) {
  if (!m->record) return PEL_NO_EVENT;
  pel_event *events = pel_grow(m->events, &m->events_capacity, m->n_events + 1, sizeof *events);
  if (!events || m->n_events >= PEL_NO_EVENT) return m->stopped = PEL_STOPPED_MEMORY, PEL_NO_EVENT;
  m->events = events;
  events[m->n_events] = (pel_event){goal, clause, parent, m->calls, kind};
  return (uint32_t)m->n_events++;
}

static inline void pel_tell_try(pel_machine *m, int outcome, uint32_t call, uint32_t parent, uint32_t clause, pel_cell goal) {
  if (!m->on_try) return;
  uint32_t of = parent == PEL_NO_EVENT || parent >= m->n_events ? 0 : m->events[parent].call;
  m->on_try(m->try_user, outcome, call, of, clause, goal);
}

/* Takes back bindings made since. */
static inline void pel_undo_to(pel_machine *m, size_t trail, size_t heap) {
  while (m->n_trail > trail) {
    pel_cell var = m->trail[--m->n_trail];
    m->heap.cells[pel_index(var)] = var;
  }
  m->heap.top = heap;
}

static inline void pel_tell_seen(pel_machine *m, int seen, uint32_t event, pel_cell goal) {
  if (m->on_seen && m->record && !m->stopped) m->on_seen(m->seen_user, seen, event, goal);
}

/* Everything as it was when the alternative was pushed. */
void pel_restore_choice(pel_machine *m, const pel_choice *c);
/* Forgets solutions of collections, down to `from` of them. */
void pel_drop_solutions(pel_machine *m, size_t from);
/* Forgets alternatives, down to `height` of them. */
void pel_cut_to(pel_machine *m, size_t height);

/* ---- goal.c ---- */

/* One goal. False: it failed, threw or stopped (*outcome). */
bool pel_step_goal(pel_machine *m, pel_frame at, pel_outcome *outcome);
/* Tries the clauses of a predicate from `from` on. False: none applies, or the run was stopped. */
bool pel_resolve_clauses(pel_machine *m, uint32_t predicate, pel_cell goal, size_t from, const pel_frame *at, uint32_t call);
/* A goal that a rule hands over is checked before it runs: a number in it is an error at once. */
pel_outcome pel_check_body(pel_machine *m, pel_cell body, pel_cell whole);

/* ---- throw.c ---- */

/* error(KIND(WHAT, CULPRIT), _); without a culprit when that is 0. */
pel_outcome pel_throw_named(pel_machine *m, const char *kind, const char *what, pel_cell culprit);
/* Unwinds to the catch that takes m->ball. False: there is none. */
bool pel_catch_ball(pel_machine *m);

/* ---- collect.c ---- */

/* Keeps one solution of the findall whose frame this is. False: no room. */
bool pel_keep_solution(pel_machine *m, const pel_frame *f);
/* All solutions are there: unifies their list. */
bool pel_finish_find_all(pel_machine *m, const pel_choice *c, pel_outcome *outcome);
