/* Built-in predicates in the proof check: those that say something about terms and numbers are its own code, the others run again in the interpreter. */
#pragma once
#include "engine/proof/check_terms.h"

typedef enum pel_verdict {
  PEL_VERDICT_NO,      /* it fails */
  PEL_VERDICT_YES,     /* it holds; its bindings are made */
  PEL_VERDICT_ERROR,   /* it would be an error, or more is asked of a quantity that nobody knows than is supposed of it */
  PEL_VERDICT_OPEN,    /* it cannot be told here: a predicate with rules */
  PEL_VERDICT_FOREIGN  /* not one of these */
} pel_verdict;

/* A goal of the check's own built-in predicates; PEL_VERDICT_FOREIGN: it is none of them. */
pel_verdict pel_check_own(pel_terms *t, pel_term goal);
/* Runs one built-in predicate of the interpreter. Names that it gave to open variables in a text are those that the step has written (PEL_TERM_NONE: any). */
pel_verdict pel_check_rerun(pel_terms *t, struct pel_machine *m, pel_term goal, pel_term written);
/* Whether a goal without rules, or of control around such, holds: what is said not to hold must not. */
pel_verdict pel_check_decide(pel_terms *t, struct pel_machine *m, pel_term goal);
/* Whether a body comes to a cut, for what stands before it holds: then what is to be tried after that body is not. Nothing stays bound. */
bool pel_check_reaches_cut(pel_terms *t, struct pel_machine *m, pel_term body);
/* call/N as the goal that it stands for; PEL_TERM_NONE: it stands for none. */
pel_term pel_check_called(pel_terms *t, pel_term call);
