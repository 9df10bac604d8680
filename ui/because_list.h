/* The because-text as rows, one for each card that is shown, bound to the tree: what is chosen here is chosen there. Only the rows in view
 * are made. Signals: "chosen" (guint item of the tree), "followed" (guint item: Return or a second click). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/contrast.h"
#include "src/core/reasoned.h"

#define PEL_TYPE_BECAUSE_LIST (pel_because_list_get_type())
G_DECLARE_FINAL_TYPE(PelBecauseList, pel_because_list, PEL, BECAUSE_LIST, GtkWidget)

GtkWidget *pel_because_list_new(void);
/* Borrowed until the next call; NULL: nothing. */
void pel_because_list_set_reasoned(PelBecauseList *list, const pel_reasoned *reasoned);
void pel_because_list_set_marks(PelBecauseList *list, const pel_mark *marks, bool in_b); /* borrowed until another reasoning; NULL: none */
void pel_because_list_set_dark(PelBecauseList *list, bool dark);
void pel_because_list_refill(PelBecauseList *list); /* the tree shows other nodes, or there are other reviews */
void pel_because_list_choose(PelBecauseList *list, uint32_t item); /* says no "chosen"; scrolls to it */
