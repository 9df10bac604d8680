#include "engine/reason/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"

static void put(pel_text_out *out, const char *text) { pel_put(out, text, strlen(text)); }

/* An atom's text with blanks for underscores. */
static void put_words(pel_text_out *out, const char *text, size_t size) {
  while (size > 1 && text[size - 1] == '_') size--;
  for (size_t i = 0; i < size; i++) pel_put(out, text[i] == '_' ? " " : text + i, 1);
}

/* A fraction whose denominator is of twos and fives has an end as a decimal. */
static bool put_decimal(const pel_number *n, pel_text_out *out) {
  mpz_t d, scaled, ten;
  unsigned digits = 0;
  mpz_init_set(d, mpq_denref(n->q));
  mpz_init_set(scaled, mpq_numref(n->q));
  mpz_init_set_ui(ten, 10);
  while (digits < 30 && mpz_cmp_ui(d, 1) != 0) {
    mpz_t g;
    mpz_init(g);
    mpz_gcd(g, d, ten);
    bool more = mpz_cmp_ui(g, 1) > 0;
    if (more) { /* multiply by ten, cancel */
      mpz_mul_ui(scaled, scaled, 10);
      mpz_divexact(d, d, g);
      mpz_t rest;
      mpz_init_set(rest, g);
      mpz_divexact(scaled, scaled, rest);
      mpz_clear(rest);
      digits++;
    }
    mpz_clear(g);
    if (!more) break;
  }
  bool ends = mpz_cmp_ui(d, 1) == 0;
  if (ends) {
    bool negative = mpz_sgn(scaled) < 0;
    mpz_abs(scaled, scaled);
    char *text = mpz_get_str(NULL, 10, scaled);
    size_t size = strlen(text);
    if (negative) put(out, "-");
    if (size <= digits) put(out, "0");
    pel_put(out, text, size > digits ? size - digits : 0);
    if (digits) put(out, ".");
    for (size_t i = size; i < digits; i++) put(out, "0");
    put(out, size > digits ? text + size - digits : text);
    free(text);
  }
  mpz_clears(d, scaled, ten, NULL);
  return ends;
}

static void put_number(const pel_heap *h, pel_cell c, pel_text_out *out) {
  pel_number n;
  pel_number_read(h, c, &n);
  if (n.kind != PEL_NUMBER_RATIONAL || !put_decimal(&n, out)) {
    char *text = pel_number_format(&n);
    if (text) {
      size_t size = strlen(text);
      if (n.kind == PEL_NUMBER_FLOAT && size > 2 && strcmp(text + size - 2, ".0") == 0) size -= 2;
      char *r = strchr(text, 'r');
      if (r) *r = '/';
      pel_put(out, text, size);
    }
    free(text);
  }
  pel_number_clear(&n);
}

static const pel_term_words *find(const pel_world *w, const pel_heap *h, pel_cell goal, pel_cell **values);
static void fill(const pel_world *w, const pel_heap *h, const pel_term_words *t, const pel_cell *values, const char *text, pel_text_out *out);
static bool put_operation(const pel_world *w, const pel_heap *h, pel_cell c, pel_text_out *out);

/* What the vocabulary calls a thing ({"term": "covid19", "says": "COVID-19", "type": "text"}), else the label of the pack's entity of that key, else the atom's words. */
static void put_name(const pel_world *w, uint32_t atom, pel_text_out *out) {
  const char *text = pel_atom_text(&w->program->symbols, atom);
  for (size_t i = 0; i < w->n_words; i++)
    if (w->words[i].pattern == pel_make_atom(atom) && w->words[i].type == PEL_TERM_TEXT) {
      put(out, w->words[i].says);
      return;
    }
  pel_entity e;
  int64_t id = 0;
  if (w->pack && pel_pack_get_info(w->pack)->n_entities && pel_pack_find_entity(w->pack, text, &id, NULL) == PEL_OK && id && pel_pack_entity(w->pack, id, &e, NULL) == PEL_OK && *e.label)
    put(out, e.label);
  else put_words(out, text, pel_atom_size(&w->program->symbols, atom));
}

/* {"term": "ordinal(Number, Code, Label)", "says": "{Label} ({Number})", "type": "text"} */
static bool put_described(const pel_world *w, const pel_heap *h, pel_cell c, pel_text_out *out) {
  pel_cell *values = NULL;
  const pel_term_words *t = find(w, h, c, &values);
  bool described = t && t->type == PEL_TERM_TEXT;
  if (described) fill(w, h, t, values, t->says, out);
  free(values);
  return described;
}

