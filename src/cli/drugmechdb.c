#include "src/cli/drugmechdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/json_lines.h"

static const char *text_of(struct json_object *o, const char *member) {
  struct json_object *value = NULL;
  json_object_object_get_ex(o, member, &value);
  return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static pel_status number(pel_names *names, const char *name, uint32_t *out, pel_error *err) {
  return pel_names_number(names, name, out) ? PEL_OK : pel_fail_memory(err, "names", strlen(name));
}

static pel_status take_node(const json_line *at, struct json_object *node, drugmechdb *d, pel_error *err) {
  const char *id = text_of(node, "id"), *label = text_of(node, "label");
  uint32_t entity;
  if (!id || !label) return json_line_fail(at, err, "a node needs 'id' and 'label'");
  PEL_TRY(number(&d->entities, id, &entity, err));
  size_t before = d->ends_room;
  bool *ends = pel_grow(d->ends, &d->ends_room, (size_t)entity + 1, sizeof *ends);
  if (!ends) return pel_fail_memory(err, "entities", d->entities.n);
  d->ends = ends;
  memset(ends + before, 0, d->ends_room - before);
  if (strcmp(label, "Drug") == 0 || strcmp(label, "Disease") == 0) ends[entity] = true;
  return PEL_OK;
}

static pel_status take_link(const json_line *at, struct json_object *link, drugmechdb *d, mechanism *m, pel_error *err) {
  const char *from = text_of(link, "source"), *key = text_of(link, "key"), *to = text_of(link, "target");
  pel_triple t;
  if (!from || !key || !to) return json_line_fail(at, err, "a link needs 'source', 'key' and 'target'");
  if (!pel_names_find(&d->entities, from, strlen(from), &t.subject) || !pel_names_find(&d->entities, to, strlen(to), &t.object)) return json_line_fail(at, err, "a link names a node that the path does not have");
  PEL_TRY(number(&d->relations, key, &t.relation, err));
  for (size_t i = 0; i < m->n; i++)
    if (memcmp(&d->edges[m->first + i], &t, sizeof t) == 0) return PEL_OK;
  pel_triple *edges = pel_grow(d->edges, &d->edges_room, d->n_edges + 1, sizeof *edges);
  if (!edges) return pel_fail_memory(err, "edges", d->n_edges * sizeof *edges);
  d->edges = edges;
  edges[d->n_edges++] = t;
  m->n++;
  return PEL_OK;
}

static pel_status take_list(const json_line *at, struct json_object *o, const char *member, struct json_object **out, pel_error *err) {
  char what[80];
  json_object_object_get_ex(o, member, out);
  snprintf(what, sizeof what, "'%s' is no array; expected a path of DrugMechDB", member);
  return json_object_is_type(*out, json_type_array) ? PEL_OK : json_line_fail(at, err, what);
}

/* An end of the path as its head names it; false when the path does not have it. */
static bool find_end(const drugmechdb *d, const mechanism *m, const char *name, uint32_t *out) {
  if (!name || !pel_names_find(&d->entities, name, strlen(name), out)) return false;
  for (size_t i = 0; i < m->n; i++)
    if (d->edges[m->first + i].subject == *out || d->edges[m->first + i].object == *out) return true;
  return false;
}

static pel_status take_path(void *to, const json_line *at, struct json_object *o, pel_error *err) {
  drugmechdb *d = to;
  struct json_object *nodes, *links, *graph = NULL;
  mechanism m = {.first = d->n_edges};
  PEL_TRY(take_list(at, o, "nodes", &nodes, err));
  PEL_TRY(take_list(at, o, "links", &links, err));
  for (size_t i = 0; i < json_object_array_length(nodes); i++) PEL_TRY(take_node(at, json_object_array_get_idx(nodes, i), d, err));
  for (size_t i = 0; i < json_object_array_length(links); i++) PEL_TRY(take_link(at, json_object_array_get_idx(links, i), d, &m, err));
  json_object_object_get_ex(o, "graph", &graph);
  if (!find_end(d, &m, text_of(graph, "drug_mesh"), &m.drug) || !find_end(d, &m, text_of(graph, "disease_mesh"), &m.disease) || m.drug == m.disease) {
    d->left_out++;
    d->n_edges = m.first;
    return PEL_OK;
  }
  mechanism *items = pel_grow(d->items, &d->room, d->n + 1, sizeof *items);
  if (!items) return pel_fail_memory(err, "paths", d->n * sizeof *items);
  d->items = items;
  items[d->n++] = m;
  return PEL_OK;
}

pel_status drugmechdb_read(const char *path, drugmechdb *out, pel_error *err) {
  static const json_lines lines = {"drugmechdb.paths.jsonl", "one path a line is expected", take_path};
  char *file;
  drugmechdb d = {0};
  PEL_TRY(json_lines_find(path, &lines, &file, err));
  pel_status status = json_lines_read(file, &lines, &d, err);
  if (status == PEL_OK && !d.n) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds no path with a drug and a disease", file);
  free(file);
  if (status == PEL_OK) *out = d;
  else drugmechdb_clear(&d);
  return status;
}

void drugmechdb_clear(drugmechdb *d) {
  pel_names_clear(&d->entities);
  pel_names_clear(&d->relations);
  free(d->ends);
  free(d->edges);
  free(d->items);
  *d = (drugmechdb){0};
}
