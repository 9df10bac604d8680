/* Places for the nodes of a layered tree: breadth across the layers, in linear time.
 *
 * Buchheim, Juenger, Leipert, Improving Walker's Algorithm to Run in Linear Time (2002), for nodes of any size: children
 * in order, subtrees as close as their outlines allow, a parent in the middle of its children, small subtrees spread
 * evenly between large ones. `flush` puts a parent at the beginning of its first child instead and spreads nothing: a
 * subtree that grows then moves only what comes after it. */
#pragma once
#include "engine/base/status.h"
#include <stdbool.h>
#include <stdint.h>

#define PEL_PLACE_NONE UINT32_MAX

typedef struct pel_place_node { /* in pre-order: children follow their parent */
  uint32_t parent;              /* or NONE */
  uint32_t span;                /* nodes of the subtree, itself included */
  double size;                  /* across the layers */
} pel_place_node;

typedef struct pel_place_gaps {
  double siblings, others; /* between neighbours of one parent; of two */
} pel_place_gaps;

/* out[i]: where node i begins; the least is 0. */
pel_status pel_tree_place(const pel_place_node *nodes, uint32_t n, pel_place_gaps gaps, bool flush, double *out, pel_error *err);
