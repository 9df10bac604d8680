/* A frame that lines are drawn in, with the scale of what they are high by. */
#pragma once
#include "src/plot/canvas.h"
#include "src/plot/theme.h"
#include "src/plot/type.h"

typedef struct pel_panel {
  pel_box box;
  double low, high; /* at its foot, at its head */
} pel_panel;

double pel_panel_y(const pel_panel *panel, double value);
/* The frame, faint lines at round numbers, and these to the left of it. */
void pel_panel_draw(const pel_panel *panel, pel_type *type, pel_canvas *canvas, const pel_theme *theme);
