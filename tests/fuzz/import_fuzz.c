/* libFuzzer target: the first byte chooses an importer, the rest is its file. What an importer takes must make a pack that reads back whole. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/pack_read_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pel_status import(pel_pack_builder *b, int kind, const char *path, int64_t source, pel_import *done, pel_error *err) {
  switch (kind) {
    case 0: return pel_import_obographs(b, path, source, done, err);
    case 1: return pel_import_obo(b, path, source, done, err);
    case 2: return pel_import_hpoa(b, path, source, done, err);
    case 3: return pel_import_tsv(b, path, source, done, err);
    default: return pel_import_text(b, path, source, done, err);
  }
}

static void check_error(const pel_error *err) {
  if (!*err->text || strchr(err->text, '\n')) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char folder[] = "/tmp/pel_import_fuzz_XXXXXX", files[2][64], pack[64];
  static const pel_pack_header header = {"fuzz", "fuzz", "", "en", "", ""};
  if (size < 1 || size > 1 << 16) return 0;
  if (!*pack) {
    if (!mkdtemp(folder)) abort();
    snprintf(files[0], sizeof files[0], "%s/in.txt", folder);
    snprintf(files[1], sizeof files[1], "%s/in.md", folder);
    snprintf(pack, sizeof pack, "%s/out.pack", folder);
  }
  int kind = data[0] % 6;
  const char *path = files[kind == 4];
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(data + 1, 1, size - 1, f) != size - 1 || fclose(f)) abort();
  pel_pack_builder *b;
  pel_import done = {0};
  pel_error err = {0};
  int64_t source;
  if (pel_pack_builder_create(pack, true, &header, &b, &err) != PEL_OK) abort();
  if (pel_pack_add_source(b, &(pel_source){.key = "in"}, &source, &err) != PEL_OK) abort();
  if (import(b, kind, path, source, &done, &err) != PEL_OK) {
    check_error(&err);
    pel_pack_builder_abandon(b);
    return 0;
  }
  if ((done.skipped > 0) != (*done.first_skipped != 0)) abort();
  if (pel_pack_builder_finish(b, NULL, NULL, NULL, &err) != PEL_OK) abort();
  pel_status status = pack_read_all(pack, false, &err);
  if (status != PEL_OK) {
    fprintf(stderr, "%s\n", err.text);
    abort();
  }
  return 0;
}
