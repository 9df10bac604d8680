/* One more view of a reasoning, beside its logic tree: the search with a scrubber over its simulations, the graph that was attended to, where the time
 * went, how far the confidences can be trusted; or words where the trace has nothing of the kind.
 * Signals: "chosen" (gint64 node of the logic tree), "followed" (the same, to be shown there), "described" (sentence). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/export_command.h"
#include "src/core/reasoned.h"

#define PEL_TYPE_VIEW_PAGE (pel_view_page_get_type())
G_DECLARE_FINAL_TYPE(PelViewPage, pel_view_page, PEL, VIEW_PAGE, GtkWidget)

/* `what`: PEL_EXPORT_SEARCH, PEL_EXPORT_GRAPH, PEL_EXPORT_TIMELINE or PEL_EXPORT_RELIABILITY, which is what it shows. */
GtkWidget *pel_view_page_new(pel_export_what what);
/* Borrowed until the next call; NULL: nothing. */
void pel_view_page_set_reasoned(PelViewPage *page, pel_reasoned *reasoned);
void pel_view_page_set_dark(PelViewPage *page, bool dark);
bool pel_view_page_is_empty(PelViewPage *page);
/* What stands for a node of the logic tree is chosen, where there is something; nothing is emitted. */
void pel_view_page_choose(PelViewPage *page, int64_t node);
int64_t pel_view_page_get_at(PelViewPage *page); /* the simulation that is looked at; 0: the end */
void pel_view_page_say(PelViewPage *page); /* what is chosen, once more */
GtkWidget *pel_view_page_get_focus(PelViewPage *page);
/* Is anything of the kind there? */
bool pel_view_page_has(const pel_reasoned *reasoned, pel_export_what what);
