#include "src/plot/search_tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "src/analysis/string_build.h"
#include "src/plot/search_card.h"
#include "src/plot/tree_look.h"
#include "src/plot/tree_place.h"

#define GAP_LAYERS 64.0
#define GAP_CARDS 11.0
#define GAP_OTHERS 20.0
#define WIDEST 7.0 /* of an edge, added to 1 */
#define BRIEF 0.35 /* px per px of the tree below which cards are boxes with a sign */

typedef struct search_tree {
  pel_diagram base;
  const pel_search_view *view;
  pel_box *boxes; /* [n_items] */
} search_tree;

static const search_tree *of(const pel_diagram *d) { return (const search_tree *)d; }
static const pel_search_node *node_of(const search_tree *p, uint32_t item) { return &p->view->reasoning->search_nodes[p->view->items[item].node]; }
static int64_t visits_of(const search_tree *p, uint32_t item) { return p->view->visits[p->view->items[item].node]; }

/* ---- edges ---- */

static pel_point start_of(const search_tree *p, uint32_t item) { return (pel_point){p->boxes[item].x + p->boxes[item].w, p->boxes[item].y + p->boxes[item].h / 2}; }
static pel_point end_of(const search_tree *p, uint32_t item) { return (pel_point){p->boxes[item].x, p->boxes[item].y + p->boxes[item].h / 2}; }

/* A dark line below, wider by its two margins: the simulation that is looked at went here. */
static void put_path(const search_tree *p, pel_canvas *c, const pel_point points[PEL_CURVE_POINTS], double width) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  c->class->stroke(c, points, PEL_CURVE_POINTS, false, (width + 5) * p->base.unit, theme->ink);
  c->class->stroke(c, points, PEL_CURVE_POINTS, false, (width + 2) * p->base.unit, theme->paper);
}

static void draw_edge(const search_tree *p, pel_canvas *c, uint32_t item) {
  const pel_search_item *i = &p->view->items[item];
  const pel_theme *theme = pel_style_theme(&p->base.style);
  pel_point points[PEL_CURVE_POINTS];
  int64_t all = visits_of(p, 0), n = visits_of(p, item);
  double u = p->base.unit, width = 1;
  bool line = i->line_from == i->parent, ghost = !i->more && p->view->at && !n;
  if (!i->more && all > 0 && n > 0) width += WIDEST * sqrt(fmin((double)n / (double)all, 1));
  pel_rgb color = line ? theme->accent : pel_search_dimmed(theme, pel_rgb_mix(theme->paper, theme->muted, 0.75f), pel_search_is_dim(p->view, item));
  pel_diagram_curve(start_of(p, i->parent), 1, end_of(p, item), -1, points);
  if (i->path_from == i->parent) put_path(p, c, points, width);
  if (i->more || ghost) c->class->dash(c, 2 * u, 3 * u);
  c->class->stroke(c, points, PEL_CURVE_POINTS, false, width * u, color);
  c->class->dash(c, 0, 0);
}

/* Thin, behind the cards; back to an earlier layer it goes around their right sides. */
static void draw_cross(const search_tree *p, pel_canvas *c, const pel_search_cross *x) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  pel_point points[PEL_CURVE_POINTS], from = start_of(p, x->from), to = end_of(p, x->to);
  double u = p->base.unit;
  bool line = p->view->items[x->to].line_from == x->from;
  bool back = to.x < from.x;
  pel_diagram_curve(from, 1, back ? start_of(p, x->to) : to, back ? 1 : -1, points);
  if (p->view->items[x->to].path_from == x->from) put_path(p, c, points, 1);
  if (!line) c->class->dash(c, 3 * u, 3 * u);
  c->class->stroke(c, points, PEL_CURVE_POINTS, false, (line ? 2.2 : 0.9) * u, line ? theme->accent : pel_rgb_mix(theme->paper, theme->muted, 0.6f));
  c->class->dash(c, 0, 0);
}

/* ---- draw ---- */

static void draw_brief(const search_tree *p, pel_canvas *c, uint32_t item) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  pel_box b = p->boxes[item];
  if (p->view->items[item].more) return;
  pel_canvas_fill(c, b, pel_state_tint(theme, node_of(p, item)->state, pel_search_is_dim(p->view, item) ? 0.15f : 0.4f));
  pel_state_icon(c, theme, node_of(p, item)->state, (pel_point){b.x + b.w / 2, b.y + b.h / 2}, fmin(b.h * 0.7, 30 * p->base.unit));
}

