#include "engine/search/puct.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "engine/search/run.h"

typedef struct step {
  uint32_t node;
  uint32_t edge; /* that leads to it, or GOAL_NONE */
} step;

typedef struct puct {
  search_run run;
  pel_goal_graph *g;
  pel_puct_options options;
  pel_rng rng;
  step *path;
  size_t n, room;
  uint64_t dead; /* simulations in a row that led into circles only */
  uint64_t checked_at, checked_with; /* when that was looked into: simulations and expansions */
  bool ended;
} puct;

double pel_puct_score(double c, double value, double prior, uint64_t parent_visits, uint64_t visits) {
  double n = (double)(parent_visits ? parent_visits : 1);
  return value + (log((n + 19653) / 19652) + c) * prior * sqrt(n) / (1 + (double)visits);
}

/* Whether something below the goal may still matter: to decide the root, and then, going on, to find a proof of it that is worth more. */
static bool alive(const puct *s, uint32_t id) {
  const goal_node *n = &s->g->nodes[id], *root = &s->g->nodes[0];
  bool more = s->options.go_on && root->decided[GOAL_PROVED] == GOAL_TRUE;
  if (more) return n->decided[GOAL_PROVED] != GOAL_FALSE && !n->decided[GOAL_CLOSED];
  return (!root->decided[GOAL_PROVED] && !n->decided[GOAL_PROVED]) || (!root->decided[GOAL_KEPT] && !n->decided[GOAL_KEPT]);
}

static bool comes_first(const puct *s, uint32_t a, uint32_t b) {
  uint64_t seed = s->run.limits->seed;
  return pel_goal_tie(seed, s->g->nodes[a].key) < pel_goal_tie(seed, s->g->nodes[b].key);
}

/* The shorter proof first, until there is one: after that only a worthier one is sought, however long. */
static double decay(const puct *s) { return goal_is(s->g, 0, GOAL_PROVED) == GOAL_TRUE ? 1 : s->options.decay; }

/* What the best proof by way of a goal may be worth, as far as is seen: a decided one's value, an open one's guess, less for each goal still to be decided. */
static double hope_of(const puct *s, const goal_node *n) {
  if (n->decided[GOAL_CLOSED]) return n->q;
  if (!n->expanded) return decay(s) * n->q;
  return n->decided[GOAL_PROVED] == GOAL_TRUE ? fmax(n->hope, n->q) : n->hope;
}

/* A child that leads back to the path is no way to prove the goal here. Of a goal that is not provable what counts is whether it stays unrefuted. */
static void renew_hope(const puct *s, goal_node *n) {
  if (!n->expanded) return;
  goal_question question = n->decided[GOAL_PROVED] == GOAL_FALSE ? GOAL_KEPT : GOAL_PROVED;
  double hope = n->kind == PEL_GOAL_OR ? 0 : n->weight;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    const goal_node *c = &s->g->nodes[s->g->edges[n->first_edge + i].child];
    double of_child = c->place || c->decided[question] == GOAL_FALSE ? 0 : hope_of(s, c);
    hope = n->kind == PEL_GOAL_OR ? fmax(hope, of_child) : hope * of_child;
  }
  n->hope = n->decided[GOAL_PROVED] == GOAL_TRUE ? hope : decay(s) * hope;
}

static bool is_a_way(const puct *s, const goal_edge *e) { return alive(s, e->child) && !s->g->nodes[e->child].place; }

static double greatest_hope(const puct *s, const goal_node *n) {
  double greatest = 0;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    const goal_edge *e = &s->g->edges[n->first_edge + i];
    if (is_a_way(s, e)) greatest = fmax(greatest, hope_of(s, &s->g->nodes[e->child]));
  }
  return greatest;
}

