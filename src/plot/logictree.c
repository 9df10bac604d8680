#include "src/plot/logictree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/plot/logictree_parts.h"
#include "src/plot/tree_look.h"
#include "src/plot/tree_place.h"

#define GAP_CARDS 12.0  /* between siblings, left to right */
#define GAP_OTHERS 22.0 /* between cards of two parents */
#define GAP_DOWN 18.0   /* the same, top down */
#define GAP_DOWN_OTHERS 34.0
#define BADGE 44.0 /* room beyond the last layer for "+1234" */
#define MERGED 15.0 /* screen px of a box that stands for many */

/* ---- layout ---- */

static uint32_t count_layers(const pel_logic_tree *t) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < t->n_items; i++)
    if (t->items[i].depth > most) most = t->items[i].depth;
  return t->n_items ? most + 1 : 0;
}

static void measure_cards(pel_logictree *p) {
  for (uint32_t i = 0; i < p->tree->n_items; i++) {
    pel_card_size s = pel_card_measure(&p->metrics, p->tree, i);
    float w = s.w * (float)p->unit, h = s.h * (float)p->unit;
    p->places[i].size = pel_tree_is_down(p) ? w : h;
    p->places[i].length = pel_tree_is_down(p) ? h : w;
  }
}

static bool has_badges(const pel_logictree *p) {
  for (uint32_t i = 0; i < p->tree->n_items; i++)
    if (p->tree->items[i].kind == PEL_ITEM_NODE && p->tree->items[i].hidden && p->tree->items[i].depth + 1 == p->n_layers) return true;
  return false;
}

/* Groups the items by layer; in each they stay in reading order. */
static void fill_layers(pel_logictree *p) {
  const pel_tree_item *items = p->tree->items;
  uint32_t n = p->tree->n_items, first = 0;
  double start = 0, gap = (pel_tree_is_down(p) ? PEL_TREE_GAP_DOWN : PEL_TREE_GAP_RIGHT) * p->unit;
  for (uint32_t i = 0; i < n; i++) p->layers[items[i].depth].n++;
  for (uint32_t l = 0; l < p->n_layers; l++) {
    p->layers[l].first = first;
    first += p->layers[l].n;
    p->layers[l].n = 0;
  }
  for (uint32_t i = 0; i < n; i++) {
    pel_tree_layer *layer = &p->layers[items[i].depth];
    p->places[i].slot = layer->first + layer->n++;
    p->in_layer[p->places[i].slot] = i;
    layer->extent = fmax(layer->extent, (double)p->places[i].length);
    if (items[i].n_children) p->places[i].first_slot = p->layers[items[i].depth + 1].first + p->layers[items[i].depth + 1].n;
  }
  for (uint32_t l = 0; l < p->n_layers; l++) {
    p->layers[l].start = start;
    start += p->layers[l].extent + gap;
  }
  p->along = p->n_layers ? start - gap + (has_badges(p) ? BADGE * p->unit : 0) : 0;
}

static pel_status place_cards(pel_logictree *p, pel_error *err) {
  uint32_t n = p->tree->n_items;
  pel_place_node *nodes = pel_alloc(n, sizeof *nodes);
  double *at = pel_alloc(n, sizeof *at), u = p->unit;
  pel_place_gaps gaps = {GAP_CARDS * u, GAP_OTHERS * u};
  if (pel_tree_is_down(p)) gaps = (pel_place_gaps){GAP_DOWN * u, GAP_DOWN_OTHERS * u};
  pel_status status = nodes && at ? PEL_OK : pel_fail_memory(err, "the layout of a tree", n * sizeof *nodes);
  for (uint32_t i = 0; status == PEL_OK && i < n; i++)
    nodes[i] = (pel_place_node){p->tree->items[i].parent, p->tree->items[i].span, (double)p->places[i].size};
  if (status == PEL_OK) status = pel_tree_place(nodes, n, gaps, p->options.flush, at, err);
  for (uint32_t i = 0; status == PEL_OK && i < n; i++) {
    p->places[i].at = at[i];
    p->across = fmax(p->across, at[i] + (double)p->places[i].size);
  }
  free(nodes);
  free(at);
  return status;
}

