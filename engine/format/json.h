/* JSON read in place from untrusted bytes: values are taken in the order in which they stand, nothing is allocated.
 *
 *   pel_json j = {.text = text, .size = size};
 *   if (pel_json_enter(&j, '{'))
 *     while (pel_json_more(&j, '}'))
 *       if (pel_json_key(&j, name, sizeof name) && ...) pel_json_u64(&j, &n); else pel_json_skip(&j);
 *   if (!pel_json_end(&j)) ... j.fault says what is wrong, j.at where
 *
 * After the first fault every function returns false and moves no further, so that a caller may look once, at the end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEL_JSON_DEPTH_MAX = 64 };

typedef struct pel_json {
  const char *text;
  size_t size, at;
  const char *fault; /* NULL while all is well; static storage */
  uint32_t depth;
  bool first; /* no comma is due: a container has just been entered */
} pel_json;

/* The first character of the value that comes ('{', '[', '"', 't', 'f', 'n', '-', a digit); 0 at the end or after a fault. */
char pel_json_peek(pel_json *j);

bool pel_json_enter(pel_json *j, char open); /* '{' or '[' */
/* Whether the container has another member; takes the comma, or the closing bracket. */
bool pel_json_more(pel_json *j, char close);
/* A member's name and its colon. */
bool pel_json_key(pel_json *j, char *out, size_t size);
/* A string as terminated UTF-8 of at most size - 1 bytes; a longer one, and one with a zero byte, is a fault. */
bool pel_json_string(pel_json *j, char *out, size_t size);
bool pel_json_u64(pel_json *j, uint64_t *out); /* digits alone: no sign, fraction or exponent */
bool pel_json_double(pel_json *j, double *out);
bool pel_json_bool(pel_json *j, bool *out);
bool pel_json_skip(pel_json *j); /* a value of any kind */
/* Whether the text ends here, white space apart, and nothing was wrong. */
bool pel_json_end(pel_json *j);

/* Sets a fault at the current place: for callers whose own rules are broken. Always false. */
bool pel_json_fail(pel_json *j, const char *fault);
