#include "ui/retrieval_view.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "src/plot/retrieval.h"
#include "ui/paper.h"
#include "ui/reasoning_words.h"

#define NONE ((size_t)-1)
#define NARROWEST 620 /* px in which the columns can be read */

struct _PelRetrievalView {
  GtkWidget parent;
  const pel_reasoned *of;
  pel_retrieval *plot; /* for the present width */
  pel_caption caption;
  int plot_width, plot_height;
  size_t row, pointed; /* of reasoning->retrieved, chosen and under the pointer; NONE: none */
  double pointer_x, pointer_y;
  bool dark;
};

G_DEFINE_FINAL_TYPE(PelRetrievalView, pel_retrieval_view, GTK_TYPE_WIDGET)

enum { DESCRIBED, CHOSEN, FOLLOWED, N_SIGNALS };
static guint signals[N_SIGNALS];

static pel_plot_style style_of(const PelRetrievalView *self) {
  return (pel_plot_style){.theme = pel_theme_get(self->dark), .translate = pel_words_translate};
}

static pel_retrieval_data data_of(const PelRetrievalView *self) { return (pel_retrieval_data){.reasoning = self->of->reasoning, .caption = &self->caption}; }

static bool any(const PelRetrievalView *self) { return self->of && self->of->reasoning->n_retrieved > 0; }

/* ---- layout ---- */

static void lay_out(PelRetrievalView *self, int width, int height) {
  pel_error err;
  if (self->plot && self->plot_width == width && self->plot_height == height) return;
  g_clear_pointer(&self->plot, pel_retrieval_free);
  self->plot_width = width, self->plot_height = height;
  pel_retrieval_data data = data_of(self);
  pel_plot_style style = style_of(self);
  if (pel_retrieval_layout(&data, &style, width, height, &self->plot, &err) != PEL_OK) self->plot = NULL;
}

/* What rows say depends on no size: there is something to say before the view has one. */
static void lay_out_first(PelRetrievalView *self) {
  double width, height;
  pel_retrieval_data data = data_of(self);
  pel_plot_style style = style_of(self);
  pel_retrieval_size(&data, &style, &width, &height);
  lay_out(self, (int)width, (int)height);
}

/* ---- what is chosen ---- */

/* Of the row under the pointer, or of the chosen one. */
static void say(PelRetrievalView *self) {
  size_t row = self->pointed == NONE ? self->row : self->pointed;
  char *text = self->plot && row != NONE ? pel_retrieval_describe(self->plot, row) : NULL;
  if (text) g_signal_emit(self, signals[DESCRIBED], 0, text);
  free(text);
}

static void show_row(PelRetrievalView *self) {
  GtkWidget *scroller = gtk_widget_get_ancestor(GTK_WIDGET(self), GTK_TYPE_SCROLLED_WINDOW);
  pel_box b;
  if (!scroller || !pel_retrieval_row_box(self->plot, self->row, &b)) return;
  gtk_adjustment_clamp_page(gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller)), b.y - b.h, b.y + 2 * b.h);
}

