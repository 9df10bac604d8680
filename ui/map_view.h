/* One head's map, alive: pan, zoom, hover, lock. It draws what pel_tiles has, and the overview's thumbnail until then.
 *
 * Signals: "described" (const char *sentence) when what is pointed at or locked changes; "locked" (gboolean on, guint row,
 * guint key). Keys: arrows move the locked cell (Shift: ten at once), + - 0 1 zoom, Escape unlocks. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"
#include "ui/tiles.h"

#define PEL_TYPE_MAP_VIEW (pel_map_view_widget_get_type())
G_DECLARE_FINAL_TYPE(PelMapView, pel_map_view_widget, PEL, MAP_VIEW, GtkWidget)

GtkWidget *pel_map_view_widget_new(void);
/* Both borrowed until the next call; NULL, NULL empties it. */
void pel_map_view_widget_set_trace(PelMapView *self, pel_document *document, const pel_overview *overview);
/* The same trace, longer now: head, place, zoom and lock stay. The overview before is let go. */
void pel_map_view_widget_grow(PelMapView *self, const pel_overview *overview);
void pel_map_view_widget_set_head(PelMapView *self, uint32_t layer, uint32_t head);
void pel_map_view_widget_set_scale(PelMapView *self, pel_scale scale); /* log or linear */
void pel_map_view_widget_set_no_sink(PelMapView *self, bool no_sink);
void pel_map_view_widget_set_dark(PelMapView *self, bool dark);
/* Locks a cell and brings it into view; false for `on` unlocks. */
void pel_map_view_widget_lock(PelMapView *self, bool on, uint32_t row, uint32_t key);
/* Weights of the locked row, [row + 1], or NULL when there is none yet. Borrowed until the next event. */
const float *pel_map_view_widget_get_row(PelMapView *self, uint32_t *row);
