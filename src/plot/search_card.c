#include "src/plot/search_card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/plot/tree_look.h"

#define PAD 9.0
#define CUT 9.0
#define RADIUS 9.0
#define HEAD 17.0
#define LINE 15.0
#define FOOT 16.0
#define SMALL_CARD 25.0 /* of "+N more" */
#define FONT 11.5
#define SMALL 10.0
#define ICON 12.5
#define LINES 2
#define TEXT_MOST 700
#define BAR 62.0
#define MARK 4.5 /* from a card to what marks it */

static const pel_search_node *node_of(const pel_search_view *v, uint32_t item) { return &v->reasoning->search_nodes[v->items[item].node]; }

static void claim_of(const pel_search_node *n, char out[TEXT_MOST]) {
  pel_card_plain(n->says, out, TEXT_MOST);
  if (!*out) snprintf(out, TEXT_MOST, "%lld", (long long)n->id);
}

double pel_search_card_height(const pel_diagram *d, const pel_search_view *v, uint32_t item) {
  char claim[TEXT_MOST];
  pel_card_lines lines;
  if (v->items[item].more) return SMALL_CARD * d->unit;
  claim_of(node_of(v, item), claim);
  pel_card_wrap(&d->metrics, claim, FONT, false, PEL_SEARCH_CARD_WIDTH - 2 * PAD, LINES, &lines);
  return (6 + HEAD + (lines.n ? lines.n : 1) * LINE + FOOT + 5) * d->unit;
}

pel_rgb pel_search_dimmed(const pel_theme *theme, pel_rgb color, bool dim) { return dim ? pel_rgb_mix(theme->paper, color, 0.55f) : color; }

/* ---- outlines ---- */

static size_t cut_corners(pel_box b, double cut, pel_point out[8]) {
  double c = fmin(cut, b.h / 3), r = b.x + b.w, e = b.y + b.h;
  const pel_point points[8] = {{b.x + c, b.y}, {r - c, b.y}, {r, b.y + c}, {r, e - c}, {r - c, e}, {b.x + c, e}, {b.x, e - c}, {b.x, b.y + c}};
  memcpy(out, points, sizeof points);
  return 8;
}

static void ground(pel_canvas *c, pel_search_kind kind, pel_box b, double u, pel_rgb fill) {
  pel_point points[8];
  if (kind == PEL_SEARCH_ALL) c->class->polygon(c, points, cut_corners(b, CUT * u, points), fill);
  else pel_canvas_round_fill(c, b, RADIUS * u, fill);
}

static void outline(pel_canvas *c, pel_search_kind kind, pel_box b, double u, pel_stroke s, pel_rgb color) {
  pel_point points[8];
  double in = s.width * u / 2;
  if (s.on > 0) c->class->dash(c, s.on * u, s.off * u);
  if (kind == PEL_SEARCH_ALL) c->class->stroke(c, points, cut_corners((pel_box){b.x + in, b.y + in, b.w - 2 * in, b.h - 2 * in}, CUT * u, points), true, s.width * u, color);
  else pel_canvas_round_frame(c, b, RADIUS * u, s.width * u, color);
  c->class->dash(c, 0, 0);
}

void pel_search_card_sample(const pel_diagram *d, pel_canvas *c, pel_search_kind kind, pel_box box, double unit, pel_rgb color) {
  (void)d;
  outline(c, kind, box, unit, (pel_stroke){1.4, 0, 0}, color);
}

void pel_search_card_mark(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b) {
  double u = d->unit, out = MARK * u;
  outline(c, node_of(v, item)->kind, (pel_box){b.x - out, b.y - out, b.w + 2 * out, b.h + 2 * out}, u, (pel_stroke){2.2, 0, 0}, pel_style_theme(&d->style)->ink);
}

/* ---- parts ---- */

