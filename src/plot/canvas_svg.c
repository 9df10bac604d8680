#include "src/plot/canvas_svg.h"

#include "engine/base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static void put_bytes(pel_canvas_svg *svg, const char *text, size_t size) {
  if (!svg->failed && size) svg->failed = !svg->write(text, size, svg->user);
}

static void put(pel_canvas_svg *svg, const char *text) { put_bytes(svg, text, strlen(text)); }

/* A length: at most three decimals, no trailing zeros. */
static void put_number(pel_canvas_svg *svg, double v) {
  char text[64];
  pel_format_fixed(text, sizeof text, v, 3);
  char *end = text + strlen(text);
  while (end[-1] == '0')
    *--end = 0;
  if (end[-1] == '.') *--end = 0;
  put(svg, strcmp(text, "-0") == 0 ? "0" : text);
}

static void put_attribute(pel_canvas_svg *svg, const char *name, double v) {
  put(svg, " ");
  put(svg, name);
  put(svg, "=\"");
  put_number(svg, v);
  put(svg, "\"");
}

static void put_color(pel_canvas_svg *svg, const char *name, pel_rgb c) {
  char text[64];
  snprintf(text, sizeof text, " %s=\"#%06x\"", name, (unsigned)pel_rgb_pack(c));
  put(svg, text);
}

static void put_box(pel_canvas_svg *svg, pel_box b) {
  put_attribute(svg, "x", b.x);
  put_attribute(svg, "y", b.y);
  put_attribute(svg, "width", b.w);
  put_attribute(svg, "height", b.h);
}

/* Text as XML content; what XML cannot hold becomes U+FFFD. `text` is valid UTF-8. */
static void put_escaped(pel_canvas_svg *svg, const char *text, size_t size) {
  size_t from = 0;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    const char *with = NULL;
    size_t length = 1;
    if (c == '&') with = "&amp;";
    if (c == '<') with = "&lt;";
    if (c == '>') with = "&gt;";
    if (c == '"') with = "&quot;";
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) with = "\xef\xbf\xbd";
    if (size - i >= 3 && c == 0xef && (unsigned char)text[i + 1] == 0xbf &&
        (unsigned char)text[i + 2] >= 0xbe)
      with = "\xef\xbf\xbd", length = 3; /* U+FFFE, U+FFFF */
    if (!with) continue;
    put_bytes(svg, text + from, i - from);
    put(svg, with);
    i += length - 1;
    from = i + 1;
  }
  put_bytes(svg, text + from, size - from);
}

/* ---- shapes ---- */

static void svg_fill(pel_canvas *canvas, pel_box b, pel_rgb color) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  put(svg, "<rect");
  put_box(svg, b);
  put_color(svg, "fill", color);
  put(svg, "/>\n");
}

static void put_path(pel_canvas_svg *svg, const pel_point *points, size_t n) {
  put(svg, "<path d=\"");
  for (size_t i = 0; i < n; i++) {
    put(svg, i ? "L" : "M");
    put_number(svg, points[i].x);
    put(svg, " ");
    put_number(svg, points[i].y);
  }
}

static void svg_stroke(pel_canvas *canvas, const pel_point *points, size_t n, bool closed, double width,
                       pel_rgb color) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  put_path(svg, points, n);
  put(svg, closed ? "Z\" fill=\"none\"" : "\" fill=\"none\"");
  put_color(svg, "stroke", color);
  put_attribute(svg, "stroke-width", width);
  if (svg->dash_on > 0) {
    put(svg, " stroke-dasharray=\"");
    put_number(svg, svg->dash_on);
    put(svg, " ");
    put_number(svg, svg->dash_off);
    put(svg, "\"");
  }
  put(svg, "/>\n");
}

static void svg_veil(pel_canvas *canvas, const pel_point *points, size_t n, pel_rgb color, double cover) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  put_path(svg, points, n);
  put(svg, "Z\"");
  put_color(svg, "fill", color);
  if (cover < 1) put_attribute(svg, "fill-opacity", cover);
  put(svg, "/>\n");
}

static void svg_polygon(pel_canvas *canvas, const pel_point *points, size_t n, pel_rgb color) {
  svg_veil(canvas, points, n, color, 1);
}

static void svg_dash(pel_canvas *canvas, double on, double off) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  svg->dash_on = on;
  svg->dash_off = off;
}

static void svg_clip(pel_canvas *canvas, pel_box b) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  char text[64];
  unsigned id = svg->n_clips++;
  snprintf(text, sizeof text, "<clipPath id=\"c%u\"><rect", id);
  put(svg, text);
  put_box(svg, b);
  snprintf(text, sizeof text, "/></clipPath>\n<g clip-path=\"url(#c%u)\">\n", id);
  put(svg, text);
}

static void svg_unclip(pel_canvas *canvas) { put((pel_canvas_svg *)canvas, "</g>\n"); }

/* ---- text ---- */

