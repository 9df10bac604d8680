#include "src/plot/retrieval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "src/analysis/string_build.h"
#include "src/analysis/token_label.h"
#include "src/analysis/tree_words.h"
#include "src/plot/card_text.h"
#include "src/plot/figure.h"

#define MOST 40u
#define ROW 40.0
#define HEAD 26.0
#define LINE_ROOM 30.0 /* of the line between support and near misses */
#define BAR_WIDTH 170.0
#define BAR_SHARE 0.18 /* of a narrower page */
#define COLUMN 62.0 /* of a score */
#define COLUMNS 4   /* lexical and dense score, gate, margin */
#define WIDTH 920.0
#define SIZE 11.5
#define SMALL 10.0
#define TEXT_MOST 600

struct pel_retrieval {
  pel_retrieval_data data;
  pel_plot_style style;
  pel_type *type;
  pel_card_metrics metrics;
  pel_figure figure;
  size_t first, n, n_support, n_drawn;
  double row, top; /* height of a row; the first row's y */
};

/* ---- which rows ---- */

int64_t pel_retrieval_span(const pel_reasoning *r, int64_t asked) {
  for (size_t i = 0; i < r->n_retrieved; i++)
    if (!asked || r->retrieved[i].span == asked) return r->retrieved[i].span;
  return 0;
}

size_t pel_retrieval_rows(const pel_reasoning *r, int64_t span, size_t *first) {
  size_t n = 0;
  *first = 0;
  for (size_t i = 0; i < r->n_retrieved; i++)
    if (r->retrieved[i].span == span && n++ == 0) *first = i;
  return n;
}

static size_t count_support(const pel_reasoning *r, size_t first, size_t n) {
  size_t support = 0;
  while (support < n && r->retrieved[first + support].weight > 0) support++;
  return support;
}

static const pel_passage *passage_of(const pel_reasoning *r, const pel_retrieved *x) {
  return x->passage >= 1 && x->passage <= (int64_t)r->n_passages ? &r->passages[x->passage - 1] : NULL;
}

static const char *source_title(const pel_reasoning *r, const pel_passage *p) {
  return p && p->source >= 1 && p->source <= (int64_t)r->n_sources ? r->sources[p->source - 1].title : "";
}

/* "s. 2(a)(1)(A), Definition, Internal Revenue Code": what differs between candidates first, so that it is not what is cut. */
static void place_text(const pel_reasoning *r, const pel_retrieved *x, char out[TEXT_MOST]) {
  const pel_passage *p = passage_of(r, x);
  const char *const parts[3] = {p ? p->path : "", p ? p->label : "", source_title(r, p)};
  pel_string s = {0};
  for (int i = 0; i < 3; i++)
    if (*parts[i]) pel_string_addf(&s, "%s%s", s.size ? ", " : "", parts[i]);
  pel_card_plain(s.size ? s.text : "passage without a place", out, TEXT_MOST);
  pel_string_clear(&s);
}

static const char *number(char out[32], double v, int digits) {
  return isfinite(v) ? pel_format_fixed(out, 32, v, digits) : "\xe2\x80\x93";
}

/* ---- caption ---- */

static void fact(pel_caption *c, const char *text) {
  if (c->n_facts < PEL_CAPTION_FACTS) pel_label_quote(text, c->facts[c->n_facts++], sizeof c->facts[0]);
}

