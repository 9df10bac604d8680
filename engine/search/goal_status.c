/* What follows from what: answers go up from children to parents, and a set of goals that only support each other is found to be false. */
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_graph.h"

/* The queue runs through the nodes themselves: an entry is node x questions + question, each at most once ever. */
static void put(pel_goal_graph *g, uint32_t id, goal_question question) {
  uint32_t entry = id * GOAL_QUESTIONS + question;
  g->nodes[id].next[question] = GOAL_NONE;
  if (g->queue_last == GOAL_NONE) g->queue_first = entry;
  else g->nodes[g->queue_last / GOAL_QUESTIONS].next[g->queue_last % GOAL_QUESTIONS] = entry;
  g->queue_last = entry;
}

void pel_goals_answer(pel_goal_graph *g, uint32_t id, goal_question question, goal_answer answer) {
  goal_node *n = &g->nodes[id];
  if (n->decided[question]) return;
  n->decided[question] = (uint8_t)answer;
  put(g, id, question);
  bool refuted = question == GOAL_KEPT && answer == GOAL_FALSE;
  if (refuted) pel_goals_answer(g, id, GOAL_CLOSED, GOAL_TRUE);
  if (refuted || (question == GOAL_PROVED && answer == GOAL_TRUE)) pel_goals_value(g, id);
}

void pel_goals_look(pel_goal_graph *g, uint32_t id, goal_question question) {
  const goal_node *n = &g->nodes[id];
  if (!n->expanded || n->decided[question]) return;
  uint32_t some_true = n->count[question][0], some_false = n->count[question][1];
  /* Children that were not taken count as one more that is unknown: false to the first question, true to the second. */
  bool or_true = some_true > 0 || (n->cut && question == GOAL_KEPT), and_false = some_false > 0 || (n->cut && question == GOAL_PROVED);
  if (question == GOAL_CLOSED) {
    if (some_true == n->n_edges) pel_goals_answer(g, id, question, GOAL_TRUE);
  } else if (n->kind == PEL_GOAL_OR) {
    if (or_true) pel_goals_answer(g, id, question, GOAL_TRUE);
    else if (some_false == n->n_edges) pel_goals_answer(g, id, question, GOAL_FALSE);
  } else {
    if (and_false) pel_goals_answer(g, id, question, GOAL_FALSE);
    else if (some_true == n->n_edges) pel_goals_answer(g, id, question, GOAL_TRUE);
  }
}

void pel_goals_follow(pel_goal_graph *g) {
  while (g->queue_first != GOAL_NONE) {
    uint32_t id = g->queue_first / GOAL_QUESTIONS;
    goal_question question = (goal_question)(g->queue_first % GOAL_QUESTIONS);
    g->queue_first = g->nodes[id].next[question];
    if (g->queue_first == GOAL_NONE) g->queue_last = GOAL_NONE;
    for (uint32_t e = g->nodes[id].parents; e != GOAL_NONE; e = g->edges[e].next) {
      g->nodes[g->edges[e].parent].count[question][g->nodes[id].decided[question] == GOAL_FALSE]++;
      pel_goals_look(g, g->edges[e].parent, question);
    }
  }
}

pel_goal_status pel_goals_status(const pel_goal_graph *g, uint32_t id) {
  if (goal_is(g, id, GOAL_PROVED) == GOAL_TRUE) return PEL_GOAL_PROVED;
  if (goal_is(g, id, GOAL_KEPT) == GOAL_FALSE) return PEL_GOAL_REFUTED;
  return goal_is(g, id, GOAL_PROVED) && goal_is(g, id, GOAL_KEPT) ? PEL_GOAL_UNKNOWN : PEL_GOAL_OPEN;
}

void pel_goals_value(pel_goal_graph *g, uint32_t id) {
  goal_node *n = &g->nodes[id];
  const goal_edge *edges = g->edges + n->first_edge;
  if (goal_is(g, id, GOAL_KEPT) == GOAL_FALSE) n->q = 0;
  if (goal_is(g, id, GOAL_KEPT) == GOAL_FALSE || !n->expanded) return;
  bool proved = goal_is(g, id, GOAL_PROVED) == GOAL_TRUE;
  if (n->kind == PEL_GOAL_OR && !proved) return;
  double value = n->kind == PEL_GOAL_OR ? 0 : n->weight;
  for (uint32_t i = 0; i < n->n_edges; i++) {
    const goal_node *c = &g->nodes[edges[i].child];
    if (n->kind == PEL_GOAL_AND) value *= c->q;
    else if (c->decided[GOAL_PROVED] == GOAL_TRUE && c->q > value) value = c->q;
  }
  n->q = value;
}

