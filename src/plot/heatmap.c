#include "src/plot/heatmap.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/plot/axis.h"
#include "src/plot/colorbar.h"
#include "src/plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAP_PX 900.0           /* the default map's longer side, about */
#define MAP_LABELLED 1210.0    /* it may grow to this for the sake of its token labels */
#define CELL_MAX 32.0          /* larger cells add nothing */
#define CELL_DEFAULT 22.0      /* of maps with few cells */
#define MAP_LARGEST 1024       /* cells each way that the default size shows one by one */
#define VECTOR_CELLS (64 * 64) /* up to here vector output has a rectangle for each cell */
#define BAR_GAP 18.0
#define BAR_LEAST 90.0 /* a shorter bar cannot be read */
#define LEGEND_HEIGHT 22.0
#define LEGEND_GAP 8.0

typedef enum detail { /* how much stands around the map; less where the page is small */
                      DETAIL_LABELS,
                      DETAIL_TICKS,
                      DETAIL_NO_CAPTION,
                      DETAIL_MAP,
} detail;

struct pel_heatmap {
  pel_heatmap_data data;
  pel_plot_style style;
  pel_type *type;
  double width, height;
  detail detail;
  pel_figure figure;
  pel_axis rows, cols;
  pel_colorbar bar;
  pel_box map;
  pel_swatch swatches[2];
  uint32_t n_swatches;
};

/* ---- layout ---- */

/* What the colour bar is a bar of. `brief` for where it is short. */
static const char *bar_name(const pel_map_view *v, bool brief) {
  bool mass = v->of.level != PEL_LEVEL_TOKEN;
  if (v->scale == PEL_SCALE_ROW) return brief ? "share in row" : "share of the row's largest";
  if (v->scale == PEL_SCALE_RANK) return brief ? "rank in row" : "rank in row (1: largest)";
  bool log = v->scale == PEL_SCALE_LOG;
  if (v->of.value_weighted) return brief ? "weight × norm" : log ? "weight × value norm (log scale)" : "weight × value norm";
  if (mass) return brief ? "mass" : log ? "attention mass (log scale)" : "attention mass";
  return brief ? (log ? "weight (log)" : "weight") : log ? "attention weight (log scale)" : "attention weight";
}

static bool has_forbidden(const pel_map_view *v) {
  bool outside = v->of.level == PEL_LEVEL_TOKEN ? v->rows.end > v->cols.start + v->window : v->cols.start + 1 < v->rows.end;
  return v->cols.end > v->rows.start + 1 || (v->window && outside);
}

static void choose_swatches(pel_heatmap *p) {
  const pel_map_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  if (has_forbidden(v))
    p->swatches[p->n_swatches++] = (pel_swatch){
        .color = pel_theme_forbidden(theme, p->style.palette),
        .words = v->window ? "key later than the query, or outside its window" : "key later than the query"};
  if (v->sink_alone)
    p->swatches[p->n_swatches++] =
        (pel_swatch){.color = pel_theme_hidden(theme, p->style.palette), .words = "key 0, hidden"};
}

static double legend_height(const pel_heatmap *p) { return p->n_swatches ? LEGEND_GAP + LEGEND_HEIGHT : 0; }

/* Cells of whole px wherever they can be; equal sides unless the rectangle is so long that they would vanish.
 */
static void fit_cells(const pel_map_view *v, double room_w, double room_h, double most, double *w,
                      double *h) {
  double cw = fmin(room_w / v->n_cols, most), ch = fmin(room_h / v->n_rows, most);
  if (cw <= 4 * ch && ch <= 4 * cw) cw = ch = fmin(cw, ch);
  *w = cw >= 1 ? floor(cw + 1e-6) : cw;
  *h = ch >= 1 ? floor(ch + 1e-6) : ch;
}

static void set_axes(pel_heatmap *p) {
  const pel_map_view *v = p->data.view;
  p->rows = (pel_axis){
      .side = PEL_SIDE_LEFT, .range = v->rows, .block = v->block, .labels = p->data.rows, .name = "query"};
  p->cols = (pel_axis){
      .side = PEL_SIDE_TOP, .range = v->cols, .block = v->block, .labels = p->data.cols, .name = "key"};
}

/* Room around the map, inside the figure's own. */
typedef struct margins {
  double left, top, right, bottom;
} margins;