static void put_head(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b, bool dim) {
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_search_node *n = node_of(v, item);
  char text[48];
  double u = d->unit, y = b.y + (6 + HEAD / 2 - 1) * u, x = b.x + PAD * u, end = b.x + b.w - PAD * u;
  snprintf(text, sizeof text, "N %lld", (long long)v->visits[v->items[item].node]);
  pel_diagram_text(d, c, text, end, y, SMALL, true, PEL_ALIGN_END, pel_search_dimmed(theme, theme->ink, dim), 0);
  end -= pel_diagram_text_width(d, text, SMALL, true) + 8 * u;
  pel_state_icon(c, theme, n->state, (pel_point){x + ICON / 2 * u, y}, ICON * u);
  x += (ICON + 5) * u;
  const char *state = pel_diagram_word(d, pel_state_word(n->state)), *kind = pel_diagram_word(d, n->kind == PEL_SEARCH_ALL ? N_("all parts needed") : N_("one way is enough"));
  pel_diagram_text(d, c, state, x, y, SMALL, true, PEL_ALIGN_START, pel_state_color(theme, n->state), 0);
  x += pel_diagram_text_width(d, state, SMALL, true) + 7 * u;
  if (x + pel_diagram_text_width(d, kind, SMALL, false) < end) pel_diagram_text(d, c, kind, x, y, SMALL, false, PEL_ALIGN_START, theme->muted, 0);
}

static void put_claim(const pel_diagram *d, pel_canvas *c, const pel_search_node *n, pel_box b, pel_rgb color) {
  char claim[TEXT_MOST];
  pel_card_lines lines;
  double u = d->unit, room = PEL_SEARCH_CARD_WIDTH - 2 * PAD, y = b.y + (6 + HEAD) * u;
  pel_text how = {.size = FONT * u, .color = color};
  claim_of(n, claim);
  pel_card_wrap(&d->metrics, claim, FONT, false, room, LINES, &lines);
  for (uint32_t i = 0; i < lines.n; i++, y += LINE * u)
    pel_card_draw_line(d->type, &d->metrics, c, claim, &lines, i, (pel_point){b.x + PAD * u, y + LINE * u / 2}, room * u, &how);
}

static const char *ends(int64_t n, char out[32]) {
  if (n < PEL_PROOF_NEVER) snprintf(out, 32, "%lld", (long long)n);
  return n < PEL_PROOF_NEVER ? out : "\xe2\x88\x9e"; /* the sign of infinity */
}

/* Of an open goal how many ends at least are left to be proved, and to be refuted. They are those of the end: at a moment before nothing is said. */
static void put_proof_numbers(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b) {
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_search_node *n = node_of(v, item);
  char text[120], proof[32], disproof[32];
  double u = d->unit, y = b.y + b.h - (5 + FOOT / 2) * u;
  if (v->at) return;
  if (!n->proof || !n->disproof) snprintf(text, sizeof text, "%s", pel_diagram_word(d, N_("decided")));
  else if (n->proof == PEL_PROOF_NEVER && n->disproof == PEL_PROOF_NEVER) snprintf(text, sizeof text, "%s, %s", pel_diagram_word(d, N_("it can no longer be proved")), pel_diagram_word(d, N_("nor refuted")));
  else snprintf(text, sizeof text, pel_diagram_word(d, N_("open: %s to prove, %s to refute")), ends(n->proof, proof), ends(n->disproof, disproof));
  pel_diagram_text(d, c, text, b.x + PAD * u, y, SMALL, false, PEL_ALIGN_START, theme->muted, b.w - 2 * PAD * u);
}

