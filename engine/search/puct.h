/* Monte-Carlo search over AND/OR goals: estimates where a proof is not decided, and decides on the way.
 *
 * From an OR goal the child of the greatest h / h' + c(N) P sqrt(N) / (1 + n) is taken (PUCT, Silver et al. 2018), h its hope and h' the greatest of its siblings', c(N) =
 * ln ((N + 19653) / 19652) + c, P the prior among its siblings, n the visits from here. From an AND goal the child of the
 * least value among those not proved is taken (fail first), of equal ones that of the greatest proof number. What is equal after that goes by pel_goal_tie.
 *
 * The hope says what the best proof by way of a goal may be worth, as far as is seen: an open goal's guess, an OR goal's best child's, an AND goal's weight times the product of its
 * children's, each times `decay` until the root is proved, so that of equals the shorter proof comes first; of a decided goal its value. It leads the search and nothing else. The value of
 * an AND goal is its weight times the product of its children's, of an OR goal the mean of its simulations, and the greatest of its proved
 * children once there is one. What is decided is taken over at once (Winands et al. 2008) and not visited again. */
#pragma once
#include "engine/search/and_or.h"

typedef struct pel_puct_options {
  double c;     /* 0: 1.25 */
  double decay; /* 0: 0.8; at most 1, which is none. What is left of the hope at each goal that is not decided */
  bool go_on;   /* after the root is proved too, until all that may be part of a proof is seen or a limit is reached: another proof may be worth more */
} pel_puct_options;

/* As pel_search_proof_number; options NULL for the defaults. When memory is full it goes on without adding goals, and says so (`full`). */
pel_status pel_search_puct(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_puct_options *options, const pel_search_sink *sink, pel_search **out, pel_error *err);

/* What PUCT compares: value, prior, visits of the parent, visits of the child from there. */
double pel_puct_score(double c, double value, double prior, uint64_t parent_visits, uint64_t visits);
