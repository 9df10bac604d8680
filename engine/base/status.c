#include "engine/base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *pel_version(void) { return PEL_VERSION; }

pel_status pel_fail(pel_error *err, pel_status status, const char *format, ...) {
  if (err) {
    err->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    /* Names come from strangers' files: an error stays one printable line. */
    for (unsigned char *c = (unsigned char *)err->text; *c; c++)
      if (*c < 0x20 || *c == 0x7f) *c = '?';
  }
  return status;
}

pel_status pel_fail_memory(pel_error *err, const char *what, size_t bytes) {
  char size[40] = "";
  if (bytes) snprintf(size, sizeof size, " (%zu bytes)", bytes);
  return pel_fail(err, PEL_ERR_MEMORY, "out of memory: %s%s; close other programs or allow this one more", what, size);
}

pel_status pel_fail_errno(pel_error *err, const char *path, const char *what) {
  char buffer[128];
  const char *text = strerror_r(errno, buffer, sizeof buffer); /* the GNU form: returns the text */
  return pel_fail(err, PEL_ERR_IO, "%s: %s: %s", path, what, text);
}
