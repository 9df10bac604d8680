/* What is said not to hold: where no rules are asked, it can be tried. */
#include <string.h>

#include "engine/logic/machine.h"
#include "engine/proof/check_builtins.h"

enum { DEEPEST = 200 /* control in control: each is a frame of the C stack */ };

pel_term pel_check_called(pel_terms *t, pel_term call) {
  pel_term none = {PEL_TERM_NONE, 0}, f = pel_term_arg(t, call, 0);
  uint32_t extra = pel_term_arity(t, call) - 1, own = pel_term_arity(t, f);
  if (!pel_term_is_callable(f)) return none;
  if (extra == 0) return f;
  pel_term made = pel_term_compound(t, pel_term_name(t, f), own + extra, NULL);
  if (!made.kind) return none;
  for (uint32_t i = 0; i < own; i++) t->cells[made.value + 1 + i] = t->cells[f.value + 1 + i];
  for (uint32_t i = 0; i < extra; i++) t->cells[made.value + 1 + own + i] = t->cells[call.value + 2 + i];
  return made;
}

static bool is_atom(const pel_terms *t, pel_term x, const char *a, const char *b) {
  if (x.kind != PEL_TERM_ATOM) return false;
  const char *text = pel_atom_text(&t->program->symbols, x.value);
  return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

/* `last`: nothing follows that could ask for another solution. */
static pel_verdict decide(pel_terms *t, pel_machine *m, pel_term goal, bool last, int depth);

/* A then B: A's bindings stay for B. Whoever asked takes them back. */
static pel_verdict both(pel_terms *t, pel_machine *m, pel_term a, pel_term b, bool last, bool committed, int depth) {
  pel_verdict v = decide(t, m, a, committed, depth);
  return v == PEL_VERDICT_YES ? decide(t, m, b, last, depth) : v;
}

static pel_verdict either(pel_terms *t, pel_machine *m, pel_term goal, bool last, int depth) {
  size_t trail = t->n_trail;
  pel_term left = pel_term_arg(t, goal, 0), right = pel_term_arg(t, goal, 1);
  if (pel_term_is(t, left, PEL_ATOM_SOFT_ARROW, 2)) return PEL_VERDICT_OPEN;
  if (pel_term_is(t, left, PEL_ATOM_ARROW, 2)) {
    pel_verdict v = decide(t, m, pel_term_arg(t, left, 0), true, depth);
    if (v == PEL_VERDICT_YES) return decide(t, m, pel_term_arg(t, left, 1), last, depth);
    pel_terms_undo(t, trail);
    return v == PEL_VERDICT_NO ? decide(t, m, right, last, depth) : v;
  }
  pel_verdict v = decide(t, m, left, last, depth);
  if (v == PEL_VERDICT_YES) return last ? v : PEL_VERDICT_OPEN; /* which of the two holds may matter to what follows */
  pel_terms_undo(t, trail);
  return v == PEL_VERDICT_NO ? decide(t, m, right, last, depth) : v;
}

static pel_verdict decide(pel_terms *t, pel_machine *m, pel_term goal, bool last, int depth) {
  goal = pel_term_deref(t, goal);
  if (++depth > DEEPEST || !pel_terms_count(t, 1)) return PEL_VERDICT_OPEN;
  if (!pel_term_is_callable(goal)) return PEL_VERDICT_ERROR;
  if (is_atom(t, goal, "true", "otherwise")) return PEL_VERDICT_YES;
  if (is_atom(t, goal, "fail", "false")) return PEL_VERDICT_NO;
  if (goal.kind == PEL_TERM_ATOM) return PEL_VERDICT_OPEN;
  uint32_t atom = pel_term_name(t, goal), arity = pel_term_arity(t, goal);
  if (atom == PEL_ATOM_CALL) {
    pel_term called = pel_check_called(t, goal);
    return called.kind ? decide(t, m, called, last, depth) : PEL_VERDICT_ERROR;
  }
  if (arity == 2 && (atom == PEL_ATOM_COMMA || atom == PEL_ATOM_ARROW))
    return both(t, m, pel_term_arg(t, goal, 0), pel_term_arg(t, goal, 1), last, atom == PEL_ATOM_ARROW, depth);
  if (arity == 2 && (atom == PEL_ATOM_SEMICOLON || atom == PEL_ATOM_BAR)) return either(t, m, goal, last, depth);
  if (arity == 1 && atom == PEL_ATOM_NOT) {
    size_t trail = t->n_trail;
    pel_verdict v = decide(t, m, pel_term_arg(t, goal, 0), true, depth);
    pel_terms_undo(t, trail);
    return v == PEL_VERDICT_YES ? PEL_VERDICT_NO : v == PEL_VERDICT_NO ? PEL_VERDICT_YES : v;
  }
  pel_verdict v = pel_check_own(t, goal);
  if (v == PEL_VERDICT_FOREIGN) v = pel_check_rerun(t, m, goal, (pel_term){PEL_TERM_NONE, 0});
  return v == PEL_VERDICT_FOREIGN ? PEL_VERDICT_OPEN : v;
}

pel_verdict pel_check_decide(pel_terms *t, pel_machine *m, pel_term goal) {
  size_t trail = t->n_trail;
  pel_verdict v = decide(t, m, goal, true, 0);
  pel_terms_undo(t, trail);
  return v;
}

static bool is_cut(pel_term x) { return pel_term_same(x, pel_term_atom(PEL_ATOM_CUT)); }

static bool reaches_cut(pel_terms *t, pel_machine *m, pel_term body, int depth);

/* (C -> T ; E), E NONE for none: the one that is gone to. */
static bool reaches_in_if(pel_terms *t, pel_machine *m, pel_term arrow, pel_term otherwise, int depth) {
  size_t trail = t->n_trail;
  pel_verdict v = decide(t, m, pel_term_arg(t, arrow, 0), true, depth);
  if (v == PEL_VERDICT_YES) return reaches_cut(t, m, pel_term_arg(t, arrow, 1), depth);
  pel_terms_undo(t, trail);
  return v == PEL_VERDICT_NO && otherwise.kind && reaches_cut(t, m, otherwise, depth);
}

/* Both sides of a disjunction are come to, before whatever is behind it is. */
static bool reaches_in_either(pel_terms *t, pel_machine *m, pel_term left, pel_term right, int depth) {
  size_t trail = t->n_trail;
  if (pel_term_is(t, left, PEL_ATOM_SOFT_ARROW, 2)) return false;
  if (pel_term_is(t, left, PEL_ATOM_ARROW, 2)) return reaches_in_if(t, m, left, right, depth);
  if (reaches_cut(t, m, left, depth)) return true;
  pel_terms_undo(t, trail);
  return reaches_cut(t, m, right, depth);
}

static bool reaches_in_turn(pel_terms *t, pel_machine *m, pel_term first, pel_term rest, int depth) {
  size_t trail = t->n_trail;
  bool last = is_cut(rest) || (pel_term_is(t, rest, PEL_ATOM_COMMA, 2) && is_cut(pel_term_arg(t, rest, 0)));
  if (reaches_cut(t, m, first, depth)) return true;
  pel_terms_undo(t, trail);
  return decide(t, m, first, last, depth) == PEL_VERDICT_YES && reaches_cut(t, m, rest, depth);
}

static bool reaches_cut(pel_terms *t, pel_machine *m, pel_term body, int depth) {
  body = pel_term_deref(t, body);
  if (++depth > DEEPEST || !pel_terms_count(t, 1)) return false;
  if (pel_term_arity(t, body) != 2 || body.kind != PEL_TERM_COMPOUND) return is_cut(body);
  pel_term a = pel_term_arg(t, body, 0), b = pel_term_arg(t, body, 1);
  switch (pel_term_name(t, body)) {
    case PEL_ATOM_COMMA: return reaches_in_turn(t, m, a, b, depth);
    case PEL_ATOM_ARROW: return reaches_in_if(t, m, body, (pel_term){PEL_TERM_NONE, 0}, depth);
    case PEL_ATOM_SEMICOLON:
    case PEL_ATOM_BAR: return reaches_in_either(t, m, a, b, depth);
    default: return false;
  }
}

bool pel_check_reaches_cut(pel_terms *t, pel_machine *m, pel_term body) {
  size_t trail = t->n_trail;
  bool yes = reaches_cut(t, m, body, 0);
  pel_terms_undo(t, trail);
  return yes;
}
