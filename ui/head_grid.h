/* All heads as thumbnails, the drawing that exports use too, alive: click or arrow keys choose, Enter is not needed.
 * Signal "chosen" (guint layer, guint head). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"

#define PEL_TYPE_HEAD_GRID (pel_head_grid_get_type())
G_DECLARE_FINAL_TYPE(PelHeadGrid, pel_head_grid, PEL, HEAD_GRID, GtkWidget)

GtkWidget *pel_head_grid_new(void);
void pel_head_grid_set_overview(PelHeadGrid *self, const pel_overview *overview); /* borrowed; NULL empties */
void pel_head_grid_set_dark(PelHeadGrid *self, bool dark);
/* Marks a head without a signal. */
void pel_head_grid_mark(PelHeadGrid *self, uint32_t layer, uint32_t head);
