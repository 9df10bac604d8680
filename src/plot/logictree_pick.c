/* A point in a logic tree's picture, and an item in words. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/number.h"
#include "src/analysis/tree_words.h"
#include "src/plot/logictree_parts.h"
#include "src/plot/tree_look.h"

#define REASONS_SAID 4 /* of a node's reasons, in a description */

/* ---- pick ---- */

static double box_distance(pel_box b, double x, double y) {
  double dx = fmax(fmax(b.x - x, x - b.x - b.w), 0), dy = fmax(fmax(b.y - y, y - b.y - b.h), 0);
  return hypot(dx, dy);
}

typedef struct nearest {
  uint32_t item;
  double distance;
} nearest;

/* In each layer in reach the cards beside the point, of which one is the nearest. */
static nearest nearest_card(const pel_logictree *p, double x, double y, double tolerance) {
  double along = pel_tree_is_down(p) ? y : x, across = pel_tree_is_down(p) ? x : y;
  nearest best = {PEL_TREE_NONE, INFINITY};
  uint32_t first, end;
  pel_tree_layers_in(p, along - tolerance, along + tolerance, &first, &end);
  for (uint32_t l = first; l < end; l++) {
    const pel_tree_layer *layer = &p->layers[l];
    uint32_t slot = pel_tree_slot_after(p, layer, across - tolerance);
    for (; slot < layer->first + layer->n && p->places[p->in_layer[slot]].at <= across + tolerance; slot++) {
      double d = box_distance(pel_tree_item_box(p, p->in_layer[slot]), x, y);
      if (d < best.distance) best = (nearest){p->in_layer[slot], d};
    }
  }
  return best;
}

static nearest nearest_edge(const pel_logictree *p, double x, double y, double tolerance) {
  double along = pel_tree_is_down(p) ? y : x, across = pel_tree_is_down(p) ? x : y;
  nearest best = {PEL_TREE_NONE, INFINITY};
  for (uint32_t l = 0; l + 1 < p->n_layers; l++) {
    const pel_tree_layer *layer = &p->layers[l], *next = &p->layers[l + 1];
    if (along < layer->start + layer->extent || along > next->start) continue;
    uint32_t slot = pel_tree_slot_after(p, next, across - tolerance);
    for (; slot < next->first + next->n && p->places[p->in_layer[slot]].at <= across + tolerance; slot++) {
      double d = pel_tree_edge_distance(p, p->in_layer[slot], along, across);
      if (d < best.distance) best = (nearest){p->in_layer[slot], d};
    }
  }
  return best;
}

bool pel_logictree_pick(const pel_logictree *p, double x, double y, double tolerance, pel_tree_hit *out) {
  static const pel_tree_hit_kind kinds[] = {[PEL_ITEM_NODE] = PEL_HIT_NODE, [PEL_ITEM_REFERENCE] = PEL_HIT_REFERENCE, [PEL_ITEM_MORE] = PEL_HIT_MORE};
  nearest card = nearest_card(p, x, y, tolerance);
  nearest edge = card.distance > 0 ? nearest_edge(p, x, y, tolerance) : (nearest){PEL_TREE_NONE, INFINITY};
  if (edge.distance <= tolerance / 4) {
    *out = (pel_tree_hit){PEL_HIT_EDGE, edge.item};
    return true;
  }
  if (!(card.distance <= tolerance)) return false;
  *out = (pel_tree_hit){kinds[p->tree->items[card.item].kind], card.item};
  return true;
}

/* ---- describe ---- */

typedef struct telling {
  pel_string s;
  const pel_logic_tree *t;
  const pel_plot_style *style;
} telling;

#define WORD(w) pel_style_word(d->style, w)

static void add_number(telling *d, uint32_t node) {
  char number[PEL_TREE_NUMBER];
  pel_tree_number(d->t, node, number);
  if (*number) pel_string_addf(&d->s, "%s ", number);
}

static const char *word_or_nothing(const telling *d, const char *word) { return *word ? WORD(word) : ""; }

static void add_reasons(telling *d, uint32_t v) {
  const pel_logic_tree *t = d->t;
  uint32_t n = 0, said = 0;
  for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++) n += pel_edge_is_reason(t->reasoning->edges[t->out[i]].kind);
  if (!n) return;
  if (n == 1) pel_string_addf(&d->s, WORD(N_("; because of %u reason: ")), n);
  else pel_string_addf(&d->s, WORD(N_("; because of %u reasons: ")), n);
  for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1] && said < REASONS_SAID; i++) {
    const pel_edge *e = &t->reasoning->edges[t->out[i]];
    if (!pel_edge_is_reason(e->kind)) continue;
    if (said++) pel_string_add(&d->s, "; ");
    pel_string_add(&d->s, word_or_nothing(d, pel_edge_lead(t->reasoning, e)));
    pel_string_add_sentence(&d->s, t->reasoning->nodes[e->to - 1].says);
  }
  if (n > said) pel_string_addf(&d->s, WORD(N_("; and %u more")), n - said);
}

