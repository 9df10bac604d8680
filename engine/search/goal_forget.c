/* Bounded memory: what was worked on least is forgotten. Statuses that were found are exact, so taking undecided goals back to open costs work, never
 * truth. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_graph.h"

static bool may_go(const pel_goal_graph *g, uint32_t id) {
  const goal_node *n = &g->nodes[id];
  return n->expanded && !n->place && id != 0 && goal_is(g, id, GOAL_PROVED) != GOAL_TRUE && goal_is(g, id, GOAL_KEPT) != GOAL_FALSE;
}

static int size_class(uint64_t n) {
  int c = 0;
  while (n >>= 1) c++;
  return c;
}

/* The least size of work such that the children of all smaller goals are half of those that may go. */
static int threshold(const pel_goal_graph *g) {
  uint64_t edges[64] = {0}, all = 0, sum = 0;
  for (uint32_t i = 0; i < g->n_nodes; i++)
    if (may_go(g, i)) {
      edges[size_class(g->nodes[i].n)] += g->nodes[i].n_edges;
      all += g->nodes[i].n_edges;
    }
  for (int c = 0; c < 64; c++) {
    sum += edges[c];
    if (2 * sum >= all) return c + 1;
  }
  return 64;
}

static void close_up(goal_node *n) {
  n->expanded = n->cut = 0;
  n->n_edges = 0;
  memset(n->count, 0, sizeof n->count);
}

/* Whether an edge is needed to show its goal's status: of a proved OR goal those to proved children (which of them rests on what is not known here), of a
 * refuted AND goal one, to a leaf where there is one. */
static bool needed(const pel_goal_graph *g, const goal_node *n, uint32_t child, uint32_t failing) {
  if (n->kind == PEL_GOAL_OR && n->decided[GOAL_PROVED] == GOAL_TRUE) return goal_is(g, child, GOAL_PROVED) == GOAL_TRUE;
  return failing == GOAL_NONE || child == failing;
}

static uint32_t failing_child(const pel_goal_graph *g, const goal_node *n) {
  uint32_t first = GOAL_NONE;
  if (n->kind == PEL_GOAL_OR || n->decided[GOAL_KEPT] != GOAL_FALSE) return GOAL_NONE;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    uint32_t c = g->edges[n->first_edge + i].child;
    if (goal_is(g, c, GOAL_KEPT) != GOAL_FALSE) continue;
    if (!g->nodes[c].expanded) return c;
    if (first == GOAL_NONE) first = c;
  }
  return first;
}

/* Marks what the root still reaches by edges that are needed; `queue` is scratch. */
static void keep_reached(pel_goal_graph *g, uint32_t *queue) {
  size_t count = 0;
  queue[count++] = 0;
  g->nodes[0].kept = 1;
  for (size_t head = 0; head < count; head++) {
    const goal_node *n = &g->nodes[queue[head]];
    uint32_t failing = failing_child(g, n);
    for (uint32_t i = 0; n->expanded && i < n->n_edges; i++) {
      uint32_t c = g->edges[n->first_edge + i].child;
      if (g->nodes[c].kept || !needed(g, n, c, failing)) continue;
      g->nodes[c].kept = 1;
      queue[count++] = c;
    }
  }
}

/* Edges of one goal stand together: blocks move down in the order in which they stand. `to` maps nodes. */
static void compact_edges(pel_goal_graph *g, const uint32_t *to) {
  size_t kept = 0;
  for (size_t i = 0, end; i < g->n_edges; i = end) {
    uint32_t owner = g->edges[i].parent;
    goal_node *n = &g->nodes[owner];
    bool keep = n->kept && n->expanded;
    uint32_t failing = keep ? failing_child(g, n) : GOAL_NONE;
    size_t first = kept;
    for (end = i; end < g->n_edges && g->edges[end].parent == owner; end++) {
      goal_edge e = g->edges[end];
      if (!keep || !needed(g, n, e.child, failing)) continue;
      g->edges[kept++] = (goal_edge){.child = to[e.child], .parent = to[owner], .visits = e.visits, .prior = e.prior};
      if (failing != GOAL_NONE) failing = GOAL_NONE - 1; /* one is enough, even where it stands twice */
    }
    if (!keep) continue;
    n->first_edge = (uint32_t)first;
    n->n_edges = (uint32_t)(kept - first);
  }
  g->n_edges = kept;
}

static void compact_nodes(pel_goal_graph *g, const uint32_t *to) {
  size_t kept = 0;
  for (size_t i = 0; i < g->n_nodes; i++) {
    if (!g->nodes[i].kept) continue;
    goal_node n = g->nodes[i];
    n.parent = to[n.parent];
    n.parents = GOAL_NONE;
    n.kept = 0;
    g->nodes[kept++] = n;
  }
  g->n_nodes = kept;
}

static void link_again(pel_goal_graph *g) {
  for (uint32_t e = 0; e < g->n_edges; e++) {
    goal_node *c = &g->nodes[g->edges[e].child];
    g->edges[e].next = c->parents;
    c->parents = e;
    if (c->parent == GOAL_NONE) c->parent = g->edges[e].parent;
  }
  memset(g->index, 0, g->index_size * sizeof *g->index);
  for (uint32_t i = 0; i < g->n_nodes; i++) {
    size_t slot = pel_goal_tie(0, g->nodes[i].key) & (g->index_size - 1);
    while (g->index[slot]) slot = (slot + 1) & (g->index_size - 1);
    g->index[slot] = i + 1;
  }
}

pel_status pel_goals_forget(pel_goal_graph *g, uint64_t *freed, pel_error *err) {
  size_t before = g->n_nodes;
  uint32_t *to = pel_alloc(before, sizeof *to);
  if (!to) return pel_fail_memory(err, "the goals of a search", before * sizeof *to);
  int least = threshold(g);
  for (uint32_t i = 0; i < before; i++)
    if (may_go(g, i) && size_class(g->nodes[i].n) < least) close_up(&g->nodes[i]);
  keep_reached(g, to);
  uint32_t kept = 0;
  for (size_t i = 0; i < before; i++) to[i] = g->nodes[i].kept ? kept++ : GOAL_NONE;
  compact_edges(g, to);
  compact_nodes(g, to);
  link_again(g);
  free(to);
  *freed = before - g->n_nodes;
  return PEL_OK;
}
