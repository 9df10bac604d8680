#include "engine/knowledge/ontology.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"

void pel_term_clear(pel_term *t) {
  pel_buffer_clear(&t->key);
  pel_buffer_clear(&t->label);
  pel_buffer_clear(&t->synonyms);
  pel_buffer_clear(&t->definition);
  pel_buffer_clear(&t->others);
  pel_buffer_clear(&t->replaced);
  t->obsolete = false;
}

void pel_term_free(pel_term *t) {
  free(t->key.text);
  free(t->label.text);
  free(t->synonyms.text);
  free(t->definition.text);
  free(t->others.text);
  free(t->replaced.text);
  *t = (pel_term){0};
}

char *pel_term_shorten(char *key) {
  static const char purl[] = "http://purl.obolibrary.org/obo/";
  if (strncmp(key, purl, sizeof purl - 1) != 0 || strchr(key + sizeof purl - 1, '/') || strchr(key, '#')) return key;
  memmove(key, key + sizeof purl - 1, strlen(key) - sizeof purl + 2);
  char *low = strchr(key, '_');
  if (low) *low = ':';
  return key;
}

static pel_status add_edge(pel_pack_builder *b, int64_t subject, const char *relation, int64_t object, pel_import *done, pel_error *err) {
  pel_relation row = {.subject = subject, .object = object, .relation = relation, .weight = NAN};
  PEL_TRY(pel_pack_add_relation(b, &row, NULL, err));
  done->relations++;
  return PEL_OK;
}

static pel_status add_key(pel_pack_builder *b, const char *key, const char *type, int64_t *id, pel_error *err) {
  pel_entity row = {.key = key, .type = type};
  return pel_pack_add_entity(b, &row, id, err);
}

pel_status pel_term_edge(pel_pack_builder *b, const char *subject, const char *relation, const char *object, pel_import *done, pel_error *err) {
  int64_t from, to;
  PEL_TRY(add_key(b, subject, pel_import_type(subject), &from, err));
  PEL_TRY(add_key(b, object, pel_import_type(object), &to, err));
  return add_edge(b, from, relation, to, done, err);
}

static pel_status add_others(pel_pack_builder *b, pel_term *t, int64_t id, pel_import *done, pel_error *err) {
  for (char *at = t->others.size ? t->others.text : NULL; at && *at;) {
    char *end = strchr(at, '\n');
    int64_t other;
    if (end) *end++ = 0;
    if (*at && strcmp(at, t->key.text) != 0) {
      PEL_TRY(add_key(b, at, "obsolete", &other, err));
      PEL_TRY(add_edge(b, other, "replaced_by", id, done, err));
    }
    at = end;
  }
  if (!t->obsolete || !t->replaced.size || strcmp(t->replaced.text, t->key.text) == 0) return PEL_OK;
  int64_t to;
  PEL_TRY(add_key(b, t->replaced.text, pel_import_type(t->replaced.text), &to, err));
  return add_edge(b, id, "replaced_by", to, done, err);
}

static pel_status add_rows(pel_pack_builder *b, pel_term *t, int64_t source, pel_import *done, int64_t *out, pel_error *err) {
  int64_t id;
  pel_entity row = {.key = t->key.text, .label = pel_buffer_text(&t->label), .synonyms = pel_buffer_text(&t->synonyms),
                    .type = t->obsolete ? "obsolete" : pel_import_type(t->key.text)};
  PEL_TRY(pel_pack_add_entity(b, &row, &id, err));
  done->entities++;
  if (t->definition.size) {
    pel_passage passage = {.source = source, .path = row.key, .label = row.label, .text = t->definition.text};
    PEL_TRY(pel_pack_add_passage(b, &passage, NULL, err));
    done->passages++;
  }
  PEL_TRY(add_others(b, t, id, done, err));
  if (out) *out = id;
  return PEL_OK;
}

pel_status pel_term_import(pel_pack_builder *b, pel_term *t, int64_t source, const char *path, int64_t line, pel_import *done, int64_t *id,
                           pel_error *err) {
  if (!t->key.size || !t->label.size) {
    pel_import_skip(done, path, line, "term '%.60s' lacks %s", pel_buffer_text(&t->key), t->key.size ? "a label" : "an id");
    return PEL_OK;
  }
  pel_import_line(t->key.text);
  pel_import_line(t->label.text);
  if (t->synonyms.text) pel_import_text_of(t->synonyms.text);
  if (t->definition.text) pel_import_text_of(t->definition.text);
  return add_rows(b, t, source, done, id, err);
}
