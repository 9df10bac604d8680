/* How a graph network learnt: the loss of each epoch above, the validation's mean reciprocal rank below, and which epoch was kept. */
#pragma once
#include <pellucid/gnn.h>

#include "src/plot/canvas.h"
#include "src/plot/theme.h"
#include "src/plot/type.h"

typedef struct pel_learncurve_data { /* borrowed while it is drawn */
  const char *title;
  const pel_gnn_epoch *epochs;
  size_t n;
  uint32_t best; /* from 1; 0: none */
} pel_learncurve_data;

typedef struct pel_learncurve pel_learncurve;

pel_status pel_learncurve_layout(const pel_learncurve_data *data, const pel_plot_style *style, double width, double height, pel_learncurve **out, pel_error *err);
void pel_learncurve_free(pel_learncurve *plot);
void pel_learncurve_draw(const pel_learncurve *plot, pel_canvas *canvas);
/* The epoch (from 1) whose column a point is in; 0: none. */
uint32_t pel_learncurve_pick(const pel_learncurve *plot, double x, double y);
/* "Epoch 12: loss 0.512, validation MRR 0.943, 81 s". Owned by the caller; NULL: no such epoch, or no memory. */
char *pel_learncurve_describe(const pel_learncurve *plot, uint32_t epoch);
