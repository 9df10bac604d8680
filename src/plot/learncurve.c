#include "src/plot/learncurve.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/plot/panel.h"
#include "src/plot/ticks.h"

#define LEFT 58.0
#define BETWEEN 40.0
#define BELOW 44.0
#define LINE 1.6

enum { LOSS, MRR, PANELS };

typedef struct panel {
  pel_panel base;
  bool any; /* a number to draw */
} panel;

struct pel_learncurve {
  pel_learncurve_data data;
  const pel_theme *theme;
  pel_type *type;
  double width, height;
  panel panels[PANELS];
  const char *names[PANELS], *epoch_word, *kept_word;
};

static double value_of(const pel_gnn_epoch *e, int which) { return which == LOSS ? e->loss : e->mrr; }

static void find_range(pel_learncurve *p, int which) {
  bool *any = &p->panels[which].any;
  pel_panel *x = &p->panels[which].base;
  x->low = INFINITY, x->high = -INFINITY;
  for (size_t i = 0; i < p->data.n; i++) {
    double v = value_of(&p->data.epochs[i], which);
    if (!isfinite(v)) continue;
    x->low = fmin(x->low, v), x->high = fmax(x->high, v), *any = true;
  }
  if (!*any) x->low = 0, x->high = 1;
  double room = fmax(0.05 * (x->high - x->low), 0.005);
  x->low = fmax(0, x->low - room);
  x->high = which == MRR ? fmin(1, x->high + room) : x->high + room;
}

pel_status pel_learncurve_layout(const pel_learncurve_data *data, const pel_plot_style *style, double width, double height, pel_learncurve **out, pel_error *err) {
  if (!data->n) return pel_fail(err, PEL_ERR_UNSUPPORTED, "nothing was learnt yet: there is no curve to draw");
  pel_learncurve *p = pel_alloc(1, sizeof *p);
  pel_type *type = p ? pel_type_new() : NULL;
  if (!type) {
    free(p);
    return pel_fail_memory(err, "a drawing", sizeof *p);
  }
  *p = (pel_learncurve){.data = *data, .theme = pel_style_theme(style), .type = type, .width = width, .height = height, .epoch_word = pel_style_word(style, N_("epoch"))};
  p->kept_word = pel_style_word(style, N_("kept epoch"));
  p->names[LOSS] = pel_style_word(style, N_("loss, nats an answer"));
  p->names[MRR] = pel_style_word(style, N_("validation MRR"));
  double top = PEL_PAD + 42, each = fmax(10, (height - top - BELOW - BETWEEN) / 2);
  for (int i = 0; i < PANELS; i++) {
    p->panels[i].base.box = (pel_box){LEFT, top + i * (each + BETWEEN), fmax(10, width - LEFT - PEL_PAD), each};
    find_range(p, i);
  }
  *out = p;
  return PEL_OK;
}

void pel_learncurve_free(pel_learncurve *p) {
  if (!p) return;
  pel_type_free(p->type);
  free(p);
}

static double x_of(const pel_learncurve *p, size_t epoch) { /* from 1 */
  const pel_box *b = &p->panels[LOSS].base.box;
  return p->data.n == 1 ? b->x + b->w / 2 : b->x + b->w * (double)(epoch - 1) / (double)(p->data.n - 1);
}

static void draw_epochs(const pel_learncurve *p, pel_canvas *canvas) {
  const pel_box *b = &p->panels[MRR].base.box;
  pel_text how = {.size = PEL_SIZE_LABEL, .align = PEL_ALIGN_MIDDLE, .color = p->theme->muted};
  uint32_t n = (uint32_t)p->data.n, step = pel_ticks_step(n, fmax(1, 44 * (double)n / b->w));
  for (uint32_t e = step; e <= n; e += step) {
    char text[16];
    snprintf(text, sizeof text, "%u", e);
    pel_type_draw(p->type, canvas, text, (pel_point){x_of(p, e), b->y + b->h + 14}, &how);
  }
  how.size = PEL_SIZE_AXIS;
  pel_type_draw(p->type, canvas, p->epoch_word, (pel_point){b->x + b->w / 2, b->y + b->h + 32}, &how);
}

