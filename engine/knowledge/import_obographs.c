/* OBO Graphs JSON: graphs[].nodes[] and graphs[].edges[], a node or an edge at a time. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/json_stream.h"
#include "engine/knowledge/ontology.h"

typedef struct reader {
  pel_pack_builder *b;
  pel_json j;
  pel_import *done;
  int64_t source;
  pel_term term;
  pel_buffer predicate, value; /* of a property, or of an edge with `subject` */
  pel_buffer subject;
  bool entity; /* the node is a term, not a property or an individual */
} reader;

typedef pel_status (*take_member)(reader *r, const char *key, pel_json_stream_event event, pel_error *err);

/* Each member of the object that just began. `key` is valid until the member's value is read further. */
static pel_status each_member(reader *r, take_member take, pel_error *err) {
  pel_json_stream_event event;
  char key[64];
  for (;;) {
    PEL_TRY(pel_json_stream_next(&r->j, &event, err));
    if (event == PEL_JSON_OBJECT_END) return PEL_OK;
    snprintf(key, sizeof key, "%s", pel_buffer_text(&r->j.text));
    PEL_TRY(pel_json_stream_next(&r->j, &event, err));
    PEL_TRY(take(r, key, event, err));
  }
}

/* Each object of the array that just began; what is no object is passed over. */
static pel_status each_object(reader *r, pel_json_stream_event event, pel_status (*take)(reader *r, pel_error *err), pel_error *err) {
  if (event != PEL_JSON_ARRAY) return pel_json_stream_skip(&r->j, event, err);
  for (;;) {
    PEL_TRY(pel_json_stream_next(&r->j, &event, err));
    if (event == PEL_JSON_ARRAY_END) return PEL_OK;
    PEL_TRY(event == PEL_JSON_OBJECT ? take(r, err) : pel_json_stream_skip(&r->j, event, err));
  }
}

static pel_status keep(reader *r, pel_buffer *to, pel_json_stream_event event, pel_error *err) {
  pel_buffer_clear(to);
  if (event != PEL_JSON_STRING) return pel_json_stream_skip(&r->j, event, err);
  return pel_buffer_add(to, r->j.text.text, r->j.text.size) ? PEL_OK : pel_fail_memory(err, "a string", r->j.text.size);
}

static pel_status add_line(pel_buffer *to, const char *text, pel_error *err) {
  bool ok = (!to->size || pel_buffer_add(to, "\n", 1)) && pel_buffer_add(to, text, strlen(text));
  return ok ? PEL_OK : pel_fail_memory(err, "a term", to->size);
}

/* ---- a node ---- */

static pel_status definition_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  return strcmp(key, "val") == 0 ? keep(r, &r->term.definition, event, err) : pel_json_stream_skip(&r->j, event, err);
}

static pel_status value_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "val") == 0) return keep(r, &r->value, event, err);
  return strcmp(key, "pred") == 0 ? keep(r, &r->predicate, event, err) : pel_json_stream_skip(&r->j, event, err);
}

static pel_status take_synonym(reader *r, pel_error *err) {
  pel_buffer_clear(&r->value);
  PEL_TRY(each_member(r, value_member, err));
  return r->value.size ? add_line(&r->term.synonyms, pel_import_line(r->value.text), err) : PEL_OK;
}

static pel_status take_property(reader *r, pel_error *err) {
  pel_buffer_clear(&r->value);
  pel_buffer_clear(&r->predicate);
  PEL_TRY(each_member(r, value_member, err));
  if (!r->value.size || !r->predicate.size) return PEL_OK;
  char *value = pel_term_shorten(pel_import_line(r->value.text));
  const char *name = strrchr(r->predicate.text, '#');
  if (name && strcmp(name, "#hasAlternativeId") == 0) return add_line(&r->term.others, value, err);
  if (!strstr(r->predicate.text, "IAO_0100001")) return PEL_OK; /* term replaced by */
  pel_buffer_clear(&r->term.replaced);
  return add_line(&r->term.replaced, value, err);
}

static pel_status meta_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "definition") == 0 && event == PEL_JSON_OBJECT) return each_member(r, definition_member, err);
  if (strcmp(key, "synonyms") == 0) return each_object(r, event, take_synonym, err);
  if (strcmp(key, "basicPropertyValues") == 0) return each_object(r, event, take_property, err);
  if (strcmp(key, "deprecated") == 0) r->term.obsolete = event == PEL_JSON_TRUE;
  return pel_json_stream_skip(&r->j, event, err);
}

static pel_status node_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "id") == 0) return keep(r, &r->term.key, event, err);
  if (strcmp(key, "lbl") == 0) return keep(r, &r->term.label, event, err);
  if (strcmp(key, "meta") == 0 && event == PEL_JSON_OBJECT) return each_member(r, meta_member, err);
  if (strcmp(key, "type") == 0) r->entity = event == PEL_JSON_STRING && strcmp(r->j.text.text, "CLASS") == 0;
  return pel_json_stream_skip(&r->j, event, err);
}

