#include "src/plot/explaincurve.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/plot/figure.h"
#include "src/plot/panel.h"

#define LEFT 54.0    /* of the numbers beside a panel, and its axis' name */
#define LEADER 18.0  /* from a line's end to its name */
#define HEAD 26.0    /* of what a panel is */
#define BELOW 44.0   /* of the numbers under a panel, and its axis' name */
#define BETWEEN 14.0
#define APART 14.0   /* of two names */
#define LINE 1.8
#define MARK 3.6
#define COVER 0.16   /* of a band */

enum { RANKINGS = PEL_GNN_RANKINGS, PANELS = PEL_EXPLAINCURVE_PANELS, DELETION = PEL_EXPLAINCURVE_DELETION, INSERTION = PEL_EXPLAINCURVE_INSERTION };

static const char *const heads[PANELS] = {"Deletion: less is better", "Insertion: more is better"};
static const char *const axes[PANELS] = {"facts taken out (spaced as log (1 + n))", "facts left alone (spaced as log (1 + n))"};
static const char *const share_axis = "the answer's mean share, 0 to 1";

/* Hues after Okabe and Ito, apart in lightness as well; the control is grey. */
static const uint32_t light_lines[RANKINGS] = {[PEL_GNN_BY_ATTENTION] = 0x0064a6, [PEL_GNN_BY_WEIGHT] = 0xd55e00, [PEL_GNN_BY_SHORTEST_PATH] = 0x00794f, [PEL_GNN_AT_RANDOM] = 0x6d717a};
static const uint32_t dark_lines[RANKINGS] = {[PEL_GNN_BY_ATTENTION] = 0x6cb8ec, [PEL_GNN_BY_WEIGHT] = 0xf08a4b, [PEL_GNN_BY_SHORTEST_PATH] = 0x4fc9a2, [PEL_GNN_AT_RANDOM] = 0xa9acb5};
static const struct { double on, off; } dashes[RANKINGS] = {[PEL_GNN_BY_WEIGHT] = {10, 4}, [PEL_GNN_BY_SHORTEST_PATH] = {5, 3}, [PEL_GNN_AT_RANDOM] = {1.5, 3}};

struct pel_explaincurve {
  pel_explaincurve_data data;
  const pel_theme *theme;
  pel_type *type;
  pel_caption caption;
  pel_figure figure;
  pel_panel panels[PANELS];
  double names; /* room for them */
};

/* ---- layout ---- */

static void write_caption(pel_explaincurve *p) {
  pel_caption *c = &p->caption;
  snprintf(c->title, sizeof c->title, "What answers rest on: facts taken out, and left alone");
  pel_caption_add(c, "%s", p->data.set);
  pel_caption_add(c, "%u question%s whose answer is reached", p->data.questions, p->data.questions == 1 ? "" : "s");
  pel_caption_add(c, "share: the answer's score against those that entities have on the whole graph, its other known answers left out");
  if (p->data.questions > 1) pel_caption_add(c, "bands: 95 %% intervals, bootstrap over questions");
}

static double highest(const pel_explaincurve_data *d) {
  double high = 0;
  for (int panel = 0; panel < PANELS; panel++)
    for (int r = 0; r < RANKINGS; r++)
      for (size_t i = 0; i < d->n; i++) high = fmax(high, fmax(d->lines[panel][r].means[i], d->lines[panel][r].intervals[i].high)); /* fmax leaves NAN out */
  return high > 0 ? 1.06 * high : 1;
}

static void place(pel_explaincurve *p) {
  for (int r = 0; r < RANKINGS; r++) p->names = fmax(p->names, ceil(pel_type_width(p->type, p->data.names[r], PEL_SIZE_LABEL, false)));
  const pel_figure *f = &p->figure;
  double top = f->title.y + f->title.h + HEAD, high = highest(&p->data), wide = (f->title.w - BETWEEN) / PANELS;
  for (int i = 0; i < PANELS; i++)
    p->panels[i] = (pel_panel){{f->title.x + i * (wide + BETWEEN) + LEFT, top, fmax(10, wide - LEFT - LEADER - p->names), fmax(10, f->caption.y - top - BELOW)}, 0, high};
}

pel_status pel_explaincurve_layout(const pel_explaincurve_data *data, const pel_plot_style *style, double width, double height, pel_explaincurve **out, pel_error *err) {
  if (!data->n || !data->questions) return pel_fail(err, PEL_ERR_UNSUPPORTED, "no answer that was asked for is reached: there is no curve to draw");
  pel_explaincurve *p = pel_alloc(1, sizeof *p);
  pel_type *type = p ? pel_type_new() : NULL;
  if (!type) {
    free(p);
    return pel_fail_memory(err, "a drawing", sizeof *p);
  }
  *p = (pel_explaincurve){.data = *data, .theme = pel_style_theme(style), .type = type};
  write_caption(p);
  pel_status status = pel_figure_layout(type, &p->caption, width, height, true, true, &p->figure, err);
  if (status != PEL_OK) {
    pel_explaincurve_free(p);
    return status;
  }
  place(p);
  *out = p;
  return PEL_OK;
}

