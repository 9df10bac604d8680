#include "ui/viewport.h"

static double least(double a, double b) { return a < b ? a : b; }
static double clamp(double x, double low, double high) { return x > high ? high : x > low ? x : low; }

static double fit_cell(const pel_viewport *v) {
  return v->n ? least(least(v->width, v->height) / v->n, PEL_CELL_MOST) : 1;
}

static void settle(pel_viewport *v) {
  if (v->fitted) v->cell = fit_cell(v), v->x = v->y = 0;
  v->x = clamp(v->x, 0, clamp(v->n - v->width / v->cell, 0, v->n));
  v->y = clamp(v->y, 0, clamp(v->n - v->height / v->cell, 0, v->n));
}

void pel_viewport_resize(pel_viewport *v, double width, double height, uint32_t n) {
  v->width = width > 1 ? width : 1, v->height = height > 1 ? height : 1, v->n = n;
  if (!(v->cell > 0)) v->cell = 1, v->fitted = true;
  if (v->cell < fit_cell(v)) v->fitted = true;
  settle(v);
}

void pel_viewport_zoom(pel_viewport *v, double cell, double px, double py) {
  double fit = fit_cell(v), x = v->x + px / v->cell, y = v->y + py / v->cell;
  v->fitted = cell <= fit;
  v->cell = clamp(cell, fit, fit > PEL_CELL_MOST ? fit : PEL_CELL_MOST);
  v->x = x - px / v->cell;
  v->y = y - py / v->cell;
  settle(v);
}

void pel_viewport_move_to(pel_viewport *v, double x, double y) {
  v->x = x, v->y = y;
  settle(v);
}

void pel_viewport_center(pel_viewport *v, double row, double key) {
  pel_viewport_move_to(v, key - v->width / v->cell / 2, row - v->height / v->cell / 2);
}

void pel_viewport_show_cell(pel_viewport *v, uint32_t row, uint32_t key) {
  double w = v->width / v->cell, h = v->height / v->cell;
  if (key < v->x || key + 1 > v->x + w) v->x = key + 0.5 - w / 2;
  if (row < v->y || row + 1 > v->y + h) v->y = row + 0.5 - h / 2;
  settle(v);
}

bool pel_viewport_pick(const pel_viewport *v, double px, double py, uint32_t *row, uint32_t *key) {
  double x = v->x + px / v->cell, y = v->y + py / v->cell;
  if (px < 0 || py < 0 || px >= v->width || py >= v->height || x >= v->n || y >= v->n) return false;
  *key = (uint32_t)x, *row = (uint32_t)y;
  return true;
}

static pel_range seen(double from, double room, uint32_t n) {
  double end = from + room;
  uint32_t start = (uint32_t)from, stop = end >= n ? n : (uint32_t)end + (end > (uint32_t)end);
  return (pel_range){start, stop > start ? stop : start};
}

pel_range pel_viewport_rows(const pel_viewport *v) { return seen(v->y, v->height / v->cell, v->n); }
pel_range pel_viewport_cols(const pel_viewport *v) { return seen(v->x, v->width / v->cell, v->n); }
