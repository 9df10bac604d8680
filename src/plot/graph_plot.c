#include "src/plot/graph_plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "src/analysis/string_build.h"
#include "src/plot/graph_plot_parts.h"
#include "src/plot/tree_look.h"

#define CARD_WIDTH 186.0
#define CARD_HEAD 23.0
#define LINE 15.0
#define CARD_FOOT 6.0
#define LINES 2 /* of a name */
#define NAME_ROOM (CARD_WIDTH - 20)
#define MORE_HIGH 24.0
#define GAP_LAYERS 168.0
#define GAP_CARDS 22.0
#define PATH_ROW 21.0
#define PATHS_GAP 20.0
#define WIDTH_LEAST 620.0
#define FONT 11.5
#define SMALL 9.5
#define RADIUS 6.0
#define TEXT_MOST 400
#define STEPS_SAID 4 /* of an entity, in a sentence */

static const pel_graph_node *node_of(const pel_graph_plot *p, uint32_t item) { return &p->view->reasoning->graph_nodes[p->view->items[item].node]; }
static bool is_path(const pel_graph_plot *p, uint32_t item) { return item >= p->view->n_items; }
static const pel_graph_path *path_of(const pel_graph_plot *p, uint32_t item) { return &p->view->reasoning->graph_paths[p->view->paths[item - p->view->n_items]]; }

/* ---- cards ---- */

static void draw_more(const pel_graph_plot *p, pel_canvas *c, uint32_t item) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  pel_box b = p->boxes[item];
  char text[64];
  double u = p->base.unit;
  c->class->dash(c, 3 * u, 2.5 * u);
  pel_canvas_round_frame(c, b, 4 * u, 1 * u, theme->frame);
  c->class->dash(c, 0, 0);
  snprintf(text, sizeof text, "+%u %s", p->view->items[item].hidden, pel_diagram_word(&p->base, N_("more")));
  pel_diagram_text(&p->base, c, text, b.x + b.w / 2, b.y + b.h / 2, SMALL + 0.5, true, PEL_ALIGN_MIDDLE, theme->accent, 0);
}

/* Asked: a strip at the left; an answer: a second line around it; each with its word. */
static void draw_role(const pel_graph_plot *p, pel_canvas *c, const pel_graph_node *n, pel_box b) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  double u = p->base.unit;
  bool asked = pel_graph_is_asked(n), answer = pel_graph_is_answer(n);
  pel_rgb color = asked ? theme->accent : answer ? pel_state_color(theme, PEL_STATE_HOLDS) : theme->muted;
  pel_canvas_round_fill(c, b, RADIUS * u, pel_rgb_mix(theme->paper, color, asked || answer ? theme->dark ? 0.16f : 0.08f : 0.04f));
  if (asked) pel_canvas_fill(c, (pel_box){b.x + u, b.y + RADIUS * u, 4 * u, b.h - 2 * RADIUS * u}, color);
  pel_canvas_round_frame(c, b, RADIUS * u, (asked || answer ? 1.6 : 1) * u, color);
  if (answer) pel_canvas_round_frame(c, (pel_box){b.x + 3.5 * u, b.y + 3.5 * u, b.w - 7 * u, b.h - 7 * u}, 4 * u, 0.8 * u, color);
}

/* Two lines: names of diseases often differ in their last word. */
static void wrap_name(const pel_diagram *d, const pel_graph_node *n, char text[TEXT_MOST], pel_card_lines *lines) {
  pel_card_plain(pel_graph_name(n), text, TEXT_MOST);
  pel_card_wrap(&d->metrics, text, FONT, pel_graph_is_answer(n), NAME_ROOM, LINES, lines);
}

static double card_height(const pel_graph_plot *p, uint32_t item) {
  char text[TEXT_MOST];
  pel_card_lines lines;
  wrap_name(&p->base, node_of(p, item), text, &lines);
  return (CARD_HEAD + (lines.n ? lines.n : 1) * LINE + CARD_FOOT) * p->base.unit;
}

