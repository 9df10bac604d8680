/* libFuzzer target: the input is a trace file, read whole; to some of them a review is added.
 *   clang -fsanitize=fuzzer,address,undefined ... tests/fuzz/trace_fuzz.c tests/unit/trace_read_all.c
 * Built with -DFUZZ_STANDALONE it reads the files named on its command line instead. */
#include <pellucid/reasoning.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/trace_read_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One temporary file for the whole process, rewritten for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static int fd = -1;
  static char path[64];
  pel_error err;
  if (size > 4 << 20) return 0;
  if (fd < 0) {
    char name[] = "/tmp/pel_fuzz_XXXXXX";
    fd = mkstemp(name); /* SQLite resolves links, so a memfd has no name that it could open */
    if (fd < 0) abort();
    snprintf(path, sizeof path, "%s", name);
  }
  if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
  trace_read_all(path, size % 2, &err);
  if (size % 3 == 0) pel_review_append(path, &(pel_review){.node = 1, .verdict = "accepted", .name = "A"}, &err);
  return 0;
}

#ifdef FUZZ_STANDALONE
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    FILE *f = fopen(argv[i], "rb");
    if (!f) return 1;
    uint8_t *bytes = malloc(4 << 20);
    LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, 4 << 20, f));
    free(bytes);
    fclose(f);
  }
  return 0;
}
#endif
