/* The attention and its gate: a number for each run of steps of one relation out of one place. Compiled once a level. */
#include "engine/nn/path_arrays.h"

/* What each source and each relation brings to the attention's inner layer and to the gate; made once a layer, so that a run costs one row. */
static void prepare(pass_arrays *p, const layer_arrays *x) {
  const pel_path_layout *at = &p->layout;
  const real *w = x->weights, *relation = w + at->relation, *query = relation + p->pass->query * p->d;
  clear(p->att_source, x->before * p->a);
  multiply_add(p->att_source, (matrix){x->state_before, p->d, 1}, w + at->source, x->before, p->d, p->a);
  clear(p->att_relation, p->relations * p->a);
  multiply_add(p->att_relation, (matrix){relation, p->d, 1}, w + at->step, p->relations, p->d, p->a);
  memcpy(p->att_query, w + at->bias, p->a * sizeof(real));
  multiply_add(p->att_query, (matrix){query, p->d, 1}, w + at->query, 1, p->d, p->a);
  if (p->pass->shape->gate == PEL_GATE_NONE) return;
  real from_query = dot(query, w + at->gate_query, p->d) + w[at->gate_bias];
  for (size_t i = 0; i < x->before; i++) p->gate_source[i] = dot(x->state_before + i * p->d, w + at->gate_source, p->d) + from_query;
  for (size_t r = 0; r < p->relations; r++) p->gate_relation[r] = dot(relation + r * p->d, w + at->gate_relation, p->d);
}

static real inner(const pass_arrays *p, const layer_arrays *x, const pel_path_run *run) {
  const real *s = p->att_source + run->source * p->a, *r = p->att_relation + run->relation * p->a, *w = x->weights + p->layout.out;
  vec sum = vec_of(0);
  for (size_t i = 0; i < p->a; i += LANES) sum += CVEC(w + i) * vec_max(CVEC(s + i) + CVEC(r + i) + CVEC(p->att_query + i), vec_of(0));
  return lane_sum(sum) + x->weights[p->layout.out_bias];
}

/* sigma (u + ln sigma (g)) = 1 / (1 + e^-u (1 + e^-g)): the gate in log space without a logarithm. */
static void alphas(layer_arrays *x, pel_gate gate) {
  for (size_t i = 0; i < x->runs; i += LANES) {
    vec u = CVEC(x->raw + i), open = vec_of(1);
    if (gate != PEL_GATE_NONE) open = 1 + vec_exp(-CVEC(x->gate + i));
    VEC(x->gate + i) = 1 / open;
    if (gate == PEL_GATE_LITERAL) VEC(x->alpha + i) = vec_sigmoid(u / open);
    else VEC(x->alpha + i) = 1 / (1 + vec_exp(-u) * open);
  }
}

void PEL_PATH_LEVEL(path_attend)(pass_arrays *p, layer_arrays *x) {
  const pel_path_run *runs = p->pass->plan->runs;
  bool gated = p->pass->shape->gate != PEL_GATE_NONE;
  prepare(p, x);
  clear(x->raw + x->runs, LANES);
  clear(x->gate + x->runs, LANES);
  for (size_t i = 0; i < x->runs; i++) {
    x->raw[i] = inner(p, x, &runs[i]);
    x->gate[i] = gated ? p->gate_source[runs[i].source] + p->gate_relation[runs[i].relation] : 0;
  }
  alphas(x, p->pass->shape->gate);
}

/* ---- backward ---- */