static pel_status fill(pel_logictree *p, pel_error *err) {
  uint32_t n = p->tree->n_items;
  p->n_layers = count_layers(p->tree);
  p->type = pel_type_new();
  p->places = pel_alloc(n, sizeof *p->places);
  p->in_layer = pel_alloc(n, sizeof *p->in_layer);
  p->layers = pel_alloc(p->n_layers, sizeof *p->layers);
  p->n_nodes = p->tree->n_nodes;
  p->family_end = pel_alloc(n, sizeof *p->family_end);
  p->family_start = pel_alloc(n, sizeof *p->family_start);
  p->node_boxes = pel_alloc(p->n_nodes, sizeof *p->node_boxes);
  if (!p->family_end || !p->family_start || !p->node_boxes || !p->type || !p->places || !p->in_layer || !p->layers) return pel_fail_memory(err, "the layout of a tree", n * sizeof *p->places);
  pel_card_metrics_load(p->type, &p->metrics);
  measure_cards(p);
  fill_layers(p);
  PEL_TRY(place_cards(p, err));
  pel_tree_bound_edges(p);
  for (uint32_t i = 0; i < n; i++)
    if (p->tree->items[i].kind == PEL_ITEM_NODE) p->node_boxes[p->tree->items[i].node] = pel_tree_item_box(p, i);
  return PEL_OK;
}

pel_status pel_logictree_layout(const pel_logic_tree *tree, const pel_plot_style *style, const pel_logictree_options *options,
                                pel_logictree **out, pel_error *err) {
  pel_logictree *p = pel_alloc(1, sizeof *p);
  if (!p) return pel_fail_memory(err, "a picture", sizeof *p);
  p->tree = tree;
  p->style = *style;
  p->options = *options;
  p->unit = options->unit > 0 ? options->unit : 1;
  pel_status status = fill(p, err);
  if (status == PEL_OK)
    *out = p;
  else
    pel_logictree_free(p);
  return status;
}

void pel_logictree_free(pel_logictree *p) {
  if (!p) return;
  pel_type_free(p->type);
  free(p->places);
  free(p->in_layer);
  free(p->node_boxes);
  free(p->family_end);
  free(p->family_start);
  free(p->layers);
  free(p);
}

/* ---- where things are ---- */

pel_box pel_logictree_extent(const pel_logictree *p) {
  return pel_tree_is_down(p) ? (pel_box){0, 0, p->across, p->along} : (pel_box){0, 0, p->along, p->across};
}

pel_box pel_tree_item_box(const pel_logictree *p, uint32_t item) {
  const pel_tree_place_of *o = &p->places[item];
  double along = p->layers[p->tree->items[item].depth].start;
  if (pel_tree_is_down(p)) return (pel_box){o->at, along, (double)o->size, (double)o->length};
  return (pel_box){along, o->at, (double)o->length, (double)o->size};
}

double pel_tree_port(const pel_logictree *p, uint32_t item) {
  const pel_tree_place_of *o = &p->places[item];
  double port = PEL_CARD_PORT * p->unit;
  return o->at + (p->options.flush ? fmin(port, (double)o->size / 2) : (double)o->size / 2);
}

bool pel_logictree_box(const pel_logictree *p, uint32_t item, pel_box *out) {
  if (item >= p->tree->n_items) return false;
  *out = pel_tree_item_box(p, item);
  return true;
}

/* Found by the node, which both layouts may show in other items: each tree was updated in between. */
bool pel_logictree_moved(const pel_logictree *before, const pel_logictree *now, int64_t node, pel_point *by) {
  for (int old = 1; old >= 0; old--) {
    const pel_logictree *p = old ? before : now;
    if (node < 1 || node > (int64_t)p->n_nodes) return false;
    const pel_box *b = &p->node_boxes[node - 1];
    if (b->w <= 0) return false;
    *by = old ? (pel_point){-b->x, -b->y} : (pel_point){by->x + b->x, by->y + b->y};
  }
  return true;
}

void pel_tree_layers_in(const pel_logictree *p, double from, double to, uint32_t *first, uint32_t *end) {
  uint32_t low = 0, high = p->n_layers;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (p->layers[mid].start + p->layers[mid].extent < from)
      low = mid + 1;
    else
      high = mid;
  }
  *first = low;
  while (low < p->n_layers && p->layers[low].start <= to) low++;
  *end = low;
}

