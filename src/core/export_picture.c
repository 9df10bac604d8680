#include "src/analysis/caption.h"
#include "src/core/export_parts.h"
#include "src/plot/headgrid.h"
#include "src/plot/heatmap.h"
#include "src/plot/picture.h"
#include "src/plot/tokenflow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_DEFAULT 1024 /* each way, of a picture whose size is chosen here */
#define LABELS_MAX 1500    /* more tokens never have room for their labels */

/* ---- what all pictures share ---- */

static bool write_out(const void *data, size_t size, void *user) {
  return pel_outfile_write(user, data, size);
}

pel_plot_style pel_export_style(const pel_export_options *o) {
  return (pel_plot_style){.theme = pel_theme_get(o->dark), .palette = o->palette};
}

static pel_picture_format picture_format(pel_export_format format) {
  return format == PEL_FORMAT_PNG   ? PEL_PICTURE_PNG
         : format == PEL_FORMAT_PDF ? PEL_PICTURE_PDF
                                    : PEL_PICTURE_SVG;
}

/* Asked-for sizes win over the chosen ones; both are checked. */
pel_status pel_export_settle_size(const pel_export_options *o, pel_export_format format, double *width,
                              double *height, pel_error *err) {
  *width = o->width ? o->width : fmin(fmax(*width, PEL_PICTURE_MIN), PEL_PICTURE_MAX);
  *height = o->height ? o->height : fmin(fmax(*height, PEL_PICTURE_MIN), PEL_PICTURE_MAX);
  return pel_picture_check_size(picture_format(format), *width, *height, err);
}

/* Sizes that are refused anyway are refused before anything is read. */
static pel_status check_asked_size(const pel_export_options *o, pel_export_format format, pel_error *err) {
  double width = 600, height = 600;
  return pel_export_settle_size(o, format, &width, &height, err);
}

pel_status pel_export_write_picture(const char *created, const pel_caption *caption, pel_export_format format,
                                    double width, double height, void (*draw)(const void *, pel_canvas *),
                                    const void *plot, pel_outfile *file, pel_error *err) {
  char *text = pel_caption_text(caption);
  pel_picture picture = {.format = picture_format(format),
                         .width = width,
                         .height = height,
                         .title = caption->title,
                         .description = text ? text : "",
                         .created = created,
                         .draw = draw,
                         .plot = plot};
  pel_status status = pel_picture_write(&picture, write_out, file, err);
  free(text);
  return status;
}

static pel_status write_picture(const pel_trace *trace, const pel_caption *caption, pel_export_format format,
                                double width, double height, void (*draw)(const void *, pel_canvas *),
                                const void *plot, pel_outfile *file, pel_error *err) {
  return pel_export_write_picture(pel_trace_get_info(trace)->created, caption, format, width, height, draw, plot, file, err);
}

/* ---- one map ---- */

static void draw_heatmap(const void *plot, pel_canvas *canvas) { pel_heatmap_draw(plot, canvas); }

typedef struct map_job {
  pel_trace *trace;
  const pel_export_options *o;
  pel_export_format format;
  pel_map_options options;
  pel_plot_style style;
  pel_units units;
  pel_labels rows, cols;
  pel_map_view view;
  pel_caption caption;
  double width, height;
} map_job;

static pel_heatmap_data map_data(const map_job *j) {
  return (pel_heatmap_data){.view = &j->view,
                            .rows = j->rows.text ? &j->rows : NULL,
                            .cols = j->cols.text ? &j->cols : NULL,
                            .caption = &j->caption};
}

static pel_status load_labels(map_job *j, pel_error *err) {
  if (j->view.rows.end - j->view.rows.start <= LABELS_MAX)
    PEL_TRY(pel_units_labels(j->trace, &j->units, j->view.rows, &j->rows, err));
  if (j->view.cols.end - j->view.cols.start <= LABELS_MAX)
    PEL_TRY(pel_units_labels(j->trace, &j->units, j->view.cols, &j->cols, err));
  return PEL_OK;
}

/* Lays a plan without weights out on the page, to learn how many cells the map has room for. */
static pel_status find_budget(map_job *j, pel_error *err) {
  pel_heatmap *plot;
  pel_heatmap_data data = map_data(j);
  pel_caption_map(j->trace, &j->view, &j->caption);
  PEL_TRY(pel_heatmap_layout(&data, &j->style, j->width, j->height, &plot, err));
  pel_box map = pel_heatmap_map_box(plot);
  pel_heatmap_free(plot);
  j->options.max_rows = (uint32_t)fmax(1, floor(map.h));
  j->options.max_cols = (uint32_t)fmax(1, floor(map.w));
  return PEL_OK;
}

static pel_status plan_map(map_job *j, pel_error *err) {
  bool chosen = !j->o->width && !j->o->height;
  if (chosen) j->options.max_rows = j->options.max_cols = CELLS_DEFAULT;
  PEL_TRY(pel_map_view_plan(j->trace, &j->options, &j->view, err));
  PEL_TRY(load_labels(j, err));
  pel_caption_map(j->trace, &j->view, &j->caption);
  pel_heatmap_data data = map_data(j);
  pel_heatmap_size(&data, &j->style, &j->width, &j->height);
  PEL_TRY(pel_export_settle_size(j->o, j->format, &j->width, &j->height, err));
  for (int i = 0; !chosen && i < 2; i++) { /* fewer cells change the caption, the caption the room */
    PEL_TRY(find_budget(j, err));
    PEL_TRY(pel_map_view_plan(j->trace, &j->options, &j->view, err));
  }
  return PEL_OK;
}

