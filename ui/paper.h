/* What a chart is drawn on: the whole of its widget. */
#pragma once
#include <gtk/gtk.h>

#include "src/plot/canvas.h"

typedef struct pel_paper {
  pel_canvas_cairo cairo;
  pel_canvas *canvas;
  cairo_t *cr;
  pel_box all;
} pel_paper;

/* False where the widget has no room; otherwise pel_paper_end follows. */
bool pel_paper_begin(pel_paper *paper, GtkWidget *widget, GtkSnapshot *snapshot);
void pel_paper_end(pel_paper *paper);

/* How much larger than usual the desktop's text is. */
double pel_text_scaling(GtkWidget *widget);