/* The value as a bar in the palette's colour of it, and as a number; the prior. */
static void put_value(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b, bool dim) {
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_search_node *n = node_of(v, item);
  char text[64], number[32];
  double value = pel_search_value(v, v->items[item].node), u = d->unit, y = b.y + b.h - (5 + FOOT / 2) * u, x = b.x + PAD * u, h = 7 * u;
  if (!isfinite(value)) {
    pel_diagram_text(d, c, pel_diagram_word(d, N_("not visited")), x, y, SMALL, false, PEL_ALIGN_START, theme->muted, 0);
  } else {
    double share = fmin(fmax(value, 0), 1);
    pel_canvas_fill(c, (pel_box){x, y - h / 2, BAR * u * share, h}, pel_search_dimmed(theme, pel_palette_color(d->style.palette, (float)(0.15 + 0.7 * share)), dim));
    pel_canvas_frame(c, (pel_box){x, y - h / 2, BAR * u, h}, 0.8 * u, theme->muted);
    pel_diagram_text(d, c, pel_format_fixed(number, sizeof number, value, 2), x + (BAR + 6) * u, y, SMALL, true, PEL_ALIGN_START, pel_search_dimmed(theme, theme->ink, dim), 0);
  }
  if (!isfinite(n->prior)) return;
  snprintf(text, sizeof text, "%s %s", pel_diagram_word(d, N_("prior")), pel_format_fixed(number, sizeof number, n->prior, 2));
  pel_diagram_text(d, c, text, b.x + b.w - PAD * u, y, SMALL, false, PEL_ALIGN_END, theme->muted, 0);
}

/* ---- whole cards ---- */

static void draw_more(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b) {
  const pel_theme *theme = pel_style_theme(&d->style);
  char count[64], text[TEXT_MOST];
  double u = d->unit, y = b.y + b.h / 2, x = b.x + 10 * u;
  pel_canvas_round_fill(c, b, 4 * u, theme->paper);
  c->class->dash(c, 3 * u, 2.5 * u);
  pel_canvas_round_frame(c, b, 4 * u, 1 * u, theme->frame);
  c->class->dash(c, 0, 0);
  snprintf(count, sizeof count, "+%u %s", v->items[item].hidden, pel_diagram_word(d, N_("more")));
  pel_diagram_text(d, c, count, x, y, SMALL, true, PEL_ALIGN_START, theme->accent, 0);
  x += pel_diagram_text_width(d, count, SMALL, true) + 8 * u;
  claim_of(node_of(v, item), text);
  pel_diagram_text(d, c, text, x, y, SMALL, false, PEL_ALIGN_START, theme->muted, b.x + b.w - 10 * u - x);
}

/* A node that no simulation has reached so far: its place, and nothing that is not known yet. */
static void draw_ghost(const pel_diagram *d, pel_canvas *c, const pel_search_node *n, pel_box b) {
  const pel_theme *theme = pel_style_theme(&d->style);
  double u = d->unit;
  pel_rgb faint = pel_rgb_mix(theme->paper, theme->muted, 0.6f);
  ground(c, n->kind, b, u, theme->paper);
  outline(c, n->kind, b, u, (pel_stroke){1, 2, 4}, faint);
  put_claim(d, c, n, b, pel_rgb_mix(theme->paper, theme->muted, 0.85f));
  pel_diagram_text(d, c, pel_diagram_word(d, N_("not visited yet")), b.x + PAD * u, b.y + (6 + HEAD / 2 - 1) * u, SMALL, false, PEL_ALIGN_START, theme->muted, 0);
}

void pel_search_card_draw(const pel_diagram *d, pel_canvas *c, const pel_search_view *v, uint32_t item, pel_box b) {
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_search_node *n = node_of(v, item);
  bool dim = pel_search_is_dim(v, item);
  if (v->items[item].more) {
    draw_more(d, c, v, item, b);
    return;
  }
  if (v->at && !v->visits[v->items[item].node]) {
    draw_ghost(d, c, n, b);
    return;
  }
  ground(c, n->kind, b, d->unit, pel_state_tint(theme, n->state, dim ? 0.02f : theme->dark ? 0.12f : 0.06f));
  outline(c, n->kind, b, d->unit, pel_state_stroke(n->state), pel_search_dimmed(theme, pel_state_color(theme, n->state), dim));
  put_head(d, c, v, item, b, dim);
  put_claim(d, c, n, b, dim ? theme->muted : theme->ink);
  if (v->by_proof_numbers) put_proof_numbers(d, c, v, item, b);
  else put_value(d, c, v, item, b, dim);
}
