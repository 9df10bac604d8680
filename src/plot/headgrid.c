#include "src/plot/headgrid.h"

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/plot/colorbar.h"
#include "src/plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THUMB_DEFAULT 48.0
#define THUMB_LEAST 28.0 /* the default picture of a deep model is tall rather than unreadable */
#define GRID_LONGEST 1500.0
#define BAR_GAP 18.0
#define BAR_LEAST 110.0
#define AXIS_ROOM 20.0 /* for "layer" and "head" */
#define LABEL_ROOM 26.0
#define LEGEND_HEIGHT 22.0
#define LEGEND_GAP 8.0
#define FAINT 0.85f   /* share of paper in heads that a filter leaves out */
#define MEANS_GAP 8.0 /* between the heads and the means of their layers */

struct pel_headgrid {
  pel_headgrid_data data;
  pel_plot_style style;
  pel_type *type;
  double width, height;
  bool full; /* with labels, bar and caption; otherwise thumbnails alone */
  pel_figure figure;
  pel_colorbar bar;
  pel_swatch swatches[3];
  uint32_t n_swatches;
  double x, y, thumb, gap; /* of the first thumbnail; side; distance between two */
};

/* ---- layout ---- */

static bool has_state(const pel_heads_view *v, pel_head_state state) {
  for (size_t i = 0; i < (size_t)v->n_layers * v->n_heads; i++)
    if (v->heads[i].state == state) return true;
  return false;
}

static pel_status start(const pel_headgrid_data *data, const pel_plot_style *style, double width,
                        double height, pel_headgrid **out, pel_error *err) {
  pel_headgrid *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  const pel_heads_view *v = data->view;
  const pel_theme *theme = pel_style_theme(style);
  p->data = *data;
  p->style = *style;
  p->width = width;
  p->height = height;
  p->bar =
      (pel_colorbar){.box = {0, 0, PEL_COLORBAR_WIDTH, 200},
                     .log = v->scale == PEL_SCALE_LOG,
                     .low = (double)v->low,
                     .high = (double)v->high,
                     .name = pel_style_word(style, v->scale == PEL_SCALE_LOG ? N_("attention weight (log scale)") : N_("attention weight")),
                     .brief = pel_style_word(style, N_("weight"))};
  p->swatches[p->n_swatches++] = (pel_swatch){.color = pel_theme_forbidden(theme, style->palette),
                                              .words = pel_style_word(style, N_("key later than the query, or outside its window"))};
  if (has_state(v, PEL_HEAD_NOT_RECORDED))
    p->swatches[p->n_swatches++] =
        (pel_swatch){.color = theme->paper, .hatched = true, .framed = true, .words = pel_style_word(style, N_("not recorded"))};
  *out = p;
  return PEL_OK;
}

static double right_room(const pel_headgrid *p) {
  if (p->data.bare) return 0;
  return BAR_GAP + PEL_COLORBAR_WIDTH + pel_colorbar_room(p->type, &p->bar);
}

static double gap_for(double thumb) { return thumb >= 32 ? 4 : thumb >= 12 ? 2 : thumb >= 4 ? 1 : 0; }

static uint32_t n_columns(const pel_headgrid *p) { return p->data.view->n_heads + p->data.means; }
static uint32_t n_lines(const pel_headgrid *p) { return p->data.view->n_layers + p->data.means; }

/* The largest thumbnail, in whole px, that leaves n of them and the gaps within the room. */
static double thumb_for(double room, uint32_t n) {
  double thumb = room / n;
  for (int i = 0; i < 3; i++)
    thumb = (room - (n - 1) * gap_for(thumb)) / n;
  return thumb >= 1 ? floor(thumb) : thumb;
}

/* A whole number of px for each cell of a thumbnail where that is not much smaller. */
static double snap(double thumb, uint32_t side) {
  if (side == 0 || thumb < side) return thumb;
  double whole = floor(thumb / side) * side;
  return whole >= 0.7 * thumb ? whole : thumb;
}

