/* The graph against plain lists of triples: steps of both directions, and filtered ranks. */
#include "engine/graph/graph.h"

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

int main(void) {
  RUN(steps_are_the_triples);
  RUN(ranks_leave_known_answers_out);
  RUN(out_of_range_is_refused);
  return check_result();
}
