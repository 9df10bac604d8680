#include "src/core/report_pdf_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/plot/type.h"

#define LEADING 1.28
#define MONO "Noto Sans Mono, DejaVu Sans Mono, monospace"

/* ---- setting ---- */

static void add_attribute(PangoAttrList *list, PangoAttribute *attribute, guint from, guint to) {
  attribute->start_index = from;
  attribute->end_index = to;
  pango_attr_list_insert(list, attribute);
}

static void add_style(PangoAttrList *list, const pel_report_run *run, guint from, guint to) {
  if (run->style & PEL_RUN_STRONG) add_attribute(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, to);
  if (run->style & PEL_RUN_MUTED) add_attribute(list, pango_attr_foreground_new(0x4a4a, 0x4f4f, 0x5555), from, to);
  if (run->style & PEL_RUN_CODE) add_attribute(list, pango_attr_family_new(MONO), from, to), add_attribute(list, pango_attr_scale_new(0.9), from, to);
  if (run->style & PEL_RUN_MARK) add_attribute(list, pango_attr_underline_new(PANGO_UNDERLINE_SINGLE), from, to);
  if (run->link) add_attribute(list, pango_attr_foreground_new(0x0b0b, 0x4747, 0x8a8a), from, to);
}

void set_make(set_text *s, PangoContext *context, const pel_report_block *b, unsigned cell, const text_style *style) {
  *s = (set_text){.runs = b->runs, .n_runs = b->n_runs, .cell = cell};
  GString *text = g_string_new(NULL);
  PangoAttrList *list = pango_attr_list_new();
  for (size_t i = 0; i < b->n_runs; i++) {
    if (b->runs[i].cell != cell) continue;
    guint from = (guint)text->len;
    g_string_append(text, b->runs[i].text);
    add_style(list, &b->runs[i], from, (guint)text->len);
  }
  PangoFontDescription *font = pango_font_description_from_string(PEL_FONT_FAMILIES);
  pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
  pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  s->layout = pango_layout_new(context);
  pango_layout_set_font_description(s->layout, font);
  pango_layout_set_width(s->layout, (int)(fmax(style->width, 10) * PANGO_SCALE));
  pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(s->layout, text->str, (int)text->len);
  pango_layout_set_attributes(s->layout, list);
  s->n_lines = text->len ? pango_layout_get_line_count(s->layout) : 0;
  pango_font_description_free(font);
  pango_attr_list_unref(list);
  g_string_free(text, TRUE);
}

void set_clear(set_text *s) {
  if (s->layout) g_object_unref(s->layout);
  *s = (set_text){0};
}

/* ---- measuring ---- */

static double line_height(PangoLayoutLine *line) {
  PangoRectangle box;
  pango_layout_line_get_extents(line, NULL, &box);
  const PangoFontDescription *font = pango_layout_get_font_description(line->layout);
  double least = pango_units_to_double(pango_font_description_get_size(font)) * LEADING;
  return fmax(pango_units_to_double(box.height), least);
}

double set_height(const set_text *s, int first, int n) {
  double h = 0;
  for (int i = first; i < first + n && i < s->n_lines; i++) h += line_height(pango_layout_get_line_readonly(s->layout, i));
  return h;
}

int set_fits(const set_text *s, double room) {
  int n = 0;
  double h = 0;
  for (int i = s->next; i < s->n_lines; i++, n++) {
    h += line_height(pango_layout_get_line_readonly(s->layout, i));
    if (h > room + 0.01) break;
  }
  return n;
}

/* ---- drawing ---- */

void pdf_place(cairo_t *cr, const char *id, double x, double y) {
  char attributes[160];
  snprintf(attributes, sizeof attributes, "name='%s' x=%d y=%d", id, (int)x, (int)floor(y));
  cairo_tag_begin(cr, CAIRO_TAG_DEST, attributes);
  cairo_tag_end(cr, CAIRO_TAG_DEST);
}

/* An address as a tag's attribute takes it: what is no plain character of one is written as %XX. */
static char *link_attributes(const char *link, const char *rect) {
  GString *out = g_string_new(rect);
  if (*link == '#') g_string_append_printf(out, " dest='%s'", link + 1);
  else {
    g_string_append(out, " uri='");
    for (const unsigned char *c = (const unsigned char *)link; *c; c++) {
      bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-._~:/?#[]@!$&*+,;=%", *c);
      if (plain) g_string_append_c(out, (char)*c);
      else g_string_append_printf(out, "%%%02X", *c);
    }
    g_string_append(out, "'");
  }
  return g_string_free(out, FALSE);
}

static void mark_link(cairo_t *cr, const char *link, double x, double y, double w, double h) {
  char rect[128];
  /* Whole points: numbers of a tag are read in the locale's way. */
  snprintf(rect, sizeof rect, "rect=[%d %d %d %d]", (int)floor(x), (int)floor(y), (int)ceil(w) + 1, (int)ceil(h));
  char *attributes = link_attributes(link, rect);
  cairo_tag_begin(cr, CAIRO_TAG_LINK, attributes);
  cairo_tag_end(cr, CAIRO_TAG_LINK);
  g_free(attributes);
}

static void mark_run(cairo_t *cr, const pel_report_run *run, PangoLayoutLine *line, int from, int to, double x, double y, double h) {
  int start = line->start_index, end = start + line->length, *ranges = NULL, n = 0;
  int first = from > start ? from : start, last = to < end ? to : end;
  if (run->id && from >= start && (from < end || start == end)) pdf_place(cr, run->id, x, y);
  if (!run->link || first >= last) return;
  pango_layout_line_get_x_ranges(line, first, last, &ranges, &n);
  for (int i = 0; i < n; i++)
    mark_link(cr, run->link, x + pango_units_to_double(ranges[2 * i]), y, pango_units_to_double(ranges[2 * i + 1] - ranges[2 * i]), h);
  g_free(ranges);
}

static void draw_line(set_text *s, cairo_t *cr, PangoLayoutLine *line, double x, double y, double h) {
  PangoRectangle box;
  int at = 0;
  pango_layout_line_get_extents(line, NULL, &box);
  double natural = pango_units_to_double(box.height), up = pango_units_to_double(PANGO_ASCENT(box));
  double start = x;
  if (line->resolved_dir == PANGO_DIRECTION_RTL) /* begins at the right edge of its column */
    start += pango_units_to_double(pango_layout_get_width(s->layout) - box.width);
  cairo_move_to(cr, start, y + (h - natural) / 2 + up);
  pango_cairo_show_layout_line(cr, line);
  for (size_t i = 0; i < s->n_runs; i++) {
    if (s->runs[i].cell != s->cell) continue;
    int size = (int)strlen(s->runs[i].text);
    if (s->runs[i].link || s->runs[i].id) mark_run(cr, &s->runs[i], line, at, at + size, x, y, h);
    at += size;
    if (at > line->start_index + line->length) break;
  }
}

void set_draw(set_text *s, cairo_t *cr, double x, double y, int n, bool dry) {
  for (; n > 0 && s->next < s->n_lines; n--, s->next++) {
    PangoLayoutLine *line = pango_layout_get_line_readonly(s->layout, s->next);
    double h = line_height(line);
    if (!dry) draw_line(s, cr, line, x, y, h);
    y += h;
  }
}
