#include "engine/search/explain.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_graph.h"
#include "engine/search/goal_list.h"
#include "engine/search/proof_number.h"

/* ---- why not ---- */

static bool refuted(const pel_goal_graph *g, uint32_t id) { return goal_is(g, id, GOAL_KEPT) == GOAL_FALSE; }

static uint32_t child_of(const pel_goal_graph *g, const goal_node *n, uint32_t i) { return g->edges[n->first_edge + i].child; }

/* A refuted AND goal fails by a leaf where it can, else by its first part that does. */
static uint32_t failing_part(const pel_goal_graph *g, const goal_node *n) {
  uint32_t first = GOAL_NONE;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    uint32_t c = child_of(g, n, i);
    if (!refuted(g, c)) continue;
    if (!g->nodes[c].expanded) return c;
    if (first == GOAL_NONE) first = c;
  }
  return first;
}

typedef struct refutation {
  const pel_goal_graph *g;
  uint32_t *queue;
  uint8_t *seen;
  size_t n, n_children;
} refutation;

static void need(refutation *r, uint32_t id) {
  r->n_children++;
  if (r->seen[id] || !r->g->nodes[id].expanded) return;
  r->seen[id] = 1;
  r->queue[r->n++] = id;
}

static void collect(refutation *r) {
  r->n = r->n_children = 0;
  need(r, 0);
  r->n_children = 0;
  for (size_t head = 0; head < r->n; head++) {
    const goal_node *n = &r->g->nodes[r->queue[head]];
    if (n->kind == PEL_GOAL_AND) need(r, failing_part(r->g, n));
    for (uint32_t i = 0; n->kind == PEL_GOAL_OR && i < n->n_edges; i++) need(r, child_of(r->g, n, i));
  }
}

static pel_status write_refutation(const refutation *r, pel_goal_proof **out, pel_error *err) {
  pel_goal_proof *p = pel_alloc(1, sizeof *p);
  if (p) *p = (pel_goal_proof){.shows = PEL_GOAL_REFUTED, .steps = pel_alloc(r->n, sizeof *p->steps), .children = pel_alloc(r->n_children, sizeof *p->children)};
  if (!p || !p->steps || !p->children) {
    pel_goal_proof_free(p);
    return pel_fail_memory(err, "a refutation", r->n * sizeof *p->steps);
  }
  for (size_t i = r->n; i-- > 0;) {
    const goal_node *n = &r->g->nodes[r->queue[i]];
    pel_goal_step *s = &p->steps[p->n_steps++];
    *s = (pel_goal_step){.goal = n->key, .kind = (pel_goal_kind)n->kind, .first = p->n_children};
    if (n->kind == PEL_GOAL_AND) p->children[p->n_children++] = r->g->nodes[failing_part(r->g, n)].key;
    for (uint32_t e = 0; n->kind == PEL_GOAL_OR && e < n->n_edges; e++) p->children[p->n_children++] = r->g->nodes[child_of(r->g, n, e)].key;
    s->n = p->n_children - s->first;
  }
  p->leaves = 0;
  for (size_t i = 0; i < p->n_children; i++) p->leaves += !r->g->nodes[pel_goals_find(r->g, p->children[i])].expanded;
  *out = p;
  return PEL_OK;
}

pel_status pel_search_refutation(const pel_search *search, pel_goal_proof **out, pel_error *err) {
  const pel_goal_graph *g = search->graph;
  if (!refuted(g, 0)) return pel_fail(err, PEL_ERR_USAGE, "the search has not refuted its root");
  refutation r = {.g = g, .queue = pel_alloc(g->n_nodes, sizeof *r.queue), .seen = pel_alloc(g->n_nodes, 1)};
  pel_status status = PEL_OK;
  if (!r.queue || !r.seen) status = pel_fail_memory(err, "a refutation", g->n_nodes * sizeof *r.queue);
  if (status == PEL_OK) {
    collect(&r);
    status = write_refutation(&r, out, err);
  }
  free(r.queue);
  free(r.seen);
  return status;
}

/* Nothing of a goal that is neither proved nor refuted can be called refuted, but it still says which way was tried most. */
static bool fails(const pel_search *s, size_t id, bool refuted_only) {
  pel_goal_status status = pel_goals_status(s->graph, (uint32_t)id);
  return status == PEL_GOAL_REFUTED || (!refuted_only && goal_is(s->graph, (uint32_t)id, GOAL_PROVED) == GOAL_FALSE);
}

