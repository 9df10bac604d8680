/* The goals that a search has seen, as a graph: equal keys are one node. Statuses are exact at any time: each child that is decided is
 * counted at its parents, and what holds only because of itself is found by pel_goals_unfounded.
 *
 * Two questions are kept apart, each a problem of true and false: "is it proved?" takes unknown leaves as false, "is it not refuted?" as
 * true. A goal is proved when the first is true, refuted when the second is false, settled as unknown when it is false and true. A third
 * mark says that nothing open is left under a goal. */
#pragma once
#include "engine/search/and_or.h"

enum { GOAL_NONE = 0xffffffffu };

typedef enum goal_question { GOAL_PROVED, GOAL_KEPT, GOAL_CLOSED, GOAL_QUESTIONS } goal_question;
typedef enum goal_answer { GOAL_UNDECIDED, GOAL_TRUE, GOAL_FALSE } goal_answer;

typedef struct goal_node {
  uint64_t key, n, first_visit;
  double weight;
  double w, q; /* q starts as the value that the caller gave */
  double hope; /* of an expanded goal, for the Monte-Carlo search: what its best proof may be worth */
  uint32_t first_edge, n_edges;
  uint32_t parents;                   /* first edge that leads here, or GOAL_NONE */
  uint32_t count[GOAL_QUESTIONS][2];  /* children that are true / false */
  uint32_t next[GOAL_QUESTIONS];      /* in the queue of what was decided */
  uint32_t pn, dn;
  uint32_t parent, depth;
  uint32_t place;       /* on the path of the search, from 1; 0: not on it */
  uint32_t dead_place;  /* it fails because of the goal at this place of the path ... */
  uint64_t dead_visit;  /* ... as long as it is that visit's */
  float prior;
  uint8_t kind, leaf, decided[GOAL_QUESTIONS], expanded, cut, kept;
} goal_node;

typedef struct goal_edge {
  uint32_t child, parent;
  uint32_t next; /* edge that leads to the same child */
  uint32_t visits;
  float prior;
} goal_edge;

typedef struct pel_goal_graph {
  const pel_goal_problem *problem;
  pel_goal_list *list; /* scratch: the children of one goal */
  goal_node *nodes;
  goal_edge *edges;
  uint32_t *index; /* [index_size], a power of two: node + 1, 0 for none */
  size_t n_nodes, n_edges, node_room, edge_room, index_size;
  uint32_t queue_first, queue_last;
  uint64_t most_bytes, expansions;
  size_t peak_bytes;
  uint32_t most_children, most_depth;
  bool cut, full;
} pel_goal_graph;

pel_status pel_goals_create(const pel_goal_problem *problem, const pel_search_limits *limits, pel_goal_graph **out, pel_error *err);
void pel_goals_free(pel_goal_graph *graph);

/* Asks for the children of a node that may be expanded, and follows what that decides. *done is false, and nothing has changed but `full`, when
 * memory does not hold them. A node that is too deep becomes unknown. */
pel_status pel_goals_expand(pel_goal_graph *graph, uint32_t id, bool *done, pel_error *err);
uint32_t pel_goals_find(const pel_goal_graph *graph, uint64_t key);

/* Answers a question as false wherever only goals that rest on themselves would answer it as true. *open, when not NULL, becomes an unexpanded
 * node below `from` whose proof could decide `from`, or GOAL_NONE. O(nodes and edges). */
pel_status pel_goals_unfounded(pel_goal_graph *graph, goal_question question, uint32_t from, uint64_t seed, uint32_t *open, pel_error *err);
/* An unexpanded open node near the root that may be part of a proof: reached by nodes that are not closed and may be proved; or GOAL_NONE. */
pel_status pel_goals_any_open(pel_goal_graph *graph, uint32_t *open, pel_error *err);

/* Takes out what is undecided and least worked on, down to about half; nodes with a `place` stay. *freed: how many nodes went. */
pel_status pel_goals_forget(pel_goal_graph *graph, uint64_t *freed, pel_error *err);

void pel_goals_answer(pel_goal_graph *graph, uint32_t id, goal_question question, goal_answer answer);
void pel_goals_follow(pel_goal_graph *graph);
/* Looks whether the node's children decide it. */
void pel_goals_look(pel_goal_graph *graph, uint32_t id, goal_question question);

static inline goal_answer goal_is(const pel_goal_graph *g, uint32_t id, goal_question question) { return (goal_answer)g->nodes[id].decided[question]; }
static inline bool goal_is_open(const pel_goal_graph *g, uint32_t id) {
  const goal_node *n = &g->nodes[id];
  return !n->expanded && !n->decided[GOAL_CLOSED];
}
pel_goal_status pel_goals_status(const pel_goal_graph *graph, uint32_t id);
/* Value of a decided or AND node by its children; others keep theirs. */
void pel_goals_value(pel_goal_graph *graph, uint32_t id);