static uint32_t choose_or(const puct *s, const goal_node *n) {
  uint32_t best = GOAL_NONE;
  double best_score = 0, greatest = greatest_hope(s, n);
  for (uint32_t i = 0; i < n->n_edges; i++) {
    const goal_edge *e = &s->g->edges[n->first_edge + i];
    if (!is_a_way(s, e)) continue;
    double value = greatest > 0 ? hope_of(s, &s->g->nodes[e->child]) / greatest : 0;
    double score = pel_puct_score(s->options.c, value, (double)e->prior, n->n, e->visits);
    if (best == GOAL_NONE || score > best_score || (score == best_score && comes_first(s, e->child, s->g->edges[best].child))) {
      best = n->first_edge + i;
      best_score = score;
    }
  }
  return best;
}

/* Fail first: what is not proved, of that the least value, of that the most to be proved. */
static bool weaker(const puct *s, uint32_t a, uint32_t b) {
  const goal_node *x = &s->g->nodes[a], *y = &s->g->nodes[b];
  bool x_proved = x->decided[GOAL_PROVED] == GOAL_TRUE, y_proved = y->decided[GOAL_PROVED] == GOAL_TRUE;
  if (x_proved != y_proved) return y_proved;
  if (x->q != y->q) return x->q < y->q;
  if (x->pn != y->pn) return x->pn > y->pn;
  return comes_first(s, a, b);
}

/* An AND goal one of whose parts leads back to the path cannot be proved here. */
static uint32_t choose_and(const puct *s, const goal_node *n) {
  uint32_t best = GOAL_NONE;
  for (uint32_t i = n->first_edge; i < n->first_edge + n->n_edges; i++) {
    uint32_t id = s->g->edges[i].child;
    if (s->g->nodes[id].place) return GOAL_NONE;
    if (alive(s, id) && (best == GOAL_NONE || weaker(s, id, s->g->edges[best].child))) best = i;
  }
  return best;
}

static pel_status go_to(puct *s, uint32_t id, uint32_t edge, pel_error *err) {
  step *path = pel_grow(s->path, &s->room, s->n + 1, sizeof *path);
  if (!path) return pel_fail_memory(err, "the path of a simulation", (s->n + 1) * sizeof *path);
  s->path = path;
  s->path[s->n++] = (step){id, edge};
  s->g->nodes[id].place = (uint32_t)s->n;
  return PEL_OK;
}

/* *dead: the path ends where every way on leads back to it. */
static pel_status descend(puct *s, bool *dead, pel_error *err) {
  *dead = false;
  PEL_TRY(go_to(s, 0, GOAL_NONE, err));
  for (;;) {
    const goal_node *n = &s->g->nodes[s->path[s->n - 1].node];
    if (!n->expanded) return PEL_OK;
    uint32_t edge = n->kind == PEL_GOAL_OR ? choose_or(s, n) : choose_and(s, n);
    *dead = edge == GOAL_NONE;
    if (*dead) return PEL_OK;
    PEL_TRY(go_to(s, s->g->edges[edge].child, edge, err));
  }
}

/* Proof numbers of a goal whose children are known, weak on both sides; infinite ones stay finite until the goal is decided. */
static void renumber(puct *s, goal_node *n) {
  uint32_t least[2] = {PEL_PN_INFINITE - 1, PEL_PN_INFINITE - 1}, most[2] = {0, 0}, count[2] = {0, 0};
  for (uint32_t i = 0; i < n->n_edges; i++) {
    const goal_node *c = &s->g->nodes[s->g->edges[n->first_edge + i].child];
    bool proved = c->decided[GOAL_PROVED] == GOAL_TRUE, refuted = c->decided[GOAL_KEPT] == GOAL_FALSE;
    uint32_t numbers[2] = {proved ? 0 : c->decided[GOAL_PROVED] ? PEL_PN_INFINITE - 1 : c->pn, refuted ? 0 : c->decided[GOAL_KEPT] ? PEL_PN_INFINITE - 1 : c->dn};
    for (int k = 0; k < 2; k++) {
      if (numbers[k] < least[k]) least[k] = numbers[k];
      if (numbers[k] > most[k]) most[k] = numbers[k];
      count[k] += numbers[k] > 0;
    }
  }
  int or = n->kind == PEL_GOAL_OR ? 0 : 1;
  uint64_t sum = (uint64_t)most[1 - or] + (count[1 - or] ? count[1 - or] - 1 : 0);
  uint32_t added = sum < PEL_PN_INFINITE - 1 ? (uint32_t)sum : PEL_PN_INFINITE - 1;
  n->pn = or ? added : least[0];
  n->dn = or ? least[1] : added;
}

