/* Numbers, sums and comparisons in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/logic/number.h"
#include "engine/reason/phrase_parts.h"

enum { MOST_DIGITS = 20 /* written out */, ROUNDED = 15 /* significant digits of what is longer */ };

/* n = scaled / 10^digits, when so few digits end it. */
static bool has_end(const mpq_t n, mpz_t scaled, unsigned *digits) {
  mpz_t d, g;
  mpz_inits(d, g, NULL);
  mpz_set(d, mpq_denref(n));
  mpz_set(scaled, mpq_numref(n));
  for (*digits = 0; *digits <= MOST_DIGITS && mpz_cmp_ui(d, 1) != 0; ++*digits) { /* multiply by ten, cancel */
    mpz_gcd_ui(g, d, 10);
    if (mpz_cmp_ui(g, 1) == 0) break;
    mpz_mul_ui(scaled, scaled, 10);
    mpz_divexact(d, d, g);
    mpz_divexact(scaled, scaled, g);
  }
  bool ends = mpz_cmp_ui(d, 1) == 0;
  mpz_clears(d, g, NULL);
  return ends;
}

/* 1250 with two digits after the point is 12.5 when they may be left out. */
static void put_shifted(phrasing *p, const char *digits, unsigned after) {
  size_t size = strlen(digits);
  if (size <= after) pel_phrase_put(p, "0");
  pel_put(p->out, digits, size > after ? size - after : 0);
  if (after) pel_phrase_put(p, ".");
  for (size_t i = size; i < after; i++) pel_phrase_put(p, "0");
  pel_phrase_put(p, size > after ? digits + size - after : digits);
}

static bool put_decimal(phrasing *p, const mpq_t n) {
  mpz_t scaled;
  unsigned after;
  mpz_init(scaled);
  bool ends = has_end(n, scaled, &after) && mpz_sizeinbase(scaled, 10) <= MOST_DIGITS + 1 && after <= MOST_DIGITS;
  if (ends) {
    bool negative = mpz_sgn(scaled) < 0;
    mpz_abs(scaled, scaled);
    char *text = mpz_get_str(NULL, 10, scaled);
    ends = text && strlen(text) <= MOST_DIGITS;
    if (ends && negative) pel_phrase_put(p, "-");
    if (ends) put_shifted(p, text, after);
    free(text);
  }
  mpz_clear(scaled);
  return ends;
}

static bool put_fraction(phrasing *p, const mpq_t n) {
  if (mpz_sizeinbase(mpq_numref(n), 10) + mpz_sizeinbase(mpq_denref(n), 10) > MOST_DIGITS || mpz_cmp_ui(mpq_denref(n), 1) == 0) return false;
  char *text = mpq_get_str(NULL, 10, n);
  if (text) pel_phrase_put(p, text);
  free(text);
  return text != NULL;
}

/* |n| = digits * 10^exponent with ROUNDED digits, the last one rounded; whether nothing was lost. */
static bool round_digits(const mpq_t n, char digits[ROUNDED + 8], long *exponent) {
  mpz_t top, bottom, rest, power;
  mpz_inits(top, bottom, rest, power, NULL);
  long shift = ROUNDED - ((long)mpz_sizeinbase(mpq_numref(n), 10) - (long)mpz_sizeinbase(mpq_denref(n), 10));
  bool exact = false;
  for (int tries = 0; tries < 4; tries++) { /* the sizes may be off by one each */
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(shift));
    mpz_abs(top, mpq_numref(n));
    mpz_set(bottom, mpq_denref(n));
    mpz_mul(shift < 0 ? bottom : top, shift < 0 ? bottom : top, power);
    mpz_fdiv_qr(top, rest, top, bottom);
    exact = mpz_sgn(rest) == 0;
    mpz_mul_2exp(rest, rest, 1);
    if (mpz_cmp(rest, bottom) >= 0) mpz_add_ui(top, top, 1);
    mpz_ui_pow_ui(power, 10, ROUNDED);
    bool long_enough = mpz_cmp(top, power) < 0;
    mpz_tdiv_q_ui(power, power, 10);
    if (long_enough && mpz_cmp(top, power) >= 0) break;
    shift += long_enough ? 1 : -1;
  }
  gmp_snprintf(digits, ROUNDED + 8, "%Zd", top);
  *exponent = -shift;
  mpz_clears(top, bottom, rest, power, NULL);
  return exact;
}

/* 1.5e-300, "about" when digits were left out. Near 1 without an exponent. */
static void put_scientific(phrasing *p, const mpq_t n) {
  char digits[ROUNDED + 8], tail[32];
  long exponent;
  bool exact = round_digits(n, digits, &exponent);
  size_t size = strlen(digits);
  long first = exponent + (long)size - 1; /* of the first digit */
  while (size > 1 && digits[size - 1] == '0') digits[--size] = 0, exponent++;
  if (!exact) pel_phrase_put(p, "about ");
  if (mpq_sgn(n) < 0) pel_phrase_put(p, "-");
  if (exponent <= 0 && first >= -5) {
    put_shifted(p, digits, (unsigned)-exponent);
    return;
  }
  pel_put(p->out, digits, 1);
  if (size > 1) pel_phrase_put(p, "."), pel_phrase_put(p, digits + 1);
  snprintf(tail, sizeof tail, "e%ld", first);
  pel_phrase_put(p, tail);
}

static void put_float(phrasing *p, double f) {
  char text[64];
  if (f != f || f - f != 0) {
    pel_phrase_put(p, f != f ? "not a number" : f > 0 ? "infinity" : "minus infinity");
    return;
  }
  pel_float_format(f, text);
  size_t size = strcspn(text, "e"), kept = size > 2 && text[size - 1] == '0' && text[size - 2] == '.' ? size - 2 : size;
  pel_put(p->out, text, kept);
  if (text[size]) pel_phrase_put(p, "e"), size++;
  pel_phrase_put(p, text + size + (text[size] == '+'));
}

