/* Texts in their several forms: atoms, strings, lists of codes or of characters; and those that are numbers. */
#include "engine/logic/builtins_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"
#include "engine/logic/utf8.h"

/* ---- from terms ---- */

static bool is_nil(pel_cell c) { return c == pel_make_atom(PEL_ATOM_NIL); }
static bool is_cell_of_list(pel_machine *m, pel_cell c) { return pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2); }

static bool is_code_point(int64_t v) { return v >= 0 && v <= 0x10ffff && !(v >= 0xd800 && v < 0xe000); }

/* A character as an atom of one. */
static bool is_char(pel_machine *m, pel_cell c, uint32_t *code) {
  if (!pel_is_atom(c) || is_nil(c)) return false;
  const char *t = pel_atom_text(&m->program->symbols, (uint32_t)pel_index(c));
  size_t size = pel_atom_size(&m->program->symbols, (uint32_t)pel_index(c));
  return size > 0 && pel_utf8_decode(t, t + size, code) == size;
}

/* An item of a list of codes or of characters, of the kind that the list's first item is. */
static bool is_item(pel_machine *m, pel_cell item, bool chars, uint32_t *code) {
  if (chars) return is_char(m, item, code);
  if (pel_tag(item) != PEL_TAG_INT || !is_code_point(pel_int_value(item))) return false;
  *code = (uint32_t)pel_int_value(item);
  return true;
}

pel_outcome pel_check_codes(pel_machine *m, pel_cell c, const char *type, bool *open) {
  uint32_t code;
  bool any = false, chars = false;
  *open = false;
  if (pel_tag(c) == PEL_TAG_BOX && pel_box(&m->heap, c) == PEL_BOX_STRING) return PEL_TRUE;
  pel_cell l = c;
  for (uint64_t n = 0; is_cell_of_list(m, l); l = pel_arg(&m->heap, l, 1), n++) {
    pel_cell item = pel_arg(&m->heap, l, 0);
    if (pel_is_var(item)) {
      *open = true;
      return PEL_TRUE; /* what comes later is not looked at */
    }
    if (!any) chars = is_char(m, item, &code);
    any = true;
    if (!is_item(m, item, chars, &code)) return pel_throw_type(m, chars ? "character" : "character_code", item);
    if (n > m->limits.memory / 16) return pel_stop_memory(m); /* it goes round in a circle */
  }
  *open = pel_is_var(l);
  return *open || is_nil(l) ? PEL_TRUE : pel_throw_type(m, type, c);
}

static pel_outcome list_text(pel_machine *m, pel_cell c, pel_text *out) {
  size_t capacity = 0, n = 0;
  uint32_t code = 0;
  bool chars = is_cell_of_list(m, c) && is_char(m, pel_arg(&m->heap, c, 0), &code);
  char *s = pel_grow(NULL, &capacity, 16, 1);
  for (; s && is_cell_of_list(m, c); c = pel_arg(&m->heap, c, 1)) {
    bool ok = is_item(m, pel_arg(&m->heap, c, 0), chars, &code);
    char *grown = ok && n < m->limits.memory / 4 ? pel_grow(s, &capacity, n + 5, 1) : NULL;
    if (!grown) return free(s), ok ? pel_stop_memory(m) : PEL_FAIL;
    s = grown;
    n += pel_utf8_encode(code, s + n);
  }
  if (!s) return pel_stop_memory(m);
  if (!is_nil(c)) return free(s), PEL_FAIL;
  s[n] = 0;
  *out = (pel_text){s, n};
  return PEL_TRUE;
}

static pel_outcome keep_text(pel_machine *m, const char *s, size_t n, pel_text *out) {
  char *copy = pel_alloc(n + 1, 1);
  if (!copy) return pel_stop_memory(m);
  memcpy(copy, s, n);
  *out = (pel_text){copy, n};
  return PEL_TRUE;
}

