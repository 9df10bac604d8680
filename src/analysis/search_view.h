/* A recorded search as a tree that can be read: the nodes visited most, each once, from the root on.
 *
 *   pel_search_view *v;
 *   pel_search_view_build (reasoning, 0, PEL_SEARCH_TOP, &v, &err);
 *   pel_search_view_at (v, 120);                       // visits and values as after 120 simulations; 0: as recorded at the end
 *   for (uint32_t i = 0; i < v->n_items; i++) ...      // v->items, children after their parent
 *   pel_search_view_free (v);
 *
 * A search is a graph: a goal can be met on several ways, and in a damaged or hostile file anything can lead to anything. The tree shows a node where
 * the most visited way first leads to it; further edges to it are kept apart. Nodes are taken in order of their visits at the end, each after one that
 * leads to it, until there are `top`; which ones are shown, and where, does not change with the simulation that is looked at. */
#pragma once
#include "engine/base/status.h"
#include "src/analysis/search_replay.h"

#define PEL_SEARCH_NONE UINT32_MAX
#define PEL_SEARCH_TOP 40
#define PEL_SEARCH_TOP_MOST 1000

typedef struct pel_search_item {
  bool more;           /* stands for children of its parent that are not shown */
  uint32_t node;       /* index into reasoning->search_nodes; of `more`: the hidden one with the most visits */
  uint32_t parent;     /* item, or NONE */
  uint32_t depth;
  uint32_t span;       /* items of the subtree, itself included */
  uint32_t hidden;     /* of `more`: how many */
  uint32_t line_from;  /* on the line searched most: the item that it comes from; itself for the root; NONE: not on it */
  uint32_t path_from;  /* the same of the path of simulation `at`; itself also where the node before is not shown */
} pel_search_item;

typedef struct pel_search_cross { /* a further edge, between items */
  uint32_t from, to;
} pel_search_cross;

typedef struct pel_search_view {
  const pel_reasoning *reasoning; /* borrowed */
  int64_t span;
  bool by_proof_numbers; /* the search goes by what is left to be proved and refuted; values and priors played no part */
  uint32_t n_nodes;   /* of the search */
  uint32_t n_shown;
  pel_search_item *items;
  uint32_t n_items;
  pel_search_cross *cross;
  uint32_t n_cross, n_cross_all; /* kept; there are */
  uint32_t *item_of;             /* [reasoning->n_search_nodes] the item that shows a node, or NONE */
  int64_t n_simulations;         /* that are kept */
  bool all_kept;                 /* as far as the root's visits tell */
  int64_t at;                    /* 0: as recorded at the end */
  int64_t *visits;               /* [reasoning->n_search_nodes] as after `at` */
  double *totals;
  uint32_t path_nodes, path_shown; /* of simulation `at`: nodes on its path, and shown ones; 0 at the end */
  double path_value;               /* what it backed up */
  pel_search_agreement agreement;  /* looked at once a moment is, nodes 0 until then */
  void *work; /* private */
} pel_search_view;

/* `span` 0: the first stage that has search nodes. `top` 0: PEL_SEARCH_TOP; at most PEL_SEARCH_TOP_MOST. PEL_ERR_UNSUPPORTED without a search. */
pel_status pel_search_view_build(const pel_reasoning *reasoning, int64_t span, uint32_t top, pel_search_view **out, pel_error *err);
void pel_search_view_free(pel_search_view *view);
/* Counts the first `at` of the kept simulations anew, N how many went through a node, W the sum of what they backed up, and follows the last of them; 0 or all of them: the numbers of
 * the file. These may differ: a search gives decided nodes and nodes of several parts values of their own, which no simulation has. `agreement` tells how many. */
void pel_search_view_at(pel_search_view *view, int64_t at);
/* The same rows were read once more, into another struct. */
void pel_search_view_rebind(pel_search_view *view, const pel_reasoning *reasoning);
/* On the path of simulation `at`. */
bool pel_search_view_met(const pel_search_view *view, uint32_t node);
/* W / N, NaN without visits. */
double pel_search_value(const pel_search_view *view, uint32_t node);
/* A refuted node, or one below it that is not itself proved. */
bool pel_search_is_dim(const pel_search_view *view, uint32_t item);
