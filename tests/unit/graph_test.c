/* The graph against plain lists of triples: steps of both directions, and filtered ranks. */
#include "engine/graph/graph.h"

#include <math.h>

#include "engine/base/rng.h"
#include "tests/check.h"

enum { ENTITIES = 40, RELATIONS = 3, TRIPLES = 300 };

static pel_triple random_triple(pel_rng *rng) {
  return (pel_triple){(uint32_t)(pel_rng_next(rng) % ENTITIES), (uint32_t)(pel_rng_next(rng) % RELATIONS), (uint32_t)(pel_rng_next(rng) % ENTITIES)};
}

static bool listed(const pel_triple *all, uint32_t s, uint32_t r, uint32_t o) {
  for (int i = 0; i < TRIPLES; i++)
    if (all[i].subject == s && all[i].relation == r && all[i].object == o) return true;
  return false;
}

static void steps_are_the_triples(void) {
  pel_rng rng = {7};
  pel_triple all[TRIPLES];
  pel_graph *g;
  for (int i = 0; i < TRIPLES; i++) all[i] = random_triple(&rng);
  CHECK(pel_graph_create(ENTITIES, RELATIONS, all, TRIPLES, &g, NULL) == PEL_OK);
  size_t found = 0;
  for (uint32_t s = 0; s < ENTITIES; s++)
    for (uint32_t r = 0; r < RELATIONS; r++)
      for (uint32_t o = 0; o < ENTITIES; o++) {
        bool is = listed(all, s, r, o);
        found += is;
        CHECK(pel_graph_has(g, s, r, o) == is);
        CHECK(pel_graph_has(g, o, pel_graph_backwards(g, r), s) == is);
      }
  CHECK(found == g->n_triples && g->first[ENTITIES] == 2 * found);
  for (size_t i = 0; i < 2 * found; i++) {
    const pel_triple *t = &g->triples[g->steps[i].triple];
    CHECK(g->steps[i].to == (g->steps[i].relation < RELATIONS ? t->object : t->subject));
  }
  pel_graph_free(g);
}

static void ranks_leave_known_answers_out(void) {
  const pel_triple known[] = {{0, 0, 1}, {0, 0, 2}, {0, 0, 3}};
  const double scores[] = {0.5, 0.9, 0.8, 0.5, 0.5, 0.6};
  pel_graph *g;
  CHECK(pel_graph_create(6, 1, known, 3, &g, NULL) == PEL_OK);
  CHECK(pel_graph_filtered_rank(g, scores, 0, 0, 1) == 1);
  CHECK(pel_graph_filtered_rank(g, scores, 0, 0, 2) == 1); /* 1 is better, but true as well */
  CHECK(pel_graph_filtered_rank(g, scores, 0, 0, 3) == 3); /* behind 5, and beside 0 and 4 */
  CHECK(pel_graph_filtered_rank(g, scores, 1, 1, 0) == 5);
  pel_graph_free(g);
}

static void out_of_range_is_refused(void) {
  const pel_triple bad[] = {{0, 0, 9}};
  pel_graph *g = NULL;
  pel_error err;
  CHECK(pel_graph_create(5, 1, bad, 1, &g, &err) == PEL_ERR_USAGE && !g);
  CHECK(pel_graph_create(0, 0, NULL, 0, &g, &err) == PEL_OK);
  pel_graph_free(g);
  pel_graph_free(NULL);
}

/* Every simple way, by going everywhere. */
static void walk(const pel_graph *g, const double *cost, uint32_t at, uint32_t to, uint32_t left, double sum, bool *seen, double *best, size_t *n) {
  if (at == to) {
    (*n)++;
    if (sum < *best) *best = sum;
    return;
  }
  for (size_t i = g->first[at]; left && i < g->first[at + 1]; i++) {
    const pel_hop *s = &g->steps[i];
    if (seen[s->to]) continue;
    seen[s->to] = true;
    walk(g, cost, s->to, to, left - 1, sum + cost[s->triple] + (s->relation >= g->n_relations ? 0.5 : 0), seen, best, n);
    seen[s->to] = false;
  }
}

static void ways_cost_least(void) {
  enum { SMALL = 9, EDGES = 16, MOST = 400, LONGEST = 5 };
  pel_rng rng = {11};
  for (int trial = 0; trial < 60; trial++) {
    pel_triple all[EDGES];
    double cost[EDGES], best = INFINITY;
    bool seen[SMALL] = {true};
    pel_route routes[MOST];
    size_t n = 0, expected = 0;
    pel_graph *g;
    for (int i = 0; i < EDGES; i++) all[i] = (pel_triple){(uint32_t)(pel_rng_next(&rng) % SMALL), 0, (uint32_t)(pel_rng_next(&rng) % SMALL)};
    CHECK(pel_graph_create(SMALL, 1, all, EDGES, &g, NULL) == PEL_OK);
    for (int i = 0; i < EDGES; i++) cost[i] = pel_rng_uniform(&rng);
    walk(g, cost, 0, SMALL - 1, LONGEST, 0, seen, &best, &expected);
    pel_route_costs costs = {.triple = cost, .backwards = 0.5};
    CHECK(pel_graph_routes(g, &costs, 0, SMALL - 1, LONGEST, MOST, routes, &n, NULL) == PEL_OK);
    CHECK_MSG(n == expected, "%zu ways of %zu", n, expected);
    CHECK(!n || fabs(routes[0].cost - best) < 1e-12);
    for (size_t i = 1; i < n; i++) CHECK(routes[i - 1].cost <= routes[i].cost);
    for (size_t i = 0; i < n; i++) { /* it goes from one end to the other */
      uint32_t at = 0;
      for (uint32_t k = 0; k < routes[i].n; k++) {
        const pel_triple *t = &g->triples[routes[i].triples[k]];
        CHECK((routes[i].backwards[k] ? t->object : t->subject) == at);
        at = routes[i].backwards[k] ? t->subject : t->object;
      }
      CHECK(at == SMALL - 1);
    }
    bool closed[SMALL] = {0};
    for (int i = 1; i < SMALL - 1; i++) closed[i] = true;
    costs.closed = closed;
    CHECK(pel_graph_routes(g, &costs, 0, SMALL - 1, LONGEST, MOST, routes, &n, NULL) == PEL_OK);
    for (size_t i = 0; i < n; i++) CHECK(routes[i].n == 1);
    CHECK(pel_graph_routes(g, &costs, 0, 0, LONGEST, MOST, routes, &n, NULL) == PEL_ERR_USAGE);
    pel_graph_free(g);
  }
}

int main(void) {
  RUN(steps_are_the_triples);
  RUN(ranks_leave_known_answers_out);
  RUN(out_of_range_is_refused);
  RUN(ways_cost_least);
  return check_result();
}