pel_outcome pel_try_text(pel_machine *m, pel_cell c, int from, pel_text *out) {
  pel_number number;
  if (is_cell_of_list(m, c) || is_nil(c)) return from & PEL_FROM_LIST ? list_text(m, c, out) : PEL_FAIL;
  if (pel_is_atom(c)) {
    const pel_symbols *s = &m->program->symbols;
    return from & PEL_FROM_ATOM ? keep_text(m, pel_atom_text(s, (uint32_t)pel_index(c)), pel_atom_size(s, (uint32_t)pel_index(c)), out) : PEL_FAIL;
  }
  if (pel_tag(c) == PEL_TAG_BOX && pel_box(&m->heap, c) == PEL_BOX_STRING) {
    size_t n;
    const char *s = pel_string_bytes(&m->heap, c, &n, NULL);
    return from & PEL_FROM_STRING ? keep_text(m, s, n, out) : PEL_FAIL;
  }
  if (!(from & PEL_FROM_NUMBER) || !pel_number_read(&m->heap, c, &number)) return PEL_FAIL;
  char *s = pel_number_format(&number);
  pel_number_clear(&number);
  if (!s) return pel_stop_memory(m);
  *out = (pel_text){s, strlen(s)};
  return PEL_TRUE;
}

pel_outcome pel_take_text(pel_machine *m, pel_cell c, int from, const char *type, pel_text *out) {
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  pel_outcome ok = pel_try_text(m, c, from, out);
  if (ok != PEL_FAIL) return ok;
  if (is_nil(c) && strcmp(type, "atomic") == 0) return pel_throw_type(m, "atom", c);
  bool detail = strcmp(type, "text") == 0 || strcmp(type, "list") == 0, open;
  if (!(from & PEL_FROM_LIST) || !is_cell_of_list(m, c) || !detail) return pel_throw_type(m, type, c);
  ok = pel_check_codes(m, c, type, &open); /* which item is at fault */
  return ok == PEL_TRUE ? pel_throw_instantiation(m) : ok;
}

/* ---- to terms ---- */

static pel_cell make_list(pel_machine *m, const char *s, size_t size, bool chars) {
  size_t n = pel_utf8_length(s, size), at = 0;
  pel_cell *items = pel_alloc(n + 1, sizeof *items);
  bool ok = items != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    uint32_t code = 0;
    size_t bytes = pel_utf8_decode(s + at, s + size, &code);
    items[i] = chars ? pel_new_atom(&m->heap, s + at, bytes) : pel_make_int(code);
    ok = items[i] != 0;
    at += bytes;
  }
  pel_cell list = ok ? pel_new_list(&m->heap, items, n, pel_make_atom(PEL_ATOM_NIL)) : 0;
  free(items);
  return list;
}

pel_cell pel_make_text(pel_machine *m, pel_text_form form, const char *s, size_t size) {
  if (form == PEL_AS_ATOM) return pel_new_atom(&m->heap, s, size);
  if (form == PEL_AS_STRING) return pel_new_string(&m->heap, s, size);
  return make_list(m, s, size, form == PEL_AS_CHARS);
}

pel_outcome pel_unify_text(pel_machine *m, pel_cell c, pel_text_form form, const pel_text *t) {
  pel_text other = {0};
  pel_outcome ok = pel_is_var(c) ? PEL_FAIL : pel_try_text(m, c, PEL_FROM_ALL, &other);
  bool same = ok == PEL_TRUE && other.size == t->size && memcmp(other.s, t->s, t->size) == 0;
  free(other.s);
  if (ok == PEL_STOP || ok == PEL_THROW) return ok;
  return same ? PEL_TRUE : pel_unify_outcome(m, c, pel_make_text(m, form, t->s, t->size));
}

/* ---- conversions ---- */

typedef struct side { /* of a conversion: what it may be given as, what is thrown when it is not, what it is made as */
  int from;
  const char *type;
  pel_text_form form;
} side;

