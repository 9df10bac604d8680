#include "src/cli/phenopackets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/json_lines.h"

/* The key of an entry: "HP:0001250" or ["HP:0001250", "Seizure"]. NULL when it is neither. */
static const char *key_of(struct json_object *entry) {
  if (json_object_is_type(entry, json_type_array) && json_object_array_length(entry)) entry = json_object_array_get_idx(entry, 0);
  return json_object_is_type(entry, json_type_string) && json_object_get_string_len(entry) > 0 ? json_object_get_string(entry) : NULL;
}

static pel_status take_keys(const json_line *at, struct json_object *o, const char *member, const char *const **out, size_t *n, pel_error *err) {
  struct json_object *list = NULL;
  char what[96];
  json_object_object_get_ex(o, member, &list);
  snprintf(what, sizeof what, "'%s' is no array of [key, label]; mend it", member);
  if (list && !json_object_is_type(list, json_type_array)) return json_line_fail(at, err, what);
  size_t count = list ? json_object_array_length(list) : 0;
  const char **keys = pel_alloc(count, sizeof *keys);
  if (!keys) return pel_fail_memory(err, "a case", count * sizeof *keys);
  *out = keys;
  for (size_t i = 0; i < count; i++) {
    const char *key = key_of(json_object_array_get_idx(list, i));
    if (!key) return json_line_fail(at, err, what);
    if (!(keys[i] = strdup(key))) return pel_fail_memory(err, "a case", strlen(key));
    *n = i + 1;
  }
  return PEL_OK;
}

/* The first key of a list, "" without one; owned. */
static pel_status take_first(const json_line *at, struct json_object *o, const char *member, const char **out, pel_error *err) {
  const char *const *keys = NULL;
  size_t n = 0;
  pel_status status = take_keys(at, o, member, &keys, &n, err);
  if (status == PEL_OK && !(*out = strdup(n ? keys[0] : ""))) status = pel_fail_memory(err, "a case", 0);
  for (size_t i = 0; i < n; i++) free((void *)keys[i]);
  free((void *)keys);
  return status;
}

static void example_clear(pel_phenotype_example *e) {
  for (size_t i = 0; i < e->findings.n_observed; i++) free((void *)e->findings.observed[i]);
  for (size_t i = 0; i < e->findings.n_excluded; i++) free((void *)e->findings.excluded[i]);
  free((void *)e->findings.observed), free((void *)e->findings.excluded);
  free((void *)e->diagnosis), free((void *)e->group);
  *e = (pel_phenotype_example){0};
}

static pel_status take_case(void *user, const json_line *at, struct json_object *o, pel_error *err) {
  phenopackets *to = user;
  void *grown = pel_grow(to->examples, &to->room, to->n + 1, sizeof *to->examples);
  if (!grown) return pel_fail_memory(err, "the cases", to->n * sizeof *to->examples);
  to->examples = grown;
  pel_phenotype_example *e = &to->examples[to->n++];
  *e = (pel_phenotype_example){0};
  struct json_object *any;
  if (!json_object_object_get_ex(o, "observed", &any)) return json_line_fail(at, err, "has no member 'observed'; expected a phenopacket in the compact form");
  PEL_TRY(take_keys(at, o, "observed", &e->findings.observed, &e->findings.n_observed, err));
  PEL_TRY(take_keys(at, o, "excluded", &e->findings.excluded, &e->findings.n_excluded, err));
  PEL_TRY(take_first(at, o, "disease", &e->diagnosis, err));
  PEL_TRY(take_first(at, o, "pmid", &e->group, err));
  if (!*e->diagnosis) {
    to->without_diagnosis++, to->n--;
    example_clear(e);
  } else if (!*e->group) {
    return json_line_fail(at, err, "'pmid' names no publication; without it cases of one publication cannot be kept together");
  }
  return PEL_OK;
}

pel_status phenopackets_read(const char *path, phenopackets *out, pel_error *err) {
  static const json_lines lines = {PHENOPACKETS_FILE, "expected phenopackets in the compact form, an object a line", take_case};
  char *file;
  phenopackets p = {0};
  PEL_TRY(json_lines_find(path, &lines, &file, err));
  pel_status status = json_lines_read(file, &lines, &p, err);
  if (status == PEL_OK && !p.n) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds no case with a diagnosis", file);
  free(file);
  if (status == PEL_OK) *out = p;
  else phenopackets_clear(&p);
  return status;
}

void phenopackets_clear(phenopackets *p) {
  for (size_t i = 0; i < p->n; i++) example_clear(&p->examples[i]);
  free(p->examples);
  *p = (phenopackets){0};
}
