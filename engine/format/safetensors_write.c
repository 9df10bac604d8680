#include "engine/format/safetensors_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/checked.h"
#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

static const struct {
  const char *name;
  uint32_t bytes;
} types[] = {{"F64", 8}, {"I64", 8}, {"U64", 8}, {"F32", 4}, {"U8", 1}};

static uint32_t bytes_of_type(const char *dtype) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (!strcmp(types[i].name, dtype)) return types[i].bytes;
  return 0;
}

static pel_status size_of(const pel_safetensors_item *item, uint64_t *out, pel_error *err) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  uint64_t bytes = bytes_of_type(item->dtype);
  bool fits = bytes > 0 && item->n_dims <= PEL_SAFETENSORS_DIMS_MAX;
  size_t length = strlen(item->name);
  if (!length || length > PEL_SAFETENSORS_NAME_MAX || strspn(item->name, plain) != length) return pel_fail(err, PEL_ERR_USAGE, "a tensor can't be called '%s'", item->name);
  for (uint32_t d = 0; fits && d < item->n_dims; d++) fits = pel_mul(bytes, item->shape[d], &bytes);
  if (!fits) return pel_fail(err, PEL_ERR_USAGE, "tensor '%s' is of a type or a size that can't be written", item->name);
  *out = bytes;
  return PEL_OK;
}

/* ---- the header ---- */

typedef struct plan {
  const pel_safetensors_item *items;
  size_t n;
  uint64_t *bytes; /* [n] */
  char *header;    /* 8 bytes of length, then JSON */
  size_t header_size;
} plan;

static void print_item(FILE *f, const pel_safetensors_item *item, uint64_t from, uint64_t to, bool first) {
  fprintf(f, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", first ? "" : ",", item->name, item->dtype);
  for (uint32_t d = 0; d < item->n_dims; d++) fprintf(f, "%s%llu", d ? "," : "", (unsigned long long)item->shape[d]);
  fprintf(f, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)from, (unsigned long long)to);
}

static pel_status make_header(plan *p, pel_error *err) {
  FILE *f = open_memstream(&p->header, &p->header_size);
  if (!f) return pel_fail_memory(err, "a header", 0);
  fputs("........{", f);
  uint64_t at = 0;
  bool first = true;
  for (uint32_t width = 8; width; width /= 2)
    for (size_t i = 0; i < p->n; i++) {
      if (bytes_of_type(p->items[i].dtype) != width) continue;
      print_item(f, &p->items[i], at, at + p->bytes[i], first);
      first = false;
      at += p->bytes[i];
    }
  fputc('}', f);
  while (ftell(f) % 8) fputc(' ', f);
  if (fclose(f) != 0 || !p->header) return pel_fail_memory(err, "a header", 0);
  uint64_t size = p->header_size - 8;
  for (int i = 0; i < 8; i++) p->header[i] = (char)(uint8_t)(size >> (8 * i));
  return PEL_OK;
}

/* ---- the file ---- */

static pel_status put(int fd, const char *path, const void *data, uint64_t size, pel_error *err) {
  const char *at = data;
  while (size) {
    ssize_t n = write(fd, at, size < (1u << 30) ? (size_t)size : 1u << 30);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return pel_fail_errno(err, path, "can't write");
    at += n;
    size -= (uint64_t)n;
  }
  return PEL_OK;
}

static pel_status put_all(int fd, const char *path, const plan *p, pel_error *err) {
  PEL_TRY(put(fd, path, p->header, p->header_size, err));
  for (uint32_t width = 8; width; width /= 2)
    for (size_t i = 0; i < p->n; i++)
      if (bytes_of_type(p->items[i].dtype) == width) PEL_TRY(put(fd, path, p->items[i].data, p->bytes[i], err));
  return fsync(fd) == 0 ? PEL_OK : pel_fail_errno(err, path, "can't write");
}

static void sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
  int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(folder);
  if (fd < 0) return;
  fsync(fd); /* some file systems refuse; the file itself is safe */
  close(fd);
}

/* mkstemp makes a private file: this gives it what a new file of this process would have. */
static void usual_mode(int fd) {
  mode_t mask = umask(0);
  umask(mask);
  (void)!fchmod(fd, 0666 & ~mask);
}

static pel_status write_to(const char *target, const plan *p, pel_error *err) {
  const char *slash = strrchr(target, '/');
  int folder = slash ? (int)(slash - target) + 1 : 0;
  char *hidden = NULL;
  if (asprintf(&hidden, "%.*s.%.200s.XXXXXX", folder, target, target + folder) < 0) return pel_fail_memory(err, "a file name", 0);
  int fd = mkostemp(hidden, O_CLOEXEC);
  pel_status status = fd < 0 ? pel_fail_errno(err, target, "can't create") : PEL_OK;
  if (status == PEL_OK) usual_mode(fd);
  if (status == PEL_OK) status = put_all(fd, target, p, err);
  if (fd >= 0 && close(fd) != 0 && status == PEL_OK) status = pel_fail_errno(err, target, "can't write");
  if (status == PEL_OK && rename(hidden, target) != 0) status = pel_fail_errno(err, target, "can't create");
  if (status != PEL_OK && fd >= 0) unlink(hidden);
  if (status == PEL_OK) sync_folder(target);
  free(hidden);
  return status;
}

pel_status pel_safetensors_write(const char *path, const pel_safetensors_item *items, size_t n, pel_error *err) {
  plan p = {.items = items, .n = n, .bytes = pel_alloc(n, sizeof *p.bytes)};
  char *target = NULL;
  bool exists;
  pel_status status = p.bytes ? PEL_OK : pel_fail_memory(err, "a header", n * sizeof *p.bytes);
  for (size_t i = 0; i < n && status == PEL_OK; i++) status = size_of(&items[i], &p.bytes[i], err);
  if (status == PEL_OK) status = pel_file_target(path, &target, &exists, err);
  if (status == PEL_OK) status = make_header(&p, err);
  if (status == PEL_OK) status = write_to(target, &p, err);
  free(target);
  free(p.header);
  free(p.bytes);
  return status;
}
