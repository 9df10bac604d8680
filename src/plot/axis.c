#include "src/plot/axis.h"

#include "src/plot/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LABEL_ROOM_MAX 150.0 /* longer tokens are shortened in their middle */
#define NAME_ROOM 18.0
#define TICK 4.0
#define GAP 5.0

static double label_size(double cell) { return fmin(PEL_SIZE_LABEL + 0.5, fmax(9, cell * 0.72)); }

static double index_size(const pel_axis *axis) { return axis->label_size * 0.82; }

static uint32_t length_of(const pel_axis *axis) { return axis->range.end - axis->range.start; }

static double measure_labels(pel_axis *axis, pel_type *type, double cell) {
  char number[16];
  axis->label_size = label_size(cell);
  axis->text_room = 0;
  for (uint32_t p = axis->range.start; p < axis->range.end; p++)
    axis->text_room =
        fmax(axis->text_room, pel_type_width(type, pel_labels_at(axis->labels, p), axis->label_size, false));
  axis->text_room = fmin(ceil(axis->text_room), LABEL_ROOM_MAX);
  snprintf(number, sizeof number, "%u", axis->range.end - 1);
  axis->index_room = ceil(pel_type_width(type, number, index_size(axis), false));
  return GAP + axis->index_room + GAP + axis->text_room + GAP + NAME_ROOM;
}

static double measure_ticks(pel_axis *axis, pel_type *type) {
  char number[16];
  snprintf(number, sizeof number, "%u", axis->range.end - 1);
  axis->label_size = PEL_SIZE_LABEL;
  axis->index_room = ceil(pel_type_width(type, number, PEL_SIZE_LABEL, false));
  double across = axis->side == PEL_SIDE_LEFT ? axis->index_room : PEL_SIZE_LABEL;
  return TICK + GAP + across + GAP + NAME_ROOM;
}

double pel_axis_measure(pel_axis *axis, pel_type *type, double cell, bool labels_wanted) {
  axis->show = true;
  axis->show_labels = labels_wanted && axis->labels && axis->block == 1 && cell >= PEL_AXIS_LABEL_CELL;
  return axis->show_labels ? measure_labels(axis, type, cell) : measure_ticks(axis, type);
}

/* A point `away` from the map's edge and `along` it from its start. */
static pel_point place(const pel_axis *axis, pel_box map, double away, double along) {
  return axis->side == PEL_SIDE_LEFT ? (pel_point){map.x - away, map.y + along}
                                     : (pel_point){map.x + along, map.y - away};
}

static double span_of(const pel_axis *axis, pel_box map) {
  return axis->side == PEL_SIDE_LEFT ? map.h : map.w;
}

/* px of one position along the map: the last block may be cut short, the cells are equal. */
static double px_per_position(const pel_axis *axis, pel_box map) {
  uint32_t cells = (length_of(axis) + axis->block - 1) / axis->block;
  return span_of(axis, map) / ((double)cells * axis->block);
}

static void draw_labels(const pel_axis *axis, pel_type *type, pel_canvas *canvas, pel_box map,
                        const pel_theme *theme) {
  double px = px_per_position(axis, map);
  bool left = axis->side == PEL_SIDE_LEFT;
  pel_text token = {
      .size = axis->label_size, .align = left ? PEL_ALIGN_END : PEL_ALIGN_START, .color = theme->ink};
  pel_text index = {.size = index_size(axis), .align = token.align, .color = theme->muted};
  token.turn = index.turn = left ? PEL_TURN_NONE : PEL_TURN_UP;
  for (uint32_t i = 0; i < length_of(axis); i++) {
    char number[16];
    uint32_t position = axis->range.start + i;
    double along = (i + 0.5) * px;
    snprintf(number, sizeof number, "%u", position);
    pel_type_draw(type, canvas, number, place(axis, map, GAP, along), &index);
    pel_type_draw_fitted(type, canvas, pel_labels_at(axis->labels, position),
                         place(axis, map, 2 * GAP + axis->index_room, along), axis->text_room + 1, &token);
  }
}

static void draw_tick(const pel_axis *axis, pel_type *type, pel_canvas *canvas, pel_box map, double along,
                      uint32_t position, const pel_theme *theme) {
  char number[16];
  bool left = axis->side == PEL_SIDE_LEFT;
  pel_text how = {
      .size = axis->label_size, .align = left ? PEL_ALIGN_END : PEL_ALIGN_MIDDLE, .color = theme->muted};
  pel_point from = place(axis, map, 0, along), to = place(axis, map, TICK, along);
  snprintf(number, sizeof number, "%u", position);
  pel_canvas_line(canvas, from.x, from.y, to.x, to.y, 1, theme->frame);
  double away = left ? TICK + GAP : TICK + GAP + axis->label_size / 2 - 1;
  pel_type_draw(type, canvas, number, place(axis, map, away, along), &how);
}

static void draw_ticks(const pel_axis *axis, pel_type *type, pel_canvas *canvas, pel_box map,
                       const pel_theme *theme) {
  double px = px_per_position(axis, map);
  double apart = axis->side == PEL_SIDE_LEFT ? 24 : fmax(24, axis->index_room + 14);
  uint32_t step = pel_ticks_step(length_of(axis), apart / px);
  double middle = px >= 3 ? 0.5 : 0; /* large cells are named at their middle, dots where they begin */
  for (uint64_t p = (axis->range.start + (uint64_t)step - 1) / step * step; p < axis->range.end; p += step)
    draw_tick(axis, type, canvas, map, ((double)(p - axis->range.start) + middle) * px, (uint32_t)p, theme);
}

void pel_axis_draw(const pel_axis *axis, pel_type *type, pel_canvas *canvas, pel_box map,
                   const pel_theme *theme) {
  if (!axis->show) return;
  double away;
  if (axis->show_labels) {
    draw_labels(axis, type, canvas, map, theme);
    away = 3 * GAP + axis->index_room + axis->text_room;
  } else {
    draw_ticks(axis, type, canvas, map, theme);
    away = TICK + 2 * GAP + (axis->side == PEL_SIDE_LEFT ? axis->index_room : PEL_SIZE_LABEL);
  }
  pel_text how = {.size = PEL_SIZE_AXIS, .align = PEL_ALIGN_MIDDLE, .color = theme->ink};
  how.turn = axis->side == PEL_SIDE_LEFT ? PEL_TURN_UP : PEL_TURN_NONE;
  pel_point at = place(axis, map, away + PEL_SIZE_AXIS / 2, span_of(axis, map) / 2);
  pel_type_draw(type, canvas, axis->name, at, &how);
}
