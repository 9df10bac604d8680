#include "engine/knowledge/words.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

typedef struct splitter {
  char word[PEL_WORD_BYTES + 8];
  size_t size;
  bool plain; /* a-z alone */
  bool stems;
  bool (*each)(void *user, const char *word, size_t size);
  void *user;
} splitter;

static bool end_word(splitter *s) {
  size_t size = s->size;
  bool plain = s->plain;
  s->size = 0, s->plain = true;
  if (size == 0) return true;
  s->word[size] = 0;
  if (s->stems && plain) size = pel_stem(s->word, size);
  return s->each(s->user, s->word, size);
}

static void add(splitter *s, int32_t code) {
  utf8proc_uint8_t bytes[4];
  utf8proc_ssize_t n = utf8proc_encode_char(code, bytes);
  if (n <= 0 || s->size + (size_t)n > PEL_WORD_BYTES) return;
  memcpy(s->word + s->size, bytes, (size_t)n);
  s->size += (size_t)n;
  if (code < 'a' || code > 'z') s->plain = false;
}

/* Scripts that write no spaces between words: each character is searched for itself. */
static bool stands_alone(int32_t code) {
  return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) ||
         (code >= 0x20000 && code <= 0x3ffff);
}

static bool is_of_word(int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN: /* left of marks that are no accents */
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO: return true;
    default: return false;
  }
}

static bool put(splitter *s, int32_t code) {
  if (!is_of_word(code)) return end_word(s);
  if (!stands_alone(code)) {
    add(s, code);
    return true;
  }
  if (!end_word(s)) return false;
  add(s, code);
  return end_word(s);
}

static bool put_wide(splitter *s, int32_t code) {
  utf8proc_int32_t parts[24];
  int boundary = 0;
  utf8proc_ssize_t n = utf8proc_decompose_char(code, parts, 24, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                               UTF8PROC_STRIPMARK | UTF8PROC_IGNORE, &boundary);
  if (n > 24) return true;
  if (n < 0) return end_word(s);
  for (utf8proc_ssize_t i = 0; i < n; i++)
    if (!put(s, parts[i])) return false;
  return true;
}

bool pel_words(const char *text, size_t size, bool stems, bool (*each)(void *user, const char *word, size_t size), void *user) {
  splitter s = {.plain = true, .stems = stems, .each = each, .user = user};
  const utf8proc_uint8_t *c = (const utf8proc_uint8_t *)text;
  for (size_t at = 0; at < size;) {
    utf8proc_int32_t code = c[at];
    utf8proc_ssize_t n = code < 0x80 ? 1 : utf8proc_iterate(c + at, (utf8proc_ssize_t)(size - at), &code);
    if (n < 1) n = 1, code = ' ';
    at += (size_t)n;
    if (code >= 'A' && code <= 'Z') code += 'a' - 'A';
    bool letter = (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
    if (letter) add(&s, code);
    else if (!(code < 0x80 ? end_word(&s) : put_wide(&s, code))) return false;
  }
  return end_word(&s);
}
