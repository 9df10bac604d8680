/* A graph of typed edges in memory, for the methods that learn from one (pellucid/learn.h).
 *
 * Entities are 0 .. n_entities - 1, relations 0 .. n_relations - 1; relation r + n_relations is r read backwards, so that (o, r + n_relations, ?) asks
 * for the subjects of r with the object o. A graph never changes; any number of threads may read it. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_triple {
  uint32_t subject, relation, object;
} pel_triple;

typedef struct pel_graph pel_graph;

/* Takes n triples in any order, copies counted once. PEL_ERR_USAGE when a number is out of range. Free with pel_graph_free. */
PEL_API pel_status pel_graph_create(uint32_t n_entities, uint32_t n_relations, const pel_triple *triples, size_t n, pel_graph **out, pel_error *err);
PEL_API void pel_graph_free(pel_graph *graph);
PEL_API uint32_t pel_graph_entities(const pel_graph *graph);
PEL_API uint32_t pel_graph_relations(const pel_graph *graph);
/* The distinct triples by subject, relation, object; borrowed. A triple's place here is its number elsewhere. */
PEL_API const pel_triple *pel_graph_triples(const pel_graph *graph, size_t *n);

/* Where `answer` of (subject, relation, ?) stands by `scores` [n_entities], greater is better, from 1. Entities that `known` (a graph with every true triple, on the
 * same entities) has as other answers are left out ("filtered", Bordes et al. 2013); ties count half (the mean rank). */
PEL_API double pel_graph_filtered_rank(const pel_graph *known, const double *scores, uint32_t subject, uint32_t relation, uint32_t answer);

#ifdef __cplusplus
}
#endif
