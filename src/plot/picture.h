/* From a drawing to the bytes of a file: PNG, SVG, PDF. */
#pragma once
#include "engine/base/status.h"
#include "src/plot/canvas_svg.h"

typedef enum pel_picture_format { PEL_PICTURE_PNG, PEL_PICTURE_SVG, PEL_PICTURE_PDF } pel_picture_format;

#define PEL_PICTURE_MIN 16
#define PEL_PICTURE_MAX 16384
#define PEL_PICTURE_PIXELS (1u << 27) /* of a PNG: half a GiB of memory */

typedef struct pel_picture {
  pel_picture_format format;
  double width, height;            /* px; points in PDF */
  const char *title, *description; /* metadata of SVG and PDF; valid UTF-8 */
  const char *created;             /* ISO 8601, for PDF; NULL or "": none */
  void (*draw)(const void *plot, pel_canvas *canvas);
  const void *plot;
} pel_picture;

/* PEL_ERR_USAGE, with the limits, when the size is outside them. */
pel_status pel_picture_check_size(pel_picture_format format, double width, double height, pel_error *err);

/* Draws and writes. When `write` returns false, PEL_ERR_IO without a better text: whoever wrote knows it. */
pel_status pel_picture_write(const pel_picture *picture, pel_write_func *write, void *user, pel_error *err);
