/* What differs between two reasonings, a line each, bound to the tree. Signals: "chosen" (guint line: shown in the tree that is there),
 * "followed" (guint line: Return or a second click; in the tree that has it). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/contrast.h"

#define PEL_TYPE_DIFFERENCE_LIST (pel_difference_list_get_type())
G_DECLARE_FINAL_TYPE(PelDifferenceList, pel_difference_list, PEL, DIFFERENCE_LIST, GtkWidget)

GtkWidget *pel_difference_list_new(void);
/* Borrowed until the next call; NULL: nothing. `supposed`: the case's own text differs by intention and is no line. */
void pel_difference_list_set_contrast(PelDifferenceList *list, const pel_contrast *contrast, bool supposed);
