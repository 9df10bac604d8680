/* A canvas that writes SVG 1.1 in which text is text, for readers, search and editing by hand. */
#pragma once
#include "src/plot/canvas.h"

typedef bool pel_write_func(const void *data, size_t size, void *user); /* false: the rest is dropped */

typedef struct pel_canvas_svg {
  pel_canvas base;
  pel_write_func *write;
  void *user;
  bool failed; /* a write was refused, or there was no memory */
  unsigned n_clips;
  double dash_on, dash_off; /* 0: whole lines */
} pel_canvas_svg;

/* Starts the document. `title` and `description` become its accessible name and text. */
pel_canvas *pel_canvas_svg_begin(pel_canvas_svg *svg, double width, double height, const char *title,
                                 const char *description, pel_write_func *write, void *user);
/* Ends it; false when something could not be written. */
bool pel_canvas_svg_end(pel_canvas_svg *svg);
