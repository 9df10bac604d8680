#include "engine/format/gguf.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/format/gguf_impl.h"

#define NAME_SHOWN 80 /* bytes of a stranger's name that a message repeats */
#define SHOWN(b) (int)((b).size < NAME_SHOWN ? (b).size : NAME_SHOWN), (b).data

typedef struct parser {
  pel_gguf *gguf;
  const char *path;
  pel_cursor cursor;
  uint32_t version, alignment;
  gguf_key *keys;
  size_t n_keys;
  pel_error *err;
} parser;

static pel_status bad(parser *p, const char *what) {
  return pel_fail(p->err, PEL_ERR_INPUT, "%s: offset %llu: %s; the file is damaged or no model, download it again",
                  p->path, (unsigned long long)p->cursor.at, what);
}

static pel_status bad_key(parser *p, pel_bytes key, const char *what) {
  return pel_fail(p->err, PEL_ERR_INPUT, "%s: key '%.*s' at offset %llu: %s; the file is damaged or no model",
                  p->path, SHOWN(key), (unsigned long long)p->cursor.at, what);
}

static pel_status bad_tensor(parser *p, pel_bytes name, const char *what) {
  return pel_fail(p->err, PEL_ERR_INPUT, "%s: tensor '%.*s' at offset %llu: %s; the file is damaged, download it again",
                  p->path, SHOWN(name), (unsigned long long)p->cursor.at, what);
}

int gguf_compare_bytes(pel_bytes a, pel_bytes b) {
  size_t n = a.size < b.size ? a.size : b.size;
  int order = n ? memcmp(a.data, b.data, n) : 0;
  return order ? order : (a.size > b.size) - (a.size < b.size);
}

uint64_t gguf_scalar_bytes(uint32_t kind) {
  static const uint8_t bytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return kind < sizeof bytes ? bytes[kind] : 0;
}

static bool read_string(pel_cursor *c, pel_bytes *out) {
  uint64_t n;
  if (!pel_cursor_u64(c, &n) || n > pel_cursor_left(c)) return false;
  *out = (pel_bytes){(const char *)c->data + c->at, n};
  return pel_cursor_skip(c, n);
}

static pel_status parse_array(parser *p, gguf_key *key) {
  pel_cursor *c = &p->cursor;
  uint32_t element;
  if (!pel_cursor_u32(c, &element) || !pel_cursor_u64(c, &key->count))
    return bad_key(p, key->name, "the array's header is cut off");
  key->element = element;
  key->value = c->data + c->at;
  uint64_t each = gguf_scalar_bytes(element), bytes;
  if (each) {
    if (!pel_mul(key->count, each, &bytes) || !pel_cursor_skip(c, bytes))
      return bad_key(p, key->name, "the array claims more elements than the file has bytes");
    return PEL_OK;
  }
  if (element != PEL_GGUF_STRING) return bad_key(p, key->name, "arrays of this element type are not part of the format");
  if (key->count > pel_cursor_left(c) / 8)
    return bad_key(p, key->name, "the array claims more strings than the file has bytes");
  pel_bytes ignored;
  for (uint64_t i = 0; i < key->count; i++)
    if (!read_string(c, &ignored)) return bad_key(p, key->name, "a string of the array runs past the end of the file");
  return PEL_OK;
}

static pel_status parse_key(parser *p, gguf_key *key) {
  pel_cursor *c = &p->cursor;
  uint32_t kind;
  key->offset = c->at;
  if (!read_string(c, &key->name)) return bad(p, "a key's name runs past the end of the file");
  if (!key->name.size || key->name.size > PEL_GGUF_KEY_BYTES_MAX) return bad(p, "a key's name is empty or over 65535 bytes");
  /* The format allows only ASCII. A damaged name must not pass for a key that is merely unknown. */
  for (size_t i = 0; i < key->name.size; i++)
    if (key->name.data[i] < 0x20 || key->name.data[i] > 0x7e) return bad(p, "a key's name has a byte that is not printable ASCII");
  if (!pel_cursor_u32(c, &kind)) return bad_key(p, key->name, "its type is cut off");
  key->kind = kind;
  key->value = c->data + c->at;
  if (kind == PEL_GGUF_ARRAY) return parse_array(p, key);
  if (kind == PEL_GGUF_STRING) {
    pel_bytes text;
    return read_string(c, &text) ? PEL_OK : bad_key(p, key->name, "its text runs past the end of the file");
  }
  uint64_t bytes = gguf_scalar_bytes(kind);
  if (!bytes) return bad_key(p, key->name, "its value type is not part of the format");
  if (!pel_cursor_skip(c, bytes)) return bad_key(p, key->name, "its value is cut off");
  if (kind == PEL_GGUF_BOOL && *key->value > 1) return bad_key(p, key->name, "a truth value is neither 0 nor 1");
  return PEL_OK;
}

