/* An independent look at a proof: does each step follow from those before it?
 *
 * Nothing is searched for and the machine does not run: rule instances are applied forward, one after the other, by code of
 * its own (own terms, own matching, own arithmetic). What was not found cannot be shown by applying rules: such steps are counted as assumptions. */
#pragma once
#include "engine/reason/proof.h"

typedef struct pel_proof_report {
  size_t checked;     /* steps that follow */
  size_t assumptions; /* of them: nothing was found that says otherwise (closed world) */
  size_t rerun;       /* of them: built-in predicates that were computed again by the interpreter's own code */
  size_t fault;       /* the first step that does not follow, or SIZE_MAX */
  char reason[240];   /* why not, in words; "" when all follow */
} pel_proof_report;

/* PEL_OK when every step follows and the roots prove the question; PEL_ERR_CHECK with the report filled in otherwise. The program is the one that
 * the proof was made with: its clauses are what rules and facts are held against. */
pel_status pel_proof_check(pel_program *program, const pel_proof *proof, pel_proof_report *report, pel_error *err);
