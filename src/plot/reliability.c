#include "src/plot/reliability.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/plot/makeup.h"
#include "src/plot/ticks.h"
#include "src/plot/tree_look.h"

#define WIDTH 620.0
#define HEIGHT 560.0
#define LEFT 58.0   /* of the numbers beside the axis */
#define RIGHT 14.0
#define TOP 26.0   /* of the sum */
#define BELOW 40.0  /* of the numbers under the axis, and its name */
#define BETWEEN 26.0
#define COUNTS 0.17 /* share of the height for the counts */
#define COUNTS_LEAST 48.0
#define DOT 4.2
#define ASIDE 22.0 /* between the diagram and what a confidence is made of */
#define LEAST 290.0 /* of the diagram, when that stands beside it */
#define SIZE 10.5
#define NUMBER_SIZE 9.5

typedef struct reliability {
  pel_diagram base;
  pel_reliability_data data;
  pel_reliability_sum sum;
  pel_box plot, counts;
  bool concludes;              /* the stage names a confidence: it is marked */
  pel_confidence_makeup makeup;
  pel_makeup_plot aside;       /* no width: there is no room, or nothing is said */
  int64_t most; /* cases in a bin */
} reliability;

static const reliability *of(const pel_diagram *d) { return (const reliability *)d; }
static const pel_reliability *bin_at(const reliability *p, uint32_t item) { return &p->data.reasoning->reliability[p->sum.first + item]; }
static double x_of(const reliability *p, double confidence) { return p->plot.x + fmin(fmax(confidence, 0), 1) * p->plot.w; }
static double y_of(const reliability *p, double accuracy) { return p->plot.y + p->plot.h - fmin(fmax(accuracy, 0), 1) * p->plot.h; }
static bool drawn(const pel_reliability *b) { return b->n > 0 && isfinite(b->confidence) && isfinite(b->accuracy); }

static bool is_part(const reliability *p, uint32_t item) { return item >= p->sum.n_bins; }

/* ---- draw ---- */

static void draw_axes(const reliability *p, pel_canvas *c) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  pel_ticks ticks;
  pel_ticks_linear(0, 1, 6, &ticks);
  for (uint32_t i = 0; i < ticks.n; i++) {
    double x = p->plot.x + ticks.at[i] * p->plot.w, y = p->plot.y + (1 - ticks.at[i]) * p->plot.h;
    pel_rgb faint = pel_rgb_mix(theme->paper, theme->faint, 0.4f);
    pel_canvas_line(c, p->plot.x, y, p->plot.x + p->plot.w, y, 0.7, faint);
    pel_canvas_line(c, x, p->plot.y, x, p->plot.y + p->plot.h, 0.7, faint);
    pel_diagram_text(d, c, ticks.text[i], p->plot.x - 8, y, SIZE, false, PEL_ALIGN_END, theme->muted, 0);
    pel_diagram_text(d, c, ticks.text[i], x, p->counts.y + p->counts.h + 11, SIZE, false, PEL_ALIGN_MIDDLE, theme->muted, 0);
  }
  pel_text turned = {.size = SIZE + 1, .align = PEL_ALIGN_MIDDLE, .turn = PEL_TURN_UP, .color = theme->ink};
  pel_type_draw(d->type, c, pel_diagram_word(d, N_("share that was right")), (pel_point){p->plot.x - 44, p->plot.y + p->plot.h / 2}, &turned);
  turned.color = theme->muted;
  pel_type_draw(d->type, c, pel_diagram_word(d, N_("cases")), (pel_point){p->plot.x - 44, p->counts.y + p->counts.h / 2}, &turned);
  pel_diagram_text(d, c, pel_diagram_word(d, N_("mean confidence of the bin")), p->plot.x + p->plot.w / 2, p->counts.y + p->counts.h + 30, SIZE + 1, false,
                   PEL_ALIGN_MIDDLE, theme->ink, 0);
}

static void draw_whiskers(pel_canvas *c, double x, double low, double high, pel_rgb color) {
  pel_canvas_line(c, x, low, x, high, 1.4, color);
  pel_canvas_line(c, x - 3.5, low, x + 3.5, low, 1.4, color);
  pel_canvas_line(c, x - 3.5, high, x + 3.5, high, 1.4, color);
}

