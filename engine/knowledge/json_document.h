/* A small JSON document from a stranger, read with errors that name the place: "case.json: $.facts[2].unit: ...". */
#pragma once
#include <json-c/json.h>
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_doc_place { /* a value and where it is */
  const char *file;
  char path[200]; /* "$.facts[2]" */
  struct json_object *value;
} pel_doc_place;

/* Parses one document of at most 16 MiB; *root is to be put (json_object_put). Errors name line and column. */
pel_status pel_doc_parse(const char *file, const char *text, size_t size, struct json_object **root, pel_error *err);
/* The same of a file. `text` (may be NULL) gets its bytes (free). */
pel_status pel_doc_load(const char *file, char **text, struct json_object **root, pel_error *err);

__attribute__((format(printf, 3, 4))) pel_status pel_doc_fail(const pel_doc_place *at, pel_error *err, const char *format, ...);

pel_status pel_doc_is_object(const pel_doc_place *at, pel_error *err);
/* Refuses keys that are not in `known` (ends with NULL), naming the nearest. */
pel_status pel_doc_known_keys(const pel_doc_place *object, const char *const *known, pel_error *err);
/* The value of a key: false when it is not there. */
bool pel_doc_member(const pel_doc_place *object, const char *key, pel_doc_place *out);
void pel_doc_item(const pel_doc_place *array, size_t i, pel_doc_place *out);
/* *out borrowed from the document; "" when absent and not `needed`. One line, or any text; checked as UTF-8 without control characters. */
pel_status pel_doc_line(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err);
pel_status pel_doc_text(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err);
pel_status pel_doc_date(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err);
pel_status pel_doc_array(const pel_doc_place *object, const char *key, bool needed, pel_doc_place *out, size_t *n, pel_error *err);
/* "unknown key 'unitt'; did you mean 'unit'?": the nearest of `known`, or NULL when none is near. */
const char *pel_nearest_word(const char *word, const char *const *known);
