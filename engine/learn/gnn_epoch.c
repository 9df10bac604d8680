/* What an epoch learns from, after RED-GNN's protocol: the triples are shuffled, most of them are the graph, the others are asked for from both ends. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/learn/gnn_state.h"

/* Uniform in 0 .. n - 1, by the high half of a product (Lemire 2019, without his rejection: n is far below 2^64). */
static uint64_t below(pel_rng *rng, uint64_t n) { return (uint64_t)(((unsigned __int128)pel_rng_next(rng) * n) >> 64); }

static int by_query(const void *a, const void *b) {
  const pel_triple *x = a, *y = b;
  if (x->subject != y->subject) return x->subject < y->subject ? -1 : 1;
  if (x->relation != y->relation) return x->relation < y->relation ? -1 : 1;
  return (x->object > y->object) - (x->object < y->object);
}

pel_status gnn_queries_of(const pel_triple *triples, size_t n, uint32_t n_relations, gnn_query **out, size_t *n_out, uint32_t **out_answers, pel_error *err) {
  pel_triple *both = pel_alloc(2 * n, sizeof *both);
  gnn_query *queries = pel_alloc(2 * n, sizeof *queries);
  uint32_t *answers = pel_alloc(2 * n, sizeof *answers);
  if (!both || !queries || !answers) {
    free(both), free(queries), free(answers);
    return pel_fail_memory(err, "queries", 2 * n * sizeof *both);
  }
  for (size_t i = 0; i < n; i++) {
    both[2 * i] = triples[i];
    both[2 * i + 1] = (pel_triple){triples[i].object, triples[i].relation + n_relations, triples[i].subject};
  }
  qsort(both, 2 * n, sizeof *both, by_query);
  size_t n_queries = 0;
  for (size_t i = 0; i < 2 * n; i++) {
    gnn_query *last = n_queries ? &queries[n_queries - 1] : NULL;
    if (!last || last->subject != both[i].subject || last->relation != both[i].relation)
      queries[n_queries++] = (gnn_query){both[i].subject, both[i].relation, (uint32_t)i, 0};
    queries[n_queries - 1].n++;
    answers[i] = both[i].object;
  }
  free(both);
  *out = queries, *n_out = n_queries, *out_answers = answers;
  return PEL_OK;
}

static void shuffle_triples(pel_triple *items, size_t n, pel_rng *rng) {
  for (size_t i = n; i > 1; i--) {
    size_t j = below(rng, i);
    pel_triple t = items[i - 1];
    items[i - 1] = items[j], items[j] = t;
  }
}

static void shuffle_queries(gnn_query *items, size_t n, pel_rng *rng) {
  for (size_t i = n; i > 1; i--) {
    size_t j = below(rng, i);
    gnn_query t = items[i - 1];
    items[i - 1] = items[j], items[j] = t;
  }
}

pel_status gnn_epoch_make(const pel_graph *learn, const pel_gnn_options *options, pel_rng *rng, gnn_epoch *out, pel_error *err) {
  size_t n = learn->n_triples, in_graph = (size_t)((double)n * options->graph_share);
  bool all = options->graph_share >= 1;
  pel_triple *triples = pel_alloc(n, sizeof *triples);
  if (!triples) return pel_fail_memory(err, "the triples of an epoch", n * sizeof *triples);
  gnn_epoch e = {0};
  memcpy(triples, learn->triples, n * sizeof *triples);
  shuffle_triples(triples, n, rng);
  if (!all && in_graph >= n) in_graph = n - 1;
  pel_status status = pel_graph_create(learn->n_entities, learn->n_relations, triples, all ? n : in_graph, &e.graph, err);
  if (status == PEL_OK) status = gnn_queries_of(all ? triples : triples + in_graph, all ? n : n - in_graph, learn->n_relations, &e.queries, &e.n, &e.answers, err);
  free(triples);
  if (status != PEL_OK) {
    gnn_epoch_clear(&e);
    return status;
  }
  shuffle_queries(e.queries, e.n, rng);
  if (options->epoch_queries && e.n > options->epoch_queries) e.n = options->epoch_queries;
  *out = e;
  return PEL_OK;
}

void gnn_epoch_clear(gnn_epoch *e) {
  pel_graph_free(e->graph);
  free(e->queries);
  free(e->answers);
  *e = (gnn_epoch){0};
}
