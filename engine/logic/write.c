#include "engine/logic/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"
#include "engine/logic/reader.h"
#include "engine/logic/utf8.h"

enum { DEEPEST = 4000 /* brackets in brackets: each is a frame of the C stack */ };

typedef struct writer {
  const pel_heap *h;
  pel_text_out *o;
  int options, depth;
  bool too_deep;
  enum { NOTHING, PREFIX, MINUS } after; /* a prefix operator was just written: what follows must not make it a call or a sign */
} writer;

void pel_put(pel_text_out *o, const char *text, size_t size) {
  if (o->full) return;
  char *grown = size <= o->most && o->size <= o->most - size ? pel_grow(o->text, &o->capacity, o->size + size + 1, 1) : NULL;
  if (!grown) {
    o->full = true;
    return;
  }
  o->text = grown;
  memcpy(grown + o->size, text, size);
  o->size += size;
  grown[o->size] = 0;
}

static uint32_t last_char(const pel_text_out *o) {
  size_t at = o->size;
  while (at > 0 && ((unsigned char)o->text[--at] & 0xc0) == 0x80) {}
  uint32_t c = 0;
  if (o->size) pel_utf8_decode(o->text + at, o->text + o->size, &c);
  return c;
}

/* A token: a space before it when it would join the one before. */
static void token(writer *w, const char *text, size_t size) {
  w->after = NOTHING;
  uint32_t last = last_char(w->o), first = 0;
  if (size) pel_utf8_decode(text, text + size, &first);
  bool joins = (pel_is_name_char(last) && pel_is_name_char(first)) || (pel_is_symbol_char(last) && pel_is_symbol_char(first));
  if (joins) pel_put(w->o, " ", 1);
  pel_put(w->o, text, size);
}

static bool is_plain_atom(const char *t, size_t n) {
  uint32_t c = 0;
  if (n == 0) return false;
  if ((n == 1 && (*t == '!' || *t == ';')) || (n == 2 && memcmp(t, "{}", 2) == 0)) return true;
  size_t first = pel_utf8_decode(t, t + n, &c);
  if (pel_is_name_start(c)) {
    for (size_t at = first; at < n;) {
      at += pel_utf8_decode(t + at, t + n, &c);
      if (!pel_is_name_char(c)) return false;
    }
    return true;
  }
  if (first == n && pel_is_solo_char(c)) return true;
  for (size_t at = 0; at < n;) {
    at += pel_utf8_decode(t + at, t + n, &c);
    if (!pel_is_symbol_char(c)) return false;
  }
  return !(n >= 2 && t[0] == '/' && t[1] == '*') && !(n == 1 && *t == '.');
}

/* What cannot be seen, or would be taken for something else. */
static bool is_hidden(uint32_t c) {
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return c != ' ' && (k == UTF8PROC_CATEGORY_CN || (k >= UTF8PROC_CATEGORY_ZS && k <= UTF8PROC_CATEGORY_CO));
}

static void put_escaped(pel_text_out *o, int options, uint32_t c, const char *bytes, size_t n, char mark) {
  static const char named[] = "\nn\tt\rr\aa\bb\ff\vv";
  char code[16];
  if (c == (uint32_t)mark || c == '\\') pel_put(o, "\\", 1);
  for (size_t i = 0; i + 1 < sizeof named; i += 2)
    if (c == (uint32_t)named[i]) {
      pel_put(o, (char[]){'\\', named[i + 1]}, 2);
      return;
    }
  if (is_hidden(c) && options & PEL_WRITE_HEX) pel_put(o, code, (size_t)snprintf(code, sizeof code, "\\x%X\\", c));
  else if (is_hidden(c)) pel_put(o, code, (size_t)snprintf(code, sizeof code, c < 0x10000 ? "\\u%04X" : "\\U%08X", c));
  else pel_put(o, bytes, n);
}

/* With escapes, or as it is with quotes and backslashes doubled. */
static void quote(writer *w, const char *t, size_t n, char mark) {
  pel_text_out *o = w->o;
  bool raw = w->options & PEL_WRITE_RAW;
  w->after = NOTHING;
  pel_put(o, &mark, 1);
  for (size_t at = 0, bytes; at < n; at += bytes) {
    uint32_t c = 0;
    bytes = pel_utf8_decode(t + at, t + n, &c);
    if (!raw) put_escaped(o, w->options, c, t + at, bytes, mark);
    else {
      if (c == (uint32_t)mark || c == '\\') pel_put(o, t + at, 1);
      pel_put(o, t + at, bytes);
    }
  }
  pel_put(o, &mark, 1);
}

