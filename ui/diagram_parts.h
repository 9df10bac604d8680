/* Inside a diagram's canvas: diagram_canvas.c has what is shown and chosen, diagram_hands.c what hands do. */
#pragma once
#include "ui/diagram_canvas.h"

struct _PelDiagramCanvas {
  GtkWidget parent;
  char *name; /* begins what is heard */
  pel_diagram_maker maker; /* layout NULL: none */
  pel_diagram *plot;       /* or NULL */
  bool dark, placed, fitted;
  double unit;             /* the desktop's text scaling */
  double x, y, scale;      /* the diagram's point in the upper left corner; px per px of it */
  int laid_width, laid_height;
  uint32_t at, pointed;    /* items, or PEL_DIAGRAM_NONE */
  double pointer_x, pointer_y, drag_x, drag_y;
};

void pel_diagram_canvas_say(PelDiagramCanvas *canvas, uint32_t item); /* NONE: what is chosen */
void pel_diagram_canvas_move_to(PelDiagramCanvas *canvas, double x, double y);
void pel_diagram_canvas_zoom_at(PelDiagramCanvas *canvas, double scale, double px, double py);
void pel_diagram_canvas_follow(PelDiagramCanvas *canvas, uint32_t item);
uint32_t pel_diagram_canvas_item_at(PelDiagramCanvas *canvas, double px, double py);
void pel_diagram_canvas_add_hands(PelDiagramCanvas *canvas);
