#include "src/analysis/logic_tree.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/mem.h"
#include "src/analysis/tree_influence.h"

bool pel_edge_is_reason(pel_edge_kind kind) {
  return kind == PEL_EDGE_BECAUSE || kind == PEL_EDGE_UNLESS || kind == PEL_EDGE_CONTRADICTS || kind == PEL_EDGE_ATTENDED;
}

/* Premises and exceptions make the tree's shape; other edges only show what these do not reach. */
static bool is_structure(pel_edge_kind kind) { return kind == PEL_EDGE_BECAUSE || kind == PEL_EDGE_UNLESS; }

static uint32_t end_of(const pel_logic_tree *t, uint32_t at) { return (uint32_t)(t->reasoning->edges[t->out[at]].to - 1); }

/* ---- edges by node ---- */

static bool is_sound(const pel_reasoning *r, const pel_edge *e) {
  int64_t n = (int64_t)r->n_nodes;
  return e->from >= 1 && e->from <= n && e->to >= 1 && e->to <= n && e->from != e->to && (unsigned)e->kind < PEL_EDGE_KINDS;
}

/* Groups the edges by where they start, in their order; one from a node to itself says nothing. */
static void group_edges(pel_logic_tree *t) {
  const pel_reasoning *r = t->reasoning;
  uint32_t *start = t->out_start;
  for (size_t i = 0; i < r->n_edges; i++)
    if (is_sound(r, &r->edges[i])) start[r->edges[i].from]++;
  for (uint32_t i = 0; i < t->n_nodes; i++) start[i + 1] += start[i];
  for (size_t i = r->n_edges; i-- > 0;) /* backwards, so that counting down keeps their order */
    if (is_sound(r, &r->edges[i])) t->out[--start[r->edges[i].from]] = (uint32_t)i;
  for (uint32_t i = 0; i < t->n_nodes; i++) start[i] = start[i + 1];
  start[t->n_nodes] = 0;
  for (size_t i = 0; i < r->n_edges; i++) start[t->n_nodes] += is_sound(r, &r->edges[i]);
}

/* ---- who shows whom ---- */

typedef struct reach {
  pel_logic_tree *t;
  bool *seen;
  uint32_t *queue; /* nodes in the order in which they were reached */
  uint32_t n_queue;
  uint32_t *stack, *cursor;
} reach;

static void take(reach *w, uint32_t v, uint32_t parent, uint32_t edge) {
  w->seen[v] = true;
  w->t->nodes[v].parent = parent;
  w->t->nodes[v].edge = edge;
  w->queue[w->n_queue++] = v;
}

/* All that v reaches along premises and exceptions, in reading order. */
static void take_structure(reach *w, uint32_t v) {
  const pel_logic_tree *t = w->t;
  uint32_t depth = 0;
  w->stack[depth++] = v;
  w->cursor[v] = t->out_start[v];
  while (depth) {
    uint32_t at = w->stack[depth - 1];
    if (w->cursor[at] == t->out_start[at + 1]) {
      depth--;
      continue;
    }
    uint32_t i = w->cursor[at]++, to = end_of(t, i);
    if (w->seen[to] || !is_structure(t->reasoning->edges[t->out[i]].kind)) continue;
    take(w, to, at, t->out[i]);
    w->cursor[to] = t->out_start[to];
    w->stack[depth++] = to;
  }
}

/* What the nodes from `from` on reach along the other edges. */
static void take_others(reach *w, uint32_t from) {
  const pel_logic_tree *t = w->t;
  for (uint32_t q = from; q < w->n_queue; q++) {
    uint32_t v = w->queue[q];
    for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++) {
      uint32_t to = end_of(t, i);
      if (w->seen[to]) continue;
      take(w, to, v, t->out[i]);
      take_structure(w, to);
    }
  }
}

static void take_root(reach *w, uint32_t v) {
  w->t->roots[w->t->n_roots++] = v;
  take(w, v, PEL_TREE_NONE, PEL_TREE_NONE);
  take_structure(w, v);
}

