#include "ui/diagram_canvas.h"

#include <math.h>
#include <stdlib.h>

#include "ui/diagram_parts.h"
#include "ui/paper.h"
#include "ui/reasoning_words.h"

#define MARGIN 20.0   /* px around a diagram */
#define SMALLEST 0.05 /* px per px of it */
#define LARGEST 4.0
#define READABLE 0.6 /* one that would be smaller is shown in part */
#define ROOM 30.0     /* px that are kept between a chosen item and the edge */
#define TOLERANCE 24.0

G_DEFINE_FINAL_TYPE(PelDiagramCanvas, pel_diagram_canvas, GTK_TYPE_WIDGET)

enum { CHOSEN, FOLLOWED, DESCRIBED, N_SIGNALS };
static guint signals[N_SIGNALS];

static double width_of(PelDiagramCanvas *self) { return gtk_widget_get_width(GTK_WIDGET(self)); }
static double height_of(PelDiagramCanvas *self) { return gtk_widget_get_height(GTK_WIDGET(self)); }

/* ---- what is said ---- */

void pel_diagram_canvas_say(PelDiagramCanvas *self, uint32_t item) {
  bool chosen = item == PEL_DIAGRAM_NONE || item == self->at;
  char *text = self->plot ? pel_diagram_describe(self->plot, item == PEL_DIAGRAM_NONE ? self->at : item) : NULL;
  if (chosen) {
    char *heard = text ? g_strdup_printf("%s: %s", self->name, text) : g_strdup(self->name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text ? text : "", -1);
    g_free(heard);
  }
  g_signal_emit(self, signals[DESCRIBED], 0, text ? text : "");
  free(text);
}

void pel_diagram_canvas_set_name(PelDiagramCanvas *self, const char *name) {
  g_free(self->name);
  self->name = g_strdup(name);
}

/* ---- which part is seen ---- */

/* What fills its room stays in it; of another diagram a third of the view keeps something. */
static double kept(const PelDiagramCanvas *self, double at, double extent, double seen) {
  double margin = MARGIN / self->scale;
  if (self->maker.scrolls && extent + 2 * margin <= seen) return -margin;
  if (self->maker.fills) return extent + 2 * margin <= seen ? (extent - seen) / 2 : CLAMP(at, -margin, extent + margin - seen);
  return CLAMP(at, -seen * 0.67, MAX(extent - seen * 0.33, -seen * 0.67));
}

