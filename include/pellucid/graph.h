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

/* ---- ways from one entity to another ---- */

enum { PEL_ROUTE_LONGEST = 12 };

typedef struct pel_route_costs { /* none may be negative; infinity closes a triple */
  const double *triple; /* [triples], of a step over it; NULL: 1 each */
  double backwards;     /* further, of a step from a triple's object to its subject */
  const bool *closed;   /* [entities] that no way goes through, ends apart; NULL: none */
} pel_route_costs;

typedef struct pel_route {
  uint32_t triples[PEL_ROUTE_LONGEST]; /* [n], in order */
  bool backwards[PEL_ROUTE_LONGEST];
  uint32_t n;
  double cost;
} pel_route;

/* The `most` ways from one entity to another that cost least and visit nothing twice, of at most `longest` steps, least cost first (of equals the one that was met first, in the order of the triples); *n of them.
 * In very dense places further ways than the first may be missed: an entity is gone on from at most 64 times for each way that is wanted. */
PEL_API pel_status pel_graph_routes(const pel_graph *graph, const pel_route_costs *costs, uint32_t from, uint32_t to, uint32_t longest, size_t most, pel_route *out, size_t *n, pel_error *err);

#ifdef __cplusplus
}
#endif
