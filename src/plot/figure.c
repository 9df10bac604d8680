#include "src/plot/figure.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINE_HEIGHT 15.0
#define TITLE_HEIGHT 22.0
#define GAP 10.0
#define DOT "  \xc2\xb7  "
#define SWATCH 11.0

/* ---- caption ---- */

static bool add_line(pel_figure *f, size_t *room, const char *text) {
  char **grown = pel_grow(f->lines, room, f->n_lines + 1, sizeof *grown);
  if (!grown) return false;
  f->lines = grown;
  size_t size = strlen(text) + 1;
  grown[f->n_lines] = pel_alloc(size, 1);
  if (!grown[f->n_lines]) return false;
  memcpy(grown[f->n_lines++], text, size);
  return true;
}

/* A fact that is wider than the page is broken between words. */
static bool add_wrapped(pel_type *type, pel_figure *f, size_t *room, const char *fact, double width) {
  PangoLayout *layout = pel_type_layout(type, fact, PEL_SIZE_CAPTION, false);
  pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  bool good = true;
  for (int i = 0; good && i < pango_layout_get_line_count(layout); i++) {
    PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
    char text[sizeof((pel_caption *)0)->facts[0]];
    size_t size = (size_t)line->length < sizeof text ? (size_t)line->length : sizeof text - 1;
    memcpy(text, fact + line->start_index, size);
    while (size && text[size - 1] == ' ')
      size--;
    text[size] = 0;
    if (size) good = add_line(f, room, text);
  }
  g_object_unref(layout);
  return good;
}

/* As many whole facts to a line as go in: a statement is only broken when it fills more than a line. */
static bool set_lines(pel_type *type, const pel_caption *c, double width, pel_figure *f) {
  char line[2 * sizeof c->facts[0] + 64] = "", longer[sizeof line + sizeof c->facts[0] + 16];
  size_t room = 0;
  for (uint32_t i = 0; i < c->n_facts; i++) {
    snprintf(longer, sizeof longer, "%s%s%s", line, *line ? DOT : "", c->facts[i]);
    bool fits =
        strlen(longer) < sizeof line && pel_type_width(type, longer, PEL_SIZE_CAPTION, false) <= width;
    if (fits) {
      memcpy(line, longer, strlen(longer) + 1);
      continue;
    }
    if (*line && !add_line(f, &room, line)) return false;
    line[0] = 0;
    if (pel_type_width(type, c->facts[i], PEL_SIZE_CAPTION, false) > width) {
      if (!add_wrapped(type, f, &room, c->facts[i], width)) return false;
    } else
      snprintf(line, sizeof line, "%s", c->facts[i]);
  }
  return !*line || add_line(f, &room, line);
}

/* ---- layout ---- */

pel_status pel_figure_layout(pel_type *type, const pel_caption *caption, double width, double height,
                             bool title, bool facts, pel_figure *out, pel_error *err) {
  pel_figure f = {.width = width, .height = height, .has_title = title, .has_caption = facts};
  double pad = title || facts ? PEL_PAD : 0, inner = fmax(width - 2 * pad, 20);
  f.title = (pel_box){pad, pad, inner, title ? TITLE_HEIGHT : 0};
  if (facts && !set_lines(type, caption, inner, &f)) {
    pel_figure_clear(&f);
    return pel_fail_memory(err, "the caption", sizeof *caption);
  }
  double caption_height = f.n_lines ? GAP + f.n_lines * LINE_HEIGHT : 0;
  f.caption = (pel_box){pad, height - pad - caption_height, inner, caption_height};
  *out = f;
  return PEL_OK;
}

double pel_figure_overhead(pel_type *type, const pel_caption *caption, double width) {
  pel_figure f = {0};
  if (pel_figure_layout(type, caption, width, 0, true, true, &f, NULL) != PEL_OK) return 0;
  double height = 2 * PEL_PAD + f.title.h + f.caption.h;
  pel_figure_clear(&f);
  return height;
}

void pel_figure_clear(pel_figure *figure) {
  if (!figure) return;
  for (uint32_t i = 0; i < figure->n_lines; i++)
    free(figure->lines[i]);
  free(figure->lines);
  figure->lines = NULL;
  figure->n_lines = 0;
}

void pel_figure_draw(const pel_figure *f, pel_type *type, pel_canvas *canvas, const pel_caption *caption,
                     const pel_theme *theme) {
  pel_canvas_fill(canvas, (pel_box){0, 0, f->width, f->height}, theme->paper);
  if (f->has_title) {
    pel_text how = {.size = PEL_SIZE_TITLE, .bold = true, .color = theme->ink};
    pel_type_draw_fitted(type, canvas, caption->title,
                         (pel_point){f->title.x, f->title.y + PEL_SIZE_TITLE / 2}, f->title.w * 0.95, &how);
  }
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = theme->muted};
  for (uint32_t i = 0; i < f->n_lines; i++)
    pel_type_draw(type, canvas, f->lines[i],
                  (pel_point){f->caption.x, f->caption.y + GAP + (i + 0.5) * LINE_HEIGHT}, &how);
}

double pel_swatches_draw(pel_type *type, pel_canvas *canvas, const pel_swatch *swatches, uint32_t n, double x,
                         double y, const pel_theme *theme) {
  double from = x;
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = theme->muted};
  for (uint32_t i = 0; i < n; i++) {
    const pel_swatch *s = &swatches[i];
    pel_box box = {round(x), round(y - SWATCH / 2), SWATCH, SWATCH};
    if (canvas) {
      pel_canvas_fill(canvas, box, s->color);
      if (s->hatched) pel_canvas_hatch(canvas, box, 4, theme->faint);
      if (s->framed) pel_canvas_frame(canvas, box, 1, theme->faint);
      pel_type_draw(type, canvas, s->words, (pel_point){x + SWATCH + 6, y}, &how);
    }
    x += SWATCH + 6 + pel_type_width(type, s->words, PEL_SIZE_CAPTION, false) + 18;
  }
  return x - from;
}
