#include "src/plot/panel.h"

#include <math.h>

#include "src/plot/ticks.h"

#define TICK_ROOM 34.0

double pel_panel_y(const pel_panel *p, double value) { return p->box.y + p->box.h * (1 - (value - p->low) / (p->high - p->low)); }

void pel_panel_draw(const pel_panel *p, pel_type *type, pel_canvas *canvas, const pel_theme *theme) {
  pel_ticks ticks;
  pel_ticks_linear(p->low, p->high, (uint32_t)fmax(2, p->box.h / TICK_ROOM), &ticks);
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_END, .color = theme->muted};
  for (uint32_t i = 0; i < ticks.n; i++) {
    double y = p->box.y + p->box.h * (1 - ticks.at[i]);
    pel_canvas_line(canvas, p->box.x, y, p->box.x + p->box.w, y, 0.5, theme->faint);
    pel_type_draw(type, canvas, ticks.text[i], (pel_point){p->box.x - 6, y}, &how);
  }
  pel_canvas_frame(canvas, p->box, 1, theme->frame);
}
