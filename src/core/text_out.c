#include "src/core/text_out.h"

#include "engine/base/number.h"
#include "src/analysis/token_label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT "\xef\xbf\xbd"

static void put(pel_outfile *f, const char *text) { pel_outfile_puts(f, text); }

void pel_json_uint(pel_outfile *f, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  put(f, text);
}

void pel_csv_uint(pel_outfile *f, uint64_t value) { pel_json_uint(f, value); }

void pel_json_float(pel_outfile *f, float value) {
  char text[40];
  put(f, isfinite(value) ? pel_format_float(text, sizeof text, value) : "null");
}

void pel_json_double(pel_outfile *f, double value) {
  char text[40];
  put(f, isfinite(value) ? pel_format_double(text, sizeof text, value) : "null");
}

void pel_csv_float(pel_outfile *f, float value) {
  char text[40];
  if (!isnan(value)) put(f, pel_format_float(text, sizeof text, value));
}

/* One character's bytes; 0 where `text` starts no character. */
static size_t character(const char *text, size_t size) {
  utf8proc_int32_t c;
  utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &c);
  return n > 0 ? (size_t)n : 0;
}

/* ---- JSON ---- */

static void json_ascii(pel_outfile *f, unsigned char c) {
  static const char short_names[] = "btn\0fr"; /* \b \t \n - \f \r: 8 .. 13 */
  char text[8];
  if (c == '"' || c == '\\')
    snprintf(text, sizeof text, "\\%c", c);
  else if (c >= 8 && c <= 13 && c != 11)
    snprintf(text, sizeof text, "\\%c", short_names[c - 8]);
  else if (c < 0x20 || c == 0x7f)
    snprintf(text, sizeof text, "\\u%04x", c);
  else
    snprintf(text, sizeof text, "%c", c);
  put(f, text);
}

void pel_json_string(pel_outfile *f, const char *text, size_t size) {
  put(f, "\"");
  for (size_t i = 0; i < size;) {
    size_t n = character(text + i, size - i);
    if (n == 0)
      put(f, REPLACEMENT);
    else if (n == 1)
      json_ascii(f, (unsigned char)text[i]);
    else
      pel_outfile_write(f, text + i, n);
    i += n ? n : 1;
  }
  put(f, "\"");
}

void pel_json_name(pel_outfile *f, const char *name, bool comma) {
  put(f, comma ? ", \"" : "\"");
  put(f, name);
  put(f, "\": ");
}

static void put_hex(pel_outfile *f, const char *bytes, size_t size) {
  char text[4];
  for (size_t i = 0; i < size; i++) {
    snprintf(text, sizeof text, "%02x", (unsigned char)bytes[i]);
    put(f, text);
  }
}

void pel_json_piece(pel_outfile *f, const char *piece, size_t size) {
  pel_json_name(f, "piece", false);
  pel_json_string(f, piece, size);
  if (pel_utf8_valid(piece, size)) return;
  pel_json_name(f, "piece_hex", true);
  put(f, "\"");
  put_hex(f, piece, size);
  put(f, "\"");
}

/* ---- CSV ---- */

static bool needs_quotes(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r' || text[i] == ' ' ||
        text[i] == '\t')
      return true;
  return false;
}

void pel_csv_string(pel_outfile *f, const char *text, size_t size) {
  bool quoted = needs_quotes(text, size);
  if (quoted) put(f, "\"");
  for (size_t i = 0; i < size;) {
    size_t n = character(text + i, size - i);
    if (n == 0 || text[i] == 0) /* many readers end a field at NUL */
      put(f, REPLACEMENT);
    else if (text[i] == '"')
      put(f, "\"\"");
    else
      pel_outfile_write(f, text + i, n);
    i += n ? n : 1;
  }
  if (quoted) put(f, "\"");
}

void pel_csv_piece(pel_outfile *f, const char *piece, size_t size) {
  pel_csv_string(f, piece, size);
  put(f, ",");
  if (!pel_utf8_valid(piece, size) || (size && memchr(piece, 0, size))) put_hex(f, piece, size);
}

/* ---- whole members and fields ---- */

void pel_json_text(pel_outfile *f, const char *name, const char *text, bool comma) {
  pel_json_name(f, name, comma);
  pel_json_string(f, text, strlen(text));
}

void pel_json_number(pel_outfile *f, const char *name, double value, bool comma) {
  pel_json_name(f, name, comma);
  pel_json_double(f, value);
}

void pel_csv_text(pel_outfile *f, const char *text) {
  pel_outfile_puts(f, ",");
  pel_csv_string(f, text, strlen(text));
}

void pel_csv_number(pel_outfile *f, double v) {
  char text[40];
  pel_outfile_puts(f, ",");
  if (isfinite(v)) pel_outfile_puts(f, pel_format_double(text, sizeof text, v));
}
