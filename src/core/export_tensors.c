/* The stored tensors of a trace as one safetensors file: 8 bytes of header size, JSON header, then the data
 * in the header's order without holes. 4-byte types come first, so that every tensor lies aligned. */
#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/core/export_parts.h"
#include "src/core/text_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 512

typedef enum kind {
  KIND_MAX,
  KIND_SUM,
  KIND_ENTROPY,
  KIND_SINK,
  KIND_RECEIVED,
  KIND_VALUE_NORM,
  KIND_Q,
  KIND_K,
  KINDS
} kind;

static const char *const kind_names[KINDS] = {"softmax_max", "softmax_sum", "entropy", "sink",
                                              "received",    "value_norm",  "q",       "k"};

typedef struct tensors {
  pel_trace *trace;
  const pel_export_options *o;
  pel_outfile *file;
  pel_range rows;
  uint32_t n_layers;
  struct layer_heads {
    uint32_t n_heads, n_kv_heads;
    uint32_t *heads, *kv_heads; /* indices of those that are there */
  } *layers;
  uint64_t total, done; /* bytes of data */
} tensors;

/* ---- which heads ---- */

static bool kv_head_used(const pel_trace *trace, uint32_t layer, const pel_trace_layer *l, uint32_t kv) {
  uint32_t group = l->n_kv_head ? l->n_head / l->n_kv_head : 0;
  for (uint32_t h = kv * group; h < (kv + 1) * group; h++)
    if (pel_trace_has_head(trace, layer, h)) return true;
  return false;
}

static bool find_heads(tensors *t) {
  for (uint32_t i = 0; i < t->n_layers; i++) {
    const pel_trace_layer *l = pel_trace_get_layer(t->trace, i);
    struct layer_heads *to = &t->layers[i];
    if (!l || !l->recorded) continue;
    to->heads = pel_alloc(l->n_head, sizeof *to->heads);
    to->kv_heads = pel_alloc(l->n_kv_head, sizeof *to->kv_heads);
    if (!to->heads || !to->kv_heads) return false;
    for (uint32_t h = 0; h < l->n_head; h++)
      if (pel_trace_has_head(t->trace, i, h)) to->heads[to->n_heads++] = h;
    for (uint32_t h = 0; h < l->n_kv_head; h++)
      if (kv_head_used(t->trace, i, l, h)) to->kv_heads[to->n_kv_heads++] = h;
  }
  return true;
}

static uint32_t heads_of(const tensors *t, uint32_t layer, kind k) {
  return k == KIND_K ? t->layers[layer].n_kv_heads : t->layers[layer].n_heads;
}

/* ---- header ---- */

typedef struct text { /* the header, which has to be whole before its size is known */
  char *bytes;
  size_t size, room;
  bool failed;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...) {
  char part[512];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(part, sizeof part, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= sizeof part) t->failed = true;
  if (t->failed) return;
  char *grown = pel_grow(t->bytes, &t->room, t->size + (size_t)n + 1, 1);
  if (!grown) {
    t->failed = true;
    return;
  }
  t->bytes = grown;
  memcpy(grown + t->size, part, (size_t)n + 1);
  t->size += (size_t)n;
}

/* A metadata value: safetensors wants strings, here of plain characters. */
static void add_string(text *t, const char *name, const char *value) {
  add(t, ",\"%s\":\"", name);
  for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
    if (*c == '"' || *c == '\\')
      add(t, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f)
      add(t, "\\u%04x", *c);
    else
      add(t, "%c", *c);
  }
  add(t, "\"");
}

static void add_indices(text *t, uint32_t layer, const char *what, const uint32_t *indices, uint32_t n) {
  add(t, ",\"layer.%u.%s\":\"", layer, what);
  for (uint32_t i = 0; i < n; i++)
    add(t, i ? ",%u" : "%u", indices[i]);
  add(t, "\"");
}

static void add_layer_metadata(text *t, const tensors *x, uint32_t layer) {
  const struct layer_heads *l = &x->layers[layer];
  if (!l->n_heads) return;
  const pel_trace_layer *about = pel_trace_get_layer(x->trace, layer);
  char name[48], number[40];
  add_indices(t, layer, "heads", l->heads, l->n_heads);
  add_indices(t, layer, "kv_heads", l->kv_heads, l->n_kv_heads);
  snprintf(name, sizeof name, "layer.%u.scale", layer);
  add_string(t, name, pel_format_float(number, sizeof number, about->scale));
  snprintf(name, sizeof name, "layer.%u.softcap", layer);
  add_string(t, name, pel_format_float(number, sizeof number, about->softcap));
  add(t, ",\"layer.%u.window\":\"%u\"", layer, about->window);
}

