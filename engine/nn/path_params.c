#include "engine/nn/path_gnn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/status.h"

const char *pel_path_act_name(pel_path_act act) {
  static const char *const names[PEL_PATH_ACTS] = {"identity", "relu", "tanh"};
  return (unsigned)act < PEL_PATH_ACTS ? names[act] : "";
}

pel_status pel_path_shape_check(const pel_path_shape *s, pel_error *err) {
  if (!s->layers || s->layers > PEL_PATH_LAYERS_MAX)
    return pel_fail(err, PEL_ERR_USAGE, "a graph network of %u layers; 1 to %d are possible", s->layers, PEL_PATH_LAYERS_MAX);
  if (!s->dim || s->dim > PEL_PATH_DIM_MAX || s->dim % PEL_PATH_LANES)
    return pel_fail(err, PEL_ERR_USAGE, "a graph network of width %u; multiples of %d up to %d are possible", s->dim, PEL_PATH_LANES, PEL_PATH_DIM_MAX);
  if (!s->attention || s->attention > PEL_PATH_ATTENTION_MAX || s->attention % PEL_PATH_LANES)
    return pel_fail(err, PEL_ERR_USAGE, "an attention of width %u; multiples of %d up to %d are possible", s->attention, PEL_PATH_LANES, PEL_PATH_ATTENTION_MAX);
  if (!s->n_relations || s->n_relations > PEL_PATH_RELATIONS_MAX)
    return pel_fail(err, PEL_ERR_USAGE, "a graph network for %u relations; 1 to %d are possible", s->n_relations, PEL_PATH_RELATIONS_MAX);
  if ((unsigned)s->gate >= PEL_GATES || (unsigned)s->act >= PEL_PATH_ACTS) return pel_fail(err, PEL_ERR_USAGE, "a graph network whose gate or activation is not known");
  return PEL_OK;
}

static size_t take(size_t *at, size_t n) {
  size_t here = *at;
  *at += pel_round_up(n, PEL_PATH_LANES); /* so that rows of vectors stay where vectors start */
  return here;
}

pel_path_layout pel_path_layout_of(const pel_path_shape *s) {
  pel_path_layout p = {0};
  size_t at = 0, d = s->dim, a = s->attention, gated = s->gate != PEL_GATE_NONE;
  p.relation = take(&at, (2 * (size_t)s->n_relations + 1) * d);
  p.source = take(&at, d * a);
  p.step = take(&at, d * a);
  p.query = take(&at, d * a);
  p.bias = take(&at, a);
  p.out = take(&at, a);
  p.out_bias = take(&at, 1);
  p.gate_source = take(&at, gated * d);
  p.gate_relation = take(&at, gated * d);
  p.gate_query = take(&at, gated * d);
  p.gate_bias = take(&at, gated);
  p.message = take(&at, d * d);
  p.layer = at;
  at *= s->layers;
  p.gru_input = take(&at, 3 * d * d);
  p.gru_state = take(&at, 3 * d * d);
  p.gru_bias = take(&at, 4 * d);
  p.score = take(&at, d);
  p.total = at;
  return p;
}

enum { OF_LAYER = 12, OF_GATE = 4, SHARED = 4 };

size_t pel_path_tensor_count(const pel_path_shape *s) { return s->layers * (size_t)(s->gate == PEL_GATE_NONE ? OF_LAYER - OF_GATE : OF_LAYER) + SHARED; }

static pel_path_tensor tensor(size_t at, size_t rows, uint32_t columns, uint32_t fan) {
  return (pel_path_tensor){.at = at, .rows = (uint32_t)rows, .columns = columns, .fan = fan};
}

static pel_path_tensor of_layer(const pel_path_shape *s, uint32_t layer, size_t which) {
  static const char *const names[OF_LAYER] = {"relation", "attention.source", "attention.relation", "attention.query", "attention.bias", "attention.out", "attention.out_bias",
                                              "message", "gate.source", "gate.relation", "gate.query", "gate.bias"};
  pel_path_layout p = pel_path_layout_of(s);
  uint32_t d = s->dim, a = s->attention;
  const pel_path_tensor all[OF_LAYER] = {tensor(p.relation, 2 * (size_t)s->n_relations + 1, d, 1), tensor(p.source, d, a, d), tensor(p.step, d, a, d), tensor(p.query, d, a, d),
                                         tensor(p.bias, 1, a, 0), tensor(p.out, 1, a, a), tensor(p.out_bias, 1, 1, 0), tensor(p.message, d, d, d),
                                         tensor(p.gate_source, 1, d, 0), tensor(p.gate_relation, 1, d, 0), tensor(p.gate_query, 1, d, 0), tensor(p.gate_bias, 1, 1, 0)};
  pel_path_tensor t = all[which];
  t.at += layer * p.layer;
  snprintf(t.name, sizeof t.name, "layer.%u.%s", layer, names[which]);
  return t;
}

pel_path_tensor pel_path_tensor_at(const pel_path_shape *s, size_t i) {
  static const char *const names[SHARED] = {"gru.input", "gru.state", "gru.bias", "score"};
  size_t each = (pel_path_tensor_count(s) - SHARED) / s->layers;
  if (i < each * s->layers) return of_layer(s, (uint32_t)(i / each), i % each);
  pel_path_layout p = pel_path_layout_of(s);
  uint32_t d = s->dim;
  const pel_path_tensor all[SHARED] = {tensor(p.gru_input, d, 3 * d, d), tensor(p.gru_state, d, 3 * d, d), tensor(p.gru_bias, 4, d, 0), tensor(p.score, 1, d, d)};
  i -= each * s->layers;
  pel_path_tensor t = all[i];
  snprintf(t.name, sizeof t.name, "%s", names[i]);
  return t;
}

void pel_path_initialise(const pel_path_shape *s, pel_rng *rng, float *weights) {
  pel_path_layout p = pel_path_layout_of(s);
  memset(weights, 0, p.total * sizeof *weights);
  for (size_t i = 0; i < pel_path_tensor_count(s); i++) {
    pel_path_tensor t = pel_path_tensor_at(s, i);
    double bound = t.fan == 1 ? sqrt(3) : t.fan ? 1 / sqrt(t.fan) : 0;
    for (size_t j = 0; bound > 0 && j < (size_t)t.rows * t.columns; j++) weights[t.at + j] = (float)(bound * (2 * pel_rng_uniform(rng) - 1));
  }
  for (uint32_t l = 0; s->gate != PEL_GATE_NONE && l < s->layers; l++) weights[l * p.layer + p.gate_bias] = 2;
}
