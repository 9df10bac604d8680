/* Goals in the domain's words: what the pack's vocabulary says, without names of predicates or variables. */
#pragma once
#include "engine/logic/write.h"
#include "engine/reason/world.h"

/* Writes one sentence without a full stop. `denied`: that it is not so. A goal that the vocabulary does not know is said in the words of the rule file:
 * "remarried: alice, 2016"; `known` (may be NULL) tells which it was. Values: what the vocabulary or the pack's entities call an atom, otherwise its words;
 * a number as a decimal where it is one, with more than 20 digits as 1.5e-300 ("about" when rounded), a text as it is, a list with commas; an ellipsis for an open variable. That nothing is found is
 * "nothing found that says: ...": `denied` and the vocabulary's own words for it are for what is proved not to be so, and for steps that are computed. */
void pel_phrase(const pel_world *w, const pel_heap *h, pel_cell goal, bool denied, pel_text_out *out, bool *known);
/* A comparison or an equation of numbers: "31 is at least 30", "12 + 4 = 16". False when the goal is neither. */
bool pel_phrase_arithmetic(const pel_world *w, const pel_heap *h, pel_cell goal, pel_text_out *out);
/* A fact of the case as a sentence without a full stop: in the case's own words where these are a term's that holds, else in the vocabulary's with value and unit.
 * What is not known is "the blood urea is ... mmol/L", or, when `asking`, "not known: What is the blood urea?". Owned by the caller; NULL: no memory. */
char *pel_phrase_fact(const pel_world *w, size_t fact, bool asking);
/* One way in which what is not known may be: "if the blood urea is more than 7 mmol/L, and ..."; nothing when it decides nothing. */
pel_status pel_way_words(const pel_world *w, const pel_unknowns *way, pel_text_out *out, pel_error *err);
/* The things that are not known and `chosen`, [w->n_unknown]: "the blood urea is ... mmol/L; ...". */
void pel_unknown_words(const pel_world *w, const bool *chosen, pel_text_out *out);
/* The vocabulary's entry that a goal is an instance of, or NULL. */
const pel_term_words *pel_phrase_entry(const pel_world *w, const pel_heap *h, pel_cell goal);