static void put_atom(writer *w, uint32_t atom) {
  const pel_symbols *s = &w->h->program->symbols;
  const char *t = pel_atom_text(s, atom);
  size_t n = pel_atom_size(s, atom);
  if (w->options & PEL_WRITE_QUOTED && atom != PEL_ATOM_NIL && !is_plain_atom(t, n)) {
    uint32_t last = last_char(w->o);
    if (last == '\'' || (last >= '0' && last <= '9')) pel_put(w->o, " ", 1);
    quote(w, t, n, '\'');
  } else token(w, t, n);
}

void pel_write_atom(const pel_heap *h, uint32_t atom, bool quoted, pel_text_out *out) {
  writer w = {.h = h, .o = out, .options = quoted ? PEL_WRITE_QUOTED : 0};
  put_atom(&w, atom);
}

static void put_number(writer *w, pel_cell c) {
  pel_number n;
  pel_number_read(w->h, c, &n);
  char *text = pel_number_format(&n);
  pel_number_clear(&n);
  if (!text) w->o->full = true;
  else {
    if (w->after == MINUS && *text != '-') pel_put(w->o, " ", 1);
    token(w, text, strlen(text));
  }
  free(text);
}

static void write_term(writer *w, pel_cell c, int most);

static void arguments(writer *w, pel_cell c, uint32_t arity) {
  pel_put(w->o, "(", 1);
  for (uint32_t i = 0; i < arity && !w->o->full; i++) {
    if (i) pel_put(w->o, ",", 1);
    write_term(w, pel_arg(w->h, c, i), 999);
  }
  pel_put(w->o, ")", 1);
}

static void open_bracket(writer *w, const char *bracket) {
  if (w->after != NOTHING) pel_put(w->o, " ", 1);
  w->after = NOTHING;
  pel_put(w->o, bracket, 1);
}

static void list(writer *w, pel_cell c) {
  w->after = NOTHING;
  pel_put(w->o, "[", 1);
  for (bool first = true; !w->o->full; first = false) {
    if (!first) pel_put(w->o, ",", 1);
    write_term(w, pel_arg(w->h, c, 0), 999);
    c = pel_arg(w->h, c, 1);
    if (pel_is_compound(w->h, c, PEL_ATOM_DOT, 2)) continue;
    if (c != pel_make_atom(PEL_ATOM_NIL)) {
      pel_put(w->o, "|", 1);
      write_term(w, c, 999);
    }
    break;
  }
  pel_put(w->o, "]", 1);
}

static bool is_operator(const writer *w, uint32_t atom) {
  const pel_operators *o = &w->h->program->operators;
  return pel_operator_prefix(o, atom) || pel_operator_infix(o, atom) || pel_operator_postfix(o, atom);
}

/* An argument of an operator: an operator that stands there for itself is put in brackets. */
static void operand(writer *w, pel_cell c, int most) {
  c = pel_deref(w->h, c);
  if (!pel_is_atom(c) || !is_operator(w, (uint32_t)pel_index(c))) {
    write_term(w, c, most);
    return;
  }
  open_bracket(w, "(");
  put_atom(w, (uint32_t)pel_index(c));
  pel_put(w->o, ")", 1);
}

static void infix(writer *w, pel_cell c, const pel_operator *op) {
  operand(w, pel_arg(w->h, c, 0), pel_operator_left(op));
  size_t before = w->o->size;
  if (op->atom == PEL_ATOM_COMMA) pel_put(w->o, ",", 1);
  else if (op->atom == PEL_ATOM_BAR) pel_put(w->o, "|", 1);
  else put_atom(w, op->atom);
  if (!w->o->full && w->o->text[before] == ' ') pel_put(w->o, " ", 1); /* set apart on one side: on the other, too */
  operand(w, pel_arg(w->h, c, 1), pel_operator_right(op));
}

