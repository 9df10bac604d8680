#include "src/plot/theme.h"

#define RGB(hex)                                                                                             \
  {(float)((hex) >> 16 & 255) / 255, (float)((hex) >> 8 & 255) / 255, (float)((hex) & 255) / 255}

/* Hues of the segments after Okabe and Ito's colour-blind-safe set, calmed; they always stand beside a word.
 */
static const pel_theme light = {
    .dark = false,
    .paper = RGB(0xffffff),
    .ink = RGB(0x1b1b1f),
    .muted = RGB(0x5b5f66),
    .faint = RGB(0xb9bcc4),
    .frame = RGB(0x8a8e96),
    .accent = RGB(0x1a5fb4),
    .segments = {[PEL_SEGMENT_TEMPLATE] = RGB(0xb4b8bf),
                 [PEL_SEGMENT_SYSTEM] = RGB(0xc98bb0),
                 [PEL_SEGMENT_USER] = RGB(0x3f8fc5),
                 [PEL_SEGMENT_THINK] = RGB(0xd99a2b),
                 [PEL_SEGMENT_ANSWER] = RGB(0x2e9e7b),
                 [PEL_SEGMENT_TEXT] = RGB(0x8a8e96)},
};

static const pel_theme dark = {
    .dark = true,
    .paper = RGB(0x1d1d21),
    .ink = RGB(0xededf1),
    .muted = RGB(0xa9acb5),
    .faint = RGB(0x5d6068),
    .frame = RGB(0x757983),
    .accent = RGB(0x78aeed),
    .segments = {[PEL_SEGMENT_TEMPLATE] = RGB(0x6b6f78),
                 [PEL_SEGMENT_SYSTEM] = RGB(0xc98bb0),
                 [PEL_SEGMENT_USER] = RGB(0x5aa9de),
                 [PEL_SEGMENT_THINK] = RGB(0xe0a944),
                 [PEL_SEGMENT_ANSWER] = RGB(0x3fb591),
                 [PEL_SEGMENT_TEXT] = RGB(0x8a8e96)},
};

const pel_theme *pel_theme_get(bool want_dark) { return want_dark ? &dark : &light; }

pel_rgb pel_theme_forbidden(const pel_theme *theme, pel_palette palette) {
  if (palette == PEL_PALETTE_GREY)
    return pel_rgb_hex(theme->dark ? 0x1f3a5c : 0xc3daf5); /* grey holds every neutral */
  if (palette == PEL_PALETTE_DIVERGING) return pel_rgb_hex(theme->dark ? 0x4a4a52 : 0xb4b6bb);
  return pel_rgb_hex(theme->dark ? 0x424248 : 0xe4e4e9);
}

pel_rgb pel_theme_hidden(const pel_theme *theme, pel_palette palette) {
  return pel_rgb_mix(pel_theme_forbidden(theme, palette), theme->dark ? theme->ink : theme->muted, 0.32f);
}

pel_rgb pel_theme_tint(const pel_theme *theme, pel_palette palette, float value, pel_rgb *ink) {
  if (!(value > 0)) value = 0;
  if (value > 1) value = 1;
  /* On white paper the dark end is the strong one; on dark paper the light end. */
  pel_rgb strong = pel_palette_color(palette, theme->dark ? value : 1 - value);
  float cover = value < 0.3f ? value / 0.3f : 1;
  pel_rgb tint = pel_rgb_mix(theme->paper, strong, cover);
  if (ink) {
    const pel_rgb black = pel_rgb_hex(0x111114), white = pel_rgb_hex(0xffffff);
    *ink = theme->ink;
    if (pel_rgb_contrast(*ink, tint) < 4.5f)
      *ink = pel_rgb_contrast(black, tint) > pel_rgb_contrast(white, tint) ? black : white;
  }
  return tint;
}
