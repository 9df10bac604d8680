/* Hands on the tree: pointer, wheel, fingers, keys. */
#include <math.h>

#include "ui/hands.h"
#include "ui/tree_parts.h"

#define WHEEL 60.0 /* px a notch */
#define PAN 80.0   /* px a key */

static void point_at(PelTreeCanvas *self, double x, double y) {
  pel_tree_hit hit;
  uint32_t before = self->pointed;
  self->pointer_x = x, self->pointer_y = y;
  bool found = pel_tree_canvas_pick_at(self, x, y, &hit);
  bool edge = found && hit.kind == PEL_HIT_EDGE;
  self->pointed = found && !edge ? hit.item : PEL_TREE_NONE;
  if (edge) pel_tree_canvas_say_edge(self, hit.item);
  else if (self->pointed != before) pel_tree_canvas_say(self, self->pointed);
  if (self->pointed != before) gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* Keys may move the tree below a pointer that rests, which GTK tells as a motion, too: it is none of a hand. */
static void moved(GtkEventControllerMotion *c, double x, double y, PelTreeCanvas *self) {
  (void)c;
  if (x == self->pointer_x && y == self->pointer_y) return;
  point_at(self, x, y);
}

static void left(GtkEventControllerMotion *c, PelTreeCanvas *self) {
  (void)c;
  self->pointed = PEL_TREE_NONE;
  pel_tree_canvas_say(self, PEL_TREE_NONE);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* A click chooses, a second one folds; what stands for others opens at once. */
static void clicked(GtkGestureClick *g, int times, double x, double y, PelTreeCanvas *self) {
  pel_tree_hit hit;
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (!pel_tree_canvas_pick_at(self, x, y, &hit)) return;
  if (hit.kind == PEL_HIT_EDGE) {
    pel_tree_canvas_say_edge(self, hit.item);
    return;
  }
  if (times == 1) pel_tree_canvas_choose_item(self, hit.item, false);
  if ((times == 1) == (hit.kind == PEL_HIT_MORE) && times <= 2) pel_tree_canvas_follow(self, hit.item);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelTreeCanvas *self) {
  (void)g, (void)x, (void)y;
  self->drag_x = self->x, self->drag_y = self->y;
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelTreeCanvas *self) {
  /* From here on it is no click, which would choose the card under it. */
  if (!gtk_drag_check_threshold(GTK_WIDGET(self), 0, 0, (int)dx, (int)dy)) return;
  gtk_gesture_set_state(GTK_GESTURE(g), GTK_EVENT_SEQUENCE_CLAIMED);
  self->fitted = false;
  pel_tree_canvas_move_to(self, self->drag_x - dx / self->scale, self->drag_y - dy / self->scale);
}

static gboolean scrolled(GtkEventControllerScroll *c, double dx, double dy, PelTreeCanvas *self) {
  GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(c));
  if (state & GDK_CONTROL_MASK) pel_tree_canvas_zoom_at(self, self->scale * pow(1.2, -dy), self->pointer_x, self->pointer_y);
  else if (state & GDK_SHIFT_MASK) pel_tree_canvas_pan(self, dy * WHEEL, dx * WHEEL);
  else pel_tree_canvas_pan(self, dx * WHEEL, dy * WHEEL);
  return TRUE;
}

static void pinch_begin(GtkGesture *g, GdkEventSequence *sequence, PelTreeCanvas *self) {
  (void)g, (void)sequence;
  self->drag_x = self->scale;
}

static void pinched(GtkGestureZoom *g, double scale, PelTreeCanvas *self) {
  double x, y;
  if (gtk_gesture_get_bounding_box_center(GTK_GESTURE(g), &x, &y)) pel_tree_canvas_zoom_at(self, self->drag_x * scale, x, y);
}

/* ---- keys ---- */

static bool pan(PelTreeCanvas *self, double dx, double dy) {
  pel_tree_canvas_pan(self, dx, dy);
  return true;
}

/* Arrows lead where the cards lie; with Shift they move the view. */
static bool arrow(PelTreeCanvas *self, guint key, bool shift) {
  bool down = self->direction == PEL_TREE_DOWN;
  switch (key) {
    case GDK_KEY_Left: return shift ? pan(self, -PAN, 0) : pel_tree_canvas_step(self, down ? PEL_STEP_BEFORE : PEL_STEP_PARENT);
    case GDK_KEY_Right: return shift ? pan(self, PAN, 0) : pel_tree_canvas_step(self, down ? PEL_STEP_AFTER : PEL_STEP_CHILD);
    case GDK_KEY_Up: return shift ? pan(self, 0, -PAN) : pel_tree_canvas_step(self, down ? PEL_STEP_PARENT : PEL_STEP_BEFORE);
    default: return shift ? pan(self, 0, PAN) : pel_tree_canvas_step(self, down ? PEL_STEP_CHILD : PEL_STEP_AFTER);
  }
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelTreeCanvas *self) {
  int height = gtk_widget_get_height(GTK_WIDGET(self));
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || !self->plot) return FALSE;
  switch (key) {
    case GDK_KEY_Left: case GDK_KEY_Right: case GDK_KEY_Up: case GDK_KEY_Down:
      arrow(self, key, state & GDK_SHIFT_MASK);
      return TRUE;
    case GDK_KEY_Page_Up: return pan(self, 0, -0.8 * height);
    case GDK_KEY_Page_Down: return pan(self, 0, 0.8 * height);
    case GDK_KEY_Home: pel_tree_canvas_choose_item(self, 0, true); return TRUE;
    case GDK_KEY_Return: case GDK_KEY_KP_Enter: case GDK_KEY_space: pel_tree_canvas_toggle(self); return TRUE;
    case GDK_KEY_plus: case GDK_KEY_KP_Add: case GDK_KEY_equal: pel_tree_canvas_zoom(self, 1.25); return TRUE;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: pel_tree_canvas_zoom(self, 1 / 1.25); return TRUE;
    case GDK_KEY_f: case GDK_KEY_F: case GDK_KEY_0: case GDK_KEY_KP_0: pel_tree_canvas_zoom(self, 0); return TRUE;
    case GDK_KEY_1: case GDK_KEY_KP_1: pel_tree_canvas_zoom(self, 1 / self->scale); return TRUE;
    default: return FALSE;
  }
}

static const pel_hands hands = {G_CALLBACK(moved), G_CALLBACK(left), G_CALLBACK(clicked), G_CALLBACK(drag_begin), G_CALLBACK(drag_update), G_CALLBACK(pinch_begin), G_CALLBACK(pinched),
                                G_CALLBACK(scrolled), G_CALLBACK(pressed)};

void pel_tree_canvas_add_hands(PelTreeCanvas *self) { pel_hands_add(GTK_WIDGET(self), &hands); }
