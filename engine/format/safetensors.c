#include "engine/format/safetensors.h"

#include <fcntl.h>
#include <math.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/checked.h"
#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/format/cursor.h"
#include "engine/format/json.h"

struct pel_safetensors {
  char *path;
  const uint8_t *data;
  uint64_t size;
  bool mapped;
  pel_safetensor *tensors; /* by name */
  size_t n, capacity;
  char *names; /* one after the other; a decoded name is never longer than its spelling */
};

static const struct {
  const char *name;
  uint32_t bytes;
} dtypes[] = {{"F32", 4}, {"F16", 2}, {"BF16", 2}, {"F64", 8}, {"I64", 8},  {"I32", 4},     {"I16", 2},    {"I8", 1},
              {"U64", 8}, {"U32", 4}, {"U16", 2},  {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};

typedef struct parser {
  pel_safetensors *file;
  pel_json json; /* of the header */
  uint64_t data_start;
  size_t names_used;
  pel_error *err;
} parser;

/* One member of the header while it is read. */
typedef struct entry {
  pel_safetensor tensor;
  char dtype[16];
  uint64_t from, to;
  bool has_dtype, has_shape, has_offsets;
} entry;

static pel_status bad_header(const parser *p) {
  return pel_fail(p->err, PEL_ERR_INPUT, "%s: header, offset %zu: %s; the file is damaged, download it again",
                  p->file->path, p->json.at + 8, p->json.fault);
}

static pel_status bad_tensor(const parser *p, const pel_safetensor *t, const char *what) {
  return pel_fail(p->err, PEL_ERR_INPUT, "%s: tensor '%s': %s; the file is damaged, download it again", p->file->path,
                  t->name, what);
}

/* ---- the header ---- */

static void read_shape(pel_json *j, pel_safetensor *t) {
  if (!pel_json_enter(j, '[')) return;
  while (pel_json_more(j, ']')) {
    if (t->n_dims == PEL_SAFETENSORS_DIMS_MAX) {
      pel_json_fail(j, "a tensor has more than 8 dimensions");
      return;
    }
    if (pel_json_u64(j, &t->shape[t->n_dims])) t->n_dims++;
  }
}

static void read_offsets(pel_json *j, entry *e) {
  uint64_t each[2];
  size_t n = 0;
  if (!pel_json_enter(j, '[')) return;
  while (pel_json_more(j, ']')) {
    if (n == 2) pel_json_fail(j, "two offsets are due, there are more");
    else if (pel_json_u64(j, &each[n])) n++;
  }
  if (n != 2) pel_json_fail(j, "two offsets are due");
  else e->from = each[0], e->to = each[1];
}

static bool read_entry(pel_json *j, entry *e) {
  char key[32];
  if (!pel_json_enter(j, '{')) return false;
  while (pel_json_more(j, '}')) {
    if (!pel_json_key(j, key, sizeof key)) return false;
    bool *has = !strcmp(key, "dtype")          ? &e->has_dtype
                : !strcmp(key, "shape")        ? &e->has_shape
                : !strcmp(key, "data_offsets") ? &e->has_offsets
                                               : NULL;
    if (!has) return pel_json_fail(j, "a member that is not dtype, shape or data_offsets");
    if (*has) return pel_json_fail(j, "a member stands there twice");
    *has = true;
    if (has == &e->has_dtype) pel_json_string(j, e->dtype, sizeof e->dtype);
    if (has == &e->has_shape) read_shape(j, &e->tensor);
    if (has == &e->has_offsets) read_offsets(j, e);
  }
  if (!e->has_dtype || !e->has_shape || !e->has_offsets)
    return pel_json_fail(j, "dtype, shape or data_offsets is missing");
  return !j->fault;
}

/* The entry against the file: type, extent, place. */
static pel_status place(const parser *p, entry *e) {
  pel_safetensor *t = &e->tensor;
  uint64_t each = 0, bytes = 1, left = p->file->size - p->data_start;
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
    if (!strcmp(dtypes[i].name, e->dtype)) t->dtype = dtypes[i].name, each = dtypes[i].bytes;
  if (!each)
    return pel_fail(p->err, PEL_ERR_UNSUPPORTED,
                    "%s: tensor '%s': type '%s' is not known; save the model as F32, F16 or BF16", p->file->path,
                    t->name, e->dtype);
  bool fits = true;
  for (uint32_t d = 0; d < t->n_dims; d++) fits = fits && pel_mul(bytes, t->shape[d], &bytes);
  t->count = bytes;
  if (!fits || !pel_mul(bytes, each, &bytes)) return bad_tensor(p, t, "its shape is larger than any file");
  if (e->from > e->to || e->to > left)
    return pel_fail(
        p->err, PEL_ERR_INPUT,
        "%s: tensor '%s': its bytes %llu to %llu run past the end of the data of %llu; is the download complete?",
        p->file->path, t->name, (unsigned long long)e->from, (unsigned long long)e->to, (unsigned long long)left);
  if (e->to - e->from != bytes)
    return pel_fail(
        p->err, PEL_ERR_INPUT,
        "%s: tensor '%s': its shape takes %llu bytes of %s, its data_offsets give %llu; the file is damaged, "
        "download it again",
        p->file->path, t->name, (unsigned long long)bytes, t->dtype, (unsigned long long)(e->to - e->from));
  t->data = p->file->data + p->data_start + e->from;
  t->bytes = bytes;
  return PEL_OK;
}

static pel_status add_tensor(parser *p, const char *name) {
  pel_safetensors *f = p->file;
  entry e = {.tensor.name = f->names + p->names_used};
  for (uint32_t d = 0; d < PEL_SAFETENSORS_DIMS_MAX; d++) e.tensor.shape[d] = 1;
  size_t n = strlen(name) + 1;
  memcpy(f->names + p->names_used, name, n);
  p->names_used += n;
  if (n == 1) pel_json_fail(&p->json, "a tensor has no name");
  if (p->json.fault || !read_entry(&p->json, &e)) return bad_header(p);
  PEL_TRY(place(p, &e));
  pel_safetensor *grown = pel_grow(f->tensors, &f->capacity, f->n + 1, sizeof *grown);
  if (!grown) return pel_fail_memory(p->err, "tensor table", (f->n + 1) * sizeof *grown);
  f->tensors = grown;
  f->tensors[f->n++] = e.tensor;
  return PEL_OK;
}

static pel_status read_members(parser *p) {
  pel_json *j = &p->json;
  char name[PEL_SAFETENSORS_NAME_MAX + 1];
  if (!pel_json_enter(j, '{')) return bad_header(p);
  while (pel_json_more(j, '}')) {
    if (!pel_json_key(j, name, sizeof name)) return bad_header(p);
    if (strcmp(name, "__metadata__")) PEL_TRY(add_tensor(p, name));
    else pel_json_skip(j);
  }
  return pel_json_end(j) ? PEL_OK : bad_header(p);
}

/* ---- the tensors together ---- */

static int by_name(const void *a, const void *b) {
  return strcmp(((const pel_safetensor *)a)->name, ((const pel_safetensor *)b)->name);
}

static int by_place(const void *a, const void *b) {
  const pel_safetensor *x = a, *y = b;
  if (x->data != y->data) return (uintptr_t)x->data < (uintptr_t)y->data ? -1 : 1;
  return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* Tensors lie end to end: where they do not, an offset is wrong and the weights would be too. */
static pel_status check_extent(const parser *p) {
  const pel_safetensors *f = p->file;
  if (f->n) qsort(f->tensors, f->n, sizeof *f->tensors, by_place);
  const uint8_t *end = f->data + p->data_start;
  for (size_t i = 0; i < f->n; i++) {
    if (f->tensors[i].data != end)
      return bad_tensor(p, &f->tensors[i],
                        f->tensors[i].data < end ? "its data overlaps that of another" : "a gap lies before its data");
    end += f->tensors[i].bytes;
  }
  if (end != f->data + f->size)
    return pel_fail(p->err, PEL_ERR_INPUT,
                    "%s: %llu bytes stand behind the last tensor; the file is damaged, download it again", f->path,
                    (unsigned long long)(f->data + f->size - end));
  return PEL_OK;
}

static pel_status sort_by_name(const parser *p) {
  const pel_safetensors *f = p->file;
  if (f->n) qsort(f->tensors, f->n, sizeof *f->tensors, by_name);
  for (size_t i = 1; i < f->n; i++)
    if (!by_name(&f->tensors[i - 1], &f->tensors[i])) return bad_tensor(p, &f->tensors[i], "it stands there twice");
  return PEL_OK;
}

static pel_status parse(pel_safetensors *f, pel_error *err) {
  pel_cursor c = {f->data, f->size, 0};
  uint64_t header = 0;
  if (!pel_cursor_u64(&c, &header))
    return pel_fail(err, PEL_ERR_INPUT, "%s: %llu bytes is too short for a safetensors file; download it again",
                    f->path, (unsigned long long)f->size);
  if (header > PEL_SAFETENSORS_HEADER_MAX || header > pel_cursor_left(&c))
    return pel_fail(
        err, PEL_ERR_INPUT,
        "%s: offset 0: a header of %llu bytes, the file has %llu; not a safetensors file, or the download is not complete",
        f->path, (unsigned long long)header, (unsigned long long)f->size);
  parser p = {
      .file = f, .json = {.text = (const char *)f->data + 8, .size = header}, .data_start = 8 + header, .err = err};
  f->names = pel_alloc(header + 1, 1);
  if (!f->names) return pel_fail_memory(err, "tensor names", header + 1);
  PEL_TRY(read_members(&p));
  PEL_TRY(check_extent(&p));
  return sort_by_name(&p);
}

/* ---- open and close ---- */

static pel_status map_file(const char *path, pel_safetensors *f, pel_error *err) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return pel_fail_errno(err, path, "can't open the weights");
  pel_status status = PEL_OK;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    status = pel_fail(err, PEL_ERR_INPUT, "%s: not a regular file; name a .safetensors file", path);
  else if (info.st_size > 0) {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) status = pel_fail_errno(err, path, "can't map the weights");
    else f->data = data, f->size = (uint64_t)info.st_size, f->mapped = true;
  }
  close(fd);
  return status;
}