void pel_diagram_canvas_move_to(PelDiagramCanvas *self, double x, double y) {
  if (!self->plot) return;
  self->x = kept(self, x, self->plot->width, width_of(self) / self->scale);
  self->y = kept(self, y, self->plot->height, height_of(self) / self->scale);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static double scale_that_fits(PelDiagramCanvas *self) {
  double across = (width_of(self) - 2 * MARGIN) / fmax(self->plot->width, 1), down = (height_of(self) - 2 * MARGIN) / fmax(self->plot->height, 1);
  return CLAMP(fmin(across, down), SMALLEST, 1);
}

static void fit(PelDiagramCanvas *self) {
  self->scale = self->maker.fills ? 1 : scale_that_fits(self);
  self->fitted = true;
  pel_diagram_canvas_move_to(self, (self->plot->width - width_of(self) / self->scale) / 2, (self->plot->height - height_of(self) / self->scale) / 2);
  if (self->maker.scrolls) pel_diagram_canvas_move_to(self, self->x, -MARGIN);
}

static double reach(double at, double seen, double from, double to, double room) {
  if (to - from + 2 * room > seen) return from - fmin(room, fmax(0, (seen - (to - from)) / 2));
  if (from - room < at) return from - room;
  return to + room > at + seen ? to + room - seen : at;
}

static void show_item(PelDiagramCanvas *self) {
  pel_box b;
  if (!self->plot || !self->placed || !pel_diagram_box(self->plot, self->at, &b)) return;
  double room = ROOM / self->scale, x = reach(self->x, width_of(self) / self->scale, b.x, b.x + b.w, room), y = reach(self->y, height_of(self) / self->scale, b.y, b.y + b.h, room);
  if (x == self->x && y == self->y) return;
  if (!self->maker.fills) self->fitted = false;
  pel_diagram_canvas_move_to(self, x, y);
}

/* A diagram that can be read whole is shown whole; of a larger one where its first item lies, or what is chosen. */
static void place(PelDiagramCanvas *self) {
  pel_box first;
  if (!self->plot || width_of(self) < 2 * MARGIN) return;
  if (self->placed && !self->fitted) return;
  bool whole = self->maker.fills || scale_that_fits(self) >= READABLE || (self->placed && self->fitted);
  self->placed = true;
  if (whole || !pel_diagram_box(self->plot, 0, &first)) {
    fit(self);
    return;
  }
  self->scale = 0.9, self->fitted = false;
  double high = height_of(self) / self->scale, y = self->plot->height > high ? first.y + first.h / 2 - high / 2 : (self->plot->height - high) / 2;
  y = self->plot->height > high ? CLAMP(y, -MARGIN, self->plot->height + MARGIN - high) : y;
  pel_diagram_canvas_move_to(self, first.x - MARGIN / self->scale, y);
  show_item(self);
}

void pel_diagram_canvas_zoom_at(PelDiagramCanvas *self, double scale, double px, double py) {
  if (!self->plot || self->maker.fills) return;
  double x = self->x + px / self->scale, y = self->y + py / self->scale;
  self->scale = CLAMP(scale, fmin(SMALLEST, scale_that_fits(self)), LARGEST);
  self->fitted = false;
  pel_diagram_canvas_move_to(self, x - px / self->scale, y - py / self->scale);
}

void pel_diagram_canvas_zoom(PelDiagramCanvas *self, double factor) {
  if (!self->plot) return;
  if (factor <= 0) fit(self);
  else pel_diagram_canvas_zoom_at(self, self->scale * factor, width_of(self) / 2, height_of(self) / 2);
}

uint32_t pel_diagram_canvas_item_at(PelDiagramCanvas *self, double px, double py) {
  return self->plot ? pel_diagram_pick(self->plot, self->x + px / self->scale, self->y + py / self->scale, TOLERANCE / self->scale) : PEL_DIAGRAM_NONE;
}

/* ---- layout ---- */

static void lay_out(PelDiagramCanvas *self) {
  pel_error err;
  pel_plot_style style = {.theme = pel_theme_get(self->dark), .palette = PEL_PALETTE_VIRIDIS, .translate = pel_words_translate};
  pel_diagram_room room = {.unit = self->unit};
  pel_diagram *plot = NULL;
  if (!self->maker.layout) return;
  self->laid_width = (int)width_of(self), self->laid_height = (int)height_of(self);
  if (self->maker.fills && self->laid_width > 4 * MARGIN) room.width = self->laid_width - 2 * MARGIN;
  if (self->maker.fills && !self->maker.scrolls && self->laid_height > 4 * MARGIN) room.height = self->laid_height - 2 * MARGIN;
  pel_status status = self->maker.layout(self->maker.data, &style, &room, &plot, &err);
  g_clear_pointer(&self->plot, pel_diagram_free);
  self->plot = status == PEL_OK ? plot : NULL;
  self->pointed = PEL_DIAGRAM_NONE;
  place(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void pel_diagram_canvas_set_maker(PelDiagramCanvas *self, const pel_diagram_maker *maker) {
  g_clear_pointer(&self->plot, pel_diagram_free);
  self->maker = maker ? *maker : (pel_diagram_maker){0};
  self->at = self->pointed = PEL_DIAGRAM_NONE;
  self->placed = self->fitted = false;
  self->scale = 1;
  lay_out(self);
  if (self->plot && self->plot->n_items) self->at = 0;
  pel_diagram_canvas_say(self, PEL_DIAGRAM_NONE);
}

void pel_diagram_canvas_set_dark(PelDiagramCanvas *self, bool dark) {
  self->dark = dark;
  lay_out(self);
}

void pel_diagram_canvas_refresh(PelDiagramCanvas *self) {
  pel_diagram_canvas_say(self, PEL_DIAGRAM_NONE);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- what is chosen ---- */

void pel_diagram_canvas_choose(PelDiagramCanvas *self, uint32_t item, bool show) {
  uint32_t before = self->at;
  if (item != PEL_DIAGRAM_NONE && (!self->plot || item >= self->plot->n_items)) return;
  self->at = item;
  if (show) self->pointed = PEL_DIAGRAM_NONE, show_item(self);
  pel_diagram_canvas_refresh(self);
  if (item != before && item != PEL_DIAGRAM_NONE) g_signal_emit(self, signals[CHOSEN], 0, item);
}

void pel_diagram_canvas_follow(PelDiagramCanvas *self, uint32_t item) {
  if (self->plot && item < self->plot->n_items) g_signal_emit(self, signals[FOLLOWED], 0, item);
}

uint32_t pel_diagram_canvas_get_item(PelDiagramCanvas *self) { return self->at; }
const pel_diagram *pel_diagram_canvas_get_plot(PelDiagramCanvas *self) { return self->plot; }

/* ---- picture ---- */

static pel_box grown(pel_box b, double by) { return (pel_box){b.x - by, b.y - by, b.w + 2 * by, b.h + 2 * by}; }

static void draw_rings(PelDiagramCanvas *self, pel_canvas *canvas, const pel_theme *theme) {
  pel_box b;
  double px = 1 / self->scale;
  bool focus = gtk_widget_has_focus(GTK_WIDGET(self));
  if (self->pointed != self->at && pel_diagram_box(self->plot, self->pointed, &b)) pel_canvas_round_frame(canvas, grown(b, 2 * px), 8 * px, 1.5 * px, theme->muted);
  if (!pel_diagram_box(self->plot, self->at, &b)) return;
  if (!self->maker.fills) pel_canvas_round_frame(canvas, grown(b, 3 * px), 9 * px, 5 * px, theme->paper); /* a chart's neighbours are close */
  pel_canvas_round_frame(canvas, grown(b, focus ? 4 * px : 3 * px), 9 * px, (focus ? 3.2 : 2) * px, theme->accent);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelDiagramCanvas *self = PEL_DIAGRAM_CANVAS(widget);
  const pel_theme *theme = pel_theme_get(self->dark);
  pel_paper paper;
  if (!pel_paper_begin(&paper, widget, snapshot)) return;
  pel_canvas_fill(paper.canvas, paper.all, theme->paper);
  if (self->plot && self->placed) {
    cairo_scale(paper.cr, self->scale, self->scale);
    cairo_translate(paper.cr, -self->x, -self->y);
    pel_diagram_draw(self->plot, paper.canvas);
    draw_rings(self, paper.canvas, theme);
  }
  pel_paper_end(&paper);
}

/* ---- object ---- */

static void rescaled(PelDiagramCanvas *self) {
  self->unit = pel_text_scaling(GTK_WIDGET(self));
  lay_out(self);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  PelDiagramCanvas *self = PEL_DIAGRAM_CANVAS(widget);
  (void)baseline;
  if (self->maker.fills && (self->laid_width != width || self->laid_height != height)) lay_out(self);
  else place(self);
}

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_DIAGRAM_CANVAS(object)->plot, pel_diagram_free);
  g_clear_pointer(&PEL_DIAGRAM_CANVAS(object)->name, g_free);
  G_OBJECT_CLASS(pel_diagram_canvas_parent_class)->dispose(object);
}

static void pel_diagram_canvas_class_init(PelDiagramCanvasClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->size_allocate = size_allocate;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FOLLOWED] = g_signal_new("followed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[DESCRIBED] = g_signal_new("described", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void pel_diagram_canvas_init(PelDiagramCanvas *self) {
  GtkWidget *widget = GTK_WIDGET(self);
  self->unit = pel_text_scaling(widget), self->scale = 1;
  self->at = self->pointed = PEL_DIAGRAM_NONE;
  gtk_widget_set_focusable(widget, TRUE);
  gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
  g_signal_connect(widget, "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  g_signal_connect_object(gtk_widget_get_settings(widget), "notify::gtk-xft-dpi", G_CALLBACK(rescaled), self, G_CONNECT_SWAPPED);
  pel_diagram_canvas_add_hands(self);
}

GtkWidget *pel_diagram_canvas_new(const char *name) {
  PelDiagramCanvas *self = g_object_new(PEL_TYPE_DIAGRAM_CANVAS, NULL);
  pel_diagram_canvas_set_name(self, name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET(self);
}