static int compare_keys(const void *a, const void *b) {
  return gguf_compare_bytes(((const gguf_key *)a)->name, ((const gguf_key *)b)->name);
}

static pel_status parse_keys(parser *p, uint64_t count) {
  if (count > PEL_GGUF_KEYS_MAX || count > pel_cursor_left(&p->cursor) / 13)
    return bad(p, "the header claims more keys than the file can hold");
  p->keys = pel_alloc(count, sizeof *p->keys);
  if (!p->keys) return pel_fail_memory(p->err, "keys of the model file", count * sizeof *p->keys);
  for (p->n_keys = 0; p->n_keys < count; p->n_keys++) PEL_TRY(parse_key(p, &p->keys[p->n_keys]));
  qsort(p->keys, p->n_keys, sizeof *p->keys, compare_keys);
  for (size_t i = 1; i < p->n_keys; i++)
    if (gguf_compare_bytes(p->keys[i - 1].name, p->keys[i].name) == 0)
      return bad_key(p, p->keys[i].name, "the key stands there twice");
  return PEL_OK;
}

static const gguf_key *find_in(const gguf_key *keys, size_t n, const char *name) {
  gguf_key wanted = {.name = {name, strlen(name)}};
  return n ? bsearch(&wanted, keys, n, sizeof *keys, compare_keys) : NULL;
}

const gguf_key *gguf_find_key(const pel_gguf *gguf, const char *name) {
  return find_in(gguf->keys, gguf->n_keys, name);
}

static pel_status parse_alignment(parser *p) {
  p->alignment = 32;
  const gguf_key *key = find_in(p->keys, p->n_keys, "general.alignment");
  if (!key) return PEL_OK;
  if (key->kind != PEL_GGUF_U32) return bad_key(p, key->name, "alignment must be a 32-bit count");
  memcpy(&p->alignment, key->value, 4);
  bool power = p->alignment && !(p->alignment & (p->alignment - 1));
  if (!power || p->alignment < 8 || p->alignment > 65536)
    return bad_key(p, key->name, "alignment must be a power of two from 8 to 65536");
  return PEL_OK;
}

static pel_status tensor_bytes(parser *p, pel_gguf_tensor *t) {
  const pel_tensor_format *format = pel_tensor_format_of(t->type);
  if (!format)
    return pel_fail(p->err, PEL_ERR_UNSUPPORTED, "%s: tensor '%.*s' has type %u, which is not supported; supported: %s",
                    p->path, SHOWN(t->name), t->type, pel_tensor_formats());
  uint64_t elements = 1;
  for (uint32_t d = 0; d < 4; d++)
    if (!t->ne[d] || !pel_mul(elements, t->ne[d], &elements) || elements > INT64_MAX)
      return bad_tensor(p, t->name, "a dimension is zero or the size overflows");
  if (t->ne[0] % format->block) return bad_tensor(p, t->name, "its rows are no whole number of blocks of its type");
  if (!pel_mul(elements / format->block, format->block_bytes, &t->bytes))
    return bad_tensor(p, t->name, "its size overflows");
  return PEL_OK;
}

static pel_status parse_tensor(parser *p, pel_gguf_tensor *t, uint64_t *offset) {
  pel_cursor *c = &p->cursor;
  if (!read_string(c, &t->name)) return bad(p, "a tensor's name runs past the end of the file");
  if (!t->name.size || t->name.size > PEL_GGUF_NAME_BYTES_MAX || memchr(t->name.data, 0, t->name.size))
    return bad(p, "a tensor's name is empty, over 256 bytes or has a zero byte");
  if (!pel_cursor_u32(c, &t->n_dims) || t->n_dims > 4) return bad_tensor(p, t->name, "it has more than 4 dimensions");
  for (uint32_t d = 0; d < 4; d++) t->ne[d] = 1;
  for (uint32_t d = 0; d < t->n_dims; d++)
    if (!pel_cursor_u64(c, &t->ne[d])) return bad_tensor(p, t->name, "its shape is cut off");
  if (!pel_cursor_u32(c, &t->type) || !pel_cursor_u64(c, offset)) return bad_tensor(p, t->name, "its entry is cut off");
  if (*offset % p->alignment) return bad_tensor(p, t->name, "its offset is not aligned");
  return tensor_bytes(p, t);
}

