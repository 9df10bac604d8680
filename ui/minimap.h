/* The whole map, small, with a frame around the part in view: drag or click to go there; arrow keys move the frame. */
#pragma once
#include "ui/map_widget.h"

#define PEL_TYPE_MINIMAP (pel_minimap_get_type())
G_DECLARE_FINAL_TYPE(PelMinimap, pel_minimap, PEL, MINIMAP, GtkWidget)

/* Both live in one window: the map is held. */
GtkWidget *pel_minimap_new(PelMapWidget *map);
