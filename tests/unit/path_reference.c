#include "tests/unit/path_reference.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct reference {
  const pel_path_shape *shape;
  const double *weights;
  const pel_graph *graph;
  pel_path_layout at;
  uint32_t query;
  double *state, *sum, *next; /* [n_entities x d] */
  bool *reached, *reaches;
} reference;

static double sigma(double x) { return 1 / (1 + exp(-x)); }

static double alpha_of(const reference *x, const double *w, uint32_t source, uint32_t relation) {
  uint32_t d = x->shape->dim, a = x->shape->attention;
  const double *h = x->state + source * d, *e = w + x->at.relation + relation * d, *q = w + x->at.relation + x->query * d;
  double u = w[x->at.out_bias], g = 0;
  for (uint32_t k = 0; k < a; k++) {
    double in = w[x->at.bias + k];
    for (uint32_t i = 0; i < d; i++) in += h[i] * w[x->at.source + i * a + k] + e[i] * w[x->at.step + i * a + k] + q[i] * w[x->at.query + i * a + k];
    u += w[x->at.out + k] * fmax(in, 0);
  }
  if (x->shape->gate == PEL_GATE_NONE) return sigma(u);
  g = w[x->at.gate_bias];
  for (uint32_t i = 0; i < d; i++) g += h[i] * w[x->at.gate_source + i] + e[i] * w[x->at.gate_relation + i] + q[i] * w[x->at.gate_query + i];
  return x->shape->gate == PEL_GATE_LOG_KEY ? sigma(u + log(sigma(g))) : sigma(u * sigma(g));
}

static void step(const reference *x, const double *w, uint32_t source, uint32_t relation, uint32_t to) {
  uint32_t d = x->shape->dim;
  if (!x->reached[source]) return;
  double alpha = alpha_of(x, w, source, relation);
  for (uint32_t i = 0; i < d; i++) x->sum[to * d + i] += alpha * (x->state[source * d + i] + w[x->at.relation + relation * d + i]);
  x->reaches[to] = true;
}

static void gru(const reference *x, const double *y, const double *h, double *out) {
  uint32_t d = x->shape->dim;
  const double *in = x->weights + x->at.gru_input, *st = x->weights + x->at.gru_state, *b = x->weights + x->at.gru_bias;
  for (uint32_t k = 0; k < d; k++) {
    double of_input[3] = {b[k], b[d + k], b[2 * d + k]}, of_state[3] = {0, 0, b[3 * d + k]};
    for (uint32_t part = 0; part < 3; part++)
      for (uint32_t i = 0; i < d; i++) of_input[part] += y[i] * in[i * 3 * d + part * d + k], of_state[part] += h[i] * st[i * 3 * d + part * d + k];
    double r = sigma(of_input[0] + of_state[0]), z = sigma(of_input[1] + of_state[1]), n = tanh(of_input[2] + r * of_state[2]);
    out[k] = (1 - z) * n + z * h[k];
  }
}

static void entity(const reference *x, const double *w, uint32_t e) {
  uint32_t d = x->shape->dim;
  double y[PEL_PATH_DIM_MAX];
  for (uint32_t k = 0; k < d; k++) {
    y[k] = 0;
    for (uint32_t i = 0; i < d; i++) y[k] += x->sum[e * d + i] * w[x->at.message + i * d + k];
    if (x->shape->act == PEL_PATH_RELU) y[k] = fmax(y[k], 0);
    if (x->shape->act == PEL_PATH_TANH) y[k] = tanh(y[k]);
  }
  gru(x, y, x->state + e * d, x->next + e * d);
}

static void layer(const reference *x, const double *w, const uint8_t *left_out) {
  const pel_graph *g = x->graph;
  uint32_t d = x->shape->dim;
  for (size_t i = 0; i < (size_t)g->n_entities * d; i++) x->sum[i] = 0;
  for (uint32_t e = 0; e < g->n_entities; e++) step(x, w, e, 2 * g->n_relations, e);
  for (size_t t = 0; t < g->n_triples; t++) {
    if (left_out && left_out[t]) continue;
    step(x, w, g->triples[t].subject, g->triples[t].relation, g->triples[t].object);
    step(x, w, g->triples[t].object, g->triples[t].relation + g->n_relations, g->triples[t].subject);
  }
  for (uint32_t e = 0; e < g->n_entities; e++) {
    x->reached[e] = x->reaches[e];
    if (x->reached[e]) entity(x, w, e);
    for (uint32_t i = 0; i < d; i++) x->state[e * d + i] = x->reached[e] ? x->next[e * d + i] : 0;
  }
}

void path_reference(const pel_path_shape *shape, const double *weights, const pel_graph *graph, const uint8_t *left_out, uint32_t subject, uint32_t query, double *scores) {
  size_t n = graph->n_entities, d = shape->dim;
  reference x = {.shape = shape, .weights = weights, .graph = graph, .at = pel_path_layout_of(shape), .query = query, .state = calloc(n * d, sizeof(double)),
                 .sum = calloc(n * d, sizeof(double)), .next = calloc(n * d, sizeof(double)), .reached = calloc(n, sizeof(bool)), .reaches = calloc(n, sizeof(bool))};
  x.reached[subject] = x.reaches[subject] = true;
  for (uint32_t l = 0; l < shape->layers; l++) layer(&x, weights + l * x.at.layer, left_out);
  for (size_t e = 0; e < n; e++) {
    scores[e] = x.reached[e] ? 0 : -INFINITY;
    for (size_t i = 0; x.reached[e] && i < d; i++) scores[e] += x.state[e * d + i] * weights[x.at.score + i];
  }
  free(x.state), free(x.sum), free(x.next), free(x.reached), free(x.reaches);
}