void pel_explaincurve_free(pel_explaincurve *p) {
  if (!p) return;
  pel_figure_clear(&p->figure);
  pel_type_free(p->type);
  free(p);
}

/* ---- draw ---- */

static double x_of(const pel_explaincurve *p, const pel_panel *panel, size_t i) {
  double last = log1p(p->data.counts[p->data.n - 1]);
  return panel->box.x + panel->box.w * (last > 0 ? log1p(p->data.counts[i]) / last : 0.5);
}

static pel_point point_of(const pel_explaincurve *p, int which, int r, size_t i) {
  const pel_panel *panel = &p->panels[which];
  return (pel_point){x_of(p, panel, i), pel_panel_y(panel, p->data.lines[which][r].means[i])};
}

static pel_rgb color_of(const pel_explaincurve *p, int r) { return pel_rgb_hex((p->theme->dark ? dark_lines : light_lines)[r]); }

/* Under the panel, where they are asked for; one that would touch the one before it is left out. */
static void draw_counts(const pel_explaincurve *p, const pel_panel *panel, pel_canvas *canvas) {
  double foot = panel->box.y + panel->box.h, free_from = -INFINITY;
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_MIDDLE, .color = p->theme->muted};
  for (size_t i = 0; i < p->data.n; i++) {
    char text[16];
    snprintf(text, sizeof text, "%u", p->data.counts[i]);
    double x = x_of(p, panel, i), half = pel_type_width(p->type, text, PEL_SIZE_LABEL, false) / 2;
    if (x - half < free_from) continue;
    pel_canvas_line(canvas, x, foot, x, foot + 4, 1, p->theme->frame);
    pel_type_draw(p->type, canvas, text, (pel_point){x, foot + 14}, &how);
    free_from = x + half + 4;
  }
}

static void draw_axes(const pel_explaincurve *p, int which, pel_canvas *canvas) {
  const pel_panel *panel = &p->panels[which];
  const pel_box *b = &panel->box;
  double room = b->w + LEADER + p->names;
  pel_text head = {.size = PEL_SIZE_AXIS, .bold = true, .color = p->theme->ink}, name = {.size = PEL_SIZE_AXIS, .align = PEL_ALIGN_MIDDLE, .color = p->theme->ink}, turned = name;
  turned.turn = PEL_TURN_UP;
  pel_type_draw_fitted(p->type, canvas, heads[which], (pel_point){b->x, b->y - 13}, room, &head);
  pel_panel_draw(panel, p->type, canvas, p->theme);
  draw_counts(p, panel, canvas);
  pel_type_draw_fitted(p->type, canvas, axes[which], (pel_point){b->x + b->w / 2, b->y + b->h + 32}, room, &name);
  pel_type_draw_fitted(p->type, canvas, share_axis, (pel_point){b->x - 42, b->y + b->h / 2}, b->h + HEAD, &turned);
}

/* Forth along the upper bounds, back along the lower ones. */
static void draw_band(const pel_explaincurve *p, int which, int r, pel_canvas *canvas, pel_point *room) {
  const pel_panel *panel = &p->panels[which];
  const pel_interval *intervals = p->data.lines[which][r].intervals;
  size_t n = p->data.n;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(intervals[i].low) || !isfinite(intervals[i].high)) return;
    double x = x_of(p, panel, i);
    room[i] = (pel_point){x, pel_panel_y(panel, intervals[i].high)};
    room[2 * n - 1 - i] = (pel_point){x, pel_panel_y(panel, intervals[i].low)};
  }
  canvas->class->veil(canvas, room, 2 * n, color_of(p, r), COVER);
}

static void draw_mark(const pel_explaincurve *p, int r, pel_point at, pel_canvas *canvas) {
  const pel_point corners[3] = {{at.x, at.y - MARK - 1.2}, {at.x + MARK + 0.8, at.y + MARK - 0.4}, {at.x - MARK - 0.8, at.y + MARK - 0.4}};
  pel_rgb color = color_of(p, r);
  switch (r) {
    case PEL_GNN_BY_ATTENTION: pel_canvas_disc(canvas, at, MARK, color); break;
    case PEL_GNN_BY_WEIGHT: pel_canvas_fill(canvas, (pel_box){at.x - MARK + 0.2, at.y - MARK + 0.2, 2 * MARK - 0.4, 2 * MARK - 0.4}, color); break;
    case PEL_GNN_BY_SHORTEST_PATH: canvas->class->polygon(canvas, corners, 3, color); break;
    default: pel_canvas_disc(canvas, at, MARK, p->theme->paper), pel_canvas_ring(canvas, at, MARK - 0.6, 1.4, color);
  }
}

static void draw_line(const pel_explaincurve *p, int which, int r, pel_canvas *canvas, pel_point *room) {
  for (size_t i = 0; i < p->data.n; i++) room[i] = point_of(p, which, r, i);
  canvas->class->dash(canvas, dashes[r].on, dashes[r].off);
  if (p->data.n > 1) canvas->class->stroke(canvas, room, p->data.n, false, LINE, color_of(p, r));
  canvas->class->dash(canvas, 0, 0);
  for (size_t i = 0; i < p->data.n; i++) draw_mark(p, r, room[i], canvas);
}

