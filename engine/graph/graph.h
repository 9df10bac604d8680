/* A multi-relational graph in memory: triples subject -relation-> object, walked from either end.
 *
 * Entities are 0 .. n_entities - 1, relations 0 .. n_relations - 1; relation r + n_relations is r walked backwards. Each triple is
 * therefore two steps. The steps of an entity are sorted by relation, then by where they lead, so that those of one relation are a run. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_triple {
  uint32_t subject, relation, object;
} pel_triple;

typedef struct pel_step {
  uint32_t relation; /* < 2 x n_relations */
  uint32_t to;
  uint32_t triple; /* place in `triples` */
} pel_step;

typedef struct pel_graph {
  uint32_t n_entities, n_relations;
  pel_triple *triples; /* [n_triples], distinct, by subject, relation, object */
  size_t n_triples;
  pel_step *steps; /* [2 x n_triples] */
  size_t *first;   /* [n_entities + 1]: the steps of e are steps[first[e]] .. steps[first[e + 1] - 1] */
} pel_graph;

/* Takes n triples in any order, copies counted once. PEL_ERR_USAGE when a number is out of range. Free with pel_graph_free. */
pel_status pel_graph_create(uint32_t n_entities, uint32_t n_relations, const pel_triple *triples, size_t n, pel_graph **out, pel_error *err);
void pel_graph_free(pel_graph *graph);

/* The steps of an entity along one relation (either direction): a run of *n, borrowed. O(log degree). */
const pel_step *pel_graph_along(const pel_graph *g, uint32_t entity, uint32_t relation, size_t *n);
/* Whether entity -relation-> to is a triple; `relation` may be a backward one. */
bool pel_graph_has(const pel_graph *g, uint32_t entity, uint32_t relation, uint32_t to);

static inline uint32_t pel_graph_backwards(const pel_graph *g, uint32_t relation) {
  return relation < g->n_relations ? relation + g->n_relations : relation - g->n_relations;
}

/* ---- ranks: where the true answer of (subject, relation, ?) stands among all entities ---- */

/* Rank of `answer` by `scores` [n_entities], greater is better, from 1. Entities that `known` (a graph with every true triple, on the same entities) has as other
 * answers are left out ("filtered", Bordes et al. 2013); ties count half (the mean rank). */
double pel_graph_filtered_rank(const pel_graph *known, const double *scores, uint32_t subject, uint32_t relation, uint32_t answer);
