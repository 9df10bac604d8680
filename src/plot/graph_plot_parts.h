/* Inside a graph's picture. */
#pragma once
#include "src/plot/graph_plot.h"

#define PEL_GRAPH_LABEL 96
#define PEL_GRAPH_SKIPS 5 /* layers that a line may go around */
#define PEL_GRAPH_POINTS (PEL_CURVE_POINTS * (PEL_GRAPH_SKIPS + 1))

typedef struct pel_graph_label { /* of a line; w 0: there is no room for one */
  pel_box box;
  pel_point badge; /* where the numbers of its paths begin */
  bool has_badge;
  char text[PEL_GRAPH_LABEL];
} pel_graph_label;

typedef struct pel_graph_way { /* between which cards of the layers between its ends a line goes */
  uint32_t n;
  float y[PEL_GRAPH_SKIPS];
} pel_graph_way;

typedef struct pel_graph_plot {
  pel_diagram base;
  const pel_graph_view *view;
  pel_box *boxes;          /* [view->n_items] */
  pel_graph_way *ways;     /* [view->n_lines] */
  pel_graph_label *labels; /* [view->n_lines] */
  double paths_y;          /* where the paths' rows begin */
} pel_graph_plot;

static inline const pel_graph_plot *pel_graph_plot_of(const pel_diagram *d) { return (const pel_graph_plot *)d; }
/* The points of a line; how many. */
size_t pel_graph_line_points(const pel_graph_plot *plot, uint32_t line, pel_point out[PEL_GRAPH_POINTS]);
/* Chooses the ways, the strongest first. `gap`: between two cards. The lowest point that is used. */
double pel_graph_find_ways(pel_graph_plot *plot, double gap);
/* Finds a place for the words of the lines, the strongest first. */
void pel_graph_place_labels(pel_graph_plot *plot);
void pel_graph_draw_lines(const pel_graph_plot *plot, pel_canvas *canvas);
/* The number of a path on a disc. */
void pel_graph_draw_badge(const pel_diagram *diagram, pel_canvas *canvas, uint32_t number, pel_point at);
