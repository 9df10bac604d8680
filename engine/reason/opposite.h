/* The opposite of a goal, as a goal. */
#pragma once
#include "engine/reason/world.h"

/* Of neg(P) it is P, of (A, B) the opposite of A or that of B, of (A ; B) both, of anything else neg(P). That nothing is found (\+) has no opposite that a rule
 * could prove: "fail". Owned by the caller. */
pel_status pel_opposite(const pel_world *w, const char *goal, char **out, pel_error *err);
