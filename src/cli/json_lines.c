#include "src/cli/json_lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/status.h"

enum { LINE_MOST = 1 << 20 };

pel_status json_line_fail(const json_line *at, pel_error *err, const char *what) { return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: %s", at->path, at->number, what); }

pel_status json_lines_find(const char *path, const json_lines *of, char **out, pel_error *err) {
  struct stat st;
  bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
  int n = folder ? asprintf(out, "%s/%s", path, of->name) : asprintf(out, "%s", path);
  return n < 0 ? pel_fail_memory(err, "a path", strlen(path)) : PEL_OK;
}

static pel_status take_line(const json_line *at, const char *text, size_t size, const json_lines *of, void *to, pel_error *err) {
  char what[120];
  if (strspn(text, " \t\r\n") == size) return PEL_OK;
  if (size > LINE_MOST) return json_line_fail(at, err, "is longer than a megabyte; expected an object a line");
  if (strlen(text) != size) return json_line_fail(at, err, "holds a zero byte");
  snprintf(what, sizeof what, "is no JSON object; %s", of->expected);
  struct json_object *o = json_tokener_parse(text);
  pel_status status = json_object_is_type(o, json_type_object) ? of->take(to, at, o, err) : json_line_fail(at, err, what);
  json_object_put(o);
  return status;
}

/* A line, or as much of it as shows that it is too long: 0 at the end of the file. `text` has room for LINE_MOST + 2. */
static size_t next_line(FILE *file, char *text) {
  size_t size = 0;
  for (int c; size <= LINE_MOST && (c = getc_unlocked(file)) != EOF;)
    if ((text[size++] = (char)c) == '\n') break;
  text[size] = 0;
  return size;
}

static pel_status read_lines(FILE *file, json_line *at, const json_lines *of, void *to, pel_error *err) {
  char *text = malloc(LINE_MOST + 2);
  size_t size;
  pel_status status = text ? PEL_OK : pel_fail_memory(err, "a line", LINE_MOST + 2);
  while (status == PEL_OK && (size = next_line(file, text))) {
    at->number++;
    status = take_line(at, text, size, of, to, err);
  }
  free(text);
  return status == PEL_OK && ferror(file) ? pel_fail_errno(err, at->path, "cannot read") : status;
}

pel_status json_lines_read(const char *path, const json_lines *of, void *to, pel_error *err) {
  json_line at = {.path = path};
  FILE *file = fopen(path, "re");
  if (!file && errno == ENOENT) return pel_fail(err, PEL_ERR_IO, "%s: there is no such file; unpack %s.gz with gunzip", path, of->name);
  if (!file) return pel_fail_errno(err, path, "cannot open");
  pel_status status = read_lines(file, &at, of, to, err);
  fclose(file);
  return status;
}
