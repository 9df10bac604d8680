#include "engine/reason/rule_goals.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/opposite.h"

enum { MOST_WAYS = 32, MOST_ANSWERS = 5, FURTHER_STEPS = 50000, FURTHER_ANSWERS = 20 /* after those that were found: what else proves them */ };

typedef struct posing {
  const pel_world *w;
  const char *question;
  pel_deduction *d;
  const pel_deduce_options *o;
  pel_rule_goals *g;
  uint32_t tops[PEL_SIDES][MOST_WAYS]; /* goals of the watch */
  size_t n_ways;
  pel_error *err;
} posing;

/* ---- runs ---- */

/* Against a question with variables only what leaves them open counts. */
static pel_answer next_answer(pel_machine *m, bool general) { return general ? pel_next_general(m) : pel_machine_next(m); }

/* Smaller ones than the deduction's: what is not seen within them stays open. */
static pel_logic_limits limits_of(const posing *p) {
  pel_logic_limits l = p->o->limits, most = {300000, (uint64_t)64 << 20, 100000, 2};
  return (pel_logic_limits){l.steps < most.steps ? l.steps : most.steps, l.memory < most.memory ? l.memory : most.memory, l.depth < most.depth ? l.depth : most.depth, l.seconds < most.seconds ? l.seconds : most.seconds};
}

/* One run, to as many answers as are wanted and a little further. */
static pel_status watch_run(posing *p, const char *goal, size_t way, uint32_t top, bool general, size_t wanted) {
  pel_machine *m;
  pel_answer last = PEL_ANSWER_NO;
  const pel_logic_limits limits = limits_of(p);
  PEL_TRY(pel_machine_create(p->w->program, &limits, &m, p->err));
  m->unknowns = &p->d->ways[way].unknowns;
  m->record = true;
  m->cancelled = p->o->cancelled;
  m->user = p->o->user;
  pel_status status = pel_machine_ask(m, goal, p->err);
  if (status != PEL_OK) return pel_machine_destroy(m), status;
  pel_watch_begin(p->g->watch, m, (uint32_t)way, top);
  size_t n = 0;
  for (; status == PEL_OK && (last = next_answer(m, general)) == PEL_ANSWER_YES && n < wanted + FURTHER_ANSWERS;) {
    status = pel_watch_answer(p->g->watch, p->err);
    if (++n == wanted && m->steps + FURTHER_STEPS < m->limits.steps) m->limits.steps = m->steps + FURTHER_STEPS;
  }
  p->g->cut |= n < wanted && last == PEL_ANSWER_STOPPED && !p->d->ways[way].limited;
  pel_status ended = pel_watch_end(p->g->watch, last, p->err);
  pel_machine_destroy(m);
  return status == PEL_OK ? ended : status;
}

/* The question in one way in which the unknown facts may be, and its opposite, or that of each answer. */
static pel_status run_way(posing *p, size_t way) {
  const pel_way *of = &p->d->ways[way];
  size_t answers = of->n_answers < MOST_ANSWERS ? of->n_answers : MOST_ANSWERS;
  char *opposite = NULL;
  PEL_TRY(pel_opposite(p->w, p->question, &opposite, p->err));
  pel_status status = pel_watch_goal(p->g->watch, PEL_PART_OWN, (uint32_t)way, p->question, &p->tops[PEL_SIDE_FOR][way], p->err);
  if (status == PEL_OK) status = pel_watch_goal(p->g->watch, PEL_PART_OWN, (uint32_t)way, opposite, &p->tops[PEL_SIDE_AGAINST][way], p->err);
  if (status == PEL_OK) status = watch_run(p, p->question, way, p->tops[PEL_SIDE_FOR][way], false, answers ? answers : 1);
  if (status == PEL_OK && !answers) status = watch_run(p, opposite, way, p->tops[PEL_SIDE_AGAINST][way], true, 1);
  free(opposite);
  for (size_t i = 0; i < answers && status == PEL_OK; i++) {
    PEL_TRY(pel_opposite(p->w, of->answers[i], &opposite, p->err));
    status = watch_run(p, opposite, way, p->tops[PEL_SIDE_AGAINST][way], true, 1);
    free(opposite);
  }
  return status;
}

