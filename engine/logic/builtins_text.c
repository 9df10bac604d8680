/* Atoms, strings, characters, numbers as text. Where SWI-Prolog enumerates, these give the list of solutions and the library goes through it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins.h"
#include "engine/logic/number.h"
#include "engine/logic/reader.h"
#include "engine/logic/utf8.h"

typedef struct text {
  char *s;
  size_t size;
} text;

/* Codes or characters: each an integer or an atom of one character. */
static pel_outcome list_text(pel_machine *m, pel_cell c, char **out, size_t *size) {
  size_t capacity = 0, n = 0;
  char *s = pel_grow(NULL, &capacity, 16, 1);
  for (; s && pel_is_compound(&m->heap, c, PEL_ATOM_DOT, 2); c = pel_arg(&m->heap, c, 1)) {
    pel_cell item = pel_arg(&m->heap, c, 0);
    uint32_t code = 0;
    bool ok = false;
    if (pel_tag(item) == PEL_TAG_INT) {
      int64_t v = pel_int_value(item);
      ok = v > 0 && v <= 0x10ffff && !(v >= 0xd800 && v < 0xe000);
      code = (uint32_t)v;
    } else if (pel_is_atom(item)) {
      const char *t = pel_atom_text(&m->program->symbols, (uint32_t)pel_index(item));
      size_t length = pel_atom_size(&m->program->symbols, (uint32_t)pel_index(item));
      ok = length > 0 && pel_utf8_decode(t, t + length, &code) == length;
    }
    char *grown = ok && n < m->limits.memory ? pel_grow(s, &capacity, n + 5, 1) : NULL;
    if (!grown) return free(s), ok ? pel_stop_memory(m) : PEL_FAIL;
    s = grown;
    n += pel_utf8_encode(code, s + n);
  }
  if (!s) return pel_stop_memory(m);
  if (c != pel_make_atom(PEL_ATOM_NIL)) return free(s), PEL_FAIL;
  s[n] = 0;
  *out = s;
  *size = n;
  return PEL_TRUE;
}

static pel_outcome keep_text(pel_machine *m, const char *s, size_t n, char **out, size_t *size) {
  char *copy = pel_alloc(n + 1, 1);
  if (!copy) return pel_stop_memory(m);
  memcpy(copy, s, n);
  *out = copy;
  *size = n;
  return PEL_TRUE;
}

pel_outcome pel_text_of(pel_machine *m, pel_cell c, char **out, size_t *size) {
  if (pel_is_atom(c) && c != pel_make_atom(PEL_ATOM_NIL))
    return keep_text(m, pel_atom_text(&m->program->symbols, (uint32_t)pel_index(c)), pel_atom_size(&m->program->symbols, (uint32_t)pel_index(c)), out, size);
  if (pel_tag(c) == PEL_TAG_BOX && pel_box(&m->heap, c) == PEL_BOX_STRING) {
    size_t n;
    const char *s = pel_string_bytes(&m->heap, c, &n, NULL);
    return keep_text(m, s, n, out, size);
  }
  pel_number number;
  if (pel_number_read(&m->heap, c, &number)) {
    char *s = pel_number_format(&number);
    pel_number_clear(&number);
    if (!s) return pel_stop_memory(m);
    *out = s;
    *size = strlen(s);
    return PEL_TRUE;
  }
  if (pel_tag(c) == PEL_TAG_STRUCT || c == pel_make_atom(PEL_ATOM_NIL)) return list_text(m, c, out, size);
  return PEL_FAIL;
}

pel_outcome pel_need_text(pel_machine *m, pel_cell c, const char *type, char **out, size_t *size) {
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  if (c == pel_make_atom(PEL_ATOM_NIL)) return keep_text(m, "[]", 2, out, size);
  pel_outcome ok = pel_text_of(m, c, out, size);
  return ok == PEL_FAIL ? pel_throw_type(m, type, c) : ok;
}

/* A list of codes, or of characters, also as the empty list. */
static pel_outcome need_list(pel_machine *m, pel_cell c, const char *type, text *out) {
  for (pel_cell l = c; !pel_is_var(c);) { /* an open list, or open items */
    if (pel_is_var(l)) return pel_throw_instantiation(m);
    if (!pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2)) break;
    if (pel_is_var(pel_arg(&m->heap, l, 0))) return pel_throw_instantiation(m);
    l = pel_arg(&m->heap, l, 1);
  }
  if (pel_is_var(c)) return pel_throw_instantiation(m);
  pel_outcome ok = pel_text_of(m, c, &out->s, &out->size);
  return ok == PEL_FAIL ? pel_throw_type(m, type, c) : ok;
}

