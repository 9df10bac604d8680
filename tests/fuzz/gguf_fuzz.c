/* libFuzzer: the input is a model file. Every key and tensor is read, keys and shapes are checked, the tokenizer is made;
 * what is accepted and small is loaded and run for a few tokens. Built and started by tests/fuzz/run.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/status.h"
#include "engine/format/gguf_impl.h"
#include "engine/model/session.h"
#include "engine/model/weights.h"
#include "engine/text/tokenizer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t used; /* so that reads are not optimised away */

/* A refusal is one line that names the file. */
static pel_status looked_at(pel_status status, const pel_error *err) {
  if (status == PEL_OK) return status;
  bool names_file = strstr(err->text, "fuzz.gguf") || strstr(err->text, "/proc/self/fd/");
  bool of_memory = status == PEL_ERR_MEMORY;
  if (!err->text[0] || strchr(err->text, '\n') || (!names_file && !of_memory)) abort();
  return status;
}

static void touch(const void *bytes, size_t size) {
  const uint8_t *p = bytes;
  for (size_t i = 0; i < size; i++) used += p[i];
}

static void read_key(const pel_gguf *g, const gguf_key *key) {
  char *name = strndup(key->name.data, key->name.size);
  uint32_t u;
  float f;
  bool b;
  pel_bytes text, *texts;
  pel_gguf_array array;
  size_t n;
  pel_error err;
  if (!name || !pel_gguf_has(g, name)) abort();
  looked_at(pel_gguf_u32(g, name, &u, &err), &err);
  looked_at(pel_gguf_f32(g, name, &f, &err), &err);
  looked_at(pel_gguf_bool(g, name, &b, &err), &err);
  if (looked_at(pel_gguf_string(g, name, &text, &err), &err) == PEL_OK) touch(text.data, text.size);
  if (looked_at(pel_gguf_get_array(g, name, &array, &err), &err) == PEL_OK)
    touch(array.data, array.count * gguf_scalar_bytes(array.kind));
  if (looked_at(pel_gguf_strings(g, name, &texts, &n, &err), &err) == PEL_OK) {
    for (size_t i = 0; i < n; i++) touch(texts[i].data, texts[i].size);
    free(texts);
  }
  free(name);
}

static void read_tensor(const pel_gguf *g, uint64_t i) {
  const pel_gguf_tensor *t = pel_gguf_tensor_at(g, i);
  const pel_tensor_format *format = pel_tensor_format_of(t->type);
  char *name = strndup(t->name.data, t->name.size);
  if (!name || !format || pel_gguf_find_tensor(g, name) != t) abort();
  free(name);
  touch(t->data, t->bytes);
  float row[256];
  pel_dequantize(t->type, t->data, format->block, row);
  used += pel_tensor_find_bad(t, 0, t->bytes / format->block_bytes);
}

/* The whole way: a model and two batches, from a file without a name. */
static void run_model(const uint8_t *data, size_t size) {
  char path[64];
  int fd = memfd_create("fuzz", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  pel_model *model;
  pel_session *session;
  pel_error err;
  if (looked_at(pel_model_open(path, &(pel_model_options){.threads = 1}, &model, &err), &err) == PEL_OK) {
    if (pel_session_create(model, 8, 1, &session, &err) == PEL_OK) {
      pel_token_id last = (pel_token_id)pel_model_get_info(model)->n_vocab - 1, ids[5] = {0, last, 0, last, 0};
      const float *logits;
      if (pel_session_eval(session, ids, 5, NULL, 0, &logits, &err) != PEL_OK) abort();
      if (pel_session_eval(session, ids, 1, NULL, 0, &logits, &err) != PEL_OK) abort();
      touch(logits, sizeof *logits * (size_t)(last + 1));
      pel_session_destroy(session);
    }
    pel_model_close(model);
  }
  close(fd);
}

static void read_tokenizer(const pel_gguf *g) {
  static const char text[] = "Hello, world 123\n\xf0\x9f\x8c\x8d <|im_end|>\xff";
  pel_tokenizer *tok;
  pel_error err;
  if (looked_at(pel_tokenizer_from_gguf(g, &tok, &err), &err) != PEL_OK) return;
  pel_token_id *ids;
  size_t n;
  if (pel_tokenizer_encode(tok, text, sizeof text - 1, PEL_ENCODE_SPECIAL | PEL_ENCODE_BOS, &ids, &n, &err) == PEL_OK) pel_free(ids);
  pel_tokenizer_close(tok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pel_gguf *g;
  pel_error err;
  pel_config config;
  uint64_t bytes = 0;
  if (size < 24) return 0; /* refused by size, before the parser */
  if (looked_at(pel_gguf_open_memory(data, size, "fuzz.gguf", &g, &err), &err) != PEL_OK) return 0;
  for (size_t i = 0; i < g->n_keys; i++) read_key(g, &g->keys[i]);
  for (uint64_t i = 0; i < pel_gguf_tensor_count(g); i++) read_tensor(g, i);
  bool fits = looked_at(pel_config_read(g, &config, &err), &err) == PEL_OK &&
              looked_at(pel_weights_check(g, &config, &bytes, &err), &err) == PEL_OK;
  read_tokenizer(g);
  pel_gguf_close(g);
  if (fits && bytes < 1 << 20) run_model(data, size);
  return 0;
}
