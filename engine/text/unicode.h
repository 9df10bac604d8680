/* Characters of a text that may be any bytes: UTF-8 is decoded strictly, every other byte stands alone. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <utf8proc.h>

enum { /* classes that splitters ask for; 0 is "anything else", among them symbols and broken bytes */
  PEL_CHAR_LETTER = 1 << 0, /* \p{L} */
  PEL_CHAR_NUMBER = 1 << 1, /* \p{N} */
  PEL_CHAR_SPACE = 1 << 2,  /* \s: White_Space */
  PEL_CHAR_PUNCT = 1 << 3,  /* \p{P} */
};

typedef struct pel_char {
  int32_t code;     /* -1: a byte that is not part of valid UTF-8 */
  uint32_t bytes;   /* 1 to 4; 0 at the end of the text */
  unsigned classes; /* PEL_CHAR_* */
} pel_char;

static inline bool pel_is_space(int32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

static inline unsigned pel_char_classes(int32_t c) {
  unsigned classes = pel_is_space(c) ? PEL_CHAR_SPACE : 0;
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return classes | PEL_CHAR_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return classes | PEL_CHAR_NUMBER;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return classes | PEL_CHAR_PUNCT;
    default:
      return classes;
  }
}

/* The length of the valid UTF-8 character at `s`, its code in *code; a broken byte gives 1 and -1. */
static inline uint32_t pel_utf8(const uint8_t *s, size_t n, int32_t *code) {
  if (s[0] < 0x80) {
    *code = s[0];
    return 1;
  }
  utf8proc_int32_t c;
  utf8proc_ssize_t bytes = utf8proc_iterate(s, n < 4 ? (utf8proc_ssize_t)n : 4, &c);
  *code = bytes > 0 ? c : -1;
  return bytes > 0 ? (uint32_t)bytes : 1;
}

/* The character at `at` in s[0..end), bytes = 0 at the end. */
static inline pel_char pel_char_at(const uint8_t *s, size_t at, size_t end) {
  pel_char c = {-1, 0, 0};
  if (at >= end) return c;
  c.bytes = pel_utf8(s + at, end - at, &c.code);
  if (c.code >= 0) c.classes = pel_char_classes(c.code);
  return c;
}
