#include "ui/hands.h"

static void listen(GtkWidget *widget, gpointer controller, const char *signal, GCallback handler, const char *other, GCallback other_handler) {
  g_signal_connect(controller, signal, handler, widget);
  if (other) g_signal_connect(controller, other, other_handler, widget);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(controller));
}

void pel_hands_add(GtkWidget *widget, const pel_hands *h) {
  listen(widget, gtk_event_controller_motion_new(), "motion", h->moved, "leave", h->left);
  listen(widget, gtk_event_controller_key_new(), "key-pressed", h->pressed, NULL, NULL);
  listen(widget, gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES), "scroll", h->scrolled, NULL, NULL);
  listen(widget, gtk_gesture_click_new(), "released", h->clicked, NULL, NULL);
  listen(widget, gtk_gesture_drag_new(), "drag-begin", h->drag_begin, "drag-update", h->drag_update);
  listen(widget, gtk_gesture_zoom_new(), "begin", h->pinch_begin, "scale-changed", h->pinched);
}
