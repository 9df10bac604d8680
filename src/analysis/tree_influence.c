#include "src/analysis/tree_influence.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "src/analysis/model_answer.h"

/* ---- order in which influence flows: reverse post-order of a search along all edges ---- */

typedef struct flow {
  pel_logic_tree *t;
  uint32_t *order; /* post-order */
  uint32_t n;
  uint32_t *stack, *cursor;
  uint8_t *state; /* 0 new, 1 on the way, 2 done */
  bool *closes;   /* [edges of out] closes a circle */
} flow;

static void flow_clear(flow *f) {
  free(f->order);
  free(f->stack);
  free(f->cursor);
  free(f->state);
  free(f->closes);
}

static bool flow_alloc(flow *f, pel_logic_tree *t) {
  uint32_t n = t->n_nodes, m = t->out_start[n];
  *f = (flow){.t = t};
  f->order = pel_alloc(n, sizeof *f->order);
  f->stack = pel_alloc(n, sizeof *f->stack);
  f->cursor = pel_alloc(n, sizeof *f->cursor);
  f->state = pel_alloc(n, 1);
  f->closes = pel_alloc(m, sizeof *f->closes);
  return f->order && f->stack && f->cursor && f->state && f->closes;
}

static void flow_from(flow *f, uint32_t root) {
  const pel_logic_tree *t = f->t;
  uint32_t depth = 0;
  f->stack[depth++] = root;
  f->state[root] = 1;
  f->cursor[root] = t->out_start[root];
  while (depth) {
    uint32_t v = f->stack[depth - 1];
    if (f->cursor[v] == t->out_start[v + 1]) {
      f->state[v] = 2;
      f->order[f->n++] = v;
      depth--;
      continue;
    }
    uint32_t at = f->cursor[v]++, to = (uint32_t)(t->reasoning->edges[t->out[at]].to - 1);
    if (f->state[to] == 1) f->closes[at] = true;
    if (f->state[to]) continue;
    f->state[to] = 1;
    f->cursor[to] = t->out_start[to];
    f->stack[depth++] = to;
  }
}

/* ---- influence ---- */

static double part_of(pel_edge_kind kind) { return kind == PEL_EDGE_CITES || kind == PEL_EDGE_WOULD_CHANGE ? 0.25 : 1; }

static bool has_weight(const pel_edge *e) { return isfinite(e->weight) && e->weight >= 0; }

static double mean_weight(const pel_logic_tree *t, uint32_t v) {
  double sum = 0;
  uint32_t n = 0;
  for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++) {
    const pel_edge *e = &t->reasoning->edges[t->out[i]];
    if (has_weight(e)) sum += fmin(e->weight, 1e6), n++;
  }
  return n && sum > 0 ? sum / n : 1;
}

/* Hands v's influence on to what its edges reach. */
static void hand_on(const flow *f, uint32_t v, double *influence) {
  const pel_logic_tree *t = f->t;
  const pel_edge *edges = t->reasoning->edges;
  double mean = mean_weight(t, v), sum = 0;
  for (int pass = 0; pass < 2; pass++)
    for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++) {
      const pel_edge *e = &edges[t->out[i]];
      double w = part_of(e->kind) * (has_weight(e) ? fmin(e->weight, 1e6) : mean);
      if (f->closes[i]) continue;
      if (pass == 0)
        sum += w;
      else if (sum > 0)
        influence[e->to - 1] += influence[v] * w / sum;
    }
}

static void keep_given(const pel_logic_tree *t, uint32_t v, double *influence) {
  double given = t->reasoning->nodes[v].weight;
  if (isfinite(given)) influence[v] = given;
  influence[v] = fmin(fmax(influence[v], 0), 1);
}

