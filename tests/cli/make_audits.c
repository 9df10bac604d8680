/* make_audits FOLDER: trace files of reasoning for the tests of reports and differences.
 * make_audits --append FILE...: adds reasoning to traces that hold a model's run. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/audit_examples.h"

int main(int argc, char **argv) {
  static const struct { const char *file, *name; audit_variant variant; bool reviews; } made[] = {
      {"spouse.pel", "spouse", AUDIT_PLAIN, true}, {"spouse-again.pel", "spouse", AUDIT_PLAIN, false}, {"spouse-2018.pel", "spouse", AUDIT_NEW_LAW, false},
      {"curb.pel", "curb", AUDIT_PLAIN, true}, {"curb-urea.pel", "curb", AUDIT_UREA, false}};
  char path[4096];
  pel_error err;
  if (argc > 2 && !strcmp(argv[1], "--append")) {
    for (int i = 2; i < argc; i++)
      if (audit_append("curb", argv[i], &err) != PEL_OK) return fprintf(stderr, "%s\n", err.text), 1;
    return 0;
  }
  if (argc != 2) return 2;
  for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
    snprintf(path, sizeof path, "%s/%s", argv[1], made[i].file);
    if (audit_example(made[i].name, made[i].variant, made[i].reviews, path, &err) == PEL_OK) continue;
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  return 0;
}