static pel_status open_file(const void *data, size_t size, const char *path, pel_safetensors **out, pel_error *err) {
  pel_safetensors *f = pel_alloc(1, sizeof *f);
  if (!f || !(f->path = strdup(path))) {
    free(f);
    return pel_fail_memory(err, "weights file", sizeof *f);
  }
  f->data = data, f->size = size;
  pel_status status = data ? PEL_OK : map_file(path, f, err);
  if (status == PEL_OK) status = parse(f, err);
  if (status == PEL_OK) *out = f;
  else pel_safetensors_close(f);
  return status;
}

pel_status pel_safetensors_open(const char *path, pel_safetensors **out, pel_error *err) {
  return open_file(NULL, 0, path, out, err);
}

pel_status pel_safetensors_open_memory(const void *data, size_t size, const char *name, pel_safetensors **out,
                                       pel_error *err) {
  return open_file(data, size, name, out, err);
}

void pel_safetensors_close(pel_safetensors *f) {
  if (!f) return;
  if (f->mapped) munmap((void *)f->data, f->size);
  free(f->tensors);
  free(f->names);
  free(f->path);
  free(f);
}

const char *pel_safetensors_path(const pel_safetensors *f) { return f->path; }
size_t pel_safetensors_count(const pel_safetensors *f) { return f->n; }
const pel_safetensor *pel_safetensors_at(const pel_safetensors *f, size_t i) {
  return i < f->n ? &f->tensors[i] : NULL;
}

