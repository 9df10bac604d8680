/* Visits and values of a search's nodes after any of its simulations, counted anew. A step forward counts only what is new. */
#pragma once
#include <pellucid/reasoning.h>

typedef struct pel_search_replay pel_search_replay;

/* Of the simulations of one stage, in their order. False: no memory. */
bool pel_search_replay_new(const pel_reasoning *reasoning, int64_t span, pel_search_replay **out);
void pel_search_replay_free(pel_search_replay *replay); /* takes NULL */
int64_t pel_search_replay_count(const pel_search_replay *replay); /* simulations */
/* Fills [n_search_nodes] each; `at` 0: with the numbers of the file. A node that a simulation's path names twice was visited once by it. */
void pel_search_replay_to(pel_search_replay *replay, int64_t at, int64_t *visits, double *totals);
void pel_search_replay_rebind(pel_search_replay *replay, const pel_reasoning *reasoning); /* the same rows in another struct */
