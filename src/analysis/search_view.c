#include "src/analysis/search_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

#define NONE PEL_SEARCH_NONE
#define CROSS_MOST 4000u /* further edges that are kept */

/* ---- the edges of a node ---- */

/* Sorted by from: where those of a node begin. */
static size_t edges_of(const pel_reasoning *r, uint32_t node, size_t *end) {
  int64_t id = (int64_t)node + 1;
  size_t low = 0, high = r->n_search_edges;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (r->search_edges[mid].from < id) low = mid + 1;
    else high = mid;
  }
  for (*end = low; *end < r->n_search_edges && r->search_edges[*end].from == id;) ++*end;
  return low;
}

static bool child_of(const pel_reasoning *r, size_t edge, uint32_t *child) {
  int64_t to = r->search_edges[edge].to;
  *child = (uint32_t)(to - 1);
  return to >= 1 && to <= (int64_t)r->n_search_nodes;
}

/* ---- which nodes: those visited most, each after one that leads to it ---- */

typedef struct waiting { /* a node that a shown one leads to */
  int64_t visits;
  uint32_t node, parent; /* parent: a node */
  uint64_t turn;         /* among equals the first */
} waiting;

typedef struct heap {
  waiting *at;
  size_t n, room;
  uint64_t turns;
} heap;

static bool before(const waiting *a, const waiting *b) { return a->visits != b->visits ? a->visits > b->visits : a->turn < b->turn; }

static bool heap_push(heap *h, waiting w) {
  waiting *grown = pel_grow(h->at, &h->room, h->n + 1, sizeof *grown);
  if (!grown) return false;
  h->at = grown;
  w.turn = h->turns++;
  size_t i = h->n++;
  for (; i && before(&w, &grown[(i - 1) / 2]); i = (i - 1) / 2) grown[i] = grown[(i - 1) / 2];
  grown[i] = w;
  return true;
}

static waiting heap_pop(heap *h) {
  waiting top = h->at[0], last = h->at[--h->n];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < h->n; i = child) {
    if (child + 1 < h->n && before(&h->at[child + 1], &h->at[child])) child++;
    if (!before(&h->at[child], &last)) break;
    h->at[i] = h->at[child];
  }
  h->at[i] = last;
  return top;
}

typedef struct choosing {
  pel_search_view *v;
  uint32_t root, top;
  uint32_t *parent; /* [n] of shown nodes: a node, itself for the root; NONE: not shown */
  uint32_t *stamp;  /* [n] */
} choosing;

static bool choose(choosing *c) {
  const pel_reasoning *r = c->v->reasoning;
  heap h = {0};
  bool good = heap_push(&h, (waiting){r->search_nodes[c->root].visits, c->root, c->root, 0});
  while (good && h.n && c->v->n_shown < c->top) {
    waiting w = heap_pop(&h);
    if (c->parent[w.node] != NONE) continue;
    c->parent[w.node] = w.parent;
    c->v->n_shown++;
    uint32_t child;
    size_t end, e = edges_of(r, w.node, &end);
    for (; good && e < end; e++)
      if (child_of(r, e, &child) && c->parent[child] == NONE) good = heap_push(&h, (waiting){r->search_nodes[child].visits, child, w.node, 0});
  }
  free(h.at);
  return good;
}

/* ---- items: shown nodes in order, each followed by its children ---- */

typedef struct visiting {
  uint32_t item, hidden, best;
  size_t edge, end;
} visiting;

static uint32_t add_item(pel_search_view *v, pel_search_item item) {
  item.span = 1, item.line_from = item.path_from = NONE;
  v->items[v->n_items] = item;
  return v->n_items++;
}

/* Children that are not shown anywhere, each once. */
static void count_hidden(choosing *c, visiting *at, uint32_t node) {
  const pel_search_node *nodes = c->v->reasoning->search_nodes;
  uint32_t child;
  for (size_t e = at->edge; e < at->end; e++) {
    if (!child_of(c->v->reasoning, e, &child) || c->parent[child] != NONE || c->stamp[child] == node + 1) continue;
    c->stamp[child] = node + 1;
    at->hidden++;
    if (at->best == NONE || nodes[child].visits > nodes[at->best].visits) at->best = child;
  }
}

static visiting enter(choosing *c, uint32_t node, uint32_t parent, uint32_t depth) {
  pel_search_view *v = c->v;
  visiting at = {.item = add_item(v, (pel_search_item){.node = node, .parent = parent, .depth = depth}), .best = NONE};
  v->item_of[node] = at.item;
  at.edge = edges_of(v->reasoning, node, &at.end);
  count_hidden(c, &at, node);
  return at;
}