static bool place(pel_headgrid *p, bool full) {
  const pel_heads_view *v = p->data.view;
  double left = 0, top = 0, right = p->width, bottom = p->height;
  if (full) {
    left = PEL_PAD + AXIS_ROOM + LABEL_ROOM;
    top = p->figure.title.y + p->figure.title.h + AXIS_ROOM + LABEL_ROOM - 6;
    right -= PEL_PAD + right_room(p);
    bottom = p->figure.caption.y - (p->data.bare ? 0 : LEGEND_GAP + LEGEND_HEIGHT);
  }
  double more = p->data.means ? MEANS_GAP : 0;
  right -= more, bottom -= more;
  if (right - left < 1 || bottom - top < 1) return false;
  p->thumb = snap(fmin(thumb_for(right - left, n_columns(p)), thumb_for(bottom - top, n_lines(p))), v->side);
  if (full && !(p->thumb >= 4)) return false;
  if (!(p->thumb > 0)) p->thumb = fmin((right - left) / n_columns(p), (bottom - top) / n_lines(p));
  p->gap = gap_for(p->thumb);
  double grid_w = n_columns(p) * (p->thumb + p->gap) - p->gap + more;
  p->x = left + floor(fmax(0, right + more - left - grid_w) / 2);
  p->y = ceil(top);
  p->bar.box = (pel_box){p->x + grid_w + BAR_GAP, p->y, PEL_COLORBAR_WIDTH, 0};
  double grid_h = n_lines(p) * (p->thumb + p->gap) - p->gap + more;
  p->bar.box.h = fmin(fmin(fmax(grid_h, BAR_LEAST), 320), p->figure.caption.y - p->y);
  return true;
}

pel_status pel_headgrid_layout(const pel_headgrid_data *data, const pel_plot_style *style, double width,
                               double height, pel_headgrid **out, pel_error *err) {
  pel_headgrid *p;
  PEL_TRY(start(data, style, width, height, &p, err));
  pel_status status = pel_figure_layout(p->type, data->caption, width, height, !data->bare, !data->bare, &p->figure, err);
  p->full = status == PEL_OK && place(p, true);
  if (status == PEL_OK && !p->full) {
    pel_figure_clear(&p->figure);
    status = pel_figure_layout(p->type, data->caption, width, height, false, false, &p->figure, err);
    if (status == PEL_OK) place(p, false);
  }
  if (status != PEL_OK) {
    pel_headgrid_free(p);
    return status;
  }
  *out = p;
  return PEL_OK;
}

void pel_headgrid_size(const pel_headgrid_data *data, const pel_plot_style *style, double *width,
                       double *height) {
  const pel_heads_view *v = data->view;
  pel_headgrid *p;
  *width = *height = 600;
  if (start(data, style, 600, 600, &p, NULL) != PEL_OK) return;
  uint32_t longer = v->n_layers > v->n_heads ? v->n_layers : v->n_heads;
  double thumb = snap(fmin(fmax(THUMB_LEAST, floor(GRID_LONGEST / longer) - 4),
                           longer <= 6 ? 2 * THUMB_DEFAULT : THUMB_DEFAULT),
                      v->side);
  double step = thumb + gap_for(thumb);
  double legend = 2 * PEL_PAD +
                  pel_swatches_draw(p->type, NULL, p->swatches, p->n_swatches, 0, 0, pel_style_theme(style));
  double grid_w = v->n_heads * step, grid_h = fmax(v->n_layers * step, BAR_LEAST);
  *width = ceil(fmax(2 * PEL_PAD + AXIS_ROOM + LABEL_ROOM + grid_w + right_room(p), fmax(legend, 440)));
  *height = ceil(grid_h + AXIS_ROOM + LABEL_ROOM - 6 + LEGEND_GAP + LEGEND_HEIGHT +
                 pel_figure_overhead(p->type, data->caption, *width)) +
            2;
  pel_headgrid_free(p);
}

void pel_headgrid_free(pel_headgrid *plot) {
  if (!plot) return;
  pel_figure_clear(&plot->figure);
  pel_type_free(plot->type);
  free(plot);
}

/* ---- draw ---- */

double pel_headgrid_thumb(const pel_headgrid *p) { return p->thumb; }

pel_box pel_headgrid_head_box(const pel_headgrid *p, pel_head_place at) {
  const pel_heads_view *v = p->data.view;
  double step = p->thumb + p->gap;
  double right = at.head >= v->n_heads ? MEANS_GAP : 0, down = at.layer >= v->n_layers ? MEANS_GAP : 0;
  return (pel_box){p->x + at.head * step + right, p->y + at.layer * step + down, p->thumb, p->thumb};
}

