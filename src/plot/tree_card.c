#include "src/plot/tree_card.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/tree_words.h"
#include "src/plot/tree_look.h"

#define WIDTH 264.0
#define WIDTH_CONCLUSION 312.0
#define WIDTH_CHECK 220.0
#define PAD 11.0
#define STRIP 4.0 /* of the state's colour at the left */
#define TAB 7.0
#define HEAD_ROW 18.0
#define BY_ROW 15.0
#define SMALL_CARD 27.0 /* of references and stubs */
#define SIZE_HEAD 10.0
#define SIZE_BY 10.0
#define ICON 13.0
#define RADIUS 6.0
#define TEXT_MOST 1100

typedef struct shape { /* what a kind's card is like */
  double width, font, line;
  bool bold;
  uint32_t lines; /* of the claim, at most */
} shape;

static shape shape_of(pel_node_kind kind) {
  if (kind == PEL_NODE_CONCLUSION) return (shape){WIDTH_CONCLUSION, 13.5, 18, true, 5};
  if (kind == PEL_NODE_CHECK) return (shape){WIDTH_CHECK, 10.5, 14, false, 2};
  return (shape){WIDTH, 12, 16, false, 3};
}

static double claim_room(const shape *s) { return s->width - 2 * PAD - STRIP; }

static const pel_node *node_at(const pel_logic_tree *t, uint32_t item) { return &t->reasoning->nodes[t->items[item].node]; }

/* ---- what stands under the claim ---- */

static bool has_by(const pel_logic_tree *t, uint32_t item) {
  const pel_node *n = node_at(t, item);
  return n->clause || n->passage || n->document || *n->by || *n->date || pel_node_passage(t, t->items[item].node);
}

static void by_what(const pel_logic_tree *t, uint32_t item, char out[TEXT_MOST]) {
  const pel_node *n = node_at(t, item);
  pel_string s = {0};
  bool fact = n->kind == PEL_NODE_FACT || n->document;
  if (fact) pel_add_origin(&s, t->reasoning, n, false);
  size_t before = s.size;
  const pel_source *of_root = NULL;
  if (t->items[item].depth) { /* the conclusion's card names its source; the others only another one */
    uint32_t root = t->items[item].node;
    while (t->nodes[root].parent != PEL_TREE_NONE) root = t->nodes[root].parent;
    of_root = pel_passage_source(t->reasoning, pel_node_passage(t, root));
  }
  pel_string place = {0};
  pel_add_place(&place, t, t->items[item].node, of_root);
  if (place.size) pel_string_addf(&s, "%s%s", before ? " \xc2\xb7 " : "", place.text);
  pel_string_clear(&place);
  if (!fact && !s.size) pel_add_origin(&s, t->reasoning, n, false);
  pel_card_plain(s.text ? s.text : "", out, TEXT_MOST);
  pel_string_clear(&s);
}

/* ---- measure ---- */

pel_card_size pel_card_measure(const pel_card_metrics *m, const pel_logic_tree *t, uint32_t item) {
  const pel_node *n = node_at(t, item);
  shape s = shape_of(n->kind);
  char claim[TEXT_MOST];
  pel_card_lines lines;
  if (t->items[item].kind != PEL_ITEM_NODE) return (pel_card_size){(float)WIDTH, (float)SMALL_CARD};
  pel_card_plain(n->says, claim, sizeof claim);
  pel_card_wrap(m, claim, s.font, s.bold, claim_room(&s), s.lines, &lines);
  double h = 7 + HEAD_ROW + lines.n * s.line + (has_by(t, item) ? BY_ROW : 0) + 7;
  if (n->kind == PEL_NODE_FACT) h += TAB;
  return (pel_card_size){(float)s.width, (float)ceil(h)};
}

/* ---- outlines by kind ---- */

/* The part of the box that holds the text. */
static pel_box body_of(pel_node_kind kind, pel_box b, double unit) {
  if (kind == PEL_NODE_FACT) b.y += TAB * unit, b.h -= TAB * unit;
  return b;
}

static void outline_page(const pel_card_pens *p, pel_canvas *c, pel_box b, double width, pel_rgb color) {
  double fold = fmin(13 * p->unit, b.h / 2), x = b.x + width / 2, y = b.y + width / 2, r = b.x + b.w - width / 2, e = b.y + b.h - width / 2;
  const pel_point page[5] = {{x, y}, {r - fold, y}, {r, y + fold}, {r, e}, {x, e}};
  const pel_point ear[3] = {{r - fold, y}, {r - fold, y + fold}, {r, y + fold}};
  const pel_point corner[3] = {{r - fold, b.y - 1}, {b.x + b.w + 1, b.y - 1}, {b.x + b.w + 1, y + fold}};
  c->class->polygon(c, corner, 3, p->theme->paper);
  c->class->stroke(c, page, 5, true, width, color);
  c->class->stroke(c, ear, 3, false, width, color);
}

