/* The logic tree as a picture that is explored: zoomed, panned, walked from card to card, folded and unfolded. What is chosen stays where
 * it is when something unfolds. Signals: "chosen" (gint64 node; also when it is
 * another item of the same node), "changed" (other nodes are shown), "described" (sentence, of what is
 * pointed at or chosen). */
#pragma once
#include <gtk/gtk.h>

#include "src/core/contrast.h"
#include "src/core/reasoned.h"
#include "src/plot/logictree.h"

#define PEL_TYPE_TREE_CANVAS (pel_tree_canvas_get_type())
G_DECLARE_FINAL_TYPE(PelTreeCanvas, pel_tree_canvas, PEL, TREE_CANVAS, GtkWidget)

GtkWidget *pel_tree_canvas_new(void);
/* Borrowed until the next call; NULL: nothing. Its tree is changed by this widget alone. */
void pel_tree_canvas_set_reasoned(PelTreeCanvas *canvas, pel_reasoned *reasoned);
/* What is otherwise in another reasoning; borrowed until the next call or another reasoning; NULL: nothing. */
void pel_tree_canvas_set_marks(PelTreeCanvas *canvas, const pel_mark *marks, bool in_b);
void pel_tree_canvas_set_dark(PelTreeCanvas *canvas, bool dark);
void pel_tree_canvas_set_direction(PelTreeCanvas *canvas, pel_tree_direction direction);
pel_tree_direction pel_tree_canvas_get_direction(PelTreeCanvas *canvas);

/* Makes the node seen, whatever has to unfold for that. 0: the first conclusion. */
void pel_tree_canvas_choose(PelTreeCanvas *canvas, int64_t node);
int64_t pel_tree_canvas_get_chosen(PelTreeCanvas *canvas); /* 0: none; of "+N more" its parent */
/* The same by item of the tree; `show` moves the view where it has to. */
void pel_tree_canvas_choose_item(PelTreeCanvas *canvas, uint32_t item, bool show);
uint32_t pel_tree_canvas_get_item(PelTreeCanvas *canvas); /* or PEL_TREE_NONE */
void pel_tree_canvas_follow(PelTreeCanvas *canvas, uint32_t item); /* "+N more" unfolds, a reference leads to what it names, a card folds */

void pel_tree_canvas_cover(PelTreeCanvas *canvas, double share);
void pel_tree_canvas_toggle(PelTreeCanvas *canvas);              /* the chosen card: folded or unfolded; "+N more": all of them */
void pel_tree_canvas_open(PelTreeCanvas *canvas, int64_t node);  /* all of its reasons, whatever the share */
void pel_tree_canvas_fold_below(PelTreeCanvas *canvas);          /* the reasons of what is chosen */
void pel_tree_canvas_fold_others(PelTreeCanvas *canvas);         /* what neither leads to it nor hangs below it */
void pel_tree_canvas_unfold_all(PelTreeCanvas *canvas);
/* By steps of cards: to the one before or after among its siblings, to its parent or its first reason. False: there is none. */
typedef enum pel_tree_step { PEL_STEP_PARENT, PEL_STEP_CHILD, PEL_STEP_BEFORE, PEL_STEP_AFTER } pel_tree_step;
bool pel_tree_canvas_step(PelTreeCanvas *canvas, pel_tree_step step);

/* Around the middle of the view, or the chosen card where it is seen; 0 fits all of it. */
void pel_tree_canvas_zoom(PelTreeCanvas *canvas, double factor);
void pel_tree_canvas_pan(PelTreeCanvas *canvas, double dx, double dy); /* px */
double pel_tree_canvas_get_scale(PelTreeCanvas *canvas);
/* The same reasoning has other reviews. */
void pel_tree_canvas_refresh(PelTreeCanvas *canvas);
