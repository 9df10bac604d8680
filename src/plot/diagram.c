#include "src/plot/diagram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

#define SIDEWAYS 2.5 /* how much further an item beside the way seems */

pel_status pel_diagram_new(size_t size, const pel_diagram_class *class, const pel_plot_style *style, double unit, pel_diagram **out, pel_error *err) {
  pel_diagram *d = pel_alloc(1, size);
  if (!d || !(d->type = pel_type_new())) {
    free(d);
    return pel_fail_memory(err, "a picture", size);
  }
  d->class = class;
  d->style = *style;
  d->unit = unit > 0 ? unit : 1;
  pel_card_metrics_load(d->type, &d->metrics);
  *out = d;
  return PEL_OK;
}

void pel_diagram_free(pel_diagram *d) {
  if (!d) return;
  if (d->class->clear) d->class->clear(d);
  pel_type_free(d->type);
  free(d);
}

void pel_diagram_draw(const pel_diagram *d, pel_canvas *canvas) { d->class->draw(d, canvas); }

bool pel_diagram_box(const pel_diagram *d, uint32_t item, pel_box *out) { return item < d->n_items && d->class->box(d, item, out); }

char *pel_diagram_describe(const pel_diagram *d, uint32_t item) { return item < d->n_items ? d->class->describe(d, item) : NULL; }

int64_t pel_diagram_node(const pel_diagram *d, uint32_t item) { return item < d->n_items && d->class->node ? d->class->node(d, item) : 0; }

uint32_t pel_diagram_item_of(const pel_diagram *d, int64_t node) {
  for (uint32_t i = 0; node > 0 && i < d->n_items; i++)
    if (pel_diagram_node(d, i) == node) return i;
  return PEL_DIAGRAM_NONE;
}

/* ---- pick and step ---- */

static double distance(pel_box b, double x, double y) {
  return hypot(fmax(fmax(b.x - x, x - b.x - b.w), 0), fmax(fmax(b.y - y, y - b.y - b.h), 0));
}

uint32_t pel_diagram_pick(const pel_diagram *d, double x, double y, double tolerance) {
  uint32_t best = PEL_DIAGRAM_NONE;
  double nearest = tolerance;
  pel_box b;
  for (uint32_t i = 0; i < d->n_items; i++) {
    if (!pel_diagram_box(d, i, &b)) continue;
    double far = distance(b, x, y);
    if (far > nearest || (far == nearest && best != PEL_DIAGRAM_NONE)) continue;
    nearest = far, best = i;
  }
  return best;
}

uint32_t pel_diagram_step(const pel_diagram *d, uint32_t item, int dx, int dy) {
  uint32_t best = PEL_DIAGRAM_NONE;
  double least = INFINITY;
  pel_box from, b;
  if (!pel_diagram_box(d, item, &from)) return d->n_items ? 0 : PEL_DIAGRAM_NONE;
  double x = from.x + from.w / 2, y = from.y + from.h / 2;
  for (uint32_t i = 0; i < d->n_items; i++) {
    if (i == item || !pel_diagram_box(d, i, &b)) continue;
    double along = (b.x + b.w / 2 - x) * dx + (b.y + b.h / 2 - y) * dy;
    double beside = dx ? fmax(fmax(b.y - (from.y + from.h), from.y - (b.y + b.h)), 0) : fmax(fmax(b.x - (from.x + from.w), from.x - (b.x + b.w)), 0);
    if (along <= 0.5 || along + SIDEWAYS * beside >= least) continue;
    least = along + SIDEWAYS * beside, best = i;
  }
  return best;
}

/* ---- for those who draw ---- */

void pel_diagram_text(const pel_diagram *d, pel_canvas *canvas, const char *text, double x, double y, double size, bool bold, pel_align align, pel_rgb color,
                      double room) {
  pel_text how = {.size = size * d->unit, .bold = bold, .align = align, .color = color};
  if (room > 0) pel_card_draw_cut(d->type, &d->metrics, canvas, text, (pel_point){x, y}, room, &how);
  else pel_type_draw(d->type, canvas, text, (pel_point){x, y}, &how);
}

double pel_diagram_text_width(const pel_diagram *d, const char *text, double size, bool bold) {
  return pel_card_width(&d->metrics, text, strlen(text), size * d->unit, bold);
}

void pel_diagram_curve(pel_point a, int out, pel_point b, int in, pel_point points[PEL_CURVE_POINTS]) {
  double reach = fmax(fabs(b.x - a.x) * 0.45, fmin(fabs(b.y - a.y) * 0.3, 40));
  for (int i = 0; i < PEL_CURVE_POINTS; i++) {
    double t = i / (PEL_CURVE_POINTS - 1.0), s = 1 - t;
    double k0 = s * s * s, k1 = 3 * s * s * t, k2 = 3 * s * t * t, k3 = t * t * t;
    points[i] = (pel_point){k0 * a.x + k1 * (a.x + out * reach) + k2 * (b.x + in * reach) + k3 * b.x, (k0 + k1) * a.y + (k2 + k3) * b.y};
  }
}
