#include "src/analysis/string_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

void pel_string_add_bytes(pel_string *s, const char *text, size_t size) {
  if (s->failed) return;
  char *grown = pel_grow(s->text, &s->room, s->size + size + 1, 1);
  if (!grown) {
    s->failed = true;
    return;
  }
  s->text = grown;
  memcpy(s->text + s->size, text, size);
  s->size += size;
  s->text[s->size] = 0;
}

void pel_string_add(pel_string *s, const char *text) { pel_string_add_bytes(s, text, strlen(text)); }

void pel_string_addf(pel_string *s, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = n < 0 ? NULL : pel_alloc((size_t)n + 1, 1);
  if (text) {
    vsnprintf(text, (size_t)n + 1, format, again);
    pel_string_add_bytes(s, text, (size_t)n);
  } else
    s->failed = true;
  va_end(again);
  free(text);
}

void pel_string_add_sentence(pel_string *s, const char *text) {
  size_t size = strlen(text);
  while (size && strchr(" \n\t", text[size - 1])) size--;
  bool ellipsis = size > 1 && text[size - 2] == '.';
  if (size && text[size - 1] == '.' && !ellipsis) size--;
  for (size_t i = 0; i < size;) {
    size_t n = strcspn(text + i, "\n\t");
    if (n > size - i) n = size - i;
    pel_string_add_bytes(s, text + i, n);
    i += n;
    if (i < size) pel_string_add_bytes(s, " ", 1), i++;
  }
}

char *pel_string_take(pel_string *s) {
  if (!s->text && !s->failed) pel_string_add(s, "");
  char *text = s->text;
  if (s->failed) {
    free(text);
    text = NULL;
  }
  *s = (pel_string){0};
  return text;
}

void pel_string_clear(pel_string *s) {
  free(s->text);
  *s = (pel_string){0};
}
