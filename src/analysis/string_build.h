/* A text that grows. A failed allocation is kept: the text is then cut, and pel_string_take returns NULL. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct pel_string { /* starts as {0} */
  char *text;
  size_t size, room;
  bool failed;
} pel_string;

void pel_string_add(pel_string *s, const char *text);
void pel_string_add_bytes(pel_string *s, const char *text, size_t size);
__attribute__((format(printf, 2, 3))) void pel_string_addf(pel_string *s, const char *format, ...);
/* The same text on one line: newlines and tabs become spaces, a full stop at the end is left out. */
void pel_string_add_sentence(pel_string *s, const char *text);
/* The text, "" when nothing was added, NULL when there was no memory; owned by the caller. `s` is empty again. */
char *pel_string_take(pel_string *s);
/* Frees what it holds. */
void pel_string_clear(pel_string *s);
