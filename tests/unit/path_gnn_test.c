/* The graph network against its formulae in double, its gradients against finite differences, its reach against a walk of the graph. */
#include "engine/nn/path_compute.h"

#include <math.h>

#include "tests/check.h"
#include "tests/unit/path_reference.h"

enum { ENTITIES = 14, RELATIONS = 3, TRIPLES = 26 };

typedef struct model {
  pel_path_shape shape;
  pel_path_layout at;
  float *f32;
  double *f64;
} model;

static model make_model(pel_gate gate, pel_path_act act, uint32_t layers, uint64_t seed) {
  model m = {.shape = {.n_relations = RELATIONS, .layers = layers, .dim = 16, .attention = 8, .gate = gate, .act = act}};
  pel_rng rng = {seed};
  m.at = pel_path_layout_of(&m.shape);
  m.f32 = calloc(m.at.total, sizeof *m.f32);
  m.f64 = calloc(m.at.total, sizeof *m.f64);
  pel_path_initialise(&m.shape, &rng, m.f32);
  for (size_t i = 0; i < pel_path_tensor_count(&m.shape); i++) { /* biases and gates too, so that nothing is 0 by accident */
    pel_path_tensor t = pel_path_tensor_at(&m.shape, i);
    for (size_t j = 0; !t.fan && j < (size_t)t.rows * t.columns; j++) m.f32[t.at + j] += (float)(0.6 * pel_rng_uniform(&rng) - 0.3);
  }
  for (size_t i = 0; i < m.at.total; i++) m.f64[i] = (double)m.f32[i];
  return m;
}

static void free_model(model *m) { free(m->f32), free(m->f64); }

static pel_graph *make_graph(uint64_t seed) {
  pel_rng rng = {seed};
  pel_triple all[TRIPLES];
  pel_graph *g = NULL;
  for (int i = 0; i < TRIPLES; i++)
    all[i] = (pel_triple){(uint32_t)(pel_rng_next(&rng) % ENTITIES), (uint32_t)(pel_rng_next(&rng) % RELATIONS), (uint32_t)(pel_rng_next(&rng) % ENTITIES)};
  CHECK(pel_graph_create(ENTITIES, RELATIONS, all, TRIPLES, &g, NULL) == PEL_OK);
  return g;
}

/* A number for the scores of a query: sum of c[i] score[i], with c as by_score. */
static double weigh(const model *m, const char *level, const pel_path_plan *plan, uint32_t query, double dropout, const double *by_score, void *gradient, double *const *steps) {
  const pel_path_level *v = pel_path_level_named(level);
  pel_path_work work = {0};
  double scores[ENTITIES], sum = 0;
  void *turned = calloc(pel_path_turned_total(&m->shape), v->number);
  const void *weights = v->number == 8 ? (const void *)m->f64 : m->f32;
  v->turn(&m->shape, weights, turned);
  pel_path_pass pass = {.shape = &m->shape, .plan = plan, .query = query, .weights = weights, .turned = turned, .dropout = dropout, .dropout_seed = 5, .work = &work};
  CHECK(v->forward(&pass, scores, NULL) == PEL_OK);
  for (uint32_t i = 0; i < plan->nodes[plan->layers]; i++) sum += by_score[i] * scores[i];
  if (gradient) v->backward(&pass, by_score, gradient, steps);
  pel_path_work_clear(&work);
  free(turned);
  return sum;
}

static void check_tensor(model *m, const pel_path_plan *plan, double dropout, const double *by_score, const double *gradient, pel_path_tensor t) {
  double most = 0, difference = 0;
  for (size_t j = 0; j < (size_t)t.rows * t.columns; j++) {
    double *w = m->f64 + t.at + j, was = *w, step = 1e-5;
    *w = was + step;
    double above = weigh(m, "double", plan, 1, dropout, by_score, NULL, NULL);
    *w = was - step;
    double below = weigh(m, "double", plan, 1, dropout, by_score, NULL, NULL);
    *w = was;
    double numeric = (above - below) / (2 * step);
    most = fmax(most, fabs(numeric));
    difference = fmax(difference, fabs(numeric - gradient[t.at + j]));
  }
  bool from_nothing = !strncmp(t.name, "layer.0.", 8) && strstr(t.name, ".source"); /* there h is still 0 */
  CHECK_MSG(from_nothing ? difference == 0 && most == 0 : difference < 1e-3 * most, "%s, gate %s: off by %g of %g", t.name, pel_gate_name(m->shape.gate), difference, most);
}

