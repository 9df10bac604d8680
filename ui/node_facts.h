/* What is known of a node, as widgets: what it says and by which rule, the words it rests on, where it comes from. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/reasoned.h"

/* Adds to a vertical box. */
void pel_node_facts_add(GtkBox *box, const pel_reasoned *reasoned, int64_t id);   /* claim, state, note, confidence, rule */
void pel_node_sources_add(GtkBox *box, const pel_reasoned *reasoned, int64_t id, bool dark); /* passage with its source; origin with the case's text */

/* "Heading" over what follows, and a paragraph that can be copied; `style` may be NULL. */
/* A claim that can be clicked; its "node" is the node's id. */
GtkWidget *pel_node_button(GtkBox *box, const char *claim, int64_t node);
GtkWidget *pel_node_heading(GtkBox *box, const char *text);
GtkWidget *pel_node_text(GtkBox *box, const char *text, const char *style);
/* Place, force, the exact words, and the source they stand in. */
void pel_node_passage_add(GtkBox *box, const pel_reasoned *reasoned, const pel_passage *passage);