void pel_caption_retrieval(const pel_reasoning *r, int64_t span, const char *hash, pel_caption *out) {
  size_t first, n = pel_retrieval_rows(r, span = pel_retrieval_span(r, span), &first), support = count_support(r, first, n);
  double weight = 0;
  char text[240], share[32], cut[101];
  *out = (pel_caption){0};
  const char *name = n < r->n_retrieved && span >= 1 && span <= (int64_t)r->n_spans ? r->spans[span - 1].name : ""; /* where there are several */
  snprintf(out->title, sizeof out->title, "What was retrieved");
  if (*name) snprintf(out->title, sizeof out->title, "What was retrieved (%s)", pel_text_cut(cut, sizeof cut, name));
  for (size_t i = 0; i < support; i++) weight += r->retrieved[first + i].weight;
  size_t found, weighted;
  pel_retrieval_counts(r, span, &found, &weighted);
  snprintf(text, sizeof text, "%zu found, %zu with weight; the rules do not use them", found, weighted);
  fact(out, text);
  snprintf(text, sizeof text, "their weights sum to %s", pel_format_fixed(share, sizeof share, weight, 3));
  fact(out, text);
  fact(out, "margin: score after the gate less the threshold");
  snprintf(text, sizeof text, "trace %.12s", hash && *hash ? hash : "without a hash");
  fact(out, text);
}

/* ---- layout ---- */

static size_t drawn_rows(const pel_retrieval_data *d, size_t n) { return n < (d->most ? d->most : MOST) ? n : (d->most ? d->most : MOST); }

static double content_height(size_t rows) { return HEAD + LINE_ROOM + (double)rows * ROW; }

void pel_retrieval_size(const pel_retrieval_data *d, const pel_plot_style *style, double *width, double *height) {
  size_t first, n = pel_retrieval_rows(d->reasoning, pel_retrieval_span(d->reasoning, d->span), &first);
  pel_type *type = pel_type_new();
  (void)style;
  *width = WIDTH;
  *height = content_height(drawn_rows(d, n)) + (type ? pel_figure_overhead(type, d->caption, WIDTH) : 60) + 8;
  pel_type_free(type);
}

pel_status pel_retrieval_layout(const pel_retrieval_data *d, const pel_plot_style *style, double width, double height, pel_retrieval **out,
                                pel_error *err) {
  int64_t span = pel_retrieval_span(d->reasoning, d->span);
  if (!span) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no retrieval%s", d->span ? " of that stage" : "");
  pel_retrieval *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  p->data = *d;
  p->style = *style;
  pel_card_metrics_load(p->type, &p->metrics);
  p->n = pel_retrieval_rows(d->reasoning, span, &p->first);
  p->n_support = count_support(d->reasoning, p->first, p->n);
  pel_status status = pel_figure_layout(p->type, d->caption, width, height, true, true, &p->figure, err);
  if (status != PEL_OK) {
    pel_retrieval_free(p);
    return status;
  }
  p->top = p->figure.title.y + p->figure.title.h + HEAD;
  p->row = ROW;
  double room = fmax(p->figure.caption.y - p->top - LINE_ROOM, 0);
  p->n_drawn = drawn_rows(d, p->n);
  if ((double)p->n_drawn * ROW > room) p->n_drawn = (size_t)(room / ROW);
  *out = p;
  return PEL_OK;
}

void pel_retrieval_free(pel_retrieval *p) {
  if (!p) return;
  pel_figure_clear(&p->figure);
  pel_type_free(p->type);
  free(p);
}

/* ---- draw ---- */

static double row_y(const pel_retrieval *p, size_t i) { return p->top + (double)i * p->row + (i >= p->n_support ? LINE_ROOM : 0); }
static double right_edge(const pel_retrieval *p) { return p->figure.width - PEL_PAD; }
/* The end of score column k, of COLUMNS. */
static double column_end(const pel_retrieval *p, int k) { return right_edge(p) - (COLUMNS - 1 - k) * COLUMN; }
static double bar_width(const pel_retrieval *p) { return fmin(BAR_WIDTH, fmax(BAR_SHARE * p->figure.width, 40)); }
static double bar_start(const pel_retrieval *p) { return column_end(p, 0) - COLUMN - bar_width(p) - 44; }

static void put(const pel_retrieval *p, pel_canvas *c, const char *text, double x, double y, double size, bool bold, pel_align align, pel_rgb color) {
  pel_text how = {.size = size, .bold = bold, .align = align, .color = color};
  pel_type_draw(p->type, c, text, (pel_point){x, y}, &how);
}

