/* All colours and sizes of a picture that are not data. */
#pragma once
#include "src/plot/palette.h"
#include <pellucid/chat.h>

typedef struct pel_theme {
  bool dark;
  pel_rgb paper;  /* behind everything */
  pel_rgb ink;    /* titles, tokens */
  pel_rgb muted;  /* captions, ticks */
  pel_rgb faint;  /* hatching, guides */
  pel_rgb frame;  /* around maps and bars */
  pel_rgb accent; /* what is chosen */
  pel_rgb segments[PEL_SEGMENT_KINDS];
} pel_theme;

/* Static storage. */
const pel_theme *pel_theme_get(bool dark);

/* Cells that no weight can be in, and key 0 left out on request: colours that the palette does not hold. */
pel_rgb pel_theme_forbidden(const pel_theme *theme, pel_palette palette);
pel_rgb pel_theme_hidden(const pel_theme *theme, pel_palette palette);

/* Background of running text for a value: from paper at 0 to the palette's far end at 1, so that a page stays
 * calm and strong values stand out. `ink` (may be NULL) takes a text colour that can be read on it. */
pel_rgb pel_theme_tint(const pel_theme *theme, pel_palette palette, float value, pel_rgb *ink);

typedef struct pel_plot_style {
  const pel_theme *theme; /* NULL: light */
  pel_palette palette;
  const char *(*translate)(const char *); /* of the few words that a drawing has; NULL: English, as in all files */
} pel_plot_style;

/* A word, or a format, of a drawing in the style's language. N_ marks it for the catalogue. */
__attribute__((format_arg(2))) static inline const char *pel_style_word(const pel_plot_style *style, const char *word) {
  return style->translate ? style->translate(word) : word;
}
#ifndef N_
#define N_(String) (String)
#endif

static inline const pel_theme *pel_style_theme(const pel_plot_style *style) {
  return style->theme ? style->theme : pel_theme_get(false);
}

/* Sizes in px (points in PDF); a picture twice as large has room for more, not larger letters. */
#define PEL_SIZE_TITLE 15.0
#define PEL_SIZE_AXIS 12.0
#define PEL_SIZE_LABEL 11.0
#define PEL_SIZE_CAPTION 10.5
#define PEL_SIZE_TEXT 13.5
#define PEL_PAD 16.0
