/* OBO 1.4: stanzas of "tag: value" lines. A term becomes rows when its stanza ends. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/import.h"
#include "engine/knowledge/ontology.h"

typedef struct obo {
  pel_pack_builder *b;
  const char *path;
  pel_import *done;
  int64_t source, line, start; /* of the stanza */
  bool in_term;
  pel_term term;
  pel_buffer edges; /* "relation\tobject\n" each */
} obo;

/* A value up to where a comment ( ! ...) or trailing modifiers ({...}) begin, its escapes resolved, without spaces around. */
static char *plain_value(char *value) {
  char *to = value;
  for (char *c = value; *c; c++) {
    if (*c == '\\' && c[1]) {
      c++;
      *to++ = *c == 'n' ? '\n' : *c == 'W' ? ' ' : *c == 't' ? '\t' : *c;
    } else if (*c == '!' && (c == value || c[-1] == ' ')) break;
    else if (*c == '{' && (c == value || c[-1] == ' ')) break;
    else *to++ = *c;
  }
  while (to > value && to[-1] == ' ') to--;
  *to = 0;
  while (*value == ' ') value++;
  return value;
}

/* The text between the quotation marks at the start of the value, escapes resolved; NULL when there are none. */
static char *quoted_value(char *value) {
  while (*value == ' ') value++;
  if (*value++ != '"') return NULL;
  char *to = value;
  for (char *c = value; *c; c++) {
    if (*c == '"') {
      *to = 0;
      return value;
    }
    if (*c == '\\' && c[1]) {
      c++;
      *to++ = *c == 'n' ? '\n' : *c == 'W' ? ' ' : *c == 't' ? '\t' : *c;
    } else *to++ = *c;
  }
  return NULL;
}

static pel_status set(pel_buffer *to, const char *text, pel_error *err) {
  pel_buffer_clear(to);
  return pel_buffer_add(to, text, strlen(text)) ? PEL_OK : pel_fail_memory(err, "a term", 0);
}

static pel_status add_line(pel_buffer *to, const char *text, pel_error *err) {
  bool ok = (!to->size || pel_buffer_add(to, "\n", 1)) && pel_buffer_add(to, text, strlen(text));
  return ok ? PEL_OK : pel_fail_memory(err, "a term", to->size);
}

static pel_status add_edge(obo *o, const char *relation, const char *object, pel_error *err) {
  pel_buffer *e = &o->edges;
  bool ok = pel_buffer_add(e, relation, strlen(relation)) && pel_buffer_add(e, "\t", 1) && pel_buffer_add(e, object, strlen(object)) &&
            pel_buffer_add(e, "\n", 1);
  return ok ? PEL_OK : pel_fail_memory(err, "a term", e->size);
}

static pel_status take_relationship(obo *o, char *value, pel_error *err) {
  char *relation = pel_import_line(plain_value(value)), *object = strchr(relation, ' ');
  if (!object) {
    pel_import_skip(o->done, o->path, o->line, "relationship '%.60s' lacks its target", relation);
    return PEL_OK;
  }
  *object++ = 0;
  while (*object == ' ') object++;
  object[strcspn(object, " ")] = 0;
  return add_edge(o, relation, object, err);
}

static pel_status take_tag(obo *o, const char *tag, char *value, pel_error *err) {
  if (strcmp(tag, "id") == 0) return set(&o->term.key, pel_import_line(plain_value(value)), err);
  if (strcmp(tag, "name") == 0) return set(&o->term.label, plain_value(value), err);
  if (strcmp(tag, "alt_id") == 0) return add_line(&o->term.others, pel_import_line(plain_value(value)), err);
  if (strcmp(tag, "replaced_by") == 0) return set(&o->term.replaced, pel_import_line(plain_value(value)), err);
  if (strcmp(tag, "is_a") == 0) return add_edge(o, "is_a", pel_import_line(plain_value(value)), err);
  if (strcmp(tag, "relationship") == 0) return take_relationship(o, value, err);
  if (strcmp(tag, "is_obsolete") == 0) o->term.obsolete = strcmp(plain_value(value), "true") == 0;
  bool definition = strcmp(tag, "def") == 0;
  if (!definition && strcmp(tag, "synonym") != 0) return PEL_OK;
  char *text = quoted_value(value);
  if (!text) return pel_import_fail(o->path, o->line, err, "%s without a text in quotation marks; mend it", tag);
  return definition ? set(&o->term.definition, text, err) : add_line(&o->term.synonyms, pel_import_line(text), err);
}

static pel_status add_edges(obo *o, pel_error *err) {
  for (char *at = o->edges.size ? o->edges.text : NULL; at && *at;) {
    char *object = strchr(at, '\t'), *end = strchr(at, '\n');
    if (!object || !end || object > end) break;
    *object++ = 0, *end++ = 0;
    if (*at && *object) PEL_TRY(pel_term_edge(o->b, o->term.key.text, at, object, o->done, err));
    else pel_import_skip(o->done, o->path, o->start, "an edge of '%.60s' lacks its relation or its target", o->term.key.text);
    at = end;
  }
  return PEL_OK;
}

static pel_status end_stanza(obo *o, pel_error *err) {
  if (!o->in_term) return PEL_OK;
  o->in_term = false;
  int64_t id = 0;
  pel_status status = pel_term_import(o->b, &o->term, o->source, o->path, o->start, o->done, &id, err);
  if (status == PEL_OK && id) status = add_edges(o, err);
  return pel_import_at(o->path, o->start, status, err);
}

static pel_status take_line(obo *o, char *line, pel_error *err) {
  while (*line == ' ' || *line == '\t') line++;
  if (!*line || *line == '!') return PEL_OK;
  if (*line == '[') {
    PEL_TRY(end_stanza(o, err));
    o->in_term = strncmp(line, "[Term]", 6) == 0;
    o->start = o->line;
    pel_term_clear(&o->term);
    pel_buffer_clear(&o->edges);
    return PEL_OK;
  }
  char *colon = strchr(line, ':');
  if (!colon) return pel_import_fail(o->path, o->line, err, "expected 'tag: value' or a stanza such as [Term]; is it OBO?");
  *colon = 0;
  return o->in_term ? take_tag(o, line, colon + 1, err) : PEL_OK;
}

pel_status pel_import_obo(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  pel_lines lines;
  obo o = {.b = b, .path = path, .done = done, .source = source};
  int64_t before = done->entities + done->skipped;
  PEL_TRY(pel_lines_open(&lines, b, path, err));
  bool more = true;
  pel_status status = PEL_OK;
  while (status == PEL_OK && (status = pel_lines_next(&lines, &more, err)) == PEL_OK && more) {
    o.line = lines.number;
    status = take_line(&o, lines.line, err);
  }
  if (status == PEL_OK) status = end_stanza(&o, err);
  if (status == PEL_OK && done->entities + done->skipped == before)
    status = pel_import_fail(path, lines.number ? lines.number : 1, err, "ends without a [Term]; is it OBO?");
  pel_lines_close(&lines);
  pel_term_free(&o.term);
  free(o.edges.text);
  return status;
}
