/* Setting text: one pango context per picture, measured without hinting, so that a page lays out the same on
 * screen, in PNG and in PDF. One pel_type serves one thread. */
#pragma once
#include "src/plot/canvas.h"

#define PEL_FONT_FAMILIES "Noto Sans, DejaVu Sans, sans"

typedef struct pel_type pel_type;

pel_type *pel_type_new(void); /* NULL: no memory */
void pel_type_free(pel_type *type);

PangoContext *pel_type_context(pel_type *type); /* borrowed */

/* A layout of its own in the picture's font; owned by the caller, g_object_unref. `text` is valid UTF-8. */
PangoLayout *pel_type_layout(pel_type *type, const char *text, double size, bool bold);
double pel_type_width(pel_type *type, const char *text, double size, bool bold);
/* Height of a line of this size: ascent and descent of the main font. */
double pel_type_height(pel_type *type, double size);

typedef enum pel_align { PEL_ALIGN_START, PEL_ALIGN_MIDDLE, PEL_ALIGN_END } pel_align;

typedef struct pel_text { /* how to set one line */
  double size;
  bool bold;
  pel_align align; /* of the line's length at the point */
  pel_turn turn;
  pel_rgb color;
} pel_text;

/* Sets one line; the middle of its small letters' height lies on `at` (turned text: on its x). */
void pel_type_draw(pel_type *type, pel_canvas *canvas, const char *text, pel_point at, const pel_text *how);
/* The same, first shortened to `room` by an ellipsis in its middle where it is longer. */
void pel_type_draw_fitted(pel_type *type, pel_canvas *canvas, const char *text, pel_point at, double room,
                          const pel_text *how);

/* Shortens to `room` with U+2026 in the middle, between characters as people see them; "" when not even that
 * fits. Owned by the caller, NULL when there is no memory. */
char *pel_type_fit(pel_type *type, const char *text, double size, double room);
