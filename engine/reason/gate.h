/* How far a question lets a passage count, and the other constants of the stage. */
#pragma once
#include <pellucid/retrieve.h>

typedef struct pel_gate_input {
  double covered, shared; /* of the passage: coverage.h */
  double spread;          /* of the question: its best fused score less the mean of its 25 best, in [0, 1] */
} pel_gate_input;

/* Fitted together, one set with an encoder's vectors, one for hashed n-grams and for words alone. */
typedef struct pel_retrieve_constants {
  double alpha;                                        /* share of the vectors in the fused score */
  double one, covered, shared, spread, shared_spread;  /* the gate's logit */
  double unit;                                         /* nats that a fused score of 1 is worth */
  double sharpness[PEL_RETRIEVE_MAPS][PEL_RETRIEVE_GATES]; /* of the attention */
} pel_retrieve_constants;

const pel_retrieve_constants *pel_retrieve_constants_of(bool with_encoder);

/* sigma (logit) is about the chance that a passage is among those that the answer rests on, were its fused score the question's best: told from
 * the words that both hold, and from how far the question's best passage stands out. Finite for every finite input. */
double pel_gate_logit(const pel_retrieve_constants *constants, const pel_gate_input *input);
