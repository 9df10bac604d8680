/* The map's picture: overview, tiles over it, axes with a strip of segments, the cross. */
#include <glib/gi18n.h>
#include <math.h>

#include "src/plot/axis.h"
#include "ui/map_parts.h"
#include "ui/paper.h"

#define EDGE 8.0  /* px that a number at the map's corner may reach over it */
#define STRIP 4.0 /* px of the segments' colours beside the map */

static double left_of(const PelMapWidget *self) { return pel_map_left(self->look.of.level); }
static double top_of(const PelMapWidget *self) { return pel_map_top(self->look.of.level); }

/* An image of one pixel a cell, `block` units each, over these rows and keys. A last cell may stand for fewer. */
static void draw_cells(const pel_viewport *p, cairo_t *cr, cairo_surface_t *image, pel_range rows, pel_range cols, double block) {
  double x = (cols.start - p->x) * p->cell, y = (rows.start - p->y) * p->cell;
  cairo_save(cr);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE); /* or seams would show between tiles */
  cairo_rectangle(cr, x, y, (cols.end - cols.start) * p->cell, (rows.end - rows.start) * p->cell);
  cairo_clip(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, block * p->cell, block * p->cell);
  cairo_set_source_surface(cr, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_restore(cr);
}

/* Units that a cell stands for: the smallest power of two that gives cells of at least a pixel, about. */
static uint32_t block_of(const pel_viewport *p) {
  uint32_t block = 1;
  while (block * p->cell < 0.75) block *= 2;
  return block;
}

static void draw_tiles(PelMapWidget *self, cairo_t *cr) {
  const pel_viewport *p = &self->port;
  uint32_t block = block_of(p), span = PEL_TILE_CELLS * block;
  pel_range rows = pel_viewport_rows(p), cols = pel_viewport_cols(p);
  pel_tiles_begin(self->tiles);
  for (uint64_t i = rows.start / span; i * span < rows.end; i++)
    for (uint64_t j = cols.start / span; j * span < cols.end && j <= i; j++) {
      const pel_tile *tile = pel_tiles_get(self->tiles, block, (uint32_t)i, (uint32_t)j);
      if (tile) draw_cells(p, cr, tile->image, tile->view.rows, tile->view.cols, tile->view.block);
    }
  pel_tiles_end(self->tiles);
}

static void draw_map(PelMapWidget *self, cairo_t *cr, pel_canvas *canvas, const pel_theme *theme) {
  pel_range all = {0, self->port.n};
  pel_canvas_fill(canvas, (pel_box){0, 0, self->port.width, self->port.height}, pel_theme_forbidden(theme, self->look.palette));
  if (self->ground_image) draw_cells(&self->port, cr, self->ground_image, all, all, self->ground.block);
  draw_tiles(self, cr);
}

static void draw_cross(PelMapWidget *self, pel_canvas *canvas, const pel_theme *theme) {
  const pel_viewport *p = &self->port;
  if (!self->pointed && !self->locked) return;
  double x = (self->key - p->x) * p->cell, y = (self->row - p->y) * p->cell, side = fmax(p->cell, 3);
  for (int halo = 1; halo >= 0; halo--) { /* to be seen on every colour */
    pel_rgb color = halo ? theme->paper : theme->accent;
    double wide = halo ? 3.5 : 1.5;
    pel_canvas_line(canvas, 0, y + p->cell / 2, fmin(x, p->width), y + p->cell / 2, wide, color);
    pel_canvas_line(canvas, x + p->cell / 2, fmax(0, y + p->cell), x + p->cell / 2, fmin(p->n * p->cell, p->height), wide, color);
    pel_canvas_frame(canvas, (pel_box){x - 1 - halo, y - 1 - halo, side + 2 + 2 * halo, side + 2 + 2 * halo}, wide + (self->locked ? 1 : 0), color);
  }
}

/* ---- axes ---- */

static pel_segment_kind segment_at(const pel_overview *o, uint32_t token) {
  const pel_tokens_view *v = &o->signals[PEL_SIGNAL_LOGPROB];
  return token < v->n ? v->items[token].segment : PEL_SEGMENT_TEXT;
}

/* Each segment of the text as a stripe of its colour between axis and map. */
static void draw_strip(PelMapWidget *self, pel_canvas *canvas, const pel_theme *theme, pel_side side) {
  const pel_viewport *p = &self->port;
  const pel_units *segments = &self->overview->units[PEL_LEVEL_SEGMENT], *units = &self->overview->units[self->look.of.level];
  double from = side == PEL_SIDE_LEFT ? p->y : p->x, room = side == PEL_SIDE_LEFT ? p->height : p->width;
  for (uint32_t s = 0; s < segments->n; s++) {
    pel_range tokens = pel_units_tokens(segments, (pel_range){s, s + 1});
    double start = fmax(0, (pel_units_at(units, tokens.start) - from) * p->cell);
    double end = fmin(room, (pel_units_at(units, tokens.end - 1) + 1.0 - from) * p->cell);
    if (end <= start) continue;
    pel_box box = side == PEL_SIDE_LEFT ? (pel_box){left_of(self) - STRIP - 1, top_of(self) + start, STRIP, end - start}
                                        : (pel_box){left_of(self) + start, top_of(self) - STRIP - 1, end - start, STRIP};
    pel_canvas_fill(canvas, box, theme->segments[segment_at(self->overview, tokens.start)]);
  }
}

