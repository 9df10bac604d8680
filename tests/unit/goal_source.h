/* AND/OR problems as plain lists for the tests of the searches: random ones, and what is true of them by brute force. */
#pragma once
#include "engine/base/rng.h"
#include "engine/search/and_or.h"

enum { SOURCE_MOST = 600, SOURCE_CHILDREN = 6 };

typedef struct source_goal {
  pel_goal_kind kind;
  pel_goal_status leaf; /* open: it has children */
  int n, child[SOURCE_CHILDREN];
  double prior, value, weight;
} source_goal;

typedef struct goal_source {
  source_goal goals[SOURCE_MOST]; /* [n]; 0 is the root; a goal's key is its number x 2654435761 + 17 */
  int n;
  long asked; /* calls of expand */
} goal_source;

pel_goal_problem goal_source_problem(goal_source *source);
uint64_t goal_source_key(int goal);
int goal_source_goal(uint64_t key);

/* A tree of at most this depth, with unknown leaves where `unknowns`. */
void goal_source_tree(goal_source *source, pel_rng *rng, int depth, bool unknowns);
/* n goals whose children are any of them. */
void goal_source_graph(goal_source *source, pel_rng *rng, int n, bool circles, bool unknowns);

/* The least fixed point: proved, refuted or unknown for each goal. */
void goal_source_truth(const goal_source *source, pel_goal_status *truth);
