#include "engine/learn/gnn_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

_Static_assert((int)PEL_GNN_GATE_LOG_KEY == (int)PEL_GATE_LOG_KEY && (int)PEL_GNN_GATE_LITERAL == (int)PEL_GATE_LITERAL && (int)PEL_GNN_GATES == (int)PEL_GATES, "gates");
_Static_assert((int)PEL_GNN_IDENTITY == (int)PEL_PATH_IDENTITY && (int)PEL_GNN_TANH == (int)PEL_PATH_TANH && (int)PEL_GNN_ACTS == (int)PEL_PATH_ACTS, "activations");
_Static_assert((int)PEL_GNN_LAYERS_MAX == (int)PEL_PATH_LAYERS_MAX, "layers");

const char *pel_gnn_gate_name(pel_gnn_gate gate) { return pel_gate_name((pel_gate)gate); }
const char *pel_gnn_act_name(pel_gnn_act act) { return pel_path_act_name((pel_path_act)act); }

void pel_gnn_options_default(pel_gnn_options *out) {
  *out = (pel_gnn_options){.layers = 4, .dim = 48, .attention = 8, .gate = PEL_GNN_GATE_LOG_KEY, .act = PEL_GNN_RELU, .seed = 1, .epochs = 40, .patience = 10, .batch = 16,
                           .rate = 3e-3, .decay = 0.98, .weight_decay = 1e-4, .dropout = 0, .average = 0.995, .graph_share = 0.75, .validation_triples = 1000, .threads = 1,
                           .checkpoint_seconds = 30};
}

pel_path_shape gnn_shape_of(const pel_gnn_options *o, uint32_t n_relations) {
  return (pel_path_shape){.n_relations = n_relations, .layers = o->layers, .dim = o->dim, .attention = o->attention, .gate = (pel_gate)o->gate, .act = (pel_path_act)o->act};
}

pel_status gnn_state_create(const pel_gnn_options *o, uint32_t n_relations, gnn_state *out, pel_error *err) {
  gnn_state s = {.shape = gnn_shape_of(o, n_relations), .random = o->seed, .rate = o->rate, .power_1 = 1, .power_2 = 1, .best_mrr = NAN, .last_mrr = NAN};
  PEL_TRY(pel_path_shape_check(&s.shape, err));
  s.total = pel_path_layout_of(&s.shape).total;
  float **arrays[] = {&s.weights, &s.mean, &s.square, &s.average, &s.best};
  bool made = true;
  for (int i = 0; i < 5; i++) made = (*arrays[i] = pel_alloc_aligned(s.total, sizeof(float))) && made;
  if (!made) {
    gnn_state_clear(&s);
    return pel_fail_memory(err, "the weights", 5 * s.total * sizeof(float));
  }
  pel_rng rng = {s.random};
  pel_path_initialise(&s.shape, &rng, s.weights);
  memcpy(s.average, s.weights, s.total * sizeof *s.average);
  s.random = s.epoch_random = rng.state;
  *out = s;
  return PEL_OK;
}

void gnn_state_clear(gnn_state *s) {
  free(s->weights), free(s->mean), free(s->square), free(s->average), free(s->best), free(s->curve);
  *s = (gnn_state){0};
}

pel_status gnn_state_add_curve(gnn_state *s, double loss, double mrr, pel_error *err) {
  double *grown = pel_grow(s->curve, &s->curve_capacity, 3 * (s->n_curve + 1), sizeof *grown);
  if (!grown) return pel_fail_memory(err, "the loss curve", 3 * (s->n_curve + 1) * sizeof *grown);
  s->curve = grown;
  double *at = grown + 3 * s->n_curve++;
  at[0] = loss, at[1] = mrr, at[2] = s->seconds;
  return PEL_OK;
}
