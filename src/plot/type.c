#include "src/plot/type.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define MIDDLE_ABOVE_BASELINE 0.34 /* of the size: half way between small letters and capitals */

struct pel_type {
  PangoContext *context;
  PangoLayout *scratch;
};

pel_type *pel_type_new(void) {
  pel_type *type = pel_alloc(1, sizeof *type);
  if (!type) return NULL;
  type->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(type->context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(type->context, FALSE);
  PangoFontDescription *font = pango_font_description_from_string(PEL_FONT_FAMILIES);
  pango_context_set_font_description(type->context, font);
  pango_font_description_free(font);
  type->scratch = pango_layout_new(type->context);
  return type;
}

void pel_type_free(pel_type *type) {
  if (!type) return;
  g_clear_object(&type->scratch);
  g_clear_object(&type->context);
  free(type);
}

PangoContext *pel_type_context(pel_type *type) { return type->context; }

static void set_font(PangoLayout *layout, double size, bool bold) {
  PangoFontDescription *font = pango_font_description_from_string(PEL_FONT_FAMILIES);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

PangoLayout *pel_type_layout(pel_type *type, const char *text, double size, bool bold) {
  PangoLayout *layout = pango_layout_new(type->context);
  set_font(layout, size, bold);
  pango_layout_set_text(layout, text, -1);
  return layout;
}

/* The scratch layout, holding this text. */
static PangoLayout *set_line(pel_type *type, const char *text, double size, bool bold) {
  set_font(type->scratch, size, bold);
  pango_layout_set_single_paragraph_mode(type->scratch, TRUE);
  pango_layout_set_text(type->scratch, text, -1);
  return type->scratch;
}

double pel_type_width(pel_type *type, const char *text, double size, bool bold) {
  PangoRectangle extents;
  pango_layout_get_extents(set_line(type, text, size, bold), NULL, &extents);
  return pango_units_to_double(extents.width);
}

double pel_type_height(pel_type *type, double size) {
  PangoRectangle extents;
  pango_layout_get_extents(set_line(type, "Hg", size, false), NULL, &extents);
  return pango_units_to_double(extents.height);
}

void pel_type_draw(pel_type *type, pel_canvas *canvas, const char *text, pel_point at, const pel_text *how) {
  if (!*text) return;
  PangoLayout *layout = set_line(type, text, how->size, how->bold);
  PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
  double below = MIDDLE_ABOVE_BASELINE * how->size;
  pel_point baseline =
      how->turn == PEL_TURN_UP ? (pel_point){at.x + below, at.y} : (pel_point){at.x, at.y + below};
  double anchor = how->align == PEL_ALIGN_START ? 0 : how->align == PEL_ALIGN_MIDDLE ? 0.5 : 1;
  canvas->class->text(canvas, line, baseline, anchor, how->turn, how->color);
}

/* Byte offsets of the places where a reader sees a character begin, ending with the length; NULL: no memory.
 */
static size_t *find_characters(PangoLayout *layout, const char *text, size_t *n) {
  int n_attrs;
  const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(layout, &n_attrs);
  size_t *at = pel_alloc((size_t)n_attrs + 1, sizeof *at), count = 0, i = 0;
  if (!at) return NULL;
  for (const char *p = text; *p; p = g_utf8_next_char(p), i++)
    if (i == 0 || (i < (size_t)n_attrs && attrs[i].is_cursor_position)) at[count++] = (size_t)(p - text);
  at[count] = strlen(text);
  *n = count;
  return at;
}

/* `keep` characters of the text, the odd one in front, with the ellipsis between. */
static void shorten(char *out, const char *text, const size_t *at, size_t n, size_t keep) {
  size_t front = at[(keep + 1) / 2], back = at[n - keep / 2], length = at[n];
  memcpy(out, text, front);
  memcpy(out + front, ELLIPSIS, 3);
  memcpy(out + front + 3, text + back, length - back + 1);
}

char *pel_type_fit(pel_type *type, const char *text, double size, double room) {
  size_t length = strlen(text), n;
  char *out = pel_alloc(length + 4, 1);
  if (!out) return NULL;
  memcpy(out, text, length);
  if (pel_type_width(type, text, size, false) <= room) return out;
  size_t *at = find_characters(type->scratch, text, &n);
  if (!at) {
    free(out);
    return NULL;
  }
  size_t low = 0, high = n ? n - 1 : 0; /* the most characters that fit, counted by halving */
  while (low < high) {
    size_t mid = (low + high + 1) / 2;
    shorten(out, text, at, n, mid);
    if (pel_type_width(type, out, size, false) <= room)
      low = mid;
    else
      high = mid - 1;
  }
  shorten(out, text, at, n, low);
  if (low == 0 && pel_type_width(type, out, size, false) > room) out[0] = 0;
  free(at);
  return out;
}

void pel_type_draw_fitted(pel_type *type, pel_canvas *canvas, const char *text, pel_point at, double room,
                          const pel_text *how) {
  char *fitted = pel_type_fit(type, text, how->size, room);
  if (fitted) pel_type_draw(type, canvas, fitted, at, how);
  free(fitted);
}
