/* The folders of pellucid eval kg: files of triples, a line "subject TAB relation TAB object". */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/eval_kg.h"

enum { MOST_BYTES = 1 << 30, MOST_NAME = 4096 };

/* ---- names ---- */

static uint64_t hash_of(const char *name) { /* FNV-1a */
  uint64_t h = 0xcbf29ce484222325u;
  for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001b3u;
  return h;
}

static uint32_t *place_of(const kg_names *names, const char *name) {
  size_t at = hash_of(name) & (names->n_places - 1);
  while (names->places[at] && strcmp(names->items[names->places[at] - 1], name)) at = (at + 1) & (names->n_places - 1);
  return &names->places[at];
}

static bool make_room(kg_names *names) {
  if (2 * (size_t)names->n + 2 < names->n_places) return true;
  size_t n = names->n_places ? 2 * names->n_places : 1024;
  uint32_t *places = pel_alloc(n, sizeof *places);
  if (!places) return false;
  free(names->places);
  names->places = places;
  names->n_places = n;
  for (uint32_t i = 0; i < names->n; i++) *place_of(names, names->items[i]) = i + 1;
  return true;
}

/* The number of a name, a new one where it has none. */
static bool number_of(kg_names *names, char *name, uint32_t *out) {
  if (!make_room(names)) return false;
  uint32_t *place = place_of(names, name);
  if (!*place) {
    char **items = pel_grow(names->items, &names->capacity, (size_t)names->n + 1, sizeof *items);
    if (!items) return false;
    names->items = items;
    items[names->n] = name;
    *place = ++names->n;
  }
  *out = *place - 1;
  return true;
}

static void clear_names(kg_names *names) {
  free(names->items);
  free(names->places);
}

/* ---- a file ---- */

/* Cuts the line at its tabs. */
static pel_status cut(const char *path, size_t line, char *text, char *fields[3], pel_error *err) {
  int n = 0;
  for (char *at = text; at; n++) {
    char *tab = strchr(at, '\t');
    if (tab) *tab++ = 0;
    if (n < 3) fields[n] = at;
    if (n < 3 && (!*at || strlen(at) > MOST_NAME))
      return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: a name has 1 to %d bytes, column %d has %zu", path, line, MOST_NAME, n + 1, strlen(at));
    at = tab;
  }
  if (n != 3) return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu has %d column%s, not 3; a line is subject, tab, relation, tab, object", path, line, n, n == 1 ? "" : "s");
  return PEL_OK;
}

static pel_status add_line(const char *path, size_t line, char *text, kg_names *entities, kg_names *relations, kg_triples *out, pel_error *err) {
  char *fields[3];
  pel_triple t;
  PEL_TRY(cut(path, line, text, fields, err));
  pel_triple *items = pel_grow(out->items, &out->capacity, out->n + 1, sizeof *items);
  if (!items || !number_of(entities, fields[0], &t.subject) || !number_of(relations, fields[1], &t.relation) || !number_of(entities, fields[2], &t.object)) {
    if (items) out->items = items;
    return pel_fail_memory(err, path, 0);
  }
  out->items = items;
  items[out->n++] = t;
  return PEL_OK;
}

static pel_status read_triples(kg_set *set, const char *folder, const char *file, kg_names *entities, kg_triples *out, pel_error *err) {
  char *path = NULL, *text;
  size_t size;
  if (asprintf(&path, "%s/%s", folder, file) < 0) return pel_fail_memory(err, file, 0);
  pel_status status = pel_file_read(path, "triples", MOST_BYTES, &text, &size, err);
  if (status == PEL_OK) set->texts[set->n_texts++] = text;
  const char *zero = status == PEL_OK ? memchr(text, 0, size) : NULL;
  if (zero) status = pel_fail(err, PEL_ERR_INPUT, "%s: byte %zu is zero; a file of triples is text", path, (size_t)(zero - text));
  size_t line = 1;
  for (char *at = status == PEL_OK ? text : NULL; at && *at && status == PEL_OK; line++) {
    char *end = strchrnul(at, '\n'), *next = *end ? end + 1 : end;
    *end = 0;
    if (end > at && end[-1] == '\r') end[-1] = 0;
    if (*at) status = add_line(path, line, at, entities, &set->relations, out, err);
    at = next;
  }
  if (status == PEL_OK && !out->n) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds no triples", path);
  free(path);
  return status;
}

