/* Texts joined, taken apart and searched. Where SWI-Prolog enumerates, these give the list of solutions and the library goes through it. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins_text.h"
#include "engine/logic/number.h"
#include "engine/logic/utf8.h"

/* ---- joining and splitting ---- */

/* What is known of A, B and their whole; PEL_TRUE when it is all text. */
static pel_outcome take_three(pel_machine *m, const pel_cell *a, pel_text t[3]) {
  pel_outcome ok = PEL_TRUE;
  for (int i = 0; i < 3 && ok == PEL_TRUE; i++)
    if (!pel_is_var(a[i])) ok = pel_take_text(m, a[i], PEL_FROM_ATOMIC, "atomic", &t[i]);
  return ok;
}

static void free_three(pel_text t[3]) {
  for (int i = 0; i < 3; i++) free(t[i].s);
}

/* $join(A, B, Whole): A and B are known. */
static pel_outcome joined(pel_machine *m, const pel_cell *a, pel_text_form f) {
  pel_text t[3] = {{0}, {0}, {0}}, whole = {0};
  pel_outcome ok = take_three(m, a, t);
  if (ok == PEL_TRUE) {
    whole.size = t[0].size + t[1].size;
    whole.s = pel_has_room(m, whole.size) ? pel_alloc(whole.size + 1, 1) : NULL;
    if (!whole.s) ok = pel_stop_memory(m);
  }
  if (ok == PEL_TRUE) {
    memcpy(whole.s, t[0].s, t[0].size);
    memcpy(whole.s + t[0].size, t[1].s, t[1].size);
    ok = pel_unify_text(m, a[2], f, &whole);
  }
  free(whole.s);
  free_three(t);
  return ok;
}

