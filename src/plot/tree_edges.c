/* Edges of a logic tree: a trunk from the parent, a branch with a rounded corner to each child. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/string_build.h"
#include "src/plot/logictree_parts.h"
#include "src/plot/tree_look.h"

#define CORNER 8.0
#define SIZE_LABEL 9.5
#define LABEL_MOST 200

typedef struct family { /* a parent and the line that its edges part from */
  uint32_t parent;
  double port, card_end, trunk, child_start; /* along, but for port */
} family;

static family family_of(const pel_logictree *p, uint32_t parent) {
  const pel_tree_item *item = &p->tree->items[parent];
  const pel_tree_layer *layer = &p->layers[item->depth], *next = &p->layers[item->depth + 1];
  return (family){parent, pel_tree_port(p, parent), layer->start + (double)p->places[parent].length,
                  layer->start + layer->extent + PEL_TREE_TRUNK * p->unit, next->start};
}

static const pel_edge *edge_of(const pel_logictree *p, uint32_t item) {
  uint32_t e = p->tree->items[item].edge;
  return e == PEL_TREE_NONE ? NULL : &p->tree->reasoning->edges[e];
}

/* Wider where more of the conclusion hangs on it. */
static double weight_width(const pel_logictree *p, uint32_t item) {
  const pel_tree_item *i = &p->tree->items[item];
  if (i->kind != PEL_ITEM_NODE) return 1;
  return 1 + 1.6 * sqrt((double)p->tree->nodes[i->node].influence);
}

/* ---- labels ---- */

static void label_text(const pel_edge *e, char out[LABEL_MOST]) {
  char weight[40] = "", number[32];
  size_t n = 0;
  if (isfinite(e->weight)) snprintf(weight, sizeof weight, "%s", pel_format_significant(number, sizeof number, e->weight, 2));
  if (*e->label) {
    pel_card_plain(e->label, out, LABEL_MOST - 40);
    n = strlen(out);
  }
  snprintf(out + n, LABEL_MOST - n, "%s%s", n && *weight ? " \xc2\xb7 " : "", weight);
}

static void draw_label(const pel_logictree *p, pel_canvas *canvas, const family *f, uint32_t item, double port) {
  const pel_edge *e = edge_of(p, item);
  char text[LABEL_MOST];
  double u = p->unit;
  if (!e || e->kind == PEL_EDGE_WOULD_CHANGE || (!*e->label && !isfinite(e->weight))) return; /* that label is a sentence: it stands in the text */
  label_text(e, text);
  pel_text how = {.size = SIZE_LABEL * u, .color = pel_style_theme(&p->style)->muted};
  bool down = pel_tree_is_down(p);
  double room = down ? (double)p->places[item].size / 2 + 10 * u : f->child_start - f->trunk - 14 * u;
  pel_card_lines lines;
  pel_card_wrap(&p->metrics, text, how.size, false, room, 2, &lines);
  for (uint32_t i = 0; i < lines.n; i++) { /* the second line stands under the edge */
    pel_point at = {f->trunk + 5 * u, port + (i ? 8 : -8) * u};
    if (down) at = (pel_point){port + 6 * u, f->child_start - (lines.n - i) * 12 * u - 2 * u};
    pel_card_draw_line(p->type, &p->metrics, canvas, text, &lines, i, at, room, &how);
  }
}

/* ---- lines ---- */

static void draw_branch(const pel_logictree *p, pel_canvas *canvas, const family *f, uint32_t item, bool heads) {
  const pel_theme *theme = pel_style_theme(&p->style);
  const pel_edge *e = edge_of(p, item);
  pel_edge_kind kind = e ? e->kind : PEL_EDGE_BECAUSE;
  pel_stroke s = pel_edge_stroke(kind);
  double u = p->unit, port = pel_tree_port(p, item), corner = fmin(CORNER * u, fabs(port - f->port));
  double end = f->child_start - (heads && e ? 3 * u : 0);
  pel_point points[3] = {pel_tree_point(p, f->trunk, port > f->port ? port - corner : port + corner), pel_tree_point(p, f->trunk, port),
                         pel_tree_point(p, end, port)};
  if (s.on > 0) canvas->class->dash(canvas, s.on * u, s.off * u);
  if (!e) canvas->class->dash(canvas, 2 * u, 3 * u);
  pel_canvas_path(canvas, corner > 0 ? points : points + 1, corner > 0 ? 3 : 2, corner, s.width * weight_width(p, item) * u,
                  pel_edge_color(theme, kind));
  canvas->class->dash(canvas, 0, 0);
  pel_point tip = pel_tree_point(p, f->child_start, port);
  if (heads && e) pel_edge_head(canvas, theme, kind, tip, pel_tree_is_down(p) ? 0 : 1, pel_tree_is_down(p) ? 1 : 0, u);
}

