#include "src/plot/colorbar.h"

#include "engine/base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TICK_APART 16.0 /* px between two tick labels, at least */
#define LINEAR_APART 40.0
#define NAME_GAP 8.0

static void end_text(double v, char *out, size_t size) { /* two digits that count */
  int digits = v == 0 ? 0 : (int)fmax(0, 1 - floor(log10(fabs(v))));
  if (digits > 4)
    snprintf(out, size, "%s", "");
  else
    pel_format_fixed(out, size, v, digits);
}

/* Ends of the bar get their own number where no round one stands near. With less than two powers of ten the
 * ends come first: without them the bar could not be read. */
static void name_ends(const pel_colorbar *bar, pel_ticks *ticks) {
  pel_ticks named = {.n_minor = ticks->n_minor};
  bool few = ticks->n < 2;
  memcpy(named.minor, ticks->minor, sizeof named.minor);
  for (int end = 0; end < 2; end++) {
    char text[32];
    bool free_room = true;
    for (uint32_t i = 0; i < ticks->n; i++)
      free_room &= fabs(ticks->at[i] - end) * bar->box.h > TICK_APART;
    end_text(end ? bar->high : bar->low, text, sizeof text);
    if (*text && (few || free_room)) pel_ticks_add(&named, end, text);
  }
  for (uint32_t i = 0; i < ticks->n; i++) {
    double from_end = fmin(ticks->at[i], 1 - ticks->at[i]) * bar->box.h;
    if (!few || from_end > TICK_APART || named.n < 2) pel_ticks_add(&named, ticks->at[i], ticks->text[i]);
  }
  *ticks = named;
}

static void make_ticks(const pel_colorbar *bar, pel_ticks *out) {
  uint32_t most = (uint32_t)fmax(1, fmin(bar->box.h / (bar->log ? TICK_APART : LINEAR_APART), 12));
  if (bar->log)
    pel_ticks_log(bar->low, bar->high, most, out);
  else
    pel_ticks_linear(bar->low, bar->high, most, out);
  if (bar->low < bar->high) name_ends(bar, out);
}

double pel_colorbar_room(pel_type *type, const pel_colorbar *bar) {
  pel_ticks ticks;
  double widest = 0;
  make_ticks(bar, &ticks);
  for (uint32_t i = 0; i < ticks.n; i++)
    widest = fmax(widest, pel_type_width(type, ticks.text[i], PEL_SIZE_LABEL, false));
  return 8 + widest + (bar->name ? NAME_GAP + PEL_SIZE_LABEL : 0);
}

static void draw_ramp(const pel_colorbar *bar, pel_canvas *canvas, const pel_theme *theme,
                      pel_palette palette) {
  uint32_t pixels[256];
  for (int i = 0; i < 256; i++) {
    float value = bar->down ? (float)i / 255 : (float)(255 - i) / 255;
    pixels[i] = pel_rgb_pack(bar->tint ? pel_theme_tint(theme, palette, value, NULL)
                                       : pel_palette_color(palette, value));
  }
  pel_canvas_image(canvas, pixels, 1, 256, bar->box);
  pel_canvas_frame(canvas, bar->box, 1, theme->frame);
}

static double tick_y(const pel_colorbar *bar, double at) {
  double share = bar->down ? at : 1 - at;
  return bar->box.y + 0.5 + share * (bar->box.h - 1);
}

void pel_colorbar_draw(const pel_colorbar *bar, pel_type *type, pel_canvas *canvas, const pel_theme *theme,
                       pel_palette palette) {
  pel_ticks ticks;
  double right = bar->box.x + bar->box.w;
  make_ticks(bar, &ticks);
  draw_ramp(bar, canvas, theme, palette);
  for (uint32_t i = 0; i < ticks.n_minor; i++)
    pel_canvas_line(canvas, right, tick_y(bar, ticks.minor[i]), right + 2.5, tick_y(bar, ticks.minor[i]), 0.6,
                    theme->frame);
  pel_text how = {.size = PEL_SIZE_LABEL, .color = theme->muted};
  for (uint32_t i = 0; i < ticks.n; i++) {
    double y = tick_y(bar, ticks.at[i]);
    pel_canvas_line(canvas, right, y, right + 4.5, y, 1, theme->frame);
    pel_type_draw(type, canvas, ticks.text[i], (pel_point){right + 8, y}, &how);
  }
  if (!bar->name) return;
  double x = right + pel_colorbar_room(type, bar) - PEL_SIZE_LABEL / 2;
  how.turn = PEL_TURN_UP;
  how.align = PEL_ALIGN_MIDDLE;
  bool fits = pel_type_width(type, bar->name, PEL_SIZE_LABEL, false) <= bar->box.h;
  pel_type_draw_fitted(type, canvas, fits || !bar->brief ? bar->name : bar->brief,
                       (pel_point){x, bar->box.y + bar->box.h / 2}, bar->box.h, &how);
}
