/* Errors that rules run into, and rules that catch them. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/logic/machine_parts.h"
#include "engine/logic/write.h"

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

pel_outcome pel_throw_named(pel_machine *m, const char *kind, const char *what, pel_cell culprit) {
  pel_cell args[2] = {word(m, what), culprit}, name = word(m, kind);
  if (!args[0] || !name) return pel_stop_memory(m);
  return throw_formal(m, pel_new_compound(&m->heap, (uint32_t)pel_index(name), culprit ? 2 : 1, args));
}

pel_outcome pel_throw_instantiation(pel_machine *m) { return throw_formal(m, word(m, "instantiation_error")); }
pel_outcome pel_throw_type(pel_machine *m, const char *type, pel_cell culprit) { return pel_throw_named(m, "type_error", type, culprit); }
pel_outcome pel_throw_domain(pel_machine *m, const char *domain, pel_cell culprit) { return pel_throw_named(m, "domain_error", domain, culprit); }
pel_outcome pel_throw_evaluation(pel_machine *m, const char *what) { return pel_throw_named(m, "evaluation_error", what, 0); }
pel_outcome pel_throw_representation(pel_machine *m, const char *what) { return pel_throw_named(m, "representation_error", what, 0); }

/* An alternative that catches only does so while its goal runs: its closing frame is then still to come. */
static bool is_active(const pel_machine *m, uint32_t from, size_t choice) {
  for (uint32_t f = from; f; f = m->frames[f].next)
    if (m->frames[f].kind == PEL_FRAME_CATCH_END && m->frames[f].cut == choice) return true;
  return false;
}

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
  pel_undo_to(m, trail, heap);
  return takes;
}

/* Unwinds to the catch that takes m->ball. False: there is none. Which one it is is settled by the bindings at the throw, as SWI-Prolog does it: a catcher
 * that the goal has bound meanwhile takes only what is like it. */
bool pel_catch_ball(pel_machine *m) {
  uint32_t running = m->next;
  size_t at = m->n_choices;
  for (bool found = false; !found; ) {
    if (at == 0) return pel_cut_to(m, 0), false;
    const pel_choice *c = &m->choices[--at];
    if (c->kind != PEL_CHOICE_CATCH || !is_active(m, running, at)) continue;
    running = c->next;
    found = takes_ball(m, pel_arg(&m->heap, c->goal, 1));
    if (m->stopped) return false;
  }
  pel_choice c = m->choices[at];
  pel_cut_to(m, at);
  pel_restore_choice(m, &c);
  pel_cell ball = ball_term(m);
  if (!ball || !pel_unify(m, pel_arg(&m->heap, c.goal, 1), ball)) return false;
  if (pel_is_compound(&m->heap, ball, PEL_ATOM_ERROR, 2) && m->n_caught++ == 0 && !pel_copy_out(&m->heap, ball, m->heap.most, &m->caught)) return pel_stop_memory(m), false;
  m->next = pel_push_frame(m, PEL_FRAME_GOAL, pel_arg(&m->heap, c.goal, 2), c.next, (uint32_t)m->n_choices, c.parent, c.depth);
  return m->stopped == PEL_STOPPED_NOT;
}

/* ---- in words ---- */

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
