/* The names of things in the user's language. */
#pragma once
#include <gtk/gtk.h>

#include "src/analysis/view_tokens.h"
#include "src/core/overview.h"

#define PEL_LEFT_TO_RIGHT "\xe2\x80\x8e" /* before a line with a label in it: one in Arabic would turn it around */

char *pel_words_choice(const pel_map_choice *of);               /* "Layer 3, head 5"; g_free */
const char *pel_words_signal(int signal);                       /* "Log-probability" */
const char *pel_words_segment(pel_segment_kind kind);
/* What a screen reader says of a drop-down of strings: the name, and always what is chosen; GTK says neither of its inner button. */
void pel_words_name_drop_down(GtkWidget *drop_down, const char *name);
/* A drop-down with that, of which the strings are still to come; long ones are cut. */
GtkWidget *pel_words_drop_down(const char *name);
/* A unit with its number and label: "query 5 “the”", "key word 7 “Rayleigh”"; g_free. */
char *pel_words_unit(const pel_overview *overview, pel_level level, bool key, uint32_t unit);