static void put_value(const pel_world *w, const pel_heap *h, pel_cell c, pel_text_out *out) {
  c = pel_deref(h, c);
  const pel_symbols *s = &h->program->symbols;
  if (out->full || out->size > 3500) return;
  if (pel_is_var(c)) put(out, "\xe2\x80\xa6"); /* an ellipsis: whatever it may be */
  else if (pel_is_number(h, c)) put_number(h, c, out);
  else if (c == pel_make_atom(PEL_ATOM_NIL)) put(out, "none");
  else if (pel_is_atom(c)) put_name(w, (uint32_t)pel_index(c), out);
  else if (pel_tag(c) == PEL_TAG_BOX) {
    size_t size;
    const char *text = pel_string_bytes(h, c, &size, NULL);
    pel_put(out, text, size);
  } else if (pel_is_compound(h, c, PEL_ATOM_UNKNOWN, 1)) put(out, "unknown");
  else if (pel_is_compound(h, c, PEL_ATOM_DOT, 2)) {
    for (size_t n = 0; pel_is_compound(h, c, PEL_ATOM_DOT, 2) && n < 50; c = pel_arg(h, c, 1), n++) {
      if (n) put(out, ", ");
      put_value(w, h, pel_arg(h, c, 0), out);
    }
  } else if (!put_described(w, h, c, out) && !put_operation(w, h, c, out)) {
    const pel_functor f = *pel_functor_of(h, c);
    put_words(out, pel_atom_text(s, f.atom), pel_atom_size(s, f.atom));
    for (uint32_t i = 0; i < f.arity && i < 20; i++) {
      put(out, i ? ", " : " ");
      put_value(w, h, pel_arg(h, c, i), out);
    }
  }
}

/* Whether the goal is an instance of the pattern; the variables' values in `values`. */
static bool matches(const pel_world *w, const pel_heap *h, const pel_term_words *t, pel_cell pattern, pel_cell goal, pel_cell *values, int depth) {
  pel_heap constants = {.program = w->program};
  goal = pel_deref(h, goal);
  switch (pel_tag(pattern)) {
    case PEL_TAG_LOCAL: {
      pel_cell *v = &values[pel_index(pattern)];
      if (*v) return *v == goal;
      *v = goal;
      return true;
    }
    case PEL_TAG_STRUCT:
    case PEL_TAG_PATTERN: {
      if (pel_tag(goal) != PEL_TAG_STRUCT || depth > 50) return false;
      const pel_cell *p = pel_cells_at(&constants, pel_index(pattern));
      if (*pel_cells_at(h, pel_index(goal)) != *p) return false;
      uint32_t arity = w->program->symbols.functors[pel_index(*p)].arity;
      for (uint32_t i = 0; i < arity; i++)
        if (!matches(w, h, t, p[i + 1], pel_arg(h, goal, i), values, depth + 1)) return false;
      return true;
    }
    case PEL_TAG_BOX: {
      if (pel_tag(goal) != PEL_TAG_BOX) return false;
      const pel_cell *a = pel_cells_at(&constants, pel_index(pattern)), *b = pel_cells_at(h, pel_index(goal));
      return *a == *b && memcmp(a, b, pel_box_cells(*a) * sizeof *a) == 0;
    }
    default: return pattern == goal || pel_is_var(goal);
  }
}

static const pel_term_words *find(const pel_world *w, const pel_heap *h, pel_cell goal, pel_cell **values) {
  uint32_t functor = pel_tag(goal) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(h, pel_index(goal)))
                     : pel_is_atom(goal) ? pel_functor_find(&w->program->symbols, (uint32_t)pel_index(goal), 0) : PEL_NO_SYMBOL;
  for (size_t i = 0; i < w->n_words; i++) {
    const pel_term_words *t = &w->words[i];
    if (t->functor != functor) continue;
    pel_cell *v = pel_alloc(t->n_locals + 1, sizeof *v);
    if (v && matches(w, h, t, t->pattern, goal, v, 0)) return *values = v, t;
    free(v);
  }
  return NULL;
}

const pel_term_words *pel_phrase_entry(const pel_world *w, const pel_heap *h, pel_cell goal) {
  pel_cell *values = NULL;
  const pel_term_words *t = find(w, h, pel_deref(h, goal), &values);
  free(values);
  return t;
}

/* Text with {Variable} filled in. */
static void fill(const pel_world *w, const pel_heap *h, const pel_term_words *t, const pel_cell *values, const char *text, pel_text_out *out) {
  while (*text) {
    size_t plain = strcspn(text, "{");
    pel_put(out, text, plain);
    text += plain;
    if (!*text) break;
    size_t size = strcspn(++text, "}");
    uint32_t i = 0;
    while (i < t->n_locals && !(strlen(t->names[i]) == size && memcmp(t->names[i], text, size) == 0)) i++;
    if (i < t->n_locals && values[i]) put_value(w, h, values[i], out);
    else pel_put(out, text, size);
    text += size + (text[size] == '}');
  }
}

static void put_plain(const pel_world *w, const pel_heap *h, pel_cell goal, bool denied, pel_text_out *out) {
  const pel_symbols *s = &h->program->symbols;
  if (denied) put(out, "not: ");
  if (pel_tag(goal) != PEL_TAG_STRUCT) {
    put_value(w, h, goal, out);
    return;
  }
  const pel_functor f = *pel_functor_of(h, goal);
  put_words(out, pel_atom_text(s, f.atom), pel_atom_size(s, f.atom));
  bool first = true;
  for (uint32_t i = 0; i < f.arity; i++) {
    pel_cell a = pel_arg(h, goal, i);
    if (pel_is_var(a)) continue;
    put(out, first ? ": " : ", ");
    put_value(w, h, a, out);
    first = false;
  }
}

