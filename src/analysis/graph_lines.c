/* The lines of a graph's view, and an order of its layers in which few of them cross. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/graph_parts.h"

#define NONE PEL_GRAPH_NONE
#define LINES_EACH 4u /* lines that are kept, for each shown entity */
#define SWEEPS 6

/* ---- lines ---- */

static double attention_of(const pel_graph_edge *e) { return isfinite(e->attention) ? e->attention : -1; }

static _Thread_local const pel_graph_view *sorting;

static int by_ends(const void *a, const void *b) {
  uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
  const pel_graph_edge *x = &sorting->reasoning->graph_edges[i], *y = &sorting->reasoning->graph_edges[k];
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  int word = strcmp(x->relation, y->relation);
  if (word) return word;
  if (x->backwards != y->backwards) return x->backwards < y->backwards ? -1 : 1;
  if (attention_of(x) != attention_of(y)) return attention_of(x) > attention_of(y) ? -1 : 1;
  return i < k ? -1 : i > k;
}

static bool alike(const pel_graph_edge *x, const pel_graph_edge *y) {
  return x->from == y->from && x->to == y->to && x->backwards == y->backwards && !strcmp(x->relation, y->relation);
}

static int by_strength(const void *a, const void *b) { /* those of paths last, so above the others */
  const pel_graph_line *x = a, *y = b;
  double p = isfinite(x->attention) ? x->attention : -1, q = isfinite(y->attention) ? y->attention : -1;
  if (!x->paths != !y->paths) return x->paths ? 1 : -1;
  if (p != q) return p < q ? -1 : 1;
  return x->first > y->first ? -1 : x->first < y->first;
}

static void mark_paths(pel_graph_view *v) {
  const pel_reasoning *r = v->reasoning;
  for (uint32_t k = 0; k < v->n_paths; k++) {
    const char *list = r->graph_paths[v->paths[k]].edges;
    int64_t id;
    for (uint32_t steps = 0; steps < PEL_GRAPH_PATH_STEPS && (id = pel_graph_next_id(&list)) && id <= (int64_t)r->n_graph_edges; steps++)
      for (uint32_t i = 0; i < v->n_lines; i++)
        if (alike(&r->graph_edges[v->lines[i].first], &r->graph_edges[id - 1])) v->lines[i].paths |= 1u << k;
  }
}

bool pel_graph_join(pel_graph_work *w) {
  pel_graph_view *v = w->v;
  const pel_graph_edge *edges = v->reasoning->graph_edges;
  uint32_t *steps = w->out.steps; /* no longer needed in its order */
  size_t n = 0, room = 0;
  for (size_t i = 0; i < v->n_steps; i++) {
    const pel_graph_edge *e = &edges[steps[i]];
    if (e->from != e->to && v->item_of[e->from - 1] != NONE && v->item_of[e->to - 1] != NONE) steps[n++] = steps[i];
  }
  sorting = v;
  qsort(steps, n, sizeof *steps, by_ends);
  for (size_t i = 0; i < n; i++) {
    const pel_graph_edge *e = &edges[steps[i]];
    if (i && alike(e, &edges[steps[i - 1]])) {
      v->lines[v->n_lines - 1].n_steps++;
      continue;
    }
    pel_graph_line *grown = pel_grow(v->lines, &room, (size_t)v->n_lines + 1, sizeof *grown);
    if (!grown) return false;
    v->lines = grown;
    grown[v->n_lines++] = (pel_graph_line){v->item_of[e->from - 1], v->item_of[e->to - 1], steps[i], 1, e->attention, 0};
  }
  mark_paths(v);
  if (v->n_lines) qsort(v->lines, v->n_lines, sizeof *v->lines, by_strength);
  v->n_lines_all = v->n_lines;
  uint32_t most = LINES_EACH * v->n_shown;
  if (v->n_lines > most) { /* the strongest stand last */
    memmove(v->lines, v->lines + (v->n_lines - most), most * sizeof *v->lines);
    v->n_lines = most;
  }
  return true;
}

/* ---- order in the layers ---- */

typedef struct pull { /* where an item's neighbours stand, on average */
  double sum, weight;
  uint32_t item;
} pull;

static _Thread_local const pull *pulls;

