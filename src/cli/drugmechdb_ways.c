/* The graph of a part of the drugs, and the ways that each method finds in it. */
#include "src/cli/drugmechdb_ways.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/cli.h"

/* Constants of the evidence costs were chosen on the first part; figures are of the others. */
enum { CHAINS = 60 };
static const double DEAR = 2.5, FEW = 0.05, LEAST = 0.05, BACKWARDS = 3;

/* ---- parts ---- */

uint32_t part_of(const drugmechdb *d, const mechanism *m) {
  uint32_t h = 2166136261u;
  for (const char *c = d->entities.items[m->drug]; *c; c++) h = (h ^ (unsigned char)*c) * 16777619u;
  return (h ^ h >> 15) % WAYS_PARTS;
}

/* Edges of the other parts' drugs, what these drugs treat, and, of the part's own drugs, the edges that they have themselves: what they act on is given, why that helps is asked. */
static pel_status collect(const drugmechdb *d, uint32_t which, pel_triple **out, size_t *n, pel_error *err) {
  pel_triple *list = pel_alloc(d->n_edges + d->n, sizeof *list);
  if (!list) return pel_fail_memory(err, "a graph", d->n_edges * sizeof *list);
  *n = 0;
  for (size_t i = 0; i < d->n; i++) {
    const mechanism *m = &d->items[i];
    bool own = part_of(d, m) == which;
    for (size_t k = m->first; k < m->first + m->n; k++)
      if (!own || d->edges[k].subject == m->drug || d->edges[k].object == m->drug) list[(*n)++] = d->edges[k];
    if (!own) list[(*n)++] = (pel_triple){m->drug, d->relations.n, m->disease};
  }
  *out = list;
  return PEL_OK;
}

static int by_triple(const void *x, const void *y) {
  const pel_triple *a = x, *b = y;
  if (a->subject != b->subject) return a->subject < b->subject ? -1 : 1;
  if (a->relation != b->relation) return a->relation < b->relation ? -1 : 1;
  return (a->object > b->object) - (a->object < b->object);
}

static void count_edge(part *p, const pel_triple *edge) {
  const pel_triple *t = bsearch(edge, p->triples, p->n_triples, sizeof *t, by_triple);
  if (t) p->cost[t - p->triples]++;
}

/* How many curated paths of other drugs have an edge makes it cheap; "treats" counts as an edge of each path from its drug to its disease. */
static void weigh(part *p, uint32_t which) {
  for (size_t i = 0; i < p->d->n; i++) {
    const mechanism *m = &p->d->items[i];
    if (part_of(p->d, m) == which) continue;
    for (size_t k = m->first; k < m->first + m->n; k++) count_edge(p, &p->d->edges[k]);
    count_edge(p, &(pel_triple){m->drug, p->treats, m->disease});
  }
  for (size_t i = 0; i < p->n_triples; i++) {
    bool shut = p->triples[i].relation == p->treats;
    p->open[i] = fmax(LEAST, DEAR - log(FEW + p->cost[i]));
    p->cost[i] = shut ? INFINITY : p->open[i];
    p->shut[i] = shut ? INFINITY : 1;
  }
}

static bool stopped(double fraction, void *user) {
  (void)fraction, (void)user;
  return !cli_interrupted();
}

pel_status part_make(part *p, const drugmechdb *d, uint32_t which, pel_error *err) {
  pel_triple *list = NULL;
  size_t n = 0;
  *p = (part){.d = d, .treats = d->relations.n};
  PEL_TRY(collect(d, which, &list, &n, err));
  pel_status status = pel_graph_create(d->entities.n, d->relations.n + 1, list, n, &p->graph, err);
  free(list);
  if (status != PEL_OK) return status;
  p->triples = pel_graph_triples(p->graph, &p->n_triples);
  p->cost = pel_alloc(p->n_triples, sizeof *p->cost);
  p->shut = pel_alloc(p->n_triples, sizeof *p->shut);
  p->open = pel_alloc(p->n_triples, sizeof *p->open);
  if (!p->cost || !p->shut || !p->open) return pel_fail_memory(err, "costs", p->n_triples * sizeof *p->cost);
  weigh(p, which);
  const pel_mining how = {.length = PEL_CHAIN_LONGEST, .progress = stopped};
  pel_mined mined;
  return pel_chain_rules_mine(p->graph, &how, &p->rules, &mined, err);
}

