#include "src/plot/tokenflow.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/plot/colorbar.h"
#include "src/plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_DEFAULT 760.0
#define LINE_STEP 24.0
#define BOX_HEIGHT 20.0
#define SEGMENT_GAP 7.0
#define GUTTER 68.0 /* names of segments */
#define BAND 4.0
#define BAND_GAP 12.0
#define BAR_GAP 24.0
#define BAR_HEIGHT 220.0
#define COLUMN_LEAST 80.0 /* narrower text columns drop the gutter and the bar */

typedef struct flow_line {
  PangoLayout *layout; /* a reference: a line without its layout has lost its text */
  PangoLayoutLine *line;
  double x, y; /* left end; top */
} flow_line;

typedef struct flow_box {
  uint32_t token;
  pel_box box;
} flow_box;

typedef struct flow_band {
  pel_segment_kind kind;
  double y, end;
} flow_band;

struct pel_tokenflow {
  pel_tokenflow_data data;
  pel_plot_style style;
  pel_type *type;
  double width, height;
  pel_figure figure;
  pel_colorbar bar;
  bool full;        /* with gutter and bar */
  double x, column; /* left end and width of the text */
  flow_line *lines;
  flow_box *boxes; /* by line, from top to bottom */
  flow_band *bands;
  size_t n_lines, n_boxes, n_bands, room_lines, room_boxes, room_bands;
  uint32_t n_reached; /* tokens before this one were set */
  bool no_memory;
};

/* ---- layout ---- */

static void set_bar(pel_tokenflow *p) {
  const pel_tokens_view *v = p->data.view;
  p->bar = (pel_colorbar){.box = {0, 0, PEL_COLORBAR_WIDTH, BAR_HEIGHT},
                          .log = v->log,
                          .low = (double)v->low,
                          .high = (double)v->high,
                          .name = pel_signal_title(v->signal),
                          .tint = true};
}

static PangoAttrList *ink_attributes(const pel_tokenflow *p, const pel_paragraph *g, size_t first_span,
                                     size_t end_span) {
  const pel_tokens_view *v = p->data.view;
  const pel_theme *theme = pel_style_theme(&p->style);
  PangoAttrList *list = pango_attr_list_new();
  for (size_t i = first_span; i < end_span; i++) {
    const pel_text_span *s = &v->text.spans[i];
    pel_rgb ink;
    if (s->part != 0 || v->items[s->token].value < 0) continue;
    pel_theme_tint(theme, p->style.palette, v->items[s->token].value, &ink);
    if (pel_rgb_pack(ink) == pel_rgb_pack(theme->ink)) continue;
    PangoAttribute *a = pango_attr_foreground_new((guint16)(ink.r * 65535), (guint16)(ink.g * 65535),
                                                  (guint16)(ink.b * 65535));
    a->start_index = (s->start > g->start ? s->start : g->start) - g->start;
    a->end_index = (s->end < g->end ? s->end : g->end) - g->start;
    pango_attr_list_change(list, a); /* equal neighbours become one: fewer seams in joined scripts */
  }
  return list;
}

static void add_box(pel_tokenflow *p, uint32_t token, pel_box box) {
  flow_box *grown = pel_grow(p->boxes, &p->room_boxes, p->n_boxes + 1, sizeof *grown);
  if (!grown) {
    p->no_memory = true;
    return;
  }
  p->boxes = grown;
  grown[p->n_boxes++] = (flow_box){token, box};
}

/* The places of one span on one line: more than one where directions change within it. */
static void add_span_boxes(pel_tokenflow *p, const flow_line *l, const pel_text_span *s, uint32_t start,
                           uint32_t end) {
  int *ranges, n;
  pango_layout_line_get_x_ranges(l->line, (int)start, (int)end, &ranges, &n);
  for (int i = 0; i < n; i++) {
    double x0 = p->x + pango_units_to_double(ranges[2 * i]),
           x1 = p->x + pango_units_to_double(ranges[2 * i + 1]);
    double part = (x1 - x0) / s->parts;
    x0 += part * s->part;
    if (part < 0.5) continue;
    add_box(p, s->token, (pel_box){x0, l->y + (LINE_STEP - BOX_HEIGHT) / 2, part, BOX_HEIGHT});
  }
  g_free(ranges);
}

static flow_line *add_line(pel_tokenflow *p, PangoLayout *layout, PangoLayoutLine *line, double x, double y) {
  flow_line *grown = pel_grow(p->lines, &p->room_lines, p->n_lines + 1, sizeof *grown);
  if (!grown) {
    p->no_memory = true;
    return NULL;
  }
  p->lines = grown;
  grown[p->n_lines] = (flow_line){g_object_ref(layout), pango_layout_line_ref(line), x, y};
  return &grown[p->n_lines++];
}

