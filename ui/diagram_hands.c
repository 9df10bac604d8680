/* Hands on a diagram: pointer, wheel, fingers, keys. */
#include <math.h>

#include "ui/diagram_parts.h"
#include "ui/hands.h"

#define WHEEL 60.0 /* px a notch */
#define PAN 80.0   /* px a key */

static void pan(PelDiagramCanvas *self, double dx, double dy) {
  self->fitted = false;
  pel_diagram_canvas_move_to(self, self->x + dx / self->scale, self->y + dy / self->scale);
}

/* Keys may move the diagram below a pointer that rests, which GTK tells as a motion, too: it is none of a hand. */
static void moved(GtkEventControllerMotion *c, double x, double y, PelDiagramCanvas *self) {
  uint32_t before = self->pointed;
  (void)c;
  if (x == self->pointer_x && y == self->pointer_y) return;
  self->pointer_x = x, self->pointer_y = y;
  self->pointed = pel_diagram_canvas_item_at(self, x, y);
  if (self->pointed == before) return;
  pel_diagram_canvas_say(self, self->pointed);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void left(GtkEventControllerMotion *c, PelDiagramCanvas *self) {
  (void)c;
  self->pointed = PEL_DIAGRAM_NONE;
  pel_diagram_canvas_say(self, PEL_DIAGRAM_NONE);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelDiagramCanvas *self) {
  uint32_t item = pel_diagram_canvas_item_at(self, x, y);
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (item == PEL_DIAGRAM_NONE) return;
  if (times == 1) pel_diagram_canvas_choose(self, item, false);
  else if (times == 2) pel_diagram_canvas_follow(self, item);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelDiagramCanvas *self) {
  (void)g, (void)x, (void)y;
  self->drag_x = self->x, self->drag_y = self->y;
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelDiagramCanvas *self) {
  if (!gtk_drag_check_threshold(GTK_WIDGET(self), 0, 0, (int)dx, (int)dy)) return;
  gtk_gesture_set_state(GTK_GESTURE(g), GTK_EVENT_SEQUENCE_CLAIMED); /* from here on it is no click */
  self->fitted = false;
  pel_diagram_canvas_move_to(self, self->drag_x - dx / self->scale, self->drag_y - dy / self->scale);
}

static gboolean scrolled(GtkEventControllerScroll *c, double dx, double dy, PelDiagramCanvas *self) {
  GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(c));
  if (state & GDK_CONTROL_MASK) pel_diagram_canvas_zoom_at(self, self->scale * pow(1.2, -dy), self->pointer_x, self->pointer_y);
  else if (state & GDK_SHIFT_MASK) pan(self, dy * WHEEL, dx * WHEEL);
  else pan(self, dx * WHEEL, dy * WHEEL);
  return TRUE;
}

static void pinch_begin(GtkGesture *g, GdkEventSequence *sequence, PelDiagramCanvas *self) {
  (void)g, (void)sequence;
  self->drag_x = self->scale;
}

static void pinched(GtkGestureZoom *g, double scale, PelDiagramCanvas *self) {
  double x, y;
  if (gtk_gesture_get_bounding_box_center(GTK_GESTURE(g), &x, &y)) pel_diagram_canvas_zoom_at(self, self->drag_x * scale, x, y);
}

/* ---- keys ---- */

static void step(PelDiagramCanvas *self, int dx, int dy, bool shift) {
  if (shift) {
    pan(self, dx * PAN, dy * PAN);
    return;
  }
  uint32_t to = pel_diagram_step(self->plot, self->at, dx, dy);
  if (to != PEL_DIAGRAM_NONE) pel_diagram_canvas_choose(self, to, true);
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelDiagramCanvas *self) {
  bool shift = state & GDK_SHIFT_MASK;
  double page = 0.8 * gtk_widget_get_height(GTK_WIDGET(self));
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || !self->plot || !self->plot->n_items) return FALSE;
  switch (key) {
    case GDK_KEY_Left: step(self, -1, 0, shift); return TRUE;
    case GDK_KEY_Right: step(self, 1, 0, shift); return TRUE;
    case GDK_KEY_Up: step(self, 0, -1, shift); return TRUE;
    case GDK_KEY_Down: step(self, 0, 1, shift); return TRUE;
    case GDK_KEY_Page_Up: pan(self, 0, -page); return TRUE;
    case GDK_KEY_Page_Down: pan(self, 0, page); return TRUE;
    case GDK_KEY_Home: pel_diagram_canvas_choose(self, 0, true); return TRUE;
    case GDK_KEY_End: pel_diagram_canvas_choose(self, self->plot->n_items - 1, true); return TRUE;
    case GDK_KEY_Return: case GDK_KEY_KP_Enter: case GDK_KEY_space: pel_diagram_canvas_follow(self, self->at); return TRUE;
    case GDK_KEY_plus: case GDK_KEY_KP_Add: case GDK_KEY_equal: pel_diagram_canvas_zoom(self, 1.25); return TRUE;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: pel_diagram_canvas_zoom(self, 1 / 1.25); return TRUE;
    case GDK_KEY_f: case GDK_KEY_F: case GDK_KEY_0: case GDK_KEY_KP_0: pel_diagram_canvas_zoom(self, 0); return TRUE;
    case GDK_KEY_1: case GDK_KEY_KP_1: pel_diagram_canvas_zoom(self, 1 / self->scale); return TRUE;
    default: return FALSE;
  }
}

static const pel_hands hands = {G_CALLBACK(moved), G_CALLBACK(left), G_CALLBACK(clicked), G_CALLBACK(drag_begin), G_CALLBACK(drag_update), G_CALLBACK(pinch_begin), G_CALLBACK(pinched),
                                G_CALLBACK(scrolled), G_CALLBACK(pressed)};

void pel_diagram_canvas_add_hands(PelDiagramCanvas *self) { pel_hands_add(GTK_WIDGET(self), &hands); }
