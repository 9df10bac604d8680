/* Sparse attention: known values, what its definition says, and the exact forms against bisection. */
#include "engine/nn/sparse_attention.h"

#include <math.h>

#include "engine/base/rng.h"
#include "tests/check.h"

enum { MOST = 300 };

typedef struct outcome {
  double weights[MOST], margins[MOST];
  pel_attention a;
} outcome;

static void attend(pel_attention_map map, const double *z, size_t n, outcome *o) {
  pel_error err;
  o->a = (pel_attention){.weights = o->weights, .margins = o->margins};
  CHECK(pel_sparse_attend(map, z, n, &o->a, &err) == PEL_OK);
}

static bool near(double a, double b, double most) { return fabs(a - b) <= most; }

static bool all_near(const double *a, const double *b, size_t n, double most) {
  for (size_t i = 0; i < n; i++)
    if (!near(a[i], b[i], most)) return false;
  return true;
}

/* Scores of several widths, with ties now and then. */
static size_t draw(pel_rng *rng, double *z) {
  size_t n = 1 + (size_t)(pel_rng_uniform(rng) * (MOST - 1));
  double width = pow(10, 3 * pel_rng_uniform(rng) - 1.5), grid = pel_rng_uniform(rng) < 0.3 ? 0.25 : 0;
  for (size_t i = 0; i < n; i++) {
    z[i] = width * (pel_rng_uniform(rng) + pel_rng_uniform(rng) + pel_rng_uniform(rng) - 1.5);
    if (grid > 0) z[i] = grid * floor(z[i] / grid);
  }
  return n;
}

static void known_values(void) {
  const double z[] = {-2, 0, 0.5}, soft[] = {0.0486, 0.3592, 0.5922}, sparse[] = {0, 0.25, 0.75}, entmax[] = {0, 0.3260, 0.6740};
  outcome o;
  attend(PEL_MAP_SOFTMAX, z, 3, &o);
  CHECK(all_near(o.weights, soft, 3, 5e-5) && o.a.support == 3 && o.a.threshold == -INFINITY);
  attend(PEL_MAP_SPARSEMAX, z, 3, &o);
  CHECK(all_near(o.weights, sparse, 3, 1e-15) && o.a.support == 2 && near(o.a.threshold, -0.25, 1e-15));
  CHECK(near(o.margins[0], -1.75, 1e-15) && near(o.margins[2], 0.75, 1e-15));
  attend(PEL_MAP_ENTMAX15, z, 3, &o);
  CHECK(all_near(o.weights, entmax, 3, 5e-5) && o.weights[0] == 0 && o.a.support == 2);
  for (int i = 1; i < 3; i++) CHECK(near(o.weights[i], o.margins[i] * o.margins[i] / 4, 1e-15)); /* its margins are in the scores' units */
}

static void small_cases(void) {
  const double one[] = {-3}, even[] = {2, 2, 2, 2};
  for (int m = 0; m < PEL_MAPS; m++) {
    outcome o;
    attend((pel_attention_map)m, one, 1, &o);
    CHECK(o.weights[0] == 1 && o.a.support == 1 && o.margins[0] > 0);
    attend((pel_attention_map)m, even, 4, &o);
    for (int i = 0; i < 4; i++) CHECK(near(o.weights[i], 0.25, 1e-15));
    CHECK(o.a.support == 4);
  }
}

static void refusals(void) {
  const double bad[] = {1, NAN}, wide[] = {1, INFINITY};
  outcome o = {.a = {.support = 9}};
  pel_error err;
  o.a.weights = o.weights, o.a.margins = o.margins;
  CHECK(pel_sparse_attend(PEL_MAP_SPARSEMAX, bad, 0, &o.a, &err) == PEL_ERR_USAGE);
  CHECK(pel_sparse_attend(PEL_MAP_ENTMAX15, bad, 2, &o.a, &err) == PEL_ERR_USAGE && strstr(err.text, "score 1"));
  CHECK(pel_sparse_attend(PEL_MAP_SOFTMAX, wide, 2, &o.a, &err) == PEL_ERR_USAGE && o.a.support == 9);
  CHECK(pel_sparse_attend_bisect(0.5, bad, 1, &o.a, &err) == PEL_ERR_USAGE);
}

static void check_definition(const outcome *o, size_t n) {
  double sum = 0;
  size_t support = 0;
  for (size_t i = 0; i < n; i++) {
    sum += o->weights[i], support += o->weights[i] > 0;
    CHECK_MSG((o->weights[i] > 0) == (o->margins[i] > 0), "weight %g, margin %g", o->weights[i], o->margins[i]);
    CHECK(o->weights[i] >= 0 && o->weights[i] <= 1);
  }
  CHECK_MSG(near(sum, 1, 1e-12), "sum %.17g", sum);
  CHECK(support == o->a.support);
}