static void put_font(pel_canvas_svg *svg, PangoLayout *layout) {
  const PangoFontDescription *font = pango_layout_get_font_description(layout);
  if (!font) font = pango_context_get_font_description(pango_layout_get_context(layout));
  put(svg, " font-family=\"");
  const char *family = pango_font_description_get_family(font);
  if (family) put_escaped(svg, family, strlen(family));
  put(svg, ", sans-serif\"");
  put_attribute(svg, "font-size", pango_units_to_double(pango_font_description_get_size(font)));
  if (pango_font_description_get_weight(font) >= PANGO_WEIGHT_SEMIBOLD) put(svg, " font-weight=\"bold\"");
}

/* The part of the line in [start, end) with the colour that the layout gives it, if it does. */
static void put_run(pel_canvas_svg *svg, PangoAttrIterator *it, const char *text, int start, int end) {
  if (start >= end) return;
  PangoAttribute *attribute = it ? pango_attr_iterator_get(it, PANGO_ATTR_FOREGROUND) : NULL;
  if (attribute) {
    PangoColor c = ((PangoAttrColor *)attribute)->color;
    put(svg, "<tspan");
    put_color(svg, "fill", (pel_rgb){(float)c.red / 65535, (float)c.green / 65535, (float)c.blue / 65535});
    put(svg, ">");
  }
  put_escaped(svg, text + start, (size_t)(end - start));
  if (attribute) put(svg, "</tspan>");
}

static void put_runs(pel_canvas_svg *svg, PangoLayoutLine *line) {
  const char *text = pango_layout_get_text(line->layout);
  int start = line->start_index, end = start + line->length;
  PangoAttrList *attributes = pango_layout_get_attributes(line->layout);
  if (!attributes) {
    put_run(svg, NULL, text, start, end);
    return;
  }
  PangoAttrIterator *it = pango_attr_list_get_iterator(attributes);
  do {
    int from, to;
    pango_attr_iterator_range(it, &from, &to);
    if (from >= end) break;
    put_run(svg, it, text, from > start ? from : start, to < end ? to : end);
  } while (pango_attr_iterator_next(it));
  pango_attr_iterator_destroy(it);
}

static void open_text(pel_canvas_svg *svg, PangoLayout *layout, double x, double y, const char *anchor,
                      bool rtl, pel_rgb color) {
  put(svg, "<text");
  put_attribute(svg, "x", x);
  put_attribute(svg, "y", y);
  put_font(svg, layout);
  if (anchor) {
    put(svg, " text-anchor=\"");
    put(svg, anchor);
    put(svg, "\"");
  }
  if (rtl) put(svg, " direction=\"rtl\" unicode-bidi=\"embed\"");
  put_color(svg, "fill", color);
  put(svg, " xml:space=\"preserve\">");
}

/* The whole line as one element. A viewer with other fonts measures otherwise: an anchor keeps middles in the
 * middle and ends at the end. */
static void put_line(pel_canvas_svg *svg, PangoLayoutLine *line, pel_point at, double anchor, double width,
                     pel_rgb color) {
  bool rtl = line->resolved_dir == PANGO_DIRECTION_RTL;
  double x = at.x - anchor * width + (rtl ? width : 0);
  const char *word = NULL;
  if (anchor >= 0.99)
    word = rtl ? NULL : "end", x = at.x;
  else if (anchor > 0.01)
    word = "middle", x = at.x + (0.5 - anchor) * width;
  open_text(svg, line->layout, x, at.y, word, rtl, color);
  put_runs(svg, line);
  put(svg, "</text>\n");
}

static bool is_rtl(const PangoGlyphItem *run) { return run->item->analysis.level & 1; }

/* Whether colours change within a line that has right-to-left text: viewers disagree about the order of
 * tspans there. */
static bool needs_runs(PangoLayoutLine *line) {
  bool rtl = false;
  for (GSList *l = line->runs; l; l = l->next)
    rtl |= is_rtl(l->data);
  return rtl && pango_layout_get_attributes(line->layout) != NULL;
}

static bool joins_letters(const char *text, int at) {
  if (at <= 0 || !text[at]) return false;
  gunichar before = g_utf8_get_char(g_utf8_prev_char(text + at)), after = g_utf8_get_char(text + at);
  return g_unichar_get_script(before) == G_UNICODE_SCRIPT_ARABIC &&
         g_unichar_get_script(after) == G_UNICODE_SCRIPT_ARABIC && g_unichar_isalpha(before) &&
         g_unichar_isalpha(after);
}

static pel_rgb run_color(const PangoGlyphItem *run, pel_rgb color) {
  for (GSList *l = run->item->analysis.extra_attrs; l; l = l->next) {
    PangoAttribute *attribute = l->data;
    if (attribute->klass->type != PANGO_ATTR_FOREGROUND) continue;
    PangoColor c = ((PangoAttrColor *)attribute)->color;
    return (pel_rgb){(float)c.red / 65535, (float)c.green / 65535, (float)c.blue / 65535};
  }
  return color;
}

