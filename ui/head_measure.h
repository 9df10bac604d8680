/* The numbers by which heads are found: names, values, how they are written. */
#pragma once
#include <glib.h>

#include "src/core/overview.h"

typedef enum pel_head_measure {
  PEL_MEASURE_ENTROPY,   /* mean over queries, nats */
  PEL_MEASURE_SINK,      /* mean weight on key 0 */
  PEL_MEASURE_RECEIVED,  /* most mass that one key received */
  PEL_MEASURE_DISTANCE,  /* how far back it looks on average, tokens */
  PEL_MEASURE_PREVIOUS,  /* mean weight of the token before */
  PEL_MEASURE_INDUCTION, /* mean weight of what came after the last earlier copy */
  PEL_MEASURES
} pel_head_measure;

const char *pel_measure_name(pel_head_measure measure);        /* in the user's language */
const char *pel_measure_explanation(pel_head_measure measure); /* likewise, a sentence */
/* NaN where it was not recorded, or is not known yet. head n_heads: the mean over the layer's heads; layer n_layers: over all. */
double pel_measure_value(const pel_overview *overview, pel_head_measure measure, uint32_t layer, uint32_t head);
char *pel_measure_text(pel_head_measure measure, double value); /* g_free */
