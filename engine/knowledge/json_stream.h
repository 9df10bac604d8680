/* JSON read event by event, so that memory does not grow with the file: one string is held at a time. */
#pragma once
#include <stdio.h>

#include "engine/knowledge/import.h"

typedef enum pel_json_stream_event {
  PEL_JSON_OBJECT,
  PEL_JSON_OBJECT_END,
  PEL_JSON_ARRAY,
  PEL_JSON_ARRAY_END,
  PEL_JSON_KEY,    /* text */
  PEL_JSON_STRING, /* text */
  PEL_JSON_NUMBER, /* text, as written */
  PEL_JSON_TRUE,
  PEL_JSON_FALSE,
  PEL_JSON_NULL,
  PEL_JSON_END
} pel_json_stream_event;

enum { PEL_JSON_DEPTH = 64, PEL_JSON_STRING_BYTES = 1 << 20 };

typedef struct pel_json {
  const pel_pack_builder *builder; /* asked now and then whether to go on */
  const char *path;
  FILE *file;
  uint64_t at, total, asked; /* bytes */
  pel_buffer text;           /* of the last key, string or number */
  int depth;
  bool object[PEL_JSON_DEPTH + 1];
  bool comma; /* a value was read: a comma or an end has to come */
  bool named; /* a key was read: its value has to come */
  bool ended; /* the one value of the file was read */
} pel_json;

pel_status pel_json_stream_open(pel_json *j, const pel_pack_builder *builder, const char *path, pel_error *err);
pel_status pel_json_stream_next(pel_json *j, pel_json_stream_event *event, pel_error *err);
void pel_json_stream_close(pel_json *j);
/* Reads on to the end of the value that began with `event`. */
pel_status pel_json_stream_skip(pel_json *j, pel_json_stream_event event, pel_error *err);
/* PEL_ERR_INPUT: "PATH: byte N: ...". */
__attribute__((format(printf, 3, 4))) pel_status pel_json_stream_fail(const pel_json *j, pel_error *err, const char *format, ...);
