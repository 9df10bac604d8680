/* Typed access to the keys of a GGUF file. */
#include <math.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/format/gguf_impl.h"

bool pel_gguf_has(const pel_gguf *g, const char *key) { return gguf_find_key(g, key) != NULL; }

static pel_status find(const pel_gguf *g, const char *name, const gguf_key **out, pel_error *err) {
  *out = gguf_find_key(g, name);
  if (*out) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: key '%s' is missing; the file is no complete model", g->path, name);
}

static pel_status wrong(const pel_gguf *g, const gguf_key *key, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: key '%.*s' at offset %llu: %s; convert the model again", g->path,
                  (int)key->name.size, key->name.data, (unsigned long long)key->offset, what);
}

/* Widens any integer kind; false for other kinds. Negative values come back as such. */
static bool integer_value(const gguf_key *key, int64_t *out, bool *huge) {
  union { uint8_t u8; int8_t i8; uint16_t u16; int16_t i16; uint32_t u32; int32_t i32; uint64_t u64; int64_t i64; } v;
  uint64_t bytes = gguf_scalar_bytes(key->kind);
  if (!bytes) return false;
  memcpy(&v, key->value, bytes);
  *huge = false;
  switch (key->kind) {
    case PEL_GGUF_U8: *out = v.u8; return true;
    case PEL_GGUF_I8: *out = v.i8; return true;
    case PEL_GGUF_U16: *out = v.u16; return true;
    case PEL_GGUF_I16: *out = v.i16; return true;
    case PEL_GGUF_U32: *out = v.u32; return true;
    case PEL_GGUF_I32: *out = v.i32; return true;
    case PEL_GGUF_I64: *out = v.i64; return true;
    case PEL_GGUF_U64:
      *huge = v.u64 > INT64_MAX;
      *out = (int64_t)v.u64;
      return true;
    default: return false;
  }
}

pel_status pel_gguf_u32(const pel_gguf *g, const char *name, uint32_t *out, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  int64_t value;
  bool huge;
  if (!integer_value(key, &value, &huge)) return wrong(g, key, "it must be an integer", err);
  if (huge || value < 0 || value > UINT32_MAX) return wrong(g, key, "it is out of range", err);
  *out = (uint32_t)value;
  return PEL_OK;
}

pel_status pel_gguf_f32(const pel_gguf *g, const char *name, float *out, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  float value;
  if (key->kind == PEL_GGUF_F32) {
    memcpy(&value, key->value, 4);
  } else if (key->kind == PEL_GGUF_F64) {
    double wide;
    memcpy(&wide, key->value, 8);
    value = (float)wide;
  } else {
    return wrong(g, key, "it must be a floating-point number", err);
  }
  if (!isfinite(value)) return wrong(g, key, "it must be finite", err);
  *out = value;
  return PEL_OK;
}

pel_status pel_gguf_bool(const pel_gguf *g, const char *name, bool *out, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  if (key->kind != PEL_GGUF_BOOL) return wrong(g, key, "it must be a truth value", err);
  *out = *key->value != 0;
  return PEL_OK;
}

static pel_bytes string_at(const uint8_t *at) {
  uint64_t n;
  memcpy(&n, at, 8);
  return (pel_bytes){(const char *)at + 8, n};
}

pel_status pel_gguf_string(const pel_gguf *g, const char *name, pel_bytes *out, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  if (key->kind != PEL_GGUF_STRING) return wrong(g, key, "it must be a text", err);
  *out = string_at(key->value);
  return PEL_OK;
}

pel_status pel_gguf_get_array(const pel_gguf *g, const char *name, pel_gguf_array *out, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  if (key->kind != PEL_GGUF_ARRAY) return wrong(g, key, "it must be an array", err);
  *out = (pel_gguf_array){key->element, key->count, key->value};
  return PEL_OK;
}

pel_status pel_gguf_strings(const pel_gguf *g, const char *name, pel_bytes **out, size_t *count, pel_error *err) {
  const gguf_key *key;
  PEL_TRY(find(g, name, &key, err));
  if (key->kind != PEL_GGUF_ARRAY || key->element != PEL_GGUF_STRING) return wrong(g, key, "it must be an array of texts", err);
  pel_bytes *views = pel_alloc(key->count, sizeof *views);
  if (!views) return pel_fail_memory(err, name, key->count * sizeof *views);
  const uint8_t *at = key->value;
  for (uint64_t i = 0; i < key->count; i++) {
    views[i] = string_at(at);
    at += 8 + views[i].size;
  }
  *out = views;
  *count = key->count;
  return PEL_OK;
}