static void draw_trunk(const pel_logictree *p, pel_canvas *canvas, const family *f, double from, double to) {
  const pel_tree_item *items = p->tree->items;
  const pel_theme *theme = pel_style_theme(&p->style);
  uint32_t n = items[f->parent].n_children, slot = p->places[f->parent].first_slot;
  double u = p->unit, first = pel_tree_port(p, p->in_layer[slot]), last = pel_tree_port(p, p->in_layer[slot + n - 1]);
  double low = fmin(first, f->port), high = fmax(last, f->port), width = 1.3 * u;
  pel_rgb color = pel_edge_color(theme, PEL_EDGE_BECAUSE);
  pel_point a = pel_tree_point(p, f->card_end, f->port), b = pel_tree_point(p, f->trunk, f->port);
  pel_canvas_line(canvas, a.x, a.y, b.x, b.y, width, color);
  low = low < f->port ? low + CORNER * u : low;
  high = high > f->port ? high - CORNER * u : high;
  low = fmax(low, from - 10); /* no line is longer than the view */
  high = fmin(high, to + 10);
  if (high <= low) return;
  a = pel_tree_point(p, f->trunk, low);
  b = pel_tree_point(p, f->trunk, high);
  pel_canvas_line(canvas, a.x, a.y, b.x, b.y, width, color);
}

static void draw_family(const pel_logictree *p, pel_canvas *canvas, uint32_t parent, double from, double to, double scale) {
  family f = family_of(p, parent);
  uint32_t n = p->tree->items[parent].n_children, slot = p->places[parent].first_slot;
  const pel_tree_layer children = {slot, n, 0, 0};
  bool whole = scale * p->unit >= PEL_TREE_WHOLE_SCALE;
  double step = 2 / scale, drawn = -INFINITY; /* branches that fall on the same screen px are drawn once */
  draw_trunk(p, canvas, &f, from, to);
  for (uint32_t s = pel_tree_slot_after(p, &children, from); s < slot + n; s++) {
    uint32_t item = p->in_layer[s];
    double port = pel_tree_port(p, item);
    if (p->places[item].at > to) break;
    if (port - drawn < step) continue;
    drawn = port;
    draw_branch(p, canvas, &f, item, whole);
    if (whole) draw_label(p, canvas, &f, item, port);
  }
}

static double family_end(const pel_logictree *p, uint32_t item) {
  const pel_tree_place_of *o = &p->places[item];
  double end = o->at + (double)o->size;
  uint32_t n = p->tree->items[item].n_children;
  if (!n) return end;
  const pel_tree_place_of *last = &p->places[p->in_layer[o->first_slot + n - 1]];
  return fmax(end, last->at + (double)last->size);
}

static double family_start(const pel_logictree *p, uint32_t item) {
  const pel_tree_place_of *o = &p->places[item];
  return p->tree->items[item].n_children ? fmin(o->at, p->places[p->in_layer[o->first_slot]].at) : o->at;
}

/* A card without children may end before the family of the one above it: running bounds can be halved, ends can't. */
void pel_tree_bound_edges(pel_logictree *p) {
  for (uint32_t l = 0; l < p->n_layers; l++) {
    const pel_tree_layer *layer = &p->layers[l];
    double end = -INFINITY, start = INFINITY;
    for (uint32_t slot = layer->first; slot < layer->first + layer->n; slot++)
      p->family_end[slot] = end = fmax(end, family_end(p, p->in_layer[slot]));
    for (uint32_t slot = layer->first + layer->n; slot-- > layer->first;)
      p->family_start[slot] = start = fmin(start, family_start(p, p->in_layer[slot]));
  }
}

void pel_tree_draw_edges(const pel_logictree *p, pel_canvas *canvas, uint32_t l, double from, double to, double scale) {
  const pel_tree_layer *layer = &p->layers[l];
  uint32_t low = layer->first, high = layer->first + layer->n;
  double step = 2 / scale, drawn = -INFINITY;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (p->family_end[mid] < from)
      low = mid + 1;
    else
      high = mid;
  }
  for (uint32_t slot = low; slot < layer->first + layer->n; slot++) {
    uint32_t item = p->in_layer[slot];
    if (p->family_start[slot] > to) break;
    double end = family_end(p, item);
    if (!p->tree->items[item].n_children || end < from || fabs(end - drawn) < step) continue;
    drawn = end;
    draw_family(p, canvas, item, from, to, scale);
  }
}

double pel_tree_edge_distance(const pel_logictree *p, uint32_t item, double along, double across) {
  uint32_t parent = p->tree->items[item].parent;
  if (parent == PEL_TREE_NONE) return INFINITY;
  family f = family_of(p, parent);
  double port = pel_tree_port(p, item), d = INFINITY;
  if (along >= f.trunk && along <= f.child_start) d = fabs(across - port);
  return d;
}
