#include "ui/head_filter.h"

#include <glib/gi18n.h>
#include <math.h>

#include "src/plot/theme.h"
#include "ui/paper.h"
#include "ui/words.h"

#define BINS 40
#define HEIGHT 64
#define MARGIN 6.0
#define GRAB 6.0 /* px around an end of the range */

#define PEL_TYPE_HISTOGRAM (pel_histogram_get_type())
G_DECLARE_FINAL_TYPE(PelHistogram, pel_histogram, PEL, HISTOGRAM, GtkWidget)

struct _PelHeadFilter {
  GtkWidget parent;
  GtkWidget *box, *measure, *clear;
  PelHistogram *histogram;
  GtkLabel *count;
  const pel_overview *overview;
  bool *passes;
  char *words;
};

/* The histogram and the range on it; the filter reads both. */
struct _PelHistogram {
  GtkWidget parent;
  PelHeadFilter *filter; /* its parent, not held */
  double low, high;      /* values at the ends */
  uint32_t bins[BINS], most, n;
  bool brushed, dark, known;
  double from, to, anchor; /* shares of the width; anchor: the end that a drag leaves where it is */
};

G_DEFINE_FINAL_TYPE(PelHistogram, pel_histogram, GTK_TYPE_WIDGET)
G_DEFINE_FINAL_TYPE(PelHeadFilter, pel_head_filter, GTK_TYPE_WIDGET)

static guint changed_signal;

static pel_head_measure chosen(const PelHeadFilter *self) { return (pel_head_measure)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->measure)); }
static double value_at(const PelHistogram *h, double share) { return h->low + share * (h->high - h->low); }

/* ---- counting ---- */

static void count_values(PelHeadFilter *self) {
  PelHistogram *h = self->histogram;
  const pel_heads_view *v = &self->overview->heads;
  size_t n = (size_t)v->n_layers * v->n_heads;
  h->low = INFINITY, h->high = -INFINITY, h->n = h->most = 0;
  for (int i = 0; i < BINS; i++) h->bins[i] = 0;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < n; i++) {
      double value = pel_measure_value(self->overview, chosen(self), (uint32_t)(i / v->n_heads), (uint32_t)(i % v->n_heads));
      if (isnan(value)) continue;
      if (pass == 0) h->low = fmin(h->low, value), h->high = fmax(h->high, value), h->n++;
      else if (h->high > h->low) h->bins[MIN(BINS - 1, (int)((value - h->low) / (h->high - h->low) * BINS))]++;
    }
  h->known = h->high > h->low;
  for (int i = 0; i < BINS; i++) h->most = MAX(h->most, h->bins[i]);
}

static uint32_t mark_passes(PelHeadFilter *self) {
  const PelHistogram *h = self->histogram;
  const pel_heads_view *v = &self->overview->heads;
  size_t n = (size_t)v->n_layers * v->n_heads;
  uint32_t passing = 0;
  double low = value_at(h, h->from), high = value_at(h, h->to), slack = 1e-9 * (h->high - h->low);
  self->passes = g_new0(bool, n);
  for (size_t i = 0; i < n; i++) {
    double value = pel_measure_value(self->overview, chosen(self), (uint32_t)(i / v->n_heads), (uint32_t)(i % v->n_heads));
    self->passes[i] = value >= low - slack && value <= high + slack;
    passing += self->passes[i];
  }
  return passing;
}

