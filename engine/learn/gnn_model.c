/* A learnt graph network, opened to be asked and explained. */
#include "engine/learn/gnn_model.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

pel_status pel_gnn_open(const char *path, pel_gnn **out, pel_error *err) {
  pel_gnn *g = pel_alloc(1, sizeof *g);
  if (!g) return pel_fail_memory(err, "a graph network", sizeof *g);
  g->level = pel_path_level_best();
  pel_status status = gnn_file_read(path, &g->file, err);
  size_t total = status == PEL_OK ? pel_path_turned_total(&g->file.shape) : 0;
  if (status == PEL_OK && !(g->turned = pel_alloc_aligned(total, sizeof *g->turned))) status = pel_fail_memory(err, "a graph network", total * sizeof *g->turned);
  if (status != PEL_OK) {
    pel_gnn_close(g);
    return status;
  }
  g->level->turn(&g->file.shape, g->file.weights, g->turned);
  *out = g;
  return PEL_OK;
}

void pel_gnn_close(pel_gnn *g) {
  if (!g) return;
  gnn_file_clear(&g->file);
  pel_path_plan_clear(&g->plan);
  pel_path_work_clear(&g->work);
  free(g->turned);
  free(g->scores);
  free(g->ignored);
  free(g);
}

void pel_gnn_get_info(const pel_gnn *g, pel_gnn_info *out) {
  const pel_path_shape *s = &g->file.shape;
  *out = (pel_gnn_info){.n_relations = s->n_relations, .layers = s->layers, .dim = s->dim, .attention = s->attention, .gate = (pel_gnn_gate)s->gate, .act = (pel_gnn_act)s->act,
                        .curve = g->file.curve, .n_curve = g->file.n_curve, .best_epoch = g->file.best_epoch};
  for (size_t i = 0; i < pel_path_tensor_count(s); i++) {
    pel_path_tensor t = pel_path_tensor_at(s, i);
    out->parameters += (size_t)t.rows * t.columns;
  }
}

const char *pel_gnn_relation(const pel_gnn *g, uint32_t relation) { return g->file.relations && relation < g->file.shape.n_relations ? g->file.relations[relation] : NULL; }
void pel_gnn_limit(pel_gnn *g, uint32_t most) { g->most = most; }

/* FNV-1a over the bits of the weights, tensor by tensor. */
uint64_t pel_gnn_print(const pel_gnn *g) {
  const pel_path_shape *s = &g->file.shape;
  uint64_t h = 0xcbf29ce484222325u ^ s->layers;
  for (size_t i = 0; i < pel_path_tensor_count(s); i++) {
    pel_path_tensor t = pel_path_tensor_at(s, i);
    for (size_t k = 0; k < (size_t)t.rows * t.columns; k++) {
      uint32_t bits;
      memcpy(&bits, g->file.weights + t.at + k, sizeof bits);
      h = (h ^ bits) * 0x100000001b3u;
    }
  }
  return (h >> 11) | 1; /* a double holds it; never 0 */
}

pel_status gnn_ask(pel_gnn *g, const pel_graph *graph, uint32_t subject, uint32_t relation, const uint8_t *left_out, pel_error *err) {
  const pel_path_shape *s = &g->file.shape;
  if (graph->n_relations != s->n_relations) return pel_fail(err, PEL_ERR_USAGE, "a graph of %u relations, asked of a network that learnt %u; the two do not belong together", graph->n_relations, s->n_relations);
  if (relation >= 2 * s->n_relations || subject >= graph->n_entities) return pel_fail(err, PEL_ERR_USAGE, "a question about an entity or a relation that is not there");
  PEL_TRY(pel_path_plan_make(&g->plan, graph, s->layers, subject, left_out, g->most, err));
  double *scores = pel_grow(g->scores, &g->scores_capacity, g->plan.nodes[s->layers], sizeof *scores);
  if (!scores) return pel_fail_memory(err, "scores", g->plan.nodes[s->layers] * sizeof *scores);
  g->scores = scores;
  g->pass = (pel_path_pass){.shape = s, .plan = &g->plan, .query = relation, .weights = g->file.weights, .turned = g->turned, .work = &g->work};
  PEL_TRY(g->level->forward(&g->pass, scores, err));
  if (!gnn_all_finite(scores, g->plan.nodes[s->layers])) return pel_fail(err, PEL_ERR_INPUT, "the graph network's numbers are too large to compute with; learn it anew");
  return PEL_OK;
}

pel_status pel_gnn_score(pel_gnn *g, const pel_graph *graph, uint32_t subject, uint32_t relation, double *scores, pel_error *err) {
  PEL_TRY(gnn_ask(g, graph, subject, relation, NULL, err));
  gnn_softmax(g->scores, g->plan.nodes[g->plan.layers]);
  for (uint32_t e = 0; e < graph->n_entities; e++) scores[e] = g->plan.place[e] == PEL_PATH_NOT_REACHED ? 0 : g->scores[g->plan.place[e]];
  return PEL_OK;
}