/* Conclusions that support nothing else are the roots; then what none of them reaches. */
static void find_parents(reach *w, const bool *supports) {
  pel_logic_tree *t = w->t;
  for (uint32_t v = 0; v < t->n_nodes; v++)
    if (t->reasoning->nodes[v].kind == PEL_NODE_CONCLUSION && !supports[v]) take_root(w, v);
  take_others(w, 0);
  for (int left = 0; left < 2; left++) /* first what nothing leads to, then what is left: circles */
    for (uint32_t v = 0; v < t->n_nodes; v++) {
      uint32_t from = w->n_queue;
      if (w->seen[v] || (!left && supports[v])) continue;
      take_root(w, v);
      take_others(w, from);
    }
}

static void mark_supports(const pel_logic_tree *t, bool *supports) {
  for (uint32_t i = 0; i < t->out_start[t->n_nodes]; i++) {
    const pel_edge *e = &t->reasoning->edges[t->out[i]];
    bool conclusion = t->reasoning->nodes[e->to - 1].kind == PEL_NODE_CONCLUSION;
    if (!conclusion || is_structure(e->kind)) supports[e->to - 1] = true;
  }
}

static bool shape(pel_logic_tree *t) {
  uint32_t n = t->n_nodes;
  reach w = {.t = t, .seen = pel_alloc(n, 1), .queue = pel_alloc(n, 4), .stack = pel_alloc(n, 4), .cursor = pel_alloc(n, 4)};
  bool *supports = pel_alloc(n, 1), good = w.seen && w.queue && w.stack && w.cursor && supports;
  if (good) {
    mark_supports(t, supports);
    find_parents(&w, supports);
  }
  free(w.seen);
  free(w.queue);
  free(w.stack);
  free(w.cursor);
  free(supports);
  return good;
}

/* ---- reading order and numbers ---- */

/* Whether the edge at `i` is the one that shows its node. */
static bool shows(const pel_logic_tree *t, uint32_t i) { return t->nodes[end_of(t, i)].edge == t->out[i]; }

static void number_children(pel_logic_tree *t, uint32_t v) {
  uint32_t next = 1;
  for (int reasons = 1; reasons >= 0; reasons--)
    for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++)
      if (shows(t, i) && pel_edge_is_reason(t->reasoning->edges[t->out[i]].kind) == reasons) t->nodes[end_of(t, i)].number = next++;
}

static uint32_t number_roots(pel_logic_tree *t) {
  bool lone = t->reasoning->nodes[t->roots[0]].kind == PEL_NODE_CONCLUSION &&
              (t->n_roots == 1 || t->reasoning->nodes[t->roots[1]].kind != PEL_NODE_CONCLUSION);
  uint32_t next = 1, first = lone ? 1 : 0;
  for (uint32_t i = t->out_start[t->roots[0]]; lone && i < t->out_start[t->roots[0] + 1]; i++) next += shows(t, i);
  for (uint32_t i = first; i < t->n_roots; i++) t->nodes[t->roots[i]].number = next++;
  return next;
}

static bool read_through(pel_logic_tree *t) {
  uint32_t *stack = pel_alloc(t->n_nodes + 1, sizeof *stack), depth = 0, n = 0;
  if (!stack) return false;
  for (uint32_t i = t->n_roots; i-- > 0;) stack[depth++] = t->roots[i];
  while (depth) {
    uint32_t v = stack[--depth];
    t->nodes[v].order = n;
    t->reading[n++] = v;
    number_children(t, v);
    for (uint32_t i = t->out_start[v + 1]; i-- > t->out_start[v];)
      if (shows(t, i)) stack[depth++] = end_of(t, i);
  }
  number_roots(t);
  for (uint32_t i = n; i-- > 0;) {
    const pel_tree_node *v = &t->nodes[t->reading[i]];
    if (v->parent != PEL_TREE_NONE) t->nodes[v->parent].n_below += v->n_below + 1;
  }
  free(stack);
  return true;
}

/* ---- build ---- */

static bool allocate(pel_logic_tree *t, size_t n_edges) {
  uint32_t n = t->n_nodes;
  t->nodes = pel_alloc(n, sizeof *t->nodes);
  t->reading = pel_alloc(n, sizeof *t->reading);
  t->roots = pel_alloc(n, sizeof *t->roots);
  t->item_of = pel_alloc(n, sizeof *t->item_of);
  t->out = pel_alloc(n_edges, sizeof *t->out);
  t->out_start = pel_alloc((size_t)n + 1, sizeof *t->out_start);
  return t->nodes && t->reading && t->roots && t->item_of && t->out && t->out_start;
}

