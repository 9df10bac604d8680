/* libFuzzer: any bytes as a case file. What is read is in the limits that it states; what is refused names the file and a place. Then it
 * is let go. Built and started by tests/fuzz/run.sh. */
#include <pellucid/audit.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const pel_case *c) {
  const pel_case_info *i = pel_case_get_info(c);
  if (!*i->question || strlen(i->as_of) != 10 || strlen(i->sha256) != 64) abort();
  for (size_t k = 0; k < i->n_facts; k++) {
    const pel_case_fact *f = pel_case_get_fact(c, k);
    if (!f || !f->id || !f->name || !f->value || f->to < f->from) abort();
    if (!f->known && *f->value) abort();
  }
  if (pel_case_get_fact(c, i->n_facts)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pel_case *c;
  pel_error err = {0};
  if (pel_case_parse("fuzz.json", (const char *)data, size, &c, &err) != PEL_OK) {
    if (strncmp(err.text, "fuzz.json:", 10) != 0 && err.status != PEL_ERR_MEMORY) abort();
    return 0;
  }
  look(c);
  pel_case_close(c);
  return 0;
}
