/* What a language model said to a case's question, beside what the rules conclude: its words, whether they are the pack's, and what it
 * attended to while it said them. Nothing in the reasoning rests on it, so it is told by itself, and always. */
#pragma once
#include "src/analysis/logic_tree.h"

typedef struct pel_model_answer {
  uint32_t node;           /* index of the claim */
  const char *model;       /* its name */
  const char *text;        /* the whole answer */
  const char *claim;       /* "agrees", "contradicts", "says nothing" (of what the pack concludes): static */
  const pel_edge **looked; /* [n_looked] by weight, the greatest first: what it was told, and the share of its attention on that */
  size_t n_looked;
  double on_facts, on_passages; /* their sums */
} pel_model_answer;

/* Whether a node is a model's answer: a claim whose words stand in a document of that name. */
bool pel_is_model_answer(const pel_reasoning *reasoning, uint32_t node);
/* The first model's answer at or after `from`; false when there is none, or no memory. Cleared by the caller. */
bool pel_model_answer_read(const pel_reasoning *reasoning, uint32_t from, pel_model_answer *out);
void pel_model_answer_clear(pel_model_answer *answer);

/* "It contradicts what the pack concludes": static, without a full stop. */
const char *pel_model_claim_words(const pel_model_answer *answer);
/* Whether an edge of `looked` leads to a passage; otherwise to a fact. */
bool pel_looked_at_passage(const pel_reasoning *reasoning, const pel_edge *edge);
