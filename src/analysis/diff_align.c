#include "src/analysis/diff_align.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/diff_match.h"

typedef struct side {
  const pel_logic_tree *t;
  const pel_reasoning *r;
  uint64_t *below;    /* [n_nodes] of the whole subtree */
  uint32_t *by_depth; /* [n_nodes] nodes, the shallow ones first, each depth in reading order */
  uint32_t *start;    /* [n_depths + 1] */
  uint32_t n_depths;
  match_item *items; /* [n_nodes] */
  size_t n_items;
} side;

typedef struct aligning {
  pel_diff *d;
  side a, b;
} aligning;

/* ---- keys of a node ---- */

enum { KEY_BELOW, KEY_CONTENT, KEY_TERM, KEY_WORDS, KEYS_EXACT, KEY_NO_DIGITS = KEYS_EXACT, KEY_NO_LAST, KEY_RULE, KEY_EDGE, KEYS };
static const bool key_alone[KEYS] = {[KEY_RULE] = true, [KEY_EDGE] = true};

/* A fact that is missing on one side is a question there. */
static unsigned class_of(const pel_node *n) { return n->kind == PEL_NODE_QUESTION ? PEL_NODE_FACT : n->kind; }

static const char *clause_label(const pel_reasoning *r, const pel_node *n) { return n->clause ? r->clauses[n->clause - 1].label : ""; }

static const char *edge_label(const side *s, uint32_t v) {
  uint32_t e = s->t->nodes[v].edge;
  return e == PEL_TREE_NONE ? "" : s->r->edges[e].label;
}

static uint64_t content_of(const side *s, uint32_t v) {
  const pel_node *n = &s->r->nodes[v];
  uint64_t h = match_number(n->kind, n->state);
  h = match_text(match_text(match_text(h, n->says), n->term), n->note);
  return match_text(match_text(h, clause_label(s->r, n)), n->by);
}

static uint64_t key_of(const side *s, uint32_t v, int key) {
  const pel_node *n = &s->r->nodes[v];
  uint64_t seed = match_number((uint64_t)key, class_of(n));
  switch (key) {
    case KEY_BELOW: return s->below[v];
    case KEY_CONTENT: return content_of(s, v);
    case KEY_TERM: return *n->term ? match_text(seed, n->term) : 0;
    case KEY_WORDS: return *n->says ? match_text(seed, n->says) : 0;
    case KEY_NO_DIGITS: return *n->says ? match_without_digits(seed, n->says) : 0;
    case KEY_NO_LAST: return match_without_last(seed, n->term);
    case KEY_RULE: return n->clause || *n->term ? match_text(match_functor(seed, n->term), clause_label(s->r, n)) : 0;
    default: return *edge_label(s, v) ? match_text(seed, edge_label(s, v)) : 0;
  }
}

/* ---- sides ---- */

/* What hangs below counts whatever its order. */
static void sum_below(side *s) {
  for (uint32_t i = s->t->n_nodes; i-- > 0;) {
    uint32_t v = s->t->reading[i], parent = s->t->nodes[v].parent;
    s->below[v] = match_number(content_of(s, v), s->below[v]);
    if (parent == PEL_TREE_NONE) continue;
    s->below[parent] += match_number(s->below[v], s->r->edges[s->t->nodes[v].edge].kind);
  }
}

static bool sort_by_depth(side *s) {
  uint32_t n = s->t->n_nodes, *depth = pel_alloc(n, sizeof *depth);
  if (!depth) return false;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t v = s->t->reading[i], parent = s->t->nodes[v].parent;
    depth[v] = parent == PEL_TREE_NONE ? 0 : depth[parent] + 1;
    if (depth[v] >= s->n_depths) s->n_depths = depth[v] + 1;
  }
  s->start = pel_alloc((size_t)s->n_depths + 2, sizeof *s->start);
  for (uint32_t i = 0; s->start && i < n; i++) s->start[depth[i] + 2]++;
  for (uint32_t i = 2; s->start && i < s->n_depths + 2; i++) s->start[i] += s->start[i - 1];
  for (uint32_t i = 0; s->start && i < n; i++) s->by_depth[s->start[depth[s->t->reading[i]] + 1]++] = s->t->reading[i];
  free(depth);
  return s->start != NULL;
}

static bool make_side(side *s, const pel_logic_tree *t) {
  *s = (side){.t = t, .r = t->reasoning};
  s->below = pel_alloc(t->n_nodes, sizeof *s->below);
  s->by_depth = pel_alloc(t->n_nodes, sizeof *s->by_depth);
  s->items = pel_alloc(t->n_nodes, sizeof *s->items);
  if (!s->below || !s->by_depth || !s->items) return false;
  sum_below(s);
  return sort_by_depth(s);
}

static void clear_side(side *s) {
  free(s->below);
  free(s->by_depth);
  free(s->start);
  free(s->items);
}

/* ---- pairs ---- */

