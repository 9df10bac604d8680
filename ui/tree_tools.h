/* The controls over the tree: the share of the influence that is shown, direction, folding, search. They act on a canvas. */
#pragma once
#include "ui/tree_canvas.h"

#define PEL_TYPE_TREE_TOOLS (pel_tree_tools_get_type())
G_DECLARE_FINAL_TYPE(PelTreeTools, pel_tree_tools, PEL, TREE_TOOLS, GtkWidget)

GtkWidget *pel_tree_tools_new(PelTreeCanvas *canvas);
/* Borrowed until the next call; NULL: nothing. Call it after the canvas has it. */
void pel_tree_tools_set_reasoned(PelTreeTools *tools, const pel_reasoned *reasoned);
void pel_tree_tools_find(PelTreeTools *tools);              /* opens the search */
void pel_tree_tools_find_next(PelTreeTools *tools, int by); /* 1, -1 */
/* The share that is shown, as the slider has it: 1 is all. */
double pel_tree_tools_get_cover(PelTreeTools *tools);
