/* Depth-first search to depth 1, 2, 3 ...: the control that the other searches are held against. It keeps nothing but the path. */
#pragma once
#include "engine/search/and_or.h"

typedef struct pel_deepening {
  uint32_t rounds;          /* depths that were tried */
  uint64_t last_expansions; /* those of the last one alone */
} pel_deepening;

/* As pel_search_proof_number; the result's nodes are the root alone. Children of OR goals by prior, greatest first, then by pel_goal_tie; of AND goals as
 * they are given. limits->depth: at most 1,000. `counts` may be NULL. */
pel_status pel_search_deepening(const pel_goal_problem *problem, const pel_search_limits *limits, pel_search **out, pel_deepening *counts, pel_error *err);
