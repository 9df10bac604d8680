/* The text of a run: flowing, selectable, searchable, coloured by a signal of each token or by the locked query's row.
 * Signal "token" (guint position) when a token is clicked. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"

#define PEL_TYPE_TRANSCRIPT (pel_transcript_get_type())
G_DECLARE_FINAL_TYPE(PelTranscript, pel_transcript, PEL, TRANSCRIPT, GtkWidget)

GtkWidget *pel_transcript_new(void);
void pel_transcript_set_overview(PelTranscript *self, const pel_overview *overview); /* borrowed; NULL empties */
/* The same text, longer now: the place stays, and the end stays in view for who was reading there. */
void pel_transcript_grow(PelTranscript *self, const pel_overview *overview);
void pel_transcript_set_dark(PelTranscript *self, bool dark);
/* Weights [row + 1] of a locked query, copied; NULL: none is locked. Colours by them when "selected query" is chosen. */
void pel_transcript_set_row(PelTranscript *self, const float *weights, uint32_t row);
/* Marks query and key in the text and brings the query into view. */
void pel_transcript_mark(PelTranscript *self, bool on, uint32_t row, uint32_t key);
void pel_transcript_find(PelTranscript *self); /* opens the search bar */