static pel_status fill(pel_logic_tree *t, pel_error *err) {
  if (!allocate(t, t->reasoning->n_edges)) return pel_fail_memory(err, "a tree", t->n_nodes * sizeof *t->nodes);
  group_edges(t);
  if (!shape(t) || !read_through(t)) return pel_fail_memory(err, "a tree", t->n_nodes * sizeof *t->nodes);
  PEL_TRY(pel_tree_influence(t, err));
  PEL_TRY(pel_logic_tree_cover(t, pel_tree_default_cover(t), err));
  return pel_logic_tree_update(t, err);
}

pel_status pel_logic_tree_build(const pel_reasoning *reasoning, pel_logic_tree **out, pel_error *err) {
  if (reasoning->n_nodes == 0)
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no reasoning: there is no tree to show");
  if (reasoning->n_nodes > PEL_REASONING_MAX_NODES || reasoning->n_edges > PEL_REASONING_MAX_EDGES)
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "a reasoning of %zu nodes and %zu edges is too large to show", reasoning->n_nodes,
                    reasoning->n_edges);
  pel_logic_tree *t = pel_alloc(1, sizeof *t);
  if (!t) return pel_fail_memory(err, "a tree", sizeof *t);
  t->reasoning = reasoning;
  t->n_nodes = (uint32_t)reasoning->n_nodes;
  pel_status status = fill(t, err);
  if (status == PEL_OK)
    *out = t;
  else
    pel_logic_tree_free(t);
  return status;
}

void pel_logic_tree_free(pel_logic_tree *t) {
  if (!t) return;
  free(t->nodes);
  free(t->reading);
  free(t->roots);
  free(t->out);
  free(t->out_start);
  free(t->items);
  free(t->item_of);
  free(t);
}

/* ---- finding ---- */

#define NUMBER_STEPS 12 /* that are written out */

char *pel_tree_number(const pel_logic_tree *t, uint32_t node, char out[PEL_TREE_NUMBER]) {
  uint32_t steps[NUMBER_STEPS], n = 0;
  for (uint32_t v = node; v != PEL_TREE_NONE; v = t->nodes[v].parent) {
    if (!t->nodes[v].number) break;
    if (n == NUMBER_STEPS) {
      n++;
      break;
    }
    steps[n++] = t->nodes[v].number;
  }
  size_t at = 0;
  out[0] = 0;
  if (n > NUMBER_STEPS) at = (size_t)snprintf(out, PEL_TREE_NUMBER, "\xe2\x80\xa6"), n = 7;
  for (uint32_t i = n; i-- > 0;)
    at += (size_t)snprintf(out + at, PEL_TREE_NUMBER - at, "%s%u", at ? "." : "", steps[i]);
  return out;
}

uint32_t pel_logic_tree_path(const pel_logic_tree *t, int64_t id, int64_t *out, uint32_t room) {
  if (id < 1 || id > (int64_t)t->n_nodes) return 0;
  uint32_t n = 0, at;
  for (uint32_t v = (uint32_t)(id - 1); v != PEL_TREE_NONE; v = t->nodes[v].parent) n++;
  at = n;
  for (uint32_t v = (uint32_t)(id - 1); v != PEL_TREE_NONE; v = t->nodes[v].parent)
    if (--at < room) out[at] = v + 1;
  return n;
}

static bool contains(const char *text, const char *part, size_t size) {
  for (; *text; text++)
    if (strncasecmp(text, part, size) == 0) return true;
  return size == 0;
}

int64_t pel_logic_tree_search(const pel_logic_tree *t, const char *text, int64_t after) {
  size_t size = strlen(text);
  uint32_t from = after >= 1 && after <= (int64_t)t->n_nodes ? t->nodes[after - 1].order + 1 : 0;
  char number[PEL_TREE_NUMBER];
  for (uint32_t i = 0; size && i < t->n_nodes; i++) {
    uint32_t v = t->reading[(from + i) % t->n_nodes];
    const pel_node *node = &t->reasoning->nodes[v];
    if (contains(node->says, text, size) || contains(node->note, text, size)) return v + 1;
    if (isdigit((unsigned char)*text) && strcmp(pel_tree_number(t, v, number), text) == 0) return v + 1;
  }
  return 0;
}
