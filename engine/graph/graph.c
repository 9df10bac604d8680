#include "engine/graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static int by_number(uint32_t a, uint32_t b) { return a < b ? -1 : a > b; }

static int by_triple(const void *a, const void *b) {
  const pel_triple *x = a, *y = b;
  int c = by_number(x->subject, y->subject);
  if (!c) c = by_number(x->relation, y->relation);
  return c ? c : by_number(x->object, y->object);
}

static int by_step(const void *a, const void *b) {
  const pel_hop *x = a, *y = b;
  int c = by_number(x->relation, y->relation);
  return c ? c : by_number(x->to, y->to);
}

static pel_status check_ranges(uint32_t n_entities, uint32_t n_relations, const pel_triple *triples, size_t n, pel_error *err) {
  if (n_relations > UINT32_MAX / 2 || n > UINT32_MAX / 2) return pel_fail(err, PEL_ERR_INPUT, "a graph of %zu triples and %u relations is too large", n, n_relations);
  for (size_t i = 0; i < n; i++)
    if (triples[i].subject >= n_entities || triples[i].object >= n_entities || triples[i].relation >= n_relations)
      return pel_fail(err, PEL_ERR_USAGE, "triple %zu names an entity or relation that is not there", i);
  return PEL_OK;
}

static size_t keep_distinct(pel_triple *triples, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!kept || by_triple(&triples[kept - 1], &triples[i])) triples[kept++] = triples[i];
  return kept;
}

static void fill_steps(pel_graph *g) {
  size_t *next = g->first;
  for (size_t i = 0; i < g->n_triples; i++) next[g->triples[i].subject + 1]++, next[g->triples[i].object + 1]++;
  for (uint32_t e = 0; e < g->n_entities; e++) next[e + 1] += next[e];
  for (size_t i = g->n_triples; i-- > 0;) { /* from the back, with first[e + 1] as the place behind the last free one */
    const pel_triple *t = &g->triples[i];
    g->steps[--next[t->subject + 1]] = (pel_hop){t->relation, t->object, (uint32_t)i};
    g->steps[--next[t->object + 1]] = (pel_hop){t->relation + g->n_relations, t->subject, (uint32_t)i};
  }
  /* Now first[e + 1] is where e's steps begin: moved down by one. */
  memmove(next, next + 1, g->n_entities * sizeof *next);
  next[g->n_entities] = 2 * g->n_triples;
  for (uint32_t e = 0; e < g->n_entities; e++) qsort(g->steps + next[e], next[e + 1] - next[e], sizeof *g->steps, by_step);
}

pel_status pel_graph_create(uint32_t n_entities, uint32_t n_relations, const pel_triple *triples, size_t n, pel_graph **out, pel_error *err) {
  PEL_TRY(check_ranges(n_entities, n_relations, triples, n, err));
  pel_graph *g = pel_alloc(1, sizeof *g);
  if (!g) return pel_fail_memory(err, "a graph", sizeof *g);
  *g = (pel_graph){.n_entities = n_entities, .n_relations = n_relations, .triples = pel_alloc(n, sizeof *triples)};
  g->first = pel_alloc((size_t)n_entities + 1, sizeof *g->first);
  g->steps = pel_alloc(2 * n, sizeof *g->steps);
  if (!g->triples || !g->first || !g->steps) {
    pel_graph_free(g);
    return pel_fail_memory(err, "a graph", n * (sizeof *triples + 2 * sizeof(pel_hop)));
  }
  if (n) memcpy(g->triples, triples, n * sizeof *triples);
  qsort(g->triples, n, sizeof *g->triples, by_triple);
  g->n_triples = keep_distinct(g->triples, n);
  fill_steps(g);
  *out = g;
  return PEL_OK;
}

void pel_graph_free(pel_graph *g) {
  if (!g) return;
  free(g->triples);
  free(g->steps);
  free(g->first);
  free(g);
}

uint32_t pel_graph_entities(const pel_graph *g) { return g->n_entities; }

uint32_t pel_graph_relations(const pel_graph *g) { return g->n_relations; }

const pel_triple *pel_graph_triples(const pel_graph *g, size_t *n) {
  *n = g->n_triples;
  return g->triples;
}

/* The first of the entity's steps whose relation is at least `relation`. */
static size_t lower_bound(const pel_graph *g, uint32_t entity, uint32_t relation) {
  size_t lo = g->first[entity], hi = g->first[entity + 1];
  while (lo < hi) {
    size_t middle = lo + (hi - lo) / 2;
    if (g->steps[middle].relation < relation) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

const pel_hop *pel_graph_along(const pel_graph *g, uint32_t entity, uint32_t relation, size_t *n) {
  size_t from = lower_bound(g, entity, relation), to = lower_bound(g, entity, relation + 1);
  *n = to - from;
  return g->steps + from;
}

bool pel_graph_has(const pel_graph *g, uint32_t entity, uint32_t relation, uint32_t to) {
  size_t n;
  const pel_hop *run = pel_graph_along(g, entity, relation, &n);
  size_t lo = 0, hi = n;
  while (lo < hi) {
    size_t middle = lo + (hi - lo) / 2;
    if (run[middle].to < to) lo = middle + 1;
    else hi = middle;
  }
  return lo < n && run[lo].to == to;
}

double pel_graph_filtered_rank(const pel_graph *known, const double *scores, uint32_t subject, uint32_t relation, uint32_t answer) {
  size_t n, better = 0, equal = 0;
  const pel_hop *other = pel_graph_along(known, subject, relation, &n);
  for (uint32_t e = 0; e < known->n_entities; e++) {
    better += scores[e] > scores[answer];
    equal += scores[e] == scores[answer] && e != answer;
  }
  for (size_t i = 0; i < n; i++) {
    better -= scores[other[i].to] > scores[answer];
    equal -= scores[other[i].to] == scores[answer] && other[i].to != answer;
  }
  return 1 + (double)better + (double)equal / 2;
}