/* ---- atoms ---- */

/* Atoms: the question, both sides, in several ways what each supposes, then the goals of the watch. */
static uint32_t first_supposed(void) { return 1 + PEL_SIDES; }
static uint32_t atom_of(const posing *p, uint32_t goal) { return first_supposed() + (p->n_ways > 1 ? (uint32_t)p->n_ways : 0) + goal; }

static pel_status add_rule(posing *p, pel_rule_way kind, uint32_t head, const uint32_t *body, size_t n, uint32_t number) {
  pel_rule_goals *g = p->g;
  struct pel_rule_made *rules = pel_grow(g->rules, &g->rule_room, g->n_rules + 1, sizeof *rules);
  if (!rules) return pel_fail_memory(p->err, "ways of a search", n);
  g->rules = rules;
  rules[g->n_rules++] = (struct pel_rule_made){kind, number};
  return pel_horn_rule(g->horn, head, body, n, 1, NULL, p->err);
}

static pel_status name_atoms(posing *p) {
  pel_rule_goals *g = p->g;
  g->n_atoms = atom_of(p, (uint32_t)g->watch->n_goals);
  g->seen = pel_alloc(g->n_atoms, sizeof *g->seen);
  g->way_of = pel_alloc(g->n_atoms, sizeof *g->way_of);
  g->supposed = pel_alloc(g->n_atoms, sizeof *g->supposed);
  if (!g->seen || !g->way_of || !g->supposed) return pel_fail_memory(p->err, "goals of a search", g->n_atoms);
  for (uint32_t i = 0; i < g->n_atoms; i++) {
    bool seen = i >= atom_of(p, 0), case_of = !seen && i >= first_supposed();
    g->seen[i] = seen ? i - atom_of(p, 0) : PEL_NO_SYMBOL;
    g->way_of[i] = case_of ? i - first_supposed() : PEL_NO_SYMBOL;
  }
  for (size_t side = 0; side < PEL_SIDES; side++)
    for (size_t w = 0; w < p->n_ways && p->n_ways > 1; w++) g->way_of[atom_of(p, p->tops[side][w])] = (uint32_t)w;
  return pel_horn_create(g->n_atoms, &g->horn, p->err);
}

static pel_status add_goals(posing *p) {
  const pel_watch *t = p->g->watch;
  for (uint32_t i = 0; i < t->n_goals; i++) {
    const pel_seen_goal *s = &t->goals[i];
    if (s->given) PEL_TRY(pel_horn_fact(p->g->horn, atom_of(p, i), 1, p->err));
    if (s->open) PEL_TRY(pel_horn_open(p->g->horn, atom_of(p, i), p->err));
  }
  uint32_t *body = pel_alloc(t->n_bodies + 1, sizeof *body);
  if (!body) return pel_fail_memory(p->err, "ways of a search", t->n_bodies);
  pel_status status = PEL_OK;
  for (uint32_t i = 0; i < t->n_ways && status == PEL_OK; i++) {
    const pel_seen_way *w = &t->ways[i];
    for (uint32_t k = 0; k < w->n; k++) body[k] = atom_of(p, t->bodies[w->first + k]);
    status = add_rule(p, w->clause == PEL_NO_SYMBOL ? PEL_WAY_PARTS : PEL_WAY_CLAUSE, atom_of(p, w->head), body, w->n, i);
  }
  free(body);
  return status;
}

/* A side that one goal alone decides is that goal. */
static uint32_t plain(const posing *p, uint32_t top) {
  const pel_watch *t = p->g->watch;
  uint32_t found = PEL_NO_SYMBOL;
  for (uint32_t i = 0; i < t->n_ways; i++) {
    if (t->ways[i].head != top) continue;
    if (found != PEL_NO_SYMBOL || t->ways[i].n != 1) return atom_of(p, top);
    found = t->bodies[t->ways[i].first];
  }
  return found == PEL_NO_SYMBOL || t->goals[top].open || t->goals[top].given ? atom_of(p, top) : atom_of(p, found);
}

