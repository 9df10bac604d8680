#include "src/cli/picture.h"

#include <string.h>
#include <strings.h>

static const char *const suffixes[] = {[PEL_PICTURE_PNG] = ".png", [PEL_PICTURE_SVG] = ".svg", [PEL_PICTURE_PDF] = ".pdf"};
enum { FORMATS = sizeof suffixes / sizeof *suffixes };

/* FORMATS: of none that is known. */
static int format_of(const char *path) {
  const char *dot = strrchr(path, '.');
  int format = 0;
  while (format < FORMATS && (!dot || strcasecmp(dot, suffixes[format]))) format++;
  return format;
}

bool cli_is_picture(const char *path) { return format_of(path) < FORMATS; }

static bool put(const void *data, size_t size, void *user) { return pel_outfile_write(user, data, size); }

pel_status cli_draw_picture(const char *path, pel_picture picture, pel_outfile *file, pel_error *err) {
  picture.format = (pel_picture_format)format_of(path);
  pel_status status = pel_picture_write(&picture, put, file, err);
  return pel_outfile_failed(file) ? pel_outfile_error(file, err) : status; /* what the drawing says of it does not name the file */
}
