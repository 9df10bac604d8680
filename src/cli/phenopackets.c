#include "src/cli/phenopackets.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { LINE_MOST = 1 << 20 };

typedef struct place {
  const char *path;
  size_t line;
  char *text; /* of the line */
  size_t size;
} place;

static pel_status fail_at(const place *p, pel_error *err, const char *what) { return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: %s", p->path, p->line, what); }

/* The key of an entry: "HP:0001250" or ["HP:0001250", "Seizure"]. NULL when it is neither. */
static const char *key_of(struct json_object *entry) {
  if (json_object_is_type(entry, json_type_array) && json_object_array_length(entry)) entry = json_object_array_get_idx(entry, 0);
  return json_object_is_type(entry, json_type_string) && json_object_get_string_len(entry) > 0 ? json_object_get_string(entry) : NULL;
}

static pel_status take_keys(const place *p, struct json_object *o, const char *member, const char *const **out, size_t *n, pel_error *err) {
  struct json_object *list = NULL;
  char what[96];
  json_object_object_get_ex(o, member, &list);
  snprintf(what, sizeof what, "'%s' is no array of [key, label]; mend it", member);
  if (list && !json_object_is_type(list, json_type_array)) return fail_at(p, err, what);
  size_t count = list ? json_object_array_length(list) : 0;
  const char **keys = pel_alloc(count, sizeof *keys);
  if (!keys) return pel_fail_memory(err, "a case", count * sizeof *keys);
  *out = keys;
  for (size_t i = 0; i < count; i++) {
    const char *key = key_of(json_object_array_get_idx(list, i));
    if (!key) return fail_at(p, err, what);
    if (!(keys[i] = strdup(key))) return pel_fail_memory(err, "a case", strlen(key));
    *n = i + 1;
  }
  return PEL_OK;
}

/* The first key of a list, "" without one; owned. */
static pel_status take_first(const place *p, struct json_object *o, const char *member, const char **out, pel_error *err) {
  const char *const *keys = NULL;
  size_t n = 0;
  pel_status status = take_keys(p, o, member, &keys, &n, err);
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

static pel_status take_object(const place *p, struct json_object *o, phenopackets *to, pel_error *err) {
  void *grown = pel_grow(to->examples, &to->room, to->n + 1, sizeof *to->examples);
  if (!grown) return pel_fail_memory(err, "the cases", to->n * sizeof *to->examples);
  to->examples = grown;
  pel_phenotype_example *e = &to->examples[to->n++];
  *e = (pel_phenotype_example){0};
  struct json_object *any;
  if (!json_object_object_get_ex(o, "observed", &any)) return fail_at(p, err, "has no member 'observed'; expected a phenopacket in the compact form");
  PEL_TRY(take_keys(p, o, "observed", &e->findings.observed, &e->findings.n_observed, err));
  PEL_TRY(take_keys(p, o, "excluded", &e->findings.excluded, &e->findings.n_excluded, err));
  PEL_TRY(take_first(p, o, "disease", &e->diagnosis, err));
  PEL_TRY(take_first(p, o, "pmid", &e->group, err));
  if (!*e->diagnosis) {
    to->without_diagnosis++, to->n--;
    example_clear(e);
  } else if (!*e->group) {
    return fail_at(p, err, "'pmid' names no publication; without it cases of one publication cannot be kept together");
  }
  return PEL_OK;
}

static pel_status take_line(place *p, struct json_tokener *reader, phenopackets *to, pel_error *err) {
  if (strspn(p->text, " \t\r\n") == p->size) return PEL_OK;
  if (p->size > LINE_MOST) return fail_at(p, err, "is longer than a megabyte; expected an object a line");
  json_tokener_reset(reader);
  struct json_object *o = json_tokener_parse_ex(reader, p->text, (int)p->size);
  if (!o || !json_object_is_type(o, json_type_object)) {
    json_object_put(o);
    return fail_at(p, err, "is no JSON object; expected phenopackets in the compact form, an object a line");
  }
  pel_status status = take_object(p, o, to, err);
  json_object_put(o);
  return status;
}

static pel_status read_lines(FILE *f, const char *path, phenopackets *to, pel_error *err) {
  place p = {.path = path};
  size_t room = 0;
  struct json_tokener *reader = json_tokener_new_ex(8);
  pel_status status = reader ? PEL_OK : pel_fail_memory(err, "a reader", 0);
  while (status == PEL_OK) {
    ssize_t n = getline(&p.text, &room, f);
    if (n < 0) break;
    p.line++, p.size = (size_t)n;
    status = take_line(&p, reader, to, err);
  }
  if (status == PEL_OK && ferror(f)) status = pel_fail_errno(err, path, "cannot read");
  if (reader) json_tokener_free(reader);
  free(p.text);
  return status;
}

pel_status phenopackets_read(const char *path, phenopackets *out, pel_error *err) {
  struct stat st;
  char inside[4096];
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
    int n = snprintf(inside, sizeof inside, "%s/phenopackets.compact.jsonl", path);
    if (n < 0 || (size_t)n >= sizeof inside) return pel_fail(err, PEL_ERR_USAGE, "%.80s...: this name is too long", path);
    path = inside;
  }
  FILE *f = fopen(path, "re");
  if (!f && errno == ENOENT) return pel_fail(err, PEL_ERR_IO, "%s: there is no such file; unpack phenopackets.compact.jsonl.gz with gunzip", path);
  if (!f) return pel_fail_errno(err, path, "cannot open");
  phenopackets p = {0};
  pel_status status = read_lines(f, path, &p, err);
  fclose(f);
  if (status == PEL_OK && !p.n) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds no case with a diagnosis", path);
  if (status == PEL_OK) *out = p;
  else phenopackets_clear(&p);
  return status;
}

void phenopackets_clear(phenopackets *p) {
  for (size_t i = 0; i < p->n; i++) example_clear(&p->examples[i]);
  free(p->examples);
  *p = (phenopackets){0};
}