static pel_status run_map(map_job *j, pel_outfile *file, pel_error *err) {
  pel_heatmap *plot;
  PEL_TRY(plan_map(j, err));
  PEL_TRY(pel_map_view_load(j->trace, &j->options, &j->o->progress, &j->view, err));
  pel_caption_map(j->trace, &j->view, &j->caption);
  pel_heatmap_data data = map_data(j);
  if (!j->o->width || !j->o->height) { /* now the colour bar's numbers and the caption are known */
    pel_heatmap_size(&data, &j->style, &j->width, &j->height);
    PEL_TRY(pel_export_settle_size(j->o, j->format, &j->width, &j->height, err));
  }
  PEL_TRY(pel_heatmap_layout(&data, &j->style, j->width, j->height, &plot, err));
  pel_status status =
      write_picture(j->trace, &j->caption, j->format, j->width, j->height, draw_heatmap, plot, file, err);
  pel_heatmap_free(plot);
  return status;
}

pel_status pel_export_map_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                  pel_outfile *file, pel_error *err) {
  map_job *j = calloc(1, sizeof *j);
  if (!j) return pel_fail_memory(err, "a picture", sizeof *j);
  *j = (map_job){.trace = trace, .o = o, .format = format, .style = pel_export_style(o)};
  j->options = (pel_map_options){.of = o->of,
                                 .units = &j->units,
                                 .rows = o->rows,
                                 .cols = o->cols,
                                 .scale = o->scale,
                                 .low = o->low,
                                 .high = o->high,
                                 .no_sink = o->no_sink};
  pel_status status = check_asked_size(o, format, err);
  if (status == PEL_OK) status = pel_units_load(trace, o->of.level, &j->units, err);
  if (status == PEL_OK) status = run_map(j, file, err);
  pel_units_clear(&j->units);
  pel_map_view_clear(&j->view);
  pel_labels_clear(&j->rows);
  pel_labels_clear(&j->cols);
  free(j);
  return status;
}

/* ---- all heads ---- */

static void draw_headgrid(const void *plot, pel_canvas *canvas) { pel_headgrid_draw(plot, canvas); }

/* How many cells a thumbnail has room for on a page of the asked-for size; 0: the size is chosen. */
static pel_status thumb_cells(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                              uint32_t *out, pel_error *err) {
  pel_heads_view plan;
  pel_caption caption;
  pel_headgrid *plot;
  pel_plot_style style = pel_export_style(o);
  double width, height;
  *out = 0;
  if (!o->width && !o->height) return PEL_OK;
  PEL_TRY(pel_heads_view_plan(trace, o->scale, &plan, err));
  pel_caption_heads(trace, &plan, &caption);
  pel_headgrid_data data = {.view = &plan, .caption = &caption};
  pel_headgrid_size(&data, &style, &width, &height);
  pel_status status = pel_export_settle_size(o, format, &width, &height, err);
  if (status == PEL_OK) status = pel_headgrid_layout(&data, &style, width, height, &plot, err);
  if (status == PEL_OK) {
    *out = (uint32_t)fmax(1, floor(pel_headgrid_thumb(plot)));
    pel_headgrid_free(plot);
  }
  pel_heads_view_clear(&plan);
  return status;
}

pel_status pel_export_heads_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                    pel_outfile *file, pel_error *err) {
  pel_heads_view view;
  pel_caption caption;
  pel_headgrid *plot;
  pel_plot_style style = pel_export_style(o);
  double width, height;
  uint32_t cells;
  PEL_TRY(check_asked_size(o, format, err));
  PEL_TRY(thumb_cells(trace, o, format, &cells, err));
  if (cells == 0) cells = 48; /* the default thumbnail: a px for each cell */
  PEL_TRY(pel_heads_view_load(trace, o->scale, cells, &o->progress, &view, err));
  pel_caption_heads(trace, &view, &caption);
  pel_headgrid_data data = {.view = &view, .caption = &caption};
  pel_headgrid_size(&data, &style, &width, &height);
  pel_status status = pel_export_settle_size(o, format, &width, &height, err);
  if (status == PEL_OK) status = pel_headgrid_layout(&data, &style, width, height, &plot, err);
  if (status == PEL_OK) {
    status = write_picture(trace, &caption, format, width, height, draw_headgrid, plot, file, err);
    pel_headgrid_free(plot);
  }
  pel_heads_view_clear(&view);
  return status;
}

/* ---- tokens ---- */

static void draw_tokenflow(const void *plot, pel_canvas *canvas) { pel_tokenflow_draw(plot, canvas); }

pel_status pel_export_tokens_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                     pel_outfile *file, pel_error *err) {
  pel_tokens_options options = {
      .rows = o->rows, .signal = o->by, .one_head = o->one_head, .layer = o->of.layer, .head = o->of.head};
  pel_tokens_view view;
  pel_caption caption;
  pel_tokenflow *plot;
  pel_plot_style style = pel_export_style(o);
  double width = o->width, height;
  PEL_TRY(check_asked_size(o, format, err));
  PEL_TRY(pel_tokens_view_load(trace, &options, &o->progress, &view, err));
  pel_caption_tokens(trace, &view, &caption);
  pel_tokenflow_data data = {&view, &caption};
  pel_tokenflow_size(&data, &style, PEL_PICTURE_MAX, &width, &height);
  pel_status status = pel_export_settle_size(o, format, &width, &height, err);
  if (status == PEL_OK) status = pel_tokenflow_layout(&data, &style, width, height, &plot, err);
  if (status == PEL_OK) {
    status = write_picture(trace, &caption, format, width, height, draw_tokenflow, plot, file, err);
    pel_tokenflow_free(plot);
  }
  pel_tokens_view_clear(&view);
  return status;
}