static pel_cell make_codes(pel_machine *m, const char *s, size_t size, bool chars) {
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

typedef enum form { ATOM, STRING, CODES, CHARS } form;

static pel_cell make_text(pel_machine *m, form f, const char *s, size_t size) {
  if (f == ATOM) return pel_new_atom(&m->heap, s, size);
  if (f == STRING) return pel_new_string(&m->heap, s, size);
  return make_codes(m, s, size, f == CHARS);
}

/* One text in two forms: from the first when it is known, else from the second. */
static pel_outcome convert(pel_machine *m, const pel_cell *a, form first, form second) {
  text t = {0};
  pel_outcome ok;
  if (!pel_is_var(a[0])) {
    ok = pel_need_text(m, a[0], first == STRING ? "string" : "atomic", &t.s, &t.size);
    if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[1], make_text(m, second, t.s, t.size));
  } else {
    ok = second == CODES || second == CHARS ? need_list(m, a[1], second == CODES ? "character_code" : "character", &t) : pel_need_text(m, a[1], "atomic", &t.s, &t.size);
    if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[0], make_text(m, first, t.s, t.size));
  }
  free(t.s);
  return ok;
}
static pel_outcome atom_codes(pel_machine *m, const pel_cell *a) { return convert(m, a, ATOM, CODES); }
static pel_outcome atom_chars(pel_machine *m, const pel_cell *a) { return convert(m, a, ATOM, CHARS); }
static pel_outcome atom_string(pel_machine *m, const pel_cell *a) { return convert(m, a, ATOM, STRING); }
static pel_outcome string_chars(pel_machine *m, const pel_cell *a) { return convert(m, a, STRING, CHARS); }
static pel_outcome string_codes(pel_machine *m, const pel_cell *a) { return convert(m, a, STRING, CODES); }
static pel_outcome string_to_atom(pel_machine *m, const pel_cell *a) { return convert(m, a, STRING, ATOM); }
static pel_outcome text_to_string(pel_machine *m, const pel_cell *a) {
  text t = {0};
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  pel_outcome ok = pel_text_of(m, a[0], &t.s, &t.size);
  if (ok == PEL_FAIL) return pel_throw_type(m, "string", a[0]);
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[1], pel_new_string(&m->heap, t.s, t.size));
  free(t.s);
  return ok;
}

