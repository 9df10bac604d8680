/* The picture of what a deduction over a graph attended to: cards in layers from what was asked to the answers, lines with their relation, wider where
 * there is more attention, the best paths marked and numbered, and below the graph each of these in words. Items: entities, then paths. */
#pragma once
#include "src/analysis/caption.h"
#include "src/analysis/graph_view.h"
#include "src/plot/diagram.h"

pel_diagram_maker pel_graph_plot_maker(const pel_graph_view *view); /* borrowed */
void pel_caption_graph(const pel_graph_view *view, const char *trace_hash, pel_caption *out);
