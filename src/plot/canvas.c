#include "src/plot/canvas.h"

#include <math.h>
#include <stdlib.h>

static cairo_t *cr_of(pel_canvas *canvas) { return ((pel_canvas_cairo *)canvas)->cr; }

static void set_color(cairo_t *cr, pel_rgb c) {
  cairo_set_source_rgb(cr, (double)c.r, (double)c.g, (double)c.b);
}

static void cairo_fill_box(pel_canvas *canvas, pel_box b, pel_rgb color) {
  cairo_t *cr = cr_of(canvas);
  set_color(cr, color);
  cairo_new_path(cr);
  cairo_rectangle(cr, b.x, b.y, b.w, b.h);
  cairo_fill(cr);
}

static void cairo_stroke_points(pel_canvas *canvas, const pel_point *points, size_t n, bool closed,
                                double width, pel_rgb color) {
  cairo_t *cr = cr_of(canvas);
  set_color(cr, color);
  cairo_set_line_width(cr, width);
  cairo_new_path(cr); /* text leaves its end as the current point */
  for (size_t i = 0; i < n; i++)
    cairo_line_to(cr, points[i].x, points[i].y);
  if (closed) cairo_close_path(cr);
  cairo_stroke(cr);
}

static void cairo_text(pel_canvas *canvas, PangoLayoutLine *line, pel_point at, double anchor, pel_turn turn,
                       pel_rgb color) {
  cairo_t *cr = cr_of(canvas);
  PangoRectangle extents;
  pango_layout_line_get_extents(line, NULL, &extents);
  cairo_save(cr);
  set_color(cr, color);
  cairo_translate(cr, at.x, at.y);
  if (turn == PEL_TURN_UP) cairo_rotate(cr, -M_PI / 2);
  cairo_move_to(cr, -anchor * pango_units_to_double(extents.width), 0);
  pango_cairo_show_layout_line(cr, line);
  cairo_restore(cr);
}

static void cairo_image(pel_canvas *canvas, const uint32_t *pixels, uint32_t width, uint32_t height,
                        pel_box box) {
  cairo_t *cr = cr_of(canvas);
  cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
    int stride = cairo_image_surface_get_stride(image);
    unsigned char *data = cairo_image_surface_get_data(image);
    cairo_surface_flush(image);
    for (uint32_t y = 0; y < height; y++) {
      uint32_t *row = (uint32_t *)(void *)(data + (size_t)y * (size_t)stride);
      for (uint32_t x = 0; x < width; x++)
        row[x] = pixels[(size_t)y * width + x];
    }
    cairo_surface_mark_dirty(image);
  }
  cairo_save(cr);
  cairo_new_path(cr);
  cairo_rectangle(cr, box.x, box.y, box.w, box.h);
  cairo_clip(cr);
  cairo_translate(cr, box.x, box.y);
  cairo_scale(cr, box.w / width, box.h / height);
  cairo_set_source_surface(cr, image, 0, 0); /* a failed image puts its error into cr */
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
  cairo_paint(cr);
  cairo_restore(cr);
  cairo_surface_destroy(image);
}

static void cairo_clip_box(pel_canvas *canvas, pel_box b) {
  cairo_t *cr = cr_of(canvas);
  cairo_save(cr);
  cairo_new_path(cr);
  cairo_rectangle(cr, b.x, b.y, b.w, b.h);
  cairo_clip(cr);
}

static void cairo_unclip(pel_canvas *canvas) { cairo_restore(cr_of(canvas)); }

static void cairo_veil(pel_canvas *canvas, const pel_point *points, size_t n, pel_rgb c, double cover) {
  cairo_t *cr = cr_of(canvas);
  cairo_set_source_rgba(cr, (double)c.r, (double)c.g, (double)c.b, cover);
  cairo_new_path(cr);
  for (size_t i = 0; i < n; i++)
    cairo_line_to(cr, points[i].x, points[i].y);
  cairo_close_path(cr);
  cairo_fill(cr);
}

static void cairo_polygon(pel_canvas *canvas, const pel_point *points, size_t n, pel_rgb color) {
  cairo_veil(canvas, points, n, color, 1);
}

static void cairo_dash_line(pel_canvas *canvas, double on, double off) {
  const double dashes[2] = {on, off};
  cairo_set_dash(cr_of(canvas), dashes, on > 0 ? 2 : 0, 0);
}

static const pel_canvas_class cairo_class = {cairo_fill_box, cairo_stroke_points, cairo_text,    cairo_image,
                                             cairo_clip_box, cairo_unclip,        cairo_polygon, cairo_veil,
                                             cairo_dash_line};

pel_canvas *pel_canvas_cairo_init(pel_canvas_cairo *canvas, cairo_t *cr) {
  cairo_surface_type_t type = cairo_surface_get_type(cairo_get_target(cr));
  canvas->base.class = &cairo_class;
  canvas->base.vector =
      type == CAIRO_SURFACE_TYPE_PDF || type == CAIRO_SURFACE_TYPE_PS || type == CAIRO_SURFACE_TYPE_SVG;
  canvas->cr = cr;
  return &canvas->base;
}

/* ---- for every canvas ---- */

void pel_canvas_fill(pel_canvas *canvas, pel_box box, pel_rgb color) {
  if (box.w > 0 && box.h > 0) canvas->class->fill(canvas, box, color);
}