static void say(PelHeadFilter *self) {
  PelHistogram *h = self->histogram;
  g_clear_pointer(&self->passes, g_free);
  g_clear_pointer(&self->words, g_free);
  char *low = pel_measure_text(chosen(self), value_at(h, h->from)), *high = pel_measure_text(chosen(self), value_at(h, h->to));
  if (h->brushed && h->known)
    self->words = g_strdup_printf(_("%u of %u heads: %s %s to %s"), mark_passes(self), h->n, pel_measure_name(chosen(self)), low, high);
  char *count = self->words ? g_strdup(self->words) : h->known ? g_strdup_printf(_("%u heads; drag on the histogram to filter"), h->n) : g_strdup(_("not known yet"));
  gtk_label_set_text(self->count, self->overview ? count : "");
  gtk_widget_set_sensitive(self->clear, self->words != NULL);
  char *heard = g_strdup_printf(_("Histogram of %s: %s"), pel_measure_name(chosen(self)), count);
  gtk_accessible_update_property(GTK_ACCESSIBLE(h), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_free(heard);
  g_free(count);
  g_free(low);
  g_free(high);
  gtk_widget_queue_draw(GTK_WIDGET(h));
  g_signal_emit(self, changed_signal, 0);
}

static void measure_changed(GObject *drop, GParamSpec *pspec, PelHeadFilter *self) {
  (void)drop, (void)pspec;
  self->histogram->brushed = false;
  gtk_widget_set_tooltip_text(self->measure, pel_measure_explanation(chosen(self)));
  if (self->overview) count_values(self);
  say(self);
}

static void clear(PelHeadFilter *self) {
  self->histogram->brushed = false;
  say(self);
}

/* ---- the histogram ---- */

static double inner(PelHistogram *h) { return fmax(1, gtk_widget_get_width(GTK_WIDGET(h)) - 2 * MARGIN); }

static void histogram_snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelHistogram *h = PEL_HISTOGRAM(widget);
  const pel_theme *theme = pel_theme_get(h->dark);
  pel_paper paper;
  if (!pel_paper_begin(&paper, widget, snapshot)) return;
  pel_canvas *c = paper.canvas;
  double width = paper.all.w, height = paper.all.h;
  double bar = inner(h) / BINS, room = height - 8;
  for (int i = 0; h->known && i < BINS; i++) {
    if (!h->bins[i]) continue;
    double tall = fmax(2, sqrt((double)h->bins[i] / h->most) * room), middle = (i + 0.5) / BINS; /* few heads are seen beside many */
    bool in = !h->brushed || (middle >= h->from - 0.5 / BINS && middle <= h->to + 0.5 / BINS);
    pel_canvas_fill(c, (pel_box){MARGIN + i * bar, 4 + room - tall, fmax(1, bar - 1), tall}, in ? theme->accent : theme->faint);
  }
  if (h->brushed) pel_canvas_frame(c, (pel_box){MARGIN + h->from * inner(h) - 1, 2, (h->to - h->from) * inner(h) + 2, height - 4}, 1.5, theme->ink);
  pel_canvas_line(c, MARGIN, height - 4, width - MARGIN, height - 4, 1, theme->frame);
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, paper.all, 2, theme->accent);
  pel_paper_end(&paper);
}

static void histogram_measure(GtkWidget *widget, GtkOrientation o, int for_size, int *minimum, int *natural, int *b0, int *b1) {
  (void)widget, (void)for_size;
  *minimum = *natural = o == GTK_ORIENTATION_VERTICAL ? HEIGHT : 120;
  *b0 = *b1 = -1;
}

static void brush(PelHistogram *h, double a, double b) {
  h->brushed = true;
  h->from = CLAMP(fmin(a, b), 0, 1), h->to = CLAMP(fmax(a, b), 0, 1);
  say(h->filter);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelHistogram *h) {
  double at = (x - MARGIN) / inner(h), grab = GRAB / inner(h);
  (void)g, (void)y;
  gtk_widget_grab_focus(GTK_WIDGET(h));
  h->anchor = h->brushed && fabs(at - h->from) < grab ? h->to : h->brushed && fabs(at - h->to) < grab ? h->from : at;
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelHistogram *h) {
  double x, y;
  (void)dy;
  if (!h->known || !gtk_gesture_drag_get_start_point(g, &x, &y)) return;
  if (h->brushed || gtk_drag_check_threshold(GTK_WIDGET(h), 0, 0, (int)dx, 0)) brush(h, h->anchor, (x + dx - MARGIN) / inner(h));
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelHistogram *h) {
  double from = h->brushed ? h->from : 0, to = h->brushed ? h->to : 1, by = 1.0 / BINS;
  (void)c, (void)code;
  if (!h->known || state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) return FALSE;
  if (key == GDK_KEY_Escape && h->brushed) clear(h->filter);
  else if (key == GDK_KEY_Left || key == GDK_KEY_Right) {
    double move = key == GDK_KEY_Left ? -by : by;
    if (state & GDK_SHIFT_MASK) brush(h, from, fmax(from, to + move));
    else brush(h, fmin(from + move, to), to);
  } else return FALSE;
  return TRUE;
}

