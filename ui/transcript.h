/* The text of a run: flowing, selectable, searchable, its segments as bands, coloured by a signal of each token or by the locked
 * query's row. Only what is seen is coloured: a text may have tens of thousands of tokens.
 * Signals: "token" (guint position) when a token is clicked, or Return pressed on it; "hovered" (guint position). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/overview.h"

#define PEL_TYPE_TRANSCRIPT (pel_transcript_get_type())
G_DECLARE_FINAL_TYPE(PelTranscript, pel_transcript, PEL, TRANSCRIPT, GtkWidget)

GtkWidget *pel_transcript_new(void);
void pel_transcript_set_overview(PelTranscript *self, const pel_overview *overview); /* borrowed; NULL empties */
/* The same text, longer now: the place stays, and the end stays in view for who was reading there. */
void pel_transcript_grow(PelTranscript *self, const pel_overview *overview);
void pel_transcript_show_end(PelTranscript *self); /* from now on the end stays in view, until somebody scrolls */
void pel_transcript_set_dark(PelTranscript *self, bool dark);
/* More of the overview is known: the signals of attention. */
void pel_transcript_refresh(PelTranscript *self);
/* Numbers of a locked row of units [row + 1], copied; NULL: none is locked. Colours by them when "locked query" is chosen. */
void pel_transcript_set_row(PelTranscript *self, const float *weights, uint32_t row, const pel_units *units);
/* Marks the tokens of query and key in the text and brings the query into view. */
void pel_transcript_mark(PelTranscript *self, bool on, pel_range query, pel_range key);
/* What is known of a token in a sentence: shown where it is pointed at. */
void pel_transcript_say(PelTranscript *self, const char *sentence, uint32_t token);
int pel_transcript_get_signal(PelTranscript *self); /* what it is coloured by, or PEL_SIGNALS: the locked query */
void pel_transcript_find(PelTranscript *self); /* opens the search bar */
