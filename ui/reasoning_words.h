/* What is said of a reasoning's nodes, in the user's language: the fixed words are translated, those of the pack and the case stand as they
 * are. All strings that are not const: g_free. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/reasoned.h"

const char *pel_words_translate(const char *word); /* for pictures: pel_plot_style.translate */
const char *pel_words_verdict(const char *verdict); /* "accepted", ... as the file has it */

/* "2.1", "" for a lone conclusion. */
char *pel_words_node(const pel_logic_tree *tree, uint32_t node); /* number and claim */
char *pel_words_number(const pel_logic_tree *tree, uint32_t node);
/* A row of the because-text: "Exception: Remarried before 2017: nothing found that says so". */
char *pel_words_claim(const pel_logic_tree *tree, uint32_t item);
/* Where its rule stands and where a fact comes from: "Internal Revenue Code s. 2(a) · “Bob died” (case text, characters 58–91)"; "" for neither; the conclusion's own
 * source is named there alone. */
char *pel_words_where(const pel_logic_tree *tree, uint32_t node);
/* "accepted by Ada, 2025-03-01: as in the chart", the last word on a node; "" when there is none. */
char *pel_words_review(const pel_reasoned *reasoned, int64_t id);
/* "in force from 2005-01-01", "" when nothing is said of it. */
char *pel_words_in_force(const char *from, const char *to);
/* "7 hidden, 4.2 % of the influence" */
char *pel_words_hidden(const pel_logic_tree *tree);
