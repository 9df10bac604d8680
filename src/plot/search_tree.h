/* The picture of a recorded search: a tidy tree from left to right, one card a node.
 *
 * A goal, for which one way is enough, has round corners; a way, of which all parts are needed, has cut ones. The state has icon, border and colour; what is
 * refuted is dim. A line is wider where more simulations went; the line searched most has the accent's colour; the path of the simulation that is looked at has a
 * line around its cards and its edges; further edges to a node that stands elsewhere are thin and dashed. Items are those of the view. */
#pragma once
#include "src/analysis/caption.h"
#include "src/analysis/search_view.h"
#include "src/plot/diagram.h"

/* `view` is borrowed; after pel_search_view_at a drawing of the same layout shows the other numbers. */
pel_diagram_maker pel_search_tree_maker(const pel_search_view *view);
void pel_caption_search(const pel_search_view *view, const char *trace_hash, pel_caption *out);
/* "after 120 of 300 simulations", in the style's language. Owned by the caller, NULL: no memory. */
char *pel_search_moment(const pel_search_view *view, const pel_plot_style *style);
