#include "engine/search/goal_graph.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_list.h"

static size_t bytes_of(size_t nodes, size_t edges, size_t index) {
  return nodes * sizeof(goal_node) + edges * sizeof(goal_edge) + index * sizeof(uint32_t);
}

static void note_peak(pel_goal_graph *g) {
  size_t now = bytes_of(g->node_room, g->edge_room, g->index_size);
  if (now > g->peak_bytes) g->peak_bytes = now;
}

static bool resize(void **array, size_t *room, size_t to, size_t size) {
  void *grown = realloc(*array, to * size);
  if (!grown) return false;
  *array = grown;
  *room = to;
  return true;
}

static size_t slot_of(const pel_goal_graph *g, uint64_t key) {
  size_t slot = pel_goal_tie(0, key) & (g->index_size - 1);
  while (g->index[slot] && g->nodes[g->index[slot] - 1].key != key) slot = (slot + 1) & (g->index_size - 1);
  return slot;
}

typedef struct rooms {
  size_t nodes, edges, index;
} rooms;

static size_t index_for(const pel_goal_graph *g, size_t nodes) {
  size_t size = g->index_size ? g->index_size : 128;
  while (size < 2 * nodes) size *= 2;
  return size;
}

static size_t at_least(size_t room, size_t need) { return need <= room ? room : 2 * room > need ? 2 * room : need + need / 8 + 64; }

static bool within(const pel_goal_graph *g, rooms r) { return bytes_of(r.nodes, r.edges, r.index) <= g->most_bytes; }

/* All that the limit allows, shared out as nodes and edges are now: once, so that arrays are not moved for each last few bytes. */
static rooms last_rooms(const pel_goal_graph *g, size_t nodes, size_t edges) {
  double share = edges > nodes ? (double)edges / (double)nodes : 1;
  rooms best = {0, 0, 0};
  for (size_t index = index_for(g, nodes); index * sizeof *g->index < g->most_bytes; index *= 2) {
    size_t n = (size_t)((double)(g->most_bytes - index * sizeof *g->index) / (sizeof(goal_node) + share * sizeof(goal_edge)));
    if (n > index / 2) n = index / 2;
    if (n > best.nodes) best = (rooms){n, (size_t)(share * (double)n), index};
  }
  if (best.nodes < g->node_room) best.nodes = g->node_room;
  if (best.edges < g->edge_room) best.edges = g->edge_room;
  return best;
}

static bool set_index(pel_goal_graph *g, size_t size) {
  if (size == g->index_size) return true;
  uint32_t *fresh = pel_alloc(size, sizeof *fresh);
  if (!fresh) return false;
  free(g->index);
  g->index = fresh;
  g->index_size = size;
  for (size_t i = 0; i < g->n_nodes; i++) g->index[slot_of(g, g->nodes[i].key)] = (uint32_t)i + 1;
  return true;
}

/* Room for `more` new nodes and edges. */
static bool reserve(pel_goal_graph *g, size_t more) {
  size_t nodes = g->n_nodes + more, edges = g->n_edges + more;
  if (nodes >= GOAL_NONE / 4 || edges >= GOAL_NONE / 2) return false;
  if (nodes <= g->node_room && edges <= g->edge_room && 2 * nodes <= g->index_size) return true;
  rooms to = {at_least(g->node_room, nodes), at_least(g->edge_room, edges), 0};
  to.index = index_for(g, to.nodes);
  if (!within(g, to)) to = last_rooms(g, nodes, edges);
  if (!within(g, to) || to.nodes < nodes || to.edges < edges) return false;
  if (to.nodes != g->node_room && !resize((void **)&g->nodes, &g->node_room, to.nodes, sizeof *g->nodes)) return false;
  if (to.edges != g->edge_room && !resize((void **)&g->edges, &g->edge_room, to.edges, sizeof *g->edges)) return false;
  if (!set_index(g, to.index)) return false;
  note_peak(g);
  return true;
}

uint32_t pel_goals_find(const pel_goal_graph *g, uint64_t key) {
  if (!g->index_size) return GOAL_NONE;
  uint32_t at = g->index[slot_of(g, key)];
  return at ? at - 1 : GOAL_NONE;
}

static void answer_leaf(pel_goal_graph *g, uint32_t id, pel_goal_status leaf) {
  if (leaf == PEL_GOAL_OPEN) return;
  pel_goals_answer(g, id, GOAL_PROVED, leaf == PEL_GOAL_PROVED ? GOAL_TRUE : GOAL_FALSE);
  pel_goals_answer(g, id, GOAL_KEPT, leaf == PEL_GOAL_REFUTED ? GOAL_FALSE : GOAL_TRUE);
  pel_goals_answer(g, id, GOAL_CLOSED, GOAL_TRUE);
  pel_goals_follow(g);
}

/* There is room. */
static uint32_t add_node(pel_goal_graph *g, const pel_goal *goal, uint32_t parent, uint32_t depth, float prior) {
  uint32_t id = (uint32_t)g->n_nodes++;
  g->nodes[id] = (goal_node){.key = goal->key, .q = goal->status == PEL_GOAL_REFUTED ? 0 : goal->value, .parents = GOAL_NONE, .pn = 1, .dn = 1,
    .parent = parent == GOAL_NONE ? id : parent, .depth = depth, .prior = prior, .weight = goal->weight,
    .kind = (uint8_t)goal->kind, .leaf = (uint8_t)goal->status};
  g->index[slot_of(g, goal->key)] = id + 1;
  answer_leaf(g, id, goal->status);
  return id;
}

