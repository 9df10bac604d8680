/* From the derivatives by the scores to those by every parameter, by hand. Compiled once a level. */
#include "engine/nn/path_arrays.h"

void PEL_PATH_LEVEL(path_backward)(const pel_path_pass *pass, const double *by_score, void *gradient, double *const *steps);

/* From by_state [n x d] (rows_a) to what came in (by_input, by_part [n x 3 d]: before the gates' functions), and to the state before (rows_b). */
static void gru_gates_back(pass_arrays *p, const layer_arrays *x, real *gradient) {
  size_t d = p->d;
  real *by_bias = gradient + p->layout.gru_bias;
  for (size_t i = 0; i < x->n; i++) {
    const real *reset = x->gates + i * 4 * d, *update = reset + d, *new = update + d, *new_state = new + d, *by = p->rows_a + i * d;
    const real *before = i < x->before ? x->state_before + i * d : NULL;
    real *in = p->wide_a + i * 3 * d, *part = p->wide_b + i * 3 * d, *by_before = p->rows_b + i * d;
    for (size_t k = 0; k < d; k += LANES) {
      vec r = CVEC(reset + k), z = CVEC(update + k), n = CVEC(new + k), g = CVEC(by + k), h = before ? CVEC(before + k) : vec_of(0);
      vec by_new = g * (1 - z) * (1 - n * n), by_update = g * (h - n) * z * (1 - z), by_reset = by_new * CVEC(new_state + k) * r * (1 - r);
      VEC(in + k) = by_reset, VEC(in + d + k) = by_update, VEC(in + 2 * d + k) = by_new;
      VEC(part + k) = by_reset, VEC(part + d + k) = by_update, VEC(part + 2 * d + k) = by_new * r;
      if (before) VEC(by_before + k) = g * z;
    }
    add(by_bias, in, 3 * d);
    add(by_bias + 3 * d, part + 2 * d, d);
  }
}

/* rows_a: by the state; afterwards rows_b: by the state before (its rows), rows_c: by what the GRU took in. */
static void gru_back(pass_arrays *p, const layer_arrays *x, real *gradient) {
  size_t d = p->d;
  turned_layout t = turned_layout_of(p->pass->shape);
  const real *turned = p->pass->turned;
  gru_gates_back(p, x, gradient);
  multiply_add(gradient + p->layout.gru_input, (matrix){x->active, 1, d}, p->wide_a, d, x->n, 3 * d);
  multiply_add(gradient + p->layout.gru_state, (matrix){x->state_before, 1, d}, p->wide_b, d, x->before, 3 * d);
  multiply_add(p->rows_b, (matrix){p->wide_b, 3 * d, 1}, turned + t.gru_state, x->before, 3 * d, d);
  clear(p->rows_c, x->n * d);
  multiply_add(p->rows_c, (matrix){p->wide_a, 3 * d, 1}, turned + t.gru_input, x->n, 3 * d, d);
}

/* rows_c in place: through dropout and the activation. */
static void activation_back(pass_arrays *p, const layer_arrays *x) {
  pel_path_act act = p->pass->shape->act;
  uint32_t out = (uint32_t)(p->pass->dropout * 256 + 0.5);
  real scale = x->kept ? (real)256 / (real)(256 - out) : 1;
  for (size_t i = 0; i < x->n * p->d; i++) {
    real y = x->active[i] / scale, by = x->kept && !x->kept[i] ? 0 : p->rows_c[i] * scale;
    p->rows_c[i] = act == PEL_PATH_RELU ? (y > 0 ? by : 0) : act == PEL_PATH_TANH ? by * (1 - y * y) : by;
  }
}

/* by_sum [n x d] to the states before (rows_b), the relations, and the attention of each run. */
static void gather_back(pass_arrays *p, const layer_arrays *x, const real *by_sum, real *gradient, real *by_alpha, double *steps) {
  const pel_path_plan *plan = p->pass->plan;
  const real *relation = x->weights + p->layout.relation;
  real *by_relation = gradient + p->layout.relation, *total = p->wide_b, *message = total + p->d;
  size_t d = p->d;
  for (size_t i = 0; i < x->runs; i++) {
    const pel_path_run *run = &plan->runs[i];
    const real *h = x->state_before + run->source * d, *e = relation + run->relation * d;
    for (size_t k = 0; k < d; k += LANES) VEC(message + k) = CVEC(h + k) + CVEC(e + k);
    clear(total, d);
    for (uint32_t j = run->first; j < run->end; j++) add(total, by_sum + plan->to[j] * d, d);
    for (uint32_t j = run->first; steps && j < run->end; j++) steps[j] = (double)(x->alpha[i] * dot(by_sum + plan->to[j] * d, message, d));
    by_alpha[i] = dot(total, message, d);
    add_scaled(p->rows_b + run->source * d, x->alpha[i], total, d);
    add_scaled(by_relation + run->relation * d, x->alpha[i], total, d);
  }
}

static void backward_layer(pass_arrays *p, uint32_t l, real *gradient, double *steps) {
  const layer_arrays *x = &p->layer[l];
  turned_layout t = turned_layout_of(p->pass->shape);
  const real *turned = (const real *)p->pass->turned + (l - 1) * t.layer;
  real *of_layer = gradient + (l - 1) * p->layout.layer, *by_sum = p->rows_a;
  size_t d = p->d;
  gru_back(p, x, gradient);
  activation_back(p, x);
  multiply_add(of_layer + p->layout.message, (matrix){x->sum, 1, d}, p->rows_c, d, x->n, d);
  clear(by_sum, x->n * d);
  multiply_add(by_sum, (matrix){p->rows_c, d, 1}, turned + t.message, x->n, d, d);
  gather_back(p, x, by_sum, of_layer, p->by_alpha, steps);
  PEL_PATH_LEVEL(path_attend_back)(p, x, p->by_alpha, turned, of_layer, p->rows_b);
  real *next = p->rows_a;
  p->rows_a = p->rows_b; /* what is known by the state before is by the state of the layer that comes now */
  p->rows_b = next;
}

void PEL_PATH_LEVEL(path_backward)(const pel_path_pass *pass, const double *by_score, void *gradient, double *const *steps) {
  pass_arrays p;
  place_arrays(&p, pass, pass->work->memory);
  const real *score = (const real *)pass->weights + p.layout.score, *h = p.layer[pass->plan->layers].state;
  real *by_weights = gradient;
  for (size_t i = 0; i < p.n; i++) {
    real by = (real)by_score[i];
    for (size_t k = 0; k < p.d; k += LANES) VEC(p.rows_a + i * p.d + k) = by * CVEC(score + k);
    add_scaled(by_weights + p.layout.score, by, h + i * p.d, p.d);
  }
  for (uint32_t l = pass->plan->layers; l >= 1; l--) backward_layer(&p, l, by_weights, steps ? steps[l - 1] : NULL);
}
