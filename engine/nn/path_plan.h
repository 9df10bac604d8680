/* Which part of a graph a query reaches, layer by layer: what the graph network computes on. No numbers here.
 *
 * Entities are put in the order in which they are reached, so those of an earlier layer come first, and what one layer walks is the start of
 * what the next one walks: one list of steps serves all layers. */
#pragma once
#include "engine/graph/graph.h"
#include "engine/nn/path_gnn.h"

typedef struct pel_path_run { /* the steps of one relation out of one place: they share an attention */
  uint32_t source;            /* a place */
  uint32_t relation;          /* 2 x n_relations: stay */
  uint32_t first, end;        /* in `to` */
} pel_path_run;

#define PEL_PATH_NO_TRIPLE UINT32_MAX

typedef struct pel_path_plan {
  uint32_t layers;
  uint32_t nodes[PEL_PATH_LAYERS_MAX + 1]; /* places reached after l layers; nodes[0] is 1, the subject */
  uint32_t runs_of[PEL_PATH_LAYERS_MAX + 1]; /* runs that layer l walks, l from 1: runs[0] .. runs[runs_of[l] - 1] */
  uint32_t *entity; /* [nodes[layers]]: the entity of a place */
  pel_path_run *runs;
  uint32_t *to;     /* [steps]: where each step leads, a place */
  uint32_t *triple; /* [steps]: the triple that it walks; PEL_PATH_NO_TRIPLE: stay */
  uint32_t *place;  /* [n_entities]: of an entity, PEL_PATH_NOT_REACHED when there is none */
  bool cut;         /* there would be more than `most` entities: some are missing */
  uint32_t n_entities;
  size_t entity_capacity, run_capacity, to_capacity, triple_capacity;
} pel_path_plan;

#define PEL_PATH_NOT_REACHED UINT32_MAX

/* From `subject`, without the triples that `left_out` marks (a byte each; NULL: none), at most `most` entities (0: no limit). A plan begins as {0}
 * and is used again and again; it keeps its memory. */
pel_status pel_path_plan_make(pel_path_plan *plan, const pel_graph *graph, uint32_t layers, uint32_t subject, const uint8_t *left_out, uint32_t most, pel_error *err);
void pel_path_plan_clear(pel_path_plan *plan);

static inline uint32_t pel_path_plan_steps(const pel_path_plan *plan, uint32_t layer) {
  return plan->runs_of[layer] ? plan->runs[plan->runs_of[layer] - 1].end : 0;
}
