/* Reads the stored reference values of tests/data/reference (made by tests/data/make_reference.py): NAME.json names the
 * tensors of NAME.bin. The folder is argv[1], or tests/data/reference under PELLUCID_SOURCE_ROOT. */
#pragma once
#include <json-c/json.h>

#include "engine/base/mem.h"
#include "tests/check.h"

typedef struct reference {
  struct json_object *json;
  float *values;
} reference;

static char reference_folder[4096];

static inline void reference_find(int argc, char **argv) {
  if (argc > 1 && argv[1][0] != '-')
    snprintf(reference_folder, sizeof reference_folder, "%s", argv[1]);
  else
    snprintf(reference_folder, sizeof reference_folder, "%s/tests/data/reference", check_need("PELLUCID_SOURCE_ROOT"));
}

static inline const char *reference_path(const char *name, const char *ending) {
  static char path[4200];
  snprintf(path, sizeof path, "%s/%s%s", reference_folder, name, ending);
  return path;
}

static inline bool reference_load(const char *name, reference *r) {
  r->json = json_object_from_file(reference_path(name, ".json"));
  FILE *f = fopen(reference_path(name, ".bin"), "rb");
  CHECK_MSG(r->json && f, "%s", reference_path(name, ".bin"));
  if (!r->json || !f) return false;
  fseek(f, 0, SEEK_END);
  size_t size = (size_t)ftell(f);
  rewind(f);
  r->values = pel_alloc(size, 1);
  CHECK(fread(r->values, 1, size, f) == size);
  fclose(f);
  return true;
}

static inline void reference_unload(reference *r) {
  json_object_put(r->json);
  free(r->values);
}

static inline const float *reference_tensor(const reference *r, const char *name) {
  struct json_object *t = json_object_object_get(json_object_object_get(r->json, "tensors"), name);
  CHECK_MSG(t != NULL, "no tensor %s", name);
  return t ? r->values + json_object_get_int64(json_object_object_get(t, "offset")) : r->values;
}

/* Token i of the sequences: the stored ones, then a formula. */
static inline int32_t reference_token(const reference *r, uint32_t i, uint32_t n_vocab) {
  struct json_object *first = json_object_object_get(r->json, "tokens");
  if (i < json_object_array_length(first)) return json_object_get_int(json_object_array_get_idx(first, i));
  return (int32_t)(((uint64_t)i * 7919 + 13) % n_vocab);
}