/* Boxes of the spans on this line; *span moves on to the first that goes on behind it. */
static void add_line_boxes(pel_tokenflow *p, const flow_line *l, const pel_paragraph *g, size_t *span) {
  const pel_running_text *t = &p->data.view->text;
  uint32_t from = g->start + (uint32_t)l->line->start_index, to = from + (uint32_t)l->line->length;
  for (; *span < t->n_spans && t->spans[*span].start < to; ++*span) {
    const pel_text_span *s = &t->spans[*span];
    uint32_t start = s->start > from ? s->start : from, end = s->end < to ? s->end : to;
    if (start < end) add_span_boxes(p, l, s, start - g->start, end - g->start);
    if (s->token >= p->n_reached) p->n_reached = s->token + 1;
    if (s->end > to) break;
  }
}

static PangoLayout *set_paragraph(const pel_tokenflow *p, const pel_paragraph *g, size_t first_span,
                                  size_t end_span) {
  PangoLayout *layout = pel_type_layout(p->type, "", PEL_SIZE_TEXT, false);
  pango_layout_set_text(layout, p->data.view->text.text + g->start, (int)(g->end - g->start));
  pango_layout_set_width(layout, (int)(p->column * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  PangoAttrList *attributes = ink_attributes(p, g, first_span, end_span);
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  return layout;
}

/* Sets one paragraph from *y on, as far as `bottom`; false when it did not all fit. */
static bool add_paragraph(pel_tokenflow *p, const pel_paragraph *g, size_t *span, double *y, double bottom) {
  const pel_running_text *t = &p->data.view->text;
  size_t end_span = *span;
  while (end_span < t->n_spans && t->spans[end_span].start < g->end)
    end_span++;
  PangoLayout *layout = set_paragraph(p, g, *span, end_span);
  PangoLayoutIter *it = pango_layout_get_iter(layout);
  bool fits = true;
  do {
    PangoRectangle extents;
    if (*y + LINE_STEP > bottom) {
      fits = false;
      break;
    }
    pango_layout_iter_get_line_extents(it, NULL, &extents);
    double x = p->x + pango_units_to_double(extents.x);
    const flow_line *l = add_line(p, layout, pango_layout_iter_get_line_readonly(it), x, *y);
    if (!l) break;
    add_line_boxes(p, l, g, span);
    *y += LINE_STEP;
  } while (!p->no_memory && pango_layout_iter_next_line(it));
  pango_layout_iter_free(it);
  g_object_unref(layout);
  if (fits) *span = end_span;
  return fits;
}

static void open_band(pel_tokenflow *p, pel_segment_kind kind, double y) {
  flow_band *grown = pel_grow(p->bands, &p->room_bands, p->n_bands + 1, sizeof *grown);
  if (!grown) {
    p->no_memory = true;
    return;
  }
  p->bands = grown;
  grown[p->n_bands++] = (flow_band){kind, y, y};
}

/* Fills the column from y; returns where the text ends. */
static double set_text(pel_tokenflow *p, double y, double bottom) {
  const pel_running_text *t = &p->data.view->text;
  size_t span = 0;
  for (size_t i = 0; i < t->n_paragraphs && !p->no_memory; i++) {
    const pel_paragraph *g = &t->paragraphs[i];
    if (g->opens_segment && i) y += SEGMENT_GAP;
    if (y + LINE_STEP > bottom) break;
    if (g->opens_segment) open_band(p, g->segment, y);
    bool fits = add_paragraph(p, g, &span, &y, bottom);
    if (p->n_bands) p->bands[p->n_bands - 1].end = y;
    if (!fits) return y;
  }
  if (p->n_lines && span >= t->n_spans)
    p->n_reached = p->data.view->n; /* tokens without bytes are there, too */
  return y;
}

static pel_status start(const pel_tokenflow_data *data, const pel_plot_style *style, double width,
                        double height, pel_tokenflow **out, pel_error *err) {
  pel_tokenflow *p = pel_alloc(1, sizeof *p);
  if (!p || !(p->type = pel_type_new())) {
    free(p);
    return pel_fail_memory(err, "a picture", sizeof *p);
  }
  p->data = *data;
  p->style = *style;
  p->width = width;
  p->height = height;
  set_bar(p);
  double right = BAR_GAP + PEL_COLORBAR_WIDTH + pel_colorbar_room(p->type, &p->bar);
  p->column = width - 2 * PEL_PAD - GUTTER - BAND - BAND_GAP - right;
  p->full = p->column >= COLUMN_LEAST;
  p->x = p->full ? PEL_PAD + GUTTER + BAND + BAND_GAP : 0;
  if (!p->full) p->column = width;
  pel_status status =
      pel_figure_layout(p->type, data->caption, width, height, p->full, p->full, &p->figure, err);
  if (status != PEL_OK) {
    pel_tokenflow_free(p);
    return status;
  }
  *out = p;
  return PEL_OK;
}

static double text_top(const pel_tokenflow *p) {
  return p->figure.title.y + p->figure.title.h + (p->full ? 6 : 0);
}

static double note_height(const pel_tokenflow *p) { return p->full ? 20 : 0; }

pel_status pel_tokenflow_layout(const pel_tokenflow_data *data, const pel_plot_style *style, double width,
                                double height, pel_tokenflow **out, pel_error *err) {
  pel_tokenflow *p;
  PEL_TRY(start(data, style, width, height, &p, err));
  double top = text_top(p), bottom = p->full ? p->figure.caption.y - note_height(p) : height;
  if (bottom < top + LINE_STEP && p->full) { /* no room under the title: text alone */
    pel_figure_clear(&p->figure);
    p->full = false;
    p->x = 0;
    p->column = width;
    pel_status status =
        pel_figure_layout(p->type, data->caption, width, height, false, false, &p->figure, err);
    if (status != PEL_OK) {
      pel_tokenflow_free(p);
      return status;
    }
    top = 0;
    bottom = height;
  }
  set_text(p, top, bottom);
  p->bar.box = (pel_box){p->x + p->column + BAR_GAP, top + 2, PEL_COLORBAR_WIDTH,
                         fmax(30, fmin(BAR_HEIGHT, bottom - top))};
  if (p->no_memory) {
    pel_tokenflow_free(p);
    return pel_fail_memory(err, "the lines of the text", data->view->text.size);
  }
  *out = p;
  return PEL_OK;
}

void pel_tokenflow_size(const pel_tokenflow_data *data, const pel_plot_style *style, double height_max,
                        double *width, double *height) {
  pel_tokenflow *p;
  if (!(*width > 0)) *width = WIDTH_DEFAULT;
  *height = 600;
  if (start(data, style, *width, height_max, &p, NULL) != PEL_OK) return;
  double top = text_top(p), end = set_text(p, top, height_max);
  end = fmax(end, p->full ? top + BAR_HEIGHT * 0.8 : 0);
  *height = fmin(ceil(end + (p->full ? note_height(p) + p->figure.caption.h + PEL_PAD : 0)), height_max);
  pel_tokenflow_free(p);
}

void pel_tokenflow_free(pel_tokenflow *plot) {
  if (!plot) return;
  for (size_t i = 0; i < plot->n_lines; i++) {
    pango_layout_line_unref(plot->lines[i].line);
    g_object_unref(plot->lines[i].layout);
  }
  free(plot->lines);
  free(plot->boxes);
  free(plot->bands);
  pel_figure_clear(&plot->figure);
  pel_type_free(plot->type);
  free(plot);
}

/* ---- draw ---- */

static void draw_boxes(const pel_tokenflow *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  for (size_t i = 0; i < p->n_boxes; i++) {
    const flow_box *b = &p->boxes[i];
    float value = p->data.view->items[b->token].value;
    if (value < 0) continue;
    pel_box inner = {b->box.x + 0.4, b->box.y, b->box.w - 0.8, b->box.h};
    pel_canvas_fill(canvas, inner, pel_theme_tint(theme, p->style.palette, value, NULL));
  }
}

static void draw_bands(const pel_tokenflow *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_END, .color = theme->muted};
  for (size_t i = 0; i < p->n_bands; i++) {
    const flow_band *b = &p->bands[i];
    pel_box box = {p->x - BAND_GAP - BAND, b->y + 2, BAND, b->end - b->y - 4};
    pel_canvas_fill(canvas, box,
                    theme->segments[(unsigned)b->kind < PEL_SEGMENT_KINDS ? b->kind : PEL_SEGMENT_TEXT]);
    pel_type_draw_fitted(p->type, canvas, pel_segment_name(b->kind),
                         (pel_point){box.x - 8, b->y + LINE_STEP / 2}, GUTTER - 8, &how);
  }
}

static void draw_text(const pel_tokenflow *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  for (size_t i = 0; i < p->n_lines; i++) {
    const flow_line *l = &p->lines[i];
    canvas->class->text(canvas, l->line, (pel_point){l->x, l->y + LINE_STEP / 2 + 0.34 * PEL_SIZE_TEXT}, 0,
                        PEL_TURN_NONE, theme->ink);
  }
}

static bool has_unrecorded(const pel_tokens_view *v) {
  for (uint32_t i = 0; i < v->n; i++)
    if (v->items[i].value < 0) return true;
  return false;
}

/* What is missing, said under the text. */
static void draw_note(const pel_tokenflow *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  char text[160] = "";
  uint32_t left_out = pel_tokenflow_left_out(p);
  if (left_out)
    snprintf(text, sizeof text,
             "%u more tokens, from position %u on, do not fit here: choose rows or a larger size", left_out,
             p->data.view->rows.start + p->n_reached);
  else if (has_unrecorded(p->data.view))
    snprintf(text, sizeof text, "no colour: not recorded");
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = theme->muted};
  double y = p->figure.caption.y - note_height(p) / 2 + 4;
  pel_type_draw_fitted(p->type, canvas, text, (pel_point){p->x, y}, p->width - p->x - PEL_PAD, &how);
}

