/* What mining will walk: runs of steps, units of work and their cost, and a sample where that is too much. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "engine/learn/mine_rules.h"

enum { MOST_RELATIONS = 2000 }; /* a table holds a number for each two of them, either way */

/* ---- the graph once more, by runs and by where steps lead ---- */

static size_t count_runs(const pel_graph *g) {
  size_t n = 0;
  for (uint32_t e = 0; e < g->n_entities; e++)
    for (size_t i = g->first[e]; i < g->first[e + 1]; i++) n += i == g->first[e] || g->steps[i].relation != g->steps[i - 1].relation;
  return n;
}

static bool make_runs(pel_mine_plan *p) {
  const pel_graph *g = p->graph;
  size_t n = count_runs(g), at = 0;
  p->runs_first = pel_alloc((size_t)g->n_entities + 1, sizeof *p->runs_first);
  p->run_relation = pel_alloc(n, sizeof *p->run_relation);
  p->run_start = pel_alloc(n + 1, sizeof *p->run_start);
  if (!p->runs_first || !p->run_relation || !p->run_start) return false;
  for (uint32_t e = 0; e < g->n_entities; e++) {
    p->runs_first[e] = at;
    for (size_t i = g->first[e]; i < g->first[e + 1]; i++)
      if (i == g->first[e] || g->steps[i].relation != g->steps[i - 1].relation) {
        p->run_relation[at] = g->steps[i].relation;
        p->run_start[at++] = i;
      }
  }
  p->runs_first[g->n_entities] = at;
  p->run_start[at] = 2 * g->n_triples;
  return true;
}

static int by_to(const void *a, const void *b) {
  const pel_hop *x = a, *y = b;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  return x->relation < y->relation ? -1 : x->relation > y->relation;
}

static bool make_near(pel_mine_plan *p) {
  const pel_graph *g = p->graph;
  size_t n = 2 * g->n_triples;
  pel_hop *steps = pel_alloc(n, sizeof *steps);
  p->near_to = pel_alloc(n, sizeof *p->near_to);
  p->near_relation = pel_alloc(n, sizeof *p->near_relation);
  if (!steps || !p->near_to || !p->near_relation) {
    free(steps);
    return false;
  }
  if (n) memcpy(steps, g->steps, n * sizeof *steps);
  for (uint32_t e = 0; e < g->n_entities; e++) qsort(steps + g->first[e], g->first[e + 1] - g->first[e], sizeof *steps, by_to);
  for (size_t i = 0; i < n; i++) p->near_to[i] = steps[i].to, p->near_relation[i] = steps[i].relation;
  free(steps);
  return true;
}

/* ---- cost ---- */

static uint64_t degree(const pel_graph *g, uint32_t e) { return g->first[e + 1] - g->first[e]; }

/* Steps to follow from an entity that is one step away, along each of its edges. */
static uint64_t onward(const pel_mine_plan *p, size_t from, size_t to) {
  uint64_t sum = 0;
  for (size_t i = from; i < to; i++) sum += 1 + (p->length > 2 ? degree(p->graph, p->graph->steps[i].to) : 0);
  return sum;
}

static uint64_t *entity_costs(const pel_mine_plan *p) {
  const pel_graph *g = p->graph;
  uint64_t *near = pel_alloc(g->n_entities, sizeof *near), *cost = pel_alloc(g->n_entities, sizeof *cost);
  for (uint32_t e = 0; near && cost && e < g->n_entities; e++) near[e] = p->length > 1 ? onward(p, g->first[e], g->first[e + 1]) : 0;
  for (uint32_t e = 0; near && cost && e < g->n_entities; e++)
    for (size_t i = g->first[e]; i < g->first[e + 1]; i++) cost[e] += 1 + near[g->steps[i].to];
  free(near);
  if (near) return cost;
  free(cost);
  return NULL;
}

/* ---- the sample ---- */

static uint64_t hash_of(uint32_t entity) {
  pel_rng rng = {entity};
  return pel_rng_next(&rng);
}

/* Entities count for n / subjects where n is the subjects of the rarest of their relations, so that none is sampled away. */
static void weigh(pel_mine_plan *p, const uint64_t *subjects, uint64_t keep) {
  p->starts = 0;
  for (uint32_t e = 0; e < p->graph->n_entities; e++) {
    uint64_t rarest = UINT64_MAX;
    for (size_t r = p->runs_first[e]; r < p->runs_first[e + 1]; r++)
      if (subjects[p->run_relation[r]] < rarest) rarest = subjects[p->run_relation[r]];
    uint64_t weight = rarest == UINT64_MAX ? 0 : rarest <= keep ? 1 : rarest / keep;
    p->weight[e] = weight && hash_of(e) % weight == 0 ? (uint32_t)weight : 0;
    p->starts += p->weight[e] > 0;
  }
}

static uint64_t planned_cost(const pel_mine_plan *p, const uint64_t *cost) {
  uint64_t sum = 0;
  for (uint32_t e = 0; e < p->graph->n_entities; e++)
    if (p->weight[e]) sum += cost[e];
  return sum;
}

