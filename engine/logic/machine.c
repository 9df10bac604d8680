#include "engine/logic/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/status.h"
#include "engine/logic/machine_parts.h"
#include "engine/logic/reader.h"
#include "engine/logic/unknown.h"

/* ---- resources ---- */

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
  if (pel_clock_seconds() > m->until) m->stopped = PEL_STOPPED_TIME;
  else if (m->cancelled && m->cancelled(m->user)) m->stopped = PEL_STOPPED_CANCELLED;
  return m->stopped != PEL_STOPPED_NOT;
}

/* A text is there several times while it is made. */
uint64_t pel_text_room(const pel_machine *m) {
  uint64_t used = pel_machine_memory(m);
  return used < m->limits.memory ? (m->limits.memory - used) / 4 : 0;
}

bool pel_has_room(const pel_machine *m, uint64_t bytes) { return bytes <= pel_text_room(m); }

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

/* ---- alternatives ---- */

/* Everything as it was when the alternative was pushed. */
void pel_restore_choice(pel_machine *m, const pel_choice *c) {
  while (m->n_trail > c->trail) {
    pel_cell var = m->trail[--m->n_trail];
    m->heap.cells[pel_index(var)] = var;
  }
  m->heap.top = c->heap;
  m->n_events = c->events;
  m->n_frames = c->frames;
  m->next = c->next;
}

void pel_drop_solutions(pel_machine *m, size_t from) {
  while (m->n_solutions > from) {
    pel_solution *s = &m->solutions[--m->n_solutions];
    m->solution_cells -= s->term.n_cells;
    pel_copy_clear(&s->term);
  }
}

void pel_cut_to(pel_machine *m, size_t height) {
  while (m->n_choices > height) {
    pel_choice *c = &m->choices[--m->n_choices];
    if (c->kind == PEL_CHOICE_FINDALL) pel_drop_solutions(m, c->results);
  }
}

/* ---- going on ---- */

/* Takes the newest alternative. False: there is none. */
static bool backtrack(pel_machine *m, pel_outcome *outcome) {
  while (m->n_choices > 0) {
    pel_choice c = m->choices[--m->n_choices];
    pel_restore_choice(m, &c);
    pel_frame at = {.cut = c.cut, .parent = c.parent, .depth = c.depth};
    switch (c.kind) {
      case PEL_CHOICE_GOAL:
        if (c.condition && m->record) { /* that the condition did not hold is part of what the else rests on */
          pel_cell absent = pel_new_compound(&m->heap, PEL_ATOM_NOT, 1, &c.condition);
          if (!absent) return *outcome = pel_stop_memory(m), false;
          pel_add_event(m, PEL_EVENT_ABSENT, absent, UINT32_MAX, c.parent);
        }
        m->next = pel_push_frame(m, PEL_FRAME_GOAL, c.goal, m->next, c.cut, c.parent, c.depth);
        return m->stopped ? *outcome = PEL_STOP, false : true;
      case PEL_CHOICE_NOT:
        pel_add_event(m, PEL_EVENT_ABSENT, c.goal, UINT32_MAX, c.parent);
        return true;
      case PEL_CHOICE_FINDALL:
        if (pel_finish_find_all(m, &c, outcome)) return true;
        if (*outcome == PEL_STOP) return false;
        break;
      case PEL_CHOICE_CLAUSES:
        m->steps++;
        if (pel_over_limit(m)) return *outcome = PEL_STOP, false;
        if (pel_resolve_clauses(m, c.predicate, c.goal, c.clause, &at, c.call)) return true;
        if (m->stopped) return *outcome = PEL_STOP, false;
        pel_tell_try(m, PEL_TRIED_FAILED, c.call, c.parent, UINT32_MAX, c.goal);
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
  m->parent = f.parent;
  *outcome = PEL_FAIL;
  switch (f.kind) {
    case PEL_FRAME_GOAL: return pel_step_goal(m, f, outcome);
    case PEL_FRAME_CUT: pel_cut_to(m, f.cut); return true;
    case PEL_FRAME_SOFT_CUT:
      if (m->choices[f.cut].kind == PEL_CHOICE_GOAL) m->choices[f.cut].kind = PEL_CHOICE_NOTHING;
      return true;
    case PEL_FRAME_NOT_END: {
      pel_choice not = m->choices[f.cut];
      pel_cut_to(m, f.cut);
      pel_restore_choice(m, &not);
      pel_tell_seen(m, PEL_SEEN_FAILED, f.parent, not.goal);
      return false;
    }
    case PEL_FRAME_DONE: pel_tell_seen(m, PEL_SEEN_DONE, f.parent, f.goal); return true;
    case PEL_FRAME_COLLECT:
      if (!pel_keep_solution(m, &f)) *outcome = PEL_STOP;
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
    if (outcome == PEL_THROW) {
      pel_tell_seen(m, PEL_SEEN_THROWN, m->parent, 0);
      go = pel_catch_ball(m);
    } else go = backtrack(m, &outcome);
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
  pel_cut_to(m, 0);
  pel_drop_solutions(m, 0);
  m->heap.top = m->n_trail = m->n_frames = m->n_choices = m->n_events = 0;
  m->steps = 0;
  m->calls = 0;
  m->n_caught = 0;
  m->parent = PEL_NO_EVENT;
  m->stopped = PEL_STOPPED_NOT;
  m->started = m->ended = false;
  m->undecided = 0;
  m->until = pel_clock_seconds() + m->limits.seconds;
}

static pel_status start(pel_machine *m, pel_error *err) {
  pel_outcome outcome = m->goal ? pel_check_body(m, m->goal, m->goal) : PEL_STOP;
  if (outcome != PEL_TRUE) return pel_fail(err, PEL_ERR_INPUT, "the goal cannot be called: it is a number, a text, or too large");
  pel_push_frame(m, PEL_FRAME_GOAL, 0, 0, 0, PEL_NO_EVENT, 0); /* frame 0 is the end */
  m->next = pel_push_frame(m, PEL_FRAME_GOAL, m->goal, 0, 0, PEL_NO_EVENT, 0);
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
