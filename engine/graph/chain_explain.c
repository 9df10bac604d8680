/* Reasons for an answer: the rules that lead to it, each with its best path. */
#include <math.h>

#include "engine/base/status.h"
#include "engine/graph/chain_rule.h"

typedef struct search { /* for the paths of one body between two entities */
  const pel_graph *graph;
  const double *weights;
  const uint32_t *way;
  uint32_t length, subject, object;
  pel_chain_reason *best;
  uint32_t place;     /* of the asked triple, which no path may use; UINT32_MAX: it is not in the graph */
} search;

static double weight_of(const search *s, uint32_t triple) { return s->weights && !isnan(s->weights[triple]) ? s->weights[triple] : 1; }

static void take(search *s, const uint32_t *triples) {
  double weight = 1;
  for (uint32_t i = 0; i < s->length; i++) {
    if (triples[i] == s->place) return;
    weight *= weight_of(s, triples[i]);
  }
  if (!s->best->paths++ || weight > s->best->weight) {
    s->best->weight = weight;
    for (uint32_t i = 0; i < s->length; i++) s->best->triples[i] = triples[i];
  }
}

/* The step from -relation-> to, NULL when there is none. */
static const pel_hop *step_to(const pel_graph *g, uint32_t from, uint32_t relation, uint32_t to) {
  size_t n, lo = 0;
  const pel_hop *run = pel_graph_along(g, from, relation, &n);
  for (size_t hi = n; lo < hi;) {
    size_t middle = lo + (hi - lo) / 2;
    if (run[middle].to < to) lo = middle + 1;
    else hi = middle;
  }
  return lo < n && run[lo].to == to ? &run[lo] : NULL;
}

/* visited [depth] are the entities so far, the subject first. */
static void walk(search *s, uint32_t *visited, uint32_t *triples, uint32_t depth) {
  uint32_t from = visited[depth];
  if (depth + 1 >= s->length || depth + 1 >= PEL_CHAIN_LONGEST) { /* never longer */
    const pel_hop *last = step_to(s->graph, from, s->way[depth], s->object);
    if (!last) return;
    triples[depth] = last->triple;
    take(s, triples);
    return;
  }
  size_t n;
  const pel_hop *step = pel_graph_along(s->graph, from, s->way[depth], &n);
  for (size_t i = 0; i < n; i++) {
    bool again = step[i].to == s->object;
    for (uint32_t k = 0; k <= depth; k++) again |= step[i].to == visited[k];
    if (again) continue;
    visited[depth + 1] = step[i].to;
    triples[depth] = step[i].triple;
    walk(s, visited, triples, depth + 1);
  }
}

pel_status pel_chain_rules_explain(const pel_chain_rules *rules, const pel_graph *g, const double *weights, uint32_t subject, uint32_t relation, uint32_t object, size_t most,
                                   pel_chain_reason *reasons, size_t *n, pel_error *err) {
  if (subject >= g->n_entities || object >= g->n_entities || g->n_relations != rules->n_relations || relation >= 2 * g->n_relations)
    return pel_fail(err, PEL_ERR_USAGE, "the question names what the graph does not have, or the rules are of another graph's relations");
  bool backwards = relation >= g->n_relations;
  uint32_t head = backwards ? relation - g->n_relations : relation;
  const pel_hop *asked = step_to(g, subject, relation, object);
  *n = 0;
  for (size_t i = rules->first[head]; i < rules->first[head + 1] && *n < most && subject != object; i++) {
    uint32_t way[PEL_CHAIN_LONGEST], visited[PEL_CHAIN_LONGEST] = {subject}, triples[PEL_CHAIN_LONGEST];
    pel_chain_reason reason = {.rule = &rules->items[i]};
    search s = {g, weights, way, rules->items[i].length, subject, object, &reason, asked ? asked->triple : UINT32_MAX};
    pel_chain_rule_way(g, &rules->items[i], backwards, way);
    walk(&s, visited, triples, 0);
    if (reason.paths) reasons[(*n)++] = reason;
  }
  return PEL_OK;
}