static bool most_visited_failure(const pel_search *s, bool refuted_only, pel_why_not *out) {
  bool found = false;
  size_t child;
  uint64_t visits;
  for (size_t i = 0; pel_search_child(s, 0, i, &child, &visits, NULL); i++) {
    if (!fails(s, child, refuted_only)) continue;
    if (found && visits <= out->visits) continue;
    found = true;
    *out = (pel_why_not){.child = child, .part = child, .visits = visits};
  }
  return found;
}

bool pel_search_why_not(const pel_search *s, pel_why_not *out) {
  pel_why_not w;
  bool only = most_visited_failure(s, true, &w);
  if (!only && !most_visited_failure(s, false, &w)) return false;
  const goal_node *n = &s->graph->nodes[w.child];
  for (uint32_t i = 0; n->kind == PEL_GOAL_AND && n->expanded && i < n->n_edges && w.part == w.child; i++)
    if (fails(s, child_of(s->graph, n, i), only)) w.part = child_of(s->graph, n, i);
  w.child_status = pel_goals_status(s->graph, (uint32_t)w.child);
  w.part_status = pel_goals_status(s->graph, (uint32_t)w.part);
  *out = w;
  return true;
}

/* ---- which way ---- */

typedef struct rank {
  double keys[3]; /* greater goes first */
  uint64_t tie;
} rank;

static rank rank_of(const pel_search *s, size_t id, size_t child, uint64_t visits) {
  const goal_node *n = &s->graph->nodes[id];
  pel_goal_seen c = pel_search_node_at(s, child);
  rank r = {.tie = pel_goal_tie(0, c.key)};
  bool decisive = n->kind == PEL_GOAL_OR ? c.status == PEL_GOAL_PROVED : c.status == PEL_GOAL_REFUTED;
  bool weakest_first = n->kind == PEL_GOAL_AND && pel_goals_status(s->graph, (uint32_t)id) == PEL_GOAL_PROVED;
  r.keys[0] = decisive;
  r.keys[1] = weakest_first ? -c.q : (double)visits;
  r.keys[2] = n->kind == PEL_GOAL_OR ? c.q : -c.q;
  return r;
}

static bool goes_first(const rank *a, const rank *b) {
  for (int i = 0; i < 3; i++)
    if (a->keys[i] != b->keys[i]) return a->keys[i] > b->keys[i];
  return a->tie < b->tie;
}

static size_t principal_child(const pel_search *s, size_t id) {
  size_t best = SIZE_MAX, child;
  uint64_t visits;
  rank best_rank = {{0}, 0};
  for (size_t i = 0; pel_search_child(s, id, i, &child, &visits, NULL); i++) {
    rank r = rank_of(s, id, child, visits);
    if (best != SIZE_MAX && !goes_first(&r, &best_rank)) continue;
    best = child;
    best_rank = r;
  }
  return best;
}

pel_status pel_search_principal(const pel_search *s, size_t **nodes, size_t *n, pel_error *err) {
  size_t room = 0, count = 0, *line = NULL;
  uint8_t *seen = pel_alloc(pel_search_nodes(s), 1);
  if (!seen) return pel_fail_memory(err, "the line of a search", pel_search_nodes(s));
  for (size_t id = 0; id != SIZE_MAX && !seen[id]; id = principal_child(s, id)) {
    size_t *grown = pel_grow(line, &room, count + 1, sizeof *line);
    if (!grown) {
      free(line);
      free(seen);
      return pel_fail_memory(err, "the line of a search", count * sizeof *line);
    }
    line = grown;
    line[count++] = id;
    seen[id] = 1;
  }
  free(seen);
  *nodes = line;
  *n = count;
  return PEL_OK;
}

double pel_search_entropy(const pel_search *s) {
  size_t child;
  uint64_t visits, all = 0;
  double entropy = 0;
  for (size_t i = 0; pel_search_child(s, 0, i, &child, &visits, NULL); i++) all += visits;
  for (size_t i = 0; all && pel_search_child(s, 0, i, &child, &visits, NULL); i++) {
    double p = (double)visits / (double)all;
    if (p > 0) entropy -= p * log(p);
  }
  return entropy;
}