void pel_phrase_read_number(phrasing *p, const pel_number *n) {
  mpq_t q;
  if (n->kind == PEL_NUMBER_FLOAT) return put_float(p, n->f);
  pel_number_get_q(n, q);
  if (!put_decimal(p, q) && !put_fraction(p, q)) put_scientific(p, q);
  mpq_clear(q);
}

void pel_phrase_number(phrasing *p, pel_cell c) {
  pel_number n;
  pel_number_read(p->h, c, &n);
  pel_phrase_read_number(p, &n);
  pel_number_clear(&n);
}

/* ---- what is computed ---- */

static const char *sign_of(const char *name) {
  static const char *const signs[][2] = {{"+", "+"}, {"-", "-"}, {"*", "\xc3\x97"}, {"/", "/"}, {"rdiv", "/"}, {"//", "//"}, {"**", "^"}, {"^", "^"}, {"mod", "mod"}, {"rem", "rem"}, {"div", "div"}};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (strcmp(name, signs[i][0]) == 0) return signs[i][1];
  return NULL;
}

static const char *constant_of(const phrasing *p, pel_cell c) {
  static const char *const constants[][2] = {{"inf", "infinity"}, {"infinite", "infinity"}, {"nan", "not a number"}};
  if (!pel_is_atom(c)) return NULL;
  const char *name = pel_atom_text(&p->h->program->symbols, (uint32_t)pel_index(c));
  for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
    if (strcmp(name, constants[i][0]) == 0) return constants[i][1];
  return NULL;
}

static void put_expression(phrasing *p, pel_cell c, int depth) {
  c = pel_deref(p->h, c);
  const char *constant = constant_of(p, c);
  if (constant) return pel_phrase_put(p, constant);
  if (pel_is_compound(p->h, c, PEL_ATOM_UNKNOWN, 1)) return pel_phrase_put(p, "what is not known");
  bool computed = pel_phrase_is_compound(c) && !pel_is_compound(p->h, c, PEL_ATOM_DOT, 2) && !pel_is_number(p->h, c);
  if (!computed || depth > PEL_PHRASE_DEEPEST || p->out->size > PEL_PHRASE_LONGEST) return pel_phrase_value(p, c, depth);
  const pel_functor f = *pel_functor_of(p->h, c);
  const char *name = pel_atom_text(&p->h->program->symbols, f.atom), *sign = f.arity == 2 ? sign_of(name) : NULL;
  if (!sign) {
    pel_phrase_put(p, name);
    pel_phrase_put(p, "(");
  }
  for (uint32_t i = 0; i < f.arity && i < 20; i++) {
    pel_cell part = pel_deref(p->h, pel_arg(p->h, c, i));
    bool infix = pel_phrase_is_compound(part) && pel_functor_of(p->h, part)->arity == 2 && sign_of(pel_atom_text(&p->h->program->symbols, pel_functor_of(p->h, part)->atom));
    bool brackets = sign && infix && f.atom != PEL_ATOM_PLUS;
    if (i) pel_phrase_put(p, sign ? " " : ", ");
    if (i && sign) pel_phrase_put(p, sign), pel_phrase_put(p, " ");
    if (brackets) pel_phrase_put(p, "(");
    put_expression(p, part, depth + 1);
    if (brackets) pel_phrase_put(p, ")");
  }
  if (!sign) pel_phrase_put(p, ")");
}

bool pel_phrase_operation(phrasing *p, pel_cell c, int depth) {
  const pel_functor f = *pel_functor_of(p->h, c);
  const char *name = pel_atom_text(&p->w->program->symbols, f.atom);
  if (f.arity != 2 || !(strlen(name) == 1 && strchr("+-*/", *name))) return false;
  put_expression(p, c, depth);
  return true;
}

bool pel_phrase_relation(phrasing *p, pel_cell goal, const char *before, int depth) {
  static const struct {
    const char *name, *words;
  } relations[] = {{">=", " is at least "}, {"=<", " is at most "}, {">", " is more than "}, {"<", " is less than "}, {"=:=", " equals "}, {"=\\=", " differs from "}};
  goal = pel_deref(p->h, goal);
  if (pel_tag(goal) != PEL_TAG_STRUCT || pel_functor_of(p->h, goal)->arity != 2) return false;
  const char *name = pel_atom_text(&p->h->program->symbols, pel_functor_of(p->h, goal)->atom);
  if (strcmp(name, "is") == 0) {
    pel_cell expression = pel_deref(p->h, pel_arg(p->h, goal, 1));
    if (pel_tag(expression) != PEL_TAG_STRUCT) return false;
    pel_phrase_put(p, before);
    put_expression(p, expression, depth);
    pel_phrase_put(p, " = ");
    pel_phrase_value(p, pel_arg(p->h, goal, 0), depth);
    return true;
  }
  for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
    if (strcmp(name, relations[i].name) == 0) {
      pel_phrase_put(p, before);
      put_expression(p, pel_arg(p->h, goal, 0), depth);
      pel_phrase_put(p, relations[i].words);
      put_expression(p, pel_arg(p->h, goal, 1), depth);
      return true;
    }
  return false;
}

bool pel_phrase_arithmetic(const pel_world *w, const pel_heap *h, pel_cell goal, pel_text_out *out) {
  phrasing p = {.w = w, .h = h, .out = out};
  return pel_phrase_relation(&p, goal, "", 0);
}