static margins measure(pel_heatmap *p, double cell_w, double cell_h) {
  bool labels = p->detail == DETAIL_LABELS;
  margins m = {.left = pel_axis_measure(&p->rows, p->type, cell_h, labels),
               .top = pel_axis_measure(&p->cols, p->type, cell_w, labels),
               .right = BAR_GAP + PEL_COLORBAR_WIDTH + pel_colorbar_room(p->type, &p->bar)};
  m.bottom = p->detail <= DETAIL_TICKS ? legend_height(p) : 0;
  return m;
}

/* Whether the map keeps a fair part of the page. */
static bool fair(const pel_heatmap *p, pel_box room) {
  const pel_map_view *v = p->data.view;
  double need_w = fmin(v->n_cols, 60), need_h = fmin(v->n_rows, 60);
  return room.w >= need_w && room.h >= need_h && room.w >= 0.35 * p->width &&
         room.h >= fmin(0.3 * p->height, v->n_rows * 4.0);
}

static pel_box room_inside(const pel_heatmap *p, const margins *m) {
  const pel_figure *f = &p->figure;
  double pad = f->title.x, top = f->title.y + f->title.h + m->top;
  double bottom = f->caption.y - m->bottom;
  return (pel_box){pad + m->left, top, p->width - 2 * pad - m->left - m->right, bottom - top};
}

static pel_status try_detail(pel_heatmap *p, detail d, bool *good, pel_error *err) {
  const pel_map_view *v = p->data.view;
  double cell_w, cell_h;
  p->detail = d;
  pel_figure_clear(&p->figure);
  PEL_TRY(pel_figure_layout(p->type, p->data.caption, p->width, p->height, d < DETAIL_MAP,
                            d < DETAIL_NO_CAPTION, &p->figure, err));
  set_axes(p);
  if (d == DETAIL_MAP) {
    fit_cells(v, p->width, p->height, INFINITY, &cell_w, &cell_h);
    p->map = (pel_box){0, 0, cell_w * v->n_cols, cell_h * v->n_rows};
    p->map.x = floor((p->width - p->map.w) / 2);
    p->map.y = floor((p->height - p->map.h) / 2);
    *good = true;
    return PEL_OK;
  }
  /* The room depends on the labels, the labels on the cells, the cells on the room: numbers first, then once
   * more. */
  margins m = measure(p, PEL_AXIS_LABEL_CELL, PEL_AXIS_LABEL_CELL);
  pel_box room = room_inside(p, &m);
  for (int i = 0; i < 2; i++) {
    if (room.w <= 0 || room.h <= 0) break;
    fit_cells(v, room.w, room.h, CELL_MAX * 2, &cell_w, &cell_h);
    m = measure(p, cell_w, cell_h);
    room = room_inside(p, &m);
  }
  *good = room.w > 0 && room.h > 0 && fair(p, room);
  if (!*good) return PEL_OK;
  fit_cells(v, room.w, room.h, CELL_MAX * 2, &cell_w, &cell_h);
  p->map = (pel_box){ceil(room.x), ceil(room.y), cell_w * v->n_cols, cell_h * v->n_rows};
  if (d == DETAIL_LABELS && (p->rows.show_labels && cell_h < PEL_AXIS_LABEL_CELL)) *good = false;
  if (d == DETAIL_LABELS && (p->cols.show_labels && cell_w < PEL_AXIS_LABEL_CELL)) *good = false;
  /* On a page larger than its map needs, the map stands in the middle. */
  p->map.x += floor(fmax(0, room.w - p->map.w) / 2);
  p->map.y += floor(fmax(0, room.h - fmax(p->map.h, BAR_LEAST)) / 2);
  return PEL_OK;
}

static void place_bar(pel_heatmap *p) {
  double below = p->figure.caption.y - p->map.y;
  double height = fmin(fmax(p->map.h, BAR_LEAST), below);
  p->bar.box = (pel_box){p->map.x + p->map.w + BAR_GAP, p->map.y, PEL_COLORBAR_WIDTH, fmin(height, 360)};
}

static void set_bar(pel_heatmap *p) {
  const pel_map_view *v = p->data.view;
  p->bar = (pel_colorbar){.box = {0, 0, PEL_COLORBAR_WIDTH, 200},
                          .log = v->scale == PEL_SCALE_LOG,
                          .low = (double)v->low,
                          .high = (double)v->high,
                          .name = bar_name(v, false),
                          .brief = bar_name(v, true)};
}

static pel_status start(const pel_heatmap_data *data, const pel_plot_style *style, double width,
                        double height, pel_heatmap **out, pel_error *err) {
  pel_heatmap *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  p->data = *data;
  p->style = *style;
  p->width = width;
  p->height = height;
  set_bar(p);
  choose_swatches(p);
  *out = p;
  return PEL_OK;
}

