/* One step applied: a clause, a built-in predicate, an absence, a collection. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/proof/check_unknown.h"
#include "engine/proof/check_walk.h"

/* ---- what a step says ---- */

/* The step that the body's next goal uses, when it says such a goal. False: told. */
static bool take_up(pel_walk *w, pel_term goal, uint32_t *use) {
  pel_terms *t = w->t;
  char name[PEL_CLIPPED], says[PEL_CLIPPED];
  uint32_t arity = pel_term_arity(t, goal);
  pel_check_clip(pel_atom_text(&t->program->symbols, pel_term_name(t, goal)), name);
  if (w->at >= pel_walk_uses(w, w->step)) return pel_walk_fail(w, w->step, false, "it needs a step for %s/%u and uses no further one", name, arity);
  uint32_t u = pel_walk_use(w, w->step, w->at);
  pel_term written = w->written[u];
  pel_check_clip(w->proof->steps[u].goal, says);
  if (!pel_term_is_callable(written) || pel_term_arity(t, written) != arity || pel_term_name(t, written) != pel_term_name(t, goal))
    return pel_walk_fail(w, w->step, false, "it needs %s/%u here, but step %u says %s", name, arity, u, says);
  t->written = true;
  bool matches = pel_term_unifies(t, goal, written);
  t->written = false;
  if (t->over) return false;
  if (!matches) return pel_walk_fail(w, w->step, true, "the %s/%u that it needs is not what step %u says: %s", name, arity, u, says);
  w->at++;
  *use = u;
  return true;
}

static uint32_t enter(pel_walk *w, uint32_t use, pel_term goal) {
  return pel_walk_entry_add(w, (pel_walk_entry){.step = use, .goal = goal});
}

bool pel_walk_leave(pel_walk *w, uint32_t entry) {
  pel_walk_entry e = w->entries[entry];
  w->t->written = true;
  bool matches = pel_term_unifies(w->t, e.goal, w->written[e.step]);
  w->t->written = false;
  return matches || pel_walk_fail(w, e.step, true, "what follows is something else");
}

/* ---- clauses ---- */

static bool load_clause(pel_walk *w, uint32_t number) {
  if (w->heads[number].kind) return true;
  const pel_rule_clause *c = &w->t->program->clauses[number];
  pel_heap constants = {.program = w->t->program};
  w->bodies[number] = pel_term_from_cells(w->t, &constants, c->body, true);
  w->heads[number] = pel_term_from_cells(w->t, &constants, c->head, true);
  return w->bodies[number].kind && w->heads[number].kind;
}

/* The clause with variables of its own; its head unified with the goal. */
static bool apply_head(pel_walk *w, uint32_t number, pel_term goal, bool *matches) {
  uint32_t n = w->t->program->clauses[number].n_locals;
  pel_term *locals = pel_walk_scratch(w, n);
  if (!locals || !load_clause(w, number)) return false;
  for (uint32_t i = 0; i < n; i++)
    if (!(locals[i] = pel_term_var(w->t)).kind) return false;
  pel_term head = pel_term_rename(w->t, w->heads[number], locals);
  w->t->open = false;
  *matches = head.kind && pel_term_unify(w->t, head, goal);
  return head.kind && !w->t->over;
}

static bool is_true(const pel_walk *w, uint32_t number) { return w->t->program->clauses[number].body == pel_make_atom(PEL_ATOM_TRUE); }

static pel_cell index_key(const pel_terms *t, pel_term goal) {
  pel_term first = pel_term_arity(t, goal) ? pel_term_arg(t, goal, 0) : (pel_term){PEL_TERM_NONE, 0};
  if (first.kind == PEL_TERM_ATOM) return pel_make_atom(first.value);
  return first.kind == PEL_TERM_INT ? pel_make_int((int32_t)first.value) : 0;
}

/* In force on the case's date; when nobody knows it: supposed. */
static bool in_force(const pel_walk *w, uint32_t number) {
  const pel_rule_clause *c = &w->t->program->clauses[number];
  return !c->excluded && (!c->undecided || pel_check_supposed(w->t, c->undecided) > 0);
}

