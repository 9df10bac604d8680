/* Inside the logic tree's picture. */
#pragma once
#include "src/plot/logictree.h"
#include "src/plot/tree_card.h"

#define PEL_TREE_GAP_RIGHT 104.0 /* between layers, with room for an edge's label */
#define PEL_TREE_GAP_DOWN 62.0
#define PEL_TREE_TRUNK 20.0      /* from a card to where its edges part */
#define PEL_TREE_WHOLE_SCALE 0.5 /* from here on cards are drawn in full */
#define PEL_TREE_BRIEF_SCALE 0.2 /* from here on each by itself */

/* A layer's items in order: reading order is also the order across. */
typedef struct pel_tree_layer {
  uint32_t first, n;    /* in pel_logictree.in_layer */
  double start, extent; /* along the direction of growth */
} pel_tree_layer;

typedef struct pel_tree_place_of {
  double at;           /* across the layers: where the card begins */
  float size, length;  /* across and along */
  uint32_t slot;       /* in in_layer */
  uint32_t first_slot; /* of its children, which lie side by side in the next layer */
} pel_tree_place_of;

struct pel_logictree {
  const pel_logic_tree *tree;
  pel_plot_style style;
  pel_logictree_options options;
  double unit;
  pel_type *type;
  pel_card_metrics metrics;
  pel_tree_place_of *places; /* [n_items] */
  uint32_t *in_layer;        /* [n_items] items by layer */
  pel_tree_layer *layers;
  uint32_t n_layers;
  double across, along; /* of the whole */
  double *family_end;   /* [n_items] by slot: the furthest end across of its layer's cards and their children so far */
  double *family_start; /* [n_items] by slot: the nearest beginning from here to the layer's end */
  uint32_t n_nodes;
  pel_box *node_boxes; /* [n_nodes] w 0: not shown; they stay when the tree is updated */
};

static inline bool pel_tree_is_down(const pel_logictree *p) { return p->options.direction == PEL_TREE_DOWN; }
pel_box pel_tree_item_box(const pel_logictree *plot, uint32_t item);
/* Where edges leave and reach a card, across the layers. */
double pel_tree_port(const pel_logictree *plot, uint32_t item);
/* Layers that touch [from, to] along: [*first, *end). */
void pel_tree_layers_in(const pel_logictree *plot, double from, double to, uint32_t *first, uint32_t *end);
/* The first slot of a layer whose item ends after `at`; first + n when none does. */
uint32_t pel_tree_slot_after(const pel_logictree *plot, const pel_tree_layer *layer, double at);
/* The point (along, across) in the picture's own directions. */
static inline pel_point pel_tree_point(const pel_logictree *p, double along, double across) {
  return pel_tree_is_down(p) ? (pel_point){across, along} : (pel_point){along, across};
}

/* Fills family_end and family_start. */
void pel_tree_bound_edges(pel_logictree *plot);
/* Draws the edges from the items of a layer to their children, as far as they lie in from .. to across. */
void pel_tree_draw_edges(const pel_logictree *plot, pel_canvas *canvas, uint32_t layer, double from, double to, double scale);
/* Distance of a point to the edge that leads to an item; INFINITY for a root. */
double pel_tree_edge_distance(const pel_logictree *plot, uint32_t item, double along, double across);
