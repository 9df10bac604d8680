#include "src/plot/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/plot/ticks.h"
#include "src/plot/tree_look.h"

#define MOST 120u
#define WIDTH 920.0
#define ROW 26.0
#define HEAD 28.0
#define STEP 14.0  /* a level of stages */
#define STEPS 8    /* deeper ones stand below each other */
#define NAMES 0.4 /* share of the width */
#define NAMES_MOST 330.0
#define SECONDS 66.0
#define SIZE 11.0
#define SMALL 10.0
#define ICON 12.0
#define ATTRIBUTES 4 /* of a stage, in a sentence */
#define MORE_ROOM 22.0

typedef struct timeline {
  pel_diagram base;
  pel_timeline_data data;
  pel_stage_times times;
  double names, bars, row; /* where the names end and the bars begin; a row's height */
} timeline;

static const timeline *of(const pel_diagram *d) { return (const timeline *)d; }
static const pel_span *span_of(const timeline *p, uint32_t item) { return &p->data.reasoning->spans[p->times.stages[item].span]; }
static double bars_wide(const timeline *p) { return p->base.width - p->bars - 8; }
static double x_of(const timeline *p, double seconds) { return p->bars + (p->times.total > 0 ? seconds / p->times.total : 0) * bars_wide(p); }

const char *pel_stage_word(pel_span_kind k) {
  static const char *const words[PEL_SPAN_KINDS] = {N_("sequence"), N_("retrieval"), N_("reranking"), N_("language model"), N_("evaluation")};
  return (unsigned)k < PEL_SPAN_KINDS ? words[k] : "";
}

static pel_node_state look_of(const pel_span *s) {
  static const pel_node_state states[] = {[PEL_STAGE_OK] = PEL_STATE_HOLDS, [PEL_STAGE_UNKNOWN] = PEL_STATE_UNKNOWN, [PEL_STAGE_STOPPED] = PEL_STATE_EXCLUDED};
  return states[pel_stage_end_of(s)];
}

/* ---- draw ---- */

static void draw_axis(const timeline *p, pel_canvas *c) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[40];
  double bottom = HEAD + d->n_items * p->row;
  pel_ticks ticks;
  if (!(p->times.total > 0)) return;
  pel_ticks_linear(0, p->times.total, (uint32_t)fmax(fmin(bars_wide(p) / 90, 8), 2), &ticks);
  for (uint32_t i = 0; i < ticks.n; i++) {
    double x = p->bars + ticks.at[i] * bars_wide(p);
    pel_canvas_line(c, x, HEAD - 4, x, bottom, 0.7, pel_rgb_mix(theme->paper, theme->faint, 0.5f));
    bool ends = x > d->width - 40;
    pel_align align = ends ? PEL_ALIGN_END : i ? PEL_ALIGN_MIDDLE : PEL_ALIGN_START;
    pel_seconds_text(ticks.at[i] * p->times.total, text);
    pel_diagram_text(d, c, text, ends ? d->width : x, HEAD / 2, SMALL, false, align, theme->muted, 0);
  }
}

/* A stage with others in it is a line with ends; what does the work is a bar. */
static void draw_bar(const timeline *p, pel_canvas *c, const pel_stage_time *t, const pel_span *s, double y) {
  const pel_theme *theme = pel_style_theme(&p->base.style);
  pel_stage_end end = pel_stage_end_of(s);
  double x = x_of(p, t->start), w = fmax(x_of(p, t->start + t->seconds) - x, 1.5), h = p->row * 0.5;
  pel_rgb color = end == PEL_STAGE_OK ? theme->accent : pel_state_color(theme, look_of(s));
  if (t->inner > 0) {
    pel_canvas_fill(c, (pel_box){x, y - 2, w, 4}, pel_rgb_mix(theme->paper, color, 0.6f));
    pel_canvas_fill(c, (pel_box){x, y - h / 2, 1.5, h}, color);
    pel_canvas_fill(c, (pel_box){x + w - 1.5, y - h / 2, 1.5, h}, color);
    return;
  }
  pel_box b = {x, y - h / 2, w, h};
  if (end == PEL_STAGE_OK) {
    pel_canvas_fill(c, b, color);
    return;
  }
  pel_canvas_fill(c, b, pel_rgb_mix(theme->paper, color, 0.35f));
  if (w > 6) pel_canvas_hatch(c, b, 5, color);
  pel_canvas_frame(c, b, 1.2, color);
}