static void draw_card(const pel_graph_plot *p, pel_canvas *c, uint32_t item) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_graph_node *n = node_of(p, item);
  pel_box b = p->boxes[item];
  char text[TEXT_MOST], number[32], type[151], key[151];
  double u = d->unit, x = b.x + 11 * u, end = b.x + b.w - 9 * u, y = b.y + 14 * u;
  draw_role(p, c, n, b);
  if (pel_graph_is_asked(n)) snprintf(number, sizeof number, "%s", pel_diagram_word(d, N_("asked")));
  else number[0] = 0;
  if (isfinite(n->score)) pel_format_significant(number, sizeof number, n->score, 2);
  pel_diagram_text(d, c, number, end, y, SMALL + 0.5, true, PEL_ALIGN_END, pel_graph_is_asked(n) ? theme->accent : theme->ink, 0);
  end -= pel_diagram_text_width(d, number, SMALL + 0.5, true) + 6 * u;
  snprintf(text, sizeof text, "%s%s%s", pel_text_cut(type, sizeof type, n->type), *n->type && strcmp(n->key, pel_graph_name(n)) ? " \xc2\xb7 " : "",
           pel_text_cut(key, sizeof key, strcmp(n->key, pel_graph_name(n)) ? n->key : ""));
  pel_diagram_text(d, c, text, x, y, SMALL, false, PEL_ALIGN_START, theme->muted, end - x);
  pel_card_lines lines;
  pel_text how = {.size = FONT * u, .bold = pel_graph_is_answer(n), .color = theme->ink};
  wrap_name(d, n, text, &lines);
  for (uint32_t i = 0; i < lines.n; i++)
    pel_card_draw_line(d->type, &d->metrics, c, text, &lines, i, (pel_point){x, b.y + (CARD_HEAD + (i + 0.5) * LINE) * u}, NAME_ROOM * u, &how);
}

/* ---- paths in words ---- */

static void draw_path(const pel_graph_plot *p, pel_canvas *c, uint32_t item) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_graph_path *path = path_of(p, item);
  uint32_t k = item - p->view->n_items;
  double u = d->unit, y = p->paths_y + (k + 0.5) * PATH_ROW * u, x = 10 * u;
  char number[32], *text = pel_graph_path_text(p->view->reasoning, p->view->paths[k]);
  pel_graph_draw_badge(d, c, k + 1, (pel_point){x, y});
  x += 16 * u;
  pel_format_significant(number, sizeof number, path->score, 2);
  pel_diagram_text(d, c, number, x, y, FONT, true, PEL_ALIGN_START, theme->ink, 0);
  x += 42 * u;
  if (text) {
    double wide = fmin(pel_diagram_text_width(d, text, FONT, false), d->width - x);
    pel_diagram_text(d, c, text, x, y, FONT, false, PEL_ALIGN_START, theme->ink, d->width - x);
    x += wide + 12 * u;
  }
  free(text);
  if (*path->rule && d->width - x > 60 * u) pel_diagram_text(d, c, path->rule, x, y, SMALL + 0.5, false, PEL_ALIGN_START, theme->muted, d->width - x);
}

static void draw(const pel_diagram *d, pel_canvas *c) {
  const pel_graph_plot *p = pel_graph_plot_of(d);
  pel_graph_draw_lines(p, c);
  for (uint32_t i = 0; i < p->view->n_items; i++) {
    if (p->view->items[i].more) draw_more(p, c, i);
    else draw_card(p, c, i);
  }
  for (uint32_t i = p->view->n_items; i < d->n_items; i++) draw_path(p, c, i);
}

/* ---- items ---- */

static bool box(const pel_diagram *d, uint32_t item, pel_box *out) {
  const pel_graph_plot *p = pel_graph_plot_of(d);
  if (is_path(p, item)) *out = (pel_box){0, p->paths_y + (item - p->view->n_items) * PATH_ROW * d->unit, d->width, PATH_ROW * d->unit};
  else *out = p->boxes[item];
  return true;
}

static int64_t node(const pel_diagram *d, uint32_t item) {
  const pel_graph_plot *p = pel_graph_plot_of(d);
  if (is_path(p, item)) return p->view->reasoning->graph_nodes[path_of(p, item)->answer - 1].node;
  return p->view->items[item].more ? 0 : node_of(p, item)->node;
}

static void add_step(pel_string *s, const pel_diagram *d, const pel_graph_plot *p, const pel_graph_line *l, bool out) {
  const pel_graph_edge *e = &p->view->reasoning->graph_edges[l->first];
  char number[32], relation[PEL_GRAPH_RELATION];
  pel_graph_relation(e, relation);
  pel_string_add(s, pel_diagram_word(d, out ? N_("; leads on to ") : N_("; reached from ")));
  pel_string_add_sentence(s, pel_graph_name(node_of(p, out ? l->to : l->from)));
  pel_string_add(s, " (");
  pel_string_add_sentence(s, relation);
  if (e->backwards) pel_string_addf(s, ", %s", pel_diagram_word(d, N_("against its direction")));
  if (isfinite(l->attention)) pel_string_addf(s, pel_diagram_word(d, N_(", attention %s")), pel_format_fixed(number, sizeof number, l->attention, 2));
  pel_string_add(s, ")");
}