static void take_pair(void *user, uint32_t order_a, uint32_t order_b) {
  aligning *g = user;
  uint32_t a = g->a.t->reading[order_a], b = g->b.t->reading[order_b];
  if (g->d->of_a[a] != PEL_TREE_NONE || g->d->of_b[b] != PEL_TREE_NONE) return;
  g->d->of_a[a] = b;
  g->d->of_b[b] = a;
}

static void add_item(side *s, uint32_t v, uint64_t key) {
  if (key) s->items[s->n_items++] = (match_item){key, s->t->nodes[v].order};
}

static void pair_items(aligning *g, bool alone) {
  match_pairs(g->a.items, g->a.n_items, g->b.items, g->b.n_items, alone, take_pair, g);
  g->a.n_items = g->b.n_items = 0;
}

static bool is_fact(const pel_node *n) { return class_of(n) == PEL_NODE_FACT; }

/* Wherever they stand. */
static void pair_anywhere(aligning *g, int key, bool facts, bool alone) {
  for (uint32_t v = 0; v < g->a.t->n_nodes; v++)
    if (g->d->of_a[v] == PEL_TREE_NONE && (!facts || is_fact(&g->a.r->nodes[v]))) add_item(&g->a, v, key_of(&g->a, v, key));
  for (uint32_t v = 0; v < g->b.t->n_nodes; v++)
    if (g->d->of_b[v] == PEL_TREE_NONE && (!facts || is_fact(&g->b.r->nodes[v]))) add_item(&g->b, v, key_of(&g->b, v, key));
  pair_items(g, alone);
}

/* The number that both nodes of a pair have in common; 0: no pair. */
static uint64_t pair_number(const aligning *g, bool in_b, uint32_t parent) {
  if (parent == PEL_TREE_NONE) return 1;
  uint32_t of = in_b ? g->d->of_b[parent] : g->d->of_a[parent];
  return of == PEL_TREE_NONE ? 0 : 2 + (uint64_t)(in_b ? of : parent);
}

static void add_depth(aligning *g, bool in_b, uint32_t depth, int key) {
  side *s = in_b ? &g->b : &g->a;
  if (depth >= s->n_depths) return;
  for (uint32_t i = s->start[depth]; i < s->start[depth + 1]; i++) {
    uint32_t v = s->by_depth[i];
    if ((in_b ? g->d->of_b[v] : g->d->of_a[v]) != PEL_TREE_NONE) continue;
    uint64_t under = pair_number(g, in_b, s->t->nodes[v].parent), k = under ? key_of(s, v, key) : 0;
    add_item(s, v, k ? match_number(under, k) : 0);
  }
}

static void pair_below_pairs(aligning *g, int keys) {
  uint32_t depths = g->a.n_depths > g->b.n_depths ? g->a.n_depths : g->b.n_depths;
  for (uint32_t depth = 0; depth < depths; depth++)
    for (int key = 0; key < keys; key++) {
      add_depth(g, false, depth, key);
      add_depth(g, true, depth, key);
      if (g->a.n_items && g->b.n_items) pair_items(g, key_alone[key]);
      g->a.n_items = g->b.n_items = 0;
    }
}

/* A question has one conclusion: it is the same one whatever its words. */
static void pair_conclusions(aligning *g) {
  uint32_t a = g->a.t->roots[0], b = g->b.t->roots[0];
  uint32_t n_a = 0, n_b = 0;
  for (uint32_t i = 0; i < g->a.t->n_roots; i++) n_a += g->a.r->nodes[g->a.t->roots[i]].kind == PEL_NODE_CONCLUSION;
  for (uint32_t i = 0; i < g->b.t->n_roots; i++) n_b += g->b.r->nodes[g->b.t->roots[i]].kind == PEL_NODE_CONCLUSION;
  if (n_a <= 1 && n_b <= 1 && g->a.r->nodes[a].kind == g->b.r->nodes[b].kind) take_pair(g, g->a.t->nodes[a].order, g->b.t->nodes[b].order);
}

/* What is surely the same comes before what may be: a guess among siblings must not take what stands elsewhere word for word. */
static void align(aligning *g) {
  pair_conclusions(g);
  pair_anywhere(g, KEY_TERM, true, true);
  pair_anywhere(g, KEY_WORDS, true, true);
  pair_below_pairs(g, KEYS_EXACT);
  for (int key = 0; key <= KEY_TERM; key++) pair_anywhere(g, key, false, true);
  pair_below_pairs(g, KEYS);
  pair_anywhere(g, KEY_NO_LAST, true, true);
  for (int key = 0; key <= KEY_TERM; key++) pair_anywhere(g, key, false, false);
  pair_below_pairs(g, KEYS); /* what hangs below those that moved */
}

bool diff_align(pel_diff *d) {
  aligning g = {.d = d};
  bool made = make_side(&g.a, d->a) && make_side(&g.b, d->b);
  if (made) align(&g);
  clear_side(&g.a);
  clear_side(&g.b);
  return made;
}
