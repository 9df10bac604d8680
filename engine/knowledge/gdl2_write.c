/* Pieces of clauses: numbers, texts, names, and values as test files write them. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "engine/knowledge/gdl2.h"
#include "engine/logic/calendar.h"

void pel_gdl2_put(pel_gdl2_out *o, const char *text) {
  if (!o->failed) o->failed = !pel_buffer_add(&o->buffer, text, strlen(text));
}

void pel_gdl2_putf(pel_gdl2_out *o, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  char *text = size >= 0 ? malloc((size_t)size + 1) : NULL;
  if (text) {
    vsnprintf(text, (size_t)size + 1, format, again);
    pel_gdl2_put(o, text);
  } else o->failed = true;
  va_end(again);
  va_end(args);
  free(text);
}

void pel_gdl2_put_string(pel_gdl2_out *o, const char *text, size_t size) {
  pel_gdl2_put(o, "\"");
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    char plain[2] = {(char)c, 0};
    pel_gdl2_put(o, c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : c < 0x20 || c == 0x7f ? " " : plain);
  }
  pel_gdl2_put(o, "\"");
}

/* Digits with a point and a power of ten as numerator and denominator; the reader of the rules' syntax cancels them down. */
bool pel_gdl2_put_number(pel_gdl2_out *o, const char *text, size_t size) {
  enum { MOST = 100 };
  char digits[MOST + 2], zeros[MOST + 2];
  size_t at = 0, n = 0;
  long scale = 0;
  bool negative = size > 0 && *text == '-', point = false, any = false;
  for (at = negative; at < size && n < MOST; at++) {
    if (text[at] == '.' && !point) point = true;
    else if (isdigit((unsigned char)text[at])) any = true, scale -= point, digits[n++] = text[at];
    else break;
  }
  if (any && at + 1 < size && (text[at] == 'e' || text[at] == 'E')) {
    char *end;
    long e = strtol(text + at + 1, &end, 10);
    if (end == text + size && e > -60 && e < 60) scale += e, at = size;
  }
  if (!any || at != size || scale < -MOST) return false;
  for (; scale > 0 && n < MOST; scale--) digits[n++] = '0';
  if (scale > 0) return false;
  digits[n] = 0;
  memset(zeros, '0', (size_t)-scale);
  zeros[-scale] = 0;
  const char *first = digits;
  while (*first == '0' && first[1]) first++;
  pel_gdl2_putf(o, scale < 0 ? "%s%sr1%s" : "%s%s", negative ? "-" : "", first, zeros);
  return true;
}

void pel_gdl2_put_name(pel_gdl2_out *o, const char *text) {
  for (; *text; text++) {
    char c[2] = {isalnum((unsigned char)*text) && (unsigned char)*text < 0x80 ? *text : '_', 0};
    pel_gdl2_put(o, c);
  }
}

/* ---- values ---- */

typedef struct part { /* of a text */
  const char *at;
  size_t size;
} part;

static void put_string(pel_gdl2_out *o, part p) { pel_gdl2_put_string(o, p.at, p.size); }

/* "local::at0005|Label|" into its three parts. */
static bool split_coded(const char *text, part parts[3]) {
  const char *colons = strstr(text, "::"), *bar = colons ? strchr(colons, '|') : NULL;
  if (!bar || colons == text) return false;
  size_t rest = strlen(bar + 1);
  while (rest > 0 && isspace((unsigned char)bar[rest])) rest--;
  if (rest > 0 && bar[rest] == '|') rest--;
  parts[0] = (part){text, (size_t)(colons - text)};
  parts[1] = (part){colons + 2, (size_t)(bar - colons - 2)};
  parts[2] = (part){bar + 1, rest};
  return memchr(text, ' ', parts[0].size) == NULL;
}

static void put_coded(pel_gdl2_out *o, const part parts[3]) {
  for (int i = 0; i < 3; i++) {
    if (i) pel_gdl2_put(o, ", ");
    put_string(o, parts[i]);
  }
  pel_gdl2_put(o, ")");
}

