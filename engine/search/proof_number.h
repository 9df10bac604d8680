/* Depth-first proof-number search: goes where the fewest leaves are missing for a proof or a refutation. It decides; Monte-Carlo search (puct.h) estimates.
 *
 * df-pn (Nagai 2002): a goal is searched until its proof or disproof number passes a threshold. Where children share goals a sum of numbers
 * counts them again and again, so that the greatest number + how many others there are takes its place (weak proof numbers, Ueda et al. 2008);
 * `sum` takes the sum. First "is it proved?" is decided, then, where something is unknown, "is it refuted?". Goals on the way down from the root
 * fail, and what failed only because of one of them is not kept (Kishimoto and Mueller 2004). */
#pragma once
#include "engine/search/and_or.h"

typedef struct pel_proof_number_options {
  bool sum;        /* sums of numbers instead of weak ones */
  bool go_on;      /* when the root is decided, each of its children is decided, too */
  bool proof_only; /* ends when the root is proved or cannot be, without asking whether it is refuted */
} pel_proof_number_options;

/* `options` and `sink` may be NULL. *out is owned by the caller (pel_search_free). A problem that fails ends this with its status; limits do not: status unknown. */
pel_status pel_search_proof_number(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_proof_number_options *options, const pel_search_sink *sink, pel_search **out, pel_error *err);