/* A cut of the clause itself: those in a condition, or in what is called, are of their own. */
static bool has_cut(const pel_terms *t, pel_term body, int depth) {
  while (depth < 200 && (body.kind == PEL_TERM_COMPOUND || body.kind == PEL_TERM_PATTERN) && pel_term_arity(t, body) == 2) {
    uint32_t name = pel_term_name(t, body);
    bool both = name == PEL_ATOM_COMMA || name == PEL_ATOM_SEMICOLON || name == PEL_ATOM_BAR;
    if (!both && name != PEL_ATOM_ARROW) return false;
    if (both && has_cut(t, pel_term_arg(t, body, 0), depth + 1)) return true;
    body = pel_term_arg(t, body, 1);
  }
  return pel_term_same(body, pel_term_atom(PEL_ATOM_CUT));
}

/* Most predicates have no cut, and some have very many clauses: looked at once. */
static bool predicate_has_cut(pel_walk *w, uint32_t predicate) {
  const pel_predicate *d = &w->t->program->predicates[predicate];
  if (!w->cuts[predicate]) {
    w->cuts[predicate] = 1;
    for (size_t i = 0; i < d->n_clauses && w->cuts[predicate] == 1; i++) {
      uint32_t clause = d->clauses[i];
      if (!is_true(w, clause) && load_clause(w, clause) && has_cut(w->t, w->bodies[clause], 0)) w->cuts[predicate] = 2;
    }
  }
  return w->cuts[predicate] == 2;
}

/* Whether a clause before the one that is named comes to a cut, so that the named one is never tried. */
static bool is_cut_off(pel_walk *w, uint32_t predicate, uint32_t named, pel_term goal) {
  pel_terms *t = w->t;
  pel_program *p = t->program;
  if (predicate == PEL_NO_STEP || !predicate_has_cut(w, predicate)) return false;
  pel_cell key = index_key(t, goal);
  const pel_predicate *d = &p->predicates[predicate];
  for (size_t i = pel_program_candidate(p, predicate, key, 0); i < d->n_clauses && d->clauses[i] != named && pel_terms_count(t, 1);
       i = pel_program_candidate(p, predicate, key, i + 1)) {
    uint32_t clause = d->clauses[i];
    bool matches = false;
    if (!in_force(w, clause) || is_true(w, clause) || !load_clause(w, clause) || !has_cut(t, w->bodies[clause], 0)) continue;
    size_t trail = t->n_trail;
    bool cut = apply_head(w, clause, goal, &matches) && matches;
    pel_term body = cut ? pel_term_rename(t, w->bodies[clause], w->scratch) : (pel_term){PEL_TERM_NONE, 0};
    cut = (body.kind && pel_check_reaches_cut(t, w->m, body)) || t->open;
    pel_terms_undo(t, trail);
    if (cut) return true;
  }
  return false;
}

static bool clause_step(pel_walk *w, uint32_t predicate, uint32_t use, pel_term goal) {
  const pel_step *s = &w->proof->steps[use];
  const pel_program *p = w->t->program;
  bool matches;
  if (s->kind != PEL_STEP_RULE && s->kind != PEL_STEP_FACT)
    return pel_walk_fail(w, use, true, "it is called %s, but only a rule or a fact can show it", pel_step_kind_name(s->kind));
  if (s->clause >= p->n_clauses) return pel_walk_fail(w, use, true, "it names rule %u, and there are %zu", s->clause, p->n_clauses);
  if (p->clauses[s->clause].excluded) return pel_walk_fail(w, use, true, "its rule is not in force");
  if (!in_force(w, s->clause)) return pel_walk_fail(w, use, true, "its fact is not known, and it is not what is supposed");
  if (is_true(w, s->clause) != (s->kind == PEL_STEP_FACT)) return pel_walk_fail(w, use, true, "it is called a %s and is none", pel_step_kind_name(s->kind));
  if (is_cut_off(w, predicate, s->clause, goal)) return pel_walk_fail(w, use, true, "a rule before its rule comes to a cut, so its own is not tried");
  if (!apply_head(w, s->clause, goal, &matches)) return false;
  if (!matches) return pel_walk_fail(w, use, true, "its rule says nothing about this: the head is another");
  pel_term body = pel_term_rename(w->t, w->bodies[s->clause], w->scratch);
  if (!body.kind) return false;
  w->marks[use] = p->clauses[s->clause].undecided ? PEL_MARK_ASSUMED : 0;
  uint32_t entry = enter(w, use, goal);
  pel_walk_decide(w, s->clause);
  w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_EXIT, .next = w->next, .step = w->step, .at = w->at, .index = entry});
  w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_GOAL, .goal = body, .next = w->next});
  w->step = use;
  w->at = 0;
  return !w->t->over;
}

