/* A multi-relational graph in memory: triples subject -relation-> object, walked from either end.
 *
 * Entities are 0 .. n_entities - 1, relations 0 .. n_relations - 1; relation r + n_relations is r walked backwards. Each triple is
 * therefore two steps. The steps of an entity are sorted by relation, then by where they lead, so that those of one relation are a run. */
#pragma once
#include <pellucid/graph.h>

typedef struct pel_hop {
  uint32_t relation; /* < 2 x n_relations */
  uint32_t to;
  uint32_t triple; /* place in `triples` */
} pel_hop;

struct pel_graph {
  uint32_t n_entities, n_relations;
  pel_triple *triples; /* [n_triples], distinct, by subject, relation, object */
  size_t n_triples;
  pel_hop *steps; /* [2 x n_triples] */
  size_t *first;   /* [n_entities + 1]: the steps of e are steps[first[e]] .. steps[first[e + 1] - 1] */
};

/* The steps of an entity along one relation (either direction): a run of *n, borrowed. O(log degree). */
const pel_hop *pel_graph_along(const pel_graph *g, uint32_t entity, uint32_t relation, size_t *n);
/* Whether entity -relation-> to is a triple; `relation` may be a backward one. */
bool pel_graph_has(const pel_graph *g, uint32_t entity, uint32_t relation, uint32_t to);

static inline uint32_t pel_graph_backwards(const pel_graph *g, uint32_t relation) {
  return relation < g->n_relations ? relation + g->n_relations : relation - g->n_relations;
}