static pel_status place_tensor(parser *p, pel_gguf_tensor *t, uint64_t data_start, uint64_t offset) {
  uint64_t start, end;
  if (!pel_add(data_start, offset, &start) || !pel_add(start, t->bytes, &end) || end > p->cursor.size)
    return pel_fail(p->err, PEL_ERR_INPUT,
                    "%s: tensor '%.*s': its %llu bytes at offset %llu of the data run past the end of the file of %llu; "
                    "is the download complete?", p->path, SHOWN(t->name), (unsigned long long)t->bytes,
                    (unsigned long long)offset, (unsigned long long)p->cursor.size);
  t->data = p->cursor.data + start;
  return PEL_OK;
}

static pel_status parse_tensors(parser *p, uint64_t count) {
  pel_gguf *g = p->gguf;
  if (count > PEL_GGUF_TENSORS_MAX || count > pel_cursor_left(&p->cursor) / 24)
    return bad(p, "the header claims more tensors than the file can hold");
  size_t first = g->n_tensors;
  pel_gguf_tensor *grown = pel_grow(g->tensors, &g->tensor_capacity, first + count, sizeof *grown);
  if (!grown) return pel_fail_memory(p->err, "tensor table", count * sizeof *grown);
  g->tensors = grown;
  uint64_t *offsets = pel_alloc(count, sizeof *offsets), data_start = 0;
  if (!offsets) return pel_fail_memory(p->err, "tensor table", count * sizeof *offsets);
  pel_status status = PEL_OK;
  for (uint64_t i = 0; i < count && status == PEL_OK; i++) {
    memset(&grown[first + i], 0, sizeof *grown);
    status = parse_tensor(p, &grown[first + i], &offsets[i]);
  }
  if (status == PEL_OK && !pel_align_up(p->cursor.at, p->alignment, &data_start)) status = bad(p, "the header overflows");
  for (uint64_t i = 0; i < count && status == PEL_OK; i++)
    status = place_tensor(p, &grown[first + i], data_start, offsets[i]);
  if (status == PEL_OK) g->n_tensors = first + count;
  free(offsets);
  return status;
}

static pel_status parse_header(parser *p, uint64_t *n_tensors, uint64_t *n_keys) {
  pel_cursor *c = &p->cursor;
  char magic[4];
  if (!pel_cursor_read(c, magic, 4) || memcmp(magic, "GGUF", 4) != 0)
    return pel_fail(p->err, PEL_ERR_INPUT, "%s: not a GGUF model file (it does not start with 'GGUF')", p->path);
  if (!pel_cursor_u32(c, &p->version)) return bad(p, "the header is cut off");
  if (p->version != 2 && p->version != 3)
    return pel_fail(p->err, PEL_ERR_UNSUPPORTED, "%s: GGUF version %u is not supported (2 and 3 are); convert the file again",
                    p->path, p->version);
  if (!pel_cursor_u64(c, n_tensors) || !pel_cursor_u64(c, n_keys)) return bad(p, "the header is cut off");
  return PEL_OK;
}

/* Parses one part. The keys of the first are kept; those of the others serve only the alignment. */
static pel_status parse_part(pel_gguf *g, const char *path, size_t index, pel_error *err) {
  parser p = {.gguf = g, .path = path, .err = err, .cursor = {g->parts[index].data, g->parts[index].size, 0}};
  uint64_t n_tensors = 0, n_keys = 0;
  pel_status status = parse_header(&p, &n_tensors, &n_keys);
  if (status == PEL_OK) status = parse_keys(&p, n_keys);
  if (status == PEL_OK) status = parse_alignment(&p);
  if (status == PEL_OK) status = parse_tensors(&p, n_tensors);
  if (status == PEL_OK && index == 0) {
    g->keys = p.keys;
    g->n_keys = p.n_keys;
    p.keys = NULL;
  }
  free(p.keys);
  return status;
}

static int compare_tensors(const void *a, const void *b) {
  return gguf_compare_bytes(((const pel_gguf_tensor *)a)->name, ((const pel_gguf_tensor *)b)->name);
}

