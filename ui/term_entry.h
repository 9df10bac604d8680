/* An entry for the terms of a pack's graph: what is typed is searched for, and what is found stands below it, to be taken by key or hand. Enter takes the first, or the one that the
 * arrows have led to; where a term can be excluded, too, Shift+Enter does that. Signals: "picked" (key, bool excluded), "typed" (text). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/pack_terms.h"

#define PEL_TYPE_TERM_ENTRY (pel_term_entry_get_type())
G_DECLARE_FINAL_TYPE(PelTermEntry, pel_term_entry, PEL, TERM_ENTRY, GtkWidget)

/* `adds`: what is picked is added elsewhere, as observed or excluded, and the entry is empty again; otherwise it stays. */
GtkWidget *pel_term_entry_new(const char *name, const char *hint, bool adds);
void pel_term_entry_set_terms(PelTermEntry *entry, const pel_pack_terms *terms, pel_terms_kind kind); /* borrowed; NULL: none */
void pel_term_entry_show(PelTermEntry *entry, const char *key); /* "" for none */
void pel_term_entry_say(PelTermEntry *entry, const char *fault);
bool pel_term_entry_is_empty(PelTermEntry *entry);
void pel_term_entry_focus(PelTermEntry *entry);