/* Which side is at fault when the first is known and no text. */
typedef enum blame { THE_FIRST, THE_FIRST_OF_TWO /* when the second is no text either */, THE_SECOND } blame;

/* The first is known, and no text. */
static pel_outcome no_text(pel_machine *m, const pel_cell *a, side first, side second, blame whose) {
  pel_text t = {0};
  pel_outcome other = pel_is_var(a[1]) || whose == THE_FIRST ? PEL_FAIL : pel_try_text(m, a[1], second.from, &t);
  free(t.s);
  if (other != PEL_FAIL) return other == PEL_TRUE ? PEL_FAIL : other; /* a text is not this */
  bool blame_second = whose == THE_SECOND && !pel_is_var(a[1]);
  return pel_take_text(m, a[blame_second], (blame_second ? second : first).from, (blame_second ? second : first).type, &t);
}

/* One text in two forms: from the first when it is known, else from the second. */
static pel_outcome convert(pel_machine *m, const pel_cell *a, side first, side second, blame whose) {
  pel_text t = {0};
  pel_outcome ok = pel_is_var(a[0]) ? PEL_FAIL : pel_try_text(m, a[0], first.from, &t);
  if (ok == PEL_TRUE) ok = pel_unify_text(m, a[1], second.form, &t);
  else if (ok == PEL_FAIL && !pel_is_var(a[0])) ok = no_text(m, a, first, second, whose);
  else if (ok == PEL_FAIL) {
    ok = pel_take_text(m, a[1], second.from, second.type, &t);
    if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[0], pel_make_text(m, first.form, t.s, t.size));
  }
  free(t.s);
  return ok;
}

/* The second is a list of codes or characters: it is looked at even when the first is known. */
static pel_outcome convert_atom(pel_machine *m, const pel_cell *a, pel_text_form form) {
  bool open;
  pel_text t = {0};
  pel_outcome ok = pel_is_var(a[0]) ? PEL_TRUE : pel_take_text(m, a[0], PEL_FROM_ATOMIC, "atom", &t);
  if (ok == PEL_TRUE && !pel_is_var(a[1])) ok = pel_check_codes(m, a[1], "list", &open);
  free(t.s);
  if (ok != PEL_TRUE) return ok;
  return convert(m, a, (side){PEL_FROM_ATOMIC, "atom", PEL_AS_ATOM}, (side){PEL_FROM_STRING | PEL_FROM_LIST, "list", form}, THE_FIRST);
}
static pel_outcome atom_codes(pel_machine *m, const pel_cell *a) { return convert_atom(m, a, PEL_AS_CODES); }
static pel_outcome atom_chars(pel_machine *m, const pel_cell *a) { return convert_atom(m, a, PEL_AS_CHARS); }

static const side text_side = {PEL_FROM_ALL, "text", PEL_AS_STRING};
static pel_outcome string_chars(pel_machine *m, const pel_cell *a) {
  return convert(m, a, text_side, (side){PEL_FROM_STRING | PEL_FROM_LIST, "list", PEL_AS_CHARS}, THE_FIRST);
}
static pel_outcome string_codes(pel_machine *m, const pel_cell *a) {
  return convert(m, a, text_side, (side){PEL_FROM_STRING | PEL_FROM_LIST, "list", PEL_AS_CODES}, THE_FIRST);
}
static pel_outcome atom_string(pel_machine *m, const pel_cell *a) {
  return convert(m, a, (side){PEL_FROM_ALL, "atom", PEL_AS_ATOM}, (side){PEL_FROM_ALL, "string", PEL_AS_STRING}, THE_SECOND);
}
static pel_outcome string_to_atom(pel_machine *m, const pel_cell *a) {
  return convert(m, a, (side){PEL_FROM_ALL, "string", PEL_AS_STRING}, (side){PEL_FROM_ALL, "atom", PEL_AS_ATOM}, THE_FIRST_OF_TWO);
}

