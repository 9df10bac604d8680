#include "engine/graph/chain_walk.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

pel_status pel_chain_walk_create(const pel_graph *g, pel_chain_walk *out, pel_error *err) {
  pel_chain_walk w = {.graph = g, .middle = pel_alloc(g->n_entities, sizeof *w.middle), .via = pel_alloc(g->n_entities, sizeof *w.via), .seen = pel_alloc(g->n_entities, sizeof *w.seen)};
  if (!w.middle || !w.via || !w.seen) {
    pel_chain_walk_clear(&w);
    return pel_fail_memory(err, "paths", 3 * (size_t)g->n_entities * sizeof(uint32_t));
  }
  *out = w;
  return PEL_OK;
}

void pel_chain_walk_clear(pel_chain_walk *w) {
  free(w->middle);
  free(w->via);
  free(w->seen);
  *w = (pel_chain_walk){0};
}

uint32_t pel_chain_walk_mark(pel_chain_walk *w) {
  if (++w->mark == 0) {
    memset(w->seen, 0, w->graph->n_entities * sizeof *w->seen);
    w->mark = 1;
  }
  return w->mark;
}

void pel_chain_walk_two(pel_chain_walk *w, uint32_t start, uint32_t first, uint32_t second) {
  size_t n_first, n_second;
  const pel_hop *a = pel_graph_along(w->graph, start, first, &n_first);
  uint32_t mark = pel_chain_walk_mark(w);
  w->n_middle = 0;
  for (size_t i = 0; i < n_first; i++) {
    uint32_t between = a[i].to;
    if (between == start) continue;
    const pel_hop *b = pel_graph_along(w->graph, between, second, &n_second);
    for (size_t k = 0; k < n_second; k++) {
      uint32_t to = b[k].to;
      if (to == start || to == between) continue;
      if (w->seen[to] == mark) {
        w->via[to] = PEL_CHAIN_MANY;
        continue;
      }
      w->seen[to] = mark;
      w->via[to] = between;
      w->middle[w->n_middle++] = to;
    }
  }
}

static size_t third_step(pel_chain_walk *w, uint32_t start, uint32_t third, uint32_t *ends) {
  uint32_t mark = pel_chain_walk_mark(w);
  size_t n = 0, n_steps;
  for (size_t i = 0; i < w->n_middle; i++) {
    uint32_t from = w->middle[i];
    const pel_hop *step = pel_graph_along(w->graph, from, third, &n_steps);
    for (size_t k = 0; k < n_steps; k++) {
      uint32_t to = step[k].to;
      if (w->seen[to] == mark || !pel_chain_walk_ends(w, start, from, to)) continue;
      w->seen[to] = mark;
      ends[n++] = to;
    }
  }
  return n;
}

void pel_chain_walk_body(pel_chain_walk *w, uint32_t start, const uint32_t *body, uint32_t length, uint32_t *ends, size_t *n) {
  *n = 0;
  if (length == 1) {
    size_t n_steps;
    const pel_hop *step = pel_graph_along(w->graph, start, body[0], &n_steps);
    for (size_t i = 0; i < n_steps; i++)
      if (step[i].to != start) ends[(*n)++] = step[i].to;
    return;
  }
  pel_chain_walk_two(w, start, body[0], body[1]);
  if (length == 3) {
    *n = third_step(w, start, body[2], ends);
    return;
  }
  if (w->n_middle) memcpy(ends, w->middle, w->n_middle * sizeof *ends);
  *n = w->n_middle;
}
