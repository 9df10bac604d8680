#include "src/analysis/head_scores.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"

#include <math.h>
#include <stdlib.h>

typedef struct occurrence {
  pel_token_id id;
  uint32_t position;
} occurrence;

static int by_id(const void *a, const void *b) {
  const occurrence *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->position < y->position ? -1 : 1;
}

static pel_status list_tokens(pel_trace *trace, occurrence *list, uint32_t n, pel_error *err) {
  for (uint32_t i = 0; i < n; i++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(trace, i, &token, err));
    list[i] = (occurrence){token.id, i};
  }
  return PEL_OK;
}

pel_status pel_copy_keys_load(pel_trace *trace, pel_copy_keys *out, pel_error *err) {
  uint32_t n = pel_trace_get_info(trace)->n_rows;
  occurrence *list = pel_alloc((size_t)n + 1, sizeof *list);
  uint32_t *keys = pel_alloc((size_t)n + 1, sizeof *keys);
  pel_status status = list && keys ? list_tokens(trace, list, n, err) : pel_fail_memory(err, "a list of tokens", n * sizeof *list);
  if (status != PEL_OK) {
    free(list);
    free(keys);
    return status;
  }
  qsort(list, n, sizeof *list, by_id);
  for (uint32_t k = 0; k < n; k++) {
    uint32_t i = list[k].position;
    bool copy = k > 0 && list[k - 1].id == list[k].id && list[k - 1].position + 1 < i;
    keys[i] = copy ? list[k - 1].position + 1 : UINT32_MAX;
  }
  free(list);
  *out = (pel_copy_keys){n, keys};
  return PEL_OK;
}

typedef struct sums {
  double distance, previous, induction;
  uint32_t n_previous;
} sums;

static void take_row(uint32_t row, const float *w, uint32_t copy_key, pel_head_scores *s, sums *sum) {
  for (uint32_t j = 0; j < row; j++) sum->distance += (double)w[j] * (row - j);
  s->n_rows++;
  if (row > 0) sum->previous += (double)w[row - 1], sum->n_previous++;
  if (copy_key != UINT32_MAX) sum->induction += (double)w[copy_key], s->n_copies++;
}

pel_status pel_head_scores_load(pel_trace *trace, uint32_t layer, uint32_t head, const pel_copy_keys *copies,
                                const pel_progress *progress, pel_head_scores *out, pel_error *err) {
  uint32_t n = copies->n, step = (n + PEL_SCORE_ROWS - 1) / PEL_SCORE_ROWS;
  float *w = pel_alloc((size_t)n + 1, sizeof *w);
  if (!w) return pel_fail_memory(err, "a row of weights", n * sizeof *w);
  pel_head_scores s = {0};
  sums sum = {0};
  pel_status status = PEL_OK;
  for (uint32_t row = step ? step - 1 : 0; row < n && status == PEL_OK; row += step) {
    if (!pel_progress_step(progress, (double)row / n)) status = pel_fail(err, PEL_ERR_CANCELLED, "stopped while reading layer %u head %u", layer, head);
    else status = pel_trace_map(trace, layer, head, (pel_range){row, row + 1}, (pel_range){0, row + 1}, w, err);
    if (status == PEL_OK) take_row(row, w, copies->key[row], &s, &sum);
  }
  free(w);
  PEL_TRY(status);
  s.distance = s.n_rows ? (float)(sum.distance / s.n_rows) : NAN;
  s.previous = sum.n_previous ? (float)(sum.previous / sum.n_previous) : NAN;
  s.induction = s.n_copies ? (float)(sum.induction / s.n_copies) : NAN;
  *out = s;
  return PEL_OK;
}
