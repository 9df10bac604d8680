/* Where paths that visit nothing twice lead to: the one walk that mining and applying rules share. */
#pragma once
#include "engine/graph/graph.h"

typedef struct pel_chain_walk { /* room for one thread, and the last two steps walked */
  const pel_graph *graph;
  uint32_t *middle; /* [n_middle] entities two steps away, each once */
  size_t n_middle;
  uint32_t *via;    /* [entities]: of a middle one, the entity between, or PEL_CHAIN_MANY */
  uint32_t *seen;   /* [entities]: the last `mark` that it was met under */
  uint32_t mark;
} pel_chain_walk;

#define PEL_CHAIN_MANY UINT32_MAX

pel_status pel_chain_walk_create(const pel_graph *g, pel_chain_walk *out, pel_error *err);
void pel_chain_walk_clear(pel_chain_walk *w);

/* A number that `seen` holds nowhere yet. */
uint32_t pel_chain_walk_mark(pel_chain_walk *w);

/* Fills `middle` and `via` with where the relations first, second lead to from `start`. */
void pel_chain_walk_two(pel_chain_walk *w, uint32_t start, uint32_t first, uint32_t second);

/* Whether a step from the middle entity `from` to `to` ends a path from `start` that visits nothing twice: some entity between is another than `to`. */
static inline bool pel_chain_walk_ends(const pel_chain_walk *w, uint32_t start, uint32_t from, uint32_t to) {
  return to != start && to != from && w->via[from] != to;
}

/* Where a whole body leads to from `start`: ends [*n], each once; room for all entities. */
void pel_chain_walk_body(pel_chain_walk *w, uint32_t start, const uint32_t *body, uint32_t length, uint32_t *ends, size_t *n);