/* ---- a folder ---- */

static bool has(const char *folder, const char *file) {
  char *path = NULL;
  bool found = asprintf(&path, "%s/%s", folder, file) >= 0 && access(path, F_OK) == 0;
  free(path);
  return found;
}

static bool append(kg_triples *to, const kg_triples *more) {
  pel_triple *items = pel_grow(to->items, &to->capacity, to->n + more->n, sizeof *items);
  if (!items) return false;
  to->items = items;
  if (more->n) memcpy(items + to->n, more->items, more->n * sizeof *items);
  to->n += more->n;
  return true;
}

static pel_status read_files(kg_set *set, const char *folder, pel_error *err) {
  set->inductive = has(folder, "inference.txt");
  kg_names *asked = set->inductive ? &set->ask_entities : &set->learn_entities;
  if (!set->inductive && has(folder, "facts.txt")) PEL_TRY(read_triples(set, folder, "facts.txt", &set->learn_entities, &set->facts, err));
  PEL_TRY(read_triples(set, folder, "train.txt", &set->learn_entities, &set->train, err));
  if (set->inductive) PEL_TRY(read_triples(set, folder, "inference.txt", asked, &set->given, err));
  PEL_TRY(read_triples(set, folder, set->inductive ? "inference_validation.txt" : "valid.txt", asked, &set->valid, err));
  PEL_TRY(read_triples(set, folder, set->inductive ? "inference_test.txt" : "test.txt", asked, &set->test, err));
  if (!set->inductive && (!append(&set->given, &set->facts) || !append(&set->given, &set->train))) return pel_fail_memory(err, folder, 0);
  return PEL_OK;
}

static pel_status graph_of(uint32_t n_entities, uint32_t n_relations, const kg_triples *a, const kg_triples *b, const kg_triples *c, pel_graph **out, pel_error *err) {
  kg_triples all = {0};
  pel_status status = append(&all, a) && append(&all, b) && append(&all, c) ? pel_graph_create(n_entities, n_relations, all.items, all.n, out, err) : pel_fail_memory(err, "a graph", 0);
  free(all.items);
  return status;
}

static pel_status make_graphs(kg_set *set, pel_error *err) {
  const kg_triples none = {0};
  uint32_t asked = set->inductive ? set->ask_entities.n : set->learn_entities.n, n = set->relations.n;
  PEL_TRY(graph_of(set->learn_entities.n, n, &set->facts, &set->train, &none, &set->learn, err));
  PEL_TRY(graph_of(asked, n, &set->given, &none, &none, &set->ask, err));
  return graph_of(asked, n, &set->given, &set->valid, &set->test, &set->known, err);
}

/* The last part of the path: what the published figures are found by. */
static char *name_of(const char *folder) {
  size_t size = strlen(folder);
  while (size > 1 && folder[size - 1] == '/') size--;
  size_t start = size;
  while (start && folder[start - 1] != '/') start--;
  return strndup(folder + start, size - start);
}

pel_status kg_set_read(const char *folder, kg_set *out, pel_error *err) {
  kg_set set = {.name = name_of(folder)};
  pel_status status = set.name ? read_files(&set, folder, err) : pel_fail_memory(err, folder, 0);
  if (status == PEL_OK) status = make_graphs(&set, err);
  if (status == PEL_OK) *out = set;
  else kg_set_clear(&set);
  return status;
}

void kg_set_clear(kg_set *set) {
  clear_names(&set->relations), clear_names(&set->learn_entities), clear_names(&set->ask_entities);
  free(set->facts.items), free(set->train.items), free(set->given.items), free(set->valid.items), free(set->test.items);
  pel_graph_free(set->learn), pel_graph_free(set->ask), pel_graph_free(set->known);
  for (int i = 0; i < set->n_texts; i++) free(set->texts[i]);
  free(set->name);
  *set = (kg_set){0};
}
