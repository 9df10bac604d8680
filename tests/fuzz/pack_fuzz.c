/* libFuzzer target: the input is a knowledge pack, opened, read whole, searched and checked.
 *   clang -fsanitize=fuzzer,address,undefined ... tests/fuzz/pack_fuzz.c tests/unit/pack_read_all.c */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/pack_read_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One temporary file for the whole process, rewritten for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static int fd = -1;
  static char path[] = "/tmp/pel_pack_fuzz_XXXXXX";
  pel_error err;
  if (size > 4 << 20) return 0;
  if (fd < 0) fd = mkstemp(path);
  if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
  pack_read_all(path, size % 2, &err);
  return 0;
}
