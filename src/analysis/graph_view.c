#include "src/analysis/graph_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/graph_parts.h"
#include "src/analysis/string_build.h"

#define NONE PEL_GRAPH_NONE

bool pel_graph_is_asked(const pel_graph_node *n) { return !strcmp(n->role, "asked"); }
bool pel_graph_is_answer(const pel_graph_node *n) { return !strcmp(n->role, "answer"); }

const char *pel_graph_name(const pel_graph_node *n) { return *n->label ? n->label : n->key; }

void pel_graph_relation(const pel_graph_edge *e, char out[PEL_GRAPH_RELATION]) {
  size_t n = strnlen(e->relation, PEL_GRAPH_RELATION - 1);
  while (n && e->relation[n] && ((unsigned char)e->relation[n] & 0xc0) == 0x80) n--; /* not inside a character */
  for (size_t i = 0; i < n; i++) out[i] = strchr("_\n\t", e->relation[i]) ? ' ' : e->relation[i];
  out[n] = 0;
}

bool pel_graph_has_attention(const pel_graph_view *v) {
  bool any = false;
  for (uint32_t i = 0; i < v->n_lines; i++) any |= isfinite(v->lines[i].attention);
  return any;
}

int64_t pel_graph_next_id(const char **list) {
  char *end;
  long long id = strtoll(*list, &end, 10);
  if (end == *list || id < 1) return 0;
  *list = end;
  return id;
}

char *pel_graph_path_text(const pel_reasoning *r, size_t path) {
  const char *list = r->graph_paths[path].edges;
  pel_string s = {0};
  int64_t id;
  for (uint32_t steps = 0; (id = pel_graph_next_id(&list)) && id <= (int64_t)r->n_graph_edges; steps++) {
    const pel_graph_edge *e = &r->graph_edges[id - 1];
    if (steps == PEL_GRAPH_PATH_STEPS) {
      pel_string_add(&s, " \xe2\x80\xa6");
      break;
    }
    if (!s.size) pel_string_add_sentence(&s, pel_graph_name(&r->graph_nodes[e->from - 1]));
    pel_string_add(&s, " \xe2\x80\x93 ");
    char relation[PEL_GRAPH_RELATION];
    pel_graph_relation(e, relation);
    pel_string_add_sentence(&s, relation);
    pel_string_add(&s, e->backwards ? " \xe2\x86\x90 " : " \xe2\x86\x92 ");
    pel_string_add_sentence(&s, pel_graph_name(&r->graph_nodes[e->to - 1]));
  }
  return pel_string_take(&s);
}

/* ---- steps by their ends ---- */

/* A step that begins and ends at entities of the stage. */
static bool is_step(const pel_graph_work *w, const pel_graph_edge *e) {
  const pel_reasoning *r = w->v->reasoning;
  bool known = e->from >= 1 && e->to >= 1 && e->from <= (int64_t)r->n_graph_nodes && e->to <= (int64_t)r->n_graph_nodes;
  return known && r->graph_nodes[e->from - 1].span == w->v->span && r->graph_nodes[e->to - 1].span == w->v->span;
}

/* Counted first, then put in their places: linear, and in the order of their ids. */
static bool sort_by(pel_graph_work *w, bool outward, pel_graph_steps *s) {
  const pel_reasoning *r = w->v->reasoning;
  s->start = pel_alloc(r->n_graph_nodes + 2, sizeof *s->start), s->steps = pel_alloc(r->n_graph_edges, sizeof *s->steps);
  if (!s->start || !s->steps) return false;
  for (size_t i = 0; i < r->n_graph_edges; i++)
    if (is_step(w, &r->graph_edges[i])) s->start[(outward ? r->graph_edges[i].from : r->graph_edges[i].to) + 1]++;
  for (size_t i = 2; i < r->n_graph_nodes + 2; i++) s->start[i] += s->start[i - 1];
  for (size_t i = 0; i < r->n_graph_edges; i++)
    if (is_step(w, &r->graph_edges[i])) s->steps[s->start[outward ? r->graph_edges[i].from : r->graph_edges[i].to]++] = (uint32_t)i;
  return true; /* start[node] .. start[node + 1] of the node's index, since each was moved to the next one's beginning */
}

/* ---- distance from what was asked ---- */

typedef struct front {
  uint32_t n, at;
} front;

static void reach(pel_graph_work *w, front *f, uint32_t node, uint32_t layer) {
  if (w->layer[node] != NONE || w->v->reasoning->graph_nodes[node].span != w->v->span) return;
  w->layer[node] = layer;
  w->queue[f->n++] = node;
}

