/* What the reviews of a reasoning leave open. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/reasoning.h>

/* The last word on each node: [n_nodes + 1], by id; NULL where there is none or it was withdrawn. Owned by the caller; NULL: no memory. */
const pel_review **pel_reviews_last(const pel_reasoning *reasoning);

/* Why a node is an open point: "disputed", "needs evidence", "missing" (the reasoning asks for it, and nobody has answered),
 * "in conflict"; NULL when it is none. `last`: the last word on it, or NULL. Static. */
const char *pel_open_point(const pel_node *node, const pel_review *last);

/* "accepted", "disputed" ...: the words that the file keeps. */
typedef enum pel_verdict { PEL_VERDICT_ACCEPTED, PEL_VERDICT_DISPUTED, PEL_VERDICT_NEEDS_EVIDENCE, PEL_VERDICT_WITHDRAWN, PEL_VERDICTS } pel_verdict;
const char *pel_verdict_name(pel_verdict verdict);
