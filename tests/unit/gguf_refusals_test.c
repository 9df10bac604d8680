/* Model files with one thing wrong, made from a sound one: overlapping tensors, damaged key names, weights that are no
 * numbers, shapes that can't be shared out. Each is refused with one line that names the file and the place.
 * Needs nothing outside the repository:  gguf_refusals_test tests/data/reference   (or PELLUCID_SOURCE_ROOT). */
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/model/session.h"
#include "tests/golden/reference.h"

static uint8_t *sound;
static size_t size;

static uint8_t *copy_of_sound(void) {
  uint8_t *copy = pel_alloc(size, 1);
  memcpy(copy, sound, size);
  return copy;
}

/* Right behind the name of a key or tensor. */
static uint8_t *after_name(uint8_t *file, const char *name) {
  size_t n = strlen(name);
  uint64_t length = n;
  for (uint8_t *at = file; at + 8 + n < file + size; at++)
    if (!memcmp(at, &length, 8) && !memcmp(at + 8, name, n)) return at + 8 + n;
  CHECK_MSG(false, "no %s", name);
  return file;
}

/* Opens the bytes as a model, whole; the text of the refusal goes to `text`. */
static pel_status open_model(const uint8_t *file, char text[600]) {
  char path[64];
  pel_model *model;
  pel_error err = {0};
  int fd = memfd_create("model", MFD_CLOEXEC);
  CHECK(fd >= 0 && write(fd, file, size) == (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  pel_status status = pel_model_open(path, NULL, &model, &err);
  if (status == PEL_OK) pel_model_close(model);
  CHECK_MSG(status == PEL_OK || (!strchr(err.text, '\n') && !strncmp(err.text, path, strlen(path))), "%s", err.text);
  snprintf(text, sizeof err.text, "%s", err.text);
  close(fd);
  return status;
}

static void refused(const uint8_t *file, const char *first, const char *second) {
  char text[600];
  CHECK(open_model(file, text) == PEL_ERR_INPUT);
  CHECK_MSG(strstr(text, first) && strstr(text, second), "%s", text);
}

static void the_sound_one_opens(void) {
  char text[600];
  CHECK_MSG(open_model(sound, text) == PEL_OK, "%s", text);
}

/* A tensor's entry: name, n_dims, the dimensions, type, offset. */
static void overlapping_tensors(void) {
  uint8_t *file = copy_of_sound(), *entry = after_name(file, "blk.1.ffn_up.weight");
  memset(entry + 4 + 2 * 8 + 4, 0, 8);
  refused(file, "tensor '", "overlaps that of 'blk.1.ffn_up.weight'");
  free(file);
}

static void damaged_key_name(void) {
  uint8_t *file = copy_of_sound();
  after_name(file, "gemma3.rope.scaling.type")[-3] = 0xff;
  refused(file, "offset ", "ASCII");
  free(file);
}

static void heads_that_do_not_divide(void) {
  uint8_t *file = copy_of_sound(), *heads = after_name(file, "gemma3.attention.head_count") + 4;
  heads[0] = 3;
  after_name(file, "gemma3.attention.head_count_kv")[4] = 2;
  refused(file, "key 'gemma3.attention.head_count_kv'", "3 heads");
  after_name(file, "gemma3.attention.key_length")[-1] = 'x'; /* then the width of a head is embedding_length / heads */
  after_name(file, "gemma3.attention.head_count_kv")[4] = 1;
  refused(file, "key 'gemma3.attention.head_count'", "'embedding_length'");
  free(file);
}

static void weights_that_are_no_numbers(void) {
  static const char *const names[] = {"token_embd.weight", "output_norm.weight", "blk.0.attn_q.weight",
                                      "blk.5.ffn_down.weight", "blk.2.attn_k_norm.weight"};
  static const float values[] = {NAN, INFINITY, -INFINITY};
  pel_error err;
  pel_gguf *g;
  CHECK(pel_gguf_open_memory(sound, size, "sound", &g, &err) == PEL_OK);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    for (int v = 0; v < 3; v++) {
      const pel_gguf_tensor *t = pel_gguf_find_tensor(g, names[i]);
      uint8_t *file = copy_of_sound();
      memcpy(file + (t->data - sound) + t->bytes - 8, &values[v], 4);
      char block[64];
      snprintf(block, sizeof block, "block %llu", (unsigned long long)t->bytes / 4 - 2);
      refused(file, names[i], block);
      free(file);
    }
  pel_gguf_close(g);
}

/* Of each type: every block is found whose scale is no number, and nothing else is. */
static void scales_that_are_no_numbers(void) {
  static const struct { uint32_t type; int at[3]; } types[] = {
      {PEL_TYPE_F16, {0, -1}},  {PEL_TYPE_BF16, {0, -1}},   {PEL_TYPE_Q8_0, {0, -1}},      {PEL_TYPE_Q4_0, {0, -1}},
      {PEL_TYPE_Q4_1, {0, 2, -1}}, {PEL_TYPE_Q5_0, {0, -1}}, {PEL_TYPE_Q5_1, {0, 2, -1}},  {PEL_TYPE_Q2_K, {80, 82, -1}},
      {PEL_TYPE_Q3_K, {108, -1}}, {PEL_TYPE_Q4_K, {0, 2, -1}}, {PEL_TYPE_Q5_K, {0, 2, -1}}, {PEL_TYPE_Q6_K, {208, -1}}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    const pel_tensor_format *f = pel_tensor_format_of(types[i].type);
    uint8_t bytes[5 * 256] = {0};
    float wide[256];
    pel_gguf_tensor t = {.type = types[i].type, .data = bytes, .bytes = 5ull * f->block_bytes};
    CHECK(pel_tensor_find_bad(&t, 0, 5) == 5);
    for (int s = 0; types[i].at[s] >= 0; s++) {
      uint8_t *high = bytes + 3 * f->block_bytes + types[i].at[s] + 1;
      bytes[3 * f->block_bytes + types[i].at[s]] = types[i].type == PEL_TYPE_BF16 ? 0x80 : 0;
      *high = types[i].type == PEL_TYPE_BF16 ? 0x7f : 0x7c; /* infinity */
      CHECK_MSG(pel_tensor_find_bad(&t, 0, 5) == 3, "%s", f->name);
      CHECK(pel_tensor_find_bad(&t, 0, 3) == 3 && pel_tensor_find_bad(&t, 4, 5) == 5);
      /* The field is the one that widening reads. */
      memset(wide, 0, sizeof wide);
      pel_dequantize(t.type, bytes + 3 * f->block_bytes, f->block, wide);
      bool finite = true;
      for (uint32_t n = 0; n < f->block; n++) finite &= isfinite(wide[n]) != 0;
      CHECK_MSG(!finite, "%s", f->name);
      *high = 0;
      bytes[3 * f->block_bytes + types[i].at[s]] = 0;
    }
  }
}

int main(int argc, char **argv) {
  reference_find(argc, argv);
  FILE *f = fopen(reference_path("gemma3", ".gguf"), "rb");
  CHECK_MSG(f != NULL, "%s", reference_path("gemma3", ".gguf"));
  if (!f) return check_result();
  fseek(f, 0, SEEK_END);
  size = (size_t)ftell(f);
  rewind(f);
  sound = pel_alloc(size, 1);
  CHECK(fread(sound, 1, size, f) == size);
  fclose(f);
  RUN(the_sound_one_opens);
  RUN(overlapping_tensors);
  RUN(damaged_key_name);
  RUN(heads_that_do_not_divide);
  RUN(weights_that_are_no_numbers);
  RUN(scales_that_are_no_numbers);
  free(sound);
  return check_result();
}