uint32_t pel_tree_slot_after(const pel_logictree *p, const pel_tree_layer *layer, double at) {
  uint32_t low = layer->first, high = layer->first + layer->n;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    const pel_tree_place_of *o = &p->places[p->in_layer[mid]];
    if (o->at + (double)o->size < at)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

/* ---- draw ---- */

/* Items that fall into the same few screen px, as one box in the colour of the state that most of them have. */
static void draw_merged(const pel_logictree *p, pel_canvas *canvas, const pel_tree_layer *layer, uint32_t first, uint32_t end, double scale) {
  const pel_theme *theme = pel_style_theme(&p->style);
  double least = MERGED / scale;
  for (uint32_t slot = first; slot < end;) {
    uint32_t counts[PEL_STATES] = {0}, n = 0, best = 0, begun = slot;
    double from = p->places[p->in_layer[slot]].at, to = from;
    for (; slot < end; slot++) {
      const pel_tree_place_of *o = &p->places[p->in_layer[slot]];
      const pel_tree_item *item = &p->tree->items[p->in_layer[slot]];
      if (slot > begun && o->at + (double)o->size - from > least) break;
      to = o->at + (double)o->size;
      n += item->kind == PEL_ITEM_REFERENCE ? 0 : 1 + item->hidden - (item->kind == PEL_ITEM_MORE);
      pel_node_state state = p->tree->reasoning->nodes[item->node].state;
      if ((unsigned)state < PEL_STATES && ++counts[state] > counts[best]) best = state;
    }
    double length = layer->extent * 0.9;
    pel_point a = pel_tree_point(p, layer->start, from), b = pel_tree_point(p, layer->start + length, to);
    pel_box box = {a.x, a.y, b.x - a.x, b.y - a.y};
    pel_canvas_fill(canvas, box, pel_state_tint(theme, (pel_node_state)best, 0.45f));
    if (n > 1 && box.h * scale >= 11 && box.w * scale >= 14) {
      char text[24];
      snprintf(text, sizeof text, "%u", n);
      pel_text how = {.size = 9.5 / scale, .color = theme->ink, .align = PEL_ALIGN_MIDDLE};
      pel_type_draw(p->type, canvas, text, (pel_point){box.x + box.w / 2, box.y + box.h / 2}, &how);
    }
  }
}

static void draw_cards(const pel_logictree *p, pel_canvas *canvas, uint32_t first, uint32_t end, double scale) {
  pel_card_pens pens = {p->type, &p->metrics, &p->style, pel_style_theme(&p->style), p->unit};
  for (uint32_t slot = first; slot < end; slot++) {
    uint32_t item = p->in_layer[slot];
    if (scale * p->unit >= PEL_TREE_WHOLE_SCALE)
      pel_card_draw(&pens, canvas, p->tree, item, pel_tree_item_box(p, item));
    else
      pel_card_draw_brief(&pens, canvas, p->tree, item, pel_tree_item_box(p, item));
    const pel_tree_item *it = &p->tree->items[item];
    double edge = p->layers[it->depth].start + (double)p->places[item].length;
    if (it->kind == PEL_ITEM_NODE && it->hidden)
      pel_card_badge(&pens, canvas, it->hidden, pel_tree_point(p, edge, pel_tree_port(p, item)), pel_tree_is_down(p));
  }
}

static void draw_layer(const pel_logictree *p, pel_canvas *canvas, uint32_t l, double from, double to, double scale) {
  const pel_tree_layer *layer = &p->layers[l];
  uint32_t first = pel_tree_slot_after(p, layer, from), end = first;
  while (end < layer->first + layer->n && p->places[p->in_layer[end]].at <= to) end++;
  if (scale * p->unit >= PEL_TREE_BRIEF_SCALE)
    draw_cards(p, canvas, first, end, scale);
  else
    draw_merged(p, canvas, layer, first, end, scale);
}

void pel_logictree_draw(const pel_logictree *p, pel_canvas *canvas, const pel_box *clip, double scale) {
  pel_box all = pel_logictree_extent(p), view = clip ? *clip : (pel_box){-1, -1, all.w + 2, all.h + 2};
  bool down = pel_tree_is_down(p);
  double along = down ? view.y : view.x, along_end = along + (down ? view.h : view.w);
  double across = down ? view.x : view.y, across_end = across + (down ? view.w : view.h);
  double gap = (down ? PEL_TREE_GAP_DOWN : PEL_TREE_GAP_RIGHT) * p->unit;
  uint32_t first, end;
  pel_tree_layers_in(p, along - gap, along_end, &first, &end); /* the edges of the layer before reach into the view */
  for (uint32_t l = first; l < end; l++) pel_tree_draw_edges(p, canvas, l, across, across_end, scale);
  pel_tree_layers_in(p, along, along_end, &first, &end);
  if (first > 0) first--; /* badges stand beyond their cards */
  for (uint32_t l = first; l < end; l++) draw_layer(p, canvas, l, across, across_end, scale);
}