void pel_tokenflow_draw(const pel_tokenflow *p, pel_canvas *canvas) {
  const pel_theme *theme = pel_style_theme(&p->style);
  pel_figure_draw(&p->figure, p->type, canvas, p->data.caption, theme);
  draw_boxes(p, canvas);
  if (p->full) draw_bands(p, canvas);
  draw_text(p, canvas);
  if (!p->full) return;
  draw_note(p, canvas);
  if (p->bar.box.h >= 60) pel_colorbar_draw(&p->bar, p->type, canvas, theme, p->style.palette);
}

/* ---- pick and describe ---- */

uint32_t pel_tokenflow_lines(const pel_tokenflow *p) { return (uint32_t)p->n_lines; }

uint32_t pel_tokenflow_left_out(const pel_tokenflow *p) { return p->data.view->n - p->n_reached; }

bool pel_tokenflow_pick(const pel_tokenflow *p, double x, double y, uint32_t *token) {
  size_t low = 0, high = p->n_boxes; /* the first box that ends below y */
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (p->boxes[mid].box.y + p->boxes[mid].box.h <= y)
      low = mid + 1;
    else
      high = mid;
  }
  for (; low < p->n_boxes && p->boxes[low].box.y <= y; low++)
    if (pel_box_has(p->boxes[low].box, x, y)) {
      *token = p->boxes[low].token;
      return true;
    }
  return false;
}

