/* Which heads are of interest: a measure, its histogram over all heads, and a range brushed on it.
 *
 * Drag on the histogram to choose a range, drag its ends to move them; keys: Left and Right move the lower end, with
 * Shift the upper one, Escape takes the filter away. Signal "changed". */
#pragma once
#include <gtk/gtk.h>

#include "ui/head_measure.h"

#define PEL_TYPE_HEAD_FILTER (pel_head_filter_get_type())
G_DECLARE_FINAL_TYPE(PelHeadFilter, pel_head_filter, PEL, HEAD_FILTER, GtkWidget)

GtkWidget *pel_head_filter_new(void);
void pel_head_filter_set_overview(PelHeadFilter *self, const pel_overview *overview); /* borrowed; NULL empties */
void pel_head_filter_set_dark(PelHeadFilter *self, bool dark);
/* [n_layers, n_heads] of the overview, NULL while all pass. Borrowed until "changed". */
const bool *pel_head_filter_get_passes(PelHeadFilter *self);
/* "12 of 270 heads: entropy 0.5 to 1.2", or "" while all pass. Borrowed. */
const char *pel_head_filter_get_words(PelHeadFilter *self);
