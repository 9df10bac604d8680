/* Written tensors, read back by the reader; what can't be written; a file that is replaced whole. */
#include "engine/format/safetensors_write.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/pellucid-write-XXXXXX", path[64];

static void what_is_written_is_read(void) {
  const float f[6] = {1.5f, -2, 0, 3e-30f, 7, -0.0f};
  const double d[2] = {1e300, -0.1};
  const int64_t i[1] = {-5};
  const uint64_t u[1] = {UINT64_MAX};
  const pel_safetensors_item items[] = {{"words", "U8", 1, {5}, "abcd"}, {"a.matrix", "F32", 2, {2, 3}, f}, {"d", "F64", 1, {2}, d},
                                        {"i", "I64", 1, {1}, i},         {"u", "U64", 1, {1}, u},          {"none", "F64", 2, {0, 3}, NULL}};
  pel_error err = {0};
  CHECK_MSG(pel_safetensors_write(path, items, 6, &err) == PEL_OK, "%s", err.text);
  pel_safetensors *file;
  CHECK_MSG(pel_safetensors_open(path, &file, &err) == PEL_OK, "%s", err.text);
  CHECK(pel_safetensors_count(file) == 6);
  for (int k = 0; k < 6; k++) {
    const pel_safetensor *t = pel_safetensors_find(file, items[k].name);
    CHECK(t && strcmp(t->dtype, items[k].dtype) == 0 && t->n_dims == items[k].n_dims);
    for (uint32_t n = 0; t && n < t->n_dims; n++) CHECK(t->shape[n] == items[k].shape[n]);
    if (t) CHECK(t->bytes == 0 || memcmp(t->data, items[k].data, t->bytes) == 0);
    if (t && strcmp(t->dtype, "U8")) CHECK(((uintptr_t)t->data & 3) == 0);
  }
  pel_safetensors_close(file);
}

static void odd_items_are_refused(void) {
  const pel_safetensors_item bad[] = {{"a\"b", "F32", 1, {0}, NULL}, {"", "F32", 1, {0}, NULL}, {"x", "F17", 1, {0}, NULL}, {"x", "F32", 2, {UINT64_MAX, 9}, NULL}};
  for (int i = 0; i < 4; i++) CHECK(pel_safetensors_write(path, &bad[i], 1, NULL) == PEL_ERR_USAGE);
}

static void nothing_is_left_where_it_fails(void) {
  const pel_safetensors_item one = {"x", "F32", 1, {1}, &(float){1}};
  pel_error err;
  char inside[100];
  snprintf(inside, sizeof inside, "%s/no/such.safetensors", folder);
  CHECK(pel_safetensors_write(inside, &one, 1, &err) == PEL_ERR_IO && !strchr(err.text, '\n'));
  CHECK(pel_safetensors_write(folder, &one, 1, &err) == PEL_ERR_USAGE);
}

static void a_link_stays_a_link(void) {
  const pel_safetensors_item one = {"x", "F32", 1, {1}, &(float){1}};
  char link_path[100];
  struct stat st;
  snprintf(link_path, sizeof link_path, "%s/link", folder);
  CHECK(symlink("weights", link_path) == 0);
  CHECK(pel_safetensors_write(link_path, &one, 1, NULL) == PEL_OK);
  CHECK(lstat(link_path, &st) == 0 && S_ISLNK(st.st_mode));
  unlink(link_path);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/weights", folder);
  RUN(what_is_written_is_read);
  RUN(what_is_written_is_read); /* over the file that is there */
  RUN(odd_items_are_refused);
  RUN(nothing_is_left_where_it_fails);
  RUN(a_link_stays_a_link);
  unlink(path);
  CHECK(rmdir(folder) == 0); /* no hidden file was left */
  return check_result();
}