/* A row's error, with the place in the file. */
static pel_status at_byte(const reader *r, pel_status status, pel_error *err) {
  if (status != PEL_ERR_INPUT || !err) return status;
  pel_error inner = *err;
  return pel_json_stream_fail(&r->j, err, "%.380s; mend the node, or take it out", inner.text);
}

static pel_status take_node(reader *r, pel_error *err) {
  pel_term_clear(&r->term);
  r->entity = false;
  PEL_TRY(each_member(r, node_member, err));
  if (!r->entity) return PEL_OK; /* of the ontology's own making: a property, an individual, a class of another file */
  if (r->term.key.size) pel_term_shorten(r->term.key.text);
  int64_t skipped = r->done->skipped;
  pel_status status = pel_term_import(r->b, &r->term, r->source, r->j.path, 0, r->done, NULL, err);
  if (!skipped && r->done->skipped) /* JSON has bytes, not lines */
    snprintf(r->done->first_skipped, sizeof r->done->first_skipped, "%.60s, byte %llu: term '%.60s' lacks %s", pel_import_name(r->j.path),
             (unsigned long long)r->j.at, pel_buffer_text(&r->term.key), r->term.key.size ? "a label" : "an id");
  return at_byte(r, status, err);
}

/* ---- an edge ---- */

static pel_status edge_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "sub") == 0) return keep(r, &r->subject, event, err);
  if (strcmp(key, "obj") == 0) return keep(r, &r->value, event, err);
  return strcmp(key, "pred") == 0 ? keep(r, &r->predicate, event, err) : pel_json_stream_skip(&r->j, event, err);
}

/* The usual relations by their names, others by their ids. */
static const char *relation_of(char *predicate) {
  static const char *const names[][2] = {{"BFO:0000050", "part_of"},        {"BFO:0000051", "has_part"}, {"RO:0002211", "regulates"},
                                         {"RO:0002202", "develops_from"},   {"RO:0002200", "has_phenotype"}, {"RO:0004003", "has_gene"},
                                         {"RO:0000052", "characteristic_of"}, {"RO:0002573", "has_modifier"}};
  pel_term_shorten(pel_import_line(predicate));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(predicate, names[i][0]) == 0) return names[i][1];
  return predicate;
}

static pel_status take_edge(reader *r, pel_error *err) {
  pel_buffer_clear(&r->subject);
  pel_buffer_clear(&r->predicate);
  pel_buffer_clear(&r->value);
  PEL_TRY(each_member(r, edge_member, err));
  if (!r->subject.size || !r->predicate.size || !r->value.size) {
    pel_import_skip(r->done, r->j.path, 0, "an edge that ends at byte %llu lacks sub, pred or obj", (unsigned long long)r->j.at);
    return PEL_OK;
  }
  if (strcmp(r->predicate.text, "subPropertyOf") == 0) return PEL_OK;
  pel_term_shorten(pel_import_line(r->subject.text));
  pel_term_shorten(pel_import_line(r->value.text));
  return at_byte(r, pel_term_edge(r->b, r->subject.text, relation_of(r->predicate.text), r->value.text, r->done, err), err);
}

/* ---- the file ---- */

static pel_status graph_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "nodes") == 0) return each_object(r, event, take_node, err);
  if (strcmp(key, "edges") == 0) return each_object(r, event, take_edge, err);
  return pel_json_stream_skip(&r->j, event, err);
}

static pel_status take_graph(reader *r, pel_error *err) { return each_member(r, graph_member, err); }

static pel_status file_member(reader *r, const char *key, pel_json_stream_event event, pel_error *err) {
  if (strcmp(key, "graphs") == 0) return each_object(r, event, take_graph, err);
  return pel_json_stream_skip(&r->j, event, err);
}

static pel_status read_file(reader *r, pel_error *err) {
  pel_json_stream_event event;
  PEL_TRY(pel_json_stream_next(&r->j, &event, err));
  if (event != PEL_JSON_OBJECT) return pel_json_stream_fail(&r->j, err, "expected an object with the key graphs (OBO Graphs JSON)");
  int64_t before = r->done->entities + r->done->relations + r->done->skipped;
  PEL_TRY(each_member(r, file_member, err));
  PEL_TRY(pel_json_stream_next(&r->j, &event, err)); /* the end of the file, or what should not be there */
  if (r->done->entities + r->done->relations + r->done->skipped == before)
    return pel_json_stream_fail(&r->j, err, "holds no node and no edge of a graph; is it OBO Graphs JSON?");
  return PEL_OK;
}

pel_status pel_import_obographs(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  reader r = {.b = b, .done = done, .source = source};
  PEL_TRY(pel_json_stream_open(&r.j, b, path, err));
  pel_status status = read_file(&r, err);
  pel_json_stream_close(&r.j);
  pel_term_free(&r.term);
  free(r.predicate.text);
  free(r.value.text);
  free(r.subject.text);
  return status;
}
