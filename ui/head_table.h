/* The recorded heads as a table, sorted by any column: how one head is found among hundreds. The means of layers and of all heads
 * are rows besides (places as in PelHeadGrid), as long as no filter is set. Signal "chosen" (guint layer, guint head). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"

#define PEL_TYPE_HEAD_TABLE (pel_head_table_get_type())
G_DECLARE_FINAL_TYPE(PelHeadTable, pel_head_table, PEL, HEAD_TABLE, GtkWidget)

/* Keys: s sorts by the next column, Shift+s turns the order around. */
GtkWidget *pel_head_table_new(void);
/* NULL empties; both are read once. `passes`: [n_layers, n_heads] heads to list, NULL: all. */
void pel_head_table_set_overview(PelHeadTable *self, const pel_overview *overview, const bool *passes);
/* Selects the head's row without a signal. */
void pel_head_table_mark(PelHeadTable *self, uint32_t layer, uint32_t head);