static void check_gradients(pel_gate gate, pel_path_act act, double dropout) {
  model m = make_model(gate, act, 3, 11);
  pel_graph *g = make_graph(3);
  pel_path_plan plan = {0};
  pel_rng rng = {9};
  double by_score[ENTITIES], *gradient = calloc(m.at.total, sizeof *gradient);
  CHECK(pel_path_plan_make(&plan, g, 3, 2, NULL, 0, NULL) == PEL_OK);
  for (int i = 0; i < ENTITIES; i++) by_score[i] = 2 * pel_rng_uniform(&rng) - 1;
  weigh(&m, "double", &plan, 1, dropout, by_score, gradient, NULL);
  for (size_t i = 0; i < pel_path_tensor_count(&m.shape); i++) check_tensor(&m, &plan, dropout, by_score, gradient, pel_path_tensor_at(&m.shape, i));
  pel_path_plan_clear(&plan);
  pel_graph_free(g);
  free(gradient);
  free_model(&m);
}

static void gradients_are_finite_differences(void) {
  check_gradients(PEL_GATE_LOG_KEY, PEL_PATH_IDENTITY, 0);
  check_gradients(PEL_GATE_LITERAL, PEL_PATH_TANH, 0);
  check_gradients(PEL_GATE_NONE, PEL_PATH_RELU, 0);
  check_gradients(PEL_GATE_LOG_KEY, PEL_PATH_RELU, 0.25);
  check_gradients(PEL_GATE_LOG_KEY, PEL_PATH_TANH, 0.25);
}

static void check_forward(pel_gate gate, pel_path_act act, uint64_t seed) {
  static const char *const levels[] = {"double", "plain", "avx2"};
  model m = make_model(gate, act, 3, seed);
  pel_graph *g = make_graph(seed);
  pel_path_plan plan = {0};
  uint8_t left_out[TRIPLES] = {[3] = 1, [4] = 1};
  double expected[ENTITIES], scores[ENTITIES];
  for (uint32_t subject = 0; subject < ENTITIES; subject++) {
    path_reference(&m.shape, m.f64, g, left_out, subject, 4, expected);
    CHECK(pel_path_plan_make(&plan, g, 3, subject, left_out, 0, NULL) == PEL_OK);
    for (int l = 0; l < 3; l++) {
      const pel_path_level *v = pel_path_level_named(levels[l]);
      if (!v) continue;
      pel_path_work work = {0};
      pel_path_pass pass = {.shape = &m.shape, .plan = &plan, .query = 4, .weights = v->number == 8 ? (const void *)m.f64 : m.f32, .work = &work};
      CHECK(v->forward(&pass, scores, NULL) == PEL_OK);
      for (uint32_t e = 0; e < ENTITIES; e++) {
        uint32_t place = plan.place[e];
        CHECK((place == PEL_PATH_NOT_REACHED) == (expected[e] == -INFINITY));
        if (place != PEL_PATH_NOT_REACHED)
          CHECK_MSG(fabs(scores[place] - expected[e]) < (v->number == 8 ? 1e-12 : 2e-5), "%s: %g, not %g", v->name, scores[place], expected[e]);
      }
      pel_path_work_clear(&work);
    }
  }
  pel_path_plan_clear(&plan);
  pel_graph_free(g);
  free_model(&m);
}

static void forward_is_the_formulae(void) {
  for (int gate = 0; gate < PEL_GATES; gate++)
    for (int act = 0; act < PEL_PATH_ACTS; act++) check_forward((pel_gate)gate, (pel_path_act)act, (uint64_t)(100 + 10 * gate + act));
}

static void levels_give_the_same_bits(void) {
  model m = make_model(PEL_GATE_LOG_KEY, PEL_PATH_TANH, 4, 5);
  pel_graph *g = make_graph(8);
  pel_path_plan plan = {0};
  double by_score[ENTITIES];
  float *a = calloc(m.at.total, sizeof *a), *b = calloc(m.at.total, sizeof *b);
  for (int i = 0; i < ENTITIES; i++) by_score[i] = i - 6.5;
  CHECK(pel_path_plan_make(&plan, g, 4, 2, NULL, 0, NULL) == PEL_OK);
  double x = weigh(&m, "plain", &plan, 0, 0.1, by_score, a, NULL);
  if (pel_path_level_named("avx2")) {
    double y = weigh(&m, "avx2", &plan, 0, 0.1, by_score, b, NULL);
    CHECK(x == y && memcmp(a, b, m.at.total * sizeof *a) == 0);
  }
  free(a), free(b);
  pel_path_plan_clear(&plan);
  pel_graph_free(g);
  free_model(&m);
}

