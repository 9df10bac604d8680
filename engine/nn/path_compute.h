/* The numbers of one query through the graph network: forward, and backward to the gradient of every parameter.
 *
 * One source, compiled three times: in f32 for any processor, in f32 for AVX2, and in double for the tests. Both f32 levels give the same bits: every
 * sum has an order of its own that does not depend on the width of vectors, and nothing is fused. */
#pragma once
#include "engine/nn/path_plan.h"

typedef struct pel_path_work { /* memory that passes use one after the other; begins as {0} */
  void *memory;
  size_t bytes;
} pel_path_work;
void pel_path_work_clear(pel_path_work *work);
/* At least `bytes`, aligned, not cleared. */
pel_status pel_path_work_need(pel_path_work *work, size_t bytes, pel_error *err);

typedef struct pel_path_pass {
  const pel_path_shape *shape;
  const pel_path_plan *plan;
  uint32_t query; /* relation, < 2 x n_relations */
  const void *weights, *turned; /* numbers of the level; `turned` (see below) only for backward */
  double dropout;               /* share of activations that are left out while learning; 0: none */
  uint64_t dropout_seed;
  pel_path_work *work;
} pel_path_pass;

typedef struct pel_path_level {
  const char *name;
  size_t number; /* bytes of a number: 4 or 8 */
  /* Scores [nodes[layers]] by place. What backward needs stays in `work`. */
  pel_status (*forward)(const pel_path_pass *pass, double *scores, pel_error *err);
  /* After forward, from the derivatives of a loss by the scores: adds those by the parameters to `gradient` [layout.total], and, where `steps`
   * is not NULL, gives what each step of each layer adds to the loss if its message is scaled: steps[l - 1][i] for step i in layer l. */
  void (*backward)(const pel_path_pass *pass, const double *by_score, void *gradient, double *const *steps);
  /* The attention of each run in layer l, after forward. */
  void (*attention)(const pel_path_pass *pass, uint32_t layer, double *alpha);
  /* The matrices transposed, [turned_total], after each change of the weights. */
  void (*turn)(const pel_path_shape *shape, const void *weights, void *turned);
} pel_path_level;

size_t pel_path_turned_total(const pel_path_shape *shape);

/* The best f32 level that this processor has; "plain" and "double" by name for the tests. NULL when there is none of that name. */
const pel_path_level *pel_path_level_best(void);
const pel_path_level *pel_path_level_named(const char *name);
