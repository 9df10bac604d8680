#include "src/plot/tree_place.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"

#define NONE PEL_PLACE_NONE

typedef struct slot {
  double prelim, mod, shift, change;
  uint32_t thread, ancestor, left; /* left: the sibling before */
  uint32_t number;                 /* among its siblings */
  uint32_t first, last;            /* children */
  uint32_t latest;                 /* of its children, the one that subtrees without a conflict belong to */
} slot;

typedef struct placing {
  const pel_place_node *nodes;
  uint32_t n; /* slot n is the root above all roots */
  pel_place_gaps gaps;
  bool flush;
  slot *slots;
} placing;

static uint32_t parent_of(const placing *p, uint32_t v) { return p->nodes[v].parent == NONE ? p->n : p->nodes[v].parent; }
static double size_of(const placing *p, uint32_t v) { return v == p->n ? 0 : p->nodes[v].size; }

static double gap_between(const placing *p, uint32_t a, uint32_t b) {
  return parent_of(p, a) == parent_of(p, b) ? p->gaps.siblings : p->gaps.others;
}

static void link_family(placing *p) {
  for (uint32_t v = 0; v <= p->n; v++)
    p->slots[v] = (slot){.thread = NONE, .ancestor = v, .left = NONE, .first = NONE, .last = NONE, .latest = NONE};
  for (uint32_t v = 0; v < p->n; v++) {
    slot *parent = &p->slots[parent_of(p, v)];
    p->slots[v].left = parent->last;
    p->slots[v].number = parent->last == NONE ? 0 : p->slots[parent->last].number + 1;
    if (parent->first == NONE) parent->first = parent->latest = v;
    parent->last = v;
  }
}

static uint32_t next_first(const placing *p, uint32_t v) {
  return p->slots[v].first != NONE ? p->slots[v].first : p->slots[v].thread;
}
static uint32_t next_last(const placing *p, uint32_t v) { return p->slots[v].last != NONE ? p->slots[v].last : p->slots[v].thread; }

static void move_subtree(placing *p, uint32_t left, uint32_t right, double by) {
  slot *l = &p->slots[left], *r = &p->slots[right];
  if (!p->flush && r->number > l->number) {
    double each = by / (r->number - l->number);
    r->change -= each;
    r->shift += by;
    l->change += each;
  }
  r->prelim += by;
  r->mod += by;
}

static uint32_t ancestor_of(const placing *p, uint32_t inner, uint32_t v, uint32_t latest) {
  uint32_t a = p->slots[inner].ancestor;
  return a != p->n && v != p->n && parent_of(p, a) == parent_of(p, v) ? a : latest;
}

/* Moves v's subtree away from what stands before it, along both outlines. */
static void apportion(placing *p, uint32_t v) {
  slot *s = p->slots;
  uint32_t left = s[v].left, *latest = &s[parent_of(p, v)].latest;
  if (left == NONE) return;
  uint32_t in_right = v, out_right = v, in_left = left, out_left = s[parent_of(p, v)].first;
  double sum_in_right = s[v].mod, sum_out_right = s[v].mod, sum_in_left = s[left].mod, sum_out_left = s[out_left].mod;
  while (next_last(p, in_left) != NONE && next_first(p, in_right) != NONE) {
    in_left = next_last(p, in_left);
    in_right = next_first(p, in_right);
    out_left = next_first(p, out_left);
    out_right = next_last(p, out_right);
    s[out_right].ancestor = v;
    double end = s[in_left].prelim + sum_in_left + size_of(p, in_left) + gap_between(p, in_left, in_right);
    double by = end - (s[in_right].prelim + sum_in_right);
    if (by > 0) {
      move_subtree(p, ancestor_of(p, in_left, v, *latest), v, by);
      sum_in_right += by;
      sum_out_right += by;
    }
    sum_in_left += s[in_left].mod;
    sum_in_right += s[in_right].mod;
    sum_out_left += s[out_left].mod;
    sum_out_right += s[out_right].mod;
  }
  if (next_last(p, in_left) != NONE && next_last(p, out_right) == NONE) {
    s[out_right].thread = next_last(p, in_left);
    s[out_right].mod += sum_in_left - sum_out_right;
  }
  if (next_first(p, in_right) != NONE && next_first(p, out_left) == NONE) {
    s[out_left].thread = next_first(p, in_right);
    s[out_left].mod += sum_in_right - sum_out_left;
    *latest = v;
  }
}

static void spread_shifts(placing *p, uint32_t v) {
  double shift = 0, change = 0;
  for (uint32_t w = p->slots[v].last; w != NONE; w = p->slots[w].left) {
    slot *s = &p->slots[w];
    s->prelim += shift;
    s->mod += shift;
    change += s->change;
    shift += s->shift + change;
  }
}

/* Where v would stand by its children alone. */
static double over_children(const placing *p, uint32_t v) {
  const slot *first = &p->slots[p->slots[v].first], *last = &p->slots[p->slots[v].last];
  if (p->flush) return first->prelim;
  return (first->prelim + last->prelim + size_of(p, p->slots[v].last) - size_of(p, v)) / 2;
}

/* All below v is done, and all before it. */
static void finish_node(placing *p, uint32_t v) {
  slot *s = &p->slots[v];
  double own = 0;
  if (s->first != NONE) {
    spread_shifts(p, v);
    own = over_children(p, v);
  }
  if (v == p->n) return;
  if (s->left == NONE) {
    s->prelim = own;
    return;
  }
  s->prelim = p->slots[s->left].prelim + size_of(p, s->left) + p->gaps.siblings;
  if (s->first != NONE) s->mod = s->prelim - own;
  apportion(p, v);
}

/* Nodes in post-order, without recursion: a node is finished when the next one in pre-order is not below it. */
static bool place_all(placing *p) {
  uint32_t *open = pel_alloc((size_t)p->n + 1, sizeof *open), depth = 0;
  if (!open) return false;
  for (uint32_t v = 0; v < p->n; v++) {
    while (depth && open[depth - 1] + p->nodes[open[depth - 1]].span <= v) finish_node(p, open[--depth]);
    open[depth++] = v;
  }
  while (depth) finish_node(p, open[--depth]);
  finish_node(p, p->n);
  free(open);
  return true;
}

static void sum_up(const placing *p, double *out) {
  double least = INFINITY;
  double *sums = out; /* first the sum of what lies above, then the place */
  for (uint32_t v = 0; v < p->n; v++) {
    uint32_t parent = p->nodes[v].parent;
    sums[v] = parent == NONE ? 0 : sums[parent] + p->slots[parent].mod;
  }
  for (uint32_t v = 0; v < p->n; v++) {
    out[v] += p->slots[v].prelim;
    least = fmin(least, out[v]);
  }
  for (uint32_t v = 0; v < p->n; v++) out[v] -= least;
}

pel_status pel_tree_place(const pel_place_node *nodes, uint32_t n, pel_place_gaps gaps, bool flush, double *out, pel_error *err) {
  placing p = {.nodes = nodes, .n = n, .gaps = gaps, .flush = flush, .slots = pel_alloc((size_t)n + 1, sizeof *p.slots)};
  if (!p.slots) return pel_fail_memory(err, "places in a tree", ((size_t)n + 1) * sizeof *p.slots);
  link_family(&p);
  bool good = place_all(&p);
  if (good) sum_up(&p, out);
  free(p.slots);
  return good ? PEL_OK : pel_fail_memory(err, "places in a tree", n * sizeof(uint32_t));
}
