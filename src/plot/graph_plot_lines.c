/* Lines of a graph's picture: where they run, their words, the numbers of the paths on them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/plot/graph_plot_parts.h"
#include "src/plot/tree_look.h"

#define SIZE 9.5
#define ROOM 150.0 /* of a line's words */
#define HIGH 13.0
#define WIDEST 5.0
#define WORDS_MOST 300u /* lines that may have a number */
#define WHOLE_MOST 16u  /* lines that may have words, too, besides those of the best paths */

/* ---- ways ---- */

/* Items of a layer stand together. */
static uint32_t layer_end(const pel_graph_view *v, uint32_t first) {
  uint32_t end = first;
  while (end < v->n_items && v->items[end].layer == v->items[first].layer) end++;
  return end;
}

/* The free height of a layer that is nearest to y: between two cards, or above or below all of them. `place`: which, from 0. */
static double nearest_gap(const pel_graph_plot *p, uint32_t first, double y, double gap, uint32_t *place) {
  uint32_t end = layer_end(p->view, first);
  double best = p->boxes[end - 1].y + p->boxes[end - 1].h + gap / 2;
  *place = end - first;
  for (uint32_t i = first; i < end; i++) {
    double at = p->boxes[i].y - gap / 2;
    if (at >= 4 * p->base.unit && fabs(at - y) < fabs(best - y)) best = at, *place = i - first;
  }
  return best;
}

/* Where a layer begins among the items. */
static uint32_t layer_first(const pel_graph_view *v, uint32_t layer) {
  uint32_t low = 0, high = v->n_items;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (v->items[mid].layer < layer) low = mid + 1;
    else high = mid;
  }
  return low;
}

double pel_graph_find_ways(pel_graph_plot *p, double gap) {
  const pel_graph_view *v = p->view;
  double lowest = 0, u = p->base.unit;
  uint8_t used[256] = {0}; /* lines in a gap: they go beside each other */
  for (uint32_t i = v->n_lines; i-- > 0;) {
    uint32_t from = v->items[v->lines[i].from].layer, to = v->items[v->lines[i].to].layer, place;
    const pel_box *a = &p->boxes[v->lines[i].from], *b = &p->boxes[v->lines[i].to];
    if (to <= from + 1 || to - from - 1 > PEL_GRAPH_SKIPS) continue;
    for (uint32_t l = from + 1; l < to; l++) {
      double share = (double)(l - from) / (to - from), y = (a->y + a->h / 2) * (1 - share) + (b->y + b->h / 2) * share;
      uint32_t first = layer_first(v, l);
      y = nearest_gap(p, first, y, gap, &place);
      uint8_t *n = &used[(first + place + l) % 256];
      double beside = (*n % 2 ? 1 : -1) * (*n + 1) / 2 * 3.5 * u;
      if (*n < 255) ++*n;
      if (fabs(beside) < gap / 2 - 2 * u || place == layer_end(v, first) - first) y += fabs(beside) < gap / 2 - 2 * u ? beside : fabs(beside);
      lowest = fmax(lowest, y + 6 * u);
      p->ways[i].y[p->ways[i].n++] = (float)y;
    }
  }
  return lowest;
}

/* To a later layer from side to side, between the cards on its way; in a layer around its right; to an earlier one from left to right. */
size_t pel_graph_line_points(const pel_graph_plot *p, uint32_t line, pel_point out[PEL_GRAPH_POINTS]) {
  const pel_graph_line *l = &p->view->lines[line];
  const pel_graph_way *way = &p->ways[line];
  const pel_box *a = &p->boxes[l->from], *b = &p->boxes[l->to];
  uint32_t from = p->view->items[l->from].layer, to = p->view->items[l->to].layer;
  bool back = to < from, same = to == from;
  size_t n = 0;
  pel_point start = {back ? a->x : a->x + a->w, a->y + a->h / 2}, end = {back || same ? b->x + b->w : b->x, b->y + b->h / 2};
  if (same) start.y += a->h / 5, end.y += end.y < start.y ? b->h / 5 : -b->h / 5;
  for (uint32_t i = 0; i < way->n; i++, n += PEL_CURVE_POINTS) {
    double x = p->boxes[layer_first(p->view, from + 1 + i)].x;
    pel_diagram_curve(start, 1, (pel_point){x, (double)way->y[i]}, -1, out + n);
    start = (pel_point){x + a->w, (double)way->y[i]};
  }
  pel_diagram_curve(start, back ? -1 : 1, end, back || same ? 1 : -1, out + n);
  return n + PEL_CURVE_POINTS;
}