/* A break where an epoch has no number. */
static void draw_line(const pel_learncurve *p, int which, pel_canvas *canvas) {
  const pel_panel *x = &p->panels[which].base;
  pel_rgb color = pel_palette_color(PEL_PALETTE_VIRIDIS, which == LOSS ? 0.25f : 0.55f);
  for (size_t i = 0; i < p->data.n; i++) {
    double v = value_of(&p->data.epochs[i], which), before = i ? value_of(&p->data.epochs[i - 1], which) : NAN;
    if (!isfinite(v)) continue;
    if (isfinite(before)) pel_canvas_line(canvas, x_of(p, i), pel_panel_y(x, before), x_of(p, i + 1), pel_panel_y(x, v), LINE, color);
    if (p->data.n <= 60) pel_canvas_disc(canvas, (pel_point){x_of(p, i + 1), pel_panel_y(x, v)}, 2, color);
  }
}

/* The epoch that was kept: a ring around it, and in words above, where no line is in the way. */
static void draw_best(const pel_learncurve *p, pel_canvas *canvas) {
  uint32_t best = p->data.best;
  double v = best && best <= p->data.n ? p->data.epochs[best - 1].mrr : NAN;
  const pel_panel *x = &p->panels[MRR].base;
  if (!isfinite(v)) return;
  char text[120], number[40];
  snprintf(text, sizeof text, "%s: %u (%s)", p->kept_word, best, pel_format_fixed(number, sizeof number, v, 3));
  pel_canvas_ring(canvas, (pel_point){x_of(p, best), pel_panel_y(x, v)}, 5, LINE, p->theme->accent);
  pel_text how = {.size = PEL_SIZE_LABEL, .bold = true, .align = PEL_ALIGN_END, .color = p->theme->accent};
  pel_type_draw(p->type, canvas, text, (pel_point){x->box.x + x->box.w, x->box.y - 11}, &how);
}

void pel_learncurve_draw(const pel_learncurve *p, pel_canvas *canvas) {
  pel_text title = {.size = PEL_SIZE_TITLE, .bold = true, .color = p->theme->ink}, name = {.size = PEL_SIZE_AXIS, .color = p->theme->ink};
  pel_canvas_fill(canvas, (pel_box){0, 0, p->width, p->height}, p->theme->paper);
  pel_type_draw_fitted(p->type, canvas, p->data.title, (pel_point){PEL_PAD, PEL_PAD + 2}, p->width - 2 * PEL_PAD, &title);
  for (int i = 0; i < PANELS; i++) {
    const pel_panel *x = &p->panels[i].base;
    pel_type_draw(p->type, canvas, p->names[i], (pel_point){x->box.x, x->box.y - 11}, &name);
    pel_panel_draw(x, p->type, canvas, p->theme);
    if (p->panels[i].any) draw_line(p, i, canvas);
  }
  draw_best(p, canvas);
  draw_epochs(p, canvas);
}

uint32_t pel_learncurve_pick(const pel_learncurve *p, double x, double y) {
  const pel_box *top = &p->panels[LOSS].base.box, *bottom = &p->panels[MRR].base.box;
  if (x < top->x - 4 || x > top->x + top->w + 4 || y < top->y || y > bottom->y + bottom->h) return 0;
  double share = (x - top->x) / top->w * (double)(p->data.n - 1);
  return 1 + (uint32_t)fmin((double)(p->data.n - 1), fmax(0, floor(share + 0.5)));
}

char *pel_learncurve_describe(const pel_learncurve *p, uint32_t epoch) {
  if (!epoch || epoch > p->data.n) return NULL;
  const pel_gnn_epoch *e = &p->data.epochs[epoch - 1];
  char loss[40], mrr[40], *text = NULL;
  pel_format_fixed(loss, sizeof loss, e->loss, 3);
  pel_format_fixed(mrr, sizeof mrr, e->mrr, 3);
  int n = isfinite(e->mrr) ? asprintf(&text, "Epoch %u: loss %s, validation MRR %s, %.0f s", epoch, loss, mrr, e->seconds) : asprintf(&text, "Epoch %u: loss %s, %.0f s", epoch, loss, e->seconds);
  return n < 0 ? NULL : text;
}
