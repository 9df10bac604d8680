#include "engine/search/run.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

pel_status pel_run_start(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_search_sink *sink, search_run *run, pel_error *err) {
  if (isnan(limits->seconds)) return pel_fail(err, PEL_ERR_USAGE, "the time limit of a search is not a number");
  *run = (search_run){.limits = limits, .sink = sink, .most_expansions = limits->expansions ? limits->expansions : 2000, .deadline = -1};
  if (limits->seconds >= 0) run->deadline = pel_clock_seconds() + (limits->seconds > 0 ? limits->seconds : 1);
  run->out = pel_alloc(1, sizeof *run->out);
  if (!run->out) return pel_fail_memory(err, "a search", sizeof *run->out);
  run->out->end = PEL_END_DECIDED;
  pel_status status = pel_goals_create(problem, limits, &run->g, err);
  if (status != PEL_OK) pel_run_abandon(run);
  else run->out->graph = run->g;
  return status;
}

void pel_run_abandon(search_run *run) {
  pel_search_free(run->out);
  free(run->path);
  *run = (search_run){0};
}

bool pel_run_spent(search_run *run, bool expanding) {
  if (expanding && run->g->expansions >= run->most_expansions) return run->out->end = PEL_END_EXPANSIONS, true;
  if (!expanding && ++run->ticks % 256) return false; /* the clock and the caller are asked now and then */
  if (run->limits->cancelled && run->limits->cancelled(run->limits->user)) return run->out->end = PEL_END_CANCELLED, true;
  if (run->deadline >= 0 && pel_clock_seconds() > run->deadline) return run->out->end = PEL_END_TIME, true;
  return false;
}

/* `nodes` are uint32_t at distances of `stride` bytes, so that frames of a search can be handed in as they are. */
static uint32_t node_of(const uint32_t *nodes, size_t stride, size_t i) { return *(const uint32_t *)(const void *)((const char *)nodes + i * stride); }

static pel_status record(search_run *run, const uint32_t *nodes, size_t stride, size_t n, double value, pel_error *err) {
  if (!run->sink || !run->sink->simulation) return PEL_OK;
  uint64_t *path = pel_grow(run->path, &run->path_room, n, sizeof *path);
  if (!path) return pel_fail_memory(err, "the path of a simulation", n * sizeof *path);
  run->path = path;
  for (size_t i = 0; i < n; i++) path[i] = run->g->nodes[node_of(nodes, stride, i)].key;
  pel_goal_descent simulation = {.number = run->out->simulations, .path = path, .length = n, .value = value};
  return run->sink->simulation(run->sink->user, &simulation, err);
}

pel_status pel_run_simulated(search_run *run, const uint32_t *nodes, size_t stride, size_t n, double value, pel_error *err) {
  pel_search *out = run->out;
  uint64_t number = ++out->simulations;
  for (size_t i = 0; i < n; i++) {
    goal_node *node = &run->g->nodes[node_of(nodes, stride, i)];
    if (!node->first_visit) node->first_visit = number;
  }
  if (!(number & (number - 1)) && out->n_values < 64) out->value_at[out->n_values++] = run->g->nodes[0].q;
  return record(run, nodes, stride, n, value, err);
}

static pel_status put_nodes(const search_run *run, pel_error *err) {
  if (!run->sink || !run->sink->node) return PEL_OK;
  for (size_t i = 0; i < run->g->n_nodes; i++) {
    pel_goal_seen node = pel_search_node_at(run->out, i);
    PEL_TRY(run->sink->node(run->sink->user, &node, err));
  }
  return PEL_OK;
}

pel_status pel_run_finish(search_run *run, pel_search **out, pel_error *err) {
  pel_search *s = run->out;
  pel_goal_status status = pel_goals_status(run->g, 0);
  if (s->end == PEL_END_DECIDED && (status == PEL_GOAL_UNKNOWN || status == PEL_GOAL_OPEN)) s->end = PEL_END_SETTLED;
  s->status = status == PEL_GOAL_OPEN ? PEL_GOAL_UNKNOWN : status;
  s->cut = run->g->cut;
  s->full = run->g->full;
  s->expansions = run->g->expansions;
  s->peak_bytes = run->g->peak_bytes;
  s->value = run->g->nodes[0].q;
  pel_status done = put_nodes(run, err);
  if (done != PEL_OK) {
    pel_run_abandon(run);
    return done;
  }
  free(run->path);
  *out = s;
  return PEL_OK;
}

void pel_search_free(pel_search *search) {
  if (!search) return;
  pel_goals_free(search->graph);
  free(search);
}

/* ---- what was seen ---- */

size_t pel_search_nodes(const pel_search *s) { return s->graph ? s->graph->n_nodes : 0; }

static void final_numbers(pel_goal_status status, pel_goal_seen *node) {
  if (status == PEL_GOAL_OPEN) return;
  node->pn = status == PEL_GOAL_PROVED ? 0 : PEL_PN_INFINITE;
  node->dn = status == PEL_GOAL_REFUTED ? 0 : PEL_PN_INFINITE;
}

pel_goal_seen pel_search_node_at(const pel_search *s, size_t id) {
  const goal_node *n = &s->graph->nodes[id];
  pel_goal_status status = pel_goals_status(s->graph, (uint32_t)id);
  pel_goal_seen node = {.key = n->key, .kind = (pel_goal_kind)n->kind, .status = status, .id = (uint32_t)id, .parent = n->parent, .depth = n->depth,
    .pn = n->pn, .dn = n->dn, .n = n->n, .w = n->w, .q = n->q, .prior = (double)n->prior, .first_visit = n->first_visit};
  final_numbers(status, &node);
  return node;
}

bool pel_search_child(const pel_search *s, size_t id, size_t i, size_t *child, uint64_t *visits, double *prior) {
  const goal_node *n = &s->graph->nodes[id];
  if (!n->expanded || i >= n->n_edges) return false;
  const goal_edge *e = &s->graph->edges[n->first_edge + i];
  *child = e->child;
  if (visits) *visits = e->visits;
  if (prior) *prior = (double)e->prior;
  return true;
}

size_t pel_search_find(const pel_search *s, uint64_t key) {
  uint32_t id = pel_goals_find(s->graph, key);
  return id == GOAL_NONE ? SIZE_MAX : id;
}
