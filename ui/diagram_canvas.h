/* A diagram (src/plot/diagram.h) that is explored: zoomed and panned where it has a size of its own, walked from item to item by keys, chosen from by
 * hand. Signals: "chosen" (guint item), "followed" (guint item: Return, or a second click), "described" (sentence, of what is pointed at or chosen). */
#pragma once
#include <gtk/gtk.h>

#include "src/plot/diagram.h"

#define PEL_TYPE_DIAGRAM_CANVAS (pel_diagram_canvas_get_type())
G_DECLARE_FINAL_TYPE(PelDiagramCanvas, pel_diagram_canvas, PEL, DIAGRAM_CANVAS, GtkWidget)

/* `name` begins what a screen reader says: "Search". */
GtkWidget *pel_diagram_canvas_new(const char *name);
void pel_diagram_canvas_set_name(PelDiagramCanvas *canvas, const char *name); /* is heard with the next refresh or choice */
/* What the maker has is borrowed until the next call; NULL: nothing. */
void pel_diagram_canvas_set_maker(PelDiagramCanvas *canvas, const pel_diagram_maker *maker);
void pel_diagram_canvas_set_dark(PelDiagramCanvas *canvas, bool dark);
/* The same items show other numbers. */
void pel_diagram_canvas_refresh(PelDiagramCanvas *canvas);
void pel_diagram_canvas_choose(PelDiagramCanvas *canvas, uint32_t item, bool show); /* NONE: nothing is */
uint32_t pel_diagram_canvas_get_item(PelDiagramCanvas *canvas);
const pel_diagram *pel_diagram_canvas_get_plot(PelDiagramCanvas *canvas); /* or NULL */
void pel_diagram_canvas_zoom(PelDiagramCanvas *canvas, double factor); /* 0: all of it */
