/* Proofs with one thing wrong. */
#pragma once
#include "engine/proof/check.h"

#define CORRUPTIONS(X)                                                                                                                    \
  X(DROP_STEP, "a step dropped, uses renumbered") X(DROP_STEP_ONLY, "a step dropped, uses as they were") X(DROP_USE, "a use dropped")      \
  X(OTHER_USE, "a use swapped for another step") X(TWICE, "a use put in twice") X(ORDER, "two uses in the other order")                    \
  X(FACT, "a fact's argument changed") X(BINDING, "a binding changed in a rule's goal") X(CLAUSE, "a clause number changed")               \
  X(BUILTIN, "a built-in predicate's goal changed") X(ABSENT, "an absent step's goal changed") X(COLLECT, "a collection changed")          \
  X(KIND, "a kind changed") X(QUESTION, "the question changed") X(ROOT, "a root dropped or swapped")

typedef enum corruption {
#define X(name, says) CORRUPT_##name,
  CORRUPTIONS(X)
#undef X
  CORRUPTION_COUNT
} corruption;

extern const char *const corruption_says[CORRUPTION_COUNT];

typedef enum corrupted { CORRUPTED, CORRUPTED_NOT, /* nothing of that kind is there */ CORRUPTED_IDENTICAL /* it is a proof as before */ } corrupted;

/* A copy of `from` with one thing wrong, to be cleared whatever the answer is. The same seed gives the same. */
corrupted corrupt(pel_program *p, const pel_proof *from, corruption kind, uint64_t *seed, pel_proof *out);
/* The same steps, of equal clauses. */
bool same_proofs(const pel_program *program, const pel_proof *a, const pel_proof *b);
/* What was changed, of the last call: for a report. */
extern char corrupt_note[400];
