/* The reliability diagram: for each bin of confidences the share that was right, with its 95 % interval, against the mean confidence; a dashed line
 * where the two are the same; below it how many cases a bin has. An item a bin. */
#pragma once
#include "src/analysis/caption.h"
#include "src/analysis/reliability.h"
#include "src/plot/diagram.h"

typedef struct pel_reliability_data { /* borrowed until the diagram is freed */
  const pel_reasoning *reasoning;
  int64_t span; /* the stage; 0: the first that has bins */
} pel_reliability_data;

/* Its layout is PEL_ERR_UNSUPPORTED when there are no bins. */
pel_diagram_maker pel_reliability_maker(const pel_reliability_data *data);
void pel_caption_reliability(const pel_reliability_data *data, const char *trace_hash, pel_caption *out);
