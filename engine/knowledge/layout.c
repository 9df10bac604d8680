#include "engine/knowledge/layout.h"

#include <stdio.h>
#include <string.h>

#define AT(type, member) offsetof(type, member)
#define LINE(type, member) {#member, PEL_KB_LINE, AT(type, member), PEL_KB_LINE_BYTES, false, PEL_KB_TABLES}
#define NAME(type, member) {#member, PEL_KB_LINE, AT(type, member), PEL_KB_LINE_BYTES, true, PEL_KB_TABLES}
#define TEXT(type, member) {#member, PEL_KB_TEXT, AT(type, member), PEL_KB_TEXT_BYTES, false, PEL_KB_TABLES}
#define BODY(type, member) {#member, PEL_KB_TEXT, AT(type, member), PEL_KB_TEXT_BYTES, true, PEL_KB_TABLES}
#define DATE(type, member) {#member, PEL_KB_DATE, AT(type, member), 10, false, PEL_KB_TABLES}
#define OTHER(type, member, kind) {#member, kind, AT(type, member), 0, false, PEL_KB_TABLES}
#define MAYBE(type, member, to) {#member, PEL_KB_ID, AT(type, member), 0, false, to}
#define ONE(type, member, to) {#member, PEL_KB_ID, AT(type, member), 0, true, to}

const pel_kb_layout pel_kb_layouts[PEL_KB_TABLES] = {
    [PEL_KB_SOURCE] = {"source", 8,
                       {NAME(pel_source, key), LINE(pel_source, title), LINE(pel_source, publisher), LINE(pel_source, version),
                        LINE(pel_source, url), LINE(pel_source, licence), DATE(pel_source, retrieved), LINE(pel_source, sha256)}},
    [PEL_KB_PASSAGE] = {"passage", 6,
                        {MAYBE(pel_passage, source, PEL_KB_SOURCE), LINE(pel_passage, path), LINE(pel_passage, label),
                         TEXT(pel_passage, text), DATE(pel_passage, valid_from), DATE(pel_passage, valid_to)}},
    [PEL_KB_ENTITY] = {"entity", 4,
                       {NAME(pel_entity, key), LINE(pel_entity, label), LINE(pel_entity, type), TEXT(pel_entity, synonyms)}},
    [PEL_KB_RELATION] = {"relation", 7,
                         {ONE(pel_relation, subject, PEL_KB_ENTITY), ONE(pel_relation, object, PEL_KB_ENTITY),
                          NAME(pel_relation, relation), OTHER(pel_relation, weight, PEL_KB_WEIGHT),
                          OTHER(pel_relation, negated, PEL_KB_FLAG), TEXT(pel_relation, qualifier),
                          MAYBE(pel_relation, passage, PEL_KB_PASSAGE)}},
    [PEL_KB_RULE] = {"rule", 8,
                     {LINE(pel_rule, file), OTHER(pel_rule, line, PEL_KB_INTEGER), TEXT(pel_rule, label), BODY(pel_rule, text),
                      MAYBE(pel_rule, passage, PEL_KB_PASSAGE), DATE(pel_rule, valid_from), DATE(pel_rule, valid_to),
                      OTHER(pel_rule, priority, PEL_KB_INTEGER)}},
    [PEL_KB_VOCABULARY] = {"vocabulary", 8,
                           {NAME(pel_vocabulary, term), TEXT(pel_vocabulary, says), TEXT(pel_vocabulary, denied),
                            TEXT(pel_vocabulary, asks), OTHER(pel_vocabulary, type, PEL_KB_TERM_TYPE), LINE(pel_vocabulary, unit),
                            TEXT(pel_vocabulary, allowed), OTHER(pel_vocabulary, askable, PEL_KB_FLAG)}},
    [PEL_KB_CASE] = {"case_test", 3, {NAME(pel_pack_case, name), TEXT(pel_pack_case, text), TEXT(pel_pack_case, expected)}},
};

static const char *const term_types[PEL_TERM_TYPES] = {"yesno", "quantity", "date", "choice", "text", "step"};

const char *pel_term_type_name(pel_term_type type) { return (unsigned)type < PEL_TERM_TYPES ? term_types[type] : ""; }

bool pel_kb_term_type(const char *name, pel_term_type *out) {
  for (int i = 0; i < PEL_TERM_TYPES; i++)
    if (strcmp(name, term_types[i]) == 0) {
      *out = (pel_term_type)i;
      return true;
    }
  return false;
}

/* Bytes of the character at `c`, its code in *code; 0 when it is none: overlong, a surrogate, too large, cut off. */
static size_t take_character(const unsigned char *c, size_t left, uint32_t *code) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t n = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
  if (n == 0 || n > left) return 0;
  *code = n == 1 ? *c : *c & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((c[i] & 0xc0) != 0x80) return 0;
    *code = *code << 6 | (c[i] & 0x3fu);
  }
  return *code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : n;
}

bool pel_kb_is_utf8(const char *text, size_t size) {
  uint32_t code;
  for (size_t at = 0, n; at < size; at += n)
    if ((n = take_character((const unsigned char *)text + at, size - at, &code)) == 0) return false;
  return true;
}

static bool is_number(const char *text, int n, int *out) {
  *out = 0;
  for (int i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return true;
}

bool pel_kb_is_date(const char *text) {
  static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year, month, day;
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!is_number(text, 4, &year) || !is_number(text + 5, 2, &month) || !is_number(text + 8, 2, &day)) return false;
  if (month < 1 || month > 12 || day < 1 || day > days[month - 1]) return false;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month != 2 || day < 29 || leap;
}

const char *pel_kb_text_fault(const pel_kb_column *column, const char *text, size_t size) {
  if (size == 0) return column->needed ? "is empty" : NULL;
  if (column->kind == PEL_KB_DATE) return memchr(text, 0, size) || !pel_kb_is_date(text) ? "is no ISO date (YYYY-MM-DD)" : NULL;
  if (size > column->most) return "is too long";
  uint32_t code;
  for (size_t at = 0, n; at < size; at += n) {
    n = take_character((const unsigned char *)text + at, size - at, &code);
    if (n == 0) return "is not UTF-8";
    if (code < 0x20 && code != '\n' && code != '\t') return "holds a control character";
    if (code >= 0x7f && code < 0xa0) return "holds a control character";
    if (code < 0x20 && column->kind == PEL_KB_LINE) return "holds a line break or a tab";
  }
  return NULL;
}

char *pel_kb_select(char *out, size_t size, pel_kb_table table, const char *rest) {
  const pel_kb_layout *l = &pel_kb_layouts[table];
  int at = snprintf(out, size, "SELECT id");
  for (int i = 0; i < l->n; i++) at += snprintf(out + at, size - (size_t)at, ", %s", l->columns[i].name);
  snprintf(out + at, size - (size_t)at, " FROM %s %s", l->table, rest);
  return out;
}