/* ---- built-in predicates ---- */

static bool builtin_step(pel_walk *w, uint32_t use, pel_term goal) {
  const pel_step *s = &w->proof->steps[use];
  if (s->kind != PEL_STEP_BUILTIN) return pel_walk_fail(w, use, true, "it is called %s, but the predicate is built in", pel_step_kind_name(s->kind));
  if (s->n_uses) return pel_walk_fail(w, use, true, "a built-in predicate rests on no other step");
  uint32_t entry = enter(w, use, goal);
  uint8_t mark = 0;
  pel_verdict v = pel_check_own(w->t, goal);
  if (v == PEL_VERDICT_FOREIGN) {
    v = pel_check_rerun(w->t, w->m, goal, w->written[use]);
    mark |= PEL_MARK_RERUN;
  }
  if (w->t->over) return false;
  if (v == PEL_VERDICT_NO) return pel_walk_fail(w, use, true, "it does not hold");
  if (v == PEL_VERDICT_ERROR || v == PEL_VERDICT_FOREIGN) return pel_walk_fail(w, use, true, "it cannot be computed");
  w->marks[use] = mark | (pel_check_mentions(w->t, goal) ? PEL_MARK_ASSUMED : 0);
  return pel_walk_leave(w, entry);
}

/* ---- absences ---- */

/* Whether a fact in force says the goal, with no rule before it that could have kept it from being reached. */
static bool is_said(pel_walk *w, pel_term goal) {
  pel_terms *t = w->t;
  pel_program *p = t->program;
  uint32_t functor = pel_term_is_callable(goal) ? pel_functor_find(&p->symbols, pel_term_name(t, goal), pel_term_arity(t, goal)) : PEL_NO_SYMBOL;
  uint32_t number = functor == PEL_NO_SYMBOL ? 0 : p->symbols.functors[functor].predicate;
  if (!number || p->predicates[number - 1].kind != PEL_PREDICATE_CLAUSES) return false;
  pel_cell key = index_key(t, goal);
  const pel_predicate *d = &p->predicates[number - 1];
  for (size_t i = pel_program_candidate(p, number - 1, key, 0); i < d->n_clauses && pel_terms_count(t, 1); i = pel_program_candidate(p, number - 1, key, i + 1)) {
    uint32_t clause = d->clauses[i];
    if (!in_force(w, clause)) continue;
    if (!is_true(w, clause)) return false;
    size_t trail = t->n_trail;
    bool matches = false;
    apply_head(w, clause, goal, &matches);
    pel_terms_undo(t, trail);
    if (matches || t->open) return true;
  }
  return false;
}