static void describe_node(pel_string *s, const pel_diagram *d, const pel_graph_plot *p, uint32_t item) {
  const pel_graph_node *n = node_of(p, item);
  char number[32];
  uint32_t said = 0, all = 0;
  pel_string_add_sentence(s, pel_graph_name(n));
  if (*n->type) pel_string_add(s, ", "), pel_string_add_sentence(s, n->type);
  if (*n->key && strcmp(n->key, pel_graph_name(n))) pel_string_add(s, " "), pel_string_add_sentence(s, n->key);
  if (pel_graph_is_asked(n)) pel_string_addf(s, "; %s", pel_diagram_word(d, N_("asked")));
  if (pel_graph_is_answer(n)) pel_string_addf(s, "; %s", pel_diagram_word(d, N_("an answer")));
  if (isfinite(n->score)) pel_string_addf(s, pel_diagram_word(d, N_(", score %s")), pel_format_significant(number, sizeof number, n->score, 3));
  for (uint32_t i = p->view->n_lines; i-- > 0;) { /* the strongest stand last */
    const pel_graph_line *l = &p->view->lines[i];
    if (l->from != item && l->to != item) continue;
    if (all++ < STEPS_SAID) add_step(s, d, p, l, l->from == item), said++;
  }
  if (all > said) pel_string_addf(s, pel_diagram_word(d, N_("; and %u more")), all - said);
}

static char *describe(const pel_diagram *d, uint32_t item) {
  const pel_graph_plot *p = pel_graph_plot_of(d);
  pel_string s = {0};
  char number[32];
  if (is_path(p, item)) {
    uint32_t k = item - p->view->n_items;
    char *text = pel_graph_path_text(p->view->reasoning, p->view->paths[k]);
    pel_string_addf(&s, pel_diagram_word(d, N_("path %u, score %s: ")), k + 1, pel_format_significant(number, sizeof number, path_of(p, item)->score, 3));
    pel_string_add(&s, text ? text : "");
    free(text);
    if (*path_of(p, item)->rule) pel_string_addf(&s, "; %s: ", pel_diagram_word(d, N_("rule"))), pel_string_add_sentence(&s, path_of(p, item)->rule);
  } else if (p->view->items[item].more)
    pel_string_addf(&s, pel_diagram_word(d, N_("%u more entities that are not shown, those with less attention")), p->view->items[item].hidden);
  else
    describe_node(&s, d, p, item);
  return pel_string_take(&s);
}

/* ---- legend ---- */

static double put_word(const pel_diagram *d, pel_canvas *c, const char *word, double x, double y) {
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = pel_style_theme(&d->style)->muted};
  if (c) pel_type_draw(d->type, c, word, (pel_point){x, y}, &how);
  return pel_type_width(d->type, word, PEL_SIZE_CAPTION, false) + 18;
}

static double legend(const pel_diagram *d, pel_canvas *c, double x, double y, double width) {
  const pel_graph_plot *p = pel_graph_plot_of(d);
  const pel_theme *theme = pel_style_theme(&d->style);
  double at = x, m = y + 11;
  (void)width;
  if (c) pel_canvas_line(c, at, m, at + 26, m, 1.4, theme->muted);
  at += 32, at += put_word(d, c, pel_diagram_word(d, pel_graph_has_attention(p->view) ? N_("a step; wider: more attention") : N_("a step; no attention is recorded")), at, m);
  if (p->view->n_paths) {
    if (c) pel_canvas_line(c, at, m, at + 30, m, 3, theme->accent), pel_graph_draw_badge(d, c, 1, (pel_point){at + 15, m});
    at += 36, at += put_word(d, c, pel_diagram_word(d, N_("on a best path")), at, m);
  }
  put_word(d, c, pel_diagram_word(d, N_("\xe2\x86\x90: against the relation's direction")), at, m);
  return 22;
}

static void clear(pel_diagram *d) {
  free(((pel_graph_plot *)d)->boxes);
  free(((pel_graph_plot *)d)->ways);
  free(((pel_graph_plot *)d)->labels);
}