void part_clear(part *p) {
  pel_chain_rules_free(p->rules);
  pel_graph_free(p->graph);
  free(p->cost);
  free(p->shut);
  free(p->open);
}

/* ---- ways ---- */

static void take_route(const part *p, const pel_route *r, found *out) {
  out->n = r->n;
  for (uint32_t i = 0; i < r->n; i++) out->edges[i] = &p->triples[r->triples[i]];
}

/* Every shortest way, up to WAYS_TIES of them. */
pel_status ways_shortest(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err) {
  pel_route *routes = pel_alloc(WAYS_TIES, sizeof *routes);
  if (!routes) return pel_fail_memory(err, "ways", WAYS_TIES * sizeof *routes);
  pel_route_costs costs = {.triple = p->shut, .closed = p->d->ends};
  pel_status status = pel_graph_routes(p->graph, &costs, m->drug, m->disease, WAYS_LONGEST, 1, routes, n, err);
  if (status == PEL_OK && *n) status = pel_graph_routes(p->graph, &costs, m->drug, m->disease, routes[0].n, WAYS_TIES, routes, n, err);
  for (size_t i = 0; status == PEL_OK && i < *n; i++) take_route(p, &routes[i], &out[i]);
  free(routes);
  return status;
}

static pel_status cheapest(const part *p, const mechanism *m, const pel_route_costs *costs, uint32_t longest, found *out, size_t *n, pel_error *err) {
  pel_route route;
  PEL_TRY(pel_graph_routes(p->graph, costs, m->drug, m->disease, longest, 1, &route, n, err));
  if (*n) take_route(p, &route, out);
  return PEL_OK;
}

pel_status ways_by_evidence(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err) {
  const pel_route_costs costs = {.triple = p->cost, .backwards = BACKWARDS, .closed = p->d->ends};
  return cheapest(p, m, &costs, WAYS_LONGEST, out, n, err);
}

pel_status ways_anywhere(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err) {
  const pel_route_costs costs = {.triple = p->open, .backwards = BACKWARDS};
  return cheapest(p, m, &costs, PEL_ROUTE_LONGEST, out, n, err);
}

bool part_allows(const part *p, const mechanism *m, const pel_triple *t) {
  const uint32_t ends[] = {t->subject, t->object};
  bool passes = t->relation != p->treats;
  for (int i = 0; i < 2; i++) passes = passes && (!p->d->ends[ends[i]] || ends[i] == m->drug || ends[i] == m->disease);
  return passes;
}

/* A chain that goes over other drugs or diseases is no mechanism. */
static bool is_mechanism(const part *p, const mechanism *m, const pel_chain_reason *r) {
  for (uint32_t i = 0; i < r->rule->length; i++)
    if (!part_allows(p, m, &p->triples[r->triples[i]])) return false;
  return true;
}

pel_status ways_by_rules(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err) {
  pel_chain_reason reasons[CHAINS];
  PEL_TRY(pel_chain_rules_explain(p->rules, p->graph, NULL, m->drug, p->treats, m->disease, CHAINS, reasons, n, err));
  for (size_t i = 0; i < *n; i++) {
    if (!is_mechanism(p, m, &reasons[i])) continue;
    out->n = reasons[i].rule->length;
    for (uint32_t k = 0; k < out->n; k++) out->edges[k] = &p->triples[reasons[i].triples[k]];
    *n = 1;
    return PEL_OK;
  }
  return ways_shortest(p, m, out, n, err);
}