static void run_back(pass_arrays *p, const layer_arrays *x, size_t i, real by_alpha, real *gradient) {
  const pel_path_run *run = &p->pass->plan->runs[i];
  pel_gate kind = p->pass->shape->gate;
  real alpha = x->alpha[i], open = x->gate[i], u = x->raw[i], by_logit = by_alpha * alpha * (1 - alpha), by_raw = by_logit;
  if (kind != PEL_GATE_NONE) {
    real by_gate = kind == PEL_GATE_LITERAL ? by_logit * u * open * (1 - open) : by_logit * (1 - open);
    if (kind == PEL_GATE_LITERAL) by_raw = by_logit * open;
    p->by_gate_source[run->source] += by_gate;
    p->by_gate_relation[run->relation] += by_gate;
  }
  const real *s = p->att_source + run->source * p->a, *r = p->att_relation + run->relation * p->a, *w = x->weights + p->layout.out;
  real *by_s = p->by_att_source + run->source * p->a, *by_r = p->by_att_relation + run->relation * p->a, *by_w = gradient + p->layout.out;
  for (size_t k = 0; k < p->a; k += LANES) {
    vec in = CVEC(s + k) + CVEC(r + k) + CVEC(p->att_query + k);
    VEC(by_w + k) += by_raw * vec_max(in, vec_of(0));
    vec by_in = (vec)((ivec)(by_raw * CVEC(w + k)) & (in > 0));
    VEC(by_s + k) += by_in;
    VEC(by_r + k) += by_in;
  }
  gradient[p->layout.out_bias] += by_raw;
}

static void gate_back(pass_arrays *p, const layer_arrays *x, real *gradient, real *by_state) {
  const pel_path_layout *at = &p->layout;
  const real *w = x->weights, *relation = w + at->relation, *query = relation + p->pass->query * p->d;
  real *by_relation = gradient + at->relation, all = 0;
  for (size_t i = 0; i < x->before; i++) {
    add_scaled(gradient + at->gate_source, p->by_gate_source[i], x->state_before + i * p->d, p->d);
    add_scaled(by_state + i * p->d, p->by_gate_source[i], w + at->gate_source, p->d);
    all += p->by_gate_source[i];
  }
  for (size_t r = 0; r < p->relations; r++) {
    add_scaled(gradient + at->gate_relation, p->by_gate_relation[r], relation + r * p->d, p->d);
    add_scaled(by_relation + r * p->d, p->by_gate_relation[r], w + at->gate_relation, p->d);
  }
  add_scaled(gradient + at->gate_query, all, query, p->d);
  add_scaled(by_relation + p->pass->query * p->d, all, w + at->gate_query, p->d);
  gradient[at->gate_bias] += all;
}

void PEL_PATH_LEVEL(path_attend_back)(pass_arrays *p, const layer_arrays *x, const real *by_alpha, const real *turned, real *gradient, real *by_state) {
  const pel_path_layout *at = &p->layout;
  turned_layout t = turned_layout_of(p->pass->shape);
  size_t d = p->d, a = p->a;
  const real *relation = x->weights + at->relation, *query = relation + p->pass->query * d;
  real *by_relation = gradient + at->relation;
  prepare(p, x); /* the scratch has been another layer's since */
  clear(p->by_att_source, x->before * a);
  clear(p->by_att_relation, p->relations * a);
  clear(p->by_att_query, a);
  clear(p->by_gate_source, x->before);
  clear(p->by_gate_relation, p->relations);
  for (size_t i = 0; i < x->runs; i++) run_back(p, x, i, by_alpha[i], gradient);
  for (size_t i = 0; i < x->before; i++) add(p->by_att_query, p->by_att_source + i * a, a);
  multiply_add(gradient + at->source, (matrix){x->state_before, 1, d}, p->by_att_source, d, x->before, a);
  multiply_add(by_state, (matrix){p->by_att_source, a, 1}, turned + t.source, x->before, a, d);
  multiply_add(gradient + at->step, (matrix){relation, 1, d}, p->by_att_relation, d, p->relations, a);
  multiply_add(by_relation, (matrix){p->by_att_relation, a, 1}, turned + t.step, p->relations, a, d);
  multiply_add(gradient + at->query, (matrix){query, 1, 1}, p->by_att_query, d, 1, a);
  multiply_add(by_relation + p->pass->query * d, (matrix){p->by_att_query, a, 1}, turned + t.query, 1, a, d);
  add(gradient + at->bias, p->by_att_query, a);
  if (p->pass->shape->gate != PEL_GATE_NONE) gate_back(p, x, gradient, by_state);
}
