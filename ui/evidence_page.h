/* What was looked up: the candidates with support and near misses, beside them the words of the chosen one and the nodes that rest on it.
 * Signal: "followed" (gint64 node). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/reasoned.h"

#define PEL_TYPE_EVIDENCE_PAGE (pel_evidence_page_get_type())
G_DECLARE_FINAL_TYPE(PelEvidencePage, pel_evidence_page, PEL, EVIDENCE_PAGE, GtkWidget)

GtkWidget *pel_evidence_page_new(void);
/* Borrowed until the next call; NULL, or one without candidates: nothing. */
void pel_evidence_page_set_reasoned(PelEvidencePage *page, const pel_reasoned *reasoned);
void pel_evidence_page_set_dark(PelEvidencePage *page, bool dark);
void pel_evidence_page_toggle_side(PelEvidencePage *page);
GtkWidget *pel_evidence_page_get_view(PelEvidencePage *page); /* what takes the keys */