static const char *axis_name(pel_level level, pel_side side) {
  static const char *const names[PEL_LEVELS][2] = {{N_("query"), N_("key")}, {N_("query word"), N_("key word")},
                                                   {N_("query sentence"), N_("key sentence")}, {N_("query segment"), N_("key segment")}};
  return _(names[level][side == PEL_SIDE_TOP]);
}

static void draw_axis(PelMapWidget *self, pel_canvas *canvas, const pel_theme *theme, pel_side side) {
  const pel_viewport *p = &self->port;
  pel_range range = side == PEL_SIDE_LEFT ? pel_viewport_rows(p) : pel_viewport_cols(p);
  if (range.end <= range.start) return;
  pel_axis axis = {.side = side, .range = range, .block = 1, .labels = &self->overview->labels[self->look.of.level],
                   .name = axis_name(self->look.of.level, side)};
  double measured = pel_axis_measure(&axis, self->type, p->cell, true), most = (side == PEL_SIDE_LEFT ? left_of(self) : top_of(self)) - STRIP;
  if (measured > most) axis.text_room = fmax(0, axis.text_room - (measured - most));
  double at = (range.start - (side == PEL_SIDE_LEFT ? p->y : p->x)) * p->cell, length = (range.end - range.start) * p->cell;
  pel_axis_draw(&axis, self->type, canvas, side == PEL_SIDE_LEFT ? (pel_box){left_of(self) - STRIP, top_of(self) + at, 1, length}
                                                                 : (pel_box){left_of(self) + at, top_of(self) - STRIP, length, 1}, theme);
}

static void draw_axes(PelMapWidget *self, cairo_t *cr, pel_canvas *canvas, const pel_theme *theme) {
  cairo_save(cr);
  cairo_rectangle(cr, 0, top_of(self) - EDGE, left_of(self), self->port.height + 2 * EDGE);
  cairo_clip(cr);
  draw_axis(self, canvas, theme, PEL_SIDE_LEFT);
  draw_strip(self, canvas, theme, PEL_SIDE_LEFT);
  cairo_restore(cr);
  cairo_save(cr);
  cairo_rectangle(cr, left_of(self) - EDGE, 0, self->port.width + 2 * EDGE, top_of(self));
  cairo_clip(cr);
  draw_axis(self, canvas, theme, PEL_SIDE_TOP);
  draw_strip(self, canvas, theme, PEL_SIDE_TOP);
  cairo_restore(cr);
}

static void paint_error(PelMapWidget *self, GtkSnapshot *snapshot) {
  pel_text how = {.size = PEL_SIZE_TEXT, .align = PEL_ALIGN_MIDDLE, .color = pel_theme_get(self->look.dark)->ink};
  pel_paper paper;
  if (!pel_paper_begin(&paper, GTK_WIDGET(self), snapshot)) return;
  pel_type_draw_fitted(self->type, paper.canvas, self->error, (pel_point){paper.all.w / 2, paper.all.h / 2}, paper.all.w - 40, &how);
  pel_paper_end(&paper);
}

void pel_map_paint(PelMapWidget *self, GtkSnapshot *snapshot) {
  GtkWidget *widget = GTK_WIDGET(self);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  if (self->error) paint_error(self, snapshot);
  if (!self->tiles || !self->has_head || width < left_of(self) + 20 || height < top_of(self) + 20) return;
  const pel_theme *theme = pel_theme_get(self->look.dark);
  pel_paper paper;
  if (!pel_paper_begin(&paper, widget, snapshot)) return;
  cairo_t *cr = paper.cr;
  pel_canvas *c = paper.canvas;
  pel_canvas_fill(c, paper.all, theme->paper);
  draw_axes(self, cr, c, theme);
  double extent = self->port.n * self->port.cell, w = fmin(self->port.width, extent), h = fmin(self->port.height, extent);
  cairo_save(cr);
  cairo_translate(cr, left_of(self), top_of(self));
  cairo_rectangle(cr, 0, 0, w, h);
  cairo_clip(cr);
  draw_map(self, cr, c, theme);
  draw_cross(self, c, theme);
  cairo_restore(cr);
  pel_canvas_frame(c, (pel_box){left_of(self) - 1, top_of(self) - 1, w + 2, h + 2}, 1, theme->frame);
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, (pel_box){1, 1, width - 2, height - 2}, 2, theme->accent);
  pel_paper_end(&paper);
}
