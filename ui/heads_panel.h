/* The left side: all heads as a grid or a table, and the filter under them. Signal "chosen" (guint layer, guint head), places as
 * in PelHeadGrid; "filtered" when the filter changed. */
#pragma once
#include "ui/head_filter.h"

#define PEL_TYPE_HEADS_PANEL (pel_heads_panel_get_type())
G_DECLARE_FINAL_TYPE(PelHeadsPanel, pel_heads_panel, PEL, HEADS_PANEL, GtkWidget)

GtkWidget *pel_heads_panel_new(void);
/* Borrowed until the next call; NULL empties. The same overview again when something more of it is known. */
void pel_heads_panel_set_overview(PelHeadsPanel *self, const pel_overview *overview);
void pel_heads_panel_set_dark(PelHeadsPanel *self, bool dark);
void pel_heads_panel_mark(PelHeadsPanel *self, uint32_t layer, uint32_t head); /* without a signal */
/* The next place that has something and passes the filter, from (layer, head) on: by +-1 head, or +-1 layer. False: none. */
bool pel_heads_panel_next(PelHeadsPanel *self, int heads, int layers, uint32_t *layer, uint32_t *head);
const char *pel_heads_panel_get_filter(PelHeadsPanel *self); /* what is filtered, in words; "" nothing */
