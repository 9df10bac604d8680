/* The best proof of what a search has seen: goals are finished in the order of their cost, as in Dijkstra's algorithm, so that a goal's choice is always one that
 * was finished before it, circles or not. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/explain.h"
#include "engine/search/goal_graph.h"

typedef struct cost {
  double first, second; /* what is made small, and what decides between equals */
} cost;

typedef struct entry {
  cost cost;
  uint32_t node;
} entry;

typedef struct best_proof {
  const pel_goal_graph *g;
  pel_proof_choice choice;
  entry *heap;
  size_t n, room;
  cost *costs;        /* [nodes] best so far of an OR goal, sum so far of an AND goal */
  uint32_t *chosen;   /* [nodes] */
  uint32_t *finished; /* [nodes] children that are */
  uint32_t *order;    /* [nodes] in which they were finished */
  uint8_t *done, *needed;
  size_t n_order;
} best_proof;

static bool less(cost a, cost b) { return a.first < b.first || (a.first == b.first && a.second < b.second); }

static double surprise(double probability) { return -log(probability > 1e-300 ? probability : 1e-300); }

static cost cost_of(const best_proof *b, double leaves, double surprise_of_it) {
  return b->choice == PEL_PROOF_FEWEST_LEAVES ? (cost){leaves, surprise_of_it} : (cost){surprise_of_it, leaves};
}

