/* What the map's colours mean, with two handles: drag them to spread a part of the range over all colours.
 * Keys: Left and Right move the upper end, with Shift the lower one; Home, or a double click, lets the colours run by themselves. */
#pragma once
#include "ui/map_widget.h"

#define PEL_TYPE_COLOR_BAR (pel_color_bar_get_type())
G_DECLARE_FINAL_TYPE(PelColorBar, pel_color_bar, PEL, COLOR_BAR, GtkWidget)

GtkWidget *pel_color_bar_new(PelMapWidget *map); /* the map is held */
