#include "src/plot/tree_page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "src/analysis/token_label.h"
#include "src/plot/figure.h"
#include "src/plot/tree_legend.h"

#define LEGEND_GAP 14.0
#define WIDTH_LEAST 560.0
#define TITLE_WIDEST 1000.0
#define FIT_TRIES 3
#define UNIT_MOST 1.0 /* a larger page has room around, not larger letters */

struct pel_tree_page {
  pel_tree_page_data data;
  pel_plot_style style;
  pel_type *type;
  pel_card_metrics metrics;
  pel_figure figure;
  pel_logictree *plot;
  pel_point origin; /* of the tree */
  double legend_y;
};

static pel_card_pens pens_of(const pel_tree_page *p) {
  return (pel_card_pens){p->type, &p->metrics, &p->style, pel_style_theme(&p->style), 1};
}

static pel_status start(const pel_tree_page_data *data, const pel_plot_style *style, pel_tree_page **out, pel_error *err) {
  pel_tree_page *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  p->data = *data;
  p->style = *style;
  pel_card_metrics_load(p->type, &p->metrics);
  *out = p;
  return PEL_OK;
}

static pel_status lay_tree(pel_tree_page *p, double unit, pel_error *err) {
  pel_logictree_options o = p->data.options;
  o.unit = unit;
  pel_logictree_free(p->plot);
  p->plot = NULL;
  return pel_logictree_layout(p->data.tree, &p->style, &o, &p->plot, err);
}

static double legend_height(const pel_tree_page *p, double width) {
  pel_card_pens pens = pens_of(p);
  return LEGEND_GAP + pel_tree_legend(&pens, NULL, p->data.tree, 0, 0, width - 2 * PEL_PAD);
}

void pel_tree_page_size(const pel_tree_page_data *data, const pel_plot_style *style, double *width, double *height) {
  pel_tree_page *p = NULL;
  *width = *height = WIDTH_LEAST;
  if (start(data, style, &p, NULL) != PEL_OK) return;
  if (lay_tree(p, 1, NULL) == PEL_OK) {
    pel_box all = pel_logictree_extent(p->plot);
    double title = pel_type_width(p->type, data->caption->title, PEL_SIZE_TITLE, true) * 1.06;
    *width = ceil(fmax(fmax(all.w, fmin(title, TITLE_WIDEST)) + 2 * PEL_PAD, WIDTH_LEAST));
    *height = ceil(all.h + legend_height(p, *width) + pel_figure_overhead(p->type, data->caption, *width)) + 8;
  }
  pel_tree_page_free(p);
}

/* Layouts of other units differ a little by rounding: tried until it fits. */
static pel_status fit_tree(pel_tree_page *p, pel_box room, pel_error *err) {
  double unit = UNIT_MOST;
  for (int i = 0; i < FIT_TRIES; i++) {
    PEL_TRY(lay_tree(p, unit, err));
    pel_box all = pel_logictree_extent(p->plot);
    double fit = fmin(room.w / fmax(all.w, 1), room.h / fmax(all.h, 1));
    if (fit >= 0.9995) break;
    unit *= fit * 0.999;
  }
  return PEL_OK;
}

static pel_status fill(pel_tree_page *p, double width, double height, pel_error *err) {
  double legend = legend_height(p, width);
  PEL_TRY(pel_figure_layout(p->type, p->data.caption, width, height, true, true, &p->figure, err));
  double top = p->figure.title.y + p->figure.title.h + 4, bottom = p->figure.caption.y - legend;
  if (bottom - top < 0.4 * height) { /* on a small page the tree is what counts */
    pel_figure_clear(&p->figure);
    PEL_TRY(pel_figure_layout(p->type, p->data.caption, width, height, false, false, &p->figure, err));
    legend = 0, top = 4, bottom = height - 4;
  }
  pel_box room = {PEL_PAD, top, fmax(width - 2 * PEL_PAD, 8), fmax(bottom - top, 8)};
  PEL_TRY(fit_tree(p, room, err));
  pel_box all = pel_logictree_extent(p->plot);
  double spare = p->data.options.flush ? 0 : 0.5; /* of a page larger than the tree, before it */
  p->origin = (pel_point){room.x + spare * fmax(0, room.w - all.w), room.y + spare * fmax(0, room.h - all.h)};
  p->legend_y = legend > 0 ? bottom + LEGEND_GAP : 0;
  return PEL_OK;
}

pel_status pel_tree_page_layout(const pel_tree_page_data *data, const pel_plot_style *style, double width, double height, pel_tree_page **out,
                                pel_error *err) {
  pel_tree_page *p = NULL;
  PEL_TRY(start(data, style, &p, err));
  pel_status status = fill(p, width, height, err);
  if (status == PEL_OK)
    *out = p;
  else
    pel_tree_page_free(p);
  return status;
}

void pel_tree_page_free(pel_tree_page *p) {
  if (!p) return;
  pel_logictree_free(p->plot);
  pel_figure_clear(&p->figure);
  pel_type_free(p->type);
  free(p);
}

void pel_tree_page_draw(const pel_tree_page *p, pel_canvas *canvas) {
  pel_card_pens pens = pens_of(p);
  pel_figure_draw(&p->figure, p->type, canvas, p->data.caption, pens.theme);
  pel_canvas_shifted shifted;
  pel_logictree_draw(p->plot, pel_canvas_shift(&shifted, canvas, p->origin), NULL, 1);
  if (p->legend_y > 0) pel_tree_legend(&pens, canvas, p->data.tree, PEL_PAD, p->legend_y, p->figure.width - 2 * PEL_PAD);
}

/* ---- caption ---- */

static void fact(pel_caption *c, const char *text) {
  if (c->n_facts < PEL_CAPTION_FACTS) pel_label_quote(text, c->facts[c->n_facts++], sizeof c->facts[0]);
}

void pel_caption_tree(const pel_logic_tree *t, const char *asks, const char *hash, pel_caption *out) {
  char text[240], share[32], title[sizeof out->title];
  *out = (pel_caption){0};
  pel_card_plain(asks && *asks ? asks : t->reasoning->nodes[t->roots[0]].says, title, sizeof title);
  pel_label_quote(title, out->title, sizeof out->title);
  snprintf(text, sizeof text, t->n_shown == t->n_nodes ? "all %u nodes shown" : "%u of %u nodes shown, %u hidden", t->n_shown, t->n_nodes,
           t->n_nodes - t->n_shown);
  fact(out, text);
  snprintf(text, sizeof text, "%s of the influence on the conclusion shown", pel_format_fixed(share, sizeof share, t->covered, 3));
  fact(out, text);
  fact(out, "lines are wider where more of the conclusion hangs on them");
  snprintf(text, sizeof text, "trace %.12s", hash && *hash ? hash : "without a hash");
  fact(out, text);
}
