/* A text whose tokens are coloured by a number: layout -> draw -> pick -> describe.
 *
 * The text is set as a text: wrapped, shaped and ordered as its script wants it (Arabic joins over token
 * borders), a paragraph at a time, so that no direction reaches past a newline or a change of segment.
 * Segments are bands with their names. What does not fit into the height is left out at the end, and said. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

typedef struct pel_tokenflow_data { /* borrowed until free */
  const pel_tokens_view *view;
  const pel_caption *caption;
} pel_tokenflow_data;

typedef struct pel_tokenflow pel_tokenflow;

/* *width 0: chosen; *height: what all of the text needs at that width, `height_max` at most. */
void pel_tokenflow_size(const pel_tokenflow_data *data, const pel_plot_style *style, double height_max,
                        double *width, double *height);
/* *out is owned by the caller. */
pel_status pel_tokenflow_layout(const pel_tokenflow_data *data, const pel_plot_style *style, double width,
                                double height, pel_tokenflow **out, pel_error *err);
void pel_tokenflow_free(pel_tokenflow *plot);
void pel_tokenflow_draw(const pel_tokenflow *plot, pel_canvas *canvas);

/* Lines of text that were set, and tokens of which nothing is drawn because the height ended. */
uint32_t pel_tokenflow_lines(const pel_tokenflow *plot);
uint32_t pel_tokenflow_left_out(const pel_tokenflow *plot);

/* Index of the token at a point, in the view; false where there is none. */
bool pel_tokenflow_pick(const pel_tokenflow *plot, double x, double y, uint32_t *token);
/* The token's boxes, at most `most` of them (a token over a line's end has two); how many there are. */
uint32_t pel_tokenflow_boxes(const pel_tokenflow *plot, uint32_t token, pel_box *out, uint32_t most);
/* "token 12 'cat' (answer): log probability -0.23, entropy 1.20 nats, margin 0.51". Owned by the caller. */
char *pel_tokenflow_describe(const pel_tokenflow *plot, uint32_t token);