void pel_retrieval_view_choose(PelRetrievalView *self, size_t row) {
  self->row = row;
  if (!self->plot && any(self)) lay_out_first(self);
  g_signal_emit(self, signals[CHOSEN], 0, (guint)row);
  gtk_widget_queue_draw(GTK_WIDGET(self));
  char *text = self->plot ? pel_retrieval_describe(self->plot, row) : NULL;
  if (!text) return;
  char *heard = g_strdup_printf(_("What was retrieved: %s"), text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_free(heard);
  free(text);
  show_row(self);
  say(self);
}

static void moved(GtkEventControllerMotion *c, double x, double y, PelRetrievalView *self) {
  size_t row, before = self->pointed;
  (void)c;
  if (x == self->pointer_x && y == self->pointer_y) return; /* the rows moved, not the pointer */
  self->pointer_x = x, self->pointer_y = y;
  self->pointed = self->plot && pel_retrieval_pick(self->plot, x, y, &row) ? row : NONE;
  if (self->pointed != before) say(self), gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void left(GtkEventControllerMotion *c, PelRetrievalView *self) {
  (void)c;
  self->pointed = NONE;
  say(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelRetrievalView *self) {
  size_t row;
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (!self->plot || !pel_retrieval_pick(self->plot, x, y, &row)) return;
  if (times == 1) pel_retrieval_view_choose(self, row);
  else if (times == 2) g_signal_emit(self, signals[FOLLOWED], 0, (guint)row);
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelRetrievalView *self) {
  size_t first, n;
  (void)c, (void)code;
  if (!any(self) || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))) return FALSE;
  n = pel_retrieval_rows(self->of->reasoning, pel_retrieval_span(self->of->reasoning, 0), &first);
  size_t at = self->row == NONE ? first : self->row;
  self->pointed = NONE; /* keys say what they choose, wherever the pointer rests */
  switch (key) {
    case GDK_KEY_Up: at -= at > first; break;
    case GDK_KEY_Down: at += self->row != NONE && at + 1 < first + n; break;
    case GDK_KEY_Home: at = first; break;
    case GDK_KEY_End: at = first + n - 1; break;
    case GDK_KEY_Return: case GDK_KEY_KP_Enter: case GDK_KEY_space: g_signal_emit(self, signals[FOLLOWED], 0, (guint)at); return TRUE;
    default: return FALSE;
  }
  pel_retrieval_view_choose(self, at);
  return TRUE;
}

/* ---- picture ---- */

/* Around the chosen row, stronger while keys go here, and around that under the pointer. */
static void draw_frames(PelRetrievalView *self, pel_canvas *c) {
  const pel_theme *theme = pel_theme_get(self->dark);
  pel_box b;
  if (self->pointed != NONE && self->pointed != self->row && pel_retrieval_row_box(self->plot, self->pointed, &b)) pel_canvas_round_frame(c, b, 6, 1, theme->faint);
  if (self->row == NONE || !pel_retrieval_row_box(self->plot, self->row, &b)) return;
  pel_canvas_round_frame(c, b, 6, gtk_widget_has_focus(GTK_WIDGET(self)) ? 2.5 : 1.5, theme->accent);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelRetrievalView *self = PEL_RETRIEVAL_VIEW(widget);
  pel_paper paper;
  if (!any(self) || !pel_paper_begin(&paper, widget, snapshot)) return;
  lay_out(self, gtk_widget_get_width(widget), gtk_widget_get_height(widget));
  pel_canvas_fill(paper.canvas, paper.all, pel_theme_get(self->dark)->paper);
  if (self->plot) pel_retrieval_draw(self->plot, paper.canvas), draw_frames(self, paper.canvas);
  pel_paper_end(&paper);
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
  *natural = (int)(orientation == GTK_ORIENTATION_HORIZONTAL ? width : height);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN(*natural, NARROWEST) : *natural;
  *minimum_baseline = *natural_baseline = -1;
}

void pel_retrieval_view_set_reasoned(PelRetrievalView *self, const pel_reasoned *reasoned) {
  g_clear_pointer(&self->plot, pel_retrieval_free);
  self->of = reasoned;
  self->row = self->pointed = NONE;
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
  GType type = G_TYPE_FROM_CLASS(class);
  signals[DESCRIBED] = g_signal_new("described", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FOLLOWED] = g_signal_new("followed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void pel_retrieval_view_init(PelRetrievalView *self) {
  GtkEventController *motion = gtk_event_controller_motion_new(), *key = gtk_event_controller_key_new();
  self->row = self->pointed = NONE;
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What was retrieved"), -1);
  g_signal_connect(motion, "motion", G_CALLBACK(moved), self);
  GtkGesture *click = gtk_gesture_click_new();
  g_signal_connect(motion, "leave", G_CALLBACK(left), self);
  g_signal_connect(click, "released", G_CALLBACK(clicked), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  g_signal_connect(self, "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(GTK_WIDGET(self), motion);
  gtk_widget_add_controller(GTK_WIDGET(self), key);
}

GtkWidget *pel_retrieval_view_new(void) { return g_object_new(PEL_TYPE_RETRIEVAL_VIEW, NULL); }
