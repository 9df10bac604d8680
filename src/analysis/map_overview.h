/* A whole map at once, coarsely, from the blocks stored with each head: what stands in a view until exact weights come,
 * and how much of the attention a part of it holds. */
#pragma once
#include "src/analysis/view_map.h"

/* Fills a view of the whole map of tokens in stored blocks, on a log scale: weights to about 3 %. A mean shows the mean of
 * its heads' largest weights, value-weighted maps the largest weight times the largest norm of a block: both are upper bounds
 * of what is in the block. Maps of few tokens are exact (block 1). At other levels than tokens there are no cells:
 * n_rows is 0. `high` is where colours should end: the largest cell, or what no cell can exceed. */
pel_status pel_map_overview_load(pel_trace *trace, const pel_map_choice *of, const pel_units *units,
                                 const pel_progress *progress, pel_map_view *out, pel_error *err);

/* Gives the cells of an overview (or any view) the colours of a scale; row and rank count cells. A hidden sink takes its whole block along. */
void pel_map_view_recolor(pel_map_view *view, pel_scale scale, float low, float high, bool no_sink);

typedef struct pel_map_share {
  double share; /* of these rows' attention, raw, on these columns */
  bool exact;   /* otherwise to about 3 %, from stored blocks */
} pel_map_share;
/* Columns and rows in units; token 0 is left out when `no_sink`. */
pel_status pel_map_share_load(pel_trace *trace, const pel_map_choice *of, const pel_units *units, pel_range rows,
                              pel_range cols, bool no_sink, const pel_progress *progress, pel_map_share *out,
                              pel_error *err);
