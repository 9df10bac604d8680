/* Reads test files: YAML, event by event, of which the scalars at a few paths are kept. */
#include "engine/knowledge/gdl2_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/import.h"

enum { MOST_DEPTH = 16, MOST_BYTES = 16 << 20, MOST_CASES = 100000, MOST_PAIRS = 10000 };

typedef struct reader {
  pel_gdl2_tests *t;
  const char *path;
  char *keys[MOST_DEPTH + 1]; /* of each open container: the key whose value comes, NULL where a key is due or in a list */
  bool list[MOST_DEPTH + 1];
  int depth;
  int64_t line; /* of the present event */
} reader;

static char *copy(const char *text) { return strdup(text); }

static const char *key_at(const reader *r, int depth) { return depth <= r->depth && r->keys[depth] ? r->keys[depth] : ""; }

/* "gt0016|Risk assessment": the code, and the name without a closing bar. */
static bool add_pair(pel_gdl2_pairs *list, const char *key, const char *value, int64_t line) {
  pel_gdl2_pair *grown = list->n < MOST_PAIRS ? pel_grow(list->items, &list->capacity, list->n + 1, sizeof *grown) : NULL;
  if (!grown) return false;
  list->items = grown;
  size_t code = strcspn(key, "|");
  const char *name = key[code] ? key + code + 1 : "";
  size_t size = strlen(name);
  if (size > 0 && name[size - 1] == '|') size--;
  grown[list->n] = (pel_gdl2_pair){strndup(key, code), strndup(name, size), copy(value), line};
  const pel_gdl2_pair *p = &grown[list->n++];
  return p->element && p->name && p->value;
}

static pel_gdl2_case *last_case(reader *r) { return r->t->n ? &r->t->cases[r->t->n - 1] : NULL; }

static bool begin_case(reader *r) {
  pel_gdl2_case *grown = r->t->n < MOST_CASES ? pel_grow(r->t->cases, &r->t->capacity, r->t->n + 1, sizeof *grown) : NULL;
  if (!grown) return false;
  r->t->cases = grown;
  grown[r->t->n++] = (pel_gdl2_case){.line = r->line};
  return true;
}

static bool keep(char **field, const char *text) {
  if (*field) return true;
  return (*field = copy(text));
}

/* A value whose key is keys[depth]. */
static bool take_value(reader *r, const char *text) {
  const char *first = key_at(r, 1);
  pel_gdl2_case *c = last_case(r);
  if (r->depth == 1 && strcmp(first, "current_datetime") == 0) return r->t->now_line = r->line, keep(&r->t->now, text);
  if (r->depth == 2 && strcmp(first, "guidelines") == 0) return keep(&r->t->guideline, text);
  if (strcmp(first, "test_cases") != 0 || !c) return true;
  if (r->depth == 3 && strcmp(key_at(r, 3), "id") == 0) return keep(&c->id, text);
  if (r->depth != 5 || !r->keys[5] || strcmp(key_at(r, 4), "fhir") == 0) return true;
  if (strcmp(key_at(r, 3), "input") == 0) return add_pair(&c->given, r->keys[5], text, r->line);
  if (strcmp(key_at(r, 3), "expected_output") == 0) return add_pair(&c->expected, r->keys[5], text, r->line);
  return true;
}

static void done_with_value(reader *r) {
  free(r->keys[r->depth]);
  r->keys[r->depth] = NULL;
}

static bool take_scalar(reader *r, const char *text) {
  if (r->depth > 0 && !r->list[r->depth] && !r->keys[r->depth]) return (r->keys[r->depth] = copy(text));
  bool ok = take_value(r, text);
  if (r->depth > 0 && !r->list[r->depth]) done_with_value(r);
  return ok;
}

static pel_status open_container(reader *r, bool list, pel_error *err) {
  if (r->depth == MOST_DEPTH) return pel_import_fail(r->path, r->line, err, "nested deeper than %d; is it a test file?", MOST_DEPTH);
  if (r->depth > 0 && !r->list[r->depth] && !r->keys[r->depth])
    return pel_import_fail(r->path, r->line, err, "a list or a mapping stands where a key has to");
  bool is_case = !list && r->depth == 2 && r->list[2] && strcmp(key_at(r, 1), "test_cases") == 0;
  if (is_case && !begin_case(r)) return pel_fail(err, PEL_ERR_MEMORY, "%s: too many cases", r->path);
  r->depth++;
  r->list[r->depth] = list;
  r->keys[r->depth] = NULL;
  return PEL_OK;
}

