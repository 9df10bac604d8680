/* format/3 into an atom or a string: there is nothing else to write to. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/logic/builtins_text.h"
#include "engine/logic/evaluate.h"
#include "engine/logic/utf8.h"
#include "engine/logic/write.h"

typedef struct format {
  pel_machine *m;
  pel_text_out out;
  pel_cell *args;
  size_t n_args, used;
  size_t column_from; /* where the text since the last column stop starts */
  struct fill {
    size_t at;
    char pad[8];
  } fills[16];
  size_t n_fills;
} format;

static pel_outcome format_error(pel_machine *m, const char *what) {
  pel_cell word = pel_new_atom(&m->heap, what, strlen(what)), name = pel_new_atom(&m->heap, "format", 6);
  pel_cell args[2] = {word && name ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 1, &word) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

/* error(format_argument_type(Directive, Argument), _) */
static pel_outcome wrong_argument(pel_machine *m, char directive, pel_cell c) {
  pel_cell name = pel_new_atom(&m->heap, "format_argument_type", 20), of[2] = {pel_new_atom(&m->heap, &directive, 1), c};
  pel_cell args[2] = {name && of[0] ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 2, of) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

static pel_outcome next_arg(format *f, pel_cell *out) {
  if (f->used >= f->n_args) return format_error(f->m, "not enough arguments");
  *out = f->args[f->used++];
  return PEL_TRUE;
}

static pel_outcome put_term(format *f, int options) {
  pel_cell c = 0;
  pel_outcome ok = next_arg(f, &c);
  if (ok != PEL_TRUE) return ok;
  pel_text_out one = {.most = f->out.most};
  bool written = pel_write(&f->m->heap, c, options, &one);
  if (written) pel_put(&f->out, one.text, one.size);
  free(one.text);
  return written ? PEL_TRUE : pel_stop_memory(f->m);
}

static pel_outcome put_text(format *f, char directive, int from) {
  pel_cell c = 0;
  pel_text t;
  pel_outcome ok = next_arg(f, &c);
  if (ok != PEL_TRUE) return ok;
  ok = pel_try_text(f->m, c, from, &t);
  if (ok != PEL_TRUE) return ok == PEL_FAIL ? wrong_argument(f->m, directive, c) : ok;
  pel_put(&f->out, t.s, t.size);
  free(t.s);
  return PEL_TRUE;
}

/* The value of the next argument, which is to be an integer. */
static pel_outcome next_integer(format *f, char directive, pel_number *n) {
  pel_cell c = 0;
  pel_outcome ok = next_arg(f, &c);
  if (ok == PEL_TRUE) ok = pel_evaluate(f->m, c, n);
  if (ok != PEL_TRUE || n->kind == PEL_NUMBER_INTEGER) return ok;
  pel_number_clear(n);
  return wrong_argument(f->m, directive, c);
}

/* ~Nd: N digits after a point; ~ND: with commas between thousands. */
static pel_outcome put_integer(format *f, int digits, bool commas) {
  pel_number n;
  pel_outcome ok = next_integer(f, commas ? 'D' : 'd', &n);
  if (ok != PEL_TRUE) return ok;
  size_t size;
  char *text = pel_number_format(&n);
  pel_number_clear(&n);
  if (!text) return pel_stop_memory(f->m);
  const char *d = text + (*text == '-');
  size = strlen(d);
  if (*text == '-') pel_put(&f->out, "-", 1);
  size_t whole = size > (size_t)digits ? size - (size_t)digits : 0;
  if (whole == 0) pel_put(&f->out, "0", 1);
  for (size_t i = 0; i < whole; i++) {
    if (commas && i && (whole - i) % 3 == 0) pel_put(&f->out, ",", 1);
    pel_put(&f->out, d + i, 1);
  }
  if (digits > 0) {
    pel_put(&f->out, ".", 1);
    for (size_t i = size; i < (size_t)digits; i++) pel_put(&f->out, "0", 1);
    pel_put(&f->out, d + whole, size - whole);
  }
  free(text);
  return PEL_TRUE;
}

/* A number with a set count of digits, half away from zero, exact for exact numbers. */
static pel_outcome put_fixed(format *f, const pel_number *n, int digits) {
  if (n->kind == PEL_NUMBER_FLOAT) {
    char small[400];
    if (!isfinite(n->f)) return pel_put(&f->out, isnan(n->f) ? "nan" : n->f > 0 ? "inf" : "-inf", isnan(n->f) || n->f > 0 ? 3 : 4), PEL_TRUE;
    pel_format_fixed(small, sizeof small, n->f, digits > 60 ? 60 : digits);
    pel_put(&f->out, small, strlen(small));
    return PEL_TRUE;
  }
  mpq_t q;
  mpz_t scale, z, twice;
  pel_number_get_q(n, q);
  mpz_init(scale);
  mpz_init(z);
  mpz_init(twice);
  mpz_ui_pow_ui(scale, 10, (unsigned long)digits);
  mpz_mul(z, mpq_numref(q), scale);
  mpz_mul_2exp(z, z, 1);
  if (mpz_sgn(z) < 0) mpz_sub(z, z, mpq_denref(q));
  else mpz_add(z, z, mpq_denref(q));
  mpz_mul_2exp(twice, mpq_denref(q), 1);
  mpz_tdiv_q(z, z, twice);
  bool negative = mpz_sgn(z) < 0;
  mpz_abs(z, z);
  char *d = mpz_get_str(NULL, 10, z);
  mpq_clear(q);
  mpz_clears(scale, z, twice, NULL);
  if (!d) return pel_stop_memory(f->m);
  size_t size = strlen(d), whole = size > (size_t)digits ? size - (size_t)digits : 0;
  if (negative) pel_put(&f->out, "-", 1);
  pel_put(&f->out, whole ? d : "0", whole ? whole : 1);
  if (digits > 0) pel_put(&f->out, ".", 1);
  for (size_t i = size; i < (size_t)digits; i++) pel_put(&f->out, "0", 1);
  pel_put(&f->out, d + whole, size - whole);
  free(d);
  return PEL_TRUE;
}

static pel_outcome put_float(format *f, char how, int digits) {
  pel_cell c = 0;
  pel_number n;
  pel_outcome ok = next_arg(f, &c);
  if (ok == PEL_TRUE) ok = pel_evaluate(f->m, c, &n);
  if (ok != PEL_TRUE) return ok;
  if (how == 'f') ok = put_fixed(f, &n, digits);
  else {
    char text[128];
    snprintf(text, sizeof text, how == 'e' ? "%.*e" : "%.*g", digits > 60 ? 60 : digits, pel_number_get_double(&n));
    for (char *p = text; *p; p++)
      if (*p == ',') *p = '.';
    pel_put(&f->out, text, strlen(text));
  }
  pel_number_clear(&n);
  return ok;
}

static pel_outcome put_code(format *f, int times) {
  pel_cell c = 0;
  char utf8[4];
  pel_outcome ok = next_arg(f, &c);
  if (ok != PEL_TRUE) return ok;
  int64_t code = pel_tag(c) == PEL_TAG_INT ? pel_int_value(c) : -1;
  if (code <= 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return wrong_argument(f->m, 'c', c);
  size_t n = pel_utf8_encode((uint32_t)code, utf8);
  for (int i = 0; i < times && !f->out.full; i++) pel_put(&f->out, utf8, n);
  return PEL_TRUE;
}

/* ~Nr: an integer in base N. */
static pel_outcome put_radix(format *f, int base, bool upper) {
  pel_number n;
  pel_outcome ok = next_integer(f, upper ? 'R' : 'r', &n);
  if (ok != PEL_TRUE) return ok;
  if (base < 2 || base > 36) return pel_number_clear(&n), pel_throw_domain(f->m, "radix", pel_make_int(base));
  mpz_t z;
  pel_number_get_z(&n, z);
  char *text = mpz_get_str(NULL, upper ? -base : base, z);
  mpz_clear(z);
  pel_number_clear(&n);
  if (!text) return pel_stop_memory(f->m);
  pel_put(&f->out, text, strlen(text));
  free(text);
  return PEL_TRUE;
}

/* A column stop: the text since the last one is filled up to `width` code points. */
static pel_outcome column(format *f, int width, bool relative) {
  size_t line = f->out.size;
  while (line > 0 && f->out.text[line - 1] != '\n') line--;
  size_t here = pel_utf8_length(f->out.text ? f->out.text + line : "", f->out.size - line);
  size_t start = f->column_from >= line ? pel_utf8_length(f->out.text ? f->out.text + line : "", f->column_from - line) : 0;
  size_t goal = relative ? start + (size_t)width : (size_t)width;
  if (goal > 10000) return format_error(f->m, "column too far");
  size_t missing = goal > here ? goal - here : 0, fills = f->n_fills ? f->n_fills : 1;
  if (!f->n_fills) f->fills[0] = (struct fill){f->out.size, " "};
  for (size_t i = fills; i-- > 0 && missing;) {
    size_t share = missing / (i + 1), pad = strlen(f->fills[i].pad), at = f->fills[i].at;
    if (i == fills - 1) share = missing - missing / fills * (fills - 1);
    else share = missing / fills;
    char *tail = strndup(f->out.text ? f->out.text + at : "", f->out.size - at);
    size_t tail_size = f->out.size - at;
    if (!tail) return pel_stop_memory(f->m);
    f->out.size = at;
    for (size_t k = 0; k < share; k++) pel_put(&f->out, f->fills[i].pad, pad);
    pel_put(&f->out, tail, tail_size);
    free(tail);
  }
  f->n_fills = 0;
  f->column_from = f->out.size;
  return PEL_TRUE;
}

static pel_outcome unknown_directive(pel_machine *m, uint32_t what) {
  char utf8[4];
  pel_cell name = pel_new_atom(&m->heap, "existence_error", 15);
  pel_cell of[2] = {pel_new_atom(&m->heap, "format_character", 16), pel_new_atom(&m->heap, utf8, pel_utf8_encode(what, utf8))};
  pel_cell args[2] = {name && of[0] && of[1] ? pel_new_compound(&m->heap, (uint32_t)pel_index(name), 2, of) : 0, pel_new_var(&m->heap)};
  return args[0] && args[1] ? pel_throw(m, pel_new_compound(&m->heap, PEL_ATOM_ERROR, 2, args)) : pel_stop_memory(m);
}

static pel_outcome one(format *f, uint32_t what, int number, bool given) {
  switch (what) {
    case 'w': return put_term(f, PEL_WRITE_NUMBERVARS);
    case 'p': return put_term(f, PEL_WRITE_NUMBERVARS | PEL_WRITE_QUOTED | PEL_WRITE_HEX);
    case 'q': return put_term(f, PEL_WRITE_NUMBERVARS | PEL_WRITE_QUOTED | PEL_WRITE_HEX);
    case 'a': return put_text(f, 'a', PEL_FROM_ATOMIC);
    case 's': return put_text(f, 's', PEL_FROM_ALL & ~PEL_FROM_NUMBER);
    case 'd': return put_integer(f, given ? number : 0, false);
    case 'D': return put_integer(f, given ? number : 0, true);
    case 'f': case 'e': case 'g': return put_float(f, (char)what, given ? number : 6);
    case 'c': return put_code(f, given ? number : 1);
    case 'r': return put_radix(f, given ? number : 8, false);
    case 'R': return put_radix(f, given ? number : 8, true);
    case 'n':
      for (int i = 0; i < (given ? number : 1) && !f->out.full; i++) pel_put(&f->out, "\n", 1);
      return f->column_from = f->out.size, PEL_TRUE;
    case '~': return pel_put(&f->out, "~", 1), PEL_TRUE;
    case 'i': {
      pel_cell c;
      return next_arg(f, &c);
    }
    case 't':
      if (f->n_fills < 16) {
        struct fill *fill = &f->fills[f->n_fills++];
        *fill = (struct fill){f->out.size, " "};
        if (given) fill->pad[pel_utf8_encode((uint32_t)number, fill->pad)] = 0;
      }
      return PEL_TRUE;
    case '|': return column(f, given ? number : (int)f->out.size, false);
    case '+': return column(f, given ? number : 8, true);
    default: return unknown_directive(f->m, what);
  }
}

static pel_outcome run(format *f, const char *s, size_t size) {
  const char *end = s + size;
  pel_outcome ok = PEL_TRUE;
  while (ok == PEL_TRUE && s < end && !f->out.full) {
    uint32_t c = 0;
    size_t n = pel_utf8_decode(s, end, &c);
    if (c != '~') {
      pel_put(&f->out, s, n);
      s += n;
      continue;
    }
    s += n;
    int number = 0;
    bool given = false;
    if (s < end && *s == '`') { /* ~`ct: a character */
      s++;
      if (s < end) s += pel_utf8_decode(s, end, &c), number = (int)c, given = true;
    } else if (s < end && *s == '*') {
      pel_cell count = 0;
      s++;
      ok = next_arg(f, &count);
      if (ok == PEL_TRUE && (pel_tag(count) != PEL_TAG_INT || pel_int_value(count) < 0 || pel_int_value(count) > 100000)) ok = format_error(f->m, "no or negative integer for `*' argument");
      if (ok == PEL_TRUE) number = (int)pel_int_value(count), given = true;
    } else
      while (s < end && *s >= '0' && *s <= '9' && number < 100000) number = number * 10 + *s++ - '0', given = true;
    if (ok != PEL_TRUE) break;
    if (s >= end) return format_error(f->m, "truncated format specification");
    s += pel_utf8_decode(s, end, &c);
    ok = one(f, c, number, given);
  }
  if (ok == PEL_TRUE && f->out.full) ok = pel_stop_memory(f->m);
  if (ok == PEL_TRUE && f->used < f->n_args) ok = format_error(f->m, "too many arguments");
  return ok;
}

/* $format(Format, Arguments, String) */
static pel_outcome format3(pel_machine *m, const pel_cell *a) {
  format f = {.m = m, .out = {.most = pel_text_room(m)}};
  pel_text t;
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ALL & ~PEL_FROM_NUMBER, "text", &t);
  if (ok != PEL_TRUE) return ok;
  pel_cell single = a[1];
  bool list = pel_is_list(&m->heap, a[1]);
  if (list) ok = pel_list_items(m, a[1], &f.args, &f.n_args);
  else f.args = &single, f.n_args = 1;
  if (ok == PEL_TRUE) ok = run(&f, t.s, t.size);
  if (ok == PEL_TRUE) ok = pel_unify_outcome(m, a[2], pel_new_string(&m->heap, f.out.text ? f.out.text : "", f.out.size));
  if (list) free(f.args);
  free(f.out.text);
  free(t.s);
  return ok;
}

const pel_builtin_entry pel_builtins_format[] = {{"$format", 3, format3}, {NULL, 0, NULL}};