static pel_outcome text_to_string(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ALL & ~PEL_FROM_NUMBER, "text", &t);
  if (ok == PEL_TRUE) ok = pel_unify_text(m, a[1], PEL_AS_STRING, &t);
  free(t.s);
  return ok;
}

static pel_outcome char_code(pel_machine *m, const pel_cell *a) {
  char utf8[4];
  uint32_t code;
  if (!pel_is_var(a[0]) && !is_char(m, a[0], &code)) return pel_throw_type(m, "character", a[0]);
  if (!pel_is_var(a[1]) && !pel_is_integer(&m->heap, a[1])) return pel_throw_type(m, "integer", a[1]);
  if (!pel_is_var(a[1]) && (pel_tag(a[1]) != PEL_TAG_INT || !is_code_point(pel_int_value(a[1])))) return pel_throw_type(m, "character_code", a[1]);
  if (!pel_is_var(a[0])) return pel_unify_outcome(m, a[1], pel_make_int(code));
  if (pel_is_var(a[1])) return pel_throw_instantiation(m);
  return pel_unify_outcome(m, a[0], pel_new_atom(&m->heap, utf8, pel_utf8_encode((uint32_t)pel_int_value(a[1]), utf8)));
}

static pel_outcome text_length(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ALL, "text", &t);
  if (ok != PEL_TRUE) return ok;
  size_t n = pel_utf8_length(t.s, t.size);
  free(t.s);
  if (!pel_is_var(a[1]) && !pel_is_integer(&m->heap, a[1])) return pel_throw_type(m, "integer", a[1]);
  return pel_unify_outcome(m, a[1], pel_make_int((int64_t)n));
}

/* $string_code(Index, Text, Code) with a known index */
static pel_outcome string_code(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  int64_t i = pel_tag(a[0]) == PEL_TAG_INT ? pel_int_value(a[0]) : 0;
  pel_outcome ok = pel_take_text(m, a[1], PEL_FROM_ALL & ~PEL_FROM_NUMBER, "text", &t);
  if (ok == PEL_TRUE && !pel_is_integer(&m->heap, a[0])) ok = pel_throw_type(m, "integer", a[0]);
  if (ok == PEL_TRUE && i < 0) ok = pel_throw_domain(m, "not_less_than_zero", a[0]);
  if (ok != PEL_TRUE) return free(t.s), ok;
  uint32_t code = 0;
  bool inside = i >= 1 && (uint64_t)i <= pel_utf8_length(t.s, t.size);
  if (inside) pel_utf8_decode(t.s + pel_utf8_offset(t.s, t.size, (size_t)i - 1), t.s + t.size, &code);
  free(t.s);
  return inside ? pel_unify_outcome(m, a[2], pel_make_int(code)) : PEL_FAIL;
}

/* ---- numbers ---- */

/* Layout before a number is skipped where a term would be read. */
static bool number_of(const pel_text *t, bool layout, pel_number *out) {
  const char *s = t->s;
  size_t size = t->size;
  while (layout && size && *s && strchr(" \t\n\r", *s)) s++, size--;
  if (size >= 3 && s[0] == '0' && s[1] == '\'') {
    uint32_t code;
    if (size == 4 && memcmp(s + 2, "''", 2) == 0) return *out = pel_number_of_int('\''), true;
    if (pel_utf8_decode(s + 2, s + size, &code) == size - 2) return *out = pel_number_of_int(code), true;
  }
  return pel_number_parse(s, size, out);
}

static pel_outcome give_number(pel_machine *m, pel_cell into, pel_number *n) {
  pel_outcome ok = pel_unify_outcome(m, into, pel_number_write(&m->heap, n));
  pel_number_clear(n);
  return ok;
}

