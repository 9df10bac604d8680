/* How wide text will be, and where a card's lines break, without setting it: from the advance of each ASCII character,
 * measured once, and a fixed share of an em for all others. Kerning only makes lines shorter. Thirty thousand cards are
 * measured so in some milliseconds; what is drawn is then set by pel_type, and fitted where a guess was too small. */
#pragma once
#include "src/plot/type.h"

#define PEL_CARD_LINES 8

typedef struct pel_card_metrics {
  float regular[128], bold[128]; /* per px of size */
} pel_card_metrics;

typedef struct pel_card_line { /* bytes of the text */
  uint32_t start, end;
} pel_card_line;

typedef struct pel_card_lines {
  uint32_t n;
  bool cut; /* the text goes on after the last line */
  pel_card_line line[PEL_CARD_LINES];
} pel_card_lines;

void pel_card_metrics_load(pel_type *type, pel_card_metrics *out);
double pel_card_width(const pel_card_metrics *metrics, const char *text, size_t size, double font, bool bold);
/* At most `most` lines of `room` px. Breaks at spaces, between wide characters, inside a word only when it is longer than a line. */
void pel_card_wrap(const pel_card_metrics *metrics, const char *text, double font, bool bold, double room, uint32_t most,
                   pel_card_lines *out);
/* Draws line i of a wrapped text, with an ellipsis where the text is cut; at: its middle height. */
void pel_card_draw_line(pel_type *type, const pel_card_metrics *metrics, pel_canvas *canvas, const char *text, const pel_card_lines *lines,
                        uint32_t i, pel_point at, double room, const pel_text *how);
/* One line, cut at its end to `room` by the metrics' measure. */
void pel_card_draw_cut(pel_type *type, const pel_card_metrics *metrics, pel_canvas *canvas, const char *text, pel_point at, double room,
                       const pel_text *how);
/* A copy on one line without invisible characters; `out` of `size` bytes, cut at a character. */
void pel_card_plain(const char *text, char *out, size_t size);