static int by_pull(const void *a, const void *b) {
  uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
  const pull *x = &pulls[i], *y = &pulls[k];
  double p = x->weight > 0 ? x->sum / x->weight : x->sum, q = y->weight > 0 ? y->sum / y->weight : y->sum;
  if (p != q) return p < q ? -1 : 1;
  return i < k ? -1 : i > k;
}

/* Where an item stands in its layer, from 0 to 1. */
static double height_of(const pel_graph_view *v, const uint32_t *layer_n, uint32_t item) {
  return (v->items[item].place + 0.5) / layer_n[v->items[item].layer];
}

static void sweep(pel_graph_view *v, pull *p, const uint32_t *layer_n, uint32_t layer, uint32_t first, bool forth, uint32_t *order) {
  uint32_t n = layer_n[layer], shown = v->items[first + n - 1].more ? n - 1 : n; /* "+N more" stays last */
  for (uint32_t i = first; i < first + n; i++) p[i] = (pull){0, 0, i};
  for (uint32_t i = 0; i < v->n_lines; i++) {
    const pel_graph_line *l = &v->lines[i];
    double weight = l->paths ? 2 : isfinite(l->attention) ? 0.1 + l->attention : 0.1;
    uint32_t a = l->from, b = l->to;
    for (int k = 0; k < 2; k++, a = l->to, b = l->from) {
      if (v->items[a].layer != layer || (forth ? v->items[b].layer >= layer : v->items[b].layer <= layer)) continue;
      p[a].sum += weight * height_of(v, layer_n, b), p[a].weight += weight;
    }
  }
  for (uint32_t i = 0; i < shown; i++) {
    order[i] = first + i;
    if (!(p[first + i].weight > 0)) p[first + i].sum = height_of(v, layer_n, first + i);
  }
  pulls = p;
  /* By what pulls them, the same ones as before first: `order` holds items, whose place is looked at anew. */
  qsort(order, shown, sizeof *order, by_pull);
  for (uint32_t i = 0; i < shown; i++) v->items[order[i]].place = i;
}

/* Items into the order of their places; lines follow. */
static bool settle(pel_graph_view *v, const uint32_t *layer_n) {
  pel_graph_item *items = pel_alloc(v->n_items, sizeof *items);
  uint32_t *to = pel_alloc(v->n_items, sizeof *to), first = 0;
  bool good = items && to;
  for (uint32_t l = 0; good && l < v->n_layers; first += layer_n[l++])
    for (uint32_t i = first; i < first + layer_n[l]; i++) to[i] = first + v->items[i].place, items[to[i]] = v->items[i];
  for (uint32_t i = 0; good && i < v->n_lines; i++) v->lines[i].from = to[v->lines[i].from], v->lines[i].to = to[v->lines[i].to];
  if (good) memcpy(v->items, items, v->n_items * sizeof *items);
  for (uint32_t i = 0; good && i < v->n_items; i++)
    if (!v->items[i].more) v->item_of[v->items[i].node] = i;
  free(items);
  free(to);
  return good;
}

/* A layer of answers stays in the order of their scores. */
static bool is_ranked(const pel_graph_view *v, uint32_t first) {
  const pel_graph_node *n = v->items[first].more ? NULL : &v->reasoning->graph_nodes[v->items[first].node];
  return n && pel_graph_is_answer(n) && isfinite(n->score);
}

bool pel_graph_untangle(pel_graph_view *v) {
  pull *p = pel_alloc(v->n_items, sizeof *p);
  uint32_t *order = pel_alloc(v->n_items, sizeof *order), *layer_n = pel_alloc((size_t)v->n_layers + 1, sizeof *layer_n);
  uint32_t *first = pel_alloc((size_t)v->n_layers + 1, sizeof *first);
  bool good = p && order && layer_n && first;
  for (uint32_t i = 0; good && i < v->n_items; i++) layer_n[v->items[i].layer]++;
  for (uint32_t l = 1; good && l < v->n_layers; l++) first[l] = first[l - 1] + layer_n[l - 1];
  for (int k = 0; good && k < SWEEPS; k++)
    for (uint32_t i = 0; i < v->n_layers; i++) {
      uint32_t l = k % 2 ? v->n_layers - 1 - i : i;
      if (layer_n[l] && !is_ranked(v, first[l])) sweep(v, p, layer_n, l, first[l], k % 2 == 0, order);
    }
  good = good && settle(v, layer_n);
  free(p), free(order), free(layer_n), free(first);
  return good;
}