static bool stands_out(const pel_search_item *i) { return i->line_from == i->parent || i->path_from == i->parent; }

static void draw(const pel_diagram *d, pel_canvas *c) {
  const search_tree *p = of(d);
  for (uint32_t i = 0; i < p->view->n_cross; i++) draw_cross(p, c, &p->view->cross[i]);
  for (int line = 0; line < 2; line++) /* the line searched most, and the path, above the others */
    for (uint32_t i = 1; i < d->n_items; i++)
      if (stands_out(&p->view->items[i]) == line) draw_edge(p, c, i);
  for (uint32_t i = 0; i < d->n_items; i++) {
    if (d->unit < BRIEF) draw_brief(p, c, i);
    else pel_search_card_draw(d, c, p->view, i, p->boxes[i]);
    if (p->view->items[i].path_from != PEL_SEARCH_NONE) pel_search_card_mark(d, c, p->view, i, p->boxes[i]);
  }
}

/* ---- items ---- */

static bool box(const pel_diagram *d, uint32_t item, pel_box *out) {
  *out = of(d)->boxes[item];
  return true;
}

static int64_t node(const pel_diagram *d, uint32_t item) { return of(d)->view->items[item].more ? 0 : node_of(of(d), item)->node; }

static void add_numbers(pel_string *s, const pel_diagram *d, const search_tree *p, uint32_t item) {
  char value[32], prior[32];
  double v = pel_search_value(p->view, p->view->items[item].node);
  int64_t n = visits_of(p, item);
  if (n == 0) {
    pel_string_addf(s, "; %s", pel_diagram_word(d, N_("not visited by any simulation so far")));
    return;
  }
  if (p->view->by_proof_numbers) {
    pel_string_addf(s, pel_diagram_word(d, N_("; %lld of %lld visits")), (long long)n, (long long)visits_of(p, 0));
    return;
  }
  pel_string_addf(s, pel_diagram_word(d, N_("; %lld of %lld visits, value %s")), (long long)n, (long long)visits_of(p, 0), pel_format_fixed(value, sizeof value, v, 3));
  if (isfinite(node_of(p, item)->prior)) pel_string_addf(s, pel_diagram_word(d, N_(", prior %s")), pel_format_fixed(prior, sizeof prior, node_of(p, item)->prior, 3));
}

/* Proof numbers in words; "never" where the number is infinite. */
static void add_proof(pel_string *s, const pel_diagram *d, const pel_search_node *n) {
  if (n->proof == 0 || n->disproof == 0) return; /* its state says it */
  if (n->proof < PEL_PROOF_NEVER) pel_string_addf(s, pel_diagram_word(d, N_("; %lld open ends at least would have to be proved")), (long long)n->proof);
  else pel_string_addf(s, "; %s", pel_diagram_word(d, N_("it can no longer be proved")));
  if (n->disproof < PEL_PROOF_NEVER) pel_string_addf(s, pel_diagram_word(d, N_(", %lld refuted")), (long long)n->disproof);
  else pel_string_addf(s, ", %s", pel_diagram_word(d, N_("nor refuted")));
}

static char *describe(const pel_diagram *d, uint32_t item) {
  const search_tree *p = of(d);
  const pel_search_item *i = &p->view->items[item];
  const pel_search_node *n = node_of(p, item);
  pel_string s = {0};
  if (i->more) pel_string_addf(&s, pel_diagram_word(d, N_("%u more that are not shown; visited most: ")), i->hidden);
  pel_string_add_sentence(&s, *n->says ? n->says : "-");
  if (i->more) return pel_string_take(&s);
  pel_string_addf(&s, "; %s", pel_diagram_word(d, n->kind == PEL_SEARCH_ALL ? N_("all parts needed") : N_("one way is enough")));
  pel_string_addf(&s, "; %s", pel_diagram_word(d, pel_state_word(n->state)));
  add_numbers(&s, d, p, item);
  if (!p->view->at) add_proof(&s, d, n);
  if (i->line_from != PEL_SEARCH_NONE) pel_string_addf(&s, "; %s", pel_diagram_word(d, N_("on the line searched most")));
  if (i->path_from != PEL_SEARCH_NONE) pel_string_addf(&s, pel_diagram_word(d, N_("; on the path of simulation %lld")), (long long)p->view->at);
  if (n->first > 0) pel_string_addf(&s, pel_diagram_word(d, N_("; first reached by simulation %lld")), (long long)n->first);
  return pel_string_take(&s);
}

