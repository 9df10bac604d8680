#include "src/plot/tree_legend.h"

#include <string.h>

#include "src/plot/tree_look.h"

#define ROW 22.0
#define SIGN 26.0 /* of a small card or a piece of an edge */
#define BETWEEN 18.0

typedef struct setting { /* where the next entry goes */
  const pel_card_pens *p;
  pel_canvas *canvas; /* NULL: only measures */
  double left, right, x, y;
} setting;

/* Room for a sign of `sign` px and its words; the y of its middle. */
static double place(setting *s, const char *word, double sign, double *x) {
  double width = sign + 6 + pel_type_width(s->p->type, word, PEL_SIZE_CAPTION, false);
  if (s->x > s->left && s->x + width > s->right) s->x = s->left, s->y += ROW;
  *x = s->x;
  s->x += width + BETWEEN;
  return s->y + ROW / 2;
}

static void put_word(const setting *s, const char *word, double x, double y) {
  pel_text how = {.size = PEL_SIZE_CAPTION, .color = s->p->theme->muted};
  pel_type_draw(s->p->type, s->canvas, word, (pel_point){x, y}, &how);
}

static void put_kind(setting *s, pel_node_kind kind) {
  const char *word = pel_style_word(s->p->style, pel_kind_word(kind));
  double x, y = place(s, word, SIGN, &x);
  if (!s->canvas) return;
  pel_card_pens small = *s->p;
  small.unit = 0.55;
  double h = kind == PEL_NODE_CHECK ? 9 : 14, w = kind == PEL_NODE_CHECK ? 18 : SIGN;
  pel_card_sample(&small, s->canvas, kind, (pel_box){x, y - h / 2, w, h});
  put_word(s, word, x + SIGN + 6, y);
}

static void put_state(setting *s, pel_node_state state) {
  const char *word = pel_style_word(s->p->style, pel_state_word(state));
  double x, y = place(s, word, 13, &x);
  if (!s->canvas) return;
  pel_state_icon(s->canvas, s->p->theme, state, (pel_point){x + 6.5, y}, 13);
  put_word(s, word, x + 13 + 6, y);
}

static void put_edge(setting *s, pel_edge_kind kind) {
  const char *word = pel_style_word(s->p->style, pel_edge_word(kind));
  double x, y = place(s, word, SIGN + 12, &x);
  if (!s->canvas) return;
  pel_stroke stroke = pel_edge_stroke(kind);
  s->canvas->class->dash(s->canvas, stroke.on, stroke.off);
  pel_canvas_line(s->canvas, x, y, x + SIGN + 9, y, stroke.width, pel_edge_color(s->p->theme, kind));
  s->canvas->class->dash(s->canvas, 0, 0);
  pel_edge_head(s->canvas, s->p->theme, kind, (pel_point){x + SIGN + 12, y}, 1, 0, 1);
  put_word(s, word, x + SIGN + 12 + 6, y);
}

typedef struct present { /* what the shown part of a tree has */
  bool kinds[PEL_NODE_KINDS], states[PEL_STATES], edges[PEL_EDGE_KINDS];
} present;

static present look_through(const pel_logic_tree *t) {
  present has = {0};
  for (uint32_t i = 0; i < t->n_items; i++) {
    const pel_tree_item *item = &t->items[i];
    const pel_node *n = &t->reasoning->nodes[item->node];
    if (item->edge != PEL_TREE_NONE) has.edges[t->reasoning->edges[item->edge].kind] = true;
    if (item->kind != PEL_ITEM_NODE) continue;
    if ((unsigned)n->kind < PEL_NODE_KINDS) has.kinds[n->kind] = true;
    if ((unsigned)n->state < PEL_STATES) has.states[n->state] = true;
  }
  return has;
}

double pel_tree_legend(const pel_card_pens *p, pel_canvas *canvas, const pel_logic_tree *t, double x, double y, double width) {
  present has = look_through(t);
  setting s = {p, canvas, x, x + width, x, y};
  for (int i = 0; i < PEL_NODE_KINDS; i++)
    if (has.kinds[i]) put_kind(&s, (pel_node_kind)i);
  s.x = s.left, s.y += ROW;
  for (int i = 0; i < PEL_STATES; i++)
    if (has.states[i]) put_state(&s, (pel_node_state)i);
  for (int i = 0; i < PEL_EDGE_KINDS; i++)
    if (has.edges[i]) put_edge(&s, (pel_edge_kind)i);
  return s.y + ROW - y;
}