bool pel_walk_absent(pel_walk *w, pel_term negation) {
  uint32_t use;
  if (!take_up(w, negation, &use)) return false;
  const pel_step *s = &w->proof->steps[use];
  if (s->kind != PEL_STEP_ABSENT) return pel_walk_fail(w, use, true, "it is called %s, but says that something was not found", pel_step_kind_name(s->kind));
  if (s->n_uses) return pel_walk_fail(w, use, true, "that nothing was found rests on no other step");
  enter(w, use, negation);
  pel_term goal = pel_term_arg(w->t, negation, 0);
  pel_verdict v = pel_check_decide(w->t, w->m, goal);
  if (v == PEL_VERDICT_OPEN && is_said(w, goal)) return pel_walk_fail(w, use, true, "it is said not to be found, and a fact says it");
  if (w->t->over) return false;
  if (v == PEL_VERDICT_YES) return pel_walk_fail(w, use, true, "what is said not to hold does hold");
  if (v == PEL_VERDICT_ERROR) return pel_walk_fail(w, use, true, "what is said not to hold cannot be computed");
  w->marks[use] = v == PEL_VERDICT_OPEN || pel_check_mentions(w->t, goal) ? PEL_MARK_ASSUMED : 0;
  return true;
}

/* ---- collections ---- */

static bool next_solution(pel_walk *w, uint32_t collect, size_t number, size_t decisions_before, pel_term before) {
  pel_walk_solution *solutions = pel_grow(w->solutions, &w->solutions_capacity, w->n_solutions + 1, sizeof *solutions);
  if (!solutions) return w->t->over = "there is no memory", false;
  w->solutions = solutions;
  if (++w->tries > w->most_tries) return w->t->over = "checking it takes more tries than are allowed", false;
  solutions[w->n_solutions] = (pel_walk_solution){collect, (uint32_t)w->n_entries, number, w->t->n_trail, decisions_before, w->n_decisions, before};
  pel_term goal = pel_term_arg(w->t, w->collects[collect].goal, 1);
  w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_SOLUTION, .index = (uint32_t)w->n_solutions++});
  w->next = pel_walk_frame_add(w, (pel_walk_frame){.kind = PEL_WALK_GOAL, .goal = goal, .next = w->next});
  return !w->t->over;
}

/* All solutions are there: their list is the third argument. */
static bool collected(pel_walk *w, const pel_walk_collect *c, pel_term newest_first) {
  pel_terms *t = w->t;
  uint32_t use = w->entries[c->entry].step;
  if (w->at < w->proof->steps[use].n_uses) return pel_walk_fail(w, use, true, "it uses more steps than its %zu solutions need", c->n);
  pel_term list = pel_term_arity(t, c->goal) == 4 ? pel_term_arg(t, c->goal, 3) : pel_term_atom(PEL_ATOM_NIL);
  for (pel_term l = newest_first; pel_term_is(t, l, PEL_ATOM_DOT, 2) && !t->over; l = pel_term_arg(t, l, 1)) {
    pel_term item = pel_term_arg(t, l, 0);
    list = pel_term_list(t, &item, 1, list);
  }
  if (t->over) return false;
  if (!pel_term_unify(t, pel_term_arg(t, c->goal, 2), list)) return pel_walk_fail(w, use, true, "its solutions are others");
  w->next = c->next;
  w->step = c->step;
  w->at = c->at;
  return pel_walk_leave(w, c->entry);
}

static bool collect_step(pel_walk *w, uint32_t use, pel_term goal) {
  pel_terms *t = w->t;
  const pel_step *s = &w->proof->steps[use];
  if (s->kind != PEL_STEP_COLLECT) return pel_walk_fail(w, use, true, "it is called %s, but all solutions are collected", pel_step_kind_name(s->kind));
  size_t n = pel_term_spine(t, pel_term_arg(t, w->written[use], 2), NULL);
  size_t after = pel_term_arity(t, goal) == 4 ? pel_term_spine(t, pel_term_arg(t, w->written[use], 3), NULL) : 0;
  pel_walk_collect *collects = pel_grow(w->collects, &w->collects_capacity, w->n_collects + 1, sizeof *collects);
  if (!collects) return t->over = "there is no memory", false;
  w->collects = collects;
  if (after > n) return pel_walk_fail(w, use, true, "its list is shorter than what was to follow it");
  uint32_t number = (uint32_t)w->n_collects++;
  collects[number] = (pel_walk_collect){goal, enter(w, use, goal), w->next, w->step, w->at, n - after};
  w->marks[use] = PEL_MARK_ASSUMED; /* that there are no others */
  w->step = use;
  w->at = 0;
  pel_walk_collect c = collects[number];
  return n == after ? collected(w, &c, pel_term_atom(PEL_ATOM_NIL)) : next_solution(w, number, 0, w->n_decisions, pel_term_atom(PEL_ATOM_NIL));
}

