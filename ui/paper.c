#include "ui/paper.h"

bool pel_paper_begin(pel_paper *paper, GtkWidget *widget, GtkSnapshot *snapshot) {
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  if (width < 1 || height < 1) return false;
  paper->all = (pel_box){0, 0, width, height};
  paper->cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  paper->canvas = pel_canvas_cairo_init(&paper->cairo, paper->cr);
  return true;
}

void pel_paper_end(pel_paper *paper) { cairo_destroy(paper->cr); }

/* It is part of the desktop's resolution. */
double pel_text_scaling(GtkWidget *widget) {
  int dpi = 0;
  g_object_get(gtk_widget_get_settings(widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? CLAMP(dpi / 1024.0 / 96.0, 0.5, 4) : 1;
}