static bool choose_starts(pel_mine_plan *p, uint64_t work) {
  const pel_graph *g = p->graph;
  uint64_t *cost = entity_costs(p), *subjects = pel_alloc(2 * (size_t)g->n_relations, sizeof *subjects);
  p->weight = pel_alloc(g->n_entities, sizeof *p->weight);
  if (cost && subjects && p->weight) {
    for (size_t r = 0; r < p->runs_first[g->n_entities]; r++) subjects[p->run_relation[r]]++;
    uint64_t keep = g->n_entities ? g->n_entities : 1;
    weigh(p, subjects, keep);
    uint32_t all = p->starts;
    for (p->cost = planned_cost(p, cost); p->cost > work && keep > 1; p->cost = planned_cost(p, cost)) weigh(p, subjects, keep /= 2);
    p->sampled = p->starts < all;
  }
  free(cost);
  free(subjects);
  return cost && subjects && p->weight;
}

static bool list_starts(pel_mine_plan *p) {
  const pel_graph *g = p->graph;
  size_t n_relations = 2 * (size_t)g->n_relations, total = 0;
  p->starts_first = pel_alloc(n_relations + 2, sizeof *p->starts_first);
  if (!p->starts_first) return false;
  size_t *next = p->starts_first + 1; /* shifted by one until the lists are full */
  for (uint32_t e = 0; e < g->n_entities; e++)
    for (size_t r = p->runs_first[e]; p->weight[e] && r < p->runs_first[e + 1]; r++) next[p->run_relation[r] + 1]++, total++;
  for (size_t r = 0; r < n_relations; r++) next[r + 1] += next[r];
  p->starts_of = pel_alloc(total, sizeof *p->starts_of);
  if (!p->starts_of) return false;
  for (uint32_t e = 0; e < g->n_entities; e++)
    for (size_t r = p->runs_first[e]; p->weight[e] && r < p->runs_first[e + 1]; r++) p->starts_of[next[p->run_relation[r]]++] = e;
  return true;
}

/* ---- units ---- */

static int dearest_first(const void *a, const void *b) {
  const pel_mine_unit *x = a, *y = b;
  if (x->cost != y->cost) return x->cost > y->cost ? -1 : 1;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return x->second < y->second ? -1 : x->second > y->second;
}

static void add_costs(const pel_mine_plan *p, uint64_t *cost, uint64_t *from, uint32_t between) {
  const pel_graph *g = p->graph;
  size_t n = 2 * (size_t)g->n_relations, lo = p->runs_first[between], hi = p->runs_first[between + 1];
  for (size_t r = lo; r < hi; r++) { /* those that come here by its backward */
    from[r - lo] = 0;
    for (size_t i = p->run_start[r]; i < p->run_start[r + 1]; i++) from[r - lo] += p->weight[g->steps[i].to] > 0;
  }
  for (size_t b = lo; b < hi; b++) {
    uint64_t each = onward(p, p->run_start[b], p->run_start[b + 1]);
    for (size_t a = lo; a < hi; a++) cost[pel_graph_backwards(g, p->run_relation[a]) * n + p->run_relation[b]] += from[a - lo] * each;
  }
}

static bool make_units(pel_mine_plan *p) {
  const pel_graph *g = p->graph;
  size_t n = 2 * (size_t)g->n_relations;
  uint64_t *cost = pel_alloc(n * n, sizeof *cost), *from = pel_alloc(n, sizeof *from);
  size_t used = 0;
  if (cost && from && p->length > 1)
    for (uint32_t e = 0; e < g->n_entities; e++) add_costs(p, cost, from, e);
  for (size_t i = 0; cost && i < n * n; i++) used += cost[i] > 0;
  p->units = pel_alloc(used + n, sizeof *p->units);
  for (size_t i = 0; cost && p->units && i < n * n; i++)
    if (cost[i]) p->units[p->n_units++] = (pel_mine_unit){(uint32_t)(i / n), (uint32_t)(i % n), cost[i]};
  for (uint32_t r = 0; p->units && r < g->n_relations; r++) p->units[p->n_units++] = (pel_mine_unit){r, (uint32_t)n, 1};
  if (p->units) qsort(p->units, p->n_units, sizeof *p->units, dearest_first);
  bool made = cost && from && p->units;
  free(cost);
  free(from);
  return made;
}

pel_status pel_mine_plan_make(const pel_graph *g, uint32_t length, uint64_t work, pel_mine_plan *out, pel_error *err) {
  if (g->n_relations > MOST_RELATIONS) return pel_fail(err, PEL_ERR_UNSUPPORTED, "%u relations are too many to mine rules over; %d are the most", g->n_relations, MOST_RELATIONS);
  pel_mine_plan p = {.graph = g, .length = length};
  if (!make_runs(&p) || !make_near(&p) || !choose_starts(&p, work) || !list_starts(&p) || !make_units(&p)) {
    pel_mine_plan_clear(&p);
    return pel_fail_memory(err, "mining rules", 0);
  }
  *out = p;
  return PEL_OK;
}

void pel_mine_plan_clear(pel_mine_plan *p) {
  free(p->units), free(p->weight), free(p->starts_first), free(p->starts_of);
  free(p->runs_first), free(p->run_relation), free(p->run_start), free(p->near_to), free(p->near_relation);
  *p = (pel_mine_plan){0};
}
