/* Text as a trace takes it. */
#pragma once
#include <stddef.h>
#include <string.h>

/* Control characters but newline and tab become spaces, in place. NULL is left alone. What is no UTF-8 stays: whoever stores it refuses it. */
static inline void pel_blank_controls(char *text) {
  for (unsigned char *c = (unsigned char *)text; c && *c; c++)
    if ((*c < 32 && *c != '\n' && *c != '\t') || *c == 127) *c = ' ';
}

/* As much of valid UTF-8 as there is room for, ending between two characters. */
static inline char *pel_text_cut(char *out, size_t size, const char *text) {
  size_t n = strnlen(text, size);
  if (n == size)
    for (n--; n && ((unsigned char)text[n] & 0xc0) == 0x80;) n--;
  memcpy(out, text, n);
  out[n] = 0;
  return out;
}
