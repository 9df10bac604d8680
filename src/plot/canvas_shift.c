/* A canvas that draws on another, moved. */
#include "src/plot/canvas.h"

static pel_canvas_shifted *shifted_of(pel_canvas *canvas) { return (pel_canvas_shifted *)canvas; }

static pel_box shift_box(const pel_canvas_shifted *s, pel_box b) { return (pel_box){b.x + s->by.x, b.y + s->by.y, b.w, b.h}; }

/* Copies at most SHIFT_POINTS points; no path that is made here has more. */
#define SHIFT_POINTS 512
static size_t shift_points(const pel_canvas_shifted *s, const pel_point *points, size_t n, pel_point out[SHIFT_POINTS]) {
  if (n > SHIFT_POINTS) n = SHIFT_POINTS;
  for (size_t i = 0; i < n; i++)
    out[i] = (pel_point){points[i].x + s->by.x, points[i].y + s->by.y};
  return n;
}

static void shifted_fill(pel_canvas *c, pel_box b, pel_rgb color) {
  pel_canvas_shifted *s = shifted_of(c);
  s->on->class->fill(s->on, shift_box(s, b), color);
}

static void shifted_stroke(pel_canvas *c, const pel_point *points, size_t n, bool closed, double width, pel_rgb color) {
  pel_canvas_shifted *s = shifted_of(c);
  pel_point moved[SHIFT_POINTS];
  n = shift_points(s, points, n, moved);
  s->on->class->stroke(s->on, moved, n, closed, width, color);
}

static void shifted_text(pel_canvas *c, PangoLayoutLine *line, pel_point at, double anchor, pel_turn turn, pel_rgb color) {
  pel_canvas_shifted *s = shifted_of(c);
  s->on->class->text(s->on, line, (pel_point){at.x + s->by.x, at.y + s->by.y}, anchor, turn, color);
}

static void shifted_image(pel_canvas *c, const uint32_t *pixels, uint32_t width, uint32_t height, pel_box b) {
  pel_canvas_shifted *s = shifted_of(c);
  s->on->class->image(s->on, pixels, width, height, shift_box(s, b));
}

static void shifted_clip(pel_canvas *c, pel_box b) {
  pel_canvas_shifted *s = shifted_of(c);
  s->on->class->clip(s->on, shift_box(s, b));
}

static void shifted_unclip(pel_canvas *c) { shifted_of(c)->on->class->unclip(shifted_of(c)->on); }

static void shifted_polygon(pel_canvas *c, const pel_point *points, size_t n, pel_rgb color) {
  pel_canvas_shifted *s = shifted_of(c);
  pel_point moved[SHIFT_POINTS];
  n = shift_points(s, points, n, moved);
  s->on->class->polygon(s->on, moved, n, color);
}

static void shifted_veil(pel_canvas *c, const pel_point *points, size_t n, pel_rgb color, double cover) {
  pel_canvas_shifted *s = shifted_of(c);
  pel_point moved[SHIFT_POINTS];
  n = shift_points(s, points, n, moved);
  s->on->class->veil(s->on, moved, n, color, cover);
}

static void shifted_dash(pel_canvas *c, double on, double off) { shifted_of(c)->on->class->dash(shifted_of(c)->on, on, off); }

static const pel_canvas_class shifted_class = {shifted_fill, shifted_stroke, shifted_text,    shifted_image,
                                               shifted_clip, shifted_unclip, shifted_polygon, shifted_veil,
                                               shifted_dash};

pel_canvas *pel_canvas_shift(pel_canvas_shifted *s, pel_canvas *on, pel_point by) {
  *s = (pel_canvas_shifted){{&shifted_class, on->vector}, on, by};
  return &s->base;
}
