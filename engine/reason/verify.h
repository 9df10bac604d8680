/* The stage that verifies: a Monte-Carlo search for a proof and a refutation, its best proof through the checker, both recorded. */
#pragma once
#include "engine/reason/audit.h"
#include "engine/reason/record_search.h"

typedef struct pel_verification {
  const pel_goal_problem *problem;
  uint64_t simulations;
  pel_search_words words;
  pel_status (*found)(void *user, const pel_search *search); /* what the caller makes of the search; `user` is that of the words. May be NULL */
} pel_verification;

/* Sets what the audit's result says of the check. */
pel_status pel_audit_verify(audit *a, const pel_verification *v);
