/* A file of one JSON object a line, as curated data sets come. */
#pragma once
#include <json-c/json.h>
#include <pellucid/status.h>
#include <stddef.h>

typedef struct json_line { /* where an object stands */
  const char *path;
  size_t number; /* from 1 */
} json_line;

typedef struct json_lines {
  const char *name;     /* of the file in a folder */
  const char *expected; /* "one path a line is expected" */
  pel_status (*take)(void *to, const json_line *at, struct json_object *object, pel_error *err);
} json_lines;

/* FOLDER/name, or the path itself where it is no folder; owned by the caller. */
pel_status json_lines_find(const char *path, const json_lines *of, char **out, pel_error *err);
/* Empty lines are passed over. Errors name file and line. */
pel_status json_lines_read(const char *path, const json_lines *of, void *to, pel_error *err);
/* "FILE: line 3: WHAT" */
pel_status json_line_fail(const json_line *at, pel_error *err, const char *what);
