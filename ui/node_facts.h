/* What is known of a node, as widgets: what it says and by which rule, the words it rests on, where it comes from. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/reasoned.h"

/* Adds to a vertical box. */
void pel_node_facts_add(GtkBox *box, const pel_reasoned *reasoned, int64_t id);   /* claim, state, note, confidence, rule */
void pel_node_sources_add(GtkBox *box, const pel_reasoned *reasoned, int64_t id, bool dark); /* passage with its source; origin with the case's text */

/* "Heading" over what follows, and a paragraph that can be copied; `style` may be NULL. */
GtkWidget *pel_node_heading(GtkBox *box, const char *text);
GtkWidget *pel_node_text(GtkBox *box, const char *text, const char *style);
