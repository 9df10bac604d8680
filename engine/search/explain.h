/* What is read off a finished search: why, why not, and what it depends on. */
#pragma once
#include "engine/search/and_or.h"
#include "engine/search/replay.h"

typedef enum pel_proof_choice {
  PEL_PROOF_FEWEST_LEAVES,
  PEL_PROOF_GREATEST_VALUE, /* product of weights and of its leaves' probabilities */
} pel_proof_choice;

/* The best proof among what the search has seen, by Knuth's algorithm (1977), O(n log n). A goal that is used twice counts twice: exact where goals
 * share nothing (trees), else a heuristic, since the fewest different leaves are NP-hard to find. PEL_ERR_USAGE when the root is not proved.
 * *out is owned by the caller (pel_goal_proof_free). */
pel_status pel_search_proof(const pel_search *search, pel_proof_choice choice, pel_goal_proof **out, pel_error *err);
/* Why there is no proof. PEL_ERR_USAGE when the root is not refuted. */
pel_status pel_search_refutation(const pel_search *search, pel_goal_proof **out, pel_error *err);
/* The different leaves of a proof, ascending; *keys is owned by the caller (free). */
pel_status pel_goal_proof_leaves(const pel_goal_proof *proof, uint64_t **keys, size_t *n, pel_error *err);

/* The line that the search took most seriously, as nodes from the root: at an OR goal proved, then visits, then value; at an AND goal the part that decides:
 * one that is refuted, else the most visited, of a proved goal the one of least value. *nodes is owned by the caller (free). */
pel_status pel_search_principal(const pel_search *search, size_t **nodes, size_t *n, pel_error *err);

/* The most visited child of the root that does not hold (refuted, or unknown where nothing is refuted), and its first part that fails; an OR child stands for itself. */
typedef struct pel_why_not {
  size_t child, part; /* nodes */
  pel_goal_status child_status, part_status;
  uint64_t visits;
} pel_why_not;
bool pel_search_why_not(const pel_search *search, pel_why_not *out); /* false: no such child */

/* Entropy of the root's visits over its children in nats; 0 when there are none. */
double pel_search_entropy(const pel_search *search);

typedef struct pel_critical {
  uint64_t leaf;
  bool critical;      /* without it the root is no longer proved */
  bool decided;       /* false: a limit was reached first, `end` says which, and nothing is known */
  pel_search_end end;
} pel_critical;

/* Takes away each leaf of a proof in turn and searches again with proof numbers, each time within `limits`. A leaf that every proof needs is in this one. *out is owned
 * by the caller (free). */
pel_status pel_goal_critical(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_goal_proof *proof, pel_critical **out, size_t *n, pel_error *err);