static void add_metadata(text *t, const tensors *x) {
  const pel_trace_info *info = pel_trace_get_info(x->trace);
  char *model = pel_text_safe(info->model_name ? info->model_name : "",
                              info->model_name ? strlen(info->model_name) : 0);
  add(t, "\"__metadata__\":{\"format\":\"pellucid\"");
  add_string(t, "model", model ? model : "");
  add_string(t, "model_sha256", info->model_sha256 ? info->model_sha256 : "");
  add_string(t, "trace", info->hash ? info->hash : "");
  add(t, ",\"rows\":\"%u,%u\"", x->rows.start, x->rows.end);
  for (uint32_t l = 0; l < x->n_layers; l++)
    add_layer_metadata(t, x, l);
  add(t, "}");
  free(model);
}

/* One tensor's entry; moves *offset behind its data. */
static void add_tensor(text *t, const tensors *x, uint32_t layer, kind k, uint64_t *offset) {
  uint64_t rows = x->rows.end - x->rows.start, heads = heads_of(x, layer, k), bytes, end;
  uint32_t head_dim = pel_trace_get_layer(x->trace, layer)->head_dim;
  bool half = k == KIND_Q || k == KIND_K;
  if (!pel_mul(rows, heads, &bytes) || !pel_mul(bytes, half ? 2ull * head_dim : 4, &bytes) ||
      !pel_add(*offset, bytes, &end)) {
    t->failed = true;
    return;
  }
  add(t, ",\"layer.%u.%s\":{\"dtype\":\"%s\",\"shape\":[%llu,%llu", layer, kind_names[k],
      half ? "F16" : "F32", (unsigned long long)rows, (unsigned long long)heads);
  if (half) add(t, ",%u", head_dim);
  add(t, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)*offset, (unsigned long long)end);
  *offset = end;
}

static pel_status write_header(tensors *x, pel_error *err) {
  text t = {0};
  uint64_t rows = x->rows.end - x->rows.start, offset = 4 * rows;
  add(&t, "{");
  add_metadata(&t, x);
  add(&t, ",\"token_ids\":{\"dtype\":\"I32\",\"shape\":[%llu],\"data_offsets\":[0,%llu]}",
      (unsigned long long)rows, (unsigned long long)offset);
  for (kind k = 0; k < KINDS; k++) /* in the order of the data: by kind, then by layer */
    for (uint32_t l = 0; l < x->n_layers; l++)
      if (x->layers[l].n_heads) add_tensor(&t, x, l, k, &offset);
  add(&t, "}");
  while (t.size % 8 && !t.failed)
    add(&t, " ");
  x->total = offset;
  uint64_t size = t.size;
  bool failed = t.failed;
  if (!failed) {
    pel_outfile_write(x->file, &size, sizeof size);
    pel_outfile_write(x->file, t.bytes, t.size);
  }
  free(t.bytes);
  return failed ? pel_fail_memory(err, "the header of the tensors", (size_t)size) : PEL_OK;
}

/* ---- data ---- */

static pel_status read_statistic(tensors *x, kind k, uint32_t layer, uint32_t head, pel_range r, float *out,
                                 pel_error *err) {
  switch (k) {
  case KIND_MAX:
    return pel_trace_rows(x->trace, layer, head, r, out, NULL, NULL, NULL, err);
  case KIND_SUM:
    return pel_trace_rows(x->trace, layer, head, r, NULL, out, NULL, NULL, err);
  case KIND_ENTROPY:
    return pel_trace_rows(x->trace, layer, head, r, NULL, NULL, out, NULL, err);
  case KIND_SINK:
    return pel_trace_rows(x->trace, layer, head, r, NULL, NULL, NULL, out, err);
  case KIND_RECEIVED:
    return pel_trace_keys(x->trace, layer, head, r, out, NULL, err);
  default:
    return pel_trace_keys(x->trace, layer, head, r, NULL, out, err);
  }
}

