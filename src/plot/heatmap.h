/* The picture of one head: layout -> draw -> pick -> describe.
 *
 *   pel_heatmap *p;
 *   pel_heatmap_data d = {.view = &view, .rows = &row_labels, .cols = &col_labels, .caption = &caption};
 *   if (pel_heatmap_layout (&d, &style, 800, 700, &p, &err) == PEL_OK) {
 *     pel_heatmap_draw (p, canvas);
 *     pel_cell c;
 *     if (pel_heatmap_pick (p, x, y, &c)) puts (pel_heatmap_describe (p, c));   // owned by the caller
 *     pel_heatmap_free (p);
 *   }
 * What does not fit is left out in order: token labels, caption, then axes and colour bar; the map itself
 * stays. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

typedef struct pel_heatmap_data { /* all borrowed until free */
  const pel_map_view *view;       /* may be a plan, without weights, for layout alone */
  const pel_labels *rows, *cols;  /* tokens of the queries and keys; NULL: position numbers only */
  const pel_caption *caption;
} pel_heatmap_data;

typedef struct pel_heatmap pel_heatmap;

typedef struct pel_cell {
  uint32_t row, col; /* of the view's cells */
} pel_cell;

/* The size that shows everything well. */
void pel_heatmap_size(const pel_heatmap_data *data, const pel_plot_style *style, double *width,
                      double *height);
/* *out is owned by the caller. */
pel_status pel_heatmap_layout(const pel_heatmap_data *data, const pel_plot_style *style, double width,
                              double height, pel_heatmap **out, pel_error *err);
void pel_heatmap_free(pel_heatmap *plot);

void pel_heatmap_draw(const pel_heatmap *plot, pel_canvas *canvas);

/* Where the cells are; a cell is box.w / n_cols wide. */
pel_box pel_heatmap_map_box(const pel_heatmap *plot);
/* The cell at a point; false outside the map. */
bool pel_heatmap_pick(const pel_heatmap *plot, double x, double y, pel_cell *out);
/* The place of a cell. */
pel_box pel_heatmap_cell_box(const pel_heatmap *plot, pel_cell cell);
/* One sentence: "query 12 'cat' -> key 3 'The': 0.1234, rank 2 of 13". Owned by the caller; NULL: no memory.
 */
char *pel_heatmap_describe(const pel_heatmap *plot, pel_cell cell);
