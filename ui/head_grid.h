/* All heads as thumbnails, the drawing that exports use too, alive: click or arrow keys choose, Enter is not needed.
 * Places: {layer, n_heads} is the mean of a layer, {n_layers, n_heads} that of all. Signal "chosen" (guint layer, guint head). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"

#define PEL_TYPE_HEAD_GRID (pel_head_grid_get_type())
G_DECLARE_FINAL_TYPE(PelHeadGrid, pel_head_grid, PEL, HEAD_GRID, GtkWidget)

GtkWidget *pel_head_grid_new(void);
void pel_head_grid_set_overview(PelHeadGrid *self, const pel_overview *overview); /* borrowed; NULL empties */
/* Heads that a filter leaves, as in pel_headgrid_data; borrowed until the next call or set_overview. */
void pel_head_grid_set_passes(PelHeadGrid *self, const bool *passes);
void pel_head_grid_set_dark(PelHeadGrid *self, bool dark);
/* Marks a place without a signal. */
void pel_head_grid_mark(PelHeadGrid *self, uint32_t layer, uint32_t head);
/* From where to where the marked place reaches, px down. False: it has no place yet. */
bool pel_head_grid_span(PelHeadGrid *self, double *top, double *bottom);
/* What a place stands for, at the level of tokens; whether something was recorded there. */
pel_map_choice pel_head_grid_choice(const pel_overview *overview, uint32_t layer, uint32_t head);
bool pel_head_grid_has(const pel_overview *overview, uint32_t layer, uint32_t head);
