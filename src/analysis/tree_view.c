/* What of a logic tree is shown: collapsed, opened, pruned, and the items that come of it. */
#include <stdlib.h>

#include "engine/base/mem.h"
#include "src/analysis/logic_tree.h"
#include "src/analysis/tree_influence.h"

/* ---- what is shown ---- */

static pel_tree_node *node_of(pel_logic_tree *t, int64_t id) {
  return id >= 1 && id <= (int64_t)t->n_nodes ? &t->nodes[id - 1] : NULL;
}

pel_status pel_logic_tree_cover(pel_logic_tree *t, double share, pel_error *err) {
  t->cover = share;
  return pel_tree_keep(t, share, err);
}

void pel_logic_tree_collapse(pel_logic_tree *t, int64_t id, bool collapsed) {
  pel_tree_node *v = node_of(t, id);
  if (v) v->collapsed = collapsed;
}

void pel_logic_tree_open(pel_logic_tree *t, int64_t id, bool opened) {
  pel_tree_node *v = node_of(t, id);
  if (!v) return;
  v->opened = opened;
  if (opened) v->collapsed = false;
}

void pel_logic_tree_collapse_below(pel_logic_tree *t, int64_t id) {
  if (!node_of(t, id)) return;
  for (uint32_t i = 0; i < t->n_nodes; i++)
    if (t->nodes[i].parent == (uint32_t)(id - 1)) t->nodes[i].collapsed = t->nodes[i].n_below > 0;
}

void pel_logic_tree_collapse_others(pel_logic_tree *t, int64_t id) {
  const pel_tree_node *kept = node_of(t, id);
  if (!kept) return;
  for (uint32_t i = 0; i < t->n_nodes; i++) {
    bool below = t->nodes[i].order >= kept->order && t->nodes[i].order <= kept->order + kept->n_below;
    if (!below) t->nodes[i].collapsed = t->nodes[i].n_below > 0;
  }
  for (uint32_t v = kept->parent; v != PEL_TREE_NONE; v = t->nodes[v].parent) t->nodes[v].collapsed = false;
}

void pel_logic_tree_expand_all(pel_logic_tree *t) {
  for (uint32_t i = 0; i < t->n_nodes; i++) t->nodes[i].collapsed = false;
}

void pel_logic_tree_reveal(pel_logic_tree *t, int64_t id) {
  pel_tree_node *v = node_of(t, id);
  for (; v && v->parent != PEL_TREE_NONE; v = &t->nodes[v->parent]) {
    pel_tree_node *parent = &t->nodes[v->parent];
    if (!v->kept) parent->opened = true;
    parent->collapsed = false;
  }
}

uint32_t pel_logic_tree_item(const pel_logic_tree *t, int64_t id) {
  return id >= 1 && id <= (int64_t)t->n_nodes ? t->item_of[id - 1] : PEL_TREE_NONE;
}

/* ---- items ---- */

typedef struct frame { /* a node whose children are being listed; node NONE: the roots */
  uint32_t node, item, cursor;
  uint32_t place, more, best;
  uint32_t n_hidden; /* children that are not kept, at most 2; counted when first asked for */
} frame;

typedef struct listing {
  pel_logic_tree *t;
  pel_tree_item *items;
  size_t room;
  uint32_t n;
  frame *stack;
  size_t stack_room;
  uint32_t depth;
  bool failed;
} listing;

static pel_tree_item *add_item(listing *l, pel_tree_item_kind kind, uint32_t node, uint32_t edge) {
  pel_tree_item *grown = pel_grow(l->items, &l->room, (size_t)l->n + 1, sizeof *grown);
  if (!grown || l->n == PEL_TREE_NONE - 1) {
    l->failed = true;
    return NULL;
  }
  frame *f = &l->stack[l->depth - 1];
  l->items = grown;
  grown[l->n] = (pel_tree_item){.kind = kind, .node = node, .edge = edge, .parent = f->item, .depth = l->depth - 1, .span = 1};
  if (f->item != PEL_TREE_NONE) grown[f->item].n_children++;
  if (kind != PEL_ITEM_MORE) grown[l->n].place = ++f->place;
  return &grown[l->n++];
}

static void enter(listing *l, uint32_t node, uint32_t item) {
  frame *grown = pel_grow(l->stack, &l->stack_room, (size_t)l->depth + 1, sizeof *grown);
  if (!grown) {
    l->failed = true;
    return;
  }
  l->stack = grown;
  uint32_t cursor = node == PEL_TREE_NONE ? 0 : l->t->out_start[node];
  grown[l->depth++] = (frame){.node = node, .item = item, .cursor = cursor, .best = PEL_TREE_NONE, .n_hidden = PEL_TREE_NONE};
}

static uint32_t count_hidden(const pel_logic_tree *t, uint32_t parent) {
  uint32_t n = 0;
  for (uint32_t i = t->out_start[parent]; n < 2 && i < t->out_start[parent + 1]; i++) {
    const pel_tree_node *v = &t->nodes[t->reasoning->edges[t->out[i]].to - 1];
    n += v->edge == t->out[i] && !v->kept;
  }
  return n;
}

