/* A graph network that reads paths: from a subject and a relation it walks the graph layer by layer, looks at each step with an attention that
 * the query conditions, and scores every entity that it reaches. After RED-GNN (Zhang and Yao, WWW 2022).
 *
 * With h = 0 at the start, in layer l over the steps (s, r, o) from entities reached so far, "stay where you are" among them:
 *
 *   u = b + w . ReLU (h[s] A_s + e[r] A_r + e[q] A_q + a)         e: a row for each relation, each layer has its own
 *   g = b_g + h[s] . g_s + e[r] . g_r + e[q] . g_q                 the gate: what the query makes of this kind of step from here
 *   alpha = sigma (u + ln sigma (g))                               PEL_GATE_LOG_KEY; literal: sigma (u sigma (g)); none: sigma (u)
 *   m[o] = sum of alpha (h[s] + e[r])
 *   h[o] = GRU (act (m[o] W), h[o])                                gates in the order reset, update, new
 *
 * and score = h . w after the last. An entity that is not reached has no score. There are no numbers of entities: the network can be asked about
 * a graph that it never saw, as long as the relations are the same. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/rng.h"
#include "engine/nn/sparse_attention.h"

enum {
  PEL_PATH_LAYERS_MAX = 8,
  PEL_PATH_DIM_MAX = 256,
  PEL_PATH_ATTENTION_MAX = 64,
  PEL_PATH_RELATIONS_MAX = 1 << 20,
  PEL_PATH_LANES = 8, /* sizes are multiples of it */
  PEL_PATH_NAME_MAX = 48,
};

typedef enum pel_path_act { PEL_PATH_IDENTITY, PEL_PATH_RELU, PEL_PATH_TANH, PEL_PATH_ACTS } pel_path_act;
/* "identity", "relu", "tanh"; "" when out of range. */
const char *pel_path_act_name(pel_path_act act);

typedef struct pel_path_shape {
  uint32_t n_relations; /* of the graph: r + n_relations is r backwards, 2 x n_relations is "stay" */
  uint32_t layers;
  uint32_t dim, attention; /* width of h, and of the attention's inner layer: multiples of PEL_PATH_LANES */
  pel_gate gate;
  pel_path_act act;
} pel_path_shape;

/* PEL_ERR_USAGE with what may stand there, when a number is out of range. */
pel_status pel_path_shape_check(const pel_path_shape *shape, pel_error *err);

/* All parameters are one array; a place in it, in numbers. */
typedef struct pel_path_layout {
  size_t relation, source, step, query, bias, out, out_bias; /* from the start of a layer: e, A_s, A_r, A_q, a, w, b */
  size_t gate_source, gate_relation, gate_query, gate_bias, message;
  size_t layer; /* numbers of one layer: layer l starts at l x layer */
  size_t gru_input, gru_state, gru_bias, score;
  size_t total;
} pel_path_layout;

pel_path_layout pel_path_layout_of(const pel_path_shape *shape);

typedef struct pel_path_tensor {
  char name[PEL_PATH_NAME_MAX];
  size_t at;
  uint32_t rows, columns; /* rows 1: a vector */
  uint32_t fan;           /* inputs that are summed; 0: a bias */
} pel_path_tensor;

/* The parameters as named tensors: how many there are, and the i-th. */
size_t pel_path_tensor_count(const pel_path_shape *shape);
pel_path_tensor pel_path_tensor_at(const pel_path_shape *shape, size_t i);

/* Uniform in +-1/sqrt (inputs), rows of relations with variance 1, gates open (bias 2): weights [layout.total], the places between tensors 0. */
void pel_path_initialise(const pel_path_shape *shape, pel_rng *rng, float *weights);