static pel_status sort_tensors(pel_gguf *g, pel_error *err) {
  qsort(g->tensors, g->n_tensors, sizeof *g->tensors, compare_tensors);
  for (size_t i = 1; i < g->n_tensors; i++)
    if (compare_tensors(&g->tensors[i - 1], &g->tensors[i]) == 0)
      return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%.*s' stands there twice; the file is damaged", g->path,
                      SHOWN(g->tensors[i].name));
  return PEL_OK;
}

static int compare_places(const void *a, const void *b) {
  const pel_gguf_tensor *x = *(const pel_gguf_tensor *const *)a, *y = *(const pel_gguf_tensor *const *)b;
  uintptr_t p = (uintptr_t)x->data, q = (uintptr_t)y->data;
  return p != q ? (p > q) - (p < q) : (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* No writer lets tensors share bytes: where they do, an offset is wrong and the weights would be too. */
static pel_status check_overlaps(const pel_gguf *g, pel_error *err) {
  const pel_gguf_tensor **by_place = pel_alloc(g->n_tensors, sizeof *by_place);
  if (!by_place) return pel_fail_memory(err, "tensor table", g->n_tensors * sizeof *by_place);
  for (size_t i = 0; i < g->n_tensors; i++) by_place[i] = &g->tensors[i];
  qsort(by_place, g->n_tensors, sizeof *by_place, compare_places);
  pel_status status = PEL_OK;
  for (size_t i = 1; i < g->n_tensors && status == PEL_OK; i++) {
    const pel_gguf_tensor *a = by_place[i - 1], *b = by_place[i];
    if ((uintptr_t)a->data + a->bytes > (uintptr_t)b->data)
      status = pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%.*s': its data overlaps that of '%.*s'; the file is damaged, download it again",
                        g->path, SHOWN(b->name), SHOWN(a->name));
  }
  free(by_place);
  return status;
}

static pel_status map_file(const char *path, gguf_part *part, pel_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return pel_fail_errno(err, path, "can't open the model");
  struct stat info;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(fd);
    return pel_fail(err, PEL_ERR_INPUT, "%s: not a regular file; name a .gguf model file", path);
  }
  if (info.st_size < 24) {
    close(fd);
    return pel_fail(err, PEL_ERR_INPUT, "%s: %lld bytes is too short for a GGUF model", path, (long long)info.st_size);
  }
  void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  pel_status status = data == MAP_FAILED ? pel_fail_errno(err, path, "can't map the model") : PEL_OK;
  close(fd);
  if (status == PEL_OK) *part = (gguf_part){data, (uint64_t)info.st_size, true};
  return status;
}

/* "dir/name-00001-of-00003.gguf": the stem's length, or 0 when the path does not have this form. */
static size_t split_stem(const char *path) {
  static const char form[] = "-00000-of-00000.gguf";
  size_t n = strlen(path), m = sizeof form - 1;
  if (n < m) return 0;
  for (size_t i = 0; i < m; i++) {
    char want = form[i], c = path[n - m + i];
    if (want == '0' ? c < '0' || c > '9' : c != want) return 0;
  }
  return n - m;
}

static pel_status open_siblings(pel_gguf *g, uint32_t count, pel_error *err) {
  size_t stem = split_stem(g->path);
  if (!stem)
    return pel_fail(err, PEL_ERR_INPUT, "%s: key 'split.count' says %u parts, but the name does not end in "
                    "-00001-of-%05u.gguf; restore the original names", g->path, count, count);
  gguf_part *parts = pel_alloc(count, sizeof *parts);
  size_t length = strlen(g->path) + 8;
  char *name = malloc(length);
  pel_status status = parts && name ? PEL_OK : pel_fail_memory(err, "file parts", count * sizeof *parts);
  if (status == PEL_OK) {
    parts[0] = g->parts[0];
    free(g->parts);
    g->parts = parts;
    parts = NULL;
  }
  for (uint32_t i = 1; i < count && status == PEL_OK; i++) {
    snprintf(name, length, "%.*s-%05u-of-%05u.gguf", (int)stem, g->path, i + 1, count);
    status = map_file(name, &g->parts[i], err);
    if (status == PEL_OK) g->n_parts = i + 1;
    if (status == PEL_OK) status = parse_part(g, name, i, err);
  }
  free(parts);
  free(name);
  return status;
}

