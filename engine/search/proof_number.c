#include "engine/search/proof_number.h"

#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/run.h"

enum { INFINITE = PEL_PN_INFINITE };

typedef struct frame {
  uint32_t node, most_pn, most_dn;
  uint64_t visit;
} frame;

typedef struct pn_search {
  search_run run;
  pel_goal_graph *g;
  frame *frames;
  size_t n, room;
  uint64_t visits, steps_since_check, idle;
  goal_question question;
  uint32_t from; /* the goal that is to be decided */
  bool sum, proof_only, ended;
} pn_search;

/* At an OR goal "own" is the proof number, at an AND goal the disproof number: the least of the children's decides. "Other" is added up. */
typedef struct numbers {
  uint32_t own, other;
  uint32_t best, second; /* node; the least own number but for it */
  uint32_t best_other, count; /* children whose other number is not 0 */
  bool fails;
  uint32_t because; /* place on the path that a failure rests on */
} numbers;

static void child_numbers(const pn_search *s, const goal_node *c, uint32_t *pn, uint32_t *dn, uint32_t *because) {
  *because = 0;
  if (c->decided[s->question]) {
    *pn = c->decided[s->question] == GOAL_TRUE ? 0 : INFINITE;
    *dn = INFINITE - *pn;
    return;
  }
  if (c->place) *because = c->place;
  else if (c->dead_place && c->dead_place <= s->n && s->frames[c->dead_place - 1].visit == c->dead_visit) *because = c->dead_place;
  *pn = *because ? INFINITE : c->pn;
  *dn = *because ? 0 : c->dn;
}

static uint32_t add(uint64_t a, uint64_t b) { return a + b < INFINITE - 1 ? (uint32_t)(a + b) : INFINITE - 1; }

static bool before(const pn_search *s, const goal_node *c, uint32_t own, uint32_t other, const numbers *so_far) {
  if (so_far->best == GOAL_NONE || own != so_far->own) return own < so_far->own;
  if (other != so_far->best_other) return other < so_far->best_other;
  uint64_t seed = s->run.limits->seed;
  return pel_goal_tie(seed, c->key) < pel_goal_tie(seed, s->g->nodes[so_far->best].key);
}

static void take_best(const pn_search *s, uint32_t id, uint32_t own, uint32_t other, numbers *out) {
  if (before(s, &s->g->nodes[id], own, other, out)) {
    out->second = out->own;
    out->own = own;
    out->best = id;
    out->best_other = other;
  } else if (own < out->second && id != out->best) {
    out->second = own;
  }
}

/* What a failure rests on: of an OR goal on all its children, so on the deepest place; of an AND goal on the child with the shallowest. */
static void note_failure(bool or, uint32_t because, numbers *out) {
  if (or ? because > out->because : because && (!out->because || because < out->because)) out->because = because;
}

static numbers look_at(const pn_search *s, uint32_t id) {
  const goal_node *n = &s->g->nodes[id];
  bool or = n->kind == PEL_GOAL_OR;
  numbers out = {.own = INFINITE, .second = INFINITE, .best = GOAL_NONE};
  uint64_t total = 0, most = 0;
  bool failed_child = false;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    uint32_t pn, dn, because, c = s->g->edges[n->first_edge + i].child;
    child_numbers(s, &s->g->nodes[c], &pn, &dn, &because);
    note_failure(or, because, &out);
    failed_child |= pn == INFINITE;
    uint32_t own = or ? pn : dn, other = or ? dn : pn;
    if (own < INFINITE) take_best(s, c, own, other, &out);
    if (!other || (or && other == INFINITE)) continue;
    total += other;
    out.count++;
    if (other > most) most = other;
  }
  out.fails = or ? out.best == GOAL_NONE : failed_child;
  out.other = s->sum ? add(total, 0) : add(most, out.count ? out.count - 1 : 0);
  if (out.own < INFINITE && out.own > INFINITE - 1) out.own = INFINITE - 1;
  return out;
}

static uint32_t less(uint32_t most, uint32_t by) { return most >= INFINITE ? INFINITE : most > by ? most - by : 1; }