/* Each run, in the order of the eye, in an element of its own. Where a colour changes within an Arabic word,
 * a joiner keeps its letters in their joined forms. */
static void put_separate_runs(pel_canvas_svg *svg, PangoLayoutLine *line, pel_point at, pel_rgb color) {
  const char *text = pango_layout_get_text(line->layout);
  for (GSList *l = line->runs; l; l = l->next) {
    PangoGlyphItem *run = l->data;
    int start = run->item->offset, end = start + run->item->length;
    double width = pango_units_to_double(pango_glyph_string_get_width(run->glyphs));
    bool rtl = is_rtl(run);
    open_text(svg, line->layout, at.x + (rtl ? width : 0), at.y, NULL, rtl, run_color(run, color));
    if (rtl && joins_letters(text, start)) put(svg, "\xe2\x80\x8d");
    put_escaped(svg, text + start, (size_t)(end - start));
    if (rtl && joins_letters(text, end)) put(svg, "\xe2\x80\x8d");
    put(svg, "</text>\n");
    at.x += width;
  }
}

static void svg_text(pel_canvas *canvas, PangoLayoutLine *line, pel_point at, double anchor, pel_turn turn,
                     pel_rgb color) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  if (line->length == 0) return;
  PangoRectangle extents;
  pango_layout_line_get_extents(line, NULL, &extents);
  double width = pango_units_to_double(extents.width);
  if (turn == PEL_TURN_UP) {
    put(svg, "<g transform=\"translate(");
    put_number(svg, at.x);
    put(svg, " ");
    put_number(svg, at.y);
    put(svg, ") rotate(-90)\">");
    at = (pel_point){0, 0};
  }
  if (needs_runs(line))
    put_separate_runs(svg, line, (pel_point){at.x - anchor * width, at.y}, color);
  else
    put_line(svg, line, at, anchor, width, color);
  if (turn == PEL_TURN_UP) put(svg, "</g>\n");
}

/* ---- images ---- */

typedef struct base64 {
  pel_canvas_svg *svg;
  unsigned char held[3];
  unsigned n;
} base64;

static void put_base64_group(base64 *b) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned i = b->n; i < 3; i++)
    b->held[i] = 0;
  char out[4] = {digits[b->held[0] >> 2], digits[(b->held[0] & 3) << 4 | b->held[1] >> 4],
                 b->n > 1 ? digits[(b->held[1] & 15) << 2 | b->held[2] >> 6] : '=',
                 b->n > 2 ? digits[b->held[2] & 63] : '='};
  put_bytes(b->svg, out, 4);
  b->n = 0;
}

static cairo_status_t take_png(void *user, const unsigned char *data, unsigned size) {
  base64 *b = user;
  for (unsigned i = 0; i < size; i++) {
    b->held[b->n++] = data[i];
    if (b->n == 3) put_base64_group(b);
  }
  return b->svg->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void svg_image(pel_canvas *canvas, const uint32_t *pixels, uint32_t width, uint32_t height,
                      pel_box box) {
  pel_canvas_svg *svg = (pel_canvas_svg *)canvas;
  cairo_surface_t *image = cairo_image_surface_create_for_data(
      (unsigned char *)(uintptr_t)pixels, CAIRO_FORMAT_RGB24, (int)width, (int)height, (int)(width * 4));
  put(svg, "<image");
  put_box(svg, box);
  put(svg, " preserveAspectRatio=\"none\" style=\"image-rendering:crisp-edges;image-rendering:pixelated\""
           " xlink:href=\"data:image/png;base64,");
  base64 b = {.svg = svg};
  if (cairo_surface_write_to_png_stream(image, take_png, &b) != CAIRO_STATUS_SUCCESS) svg->failed = true;
  if (b.n) put_base64_group(&b);
  put(svg, "\"/>\n");
  cairo_surface_destroy(image);
}

/* ---- document ---- */

static const pel_canvas_class svg_class = {svg_fill, svg_stroke, svg_text,    svg_image,
                                           svg_clip, svg_unclip, svg_polygon, svg_veil,
                                           svg_dash};

pel_canvas *pel_canvas_svg_begin(pel_canvas_svg *svg, double width, double height, const char *title,
                                 const char *description, pel_write_func *write, void *user) {
  *svg = (pel_canvas_svg){{&svg_class, true}, write, user, false, 0, 0, 0};
  put(svg, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
           "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" role=\"img\"");
  put_attribute(svg, "width", width);
  put_attribute(svg, "height", height);
  put(svg, " viewBox=\"0 0 ");
  put_number(svg, width);
  put(svg, " ");
  put_number(svg, height);
  put(svg, "\">\n<title>");
  put_escaped(svg, title, strlen(title));
  put(svg, "</title>\n<desc>");
  put_escaped(svg, description, strlen(description));
  put(svg, "</desc>\n");
  return &svg->base;
}

bool pel_canvas_svg_end(pel_canvas_svg *svg) {
  put(svg, "</svg>\n");
  return !svg->failed;
}
