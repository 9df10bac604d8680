/* What a retrieval found, as the picture that exports use; its rows can be pointed at and walked with the arrows.
 * Signals: "described" (sentence), of the row under the pointer or of the chosen one; "chosen", "followed" (guint row of the reasoning's
 * retrieved): Return or a second click. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/reasoned.h"

#define PEL_TYPE_RETRIEVAL_VIEW (pel_retrieval_view_get_type())
G_DECLARE_FINAL_TYPE(PelRetrievalView, pel_retrieval_view, PEL, RETRIEVAL_VIEW, GtkWidget)

GtkWidget *pel_retrieval_view_new(void);
/* Borrowed until the next call; NULL, or one without candidates: nothing. */
void pel_retrieval_view_set_reasoned(PelRetrievalView *view, const pel_reasoned *reasoned);
void pel_retrieval_view_choose(PelRetrievalView *view, size_t row);
void pel_retrieval_view_set_dark(PelRetrievalView *view, bool dark);
