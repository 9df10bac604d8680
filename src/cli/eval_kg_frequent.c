/* The control of pellucid eval kg: whatever is asked of a relation, its most frequent objects. */
#include <string.h>

#include "src/cli/eval_kg.h"

static pel_status prepare(const kg_set *set, const kg_options *options, void **state, pel_error *err) {
  (void)options;
  (void)err;
  *state = set->ask;
  return PEL_OK;
}

static pel_status score(void *state, uint32_t subject, uint32_t relation, double *scores, pel_error *err) {
  (void)subject;
  (void)err;
  const pel_graph *g = state;
  uint32_t n_relations = pel_graph_relations(g);
  bool backwards = relation >= n_relations;
  size_t n;
  const pel_triple *t = pel_graph_triples(g, &n);
  memset(scores, 0, pel_graph_entities(g) * sizeof *scores);
  for (size_t i = 0; i < n; i++)
    if (t[i].relation == relation - (backwards ? n_relations : 0)) scores[backwards ? t[i].subject : t[i].object]++;
  return PEL_OK;
}

static void nothing_to_free(void *state) { (void)state; }

const kg_method kg_frequent = {"frequent", "the most frequent objects of the relation (control)", prepare, score, NULL, nothing_to_free};