/* ---- legend ---- */

typedef struct setting { /* where the next entry goes */
  const pel_diagram *d;
  pel_canvas *c; /* NULL: only measures */
  double left, right, x, y;
} setting;

static double put(setting *s, double sign, const char *word) {
  double wide = sign + 6 + pel_type_width(s->d->type, word, PEL_SIZE_CAPTION, false);
  if (s->x > s->left && s->x + wide > s->right) s->x = s->left, s->y += 22;
  double x = s->x;
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = pel_style_theme(&s->d->style)->muted};
  if (s->c) pel_type_draw(s->d->type, s->c, word, (pel_point){x + sign + 6, s->y + 11}, &how);
  s->x += wide + 18;
  return x;
}

static void put_line(setting *s, const char *word, double width, bool dashed, pel_rgb color) {
  double x = put(s, 26, word);
  if (!s->c) return;
  if (dashed) s->c->class->dash(s->c, 3, 3);
  pel_canvas_line(s->c, x, s->y + 11, x + 26, s->y + 11, width, color);
  s->c->class->dash(s->c, 0, 0);
}

static void put_cased(setting *s, const pel_theme *theme) {
  double x = put(s, 26, pel_diagram_word(s->d, N_("path of this simulation")));
  if (!s->c) return;
  pel_canvas_line(s->c, x, s->y + 11, x + 26, s->y + 11, 7, theme->ink);
  pel_canvas_line(s->c, x, s->y + 11, x + 26, s->y + 11, 4, theme->paper);
  pel_canvas_line(s->c, x, s->y + 11, x + 26, s->y + 11, 2, theme->muted);
}

static double legend(const pel_diagram *d, pel_canvas *c, double x, double y, double width) {
  const search_tree *p = of(d);
  const pel_theme *theme = pel_style_theme(&d->style);
  setting s = {d, c, x, x + width, x, y};
  bool states[PEL_STATES] = {false};
  for (uint32_t i = 0; i < d->n_items; i++)
    if (!p->view->items[i].more && (unsigned)node_of(p, i)->state < PEL_STATES) states[node_of(p, i)->state] = true;
  for (int kind = 0; kind < 2; kind++) {
    double at = put(&s, 26, pel_diagram_word(d, kind ? N_("a way: all parts needed") : N_("a goal: one way is enough")));
    if (c) pel_search_card_sample(d, c, kind ? PEL_SEARCH_ALL : PEL_SEARCH_ANY, (pel_box){at, s.y + 3, 26, 16}, 0.55, theme->muted);
  }
  for (int i = 0; i < PEL_STATES; i++) {
    if (!states[i]) continue;
    double at = put(&s, 13, pel_diagram_word(d, pel_state_word((pel_node_state)i)));
    if (c) pel_state_icon(c, theme, (pel_node_state)i, (pel_point){at + 6.5, s.y + 11}, 13);
  }
  put_line(&s, pel_diagram_word(d, N_("searched most")), 4, false, theme->accent);
  put_line(&s, pel_diagram_word(d, N_("wider: more visits")), 2.5, false, pel_rgb_mix(theme->paper, theme->muted, 0.75f));
  if (p->view->at) put_cased(&s, theme);
  if (p->view->n_cross) put_line(&s, pel_diagram_word(d, N_("also leads there")), 0.9, true, theme->muted);
  return s.y + 22 - y;
}

static void clear(pel_diagram *d) { free(((search_tree *)d)->boxes); }

static const pel_diagram_class class = {.draw = draw, .box = box, .describe = describe, .node = node, .legend = legend, .clear = clear};

/* ---- layout ---- */

static pel_status place(search_tree *p, pel_error *err) {
  const pel_search_view *v = p->view;
  pel_place_node *nodes = pel_alloc(v->n_items, sizeof *nodes);
  double *at = pel_alloc(v->n_items, sizeof *at), u = p->base.unit;
  pel_status status = nodes && at ? PEL_OK : pel_fail_memory(err, "the layout of a search", v->n_items * sizeof *nodes);
  for (uint32_t i = 0; status == PEL_OK && i < v->n_items; i++) nodes[i] = (pel_place_node){v->items[i].parent, v->items[i].span, pel_search_card_height(&p->base, v, i)};
  if (status == PEL_OK) status = pel_tree_place(nodes, v->n_items, (pel_place_gaps){GAP_CARDS * u, GAP_OTHERS * u}, false, at, err);
  for (uint32_t i = 0; status == PEL_OK && i < v->n_items; i++) {
    pel_box b = {v->items[i].depth * (PEL_SEARCH_CARD_WIDTH + GAP_LAYERS) * u, at[i], PEL_SEARCH_CARD_WIDTH * u, nodes[i].size};
    p->boxes[i] = b;
    p->base.width = fmax(p->base.width, b.x + b.w);
    p->base.height = fmax(p->base.height, b.y + b.h);
  }
  free(nodes);
  free(at);
  return status;
}

