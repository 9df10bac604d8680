/* What a deduction over a pack's graph attended to, as a graph that can be read: asked entities at the left, answers at the right, the others between
 * them by their distance from what was asked.
 *
 * Which entities: asked ones, answers and those on the best paths first, then those with the most attention on a step from or to them, until there are
 * `top`. Steps between the same two of the same relation, in several layers of the network, are one line with the largest attention. All is decided by the
 * rows alone: the same trace gives the same places. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/reasoning.h>

#define PEL_GRAPH_NONE UINT32_MAX
#define PEL_GRAPH_TOP 30
#define PEL_GRAPH_TOP_MOST 1000
#define PEL_GRAPH_PATHS 5 /* that are marked */
#define PEL_GRAPH_RELATION 120
#define PEL_GRAPH_PATH_STEPS 24 /* of a path that are looked at */

typedef struct pel_graph_item {
  bool more;       /* stands for the entities of its layer that are not shown */
  uint32_t node;   /* index into reasoning->graph_nodes; of `more`: none */
  uint32_t layer;  /* from 0: asked */
  uint32_t place;  /* in its layer from the top */
  uint32_t hidden; /* of `more` */
} pel_graph_item;

typedef struct pel_graph_line { /* steps between two items */
  uint32_t from, to;    /* items */
  size_t first;         /* the step with the most attention, index into reasoning->graph_edges */
  uint32_t n_steps;     /* that it stands for */
  double attention;     /* the largest; NaN: none has one */
  uint32_t paths;       /* bits: marked paths that it is part of */
} pel_graph_line;

typedef struct pel_graph_view {
  const pel_reasoning *reasoning; /* borrowed */
  int64_t span;
  uint32_t n_nodes, n_shown, n_layers;
  pel_graph_item *items; /* by layer, then place */
  uint32_t n_items;
  uint32_t *item_of; /* [reasoning->n_graph_nodes] or NONE */
  pel_graph_line *lines; /* the weakest first */
  uint32_t n_lines, n_lines_all; /* kept; there are between shown entities */
  size_t n_steps;                /* of the deduction */
  size_t paths[PEL_GRAPH_PATHS]; /* indices into reasoning->graph_paths, best first */
  uint32_t n_paths;
  size_t n_paths_all;
} pel_graph_view;

/* `span` 0: the first stage that has graph nodes. `top` 0: PEL_GRAPH_TOP; at most PEL_GRAPH_TOP_MOST. PEL_ERR_UNSUPPORTED without a graph. */
pel_status pel_graph_view_build(const pel_reasoning *reasoning, int64_t span, uint32_t top, pel_graph_view **out, pel_error *err);
void pel_graph_view_free(pel_graph_view *view);
/* "Febrile seizure – associated with (backwards) – SCN1A – causes – Dravet syndrome": of a path. Owned by the caller, NULL: no memory. */
char *pel_graph_path_text(const pel_reasoning *reasoning, size_t path);
/* The next id of a list such as "3 9", or 0 at its end. */
int64_t pel_graph_next_id(const char **list);
bool pel_graph_is_asked(const pel_graph_node *node);
bool pel_graph_is_answer(const pel_graph_node *node);
const char *pel_graph_name(const pel_graph_node *node); /* its label, or its key */
void pel_graph_relation(const pel_graph_edge *edge, char out[PEL_GRAPH_RELATION]); /* "has phenotype" of has_phenotype, on one line */
bool pel_graph_has_attention(const pel_graph_view *view);