static pel_outcome number_text(pel_machine *m, pel_cell number, pel_cell into, pel_text_form form) {
  pel_text t = {0};
  if (pel_is_var(number)) return pel_throw_instantiation(m);
  if (!pel_is_number(&m->heap, number)) return pel_throw_type(m, "number", number);
  pel_outcome ok = pel_try_text(m, number, PEL_FROM_NUMBER, &t);
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, into, pel_make_text(m, form, t.s, t.size));
  free(t.s);
  return ok;
}

static pel_outcome atom_number(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  pel_number n;
  pel_outcome ok = pel_is_var(a[0]) ? PEL_FAIL : pel_try_text(m, a[0], PEL_FROM_ATOM | PEL_FROM_STRING, &t);
  if (ok == PEL_TRUE) {
    bool read = number_of(&t, false, &n);
    free(t.s);
    return read ? give_number(m, a[1], &n) : PEL_FAIL;
  }
  if (ok != PEL_FAIL) return ok;
  if (pel_is_var(a[1]) && !pel_is_var(a[0])) return pel_throw_type(m, "atom", a[0]);
  return number_text(m, a[1], a[0], PEL_AS_ATOM);
}

static pel_outcome number_string(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  pel_number n;
  if (!pel_is_var(a[0]) && !pel_is_number(&m->heap, a[0])) return pel_throw_type(m, "number", a[0]);
  if (pel_is_var(a[1])) return number_text(m, a[0], a[1], PEL_AS_STRING);
  pel_outcome ok = pel_take_text(m, a[1], PEL_FROM_STRING | PEL_FROM_LIST, "list", &t);
  if (ok != PEL_TRUE) return ok;
  bool read = number_of(&t, false, &n);
  free(t.s);
  return read ? give_number(m, a[0], &n) : PEL_FAIL;
}

static pel_outcome illegal_number(pel_machine *m) {
  pel_cell word = pel_new_atom(&m->heap, "illegal_number", 14), name = pel_new_atom(&m->heap, "syntax_error", 12);
  pel_cell args[2] = {word && name ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 1, &word) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

static pel_outcome number_list(pel_machine *m, const pel_cell *a, pel_text_form form) {
  pel_text t = {0};
  pel_number n;
  bool open = true; /* with the number known, an open list is matched against its digits */
  if (!pel_is_var(a[0]) && !pel_is_number(&m->heap, a[0])) return pel_throw_type(m, "number", a[0]);
  pel_outcome ok = pel_is_var(a[1]) ? PEL_TRUE : pel_check_codes(m, a[1], "list", &open);
  if (ok != PEL_TRUE) return ok;
  if (open) return number_text(m, a[0], a[1], form);
  ok = pel_take_text(m, a[1], PEL_FROM_STRING | PEL_FROM_LIST, "list", &t);
  if (ok != PEL_TRUE) return ok;
  bool read = number_of(&t, true, &n);
  free(t.s);
  return read ? give_number(m, a[0], &n) : illegal_number(m);
}
static pel_outcome number_codes(pel_machine *m, const pel_cell *a) { return number_list(m, a, PEL_AS_CODES); }
static pel_outcome number_chars(pel_machine *m, const pel_cell *a) { return number_list(m, a, PEL_AS_CHARS); }

const pel_builtin_entry pel_builtins_text[] = {
    {"atom_codes", 2, atom_codes}, {"atom_chars", 2, atom_chars}, {"atom_string", 2, atom_string}, {"string_chars", 2, string_chars},
    {"string_codes", 2, string_codes}, {"string_to_atom", 2, string_to_atom}, {"text_to_string", 2, text_to_string}, {"char_code", 2, char_code},
    {"atom_length", 2, text_length}, {"string_length", 2, text_length}, {"atom_number", 2, atom_number}, {"number_string", 2, number_string},
    {"number_codes", 2, number_codes}, {"number_chars", 2, number_chars}, {"$string_code", 3, string_code}, {NULL, 0, NULL}};
