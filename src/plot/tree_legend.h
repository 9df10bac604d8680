/* What the forms, signs and lines of a logic tree mean: those that it has, in rows. */
#pragma once
#include "src/analysis/logic_tree.h"
#include "src/plot/tree_card.h"

/* Draws from the top left corner into a width; returns the height. canvas NULL: only measures. */
double pel_tree_legend(const pel_card_pens *pens, pel_canvas *canvas, const pel_logic_tree *tree, double x, double y, double width);
