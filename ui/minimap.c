#include "ui/minimap.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/paper.h"
#include "ui/words.h"

#define SIDE 172

struct _PelMinimap {
  GtkWidget parent;
  PelMapWidget *map; /* held */
};

G_DEFINE_FINAL_TYPE(PelMinimap, pel_minimap, GTK_TYPE_WIDGET)

static pel_box map_box(PelMinimap *self) {
  double width = gtk_widget_get_width(GTK_WIDGET(self)), height = gtk_widget_get_height(GTK_WIDGET(self)), side = fmin(width, height) - 4;
  return (pel_box){(width - side) / 2, (height - side) / 2, side, side};
}

static void draw_image(cairo_t *cr, cairo_surface_t *image, pel_box box, double cells) {
  cairo_save(cr);
  cairo_rectangle(cr, box.x, box.y, box.w, box.h);
  cairo_clip(cr);
  cairo_translate(cr, box.x, box.y);
  cairo_scale(cr, box.w / cells, box.h / cells);
  cairo_set_source_surface(cr, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), cells < box.w ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_paint(cr);
  cairo_restore(cr);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelMinimap *self = PEL_MINIMAP(widget);
  const pel_map_view *ground = pel_map_widget_get_ground(self->map);
  const pel_viewport *p = pel_map_widget_get_viewport(self->map);
  const pel_look *look = pel_map_widget_get_look(self->map);
  pel_box box = map_box(self);
  if (!ground || !p->n || box.w < 10) return;
  pel_paper paper;
  if (!pel_paper_begin(&paper, widget, snapshot)) return;
  pel_canvas *c = paper.canvas;
  const pel_theme *theme = pel_theme_get(look->dark);
  pel_canvas_fill(c, box, pel_theme_forbidden(theme, look->palette));
  cairo_surface_t *image = pel_map_widget_get_ground_image(self->map);
  if (image) draw_image(paper.cr, image, box, (double)p->n / ground->block);
  else pel_canvas_line(c, box.x, box.y, box.x + box.w, box.y + box.h, 1, theme->frame);
  double px = box.w / p->n, w = fmin(p->n, p->width / p->cell), h = fmin(p->n, p->height / p->cell);
  pel_canvas_frame(c, (pel_box){box.x + p->x * px - 1, box.y + p->y * px - 1, fmax(4, w * px + 2), fmax(4, h * px + 2)}, 2, theme->accent);
  pel_canvas_frame(c, box, 1, theme->frame);
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, paper.all, 2, theme->accent);
  pel_paper_end(&paper);
}

static void measure(GtkWidget *widget, GtkOrientation o, int for_size, int *minimum, int *natural, int *b0, int *b1) {
  (void)widget, (void)o, (void)for_size;
  *minimum = *natural = SIDE;
  *b0 = *b1 = -1;
}

static void looked(PelMapWidget *map, PelMinimap *self) {
  const pel_viewport *p = pel_map_widget_get_viewport(map);
  pel_range rows = pel_viewport_rows(p), cols = pel_viewport_cols(p);
  char *text = g_strdup_printf(_("Overview: rows %u to %u and columns %u to %u of %u are in view"), rows.start, rows.end ? rows.end - 1 : 0,
                               cols.start, cols.end ? cols.end - 1 : 0, p->n);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_free(text);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void go_to(PelMinimap *self, double x, double y) {
  const pel_viewport *p = pel_map_widget_get_viewport(self->map);
  pel_box box = map_box(self);
  pel_map_widget_move_to(self->map, (y - box.y) / box.h * p->n, (x - box.x) / box.w * p->n);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelMinimap *self) {
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  go_to(self, x, y);
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelMinimap *self) {
  double x, y;
  if (gtk_gesture_drag_get_start_point(g, &x, &y)) go_to(self, x + dx, y + dy);
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelMinimap *self) {
  const pel_viewport *p = pel_map_widget_get_viewport(self->map);
  double w = p->width / p->cell, h = p->height / p->cell, row = p->y + h / 2, column = p->x + w / 2;
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) return FALSE;
  switch (key) {
    case GDK_KEY_Up: row -= h / 4; break;
    case GDK_KEY_Down: row += h / 4; break;
    case GDK_KEY_Left: column -= w / 4; break;
    case GDK_KEY_Right: column += w / 4; break;
    default: return FALSE;
  }
  pel_map_widget_move_to(self->map, row, column);
  return TRUE;
}

static void dispose(GObject *object) {
  PelMinimap *self = PEL_MINIMAP(object);
  if (self->map) g_signal_handlers_disconnect_by_data(self->map, self);
  g_clear_object(&self->map);
  G_OBJECT_CLASS(pel_minimap_parent_class)->dispose(object);
}

static void pel_minimap_class_init(PelMinimapClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->measure = measure;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void pel_minimap_init(PelMinimap *self) {
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  g_signal_connect(GTK_WIDGET(self), "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Overview"), -1);
  GtkGesture *drag = gtk_gesture_drag_new();
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), self);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
  gtk_widget_add_controller(GTK_WIDGET(self), key);
}

GtkWidget *pel_minimap_new(PelMapWidget *map) {
  PelMinimap *self = g_object_new(PEL_TYPE_MINIMAP, NULL);
  self->map = g_object_ref(map);
  g_signal_connect(map, "looked", G_CALLBACK(looked), self);
  return GTK_WIDGET(self);
}
