/* A diagram as a page of its own: title, diagram, what its forms and colours mean, caption. */
#pragma once
#include "src/analysis/caption.h"
#include "src/plot/diagram.h"

typedef struct pel_diagram_page pel_diagram_page;

/* The size at which the diagram has its own. */
void pel_diagram_page_size(const pel_diagram_maker *maker, const pel_caption *caption, const pel_plot_style *style, double *width, double *height);
/* maker->data and caption are borrowed until free. */
pel_status pel_diagram_page_layout(const pel_diagram_maker *maker, const pel_caption *caption, const pel_plot_style *style, double width, double height,
                                   pel_diagram_page **out, pel_error *err);
void pel_diagram_page_free(pel_diagram_page *page);
void pel_diagram_page_draw(const pel_diagram_page *page, pel_canvas *canvas);
