/* Which part of a square map of n x n cells is seen, and where: numbers alone, px and cells. */
#pragma once
#include <pellucid/trace.h>

#define PEL_CELL_MOST 48.0 /* px */
#define PEL_CELL_READ 16.0 /* px of a cell whose labels are read with ease */

typedef struct pel_viewport {
  uint32_t n;           /* cells each way */
  double width, height; /* px that the map has */
  double cell;          /* px a cell */
  double x, y;          /* the cell at the upper left corner */
  bool fitted;          /* the whole map is shown, whatever the size */
} pel_viewport;

void pel_viewport_resize(pel_viewport *v, double width, double height, uint32_t n);
/* Cells of `cell` px, as far as that makes sense; what is at (px, py) stays there. 0 fits. */
void pel_viewport_zoom(pel_viewport *v, double cell, double px, double py);
void pel_viewport_move_to(pel_viewport *v, double x, double y);
void pel_viewport_center(pel_viewport *v, double row, double key);
/* Moves only as far as it must. */
void pel_viewport_show_cell(pel_viewport *v, uint32_t row, uint32_t key);
bool pel_viewport_pick(const pel_viewport *v, double px, double py, uint32_t *row, uint32_t *key);
/* Cells that are seen at least in part. */
pel_range pel_viewport_rows(const pel_viewport *v);
pel_range pel_viewport_cols(const pel_viewport *v);