static void pel_histogram_class_init(PelHistogramClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  widget->snapshot = histogram_snapshot;
  widget->measure = histogram_measure;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void pel_histogram_init(PelHistogram *h) {
  GtkGesture *drag = gtk_gesture_drag_new();
  GtkEventController *key = gtk_event_controller_key_new();
  gtk_widget_set_focusable(GTK_WIDGET(h), TRUE);
  g_signal_connect(GTK_WIDGET(h), "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), h);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), h);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), h);
  gtk_widget_add_controller(GTK_WIDGET(h), GTK_EVENT_CONTROLLER(drag));
  gtk_widget_add_controller(GTK_WIDGET(h), key);
}

/* ---- the filter ---- */

void pel_head_filter_set_overview(PelHeadFilter *self, const pel_overview *overview) {
  if (!overview) self->histogram->brushed = self->histogram->known = false;
  self->overview = overview;
  if (overview) count_values(self);
  say(self);
}

void pel_head_filter_set_dark(PelHeadFilter *self, bool dark) {
  self->histogram->dark = dark;
  gtk_widget_queue_draw(GTK_WIDGET(self->histogram));
}

const bool *pel_head_filter_get_passes(PelHeadFilter *self) { return self->passes; }
const char *pel_head_filter_get_words(PelHeadFilter *self) { return self->words ? self->words : ""; }

static void dispose(GObject *object) {
  PelHeadFilter *self = PEL_HEAD_FILTER(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->passes, g_free);
  g_clear_pointer(&self->words, g_free);
  G_OBJECT_CLASS(pel_head_filter_parent_class)->dispose(object);
}

static void pel_head_filter_class_init(PelHeadFilterClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *make_bar(PelHeadFilter *self) {
  const char *names[PEL_MEASURES + 1] = {NULL};
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new_with_mnemonic(_("_Filter by"));
  for (int i = 0; i < PEL_MEASURES; i++) names[i] = pel_measure_name((pel_head_measure)i);
  self->measure = gtk_drop_down_new_from_strings(names);
  self->clear = gtk_button_new_with_mnemonic(_("C_lear"));
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), self->measure);
  pel_words_name_drop_down(self->measure, _("Filter heads by"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Clear the filter of heads"), -1);
  gtk_widget_set_hexpand(self->measure, TRUE);
  g_signal_connect(self->measure, "notify::selected", G_CALLBACK(measure_changed), self);
  g_signal_connect_swapped(self->clear, "clicked", G_CALLBACK(clear), self);
  gtk_box_append(GTK_BOX(bar), label);
  gtk_box_append(GTK_BOX(bar), self->measure);
  gtk_box_append(GTK_BOX(bar), self->clear);
  return bar;
}

static void pel_head_filter_init(PelHeadFilter *self) {
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  self->histogram = g_object_new(PEL_TYPE_HISTOGRAM, NULL);
  self->histogram->filter = self;
  self->count = GTK_LABEL(gtk_label_new(""));
  gtk_label_set_xalign(self->count, 0);
  gtk_label_set_ellipsize(self->count, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(GTK_WIDGET(self->count), "dim-label");
  gtk_box_append(GTK_BOX(self->box), make_bar(self));
  gtk_box_append(GTK_BOX(self->box), GTK_WIDGET(self->histogram));
  gtk_box_append(GTK_BOX(self->box), GTK_WIDGET(self->count));
  gtk_widget_set_margin_start(self->box, 8), gtk_widget_set_margin_end(self->box, 8), gtk_widget_set_margin_bottom(self->box, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_widget_set_tooltip_text(self->measure, pel_measure_explanation(chosen(self)));
}

GtkWidget *pel_head_filter_new(void) { return g_object_new(PEL_TYPE_HEAD_FILTER, NULL); }