/* Marks the entries of [from, n_entries) that others replace. */
static uint8_t *replaced(pel_walk *w, uint32_t from) {
  uint8_t *gone = pel_alloc(w->n_entries - from + 1, 1);
  for (size_t i = from; gone && i < w->n_entries; i++) {
    const pel_walk_entry *e = &w->entries[i];
    if (e->step != PEL_NO_STEP) continue;
    gone[i - from] = 1;
    memset(gone + (e->from - from), 1, e->to - e->from);
  }
  return gone;
}

/* Each solution is another one than that before it, and found after it: where they part, its clause or side is the later one. */
static bool in_order(const pel_walk *w, const pel_walk_solution *s) {
  if (s->number == 0) return true;
  const uint32_t *a = w->decisions + s->decisions_before, *b = w->decisions + s->decisions;
  size_t na = s->decisions - s->decisions_before, nb = w->n_decisions - s->decisions, i = 0;
  while (i < na && i < nb && a[i] == b[i]) i++;
  return i < na && i < nb && a[i] < b[i];
}

/* What a solution established stays as a copy when its bindings go, as the interpreter keeps it. */
bool pel_walk_solution_done(pel_walk *w, uint32_t solution) {
  pel_walk_solution s = w->solutions[solution];
  pel_walk_collect c = w->collects[s.collect];
  size_t n = w->n_entries - s.from, kept = 1;
  if (!in_order(w, &s)) return pel_walk_fail(w, w->step, true, "its solution %zu is not one that is found after the one before", s.number + 1);
  uint8_t *gone = replaced(w, s.from);
  pel_term *terms = pel_walk_scratch(w, 2 * n + 2), *copies = terms + n + 1;
  if (!gone || !terms) return free(gone), w->t->over = "there is no memory", false;
  terms[0] = pel_term_arg(w->t, c.goal, 0);
  for (size_t i = 0; i < n; i++)
    if (!gone[i]) terms[kept++] = w->entries[s.from + i].goal;
  bool ok = pel_terms_copy(w->t, terms, kept, copies);
  uint32_t end = (uint32_t)w->n_entries;
  if (ok) pel_walk_entry_add(w, (pel_walk_entry){.step = PEL_NO_STEP, .from = s.from, .to = end});
  kept = 1;
  for (size_t i = 0; ok && i < n; i++)
    if (!gone[i]) pel_walk_entry_add(w, (pel_walk_entry){.step = w->entries[s.from + i].step, .goal = copies[kept++]});
  free(gone);
  if (!ok || w->t->over) return false;
  pel_term pair[2] = {copies[0], s.before}, list = pel_term_compound(w->t, PEL_ATOM_DOT, 2, pair);
  pel_terms_reopen(w->t, s.trail);
  if (w->t->over) return false;
  return s.number + 1 == c.n ? collected(w, &c, list) : next_solution(w, s.collect, s.number + 1, s.decisions, list);
}

/* ---- any goal ---- */

bool pel_walk_step(pel_walk *w, pel_term goal) {
  uint32_t use;
  if (!take_up(w, goal, &use)) return false;
  const pel_program *p = w->t->program;
  uint32_t functor = pel_functor_find(&p->symbols, pel_term_name(w->t, goal), pel_term_arity(w->t, goal));
  uint32_t number = functor == PEL_NO_SYMBOL ? 0 : p->symbols.functors[functor].predicate;
  const pel_predicate *d = number ? &p->predicates[number - 1] : NULL;
  if (d && d->kind == PEL_PREDICATE_BUILTIN) return builtin_step(w, use, goal);
  if (d && d->kind == PEL_PREDICATE_CONTROL) return collect_step(w, use, goal); /* findall; the others are never steps */
  return clause_step(w, d ? number - 1 : PEL_NO_STEP, use, goal);
}