static pel_status layout(const void *data, const pel_plot_style *style, const pel_diagram_room *room, pel_diagram **out, pel_error *err) {
  search_tree *p;
  PEL_TRY(pel_diagram_new(sizeof *p, &class, style, room->unit, (pel_diagram **)&p, err));
  p->view = data;
  p->base.n_items = p->view->n_items;
  p->boxes = pel_alloc(p->view->n_items, sizeof *p->boxes);
  pel_status status = p->boxes ? place(p, err) : pel_fail_memory(err, "the layout of a search", p->view->n_items * sizeof *p->boxes);
  if (status == PEL_OK) *out = &p->base;
  else pel_diagram_free(&p->base);
  return status;
}

pel_diagram_maker pel_search_tree_maker(const pel_search_view *view) { return (pel_diagram_maker){view, layout, .fills = false}; }

/* ---- caption ---- */

char *pel_search_moment(const pel_search_view *v, const pel_plot_style *style) {
  pel_string s = {0};
  if (v->at) pel_string_addf(&s, pel_style_word(style, N_("after %lld of %lld simulations")), (long long)v->at, (long long)v->n_simulations);
  else if (v->n_simulations) pel_string_addf(&s, pel_style_word(style, N_("at the end, %lld simulations")), (long long)v->n_simulations);
  else pel_string_add(&s, pel_style_word(style, N_("at the end; no simulations are kept")));
  return pel_string_take(&s);
}

static void add_moment(const pel_search_view *v, pel_caption *out) {
  char value[32], backed_up[48] = "";
  bool values = !v->by_proof_numbers;
  if (values) snprintf(backed_up, sizeof backed_up, ", value %s", pel_format_fixed(value, sizeof value, v->path_value, 3));
  pel_caption_add(out, "simulation %lld: %u nodes, %u of them shown%s", (long long)v->at, v->path_nodes, v->path_shown, backed_up);
  pel_caption_add(out, "%s the simulations so far; states are those at the end", values ? "N and value count" : "N counts");
  if (!v->all_kept) return;
  if (values && v->agreement.values)
    pel_caption_add(out, "the search recorded another value for %u of %u nodes than all simulations add up to: what is decided, and what needs all its parts, has a value of its own", v->agreement.values, v->agreement.nodes);
  if (v->agreement.visits)
    pel_caption_add(out, "and another number of visits for %u: a path that ended in a circle does not count for its end", v->agreement.visits);
}

static const char *what_numbers(const pel_search_view *v) {
  if (!v->by_proof_numbers) return "bar and number: mean value of the visits";
  return v->at ? "how much is left to prove is known at the end alone" : "of an open goal, how many ends at least are left to prove, and to refute";
}

void pel_caption_search(const pel_search_view *v, const char *hash, pel_caption *out) {
  const pel_search_node *root = &v->reasoning->search_nodes[v->items[0].node];
  const pel_plot_style english = {.translate = NULL};
  char title[sizeof out->title], cut[191], *moment = pel_search_moment(v, &english);
  *out = (pel_caption){0};
  pel_card_plain(root->says, title, sizeof title - 40);
  snprintf(out->title, sizeof out->title, "%s%s", *title ? "The search for: " : "The search", pel_text_cut(cut, sizeof cut, title));
  pel_caption_add(out, "%s", moment ? moment : "");
  free(moment);
  if (!v->all_kept)
    pel_caption_add(out, "of the %lld visits of the root %lld simulations are kept%s", (long long)root->visits, (long long)v->n_simulations,
                    v->at ? "; the numbers count these" : "");
  pel_caption_add(out, "%u of %u nodes shown, those visited most", v->n_shown, v->n_nodes);
  if (v->n_cross_all > v->n_cross) pel_caption_add(out, "%u of %u further edges drawn", v->n_cross, v->n_cross_all);
  pel_caption_add(out, "N: visits; %s; what is refuted is dim", what_numbers(v));
  if (v->at) add_moment(v, out);
  pel_caption_add(out, "trace %.12s", hash && *hash ? hash : "without a hash");
}
