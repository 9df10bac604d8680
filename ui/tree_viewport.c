/* Which part of the tree is seen, and how large. */
#include <math.h>

#include "ui/tree_parts.h"

#define MARGIN 28.0      /* px around a tree that is shown whole */
#define SMALLEST 0.02    /* px per px of the tree */
#define LARGEST 4.0
#define READABLE 0.8     /* a tree that would be smaller begins at its conclusion instead */
#define COMFORTABLE 0.95 /* at this size, or smaller if the first reasons would be cut off */
#define ROOM 36.0        /* px that are kept between a chosen card and the edge */

static double width_of(const PelTreeCanvas *self) { return gtk_widget_get_width(GTK_WIDGET(self)); }
static double height_of(const PelTreeCanvas *self) { return gtk_widget_get_height(GTK_WIDGET(self)); }

/* At least a third of the view keeps something of the tree. */
static double kept(double at, double extent, double seen) { return CLAMP(at, -seen * 0.67, MAX(extent - seen * 0.33, -seen * 0.67)); }

void pel_tree_canvas_move_to(PelTreeCanvas *self, double x, double y) {
  if (!self->plot) return;
  pel_box all = pel_logictree_extent(self->plot);
  self->x = kept(x, all.w, width_of(self) / self->scale);
  self->y = kept(y, all.h, height_of(self) / self->scale);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static double scale_that_fits(const PelTreeCanvas *self) {
  pel_box all = pel_logictree_extent(self->plot);
  double across = (width_of(self) - 2 * MARGIN) / fmax(all.w, 1), down = (height_of(self) - 2 * MARGIN) / fmax(all.h, 1);
  return CLAMP(fmin(across, down), SMALLEST, 1);
}

void pel_tree_canvas_fit(PelTreeCanvas *self) {
  if (!self->plot || width_of(self) < 2 * MARGIN) return;
  pel_box all = pel_logictree_extent(self->plot);
  self->scale = scale_that_fits(self);
  self->x = (all.w - width_of(self) / self->scale) / 2;
  self->y = (all.h - height_of(self) / self->scale) / 2;
  self->fitted = true;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static double first_scale(const PelTreeCanvas *self) {
  pel_box root, child;
  bool reasons = pel_logictree_box(self->plot, 0, &root) && pel_logictree_box(self->plot, 1, &child) && child.x > root.x + root.w;
  if (self->direction == PEL_TREE_DOWN || !reasons) return COMFORTABLE;
  return CLAMP((width_of(self) - 1.5 * MARGIN) / (child.x + child.w - root.x), READABLE, COMFORTABLE);
}

/* A tree that can be read whole is shown whole; of a larger one its conclusion, at a size that can be read. */
void pel_tree_canvas_place(PelTreeCanvas *self) {
  pel_box root;
  if (!self->plot || width_of(self) < 2 * MARGIN) return;
  bool whole = scale_that_fits(self) >= READABLE;
  if (whole || (self->placed && self->fitted)) {
    self->placed = true;
    pel_tree_canvas_fit(self);
    return;
  }
  if (self->placed || !pel_logictree_box(self->plot, 0, &root)) return;
  self->placed = true, self->fitted = false;
  self->scale = first_scale(self);
  bool down = self->direction == PEL_TREE_DOWN;
  double middle = down ? width_of(self) / 2 / self->scale - root.w / 2 : height_of(self) / 2 / self->scale - root.h / 2;
  pel_box all = pel_logictree_extent(self->plot);
  double flush = -MARGIN / self->scale, across = down ? all.w : all.h, seen = (down ? width_of(self) : height_of(self)) / self->scale;
  double start = across > seen ? flush : (across - seen) / 2; /* the first reasons lie beside the conclusion */
  if ((down ? root.x : root.y) - start > seen * 0.8) start = (down ? root.x : root.y) - middle;
  pel_tree_canvas_move_to(self, down ? start : flush, down ? flush : start);
}

void pel_tree_canvas_zoom_at(PelTreeCanvas *self, double scale, double px, double py) {
  if (!self->plot) return;
  double x = self->x + px / self->scale, y = self->y + py / self->scale;
  self->scale = CLAMP(scale, fmin(SMALLEST, scale_that_fits(self)), LARGEST);
  self->fitted = false;
  pel_tree_canvas_move_to(self, x - px / self->scale, y - py / self->scale);
}

/* Where a stretch must begin so that [from, to] lies in it. */
static double reach(double at, double seen, double from, double to, double room) {
  if (to - from + 2 * room > seen) return from - fmin(room, fmax(0, (seen - (to - from)) / 2));
  if (from - room < at) return from - room;
  if (to + room > at + seen) return to + room - seen;
  return at;
}

void pel_tree_canvas_show_item(PelTreeCanvas *self, uint32_t item) {
  pel_box b;
  if (!self->plot || !self->placed || item == PEL_TREE_NONE || !pel_logictree_box(self->plot, item, &b)) return;
  double room = ROOM / self->scale;
  double x = reach(self->x, width_of(self) / self->scale, b.x, b.x + b.w, room);
  double y = reach(self->y, height_of(self) / self->scale, b.y, b.y + b.h, room);
  if (x == self->x && y == self->y) return;
  self->fitted = false;
  pel_tree_canvas_move_to(self, x, y);
}

bool pel_tree_canvas_pick_at(const PelTreeCanvas *self, double px, double py, pel_tree_hit *out) {
  return self->plot && pel_logictree_pick(self->plot, self->x + px / self->scale, self->y + py / self->scale, PEL_TREE_TOLERANCE / self->scale, out);
}

/* ---- by program and by keys ---- */

void pel_tree_canvas_zoom(PelTreeCanvas *self, double factor) {
  pel_box b;
  double x = width_of(self) / 2, y = height_of(self) / 2;
  if (factor <= 0) {
    pel_tree_canvas_fit(self);
    return;
  }
  if (self->plot && self->at != PEL_TREE_NONE && pel_logictree_box(self->plot, self->at, &b)) {
    double at_x = (b.x + b.w / 2 - self->x) * self->scale, at_y = (b.y + b.h / 2 - self->y) * self->scale;
    if (at_x > 0 && at_y > 0 && at_x < 2 * x && at_y < 2 * y) x = at_x, y = at_y;
  }
  pel_tree_canvas_zoom_at(self, self->scale * factor, x, y);
}

void pel_tree_canvas_pan(PelTreeCanvas *self, double dx, double dy) {
  self->fitted = false;
  pel_tree_canvas_move_to(self, self->x + dx / self->scale, self->y + dy / self->scale);
}

double pel_tree_canvas_get_scale(PelTreeCanvas *self) { return self->scale; }
