/* What kind of head it is, in numbers that need the weights themselves.
 *
 * For queries i (all of them, or PEL_SCORE_ROWS evenly spaced ones of a longer text), w the exact weights:
 *   distance   mean over i of  sum_j w(i, j) (i - j)                 how far back it looks, in tokens
 *   previous   mean over i >= 1 of  w(i, i - 1)                      1 for a head that copies the token before
 *   induction  mean over i with an earlier copy of  w(i, c + 1)      c < i the last position with i's own token and
 *              c + 1 < i: 1 for a head that looks at what came after it last time (Olsson et al. 2022, In-context
 *              Learning and Induction Heads, measure it on repeated random text; here it is the text at hand) */
#pragma once
#include "src/analysis/progress.h"
#include <pellucid/trace.h>

#define PEL_SCORE_ROWS 2048u

typedef struct pel_head_scores {
  float distance, previous, induction; /* NaN where no query has such a key */
  uint32_t n_rows;                     /* queries that were looked at */
  uint32_t n_copies;                   /* of them, with an earlier copy */
} pel_head_scores;

typedef struct pel_copy_keys { /* for each row the key after its token's last earlier copy, or UINT32_MAX */
  uint32_t n;
  uint32_t *key; /* [n], freed by free () */
} pel_copy_keys;
pel_status pel_copy_keys_load(pel_trace *trace, pel_copy_keys *out, pel_error *err);
/* Of the rows that `copies` was made of; the trace may have more by now. */
pel_status pel_head_scores_load(pel_trace *trace, uint32_t layer, uint32_t head, const pel_copy_keys *copies,
                                const pel_progress *progress, pel_head_scores *out, pel_error *err);