/* Corners only: something is missing between them. */
static void outline_open(const pel_card_pens *p, pel_canvas *c, pel_box b, double width, pel_rgb color) {
  double leg_x = b.w * 0.16, leg_y = fmin(b.h * 0.36, 24 * p->unit), in = width / 2;
  for (int i = 0; i < 4; i++) {
    double x = i & 1 ? b.x + b.w - in : b.x + in, y = i & 2 ? b.y + b.h - in : b.y + in;
    const pel_point corner[3] = {{x + (i & 1 ? -leg_x : leg_x), y}, {x, y}, {x, y + (i & 2 ? -leg_y : leg_y)}};
    pel_canvas_path(c, corner, 3, RADIUS * p->unit, width, color);
  }
}

static void outline_tab(const pel_card_pens *p, pel_canvas *c, pel_box b, double width, pel_rgb color) {
  double u = p->unit, left = b.x + 14 * u, right = left + fmin(38 * u, b.w / 2), top = b.y - TAB * u + width / 2;
  const pel_point tab[4] = {{left, b.y}, {left + 4 * u, top}, {right - 4 * u, top}, {right, b.y}};
  c->class->polygon(c, tab, 4, color);
}

static void outline(const pel_card_pens *p, pel_canvas *c, pel_node_kind kind, pel_stroke s, pel_rgb color, pel_box box) {
  pel_box b = body_of(kind, box, p->unit);
  double u = p->unit;
  if (kind == PEL_NODE_ASSUMPTION) s = (pel_stroke){1.6, 5, 3};
  if (kind == PEL_NODE_CONCLUSION) s.width = fmax(s.width, 2);
  if (kind == PEL_NODE_FACT) outline_tab(p, c, b, s.width * u, color);
  if (s.on > 0) c->class->dash(c, s.on * u, s.off * u);
  if (kind == PEL_NODE_SOURCE)
    outline_page(p, c, b, s.width * u, color);
  else if (kind == PEL_NODE_QUESTION) {
    c->class->dash(c, 0, 0);
    outline_open(p, c, b, 1.8 * u, color);
  } else
    pel_canvas_round_frame(c, b, RADIUS * u, s.width * u, color);
  c->class->dash(c, 0, 0);
  if (kind == PEL_NODE_CONCLUSION)
    pel_canvas_round_frame(c, (pel_box){b.x + 4 * u, b.y + 4 * u, b.w - 8 * u, b.h - 8 * u}, 3.5 * u, 0.8 * u, color);
}

static void outline_state(const pel_card_pens *p, pel_canvas *c, const pel_node *n, pel_box box) {
  outline(p, c, n->kind, pel_state_stroke(n->state), pel_state_color(p->theme, n->state), box);
}

void pel_card_sample(const pel_card_pens *p, pel_canvas *c, pel_node_kind kind, pel_box box) {
  outline(p, c, kind, (pel_stroke){1.6, 0, 0}, p->theme->muted, box);
}

static void ground(const pel_card_pens *p, pel_canvas *c, pel_node_kind kind, pel_node_state state, pel_box b, float strength) {
  pel_rgb fill = pel_state_tint(p->theme, state, kind == PEL_NODE_QUESTION ? 0 : strength);
  if (kind == PEL_NODE_SOURCE)
    pel_canvas_fill(c, b, fill);
  else
    pel_canvas_round_fill(c, b, RADIUS * p->unit, fill);
}

/* ---- the head row ---- */

static double put_words(const pel_card_pens *p, pel_canvas *c, const char *words, double x, double y, bool bold, pel_rgb color) {
  pel_text how = {.size = SIZE_HEAD * p->unit, .bold = bold, .color = color};
  pel_type_draw(p->type, c, words, (pel_point){x, y}, &how);
  return pel_card_width(p->metrics, words, strlen(words), how.size, bold);
}

static void put_end(const pel_card_pens *p, pel_canvas *c, const char *words, double x, double y, bool bold, pel_rgb color) {
  pel_text how = {.size = SIZE_HEAD * p->unit, .bold = bold, .color = color, .align = PEL_ALIGN_END};
  pel_type_draw(p->type, c, words, (pel_point){x, y}, &how);
}