/* By form as well as by colour: a disc where the interval holds the confidence, a square on its corner where it does not. */
static void draw_mark(pel_canvas *c, const pel_theme *theme, pel_point at, bool fits) {
  const pel_point corners[4] = {{at.x, at.y - DOT - 2}, {at.x + DOT + 2, at.y}, {at.x, at.y + DOT + 2}, {at.x - DOT - 2, at.y}};
  if (fits) {
    pel_canvas_disc(c, at, DOT, theme->accent);
    return;
  }
  c->class->polygon(c, corners, 4, theme->paper);
  c->class->stroke(c, corners, 4, true, 2, pel_state_color(theme, PEL_STATE_REFUTED));
}

static void draw_bin(const reliability *p, pel_canvas *c, const pel_reliability *b) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  bool fits = pel_reliability_fits(b);
  pel_rgb color = fits ? theme->accent : pel_state_color(theme, PEL_STATE_REFUTED);
  double x = x_of(p, b->confidence), left = x_of(p, b->low), right = x_of(p, b->high), y = y_of(p, b->accuracy);
  double gap = right - left > 6 ? 1 : 0;
  pel_canvas_fill(c, (pel_box){left + gap, y, right - left - 2 * gap, p->plot.y + p->plot.h - y}, pel_rgb_mix(theme->paper, color, theme->dark ? 0.22f : 0.13f));
  if (isfinite(b->accuracy_low) && isfinite(b->accuracy_high)) draw_whiskers(c, x, y_of(p, b->accuracy_low), y_of(p, b->accuracy_high), color);
  draw_mark(c, theme, (pel_point){x, y}, fits);
}

static void draw_count(const reliability *p, pel_canvas *c, const pel_reliability *b) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[32];
  double left = x_of(p, b->low), right = x_of(p, b->high), high = (p->counts.h - 13) * (double)b->n / (double)p->most, base = p->counts.y + p->counts.h;
  double gap = right - left > 6 ? 1 : 0;
  if (b->n <= 0) return;
  pel_canvas_fill(c, (pel_box){left + gap, base - high, fmax(right - left - 2 * gap, 1), high}, pel_rgb_mix(theme->paper, theme->muted, 0.55f));
  snprintf(text, sizeof text, "%lld", (long long)b->n);
  if (pel_diagram_text_width(d, text, NUMBER_SIZE, false) < right - left - 1)
    pel_diagram_text(d, c, text, (left + right) / 2, base - high - 7, NUMBER_SIZE, false, PEL_ALIGN_MIDDLE, theme->muted, 0);
}

static void draw_sum(const reliability *p, pel_canvas *c) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[160], number[32];
  snprintf(text, sizeof text, "ECE %s", isfinite(p->sum.error) ? pel_format_fixed(number, sizeof number, p->sum.error, 3) : "\xe2\x80\x93");
  pel_diagram_text(d, c, text, p->plot.x, p->plot.y - 13, SIZE + 2, true, PEL_ALIGN_START, theme->ink, 0);
  double x = p->plot.x + pel_diagram_text_width(d, text, SIZE + 2, true) + 10;
  snprintf(text, sizeof text, pel_diagram_word(d, N_("mean distance from the dashed line, %lld cases")), (long long)p->sum.n);
  pel_diagram_text(d, c, text, x, p->plot.y - 13, SIZE, false, PEL_ALIGN_START, theme->muted, p->plot.x + p->plot.w - x);
}

/* Where this conclusion's confidence stands among them. */
static void draw_conclusion(const reliability *p, pel_canvas *c) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[120], number[32];
  double x = x_of(p, p->makeup.confidence);
  bool left = p->makeup.confidence > 0.5; /* the text stands where there is room, above the dashed line or below it */
  c->class->dash(c, 2, 3);
  pel_canvas_line(c, x, p->plot.y, x, p->counts.y + p->counts.h, 1.6, theme->ink);
  c->class->dash(c, 0, 0);
  snprintf(text, sizeof text, pel_diagram_word(d, N_("this conclusion: %s")), pel_format_fixed(number, sizeof number, p->makeup.confidence, 2));
  pel_diagram_text(d, c, text, x + (left ? -7 : 7), left ? p->plot.y + p->plot.h - 12 : p->plot.y + 14, SIZE, true, left ? PEL_ALIGN_END : PEL_ALIGN_START, theme->ink, 0);
}

