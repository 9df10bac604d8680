/* Does an explanation name what the answer rests on? Triples are taken away, or left alone, in the order of a ranking, and the answer is scored again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/learn/gnn_explain.h"

typedef struct ranked {
  double value;
  uint64_t draw; /* decides between equals */
  uint32_t triple;
} ranked;

static int best_first(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  return (x->draw > y->draw) - (x->draw < y->draw);
}

/* By attention and by length a triple counts by the best path through it; by derivatives, by the sum over its steps. */
static void take_values(const pel_path_plan *p, const gnn_account *a, pel_gnn_ranking ranking, double *value) {
  for (uint32_t l = 1; l <= p->layers; l++)
    for (uint32_t i = 0; i < pel_path_plan_steps(p, l); i++) {
      double through = a->through[l - 1][i], *v = &value[p->triple[i]];
      if (p->triple[i] == PEL_PATH_NO_TRIPLE || through == -INFINITY) continue;
      if (ranking == PEL_GNN_BY_WEIGHT) *v = (*v == -INFINITY ? 0 : *v) + a->weight[l - 1][i];
      else *v = fmax(*v, ranking == PEL_GNN_AT_RANDOM ? 0 : through);
    }
}

static pel_status rank_triples(pel_gnn *g, const pel_graph *graph, uint32_t place, pel_gnn_ranking ranking, uint64_t random, ranked **out, size_t *n_out, pel_error *err) {
  gnn_account a;
  pel_rng rng = {random};
  PEL_TRY(gnn_account_take(g, place, &a, err));
  pel_status status = gnn_account_worth(g, place, ranking, &a, err);
  double *value = pel_alloc(graph->n_triples, sizeof *value);
  ranked *order = pel_alloc(graph->n_triples, sizeof *order);
  size_t n = 0;
  if (status == PEL_OK && (!value || !order)) status = pel_fail_memory(err, "a ranking of facts", graph->n_triples * sizeof *order);
  if (status == PEL_OK) {
    for (size_t t = 0; t < graph->n_triples; t++) value[t] = -INFINITY;
    take_values(&g->plan, &a, ranking, value);
    for (size_t t = 0; t < graph->n_triples; t++)
      if (value[t] > -INFINITY) order[n++] = (ranked){value[t], pel_rng_next(&rng), (uint32_t)t};
    qsort(order, n, sizeof *order, best_first);
  }
  gnn_account_clear(&a);
  free(value);
  if (status == PEL_OK) *out = order, *n_out = n;
  else free(order);
  return status;
}

/* Of the answer against the other entities' scores on the whole graph: these stay, or a graph with little left would flatter every answer. */
static double share_of(const pel_gnn *g, uint32_t answer, double others) {
  uint32_t place = g->plan.place[answer];
  return place == PEL_PATH_NOT_REACHED ? 0 : 1 / (1 + exp(others - g->scores[place]));
}

/* Other answers that the graph knows are no competition. */
static void forget_known(const pel_gnn *g, const pel_graph *graph, uint32_t subject, uint32_t relation, uint32_t answer) {
  size_t n;
  const pel_hop *known = pel_graph_along(graph, subject, relation, &n);
  for (size_t i = 0; i < n; i++)
    if (known[i].to != answer && g->plan.place[known[i].to] != PEL_PATH_NOT_REACHED) g->scores[g->plan.place[known[i].to]] = -INFINITY;
}

static double log_sum_of_others(const pel_gnn *g, uint32_t place) {
  double top = -INFINITY, sum = 0;
  for (uint32_t i = 0; i < g->plan.nodes[g->plan.layers]; i++)
    if (i != place) top = fmax(top, g->scores[i]);
  for (uint32_t i = 0; i < g->plan.nodes[g->plan.layers]; i++)
    if (i != place) sum += exp(g->scores[i] - top);
  return top == -INFINITY ? -INFINITY : top + log(sum);
}

pel_status pel_gnn_curves(pel_gnn *g, const pel_graph *graph, uint32_t subject, uint32_t relation, uint32_t answer, pel_gnn_ranking ranking, uint64_t random, const uint32_t *counts, size_t n,
                          double *deletion, double *insertion, pel_error *err) {
  if (answer >= graph->n_entities || (unsigned)ranking >= PEL_GNN_RANKINGS) return pel_fail(err, PEL_ERR_USAGE, "curves of an answer that is not there, or by an order that is not known");
  PEL_TRY(gnn_ask(g, graph, subject, relation, NULL, err));
  uint32_t place = g->plan.place[answer];
  for (size_t i = 0; i < n; i++) deletion[i] = insertion[i] = 0;
  if (place == PEL_PATH_NOT_REACHED) return PEL_OK;
  ranked *order;
  size_t n_order;
  forget_known(g, graph, subject, relation, answer);
  double others = log_sum_of_others(g, place);
  PEL_TRY(rank_triples(g, graph, place, ranking, random, &order, &n_order, err));
  uint8_t *out = pel_alloc(graph->n_triples, 1);
  pel_status status = out ? PEL_OK : pel_fail_memory(err, "facts that are left out", graph->n_triples);
  for (size_t i = 0; i < n && status == PEL_OK; i++)
    for (int in = 0; in < 2 && status == PEL_OK; in++) {
      memset(out, in, graph->n_triples);
      for (size_t k = 0; k < counts[i] && k < n_order; k++) out[order[k].triple] = !in;
      status = gnn_ask(g, graph, subject, relation, out, err);
      if (status == PEL_OK) (in ? insertion : deletion)[i] = share_of(g, answer, others);
    }
  free(out), free(order);
  return status;
}
