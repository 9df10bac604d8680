/* Deduction by rules over what a case knows and does not know: the question is put once for each way in which the unknown facts may be. */
#pragma once
#include "engine/reason/world.h"

enum { PEL_MOST_ANSWERS = 20 };

#define PEL_DEPENDS "it depends on what is not known" /* the reason of a deduction whose ways differ */

typedef struct pel_way { /* one way in which the unknown facts may be, as far as the rules asked */
  pel_unknowns unknowns;
  pel_node_state state;
  char reason[200];  /* of PEL_STATE_UNKNOWN */
  char doubt[320];   /* of a state that is not unknown: what could not be decided beside it; "" for nothing */
  bool limited;      /* a limit of steps, time, memory or runs had a part in it */
  char **answers;    /* instances of the question, as the rules write them */
  bool *denied;      /* [n_answers] the opposite of this one is proved, too */
  size_t n_answers;
} pel_way;

typedef struct pel_deduction {
  pel_way *ways;
  size_t n_ways, capacity;
  pel_node_state state; /* of all ways together: theirs when they agree, else PEL_STATE_UNKNOWN */
  char reason[240];
  bool *met, *matters;  /* [world->n_unknown]: the rules asked for it; the state depends on it */
  uint32_t runs;
} pel_deduction;

typedef struct pel_deduce_options {
  pel_logic_limits limits; /* of one run */
  uint32_t runs;           /* at most */
  bool (*cancelled)(void *user);
  void *user;
} pel_deduce_options;

/* A question holds when it has an answer, and is in conflict when the opposite of one is proved, too. It is refuted when it has none and its opposite is proved
 * for whatever its variables may be. PEL_OK also when the conclusion is unknown; PEL_ERR_INPUT when the question cannot be read; PEL_ERR_CANCELLED. */
pel_status pel_deduce(const pel_world *w, const char *question, const pel_deduce_options *options, pel_deduction *out, pel_error *err);
/* The next answer of a goal, among its first ones, that leaves its variables open (PEL_ANSWER_YES); of a goal without any, the next. Else how it ended. */
pel_answer pel_next_general(pel_machine *m);
void pel_deduction_clear(pel_deduction *d);
/* Appends a copy of a text that is not among the texts yet. False: no memory. */
bool pel_keep_once(char ***texts, size_t *n, const char *text);