static pel_status load_splits(pel_gguf *g, pel_error *err) {
  if (!pel_gguf_has(g, "split.count")) return PEL_OK;
  uint32_t count, number = 0;
  PEL_TRY(pel_gguf_u32(g, "split.count", &count, err));
  if (pel_gguf_has(g, "split.no")) PEL_TRY(pel_gguf_u32(g, "split.no", &number, err));
  if (count > PEL_GGUF_PARTS_MAX)
    return pel_fail(err, PEL_ERR_INPUT, "%s: key 'split.count': %u parts is over the limit of %u", g->path, count,
                    PEL_GGUF_PARTS_MAX);
  if (number != 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: this is part %u of %u; name the first part", g->path, number + 1, count);
  if (count > 1) PEL_TRY(open_siblings(g, count, err));
  if (!pel_gguf_has(g, "split.tensors.count")) return PEL_OK;
  uint32_t expected;
  PEL_TRY(pel_gguf_u32(g, "split.tensors.count", &expected, err));
  if (expected != g->n_tensors)
    return pel_fail(err, PEL_ERR_INPUT, "%s: key 'split.tensors.count' says %u tensors, the parts hold %zu; a part is wrong",
                    g->path, expected, g->n_tensors);
  return PEL_OK;
}

static pel_status finish_open(pel_gguf *g, pel_gguf **out, pel_error *err) {
  pel_status status = parse_part(g, g->path, 0, err);
  if (status == PEL_OK) status = load_splits(g, err);
  if (status == PEL_OK) status = sort_tensors(g, err);
  if (status == PEL_OK) status = check_overlaps(g, err);
  if (status != PEL_OK) {
    pel_gguf_close(g);
    return status;
  }
  *out = g;
  return PEL_OK;
}

static pel_gguf *new_gguf(const char *path) {
  pel_gguf *g = pel_alloc(1, sizeof *g);
  if (!g) return NULL;
  g->path = strdup(path);
  g->parts = pel_alloc(1, sizeof *g->parts);
  if (g->path && g->parts) return g;
  pel_gguf_close(g);
  return NULL;
}

pel_status pel_gguf_open(const char *path, pel_gguf **out, pel_error *err) {
  pel_gguf *g = new_gguf(path);
  if (!g) return pel_fail_memory(err, "model file", sizeof *g);
  pel_status status = map_file(path, &g->parts[0], err);
  if (status != PEL_OK) {
    pel_gguf_close(g);
    return status;
  }
  g->n_parts = 1;
  return finish_open(g, out, err);
}

pel_status pel_gguf_open_memory(const void *data, size_t size, const char *name, pel_gguf **out, pel_error *err) {
  pel_gguf *g = new_gguf(name);
  if (!g) return pel_fail_memory(err, "model file", sizeof *g);
  g->parts[0] = (gguf_part){data, size, false};
  g->n_parts = 1;
  return finish_open(g, out, err);
}

void pel_gguf_close(pel_gguf *g) {
  if (!g) return;
  for (size_t i = 0; i < g->n_parts; i++)
    if (g->parts[i].mapped) munmap((void *)g->parts[i].data, g->parts[i].size);
  free(g->parts);
  free(g->keys);
  free(g->tensors);
  free(g->path);
  free(g);
}

const char *pel_gguf_path(const pel_gguf *g) { return g->path; }

uint64_t pel_gguf_file_bytes(const pel_gguf *g) {
  uint64_t total = 0;
  for (size_t i = 0; i < g->n_parts; i++) total += g->parts[i].size;
  return total;
}

uint64_t pel_gguf_tensor_count(const pel_gguf *g) { return g->n_tensors; }
const pel_gguf_tensor *pel_gguf_tensor_at(const pel_gguf *g, uint64_t i) { return i < g->n_tensors ? &g->tensors[i] : NULL; }

const pel_gguf_tensor *pel_gguf_find_tensor(const pel_gguf *g, const char *name) {
  pel_gguf_tensor wanted = {.name = {name, strlen(name)}};
  return g->n_tensors ? bsearch(&wanted, g->tensors, g->n_tensors, sizeof *g->tensors, compare_tensors) : NULL;
}

pel_status pel_gguf_digest(const pel_gguf *g, uint8_t digest[32], pel_error *err) {
  (void)err;
  struct sha256_ctx context;
  sha256_init(&context);
  for (size_t i = 0; i < g->n_parts; i++) sha256_update(&context, g->parts[i].size, g->parts[i].data);
  sha256_digest(&context, 32, digest);
  return PEL_OK;
}
