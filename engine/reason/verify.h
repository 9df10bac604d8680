/* The stage that verifies: a Monte-Carlo search for a proof and a refutation, its best proof through the checker, both recorded. */
#pragma once
#include "engine/reason/audit.h"
#include "engine/reason/record_search.h"

typedef struct pel_verification {
  const pel_goal_problem *problem;
  uint64_t simulations;
  uint64_t conclusion; /* the goal that the conclusion is: the root, or a way to it */
  int64_t node;        /* of the tree: the conclusion's */
  pel_search_words words;
  pel_status (*found)(void *user, const pel_search *search); /* what the caller makes of the search; `user` is that of the words. May be NULL */
} pel_verification;

/* Under the conclusion's node a check says what the search makes of it: a proof, a refutation, or a better proof of something else; the stage's figures name the line that was searched most,
 * the smallest proof and the strongest refutation. Sets what the audit's result says of the proof. */
pel_status pel_audit_verify(audit *a, const pel_verification *v);