static pel_status push(pn_search *s, uint32_t id, uint32_t most_pn, uint32_t most_dn, pel_error *err) {
  frame *frames = pel_grow(s->frames, &s->room, s->n + 1, sizeof *frames);
  if (!frames) return pel_fail_memory(err, "the path of a search", (s->n + 1) * sizeof *frames);
  s->frames = frames;
  s->frames[s->n++] = (frame){.node = id, .most_pn = most_pn, .most_dn = most_dn, .visit = ++s->visits};
  s->g->nodes[id].place = (uint32_t)s->n;
  return PEL_OK;
}

static void pop(pn_search *s) { s->g->nodes[s->frames[--s->n].node].place = 0; }

static void pop_all(pn_search *s) {
  while (s->n) pop(s);
}

static pel_status push_best(pn_search *s, const frame *f, const numbers *at, pel_error *err) {
  bool or = s->g->nodes[f->node].kind == PEL_GOAL_OR;
  uint32_t most_own = or ? f->most_pn : f->most_dn, most_other = or ? f->most_dn : f->most_pn;
  uint32_t own = at->second < INFINITE && at->second + 1 < most_own ? at->second + 1 : most_own;
  uint32_t others = s->sum ? at->other - at->best_other : at->count ? at->count - 1 : 0;
  uint32_t other = less(most_other, others);
  return push(s, at->best, or ? own : other, or ? other : own, err);
}

/* Numbers of the frames' nodes follow them when goals are forgotten. */
static pel_status make_room(pn_search *s, pel_error *err) {
  uint64_t freed;
  PEL_TRY(pel_goals_forget(s->g, &freed, err));
  s->run.out->forgotten += freed;
  for (uint32_t i = 0; i < s->g->n_nodes; i++)
    if (s->g->nodes[i].place) s->frames[s->g->nodes[i].place - 1].node = i;
  if (freed < s->g->n_nodes / 8 + 1) {
    s->run.out->end = PEL_END_MEMORY;
    s->ended = true;
  }
  return PEL_OK;
}

static pel_status simulated(pn_search *s, pel_error *err) {
  const goal_node *leaf = &s->g->nodes[s->frames[s->n - 1].node];
  for (size_t i = 0; i < s->n; i++) {
    goal_node *n = &s->g->nodes[s->frames[i].node];
    n->n++;
    n->w += leaf->q;
  }
  return pel_run_simulated(&s->run, &s->frames[0].node, sizeof *s->frames, s->n, leaf->q, err);
}

static void count_edge(pn_search *s) {
  if (s->n < 2) return;
  const goal_node *p = &s->g->nodes[s->frames[s->n - 2].node];
  for (uint32_t i = 0; i < p->n_edges; i++)
    if (s->g->edges[p->first_edge + i].child == s->frames[s->n - 1].node) {
      s->g->edges[p->first_edge + i].visits++;
      return;
    }
}

/* Expands the goal at the end of the path. */
static pel_status expand_end(pn_search *s, pel_error *err) {
  if (pel_run_spent(&s->run, true)) {
    s->ended = true;
    return PEL_OK;
  }
  bool done;
  PEL_TRY(pel_goals_expand(s->g, s->frames[s->n - 1].node, &done, err));
  if (!done) return make_room(s, err);
  s->idle = 0;
  count_edge(s);
  return simulated(s, err);
}

static pel_status check_unfounded(pn_search *s, uint32_t *open, pel_error *err) {
  s->steps_since_check = 0;
  return pel_goals_unfounded(s->g, s->question, s->from, s->run.limits->seed, open, err);
}

/* The path from the root to a goal by which it was discovered, or the goal alone where that is forgotten. */
static pel_status push_way(pn_search *s, uint32_t id, pel_error *err) {
  size_t length = 1;
  uint32_t at = id;
  while (at && length <= s->g->n_nodes) at = s->g->nodes[at].parent, length++;
  if (at) length = 1;
  for (size_t i = 0; i < length; i++, id = s->g->nodes[id].parent) PEL_TRY(push(s, id, INFINITE, INFINITE, err));
  for (size_t i = 0; i < length / 2; i++) {
    frame other = s->frames[i];
    s->frames[i] = s->frames[length - 1 - i];
    s->frames[length - 1 - i] = other;
  }
  for (size_t i = 0; i < length; i++) s->g->nodes[s->frames[i].node].place = (uint32_t)i + 1;
  return PEL_OK;
}