static void draw_thumb(const pel_headgrid *p, pel_canvas *canvas, const float *values, bool faint, pel_box box,
                       uint32_t *pixels) {
  const pel_heads_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_rgb forbidden = pel_theme_forbidden(theme, p->style.palette);
  for (size_t i = 0; i < (size_t)v->side * v->side; i++) {
    pel_rgb color = values[i] < 0 ? forbidden : pel_palette_color(p->style.palette, values[i]);
    pixels[i] = pel_rgb_pack(faint ? pel_rgb_mix(color, theme->paper, FAINT) : color);
  }
  pel_canvas_image(canvas, pixels, v->side, v->side, box);
}

static void draw_missing(const pel_headgrid *p, pel_canvas *canvas, pel_box box) {
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_canvas_hatch(canvas, box, fmax(4, fmin(8, p->thumb / 6)), theme->faint);
  pel_canvas_frame(canvas, box, 1, theme->faint);
}

/* Words over a whole layer that was not recorded. */
static void draw_layer_note(const pel_headgrid *p, pel_canvas *canvas, uint32_t layer) {
  const pel_heads_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  uint32_t n = 0;
  for (uint32_t h = 0; h < v->n_heads; h++) {
    pel_head_state state = v->heads[pel_heads_index(v, layer, h)].state;
    if (state == PEL_HEAD_RECORDED) return;
    n += state == PEL_HEAD_NOT_RECORDED;
  }
  double width = n * (p->thumb + p->gap) - p->gap,
         words;
  const char *note = pel_style_word(&p->style, N_("not recorded"));
  words = pel_type_width(p->type, note, PEL_SIZE_CAPTION, false);
  if (!p->full || n == 0 || p->thumb < 18 || width < words + 20) return;
  pel_point middle = {p->x + width / 2, p->y + layer * (p->thumb + p->gap) + p->thumb / 2};
  pel_canvas_fill(canvas, (pel_box){middle.x - words / 2 - 7, middle.y - 9, words + 14, 18}, theme->paper);
  pel_text how = {.size = PEL_SIZE_CAPTION, .align = PEL_ALIGN_MIDDLE, .color = theme->muted};
  pel_type_draw(p->type, canvas, note, middle, &how);
}

static void draw_heads(const pel_headgrid *p, pel_canvas *canvas) {
  const pel_heads_view *v = p->data.view;
  uint32_t *pixels = pel_alloc((size_t)v->side * v->side, sizeof *pixels);
  for (uint32_t l = 0; l < v->n_layers; l++) {
    for (uint32_t h = 0; h < v->n_heads; h++) {
      size_t i = pel_heads_index(v, l, h);
      pel_box box = pel_headgrid_head_box(p, (pel_head_place){l, h});
      if (v->heads[i].state == PEL_HEAD_RECORDED && v->values && pixels)
        draw_thumb(p, canvas, v->values + i * v->side * v->side, p->data.passes && !p->data.passes[i], box, pixels);
      if (v->heads[i].state == PEL_HEAD_NOT_RECORDED || v->heads[i].state == PEL_HEAD_DAMAGED) draw_missing(p, canvas, box);
    }
    draw_layer_note(p, canvas, l);
  }
  for (uint32_t l = 0; p->data.means && v->means && pixels && l <= v->n_layers; l++)
    if (pel_heads_in_mean(v, l))
      draw_thumb(p, canvas, v->means + (size_t)l * v->side * v->side, false, pel_headgrid_head_box(p, (pel_head_place){l, v->n_heads}), pixels);
  free(pixels);
}