static bool sound(const pel_goal *goal) { return (unsigned)goal->kind <= PEL_GOAL_AND && (unsigned)goal->status <= PEL_GOAL_UNKNOWN; }

/* A goal must say the same of itself wherever it is met: else no status that was found would mean anything. */
static pel_status check_child(const pel_goal_graph *g, const pel_goal *goal, pel_error *err) {
  if (!sound(goal)) return pel_fail(err, PEL_ERR_USAGE, "goal %llu has a kind or status that does not exist", (unsigned long long)goal->key);
  uint32_t id = pel_goals_find(g, goal->key);
  if (id == GOAL_NONE || (g->nodes[id].kind == goal->kind && g->nodes[id].leaf == goal->status)) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "goal %llu was given twice, with different kinds or statuses", (unsigned long long)goal->key);
}

static void link_child(pel_goal_graph *g, uint32_t id, const pel_goal *goal, float prior) {
  uint32_t child = pel_goals_find(g, goal->key), edge = (uint32_t)g->n_edges++;
  if (child == GOAL_NONE) child = add_node(g, goal, id, g->nodes[id].depth + 1, prior);
  goal_node *c = &g->nodes[child];
  if (c->depth > g->nodes[id].depth + 1) c->depth = g->nodes[id].depth + 1;
  g->edges[edge] = (goal_edge){.child = child, .parent = id, .next = c->parents, .prior = prior};
  c->parents = edge;
  for (int q = 0; q < GOAL_QUESTIONS; q++)
    if (c->decided[q]) g->nodes[id].count[q][c->decided[q] == GOAL_FALSE]++;
}

static double prior_sum(const pel_goal_list *list) {
  double sum = 0;
  for (size_t i = 0; i < list->n; i++) sum += list->goals[i].prior;
  return sum;
}

static void cut_off(pel_goal_graph *g, uint32_t id) {
  g->cut = true;
  g->nodes[id].cut = 1;
  answer_leaf(g, id, PEL_GOAL_UNKNOWN);
}

static void attach(pel_goal_graph *g, uint32_t id) {
  const pel_goal_list *list = g->list;
  double sum = prior_sum(list);
  g->nodes[id].first_edge = (uint32_t)g->n_edges;
  for (size_t i = 0; i < list->n; i++) link_child(g, id, &list->goals[i], (float)(sum > 0 ? list->goals[i].prior / sum : 1.0 / (double)list->n));
  goal_node *n = &g->nodes[id];
  n->n_edges = (uint32_t)list->n;
  n->expanded = 1;
  n->cut = list->cut;
  g->cut |= list->cut;
  for (int q = 0; q < GOAL_QUESTIONS; q++) pel_goals_look(g, id, (goal_question)q);
  pel_goals_follow(g);
}

/* Two children of one list that contradict each other, and children that contradict what is known, before anything is changed. */
static pel_status check_list(const pel_goal_graph *g, pel_error *err) {
  for (size_t i = 0; i < g->list->n; i++) PEL_TRY(check_child(g, &g->list->goals[i], err));
  return PEL_OK;
}

pel_status pel_goals_expand(pel_goal_graph *g, uint32_t id, bool *done, pel_error *err) {
  *done = true;
  if (g->nodes[id].depth >= g->most_depth) {
    cut_off(g, id);
    return PEL_OK;
  }
  g->expansions++;
  PEL_TRY(pel_goal_list_ask(g->list, g->problem, g->nodes[id].key, err));
  PEL_TRY(check_list(g, err));
  if (!reserve(g, g->list->n)) {
    g->full = true;
    *done = false;
    return PEL_OK;
  }
  attach(g, id);
  return check_list(g, err);
}

static uint64_t or_default(uint64_t value, uint64_t otherwise) { return value ? value : otherwise; }

static pel_status add_root(pel_goal_graph *g, pel_error *err) {
  pel_goal root = {.weight = 1};
  PEL_TRY(g->problem->root(g->problem->user, &root, err));
  if (!sound(&root)) return pel_fail(err, PEL_ERR_USAGE, "the root goal has a kind or status that does not exist");
  if (!reserve(g, 1)) return pel_fail_memory(err, "the goals of a search", (size_t)g->most_bytes);
  pel_goal_list_clean(&root);
  add_node(g, &root, GOAL_NONE, 0, 1);
  return PEL_OK;
}

pel_status pel_goals_create(const pel_goal_problem *problem, const pel_search_limits *limits, pel_goal_graph **out, pel_error *err) {
  pel_goal_graph *g = pel_alloc(1, sizeof *g);
  if (!g) return pel_fail_memory(err, "a search", sizeof *g);
  *g = (pel_goal_graph){.problem = problem, .queue_first = GOAL_NONE, .queue_last = GOAL_NONE, .most_bytes = or_default(limits->bytes, (uint64_t)256 << 20),
    .most_children = (uint32_t)or_default(limits->children, 100000), .most_depth = (uint32_t)or_default(limits->depth, 10000)};
  g->list = pel_alloc(1, sizeof *g->list);
  pel_status status = g->list ? PEL_OK : pel_fail_memory(err, "a search", sizeof *g->list);
  if (status == PEL_OK) {
    g->list->most = g->most_children;
    status = add_root(g, err);
  }
  if (status != PEL_OK) pel_goals_free(g);
  else *out = g;
  return status;
}

void pel_goals_free(pel_goal_graph *g) {
  if (!g) return;
  if (g->list) free(g->list->goals);
  free(g->list);
  free(g->nodes);
  free(g->edges);
  free(g->index);
  free(g);
}