static void draw_heads(const pel_retrieval *p, pel_canvas *c) {
  static const char *const names[COLUMNS] = {N_("words"), N_("meaning"), N_("gate"), N_("margin")};
  pel_rgb muted = pel_style_theme(&p->style)->muted;
  double y = p->top - HEAD / 2;
  put(p, c, pel_style_word(&p->style, N_("rank")), PEL_PAD, y, SMALL, false, PEL_ALIGN_START, muted);
  put(p, c, pel_style_word(&p->style, N_("passage")), PEL_PAD + 40, y, SMALL, false, PEL_ALIGN_START, muted);
  put(p, c, pel_style_word(&p->style, N_("weight")), bar_start(p), y, SMALL, false, PEL_ALIGN_START, muted);
  for (int k = 0; k < COLUMNS; k++) put(p, c, pel_style_word(&p->style, names[k]), column_end(p, k), y, SMALL, false, PEL_ALIGN_END, muted);
}

static void draw_bar(const pel_retrieval *p, pel_canvas *c, const pel_retrieved *x, double y) {
  const pel_theme *theme = pel_style_theme(&p->style);
  char text[32];
  double full = bar_width(p), w = fmin(fmax(x->weight, 0), 1) * full, left = bar_start(p);
  pel_canvas_fill(c, (pel_box){left, y - 6, full, 12}, pel_rgb_mix(theme->paper, theme->faint, 0.3f));
  pel_canvas_fill(c, (pel_box){left, y - 6, w, 12}, pel_palette_color(p->style.palette, (float)(0.15 + 0.6 * fmin(x->weight, 1))));
  if (x->weight > 0)
    put(p, c, number(text, x->weight, 3), left + full + 7, y, SMALL, true, PEL_ALIGN_START, theme->ink);
  else
    put(p, c, "0", left + full + 7, y, SMALL, false, PEL_ALIGN_START, theme->muted);
}

static void draw_row(const pel_retrieval *p, pel_canvas *c, size_t i) {
  const pel_reasoning *r = p->data.reasoning;
  const pel_retrieved *x = &r->retrieved[p->first + i];
  const pel_passage *passage = passage_of(r, x);
  const pel_theme *theme = pel_style_theme(&p->style);
  bool support = x->weight > 0;
  char text[TEXT_MOST], value[32];
  double y = row_y(p, i) + p->row / 2, left = PEL_PAD + 40, room = bar_start(p) - left - 16;
  const double scores[COLUMNS] = {x->lexical, x->dense, x->gate, x->margin};
  snprintf(value, sizeof value, "%d", x->rank);
  put(p, c, value, PEL_PAD + 22, y, SIZE, support, PEL_ALIGN_END, support ? theme->ink : theme->muted);
  place_text(r, x, text);
  pel_text how = {.size = SIZE, .bold = support, .color = support ? theme->ink : theme->muted};
  pel_card_draw_cut(p->type, &p->metrics, c, text, (pel_point){left, y - 8}, room, &how);
  if (passage) {
    pel_card_plain(passage->text, text, sizeof text);
    how = (pel_text){.size = SMALL, .color = theme->muted};
    pel_card_draw_cut(p->type, &p->metrics, c, text, (pel_point){left, y + 8}, room, &how);
  }
  draw_bar(p, c, x, y);
  for (int k = 0; k < COLUMNS; k++)
    put(p, c, number(value, scores[k], k == 0 ? 2 : 3), column_end(p, k), y, SMALL, false, PEL_ALIGN_END, support ? theme->ink : theme->muted);
}

