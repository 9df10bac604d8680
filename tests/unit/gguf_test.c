/* The GGUF reader on files that the test builds: typed keys, tensors, splits, truncation at every byte. */
#include <unistd.h>

#include "tests/unit/tokenizer_build.h"
#include "tests/check.h"

/* Header, keys of `b`, then one F32 tensor of 4 values unless `name` is NULL. */
static build finish(const build *b, uint32_t version, const char *name) {
  build file = {0};
  build_bytes(&file, "GGUF", 4);
  build_u32(&file, version);
  build_u64(&file, name ? 1 : 0);
  build_u64(&file, b->n_keys);
  build_bytes(&file, b->data, b->size);
  if (name) {
    build_text(&file, name, strlen(name));
    build_u32(&file, 1);
    build_u64(&file, 4);
    build_u32(&file, PEL_TYPE_F32);
    build_u64(&file, 0);
  }
  while (file.size % 32) build_bytes(&file, "", 1);
  float values[4] = {1, 2, 3, 4};
  if (name) build_bytes(&file, values, sizeof values);
  return file;
}

static build some_keys(void) {
  build b = {0};
  build_string(&b, "general.architecture", "llama");
  build_number(&b, "n", 7);
  build_flag(&b, "yes", true);
  build_array(&b, "words", PEL_GGUF_STRING, 2);
  build_text(&b, "ab", 2);
  build_text(&b, "", 0);
  return b;
}

static void reads_typed_keys(void) {
  build keys = some_keys(), file = finish(&keys, 3, "t");
  pel_error err;
  pel_gguf *g;
  CHECK(pel_gguf_open_memory(file.data, file.size, "memory", &g, &err) == PEL_OK);
  uint32_t n;
  bool yes;
  float f;
  pel_bytes text, *words;
  size_t count;
  CHECK(pel_gguf_u32(g, "n", &n, &err) == PEL_OK && n == 7);
  CHECK(pel_gguf_bool(g, "yes", &yes, &err) == PEL_OK && yes);
  CHECK(pel_gguf_string(g, "general.architecture", &text, &err) == PEL_OK && text.size == 5);
  CHECK(pel_gguf_strings(g, "words", &words, &count, &err) == PEL_OK && count == 2 && words[0].size == 2 && !words[1].size);
  free(words);
  CHECK(pel_gguf_f32(g, "n", &f, &err) == PEL_ERR_INPUT && strstr(err.text, "memory: key 'n'"));
  CHECK(pel_gguf_u32(g, "absent", &n, &err) == PEL_ERR_INPUT && strstr(err.text, "absent") && n == 7);
  const pel_gguf_tensor *t = pel_gguf_find_tensor(g, "t");
  CHECK(t && t->ne[0] == 4 && t->bytes == 16);
  float value;
  memcpy(&value, t->data + 8, 4);
  CHECK(value == 3);
  pel_gguf_close(g);
  free(keys.data), free(file.data);
}

static void refuses_every_truncation(void) {
  build keys = some_keys(), file = finish(&keys, 3, "t");
  for (size_t size = 0; size < file.size; size++) {
    uint8_t *copy = malloc(size ? size : 1); /* exact, so that a sanitizer sees a read past its end */
    memcpy(copy, file.data, size);
    pel_error err = {0};
    pel_gguf *g = NULL;
    CHECK_MSG(pel_gguf_open_memory(copy, size, "short", &g, &err) != PEL_OK && !g && *err.text, "%zu bytes", size);
    free(copy);
  }
  free(keys.data), free(file.data);
}

static void names_versions_and_types(void) {
  build keys = some_keys(), file = finish(&keys, 4, NULL);
  pel_error err;
  pel_gguf *g;
  CHECK(pel_gguf_open_memory(file.data, file.size, "m", &g, &err) == PEL_ERR_UNSUPPORTED && strstr(err.text, "version 4"));
  free(file.data);
  file = finish(&keys, 2, "t");
  CHECK(pel_gguf_open_memory(file.data, file.size, "m", &g, &err) == PEL_OK);
  pel_gguf_close(g);
  uint8_t *type = file.data + (file.size - 16 - 32); /* find the type field: the 4 bytes before the offset of zeros */
  for (; type < file.data + file.size; type++) { /* ne = 4 stands right before it */
    uint64_t ne;
    memcpy(&ne, type - 8, 8);
    if (ne == 4) break;
  }
  type[0] = 19; /* IQ1_S */
  CHECK(pel_gguf_open_memory(file.data, file.size, "m", &g, &err) == PEL_ERR_UNSUPPORTED);
  CHECK_MSG(strstr(err.text, "tensor 't' has type 19") && strstr(err.text, "Q4_K"), "%s", err.text);
  free(keys.data), free(file.data);
}

static void write_file(const char *path, const build *b) {
  FILE *f = fopen(path, "wb");
  CHECK(f && fwrite(b->data, 1, b->size, f) == b->size);
  if (f) fclose(f);
}

static void opens_split_files(void) {
  char folder[] = "/tmp/pellucid-split-XXXXXX", first[128], second[128];
  CHECK(mkdtemp(folder) != NULL);
  snprintf(first, sizeof first, "%s/m-00001-of-00002.gguf", folder);
  snprintf(second, sizeof second, "%s/m-00002-of-00002.gguf", folder);
  build a = some_keys(), b = {0};
  build_number(&a, "split.count", 2);
  build_number(&a, "split.no", 0);
  build_number(&a, "split.tensors.count", 2);
  build_number(&b, "split.no", 1);
  build_number(&b, "split.count", 2);
  build one = finish(&a, 3, "one"), two = finish(&b, 3, "two");
  write_file(first, &one);
  pel_error err;
  pel_gguf *g;
  CHECK(pel_gguf_open(first, &g, &err) == PEL_ERR_IO && strstr(err.text, "m-00002-of-00002.gguf"));
  write_file(second, &two);
  CHECK_MSG(pel_gguf_open(first, &g, &err) == PEL_OK, "%s", err.text);
  CHECK(pel_gguf_tensor_count(g) == 2 && pel_gguf_find_tensor(g, "one") && pel_gguf_find_tensor(g, "two"));
  pel_gguf_close(g);
  CHECK(pel_gguf_open(second, &g, &err) == PEL_ERR_INPUT && strstr(err.text, "name the first part"));
  unlink(first), unlink(second), rmdir(folder);
  free(a.data), free(b.data), free(one.data), free(two.data);
}

int main(void) {
  RUN(reads_typed_keys);
  RUN(refuses_every_truncation);
  RUN(names_versions_and_types);
  RUN(opens_split_files);
  return check_result();
}
