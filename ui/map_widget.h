/* A map, alive: pan, zoom, hover, lock. It draws what pel_tiles has, and the stored overview until then.
 *
 * Rows and keys are units of the chosen level. Signals:
 *   "described" (const char *sentence)           what is pointed at or locked, when that changes
 *   "pointed" (gboolean on, guint row, guint key)
 *   "locked" (gboolean on, guint row, guint key)  also when the locked row's weights came
 *   "looked" ()                                   the part in view, the colours or the head changed
 *   "shared" (const char *sentence)               how much of the attention is in view, and what is hidden
 * Keys: arrows move the locked cell (Shift: ten at once), + - 0 1 zoom, Escape unlocks. */
#pragma once
#include <gtk/gtk.h>

#include "src/analysis/map_overview.h"
#include "ui/tiles.h"
#include "ui/viewport.h"

#define PEL_TYPE_MAP_WIDGET (pel_map_widget_get_type())
G_DECLARE_FINAL_TYPE(PelMapWidget, pel_map_widget, PEL, MAP_WIDGET, GtkWidget)

GtkWidget *pel_map_widget_new(void);
/* Shows nothing yet: choose a head. The document is borrowed until the next call; NULL, NULL empties it. */
void pel_map_widget_set_trace(PelMapWidget *self, pel_document *document, pel_overview *overview);
/* The same trace, longer now: head, place, zoom and lock stay. */
void pel_map_widget_grow(PelMapWidget *self, pel_overview *overview);
void pel_map_widget_choose(PelMapWidget *self, const pel_map_choice *of); /* another level keeps the locked tokens */
void pel_map_widget_set_scale(PelMapWidget *self, pel_scale scale);       /* the colours run as they do by themselves */
void pel_map_widget_set_no_sink(PelMapWidget *self, bool no_sink);
void pel_map_widget_set_colors(PelMapWidget *self, float low, float high); /* both 0: by themselves */
void pel_map_widget_set_dark(PelMapWidget *self, bool dark);
/* Locks a cell and brings it into view; false for `on` unlocks. */
void pel_map_widget_lock(PelMapWidget *self, bool on, uint32_t row, uint32_t key);
void pel_map_widget_zoom(PelMapWidget *self, double factor); /* about the locked cell or the middle; 0 fits */
void pel_map_widget_move_to(PelMapWidget *self, double row, double key); /* the middle of the view */

const pel_look *pel_map_widget_get_look(PelMapWidget *self);
const pel_viewport *pel_map_widget_get_viewport(PelMapWidget *self);
/* The whole map, coarsely; NULL until it came, without cells at larger levels. Borrowed until the next event, as all below. */
const pel_map_view *pel_map_widget_get_ground(PelMapWidget *self);
cairo_surface_t *pel_map_widget_get_ground_image(PelMapWidget *self);
bool pel_map_widget_get_locked(PelMapWidget *self, uint32_t *row, uint32_t *key);
/* Numbers of the locked row, [row + 1], as the map shows them; NULL when there are none yet. */
const float *pel_map_widget_get_row(PelMapWidget *self, uint32_t *row);
