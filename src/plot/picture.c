#include "src/plot/picture.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

pel_status pel_picture_check_size(pel_picture_format format, double width, double height, pel_error *err) {
  if (!(width >= PEL_PICTURE_MIN && width <= PEL_PICTURE_MAX && height >= PEL_PICTURE_MIN &&
        height <= PEL_PICTURE_MAX))
    return pel_fail(err, PEL_ERR_USAGE, "a picture of %.0f x %.0f cannot be made: each side is %d to %d",
                    width, height, PEL_PICTURE_MIN, PEL_PICTURE_MAX);
  if (format == PEL_PICTURE_PNG && width * height > PEL_PICTURE_PIXELS)
    return pel_fail(err, PEL_ERR_USAGE,
                    "a PNG of %.0f x %.0f would need %.0f MiB of memory; take a smaller size, SVG or PDF",
                    width, height, width * height * 4 / 1048576);
  return PEL_OK;
}

typedef struct stream {
  pel_write_func *write;
  void *user;
} stream;

static cairo_status_t write_stream(void *user, const unsigned char *data, unsigned size) {
  const stream *s = user;
  return s->write(data, size, s->user) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static pel_status cairo_failed(cairo_status_t status, pel_error *err) {
  if (status == CAIRO_STATUS_NO_MEMORY)
    return pel_fail(err, PEL_ERR_MEMORY, "out of memory while drawing; take a smaller size");
  return pel_fail(err, status == CAIRO_STATUS_WRITE_ERROR ? PEL_ERR_IO : PEL_ERR_CHECK, "drawing failed: %s",
                  cairo_status_to_string(status));
}

static cairo_status_t draw_on(const pel_picture *picture, cairo_surface_t *surface) {
  pel_canvas_cairo canvas;
  cairo_t *cr = cairo_create(surface);
  picture->draw(picture->plot, pel_canvas_cairo_init(&canvas, cr));
  cairo_status_t status = cairo_status(cr);
  cairo_destroy(cr);
  return status;
}

static pel_status write_png(const pel_picture *picture, stream *out, pel_error *err) {
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)picture->width, (int)picture->height);
  cairo_status_t status = cairo_surface_status(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = draw_on(picture, surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface, write_stream, out);
  cairo_surface_destroy(surface);
  return status == CAIRO_STATUS_SUCCESS ? PEL_OK : cairo_failed(status, err);
}

static pel_status write_pdf(const pel_picture *picture, stream *out, pel_error *err) {
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream(write_stream, out, picture->width, picture->height);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, picture->title);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, picture->description);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Pellucid");
  /* The recording's time, not this moment's: the same trace gives the same file. */
  if (picture->created && picture->created[0])
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, picture->created);
  cairo_status_t status = draw_on(picture, surface);
  cairo_surface_show_page(surface);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  return status == CAIRO_STATUS_SUCCESS ? PEL_OK : cairo_failed(status, err);
}

static pel_status write_svg(const pel_picture *picture, stream *out, pel_error *err) {
  pel_canvas_svg svg;
  pel_canvas *canvas = pel_canvas_svg_begin(&svg, picture->width, picture->height, picture->title,
                                            picture->description, out->write, out->user);
  picture->draw(picture->plot, canvas);
  return pel_canvas_svg_end(&svg) ? PEL_OK : cairo_failed(CAIRO_STATUS_WRITE_ERROR, err);
}

pel_status pel_picture_write(const pel_picture *picture, pel_write_func *write, void *user, pel_error *err) {
  stream out = {write, user};
  PEL_TRY(pel_picture_check_size(picture->format, picture->width, picture->height, err));
  switch (picture->format) {
  case PEL_PICTURE_PNG:
    return write_png(picture, &out, err);
  case PEL_PICTURE_PDF:
    return write_pdf(picture, &out, err);
  default:
    return write_svg(picture, &out, err);
  }
}