static void draw_labels(const pel_headgrid *p, pel_canvas *canvas) {
  const pel_heads_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  double step = p->thumb + p->gap;
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_END, .color = theme->muted};
  char number[16];
  uint32_t every = pel_ticks_step(v->n_layers, 13 / step);
  for (uint32_t l = 0; l < v->n_layers; l += every) {
    snprintf(number, sizeof number, "%u", l);
    pel_type_draw(p->type, canvas, number, (pel_point){p->x - 7, p->y + l * step + p->thumb / 2}, &how);
  }
  how.align = PEL_ALIGN_MIDDLE;
  every = pel_ticks_step(v->n_heads, 20 / step);
  for (uint32_t h = 0; h < v->n_heads; h += every) {
    snprintf(number, sizeof number, "%u", h);
    pel_type_draw(p->type, canvas, number, (pel_point){p->x + h * step + p->thumb / 2, p->y - 11}, &how);
  }
  if (p->data.means) pel_type_draw_fitted(p->type, canvas, pel_style_word(&p->style, N_("mean")), (pel_point){p->x + v->n_heads * step + MEANS_GAP + p->thumb / 2, p->y - 11}, fmax(p->thumb, 30), &how);
  how.align = PEL_ALIGN_END;
  if (p->data.means) pel_type_draw(p->type, canvas, pel_style_word(&p->style, N_("all")), (pel_point){p->x + v->n_heads * step + MEANS_GAP - 7, p->y + v->n_layers * step + MEANS_GAP + p->thumb / 2}, &how);
  double grid_w = v->n_heads * step - p->gap, grid_h = v->n_layers * step - p->gap;
  pel_text name = {.size = PEL_SIZE_AXIS, .align = PEL_ALIGN_MIDDLE, .color = theme->ink};
  pel_type_draw(p->type, canvas, pel_style_word(&p->style, N_("head")), (pel_point){p->x + grid_w / 2, p->y - 11 - AXIS_ROOM + 3}, &name);
  name.turn = PEL_TURN_UP;
  pel_type_draw(p->type, canvas, pel_style_word(&p->style, N_("layer")), (pel_point){p->x - LABEL_ROOM - 8, p->y + grid_h / 2}, &name);
}

void pel_headgrid_draw(const pel_headgrid *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_figure_draw(&p->figure, p->type, canvas, p->data.caption, theme);
  draw_heads(p, canvas);
  if (!p->full) return;
  draw_labels(p, canvas);
  if (p->data.bare) return;
  pel_colorbar_draw(&p->bar, p->type, canvas, theme, p->style.palette);
  pel_swatches_draw(p->type, canvas, p->swatches, p->n_swatches, PEL_PAD,
                    p->figure.caption.y - LEGEND_HEIGHT / 2, theme);
}

/* ---- pick and describe ---- */

bool pel_headgrid_pick(const pel_headgrid *p, double x, double y, pel_head_place *out) {
  const pel_heads_view *v = p->data.view;
  double step = p->thumb + p->gap;
  if (x < p->x || y < p->y || !(step > 0)) return false;
  bool mean = p->data.means && x >= p->x + v->n_heads * step + MEANS_GAP, all = mean && y >= p->y + v->n_layers * step + MEANS_GAP;
  double h = mean ? v->n_heads : floor((x - p->x) / step), l = all ? v->n_layers : floor((y - p->y) / step);
  if ((!mean && h >= v->n_heads) || (!all && l >= v->n_layers)) return false;
  pel_head_place at = {(uint32_t)l, (uint32_t)h};
  if (!pel_box_has(pel_headgrid_head_box(p, at), x, y)) return false;
  if (mean ? !pel_heads_in_mean(v, at.layer) : v->heads[pel_heads_index(v, at.layer, at.head)].state == PEL_HEAD_ABSENT) return false;
  *out = at;
  return true;
}

char *pel_headgrid_describe(const pel_headgrid *p, pel_head_place at) {
  const pel_heads_view *v = p->data.view;
  enum { SIZE = 320 };
  char *out = pel_alloc(SIZE, 1), sink[32], entropy[32], most[32];
  if (!out || at.layer >= v->n_layers || at.head >= v->n_heads) return out;
  const pel_head_summary *s = &v->heads[pel_heads_index(v, at.layer, at.head)];
  if (s->state != PEL_HEAD_RECORDED) {
    snprintf(out, SIZE, "layer %u, head %u: %s", at.layer, at.head,
             s->state == PEL_HEAD_ABSENT ? "no such head" : "not recorded");
    return out;
  }
  pel_format_fixed(sink, sizeof sink, (double)s->sink * 100, 1);
  pel_format_fixed(entropy, sizeof entropy, (double)s->entropy, 2);
  pel_format_fixed(most, sizeof most, (double)s->received_max, 1);
  snprintf(out, SIZE,
           "layer %u, head %u: %s %% of its attention on key 0, mean entropy %s nats, key %u received most "
           "(%s queries' worth)",
           at.layer, at.head, sink, entropy, s->received_key, most);
  return out;
}