pel_status pel_heatmap_layout(const pel_heatmap_data *data, const pel_plot_style *style, double width,
                              double height, pel_heatmap **out, pel_error *err) {
  pel_heatmap *p;
  PEL_TRY(start(data, style, width, height, &p, err));
  pel_status status = PEL_OK;
  bool good = false;
  for (int d = DETAIL_LABELS; d <= DETAIL_MAP && status == PEL_OK && !good; d++)
    status = try_detail(p, (detail)d, &good, err);
  if (status != PEL_OK) {
    pel_heatmap_free(p);
    return status;
  }
  place_bar(p);
  *out = p;
  return PEL_OK;
}

void pel_heatmap_size(const pel_heatmap_data *data, const pel_plot_style *style, double *width,
                      double *height) {
  const pel_map_view *v = data->view;
  pel_heatmap *p;
  *width = *height = 600;
  if (start(data, style, 600, 600, &p, NULL) != PEL_OK) return;
  double cell_w, cell_h;
  double longest = fmax(v->n_cols, v->n_rows), labelled = longest * PEL_AXIS_LABEL_CELL;
  double side = longest > MAP_PX ? MAP_LARGEST : MAP_PX; /* one px a cell is crisper than less */
  if (labelled > side && labelled <= MAP_LABELLED) side = labelled;
  fit_cells(v, side, side, v->n_cols < 16 && v->n_rows < 16 ? CELL_MAX - 4 : CELL_DEFAULT, &cell_w, &cell_h);
  set_axes(p);
  margins m = measure(p, cell_w, cell_h);
  double legend = pel_swatches_draw(p->type, NULL, p->swatches, p->n_swatches, 0, 0, pel_style_theme(style));
  *width = ceil(fmax(2 * PEL_PAD + m.left + cell_w * v->n_cols + m.right, fmax(legend + 2 * PEL_PAD, 440)));
  double map_h = fmax(cell_h * v->n_rows, BAR_LEAST);
  *height = ceil(m.top + map_h + legend_height(p) + pel_figure_overhead(p->type, data->caption, *width)) + 2;
  pel_heatmap_free(p);
}

void pel_heatmap_free(pel_heatmap *plot) {
  if (!plot) return;
  pel_figure_clear(&plot->figure);
  pel_type_free(plot->type);
  free(plot);
}

/* ---- draw ---- */

static pel_rgb cell_color(const pel_heatmap *p, size_t i) {
  const pel_map_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  if (v->kinds[i] == PEL_CELL_WEIGHT) return pel_palette_color(p->style.palette, v->values[i]);
  return v->kinds[i] == PEL_CELL_HIDDEN ? pel_theme_hidden(theme, p->style.palette)
                                        : pel_theme_forbidden(theme, p->style.palette);
}

/* Each rectangle reaches a little under its right and lower neighbours, drawn after it: no seams at any zoom.
 */
static void draw_rectangles(const pel_heatmap *p, pel_canvas *canvas) {
  const pel_map_view *v = p->data.view;
  double w = p->map.w / v->n_cols, h = p->map.h / v->n_rows;
  pel_canvas_fill(canvas, p->map, pel_theme_forbidden(pel_style_theme(&p->style), p->style.palette));
  for (uint32_t r = 0; r < v->n_rows; r++)
    for (uint32_t c = 0; c < v->n_cols; c++) {
      size_t i = (size_t)r * v->n_cols + c;
      if (v->kinds[i] == PEL_CELL_FORBIDDEN) continue;
      bool last_col = c + 1 == v->n_cols || v->kinds[i + 1] == PEL_CELL_FORBIDDEN;
      double more_w = last_col ? 0 : 0.4, more_h = r + 1 == v->n_rows ? 0 : 0.4;
      if (!canvas->vector) more_w = more_h = 0;
      pel_canvas_fill(canvas, (pel_box){p->map.x + c * w, p->map.y + r * h, w + more_w, h + more_h},
                      cell_color(p, i));
    }
}

static void draw_image(const pel_heatmap *p, pel_canvas *canvas) {
  const pel_map_view *v = p->data.view;
  size_t n = (size_t)v->n_rows * v->n_cols;
  uint32_t *pixels = pel_alloc(n, sizeof *pixels);
  if (!pixels) return;
  for (size_t i = 0; i < n; i++)
    pixels[i] = pel_rgb_pack(cell_color(p, i));
  pel_canvas_image(canvas, pixels, v->n_cols, v->n_rows, p->map);
  free(pixels);
}

