#include "engine/knowledge/json_document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/status.h"
#include "engine/knowledge/json_exact.h"
#include "engine/logic/calendar.h"
#include "engine/logic/utf8.h"

enum { MOST_BYTES = 16 << 20, NESTING = 32 };

static void line_and_column(const char *text, size_t at, unsigned *line, unsigned *column) {
  *line = *column = 1;
  for (size_t i = 0; i < at; i++) {
    if (text[i] == '\n') ++*line, *column = 1;
    else if (((unsigned char)text[i] & 0xc0) != 0x80) ++*column;
  }
}

pel_status pel_doc_parse(const char *file, const char *text, size_t size, struct json_object **root, pel_error *err) {
  unsigned line, column;
  size_t good = pel_utf8_check(text, size);
  if (size > MOST_BYTES) return pel_fail(err, PEL_ERR_INPUT, "%s: %zu bytes; such a file has at most %d", file, size, MOST_BYTES);
  if (good < size || memchr(text, 0, size)) {
    line_and_column(text, good, &line, &column);
    return pel_fail(err, PEL_ERR_INPUT, "%s:%u:%u: not UTF-8 text", file, line, column);
  }
  struct json_tokener *t = json_tokener_new_ex(NESTING);
  if (!t) return pel_fail_memory(err, file, size);
  json_tokener_set_flags(t, JSON_TOKENER_STRICT);
  struct json_object *o = json_tokener_parse_ex(t, text, (int)size);
  enum json_tokener_error why = json_tokener_get_error(t);
  size_t at = json_tokener_get_parse_end(t);
  json_tokener_free(t);
  while (why == json_tokener_success && at < size && strchr(" \t\r\n", text[at])) at++;
  if (why == json_tokener_success && o && at == size) {
    pel_status status = pel_doc_make_exact(file, text, size, o, err);
    if (status == PEL_OK) *root = o;
    else json_object_put(o);
    return status;
  }
  line_and_column(text, at < size ? at : size, &line, &column);
  const char *what = why == json_tokener_success ? (o ? "more text after the end of the document" : "no JSON object") : why == json_tokener_continue ? "the document has no end: a bracket or a quote is open" : json_tokener_error_desc(why);
  json_object_put(o);
  return pel_fail(err, PEL_ERR_INPUT, "%s:%u:%u: not JSON: %s", file, line, column, what);
}

pel_status pel_doc_load(const char *file, char **text, struct json_object **root, pel_error *err) {
  char *bytes;
  size_t size;
  PEL_TRY(pel_file_read(file, "JSON document", MOST_BYTES, &bytes, &size, err));
  pel_status status = pel_doc_parse(file, bytes, size, root, err);
  if (status == PEL_OK && text) *text = bytes;
  else free(bytes);
  return status;
}

pel_status pel_doc_fail(const pel_doc_place *at, pel_error *err, const char *format, ...) {
  char what[400];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return pel_fail(err, PEL_ERR_INPUT, "%s: %s: %s", at->file, at->path, what);
}

pel_status pel_doc_is_object(const pel_doc_place *at, pel_error *err) {
  return json_object_is_type(at->value, json_type_object) ? PEL_OK : pel_doc_fail(at, err, "an object {...} is expected here");
}

static size_t distance(const char *a, const char *b) { /* of two short words: insertions, deletions, changes */
  size_t na = strlen(a), nb = strlen(b), row[64];
  if (na > 60 || nb > 60) return 99;
  for (size_t j = 0; j <= nb; j++) row[j] = j;
  for (size_t i = 1; i <= na; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= nb; j++) {
      size_t change = corner + (a[i - 1] != b[j - 1]), best = row[j] + 1;
      corner = row[j];
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = change < best ? change : best;
    }
  }
  return row[nb];
}

const char *pel_nearest_word(const char *word, const char *const *known) {
  const char *best = NULL;
  size_t least = strlen(word) / 2 + 1;
  for (; *known; known++) {
    size_t d = distance(word, *known);
    if (d <= least && (!best || d < least)) best = *known, least = d;
  }
  return best;
}

pel_status pel_doc_known_keys(const pel_doc_place *object, const char *const *known, pel_error *err) {
  json_object_object_foreach(object->value, key, value) {
    (void)value;
    const char *const *k = known;
    while (*k && strcmp(*k, key) != 0) k++;
    if (*k) continue;
    const char *near = pel_nearest_word(key, known);
    if (near) return pel_doc_fail(object, err, "unknown key \"%.60s\"; did you mean \"%s\"?", key, near);
    return pel_doc_fail(object, err, "unknown key \"%.60s\"; take it out", key);
  }
  return PEL_OK;
}

bool pel_doc_member(const pel_doc_place *object, const char *key, pel_doc_place *out) {
  struct json_object *value;
  if (!json_object_object_get_ex(object->value, key, &value)) return false;
  pel_doc_place made = {.file = object->file, .value = value};
  snprintf(made.path, sizeof made.path, "%.150s.%.40s", object->path, key);
  *out = made;
  return true;
}

void pel_doc_item(const pel_doc_place *array, size_t i, pel_doc_place *out) {
  pel_doc_place made = {.file = array->file, .value = json_object_array_get_idx(array->value, i)};
  snprintf(made.path, sizeof made.path, "%.170s[%zu]", array->path, i);
  *out = made;
}

static pel_status text_of(const pel_doc_place *object, const char *key, bool needed, bool line, const char **out, pel_error *err) {
  pel_doc_place at;
  if (!pel_doc_member(object, key, &at)) {
    if (needed) return pel_doc_fail(object, err, "\"%s\" is missing", key);
    *out = "";
    return PEL_OK;
  }
  if (!json_object_is_type(at.value, json_type_string)) return pel_doc_fail(&at, err, "a text in quotes is expected here");
  const char *text = json_object_get_string(at.value);
  size_t size = (size_t)json_object_get_string_len(at.value);
  if (strlen(text) != size) return pel_doc_fail(&at, err, "a NUL has no place in a text");
  if (line && size > 4000) return pel_doc_fail(&at, err, "longer than 4,000 bytes");
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if ((c < 32 && (line || (c != '\n' && c != '\t'))) || c == 127) return pel_doc_fail(&at, err, "a control character has no place here");
  }
  if (needed && size == 0) return pel_doc_fail(&at, err, "is empty");
  *out = text;
  return PEL_OK;
}

pel_status pel_doc_line(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err) {
  return text_of(object, key, needed, true, out, err);
}
pel_status pel_doc_text(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err) {
  return text_of(object, key, needed, false, out, err);
}

pel_status pel_doc_date(const pel_doc_place *object, const char *key, bool needed, const char **out, pel_error *err) {
  const char *text = "";
  int64_t days;
  PEL_TRY(text_of(object, key, needed, true, &text, err));
  if (*text && !pel_parse_iso_date(text, strlen(text), &days)) {
    pel_doc_place at;
    pel_doc_member(object, key, &at);
    return pel_doc_fail(&at, err, "\"%.40s\" is no date; write it as 2016-12-31, without a time", text);
  }
  *out = text;
  return PEL_OK;
}

pel_status pel_doc_array(const pel_doc_place *object, const char *key, bool needed, pel_doc_place *out, size_t *n, pel_error *err) {
  *n = 0;
  if (!pel_doc_member(object, key, out)) return needed ? pel_doc_fail(object, err, "\"%s\" is missing", key) : PEL_OK;
  if (!json_object_is_type(out->value, json_type_array)) return pel_doc_fail(out, err, "a list [...] is expected here");
  *n = json_object_array_length(out->value);
  return PEL_OK;
}