/* Names in the order of the lines' ends, APART at least: pushed down from the top, then up from the panel's foot. */
static void place_names(const pel_explaincurve *p, int which, int order[RANKINGS], double at[RANKINGS]) {
  double ends[RANKINGS], foot = p->panels[which].box.y + p->panels[which].box.h;
  for (int r = 0; r < RANKINGS; r++) {
    int k = r;
    ends[r] = point_of(p, which, r, p->data.n - 1).y;
    for (; k && ends[order[k - 1]] > ends[r]; k--) order[k] = order[k - 1];
    order[k] = r;
  }
  for (int k = 0; k < RANKINGS; k++) at[k] = k ? fmax(ends[order[k]], at[k - 1] + APART) : ends[order[k]];
  for (int k = RANKINGS; k--;) at[k] = fmin(at[k], k + 1 < RANKINGS ? at[k + 1] - APART : foot);
}

static void draw_names(const pel_explaincurve *p, int which, pel_canvas *canvas) {
  int order[RANKINGS];
  double at[RANKINGS];
  pel_text how = {.size = PEL_SIZE_LABEL, .color = p->theme->ink};
  place_names(p, which, order, at);
  for (int k = 0; k < RANKINGS; k++) {
    pel_point end = point_of(p, which, order[k], p->data.n - 1);
    pel_canvas_line(canvas, end.x + MARK + 2, end.y, end.x + LEADER - 4, at[k], 1, color_of(p, order[k]));
    pel_type_draw_fitted(p->type, canvas, p->data.names[order[k]], (pel_point){end.x + LEADER, at[k]}, p->names + 1, &how);
  }
}

/* The share without anything taken out: what the facts left alone are to come to. Its words hide the scale's lines, but not the curves. */
static void draw_whole(const pel_explaincurve *p, pel_canvas *canvas) {
  const pel_panel *panel = &p->panels[INSERTION];
  const pel_box *b = &panel->box;
  double share = p->data.lines[DELETION][0].means[0], y = pel_panel_y(panel, share), middle = y + (y - b->y > 18 ? -10 : 10);
  char text[80], number[40];
  if (p->data.counts[0]) return;
  pel_canvas_line(canvas, b->x, y, b->x + b->w, y, 1, p->theme->muted);
  snprintf(text, sizeof text, "the whole graph: %s", pel_format_fixed(number, sizeof number, share, 3));
  pel_text how = {.size = PEL_SIZE_LABEL, .color = p->theme->muted};
  pel_canvas_fill(canvas, (pel_box){b->x + 4, middle - 7, fmin(pel_type_width(p->type, text, how.size, false) + 4, b->w - 6), 14}, p->theme->paper);
  pel_type_draw_fitted(p->type, canvas, text, (pel_point){b->x + 6, middle}, b->w - 8, &how);
}

void pel_explaincurve_draw(const pel_explaincurve *p, pel_canvas *canvas) {
  pel_point *room = pel_alloc(2 * p->data.n, sizeof *room);
  pel_figure_draw(&p->figure, p->type, canvas, &p->caption, p->theme);
  for (int which = 0; which < PANELS && room; which++) {
    draw_axes(p, which, canvas);
    if (which == INSERTION) draw_whole(p, canvas);
    for (int r = 0; r < RANKINGS; r++) draw_band(p, which, r, canvas, room);
    for (int r = RANKINGS; r--;) draw_line(p, which, r, canvas, room); /* the control below the others */
    draw_names(p, which, canvas);
  }
  free(room);
}

/* ---- in words ---- */

const char *pel_explaincurve_title(const pel_explaincurve *p) { return p->caption.title; }

static void describe_panel(const pel_explaincurve *p, int which, pel_string *s) {
  char number[40];
  pel_string_addf(s, ". %s. The answer's mean share with", heads[which]);
  for (size_t i = 0; i < p->data.n; i++) pel_string_addf(s, "%s %u", i ? "," : "", p->data.counts[i]);
  pel_string_add(s, which == DELETION ? " facts taken out" : " facts left alone");
  for (int r = 0; r < RANKINGS; r++) {
    pel_string_addf(s, "%s %s", r ? ";" : ":", p->data.names[r]);
    for (size_t i = 0; i < p->data.n; i++) pel_string_addf(s, "%s %s", i ? "," : "", pel_format_fixed(number, sizeof number, p->data.lines[which][r].means[i], 3));
  }
}

char *pel_explaincurve_describe(const pel_explaincurve *p) {
  pel_string s = {0};
  char *caption = pel_caption_text(&p->caption);
  if (!caption) return NULL;
  pel_string_add(&s, caption);
  for (int which = 0; which < PANELS; which++) describe_panel(p, which, &s);
  free(caption);
  return pel_string_take(&s);
}
