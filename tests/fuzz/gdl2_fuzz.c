/* libFuzzer target: a GDL2 guideline, or (first byte odd) a test file. What is taken makes a pack that reads back whole. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/knowledge/gdl2_yaml.h"
#include "tests/unit/pack_read_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const pel_error *err) {
  if (!*err->text || strchr(err->text, '\n')) abort();
}

static void read_tests(const char *path) {
  pel_gdl2_tests *t;
  pel_error err = {0};
  if (pel_gdl2_tests_read(path, &t, &err) != PEL_OK) check_error(&err);
  else pel_gdl2_tests_free(t);
}

static void import(const char *path, const char *pack) {
  static const pel_pack_header header = {"fuzz", "fuzz", "", "en", "", ""};
  pel_pack_builder *b;
  pel_import done = {0};
  pel_error err = {0};
  if (pel_pack_builder_create(pack, true, &header, &b, &err) != PEL_OK) abort();
  if (pel_import_gdl2(b, path, &done, &err) != PEL_OK) {
    check_error(&err);
    pel_pack_builder_abandon(b);
    return;
  }
  if (pel_pack_builder_finish(b, NULL, NULL, NULL, &err) != PEL_OK) abort();
  if (pack_read_all(pack, false, &err) == PEL_OK) return;
  fprintf(stderr, "%s\n", err.text);
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char folder[] = "/tmp/pel_gdl2_fuzz_XXXXXX", file[64], pack[64];
  if (size < 1 || size > 1 << 14) return 0;
  if (!*pack) {
    if (!mkdtemp(folder)) abort();
    snprintf(file, sizeof file, "%s/in.gdl2.json", folder);
    snprintf(pack, sizeof pack, "%s/out.pack", folder);
  }
  FILE *f = fopen(file, "wb");
  if (!f || fwrite(data + 1, 1, size - 1, f) != size - 1 || fclose(f)) abort();
  if (data[0] & 1) read_tests(file);
  else import(file, pack);
  return 0;
}