/* Along the steps, and where `both` against them, too. */
static void spread(pel_graph_work *w, front *f, bool both) {
  const pel_reasoning *r = w->v->reasoning;
  for (; f->at < f->n; f->at++) {
    uint32_t node = w->queue[f->at];
    for (uint32_t i = w->out.start[node]; i < w->out.start[node + 1]; i++) reach(w, f, (uint32_t)(r->graph_edges[w->out.steps[i]].to - 1), w->layer[node] + 1);
    for (uint32_t i = w->in.start[node]; both && i < w->in.start[node + 1]; i++) reach(w, f, (uint32_t)(r->graph_edges[w->in.steps[i]].from - 1), w->layer[node] + 1);
  }
}

/* Where nothing was asked, what no step leads to; where there is no such thing either, the first one. */
static void begin(pel_graph_work *w, front *f) {
  const pel_reasoning *r = w->v->reasoning;
  for (uint32_t i = 0; i < r->n_graph_nodes; i++)
    if (pel_graph_is_asked(&r->graph_nodes[i])) reach(w, f, i, 0);
  bool asked = f->n > 0;
  for (uint32_t i = 0; !asked && i < r->n_graph_nodes; i++)
    if (w->in.start[i] == w->in.start[i + 1]) reach(w, f, i, 0);
  for (uint32_t i = 0; !f->n && i < r->n_graph_nodes; i++) reach(w, f, i, 0);
}

void pel_graph_rank(pel_graph_work *w) {
  const pel_reasoning *r = w->v->reasoning;
  front f = {0};
  uint32_t last = 0, answers = 0;
  for (size_t i = 0; i < r->n_graph_nodes; i++) w->layer[i] = NONE;
  begin(w, &f);
  spread(w, &f, false);
  f.at = 0;
  spread(w, &f, true);
  for (uint32_t i = 0; i < r->n_graph_nodes; i++) reach(w, &f, i, 1); /* nothing leads there */
  for (uint32_t i = 0; i < r->n_graph_nodes; i++) {
    if (w->layer[i] == NONE) continue;
    bool answer = pel_graph_is_answer(&r->graph_nodes[i]);
    if (answer) answers++;
    else if (w->layer[i] > last) last = w->layer[i];
  }
  for (uint32_t i = 0; answers && i < r->n_graph_nodes; i++)
    if (w->layer[i] != NONE && pel_graph_is_answer(&r->graph_nodes[i])) w->layer[i] = last + 1;
}

/* ---- which are shown ---- */

static void weigh(pel_graph_work *w) {
  const pel_reasoning *r = w->v->reasoning;
  pel_graph_view *v = w->v;
  for (size_t i = 0; i < v->n_steps; i++) {
    const pel_graph_edge *e = &r->graph_edges[w->out.steps[i]];
    double a = isfinite(e->attention) ? e->attention : 0;
    w->weight[e->from - 1] = fmax(w->weight[e->from - 1], a), w->weight[e->to - 1] = fmax(w->weight[e->to - 1], a);
  }
  for (uint32_t k = 0; k < v->n_paths; k++) {
    const char *list = r->graph_paths[v->paths[k]].edges;
    for (int64_t id; (id = pel_graph_next_id(&list)) && id <= (int64_t)r->n_graph_edges;)
      w->weight[r->graph_edges[id - 1].from - 1] = w->weight[r->graph_edges[id - 1].to - 1] = 5 - 0.1 * k;
  }
  for (size_t i = 0; i < r->n_graph_nodes; i++) {
    const pel_graph_node *n = &r->graph_nodes[i];
    if (pel_graph_is_asked(n) || pel_graph_is_answer(n)) w->weight[i] += 2 + (isfinite(n->score) ? 0.5 + atan(n->score) / 4 : 0);
  }
}

static _Thread_local const double *weights;

static int by_weight(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  if (weights[x] != weights[y]) return weights[x] > weights[y] ? -1 : 1;
  return x < y ? -1 : x > y;
}

static _Thread_local const pel_graph_node *arranging;

/* Answers by their score, as a list of them would be; others by id. */
static int by_layer(const void *a, const void *b) {
  const pel_graph_item *x = a, *y = b;
  if (x->layer != y->layer) return x->layer < y->layer ? -1 : 1;
  if (x->more != y->more) return x->more ? 1 : -1;
  if (x->more) return 0;
  double p = arranging[x->node].score, q = arranging[y->node].score;
  if (isfinite(p) != isfinite(q)) return isfinite(p) ? -1 : 1;
  if (isfinite(p) && p != q) return p > q ? -1 : 1;
  return x->node < y->node ? -1 : x->node > y->node;
}

