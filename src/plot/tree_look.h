/* How states, kinds and edges of a logic tree look: each by colour, by form and by word, so that any one suffices (colour-blind
 * readers, black-and-white print, a list of words). */
#pragma once
#include "src/plot/canvas.h"
#include "src/plot/theme.h"
#include <pellucid/span.h>

pel_rgb pel_state_color(const pel_theme *theme, pel_node_state state);
/* A background that the theme's ink can be read on, tinted by the state. */
pel_rgb pel_state_tint(const pel_theme *theme, pel_node_state state, float strength);
/* The state's sign in a square of `size` around `middle`. */
void pel_state_icon(pel_canvas *canvas, const pel_theme *theme, pel_node_state state, pel_point middle, double size);

typedef struct pel_stroke { /* of a border or an edge */
  double width, on, off;    /* on 0: a whole line */
} pel_stroke;
/* Borders by state: whole lines for what is settled, broken ones for what is not. */
pel_stroke pel_state_stroke(pel_node_state state);
pel_stroke pel_edge_stroke(pel_edge_kind kind);
pel_rgb pel_edge_color(const pel_theme *theme, pel_edge_kind kind);
/* The sign at the end of an edge that comes to `at` in the direction (dx, dy) of length 1. Its length is PEL_EDGE_HEAD x unit. */
#define PEL_EDGE_HEAD 10.0
void pel_edge_head(pel_canvas *canvas, const pel_theme *theme, pel_edge_kind kind, pel_point at, double dx, double dy, double unit);

/* English words for people, marked for the catalogue. */
const char *pel_kind_word(pel_node_kind kind);
const char *pel_state_word(pel_node_state state);
const char *pel_edge_word(pel_edge_kind kind);
