/* Mining chain rules: the parts that the counting (mine_rules.c) and its plan (mine_plan.c) share. The function is in pellucid/learn.h.
 *
 * A body and the same read from its other end join the same pairs. Only the lesser of the two is walked, for heads of both directions. */
#pragma once
#include <pellucid/learn.h>

#include "engine/graph/graph.h"

typedef struct pel_mine_unit { /* bodies that begin so; work is shared out by these */
  uint32_t first, second;      /* second 2 x n_relations: the bodies of one step */
  uint64_t cost;               /* steps along edges, at most */
} pel_mine_unit;

typedef struct pel_mine_plan {
  const pel_graph *graph;
  uint32_t length;
  pel_mine_unit *units; /* the dearest first */
  size_t n_units;
  uint64_t cost;        /* of all, as planned */
  uint32_t *weight;     /* [entities]: paths from here count so often; 0: this one is not followed */
  uint32_t starts;      /* followed */
  bool sampled;
  size_t *starts_first; /* [2 x n_relations + 1]: entities with a step of the relation that are followed, starts[starts_first[r]] .. */
  uint32_t *starts_of;
  size_t *runs_first;   /* [entities + 1]: an entity's steps cut into runs of one relation */
  uint32_t *run_relation;
  size_t *run_start;    /* [runs + 1] place in graph->steps */
  uint32_t *near_to, *near_relation; /* [2 x n_triples]: an entity's steps by where they lead, beside graph->first */
} pel_mine_plan;

/* `work`: when following every entity may take more steps, a part of them is followed: of each relation about as many subjects, chosen by a hash, and each counts for as
 * many as it stands for. */
pel_status pel_mine_plan_make(const pel_graph *g, uint32_t length, uint64_t work, pel_mine_plan *out, pel_error *err);
void pel_mine_plan_clear(pel_mine_plan *plan);