/* ---- words ---- */

static bool meet(pel_box a, pel_box b) { return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h; }

static bool has_badge(const pel_graph_plot *p, uint32_t line) { return p->labels[line].has_badge; }

static pel_box badge_box(const pel_graph_plot *p, uint32_t line, pel_point at) {
  double u = p->base.unit, wide = 0;
  for (uint32_t k = 0; k < p->view->n_paths; k++) wide += (p->view->lines[line].paths >> k & 1) ? 15 * u : 0;
  return (pel_box){at.x - 9 * u, at.y - 9 * u, wide + 3 * u, 18 * u};
}

static bool is_free(const pel_graph_plot *p, pel_box b, uint32_t line) {
  for (uint32_t i = p->view->n_lines; i-- > 0 && p->view->lines[i].paths;) /* lines of paths stand last */
    if (has_badge(p, i) && meet(b, badge_box(p, i, p->labels[i].badge))) return false;
  if (b.x < 0 || b.x + b.w > p->base.width || b.y < 0) return false;
  for (uint32_t i = 0; i < p->view->n_items; i++)
    if (meet(b, p->boxes[i])) return false;
  for (uint32_t i = line + 1; i < p->view->n_lines; i++)
    if (p->labels[i].box.w > 0 && meet(b, p->labels[i].box)) return false;
  return true;
}

static void words_of(const pel_graph_plot *p, uint32_t line, bool brief, char out[PEL_GRAPH_LABEL]) {
  const pel_graph_line *l = &p->view->lines[line];
  const pel_graph_edge *e = &p->view->reasoning->graph_edges[l->first];
  char number[32] = "", relation[PEL_GRAPH_LABEL - 40] = "", words[PEL_GRAPH_RELATION];
  if (isfinite(l->attention)) pel_format_fixed(number, sizeof number, l->attention, 2);
  pel_graph_relation(e, words);
  if (!brief) pel_card_plain(words, relation, sizeof relation);
  snprintf(out, PEL_GRAPH_LABEL, "%s%s%s%s", relation, *relation && e->backwards ? " \xe2\x86\x90" : "", *relation && *number ? " " : "", number);
}

static bool try_box(pel_graph_plot *p, uint32_t line, pel_point at, double w) {
  pel_box b = {at.x - w / 2, at.y - HIGH * p->base.unit / 2, w, HIGH * p->base.unit};
  if (!is_free(p, b, line)) return false;
  p->labels[line].box = b;
  return true;
}

/* In the middle of the first or last stretch, or beside it; the number alone where there is no room for more. */
static void place_label(pel_graph_plot *p, uint32_t line, bool brief) {
  static const int tries[] = {8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13}; /* points of a stretch */
  pel_graph_label *label = &p->labels[line];
  pel_point points[PEL_GRAPH_POINTS];
  size_t n = pel_graph_line_points(p, line, points), last = n - PEL_CURVE_POINTS;
  double u = p->base.unit;
  bool bold = p->view->lines[line].paths != 0;
  for (int k = brief; k < 2; k++) {
    words_of(p, line, k, label->text);
    double w = fmin(pel_diagram_text_width(&p->base, label->text, SIZE, bold) + 7 * u, ROOM * u);
    for (size_t i = 0; *label->text && i < sizeof tries / sizeof *tries; i++)
      if (try_box(p, line, points[last + (size_t)tries[i]], w) || (last && try_box(p, line, points[tries[i]], w))) return;
  }
}

