#include "ui/head_grid.h"

#include <glib/gi18n.h>
#include <math.h>

#include "src/plot/canvas.h"
#include "src/plot/headgrid.h"
#include "ui/head_measure.h"
#include "ui/paper.h"
#include "ui/words.h"

#define THUMB_LEAST 26

struct _PelHeadGrid {
  GtkWidget parent;
  const pel_overview *overview;
  const bool *passes; /* borrowed */
  bool dark, marked;
  uint32_t layer, head;
  pel_headgrid *plot; /* of the size below */
  int width, height;
};

G_DEFINE_FINAL_TYPE(PelHeadGrid, pel_head_grid, GTK_TYPE_WIDGET)

static guint chosen_signal;

static void forget_plot(PelHeadGrid *self) {
  pel_headgrid_free(self->plot);
  self->plot = NULL;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static const char *translate(const char *word) { return gettext(word); }

static pel_headgrid *plot_of(PelHeadGrid *self) {
  int width = gtk_widget_get_width(GTK_WIDGET(self)), height = gtk_widget_get_height(GTK_WIDGET(self));
  if (self->plot && (width != self->width || height != self->height)) forget_plot(self);
  if (!self->plot && self->overview && width > 0 && height > 0) {
    static const pel_caption none = {.n_facts = 0};
    pel_headgrid_data data = {.view = &self->overview->heads, .caption = &none, .bare = true, .means = true, .passes = self->passes};
    pel_plot_style style = {.theme = pel_theme_get(self->dark), .translate = translate};
    pel_error err;
    self->width = width, self->height = height;
    if (pel_headgrid_layout(&data, &style, width, height, &self->plot, &err) != PEL_OK) self->plot = NULL;
  }
  return self->plot;
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelHeadGrid *self = PEL_HEAD_GRID(widget);
  pel_headgrid *plot = plot_of(self);
  pel_paper paper;
  if (!plot || !pel_paper_begin(&paper, widget, snapshot)) return;
  pel_canvas *c = paper.canvas;
  const pel_theme *theme = pel_theme_get(self->dark);
  pel_headgrid_draw(plot, c);
  if (self->marked) {
    pel_box box = pel_headgrid_head_box(plot, (pel_head_place){self->layer, self->head});
    pel_canvas_frame(c, (pel_box){box.x - 2, box.y - 2, box.w + 4, box.h + 4}, 2.5, theme->accent);
  }
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, (pel_box){1, 1, self->width - 2, self->height - 2}, 2, theme->accent);
  pel_paper_end(&paper);
}

static void measure(GtkWidget *widget, GtkOrientation o, int for_size, int *minimum, int *natural, int *b0, int *b1) {
  const PelHeadGrid *self = PEL_HEAD_GRID(widget);
  (void)for_size;
  *b0 = *b1 = -1;
  *minimum = *natural = 220;
  if (self->overview && o == GTK_ORIENTATION_VERTICAL) *minimum = *natural = ((int)self->overview->n_layers + 1) * (THUMB_LEAST + 2) + 80;
}

/* ---- choosing ---- */

/* "Layer 3, head 5: entropy 1.20, sink 45.1 %, ..." */
static char *describe(const PelHeadGrid *self) {
  pel_map_choice of = pel_head_grid_choice(self->overview, self->layer, self->head);
  char *name = pel_words_choice(&of);
  GString *s = g_string_new(name);
  g_free(name);
  for (int m = 0; m < PEL_MEASURES; m++) {
    double value = pel_measure_value(self->overview, (pel_head_measure)m, self->layer, self->head);
    char *number = pel_measure_text((pel_head_measure)m, value);
    if (!isnan(value)) g_string_append_printf(s, _(" · %s %s"), pel_measure_name((pel_head_measure)m), number);
    g_free(number);
  }
  return g_string_free(s, FALSE);
}

static void say(PelHeadGrid *self) {
  char *text = self->marked && self->overview ? describe(self) : g_strdup("");
  char *heard = g_strdup_printf("%s: %s", _("All heads"), text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self), text);
  g_free(heard);
  g_free(text);
}

pel_map_choice pel_head_grid_choice(const pel_overview *overview, uint32_t layer, uint32_t head) {
  if (head < overview->heads.n_heads) return (pel_map_choice){.layer = layer, .head = head};
  if (layer < overview->heads.n_layers) return (pel_map_choice){.layer = layer, .average = PEL_AVERAGE_LAYER};
  return (pel_map_choice){.average = PEL_AVERAGE_ALL};
}

