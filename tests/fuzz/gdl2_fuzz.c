/* libFuzzer target: a GDL2 guideline, or (first byte odd) a test file of the one below. What is taken makes a pack that reads back whole. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/pack_read_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const pel_error *err) {
  if (!*err->text || strchr(err->text, '\n')) abort();
}

/* What the test files are for: all kinds of inputs, and outputs that repeat them. */
static const char guideline[] =
    "{\"id\": \"Small.v1\", \"concept\": \"gt0001\", \"definition\": {\"data_bindings\": {\"gt0002\": {\"model_id\": \"m\", \"type\": \"INPUT\", \"elements\": {"
    "\"gt0003\": {\"path\": \"/a\", \"data_type\": \"DV_QUANTITY\", \"units\": [\"kg\"]}, \"gt0004\": {\"path\": \"/b\", \"allowed_values\": [\"1|local::at0004|Yes|\", \"0|local::at0005|No|\"]},"
    "\"gt0005\": {\"path\": \"/c\"}, \"gt0006\": {\"path\": \"/d\", \"data_type\": \"DV_TEXT\"}, \"gt0007\": {\"path\": \"/e\", \"data_type\": \"DV_BOOLEAN\"}}},"
    "\"gt0010\": {\"model_id\": \"m\", \"type\": \"OUTPUT\", \"elements\": {\"gt0011\": {\"path\": \"/a\"}, \"gt0012\": {\"path\": \"/b\"}, \"gt0013\": {\"path\": \"/c\"}}}},"
    "\"rules\": {\"gt0021\": {\"priority\": 2, \"when\": [\"$gt0003>=1,kg\", \"$gt0005<=($currentDateTime-60,a)\"], \"then\": [\"$gt0011=$gt0004\", \"$gt0012=$gt0006+' '+$gt0003\"]},"
    "\"gt0022\": {\"priority\": 1, \"when\": [\"$gt0007==true\"], \"then\": [\"$gt0013=$gt0003\"]}}}}";

static void finish(pel_pack_builder *b, const char *pack) {
  pel_error err = {0};
  if (pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK && pack_read_all(pack, false, &err) == PEL_OK) return;
  fprintf(stderr, "%s\n", err.text);
  abort();
}

static pel_pack_builder *begin(const char *pack) {
  static const pel_pack_header header = {"fuzz", "fuzz", "", "en", "", ""};
  pel_pack_builder *b;
  pel_error err = {0};
  if (pel_pack_builder_create(pack, true, &header, &b, &err) != PEL_OK) abort();
  return b;
}

static void import_tests(const char *path, const char *of, const char *pack) {
  pel_pack_builder *b = begin(pack);
  pel_import done = {0};
  pel_error err = {0};
  if (pel_import_gdl2_tests(b, path, &of, 1, &done, &err) == PEL_OK) finish(b, pack);
  else check_error(&err), pel_pack_builder_abandon(b);
}

static void import(const char *path, const char *pack) {
  pel_pack_builder *b = begin(pack);
  pel_import done = {0};
  pel_error err = {0};
  if (pel_import_gdl2(b, path, &done, &err) == PEL_OK) finish(b, pack);
  else check_error(&err), pel_pack_builder_abandon(b);
}

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(bytes, 1, size, f) != size || fclose(f)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char folder[] = "/tmp/pel_gdl2_fuzz_XXXXXX", file[64], tests[64], of[64], pack[64];
  if (size < 1 || size > 1 << 14) return 0;
  if (!*pack) {
    if (!mkdtemp(folder)) abort();
    snprintf(file, sizeof file, "%s/in.gdl2.json", folder);
    snprintf(of, sizeof of, "%s/small.gdl2.json", folder);
    snprintf(tests, sizeof tests, "%s/small.test.yml", folder);
    snprintf(pack, sizeof pack, "%s/out.pack", folder);
    write_file(of, guideline, sizeof guideline - 1);
  }
  write_file(data[0] & 1 ? tests : file, data + 1, size - 1);
  if (data[0] & 1) import_tests(tests, of, pack);
  else import(file, pack);
  return 0;
}
