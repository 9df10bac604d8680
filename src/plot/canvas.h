/* The few things that pictures are made of, so that one drawing serves the screen, PNG, PDF and SVG.
 *
 * cairo's own SVG surface turns text into outlines; a canvas that writes SVG itself keeps it text. A widget
 * draws with pel_canvas_cairo_init (&canvas, cr). */
#pragma once
#include "src/plot/palette.h"
#include <pango/pangocairo.h>
#include <stddef.h>

typedef struct pel_box {
  double x, y, w, h;
} pel_box;

typedef struct pel_point {
  double x, y;
} pel_point;

typedef enum pel_turn {
  PEL_TURN_NONE,
  PEL_TURN_UP, /* a quarter counter-clockwise: reads from bottom to top */
} pel_turn;

typedef struct pel_canvas pel_canvas;

typedef struct pel_canvas_class {
  void (*fill)(pel_canvas *, pel_box, pel_rgb);
  void (*stroke)(pel_canvas *, const pel_point *points, size_t n, bool closed, double width, pel_rgb);
  /* One line of text with its baseline through `at`; `anchor` is the share of its width that lies before
   * `at`. */
  void (*text)(pel_canvas *, PangoLayoutLine *, pel_point at, double anchor, pel_turn, pel_rgb);
  /* 0x00RRGGBB pixels, stretched to the box without smoothing. */
  void (*image)(pel_canvas *, const uint32_t *pixels, uint32_t width, uint32_t height, pel_box);
  void (*clip)(pel_canvas *, pel_box);
  void (*unclip)(pel_canvas *);
  /* The inside of a closed line. */
  void (*polygon)(pel_canvas *, const pel_point *points, size_t n, pel_rgb);
  /* The same, through which what lies below is seen: `cover` is the share of the colour, 0 .. 1. */
  void (*veil)(pel_canvas *, const pel_point *points, size_t n, pel_rgb, double cover);
  /* Strokes from now on: `on` drawn, `off` left out, and again; 0: whole lines. */
  void (*dash)(pel_canvas *, double on, double off);
} pel_canvas_class;

struct pel_canvas {
  const pel_canvas_class *class;
  bool vector; /* can be scaled after it was drawn */
};

typedef struct pel_canvas_cairo {
  pel_canvas base;
  cairo_t *cr; /* borrowed */
} pel_canvas_cairo;

/* `canvas->base` is then the canvas; it needs no clearing. Errors stay in the cairo_t. */
pel_canvas *pel_canvas_cairo_init(pel_canvas_cairo *canvas, cairo_t *cr);

void pel_canvas_fill(pel_canvas *canvas, pel_box box, pel_rgb color);
void pel_canvas_line(pel_canvas *canvas, double x0, double y0, double x1, double y1, double width,
                     pel_rgb color);
/* A line inside the edge of the box. */
void pel_canvas_frame(pel_canvas *canvas, pel_box box, double width, pel_rgb color);
/* Oblique lines in the box, `gap` apart. */
void pel_canvas_hatch(pel_canvas *canvas, pel_box box, double gap, pel_rgb color);
/* A line through the points, its corners rounded by `radius` where there is room. */
void pel_canvas_path(pel_canvas *canvas, const pel_point *points, size_t n, double radius, double width, pel_rgb color);
/* A box with round corners: filled, and with its edge drawn inside. */
void pel_canvas_round_fill(pel_canvas *canvas, pel_box box, double radius, pel_rgb color);
void pel_canvas_round_frame(pel_canvas *canvas, pel_box box, double radius, double width, pel_rgb color);
/* A circle, filled or as a line. */
void pel_canvas_disc(pel_canvas *canvas, pel_point middle, double radius, pel_rgb color);
void pel_canvas_ring(pel_canvas *canvas, pel_point middle, double radius, double width, pel_rgb color);
void pel_canvas_image(pel_canvas *canvas, const uint32_t *pixels, uint32_t width, uint32_t height,
                      pel_box box);

typedef struct pel_canvas_shifted { /* draws on another canvas, all moved by `by` */
  pel_canvas base;
  pel_canvas *on;
  pel_point by;
} pel_canvas_shifted;
pel_canvas *pel_canvas_shift(pel_canvas_shifted *shifted, pel_canvas *on, pel_point by);

static inline bool pel_box_has(pel_box b, double x, double y) {
  return x >= b.x && y >= b.y && x < b.x + b.w && y < b.y + b.h;
}