static pel_status push(best_proof *b, uint32_t node, cost c, pel_error *err) {
  entry *heap = pel_grow(b->heap, &b->room, b->n + 1, sizeof *heap);
  if (!heap) return pel_fail_memory(err, "the proofs of a search", (b->n + 1) * sizeof *heap);
  b->heap = heap;
  size_t at = b->n++;
  for (; at && less(c, heap[(at - 1) / 2].cost); at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  heap[at] = (entry){c, node};
  return PEL_OK;
}

static entry pop(best_proof *b) {
  entry top = b->heap[0], last = b->heap[--b->n];
  size_t at = 0;
  for (size_t child = 1; child < b->n; child = 2 * at + 1) {
    if (child + 1 < b->n && less(b->heap[child + 1].cost, b->heap[child].cost)) child++;
    if (!less(b->heap[child].cost, last.cost)) break;
    b->heap[at] = b->heap[child];
    at = child;
  }
  b->heap[at] = last;
  return top;
}

static bool proved(const best_proof *b, uint32_t id) { return goal_is(b->g, id, GOAL_PROVED) == GOAL_TRUE; }

/* A finished goal offers itself to one that has it as a child. */
static pel_status offer(best_proof *b, uint32_t id, cost c, uint32_t parent, pel_error *err) {
  const goal_node *p = &b->g->nodes[parent];
  if (b->done[parent] || !proved(b, parent)) return PEL_OK;
  b->finished[parent]++;
  cost *so_far = &b->costs[parent];
  if (p->kind == PEL_GOAL_OR) {
    if (b->chosen[parent] != GOAL_NONE && !less(c, *so_far)) return PEL_OK;
    *so_far = c;
    b->chosen[parent] = id;
    return push(b, parent, c, err);
  }
  so_far->first += c.first;
  so_far->second += c.second;
  return b->finished[parent] == p->n_edges ? push(b, parent, *so_far, err) : PEL_OK;
}

static pel_status start(best_proof *b, pel_error *err) {
  for (uint32_t i = 0; i < b->g->n_nodes; i++) {
    const goal_node *n = &b->g->nodes[i];
    b->chosen[i] = GOAL_NONE;
    if (!proved(b, i)) continue;
    if (n->kind == PEL_GOAL_AND && n->expanded) b->costs[i] = cost_of(b, 0, surprise(n->weight));
    if (!n->expanded) PEL_TRY(push(b, i, cost_of(b, 1, surprise(n->q)), err));
    else if (!n->n_edges) PEL_TRY(push(b, i, b->costs[i], err));
  }
  return PEL_OK;
}

static pel_status run(best_proof *b, pel_error *err) {
  PEL_TRY(start(b, err));
  while (b->n && !b->done[0]) {
    entry e = pop(b);
    if (b->done[e.node]) continue;
    b->done[e.node] = 1;
    b->costs[e.node] = e.cost;
    b->order[b->n_order++] = e.node;
    for (uint32_t edge = b->g->nodes[e.node].parents; edge != GOAL_NONE; edge = b->g->edges[edge].next) PEL_TRY(offer(b, e.node, e.cost, b->g->edges[edge].parent, err));
  }
  return PEL_OK;
}

/* Backwards from the root, which was finished last. */
static void mark_needed(best_proof *b, size_t *steps, size_t *children) {
  b->needed[0] = 1;
  for (size_t i = b->n_order; i-- > 0;) {
    uint32_t id = b->order[i];
    const goal_node *n = &b->g->nodes[id];
    if (!b->needed[id] || !n->expanded) continue;
    ++*steps;
    *children += n->kind == PEL_GOAL_OR ? 1 : n->n_edges;
    if (n->kind == PEL_GOAL_OR) b->needed[b->chosen[id]] = 1;
    for (uint32_t e = 0; n->kind == PEL_GOAL_AND && e < n->n_edges; e++) b->needed[b->g->edges[n->first_edge + e].child] = 1;
  }
}

static void write_steps(const best_proof *b, pel_goal_proof *p) {
  for (size_t i = 0; i < b->n_order; i++) {
    uint32_t id = b->order[i];
    const goal_node *n = &b->g->nodes[id];
    if (!b->needed[id] || !n->expanded) continue;
    pel_goal_step *s = &p->steps[p->n_steps++];
    *s = (pel_goal_step){.goal = n->key, .kind = (pel_goal_kind)n->kind, .first = p->n_children};
    if (n->kind == PEL_GOAL_OR) p->children[p->n_children++] = b->g->nodes[b->chosen[id]].key;
    for (uint32_t e = 0; n->kind == PEL_GOAL_AND && e < n->n_edges; e++) p->children[p->n_children++] = b->g->nodes[b->g->edges[n->first_edge + e].child].key;
    s->n = p->n_children - s->first;
  }
}

static pel_status write_proof(best_proof *b, pel_goal_proof **out, pel_error *err) {
  size_t steps = 0, children = 0;
  mark_needed(b, &steps, &children);
  pel_goal_proof *p = pel_alloc(1, sizeof *p);
  if (p) {
    p->steps = pel_alloc(steps, sizeof *p->steps);
    p->children = pel_alloc(children, sizeof *p->children);
  }
  if (!p || !p->steps || !p->children) {
    pel_goal_proof_free(p);
    return pel_fail_memory(err, "a proof", steps * sizeof *p->steps);
  }
  bool fewest = b->choice == PEL_PROOF_FEWEST_LEAVES;
  p->shows = PEL_GOAL_PROVED;
  p->leaves = fewest ? b->costs[0].first : b->costs[0].second;
  p->value = exp(-(fewest ? b->costs[0].second : b->costs[0].first));
  write_steps(b, p);
  *out = p;
  return PEL_OK;
}

pel_status pel_search_proof(const pel_search *search, pel_proof_choice choice, pel_goal_proof **out, pel_error *err) {
  const pel_goal_graph *g = search->graph;
  if (pel_goals_status(g, 0) != PEL_GOAL_PROVED) return pel_fail(err, PEL_ERR_USAGE, "the search has not proved its root");
  size_t n = g->n_nodes;
  best_proof b = {.g = g, .choice = choice, .costs = pel_alloc(n, sizeof *b.costs), .chosen = pel_alloc(n, sizeof *b.chosen),
    .finished = pel_alloc(n, sizeof *b.finished), .order = pel_alloc(n, sizeof *b.order), .done = pel_alloc(n, 1), .needed = pel_alloc(n, 1)};
  bool room = b.costs && b.chosen && b.finished && b.order && b.done && b.needed;
  pel_status status = room ? run(&b, err) : pel_fail_memory(err, "the proofs of a search", n * sizeof *b.costs);
  if (status == PEL_OK && !b.done[0]) status = pel_fail(err, PEL_ERR_UNSUPPORTED, "the search has not kept the parts of its proof");
  if (status == PEL_OK) status = write_proof(&b, out, err);
  free(b.heap);
  free(b.costs);
  free(b.chosen);
  free(b.finished);
  free(b.order);
  free(b.done);
  free(b.needed);
  return status;
}
