/* An independent look at a proof: does each step follow from those that it uses?
 *
 * Nothing is searched for and the machine does not run: from the question down, the clause that a step names is applied to the goal as it is asked at
 * that point, and what comes out is compared with what the step says, by code of its own (own terms, own matching, own arithmetic). So tests of what is
 * still open (var/1, ==, \+ integer(X)) are decided as they were, not by what the variables became later. What was not found cannot be shown by applying
 * rules: such steps are counted as assumptions. A step may not use a
 * clause, nor the other side of a disjunction, when one before it comes to a cut by what can be decided here (terms, numbers, built-in predicates);
 * whether predicates with rules that stand before that cut hold is not looked at. */
#pragma once
#include "engine/proof/proof.h"

typedef struct pel_proof_report {
  size_t checked;     /* steps that follow */
  size_t assumptions; /* of them: nothing was found that says otherwise (closed world), no further solution was, or it rests on what is supposed of a fact or quantity that is not known */
  size_t rerun;       /* of them: built-in predicates that were computed again by the interpreter's own code */
  size_t fault;       /* the first step that does not follow, or SIZE_MAX */
  char reason[240];   /* why not, in words; "" when all follow */
} pel_proof_report;

/* PEL_OK when every step follows and the roots prove the question; PEL_ERR_CHECK with the report filled in otherwise. The program is the one that
 * the proof was made with: its clauses are what rules and facts are held against. `unknowns` is the way in which the unknown facts and quantities are that the
 * proof is of (NULL: all is known): it may use what is supposed there, and nothing that is left open.
 * What runs again in the interpreter writes there where it stops. */
pel_status pel_proof_check(pel_program *program, const pel_proof *proof, struct pel_unknowns *unknowns, pel_proof_report *report, pel_error *err);