/* Nothing is found by following numbers: whatever rests on itself is settled, and if that is not all, a goal that could still decide the
 * root is expanded, so that every round makes progress. */
static pel_status unblock(pn_search *s, pel_error *err) {
  uint32_t open;
  pop_all(s);
  s->idle = 0;
  PEL_TRY(check_unfounded(s, &open, err));
  if (open == GOAL_NONE) return PEL_OK;
  PEL_TRY(push_way(s, open, err));
  PEL_TRY(expand_end(s, err));
  pop_all(s);
  return PEL_OK;
}

/* The goal at the end of the path fails as long as another on the path is not decided. */
static pel_status fail_for_now(pn_search *s, uint32_t because, pel_error *err) {
  goal_node *n = &s->g->nodes[s->frames[s->n - 1].node];
  if (s->n == 1 || !because) return unblock(s, err);
  bool on_itself = because >= s->n;
  n->dead_place = on_itself ? (uint32_t)s->n - 1 : because;
  n->dead_visit = s->frames[n->dead_place - 1].visit;
  pop(s);
  return on_itself && s->steps_since_check > s->g->n_nodes ? check_unfounded(s, NULL, err) : PEL_OK;
}

static pel_status step(pn_search *s, pel_error *err) {
  frame *f = &s->frames[s->n - 1];
  goal_node *n = &s->g->nodes[f->node];
  s->steps_since_check++;
  if (n->decided[s->question]) {
    pop(s);
    return PEL_OK;
  }
  if (!n->expanded) return expand_end(s, err);
  if (++s->idle > 8 * s->g->n_nodes + 1000) return unblock(s, err);
  numbers at = look_at(s, f->node);
  if (at.fails) return fail_for_now(s, at.because, err);
  bool or = n->kind == PEL_GOAL_OR;
  n->pn = or ? at.own : at.other;
  n->dn = or ? at.other : at.own;
  if (n->pn >= f->most_pn || n->dn >= f->most_dn) {
    pop(s);
    return PEL_OK;
  }
  return push_best(s, f, &at, err);
}

static pel_status decide(pn_search *s, goal_question question, pel_error *err) {
  s->question = question;
  pop_all(s);
  while (!s->ended && goal_is(s->g, s->from, question) == GOAL_UNDECIDED) {
    if (pel_run_spent(&s->run, false)) s->ended = true;
    else if (!s->n) PEL_TRY(push(s, s->from, INFINITE, INFINITE, err));
    else PEL_TRY(step(s, err));
  }
  pop_all(s);
  return PEL_OK;
}

static pel_status decide_both(pn_search *s, uint32_t from, pel_error *err) {
  s->from = from;
  PEL_TRY(decide(s, GOAL_PROVED, err));
  if (s->ended || s->proof_only) return PEL_OK;
  PEL_TRY(pel_goals_unfounded(s->g, GOAL_KEPT, from, 0, NULL, err));
  if (goal_is(s->g, from, GOAL_KEPT) != GOAL_UNDECIDED) return PEL_OK;
  for (uint32_t i = 0; i < s->g->n_nodes; i++) s->g->nodes[i].pn = s->g->nodes[i].dn = 1;
  return decide(s, GOAL_KEPT, err);
}

/* The root and, where that is asked for, each way to it. */
static pel_status decide_all(pn_search *s, bool go_on, pel_error *err) {
  PEL_TRY(decide_both(s, 0, err));
  if (!go_on || !s->g->nodes[0].expanded) return PEL_OK;
  for (uint32_t i = 0; i < s->g->nodes[0].n_edges && !s->ended; i++) PEL_TRY(decide_both(s, s->g->edges[s->g->nodes[0].first_edge + i].child, err));
  return PEL_OK;
}

pel_status pel_search_proof_number(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_proof_number_options *options, const pel_search_sink *sink, pel_search **out, pel_error *err) {
  pn_search s = {.sum = options && options->sum, .proof_only = options && options->proof_only};
  PEL_TRY(pel_run_start(problem, limits, sink, &s.run, err));
  s.g = s.run.g;
  pel_status status = decide_all(&s, options && options->go_on, err);
  free(s.frames);
  if (status == PEL_OK) return pel_run_finish(&s.run, out, err);
  pel_run_abandon(&s.run);
  return status;
}