static void put_all(const pel_world *w, const pel_heap *h, pel_cell goal, bool denied, pel_text_out *out, bool *known, int depth) {
  pel_cell *values = NULL;
  goal = pel_deref(h, goal);
  if (depth > 20 || out->size > 3500) {
    put(out, "...");
    return;
  }
  if (pel_is_compound(h, goal, PEL_ATOM_NEG, 1) || pel_is_compound(h, goal, PEL_ATOM_NOT, 1)) {
    put_all(w, h, pel_arg(h, goal, 0), !denied, out, known, depth + 1);
    return;
  }
  bool both = pel_is_compound(h, goal, PEL_ATOM_COMMA, 2), either = pel_is_compound(h, goal, PEL_ATOM_SEMICOLON, 2);
  if (both || either) {
    put_all(w, h, pel_arg(h, goal, 0), denied, out, known, depth + 1);
    put(out, both != denied ? ", and " : ", or ");
    put_all(w, h, pel_arg(h, goal, 1), denied, out, known, depth + 1);
    return;
  }
  if (!denied && pel_phrase_arithmetic(w, h, goal, out)) return;
  const pel_term_words *t = find(w, h, goal, &values);
  if (!t) {
    *known = false;
    put_plain(w, h, goal, denied, out);
    return;
  }
  if (denied && !*t->denied) put(out, "it is not so that ");
  fill(w, h, t, values, denied && *t->denied ? t->denied : t->says, out);
  free(values);
}

void pel_phrase(const pel_world *w, const pel_heap *h, pel_cell goal, bool denied, pel_text_out *out, bool *known) {
  bool all = true;
  put_all(w, h, goal, denied, out, &all, 0);
  if (known) *known = all;
}

/* ---- numbers ---- */

static void put_expression(const pel_world *w, const pel_heap *h, pel_cell c, int depth, pel_text_out *out) {
  c = pel_deref(h, c);
  if (depth > 20 || pel_tag(c) != PEL_TAG_STRUCT || pel_is_compound(h, c, PEL_ATOM_UNKNOWN, 1)) {
    put_value(w, h, c, out);
    return;
  }
  const pel_functor f = *pel_functor_of(h, c);
  const char *name = pel_atom_text(&h->program->symbols, f.atom);
  if (f.arity != 2 || strlen(name) > 4) {
    put(out, name);
    put(out, "(");
    for (uint32_t i = 0; i < f.arity; i++) {
      if (i) put(out, ", ");
      put_expression(w, h, pel_arg(h, c, i), depth + 1, out);
    }
    put(out, ")");
    return;
  }
  for (uint32_t i = 0; i < 2; i++) {
    pel_cell part = pel_arg(h, c, i);
    bool brackets = pel_tag(part) == PEL_TAG_STRUCT && f.atom != PEL_ATOM_PLUS;
    if (i) put(out, " "), put(out, strcmp(name, "*") == 0 ? "\xc3\x97" : strcmp(name, "rdiv") == 0 ? "/" : name), put(out, " ");
    if (brackets) put(out, "(");
    put_expression(w, h, part, depth + 1, out);
    if (brackets) put(out, ")");
  }
}

static bool put_operation(const pel_world *w, const pel_heap *h, pel_cell c, pel_text_out *out) {
  const pel_functor f = *pel_functor_of(h, c);
  const char *name = pel_atom_text(&w->program->symbols, f.atom);
  if (f.arity != 2 || !(strlen(name) == 1 && strchr("+-*/", *name)) ) return false;
  put_expression(w, h, c, 0, out);
  return true;
}

bool pel_phrase_arithmetic(const pel_world *w, const pel_heap *h, pel_cell goal, pel_text_out *out) {
  static const struct {
    const char *name, *words;
  } relations[] = {{">=", " is at least "}, {"=<", " is at most "}, {">", " is more than "}, {"<", " is less than "}, {"=:=", " equals "}, {"=\\=", " differs from "}};
  goal = pel_deref(h, goal);
  if (pel_tag(goal) != PEL_TAG_STRUCT || pel_functor_of(h, goal)->arity != 2) return false;
  const char *name = pel_atom_text(&h->program->symbols, pel_functor_of(h, goal)->atom);
  if (strcmp(name, "is") == 0) {
    pel_cell expression = pel_arg(h, goal, 1);
    if (pel_tag(expression) != PEL_TAG_STRUCT) return false;
    put_expression(w, h, expression, 0, out);
    put(out, " = ");
    put_value(w, h, pel_arg(h, goal, 0), out);
    return true;
  }
  for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
    if (strcmp(name, relations[i].name) == 0) {
      put_expression(w, h, pel_arg(h, goal, 0), 0, out);
      put(out, relations[i].words);
      put_expression(w, h, pel_arg(h, goal, 1), 0, out);
      return true;
    }
  return false;
}
