#include "engine/proof/check_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

/* ---- what is kept ---- */

static bool no_memory(pel_walk *w) { return w->t->over = w->t->over ? w->t->over : "there is no memory", false; }

uint32_t pel_walk_frame_add(pel_walk *w, pel_walk_frame frame) {
  pel_walk_frame *frames = pel_grow(w->frames, &w->frames_capacity, w->n_frames + 1, sizeof *frames);
  if (!frames || w->n_frames >= PEL_NO_STEP) return no_memory(w), 0;
  w->frames = frames;
  frames[w->n_frames] = frame;
  return (uint32_t)w->n_frames++;
}

uint32_t pel_walk_entry_add(pel_walk *w, pel_walk_entry entry) {
  pel_walk_entry *entries = pel_grow(w->entries, &w->entries_capacity, w->n_entries + 1, sizeof *entries);
  if (!entries || w->n_entries >= PEL_NO_STEP) return no_memory(w), 0;
  w->entries = entries;
  entries[w->n_entries] = entry;
  return (uint32_t)w->n_entries++;
}

bool pel_walk_decide(pel_walk *w, uint32_t decision) {
  uint32_t *decisions = pel_grow(w->decisions, &w->decisions_capacity, w->n_decisions + 1, sizeof *decisions);
  if (!decisions) return no_memory(w);
  w->decisions = decisions;
  decisions[w->n_decisions++] = decision;
  return true;
}

pel_term *pel_walk_scratch(pel_walk *w, size_t n) {
  pel_term *scratch = pel_grow(w->scratch, &w->scratch_capacity, n + 1, sizeof *scratch);
  if (!scratch) return no_memory(w), NULL;
  return w->scratch = scratch;
}

void pel_walk_clear(pel_walk *w) {
  free(w->written);
  free(w->heads);
  free(w->bodies);
  free(w->marks);
  free(w->cuts);
  free(w->frames);
  free(w->choices);
  free(w->entries);
  free(w->collects);
  free(w->solutions);
  free(w->decisions);
  free(w->scratch);
  pel_machine_destroy(w->m);
}

void pel_check_clip(const char *text, char out[PEL_CLIPPED]) {
  size_t n = strnlen(text, PEL_CLIPPED);
  if (n < PEL_CLIPPED) {
    memcpy(out, text, n + 1);
    return;
  }
  for (n = PEL_CLIPPED - 4; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--) {}
  memcpy(out, text, n);
  memcpy(out + n, "...", 4);
}

bool pel_walk_fail(pel_walk *w, uint32_t step, bool close, const char *format, ...) {
  uint64_t score = 2 * (uint64_t)w->n_entries + close + 1;
  if (score <= w->score || w->t->over) return false;
  char why[170], says[PEL_CLIPPED];
  va_list args;
  va_start(args, format);
  vsnprintf(why, sizeof why, format, args);
  va_end(args);
  w->score = score;
  w->checked = w->n_entries;
  bool question = step == w->proof->n_steps;
  w->fault = question ? SIZE_MAX : step;
  if (question) snprintf(w->reason, sizeof w->reason, "the question: %s", why);
  else {
    pel_check_clip(w->proof->steps[step].goal, says);
    snprintf(w->reason, sizeof w->reason, "step %u, %s: %s", step, says, why);
  }
  return false;
}

static bool push_choice(pel_walk *w, pel_walk_other kind, pel_term goal, pel_term condition) {
  pel_walk_choice *choices = pel_grow(w->choices, &w->choices_capacity, w->n_choices + 1, sizeof *choices);
  if (!choices) return no_memory(w);
  w->choices = choices;
  choices[w->n_choices++] = (pel_walk_choice){.kind = kind, .goal = goal, .condition = condition, .trail = w->t->n_trail, .n_frames = w->n_frames,
                                              .n_entries = w->n_entries, .n_collects = w->n_collects, .n_solutions = w->n_solutions,
                                              .n_decisions = w->n_decisions, .next = w->next, .step = w->step, .at = w->at};
  return pel_walk_decide(w, 0);
}

static bool then(pel_walk *w, pel_term goal) {
  w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_GOAL, .goal = goal, .next = w->next});
  return w->next != 0;
}

/* ---- control constructs ---- */

static bool is_name(const pel_walk *w, pel_term goal, const char *name) {
  return strcmp(pel_atom_text(&w->t->program->symbols, pel_term_name(w->t, goal)), name) == 0;
}