/* A simulation's value on its way up: a goal that is decided, or an AND goal, replaces it with its own. */
static double take_value(puct *s, uint32_t id, double value) {
  goal_node *n = &s->g->nodes[id];
  bool own = n->decided[GOAL_PROVED] == GOAL_TRUE || n->decided[GOAL_KEPT] == GOAL_FALSE || (n->kind == PEL_GOAL_AND && n->expanded);
  if (own) pel_goals_value(s->g, id);
  if (own) value = n->q;
  n->n++;
  n->w += value;
  if (!own) n->q = n->w / (double)n->n;
  if (n->expanded) renumber(s, n);
  renew_hope(s, n);
  return value;
}

static double leaf_value(puct *s, uint32_t id) {
  const pel_goal_problem *problem = s->g->problem;
  if (!problem->sample || s->g->nodes[id].decided[GOAL_CLOSED]) return s->g->nodes[id].q;
  double value = problem->sample(problem->user, s->g->nodes[id].key, pel_rng_next(&s->rng));
  return value >= 0 && value <= 1 ? value : s->g->nodes[id].q;
}

/* Up from the end of the path. At the end of a dead one no value is kept: it is dead on this path only. */
static pel_status back_up(puct *s, double value, bool dead, pel_error *err) {
  double leaf = value;
  for (size_t i = s->n; i-- > 0;) {
    s->g->nodes[s->path[i].node].place = 0;
    if (s->path[i].edge != GOAL_NONE) s->g->edges[s->path[i].edge].visits++;
    if (dead && i + 1 == s->n && i > 0) renew_hope(s, &s->g->nodes[s->path[i].node]);
    else value = take_value(s, s->path[i].node, value);
    if (i + 1 == s->n) leaf = value;
  }
  size_t n = s->n;
  s->n = 0;
  return pel_run_simulated(&s->run, &s->path[0].node, sizeof *s->path, n, leaf, err);
}

static pel_status expand_end(puct *s, pel_error *err) {
  uint32_t id = s->path[s->n - 1].node;
  bool done;
  if (!goal_is_open(s->g, id) || s->g->full) return PEL_OK;
  if (pel_run_spent(&s->run, true)) {
    s->ended = true;
    return PEL_OK;
  }
  return pel_goals_expand(s->g, id, &done, err);
}

static void drop_path(puct *s) {
  while (s->n) s->g->nodes[s->path[--s->n].node].place = 0;
}

static pel_status finish_path(puct *s, bool dead, pel_error *err) {
  double value = 0;
  if (!dead) {
    PEL_TRY(expand_end(s, err));
    if (s->ended) {
      drop_path(s);
      return PEL_OK;
    }
    value = leaf_value(s, s->path[s->n - 1].node);
  }
  s->dead = dead ? s->dead + 1 : 0;
  return back_up(s, value, dead, err);
}

/* The path by which a goal was discovered. Nothing is forgotten here: a parent always came before. */
static pel_status walk_to(puct *s, uint32_t id, pel_error *err) {
  size_t length = 1;
  for (uint32_t at = id; at; at = s->g->nodes[at].parent) length++;
  for (size_t i = 0; i < length; i++) PEL_TRY(go_to(s, 0, GOAL_NONE, err));
  for (size_t i = length; i-- > 0; id = s->g->nodes[id].parent) {
    s->path[i].node = id;
    s->g->nodes[id].place = (uint32_t)i + 1;
  }
  return PEL_OK;
}

