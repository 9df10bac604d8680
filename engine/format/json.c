#include "engine/format/json.h"

#include <math.h>
#include <string.h>

#include "engine/base/number.h"

bool pel_json_fail(pel_json *j, const char *fault) {
  if (!j->fault) j->fault = fault;
  return false;
}

static void skip_space(pel_json *j) {
  while (j->at < j->size && strchr(" \t\n\r", j->text[j->at]) && j->text[j->at]) j->at++;
}

char pel_json_peek(pel_json *j) {
  if (j->fault) return 0;
  skip_space(j);
  return j->at < j->size ? j->text[j->at] : 0;
}

bool pel_json_enter(pel_json *j, char open) {
  if (pel_json_peek(j) != open) return pel_json_fail(j, open == '{' ? "an object is due" : "a list is due");
  if (j->depth >= PEL_JSON_DEPTH_MAX) return pel_json_fail(j, "too deeply nested");
  j->at++;
  j->depth++;
  return j->first = true;
}

bool pel_json_more(pel_json *j, char close) {
  char c = pel_json_peek(j);
  if (j->fault) return false;
  bool first = j->first;
  j->first = false;
  if (c == close) {
    j->at++;
    j->depth--;
    return false;
  }
  if (first) return true;
  if (c != ',') return pel_json_fail(j, close == '}' ? "',' or '}' is due" : "',' or ']' is due");
  j->at++;
  return true;
}

bool pel_json_key(pel_json *j, char *out, size_t size) {
  if (!pel_json_string(j, out, size)) return false;
  if (pel_json_peek(j) != ':') return pel_json_fail(j, "':' is due");
  j->at++;
  return true;
}

/* ---- strings ---- */

static const char hexadecimal[] = "0123456789abcdef0123456789ABCDEF";

static bool hex4(pel_json *j, uint32_t *out) {
  *out = 0;
  if (j->size - j->at < 4) return pel_json_fail(j, "a string is cut off");
  for (int i = 0; i < 4; i++, j->at++) {
    char c = j->text[j->at];
    const char *digit = c ? strchr(hexadecimal, c) : NULL;
    if (!digit) return pel_json_fail(j, "four hexadecimal digits are due");
    *out = *out << 4 | (uint32_t)(digit - hexadecimal) % 16;
  }
  return true;
}

/* What stands after "\u": one code, or a pair of surrogates. */
static bool escaped_code(pel_json *j, uint32_t *code) {
  uint32_t low;
  if (!hex4(j, code)) return false;
  if (*code < 0xd800 || *code > 0xdfff) return true;
  if (*code > 0xdbff || j->size - j->at < 2 || j->text[j->at] != '\\' || j->text[j->at + 1] != 'u')
    return pel_json_fail(j, "half a pair of surrogates");
  j->at += 2;
  if (!hex4(j, &low)) return false;
  if (low < 0xdc00 || low > 0xdfff) return pel_json_fail(j, "half a pair of surrogates");
  *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
  return true;
}

static size_t utf8_of(uint32_t code, char out[4]) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = n - 1; i; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3f));
  out[0] = (char)((0xf00 >> n & 0xf0) | code);
  return n;
}

/* One character, or one byte of a longer one, of a string. */
static bool string_part(pel_json *j, char out[4], size_t *n) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  uint32_t code;
  char c = j->text[j->at];
  *n = 1;
  if ((unsigned char)c < 0x20) return pel_json_fail(j, "a control character in a string");
  j->at++;
  out[0] = c;
  if (c != '\\') return true;
  if (j->at == j->size) return pel_json_fail(j, "a string is cut off");
  c = j->text[j->at++];
  const char *known = c ? strchr(from, c) : NULL;
  if (known) {
    out[0] = to[known - from];
    return true;
  }
  if (c != 'u') return pel_json_fail(j, "an unknown escape in a string");
  if (!escaped_code(j, &code)) return false;
  if (!code) return pel_json_fail(j, "a zero byte in a string");
  *n = utf8_of(code, out);
  return true;
}

