#include "src/plot/card_text.h"

#include <stdlib.h>
#include <string.h>

#include "src/analysis/token_label.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define LINE_BYTES 512
#define OTHER_EM 0.66f /* of characters that are neither ASCII nor wide */
#define WIDE_EM 1.06f
#define SAFE_MOST 1024 /* bytes of a text whose hidden characters are looked for */

/* The picture's font is one for all: measured once a thread. */
static _Thread_local pel_card_metrics measured;
static _Thread_local bool is_measured;

static void measure(pel_type *type, pel_card_metrics *out) {
  const double size = 100;
  for (int c = 0; c < 128; c++) {
    const char text[4] = {'n', (char)c, 'n', 0}; /* a space alone has no width in some settings */
    bool shown = c >= 32 && c < 127;
    double n = shown ? pel_type_width(type, "nn", size, false) : 0, b = shown ? pel_type_width(type, "nn", size, true) : 0;
    out->regular[c] = shown ? (float)((pel_type_width(type, text, size, false) - n) / size) : OTHER_EM;
    out->bold[c] = shown ? (float)((pel_type_width(type, text, size, true) - b) / size) : OTHER_EM;
  }
}

void pel_card_metrics_load(pel_type *type, pel_card_metrics *out) {
  if (!is_measured) measure(type, &measured);
  is_measured = true;
  *out = measured;
}

static float advance(const pel_card_metrics *m, gunichar c, bool bold) {
  if (c < 128) return bold ? m->bold[c] : m->regular[c];
  if (g_unichar_iszerowidth(c)) return 0;
  return g_unichar_iswide(c) ? WIDE_EM : c == 0x2026 ? 1 : OTHER_EM;
}

double pel_card_width(const pel_card_metrics *m, const char *text, size_t size, double font, bool bold) {
  double width = 0;
  for (const char *p = text; p < text + size; p = g_utf8_next_char(p)) width += (double)advance(m, g_utf8_get_char(p), bold);
  return width * font;
}

static bool is_blank(gunichar c) { return c == ' ' || c == '\n' || c == '\t'; }

/* The end of the line that begins at `start`; *next: where the following one does. */
static const char *line_end(const pel_card_metrics *m, const char *start, double font, bool bold, double room, const char **next) {
  const char *brk = NULL, *brk_next = NULL, *p = start;
  double width = 0;
  for (; *p; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (is_blank(c)) brk = p, brk_next = g_utf8_next_char(p);
    width += (double)advance(m, c, bold) * font;
    if (width > room && !is_blank(c)) break;
    if (c > 128 && g_unichar_iswide(c)) brk = brk_next = g_utf8_next_char(p);
  }
  if (!*p) {
    *next = p;
    return p;
  }
  if (!brk || brk == start) brk = brk_next = p > start ? p : g_utf8_next_char(p);
  while (is_blank((unsigned char)*brk_next)) brk_next++;
  *next = brk_next;
  return brk;
}

void pel_card_wrap(const pel_card_metrics *m, const char *text, double font, bool bold, double room, uint32_t most, pel_card_lines *out) {
  const char *at = text, *next;
  *out = (pel_card_lines){0};
  while (is_blank((unsigned char)*at)) at++;
  while (*at && out->n < most && out->n < PEL_CARD_LINES) {
    const char *end = line_end(m, at, font, bold, room, &next);
    out->line[out->n++] = (pel_card_line){(uint32_t)(at - text), (uint32_t)(end - text)};
    at = next;
  }
  out->cut = *at != 0;
}

/* Into a buffer of its own: one line, and whether it is ASCII alone. */
static bool copy_line(char out[LINE_BYTES + 8], const char *text, size_t size) {
  bool ascii = true;
  if (size > LINE_BYTES)
    for (size = LINE_BYTES; size && ((unsigned char)text[size] & 0xc0) == 0x80;) size--;
  for (size_t i = 0; i < size; i++) {
    out[i] = is_blank((unsigned char)text[i]) ? ' ' : text[i];
    ascii &= (unsigned char)text[i] < 128;
  }
  out[size] = 0;
  return ascii;
}

/* The line with an ellipsis at its end, shortened by the metrics' measure until it has room. */
static void cut_line(const pel_card_metrics *m, char *line, double room, const pel_text *how) {
  double used = how->size; /* of the ellipsis */
  char *p = line;
  for (; *p; p = g_utf8_next_char(p)) {
    used += (double)advance(m, g_utf8_get_char(p), how->bold) * how->size;
    if (used > room) break;
  }
  while (p > line && p[-1] == ' ') p--;
  memcpy(p, ELLIPSIS, 4);
}

void pel_card_draw_line(pel_type *type, const pel_card_metrics *m, pel_canvas *canvas, const char *text, const pel_card_lines *lines,
                        uint32_t i, pel_point at, double room, const pel_text *how) {
  char line[LINE_BYTES + 8];
  const pel_card_line *l = &lines->line[i];
  bool ascii = copy_line(line, text + l->start, l->end - l->start);
  if (lines->cut && i + 1 == lines->n) cut_line(m, line, room, how);
  if (ascii)
    pel_type_draw(type, canvas, line, at, how);
  else
    pel_type_draw_fitted(type, canvas, line, at, room, how);
}

void pel_card_draw_cut(pel_type *type, const pel_card_metrics *m, pel_canvas *canvas, const char *text, pel_point at, double room,
                       const pel_text *how) {
  char line[LINE_BYTES + 8];
  bool ascii = copy_line(line, text, strlen(text));
  if (pel_card_width(m, line, strlen(line), how->size, how->bold) > room) cut_line(m, line, room, how);
  if (ascii)
    pel_type_draw(type, canvas, line, at, how);
  else
    pel_type_draw_fitted(type, canvas, line, at, room, how);
}

void pel_card_plain(const char *text, char *out, size_t size) {
  size_t length = strnlen(text, SAFE_MOST), i = 0;
  while (i < length && (unsigned char)text[i] >= 32 && (unsigned char)text[i] < 127) i++;
  char *safe = NULL;
  if (i < length) {
    while (length && text[length] && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
    char *flat = malloc(length + 1);
    for (size_t k = 0; flat && k < length; k++) flat[k] = is_blank((unsigned char)text[k]) ? ' ' : text[k];
    safe = flat ? pel_text_safe(flat, length) : NULL;
    free(flat);
  }
  const char *from = safe ? safe : text;
  size_t n = strnlen(from, size - 1);
  while (n && from[n] && ((unsigned char)from[n] & 0xc0) == 0x80) n--;
  memcpy(out, from, n);
  out[n] = 0;
  free(safe);
}
