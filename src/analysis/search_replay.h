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
/* The simulation that was counted last; NULL: the numbers are the file's. */
const pel_simulation *pel_search_replay_last(const pel_search_replay *replay);
bool pel_search_replay_met(const pel_search_replay *replay, uint32_t node); /* by that simulation */
/* The next node of a simulation's path; false at its end, or where it names none of `n` nodes. */
bool pel_search_path_next(const char **at, size_t n, uint32_t *node);

/* How many nodes of the stage have at the end, in the file, another number than all simulations that are kept add up to. */
typedef struct pel_search_agreement {
  uint32_t nodes, visits, values;
} pel_search_agreement;
bool pel_search_replay_compare(const pel_search_replay *replay, pel_search_agreement *out); /* false: no memory */
void pel_search_replay_rebind(pel_search_replay *replay, const pel_reasoning *reasoning); /* the same rows in another struct */
