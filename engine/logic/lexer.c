#include "engine/logic/lexer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"
#include "engine/logic/utf8.h"

bool pel_is_symbol_char(uint32_t c) {
  if (c < 128) return c && strchr("+-*/\\^<>=~:.?@#&$", (int)c);
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return k > UTF8PROC_CATEGORY_PC && k <= UTF8PROC_CATEGORY_SO;
}

bool pel_is_solo_char(uint32_t c) {
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return c >= 128 && k == UTF8PROC_CATEGORY_NO;
}

bool pel_is_name_char(uint32_t c) {
  if (c < 128) return isalnum((int)c) || c == '_';
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NL) || k == UTF8PROC_CATEGORY_PC;
}

bool pel_is_name_start(uint32_t c) {
  if (c < 128) return islower((int)c);
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return k == UTF8PROC_CATEGORY_LL || k == UTF8PROC_CATEGORY_LM || k == UTF8PROC_CATEGORY_LO;
}

static bool is_var_start(uint32_t c) {
  return c < 128 ? isupper((int)c) || c == '_' : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

void pel_lex_fault(pel_reader *r, size_t at, const char *name, const char *what) {
  r->token.kind = PEL_TOKEN_FAULT;
  r->fault_at = at;
  snprintf(r->fault_name, sizeof r->fault_name, "%s", name);
  snprintf(r->fault, sizeof r->fault, "%s", what);
}

static int peek(const pel_reader *r, size_t ahead) { return r->at + ahead < r->size ? (unsigned char)r->text[r->at + ahead] : -1; }

static bool skip_layout(pel_reader *r) {
  for (;;) {
    int c = peek(r, 0);
    if (c == '%') {
      while (r->at < r->size && r->text[r->at] != '\n') r->at++;
    } else if (c == '/' && peek(r, 1) == '*') {
      size_t from = r->at;
      const char *end = memmem(r->text + r->at + 2, r->size - r->at - 2, "*/", 2);
      if (!end) return pel_lex_fault(r, from, "end_of_file_in_block_comment", "a comment that starts here has no end: */ is missing"), false;
      r->at = (size_t)(end - r->text) + 2;
    } else if (c >= 0 && c <= ' ' && c != 0 && isspace(c)) r->at++;
    else if (c == 0xc2 && peek(r, 1) == 0xa0) r->at += 2;
    else return true;
  }
}

static bool put(pel_reader *r, uint32_t c) {
  char *buffer = pel_grow(r->buffer, &r->buffer_capacity, r->n_buffer + 4, 1);
  if (!buffer) return r->no_room = true, false;
  r->buffer = buffer;
  r->n_buffer += pel_utf8_encode(c, buffer + r->n_buffer);
  return true;
}

static bool next_char(pel_reader *r, uint32_t *c) {
  size_t n = r->at < r->size ? pel_utf8_decode(r->text + r->at, r->text + r->size, c) : 0;
  if (n == 0) return pel_lex_fault(r, r->at, "illegal_multibyte_sequence", r->at < r->size ? "a byte here is not UTF-8" : "the text ends inside a term"), false;
  r->at += n;
  return true;
}

static bool code_escape(pel_reader *r, size_t from, int base, uint32_t *c) {
  uint64_t value = 0;
  size_t digits = 0;
  for (int d; (d = peek(r, 0)) >= 0 && isxdigit(d) && (base == 16 || d < '8') && digits < 10; r->at++, digits++)
    value = value * (uint64_t)base + (uint64_t)(isdigit(d) ? d - '0' : (d | 32) - 'a' + 10);
  if (peek(r, 0) == '\\') r->at++;
  if (!digits || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
    return pel_lex_fault(r, from, "illegal_character_code", "this escape names no character"), false;
  *c = (uint32_t)value;
  return true;
}

/* After a backslash. *skip: it stands for nothing. */
static bool escape(pel_reader *r, uint32_t *c, bool *skip) {
  static const char plain[] = "a\ab\bf\fn\nr\rt\tv\v0\0\\\\''\"\"``e\033s dd";
  size_t from = r->at - 1;
  char name[40];
  uint32_t e;
  if (!next_char(r, &e)) return false;
  *skip = e == '\n' || e == 'c';
  if (e == 'c') while (peek(r, 0) >= 0 && isspace(peek(r, 0))) r->at++;
  if (e == '\n') while (peek(r, 0) == ' ' || peek(r, 0) == '\t') r->at++; /* a text goes on in the next line, however far that is set in */
  if (*skip) return true;
  if (e == 'x') return code_escape(r, from, 16, c);
  if (e >= '0' && e <= '7') return r->at--, code_escape(r, from, 8, c);
  if (e == 'u' || e == 'U') {
    uint32_t value = 0;
    for (int i = 0; i < (e == 'u' ? 4 : 8); i++, r->at++) {
      int d = peek(r, 0);
      if (d < 0 || !isxdigit(d)) return pel_lex_fault(r, from, "undefined_char_escape(u)", "\\u takes four hex digits, \\U eight"), false;
      value = value * 16 + (uint32_t)(isdigit(d) ? d - '0' : (d | 32) - 'a' + 10);
    }
    if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return pel_lex_fault(r, from, "illegal_character_code", "this escape names no character"), false;
    return *c = value, true;
  }
  for (size_t i = 0; i + 1 < sizeof plain - 1; i += 2)
    if ((uint32_t)plain[i] == e && e != '0' && e != 'd') return *c = (unsigned char)plain[i + 1], true;
  snprintf(name, sizeof name, "undefined_char_escape(%.*s)", (int)(r->at - from - 1), r->text + from + 1);
  return pel_lex_fault(r, from, name, "this escape is not known"), false;
}

/* The text in quotes into the buffer. */
static bool quoted(pel_reader *r, uint32_t quote) {
  size_t from = r->at++;
  r->n_buffer = 0;
  for (;;) {
    uint32_t c;
    bool skip = false;
    if (r->at >= r->size) {
      char name[40];
      snprintf(name, sizeof name, quote == '\'' ? "end_of_file_in_quoted('\\%c')" : "end_of_file_in_quoted('%c')", (char)quote);
      return pel_lex_fault(r, from, name, "a quote that starts here has no end"), false;
    }
    if (!next_char(r, &c)) return false;
    if (c == quote) {
      if (peek(r, 0) != (int)quote) return true;
      r->at++;
    } else if (c == '\\') {
      if (!escape(r, &c, &skip)) return false;
    } else if (c == 0) return pel_lex_fault(r, r->at - 1, "illegal_character", "a NUL byte has no place in a text"), false;
    if (!skip && !put(r, c)) return false;
  }
}

static void atom(pel_reader *r, int kind, const char *text, size_t size) {
  r->token.value = pel_new_atom(r->heap, text, size);
  r->token.kind = kind;
  if (!r->token.value) r->no_room = true;
}

static void value(pel_reader *r, pel_cell c) {
  r->token.kind = PEL_TOKEN_VALUE;
  r->token.value = c;
  if (!c) r->no_room = true;
}

static void codes(pel_reader *r) {
  size_t n = pel_utf8_length(r->buffer ? r->buffer : "", r->n_buffer);
  pel_cell *items = pel_alloc(n + 1, sizeof *items);
  if (!items) {
    r->no_room = true;
    return;
  }
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t c = 0;
    at += pel_utf8_decode(r->buffer + at, r->buffer + r->n_buffer, &c);
    items[i] = pel_make_int(c);
  }
  value(r, pel_new_list(r->heap, items, n, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
}

/* 0'c */
static bool char_code(pel_reader *r) {
  if (peek(r, 0) != '0' || peek(r, 1) != '\'') return false;
  size_t from = r->at;
  uint32_t c;
  bool skip = false;
  r->at += 2;
  if (peek(r, 0) == '\'' && peek(r, 1) != '\'') return r->at = from, false;
  if (!next_char(r, &c)) return true;
  if (c == '\'') r->at++;
  else if (c == '\\' && !escape(r, &c, &skip)) return true;
  value(r, pel_make_int(c));
  return true;
}

static size_t digits(const pel_reader *r, size_t at, int base) {
  size_t from = at;
  for (; at < r->size; at++) {
    int c = (unsigned char)r->text[at];
    int d = isdigit(c) ? c - '0' : isalpha(c) ? (c | 32) - 'a' + 10 : 99;
    bool joint = (c == '_' || (c == ' ' && base == 10)) && at > from && at + 1 < r->size && isalnum((unsigned char)r->text[at + 1]) && base == 10 && isdigit((unsigned char)r->text[at + 1]);
    if (d >= base && !joint) break;
  }
  return at - from;
}

static void number(pel_reader *r) {
  if (char_code(r)) return;
  size_t from = r->at, n = digits(r, from, 10);
  const char *t = r->text + from;
  size_t more;
  if (n == 1 && *t == '0' && peek(r, 1) == 'x' && (more = digits(r, from + 2, 16))) n = 2 + more;
  else if (n == 1 && *t == '0' && peek(r, 1) == 'o' && (more = digits(r, from + 2, 8))) n = 2 + more;
  else if (n == 1 && *t == '0' && peek(r, 1) == 'b' && (more = digits(r, from + 2, 2))) n = 2 + more;
  else if (n <= 2 && peek(r, n) == '\'' && (more = digits(r, from + n + 1, n == 1 ? *t - '0' : (*t - '0') * 10 + t[1] - '0'))) n += 1 + more;
  else if (peek(r, n) == 'r' && (more = digits(r, from + n + 1, 10))) n += 1 + more;
  else {
    bool fraction = peek(r, n) == '.' && (more = digits(r, from + n + 1, 10));
    if (fraction) n += 1 + more;
    size_t sign = peek(r, n + 1) == '+' || peek(r, n + 1) == '-';
    if ((peek(r, n) == 'e' || peek(r, n) == 'E') && (more = digits(r, from + n + 1 + sign, 10)) && (fraction || true)) n += 1 + sign + more;
    if (fraction && n + 2 < r->size - from && memcmp(t + n, "Inf", 3) == 0) n += 3;
    else if (fraction && n + 2 < r->size - from && memcmp(t + n, "NaN", 3) == 0) n += 3;
  }
  pel_number v;
  r->at = from + n;
  if (!pel_number_parse(t, n, &v)) {
    pel_lex_fault(r, from, "illegal_number", "this is no number");
    return;
  }
  value(r, pel_number_write(r->heap, &v));
  pel_number_clear(&v);
}

static void name(pel_reader *r, bool var) {
  size_t from = r->at, n;
  uint32_t c;
  while (r->at < r->size && (n = pel_utf8_decode(r->text + r->at, r->text + r->size, &c)) && pel_is_name_char(c)) r->at += n;
  if (var) r->token.kind = PEL_TOKEN_VAR;
  else atom(r, PEL_TOKEN_ATOM, r->text + from, r->at - from);
}

static void punctuation(pel_reader *r, int c) {
  static const char marks[] = ")[]{},|";
  static const int kinds[] = {PEL_TOKEN_CLOSE, PEL_TOKEN_OPEN_LIST, PEL_TOKEN_CLOSE_LIST, PEL_TOKEN_OPEN_CURLY,
                              PEL_TOKEN_CLOSE_CURLY, PEL_TOKEN_COMMA, PEL_TOKEN_BAR};
  const char *mark = c ? strchr(marks, c) : NULL;
  if (c == '(') r->token.kind = r->token.layout_before || r->token.from == 0 ? PEL_TOKEN_OPEN : PEL_TOKEN_OPEN_CALL;
  else if (mark) r->token.kind = kinds[mark - marks];
  else if (c == '!' || c == ';') {
    atom(r, PEL_TOKEN_ATOM, r->text + r->at, 1);
  } else {
    pel_lex_fault(r, r->at, "illegal_character", "a character that has no place here");
    return;
  }
  r->at++;
  if (c == '|' && peek(r, 0) == '|') r->at++, atom(r, PEL_TOKEN_ATOM, "||", 2);
}

static bool ends_clause(const pel_reader *r) {
  int after = peek(r, 1);
  return peek(r, 0) == '.' && (after < 0 || after == '%' || (after <= ' ' && isspace(after)));
}

void pel_lex(pel_reader *r) {
  size_t before = r->at;
  r->token = (struct pel_token){0};
  if (!skip_layout(r)) return;
  r->token.layout_before = r->at != before;
  r->token.from = r->at;
  uint32_t c;
  if (r->at >= r->size) r->token.kind = PEL_TOKEN_END;
  else if (!pel_utf8_decode(r->text + r->at, r->text + r->size, &c)) pel_lex_fault(r, r->at, "illegal_multibyte_sequence", "a byte here is not UTF-8");
  else if (ends_clause(r)) r->token.kind = PEL_TOKEN_DOT, r->at++;
  else if (c < 128 && isdigit((int)c)) number(r);
  else if (is_var_start(c)) name(r, true);
  else if (pel_is_name_start(c)) name(r, false);
  else if (c == '\'') {
    if (quoted(r, c)) atom(r, PEL_TOKEN_QUOTED, r->buffer ? r->buffer : "", r->n_buffer);
  } else if (c == '"') {
    if (quoted(r, c)) value(r, pel_new_string(r->heap, r->buffer ? r->buffer : "", r->n_buffer));
  } else if (c == '`') {
    if (quoted(r, c)) codes(r);
  } else if (pel_is_symbol_char(c)) {
    size_t from = r->at;
    for (size_t n; r->at < r->size && (n = pel_utf8_decode(r->text + r->at, r->text + r->size, &c)) && pel_is_symbol_char(c);) r->at += n;
    atom(r, PEL_TOKEN_ATOM, r->text + from, r->at - from);
  } else if (pel_is_solo_char(c)) {
    size_t n = pel_utf8_decode(r->text + r->at, r->text + r->size, &c);
    atom(r, PEL_TOKEN_ATOM, r->text + r->at, n);
    r->at += n;
  } else punctuation(r, c < 128 ? (int)c : 0);
  r->token.to = r->at;
}