static void draw_frame(const pel_heatmap *p, pel_canvas *canvas) {
  pel_box around = {p->map.x - 1, p->map.y - 1, p->map.w + 2, p->map.h + 2};
  pel_canvas_frame(canvas, around, 1, pel_style_theme(&p->style)->frame);
}

void pel_heatmap_draw(const pel_heatmap *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  const pel_map_view *v = p->data.view;
  pel_figure_draw(&p->figure, p->type, canvas, p->data.caption, theme);
  if (v->kinds && (uint64_t)v->n_rows * v->n_cols <= VECTOR_CELLS)
    draw_rectangles(p, canvas);
  else if (v->kinds)
    draw_image(p, canvas);
  if (p->detail == DETAIL_MAP) return;
  draw_frame(p, canvas);
  pel_axis_draw(&p->rows, p->type, canvas, p->map, theme);
  pel_axis_draw(&p->cols, p->type, canvas, p->map, theme);
  pel_colorbar_draw(&p->bar, p->type, canvas, theme, p->style.palette);
  if (p->detail > DETAIL_TICKS) return;
  double y = p->figure.caption.y - LEGEND_HEIGHT / 2;
  pel_swatches_draw(p->type, canvas, p->swatches, p->n_swatches, PEL_PAD, y, theme);
}

/* ---- pick and describe ---- */

pel_box pel_heatmap_map_box(const pel_heatmap *p) { return p->map; }

bool pel_heatmap_pick(const pel_heatmap *p, double x, double y, pel_cell *out) {
  const pel_map_view *v = p->data.view;
  if (!pel_box_has(p->map, x, y)) return false;
  pel_cell cell = {(uint32_t)((y - p->map.y) / p->map.h * v->n_rows),
                   (uint32_t)((x - p->map.x) / p->map.w * v->n_cols)};
  if (cell.row >= v->n_rows) cell.row = v->n_rows - 1;
  if (cell.col >= v->n_cols) cell.col = v->n_cols - 1;
  *out = cell;
  return true;
}

pel_box pel_heatmap_cell_box(const pel_heatmap *p, pel_cell cell) {
  double w = p->map.w / p->data.view->n_cols, h = p->map.h / p->data.view->n_rows;
  return (pel_box){p->map.x + cell.col * w, p->map.y + cell.row * h, w, h};
}

/* "query 12 'cat'" or, for a block, "queries 128-131". */
static void name_side(char *out, size_t size, const char *one, const char *many, pel_range range,
                      uint32_t block, uint32_t index, const pel_labels *labels) {
  uint32_t first = range.start + index * block, last = first + block - 1;
  if (last >= range.end) last = range.end - 1;
  const char *label = pel_labels_at(labels, first);
  char quoted[160];
  pel_label_quote(label, quoted, sizeof quoted);
  if (block > 1)
    snprintf(out, size, "%s %u-%u", many, first, last);
  else if (*label)
    snprintf(out, size, "%s %u '%s'", one, first, quoted);
  else
    snprintf(out, size, "%s %u", one, first);
}

char *pel_heatmap_describe(const pel_heatmap *p, pel_cell cell) {
  const pel_map_view *v = p->data.view;
  char query[200], key[200], weight[32];
  uint32_t rank, of;
  enum { SIZE = 640 };
  char *out = pel_alloc(SIZE, 1);
  if (!out || cell.row >= v->n_rows || cell.col >= v->n_cols || !v->kinds) return out;
  size_t i = (size_t)cell.row * v->n_cols + cell.col;
  name_side(query, sizeof query, "query", "queries", v->rows, v->block, cell.row, p->data.rows);
  name_side(key, sizeof key, "key", "keys", v->cols, v->block, cell.col, p->data.cols);
  pel_weight_text(weight, sizeof weight, (double)v->weights[i]);
  if (v->kinds[i] == PEL_CELL_FORBIDDEN)
    snprintf(out, SIZE, "%s cannot see %s (%s)", query, key,
             v->window ? "later, or outside the window" : "later");
  else if (v->kinds[i] == PEL_CELL_HIDDEN)
    snprintf(out, SIZE, "%s -> %s: hidden (key 0)", query, key);
  else if (v->block > 1)
    snprintf(out, SIZE, "%s -> %s: largest weight %s", query, key, weight);
  else if (pel_map_view_rank(v, cell.row, cell.col, &rank, &of))
    snprintf(out, SIZE, "%s -> %s: %s, rank %u of %u", query, key, weight, rank, of);
  return out;
}
