/* libFuzzer: the input is a file of weights. Every tensor of what is accepted is read; a refusal is one line that names the file.
 * The same bytes are read as JSON, too. Built and started by tests/fuzz/run.sh. */
#include <stdlib.h>
#include <string.h>

#include "engine/format/json.h"
#include "engine/format/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t used; /* so that reads are not optimised away */

static pel_status looked_at(pel_status status, const pel_error *err) {
  if (status != PEL_OK && (strncmp(err->text, "fuzz.safetensors: ", 18) || strchr(err->text, '\n'))) abort();
  return status;
}

static void read_tensor(const pel_safetensors *f, size_t i) {
  const pel_safetensor *t = pel_safetensors_at(f, i);
  float values[64];
  pel_error err;
  if (!t || !t->name[0] || pel_safetensors_find(f, t->name) != t) abort();
  for (uint64_t at = 0; at < t->bytes; at++) used += t->data[at];
  for (uint64_t at = 0; at < t->count; at += 64) {
    size_t n = t->count - at < 64 ? (size_t)(t->count - at) : 64;
    if (looked_at(pel_safetensors_floats(f, t, at, n, values, &err), &err) != PEL_OK) return;
    for (size_t j = 0; j < n; j++) used += values[j] > 0;
  }
}

/* Numbers and strings by the functions for them, the rest passed over. */
static void read_json(const uint8_t *data, size_t size) {
  pel_json j = {.text = (const char *)data, .size = size}, whole = j;
  char text[16];
  uint64_t n;
  double d;
  bool b;
  pel_json_skip(&whole);
  if (!pel_json_end(&whole) && (!whole.fault || whole.at > size)) abort();
  if (!pel_json_enter(&j, '[')) return;
  while (pel_json_more(&j, ']')) switch (pel_json_peek(&j)) {
      case '"': if (pel_json_string(&j, text, sizeof text)) used += strlen(text); break;
      case '-': pel_json_double(&j, &d); break;
      case 't': case 'f': pel_json_bool(&j, &b); break;
      case '{': case '[': pel_json_skip(&j); break;
      default: pel_json_u64(&j, &n);
    }
  if (pel_json_end(&j) && whole.fault) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pel_safetensors *f;
  pel_error err;
  uint8_t digest[32];
  read_json(data, size);
  if (size >= 8) read_json(data + 8, size - 8);
  if (!size || looked_at(pel_safetensors_open_memory(data, size, "fuzz.safetensors", &f, &err), &err) != PEL_OK) return 0;
  for (size_t i = 0; i < pel_safetensors_count(f); i++) read_tensor(f, i);
  pel_safetensors_digest(f, digest);
  used += digest[0];
  pel_safetensors_close(f);
  return 0;
}
