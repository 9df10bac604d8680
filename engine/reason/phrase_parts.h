/* What the parts of phrasing share. */
#pragma once
#include "engine/reason/phrase.h"

enum {
  PEL_PHRASE_DEEPEST = 50,  /* of terms within terms: a list may hold itself */
  PEL_PHRASE_LONGEST = 3500 /* bytes; what comes further is an ellipsis */
};

typedef struct phrasing {
  const pel_world *w;
  const pel_heap *h;
  pel_text_out *out;
  const pel_unknowns *before, *way; /* ranges of the quantities that are not known, as the pack allows them and as they are told; NULL: an ellipsis stands for each */
  bool known; /* the vocabulary, or these words, had all of it so far */
} phrasing;

/* Of a run, or of a clause itself. */
static inline bool pel_phrase_is_compound(pel_cell c) { return pel_tag(c) == PEL_TAG_STRUCT || pel_tag(c) == PEL_TAG_PATTERN; }

void pel_phrase_put(phrasing *p, const char *text);
void pel_phrase_value(phrasing *p, pel_cell c, int depth);
void pel_phrase_goal(phrasing *p, pel_cell goal, bool denied, int depth);
/* An integer, a fraction, or a floating-point number. */
void pel_phrase_number(phrasing *p, pel_cell c);
void pel_phrase_read_number(phrasing *p, const pel_number *n);
/* A quantity that is not known, from 1: "more than 7 and at most 20". */
void pel_phrase_quantity(phrasing *p, int64_t quantity);
/* False when the term is no sum, difference, product or quotient. */
bool pel_phrase_operation(phrasing *p, pel_cell c, int depth);
/* A comparison or an equation of numbers, with `before` before it; false, and nothing is put, when the goal is neither. */
bool pel_phrase_relation(phrasing *p, pel_cell goal, const char *before, int depth);
/* A goal of the rules' own predicates; false when it is none that has words. */
bool pel_phrase_builtin(phrasing *p, pel_cell goal, bool denied, int depth);
