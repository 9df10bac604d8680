/* What the stages that verify share: a search's goals in words, checks under the conclusion, a proof through the checker, figures. */
#pragma once
#include "engine/reason/audit.h"
#include "engine/reason/record_search.h"
#include "engine/search/explain.h"

enum { PEL_VERIFY_WORDS = 300 };

void pel_verify_say(const pel_search_words *words, const pel_search *search, size_t id, char out[PEL_VERIFY_WORDS]);
/* A check under a node. */
pel_status pel_verify_tell(audit *a, int64_t node, pel_node_state state, const char *says, const char *note);
/* Puts the proof through the checker, which shares nothing with the search. Of one that is not accepted nothing is concluded: that is told under the node, and the conclusion is unknown. */
pel_status pel_verify_replay(audit *a, const pel_goal_problem *problem, const pel_goal_proof *proof, int64_t node, bool *accepted);
/* Nothing is concluded, for this reason: the conclusions that were told are withdrawn when the trace is closed. */
void pel_verify_doubt(audit *a, const char *reason);
/* Figures of the last stage: the line that was searched most, and how many leaves the smallest proof has. */
pel_status pel_verify_put_line(audit *a, const pel_search_words *words, const pel_search *search);
pel_status pel_verify_put_smallest(audit *a, const pel_search *search);
