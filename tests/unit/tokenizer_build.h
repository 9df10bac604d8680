/* Builds small GGUF files in memory, so that tokenizer tests need no data from outside. */
#pragma once
#include <pellucid/tokenizer.h>

#include "engine/format/gguf.h"
#include "engine/text/alphabet.h"
#include "engine/text/tokenizer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct build {
  uint8_t *data;
  size_t size, capacity;
  uint64_t n_keys;
} build;

static inline void build_bytes(build *b, const void *bytes, size_t n) {
  if (b->size + n > b->capacity) {
    b->capacity = (b->size + n) * 2 + 256;
    b->data = realloc(b->data, b->capacity);
    if (!b->data) abort();
  }
  if (n) memcpy(b->data + b->size, bytes, n);
  b->size += n;
}

static inline void build_u32(build *b, uint32_t v) { build_bytes(b, &v, 4); }
static inline void build_u64(build *b, uint64_t v) { build_bytes(b, &v, 8); }

static inline void build_text(build *b, const char *text, size_t n) {
  build_u64(b, n);
  build_bytes(b, text, n);
}

static inline void build_key(build *b, const char *key, uint32_t kind) {
  build_text(b, key, strlen(key));
  build_u32(b, kind);
  b->n_keys++;
}

static inline void build_string(build *b, const char *key, const char *value) {
  build_key(b, key, PEL_GGUF_STRING);
  build_text(b, value, strlen(value));
}

static inline void build_number(build *b, const char *key, uint32_t value) {
  build_key(b, key, PEL_GGUF_U32);
  build_u32(b, value);
}

static inline void build_flag(build *b, const char *key, bool value) {
  build_key(b, key, PEL_GGUF_BOOL);
  build_bytes(b, &(uint8_t){value}, 1);
}

static inline void build_array(build *b, const char *key, uint32_t kind, uint64_t count) {
  build_key(b, key, PEL_GGUF_ARRAY);
  build_u32(b, kind);
  build_u64(b, count);
}

/* A vocabulary under construction: texts with kinds and scores, and merges. */
typedef struct build_vocab {
  char text[2048][64];
  size_t size[2048];
  int32_t kind[2048];
  float score[2048];
  size_t n;
  char merge[512][64];
  size_t n_merges;
} build_vocab;

static inline size_t build_token(build_vocab *v, const char *text, size_t size, int32_t kind, float score) {
  memcpy(v->text[v->n], text, size);
  v->size[v->n] = size;
  v->kind[v->n] = kind;
  v->score[v->n] = score;
  return v->n++;
}

static inline void build_merge(build_vocab *v, const char *left, const char *right) {
  char joined[128];
  snprintf(joined, sizeof joined, "%s%s", left, right);
  bool known = false;
  for (size_t i = 0; i < v->n; i++)
    known |= v->size[i] == strlen(joined) && memcmp(v->text[i], joined, v->size[i]) == 0;
  if (!known) build_token(v, joined, strlen(joined), 1, 0);
  snprintf(v->merge[v->n_merges++], 64, "%.31s %.31s", left, right);
}

static inline void build_alphabet(build_vocab *v) {
  for (int byte = 0; byte < 256; byte++) {
    char spelled[2];
    build_token(v, spelled, pel_alphabet_spell((uint8_t)byte, spelled), 1, 0);
  }
}

static inline void build_byte_tokens(build_vocab *v) {
  for (int byte = 0; byte < 256; byte++) {
    char text[8];
    snprintf(text, sizeof text, "<0x%02X>", byte);
    build_token(v, text, 6, 6, 0);
  }
}

static inline void build_tokens(build *b, const build_vocab *v) {
  build_array(b, "tokenizer.ggml.tokens", PEL_GGUF_STRING, v->n);
  for (size_t i = 0; i < v->n; i++) build_text(b, v->text[i], v->size[i]);
  build_array(b, "tokenizer.ggml.token_type", PEL_GGUF_I32, v->n);
  build_bytes(b, v->kind, v->n * sizeof *v->kind);
  build_array(b, "tokenizer.ggml.scores", PEL_GGUF_F32, v->n);
  build_bytes(b, v->score, v->n * sizeof *v->score);
  build_array(b, "tokenizer.ggml.merges", PEL_GGUF_STRING, v->n_merges);
  for (size_t i = 0; i < v->n_merges; i++) build_text(b, v->merge[i], strlen(v->merge[i]));
}

/* Puts the header before the keys, opens the file and the tokenizer, and releases what was built. */
static inline pel_status build_open(build *keys, pel_tokenizer **out, pel_error *err) {
  build file = {0};
  build_bytes(&file, "GGUF", 4);
  build_u32(&file, 3);
  build_u64(&file, 0);
  build_u64(&file, keys->n_keys);
  build_bytes(&file, keys->data, keys->size);
  while (file.size % 32) build_bytes(&file, "", 1);
  pel_gguf *gguf;
  pel_status status = pel_gguf_open_memory(file.data, file.size, "built.gguf", &gguf, err);
  if (status == PEL_OK) {
    status = pel_tokenizer_from_gguf(gguf, out, err);
    pel_gguf_close(gguf);
  }
  free(file.data);
  free(keys->data);
  *keys = (build){0};
  return status;
}