/* Layers of which nothing is shown are left out; what is hidden is counted in the layer where it would stand, or the next one that is there. */
static bool make_items(pel_graph_work *w, uint32_t top) {
  pel_graph_view *v = w->v;
  uint32_t n = 0, last = 0, n_all = (uint32_t)v->reasoning->n_graph_nodes;
  for (uint32_t i = 0; i < n_all; i++)
    if (w->layer[i] != NONE) {
      w->queue[n++] = i;
      if (w->layer[i] > last) last = w->layer[i];
    }
  v->n_nodes = n, v->n_shown = n < top ? n : top;
  weights = w->weight;
  qsort(w->queue, n, sizeof *w->queue, by_weight);
  uint32_t *hidden = pel_alloc((size_t)last + 2, sizeof *hidden), *dense = pel_alloc((size_t)last + 2, sizeof *dense);
  v->items = pel_alloc(2 * (size_t)v->n_shown, sizeof *v->items);
  bool good = hidden && dense && v->items;
  for (uint32_t i = 0; good && i < v->n_shown; i++) dense[w->layer[w->queue[i]]] = 1;
  for (uint32_t l = 0, next = 0; good && l <= last; l++) {
    uint32_t shown = dense[l];
    dense[l] = next, next += shown, v->n_layers = next;
  }
  for (uint32_t i = v->n_shown; good && i < n; i++) {
    uint32_t l = dense[w->layer[w->queue[i]]];
    hidden[l < v->n_layers ? l : v->n_layers - 1]++;
  }
  for (uint32_t i = 0; good && i < v->n_shown; i++) v->items[v->n_items++] = (pel_graph_item){.node = w->queue[i], .layer = dense[w->layer[w->queue[i]]]};
  for (uint32_t l = 0; good && l < v->n_layers; l++)
    if (hidden[l]) v->items[v->n_items++] = (pel_graph_item){.more = true, .node = NONE, .layer = l, .hidden = hidden[l]};
  arranging = v->reasoning->graph_nodes;
  if (good) qsort(v->items, v->n_items, sizeof *v->items, by_layer);
  for (uint32_t i = 0, place = 0; good && i < v->n_items; i++) v->items[i].place = place = i && v->items[i].layer == v->items[i - 1].layer ? place + 1 : 0;
  free(hidden);
  free(dense);
  return good;
}

/* ---- all ---- */

static void index_items(pel_graph_view *v) {
  for (size_t i = 0; i < v->reasoning->n_graph_nodes; i++) v->item_of[i] = NONE;
  for (uint32_t i = 0; i < v->n_items; i++)
    if (!v->items[i].more) v->item_of[v->items[i].node] = i;
}

static void find_paths(pel_graph_view *v) {
  const pel_reasoning *r = v->reasoning;
  for (size_t i = 0; i < r->n_graph_paths; i++) {
    if (r->graph_paths[i].span != v->span) continue;
    v->n_paths_all++;
    if (v->n_paths < PEL_GRAPH_PATHS && *r->graph_paths[i].edges) v->paths[v->n_paths++] = i;
  }
}

static bool fill(pel_graph_view *v, uint32_t top) {
  const pel_reasoning *r = v->reasoning;
  size_t n = r->n_graph_nodes;
  pel_graph_work w = {.v = v, .layer = pel_alloc(n, sizeof *w.layer), .weight = pel_alloc(n, sizeof *w.weight), .queue = pel_alloc(n, sizeof *w.queue)};
  v->item_of = pel_alloc(n, sizeof *v->item_of);
  bool good = w.layer && w.weight && w.queue && v->item_of && sort_by(&w, true, &w.out) && sort_by(&w, false, &w.in);
  if (good) {
    v->n_steps = w.out.start[n];
    find_paths(v);
    pel_graph_rank(&w);
    weigh(&w);
    good = make_items(&w, top > PEL_GRAPH_TOP_MOST ? PEL_GRAPH_TOP_MOST : top ? top : PEL_GRAPH_TOP);
  }
  if (good) {
    index_items(v);
    good = pel_graph_join(&w) && pel_graph_untangle(v);
  }
  free(w.layer), free(w.weight), free(w.queue), free(w.out.start), free(w.out.steps), free(w.in.start), free(w.in.steps);
  return good;
}

pel_status pel_graph_view_build(const pel_reasoning *r, int64_t span, uint32_t top, pel_graph_view **out, pel_error *err) {
  size_t i = 0;
  while (i < r->n_graph_nodes && span && r->graph_nodes[i].span != span) i++;
  if (i == r->n_graph_nodes) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no graph%s", span ? " of that stage" : "");
  pel_graph_view *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(err, "a graph", sizeof *v);
  v->reasoning = r, v->span = r->graph_nodes[i].span;
  if (fill(v, top)) {
    *out = v;
    return PEL_OK;
  }
  pel_graph_view_free(v);
  return pel_fail_memory(err, "a graph", r->n_graph_nodes * sizeof *v->items);
}

void pel_graph_view_free(pel_graph_view *v) {
  if (!v) return;
  free(v->items), free(v->item_of), free(v->lines);
  free(v);
}