static void prefix(writer *w, pel_cell c, const pel_operator *op) {
  put_atom(w, op->atom);
  w->after = op->atom == PEL_ATOM_MINUS ? MINUS : PREFIX;
  operand(w, pel_arg(w->h, c, 0), pel_operator_right(op));
  w->after = NOTHING;
}

static void operator_term(writer *w, pel_cell c, const pel_functor *f, int most, const pel_operator *op) {
  bool brackets = op->priority > most;
  if (brackets) open_bracket(w, "(");
  if (f->arity == 2) infix(w, c, op);
  else if (op->type == PEL_FY || op->type == PEL_FX) prefix(w, c, op);
  else {
    operand(w, pel_arg(w->h, c, 0), pel_operator_left(op));
    put_atom(w, f->atom);
  }
  if (brackets) pel_put(w->o, ")", 1);
}

static const pel_operator *operator_of(const writer *w, const pel_functor *f) {
  const pel_operators *o = &w->h->program->operators;
  if (w->options & PEL_WRITE_IGNORE_OPS) return NULL;
  if (f->arity == 2) {
    const pel_operator *op = pel_operator_infix(o, f->atom);
    return op;
  }
  if (f->arity != 1) return NULL;
  const pel_operator *prefix = pel_operator_prefix(o, f->atom);
  return prefix ? prefix : pel_operator_postfix(o, f->atom);
}

static bool numbered_var(writer *w, pel_cell c, const pel_functor *f) {
  pel_cell n = f->atom == PEL_ATOM_VAR_TERM && f->arity == 1 && w->options & PEL_WRITE_NUMBERVARS ? pel_arg(w->h, c, 0) : 0;
  if (!n || pel_tag(n) != PEL_TAG_INT || pel_int_value(n) < 0) return false;
  char name[32];
  int64_t i = pel_int_value(n);
  if (i < 26) snprintf(name, sizeof name, "%c", (char)('A' + i));
  else snprintf(name, sizeof name, "%c%lld", (char)('A' + i % 26), (long long)(i / 26));
  token(w, name, strlen(name));
  return true;
}

static void compound(writer *w, pel_cell c, int most) {
  const pel_functor f = *pel_functor_of(w->h, c);
  if (f.atom == PEL_ATOM_DOT && f.arity == 2) return list(w, c);
  if (numbered_var(w, c, &f)) return;
  if (f.atom == PEL_ATOM_CURLY && f.arity == 1) {
    open_bracket(w, "{");
    write_term(w, pel_arg(w->h, c, 0), 1200);
    pel_put(w->o, "}", 1);
    return;
  }
  const pel_operator *op = operator_of(w, &f);
  if (op) {
    pel_operator copy = *op;
    operator_term(w, c, &f, most, &copy);
    return;
  }
  put_atom(w, f.atom);
  arguments(w, c, f.arity);
}

static void write_term(writer *w, pel_cell c, int most) {
  if (w->o->full) return;
  if (++w->depth > DEEPEST) w->o->full = w->too_deep = true;
  c = pel_deref(w->h, c);
  char name[32];
  switch (pel_tag(c)) {
    case PEL_TAG_REF: token(w, name, (size_t)snprintf(name, sizeof name, "_G%llu", (unsigned long long)pel_index(c))); break;
    case PEL_TAG_LOCAL: token(w, name, (size_t)snprintf(name, sizeof name, "_L%llu", (unsigned long long)pel_index(c))); break;
    case PEL_TAG_ATOM: put_atom(w, (uint32_t)pel_index(c)); break;
    case PEL_TAG_BOX:
      if (pel_box(w->h, c) == PEL_BOX_STRING) {
        size_t size;
        const char *text = pel_string_bytes(w->h, c, &size, NULL);
        if (w->options & PEL_WRITE_QUOTED) quote(w, text, size, '"');
        else pel_put(w->o, text, size);
        break;
      } /* fall through */
    case PEL_TAG_INT: put_number(w, c); break;
    default: compound(w, c, most);
  }
  w->depth--;
}

bool pel_write(const pel_heap *h, pel_cell c, int options, pel_text_out *out) {
  writer w = {.h = h, .o = out, .options = options};
  pel_put(out, "", 0);
  write_term(&w, c, 1200);
  return !out->full;
}
