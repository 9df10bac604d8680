/* A logic tree as a page of its own: title, tree, what its forms and colours mean, caption. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/logictree.h"

typedef struct pel_tree_page_data { /* borrowed until free */
  const pel_logic_tree *tree;
  const pel_caption *caption;
  pel_logictree_options options; /* unit: chosen here */
} pel_tree_page_data;

typedef struct pel_tree_page pel_tree_page;

/* The size at which cards have their own size. */
void pel_tree_page_size(const pel_tree_page_data *data, const pel_plot_style *style, double *width, double *height);
/* A smaller page shows the same tree smaller; a larger one has room around it. */
pel_status pel_tree_page_layout(const pel_tree_page_data *data, const pel_plot_style *style, double width, double height, pel_tree_page **out,
                                pel_error *err);
void pel_tree_page_free(pel_tree_page *page);
void pel_tree_page_draw(const pel_tree_page *page, pel_canvas *canvas);

/* Title: the lone conclusion, or the question; facts: nodes shown and hidden, the share of influence, the trace. */
void pel_caption_tree(const pel_logic_tree *tree, const char *asks, const char *trace_hash, pel_caption *out);