static bool put_ordinal(pel_gdl2_out *o, const char *text) {
  part parts[3];
  const char *bar = strchr(text, '|');
  pel_gdl2_out number = {0};
  bool ok = bar && pel_gdl2_put_number(&number, text, (size_t)(bar - text)) && split_coded(bar + 1, parts);
  if (ok) {
    pel_gdl2_putf(o, "ordinal(%s, ", pel_buffer_text(&number.buffer));
    put_coded(o, parts);
  }
  free(number.buffer.text);
  return ok;
}

/* date_time(seconds of the local clock since 1970, offset, "+02:00[Europe/Stockholm]"). */
static bool put_date(pel_gdl2_out *o, const char *text) {
  size_t size = strcspn(text, "[");
  double local;
  bool date_only;
  if (size < 10 || size > 40 || text[4] != '-' || text[7] != '-') return false;
  size_t clock = size > 10 ? 11 + strspn(text + 11, "0123456789:.") : 10;
  if (!pel_parse_time(text, clock, &local, &date_only)) return false;
  pel_gdl2_putf(o, "date_time(%lld, ", (long long)local);
  pel_gdl2_put_string(o, text + 10, clock - 10);
  pel_gdl2_put(o, ", ");
  pel_gdl2_put_string(o, text + clock, strlen(text + clock));
  pel_gdl2_put(o, ")");
  return true;
}

static size_t digits_after_point(const char *text, size_t size) {
  const char *point = memchr(text, '.', size);
  return point ? strspn(point + 1, "0123456789") : 0;
}

static bool put_quantity(pel_gdl2_out *o, const char *text, const char *type) {
  size_t size = strcspn(text, ",");
  pel_gdl2_out number = {0};
  bool ok = pel_gdl2_put_number(&number, text, size), quantity = text[size] || (type && strcmp(type, "DV_QUANTITY") == 0) || memchr(text, '.', size);
  if (ok && !quantity) pel_gdl2_putf(o, "count(%s)", pel_buffer_text(&number.buffer));
  else if (ok) {
    pel_gdl2_putf(o, "quantity(%s, ", pel_buffer_text(&number.buffer));
    pel_gdl2_put_string(o, text[size] ? text + size + 1 : "", text[size] ? strlen(text + size + 1) : 0);
    pel_gdl2_putf(o, ", %zu)", digits_after_point(text, size));
  }
  free(number.buffer.text);
  return ok;
}

/* "90,100,2": numerator, denominator and kind. */
static bool put_proportion(pel_gdl2_out *o, const char *text) {
  const char *first = strchr(text, ','), *second = first ? strchr(first + 1, ',') : NULL;
  if (!second || strlen(second) != 2 || !isdigit((unsigned char)second[1])) return false;
  pel_gdl2_out a = {0}, b = {0};
  bool ok = pel_gdl2_put_number(&a, text, (size_t)(first - text)) && pel_gdl2_put_number(&b, first + 1, (size_t)(second - first - 1));
  if (ok) pel_gdl2_putf(o, "proportion(%s, %s, %c)", pel_buffer_text(&a.buffer), pel_buffer_text(&b.buffer), second[1]);
  free(a.buffer.text), free(b.buffer.text);
  return ok;
}

void pel_gdl2_put_value(pel_gdl2_out *o, const char *text, const char *type) {
  part parts[3];
  bool plain = type && strcmp(type, "DV_TEXT") == 0;
  if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) pel_gdl2_putf(o, "boolean(%s)", text);
  else if (put_ordinal(o, text)) return;
  else if (split_coded(text, parts)) pel_gdl2_put(o, "coded("), put_coded(o, parts);
  else if (put_date(o, text) || put_proportion(o, text)) return;
  else if (plain || !put_quantity(o, text, type)) {
    pel_gdl2_put(o, "text(");
    pel_gdl2_put_string(o, text, strlen(text));
    pel_gdl2_put(o, ")");
  }
}