static pel_outcome char_code(pel_machine *m, const pel_cell *a) {
  char utf8[4];
  if (!pel_is_var(a[0])) {
    uint32_t code;
    const char *t = pel_is_atom(a[0]) ? pel_atom_text(&m->program->symbols, (uint32_t)pel_index(a[0])) : NULL;
    size_t size = t ? pel_atom_size(&m->program->symbols, (uint32_t)pel_index(a[0])) : 0;
    if (!t || !size || pel_utf8_decode(t, t + size, &code) != size) return pel_throw_type(m, "character", a[0]);
    return pel_unify_outcome(m, a[1], pel_make_int(code));
  }
  if (pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (!pel_is_integer(&m->heap, a[1])) return pel_throw_type(m, "integer", a[1]);
  int64_t c = pel_tag(a[1]) == PEL_TAG_INT ? pel_int_value(a[1]) : -1;
  if (c <= 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return pel_throw_representation(m, "character_code");
  return pel_unify_outcome(m, a[0], pel_new_atom(&m->heap, utf8, pel_utf8_encode((uint32_t)c, utf8)));
}

static pel_outcome text_length(pel_machine *m, const pel_cell *a) {
  text t = {0};
  pel_outcome ok = pel_need_text(m, a[0], "atomic", &t.s, &t.size);
  if (ok != PEL_TRUE) return ok;
  size_t n = pel_utf8_length(t.s, t.size);
  free(t.s);
  if (!pel_is_var(a[1]) && !pel_is_integer(&m->heap, a[1])) return pel_throw_type(m, "integer", a[1]);
  if (pel_tag(a[1]) == PEL_TAG_INT && pel_int_value(a[1]) < 0) return pel_throw_type(m, "not_less_than_zero", a[1]);
  return pel_unify_outcome(m, a[1], pel_make_int((int64_t)n));
}

/* ---- numbers ---- */

/* Leading layout is skipped, as when a term is read. */
static bool number_of(const char *s, size_t size, bool trailing, pel_number *out) {
  while (size && strchr(" \t\n\r", *s)) s++, size--;
  while (trailing && size && strchr(" \t\n\r", s[size - 1])) size--;
  if (size >= 3 && s[0] == '0' && s[1] == '\'') {
    uint32_t code;
    if (pel_utf8_decode(s + 2, s + size, &code) == size - 2) return *out = pel_number_of_int(code), true;
  }
  return pel_number_parse(s, size, out);
}

static pel_outcome give_number(pel_machine *m, pel_cell into, pel_number *n) {
  pel_outcome ok = pel_unify_outcome(m, into, pel_number_write(&m->heap, n));
  pel_number_clear(n);
  return ok;
}

static pel_outcome atom_number(pel_machine *m, const pel_cell *a) {
  text t = {0};
  pel_number n;
  if (pel_is_var(a[0])) {
    if (pel_is_var(a[1])) return pel_throw_instantiation(m);
    if (!pel_is_number(&m->heap, a[1])) return pel_throw_type(m, "number", a[1]);
    pel_outcome ok = pel_text_of(m, a[1], &t.s, &t.size);
    if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[0], pel_new_atom(&m->heap, t.s, t.size));
    return free(t.s), ok;
  }
  pel_outcome ok = pel_need_text(m, a[0], "atom", &t.s, &t.size);
  if (ok != PEL_TRUE) return ok;
  bool read = number_of(t.s, t.size, false, &n);
  free(t.s);
  return read ? give_number(m, a[1], &n) : PEL_FAIL;
}

static pel_outcome number_string(pel_machine *m, const pel_cell *a) {
  text t = {0};
  pel_number n;
  if (!pel_is_var(a[1])) {
    pel_outcome ok = pel_need_text(m, a[1], "string", &t.s, &t.size);
    if (ok != PEL_TRUE) return ok;
    bool read = number_of(t.s, t.size, true, &n);
    free(t.s);
    return read ? give_number(m, a[0], &n) : PEL_FAIL;
  }
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  if (!pel_is_number(&m->heap, a[0])) return pel_throw_type(m, "number", a[0]);
  pel_outcome ok = pel_text_of(m, a[0], &t.s, &t.size);
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[1], pel_new_string(&m->heap, t.s, t.size));
  return free(t.s), ok;
}

static pel_outcome illegal_number(pel_machine *m) {
  pel_cell word = pel_new_atom(&m->heap, "illegal_number", 14), name = pel_new_atom(&m->heap, "syntax_error", 12);
  pel_cell args[2] = {word && name ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 1, &word) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

static pel_outcome number_list(pel_machine *m, const pel_cell *a, bool chars) {
  text t = {0};
  pel_number n;
  pel_outcome ok;
  if (!pel_is_var(a[1]) && (pel_is_var(a[0]) || true)) {
    bool open = false; /* with the number known, an open list is matched against its digits */
    for (pel_cell l = a[1]; ; l = pel_arg(&m->heap, l, 1)) {
      open |= pel_is_var(l) || (pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2) && pel_is_var(pel_arg(&m->heap, l, 0)));
      if (!pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2)) break;
    }
    if (!open || pel_is_var(a[0])) {
      ok = need_list(m, a[1], chars ? "character" : "character_code", &t);
      if (ok != PEL_TRUE) return ok;
      bool read = number_of(t.s, t.size, false, &n);
      free(t.s);
      return read ? give_number(m, a[0], &n) : illegal_number(m);
    }
  }
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  if (!pel_is_number(&m->heap, a[0])) return pel_throw_type(m, "number", a[0]);
  ok = pel_text_of(m, a[0], &t.s, &t.size);
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[1], make_codes(m, t.s, t.size, chars));
  return free(t.s), ok;
}
static pel_outcome number_codes(pel_machine *m, const pel_cell *a) { return number_list(m, a, false); }
static pel_outcome number_chars(pel_machine *m, const pel_cell *a) { return number_list(m, a, true); }