static goal_question asked(const puct *s) { return goal_is(s->g, 0, GOAL_PROVED) ? GOAL_KEPT : GOAL_PROVED; }

/* Looking costs as much as there are goals: worth it once as many simulations were made, or when nothing but circles is found. */
static bool worth_a_look(const puct *s) {
  uint64_t n = s->g->n_nodes;
  bool stuck = s->dead >= 16 + n / 128;
  return stuck || (s->g->expansions > s->checked_with && s->run.out->simulations - s->checked_at > n / 64);
}

/* Simulations run in circles: what rests on itself is settled, and where that is not enough an open goal that matters is expanded. */
static pel_status look_into_circles(puct *s, pel_error *err) {
  uint32_t open = GOAL_NONE;
  uint64_t seed = s->run.limits->seed;
  bool stuck = s->dead >= 16 + s->g->n_nodes / 128;
  s->checked_at = s->run.out->simulations;
  s->checked_with = s->g->expansions;
  if (stuck) s->dead = 0;
  PEL_TRY(pel_goals_unfounded(s->g, GOAL_PROVED, 0, seed, NULL, err));
  PEL_TRY(pel_goals_unfounded(s->g, GOAL_KEPT, 0, seed, NULL, err));
  if (!alive(s, 0) || !stuck || s->g->full) return PEL_OK;
  bool more = goal_is(s->g, 0, GOAL_PROVED) == GOAL_TRUE; /* only worthier proofs are sought */
  if (more) PEL_TRY(pel_goals_any_open(s->g, &open, err));
  else PEL_TRY(pel_goals_unfounded(s->g, asked(s), 0, seed, &open, err));
  if (more && open == GOAL_NONE) pel_goals_answer(s->g, 0, GOAL_CLOSED, GOAL_TRUE);
  if (open == GOAL_NONE) return PEL_OK;
  PEL_TRY(walk_to(s, open, err));
  return finish_path(s, false, err);
}

static bool spent(puct *s) {
  pel_search *out = s->run.out;
  const pel_search_limits *limits = s->run.limits;
  if (limits->simulations && out->simulations >= limits->simulations) return out->end = PEL_END_SIMULATIONS, true;
  if (s->g->full && !limits->simulations && s->run.deadline < 0) return out->end = PEL_END_MEMORY, true;
  return pel_run_spent(&s->run, false);
}

static pel_status simulate(puct *s, pel_error *err) {
  while (!s->ended && alive(s, 0) && !spent(s)) {
    bool dead;
    PEL_TRY(descend(s, &dead, err));
    PEL_TRY(finish_path(s, dead, err));
    if (dead && worth_a_look(s)) PEL_TRY(look_into_circles(s, err));
  }
  if (s->options.go_on && s->run.out->end == PEL_END_DECIDED && pel_goals_status(s->g, 0) != PEL_GOAL_UNKNOWN) s->run.out->end = PEL_END_EXHAUSTED;
  return PEL_OK;
}

static pel_status check_options(const pel_puct_options *options, pel_puct_options *out, pel_error *err) {
  *out = options ? *options : (pel_puct_options){0};
  if (!(out->c >= 0 && out->c < 1e6) || !(out->decay >= 0 && out->decay <= 1))
    return pel_fail(err, PEL_ERR_USAGE, "exploration must be a number from 0 on, and what is left of a goal's hope at each step one from 0 to 1");
  if (out->c == 0) out->c = 1.25;
  if (out->decay == 0) out->decay = 0.8;
  return PEL_OK;
}

pel_status pel_search_puct(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_puct_options *options, const pel_search_sink *sink, pel_search **out, pel_error *err) {
  puct s = {.rng = {limits->seed}};
  PEL_TRY(check_options(options, &s.options, err));
  PEL_TRY(pel_run_start(problem, limits, sink, &s.run, err));
  s.g = s.run.g;
  pel_status status = simulate(&s, err);
  free(s.path);
  if (status == PEL_OK) return pel_run_finish(&s.run, out, err);
  pel_run_abandon(&s.run);
  return status;
}