static void definition(void) {
  pel_rng rng = {7};
  for (int trial = 0; trial < 400; trial++) {
    double z[MOST], shifted[MOST], backwards[MOST];
    size_t n = draw(&rng, z);
    for (size_t i = 0; i < n; i++) shifted[i] = z[i] + 1000, backwards[n - 1 - i] = z[i];
    for (int m = 0; m < PEL_MAPS; m++) {
      outcome o, s, b;
      attend((pel_attention_map)m, z, n, &o);
      check_definition(&o, n);
      attend((pel_attention_map)m, shifted, n, &s);
      CHECK(all_near(o.weights, s.weights, n, 1e-9));
      attend((pel_attention_map)m, backwards, n, &b);
      for (size_t i = 0; i < n; i++) CHECK(near(o.weights[i], b.weights[n - 1 - i], 1e-14));
    }
  }
}

static void against_bisection(void) {
  pel_rng rng = {11};
  pel_error err;
  for (int trial = 0; trial < 300; trial++) {
    double z[MOST];
    size_t n = draw(&rng, z);
    for (int m = 0; m < 2; m++) {
      outcome o, b = {.a = {0}};
      b.a.weights = b.weights, b.a.margins = b.margins;
      attend((pel_attention_map)m, z, n, &o);
      CHECK(pel_sparse_attend_bisect(m == PEL_MAP_SPARSEMAX ? 2 : 1.5, z, n, &b.a, &err) == PEL_OK);
      CHECK_MSG(all_near(o.weights, b.weights, n, 1e-10), "trial %d, map %d", trial, m);
      CHECK(near(o.a.threshold, b.a.threshold, 1e-10));
    }
  }
}

static void towards_softmax(void) {
  pel_rng rng = {13};
  pel_error err;
  double z[MOST];
  size_t n = draw(&rng, z) % 40 + 2;
  outcome soft, o = {.a = {0}};
  o.a.weights = o.weights, o.a.margins = o.margins;
  for (size_t i = 0; i < n; i++) z[i] = 4 * pel_rng_uniform(&rng);
  attend(PEL_MAP_SOFTMAX, z, n, &soft);
  double before = INFINITY;
  for (double over = 0.1; over > 1e-4; over /= 4) {
    double worst = 0;
    CHECK(pel_sparse_attend_bisect(1 + over, z, n, &o.a, &err) == PEL_OK);
    for (size_t i = 0; i < n; i++) worst = fmax(worst, fabs(o.weights[i] - soft.weights[i]));
    CHECK_MSG(worst < before, "alpha 1 + %g: %g after %g", over, worst, before);
    before = worst;
  }
  CHECK(before < 1e-3);
  CHECK(pel_sparse_attend_bisect(1, z, n, &o.a, &err) == PEL_OK && all_near(o.weights, soft.weights, n, 0));
}

/* sparsemax is the nearest point of the simplex: (z - p) . (q - p) <= 0 for every other point q of it; its corners are enough. */
static void projection(void) {
  pel_rng rng = {17};
  for (int trial = 0; trial < 200; trial++) {
    double z[MOST], own = 0;
    size_t n = draw(&rng, z);
    outcome o;
    attend(PEL_MAP_SPARSEMAX, z, n, &o);
    for (size_t i = 0; i < n; i++) own += (z[i] - o.weights[i]) * o.weights[i];
    for (size_t i = 0; i < n; i++) CHECK(z[i] - o.weights[i] - own <= 1e-9);
  }
}

static void gates(void) {
  const double z[] = {3, 1, -1}, g[] = {0.5, -4, 2};
  CHECK(pel_sigmoid(0) == 0.5 && pel_sigmoid(800) == 1 && pel_sigmoid(-800) == 0 && near(pel_log_sigmoid(-800), -800, 1e-12));
  CHECK(near(exp(pel_log_sigmoid(1.5)), pel_sigmoid(1.5), 1e-15) && pel_log_sigmoid(800) == 0);
  CHECK(pel_gated(PEL_GATE_NONE, 3, -9) == 3);
  for (int gate = 0; gate < PEL_GATES; gate++) { /* only the literal gate depends on where the scores' zero is */
    double here[3], there[3];
    outcome a, b;
    for (int i = 0; i < 3; i++) here[i] = pel_gated((pel_gate)gate, z[i], g[i]), there[i] = pel_gated((pel_gate)gate, z[i] + 5, g[i]);
    attend(PEL_MAP_ENTMAX15, here, 3, &a);
    attend(PEL_MAP_ENTMAX15, there, 3, &b);
    CHECK_MSG(all_near(a.weights, b.weights, 3, 1e-12) == (gate != PEL_GATE_LITERAL), "%s", pel_gate_name((pel_gate)gate));
  }
  CHECK(pel_gated(PEL_GATE_LITERAL, -2, -9) > -2); /* a closed literal gate raises what is below 0 */
  CHECK(pel_gated(PEL_GATE_LOG_KEY, -2, -9) < -10);
  CHECK_STR(pel_gate_name(PEL_GATE_LITERAL), "literal");
  CHECK_STR(pel_gate_name(PEL_GATES), "");
  CHECK_STR(pel_attention_map_name(PEL_MAP_ENTMAX15), "entmax-1.5");
}

int main(void) {
  RUN(known_values);
  RUN(small_cases);
  RUN(refusals);
  RUN(definition);
  RUN(against_bisection);
  RUN(towards_softmax);
  RUN(projection);
  RUN(gates);
  return check_result();
}
