/* What one retrieval found: candidates by rank, those with a weight above a line, near misses below it. A bar for
 * the weight, both scores, the gate, and how far each is from the threshold. layout -> draw -> pick -> describe. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"
#include <pellucid/reasoning.h>

typedef struct pel_retrieval_data { /* borrowed until free */
  const pel_reasoning *reasoning;
  int64_t span; /* the stage; 0: the first that retrieved anything */
  uint32_t most; /* candidates that are drawn; 0: 40 */
  const pel_caption *caption;
} pel_retrieval_data;

typedef struct pel_retrieval pel_retrieval;

/* The span that is meant: that asked for, or the first with candidates; 0: there is none. */
int64_t pel_retrieval_span(const pel_reasoning *reasoning, int64_t asked);
/* Rows of a span in reasoning->retrieved: [*first, *first + n). */
size_t pel_retrieval_rows(const pel_reasoning *reasoning, int64_t span, size_t *first);
void pel_caption_retrieval(const pel_reasoning *reasoning, int64_t span, const char *trace_hash, pel_caption *out);

void pel_retrieval_size(const pel_retrieval_data *data, const pel_plot_style *style, double *width, double *height);
/* PEL_ERR_UNSUPPORTED when nothing was retrieved. */
pel_status pel_retrieval_layout(const pel_retrieval_data *data, const pel_plot_style *style, double width, double height, pel_retrieval **out,
                                pel_error *err);
void pel_retrieval_free(pel_retrieval *plot);
void pel_retrieval_draw(const pel_retrieval *plot, pel_canvas *canvas);
/* The row of reasoning->retrieved at a point; false outside. */
bool pel_retrieval_pick(const pel_retrieval *plot, double x, double y, size_t *row);
bool pel_retrieval_row_box(const pel_retrieval *plot, size_t row, pel_box *out); /* false for one that is not drawn */
/* "rank 2, s. 2(a)(1)(A): supports with weight 0.31; ..." Owned by the caller; NULL: no memory or no such row. */
char *pel_retrieval_describe(const pel_retrieval *plot, size_t row);