bool pel_head_grid_has(const pel_overview *overview, uint32_t layer, uint32_t head) {
  const pel_heads_view *v = &overview->heads;
  if (layer > v->n_layers || head > v->n_heads || (layer == v->n_layers && head < v->n_heads)) return false;
  return head < v->n_heads ? v->heads[pel_heads_index(v, layer, head)].state == PEL_HEAD_RECORDED : pel_heads_in_mean(v, layer) > 0;
}

void pel_head_grid_mark(PelHeadGrid *self, uint32_t layer, uint32_t head) {
  self->marked = true, self->layer = layer, self->head = head;
  say(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

bool pel_head_grid_span(PelHeadGrid *self, double *top, double *bottom) {
  pel_headgrid *plot = self->marked ? plot_of(self) : NULL;
  if (!plot) return false;
  pel_box box = pel_headgrid_head_box(plot, (pel_head_place){self->layer, self->head});
  *top = box.y - 4, *bottom = box.y + box.h + 4;
  return true;
}

static bool choose(PelHeadGrid *self, uint32_t layer, uint32_t head) {
  if (!pel_head_grid_has(self->overview, layer, head)) return false;
  pel_head_grid_mark(self, layer, head);
  g_signal_emit(self, chosen_signal, 0, layer, head);
  return true;
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelHeadGrid *self) {
  pel_head_place place;
  (void)g, (void)times;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (plot_of(self) && pel_headgrid_pick(self->plot, x, y, &place)) choose(self, place.layer, place.head);
}

static bool passes(const PelHeadGrid *self, int64_t layer, int64_t head) {
  const pel_heads_view *v = &self->overview->heads;
  return !self->passes || head >= v->n_heads || layer >= v->n_layers || self->passes[pel_heads_index(v, (uint32_t)layer, (uint32_t)head)];
}

/* The next recorded head or mean in a direction: heads that were not recorded, or that a filter leaves out, are stepped over. */
static gboolean step(PelHeadGrid *self, int layers, int heads) {
  const pel_heads_view *v = &self->overview->heads;
  int64_t l = self->layer, h = self->head;
  for (l += layers, h += heads; l >= 0 && h >= 0 && l <= v->n_layers && h <= v->n_heads; l += layers, h += heads)
    if (passes(self, l, h) && choose(self, (uint32_t)l, (uint32_t)h)) break;
  return TRUE;
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelHeadGrid *self) {
  (void)c, (void)code;
  if (!self->overview || !self->marked || state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) return FALSE;
  switch (key) {
    case GDK_KEY_Up: return step(self, -1, 0);
    case GDK_KEY_Down: return step(self, 1, 0);
    case GDK_KEY_Left: return step(self, 0, -1);
    case GDK_KEY_Right: return step(self, 0, 1);
    default: return FALSE;
  }
}

/* ---- object ---- */

void pel_head_grid_set_overview(PelHeadGrid *self, const pel_overview *overview) {
  self->overview = overview, self->passes = NULL;
  self->marked = self->marked && overview;
  forget_plot(self);
  say(self);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

void pel_head_grid_set_passes(PelHeadGrid *self, const bool *passes) {
  self->passes = passes;
  forget_plot(self);
}

void pel_head_grid_set_dark(PelHeadGrid *self, bool dark) {
  self->dark = dark;
  forget_plot(self);
}

static void dispose(GObject *object) {
  PelHeadGrid *self = PEL_HEAD_GRID(object);
  g_clear_pointer(&self->plot, pel_headgrid_free);
  G_OBJECT_CLASS(pel_head_grid_parent_class)->dispose(object);
}

static void pel_head_grid_class_init(PelHeadGridClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->measure = measure;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  chosen_signal = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void pel_head_grid_init(PelHeadGrid *self) {
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  g_signal_connect(GTK_WIDGET(self), "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("All heads"), -1);
  GtkGesture *click = gtk_gesture_click_new();
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(click, "released", G_CALLBACK(clicked), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(GTK_WIDGET(self), key);
}

GtkWidget *pel_head_grid_new(void) { return g_object_new(PEL_TYPE_HEAD_GRID, NULL); }
