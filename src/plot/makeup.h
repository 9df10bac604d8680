/* What a confidence is made of, as bars that follow one another: the mean case, what each part adds to its log odds, and the sum. A row each, an item each. */
#pragma once
#include "src/analysis/confidence_makeup.h"
#include "src/plot/diagram.h"

#define PEL_MAKEUP_WIDTH 264.0

typedef struct pel_makeup_plot {
  const pel_confidence_makeup *of;
  pel_box box;
} pel_makeup_plot;

/* Rows: the mean case, the parts, the sum. 0 when nothing is said of parts. */
uint32_t pel_makeup_rows(const pel_confidence_makeup *makeup);
double pel_makeup_height(const pel_confidence_makeup *makeup);
void pel_makeup_draw(const pel_diagram *diagram, pel_canvas *canvas, const pel_makeup_plot *plot);
pel_box pel_makeup_row(const pel_makeup_plot *plot, uint32_t row);
char *pel_makeup_describe(const pel_diagram *diagram, const pel_makeup_plot *plot, uint32_t row); /* owned by the caller */
