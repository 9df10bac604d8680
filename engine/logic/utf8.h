/* UTF-8, one code point at a time. Texts inside the interpreter are valid; what comes from outside is checked. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the code point at p; 0 when it is not well formed or does not end before `end`. */
static inline size_t pel_utf8_decode(const char *p, const char *end, uint32_t *out) {
  const unsigned char *u = (const unsigned char *)p;
  size_t left = (size_t)(end - p), n = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;
  if (n == 0 || n > left) return 0;
  uint32_t c = n == 1 ? u[0] : u[0] & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((u[i] & 0xc0) != 0x80) return 0;
    c = c << 6 | (u[i] & 0x3f);
  }
  if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) || (c >= 0xd800 && c < 0xe000)) return 0;
  *out = c;
  return n;
}

static inline size_t pel_utf8_encode(uint32_t c, char out[4]) {
  if (c < 0x80) return out[0] = (char)c, 1;
  if (c < 0x800) return out[0] = (char)(0xc0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
  if (c < 0x10000) return out[0] = (char)(0xe0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63)), out[2] = (char)(0x80 | (c & 63)), 3;
  return out[0] = (char)(0xf0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63)), out[2] = (char)(0x80 | (c >> 6 & 63)),
         out[3] = (char)(0x80 | (c & 63)), 4;
}

/* Code points of valid UTF-8. */
static inline size_t pel_utf8_length(const char *text, size_t size) {
  size_t n = 0;
  for (size_t i = 0; i < size; i++) n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

/* Byte offset of code point i of valid UTF-8 (i <= length). */
static inline size_t pel_utf8_offset(const char *text, size_t size, size_t i) {
  size_t at = 0;
  while (at < size && i > 0) {
    at++;
    while (at < size && ((unsigned char)text[at] & 0xc0) == 0x80) at++;
    i--;
  }
  return at;
}

/* Offset of the first byte that is not well formed, or `size`. */
static inline size_t pel_utf8_check(const char *text, size_t size) {
  size_t at = 0, n;
  uint32_t c;
  while (at < size && (n = pel_utf8_decode(text + at, text + size, &c))) at += n;
  return at;
}