static void add_position(telling *d, uint32_t item) {
  const pel_tree_item *i = &d->t->items[item];
  if (i->parent == PEL_TREE_NONE || !i->place) return;
  const pel_tree_item *parent = &d->t->items[i->parent];
  pel_string_addf(&d->s, WORD(N_("; %u of %u below ")), i->place, i->of);
  add_number(d, parent->node);
  pel_string_add_sentence(&d->s, d->t->reasoning->nodes[parent->node].says);
}

static void add_part(telling *d, pel_string *part) {
  if (part->failed) d->s.failed = true;
  if (part->size) pel_string_addf(&d->s, "; %s", part->text);
  pel_string_clear(part);
}

static void describe_node(telling *d, uint32_t item) {
  const pel_tree_item *i = &d->t->items[item];
  const pel_node *n = &d->t->reasoning->nodes[i->node];
  pel_string part = {0};
  char number[32];
  add_number(d, i->node);
  pel_string_addf(&d->s, "%s: ", word_or_nothing(d, pel_kind_word(n->kind)));
  pel_string_add_sentence(&d->s, n->says);
  pel_string_addf(&d->s, "; %s", word_or_nothing(d, pel_node_sentence(n)));
  if (*n->note) pel_string_add(&d->s, ", "), pel_string_add_sentence(&d->s, n->note);
  pel_add_confidence(&part, n);
  add_part(d, &part);
  add_reasons(d, i->node);
  pel_add_place(&part, d->t, i->node, NULL);
  add_part(d, &part);
  pel_add_origin(&part, d->t->reasoning, n, true);
  add_part(d, &part);
  add_position(d, item);
  if (i->depth)
    pel_string_addf(&d->s, WORD(N_("; influence on the conclusion %s")), pel_format_fixed(number, sizeof number, (double)d->t->nodes[i->node].influence, 3));
  if (i->hidden) pel_string_addf(&d->s, WORD(N_("; collapsed, %u below")), i->hidden);
}

char *pel_logictree_describe(const pel_logictree *p, uint32_t item) {
  telling words = {.t = p->tree, .style = &p->style}, *d = &words;
  if (item >= d->t->n_items) return NULL;
  const pel_tree_item *i = &d->t->items[item];
  if (i->kind == PEL_ITEM_NODE) {
    describe_node(d, item);
    return pel_string_take(&d->s);
  }
  if (i->kind == PEL_ITEM_MORE)
    pel_string_addf(&d->s, WORD(N_("%u more that are not shown; foremost: ")), i->hidden);
  else {
    pel_string_add(&d->s, word_or_nothing(d, pel_edge_lead(d->t->reasoning, &d->t->reasoning->edges[i->edge])));
    pel_string_addf(&d->s, "%s ", WORD(N_("see")));
    add_number(d, i->node);
  }
  pel_string_add_sentence(&d->s, d->t->reasoning->nodes[i->node].says);
  add_position(d, item);
  return pel_string_take(&d->s);
}

char *pel_logictree_describe_edge(const pel_logictree *p, uint32_t item) {
  telling words = {.t = p->tree, .style = &p->style}, *d = &words;
  char number[40];
  if (item >= d->t->n_items || d->t->items[item].edge == PEL_TREE_NONE) return NULL;
  const pel_edge *e = &d->t->reasoning->edges[d->t->items[item].edge];
  pel_string_add(&d->s, word_or_nothing(d, pel_edge_word(e->kind)));
  if (*e->label) pel_string_add(&d->s, ", "), pel_string_add_sentence(&d->s, e->label);
  if (isfinite(e->weight)) pel_string_addf(&d->s, WORD(N_(", weight %s")), pel_share_text(e->weight, number));
  pel_string_add(&d->s, WORD(N_(": from ")));
  pel_string_add_sentence(&d->s, d->t->reasoning->nodes[e->from - 1].says);
  pel_string_add(&d->s, WORD(N_(" to ")));
  pel_string_add_sentence(&d->s, d->t->reasoning->nodes[e->to - 1].says);
  return pel_string_take(&d->s);
}
