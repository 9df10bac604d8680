/* The picture of all heads, layers down and heads across: layout -> draw -> pick -> describe. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

typedef struct pel_headgrid_data { /* borrowed until free */
  const pel_heads_view *view;      /* may be a plan, without thumbnails, for layout alone */
  const pel_caption *caption;
  bool bare;          /* for a window that says these itself: no title, caption, colour bar and legend */
  bool means;         /* further places: {layer, n_heads} is the mean of a layer, {n_layers, n_heads} that of all */
  const bool *passes; /* [n_layers, n_heads]: heads that a filter leaves are drawn as they are, others faintly; NULL: no filter */
} pel_headgrid_data;

typedef struct pel_headgrid pel_headgrid;

void pel_headgrid_size(const pel_headgrid_data *data, const pel_plot_style *style, double *width,
                       double *height);
/* *out is owned by the caller. */
pel_status pel_headgrid_layout(const pel_headgrid_data *data, const pel_plot_style *style, double width,
                               double height, pel_headgrid **out, pel_error *err);
void pel_headgrid_free(pel_headgrid *plot);
void pel_headgrid_draw(const pel_headgrid *plot, pel_canvas *canvas);

/* px of one thumbnail's side: what a view's max_side should be. */
double pel_headgrid_thumb(const pel_headgrid *plot);
/* False between thumbnails and where a layer has no such head. */
bool pel_headgrid_pick(const pel_headgrid *plot, double x, double y, pel_head_place *out);
pel_box pel_headgrid_head_box(const pel_headgrid *plot, pel_head_place place);
/* "layer 3, head 2: 45.1 % of attention on key 0, mean entropy 1.20 nats, ...". Owned by the caller. */
char *pel_headgrid_describe(const pel_headgrid *plot, pel_head_place place);