/* A bar filled to the share, in the palette's colour of it, and the number beside it, which is no percentage: there is no room for what that would be of. Ends at x; returns where it begins. */
static double put_confidence(const pel_card_pens *p, pel_canvas *c, const pel_node *n, double x, double y) {
  char text[32];
  double u = p->unit, share = fmin(fmax(n->confidence, 0), 1), w = 34 * u, h = 7 * u;
  pel_format_fixed(text, sizeof text, share, 2);
  put_end(p, c, text, x, y, true, p->theme->ink);
  x -= pel_card_width(p->metrics, text, strlen(text), SIZE_HEAD * u, true) + 5 * u + w;
  pel_canvas_fill(c, (pel_box){x, y - h / 2, w * share, h}, pel_palette_color(p->style->palette, (float)(0.15 + 0.7 * share)));
  pel_canvas_frame(c, (pel_box){x, y - h / 2, w, h}, 0.8 * u, p->theme->muted);
  return x;
}

static void put_head(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box b) {
  const pel_node *n = node_at(t, item);
  char number[PEL_TREE_NUMBER];
  double u = p->unit, y = b.y + (7 + HEAD_ROW / 2 - 1) * u, x = b.x + (PAD + STRIP) * u, end = b.x + b.w - PAD * u;
  if (n->kind == PEL_NODE_SOURCE) end -= 12 * u;
  pel_tree_number(t, t->items[item].node, number);
  if (*number) {
    put_end(p, c, number, end, y, true, p->theme->muted);
    end -= pel_card_width(p->metrics, number, strlen(number), SIZE_HEAD * u, true) + 9 * u;
  }
  if (isfinite(n->confidence)) end = put_confidence(p, c, n, end, y) - 9 * u;
  pel_state_icon(c, p->theme, n->state, (pel_point){x + ICON / 2 * u, y}, ICON * u);
  x += (ICON + 5) * u;
  x += put_words(p, c, pel_style_word(p->style, pel_state_word(n->state)), x, y, true, pel_state_color(p->theme, n->state)) + 7 * u;
  const char *kind = pel_style_word(p->style, pel_kind_word(n->kind));
  if (x + pel_card_width(p->metrics, kind, strlen(kind), SIZE_HEAD * u, false) < end) put_words(p, c, kind, x, y, false, p->theme->muted);
}

/* ---- the whole card ---- */

static void put_claim(const pel_card_pens *p, pel_canvas *c, const pel_node *n, pel_box b, double *y) {
  shape s = shape_of(n->kind);
  char claim[TEXT_MOST];
  pel_card_lines lines;
  double u = p->unit, room = claim_room(&s);
  pel_text how = {.size = s.font * u, .bold = s.bold, .color = p->theme->ink};
  pel_card_plain(n->says, claim, sizeof claim);
  pel_card_wrap(p->metrics, claim, s.font, s.bold, room, s.lines, &lines);
  for (uint32_t i = 0; i < lines.n; i++, *y += s.line * u)
    pel_card_draw_line(p->type, p->metrics, c, claim, &lines, i, (pel_point){b.x + (PAD + STRIP) * u, *y + s.line * u / 2}, room * u, &how);
}

static void put_by(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box b, double y) {
  char text[TEXT_MOST];
  double u = p->unit, room = b.w - (2 * PAD + STRIP) * u;
  pel_text how = {.size = SIZE_BY * u, .color = p->theme->muted};
  y += BY_ROW * u / 2;
  by_what(t, item, text);
  pel_card_draw_cut(p->type, p->metrics, c, text, (pel_point){b.x + (PAD + STRIP) * u, y}, room, &how);
}

static void draw_node(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box box) {
  const pel_node *n = node_at(t, item);
  pel_box b = body_of(n->kind, box, p->unit);
  double u = p->unit, y = b.y + (7 + HEAD_ROW) * u;
  ground(p, c, n->kind, n->state, b, p->theme->dark ? 0.10f : 0.05f);
  pel_canvas_fill(c, (pel_box){b.x + 1 * u, b.y + RADIUS * u, STRIP * u, b.h - 2 * RADIUS * u}, pel_state_color(p->theme, n->state));
  outline_state(p, c, n, box);
  put_head(p, c, t, item, b);
  put_claim(p, c, n, b, &y);
  if (has_by(t, item)) put_by(p, c, t, item, b, y);
}

/* "see 2.1  She kept up ..." */
static void draw_reference(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box b) {
  const pel_node *n = node_at(t, item);
  char number[PEL_TREE_NUMBER], see[PEL_TREE_NUMBER + 48], claim[TEXT_MOST];
  double u = p->unit, y = b.y + b.h / 2, x = b.x + 9 * u;
  pel_text how = {.size = SIZE_BY * u, .color = p->theme->muted};
  pel_tree_number(t, t->items[item].node, number);
  snprintf(see, sizeof see, "%s %s", pel_style_word(p->style, N_("see")), *number ? number : pel_style_word(p->style, N_("the conclusion")));
  pel_canvas_round_fill(c, b, b.h / 2, p->theme->paper);
  pel_canvas_round_frame(c, b, b.h / 2, 0.9 * u, p->theme->faint);
  pel_state_icon(c, p->theme, n->state, (pel_point){x + ICON / 2 * u, y}, (ICON - 2) * u);
  x += (ICON + 5) * u;
  x += put_words(p, c, see, x, y, true, p->theme->accent) + 7 * u;
  pel_card_plain(n->says, claim, sizeof claim);
  pel_card_draw_cut(p->type, p->metrics, c, claim, (pel_point){x, y}, b.x + b.w - 12 * u - x, &how);
}