/* The condition, then the rest. Of a soft one every solution counts. */
static bool implication(pel_walk *w, pel_term arrow) {
  if (!then(w, pel_term_arg(w->t, arrow, 1))) return false;
  if (pel_term_is(w->t, arrow, PEL_ATOM_ARROW, 2)) w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_COMMIT, .next = w->next});
  return w->next != 0 && then(w, pel_term_arg(w->t, arrow, 0));
}

/* Either, or an if with its else. */
static bool disjunction(pel_walk *w, pel_term goal) {
  pel_term left = pel_term_arg(w->t, goal, 0), right = pel_term_arg(w->t, goal, 1);
  if (!pel_term_is(w->t, left, PEL_ATOM_ARROW, 2) && !pel_term_is(w->t, left, PEL_ATOM_SOFT_ARROW, 2))
    return push_choice(w, PEL_OTHER_GOAL, right, left) && then(w, left);
  pel_term condition = pel_term_arg(w->t, left, 0);
  return push_choice(w, PEL_OTHER_ELSE, right, condition) && implication(w, left);
}

static bool in_turn(pel_walk *w, pel_term goal) { return then(w, pel_term_arg(w->t, goal, 1)) && then(w, pel_term_arg(w->t, goal, 0)); }

static bool called(pel_walk *w, pel_term goal) {
  pel_term made = pel_check_called(w->t, goal);
  return made.kind ? then(w, made) : pel_walk_fail(w, w->step, true, "its rule calls what is no goal");
}

/* One goal of a body. */
static bool walk_goal(pel_walk *w, pel_term goal) {
  goal = pel_term_deref(w->t, goal);
  if (++w->tries > w->most_tries) return w->t->over = "checking it takes more tries than are allowed", false;
  if (!pel_term_is_callable(goal)) return pel_walk_fail(w, w->step, true, "its rule asks for what is no goal");
  uint32_t atom = pel_term_name(w->t, goal), arity = pel_term_arity(w->t, goal);
  if (arity == 0) {
    goal = pel_term_atom(atom); /* f() asks for f */
    if (atom == PEL_ATOM_TRUE || atom == PEL_ATOM_CUT || is_name(w, goal, "otherwise")) return true;
    if (atom == PEL_ATOM_FAIL || atom == PEL_ATOM_FALSE) return pel_walk_fail(w, w->step, false, "its rule comes to a goal that always fails");
  } else if (arity == 1 && atom == PEL_ATOM_NOT) return pel_walk_absent(w, goal);
  else if (atom == PEL_ATOM_CALL && arity <= 8) return called(w, goal);
  else if (arity == 2) {
    if (atom == PEL_ATOM_COMMA) return in_turn(w, goal);
    if (atom == PEL_ATOM_ARROW || atom == PEL_ATOM_SOFT_ARROW) return implication(w, goal);
    if (atom == PEL_ATOM_SEMICOLON || atom == PEL_ATOM_BAR) return disjunction(w, goal);
  } else if (arity == 3 && is_name(w, goal, "catch")) return push_choice(w, PEL_OTHER_RECOVERY, goal, goal) && then(w, pel_term_arg(w->t, goal, 0));
  return pel_walk_step(w, goal);
}

/* A recovery is only gone to when its goal runs into an error, which is taken from running it again. */
static bool recover(pel_walk *w, pel_term goal) {
  pel_terms *t = w->t;
  pel_term inner = pel_term_arg(t, goal, 0), call = pel_term_compound(t, PEL_ATOM_CALL, 1, &inner);
  if (!call.kind || w->rerun_steps == 0 || pel_machine_ask(w->m, "true", NULL) != PEL_OK) return false;
  pel_cell *vars, made = pel_term_to_cells(t, call, &w->m->heap, &vars);
  free(vars);
  if (!made) return false;
  w->m->frames[w->m->next].goal = made;
  w->m->limits.steps = w->rerun_steps;
  pel_answer answer = pel_machine_next(w->m);
  while (answer == PEL_ANSWER_YES) answer = pel_machine_next(w->m); /* the error may lie behind some answers */
  w->rerun_steps -= w->m->steps < w->rerun_steps ? w->m->steps : w->rerun_steps;
  if (answer != PEL_ANSWER_ERROR) return pel_walk_fail(w, w->step, false, "the goal of a catch is no error, so its recovery is not gone to");
  pel_cell *locals = pel_alloc(w->m->ball.n_locals + 1, sizeof *locals);
  pel_cell ball = locals ? pel_copy_in(&w->m->heap, &w->m->ball, locals) : 0;
  free(locals);
  t->n_slots = 0;
  pel_term thrown = ball ? pel_term_from_cells(t, &w->m->heap, ball, false) : (pel_term){PEL_TERM_NONE, 0};
  if (!thrown.kind) return false;
  if (!pel_term_unify(t, pel_term_arg(t, goal, 1), thrown)) return pel_walk_fail(w, w->step, false, "a catch is for another error");
  return then(w, pel_term_arg(t, goal, 2));
}

