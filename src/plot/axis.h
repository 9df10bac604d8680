/* An axis of token positions: every token's label where they fit, round position numbers where they do not.
 */
#pragma once
#include "src/analysis/token_label.h"
#include "src/plot/theme.h"
#include "src/plot/type.h"

typedef enum pel_side { PEL_SIDE_TOP, PEL_SIDE_LEFT } pel_side;

typedef struct pel_axis {
  pel_side side;
  pel_range range;                          /* positions; the cells are range / block */
  uint32_t block;                           /* positions that a cell holds */
  const pel_labels *labels;                 /* NULL: numbers only; borrowed */
  const char *name;                         /* "query", "key" */
  bool show_labels, show;                   /* set by pel_axis_measure; show false: nothing is drawn */
  double text_room, index_room, label_size; /* likewise: the widest text (clipped), the widest number */
} pel_axis;

/* Decides what is shown when a cell is `cell` px; returns the room that the axis takes beside the map. */
double pel_axis_measure(pel_axis *axis, pel_type *type, double cell, bool labels_wanted);
/* Draws it against the map's box. */
void pel_axis_draw(const pel_axis *axis, pel_type *type, pel_canvas *canvas, pel_box map,
                   const pel_theme *theme);

/* The smallest cell, px, whose token labels can be read. */
#define PEL_AXIS_LABEL_CELL 11.0