static pel_status add_cases(posing *p, pel_rule_side side) {
  uint32_t all[MOST_WAYS], atom = p->g->of_side[side];
  for (size_t i = 0; i < p->n_ways; i++) all[i] = atom_of(p, p->tops[side][i]);
  PEL_TRY(add_rule(p, PEL_WAY_CASES, atom, all, p->n_ways, 0));
  for (uint32_t i = 0; i < p->n_ways; i++) PEL_TRY(add_rule(p, PEL_WAY_CASE, atom, (const uint32_t[]){first_supposed() + i, all[i]}, 2, i));
  return PEL_OK;
}

static pel_status add_sides(posing *p) {
  pel_rule_goals *g = p->g;
  for (uint32_t side = 0; side < PEL_SIDES; side++) {
    g->of_side[side] = p->n_ways > 1 ? 1 + side : plain(p, p->tops[side][0]);
    PEL_TRY(add_rule(p, PEL_WAY_SIDE, 0, &g->of_side[side], 1, side));
  }
  for (uint32_t side = 0; side < PEL_SIDES; side++) {
    if (p->n_ways > 1) PEL_TRY(add_cases(p, (pel_rule_side)side));
    if (g->n_ways_left_out) PEL_TRY(pel_horn_open(g->horn, g->of_side[side], p->err));
  }
  for (uint32_t i = 0; i < p->n_ways && p->n_ways > 1; i++) PEL_TRY(pel_horn_open(g->horn, first_supposed() + i, p->err));
  return PEL_OK;
}

/* What rests on something that is supposed, up along the ways until nothing is added. */
static void mark_supposed(posing *p) {
  const pel_watch *t = p->g->watch;
  bool changed = p->n_ways > 1;
  for (uint32_t i = 0; i < t->n_goals; i++) p->g->supposed[atom_of(p, i)] = p->n_ways > 1 && t->goals[i].supposed;
  while (changed) {
    changed = false;
    for (uint32_t i = (uint32_t)t->n_ways; i-- > 0;) {
      bool *head = &p->g->supposed[atom_of(p, t->ways[i].head)];
      for (uint32_t k = 0; k < t->ways[i].n && !*head; k++) changed |= *head = p->g->supposed[atom_of(p, t->bodies[t->ways[i].first + k])];
    }
  }
}

static pel_status pose(posing *p) {
  for (size_t i = 0; i < p->n_ways; i++) PEL_TRY(run_way(p, i));
  PEL_TRY(pel_watch_settle(p->g->watch, p->err));
  PEL_TRY(name_atoms(p));
  PEL_TRY(add_sides(p));
  PEL_TRY(add_goals(p));
  mark_supposed(p);
  p->g->query = (pel_horn_query){.horn = p->g->horn, .goal = 0, .closed_world = true};
  return PEL_OK;
}

pel_status pel_rule_goals_create(const pel_world *w, const char *question, pel_deduction *d, const pel_deduce_options *options, pel_rule_goals **out, pel_error *err) {
  pel_rule_goals *g = pel_alloc(1, sizeof *g);
  if (!g) return pel_fail_memory(err, "goals of a search", sizeof *g);
  posing p = {.w = w, .question = question, .d = d, .o = options, .g = g, .err = err};
  p.n_ways = d->n_ways < MOST_WAYS ? d->n_ways : MOST_WAYS;
  g->n_ways_left_out = d->n_ways - p.n_ways;
  pel_status status = pel_watch_create(w, &g->watch, err);
  if (status == PEL_OK) status = pose(&p);
  if (status == PEL_OK) *out = g;
  else pel_rule_goals_free(g);
  return status;
}

void pel_rule_goals_free(pel_rule_goals *g) {
  if (!g) return;
  pel_watch_free(g->watch);
  pel_horn_free(g->horn);
  free(g->seen), free(g->way_of), free(g->rules), free(g->supposed);
  free(g);
}
