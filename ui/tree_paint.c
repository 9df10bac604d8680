/* The picture: what of the tree is in view, what people have said of its nodes, the ring around what is chosen. */
#include <glib/gi18n.h>
#include <math.h>

#include "src/plot/tree_look.h"
#include "ui/paper.h"
#include "ui/reasoning_words.h"
#include "ui/tree_parts.h"

static pel_box grown(pel_box b, double by) { return (pel_box){b.x - by, b.y - by, b.w + 2 * by, b.h + 2 * by}; }

static bool meet(pel_box a, pel_box b) { return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h; }

/* Seen on every ground, and stronger while keys go here; its width is that of the screen whatever the zoom. */
static void draw_ring(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme) {
  pel_box b;
  if (self->at == PEL_TREE_NONE || !pel_logictree_box(self->plot, self->at, &b)) return;
  double px = 1 / self->scale;
  bool focus = gtk_widget_has_focus(GTK_WIDGET(self));
  pel_canvas_round_frame(canvas, grown(b, 3 * px), 9 * px, 5 * px, theme->paper);
  pel_canvas_round_frame(canvas, grown(b, focus ? 4 * px : 3 * px), 9 * px, (focus ? 3.2 : 2) * px, theme->accent);
}

static void draw_pointed(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme) {
  pel_box b;
  if (self->pointed == PEL_TREE_NONE || self->pointed == self->at || !pel_logictree_box(self->plot, self->pointed, &b)) return;
  double px = 1 / self->scale;
  pel_canvas_round_frame(canvas, grown(b, 2 * px), 8 * px, 1.5 * px, theme->muted);
}

static pel_rgb verdict_color(const pel_theme *theme, const char *verdict) {
  if (!g_strcmp0(verdict, pel_verdict_name(PEL_VERDICT_ACCEPTED))) return pel_state_color(theme, PEL_STATE_HOLDS);
  if (!g_strcmp0(verdict, pel_verdict_name(PEL_VERDICT_DISPUTED))) return pel_state_color(theme, PEL_STATE_REFUTED);
  return pel_state_color(theme, PEL_STATE_UNKNOWN);
}

/* On the card's lower edge: the last word on it, or a dot where there is no room to read one. */
static void draw_verdict(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme, pel_box card, const char *verdict) {
  double u = self->unit, size = 10.5 * u, high = 17 * u;
  const char *word = pel_words_verdict(verdict);
  pel_rgb color = verdict_color(theme, verdict);
  if (self->scale * u < 0.5) {
    pel_canvas_disc(canvas, (pel_point){card.x + card.w - 8 / self->scale, card.y + card.h - 4 / self->scale}, 5 / self->scale, color);
    return;
  }
  double wide = fmin(pel_type_width(self->type, word, size, true) + 16 * u, card.w - 16 * u);
  pel_box chip = {card.x + card.w - wide - 8 * u, card.y + card.h - high / 2, wide, high};
  pel_text how = {.size = size, .bold = true, .align = PEL_ALIGN_MIDDLE, .color = theme->paper};
  pel_canvas_round_fill(canvas, grown(chip, 1.5 * u), high / 2, theme->paper);
  pel_canvas_round_fill(canvas, chip, high / 2, color);
  pel_type_draw_fitted(self->type, canvas, word, (pel_point){chip.x + wide / 2, chip.y + high / 2}, wide - 8 * u, &how);
}

/* Of the reviews, which are few, not of the nodes, which may be many. */
static void draw_verdicts(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme, pel_box view) {
  const pel_reasoning *r = self->of->reasoning;
  for (size_t i = 0; i < r->n_reviews; i++) {
    int64_t node = r->reviews[i].node;
    if (self->of->last[node] != &r->reviews[i]) continue;
    uint32_t item = pel_logic_tree_item(self->of->tree, node);
    pel_box b;
    if (item == PEL_TREE_NONE || !pel_logictree_box(self->plot, item, &b) || !meet(b, view)) continue;
    draw_verdict(self, canvas, theme, b, r->reviews[i].verdict);
  }
}

void pel_tree_canvas_paint(PelTreeCanvas *self, GtkSnapshot *snapshot) {
  const pel_theme *theme = pel_theme_get(self->dark);
  pel_paper paper;
  if (!pel_paper_begin(&paper, GTK_WIDGET(self), snapshot)) return;
  pel_canvas *canvas = paper.canvas;
  pel_canvas_fill(canvas, paper.all, theme->paper);
  if (self->plot && self->placed) {
    pel_box view = {self->x, self->y, paper.all.w / self->scale, paper.all.h / self->scale};
    cairo_scale(paper.cr, self->scale, self->scale);
    cairo_translate(paper.cr, -self->x, -self->y);
    pel_logictree_draw(self->plot, canvas, &view, self->scale);
    draw_pointed(self, canvas, theme);
    draw_ring(self, canvas, theme);
    draw_verdicts(self, canvas, theme, view);
    pel_tree_canvas_draw_marks(self, canvas, theme, view);
  }
  pel_paper_end(&paper);
}