/* $splits(A, B, Whole, Solutions): the pairs A-B that make up Whole. */
static pel_outcome splits(pel_machine *m, const pel_cell *a, pel_text_form f) {
  pel_text t[3] = {{0}, {0}, {0}};
  pel_outcome ok = take_three(m, a, t);
  if (ok == PEL_TRUE && pel_is_var(a[2])) ok = pel_throw_instantiation(m);
  const pel_text *w = &t[2];
  size_t n = ok == PEL_TRUE ? pel_utf8_length(w->s, w->size) + 1 : 1, count = 0;
  pel_cell *items = pel_alloc(n, sizeof *items);
  if (ok == PEL_TRUE && !items) ok = pel_stop_memory(m);
  for (size_t at = 0; ok == PEL_TRUE; at++) {
    bool starts = at == w->size || ((unsigned char)w->s[at] & 0xc0) != 0x80;
    if (t[0].s && !(at == t[0].size && memcmp(w->s, t[0].s, at) == 0)) starts = false;
    if (t[1].s && !(w->size - at == t[1].size && memcmp(w->s + at, t[1].s, t[1].size) == 0)) starts = false;
    if (starts) {
      pel_cell pair[2] = {t[0].s ? a[0] : pel_make_text(m, f, w->s, at), 0};
      pair[1] = !pair[0] ? 0 : t[1].s ? a[1] : pel_make_text(m, f, w->s + at, w->size - at);
      items[count] = pair[1] ? pel_new_compound(&m->heap, PEL_ATOM_MINUS, 2, pair) : 0;
      if (!items[count++]) ok = pel_stop_memory(m);
    }
    if (at == w->size) break;
  }
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[3], pel_new_list(&m->heap, items, count, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
  free_three(t);
  return ok;
}

static pel_outcome atom_join(pel_machine *m, const pel_cell *a) { return joined(m, a, PEL_AS_ATOM); }
static pel_outcome string_join(pel_machine *m, const pel_cell *a) { return joined(m, a, PEL_AS_STRING); }
static pel_outcome atom_splits(pel_machine *m, const pel_cell *a) { return splits(m, a, PEL_AS_ATOM); }
static pel_outcome string_splits(pel_machine *m, const pel_cell *a) { return splits(m, a, PEL_AS_STRING); }

/* ---- parts ---- */

typedef struct parts {
  pel_machine *m;
  pel_text_form f;
  const char *s;
  size_t size, n;
  size_t *offsets; /* of each code point, and of the end */
  pel_cell *items;
  size_t count, capacity;
  pel_cell known; /* the part, when it is known; else unbound */
} parts;

static bool add_part(parts *p, size_t from, size_t length) {
  pel_cell *items = pel_grow(p->items, &p->capacity, p->count + 1, sizeof *items);
  if (!items) return false;
  p->items = items;
  pel_cell args[4] = {pel_make_int((int64_t)from), pel_make_int((int64_t)length), pel_make_int((int64_t)(p->n - from - length)),
                      p->known};
  if (pel_is_var(p->known)) args[3] = pel_make_text(p->m, p->f, p->s + p->offsets[from], p->offsets[from + length] - p->offsets[from]);
  items[p->count] = args[3] ? pel_new_compound(&p->m->heap, PEL_ATOM_CALL, 4, args) : 0;
  return items[p->count++] != 0;
}

static bool find_known(parts *p, const pel_text *part) {
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
static pel_outcome sub(pel_machine *m, const pel_cell *a, pel_text_form f) {
  pel_text t = {0}, part = {0};
  const char *type = f == PEL_AS_ATOM ? "atom" : "string";
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ATOMIC, type, &t);
  for (int i = 1; i <= 3 && ok == PEL_TRUE; i++) {
    if (!pel_is_var(a[i]) && !pel_is_integer(&m->heap, a[i])) ok = pel_throw_type(m, "integer", a[i]);
    else if (pel_tag(a[i]) == PEL_TAG_INT && pel_int_value(a[i]) < 0) ok = pel_throw_domain(m, "not_less_than_zero", a[i]);
  }
  if (ok == PEL_TRUE && !pel_is_var(a[4])) ok = pel_take_text(m, a[4], PEL_FROM_ATOMIC, type, &part);
  if (ok != PEL_TRUE) return free(t.s), ok;
  parts p = {.known = a[4], .m = m, .f = f, .s = t.s, .size = t.size, .n = pel_utf8_length(t.s, t.size)};
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
static pel_outcome sub_atom(pel_machine *m, const pel_cell *a) { return sub(m, a, PEL_AS_ATOM); }
static pel_outcome sub_string(pel_machine *m, const pel_cell *a) { return sub(m, a, PEL_AS_STRING); }

/* ---- lists of texts ---- */

static pel_outcome list_joined(pel_machine *m, pel_cell list, const char *separator, size_t n_separator, pel_cell into, bool *open) {
  size_t size = 0, capacity = 0;
  char *whole = pel_grow(NULL, &capacity, 16, 1);
  pel_outcome ok = whole ? PEL_TRUE : pel_stop_memory(m);
  pel_cell l = list;
  for (bool first = true; ok == PEL_TRUE && pel_is_compound(&m->heap, l, PEL_ATOM_DOT, 2); l = pel_arg(&m->heap, l, 1), first = false) {
    pel_cell item = pel_arg(&m->heap, l, 0);
    pel_text t = {0};
    if (pel_is_var(item)) {
      *open = true;
      break;
    }
    ok = pel_take_text(m, item, PEL_FROM_ATOMIC, "text", &t);
    size_t extra = first ? 0 : n_separator;
    char *grown = ok == PEL_TRUE && pel_has_room(m, size + extra + t.size) ? pel_grow(whole, &capacity, size + extra + t.size + 1, 1) : NULL;
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
  if (ok == PEL_TRUE && !*open && l != pel_make_atom(PEL_ATOM_NIL)) ok = pel_throw_type(m, "list", l);
  if (ok == PEL_TRUE && !*open) ok = pel_unify_outcome(m, into, pel_new_atom(&m->heap, whole, size));
  free(whole);
  return ok;
}

static pel_outcome split_at(pel_machine *m, const pel_text *whole, const pel_text *separator, pel_cell into) {
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
  pel_text separator = {0}, whole = {0};
  bool open = false;
  pel_outcome ok = pel_take_text(m, a[1], PEL_FROM_ATOMIC, "text", &separator);
  if (ok == PEL_TRUE && pel_is_var(a[0])) open = true;
  else if (ok == PEL_TRUE) ok = list_joined(m, a[0], separator.s, separator.size, a[2], &open);
  if (ok == PEL_TRUE && open) {
    if (separator.size == 0) ok = pel_throw_domain(m, "non_empty_atom", a[1]);
    else if (pel_is_var(a[2])) ok = pel_throw_instantiation(m);
    else ok = pel_take_text(m, a[2], PEL_FROM_ATOMIC, "atomic", &whole);
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

static bool in_set(const pel_text *set, const char *p, size_t n) {
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

static const char *skip_pad(const pel_text *pad, const char *from, const char *to) {
  while (from < to && in_set(pad, from, char_bytes(from, to))) from += char_bytes(from, to);
  return from;
}

/* The end of what lies between, without the padding at its end. */
static const char *strip_end(const pel_text *pad, const char *from, const char *to) {
  while (to > from) {
    const char *last = char_before(to, from);
    if (!in_set(pad, last, (size_t)(to - last))) break;
    to = last;
  }
  return to;
}

/* Padding at a field's start is skipped before its end is looked for: with the same characters as separators and padding,
 * several of them in a row separate as one. */
static pel_outcome split_fields(pel_machine *m, const pel_text *t, pel_cell into) {
  size_t count = 0, capacity = 0;
  pel_cell *items = NULL;
  pel_outcome ok = PEL_TRUE;
  const char *from = t[0].s, *end = strip_end(&t[2], from, from + t[0].size);
  for (bool more = true; ok == PEL_TRUE && more;) {
    from = skip_pad(&t[2], from, end);
    const char *to = from;
    while (to < end && !in_set(&t[1], to, char_bytes(to, end))) to += char_bytes(to, end);
    more = to < end;
    pel_cell *grown = pel_grow(items, &capacity, count + 1, sizeof *items);
    pel_cell part = grown ? pel_new_string(&m->heap, from, (size_t)(strip_end(&t[2], from, to) - from)) : 0;
    if (grown) items = grown;
    if (!part) ok = pel_stop_memory(m);
    else items[count++] = part;
    if (more) from = to + char_bytes(to, end);
  }
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, into, pel_new_list(&m->heap, items, count, pel_make_atom(PEL_ATOM_NIL)));
  free(items);
  return ok;
}

static pel_outcome split_string(pel_machine *m, const pel_cell *a) {
  pel_text t[3] = {{0}, {0}, {0}};
  pel_outcome ok = PEL_TRUE;
  for (int i = 0; i < 3 && ok == PEL_TRUE; i++) ok = pel_take_text(m, a[i], PEL_FROM_ALL & ~PEL_FROM_NUMBER, "text", &t[i]);
  bool list = pel_is_var(a[3]) || a[3] == pel_make_atom(PEL_ATOM_NIL) || pel_is_compound(&m->heap, a[3], PEL_ATOM_DOT, 2);
  if (ok == PEL_TRUE && !list) ok = pel_throw_type(m, "list", a[3]);
  if (ok == PEL_TRUE) ok = split_fields(m, t, a[3]);
  for (int i = 0; i < 3; i++) free(t[i].s);
  return ok;
}

const pel_builtin_entry pel_builtins_text_split[] = {
    {"$atom_join", 3, atom_join}, {"$string_join", 3, string_join}, {"$atom_splits", 4, atom_splits}, {"$string_splits", 4, string_splits},
    {"$sub_atom", 6, sub_atom}, {"$sub_string", 6, sub_string}, {"atomic_list_concat", 3, list_concat3}, {"atomic_list_concat", 2, list_concat2},
    {"split_string", 4, split_string}, {NULL, 0, NULL}};