static void leave(choosing *c, const visiting *at) {
  pel_search_view *v = c->v;
  if (at->hidden) add_item(v, (pel_search_item){.more = true, .node = at->best, .parent = at->item, .depth = v->items[at->item].depth + 1, .hidden = at->hidden});
  v->items[at->item].span = v->n_items - at->item;
}

/* The next child that hangs below a node. */
static uint32_t next_child(choosing *c, visiting *at) {
  uint32_t node = c->v->items[at->item].node, child;
  for (; at->edge < at->end; at->edge++)
    if (child_of(c->v->reasoning, at->edge, &child) && c->parent[child] == node && c->v->item_of[child] == NONE) return child;
  return NONE;
}

static bool arrange(choosing *c) {
  visiting *open = pel_alloc((size_t)c->v->n_shown + 1, sizeof *open);
  uint32_t depth = 0;
  if (!open) return false;
  open[depth++] = enter(c, c->root, NONE, 0);
  while (depth) {
    uint32_t child = next_child(c, &open[depth - 1]);
    if (child == NONE) {
      leave(c, &open[--depth]);
      continue;
    }
    open[depth] = enter(c, child, open[depth - 1].item, depth);
    depth++;
  }
  free(open);
  return true;
}

static bool find_cross(choosing *c) {
  pel_search_view *v = c->v;
  size_t room = 0;
  uint32_t child;
  for (size_t i = 0; i < v->reasoning->n_search_nodes; i++) c->stamp[i] = NONE;
  for (uint32_t i = 0; i < v->n_items; i++) {
    if (v->items[i].more) continue;
    size_t end, e = edges_of(v->reasoning, v->items[i].node, &end);
    for (; e < end; e++) {
      if (!child_of(v->reasoning, e, &child) || c->stamp[child] == i) continue;
      c->stamp[child] = i;
      uint32_t to = v->item_of[child];
      if (to == NONE || to == i || v->items[to].parent == i) continue;
      if (v->n_cross_all++ >= CROSS_MOST) continue;
      pel_search_cross *grown = pel_grow(v->cross, &room, v->n_cross + 1, sizeof *grown);
      if (!grown) return false;
      v->cross = grown;
      grown[v->n_cross++] = (pel_search_cross){i, to};
    }
  }
  return true;
}

/* ---- the line searched most ---- */

static bool settled(pel_node_state s) { return s == PEL_STATE_HOLDS || s == PEL_STATE_LIKELY || s == PEL_STATE_REFUTED; }

/* Where the search went on from a node most often: of a settled one, at the end, to what settles it. */
static uint32_t next_on_line(const pel_search_view *v, uint32_t item) {
  const pel_search_node *nodes = v->reasoning->search_nodes;
  pel_node_state state = nodes[v->items[item].node].state;
  uint32_t best = NONE, child;
  size_t end, first = edges_of(v->reasoning, v->items[item].node, &end);
  for (int same = !v->at && settled(state); same >= 0 && best == NONE; same--)
    for (size_t e = first; e < end; e++) {
      if (!child_of(v->reasoning, e, &child) || v->item_of[child] == NONE || v->visits[child] <= 0 || v->items[v->item_of[child]].line_from != NONE) continue; /* in a circle not back */
      if (same && nodes[child].state != state) continue;
      if (best == NONE || v->visits[child] > v->visits[v->items[best].node]) best = v->item_of[child];
    }
  return best;
}

static void draw_line(pel_search_view *v) {
  for (uint32_t i = 0; i < v->n_items; i++) v->items[i].line_from = NONE;
  if (v->n_items && v->visits[v->items[0].node] > 0) v->items[0].line_from = 0;
  else return;
  for (uint32_t at = 0, next; (next = next_on_line(v, at)) != NONE; at = next) v->items[next].line_from = at;
}

/* ---- the path of one simulation ---- */

static bool leads_to(const pel_reasoning *r, uint32_t from, uint32_t to) {
  uint32_t child;
  size_t end, e = edges_of(r, from, &end);
  for (; e < end; e++)
    if (child_of(r, e, &child) && child == to) return true;
  return false;
}

static void draw_path(pel_search_view *v) {
  const pel_simulation *s = pel_search_replay_last(v->work);
  uint32_t node, before = NONE; /* before: an item */
  for (uint32_t i = 0; i < v->n_items; i++) v->items[i].path_from = NONE;
  v->path_nodes = v->path_shown = 0, v->path_value = s ? s->value : NAN;
  for (const char *at = s ? s->path : ""; pel_search_path_next(&at, v->reasoning->n_search_nodes, &node); before = v->item_of[node]) {
    uint32_t item = v->item_of[node];
    v->path_nodes++;
    if (item == NONE) continue;
    v->path_shown++;
    if (v->items[item].path_from == NONE) v->items[item].path_from = before != NONE && leads_to(v->reasoning, v->items[before].node, node) ? before : item;
  }
}

