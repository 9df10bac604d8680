/* What the searches share: their budget, their record, their result. */
#pragma once
#include "engine/search/goal_graph.h"

typedef struct search_run {
  pel_search *out;
  pel_goal_graph *g;
  const pel_search_limits *limits;
  const pel_search_sink *sink;
  uint64_t most_expansions, ticks;
  double deadline; /* < 0: none */
  uint64_t *path;  /* keys of the simulation that is being recorded */
  size_t path_room;
} search_run;

/* PEL_ERR_USAGE for limits that are no numbers. On failure there is nothing to free. */
pel_status pel_run_start(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_search_sink *sink, search_run *run, pel_error *err);
/* Frees all, for a search that failed. */
void pel_run_abandon(search_run *run);
/* Whether to stop now: out->end then says why. Cheap enough for every step; `expanding`: an expansion would be next. */
bool pel_run_spent(search_run *run, bool expanding);
/* One simulation along these nodes: visits and values of the nodes, the record, the root's value at powers of two. */
pel_status pel_run_simulated(search_run *run, const uint32_t *nodes, size_t stride, size_t n, double value, pel_error *err);
/* Hands the result over, with the nodes to the sink. */
pel_status pel_run_finish(search_run *run, pel_search **out, pel_error *err);