/* The threshold: how near the last support and the first miss are to it. */
static void draw_line(const pel_retrieval *p, pel_canvas *c) {
  const pel_retrieved *x = p->data.reasoning->retrieved + p->first;
  const pel_theme *theme = pel_style_theme(&p->style);
  const pel_plot_style *style = &p->style;
  char text[320], a[32], b[32];
  double y = p->top + (double)p->n_support * p->row + LINE_ROOM / 2;
  size_t n = 0;
  if (p->n_support > p->n_drawn) return;
  n += (size_t)snprintf(text + n, sizeof text - n, "%s", pel_style_word(style, p->n_support ? N_("above: with weight") : N_("nothing has a weight")));
  if (p->n_support)
    n += (size_t)snprintf(text + n, sizeof text - n, ", %s %s", pel_style_word(style, N_("the last by a margin of")), number(a, x[p->n_support - 1].margin, 3));
  if (p->n_support < p->n)
    snprintf(text + n, sizeof text - n, "  \xc2\xb7  %s %s", pel_style_word(style, N_("below: near misses, the first by")), number(b, x[p->n_support].margin, 3));
  double width = pel_type_width(p->type, text, SMALL, false) + 16, middle = p->figure.width / 2;
  c->class->dash(c, 5, 3);
  pel_canvas_line(c, PEL_PAD, y, middle - width / 2, y, 1.2, theme->accent);
  pel_canvas_line(c, middle + width / 2, y, right_edge(p), y, 1.2, theme->accent);
  c->class->dash(c, 0, 0);
  put(p, c, text, middle, y, SMALL, false, PEL_ALIGN_MIDDLE, theme->accent);
}

void pel_retrieval_draw(const pel_retrieval *p, pel_canvas *c) {
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_figure_draw(&p->figure, p->type, c, p->data.caption, theme);
  draw_heads(p, c);
  pel_canvas_line(c, PEL_PAD, p->top - 3, right_edge(p), p->top - 3, 0.8, theme->faint);
  for (size_t i = 0; i < p->n_drawn; i++) draw_row(p, c, i);
  draw_line(p, c);
  if (p->n_drawn == p->n) return;
  char text[64];
  snprintf(text, sizeof text, "+%zu %s", p->n - p->n_drawn, pel_style_word(&p->style, N_("more")));
  put(p, c, text, right_edge(p), p->figure.title.y + 8, SMALL, true, PEL_ALIGN_END, theme->accent);
}

/* ---- pick and describe ---- */

bool pel_retrieval_pick(const pel_retrieval *p, double x, double y, size_t *row) {
  if (x < PEL_PAD || x > right_edge(p)) return false;
  for (size_t i = 0; i < p->n_drawn; i++)
    if (y >= row_y(p, i) && y < row_y(p, i) + p->row) {
      *row = p->first + i;
      return true;
    }
  return false;
}

bool pel_retrieval_row_box(const pel_retrieval *p, size_t row, pel_box *out) {
  if (row < p->first || row >= p->first + p->n_drawn) return false;
  *out = (pel_box){PEL_PAD - 8, row_y(p, row - p->first), right_edge(p) - PEL_PAD + 16, p->row};
  return true;
}

char *pel_retrieval_describe(const pel_retrieval *p, size_t row) {
  const pel_reasoning *r = p->data.reasoning;
  if (row < p->first || row >= p->first + p->n) return NULL;
  const pel_retrieved *x = &r->retrieved[row];
  const pel_plot_style *style = &p->style;
  const struct { const char *words; double value; } parts[] = {
      {N_("margin"), x->margin}, {N_("score by words"), x->lexical}, {N_("score by meaning"), x->dense}, {N_("gate"), x->gate}};
  char place[TEXT_MOST], a[32];
  pel_string s = {0};
  place_text(r, x, place);
  pel_string_addf(&s, "%s %d, %s: ", pel_style_word(style, N_("rank")), x->rank, place);
  if (x->weight > 0) pel_string_addf(&s, "%s %s", pel_style_word(style, N_("weight")), number(a, x->weight, 3));
  else pel_string_add(&s, pel_style_word(style, N_("near miss, weight 0")));
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (isfinite(parts[i].value)) pel_string_addf(&s, "%s %s %s", i ? "," : ";", pel_style_word(style, parts[i].words), number(a, parts[i].value, 3));
  return pel_string_take(&s);
}
