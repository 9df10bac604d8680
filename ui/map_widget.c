#include "ui/map_widget.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/hands.h"
#include "ui/map_parts.h"

#define SETTLED_MS 150 /* without a move: then the share in view is worth adding up */

G_DEFINE_FINAL_TYPE(PelMapWidget, pel_map_widget, GTK_TYPE_WIDGET)

enum { DESCRIBED, POINTED, LOCKED, LOOKED, SHARED, N_SIGNALS };
static guint signals[N_SIGNALS];

uint32_t pel_map_units(const PelMapWidget *self) { return self->overview ? self->overview->units[self->look.of.level].n : 0; }

static double left_of(const PelMapWidget *self) { return pel_map_left(self->look.of.level); }
static double top_of(const PelMapWidget *self) { return pel_map_top(self->look.of.level); }
static void redraw(PelMapWidget *self) { gtk_widget_queue_draw(GTK_WIDGET(self)); }

void pel_map_emit_locked(PelMapWidget *self, bool on) { g_signal_emit(self, signals[LOCKED], 0, on, self->row, self->key); }

/* The part in view, its colours or its head are others now: what was said of the part before is not said of this one. */
static void looked(PelMapWidget *self) {
  g_clear_handle_id(&self->share_timer, g_source_remove);
  self->share_timer = g_timeout_add(SETTLED_MS, pel_map_want_share, self);
  if (self->has_ground) pel_map_say_share(self);
  g_signal_emit(self, signals[LOOKED], 0);
  redraw(self);
}

void pel_map_look_again(PelMapWidget *self) {
  pel_look *l = &self->look;
  if (!self->has_ground) return;
  l->high = self->user_high > 0 ? self->user_high : pel_scale_by_row(l->scale) ? 1 : self->ground.max_weight;
  l->low = self->user_high > 0 ? self->user_low : l->scale == PEL_SCALE_LOG ? l->high * 1e-5f : 0;
  pel_map_view_recolor(&self->ground, l->scale, l->low, l->high, l->no_sink);
  g_clear_pointer(&self->ground_image, cairo_surface_destroy);
  if (self->ground.n_rows) self->ground_image = pel_cells_image(&self->ground, l->palette, l->dark);
  pel_tiles_set_look(self->tiles, l);
  if (self->locked) pel_map_want_row(self);
  pel_map_describe(self);
  looked(self);
}

static void ready(void *user) { /* a tile came, or failed */
  PelMapWidget *self = user;
  if (!self->share_timer) self->share_timer = g_timeout_add(SETTLED_MS, pel_map_want_share, self);
  redraw(self);
}

static void resize(PelMapWidget *self) {
  pel_viewport_resize(&self->port, gtk_widget_get_width(GTK_WIDGET(self)) - left_of(self) - 8,
                      gtk_widget_get_height(GTK_WIDGET(self)) - top_of(self) - 8, pel_map_units(self));
}

/* ---- what is shown ---- */

void pel_map_widget_set_trace(PelMapWidget *self, pel_document *document, pel_overview *overview) {
  g_clear_handle_id(&self->share_timer, g_source_remove);
  g_clear_pointer(&self->tiles, pel_tiles_free);
  g_clear_pointer(&self->ground_image, cairo_surface_destroy);
  g_clear_pointer(&self->rows, pel_map_free_row);
  g_clear_pointer(&self->overview, pel_overview_unref);
  g_clear_pointer(&self->share, g_free);
  pel_map_view_clear(&self->ground);
  self->document = document, self->overview = overview ? pel_overview_ref(overview) : NULL;
  self->has_head = self->has_ground = self->pointed = self->locked = false;
  self->port = (pel_viewport){.fitted = true, .cell = 1};
  self->asked = NULL, self->ground_asked = NULL, self->share_asked = NULL;
  self->user_low = self->user_high = 0;
  self->look.of = self->wanted = (pel_map_choice){0};
  g_clear_pointer(&self->error, g_free);
  if (document) self->tiles = pel_tiles_new(document, overview, ready, self);
  pel_map_describe(self);
  redraw(self);
}

