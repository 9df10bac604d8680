/* From a query to scores. Compiled once a level. */
#include "engine/nn/path_arrays.h"

#include "engine/base/status.h"

/* m: what each run brings is made once and added where its steps lead. */
static void gather(pass_arrays *p, const layer_arrays *x) {
  const pel_path_plan *plan = p->pass->plan;
  const real *relation = x->weights + p->layout.relation;
  real *message = p->rows_a;
  size_t d = p->d;
  clear(x->sum, x->n * d);
  for (size_t i = 0; i < x->runs; i++) {
    const pel_path_run *run = &plan->runs[i];
    const real *h = x->state_before + run->source * d, *e = relation + run->relation * d;
    for (size_t k = 0; k < d; k += LANES) VEC(message + k) = x->alpha[i] * (CVEC(h + k) + CVEC(e + k));
    for (uint32_t j = run->first; j < run->end; j++) add(x->sum + plan->to[j] * d, message, d);
  }
}

static void activate(real *values, size_t n, pel_path_act act) {
  for (size_t i = 0; act == PEL_PATH_RELU && i < n; i += LANES) VEC(values + i) = vec_max(CVEC(values + i), vec_of(0));
  for (size_t i = 0; act == PEL_PATH_TANH && i < n; i += LANES) VEC(values + i) = vec_tanh(CVEC(values + i));
}

/* Eight decisions from each random number, by its bytes: a share of x / 256 is left out. What is kept is scaled, so that the mean stays. */
static void drop(const pel_path_pass *pass, uint32_t layer, layer_arrays *x, size_t n) {
  pel_rng rng = {pass->dropout_seed + 0x632be59bd9b4e019u * layer};
  uint32_t out = (uint32_t)(pass->dropout * 256 + 0.5);
  real scale = (real)256 / (real)(256 - out);
  for (size_t i = 0; i < n; i += 8) {
    uint64_t bits = pel_rng_next(&rng);
    for (size_t j = 0; j < 8; j++, bits >>= 8) {
      x->kept[i + j] = (bits & 255) >= out;
      x->active[i + j] = x->kept[i + j] ? x->active[i + j] * scale : 0;
    }
  }
}

static void gru(pass_arrays *p, layer_arrays *x) {
  size_t d = p->d;
  const real *w = p->pass->weights, *bias = w + p->layout.gru_bias;
  real *input = p->wide_a, *state = p->wide_b;
  clear(state, x->n * 3 * d);
  for (size_t i = 0; i < x->n; i++) memcpy(input + i * 3 * d, bias, 3 * d * sizeof(real));
  multiply_add(input, (matrix){x->active, d, 1}, w + p->layout.gru_input, x->n, d, 3 * d);
  multiply_add(state, (matrix){x->state_before, d, 1}, w + p->layout.gru_state, x->before, d, 3 * d);
  for (size_t i = 0; i < x->n; i++) {
    const real *in = input + i * 3 * d, *st = state + i * 3 * d, *before = i < x->before ? x->state_before + i * d : NULL;
    real *reset = x->gates + i * 4 * d, *update = reset + d, *new = update + d, *new_state = new + d, *h = x->state + i * d;
    for (size_t k = 0; k < d; k += LANES) {
      VEC(reset + k) = vec_sigmoid(CVEC(in + k) + CVEC(st + k));
      VEC(update + k) = vec_sigmoid(CVEC(in + d + k) + CVEC(st + d + k));
      VEC(new_state + k) = CVEC(st + 2 * d + k) + CVEC(bias + 3 * d + k);
      VEC(new + k) = vec_tanh(CVEC(in + 2 * d + k) + CVEC(reset + k) * CVEC(new_state + k));
      VEC(h + k) = (1 - CVEC(update + k)) * CVEC(new + k);
      if (before) VEC(h + k) += CVEC(update + k) * CVEC(before + k);
    }
  }
}

static void forward_layer(pass_arrays *p, uint32_t l) {
  layer_arrays *x = &p->layer[l];
  PEL_PATH_LEVEL(path_attend)(p, x);
  gather(p, x);
  clear(x->active, x->n * p->d);
  multiply_add(x->active, (matrix){x->sum, p->d, 1}, x->weights + p->layout.message, x->n, p->d, p->d);
  activate(x->active, x->n * p->d, p->pass->shape->act);
  if (x->kept) drop(p->pass, l, x, x->n * p->d);
  gru(p, x);
}

static pel_status forward(const pel_path_pass *pass, double *scores, pel_error *err) {
  pass_arrays p;
  place_arrays(&p, pass, NULL);
  PEL_TRY(pel_path_work_need(pass->work, p.bytes, err));
  place_arrays(&p, pass, pass->work->memory);
  clear(p.layer[0].state, p.d);
  for (uint32_t l = 1; l <= pass->plan->layers; l++) forward_layer(&p, l);
  const real *score = (const real *)pass->weights + p.layout.score, *h = p.layer[pass->plan->layers].state;
  for (size_t i = 0; i < p.n; i++) scores[i] = (double)dot(h + i * p.d, score, p.d);
  return PEL_OK;
}

static void attention(const pel_path_pass *pass, uint32_t layer, double *alpha) {
  pass_arrays p;
  place_arrays(&p, pass, pass->work->memory);
  for (size_t i = 0; i < p.layer[layer].runs; i++) alpha[i] = (double)p.layer[layer].alpha[i];
}

static void turn_one(real *out, const real *in, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) out[j * rows + i] = in[i * columns + j];
}

static void turn(const pel_path_shape *s, const void *weights, void *turned) {
  pel_path_layout at = pel_path_layout_of(s);
  turned_layout t = turned_layout_of(s);
  const real *w = weights;
  real *out = turned;
  size_t d = s->dim, a = s->attention;
  for (uint32_t l = 0; l < s->layers; l++) {
    turn_one(out + l * t.layer + t.source, w + l * at.layer + at.source, d, a);
    turn_one(out + l * t.layer + t.step, w + l * at.layer + at.step, d, a);
    turn_one(out + l * t.layer + t.query, w + l * at.layer + at.query, d, a);
    turn_one(out + l * t.layer + t.message, w + l * at.layer + at.message, d, d);
  }
  turn_one(out + t.gru_input, w + at.gru_input, d, 3 * d);
  turn_one(out + t.gru_state, w + at.gru_state, d, 3 * d);
}

void PEL_PATH_LEVEL(path_backward)(const pel_path_pass *pass, const double *by_score, void *gradient, double *const *steps);

extern const pel_path_level PEL_PATH_LEVEL(pel_path_level);
const pel_path_level PEL_PATH_LEVEL(pel_path_level) = {
    .name = PEL_PATH_TEXT(PEL_PATH_OF), .number = sizeof(real), .forward = forward, .backward = PEL_PATH_LEVEL(path_backward), .attention = attention, .turn = turn};