static void place_badge(pel_graph_plot *p, uint32_t line) {
  static const int tries[] = {4, 3, 5, 6, 7, 8, 9, 10, 11, 12};
  pel_point points[PEL_GRAPH_POINTS];
  pel_graph_line_points(p, line, points);
  p->labels[line].badge = points[4];
  for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
    if (!is_free(p, badge_box(p, line, points[tries[i]]), p->view->n_lines)) continue;
    p->labels[line].badge = points[tries[i]];
    break;
  }
  p->labels[line].has_badge = true;
}

void pel_graph_place_labels(pel_graph_plot *p) {
  for (uint32_t i = p->view->n_lines; i-- > 0 && p->view->lines[i].paths;) place_badge(p, i);
  uint32_t n = p->view->n_lines, least = n > WORDS_MOST ? n - WORDS_MOST : 0;
  for (uint32_t i = n; i-- > least;) place_label(p, i, !p->view->lines[i].paths && n - i > WHOLE_MOST); /* the strongest stand last */
}

/* ---- draw ---- */

static void draw_line(const pel_graph_plot *p, pel_canvas *c, uint32_t line, bool attended) {
  const pel_graph_line *l = &p->view->lines[line];
  const pel_theme *theme = pel_style_theme(&p->base.style);
  bool known = isfinite(l->attention), back = p->view->items[l->to].layer <= p->view->items[l->from].layer;
  double u = p->base.unit, share = known ? fmin(fmax(l->attention, 0), 1) : 0;
  pel_rgb color = l->paths ? theme->accent : pel_rgb_mix(theme->paper, theme->muted, (float)(0.45 + 0.45 * share));
  pel_point points[PEL_GRAPH_POINTS];
  size_t n = pel_graph_line_points(p, line, points);
  if (!known && attended) c->class->dash(c, 3 * u, 3 * u);
  c->class->stroke(c, points, n, false, ((attended || !l->paths ? 1 : 2.2) + WIDEST * share) * u, color);
  c->class->dash(c, 0, 0);
  pel_point end = points[n - 1], head[3] = {end, {end.x + (back ? 8 : -8) * u, end.y - 4.5 * u}, {end.x + (back ? 8 : -8) * u, end.y + 4.5 * u}};
  c->class->polygon(c, head, 3, color);
}

static void draw_words(const pel_graph_plot *p, pel_canvas *c, uint32_t line) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  const pel_graph_label *label = &p->labels[line];
  const pel_box *b = &label->box;
  double u = p->base.unit;
  if (b->w <= 0) return;
  pel_canvas_round_fill(c, *b, 3 * u, theme->paper);
  pel_diagram_text(&p->base, c, label->text, b->x + 3 * u, b->y + b->h / 2, SIZE, p->view->lines[line].paths != 0, PEL_ALIGN_START,
                   p->view->lines[line].paths ? theme->accent : theme->muted, b->w - 4 * u);
}

void pel_graph_draw_badge(const pel_diagram *d, pel_canvas *c, uint32_t number, pel_point at) {
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[16];
  double u = d->unit;
  snprintf(text, sizeof text, "%u", number);
  pel_canvas_disc(c, at, 9 * u, theme->paper);
  pel_canvas_disc(c, at, 7.5 * u, theme->accent);
  pel_diagram_text(d, c, text, at.x, at.y, 10, true, PEL_ALIGN_MIDDLE, theme->paper, 0);
}

static void draw_badges(const pel_graph_plot *p, pel_canvas *c, uint32_t line) {
  pel_point at = p->labels[line].badge;
  for (uint32_t k = 0; k < p->view->n_paths; k++) {
    if (!(p->view->lines[line].paths >> k & 1)) continue;
    pel_graph_draw_badge(&p->base, c, k + 1, at);
    at.x += 15 * p->base.unit;
  }
}

void pel_graph_draw_lines(const pel_graph_plot *p, pel_canvas *c) {
  bool attended = pel_graph_has_attention(p->view);
  for (uint32_t i = 0; i < p->view->n_lines; i++) draw_line(p, c, i, attended);
  for (uint32_t i = 0; i < p->view->n_lines; i++) draw_words(p, c, i);
  for (uint32_t i = 0; i < p->view->n_lines; i++) draw_badges(p, c, i);
}