static void spread(const flow *f, double *influence) {
  const pel_logic_tree *t = f->t;
  uint32_t n_conclusions = 0;
  for (uint32_t i = 0; i < t->n_roots; i++) n_conclusions += t->reasoning->nodes[t->roots[i]].kind == PEL_NODE_CONCLUSION;
  for (uint32_t i = 0; i < t->n_roots; i++) {
    uint32_t r = t->roots[i];
    if (n_conclusions == 0 && i == 0) influence[r] = 1; /* without a conclusion, what comes first is one */
    if (t->reasoning->nodes[r].kind == PEL_NODE_CONCLUSION) influence[r] = 1.0 / n_conclusions;
  }
  for (uint32_t i = f->n; i-- > 0;) {
    keep_given(t, f->order[i], influence);
    hand_on(f, f->order[i], influence);
  }
}

pel_status pel_tree_influence(pel_logic_tree *t, pel_error *err) {
  flow f;
  double *influence = pel_alloc(t->n_nodes, sizeof *influence);
  if (!flow_alloc(&f, t) || !influence) {
    flow_clear(&f);
    free(influence);
    return pel_fail_memory(err, "influence in a tree", t->n_nodes * sizeof *influence);
  }
  for (uint32_t i = t->n_roots; i-- > 0;) /* so that in the reverse order the first root comes first */
    if (!f.state[t->roots[i]]) flow_from(&f, t->roots[i]);
  spread(&f, influence);
  for (uint32_t i = t->n_nodes; i-- > 0;) { /* children before parents */
    pel_tree_node *v = &t->nodes[t->reading[i]];
    v->influence = (float)influence[t->reading[i]];
    if (v->influence > v->reach) v->reach = v->influence;
    if (v->parent != PEL_TREE_NONE && t->nodes[v->parent].reach < v->reach) t->nodes[v->parent].reach = v->reach;
  }
  flow_clear(&f);
  free(influence);
  return PEL_OK;
}

/* ---- the fewest that cover a share ---- */

typedef struct ranked {
  float reach;
  uint32_t order, node;
} ranked;

static int by_reach(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->reach != y->reach) return x->reach > y->reach ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_root(const pel_logic_tree *t, uint32_t v) { return t->nodes[v].parent == PEL_TREE_NONE; }

/* The conclusion itself covers nothing: it is what is explained. */
static double total_influence(const pel_logic_tree *t) {
  double total = 0;
  for (uint32_t i = 0; i < t->n_nodes; i++)
    if (!is_root(t, t->reading[i])) total += (double)t->nodes[t->reading[i]].influence;
  return total;
}

/* No node reaches further than its parent, and among equals the parent is read first: what is kept hangs together. */
pel_status pel_tree_keep(pel_logic_tree *t, double share, pel_error *err) {
  double total = total_influence(t), sum = 0;
  bool all = !(share < 1) || !(total > 0);
  ranked *rank = pel_alloc(t->n_nodes, sizeof *rank);
  if (!rank) return pel_fail_memory(err, "the order of a tree's nodes", t->n_nodes * sizeof *rank);
  for (uint32_t i = 0; i < t->n_nodes; i++) rank[i] = (ranked){t->nodes[i].reach, t->nodes[i].order, i};
  if (!all) qsort(rank, t->n_nodes, sizeof *rank, by_reach);
  for (uint32_t i = 0; i < t->n_nodes; i++) {
    uint32_t v = rank[i].node;
    bool conclusion = is_root(t, v) && (t->nodes[v].influence > 0 || i == 0);
    t->nodes[v].kept = all || conclusion || sum < share * total;
    if (t->nodes[v].kept && !is_root(t, v)) sum += (double)t->nodes[v].influence;
  }
  for (uint32_t i = 0; i < t->n_nodes; i++) /* what a model said is never left out, however little rests on it */
    for (uint32_t v = pel_is_model_answer(t->reasoning, i) ? i : PEL_TREE_NONE; v != PEL_TREE_NONE && !t->nodes[v].kept; v = t->nodes[v].parent) t->nodes[v].kept = true;
  free(rank);
  return PEL_OK;
}
