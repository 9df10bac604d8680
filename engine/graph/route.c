/* The least costly ways between two entities that visit nothing twice: partial ways in order of cost, each entity left at most a set number of times. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"

enum { LEFT_MOST = 64 /* times that an entity is gone on from, for each way that is wanted */, PARTS_MOST = 2000000 };

typedef struct part { /* a way so far */
  double cost;
  uint32_t before, triple, at; /* before: the part that it goes on from, UINT32_MAX: none */
  uint16_t length;
  bool backwards;
} part;

typedef struct finding {
  const pel_graph *g;
  const pel_route_costs *c;
  part *parts;
  uint32_t *heap; /* parts by cost, then by age */
  uint32_t *left; /* [entities] */
  size_t n_parts, room, n_heap, heap_room;
} finding;

static bool sooner(const finding *f, uint32_t a, uint32_t b) {
  return f->parts[a].cost != f->parts[b].cost ? f->parts[a].cost < f->parts[b].cost : a < b;
}

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t kept = *a;
  *a = *b;
  *b = kept;
}

static bool push(finding *f, const part *p) {
  part *parts = pel_grow(f->parts, &f->room, f->n_parts + 1, sizeof *parts);
  if (parts) f->parts = parts;
  uint32_t *heap = pel_grow(f->heap, &f->heap_room, f->n_heap + 1, sizeof *heap);
  if (heap) f->heap = heap;
  if (!parts || !heap) return false;
  parts[f->n_parts] = *p;
  size_t i = f->n_heap++;
  for (heap[i] = (uint32_t)f->n_parts++; i && sooner(f, heap[i], heap[(i - 1) / 2]); i = (i - 1) / 2) swap(&heap[i], &heap[(i - 1) / 2]);
  return true;
}

static uint32_t pop(finding *f) {
  uint32_t first = f->heap[0];
  f->heap[0] = f->heap[--f->n_heap];
  for (size_t i = 0;;) {
    size_t least = i;
    for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
      if (child < f->n_heap && sooner(f, f->heap[child], f->heap[least])) least = child;
    if (least == i) return first;
    swap(&f->heap[i], &f->heap[least]);
    i = least;
  }
}

static bool visits(const finding *f, uint32_t at, uint32_t entity) {
  for (; at != UINT32_MAX; at = f->parts[at].before)
    if (f->parts[at].at == entity) return true;
  return false;
}

static pel_status go_on(finding *f, uint32_t from, uint32_t to, pel_error *err) {
  part p = f->parts[from];
  for (size_t i = f->g->first[p.at]; i < f->g->first[p.at + 1]; i++) {
    const pel_hop *s = &f->g->steps[i];
    bool backwards = s->relation >= f->g->n_relations;
    if ((s->to != to && f->c->closed && f->c->closed[s->to]) || visits(f, from, s->to) || f->n_parts >= PARTS_MOST) continue;
    double cost = (f->c->triple ? f->c->triple[s->triple] : 1) + (backwards ? f->c->backwards : 0);
    part next = {.cost = p.cost + cost, .before = from, .triple = s->triple, .at = s->to, .length = (uint16_t)(p.length + 1), .backwards = backwards};
    if (isfinite(cost) && !push(f, &next)) return pel_fail_memory(err, "ways through a graph", f->n_parts * sizeof(part));
  }
  return PEL_OK;
}

static void take(const finding *f, uint32_t at, pel_route *out) {
  *out = (pel_route){.n = f->parts[at].length, .cost = f->parts[at].cost};
  for (uint32_t i = out->n; i-- > 0; at = f->parts[at].before) out->triples[i] = f->parts[at].triple, out->backwards[i] = f->parts[at].backwards;
}

static pel_status search(finding *f, uint32_t from, uint32_t to, uint32_t longest, size_t most, pel_route *out, size_t *n, pel_error *err) {
  part start = {.before = UINT32_MAX, .at = from};
  size_t found = 0;
  if (!push(f, &start)) return pel_fail_memory(err, "ways through a graph", sizeof start);
  while (f->n_heap && found < most) {
    uint32_t at = pop(f);
    if (f->parts[at].at == to && f->parts[at].length) {
      take(f, at, &out[found++]);
      continue;
    }
    if (f->parts[at].length >= longest || f->left[f->parts[at].at]++ >= LEFT_MOST * most) continue;
    PEL_TRY(go_on(f, at, to, err));
  }
  *n = found;
  return PEL_OK;
}

pel_status pel_graph_routes(const pel_graph *g, const pel_route_costs *costs, uint32_t from, uint32_t to, uint32_t longest, size_t most, pel_route *out, size_t *n, pel_error *err) {
  if (from >= g->n_entities || to >= g->n_entities || from == to || longest > PEL_ROUTE_LONGEST || !(costs->backwards >= 0))
    return pel_fail(err, PEL_ERR_USAGE, "a way needs two different entities of the graph, at most %d steps and no negative cost", (int)PEL_ROUTE_LONGEST);
  finding f = {.g = g, .c = costs, .left = pel_alloc(g->n_entities, sizeof(uint32_t))};
  pel_status status = f.left ? search(&f, from, to, longest, most, out, n, err) : pel_fail_memory(err, "ways through a graph", g->n_entities * sizeof(uint32_t));
  free(f.parts);
  free(f.heap);
  free(f.left);
  return status;
}
