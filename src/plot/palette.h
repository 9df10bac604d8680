/* Colours for numbers.
 *
 * viridis, magma and inferno (Smith, van der Walt) and cividis (Nunez, Anderson, Renslow 2018) are
 * perceptually uniform, rise in lightness from end to end, so that they survive grey printing, and can be
 * read with every common kind of colour blindness. "diverging" runs blue - white - brown around its middle,
 * 0.5, for differences. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct pel_rgb { /* sRGB, each 0 .. 1 */
  float r, g, b;
} pel_rgb;

typedef enum pel_palette {
  PEL_PALETTE_VIRIDIS,
  PEL_PALETTE_CIVIDIS,
  PEL_PALETTE_MAGMA,
  PEL_PALETTE_INFERNO,
  PEL_PALETTE_GREY,
  PEL_PALETTE_DIVERGING,
  PEL_PALETTES
} pel_palette;

const char *pel_palette_name(pel_palette palette);
bool pel_palette_parse(const char *name, pel_palette *out);

/* The colour of a value; values outside 0 .. 1 take the colour of the nearer end, NaN that of 0. */
pel_rgb pel_palette_color(pel_palette palette, float value);

pel_rgb pel_rgb_hex(uint32_t rrggbb);
uint32_t pel_rgb_pack(pel_rgb c); /* 0x00RRGGBB */
pel_rgb pel_rgb_mix(pel_rgb a, pel_rgb b, float t);

typedef struct pel_lab { /* CIE L*a*b*, D65: what the eye sees as far apart is far apart */
  float l, a, b;
} pel_lab;
pel_lab pel_rgb_lab(pel_rgb c);
/* CIE76 distance: about 2.3 is just seen, 10 is plain. */
float pel_rgb_distance(pel_rgb a, pel_rgb b);
/* WCAG 2 contrast ratio, 1 .. 21; text wants 4.5. */
float pel_rgb_contrast(pel_rgb a, pel_rgb b);
