#include "ui/color_bar.h"

#include <glib/gi18n.h>
#include <math.h>

#include "src/analysis/caption.h"
#include "src/plot/ticks.h"
#include "src/plot/type.h"
#include "ui/paper.h"

#define MARGIN 14.0
#define TOP 8.0
#define HEIGHT 14.0
#define ROOM 46 /* px in all */
#define DECADES 6

struct _PelColorBar {
  GtkWidget parent;
  PelMapWidget *map; /* held */
  pel_type *type;
  bool dragging_high;
};

G_DEFINE_FINAL_TYPE(PelColorBar, pel_color_bar, GTK_TYPE_WIDGET)

/* ---- the whole range that the bar spans ---- */

static bool is_log(PelColorBar *self) { return pel_map_widget_get_look(self->map)->scale == PEL_SCALE_LOG; }

static double most(PelColorBar *self) {
  const pel_map_view *ground = pel_map_widget_get_ground(self->map);
  pel_scale scale = pel_map_widget_get_look(self->map)->scale;
  return pel_scale_by_row(scale) || !ground ? 1 : (double)ground->max_weight;
}

static double least(PelColorBar *self) { return is_log(self) ? most(self) * pow(10, -DECADES) : 0; }

static double share_of(PelColorBar *self, double value) {
  double low = least(self), high = most(self);
  double share = is_log(self) ? log(fmax(value, low) / low) / log(high / low) : (value - low) / (high - low);
  return CLAMP(share, 0, 1);
}

static double value_at(PelColorBar *self, double share) {
  double low = least(self), high = most(self);
  share = CLAMP(share, 0, 1);
  return is_log(self) ? low * pow(high / low, share) : low + share * (high - low);
}

static double length(PelColorBar *self) { return fmax(1, gtk_widget_get_width(GTK_WIDGET(self)) - 2 * MARGIN); }

/* ---- drawing ---- */

static void draw_ramp(PelColorBar *self, pel_canvas *c, const pel_look *l) {
  uint32_t pixels[256];
  double low = share_of(self, (double)l->low), high = share_of(self, (double)l->high), width = length(self);
  for (int i = 0; i < 256; i++) {
    double at = high > low ? ((i + 0.5) / 256 - low) / (high - low) : 1;
    pixels[i] = pel_rgb_pack(pel_palette_color(l->palette, (float)CLAMP(at, 0, 1)));
  }
  pel_canvas_image(c, pixels, 256, 1, (pel_box){MARGIN, TOP, width, HEIGHT});
}

static void draw_handle(PelColorBar *self, pel_canvas *c, const pel_theme *theme, double value) {
  double x = MARGIN + share_of(self, value) * length(self);
  pel_canvas_fill(c, (pel_box){x - 4, TOP - 4, 8, HEIGHT + 8}, theme->paper);
  pel_canvas_frame(c, (pel_box){x - 4, TOP - 4, 8, HEIGHT + 8}, 1.5, theme->ink);
}

static void draw_ticks(PelColorBar *self, pel_canvas *c, const pel_theme *theme) {
  pel_ticks ticks;
  uint32_t n = (uint32_t)fmax(2, length(self) / 44);
  if (is_log(self)) pel_ticks_log(least(self), most(self), n, &ticks);
  else pel_ticks_linear(least(self), most(self), n, &ticks);
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_MIDDLE, .color = theme->muted};
  for (uint32_t i = 0; i < ticks.n; i++) {
    double x = MARGIN + ticks.at[i] * length(self);
    pel_canvas_line(c, x, TOP + HEIGHT, x, TOP + HEIGHT + 4, 1, theme->frame);
    pel_type_draw(self->type, c, ticks.text[i], (pel_point){x, TOP + HEIGHT + 13}, &how);
  }
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelColorBar *self = PEL_COLOR_BAR(widget);
  const pel_look *l = pel_map_widget_get_look(self->map);
  pel_paper paper;
  if (!pel_map_widget_get_ground(self->map) || gtk_widget_get_width(widget) < 60 || !pel_paper_begin(&paper, widget, snapshot)) return;
  pel_canvas *c = paper.canvas;
  const pel_theme *theme = pel_theme_get(l->dark);
  draw_ramp(self, c, l);
  pel_canvas_frame(c, (pel_box){MARGIN, TOP, length(self), HEIGHT}, 1, theme->frame);
  draw_ticks(self, c, theme);
  draw_handle(self, c, theme, (double)l->low);
  draw_handle(self, c, theme, (double)l->high);
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, paper.all, 2, theme->accent);
  pel_paper_end(&paper);
}

