/* libFuzzer: any bytes become tokens of a small vocabulary, in the room that is given; the same bytes as a vocabulary are refused
 * or work. The last byte is how many tokens there may be. Built and started by tests/fuzz/run.sh. */
#include <stdlib.h>
#include <string.h>

#include "engine/text/wordpiece.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\ncafe\na\n##a\nb\n##b\n,\n[\n]\n\xe4\xbd\xa0\n0\n##1\n";

static void encode(const pel_wordpiece *w, const uint8_t *text, size_t size, size_t most) {
  pel_token_id *ids = malloc(most * sizeof *ids), more[512]; /* exactly the room: a byte past it is seen */
  size_t n = pel_wordpiece_encode(w, (const char *)text, size, ids, most), all = pel_wordpiece_encode(w, (const char *)text, size, more, 512);
  if (n < 2 || n > most || (all < 512 && n != (all < most ? all : most))) abort();
  for (size_t i = 0; i < n; i++)
    if (ids[i] < 0 || (size_t)ids[i] >= pel_wordpiece_count(w) || (i + 1 < n && ids[i] != more[i])) abort();
  free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pel_wordpiece *fixed;
  pel_wordpiece *w;
  pel_error err;
  if (!fixed && pel_wordpiece_open_memory(vocabulary, sizeof vocabulary - 1, "fixed", &fixed, &err) != PEL_OK) abort();
  if (!size) return 0;
  encode(fixed, data, size - 1, 2 + data[size - 1]);
  if (pel_wordpiece_open_memory((const char *)data, size, "fuzz.txt", &w, &err) != PEL_OK) {
    if (strncmp(err.text, "fuzz.txt: ", 10)) abort();
    return 0;
  }
  encode(w, data, size, 16);
  pel_wordpiece_close(w);
  return 0;
}
