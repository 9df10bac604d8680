/* Inside export: what its files share. */
#pragma once
#include "src/core/export.h"
#include "src/core/outfile.h"
#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

typedef enum pel_export_format {
  PEL_FORMAT_PNG,
  PEL_FORMAT_SVG,
  PEL_FORMAT_PDF,
  PEL_FORMAT_NPY,
  PEL_FORMAT_CSV,
  PEL_FORMAT_JSON,
  PEL_FORMAT_SAFETENSORS,
  PEL_FORMAT_GRAPHML,
  PEL_FORMAT_DOT,
  PEL_FORMAT_MARKDOWN,
  PEL_FORMATS
} pel_export_format;

/* The format that the suffix names, when it is among `allowed` (bits 1 << format). */
pel_status pel_export_format_of(const char *path, unsigned allowed, pel_export_format *out, pel_error *err);

/* Ends a file: commits when status is PEL_OK, discards otherwise. A failure to write is reported with its own
 * text. */
pel_status pel_export_finish(pel_outfile *file, pel_status status, pel_error *err);

/* PEL_ERR_CANCELLED when the caller asked to stop, PEL_ERR_IO when writing has failed. */
pel_status pel_export_step(const pel_export_options *options, const pel_outfile *file, double fraction,
                           pel_error *err);

/* "model": ..., "trace": ... of a JSON document. */
void pel_export_json_origin(pel_outfile *file, const pel_trace *trace);

/* NPY 1.0 header of a '<f4' array. */
void pel_export_npy_header(pel_outfile *file, const uint64_t *shape, uint32_t n_dims);

/* The data formats; each writes a whole document. */
pel_status pel_export_map_npy(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                              pel_error *err);
pel_status pel_export_map_csv(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                              pel_error *err);
pel_status pel_export_map_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                               pel_error *err);
pel_status pel_export_heads_npy(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                pel_error *err);
pel_status pel_export_heads_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                 pel_error *err);
pel_status pel_export_tokens_csv(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                 pel_error *err);
pel_status pel_export_tokens_json(pel_trace *trace, const pel_export_options *o, pel_outfile *file,
                                  pel_error *err);

/* What pictures share. Asked-for sizes win over the chosen ones; both are checked. */
pel_plot_style pel_export_style(const pel_export_options *o);
pel_status pel_export_settle_size(const pel_export_options *o, pel_export_format format, double *width, double *height, pel_error *err);
pel_status pel_export_write_picture(const char *created, const pel_caption *caption, pel_export_format format, double width,
                                    double height, void (*draw)(const void *, pel_canvas *), const void *plot,
                                    pel_outfile *file, pel_error *err);

/* The pictures. */
pel_status pel_export_map_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                  pel_outfile *file, pel_error *err);
pel_status pel_export_heads_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                    pel_outfile *file, pel_error *err);
pel_status pel_export_tokens_picture(pel_trace *trace, const pel_export_options *o, pel_export_format format,
                                     pel_outfile *file, pel_error *err);