/* One head's part of the block into `one`, [rows] or [rows, head_dim]. */
static pel_status read_head(tensors *x, kind k, uint32_t layer, uint32_t index, pel_range r, void *one,
                            pel_error *err) {
  const struct layer_heads *l = &x->layers[layer];
  if (k == KIND_Q) return pel_trace_queries(x->trace, layer, l->heads[index], r, one, err);
  if (k == KIND_K) return pel_trace_key_rows(x->trace, layer, l->kv_heads[index], r, one, err);
  return read_statistic(x, k, layer, l->heads[index], r, one, err);
}

/* Some rows of one tensor: read head by head, written row by row. */
static pel_status write_block(tensors *x, kind k, uint32_t layer, pel_range r, size_t item, char *one,
                              char *all, pel_error *err) {
  uint32_t n_heads = heads_of(x, layer, k), n_rows = r.end - r.start;
  for (uint32_t i = 0; i < n_heads; i++) {
    PEL_TRY(read_head(x, k, layer, i, r, one, err));
    for (uint32_t row = 0; row < n_rows; row++)
      memcpy(all + ((size_t)row * n_heads + i) * item, one + row * item, item);
  }
  size_t bytes = (size_t)n_rows * n_heads * item;
  pel_outfile_write(x->file, all, bytes);
  x->done += bytes;
  return pel_export_step(x->o, x->file, x->total ? (double)x->done / (double)x->total : 1, err);
}

static pel_status write_tensor(tensors *x, kind k, uint32_t layer, pel_error *err) {
  uint32_t head_dim = pel_trace_get_layer(x->trace, layer)->head_dim, n_heads = heads_of(x, layer, k);
  size_t item = k == KIND_Q || k == KIND_K ? 2 * (size_t)head_dim : 4;
  char *one = pel_alloc(ROWS_AT_ONCE, item), *all = pel_alloc((size_t)ROWS_AT_ONCE * n_heads, item);
  pel_status status = PEL_OK;
  if (!one || !all) status = pel_fail_memory(err, "a block of a tensor", ROWS_AT_ONCE * item * (n_heads + 1));
  for (uint32_t row = x->rows.start; row < x->rows.end && status == PEL_OK;) {
    pel_range r = {row, x->rows.end - row > ROWS_AT_ONCE ? row + ROWS_AT_ONCE : x->rows.end};
    status = write_block(x, k, layer, r, item, one, all, err);
    row = r.end;
  }
  free(one);
  free(all);
  return status;
}

static pel_status write_ids(tensors *x, pel_error *err) {
  for (uint32_t p = x->rows.start; p < x->rows.end; p++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(x->trace, p, &token, err));
    int32_t id = token.id;
    pel_outfile_write(x->file, &id, sizeof id);
  }
  x->done += 4ull * (x->rows.end - x->rows.start);
  return PEL_OK;
}

static pel_status write_all(tensors *x, pel_error *err) {
  if (!find_heads(x)) return pel_fail_memory(err, "the list of heads", 0);
  PEL_TRY(write_header(x, err));
  PEL_TRY(write_ids(x, err));
  for (kind k = 0; k < KINDS; k++)
    for (uint32_t l = 0; l < x->n_layers; l++)
      if (x->layers[l].n_heads) PEL_TRY(write_tensor(x, k, l, err));
  return PEL_OK;
}

pel_status pel_export_tensors(pel_trace *trace, const pel_export_options *o, const char *path,
                              pel_error *err) {
  pel_export_format format;
  tensors x = {.trace = trace, .o = o, .rows = o->rows, .n_layers = pel_trace_get_info(trace)->n_layers};
  PEL_TRY(pel_check_run(trace, err));
  PEL_TRY(pel_export_format_of(path, 1u << PEL_FORMAT_SAFETENSORS, &format, err));
  PEL_TRY(pel_check_range(pel_attention_rows_of(trace), PEL_LEVEL_TOKEN, "rows", &x.rows, err));
  PEL_TRY(pel_outfile_open(path, o->force, &x.file, err));
  x.layers = pel_alloc(x.n_layers, sizeof *x.layers);
  pel_status status = x.layers ? write_all(&x, err) : pel_fail_memory(err, "the list of layers", x.n_layers);
  for (uint32_t l = 0; x.layers && l < x.n_layers; l++) {
    free(x.layers[l].heads);
    free(x.layers[l].kv_heads);
  }
  free(x.layers);
  return pel_export_finish(x.file, status, err);
}
