#include "tests/unit/planted_source.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/rng.h"

enum { MOST_ATOMS = 400000 };

typedef struct planter {
  const planted_shape *shape;
  pel_horn *horn;
  pel_rng rng;
  uint32_t n;
} planter;

static int below(planter *p, int n) { return (int)(pel_rng_next(&p->rng) % (uint64_t)n); }

static uint32_t fresh(planter *p) {
  if (p->n >= MOST_ATOMS) abort();
  return p->n++;
}

static double confidence(planter *p, bool planted) {
  double u = 0.05 + 0.95 * pel_rng_uniform(&p->rng), v = 0.05 + 0.95 * pel_rng_uniform(&p->rng), informed = p->shape->informed;
  if (p->shape->certain) return 1;
  bool told = planted && (informed > 0 ? u < v : u > v);
  return told ? u + fabs(informed) * (v - u) : u;
}

static void rule(planter *p, uint32_t head, const uint32_t *body, bool planted) {
  pel_horn_rule(p->horn, head, body, (size_t)p->shape->body, confidence(p, planted), NULL, NULL);
}

/* A rule that cannot apply: at least one atom of its body is never supported. */
static void distract(planter *p, uint32_t head, int blind) {
  uint32_t body[8];
  int dead = below(p, p->shape->body);
  for (int i = 0; i < p->shape->body; i++) {
    bool back = p->shape->circles && i != dead && below(p, 4) == 0;
    body[i] = back ? (uint32_t)below(p, (int)p->n) : fresh(p);
    if (back) continue;
    if (i != dead && pel_rng_uniform(&p->rng) < p->shape->known) pel_horn_fact(p->horn, body[i], 1, NULL);
    else if (blind > 0)
      for (int k = 0; k < 2; k++) distract(p, body[i], blind - 1);
  }
  rule(p, head, body, false);
}

static void plant(planter *p, uint32_t head, int depth) {
  uint32_t body[8];
  if (depth == 0) {
    pel_horn_fact(p->horn, head, 1, NULL);
    return;
  }
  int at = below(p, p->shape->distractors + 1); /* no place is favoured */
  for (int i = 0; i <= p->shape->distractors; i++) {
    if (i != at) {
      distract(p, head, p->shape->blind);
      continue;
    }
    for (int k = 0; k < p->shape->body; k++) body[k] = fresh(p);
    rule(p, head, body, true);
  }
  for (int k = 0; k < p->shape->body; k++) plant(p, body[k], depth - 1);
}

pel_horn *planted_horn(const planted_shape *shape, uint64_t seed) {
  planter p = {.shape = shape, .rng = {seed}};
  if (pel_horn_create(MOST_ATOMS, &p.horn, NULL) != PEL_OK) return NULL;
  plant(&p, fresh(&p), shape->depth);
  return p.horn;
}
