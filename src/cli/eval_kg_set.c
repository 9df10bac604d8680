/* The folders of pellucid eval kg: files of triples, a line "subject TAB relation TAB object". */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/cli.h"
#include "src/cli/eval_kg.h"

enum { MOST_BYTES = 1 << 30, MOST_NAME = 4096 };

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

static pel_status add_line(const char *path, size_t line, char *text, pel_names *entities, pel_names *relations, kg_triples *out, pel_error *err) {
  char *fields[3];
  pel_triple t;
  PEL_TRY(cut(path, line, text, fields, err));
  pel_triple *items = pel_grow(out->items, &out->capacity, out->n + 1, sizeof *items);
  if (!items || !pel_names_number(entities, fields[0], &t.subject) || !pel_names_number(relations, fields[1], &t.relation) || !pel_names_number(entities, fields[2], &t.object)) {
    if (items) out->items = items;
    return pel_fail_memory(err, path, 0);
  }
  out->items = items;
  items[out->n++] = t;
  return PEL_OK;
}

static pel_status read_triples(kg_set *set, const char *folder, const char *file, pel_names *entities, kg_triples *out, pel_error *err) {
  char *path = NULL, *text = NULL;
  size_t size = 0;
  if (asprintf(&path, "%s/%s", folder, file) < 0) return pel_fail_memory(err, file, 0);
  pel_status status = pel_file_read(path, "triples", MOST_BYTES, &text, &size, err);
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
  free(text);
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
  pel_names *asked = set->inductive ? &set->ask_entities : &set->learn_entities;
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

pel_status kg_set_check_output(const char *folder, const char *output, pel_error *err) {
  static const char *const files[] = {"facts.txt", "train.txt", "valid.txt", "test.txt", "inference.txt", "inference_validation.txt", "inference_test.txt"};
  pel_status status = PEL_OK;
  for (size_t i = 0; i < sizeof files / sizeof *files && status == PEL_OK; i++) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, files[i]) < 0) return pel_fail_memory(err, files[i], 0);
    status = cli_check_output(output, path, "a file of the set", err);
    free(path);
  }
  return status;
}

void kg_set_clear(kg_set *set) {
  pel_names_clear(&set->relations), pel_names_clear(&set->learn_entities), pel_names_clear(&set->ask_entities);
  free(set->facts.items), free(set->train.items), free(set->given.items), free(set->valid.items), free(set->test.items);
  pel_graph_free(set->learn), pel_graph_free(set->ask), pel_graph_free(set->known);
  free(set->name);
  *set = (kg_set){0};
}