void pel_canvas_line(pel_canvas *canvas, double x0, double y0, double x1, double y1, double width,
                     pel_rgb color) {
  const pel_point points[2] = {{x0, y0}, {x1, y1}};
  canvas->class->stroke(canvas, points, 2, false, width, color);
}

void pel_canvas_frame(pel_canvas *canvas, pel_box b, double width, pel_rgb color) {
  double in = width / 2;
  if (b.w <= width || b.h <= width) return;
  const pel_point points[4] = {{b.x + in, b.y + in},
                               {b.x + b.w - in, b.y + in},
                               {b.x + b.w - in, b.y + b.h - in},
                               {b.x + in, b.y + b.h - in}};
  canvas->class->stroke(canvas, points, 4, true, width, color);
}

void pel_canvas_hatch(pel_canvas *canvas, pel_box b, double gap, pel_rgb color) {
  if (b.w <= 0 || b.h <= 0) return;
  canvas->class->clip(canvas, b);
  for (double x = b.x - b.h + gap / 2; x < b.x + b.w; x += gap)
    pel_canvas_line(canvas, x, b.y + b.h, x + b.h, b.y, 0.8, color);
  canvas->class->unclip(canvas);
}

/* ---- round things: lines of short pieces ---- */

#define CORNER_POINTS 5  /* of a quarter circle, both ends included */
#define CIRCLE_POINTS 32
#define PATH_POINTS 32   /* that a path may have before its corners are rounded */

/* From `a` to `b` around the corner `c`: a quadratic curve. */
static size_t add_corner(pel_point *out, pel_point a, pel_point c, pel_point b) {
  for (int i = 0; i < CORNER_POINTS; i++) {
    double t = (double)i / (CORNER_POINTS - 1), u = 1 - t;
    out[i] = (pel_point){u * u * a.x + 2 * u * t * c.x + t * t * b.x, u * u * a.y + 2 * u * t * c.y + t * t * b.y};
  }
  return CORNER_POINTS;
}

/* The point `length` from `from` on the way to `to`, at most half way. */
static pel_point towards(pel_point from, pel_point to, double length) {
  double dx = to.x - from.x, dy = to.y - from.y, d = hypot(dx, dy);
  double t = d > 0 ? fmin(length / d, 0.5) : 0;
  return (pel_point){from.x + t * dx, from.y + t * dy};
}

void pel_canvas_path(pel_canvas *canvas, const pel_point *p, size_t n, double radius, double width, pel_rgb color) {
  pel_point out[PATH_POINTS * CORNER_POINTS];
  size_t at = 0;
  if (n < 2) return;
  if (n > PATH_POINTS) n = PATH_POINTS;
  out[at++] = p[0];
  for (size_t i = 1; i + 1 < n; i++)
    at += add_corner(out + at, towards(p[i], p[i - 1], radius), p[i], towards(p[i], p[i + 1], radius));
  out[at++] = p[n - 1];
  canvas->class->stroke(canvas, out, at, false, width, color);
}

static size_t round_points(pel_box b, double radius, pel_point *out) {
  const pel_point c[4] = {{b.x, b.y}, {b.x + b.w, b.y}, {b.x + b.w, b.y + b.h}, {b.x, b.y + b.h}};
  size_t at = 0;
  for (int i = 0; i < 4; i++)
    at += add_corner(out + at, towards(c[i], c[(i + 3) % 4], radius), c[i], towards(c[i], c[(i + 1) % 4], radius));
  return at;
}

void pel_canvas_round_fill(pel_canvas *canvas, pel_box b, double radius, pel_rgb color) {
  pel_point points[4 * CORNER_POINTS];
  if (b.w > 0 && b.h > 0) canvas->class->polygon(canvas, points, round_points(b, radius, points), color);
}

void pel_canvas_round_frame(pel_canvas *canvas, pel_box b, double radius, double width, pel_rgb color) {
  pel_point points[4 * CORNER_POINTS];
  pel_box in = {b.x + width / 2, b.y + width / 2, b.w - width, b.h - width};
  if (in.w > 0 && in.h > 0) canvas->class->stroke(canvas, points, round_points(in, radius, points), true, width, color);
}

static void circle_points(pel_point m, double radius, pel_point out[CIRCLE_POINTS]) {
  for (int i = 0; i < CIRCLE_POINTS; i++) {
    double a = 2 * M_PI * i / CIRCLE_POINTS;
    out[i] = (pel_point){m.x + radius * cos(a), m.y + radius * sin(a)};
  }
}

void pel_canvas_disc(pel_canvas *canvas, pel_point m, double radius, pel_rgb color) {
  pel_point points[CIRCLE_POINTS];
  circle_points(m, radius, points);
  canvas->class->polygon(canvas, points, CIRCLE_POINTS, color);
}

void pel_canvas_ring(pel_canvas *canvas, pel_point m, double radius, double width, pel_rgb color) {
  pel_point points[CIRCLE_POINTS];
  circle_points(m, radius, points);
  canvas->class->stroke(canvas, points, CIRCLE_POINTS, true, width, color);
}

void pel_canvas_image(pel_canvas *canvas, const uint32_t *pixels, uint32_t width, uint32_t height,
                      pel_box box) {
  if (width && height && box.w > 0 && box.h > 0) canvas->class->image(canvas, pixels, width, height, box);
}