/* A stub for a single leaf would take the leaf's own room. */
static bool is_lone_leaf(const pel_logic_tree *t, frame *f, uint32_t v) {
  if (f->node == PEL_TREE_NONE || t->nodes[v].n_below) return false;
  if (f->n_hidden == PEL_TREE_NONE) f->n_hidden = count_hidden(t, f->node);
  return f->n_hidden == 1;
}

static void show_node(listing *l, uint32_t v, uint32_t edge) {
  pel_tree_item *item = add_item(l, PEL_ITEM_NODE, v, edge);
  if (!item) return;
  uint32_t at = l->n - 1;
  l->t->item_of[v] = at;
  if (l->t->nodes[v].collapsed)
    item->hidden = l->t->nodes[v].n_below;
  else
    enter(l, v, at);
}

static void hide_node(listing *l, uint32_t v) {
  frame *f = &l->stack[l->depth - 1];
  const pel_tree_node *nodes = l->t->nodes;
  f->more += nodes[v].n_below + 1;
  if (f->best == PEL_TREE_NONE || nodes[v].influence > nodes[f->best].influence) f->best = v;
}

/* A reference is worth its room where what it points at is shown by influence, or its node was opened. */
static void refer(listing *l, uint32_t to, uint32_t edge) {
  const frame *f = &l->stack[l->depth - 1];
  bool opened = f->node != PEL_TREE_NONE && l->t->nodes[f->node].opened;
  if (l->t->nodes[to].kept || opened) add_item(l, PEL_ITEM_REFERENCE, to, edge);
}

static void leave(listing *l) {
  frame *f = &l->stack[l->depth - 1];
  if (f->more) {
    pel_tree_item *item = add_item(l, PEL_ITEM_MORE, f->best, PEL_TREE_NONE);
    if (item) item->hidden = f->more;
  }
  if (f->item != PEL_TREE_NONE) l->items[f->item].span = l->n - f->item;
  l->depth--;
}

/* The next child of the innermost open node, or its end. */
static void step(listing *l) {
  const pel_logic_tree *t = l->t;
  frame *f = &l->stack[l->depth - 1];
  bool roots = f->node == PEL_TREE_NONE;
  uint32_t end = roots ? t->n_roots : t->out_start[f->node + 1];
  if (f->cursor == end) {
    leave(l);
    return;
  }
  uint32_t at = f->cursor++, edge = roots ? PEL_TREE_NONE : t->out[at];
  uint32_t v = roots ? t->roots[at] : (uint32_t)(t->reasoning->edges[edge].to - 1);
  bool opened = !roots && t->nodes[f->node].opened;
  if (t->nodes[v].edge != edge)
    refer(l, v, edge);
  else if (t->nodes[v].kept || opened || is_lone_leaf(t, f, v))
    show_node(l, v, edge);
  else
    hide_node(l, v);
}

static void count_places(listing *l) {
  uint32_t *last = pel_alloc((size_t)l->n + 1, sizeof *last); /* of parent i - 1; 0: the roots */
  if (!last) {
    l->failed = true;
    return;
  }
  for (uint32_t i = 0; i < l->n; i++)
    if (l->items[i].place) last[l->items[i].parent + 1] = l->items[i].place;
  for (uint32_t i = 0; i < l->n; i++) l->items[i].of = last[l->items[i].parent + 1];
  free(last);
}

static void count_covered(pel_logic_tree *t) {
  double shown = 0, all = 0;
  t->n_shown = 0;
  for (uint32_t i = 0; i < t->n_nodes; i++) {
    bool seen = t->item_of[i] != PEL_TREE_NONE;
    t->n_shown += seen;
    if (t->nodes[i].parent == PEL_TREE_NONE) continue;
    all += (double)t->nodes[i].influence;
    if (seen) shown += (double)t->nodes[i].influence;
  }
  t->covered = all > 0 ? shown / all : t->n_shown == t->n_nodes;
}

pel_status pel_logic_tree_update(pel_logic_tree *t, pel_error *err) {
  listing l = {.t = t};
  for (uint32_t i = 0; i < t->n_nodes; i++) t->item_of[i] = PEL_TREE_NONE;
  enter(&l, PEL_TREE_NONE, PEL_TREE_NONE);
  while (l.depth && !l.failed) step(&l);
  if (!l.failed) count_places(&l);
  free(l.stack);
  if (l.failed) {
    free(l.items);
    for (uint32_t i = 0; i < t->n_nodes; i++) t->item_of[i] = PEL_TREE_NONE;
    t->n_items = 0;
    return pel_fail_memory(err, "the shown part of a tree", t->n_nodes * sizeof *l.items);
  }
  free(t->items);
  t->items = l.items;
  t->n_items = l.n;
  count_covered(t);
  return PEL_OK;
}