void pel_map_widget_grow(PelMapWidget *self, pel_overview *overview) {
  pel_overview_ref(overview);
  pel_overview_unref(self->overview);
  self->overview = overview;
  pel_tiles_grow(self->tiles, overview);
  if ((self->pointed || self->locked) && (self->row >= pel_map_units(self) || self->key >= pel_map_units(self))) self->pointed = self->locked = false;
  resize(self);
  pel_map_want_ground(self);
  if (self->locked) pel_map_emit_locked(self, true); /* the text is new, its marks are gone */
}

/* The locked tokens as units of another level. */
static void change_level(PelMapWidget *self, pel_level from, pel_level to) {
  const pel_units *before = &self->overview->units[from], *after = &self->overview->units[to];
  if (self->locked) {
    self->row = pel_units_at(after, pel_units_tokens(before, (pel_range){self->row, self->row + 1}).start);
    self->key = pel_units_at(after, pel_units_tokens(before, (pel_range){self->key, self->key + 1}).start);
  }
  self->pointed = false;
  self->port.fitted = true;
}

void pel_map_widget_choose(PelMapWidget *self, const pel_map_choice *of) {
  if (!self->overview) return;
  self->wanted = *of;
  pel_map_want_ground(self);
}

void pel_map_take_choice(PelMapWidget *self, const pel_map_choice *of) {
  const pel_map_choice *before = &self->look.of;
  if (self->has_head && before->level != of->level) change_level(self, before->level, of->level);
  if (before->level != of->level || before->value_weighted != of->value_weighted) self->user_low = self->user_high = 0;
  self->look.of = *of;
  self->has_head = self->has_ground = true;
  resize(self);
  pel_map_look_again(self);
}

void pel_map_widget_set_scale(PelMapWidget *self, pel_scale scale) {
  self->look.scale = scale;
  self->user_low = self->user_high = 0;
  pel_map_look_again(self);
}

void pel_map_widget_set_colors(PelMapWidget *self, float low, float high) {
  self->user_low = low, self->user_high = high;
  pel_map_look_again(self);
}

void pel_map_widget_set_no_sink(PelMapWidget *self, bool no_sink) {
  self->look.no_sink = no_sink;
  pel_map_look_again(self);
}

void pel_map_widget_set_dark(PelMapWidget *self, bool dark) {
  self->look.dark = dark;
  pel_map_look_again(self);
}

void pel_map_widget_lock(PelMapWidget *self, bool on, uint32_t row, uint32_t key) {
  if (on && (row >= pel_map_units(self) || key >= pel_map_units(self))) return;
  self->locked = on;
  if (on) {
    self->row = row, self->key = key;
    pel_viewport_show_cell(&self->port, row, key);
    pel_map_want_row(self);
  }
  pel_map_describe(self);
  pel_map_emit_locked(self, on);
  looked(self);
}

void pel_map_widget_zoom(PelMapWidget *self, double factor) {
  pel_viewport *p = &self->port;
  double x = p->width / 2, y = p->height / 2;
  if (self->locked) x = (self->key + 0.5 - p->x) * p->cell, y = (self->row + 0.5 - p->y) * p->cell;
  pel_viewport_zoom(p, p->cell * factor, x, y);
  looked(self);
}

void pel_map_widget_move_to(PelMapWidget *self, double row, double key) {
  pel_viewport_center(&self->port, row, key);
  looked(self);
}

const pel_look *pel_map_widget_get_look(PelMapWidget *self) { return &self->look; }
const pel_viewport *pel_map_widget_get_viewport(PelMapWidget *self) { return &self->port; }
const pel_map_view *pel_map_widget_get_ground(PelMapWidget *self) { return self->has_ground ? &self->ground : NULL; }
cairo_surface_t *pel_map_widget_get_ground_image(PelMapWidget *self) { return self->ground_image; }

