#include "engine/knowledge/json_stream.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/builder.h"

pel_status pel_json_stream_fail(const pel_json *j, pel_error *err, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return pel_fail(err, PEL_ERR_INPUT, "%s: byte %llu: %s", j->path, (unsigned long long)j->at, text);
}

pel_status pel_json_stream_open(pel_json *j, const pel_pack_builder *builder, const char *path, pel_error *err) {
  *j = (pel_json){.builder = builder, .path = path};
  PEL_TRY(pel_import_open(path, &j->file, &j->total, err));
  return PEL_OK;
}

void pel_json_stream_close(pel_json *j) {
  if (j->file) fclose(j->file);
  free(j->text.text);
  *j = (pel_json){0};
}

static int take(pel_json *j) {
  int c = getc_unlocked(j->file);
  if (c != EOF) j->at++;
  return c;
}

static void put_back(pel_json *j, int c) {
  if (c == EOF) return;
  ungetc(c, j->file);
  j->at--;
}

static int take_visible(pel_json *j) {
  int c = take(j);
  if (j->at == 1 && c == 0xef) { /* a BOM */
    take(j), take(j);
    c = take(j);
  }
  while (c == ' ' || c == '\t' || c == '\n' || c == '\r') c = take(j);
  return c;
}

static pel_status put(pel_json *j, const char *bytes, size_t n, pel_error *err) {
  if (j->text.size + n > PEL_JSON_STRING_BYTES) return pel_json_stream_fail(j, err, "a string of over %d bytes", PEL_JSON_STRING_BYTES);
  return pel_buffer_add(&j->text, bytes, n) ? PEL_OK : pel_fail_memory(err, "a string", j->text.size);
}

static pel_status take_unit(pel_json *j, uint32_t *out, pel_error *err) {
  *out = 0;
  for (int i = 0; i < 4; i++) {
    int c = take(j);
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return pel_json_stream_fail(j, err, "\\u without four hexadecimal digits");
    *out = *out << 4 | (uint32_t)digit;
  }
  return PEL_OK;
}

static pel_status take_code(pel_json *j, pel_error *err) {
  uint32_t code, low = 0;
  PEL_TRY(take_unit(j, &code, err));
  if (code >= 0xd800 && code < 0xdc00) {
    if (take(j) == '\\' && take(j) == 'u') PEL_TRY(take_unit(j, &low, err));
    if (low < 0xdc00 || low > 0xdfff) return pel_json_stream_fail(j, err, "half of a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xdc00 && code < 0xe000) return pel_json_stream_fail(j, err, "half of a surrogate pair");
  if (code == 0) return pel_json_stream_fail(j, err, "\\u0000 in a string");
  char bytes[4];
  size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = n; i-- > 1; code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3f));
  bytes[0] = (char)(n == 1 ? code : (0xf0u << (4 - n) & 0xff) | code);
  return put(j, bytes, n, err);
}

static pel_status take_escape(pel_json *j, pel_error *err) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  int c = take(j);
  if (c == 'u') return take_code(j, err);
  const char *found = c > 0 ? strchr(from, c) : NULL;
  return found ? put(j, &to[found - from], 1, err) : pel_json_stream_fail(j, err, "an escape that JSON does not know");
}

static pel_status take_string(pel_json *j, pel_error *err) {
  pel_buffer_clear(&j->text);
  PEL_TRY(put(j, "", 0, err));
  for (int c; (c = take(j)) != '"';) {
    char byte = (char)c;
    if (c == EOF) return pel_json_stream_fail(j, err, "the file ends within a string; is it whole?");
    if (c < 0x20) return pel_json_stream_fail(j, err, "a control character in a string; escape it");
    PEL_TRY(c == '\\' ? take_escape(j, err) : put(j, &byte, 1, err));
  }
  if (!pel_kb_is_utf8(j->text.text, j->text.size)) return pel_json_stream_fail(j, err, "the string that ends here is not UTF-8; convert the file");
  return PEL_OK;
}

