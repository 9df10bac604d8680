/* A recorded reasoning as a tree that can be read from the conclusion down.
 *
 *   pel_logic_tree *t;
 *   pel_logic_tree_build (reasoning, &t, &err);        // shows what covers 95 % of the influence
 *   pel_logic_tree_collapse (t, id, true);
 *   pel_logic_tree_update (t, &err);
 *   for (uint32_t i = 0; i < t->n_items; i++) ...      // t->items, in reading order
 *   pel_logic_tree_free (t);
 *
 * Reasoning is a graph: a fact can support two claims. The tree shows every node once, where it is first needed, and
 * refers to it elsewhere. "First" is in reading order along premises and exceptions; what only other edges reach
 * (sources, what would change it, what was attended to) comes where they first reach it; what nothing reaches stands
 * at the end as a root of its own. A circle in a damaged or hostile file ends in a reference.
 *
 * Numbers: the reasons of a lone conclusion are 1, 2, ..., theirs 2.1, 2.2, ...; of several conclusions each has a
 * number itself. Sources and what would change a conclusion are numbered after the reasons.
 *
 * Influence on the conclusion: I(c) = 1 / k for each of k conclusions, and for any other node the sum over the edges
 * u -> v that reach it of I(u) s(u, v). The share is s = a w / (sum of a w over u's edges): w the edge's weight, where
 * it has none the mean of its siblings' weights (1 when none has one); a = 1 for because, unless, contradicts and
 * attended to, 1/4 for cites and would change. Edges that close a circle carry nothing. A node whose producer gave a
 * weight keeps it. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/reasoning.h>

#define PEL_TREE_NONE UINT32_MAX
#define PEL_TREE_COVER 0.95 /* the share of influence that is shown unless asked otherwise */
#define PEL_TREE_SMALL 24   /* a tree of so many nodes is shown whole */

typedef struct pel_tree_node { /* of the node with id i + 1; fixed by the reasoning but for the three last */
  uint32_t parent;             /* index of the node that shows it, or NONE: a root */
  uint32_t edge;               /* by which it does, index into reasoning->edges, or NONE */
  uint32_t number;             /* among its siblings from 1; 0: has none */
  uint32_t order;              /* in reading order of the whole tree, from 0 */
  uint32_t n_below;            /* nodes below it */
  float influence;             /* on the conclusion, in [0, 1] */
  float reach;                 /* the largest influence of it and all below it */
  bool kept;                   /* among the fewest that cover the share, or on the way to a model's answer */
  bool collapsed;              /* nothing below it is shown */
  bool opened;                 /* all of its children are shown, kept or not */
} pel_tree_node;

typedef enum pel_tree_item_kind {
  PEL_ITEM_NODE,
  PEL_ITEM_REFERENCE, /* the node stands elsewhere: "see 2.1" */
  PEL_ITEM_MORE       /* stands for nodes that are not shown */
} pel_tree_item_kind;

typedef struct pel_tree_item { /* what is seen, in reading order: children follow their parent */
  pel_tree_item_kind kind;
  uint32_t node;       /* index; of MORE: the one with the most influence among the hidden */
  uint32_t edge;       /* index into reasoning->edges, or NONE */
  uint32_t parent;     /* item, or NONE */
  uint32_t depth;      /* 0: a root */
  uint32_t n_children; /* items; the first is the next item */
  uint32_t span;       /* items of the subtree, itself included: its next sibling is at + span */
  uint32_t place, of;  /* "3 of 5" among its parent's children that are no MORE */
  uint32_t hidden;     /* nodes that it stands for: of MORE, and of a collapsed node */
} pel_tree_item;

typedef struct pel_logic_tree {
  const pel_reasoning *reasoning; /* borrowed */
  uint32_t n_nodes;
  pel_tree_node *nodes; /* [n_nodes] */
  uint32_t *reading;    /* [n_nodes] node indices in reading order */
  uint32_t *roots;      /* [n_roots] */
  uint32_t n_roots;
  uint32_t *out, *out_start; /* edges of node i: out[out_start[i]] .. out[out_start[i + 1] - 1] */
  double cover;
  /* made by update */
  pel_tree_item *items;
  uint32_t n_items;
  uint32_t *item_of; /* [n_nodes] the item that shows a node, or NONE */
  uint32_t n_shown;  /* nodes */
  double covered;    /* the share of influence that they have */
} pel_logic_tree;

/* `reasoning` is borrowed until free. Nothing is collapsed. PEL_ERR_UNSUPPORTED for a reasoning without nodes. */
pel_status pel_logic_tree_build(const pel_reasoning *reasoning, pel_logic_tree **out, pel_error *err);
void pel_logic_tree_free(pel_logic_tree *tree);

/* ---- what is shown; takes effect with the next update ---- */

/* In order of influence, each with its path to the root, until `share` of all influence is covered; 1: all. */
pel_status pel_logic_tree_cover(pel_logic_tree *tree, double share, pel_error *err);
/* The share unless asked otherwise: of a small tree all. */
static inline double pel_tree_default_cover(const pel_logic_tree *tree) { return tree->n_nodes <= PEL_TREE_SMALL ? 1 : PEL_TREE_COVER; }
/* Ids are those of reasoning->nodes; unknown ones are ignored. */
void pel_logic_tree_collapse(pel_logic_tree *tree, int64_t id, bool collapsed);
void pel_logic_tree_open(pel_logic_tree *tree, int64_t id, bool opened); /* a stub below it, and back */
void pel_logic_tree_collapse_below(pel_logic_tree *tree, int64_t id);    /* its children */
void pel_logic_tree_collapse_others(pel_logic_tree *tree, int64_t id);   /* all that do not lead to it or hang below it */
void pel_logic_tree_expand_all(pel_logic_tree *tree);
/* Makes the way from the root to it seen. */
void pel_logic_tree_reveal(pel_logic_tree *tree, int64_t id);
pel_status pel_logic_tree_update(pel_logic_tree *tree, pel_error *err);

/* ---- finding ---- */

uint32_t pel_logic_tree_item(const pel_logic_tree *tree, int64_t id); /* or NONE: not shown */
/* Ids from the root to the node itself, at most `room`; returns how many there are. */
uint32_t pel_logic_tree_path(const pel_logic_tree *tree, int64_t id, int64_t *out, uint32_t room);
/* The next node in reading order after `after` (0: from the start), around the end, whose claim, note or number contains
 * `text`, whatever the case of its ASCII letters; 0: none. Nodes that are not shown are found too. */
int64_t pel_logic_tree_search(const pel_logic_tree *tree, const char *text, int64_t after);
/* "2.1", "" for a lone conclusion. `out` of PEL_TREE_NUMBER bytes; the outermost steps of a very deep one are dots. */
#define PEL_TREE_NUMBER 96
char *pel_tree_number(const pel_logic_tree *tree, uint32_t node, char out[PEL_TREE_NUMBER]);
/* Premises, exceptions, contradictions, what was attended to: what is counted as a reason. */
bool pel_edge_is_reason(pel_edge_kind kind);