/* ---- what rests on nothing but itself ---- */

typedef struct support {
  uint32_t *order;   /* in which a node was found to have support, from 1; 0: none */
  uint32_t *missing; /* children of an AND goal that have it */
  uint32_t *queue;
  size_t n;
} support;

static void supported(support *s, uint32_t id) {
  if (s->order[id]) return;
  s->queue[s->n++] = id;
  s->order[id] = (uint32_t)s->n;
}

static void find_support(const pel_goal_graph *g, goal_question question, support *s) {
  for (uint32_t i = 0; i < g->n_nodes; i++) {
    goal_answer answer = goal_is(g, i, question);
    if (answer == GOAL_TRUE || (answer == GOAL_UNDECIDED && !g->nodes[i].expanded)) supported(s, i);
  }
  for (size_t head = 0; head < s->n; head++)
    for (uint32_t e = g->nodes[s->queue[head]].parents; e != GOAL_NONE; e = g->edges[e].next) {
      uint32_t p = g->edges[e].parent;
      if (goal_is(g, p, question) != GOAL_UNDECIDED) continue;
      if (g->nodes[p].kind == PEL_GOAL_OR || ++s->missing[p] == g->nodes[p].n_edges) supported(s, p);
    }
}

/* Down from a goal that may still be true, always to one that had its support before it: this ends at an open node. */
static uint32_t follow_support(const pel_goal_graph *g, goal_question question, const support *s, uint32_t id, uint64_t seed) {
  while (g->nodes[id].expanded) {
    const goal_node *n = &g->nodes[id];
    uint32_t best = GOAL_NONE;
    for (uint32_t i = 0; i < n->n_edges; i++) {
      uint32_t c = g->edges[n->first_edge + i].child;
      if (goal_is(g, c, question) != GOAL_UNDECIDED || !s->order[c] || s->order[c] >= s->order[id]) continue;
      bool better = best == GOAL_NONE;
      if (!better && n->kind == PEL_GOAL_OR) better = s->order[c] < s->order[best];
      else if (!better) better = g->nodes[c].q < g->nodes[best].q || (g->nodes[c].q == g->nodes[best].q && pel_goal_tie(seed, g->nodes[c].key) < pel_goal_tie(seed, g->nodes[best].key));
      if (better) best = c;
    }
    if (best == GOAL_NONE) return GOAL_NONE;
    id = best;
  }
  return id;
}

static void free_support(support *s) {
  free(s->order);
  free(s->missing);
  free(s->queue);
}

pel_status pel_goals_unfounded(pel_goal_graph *g, goal_question question, uint32_t from, uint64_t seed, uint32_t *open, pel_error *err) {
  size_t n = g->n_nodes;
  support s = {.order = pel_alloc(n, sizeof *s.order), .missing = pel_alloc(n, sizeof *s.missing), .queue = pel_alloc(n, sizeof *s.queue)};
  if (!s.order || !s.missing || !s.queue) {
    free_support(&s);
    return pel_fail_memory(err, "the goals of a search", 3 * n * sizeof *s.queue);
  }
  find_support(g, question, &s);
  for (uint32_t i = 0; i < n; i++)
    if (!s.order[i]) pel_goals_answer(g, i, question, GOAL_FALSE);
  pel_goals_follow(g);
  if (open) *open = goal_is(g, from, question) == GOAL_UNDECIDED ? follow_support(g, question, &s, from, seed) : GOAL_NONE;
  free_support(&s);
  return PEL_OK;
}

pel_status pel_goals_any_open(pel_goal_graph *g, uint32_t *open, pel_error *err) {
  size_t n = g->n_nodes, count = 0;
  uint32_t *queue = pel_alloc(n, sizeof *queue), found = GOAL_NONE;
  uint8_t *seen = pel_alloc(n, 1);
  if (!queue || !seen) {
    free(queue);
    free(seen);
    return pel_fail_memory(err, "the goals of a search", n * sizeof *queue);
  }
  if (!goal_is(g, 0, GOAL_CLOSED)) queue[count++] = 0, seen[0] = 1;
  for (size_t head = 0; head < count && found == GOAL_NONE; head++) {
    const goal_node *node = &g->nodes[queue[head]];
    if (!node->expanded) found = queue[head];
    for (uint32_t i = 0; node->expanded && i < node->n_edges; i++) {
      uint32_t c = g->edges[node->first_edge + i].child;
      if (seen[c] || goal_is(g, c, GOAL_CLOSED) || goal_is(g, c, GOAL_PROVED) == GOAL_FALSE) continue;
      seen[c] = 1;
      queue[count++] = c;
    }
  }
  free(queue);
  free(seen);
  *open = found;
  return PEL_OK;
}