/* out NULL: the string is only passed over. */
static bool read_string(pel_json *j, char *out, size_t size) {
  if (pel_json_peek(j) != '"') return pel_json_fail(j, "a string is due");
  size_t used = 0, start = j->at++;
  while (j->at < j->size && j->text[j->at] != '"') {
    char part[4];
    size_t n;
    if (!string_part(j, part, &n)) return false;
    if (out && size - used <= n) {
      j->at = start;
      return pel_json_fail(j, "this string is too long");
    }
    if (out) memcpy(out + used, part, n);
    used += n;
  }
  if (j->at == j->size) return pel_json_fail(j, "a string is cut off");
  j->at++;
  if (out) out[used] = 0;
  return true;
}

bool pel_json_string(pel_json *j, char *out, size_t size) { return read_string(j, out, size); }

/* ---- numbers and words ---- */

static size_t digits(const pel_json *j, size_t at) {
  size_t n = 0;
  while (at + n < j->size && j->text[at + n] >= '0' && j->text[at + n] <= '9') n++;
  return n;
}

/* The length of the number here by the grammar of JSON, 0 when there is none. */
static size_t number_size(const pel_json *j) {
  size_t at = j->at, n;
  if (at < j->size && j->text[at] == '-') at++;
  n = digits(j, at);
  if (!n || (n > 1 && j->text[at] == '0')) return 0;
  at += n;
  if (at < j->size && j->text[at] == '.') {
    n = digits(j, ++at);
    if (!n) return 0;
    at += n;
  }
  if (at < j->size && (j->text[at] | 32) == 'e') {
    at++;
    if (at < j->size && (j->text[at] == '+' || j->text[at] == '-')) at++;
    n = digits(j, at);
    if (!n) return 0;
    at += n;
  }
  return at - j->at;
}

bool pel_json_u64(pel_json *j, uint64_t *out) {
  pel_json_peek(j);
  size_t n = j->fault ? 0 : number_size(j);
  if (!n || digits(j, j->at) != n) return pel_json_fail(j, "a whole number is due");
  uint64_t value = 0;
  for (size_t i = 0; i < n; i++)
    if (__builtin_mul_overflow(value, 10u, &value) ||
        __builtin_add_overflow(value, (uint64_t)(j->text[j->at + i] - '0'), &value))
      return pel_json_fail(j, "the number does not fit in 64 bits");
  j->at += n;
  *out = value;
  return true;
}

bool pel_json_double(pel_json *j, double *out) {
  char text[64];
  pel_json_peek(j);
  size_t n = j->fault ? 0 : number_size(j);
  if (!n || n >= sizeof text) return pel_json_fail(j, "a number is due");
  memcpy(text, j->text + j->at, n);
  text[n] = 0;
  double value;
  if (!pel_parse_double(text, &value) || !isfinite(value)) return pel_json_fail(j, "a number is due");
  j->at += n;
  *out = value;
  return true;
}

static bool word(pel_json *j, const char *text) {
  size_t n = strlen(text);
  pel_json_peek(j);
  if (j->fault || j->size - j->at < n || memcmp(j->text + j->at, text, n) != 0) return false;
  j->at += n;
  return true;
}

bool pel_json_bool(pel_json *j, bool *out) {
  bool yes = word(j, "true");
  if (!yes && !word(j, "false")) return pel_json_fail(j, "true or false is due");
  *out = yes;
  return true;
}

/* Recursion is bounded by PEL_JSON_DEPTH_MAX. */
static bool skip_members(pel_json *j, char open, char close) {
  if (!pel_json_enter(j, open)) return false;
  while (pel_json_more(j, close)) {
    if (open == '{') {
      if (!read_string(j, NULL, 0)) return false;
      if (pel_json_peek(j) != ':') return pel_json_fail(j, "':' is due");
      j->at++;
    }
    if (!pel_json_skip(j)) return false;
  }
  return !j->fault;
}

bool pel_json_skip(pel_json *j) {
  switch (pel_json_peek(j)) {
    case '{': return skip_members(j, '{', '}');
    case '[': return skip_members(j, '[', ']');
    case '"': return read_string(j, NULL, 0);
    default: break;
  }
  if (word(j, "true") || word(j, "false") || word(j, "null")) return true;
  size_t n = j->fault ? 0 : number_size(j);
  if (!n) return pel_json_fail(j, "a value is due");
  j->at += n;
  return true;
}

bool pel_json_end(pel_json *j) {
  pel_json_peek(j);
  return !j->fault && (j->at == j->size || pel_json_fail(j, "something stands after the end"));
}
