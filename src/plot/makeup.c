#include "src/plot/makeup.h"

#include <math.h>
#include <stdio.h>

#include "engine/base/number.h"
#include "src/analysis/string_build.h"
#include "src/plot/tree_look.h"

#define HEAD 42.0  /* of the title and what the bars are */
#define ROW 35.0
#define BAR 11.0
#define SIZE 10.0
#define NUMBER 40.0 /* room for the number beside the bars */

uint32_t pel_makeup_rows(const pel_confidence_makeup *m) { return isfinite(m->usual) ? (uint32_t)m->n + 2 : 0; }
double pel_makeup_height(const pel_confidence_makeup *m) { return HEAD + ROW * pel_makeup_rows(m); }

/* Where a row begins, and what it adds; the sum begins at 0. */
static double begin_of(const pel_confidence_makeup *m, uint32_t row, double *adds) {
  double at = m->usual;
  if (row == 0) return *adds = m->usual, 0;
  for (uint32_t i = 0; i < m->n && i + 1 < row; i++) at += m->parts[i].adds;
  if (row <= m->n) return *adds = m->parts[row - 1].adds, at;
  return *adds = at, 0;
}

/* The least and the greatest that any bar reaches, 0 among them. */
static void range_of(const pel_confidence_makeup *m, double *low, double *high) {
  *low = *high = 0;
  for (uint32_t row = 0; row < pel_makeup_rows(m); row++) {
    double adds, end = begin_of(m, row, &adds);
    end += adds;
    *low = fmin(*low, end), *high = fmax(*high, end);
  }
  if (*high - *low < 1e-6) *high = *low + 1;
}

pel_box pel_makeup_row(const pel_makeup_plot *p, uint32_t row) { return (pel_box){p->box.x, p->box.y + HEAD + ROW * row, p->box.w, ROW}; }

static const char *name_of(const pel_diagram *d, const pel_confidence_makeup *m, uint32_t row) {
  return row == 0 ? pel_diagram_word(d, N_("the mean case")) : row <= m->n ? m->parts[row - 1].says : pel_diagram_word(d, N_("this conclusion"));
}

static void draw_row(const pel_diagram *d, pel_canvas *c, const pel_makeup_plot *p, uint32_t row, double low, double high) {
  const pel_theme *theme = pel_style_theme(&d->style);
  pel_box at = pel_makeup_row(p, row);
  char number[40];
  double adds, from = begin_of(p->of, row, &adds), room = at.w - NUMBER, scale = room / (high - low), x = at.x + (from - low) * scale, end = x + adds * scale;
  bool whole = row == 0 || row > p->of->n;
  pel_rgb color = whole ? theme->muted : adds < 0 ? pel_state_color(theme, PEL_STATE_REFUTED) : theme->accent;
  pel_diagram_text(d, c, name_of(d, p->of, row), at.x, at.y + 8, SIZE, row > p->of->n, PEL_ALIGN_START, theme->ink, at.w);
  pel_canvas_fill(c, (pel_box){fmin(x, end), at.y + 17, fmax(fabs(end - x), 1), BAR}, color);
  pel_diagram_text(d, c, pel_format_signed(number, sizeof number, adds, 2), at.x + at.w, at.y + 17 + BAR / 2, SIZE, row > p->of->n, PEL_ALIGN_END, theme->ink, 0);
  if (row <= p->of->n) pel_canvas_line(c, end, at.y + 17 + BAR, end, at.y + 22 + BAR, 1, theme->muted); /* where the next one begins */
}

void pel_makeup_draw(const pel_diagram *d, pel_canvas *c, const pel_makeup_plot *p) {
  const pel_theme *theme = pel_style_theme(&d->style);
  double low, high;
  char text[200], number[40], level[40];
  if (!pel_makeup_rows(p->of)) return;
  range_of(p->of, &low, &high);
  snprintf(text, sizeof text, pel_diagram_word(d, N_("Confidence %s %%")), pel_format_fixed(number, sizeof number, 100 * p->of->confidence, 0));
  pel_diagram_text(d, c, text, p->box.x, p->box.y + 8, SIZE + 2.5, true, PEL_ALIGN_START, theme->ink, p->box.w);
  double x = p->box.x + pel_diagram_text_width(d, text, SIZE + 2.5, true) + 8;
  if (isfinite(p->of->level)) {
    snprintf(text, sizeof text, pel_diagram_word(d, N_("an answer is given from %s %%")), pel_format_significant(level, sizeof level, 100 * p->of->level, 2));
    pel_diagram_text(d, c, text, x, p->box.y + 8, SIZE, false, PEL_ALIGN_START, theme->muted, p->box.x + p->box.w - x);
  }
  pel_diagram_text(d, c, pel_diagram_word(d, N_("what each part adds to the log odds")), p->box.x, p->box.y + 26, SIZE, false, PEL_ALIGN_START, theme->muted, p->box.w);
  double zero = p->box.x - low * (p->box.w - NUMBER) / (high - low);
  pel_canvas_line(c, zero, p->box.y + HEAD + 14, zero, p->box.y + pel_makeup_height(p->of) - 4, 0.8, theme->frame);
  for (uint32_t row = 0; row < pel_makeup_rows(p->of); row++) draw_row(d, c, p, row, low, high);
}

char *pel_makeup_describe(const pel_diagram *d, const pel_makeup_plot *p, uint32_t row) {
  char number[40], percent[40];
  double adds;
  pel_string s = {0};
  begin_of(p->of, row, &adds);
  pel_string_add(&s, name_of(d, p->of, row));
  if (row == 0) pel_string_addf(&s, pel_diagram_word(d, N_(": log odds %s")), pel_format_signed(number, sizeof number, adds, 2));
  else if (row <= p->of->n) pel_string_addf(&s, pel_diagram_word(d, N_(": adds %s to the log odds")), pel_format_signed(number, sizeof number, adds, 2));
  else pel_string_addf(&s, pel_diagram_word(d, N_(": log odds %s, a confidence of %s %%")), pel_format_signed(number, sizeof number, adds, 2), pel_format_fixed(percent, sizeof percent, 100 * p->of->confidence, 0));
  return pel_string_take(&s);
}