/* ---- joining and splitting ---- */

static pel_outcome joined(pel_machine *m, const pel_cell *a, form f) { /* the first two are known */
  text x = {0}, y = {0};
  pel_outcome ok = pel_need_text(m, a[0], "atomic", &x.s, &x.size);
  if (ok == PEL_TRUE) ok = pel_need_text(m, a[1], "atomic", &y.s, &y.size);
  char *whole = ok == PEL_TRUE ? pel_alloc(x.size + y.size + 1, 1) : NULL;
  if (ok == PEL_TRUE && (!whole || x.size + y.size > m->limits.memory)) ok = pel_stop_memory(m);
  if (ok == PEL_TRUE) {
    memcpy(whole, x.s, x.size);
    memcpy(whole + x.size, y.s, y.size);
    ok = pel_unify_outcome(m, a[2], make_text(m, f, whole, x.size + y.size));
  }
  free(whole);
  free(x.s);
  free(y.s);
  return ok;
}

/* $concat(A, B, Whole, Solutions): the pairs A-B that make up Whole. */
static pel_outcome splits(pel_machine *m, const pel_cell *a, form f) {
  text w = {0}, x = {0};
  pel_outcome ok = pel_need_text(m, a[2], "atomic", &w.s, &w.size);
  if (ok != PEL_TRUE) return ok;
  int known = pel_is_var(a[0]) ? pel_is_var(a[1]) ? -1 : 1 : 0;
  if (known >= 0) ok = pel_need_text(m, a[known], "atomic", &x.s, &x.size);
  size_t n = pel_utf8_length(w.s, w.size) + 1, count = 0;
  pel_cell *items = ok == PEL_TRUE ? pel_alloc(n, sizeof *items) : NULL;
  if (ok == PEL_TRUE && !items) ok = pel_stop_memory(m);
  for (size_t at = 0; ok == PEL_TRUE; at++) {
    bool starts = at == w.size || ((unsigned char)w.s[at] & 0xc0) != 0x80;
    if (starts && known == 0 && !(at == x.size && memcmp(w.s, x.s, at) == 0)) starts = false;
    if (starts && known == 1 && !(w.size - at == x.size && memcmp(w.s + at, x.s, x.size) == 0)) starts = false;
    if (starts) {
      pel_cell pair[2] = {make_text(m, f, w.s, at), 0};
      pair[1] = pair[0] ? make_text(m, f, w.s + at, w.size - at) : 0;
      items[count] = pair[1] ? pel_new_compound(&m->heap, PEL_ATOM_MINUS, 2, pair) : 0;
      if (!items[count++]) ok = pel_stop_memory(m);
    }
    if (at == w.size) break;
  }
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[3], pel_new_list(&m->heap, items, count, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
  free(w.s);
  free(x.s);
  return ok;
}
static pel_outcome atom_join(pel_machine *m, const pel_cell *a) { return joined(m, a, ATOM); }
static pel_outcome string_join(pel_machine *m, const pel_cell *a) { return joined(m, a, STRING); }
static pel_outcome atom_splits(pel_machine *m, const pel_cell *a) { return splits(m, a, ATOM); }
static pel_outcome string_splits(pel_machine *m, const pel_cell *a) { return splits(m, a, STRING); }

/* ---- parts ---- */

typedef struct parts {
  pel_machine *m;
  form f;
  const char *s;
  size_t size, n;
  size_t *offsets; /* of each code point, and of the end */
  pel_cell *items;
  size_t count, capacity;
} parts;

static bool add_part(parts *p, size_t from, size_t length) {
  pel_cell *items = pel_grow(p->items, &p->capacity, p->count + 1, sizeof *items);
  if (!items) return false;
  p->items = items;
  pel_cell args[4] = {pel_make_int((int64_t)from), pel_make_int((int64_t)length), pel_make_int((int64_t)(p->n - from - length)),
                      make_text(p->m, p->f, p->s + p->offsets[from], p->offsets[from + length] - p->offsets[from])};
  items[p->count] = args[3] ? pel_new_compound(&p->m->heap, PEL_ATOM_CALL, 4, args) : 0;
  return items[p->count++] != 0;
}

static bool find_known(parts *p, const text *part) {
  size_t length = pel_utf8_length(part->s, part->size);
  for (size_t from = 0; from + length <= p->n; from++)
    if (p->size - p->offsets[from] >= part->size && memcmp(p->s + p->offsets[from], part->s, part->size) == 0 && !add_part(p, from, length)) return false;
  return true;
}

static int64_t given(pel_cell c) { return pel_tag(c) == PEL_TAG_INT ? pel_int_value(c) : -1; }

static bool find_all(parts *p, int64_t before, int64_t length, int64_t after) {
  int64_t n = (int64_t)p->n;
  if (before >= 0 && length >= 0) return before + length > n || add_part(p, (size_t)before, (size_t)length);
  if (before >= 0 && after >= 0) return before + after > n || add_part(p, (size_t)before, (size_t)(n - before - after));
  if (length >= 0 && after >= 0) return length + after > n || add_part(p, (size_t)(n - length - after), (size_t)length);
  for (int64_t b = before >= 0 ? before : 0; b <= (before >= 0 ? before : n); b++)
    for (int64_t l = length >= 0 ? length : after >= 0 ? n - b - after : 0; l >= 0 && b + l <= n; l++) {
      if (!add_part(p, (size_t)b, (size_t)l)) return false;
      if (length >= 0 || after >= 0) break;
    }
  return true;
}

/* $sub(Text, Before, Length, After, Part, Solutions) */
static pel_outcome sub(pel_machine *m, const pel_cell *a, form f) {
  text t = {0}, part = {0};
  for (int i = 1; i <= 3; i++)
    if (!pel_is_var(a[i]) && !pel_is_integer(&m->heap, a[i])) return pel_throw_type(m, "integer", a[i]);
    else if (pel_tag(a[i]) == PEL_TAG_INT && pel_int_value(a[i]) < 0) return PEL_FAIL;
  pel_outcome ok = pel_need_text(m, a[0], "atomic", &t.s, &t.size);
  if (ok == PEL_TRUE && !pel_is_var(a[4])) ok = pel_need_text(m, a[4], "atomic", &part.s, &part.size);
  if (ok != PEL_TRUE) return free(t.s), ok;
  parts p = {.m = m, .f = f, .s = t.s, .size = t.size, .n = pel_utf8_length(t.s, t.size)};
  p.offsets = pel_alloc(p.n + 1, sizeof *p.offsets);
  size_t n = 0;
  for (size_t at = 0; p.offsets && at < t.size; at++)
    if (((unsigned char)t.s[at] & 0xc0) != 0x80) p.offsets[n++] = at;
  if (p.offsets) p.offsets[n] = t.size;
  bool found = p.offsets && (part.s ? find_known(&p, &part) : find_all(&p, given(a[1]), given(a[2]), given(a[3])));
  ok = found ? pel_unify_outcome(m, a[5], pel_new_list(&m->heap, p.items, p.count, pel_make_atom(PEL_ATOM_NIL))) : pel_stop_memory(m);
  free(p.offsets);
  free(p.items);
  free(t.s);
  free(part.s);
  return ok;
}
static pel_outcome sub_atom(pel_machine *m, const pel_cell *a) { return sub(m, a, ATOM); }
static pel_outcome sub_string(pel_machine *m, const pel_cell *a) { return sub(m, a, STRING); }

static pel_outcome string_code(pel_machine *m, const pel_cell *a) {
  text t = {0};
  if (pel_is_var(a[0])) return pel_throw_instantiation(m);
  if (!pel_is_integer(&m->heap, a[0])) return pel_throw_type(m, "integer", a[0]);
  int64_t i = given(a[0]);
  if (pel_tag(a[0]) == PEL_TAG_INT && i < 0) return pel_throw_type(m, "not_less_than_zero", a[0]);
  pel_outcome ok = pel_need_text(m, a[1], "string", &t.s, &t.size);
  if (ok != PEL_TRUE) return ok;
  uint32_t code = 0;
  bool inside = i >= 1 && (uint64_t)i <= pel_utf8_length(t.s, t.size);
  if (inside) pel_utf8_decode(t.s + pel_utf8_offset(t.s, t.size, (size_t)i - 1), t.s + t.size, &code);
  free(t.s);
  return inside ? pel_unify_outcome(m, a[2], pel_make_int(code)) : PEL_FAIL;
}

/* ---- lists of texts ---- */

static pel_outcome list_joined(pel_machine *m, pel_cell list, const char *separator, size_t n_separator, pel_cell into, bool *open) {
  size_t size = 0, capacity = 0;
  char *whole = pel_grow(NULL, &capacity, 16, 1);
  pel_outcome ok = whole ? PEL_TRUE : pel_stop_memory(m);
  pel_cell l = list;
  for (bool first = true; ok == PEL_TRUE && pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2); l = pel_arg(&m->heap, l, 1), first = false) {
    pel_cell item = pel_arg(&m->heap, l, 0);
    text t = {0};
    if (pel_is_var(item)) {
      *open = true;
      break;
    }
    ok = pel_tag(item) == PEL_TAG_STRUCT ? pel_throw_type(m, "atomic", item) : pel_need_text(m, item, "atomic", &t.s, &t.size);
    size_t extra = first ? 0 : n_separator;
    char *grown = ok == PEL_TRUE && size + extra + t.size <= m->limits.memory ? pel_grow(whole, &capacity, size + extra + t.size + 1, 1) : NULL;
    if (ok == PEL_TRUE && !grown) ok = pel_stop_memory(m);
    if (ok == PEL_TRUE) {
      whole = grown;
      memcpy(whole + size, separator, extra);
      memcpy(whole + size + extra, t.s, t.size);
      size += extra + t.size;
    }
    free(t.s);
  }
  if (ok == PEL_TRUE && !*open && pel_is_var(l)) *open = true;
  if (ok == PEL_TRUE && !*open && l != pel_make_atom(PEL_ATOM_NIL)) ok = pel_throw_type(m, "list", list);
  if (ok == PEL_TRUE && !*open) ok = pel_unify_outcome(m, into, pel_new_atom(&m->heap, whole, size));
  free(whole);
  return ok;
}

