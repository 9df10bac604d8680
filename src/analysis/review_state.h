/* What people's last words on a reasoning leave open. */
#pragma once
#include <pellucid/reasoning.h>

/* The last word on each node, by its id: [n_nodes + 1], NULL where there is none or it was withdrawn. free(); NULL: no memory. */
const pel_review **pel_review_last_words(const pel_reasoning *reasoning);
/* Why a node is open: somebody disputes it or asks for evidence ("disputed", "needs evidence"), or the reasoning itself asks and
 * nobody has answered ("missing"). NULL: it is not. */
const char *pel_review_open_point(const pel_node *node, const pel_review *last);
/* "accepted" and "disputed" ...: the words that the file keeps. */
typedef enum pel_verdict { PEL_VERDICT_ACCEPTED, PEL_VERDICT_DISPUTED, PEL_VERDICT_NEEDS_EVIDENCE, PEL_VERDICT_WITHDRAWN, PEL_VERDICTS } pel_verdict;
const char *pel_verdict_name(pel_verdict verdict);