static void draw_row(const timeline *p, pel_canvas *c, uint32_t item) {
  const pel_diagram *d = &p->base;
  const pel_theme *theme = pel_style_theme(&d->style);
  const pel_stage_time *t = &p->times.stages[item];
  const pel_span *s = span_of(p, item);
  char name[300], seconds[40];
  double y = HEAD + (item + 0.5) * p->row, x = 4 + STEP * fmin(t->depth, STEPS), end = p->names - SECONDS;
  bool ok = pel_stage_end_of(s) == PEL_STAGE_OK;
  pel_state_icon(c, theme, look_of(s), (pel_point){x + ICON / 2, y}, ICON);
  x += ICON + 6;
  pel_card_plain(s->name, name, sizeof name);
  double wide = fmin(pel_diagram_text_width(d, name, SIZE, t->inner > 0), fmax(end - x, 20));
  pel_diagram_text(d, c, name, x, y, SIZE, t->inner > 0, PEL_ALIGN_START, theme->ink, fmax(end - x, 20));
  x += wide + 8;
  if (ok) snprintf(name, sizeof name, "%s", pel_diagram_word(d, pel_stage_word(s->kind)));
  else pel_card_plain(s->status, name, sizeof name);
  if (end - x > 30) pel_diagram_text(d, c, name, x, y, SMALL, false, PEL_ALIGN_START, ok ? theme->muted : pel_state_color(theme, look_of(s)), end - x);
  pel_diagram_text(d, c, pel_seconds_text(t->seconds, seconds), p->names - 8, y, SMALL, false, PEL_ALIGN_END, theme->ink, 0);
  draw_bar(p, c, t, s, y);
}

static void draw(const pel_diagram *d, pel_canvas *c) {
  const timeline *p = of(d);
  const pel_theme *theme = pel_style_theme(&d->style);
  char text[64];
  for (uint32_t i = 0; i < d->n_items; i += 2)
    pel_canvas_fill(c, (pel_box){0, HEAD + i * p->row, d->width, p->row}, pel_rgb_mix(theme->paper, theme->faint, 0.12f));
  draw_axis(p, c);
  pel_diagram_text(d, c, pel_diagram_word(d, N_("stage")), 4, HEAD / 2, SMALL, false, PEL_ALIGN_START, theme->muted, 0);
  pel_diagram_text(d, c, pel_diagram_word(d, N_("time")), p->names - 8, HEAD / 2, SMALL, false, PEL_ALIGN_END, theme->muted, 0);
  for (uint32_t i = 0; i < d->n_items; i++) draw_row(p, c, i);
  if (d->n_items == p->times.n) return;
  snprintf(text, sizeof text, "+%u %s", p->times.n - d->n_items, pel_diagram_word(d, N_("more")));
  pel_diagram_text(d, c, text, 4, HEAD + d->n_items * p->row + MORE_ROOM / 2, SMALL, true, PEL_ALIGN_START, theme->accent, 0);
}

/* ---- items ---- */

static bool box(const pel_diagram *d, uint32_t item, pel_box *out) {
  *out = (pel_box){0, HEAD + item * of(d)->row, d->width, of(d)->row};
  return true;
}

static void add_attributes(pel_string *s, const pel_reasoning *r, int64_t span) {
  size_t said = 0;
  for (size_t i = 0; i < r->n_attributes && said < ATTRIBUTES; i++) {
    char text[160];
    if (r->attributes[i].span != span) continue;
    pel_card_plain(r->attributes[i].value, text, sizeof text);
    pel_string_addf(s, "; %s: ", r->attributes[i].name);
    pel_string_add_sentence(s, text);
    said++;
  }
}

