/* A graph network's part in an answer: its score ranks, its attention is recorded with the paths that it followed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/link_audit.h"

enum { MOST_STEPS = 120, MOST_PATHS = 5, LOOKED_AT = 40 }; /* of one answer */

/* The network was learnt from a graph with these relations, in this order. */
static pel_status check_relations(const pel_link_audit *l) {
  pel_gnn_info info;
  uint32_t n = pel_graph_relations(l->graph->graph);
  pel_gnn_get_info(l->gnn, &info);
  if (info.n_relations != n) return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: knows %u relations, the pack has %u: learn it from this pack (pellucid learn gnn)", l->a->o->gnn, info.n_relations, n);
  for (uint32_t r = 0; r < n; r++) {
    const char *name = pel_gnn_relation(l->gnn, r);
    if (name && strcmp(name, l->graph->relations[r]) != 0)
      return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: its relation %u is '%.80s', the pack's is '%.80s': learn it from this pack (pellucid learn gnn)", l->a->o->gnn, r, name, l->graph->relations[r]);
  }
  return PEL_OK;
}

pel_status pel_link_network_open(pel_link_audit *l) {
  if (!l->a->o->gnn) return PEL_OK;
  PEL_TRY(pel_gnn_open(l->a->o->gnn, &l->gnn, l->a->err));
  return check_relations(l);
}

/* ---- what it attended to ---- */

static int by_attention(const void *x, const void *y) {
  const pel_gnn_step *a = x, *b = y;
  if (a->attention != b->attention) return a->attention > b->attention ? -1 : 1;
  if (a->layer != b->layer) return a->layer < b->layer ? -1 : 1;
  return (a->triple > b->triple) - (a->triple < b->triple);
}

typedef struct putting { /* the rows of one answer: steps that have one already */
  pel_link_audit *l;
  struct {
    uint32_t layer, triple, from;
    int64_t id;
  } put[MOST_STEPS + MOST_PATHS * PEL_GNN_LAYERS_MAX];
  size_t n;
} putting;

static pel_status put_step(putting *p, const pel_gnn_step *s, int64_t *id) {
  for (size_t i = 0; i < p->n; i++)
    if (p->put[i].layer == s->layer && p->put[i].triple == s->triple && p->put[i].from == s->from) return *id = p->put[i].id, PEL_OK;
  uint32_t n = pel_graph_relations(p->l->graph->graph);
  bool backwards = s->relation >= n;
  pel_edge_row edge;
  PEL_TRY(pel_edge_row_read(&p->l->rows, p->l->graph->ids[s->triple], &edge));
  pel_graph_step row = {.edge = &edge, .layer = (int32_t)s->layer, .backwards = backwards, .attention = s->attention};
  PEL_TRY(pel_graph_rows_step(&p->l->rows, &row, id));
  p->put[p->n].layer = s->layer, p->put[p->n].triple = s->triple, p->put[p->n].from = s->from, p->put[p->n].id = *id;
  p->n++;
  return PEL_OK;
}

static pel_status put_path(putting *p, const pel_gnn_path *path, int64_t answer) {
  char edges[PEL_GNN_LAYERS_MAX * 24] = "";
  size_t at = 0;
  for (uint32_t i = 0; i < path->n; i++) {
    int64_t id;
    PEL_TRY(put_step(p, &path->steps[i], &id));
    at += (size_t)snprintf(edges + at, sizeof edges - at, "%s%lld", at ? " " : "", (long long)id);
  }
  return pel_graph_rows_path(&p->l->rows, answer, edges, "", path->attention);
}

/* A walk that comes back to where it was explains nothing that a shorter one does not. */
static bool is_simple(const pel_gnn_path *path) {
  for (uint32_t i = 0; i < path->n; i++)
    for (uint32_t k = 0; k <= i; k++)
      if (path->steps[i].to == path->steps[k].from) return false;
  return true;
}

static pel_status put_explanation(pel_link_audit *l, pel_gnn_explanation *e, int64_t answer) {
  putting *p = pel_alloc(1, sizeof *p);
  pel_status status = p ? PEL_OK : pel_fail_memory(l->a->err, "what a network attended to", sizeof *p);
  int64_t id;
  if (p) p->l = l;
  for (size_t i = 0, put = 0; i < e->n_paths && put < MOST_PATHS && status == PEL_OK; i++)
    if (is_simple(&e->paths[i])) status = put_path(p, &e->paths[i], answer), put++;
  if (e->n_steps) qsort(e->steps, e->n_steps, sizeof *e->steps, by_attention);
  for (size_t i = 0, put = 0; i < e->n_steps && put < MOST_STEPS && status == PEL_OK; i++) {
    if (e->steps[i].triple == UINT32_MAX) continue; /* it stays where it is */
    status = put_step(p, &e->steps[i], &id);
    put++;
    if (p->n >= MOST_STEPS) break;
  }
  free(p);
  return status;
}

/* Each edge by the layer that attended to it most. */
static void attend_to_reason(const pel_gnn_explanation *e, pel_link_reason *reason) {
  double sum = 0;
  for (uint32_t i = 0; i < reason->why.rule->length; i++) {
    double most = 0;
    for (size_t k = 0; k < e->n_steps; k++)
      if (e->steps[k].triple == reason->why.triples[i]) most = fmax(most, e->steps[k].attention);
    sum += log(most) / reason->why.rule->length;
  }
  reason->attention = exp(sum);
}

pel_status pel_link_network_explain(pel_link_audit *l, pel_link_answer *x, int64_t answer) {
  pel_gnn_explanation e = {0};
  if (!l->gnn) return PEL_OK;
  uint32_t from = (uint32_t)(l->backwards ? x->object : x->subject) - 1, to = (uint32_t)(l->backwards ? x->subject : x->object) - 1;
  uint32_t relation = l->backwards ? l->relation + pel_graph_relations(l->graph->graph) : l->relation;
  PEL_TRY(pel_gnn_explain(l->gnn, l->graph->graph, from, relation, to, PEL_GNN_BY_ATTENTION, LOOKED_AT, &e, l->a->err));
  for (size_t i = 0; i < x->n_reasons; i++) attend_to_reason(&e, &x->reasons[i]);
  pel_status status = put_explanation(l, &e, answer);
  pel_gnn_explanation_clear(&e);
  return status;
}