const pel_safetensor *pel_safetensors_find(const pel_safetensors *f, const char *name) {
  pel_safetensor wanted = {.name = name};
  return f->n ? bsearch(&wanted, f->tensors, f->n, sizeof *f->tensors, by_name) : NULL;
}

/* ---- values ---- */

static float half_at(const uint8_t *p, bool bf16) {
  uint16_t h = (uint16_t)(p[0] | p[1] << 8);
  return bf16 ? pel_bf16_to_float(h) : pel_half_to_float(h);
}

pel_status pel_safetensors_floats(const pel_safetensors *f, const pel_safetensor *t, uint64_t first, size_t n,
                                  float *out, pel_error *err) {
  bool f32 = !strcmp(t->dtype, "F32"), bf16 = !strcmp(t->dtype, "BF16");
  if (!f32 && !bf16 && strcmp(t->dtype, "F16"))
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: tensor '%s' is of type %s; save the model as F32, F16 or BF16",
                    f->path, t->name, t->dtype);
  if (first > t->count || n > t->count - first)
    return pel_fail(err, PEL_ERR_USAGE, "%s: tensor '%s' has %llu elements, not %llu; ask for fewer", f->path, t->name,
                    (unsigned long long)t->count, (unsigned long long)first + n);
  if (f32 && n) memcpy(out, t->data + first * 4, n * 4);
  for (size_t i = 0; i < n; i++) {
    if (!f32) out[i] = half_at(t->data + (first + i) * 2, bf16);
    if (!isfinite(out[i]))
      return pel_fail(err, PEL_ERR_INPUT,
                      "%s: tensor '%s', element %llu is not a finite number; the file is damaged, download it again",
                      f->path, t->name, (unsigned long long)(first + i));
  }
  return PEL_OK;
}

void pel_safetensors_digest(const pel_safetensors *f, uint8_t digest[32]) {
  struct sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, f->size, f->data);
  sha256_digest(&context, 32, digest);
}
