/* A bounds-checked cursor over untrusted bytes: every read says whether it was possible. Little-endian. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct pel_cursor {
  const uint8_t *data;
  uint64_t size, at; /* at <= size always */
} pel_cursor;

static inline uint64_t pel_cursor_left(const pel_cursor *c) { return c->size - c->at; }

static inline bool pel_cursor_skip(pel_cursor *c, uint64_t n) {
  if (n > pel_cursor_left(c)) return false;
  c->at += n;
  return true;
}

static inline bool pel_cursor_read(pel_cursor *c, void *out, size_t n) {
  if (n > pel_cursor_left(c)) return false;
  memcpy(out, c->data + c->at, n);
  c->at += n;
  return true;
}

static inline bool pel_cursor_u32(pel_cursor *c, uint32_t *out) { return pel_cursor_read(c, out, 4); }
static inline bool pel_cursor_u64(pel_cursor *c, uint64_t *out) { return pel_cursor_read(c, out, 8); }