static void draw(const pel_diagram *d, pel_canvas *c) {
  const reliability *p = of(d);
  const pel_theme *theme = pel_style_theme(&d->style);
  draw_axes(p, c);
  for (uint32_t i = 0; i < p->sum.n_bins; i++)
    if (drawn(bin_at(p, i))) draw_bin(p, c, bin_at(p, i));
  c->class->dash(c, 6, 4);
  pel_canvas_line(c, x_of(p, 0), y_of(p, 0), x_of(p, 1), y_of(p, 1), 1.2, theme->ink);
  c->class->dash(c, 0, 0);
  if (p->concludes) draw_conclusion(p, c);
  for (uint32_t i = 0; i < p->sum.n_bins; i++) draw_count(p, c, bin_at(p, i));
  pel_canvas_frame(c, p->plot, 1, theme->frame);
  pel_canvas_line(c, p->counts.x, p->counts.y + p->counts.h, p->counts.x + p->counts.w, p->counts.y + p->counts.h, 1, theme->frame);
  draw_sum(p, c);
  if (p->aside.box.w > 0) pel_makeup_draw(d, c, &p->aside);
  if (!p->sum.n)
    pel_diagram_text(d, c, pel_diagram_word(d, N_("no cases: nothing is known of these confidences")), p->plot.x + p->plot.w / 2, p->plot.y + p->plot.h / 3, SIZE + 2, true,
                     PEL_ALIGN_MIDDLE, theme->muted, 0);
}

/* ---- items ---- */

static bool box(const pel_diagram *d, uint32_t item, pel_box *out) {
  const reliability *p = of(d);
  if (is_part(p, item)) return *out = pel_makeup_row(&p->aside, item - (uint32_t)p->sum.n_bins), true;
  const pel_reliability *b = bin_at(p, item);
  double left = x_of(p, b->low), right = x_of(p, b->high);
  *out = (pel_box){left, p->plot.y, fmax(right - left, 3), p->counts.y + p->counts.h - p->plot.y};
  return true;
}

static char *describe(const pel_diagram *d, uint32_t item) {
  if (is_part(of(d), item)) return pel_makeup_describe(d, &of(d)->aside, item - (uint32_t)of(d)->sum.n_bins);
  const pel_reliability *b = bin_at(of(d), item);
  char low[32], high[32], confidence[32], right[32];
  pel_string s = {0};
  pel_string_addf(&s, pel_diagram_word(d, N_("confidence %s to %s: ")), pel_format_fixed(low, sizeof low, b->low, 2), pel_format_fixed(high, sizeof high, b->high, 2));
  if (!drawn(b)) {
    pel_string_add(&s, pel_diagram_word(d, N_("no cases")));
    return pel_string_take(&s);
  }
  pel_string_addf(&s, pel_diagram_word(d, N_("%lld cases; mean confidence %s, %s were right")), (long long)b->n,
                  pel_format_fixed(confidence, sizeof confidence, b->confidence, 3), pel_format_fixed(right, sizeof right, b->accuracy, 3));
  if (isfinite(b->accuracy_low) && isfinite(b->accuracy_high))
    pel_string_addf(&s, pel_diagram_word(d, N_(" (95 %% interval %s to %s)")), pel_format_fixed(low, sizeof low, b->accuracy_low, 3),
                    pel_format_fixed(high, sizeof high, b->accuracy_high, 3));
  pel_string_add(&s, "; ");
  pel_string_add(&s, pel_diagram_word(d, pel_reliability_fits(b)         ? N_("the interval holds the confidence")
                                         : b->accuracy > b->confidence ? N_("more were right than it said")
                                                                       : N_("fewer were right than it said")));
  return pel_string_take(&s);
}

static double legend(const pel_diagram *d, pel_canvas *c, double x, double y, double width) {
  static const char *const words[3] = {N_("the interval holds the confidence"), N_("it does not"), N_("what is said is what happens")};
  const pel_theme *theme = pel_style_theme(&d->style);
  double at = x, row = y;
  for (int i = 0; i < 3; i++) {
    const char *word = pel_diagram_word(d, words[i]);
    double wide = 28 + pel_type_width(d->type, word, PEL_SIZE_CAPTION, false) + 18;
    if (at > x && at + wide > x + width) at = x, row += 20;
    if (c) {
      pel_text how = {.size = PEL_SIZE_CAPTION, .color = theme->muted};
      if (i == 2) c->class->dash(c, 6, 4), pel_canvas_line(c, at, row + 10, at + 22, row + 10, 1.2, theme->ink), c->class->dash(c, 0, 0);
      else draw_whiskers(c, at + 11, row + 2, row + 18, i ? pel_state_color(theme, PEL_STATE_REFUTED) : theme->accent), draw_mark(c, theme, (pel_point){at + 11, row + 10}, i == 0);
      pel_type_draw(d->type, c, word, (pel_point){at + 28, row + 10}, &how);
    }
    at += wide;
  }
  return row + 20 - y;
}