static void measure(GtkWidget *widget, GtkOrientation o, int for_size, int *minimum, int *natural, int *b0, int *b1) {
  (void)widget, (void)for_size;
  *minimum = *natural = o == GTK_ORIENTATION_VERTICAL ? ROOM : 160;
  *b0 = *b1 = -1;
}

static void looked(PelMapWidget *map, PelColorBar *self) {
  const pel_look *l = pel_map_widget_get_look(map);
  char low[40], high[40];
  pel_weight_text(low, sizeof low, (double)l->low);
  pel_weight_text(high, sizeof high, (double)l->high);
  char *text = g_strdup_printf(_("Colours run from %s to %s"), low, high);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self), text);
  g_free(text);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- hands ---- */

static void set_end(PelColorBar *self, bool high, double share) {
  const pel_look *l = pel_map_widget_get_look(self->map);
  double low_share = share_of(self, (double)l->low), high_share = share_of(self, (double)l->high), gap = 0.01;
  if (high) high_share = fmax(share, low_share + gap);
  else low_share = fmin(share, high_share - gap);
  pel_map_widget_set_colors(self->map, (float)value_at(self, low_share), (float)value_at(self, high_share));
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelColorBar *self) {
  const pel_look *l = pel_map_widget_get_look(self->map);
  double at = (x - MARGIN) / length(self), low = share_of(self, (double)l->low), high = share_of(self, (double)l->high);
  (void)g, (void)y;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  self->dragging_high = fabs(at - high) <= fabs(at - low);
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelColorBar *self) {
  double x, y;
  (void)dy;
  if (gtk_gesture_drag_get_start_point(g, &x, &y)) set_end(self, self->dragging_high, (x + dx - MARGIN) / length(self));
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelColorBar *self) {
  (void)g, (void)x, (void)y;
  if (times == 2) pel_map_widget_set_colors(self->map, 0, 0);
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelColorBar *self) {
  const pel_look *l = pel_map_widget_get_look(self->map);
  bool high = !(state & GDK_SHIFT_MASK);
  double at = share_of(self, (double)(high ? l->high : l->low));
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || !pel_map_widget_get_ground(self->map)) return FALSE;
  switch (key) {
    case GDK_KEY_Left: set_end(self, high, at - 0.05); return TRUE;
    case GDK_KEY_Right: set_end(self, high, at + 0.05); return TRUE;
    case GDK_KEY_Home: pel_map_widget_set_colors(self->map, 0, 0); return TRUE;
    default: return FALSE;
  }
}

static void dispose(GObject *object) {
  PelColorBar *self = PEL_COLOR_BAR(object);
  if (self->map) g_signal_handlers_disconnect_by_data(self->map, self);
  g_clear_object(&self->map);
  g_clear_pointer(&self->type, pel_type_free);
  G_OBJECT_CLASS(pel_color_bar_parent_class)->dispose(object);
}

static void pel_color_bar_class_init(PelColorBarClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->measure = measure;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void pel_color_bar_init(PelColorBar *self) {
  self->type = pel_type_new();
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  g_signal_connect(GTK_WIDGET(self), "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Colours"), -1);
  GtkGesture *drag = gtk_gesture_drag_new(), *click = gtk_gesture_click_new();
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), self);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), self);
  g_signal_connect(click, "pressed", G_CALLBACK(clicked), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(GTK_WIDGET(self), key);
}

GtkWidget *pel_color_bar_new(PelMapWidget *map) {
  PelColorBar *self = g_object_new(PEL_TYPE_COLOR_BAR, NULL);
  self->map = g_object_ref(map);
  g_signal_connect(map, "looked", G_CALLBACK(looked), self);
  return GTK_WIDGET(self);
}