static pel_outcome split_at(pel_machine *m, const text *whole, const text *separator, pel_cell into) {
  size_t count = 0, capacity = 0;
  pel_cell *items = NULL;
  pel_outcome ok = PEL_TRUE;
  for (const char *from = whole->s; ok == PEL_TRUE;) {
    size_t left = whole->size - (size_t)(from - whole->s);
    const char *next = memmem(from, left, separator->s, separator->size);
    pel_cell *grown = pel_grow(items, &capacity, count + 1, sizeof *items);
    pel_cell part = grown ? pel_new_atom(&m->heap, from, next ? (size_t)(next - from) : left) : 0;
    if (grown) items = grown;
    if (!part) ok = pel_stop_memory(m);
    else items[count++] = part;
    if (!next) break;
    from = next + separator->size;
  }
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, into, pel_new_list(&m->heap, items, count, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
  return ok;
}

static pel_outcome list_concat3(pel_machine *m, const pel_cell *a) {
  text separator = {0}, whole = {0};
  bool open = false;
  pel_outcome ok = pel_need_text(m, a[1], "atomic", &separator.s, &separator.size);
  if (ok == PEL_TRUE && pel_is_var(a[0])) open = true;
  else if (ok == PEL_TRUE) ok = list_joined(m, a[0], separator.s, separator.size, a[2], &open);
  if (ok == PEL_TRUE && open) {
    if (pel_is_var(a[2])) ok = pel_throw_instantiation(m);
    else if (separator.size == 0) ok = pel_throw_domain(m, "non_empty_atom", a[1]);
    else ok = pel_need_text(m, a[2], "atomic", &whole.s, &whole.size);
    if (ok == PEL_TRUE) ok = split_at(m, &whole, &separator, a[0]);
  }
  free(separator.s);
  free(whole.s);
  return ok;
}

static pel_outcome list_concat2(pel_machine *m, const pel_cell *a) {
  bool open = pel_is_var(a[0]);
  pel_outcome ok = open ? PEL_TRUE : list_joined(m, a[0], "", 0, a[1], &open);
  return ok == PEL_TRUE && open ? pel_throw_instantiation(m) : ok;
}

static bool in_set(const text *set, const char *p, size_t n) {
  for (size_t at = 0; at < set->size;) {
    uint32_t c;
    size_t bytes = pel_utf8_decode(set->s + at, set->s + set->size, &c);
    if (bytes == n && memcmp(set->s + at, p, n) == 0) return true;
    at += bytes ? bytes : 1;
  }
  return false;
}

static size_t char_bytes(const char *p, const char *end) {
  uint32_t c;
  size_t n = pel_utf8_decode(p, end, &c);
  return n ? n : 1;
}

static const char *char_before(const char *p, const char *start) {
  do p--;
  while (p > start && ((unsigned char)*p & 0xc0) == 0x80);
  return p;
}

static pel_cell padded(pel_machine *m, const text *pad, const char *from, const char *to) {
  while (from < to && in_set(pad, from, char_bytes(from, to))) from += char_bytes(from, to);
  while (to > from) {
    const char *last = char_before(to, from);
    if (!in_set(pad, last, (size_t)(to - last))) break;
    to = last;
  }
  return pel_new_string(&m->heap, from, (size_t)(to - from));
}

static pel_outcome split_string(pel_machine *m, const pel_cell *a) {
  text t[3] = {{0}, {0}, {0}};
  pel_outcome ok = PEL_TRUE;
  for (int i = 0; i < 3 && ok == PEL_TRUE; i++) ok = pel_need_text(m, a[i], "string", &t[i].s, &t[i].size);
  size_t count = 0, capacity = 0;
  pel_cell *items = NULL;
  const char *from = t[0].s, *end = t[0].s ? t[0].s + t[0].size : NULL;
  for (const char *at = from; ok == PEL_TRUE;) {
    bool stop = at >= end;
    size_t n = stop ? 0 : char_bytes(at, end);
    if (!stop && !in_set(&t[1], at, n)) {
      at += n;
      continue;
    }
    pel_cell *grown = pel_grow(items, &capacity, count + 1, sizeof *items);
    pel_cell part = grown ? padded(m, &t[2], from, at) : 0;
    if (grown) items = grown;
    if (!part) ok = pel_stop_memory(m);
    else items[count++] = part;
    if (stop) break;
    from = at += n;
  }
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[3], pel_new_list(&m->heap, items, count, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
  for (int i = 0; i < 3; i++) free(t[i].s);
  return ok;
}

/* ---- case and kind ---- */

static pel_outcome change_case(pel_machine *m, const pel_cell *a, bool upper, form f) {
  text t = {0};
  pel_outcome ok = pel_need_text(m, a[0], f == ATOM ? "text" : "string", &t.s, &t.size);
  if (ok != PEL_TRUE) return ok;
  char *out = pel_alloc(t.size * 2 + 8, 1);
  size_t n = 0;
  for (size_t at = 0; out && at < t.size;) {
    uint32_t c = 0;
    at += pel_utf8_decode(t.s + at, t.s + t.size, &c);
    utf8proc_int32_t changed = upper ? utf8proc_toupper((utf8proc_int32_t)c) : utf8proc_tolower((utf8proc_int32_t)c);
    n += pel_utf8_encode((uint32_t)changed, out + n);
  }
  ok = out ? pel_unify_outcome(m, a[1], make_text(m, f, out, n)) : pel_stop_memory(m);
  free(out);
  free(t.s);
  return ok;
}
static pel_outcome string_lower(pel_machine *m, const pel_cell *a) { return change_case(m, a, false, STRING); }
static pel_outcome string_upper(pel_machine *m, const pel_cell *a) { return change_case(m, a, true, STRING); }
static pel_outcome downcase_atom(pel_machine *m, const pel_cell *a) { return change_case(m, a, false, ATOM); }
static pel_outcome upcase_atom(pel_machine *m, const pel_cell *a) { return change_case(m, a, true, ATOM); }

static bool is_letter(utf8proc_category_t k) { return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO; }

static bool has_type(uint32_t c, const char *type) {
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  bool digit = k == UTF8PROC_CATEGORY_ND, space = (c >= 9 && c <= 13) || c == 32 || c == 0x85 || (k >= UTF8PROC_CATEGORY_ZS && k <= UTF8PROC_CATEGORY_ZP);
  if (strcmp(type, "alpha") == 0) return is_letter(k) || digit || c == '_';
  if (strcmp(type, "alnum") == 0) return is_letter(k) || digit;
  if (strcmp(type, "csym") == 0) return is_letter(k) || digit || c == '_';
  if (strcmp(type, "csymf") == 0) return is_letter(k) || c == '_';
  if (strcmp(type, "digit") == 0) return digit;
  if (strcmp(type, "upper") == 0) return k == UTF8PROC_CATEGORY_LU;
  if (strcmp(type, "lower") == 0) return k == UTF8PROC_CATEGORY_LL;
  if (strcmp(type, "space") == 0 || strcmp(type, "white") == 0) return *type == 'w' ? c == 32 || c == 9 : space;
  if (strcmp(type, "punct") == 0) return c > 32 && c != 127 && !is_letter(k) && !digit && !space && k != UTF8PROC_CATEGORY_CC;
  if (strcmp(type, "graph") == 0) return c > 32 && c != 127 && !space && k != UTF8PROC_CATEGORY_CC;
  return false;
}

/* char_type(Char, Type): whether it is so; digit(W) gives the weight, upper(L) and lower(U) the other case. */
static pel_outcome char_type(pel_machine *m, const pel_cell *a) {
  text t = {0};
  uint32_t c = 0;
  if (pel_is_var(a[0]) || pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (pel_tag(a[0]) == PEL_TAG_INT) c = (uint32_t)pel_int_value(a[0]);
  else {
    pel_outcome ok = pel_need_text(m, a[0], "character", &t.s, &t.size);
    if (ok != PEL_TRUE) return ok;
    bool one = t.size && pel_utf8_decode(t.s, t.s + t.size, &c) == t.size;
    free(t.s);
    if (!one) return pel_throw_type(m, "character", a[0]);
  }
  const pel_symbols *s = &m->program->symbols;
  if (pel_is_atom(a[1])) return has_type(c, pel_atom_text(s, (uint32_t)pel_index(a[1]))) ? PEL_TRUE : PEL_FAIL;
  if (pel_tag(a[1]) != PEL_TAG_STRUCT || pel_functor_of(&m->heap, a[1])->arity != 1) return pel_throw_domain(m, "char_type", a[1]);
  const char *type = pel_atom_text(s, pel_functor_of(&m->heap, a[1])->atom);
  pel_cell inner = pel_arg(&m->heap, a[1], 0);
  if (strcmp(type, "digit") == 0) return c >= '0' && c <= '9' ? pel_unify_outcome(m, inner, pel_make_int(c - '0')) : PEL_FAIL;
  bool upper = strcmp(type, "upper") == 0, to_lower = strcmp(type, "to_lower") == 0, to_upper = strcmp(type, "to_upper") == 0;
  if (!upper && !to_lower && !to_upper && strcmp(type, "lower") != 0) return pel_throw_domain(m, "char_type", a[1]);
  if ((upper && !has_type(c, "upper")) || (strcmp(type, "lower") == 0 && !has_type(c, "lower"))) return PEL_FAIL;
  char utf8[4];
  utf8proc_int32_t other = upper || to_lower ? utf8proc_tolower((utf8proc_int32_t)c) : utf8proc_toupper((utf8proc_int32_t)c);
  return pel_unify_outcome(m, inner, pel_new_atom(&m->heap, utf8, pel_utf8_encode((uint32_t)other, utf8)));
}

const pel_builtin_entry pel_builtins_text[] = {
    {"atom_codes", 2, atom_codes}, {"atom_chars", 2, atom_chars}, {"atom_string", 2, atom_string}, {"string_chars", 2, string_chars},
    {"string_codes", 2, string_codes}, {"string_to_atom", 2, string_to_atom}, {"text_to_string", 2, text_to_string}, {"char_code", 2, char_code},
    {"atom_length", 2, text_length}, {"string_length", 2, text_length}, {"atom_number", 2, atom_number}, {"number_string", 2, number_string},
    {"number_codes", 2, number_codes}, {"number_chars", 2, number_chars}, {"$atom_join", 3, atom_join}, {"$string_join", 3, string_join},
    {"$atom_splits", 4, atom_splits}, {"$string_splits", 4, string_splits}, {"$sub_atom", 6, sub_atom}, {"$sub_string", 6, sub_string},
    {"string_code", 3, string_code}, {"atomic_list_concat", 3, list_concat3}, {"atomic_list_concat", 2, list_concat2},
    {"split_string", 4, split_string}, {"string_lower", 2, string_lower}, {"string_upper", 2, string_upper}, {"downcase_atom", 2, downcase_atom},
    {"upcase_atom", 2, upcase_atom}, {"char_type", 2, char_type}, {"code_type", 2, char_type}, {NULL, 0, NULL}};