static void close_container(reader *r) {
  done_with_value(r);
  r->depth--;
  if (r->depth > 0 && !r->list[r->depth]) done_with_value(r);
}

static pel_status take_event(reader *r, const yaml_event_t *e, pel_error *err) {
  switch (e->type) {
    case YAML_SCALAR_EVENT:
      if (strlen((const char *)e->data.scalar.value) != e->data.scalar.length) return pel_import_fail(r->path, r->line, err, "a zero byte in a text; take it out");
      return take_scalar(r, (const char *)e->data.scalar.value) ? PEL_OK : pel_fail(err, PEL_ERR_MEMORY, "%s: too large, or out of memory", r->path);
    case YAML_ALIAS_EVENT: return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: line %lld: an alias; write the value out", r->path, (long long)r->line);
    case YAML_SEQUENCE_START_EVENT: return open_container(r, true, err);
    case YAML_MAPPING_START_EVENT: return open_container(r, false, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: close_container(r); return PEL_OK;
    default: return PEL_OK;
  }
}

static pel_status parse(reader *r, const char *text, size_t size, pel_error *err) {
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", r->path);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
  pel_status status = PEL_OK;
  for (bool end = false; !end && status == PEL_OK;) {
    yaml_event_t e;
    if (!yaml_parser_parse(&parser, &e)) {
      status = pel_import_fail(r->path, (int64_t)parser.problem_mark.line + 1, err, "%s; mend the YAML there", parser.problem ? parser.problem : "this is no YAML");
      break;
    }
    end = e.type == YAML_STREAM_END_EVENT;
    r->line = (int64_t)e.start_mark.line + 1;
    status = take_event(r, &e, err);
    yaml_event_delete(&e);
  }
  yaml_parser_delete(&parser);
  for (int i = 0; i <= MOST_DEPTH; i++) free(r->keys[i]), r->keys[i] = NULL;
  r->depth = 0;
  return status;
}

static void clear_pairs(pel_gdl2_pairs *p) {
  for (size_t i = 0; i < p->n; i++) free(p->items[i].element), free(p->items[i].name), free(p->items[i].value);
  free(p->items);
}

static void clear(pel_gdl2_tests *t) {
  for (size_t i = 0; i < t->n; i++) free(t->cases[i].id), clear_pairs(&t->cases[i].given), clear_pairs(&t->cases[i].expected);
  free(t->cases), free(t->guideline), free(t->now);
  *t = (pel_gdl2_tests){0};
}

/* Tabs become spaces, and "key|:value" gets the space that makes it a key. */
static bool mend(const char *text, size_t size, pel_buffer *out) {
  for (size_t i = 0; i < size; i++) {
    bool lacks = text[i] == ':' && i > 0 && text[i - 1] == '|' && i + 1 < size && !strchr(" \r\n", text[i + 1]);
    if (!pel_buffer_add(out, text[i] == '\t' ? " " : lacks ? ": " : text + i, lacks ? 2 : 1)) return false;
  }
  return true;
}

static pel_status read_bytes(const char *path, pel_buffer *out, pel_error *err) {
  FILE *file;
  uint64_t size;
  char block[4096];
  PEL_TRY(pel_import_open(path, &file, &size, err));
  bool ok = size <= MOST_BYTES;
  for (size_t n; ok && (n = fread(block, 1, sizeof block, file)) > 0;) ok = out->size + n <= MOST_BYTES && pel_buffer_add(out, block, n);
  fclose(file);
  return ok ? PEL_OK : pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: larger than %d MiB; is it a test file?", path, MOST_BYTES >> 20);
}

pel_status pel_gdl2_tests_read(const char *path, pel_gdl2_tests **out, pel_error *err) {
  pel_gdl2_tests *t = pel_alloc(1, sizeof *t);
  pel_buffer text = {0}, mended = {0};
  reader r = {.t = t, .path = path};
  pel_status status = t ? read_bytes(path, &text, err) : pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", path);
  if (status == PEL_OK) {
    status = parse(&r, pel_buffer_text(&text), text.size, err);
    pel_error again;
    if (status == PEL_ERR_INPUT && mend(pel_buffer_text(&text), text.size, &mended)) {
      clear(t);
      if (parse(&r, pel_buffer_text(&mended), mended.size, &again) == PEL_OK) status = PEL_OK, t->mended = true;
    }
  }
  free(text.text), free(mended.text);
  if (status == PEL_OK) *out = t;
  else pel_gdl2_tests_free(t);
  return status;
}

void pel_gdl2_tests_free(pel_gdl2_tests *t) {
  if (!t) return;
  clear(t);
  free(t);
}