static pel_status take_word(pel_json *j, int c, pel_json_stream_event *event, pel_error *err) {
  static const struct {
    const char *word;
    pel_json_stream_event event;
  } words[] = {{"true", PEL_JSON_TRUE}, {"false", PEL_JSON_FALSE}, {"null", PEL_JSON_NULL}};
  pel_buffer_clear(&j->text);
  for (; c != EOF && (strchr("+-.", c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E'); c = take(j)) {
    char byte = (char)c;
    PEL_TRY(put(j, &byte, 1, err));
    if (j->text.size > 400) break;
  }
  put_back(j, c);
  for (int i = 0; i < 3; i++)
    if (strcmp(pel_buffer_text(&j->text), words[i].word) == 0) {
      *event = words[i].event;
      return PEL_OK;
    }
  const char *t = pel_buffer_text(&j->text);
  if (*t == '-') t++;
  *event = PEL_JSON_NUMBER;
  return *t >= '0' && *t <= '9' && strspn(t, "0123456789+-.eE") == strlen(t) ? PEL_OK : pel_json_stream_fail(j, err, "no JSON value");
}

static pel_status end(pel_json *j, bool object, pel_json_stream_event *event, pel_error *err) {
  if (j->depth == 0 || j->object[j->depth] != object || j->named) return pel_json_stream_fail(j, err, "a bracket that does not fit");
  j->depth--;
  j->comma = true;
  *event = object ? PEL_JSON_OBJECT_END : PEL_JSON_ARRAY_END;
  j->ended = j->depth == 0;
  return PEL_OK;
}

static pel_status begin(pel_json *j, bool object, pel_json_stream_event *event, pel_error *err) {
  if (j->depth == PEL_JSON_DEPTH) return pel_json_stream_fail(j, err, "nested deeper than %d", PEL_JSON_DEPTH);
  j->object[++j->depth] = object;
  j->comma = j->named = false;
  *event = object ? PEL_JSON_OBJECT : PEL_JSON_ARRAY;
  return PEL_OK;
}

static pel_status take_key(pel_json *j, int c, pel_json_stream_event *event, pel_error *err) {
  if (c != '"') return pel_json_stream_fail(j, err, "expected a key in quotation marks");
  PEL_TRY(take_string(j, err));
  if (take_visible(j) != ':') return pel_json_stream_fail(j, err, "expected a colon after a key");
  j->named = true;
  *event = PEL_JSON_KEY;
  return PEL_OK;
}

static pel_status take_value(pel_json *j, int c, pel_json_stream_event *event, pel_error *err) {
  if (c == '{' || c == '[') return begin(j, c == '{', event, err);
  *event = PEL_JSON_STRING;
  PEL_TRY(c == '"' ? take_string(j, err) : take_word(j, c, event, err));
  j->comma = true, j->named = false;
  j->ended = j->depth == 0;
  return PEL_OK;
}

pel_status pel_json_stream_next(pel_json *j, pel_json_stream_event *event, pel_error *err) {
  if (j->builder && j->at - j->asked > 1 << 18) {
    j->asked = j->at;
    PEL_TRY(pel_builder_look_up(j->builder, (double)j->at / (double)(j->total + 1), err));
  }
  int c = take_visible(j);
  if (ferror(j->file)) return pel_fail_errno(err, j->path, "cannot read the file");
  if (j->ended) {
    *event = PEL_JSON_END;
    return c == EOF ? PEL_OK : pel_json_stream_fail(j, err, "something after the end of the JSON value");
  }
  if (c == EOF) return pel_json_stream_fail(j, err, "the file ends before its JSON does; is it whole?");
  bool after_comma = j->comma && c == ',';
  if (after_comma) {
    c = take_visible(j);
    j->comma = false;
  }
  if ((c == '}' || c == ']') && !after_comma) return end(j, c == '}', event, err);
  if (j->comma) return pel_json_stream_fail(j, err, "expected a comma or a closing bracket");
  if (j->depth && j->object[j->depth] && !j->named) return take_key(j, c, event, err);
  return take_value(j, c, event, err);
}

pel_status pel_json_stream_skip(pel_json *j, pel_json_stream_event event, pel_error *err) {
  int depth = j->depth;
  if (event != PEL_JSON_OBJECT && event != PEL_JSON_ARRAY) return PEL_OK;
  while (j->depth >= depth) PEL_TRY(pel_json_stream_next(j, &event, err));
  return PEL_OK;
}
