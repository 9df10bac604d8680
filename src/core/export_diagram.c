/* A diagram on a page, as a picture. */
#include "src/core/export_tree_parts.h"
#include "src/plot/diagram_page.h"

static void draw(const void *page, pel_canvas *canvas) { pel_diagram_page_draw(page, canvas); }

pel_status pel_export_diagram(const pel_diagram_maker *maker, const pel_caption *caption, const pel_reasoning_origin *origin, const pel_export_options *o,
                              pel_export_format format, pel_outfile *file, pel_error *err) {
  pel_plot_style style = pel_export_style(o);
  pel_diagram_page *page;
  double width, height;
  pel_diagram_page_size(maker, caption, &style, &width, &height);
  PEL_TRY(pel_export_settle_size(o, format, &width, &height, err));
  PEL_TRY(pel_diagram_page_layout(maker, caption, &style, width, height, &page, err));
  pel_status status = pel_export_write_picture(origin->created, caption, format, width, height, draw, page, file, err);
  pel_diagram_page_free(page);
  return status;
}