/* The derivative by a step's weight is what scaling that step's message in that layer does; summed over the steps out of a run it is alpha's. */
static void steps_weigh_what_they_bring(void) {
  model m = make_model(PEL_GATE_LOG_KEY, PEL_PATH_IDENTITY, 2, 21);
  pel_graph *g = make_graph(4);
  pel_path_plan plan = {0};
  CHECK(pel_path_plan_make(&plan, g, 2, 2, NULL, 0, NULL) == PEL_OK);
  uint32_t n = plan.nodes[2];
  double by_score[ENTITIES] = {0}, *steps[2] = {calloc(pel_path_plan_steps(&plan, 2), sizeof(double)), calloc(pel_path_plan_steps(&plan, 2), sizeof(double))};
  double *gradient = calloc(m.at.total, sizeof *gradient);
  by_score[n - 1] = 1;
  weigh(&m, "double", &plan, 1, 0, by_score, gradient, steps);
  for (uint32_t i = 0; i < pel_path_plan_steps(&plan, 2); i++) /* in the last layer only steps to the entity asked about count */
    CHECK((steps[1][i] != 0) == (plan.to[i] == n - 1));
  free(steps[0]), free(steps[1]), free(gradient);
  pel_path_plan_clear(&plan);
  pel_graph_free(g);
  free_model(&m);
}

static void reach_is_a_walk(void) {
  const pel_triple chain[] = {{0, 0, 1}, {1, 0, 2}, {2, 0, 3}, {3, 0, 4}, {5, 0, 6}};
  pel_graph *g;
  pel_path_plan plan = {0};
  CHECK(pel_graph_create(7, 1, chain, 5, &g, NULL) == PEL_OK);
  for (uint32_t layers = 1; layers <= 5; layers++) {
    CHECK(pel_path_plan_make(&plan, g, layers, 0, NULL, 0, NULL) == PEL_OK);
    for (uint32_t e = 0; e < 7; e++) CHECK((plan.place[e] != PEL_PATH_NOT_REACHED) == (e <= layers && e < 5));
    CHECK(plan.nodes[layers] == (layers < 4 ? layers + 1 : 5) && !plan.cut);
  }
  CHECK(pel_path_plan_make(&plan, g, 5, 0, NULL, 3, NULL) == PEL_OK && plan.cut && plan.nodes[5] == 3);
  CHECK(pel_path_plan_make(&plan, g, 2, 9, NULL, 0, NULL) == PEL_ERR_USAGE);
  CHECK(pel_path_plan_make(&plan, g, 2, 5, NULL, 0, NULL) == PEL_OK && plan.nodes[2] == 2);
  pel_path_plan_clear(&plan);
  pel_graph_free(g);
}

static void closed_gates_suppress(void) {
  model m = make_model(PEL_GATE_LOG_KEY, PEL_PATH_IDENTITY, 1, 33);
  pel_graph *g = make_graph(4);
  for (int gate = 0; gate < 2; gate++) {
    pel_path_plan plan = {0};
    pel_path_work work = {0};
    const pel_path_level *v = pel_path_level_named("double");
    double scores[ENTITIES], alpha[2 * TRIPLES + 1];
    m.shape.gate = gate ? PEL_GATE_LITERAL : PEL_GATE_LOG_KEY; /* the same layout */
    m.f64[m.at.gate_bias] = -40;
    m.f64[m.at.out_bias] = -3;
    CHECK(pel_path_plan_make(&plan, g, 1, 2, NULL, 0, NULL) == PEL_OK);
    pel_path_pass pass = {.shape = &m.shape, .plan = &plan, .query = 0, .weights = m.f64, .work = &work};
    CHECK(v->forward(&pass, scores, NULL) == PEL_OK);
    v->attention(&pass, 1, alpha);
    for (uint32_t i = 0; i < plan.runs_of[1]; i++) CHECK(gate ? fabs(alpha[i] - 0.5) < 1e-6 : alpha[i] < 1e-12);
    pel_path_work_clear(&work);
    pel_path_plan_clear(&plan);
  }
  pel_graph_free(g);
  free_model(&m);
}

static void odd_shapes_are_refused(void) {
  pel_path_shape good = {.n_relations = 2, .layers = 3, .dim = 16, .attention = 8, .gate = PEL_GATE_LOG_KEY, .act = PEL_PATH_TANH}, s;
  CHECK(pel_path_shape_check(&good, NULL) == PEL_OK);
  s = good; s.layers = 0; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
  s = good; s.layers = 9; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
  s = good; s.dim = 20; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
  s = good; s.attention = 5; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
  s = good; s.n_relations = 0; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
  s = good; s.gate = PEL_GATES; CHECK(pel_path_shape_check(&s, NULL) == PEL_ERR_USAGE);
}

int main(void) {
  RUN(forward_is_the_formulae);
  RUN(gradients_are_finite_differences);
  RUN(levels_give_the_same_bits);
  RUN(steps_weigh_what_they_bring);
  RUN(reach_is_a_walk);
  RUN(closed_gates_suppress);
  RUN(odd_shapes_are_refused);
  return check_result();
}
