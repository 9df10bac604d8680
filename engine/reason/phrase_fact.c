/* A case's fact as a sentence: what a reader who sees neither the rules nor the form is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/reason/phrase.h"

/* The first clause that the fact became: those of facts stand together, near the end. PEL_NO_SYMBOL: none. */
static uint32_t clause_of(const pel_world *w, size_t fact) {
  uint32_t found = PEL_NO_SYMBOL;
  for (size_t i = w->program->n_clauses; i-- > 0;) {
    if (w->program->clauses[i].id == PEL_FACT_IDS + (int64_t)fact) found = (uint32_t)i;
    else if (found != PEL_NO_SYMBOL) break;
  }
  return found;
}

/* "age: 58 years", where the vocabulary has no words for it. */
static char *plain(const pel_case_fact *f) {
  char *out = NULL;
  if (asprintf(&out, "%s%s%s%s%s", f->name, f->known ? ": " : "", f->value, *f->value && *f->unit ? " " : "", *f->value ? f->unit : "") < 0) return NULL;
  for (char *c = out; c < out + strlen(f->name); c++)
    if (*c == '_') *c = ' ';
  return out;
}

/* In the vocabulary's words, with the unit where they have none of their own. *known: the vocabulary has them. */
static char *in_words(const pel_world *w, uint32_t clause, const pel_case_fact *f, bool *known) {
  pel_heap h = {.program = w->program};
  pel_text_out out = {.most = 4000};
  pel_cell head = w->program->clauses[clause].head;
  bool inner = f->denied && *f->says && pel_is_compound(&h, head, PEL_ATOM_NEG, 1);
  if (inner) pel_put(&out, f->says, strlen(f->says)), pel_put(&out, " (not so: ", 10), head = pel_deref(&h, pel_arg(&h, head, 0));
  const pel_term_words *entry = pel_phrase_entry(w, &h, head);
  pel_phrase(w, &h, head, false, &out, known);
  if (inner) pel_put(&out, ")", 1);
  bool bare = f->form == PEL_FACT_QUANTITY && f->known && entry && !*entry->unit && *f->unit;
  if (bare) pel_put(&out, " ", 1), pel_put(&out, f->unit, strlen(f->unit));
  pel_heap_clear(&h);
  return out.text;
}

/* For who is asked, what is not known is said as the question that would settle it. */
static char *unknown(const pel_world *w, uint32_t clause, const pel_case_fact *f) {
  pel_heap h = {.program = w->program};
  const pel_term_words *entry = clause == PEL_NO_SYMBOL ? NULL : pel_phrase_entry(w, &h, w->program->clauses[clause].head);
  bool known, plain_words = *f->says || clause == PEL_NO_SYMBOL;
  char *words = entry && *entry->asks ? strdup(entry->asks) : plain_words ? strdup(*f->says ? f->says : f->name) : in_words(w, clause, f, &known);
  char *out = NULL;
  if (words && asprintf(&out, "not known: %s", words) < 0) out = NULL;
  free(words);
  pel_heap_clear(&h);
  return out;
}

/* A fragment of the case's text such as "96/58 mmHg" names no quantity, and the words of what is not so may or may not
 * say "no" themselves: there the vocabulary speaks, too. */
char *pel_phrase_fact(const pel_world *w, size_t fact, bool asking) {
  const pel_case_fact *f = pel_case_get_fact(w->of, fact);
  uint32_t clause = clause_of(w, fact);
  bool term = f->form == PEL_FACT_TERM, known = false;
  if (!f->known && asking) return unknown(w, clause, f);
  if (!f->known && *f->says) return strdup(f->says);
  if (clause == PEL_NO_SYMBOL || w->program->clauses[clause].body != pel_make_atom(PEL_ATOM_TRUE)) return strdup(*f->says ? f->says : f->name);
  if (term && !f->denied && *f->says) return strdup(f->says);
  char *words = in_words(w, clause, f, &known);
  if (known || !words || (term && (f->denied || !*f->says))) return words;
  free(words);
  return *f->says ? strdup(f->says) : plain(f);
}
