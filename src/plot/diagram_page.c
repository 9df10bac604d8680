#include "src/plot/diagram_page.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/plot/figure.h"

#define LEGEND_GAP 14.0
#define WIDTH_LEAST 560.0
#define TITLE_WIDEST 1000.0
#define FIT_TRIES 3

struct pel_diagram_page {
  pel_diagram_maker maker;
  const pel_caption *caption;
  pel_plot_style style;
  pel_type *type;
  pel_figure figure;
  pel_diagram *diagram;
  pel_point origin;
  double legend_y; /* 0: none */
};

static pel_status start(const pel_diagram_maker *maker, const pel_caption *caption, const pel_plot_style *style, pel_diagram_page **out, pel_error *err) {
  pel_diagram_page *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  p->maker = *maker, p->caption = caption, p->style = *style;
  *out = p;
  return PEL_OK;
}

static pel_status lay(pel_diagram_page *p, pel_diagram_room room, pel_error *err) {
  pel_diagram_free(p->diagram);
  p->diagram = NULL;
  return p->maker.layout(p->maker.data, &p->style, &room, &p->diagram, err);
}

static double legend_height(const pel_diagram_page *p, double width) {
  const pel_diagram *d = p->diagram;
  return d && d->class->legend ? LEGEND_GAP + d->class->legend(d, NULL, 0, 0, width - 2 * PEL_PAD) : 0;
}

void pel_diagram_page_size(const pel_diagram_maker *maker, const pel_caption *caption, const pel_plot_style *style, double *width, double *height) {
  pel_diagram_page *p = NULL;
  *width = *height = WIDTH_LEAST;
  if (start(maker, caption, style, &p, NULL) != PEL_OK) return;
  if (lay(p, (pel_diagram_room){.unit = 1}, NULL) == PEL_OK) {
    double title = pel_type_width(p->type, caption->title, PEL_SIZE_TITLE, true) * 1.06;
    *width = ceil(fmax(fmax(p->diagram->width, fmin(title, TITLE_WIDEST)) + 2 * PEL_PAD, WIDTH_LEAST));
    *height = ceil(p->diagram->height + legend_height(p, *width) + pel_figure_overhead(p->type, caption, *width)) + 8;
  }
  pel_diagram_page_free(p);
}

/* Layouts of other units differ a little by rounding: tried until it fits. */
static pel_status fit(pel_diagram_page *p, double width, double height, pel_error *err) {
  double unit = 1;
  if (p->maker.fills) return lay(p, (pel_diagram_room){width, height, 1}, err);
  for (int i = 0; i < FIT_TRIES; i++) {
    PEL_TRY(lay(p, (pel_diagram_room){.unit = unit}, err));
    double share = fmin(width / fmax(p->diagram->width, 1), height / fmax(p->diagram->height, 1));
    if (share >= 0.9995) break;
    unit *= share * 0.999;
  }
  return PEL_OK;
}

static pel_status fill(pel_diagram_page *p, double width, double height, pel_error *err) {
  PEL_TRY(lay(p, (pel_diagram_room){.unit = 1}, err)); /* for the legend, which says what is there */
  double legend = legend_height(p, width);
  PEL_TRY(pel_figure_layout(p->type, p->caption, width, height, true, true, &p->figure, err));
  double top = p->figure.title.y + p->figure.title.h + 4, bottom = p->figure.caption.y - legend;
  if (bottom - top < 0.4 * height && p->diagram->height > bottom - top) { /* on a small page the diagram is what counts */
    pel_figure_clear(&p->figure);
    PEL_TRY(pel_figure_layout(p->type, p->caption, width, height, false, false, &p->figure, err));
    legend = 0, top = 4, bottom = height - 4;
  }
  double room = fmax(width - 2 * PEL_PAD, 8), high = fmax(bottom - top, 8);
  PEL_TRY(fit(p, room, high, err));
  p->origin = (pel_point){PEL_PAD + fmax(0, room - p->diagram->width) / 2, top + fmax(0, high - p->diagram->height) / 2};
  p->legend_y = legend > 0 ? bottom + LEGEND_GAP : 0;
  return PEL_OK;
}

pel_status pel_diagram_page_layout(const pel_diagram_maker *maker, const pel_caption *caption, const pel_plot_style *style, double width, double height,
                                   pel_diagram_page **out, pel_error *err) {
  pel_diagram_page *p = NULL;
  PEL_TRY(start(maker, caption, style, &p, err));
  pel_status status = fill(p, width, height, err);
  if (status == PEL_OK) *out = p;
  else pel_diagram_page_free(p);
  return status;
}

void pel_diagram_page_free(pel_diagram_page *p) {
  if (!p) return;
  pel_diagram_free(p->diagram);
  pel_figure_clear(&p->figure);
  pel_type_free(p->type);
  free(p);
}

void pel_diagram_page_draw(const pel_diagram_page *p, pel_canvas *canvas) {
  pel_canvas_shifted shifted;
  pel_figure_draw(&p->figure, p->type, canvas, p->caption, pel_style_theme(&p->style));
  pel_diagram_draw(p->diagram, pel_canvas_shift(&shifted, canvas, p->origin));
  if (p->legend_y > 0) p->diagram->class->legend(p->diagram, canvas, PEL_PAD, p->legend_y, p->figure.width - 2 * PEL_PAD);
}
