/* What every picture has around its data: a title above, and below it the facts of its caption, set in lines.
 */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/theme.h"
#include "src/plot/type.h"

typedef struct pel_figure {
  double width, height;
  bool has_title, has_caption;
  pel_box title;   /* also says where data may begin: below title.y + title.h */
  pel_box caption; /* data end above caption.y */
  uint32_t n_lines;
  char **lines; /* [n_lines] */
} pel_figure;

/* Sets title and caption into width x height. Either is left out where asked. */
pel_status pel_figure_layout(pel_type *type, const pel_caption *caption, double width, double height,
                             bool title, bool facts, pel_figure *out, pel_error *err);
void pel_figure_clear(pel_figure *figure);
void pel_figure_draw(const pel_figure *figure, pel_type *type, pel_canvas *canvas, const pel_caption *caption,
                     const pel_theme *theme);

/* Height of title and caption together at this width. */
double pel_figure_overhead(pel_type *type, const pel_caption *caption, double width);

typedef struct pel_swatch { /* a small box with words, for what no colour bar can say */
  pel_rgb color;
  bool hatched, framed;
  const char *words; /* static */
} pel_swatch;

/* Draws swatches in a row from (x, y), y their middle; returns the width taken. canvas NULL: only measures.
 */
double pel_swatches_draw(pel_type *type, pel_canvas *canvas, const pel_swatch *swatches, uint32_t n, double x,
                         double y, const pel_theme *theme);