/* "+12 more  best: ..." on a small pile. */
static void draw_more(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box b) {
  char count[64], claim[TEXT_MOST];
  double u = p->unit, x = b.x + 12 * u, y;
  pel_text how = {.size = SIZE_BY * u, .color = p->theme->muted};
  pel_box top = {b.x, b.y, b.w, b.h - 5 * u};
  pel_canvas_round_frame(c, (pel_box){b.x + 6 * u, b.y + b.h - 9 * u, b.w - 12 * u, 9 * u}, 4 * u, 0.9 * u, p->theme->faint);
  pel_canvas_round_fill(c, top, 4 * u, p->theme->paper);
  c->class->dash(c, 3 * u, 2.5 * u);
  pel_canvas_round_frame(c, top, 4 * u, 1 * u, p->theme->frame);
  c->class->dash(c, 0, 0);
  y = top.y + top.h / 2;
  snprintf(count, sizeof count, "+%u %s", t->items[item].hidden, pel_style_word(p->style, N_("more")));
  x += put_words(p, c, count, x, y, true, p->theme->accent) + 8 * u;
  snprintf(claim, sizeof claim, "%s: ", pel_style_word(p->style, N_("foremost")));
  size_t at = strlen(claim);
  pel_card_plain(node_at(t, item)->says, claim + at, sizeof claim - at);
  pel_card_draw_cut(p->type, p->metrics, c, claim, (pel_point){x, y}, b.x + b.w - 12 * u - x, &how);
}

void pel_card_draw(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box box) {
  switch (t->items[item].kind) {
    case PEL_ITEM_REFERENCE: draw_reference(p, c, t, item, box); break;
    case PEL_ITEM_MORE: draw_more(p, c, t, item, box); break;
    default: draw_node(p, c, t, item, box); break;
  }
}

void pel_card_badge(const pel_card_pens *p, pel_canvas *c, uint32_t hidden, pel_point at, bool down) {
  char text[24];
  double u = p->unit, h = 17 * u;
  snprintf(text, sizeof text, "+%u", hidden);
  double w = pel_card_width(p->metrics, text, strlen(text), SIZE_HEAD * u, true) + 13 * u;
  pel_box b = down ? (pel_box){at.x - w / 2, at.y + 3 * u, w, h} : (pel_box){at.x + 3 * u, at.y - h / 2, w, h};
  pel_canvas_round_fill(c, b, h / 2, p->theme->paper);
  pel_canvas_round_frame(c, b, h / 2, 1.2 * u, p->theme->accent);
  pel_text how = {.size = SIZE_HEAD * u, .bold = true, .color = p->theme->accent, .align = PEL_ALIGN_MIDDLE};
  pel_type_draw(p->type, c, text, (pel_point){b.x + b.w / 2, b.y + b.h / 2}, &how);
}

void pel_card_draw_brief(const pel_card_pens *p, pel_canvas *c, const pel_logic_tree *t, uint32_t item, pel_box box) {
  const pel_node *n = node_at(t, item);
  const pel_tree_item *it = &t->items[item];
  double u = p->unit, icon = fmin(30 * u, box.h * 0.7);
  char text[PEL_TREE_NUMBER + 16];
  if (it->kind == PEL_ITEM_NODE) {
    pel_box b = body_of(n->kind, box, u);
    ground(p, c, n->kind, n->state, b, p->theme->dark ? 0.3f : 0.2f);
    outline_state(p, c, n, box);
    pel_state_icon(c, p->theme, n->state, (pel_point){b.x + 10 * u + icon / 2, b.y + b.h / 2}, icon);
    pel_tree_number(t, it->node, text);
  } else {
    pel_canvas_round_frame(c, box, box.h / 2, 1 * u, p->theme->faint);
    pel_tree_number(t, it->node, text);
    if (it->kind == PEL_ITEM_MORE) snprintf(text, sizeof text, "+%u", it->hidden);
  }
  bool whole = it->kind == PEL_ITEM_NODE;
  pel_text how = {.size = fmin(24 * u, box.h * 0.8), .bold = whole, .color = whole ? p->theme->ink : p->theme->muted, .align = PEL_ALIGN_END};
  pel_card_draw_cut(p->type, p->metrics, c, text, (pel_point){box.x + box.w - 12 * u, box.y + box.h / 2}, box.w - 60 * u, &how);
}