bool pel_search_view_met(const pel_search_view *v, uint32_t node) { return pel_search_replay_met(v->work, node); }

/* ---- all ---- */

void pel_search_view_at(pel_search_view *v, int64_t at) {
  v->at = at <= 0 || at >= v->n_simulations ? 0 : at;
  pel_search_replay_to(v->work, v->at, v->visits, v->totals);
  if (v->at && !v->agreement.nodes) pel_search_replay_compare(v->work, &v->agreement); /* without memory nothing is said of it */
  draw_line(v);
  draw_path(v);
}

static bool goes_by_proof_numbers(const pel_reasoning *r, int64_t span) {
  for (size_t i = 0; i < r->n_attributes; i++)
    if (r->attributes[i].span == span && strcmp(r->attributes[i].name, "method") == 0) return strcmp(r->attributes[i].value, PEL_BY_PROOF_NUMBERS) == 0;
  return false;
}

static pel_status fill(pel_search_view *v, uint32_t top, pel_error *err) {
  const pel_reasoning *r = v->reasoning;
  size_t n = r->n_search_nodes;
  choosing c = {.v = v, .top = top ? top : PEL_SEARCH_TOP, .parent = pel_alloc(n, sizeof *c.parent), .stamp = pel_alloc(n, sizeof *c.stamp)};
  if (c.top > PEL_SEARCH_TOP_MOST) c.top = PEL_SEARCH_TOP_MOST;
  while (r->search_nodes[c.root].span != v->span) c.root++;
  v->items = pel_alloc(2 * (size_t)c.top, sizeof *v->items); /* a `more` for each at most */
  v->item_of = pel_alloc(n, sizeof *v->item_of);
  v->visits = pel_alloc(n, sizeof *v->visits);
  v->totals = pel_alloc(n, sizeof *v->totals);
  bool good = c.parent && c.stamp && v->items && v->item_of && v->visits && v->totals;
  for (size_t i = 0; good && i < n; i++) {
    c.parent[i] = v->item_of[i] = NONE;
    v->n_nodes += r->search_nodes[i].span == v->span;
  }
  good = good && choose(&c) && arrange(&c) && find_cross(&c) && pel_search_replay_new(r, v->span, (pel_search_replay **)&v->work);
  free(c.parent);
  free(c.stamp);
  if (!good) return pel_fail_memory(err, "the tree of a search", n * sizeof *v->visits);
  v->n_simulations = pel_search_replay_count(v->work);
  v->all_kept = r->search_nodes[c.root].visits <= v->n_simulations;
  pel_search_view_at(v, 0);
  return PEL_OK;
}

pel_status pel_search_view_build(const pel_reasoning *r, int64_t span, uint32_t top, pel_search_view **out, pel_error *err) {
  size_t i = 0;
  while (i < r->n_search_nodes && span && r->search_nodes[i].span != span) i++;
  if (i == r->n_search_nodes) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no search%s", span ? " of that stage" : "");
  pel_search_view *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(err, "the tree of a search", sizeof *v);
  v->reasoning = r, v->span = r->search_nodes[i].span, v->by_proof_numbers = goes_by_proof_numbers(r, v->span);
  pel_status status = fill(v, top, err);
  if (status == PEL_OK) *out = v;
  else pel_search_view_free(v);
  return status;
}

void pel_search_view_free(pel_search_view *v) {
  if (!v) return;
  free(v->items), free(v->cross), free(v->item_of), free(v->visits), free(v->totals);
  pel_search_replay_free(v->work);
  free(v);
}

void pel_search_view_rebind(pel_search_view *v, const pel_reasoning *r) {
  v->reasoning = r;
  pel_search_replay_rebind(v->work, r);
}

double pel_search_value(const pel_search_view *v, uint32_t node) { return v->visits[node] > 0 ? v->totals[node] / (double)v->visits[node] : NAN; }

bool pel_search_is_dim(const pel_search_view *v, uint32_t item) {
  for (; item != NONE; item = v->items[item].parent) {
    pel_node_state state = v->reasoning->search_nodes[v->items[item].node].state;
    if (v->items[item].more) continue;
    if (state == PEL_STATE_REFUTED) return true;
    if (state == PEL_STATE_HOLDS) return false;
  }
  return false;
}
