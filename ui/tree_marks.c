/* What is otherwise in the other of two reasonings, on the cards: a sign and words at the upper edge, so that no colour is needed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/case_words.h"
#include "ui/tree_parts.h"

void pel_tree_canvas_set_marks(PelTreeCanvas *self, const pel_mark *marks, bool in_b) {
  self->marks = marks, self->marks_in_b = in_b;
  g_clear_pointer(&self->marked, g_array_unref);
  if (marks && self->of) {
    self->marked = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int64_t id = 1; id <= self->of->tree->n_nodes; id++)
      if (marks[id - 1].kind != PEL_MARK_NONE || marks[id - 1].missing) g_array_append_val(self->marked, id);
  }
  if (self->plot) pel_tree_canvas_say(self, PEL_TREE_NONE);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void draw_mark(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme, pel_box card, const pel_mark *mark) {
  double u = self->unit, size = 10.5 * u, high = 17 * u;
  pel_box around = {card.x - 7 * u, card.y - 7 * u, card.w + 14 * u, card.h + 14 * u};
  if (mark->kind != PEL_MARK_NONE) {
    canvas->class->dash(canvas, mark->kind == PEL_MARK_STATE ? 0 : 7 * u, mark->kind == PEL_MARK_STATE ? 0 : 4 * u);
    pel_canvas_round_frame(canvas, around, 11 * u, 2 * u, theme->ink);
    canvas->class->dash(canvas, 0, 0);
  }
  if (self->scale * u < 0.5) { /* no room for words: a square, where a review has a disc */
    double side = 9 / self->scale;
    pel_canvas_fill(canvas, (pel_box){card.x, card.y - side / 2, side, side}, theme->ink);
    return;
  }
  char *words = pel_mark_words(mark, self->marks_in_b);
  double wide = fmin(pel_type_width(self->type, words, size, true) + 16 * u, card.w);
  pel_box chip = {card.x + 6 * u, card.y - high / 2 - 6 * u, wide, high};
  pel_text how = {.size = size, .bold = true, .align = PEL_ALIGN_MIDDLE, .color = theme->paper};
  pel_canvas_round_fill(canvas, chip, 4 * u, theme->ink);
  pel_type_draw_fitted(self->type, canvas, words, (pel_point){chip.x + wide / 2, chip.y + high / 2}, wide - 8 * u, &how);
  g_free(words);
}

void pel_tree_canvas_draw_marks(PelTreeCanvas *self, pel_canvas *canvas, const pel_theme *theme, pel_box view) {
  for (guint i = 0; self->marked && i < self->marked->len; i++) {
    int64_t node = g_array_index(self->marked, int64_t, i);
    uint32_t item = pel_logic_tree_item(self->of->tree, node);
    pel_box b;
    if (item == PEL_TREE_NONE || !pel_logictree_box(self->plot, item, &b)) continue;
    if (b.x > view.x + view.w || b.x + b.w < view.x || b.y - 30 * self->unit > view.y + view.h || b.y + b.h < view.y) continue;
    draw_mark(self, canvas, theme, b, &self->marks[node - 1]);
  }
}

char *pel_tree_canvas_with_mark(PelTreeCanvas *self, uint32_t item, char *text) {
  if (!self->marks || !text || item >= self->of->tree->n_items || self->of->tree->items[item].kind == PEL_ITEM_MORE) return text;
  char *words = pel_mark_words(&self->marks[self->of->tree->items[item].node], self->marks_in_b), *both = *words ? g_strconcat(words, "; ", text, NULL) : g_strdup(text);
  char *copy = strdup(both); /* the text is the C library's */
  g_free(words), g_free(both), free(text);
  return copy;
}
