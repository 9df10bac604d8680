/* The picture of a logic tree: layout -> draw -> pick -> describe.
 *
 *   pel_logictree *p;
 *   pel_logictree_options o = {.direction = PEL_TREE_RIGHT, .flush = true};
 *   pel_logictree_layout (tree, &style, &o, &p, &err);
 *   pel_logictree_draw (p, canvas, &part_in_view, scale);      // the canvas maps tree coordinates to the screen
 *   pel_tree_hit hit;
 *   if (pel_logictree_pick (p, x, y, 30, &hit)) puts (pel_logictree_describe (p, hit.item));   // owned by the caller
 *   pel_logictree_free (p);
 *
 * Coordinates are px of the tree at scale 1, from 0, 0. Cards have fixed widths, and heights from the metrics of
 * card_text.h: a layout sets no text. Only cards in the clip are drawn, found by halving in each layer. */
#pragma once
#include "src/analysis/logic_tree.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

typedef enum pel_tree_direction { PEL_TREE_RIGHT, PEL_TREE_DOWN } pel_tree_direction;

typedef struct pel_logictree_options {
  pel_tree_direction direction;
  bool flush;  /* a card begins where its first child does: what grows moves only what comes after it. Otherwise in the middle */
  double unit; /* px of a tree's px: the text-scaling factor, or a page's fit; 0: 1 */
} pel_logictree_options;

typedef struct pel_logictree pel_logictree;

/* `tree` is borrowed until free. Once it was updated, only pel_logictree_moved may still be asked of the old layout. */
pel_status pel_logictree_layout(const pel_logic_tree *tree, const pel_plot_style *style, const pel_logictree_options *options,
                                pel_logictree **out, pel_error *err);
void pel_logictree_free(pel_logictree *plot);
pel_box pel_logictree_extent(const pel_logictree *plot);

/* `clip`: the part in view, NULL: all. `scale`: screen px per px of the tree, which chooses the detail: whole cards from 0.5
 * on, then colour, sign and number; below 0.2 boxes, those that fall together as one with their count. */
void pel_logictree_draw(const pel_logictree *plot, pel_canvas *canvas, const pel_box *clip, double scale);

/* False when the item is not there. */
bool pel_logictree_box(const pel_logictree *plot, uint32_t item, pel_box *out);
/* From where a node was to where it is: add it to the origin of the view, and the node stays under the eye. False when one
 * of the two does not show the node. */
bool pel_logictree_moved(const pel_logictree *before, const pel_logictree *now, int64_t node, pel_point *by);

typedef enum pel_tree_hit_kind { PEL_HIT_NODE, PEL_HIT_REFERENCE, PEL_HIT_MORE, PEL_HIT_EDGE } pel_tree_hit_kind;

typedef struct pel_tree_hit {
  pel_tree_hit_kind kind;
  uint32_t item; /* of EDGE: the child that it leads to */
} pel_tree_hit;

/* The card at a point; else the edge within a quarter of the tolerance; else the nearest card within all of it. */
bool pel_logictree_pick(const pel_logictree *plot, double x, double y, double tolerance, pel_tree_hit *out);
/* What a screen reader says: "2.1 claim: She kept up ...; holds; because 3 reasons; 2 of 3 reasons of ...". Owned by the
 * caller; NULL: no memory, or no such item. */
char *pel_logictree_describe(const pel_logictree *plot, uint32_t item);
/* "because, rule ..., weight 0.62: from ... to ..." of the edge that leads to the item. Likewise. */
char *pel_logictree_describe_edge(const pel_logictree *plot, uint32_t item);