static const pel_diagram_class class = {.draw = draw, .box = box, .describe = describe, .node = node, .legend = legend, .clear = clear};

/* ---- layout ---- */

/* Layers side by side, each in the middle of the height. */
static void place(pel_graph_plot *p) {
  const pel_graph_view *v = p->view;
  double u = p->base.unit, high = 0;
  for (uint32_t first = 0, end; first < v->n_items; first = end) {
    double y = 0;
    for (end = first; end < v->n_items && v->items[end].layer == v->items[first].layer; end++) {
      double h = v->items[end].more ? MORE_HIGH * u : card_height(p, end);
      p->boxes[end] = (pel_box){v->items[end].layer * (CARD_WIDTH + GAP_LAYERS) * u, y, CARD_WIDTH * u, h};
      y += h + GAP_CARDS * u;
    }
    for (uint32_t i = first; i < end; i++) p->boxes[i].w = CARD_WIDTH * u;
    high = fmax(high, y - GAP_CARDS * u);
    p->base.width = fmax(p->base.width, p->boxes[first].x + CARD_WIDTH * u);
  }
  for (uint32_t first = 0, end; first < v->n_items; first = end) {
    for (end = first; end < v->n_items && v->items[end].layer == v->items[first].layer;) end++;
    double shift = (high - p->boxes[end - 1].y - p->boxes[end - 1].h) / 2;
    for (uint32_t i = first; i < end; i++) p->boxes[i].y += shift;
  }
  high = fmax(high, pel_graph_find_ways(p, GAP_CARDS * u));
  bool inward = false; /* a line around the last layer needs room beside it */
  for (uint32_t i = 0; i < v->n_lines; i++) inward |= v->items[v->lines[i].from].layer == v->items[v->lines[i].to].layer && v->items[v->lines[i].to].layer + 1 == v->n_layers;
  p->base.width = fmax(p->base.width + (inward ? 44 * u : 0), WIDTH_LEAST * u);
  p->paths_y = high + PATHS_GAP * u;
  p->base.height = v->n_paths ? p->paths_y + v->n_paths * PATH_ROW * u : high;
}

static pel_status layout(const void *data, const pel_plot_style *style, const pel_diagram_room *room, pel_diagram **out, pel_error *err) {
  pel_graph_plot *p;
  PEL_TRY(pel_diagram_new(sizeof *p, &class, style, room->unit, (pel_diagram **)&p, err));
  p->view = data;
  p->base.n_items = p->view->n_items + p->view->n_paths;
  p->boxes = pel_alloc(p->view->n_items, sizeof *p->boxes);
  p->ways = pel_alloc(p->view->n_lines, sizeof *p->ways);
  p->labels = pel_alloc(p->view->n_lines, sizeof *p->labels);
  if (!p->boxes || !p->ways || !p->labels) {
    pel_diagram_free(&p->base);
    return pel_fail_memory(err, "the layout of a graph", p->view->n_items * sizeof *p->boxes);
  }
  place(p);
  pel_graph_place_labels(p);
  *out = &p->base;
  return PEL_OK;
}

pel_diagram_maker pel_graph_plot_maker(const pel_graph_view *view) { return (pel_diagram_maker){view, layout, .fills = false}; }

/* ---- caption ---- */

void pel_caption_graph(const pel_graph_view *v, const char *hash, pel_caption *out) {
  *out = (pel_caption){0};
  snprintf(out->title, sizeof out->title, "What the deduction over the graph attended to");
  pel_caption_add(out, "%u of %u entities shown: asked ones, answers, those on the best paths, then those with the most attention", v->n_shown, v->n_nodes);
  if (v->n_lines < v->n_lines_all) pel_caption_add(out, "%u of %u lines between them, the strongest", v->n_lines, v->n_lines_all);
  if (pel_graph_has_attention(v)) pel_caption_add(out, "%zu steps in all; a line has the largest attention of its steps, a broken one has none", v->n_steps);
  else pel_caption_add(out, "%zu steps in all; no attention is recorded", v->n_steps);
  if (v->n_paths) pel_caption_add(out, "%u of %zu paths marked, the best", v->n_paths, v->n_paths_all);
  pel_caption_add(out, "from left to right: distance from what was asked, answers last");
  pel_caption_add(out, "trace %.12s", hash && *hash ? hash : "without a hash");
}
