#include "ui/retrieval_view.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "src/plot/retrieval.h"
#include "ui/reasoning_words.h"

#define NONE ((size_t)-1)

struct _PelRetrievalView {
  GtkWidget parent;
  const pel_reasoned *of;
  pel_retrieval *plot; /* for the present width */
  pel_caption caption;
  int plot_width, plot_height;
  size_t row; /* of reasoning->retrieved, NONE: none */
  bool dark;
};

G_DEFINE_FINAL_TYPE(PelRetrievalView, pel_retrieval_view, GTK_TYPE_WIDGET)

static guint described_signal;

static pel_plot_style style_of(const PelRetrievalView *self) {
  return (pel_plot_style){.theme = pel_theme_get(self->dark), .translate = pel_words_translate};
}

static pel_retrieval_data data_of(const PelRetrievalView *self) { return (pel_retrieval_data){.reasoning = self->of->reasoning, .caption = &self->caption}; }

static bool any(const PelRetrievalView *self) { return self->of && self->of->reasoning->n_retrieved > 0; }

/* ---- what is chosen ---- */

static void choose(PelRetrievalView *self, size_t row) {
  if (!self->plot || row == self->row) return;
  char *text = pel_retrieval_describe(self->plot, row);
  if (!text) return;
  char *heard = g_strdup_printf(_("What was retrieved: %s"), text);
  self->row = row;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_signal_emit(self, described_signal, 0, text);
  g_free(heard);
  free(text);
}

static void moved(GtkEventControllerMotion *c, double x, double y, PelRetrievalView *self) {
  size_t row;
  (void)c;
  if (self->plot && pel_retrieval_pick(self->plot, x, y, &row)) choose(self, row);
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelRetrievalView *self) {
  (void)c, (void)code, (void)state;
  if (!any(self) || (key != GDK_KEY_Up && key != GDK_KEY_Down)) return FALSE;
  size_t last = self->of->reasoning->n_retrieved - 1;
  if (self->row == NONE) choose(self, 0);
  else if (key == GDK_KEY_Up && self->row > 0) choose(self, self->row - 1);
  else if (key == GDK_KEY_Down && self->row < last) choose(self, self->row + 1);
  return TRUE;
}

/* ---- picture ---- */

static void lay_out(PelRetrievalView *self, int width, int height) {
  pel_error err;
  if (self->plot && self->plot_width == width && self->plot_height == height) return;
  g_clear_pointer(&self->plot, pel_retrieval_free);
  self->plot_width = width, self->plot_height = height;
  pel_retrieval_data data = data_of(self);
  pel_plot_style style = style_of(self);
  if (pel_retrieval_layout(&data, &style, width, height, &self->plot, &err) != PEL_OK) self->plot = NULL;
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelRetrievalView *self = PEL_RETRIEVAL_VIEW(widget);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  pel_canvas_cairo canvas;
  if (!any(self) || width < 1 || height < 1) return;
  lay_out(self, width, height);
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  pel_canvas *c = pel_canvas_cairo_init(&canvas, cr);
  pel_canvas_fill(c, (pel_box){0, 0, width, height}, pel_theme_get(self->dark)->paper);
  if (self->plot) pel_retrieval_draw(self->plot, c);
  cairo_destroy(cr);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline) {
  PelRetrievalView *self = PEL_RETRIEVAL_VIEW(widget);
  double width = 0, height = 0;
  (void)for_size;
  if (any(self)) {
    pel_retrieval_data data = data_of(self);
    pel_plot_style style = style_of(self);
    pel_retrieval_size(&data, &style, &width, &height);
  }
  *minimum = *natural = (int)(orientation == GTK_ORIENTATION_HORIZONTAL ? width : height);
  *minimum_baseline = *natural_baseline = -1;
}

void pel_retrieval_view_set_reasoned(PelRetrievalView *self, const pel_reasoned *reasoned) {
  g_clear_pointer(&self->plot, pel_retrieval_free);
  self->of = reasoned;
  self->row = NONE;
  if (any(self)) pel_caption_retrieval(reasoned->reasoning, 0, reasoned->hash, &self->caption);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

void pel_retrieval_view_set_dark(PelRetrievalView *self, bool dark) {
  self->dark = dark;
  g_clear_pointer(&self->plot, pel_retrieval_free);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_RETRIEVAL_VIEW(object)->plot, pel_retrieval_free);
  G_OBJECT_CLASS(pel_retrieval_view_parent_class)->dispose(object);
}

static void pel_retrieval_view_class_init(PelRetrievalViewClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->measure = measure;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  described_signal = g_signal_new("described", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void pel_retrieval_view_init(PelRetrievalView *self) {
  GtkEventController *motion = gtk_event_controller_motion_new(), *key = gtk_event_controller_key_new();
  self->row = NONE;
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What was retrieved"), -1);
  g_signal_connect(motion, "motion", G_CALLBACK(moved), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), motion);
  gtk_widget_add_controller(GTK_WIDGET(self), key);
}

GtkWidget *pel_retrieval_view_new(void) { return g_object_new(PEL_TYPE_RETRIEVAL_VIEW, NULL); }