static const pel_diagram_class class = {.draw = draw, .box = box, .describe = describe, .legend = legend};

/* ---- layout ---- */

/* Beside the diagram where there is room; the diagram has what is left. */
static double put_aside(reliability *p) {
  double high = pel_makeup_height(&p->makeup), width = p->base.width - PEL_MAKEUP_WIDTH - ASIDE;
  if (!p->concludes || !pel_makeup_rows(&p->makeup) || width < LEAST || p->base.height < high) return p->base.width;
  p->aside = (pel_makeup_plot){&p->makeup, {width + ASIDE, TOP - 22, PEL_MAKEUP_WIDTH, high}};
  p->base.n_items += pel_makeup_rows(&p->makeup);
  return width;
}

static void place(reliability *p) {
  double w = fmax(put_aside(p) - LEFT - RIGHT, 20), h = fmax(p->base.height - TOP - BELOW - BETWEEN, 40);
  double counts = fmin(fmax(h * COUNTS, COUNTS_LEAST), h / 2), side = fmin(w, 1.25 * (h - counts));
  double x = LEFT + (w - side) / 2; /* as wide as high, or a little more */
  p->plot = (pel_box){x, TOP, side, h - counts};
  p->counts = (pel_box){x, TOP + p->plot.h + BETWEEN, side, counts};
}

static pel_status layout(const void *data, const pel_plot_style *style, const pel_diagram_room *room, pel_diagram **out, pel_error *err) {
  const pel_reliability_data *in = data;
  pel_reliability_sum sum;
  reliability *p;
  if (!pel_reliability_sum_of(in->reasoning, in->span, &sum)) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no calibration%s", in->span ? " of that stage" : "");
  PEL_TRY(pel_diagram_new(sizeof *p, &class, style, 1, (pel_diagram **)&p, err));
  p->data = *in, p->sum = sum, p->most = 1;
  p->concludes = pel_confidence_makeup_of(in->reasoning, sum.span, &p->makeup);
  p->base.n_items = (uint32_t)sum.n_bins;
  p->base.width = room->width > 0 ? room->width : WIDTH + (p->concludes && pel_makeup_rows(&p->makeup) ? PEL_MAKEUP_WIDTH + ASIDE : 0);
  p->base.height = room->height > 0 ? room->height : HEIGHT;
  for (uint32_t i = 0; i < sum.n_bins; i++)
    if (bin_at(p, i)->n > p->most) p->most = bin_at(p, i)->n;
  place(p);
  *out = &p->base;
  return PEL_OK;
}

pel_diagram_maker pel_reliability_maker(const pel_reliability_data *data) { return (pel_diagram_maker){data, layout, .fills = true}; }

/* ---- caption ---- */

void pel_caption_reliability(const pel_reliability_data *data, const char *hash, pel_caption *out) {
  pel_reliability_sum s;
  char a[32], low[32], high[32];
  *out = (pel_caption){0};
  snprintf(out->title, sizeof out->title, "How far the confidences can be trusted");
  if (!pel_reliability_sum_of(data->reasoning, data->span, &s)) return;
  pel_caption_add(out, "%lld cases in %zu bins", (long long)s.n, s.n_bins);
  if (isfinite(s.error)) {
    const pel_reliability *b = &data->reasoning->reliability[s.worst_bin];
    pel_caption_add(out, "expected calibration error (ECE) %s: the mean distance from the dashed line, weighted by cases", pel_format_fixed(a, sizeof a, s.error, 4));
    pel_caption_add(out, "furthest from it: %s, in the bin from %s to %s", pel_format_fixed(a, sizeof a, s.worst, 3), pel_format_fixed(low, sizeof low, b->low, 2),
         pel_format_fixed(high, sizeof high, b->high, 2));
  }
  pel_caption_add(out, "whiskers: 95 %% intervals; %zu of the bins have one that does not hold their mean confidence", s.outside);
  pel_caption_add(out, "trace %.12s", hash && *hash ? hash : "without a hash");
}
