/* What listens to hands on a chart: pointer, wheel, fingers, keys. */
#pragma once
#include <gtk/gtk.h>

typedef struct pel_hands { /* handlers of the controllers' signals, as GTK has them; their last argument is the widget */
  GCallback moved, left;              /* motion: "motion", "leave" */
  GCallback clicked;                  /* click: "released" */
  GCallback drag_begin, drag_update;
  GCallback pinch_begin, pinched;     /* zoom: "begin", "scale-changed" */
  GCallback scrolled;                 /* scroll, both axes: "scroll" */
  GCallback pressed;                  /* key: "key-pressed" */
} pel_hands;

void pel_hands_add(GtkWidget *widget, const pel_hands *hands);
