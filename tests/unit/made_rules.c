#include "tests/unit/made_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void put(text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  t->n += (size_t)vsnprintf(t->s + t->n, sizeof t->s - t->n, format, args);
  va_end(args);
}

uint32_t below(pel_rng *rng, uint32_t n) { return (uint32_t)(pel_rng_next(rng) % n); }

pel_pack *make_pack(const char *folder, const char *rules, pel_error *err) {
  char path[300], packed[300];
  pel_pack *pack = NULL;
  pel_import done = {0};
  snprintf(path, sizeof path, "%s/r.pl", folder);
  snprintf(packed, sizeof packed, "%s/r.pack", folder);
  FILE *f = fopen(path, "w");
  fputs(rules, f);
  fclose(f);
  pel_pack_header header = {.name = "r", .title = "r", .version = "1", .language = "en", .advice = "", .generator = "test"};
  pel_vocabulary q = {.term = "quantity(q, V)", .says = "q is {V}", .denied = "", .asks = "", .type = PEL_TERM_QUANTITY, .unit = "", .allowed = "0..8"};
  pel_pack_builder *b;
  bool ok = pel_pack_builder_create(packed, true, &header, &b, err) == PEL_OK && pel_pack_add_vocabulary(b, &q, NULL, err) == PEL_OK && pel_import_rules(b, path, "r.pl", &done, err) == PEL_OK &&
            pel_pack_builder_finish(b, NULL, NULL, NULL, err) == PEL_OK && pel_pack_open(packed, &pack, err) == PEL_OK;
  unlink(path);
  unlink(packed);
  return ok ? pack : NULL;
}
