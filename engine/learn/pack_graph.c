#include "engine/learn/pack_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/names.h"
#include "engine/base/status.h"

typedef struct edge {
  pel_triple triple;
  double weight;
  int64_t id;
} edge;

typedef struct reading {
  pel_names names;
  edge *edges;
  size_t n, capacity, negated;
  int64_t n_entities, strange; /* strange: an edge whose ends the pack does not have */
  bool failed;
} reading;

static bool take(void *user, const pel_relation *row) {
  reading *r = user;
  uint32_t relation;
  if (row->negated) return r->negated++, true;
  if (row->subject < 1 || row->subject > r->n_entities || row->object < 1 || row->object > r->n_entities) return r->strange = row->id, false;
  edge *edges = pel_grow(r->edges, &r->capacity, r->n + 1, sizeof *edges);
  if (edges) r->edges = edges;
  if (!edges || !pel_names_number(&r->names, row->relation, &relation)) return r->failed = true, false;
  edges[r->n++] = (edge){{(uint32_t)(row->subject - 1), relation, (uint32_t)(row->object - 1)}, row->weight, row->id};
  return true;
}

/* By triple; of the same the greatest weight first, one that is not stated last, then by id. */
static int by_triple(const void *a, const void *b) {
  const edge *x = a, *y = b;
  const pel_triple *s = &x->triple, *t = &y->triple;
  if (s->subject != t->subject) return s->subject < t->subject ? -1 : 1;
  if (s->relation != t->relation) return s->relation < t->relation ? -1 : 1;
  if (s->object != t->object) return s->object < t->object ? -1 : 1;
  if (isnan(x->weight) != isnan(y->weight)) return isnan(x->weight) ? 1 : -1;
  if (!isnan(x->weight) && x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static pel_status make(reading *r, uint32_t n_entities, pel_pack_graph *out, pel_error *err) {
  pel_triple *triples = pel_alloc(r->n, sizeof *triples);
  if (!triples) return pel_fail_memory(err, "a graph", r->n * sizeof *triples);
  for (size_t i = 0; i < r->n; i++) triples[i] = r->edges[i].triple;
  pel_status status = pel_graph_create(n_entities, r->names.n, triples, r->n, &out->graph, err);
  free(triples);
  if (status != PEL_OK) return status;
  size_t n, at = 0;
  pel_graph_triples(out->graph, &n);
  out->weights = pel_alloc(n, sizeof *out->weights);
  out->ids = pel_alloc(n, sizeof *out->ids);
  if (!out->weights || !out->ids) return pel_fail_memory(err, "a graph", n * 2 * sizeof *out->weights);
  if (r->n) qsort(r->edges, r->n, sizeof *r->edges, by_triple);
  for (size_t i = 0; i < r->n; i++) {
    if (i && !memcmp(&r->edges[i].triple, &r->edges[i - 1].triple, sizeof(pel_triple))) continue;
    out->weights[at] = r->edges[i].weight;
    out->ids[at++] = r->edges[i].id;
  }
  out->relations = r->names.items; /* handed over */
  r->names.items = NULL, r->names.n = 0;
  out->negated = r->negated;
  return PEL_OK;
}

pel_status pel_pack_graph_read(pel_pack *pack, pel_pack_graph **out, pel_error *err) {
  int64_t n_entities = pel_pack_get_info(pack)->n_entities;
  if (n_entities >= UINT32_MAX) return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: has %lld entities; a graph holds fewer than %u", pel_pack_get_info(pack)->path, (long long)n_entities, UINT32_MAX);
  reading r = {.n_entities = n_entities};
  pel_pack_graph *g = pel_alloc(1, sizeof *g);
  pel_status status = g ? pel_pack_relations(pack, 0, false, take, &r, err) : pel_fail_memory(err, "a graph", sizeof *g);
  if (status == PEL_OK && r.strange) status = pel_fail(err, PEL_ERR_INPUT, "%s: edge %lld joins what is no entity of the pack; 'pellucid kb check' tells more", pel_pack_get_info(pack)->path, (long long)r.strange);
  if (r.failed) status = pel_fail_memory(err, "a pack's edges", r.n * sizeof *r.edges);
  if (status == PEL_OK) status = make(&r, (uint32_t)n_entities, g, err);
  pel_names_clear(&r.names);
  free(r.edges);
  if (status == PEL_OK) *out = g;
  else pel_pack_graph_free(g);
  return status;
}

void pel_pack_graph_free(pel_pack_graph *g) {
  if (!g) return;
  for (uint32_t i = 0; g->relations && i < pel_graph_relations(g->graph); i++) free(g->relations[i]);
  free(g->relations);
  free(g->weights);
  free(g->ids);
  pel_graph_free(g->graph);
  free(g);
}