static char *describe(const pel_diagram *d, uint32_t item) {
  const timeline *p = of(d);
  const pel_stage_time *t = &p->times.stages[item];
  const pel_span *span = span_of(p, item);
  char seconds[40], share[32];
  pel_string s = {0};
  pel_string_addf(&s, "%lld ", (long long)span->id);
  pel_string_add_sentence(&s, span->name);
  pel_string_addf(&s, ", %s: ", pel_diagram_word(d, pel_stage_word(span->kind)));
  pel_string_add_sentence(&s, *span->status ? span->status : "ok");
  pel_string_addf(&s, "; %s", pel_seconds_text(t->seconds, seconds));
  if (p->times.total > 0) pel_string_addf(&s, pel_diagram_word(d, N_(", %s of the whole")), pel_format_fixed(share, sizeof share, t->seconds / p->times.total, 3));
  if (t->inner > 0) pel_string_addf(&s, pel_diagram_word(d, N_(", of these %s in its parts")), pel_seconds_text(t->inner, seconds));
  add_attributes(&s, p->data.reasoning, span->id);
  return pel_string_take(&s);
}

static double legend(const pel_diagram *d, pel_canvas *c, double x, double y, double width) {
  static const pel_node_state states[3] = {PEL_STATE_HOLDS, PEL_STATE_UNKNOWN, PEL_STATE_EXCLUDED};
  static const char *const words[3] = {N_("ended well"), N_("undecided: a limit was reached or something is missing"), N_("stopped")};
  const pel_theme *theme = pel_style_theme(&d->style);
  double at = x, row = y;
  for (int i = 0; i < 3; i++) {
    const char *word = pel_diagram_word(d, words[i]);
    double wide = 19 + pel_type_width(d->type, word, PEL_SIZE_CAPTION, false) + 18;
    if (at > x && at + wide > x + width) at = x, row += 20;
    pel_text how = {.size = PEL_SIZE_CAPTION, .color = theme->muted};
    if (c) pel_state_icon(c, theme, states[i], (pel_point){at + 6, row + 10}, 12), pel_type_draw(d->type, c, word, (pel_point){at + 19, row + 10}, &how);
    at += wide;
  }
  return row + 20 - y;
}

static void clear(pel_diagram *d) { pel_stage_times_clear(&((timeline *)d)->times); }

static const pel_diagram_class class = {.draw = draw, .box = box, .describe = describe, .legend = legend, .clear = clear};

/* ---- layout ---- */

static pel_status layout(const void *data, const pel_plot_style *style, const pel_diagram_room *room, pel_diagram **out, pel_error *err) {
  const pel_timeline_data *in = data;
  timeline *p;
  if (!in->reasoning->n_spans) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no stages of a reasoning");
  PEL_TRY(pel_diagram_new(sizeof *p, &class, style, 1, (pel_diagram **)&p, err));
  p->data = *in;
  pel_status status = pel_stage_times_make(in->reasoning, &p->times, err);
  if (status != PEL_OK) {
    pel_diagram_free(&p->base);
    return status;
  }
  uint32_t most = in->most ? in->most : MOST;
  p->base.n_items = p->times.n < most ? p->times.n : most;
  p->row = ROW;
  p->base.width = room->width > 0 ? room->width : WIDTH;
  double more = p->base.n_items < p->times.n ? MORE_ROOM : 0;
  double needed = HEAD + p->base.n_items * ROW + more;
  if (room->height > 0 && room->height < needed) { /* fewer rows, none of them smaller */
    p->base.n_items = (uint32_t)fmax((room->height - HEAD - MORE_ROOM) / ROW, 1);
    needed = HEAD + p->base.n_items * ROW + MORE_ROOM;
  }
  p->base.height = needed;
  p->names = fmax(fmin(p->base.width * NAMES, NAMES_MOST), 150);
  p->bars = p->names + 4;
  *out = &p->base;
  return PEL_OK;
}

pel_diagram_maker pel_timeline_maker(const pel_timeline_data *data) { return (pel_diagram_maker){data, layout, .fills = true, .scrolls = true}; }

pel_status pel_caption_timeline(const pel_timeline_data *data, const char *hash, pel_caption *out, pel_error *err) {
  pel_stage_times times;
  char seconds[40];
  PEL_TRY(pel_stage_times_make(data->reasoning, &times, err));
  *out = (pel_caption){0};
  snprintf(out->title, sizeof out->title, "Where the time went");
  pel_caption_add(out, "%u stages, %s", times.n, pel_seconds_text(times.total, seconds));
  pel_caption_add(out, "%s", PEL_TIMELINE_RULE);
  pel_caption_add(out, "times are not part of the trace's hash");
  pel_caption_add(out, "trace %.12s", hash && *hash ? hash : "without a hash");
  pel_stage_times_clear(&times);
  return PEL_OK;
}