uint32_t pel_tokenflow_boxes(const pel_tokenflow *p, uint32_t token, pel_box *out, uint32_t most) {
  uint32_t n = 0;
  for (size_t i = 0; i < p->n_boxes; i++) {
    if (p->boxes[i].token != token) continue;
    if (n < most) out[n] = p->boxes[i].box;
    n++;
  }
  return n;
}

static void add_number(char *out, size_t size, const char *before, float value, const char *after) {
  size_t at = strlen(out);
  char number[32];
  if (isnan(value)) return;
  snprintf(out + at, size - at, "%s%s%s", before, pel_quantity_text(number, sizeof number, (double)value),
           after);
}

char *pel_tokenflow_describe(const pel_tokenflow *p, uint32_t token) {
  const pel_tokens_view *v = p->data.view;
  enum { SIZE = 480 };
  char *out = pel_alloc(SIZE, 1), quoted[160];
  if (!out || token >= v->n) return out;
  const pel_token_item *t = &v->items[token];
  pel_label_quote(v->labels.text[token], quoted, sizeof quoted);
  snprintf(out, SIZE, "token %u '%s' (%s)", v->rows.start + token, quoted, pel_segment_name(t->segment));
  size_t before = strlen(out);
  add_number(out, SIZE, ", log probability ", t->logprob, "");
  add_number(out, SIZE, ", entropy ", t->entropy, " nats");
  add_number(out, SIZE, ", margin ", t->margin, "");
  if (v->signal == PEL_SIGNAL_RECEIVED)
    add_number(out, SIZE, ", attention received ", t->signal, " queries' worth");
  if (v->signal == PEL_SIGNAL_SINK) add_number(out, SIZE, ", attention on key 0 ", t->signal, "");
  if (out[before] == ',')
    out[before] = ':';
  else
    snprintf(out + before, SIZE - before, ": nothing recorded");
  return out;
}
