/* A drawing of parts that can be pointed at, chosen, said and walked between: layout -> draw -> pick -> describe, whatever it shows.
 *
 *   pel_diagram *d;
 *   pel_diagram_maker maker = pel_timeline_maker (&data);
 *   maker.layout (maker.data, &style, &(pel_diagram_room){.unit = 1}, &d, &err);
 *   pel_diagram_draw (d, canvas);
 *   uint32_t item = pel_diagram_pick (d, x, y, 20);
 *   char *sentence = pel_diagram_describe (d, item);     // owned by the caller
 *   pel_diagram_free (d);
 *
 * A diagram has thousands of items at most: what makes one leaves the others out, and says how many. */
#pragma once
#include "src/plot/card_text.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"
#include "src/plot/type.h"

#define PEL_DIAGRAM_NONE UINT32_MAX

typedef struct pel_diagram pel_diagram;

typedef struct pel_diagram_class {
  void (*draw)(const pel_diagram *, pel_canvas *);
  bool (*box)(const pel_diagram *, uint32_t item, pel_box *out);
  char *(*describe)(const pel_diagram *, uint32_t item); /* owned by the caller, NULL: no memory */
  int64_t (*node)(const pel_diagram *, uint32_t item);   /* of the logic tree, or 0; NULL: none ever has one */
  /* What its forms and colours mean, in lines of `width` from (x, y) on; canvas NULL: only measures. Its height. NULL: nothing to say. */
  double (*legend)(const pel_diagram *, pel_canvas *, double x, double y, double width);
  void (*clear)(pel_diagram *); /* all but the base */
} pel_diagram_class;

struct pel_diagram { /* the first member of each kind */
  const pel_diagram_class *class;
  pel_plot_style style;
  pel_type *type;
  pel_card_metrics metrics;
  double unit, width, height; /* px of a diagram's px; of the whole, from 0, 0 */
  uint32_t n_items;
};

typedef struct pel_diagram_room { /* 0: as the diagram likes */
  double width, height; /* of those that fill their room */
  double unit;          /* of the others */
} pel_diagram_room;

typedef struct pel_diagram_maker {
  const void *data; /* borrowed until the diagram is freed */
  pel_status (*layout)(const void *data, const pel_plot_style *style, const pel_diagram_room *room, pel_diagram **out, pel_error *err);
  bool fills;   /* takes any room as it is; otherwise a small page has it in a smaller unit */
  bool scrolls; /* of those: its height is its own, and a lower room leaves parts out */
} pel_diagram_maker;

/* A diagram of `size` bytes with its base filled in; `clear` is called by free from then on. */
pel_status pel_diagram_new(size_t size, const pel_diagram_class *class, const pel_plot_style *style, double unit, pel_diagram **out, pel_error *err);
void pel_diagram_free(pel_diagram *diagram); /* takes NULL */
void pel_diagram_draw(const pel_diagram *diagram, pel_canvas *canvas);
bool pel_diagram_box(const pel_diagram *diagram, uint32_t item, pel_box *out); /* false: no such item */
char *pel_diagram_describe(const pel_diagram *diagram, uint32_t item);
int64_t pel_diagram_node(const pel_diagram *diagram, uint32_t item);
/* The first item that stands for a node of the logic tree, or NONE. */
uint32_t pel_diagram_item_of(const pel_diagram *diagram, int64_t node);
/* The item at a point, else the nearest within the tolerance, or NONE. */
uint32_t pel_diagram_pick(const pel_diagram *diagram, double x, double y, double tolerance);
/* The nearest item in a direction (dx, dy), one of them 0, or NONE. */
uint32_t pel_diagram_step(const pel_diagram *diagram, uint32_t item, int dx, int dy);

/* ---- for those who draw ---- */

/* Text at (x, y) of `size` px x unit, cut to `room` (0: as long as it is). */
void pel_diagram_text(const pel_diagram *diagram, pel_canvas *canvas, const char *text, double x, double y, double size, bool bold, pel_align align,
                      pel_rgb color, double room);
double pel_diagram_text_width(const pel_diagram *diagram, const char *text, double size, bool bold);
/* A curve from `a` to `b` as points: it leaves level to the right (out 1) or left (-1), and its end lies right (in 1) or left (-1) of what it comes to. */
#define PEL_CURVE_POINTS 17
void pel_diagram_curve(pel_point a, int out, pel_point b, int in, pel_point points[PEL_CURVE_POINTS]);
__attribute__((format_arg(2))) static inline const char *pel_diagram_word(const pel_diagram *d, const char *word) { return pel_style_word(&d->style, word); }