bool pel_map_widget_get_locked(PelMapWidget *self, uint32_t *row, uint32_t *key) {
  *row = self->row, *key = self->key;
  return self->locked;
}

const float *pel_map_widget_get_row(PelMapWidget *self, uint32_t *row) {
  if (!self->locked || !pel_map_is_this_row(self, self->rows)) return NULL;
  *row = self->row;
  return self->rows->shown;
}

/* ---- hands ---- */

static void point_at(PelMapWidget *self, bool on, double x, double y) {
  uint32_t row = 0, key = 0;
  self->pointer_x = x, self->pointer_y = y;
  if (self->locked) return;
  bool was = self->pointed;
  self->pointed = on && self->has_head && pel_viewport_pick(&self->port, x - left_of(self), y - top_of(self), &row, &key);
  if (!self->pointed && !was) return;
  if (self->pointed) {
    self->row = row, self->key = key;
    pel_map_want_row(self);
  }
  g_signal_emit(self, signals[POINTED], 0, self->pointed, row, key);
  pel_map_describe(self);
  redraw(self);
}

static void moved(GtkEventControllerMotion *c, double x, double y, PelMapWidget *self) {
  (void)c;
  point_at(self, true, x, y);
}

static void left(GtkEventControllerMotion *c, PelMapWidget *self) {
  (void)c;
  point_at(self, false, self->pointer_x, self->pointer_y);
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelMapWidget *self) {
  uint32_t row, key;
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (!self->has_head || !pel_viewport_pick(&self->port, x - left_of(self), y - top_of(self), &row, &key)) return;
  pel_map_widget_lock(self, true, row, key);
  if (times == 2) pel_map_widget_zoom(self, 4);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelMapWidget *self) {
  (void)g, (void)x, (void)y;
  self->drag_x = self->port.x, self->drag_y = self->port.y;
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelMapWidget *self) {
  /* From here on it is no click, which would lock the cell under it. */
  if (gtk_drag_check_threshold(GTK_WIDGET(self), 0, 0, (int)dx, (int)dy)) gtk_gesture_set_state(GTK_GESTURE(g), GTK_EVENT_SEQUENCE_CLAIMED);
  pel_viewport_move_to(&self->port, self->drag_x - dx / self->port.cell, self->drag_y - dy / self->port.cell);
  looked(self);
}

static gboolean scrolled(GtkEventControllerScroll *c, double dx, double dy, PelMapWidget *self) {
  GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(c));
  pel_viewport *p = &self->port;
  if (state & GDK_CONTROL_MASK) pel_viewport_zoom(p, p->cell * pow(1.25, -dy), self->pointer_x - left_of(self), self->pointer_y - top_of(self));
  else pel_viewport_move_to(p, p->x + dx * 60 / p->cell, p->y + dy * 60 / p->cell);
  looked(self);
  return TRUE;
}

static void pinched(GtkGestureZoom *g, double scale, PelMapWidget *self) {
  double x, y;
  if (!gtk_gesture_get_bounding_box_center(GTK_GESTURE(g), &x, &y)) return;
  pel_viewport_zoom(&self->port, self->drag_x * scale, x - left_of(self), y - top_of(self));
  looked(self);
}

static void pinch_begin(GtkGesture *g, GdkEventSequence *sequence, PelMapWidget *self) {
  (void)g, (void)sequence;
  self->drag_x = self->port.cell;
}

