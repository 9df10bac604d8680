/* Inside the tree's canvas: tree_canvas.c has what is shown and chosen, tree_viewport.c which part of it is seen, tree_hands.c what hands do,
 * tree_paint.c the picture, tree_marks.c what is otherwise in another reasoning. */
#pragma once
#include "src/plot/type.h"
#include "ui/tree_canvas.h"

#define PEL_TREE_TOLERANCE 30.0 /* screen px around a card that still mean it */

struct _PelTreeCanvas {
  GtkWidget parent;
  pel_reasoned *of;    /* borrowed, or NULL */
  pel_logictree *plot; /* of its tree as it is now, or NULL */
  pel_type *type;
  pel_tree_direction direction;
  bool dark;
  double unit;  /* the desktop's text scaling */
  double x, y;  /* the tree's point in the upper left corner */
  double scale; /* px per px of the tree */
  bool fitted;  /* all of it is shown, whatever the size */
  bool placed;  /* the first view was chosen, which needs a size */
  uint32_t at;  /* item that is chosen, or PEL_TREE_NONE */
  uint32_t pointed; /* item under the pointer, or PEL_TREE_NONE */
  const pel_mark *marks; /* [n_nodes], borrowed, or NULL */
  bool marks_in_b;
  GArray *marked; /* int64_t nodes with a mark */
  double pointer_x, pointer_y, drag_x, drag_y;
};

/* tree_canvas.c */
void pel_tree_canvas_say(PelTreeCanvas *canvas, uint32_t item); /* of an item; NONE: of what is chosen */
void pel_tree_canvas_say_edge(PelTreeCanvas *canvas, uint32_t item);

/* tree_marks.c */
void pel_tree_canvas_draw_marks(PelTreeCanvas *canvas, pel_canvas *paper, const pel_theme *theme, pel_box view);
char *pel_tree_canvas_with_mark(PelTreeCanvas *canvas, uint32_t item, char *text); /* takes the text, gives another */

/* tree_viewport.c */
void pel_tree_canvas_fit(PelTreeCanvas *canvas);
void pel_tree_canvas_place(PelTreeCanvas *canvas); /* the first view of a tree, or all of it where it is fitted */
void pel_tree_canvas_zoom_at(PelTreeCanvas *canvas, double scale, double px, double py);
void pel_tree_canvas_move_to(PelTreeCanvas *canvas, double x, double y);
void pel_tree_canvas_show_item(PelTreeCanvas *canvas, uint32_t item); /* moves only as far as it must */
bool pel_tree_canvas_pick_at(const PelTreeCanvas *canvas, double px, double py, pel_tree_hit *out);

/* tree_hands.c */
void pel_tree_canvas_add_hands(PelTreeCanvas *canvas);

/* tree_paint.c */
void pel_tree_canvas_paint(PelTreeCanvas *canvas, GtkSnapshot *snapshot);
