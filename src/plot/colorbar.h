/* The bar that says what colours mean: a ramp, ticks and the name of the scale. */
#pragma once
#include "src/plot/theme.h"
#include "src/plot/ticks.h"
#include "src/plot/type.h"

typedef struct pel_colorbar {
  pel_box box;    /* of the ramp, standing */
  bool log, down; /* down: low at the top */
  double low, high;
  const char *name;  /* beside the bar, reading upwards; may be NULL */
  const char *brief; /* in its place where the bar is short; may be NULL */
  bool tint;         /* the ramp of running text instead of the palette's */
} pel_colorbar;

#define PEL_COLORBAR_WIDTH 14.0
/* Room that ticks and name need to the right of the ramp. */
double pel_colorbar_room(pel_type *type, const pel_colorbar *bar);
void pel_colorbar_draw(const pel_colorbar *bar, pel_type *type, pel_canvas *canvas, const pel_theme *theme,
                       pel_palette palette);