static bool step(PelMapWidget *self, int rows, int keys) {
  int64_t n = pel_map_units(self);
  if (!n) return false;
  int64_t row = self->locked ? self->row : n - 1, key = self->locked ? self->key : 0;
  if (self->locked) row = CLAMP(row + rows, 0, n - 1), key = CLAMP(key + keys, 0, n - 1);
  pel_map_widget_lock(self, true, (uint32_t)row, (uint32_t)key);
  return true;
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelMapWidget *self) {
  int by = state & GDK_SHIFT_MASK ? 10 : 1;
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || !self->has_head) return FALSE;
  switch (key) {
    case GDK_KEY_Up: return step(self, -by, 0);
    case GDK_KEY_Down: return step(self, by, 0);
    case GDK_KEY_Left: return step(self, 0, -by);
    case GDK_KEY_Right: return step(self, 0, by);
    case GDK_KEY_plus: case GDK_KEY_KP_Add: pel_map_widget_zoom(self, 1.5); return TRUE;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: pel_map_widget_zoom(self, 1 / 1.5); return TRUE;
    case GDK_KEY_0: case GDK_KEY_KP_0: pel_map_widget_zoom(self, 0); return TRUE;
    case GDK_KEY_1: case GDK_KEY_KP_1: pel_map_widget_zoom(self, PEL_CELL_READ / self->port.cell); return TRUE;
    case GDK_KEY_Escape:
      if (!self->locked) return FALSE;
      pel_map_widget_lock(self, false, 0, 0);
      return TRUE;
    default: return FALSE;
  }
}

static const pel_hands hands = {G_CALLBACK(moved), G_CALLBACK(left), G_CALLBACK(clicked), G_CALLBACK(drag_begin), G_CALLBACK(drag_update), G_CALLBACK(pinch_begin), G_CALLBACK(pinched),
                                G_CALLBACK(scrolled), G_CALLBACK(pressed)};

/* ---- object ---- */

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelMapWidget *self = PEL_MAP_WIDGET(widget);
  bool coarse = self->tiles && pel_tiles_coarse(self->tiles);
  pel_map_paint(self, snapshot);
  if (self->tiles && coarse != pel_tiles_coarse(self->tiles) && !self->share_timer) self->share_timer = g_timeout_add(SETTLED_MS, pel_map_want_share, self);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  (void)width, (void)height, (void)baseline;
  resize(PEL_MAP_WIDGET(widget));
  if (PEL_MAP_WIDGET(widget)->has_ground) g_signal_emit(widget, signals[LOOKED], 0);
}

static void dispose(GObject *object) {
  PelMapWidget *self = PEL_MAP_WIDGET(object);
  g_clear_handle_id(&self->share_timer, g_source_remove);
  g_clear_pointer(&self->tiles, pel_tiles_free);
  g_clear_pointer(&self->ground_image, cairo_surface_destroy);
  g_clear_pointer(&self->rows, pel_map_free_row);
  g_clear_pointer(&self->overview, pel_overview_unref);
  g_clear_pointer(&self->type, pel_type_free);
  g_clear_pointer(&self->description, g_free);
  g_clear_pointer(&self->share, g_free);
  g_clear_pointer(&self->error, g_free);
  pel_map_view_clear(&self->ground);
  G_OBJECT_CLASS(pel_map_widget_parent_class)->dispose(object);
}

static guint add_signal(PelMapWidgetClass *class, const char *name, guint n, GType a, GType b, GType c) {
  return g_signal_new(name, G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n, a, b, c);
}

static void pel_map_widget_class_init(PelMapWidgetClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->size_allocate = size_allocate;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  signals[DESCRIBED] = add_signal(class, "described", 1, G_TYPE_STRING, 0, 0);
  signals[POINTED] = add_signal(class, "pointed", 3, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_UINT);
  signals[LOCKED] = add_signal(class, "locked", 3, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_UINT);
  signals[LOOKED] = add_signal(class, "looked", 0, 0, 0, 0);
  signals[SHARED] = add_signal(class, "shared", 1, G_TYPE_STRING, 0, 0);
}

static void pel_map_widget_init(PelMapWidget *self) {
  self->port = (pel_viewport){.fitted = true, .cell = 1};
  self->look.scale = PEL_SCALE_LOG;
  self->type = pel_type_new();
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  g_signal_connect(GTK_WIDGET(self), "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Attention map"), -1);
  pel_hands_add(GTK_WIDGET(self), &hands);
}

GtkWidget *pel_map_widget_new(void) { return g_object_new(PEL_TYPE_MAP_WIDGET, NULL); }
