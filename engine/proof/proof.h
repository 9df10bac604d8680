/* A proof as a list of steps, each an instance of a rule, a fact, a built-in predicate, or of not having found something. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/logic/machine.h"

typedef enum pel_step_kind {
  PEL_STEP_FACT,    /* a clause without a body */
  PEL_STEP_RULE,
  PEL_STEP_BUILTIN,
  PEL_STEP_ABSENT,  /* goal is \+ G: nothing found that says G (also for the condition of an if whose else was taken) */
  PEL_STEP_COLLECT  /* goal is findall(T, G, L): uses are the steps of all its solutions, one solution after the other */
} pel_step_kind;

/* "fact", "rule", "builtin", "absent", "collect": the names that a trace keeps. */
const char *pel_step_kind_name(pel_step_kind kind);

typedef struct pel_step {
  pel_step_kind kind;
  uint32_t clause;   /* index into the program's clauses, of facts and rules */
  char *goal;        /* what it establishes, in the rules' syntax; variables that are still open are _G1, _G2, ..., the same in all steps */
  uint32_t *uses;    /* steps that prove the body's goals, in the order in which they were run; each comes before this one in the list.
                        Goals of control constructs stand for themselves: (A, B), (A ; B), (C -> T ; E), call/N, catch/3 have no step of
                        their own, those of what they ran do. once/1, forall/2, member/2 and the like are rules of the library, with steps of their own. */
  size_t n_uses;
  uint32_t event;    /* of the machine's events, for whoever builds a tree of it */
} pel_step;

typedef struct pel_proof {
  pel_step *steps; /* premises before conclusions */
  size_t n_steps;
  uint32_t *roots; /* steps of the question's own goals, in order */
  size_t n_roots;
  char *question;  /* the question as asked for, instantiated */
  char *asked;     /* the same before it was answered: what was open then is still open. NULL: the question itself is what was asked */
} pel_proof;

/* The proof of the machine's present answer (m->record was set before it was asked). PEL_ERR_UNSUPPORTED when it has more than 200,000 steps or
 * 64 MB of goals, or a goal of brackets in brackets that cannot be read again. */
pel_status pel_proof_take(pel_machine *m, pel_proof *out, pel_error *err);
void pel_proof_clear(pel_proof *proof);
