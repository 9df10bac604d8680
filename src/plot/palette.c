#include "src/plot/palette.h"

#include <math.h>
#include <string.h>

#define POINTS 33

/* Control points at 0, 1/32, ... 1; in between, linear in sRGB. Within 2/255 of the published tables
 * (cividis: 6/255, where the published one jumps). */
static const uint32_t tables[][POINTS] = {
    [PEL_PALETTE_VIRIDIS] = {0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453681, 0x424086,
                             0x3f4989, 0x3b528b, 0x375a8d, 0x33638d, 0x2f6a8e, 0x2c728e, 0x297a8e,
                             0x26818e, 0x23898e, 0x21908c, 0x1f988b, 0x1f9f88, 0x21a685, 0x28ae80,
                             0x31b57b, 0x3ebc74, 0x4cc26c, 0x5dc963, 0x6ece58, 0x82d34c, 0x96d83f,
                             0xabdc32, 0xc0df24, 0xd5e21a, 0xeae51a, 0xfde725},
    [PEL_PALETTE_CIVIDIS] = {0x00224e, 0x00285b, 0x002e6a, 0x043371, 0x1a386f, 0x273e6e, 0x32436d,
                             0x3b496c, 0x434e6c, 0x4b546c, 0x52596d, 0x5a5f6e, 0x61656f, 0x686a71,
                             0x6f7073, 0x757676, 0x7c7b78, 0x848179, 0x8b8778, 0x938d78, 0x9b9376,
                             0xa39a75, 0xaba072, 0xb3a670, 0xbbad6c, 0xc3b469, 0xccba64, 0xd4c15f,
                             0xddc958, 0xe6d051, 0xefd748, 0xf8df3c, 0xfee838},
    [PEL_PALETTE_MAGMA] = {0x000004, 0x030311, 0x0a0822, 0x130d33, 0x1d1146, 0x28115a, 0x36106a,
                           0x430f76, 0x50127c, 0x5d177f, 0x691c81, 0x762181, 0x822681, 0x8f2a81,
                           0x9c2e7f, 0xa9327d, 0xb63779, 0xc33b75, 0xcf4170, 0xdb486a, 0xe65163,
                           0xee5c5e, 0xf5695c, 0xf9785d, 0xfb8761, 0xfd9668, 0xfea571, 0xfeb47b,
                           0xfec387, 0xfed194, 0xfde0a2, 0xfceeb0, 0xfcfdbf},
    [PEL_PALETTE_INFERNO] = {0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2e0a5a, 0x3c0965,
                             0x4a0c6b, 0x57106d, 0x63146e, 0x70196e, 0x7d1e6d, 0x89226a, 0x962766,
                             0xa32b61, 0xaf315c, 0xbb3755, 0xc63e4d, 0xd14644, 0xdb4f3b, 0xe35932,
                             0xeb6528, 0xf1711e, 0xf67f14, 0xf98d0a, 0xfb9c06, 0xfcab0f, 0xfbba1f,
                             0xf9ca32, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4},
};

/* Equal steps of OKLab lightness on both sides of the middle, hue 255 degrees below and 55 above. */
static const uint32_t diverging[] = {0x274e7e, 0x2e619f, 0x3b75bd, 0x4e8ad4, 0x689fe6, 0x86b5f1,
                                     0xa9cbf7, 0xcee0f8, 0xf5f5f5, 0xf3d9c7, 0xeebc9c, 0xe4a173,
                                     0xd6874f, 0xc37030, 0xab5c18, 0x904b0e, 0x723d12};

static const char *const names[PEL_PALETTES] = {"viridis", "cividis", "magma",
                                                "inferno", "grey",    "diverging"};

const char *pel_palette_name(pel_palette palette) {
  return (unsigned)palette < PEL_PALETTES ? names[palette] : "?";
}

bool pel_palette_parse(const char *name, pel_palette *out) {
  for (int i = 0; i < PEL_PALETTES; i++)
    if (strcmp(name, names[i]) == 0) {
      *out = (pel_palette)i;
      return true;
    }
  return false;
}

pel_rgb pel_rgb_hex(uint32_t c) {
  return (pel_rgb){(float)(c >> 16 & 255) / 255, (float)(c >> 8 & 255) / 255, (float)(c & 255) / 255};
}

static uint32_t to_byte(float x) { return x <= 0 ? 0 : x >= 1 ? 255 : (uint32_t)(x * 255 + 0.5f); }

uint32_t pel_rgb_pack(pel_rgb c) { return to_byte(c.r) << 16 | to_byte(c.g) << 8 | to_byte(c.b); }

pel_rgb pel_rgb_mix(pel_rgb a, pel_rgb b, float t) {
  return (pel_rgb){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

static pel_rgb look_up(const uint32_t *table, int n, float value) {
  float at = value * (float)(n - 1);
  int i = (int)at;
  if (i >= n - 1) return pel_rgb_hex(table[n - 1]);
  return pel_rgb_mix(pel_rgb_hex(table[i]), pel_rgb_hex(table[i + 1]), at - (float)i);
}

/* --- CIE L*a*b* --- */

static float linear(float x) { return x <= 0.04045f ? x / 12.92f : powf((x + 0.055f) / 1.055f, 2.4f); }
static float curved(float x) { return x <= 0.0031308f ? x * 12.92f : 1.055f * powf(x, 1 / 2.4f) - 0.055f; }
static float luminance(pel_rgb c) {
  return 0.2126f * linear(c.r) + 0.7152f * linear(c.g) + 0.0722f * linear(c.b);
}
static float lab_root(float t) { return t > 0.008856f ? cbrtf(t) : 7.787f * t + 16.0f / 116; }

pel_lab pel_rgb_lab(pel_rgb c) {
  float r = linear(c.r), g = linear(c.g), b = linear(c.b);
  float x = lab_root((0.4124f * r + 0.3576f * g + 0.1805f * b) / 0.9505f);
  float y = lab_root(0.2126f * r + 0.7152f * g + 0.0722f * b);
  float z = lab_root((0.0193f * r + 0.1192f * g + 0.9505f * b) / 1.089f);
  return (pel_lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

float pel_rgb_distance(pel_rgb a, pel_rgb b) {
  pel_lab x = pel_rgb_lab(a), y = pel_rgb_lab(b);
  return sqrtf((x.l - y.l) * (x.l - y.l) + (x.a - y.a) * (x.a - y.a) + (x.b - y.b) * (x.b - y.b));
}

float pel_rgb_contrast(pel_rgb a, pel_rgb b) {
  float x = luminance(a) + 0.05f, y = luminance(b) + 0.05f;
  return x > y ? x / y : y / x;
}

/* Grey of equal steps in L*, from 8 to 97: black ink still stands out from its ends. */
static pel_rgb grey(float value) {
  float l = 8 + 89 * value, f = (l + 16) / 116;
  float y = curved(f * f * f > 0.008856f ? f * f * f : (f - 16.0f / 116) / 7.787f);
  return (pel_rgb){y, y, y};
}

pel_rgb pel_palette_color(pel_palette palette, float value) {
  if (!(value > 0)) value = 0;
  if (value > 1) value = 1;
  if (palette == PEL_PALETTE_GREY) return grey(value);
  if (palette == PEL_PALETTE_DIVERGING)
    return look_up(diverging, sizeof diverging / sizeof *diverging, value);
  return look_up(tables[(unsigned)palette <= PEL_PALETTE_INFERNO ? palette : PEL_PALETTE_VIRIDIS], POINTS,
                 value);
}
