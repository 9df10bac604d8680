/* A recorded reasoning: the text at the left, in the middle the tree or another view of it (search, graph, time, calibration), everything known of the
 * chosen node at the right, over one selection.
 * Signals: "reviewed": there are other reviews; "other-side" (gint64 node): it is to be seen in the other of two reasonings; "turned": to another view. */
#pragma once
#include "src/core/export_command.h"
#include "ui/tree_canvas.h"

#define PEL_TYPE_REASONING_PAGE (pel_reasoning_page_get_type())
G_DECLARE_FINAL_TYPE(PelReasoningPage, pel_reasoning_page, PEL, REASONING_PAGE, GtkWidget)

GtkWidget *pel_reasoning_page_new(void);
/* Both borrowed until the next call; NULL: nothing. The document must be open as long as reviews are on their way. */
void pel_reasoning_page_set_trace(PelReasoningPage *page, pel_document *document, pel_reasoned *reasoned);
/* One of two reasonings, with marks at what is otherwise in the other and a list of it. Borrowed until the next call. `supposed`: b is a what-if, which
 * goes away. */
void pel_reasoning_page_set_side(PelReasoningPage *page, pel_document *document, const pel_contrast *contrast, bool in_b, bool supposed);
void pel_reasoning_page_choose(PelReasoningPage *page, int64_t node);
int64_t pel_reasoning_page_get_chosen(PelReasoningPage *page);
void pel_reasoning_page_show_differences(PelReasoningPage *page);
void pel_reasoning_page_set_dark(PelReasoningPage *page, bool dark);

pel_export_what pel_reasoning_page_get_view(PelReasoningPage *page); /* what the middle shows: PEL_EXPORT_TREE, PEL_EXPORT_SEARCH, ... */
void pel_reasoning_page_set_view(PelReasoningPage *page, pel_export_what view);
GtkWidget *pel_reasoning_page_get_focus(PelReasoningPage *page); /* the picture in the middle */
PelTreeCanvas *pel_reasoning_page_get_canvas(PelReasoningPage *page);
void pel_reasoning_page_find(PelReasoningPage *page);
void pel_reasoning_page_next_open(PelReasoningPage *page);      /* the next point that nobody has settled */
void pel_reasoning_page_walk(PelReasoningPage *page, int by);   /* -1, 1: through what was chosen before */
void pel_reasoning_page_toggle_text(PelReasoningPage *page);
void pel_reasoning_page_toggle_inspector(PelReasoningPage *page);
/* What is on the screen, for an export; the lists are owned by the caller: pel_reasoning_page_clear_choice. */
void pel_reasoning_page_get_choice(PelReasoningPage *page, pel_tree_choice *out);
void pel_reasoning_page_clear_choice(pel_tree_choice *choice);
