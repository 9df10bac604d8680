#include "engine/knowledge/json_exact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"

enum { SAFE_DIGITS = 18 /* of a whole number that fits 64 bits whatever its digits are */ };

typedef struct walk {
  const char *at; /* in the text */
  pel_error *err;
} walk;

static void skip_blanks(walk *w) { w->at += strspn(w->at, " \t\r\n"); }

/* From quote to quote, both included. */
static size_t quoted_size(const char *text) {
  size_t n = 1;
  while (text[n] && text[n] != '"') n += text[n] == '\\' && text[n + 1] ? 2 : 1;
  return n + (text[n] != 0);
}

static bool is_long_integer(const char *text, size_t size) {
  size_t digits = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] >= '0' && text[i] <= '9') digits++;
    else if (i || text[i] != '-') return false;
  }
  return digits > SAFE_DIGITS;
}

/* *exact: what is to stand in the value's place, or NULL. */
static pel_status walk_plain(walk *w, const pel_doc_place *place, struct json_object **exact) {
  size_t size = *w->at == '"' ? quoted_size(w->at) : strcspn(w->at, ",]} \t\r\n");
  *exact = NULL;
  if (!size) return pel_doc_fail(place, w->err, "a value is expected here");
  if (is_long_integer(w->at, size)) {
    char *text = strndup(w->at, size);
    *exact = text ? json_object_new_double_s(strtod(text, NULL), text) : NULL;
    free(text);
    if (!*exact) return pel_fail_memory(w->err, place->file, size);
  }
  w->at += size;
  return PEL_OK;
}

static pel_status walk_value(walk *w, const pel_doc_place *place, struct json_object **exact);

/* The key as the parser understands it, escapes resolved. */
static pel_status walk_key(walk *w, const pel_doc_place *object, struct json_object *seen, pel_doc_place *member, struct json_object **key) {
  if (*w->at != '"') return pel_doc_fail(object, w->err, "keys stand in double quotes");
  size_t size = quoted_size(w->at);
  char *quoted = strndup(w->at, size);
  *key = quoted ? json_tokener_parse(quoted) : NULL;
  free(quoted);
  if (!*key) return pel_fail_memory(w->err, object->file, size);
  const char *name = json_object_get_string(*key);
  if (json_object_object_get_ex(seen, name, NULL)) return pel_doc_fail(object, w->err, "the key \"%.60s\" stands there twice; take one out", name);
  if (json_object_object_add(seen, name, NULL) != 0) return pel_fail_memory(w->err, object->file, size);
  w->at += size;
  pel_doc_member(object, name, member);
  return PEL_OK;
}

static pel_status walk_members(walk *w, const pel_doc_place *object, struct json_object *seen) {
  for (skip_blanks(w); *w->at && *w->at != '}'; skip_blanks(w)) {
    struct json_object *key = NULL, *exact = NULL;
    pel_doc_place member = {.file = object->file};
    pel_status status = walk_key(w, object, seen, &member, &key);
    if (status == PEL_OK) {
      skip_blanks(w);
      w->at += *w->at == ':';
      status = walk_value(w, &member, &exact);
    }
    if (status == PEL_OK && exact && json_object_object_add(object->value, json_object_get_string(key), exact) != 0) status = pel_fail_memory(w->err, object->file, 64);
    json_object_put(key);
    PEL_TRY(status);
    skip_blanks(w);
    w->at += *w->at == ',';
  }
  w->at += *w->at == '}';
  return PEL_OK;
}

static pel_status walk_items(walk *w, const pel_doc_place *array) {
  size_t i = 0;
  for (skip_blanks(w); *w->at && *w->at != ']'; skip_blanks(w), i++) {
    pel_doc_place item;
    struct json_object *exact;
    pel_doc_item(array, i, &item);
    PEL_TRY(walk_value(w, &item, &exact));
    if (exact && json_object_array_put_idx(array->value, i, exact) != 0) return pel_fail_memory(w->err, array->file, 64);
    skip_blanks(w);
    w->at += *w->at == ',';
  }
  w->at += *w->at == ']';
  return PEL_OK;
}

static pel_status walk_value(walk *w, const pel_doc_place *place, struct json_object **exact) {
  *exact = NULL;
  skip_blanks(w);
  bool object = *w->at == '{';
  if (!object && *w->at != '[') return walk_plain(w, place, exact);
  if (!json_object_is_type(place->value, object ? json_type_object : json_type_array)) return pel_doc_fail(place, w->err, "it stands there twice; take one out"); /* the parser kept the later one */
  w->at++;
  if (!object) return walk_items(w, place);
  struct json_object *seen = json_object_new_object();
  if (!seen) return pel_fail_memory(w->err, place->file, 64);
  pel_status status = walk_members(w, place, seen);
  json_object_put(seen);
  return status;
}

pel_status pel_doc_make_exact(const char *file, const char *text, size_t size, struct json_object *root, pel_error *err) {
  char *ended = strndup(text, size); /* it may be a part of more */
  if (!ended) return pel_fail_memory(err, file, size);
  walk w = {.at = ended, .err = err};
  pel_doc_place place = {.file = file, .path = "$", .value = root};
  struct json_object *exact = NULL;
  pel_status status = walk_value(&w, &place, &exact);
  free(ended);
  json_object_put(exact); /* a number alone is no document: whoever reads it refuses it */
  return status;
}
