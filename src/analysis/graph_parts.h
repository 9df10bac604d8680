/* Inside a graph's view: choosing entities and arranging them. */
#pragma once
#include "src/analysis/graph_view.h"

typedef struct pel_graph_steps { /* of the stage, by one of their ends */
  uint32_t *start; /* [n_graph_nodes + 2] those of entity i: steps[start[i]] .. steps[start[i + 1] - 1] */
  uint32_t *steps; /* indices into graph_edges */
} pel_graph_steps;

typedef struct pel_graph_work {
  pel_graph_view *v;
  uint32_t *layer;  /* [n_graph_nodes]; NONE: of another stage */
  double *weight;   /* [n_graph_nodes] which are shown first */
  uint32_t *queue;  /* [n_graph_nodes] */
  pel_graph_steps out, in;
} pel_graph_work;

/* Fills layer by distance from what was asked. */
void pel_graph_rank(pel_graph_work *work);
/* Fills in the lines between shown items. False: no memory. */
bool pel_graph_join(pel_graph_work *work);
/* Puts each layer's items in an order in which few lines cross. False: no memory. */
bool pel_graph_untangle(pel_graph_view *view);
