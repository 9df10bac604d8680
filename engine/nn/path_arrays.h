/* Where the numbers of a pass lie in its memory. Forward places them, backward and whoever explains finds them again. Compiled once a level. */
#pragma once
#include "engine/nn/path_real.h"

#define PEL_PATH_JOIN_(name, level) name##_##level
#define PEL_PATH_JOIN(name, level) PEL_PATH_JOIN_(name, level)
#define PEL_PATH_LEVEL(name) PEL_PATH_JOIN(name, PEL_PATH_OF) /* PEL_PATH_OF: the level that is compiled, from the command line */
#define PEL_PATH_TEXT_(level) #level
#define PEL_PATH_TEXT(level) PEL_PATH_TEXT_(level)

typedef struct layer_arrays { /* of layer l, 1 .. layers; n = nodes[l], before = nodes[l - 1], runs = runs_of[l] */
  size_t n, before, runs;
  const real *weights;          /* the layer's own */
  real *state_before;           /* [before x d] h of the layer before */
  real *sum;                    /* [n x d] m */
  real *active;                 /* [n x d] act (m W), after dropout */
  uint8_t *kept;                /* [n x d] 1 where dropout kept; NULL without dropout */
  real *gates;                  /* [n x 4 d] reset, update, new, and the state's part of new */
  real *state;                  /* [n x d] h */
  real *raw, *gate, *alpha;     /* [runs, rounded up] u, sigma (g), alpha */
} layer_arrays;

typedef struct pass_arrays {
  const pel_path_pass *pass;
  pel_path_layout layout;
  size_t d, a, relations, n, runs; /* relations: rows of e, 2 x n_relations + 1; n, runs: those of the last layer */
  layer_arrays layer[PEL_PATH_LAYERS_MAX + 1];
  /* scratch: of nodes; of both GRU parts; of runs and relations for the attention and for its derivatives */
  real *rows_a, *rows_b, *rows_c, *wide_a, *wide_b;
  real *att_source, *att_relation, *att_query, *gate_source, *gate_relation;
  real *by_att_source, *by_att_relation, *by_att_query, *by_gate_source, *by_gate_relation, *by_alpha;
  size_t bytes; /* of all */
} pass_arrays;

INLINE real *place_numbers(char *base, size_t *at, size_t n) {
  real *here = base ? (real *)(base + *at) : NULL;
  *at += (n * sizeof(real) + 63) / 64 * 64;
  return here;
}

static inline __attribute__((unused)) void place_layers(pass_arrays *p, char *base, size_t *at) {
  const pel_path_pass *pass = p->pass;
  size_t d = p->d;
  p->layer[0].state = place_numbers(base, at, d);
  p->layer[0].n = 1;
  for (uint32_t l = 1; l <= pass->plan->layers; l++) {
    layer_arrays *x = &p->layer[l];
    x->n = pass->plan->nodes[l], x->before = pass->plan->nodes[l - 1], x->runs = pass->plan->runs_of[l];
    x->weights = (const real *)pass->weights + (l - 1) * p->layout.layer;
    x->state_before = p->layer[l - 1].state;
    x->sum = place_numbers(base, at, x->n * d);
    x->active = place_numbers(base, at, x->n * d);
    x->gates = place_numbers(base, at, x->n * 4 * d);
    x->state = place_numbers(base, at, x->n * d);
    x->raw = place_numbers(base, at, x->runs + LANES);
    x->gate = place_numbers(base, at, x->runs + LANES);
    x->alpha = place_numbers(base, at, x->runs + LANES);
    x->kept = pass->dropout > 0 ? (uint8_t *)place_numbers(base, at, (x->n * d + sizeof(real) - 1) / sizeof(real)) : NULL;
  }
}

/* base NULL: only counts. */
static inline __attribute__((unused)) void place_arrays(pass_arrays *p, const pel_path_pass *pass, char *base) {
  size_t at = 0, d = pass->shape->dim, a = pass->shape->attention, n = pass->plan->nodes[pass->plan->layers], relations = 2 * (size_t)pass->shape->n_relations + 1;
  *p = (pass_arrays){.pass = pass, .layout = pel_path_layout_of(pass->shape), .d = d, .a = a, .relations = relations, .n = n, .runs = pass->plan->runs_of[pass->plan->layers]};
  place_layers(p, base, &at);
  p->rows_a = place_numbers(base, &at, n * d);
  p->rows_b = place_numbers(base, &at, n * d);
  p->rows_c = place_numbers(base, &at, n * d);
  p->wide_a = place_numbers(base, &at, n * 3 * d);
  p->wide_b = place_numbers(base, &at, n * 3 * d);
  p->att_source = place_numbers(base, &at, n * a);
  p->att_relation = place_numbers(base, &at, relations * a);
  p->att_query = place_numbers(base, &at, a);
  p->gate_source = place_numbers(base, &at, n);
  p->gate_relation = place_numbers(base, &at, relations);
  p->by_att_source = place_numbers(base, &at, n * a);
  p->by_att_relation = place_numbers(base, &at, relations * a);
  p->by_att_query = place_numbers(base, &at, a);
  p->by_gate_source = place_numbers(base, &at, n);
  p->by_gate_relation = place_numbers(base, &at, relations);
  p->by_alpha = place_numbers(base, &at, p->runs);
  p->bytes = at;
}

/* The transposed matrices, one after the other: three of each layer's attention, its message matrix, then the GRU's two. */
typedef struct turned_layout {
  size_t source, step, query, message, layer, gru_input, gru_state, total;
} turned_layout;

static inline __attribute__((unused)) turned_layout turned_layout_of(const pel_path_shape *s) {
  size_t d = s->dim, a = s->attention;
  turned_layout t = {.source = 0, .step = a * d, .query = 2 * a * d, .message = 3 * a * d, .layer = 3 * a * d + d * d};
  t.gru_input = t.layer * s->layers;
  t.gru_state = t.gru_input + 3 * d * d;
  t.total = t.gru_state + 3 * d * d;
  return t;
}

/* path_attention.c: the attention of a layer into raw, gate and alpha; and from by_alpha [runs] back to the parameters of the
 * attention and the gate, to the states before and to the relations. */
void PEL_PATH_LEVEL(path_attend)(pass_arrays *p, layer_arrays *x);
void PEL_PATH_LEVEL(path_attend_back)(pass_arrays *p, const layer_arrays *x, const real *by_alpha, const real *turned, real *gradient, real *by_state);