/* ---- going on ---- */

/* Whether what is done next keeps the first way only. */
static bool commits(const pel_walk *w, uint32_t frame) {
  pel_term cut = pel_term_atom(PEL_ATOM_CUT), goal = pel_term_deref(w->t, w->frames[frame].goal);
  if (w->frames[frame].kind != PEL_WALK_GOAL) return w->frames[frame].kind == PEL_WALK_COMMIT;
  return pel_term_same(goal, cut) || (pel_term_is(w->t, goal, PEL_ATOM_COMMA, 2) && pel_term_same(pel_term_arg(w->t, goal, 0), cut));
}

/* The other side of a disjunction is not come to when the first one holds and a cut follows, or the first one has a cut. */
static bool is_cut_off(pel_walk *w, pel_term first) {
  return pel_check_reaches_cut(w->t, w->m, first) || (commits(w, w->next) && pel_check_decide(w->t, w->m, first) == PEL_VERDICT_YES);
}

/* Takes the newest other way. False: it does not lead on, or (with *none) there is none. */
static bool backtrack(pel_walk *w, bool *none) {
  if ((*none = w->n_choices == 0)) return false;
  pel_walk_choice c = w->choices[--w->n_choices];
  pel_terms_undo(w->t, c.trail);
  w->n_frames = c.n_frames;
  w->n_entries = c.n_entries;
  w->n_collects = c.n_collects;
  w->n_solutions = c.n_solutions;
  w->n_decisions = c.n_decisions;
  w->next = c.next;
  w->step = c.step;
  w->at = c.at;
  if (!pel_walk_decide(w, 1)) return false;
  if (c.kind == PEL_OTHER_GOAL && is_cut_off(w, c.condition)) return pel_walk_fail(w, w->step, false, "it takes the other side of one that comes to a cut");
  if (c.kind == PEL_OTHER_GOAL) return then(w, c.goal);
  if (c.kind == PEL_OTHER_RECOVERY) return recover(w, c.goal);
  pel_term negation = pel_term_compound(w->t, PEL_ATOM_NOT, 1, &c.condition);
  return negation.kind && pel_walk_absent(w, negation) && then(w, c.goal);
}

static bool walk_frame(pel_walk *w) {
  pel_walk_frame f = w->frames[w->next];
  w->next = f.next;
  switch (f.kind) {
    case PEL_WALK_GOAL: return walk_goal(w, f.goal);
    case PEL_WALK_COMMIT: return true;
    case PEL_WALK_SOLUTION: return pel_walk_solution_done(w, f.index);
    default:
      if (w->at < pel_walk_uses(w, w->step))
        return pel_walk_fail(w, w->step, true, "it uses step %u, for which its rule has no goal", pel_walk_use(w, w->step, w->at));
      if (!pel_walk_leave(w, f.index)) return false;
      w->step = f.step;
      w->at = f.at;
      return true;
  }
}

static bool go_on(pel_walk *w, bool go) {
  bool none = false;
  while (!w->t->over) {
    if (go && w->next) go = walk_frame(w);
    else if (go && w->at == w->proof->n_roots) return true;
    else {
      if (go) pel_walk_fail(w, w->step, true, "it is proved before step %u, which is said to be part of its proof", w->proof->roots[w->at]);
      go = backtrack(w, &none);
      if (none) return false;
    }
  }
  return false;
}

bool pel_walk_again(pel_walk *w) { return go_on(w, false); }

bool pel_walk_run(pel_walk *w, pel_term question) {
  w->step = (uint32_t)w->proof->n_steps;
  w->at = 0;
  pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_GOAL}); /* frame 0 is the end */
  return go_on(w, then(w, question));
}
