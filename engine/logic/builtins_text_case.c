/* Letters of texts: their case, and of what kind a character is. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "engine/base/mem.h"
#include "engine/logic/builtins_text.h"
#include "engine/logic/utf8.h"

/* One character for one: ß has none in upper case. */
static uint32_t upper_of(uint32_t c) { return c == 0xdf ? c : (uint32_t)utf8proc_toupper((utf8proc_int32_t)c); }
static uint32_t lower_of(uint32_t c) { return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c); }

static pel_outcome change_case(pel_machine *m, const pel_cell *a, bool upper, pel_text_form f) {
  pel_text t = {0};
  pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ATOMIC, "atomic", &t);
  if (ok != PEL_TRUE) return ok;
  char *out = pel_alloc(t.size * 2 + 8, 1);
  size_t n = 0;
  for (size_t at = 0; out && at < t.size;) {
    uint32_t c = 0;
    at += pel_utf8_decode(t.s + at, t.s + t.size, &c);
    n += pel_utf8_encode(upper ? upper_of(c) : lower_of(c), out + n);
  }
  pel_text made = {out, n}, given = {0};
  if (!out) ok = pel_stop_memory(m);
  else if (!pel_is_var(a[1])) ok = pel_take_text(m, a[1], PEL_FROM_ATOMIC, f == PEL_AS_ATOM ? "atom" : "string", &given);
  if (ok == PEL_TRUE) ok = pel_unify_text(m, a[1], f, &made);
  free(given.s);
  free(out);
  free(t.s);
  return ok;
}
static pel_outcome string_lower(pel_machine *m, const pel_cell *a) { return change_case(m, a, false, PEL_AS_STRING); }
static pel_outcome string_upper(pel_machine *m, const pel_cell *a) { return change_case(m, a, true, PEL_AS_STRING); }
static pel_outcome downcase_atom(pel_machine *m, const pel_cell *a) { return change_case(m, a, false, PEL_AS_ATOM); }
static pel_outcome upcase_atom(pel_machine *m, const pel_cell *a) { return change_case(m, a, true, PEL_AS_ATOM); }

static bool is_letter(utf8proc_category_t k) { return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO; }

typedef struct kind_of_char {
  const char *name;
  bool (*holds)(uint32_t c);
} kind_of_char;

static utf8proc_category_t category(uint32_t c) { return utf8proc_category((utf8proc_int32_t)c); }
static bool is_alpha(uint32_t c) { return is_letter(category(c)); }
static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }
static bool is_alnum(uint32_t c) { return is_alpha(c) || category(c) == UTF8PROC_CATEGORY_ND; }
static bool is_csym(uint32_t c) { return is_alnum(c) || c == '_'; }
static bool is_csymf(uint32_t c) { return is_alpha(c) || c == '_'; }
static bool is_upper(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_LU; }
static bool is_lower(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_LL; }
static bool is_white(uint32_t c) { return c == ' ' || c == '\t'; }
static bool is_cntrl(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_CC; }
static bool is_space(uint32_t c) {
  return (c >= 9 && c <= 13) || c == 0x85 || (category(c) >= UTF8PROC_CATEGORY_ZS && category(c) <= UTF8PROC_CATEGORY_ZP);
}
static bool is_graph(uint32_t c) { return !is_space(c) && !is_cntrl(c); }
static bool is_print(uint32_t c) { return !is_cntrl(c); }
static bool is_punct(uint32_t c) { return is_graph(c) && !is_alnum(c); }
static bool is_ascii(uint32_t c) { return c < 128; }
static bool is_end_of_line(uint32_t c) { return c >= 10 && c <= 13; }
static bool is_newline(uint32_t c) { return c == 10; }
static bool is_period(uint32_t c) { return c == '.' || c == '?' || c == '!'; }
static bool is_quote(uint32_t c) { return c == '\'' || c == '"' || c == '`'; }

static const kind_of_char kinds[] = {
    {"alpha", is_alpha}, {"alnum", is_alnum}, {"csym", is_csym}, {"csymf", is_csymf}, {"digit", is_digit}, {"upper", is_upper}, {"lower", is_lower},
    {"space", is_space}, {"white", is_white}, {"punct", is_punct}, {"graph", is_graph}, {"print", is_print}, {"cntrl", is_cntrl}, {"ascii", is_ascii},
    {"end_of_line", is_end_of_line}, {"newline", is_newline}, {"period", is_period}, {"quote", is_quote}};

static int weight(uint32_t c, bool hex) {
  if (is_digit(c)) return (int)c - '0';
  uint32_t low = c | 32;
  return hex && low >= 'a' && low <= 'f' ? (int)low - 'a' + 10 : -1;
}

/* upper(L): an upper-case letter with the lower-case L; lower(U) likewise. to_lower(U): U when written in upper case; to_upper(L) likewise. */
static pel_outcome related_char(pel_machine *m, uint32_t c, const char *type, pel_cell inner, pel_cell whole) {
  char utf8[4];
  uint32_t other;
  if (strcmp(type, "digit") == 0 || strcmp(type, "xdigit") == 0) {
    int w = weight(c, *type == 'x');
    return w < 0 ? PEL_FAIL : pel_unify_outcome(m, inner, pel_make_int(w));
  }
  if (strcmp(type, "upper") == 0) {
    if (!is_upper(c)) return PEL_FAIL;
    other = lower_of(c);
  } else if (strcmp(type, "lower") == 0) {
    if (!is_lower(c)) return PEL_FAIL;
    other = upper_of(c);
  } else if (strcmp(type, "to_lower") == 0) other = upper_of(c);
  else if (strcmp(type, "to_upper") == 0) other = lower_of(c);
  else return pel_throw_type(m, "char_type", whole);
  return pel_unify_outcome(m, inner, pel_new_atom(&m->heap, utf8, pel_utf8_encode(other, utf8)));
}

static pel_outcome char_type(pel_machine *m, const pel_cell *a) {
  pel_text t = {0};
  uint32_t c = 0;
  if (pel_is_var(a[0]) || pel_is_var(a[1])) return pel_throw_instantiation(m);
  if (pel_tag(a[0]) == PEL_TAG_INT && pel_int_value(a[0]) >= 0 && pel_int_value(a[0]) <= 0x10ffff) c = (uint32_t)pel_int_value(a[0]);
  else {
    pel_outcome ok = pel_take_text(m, a[0], PEL_FROM_ATOM | PEL_FROM_STRING, "character", &t);
    if (ok != PEL_TRUE) return ok;
    bool one = t.size && pel_utf8_decode(t.s, t.s + t.size, &c) == t.size;
    free(t.s);
    if (!one) return pel_throw_type(m, "character", a[0]);
  }
  const pel_symbols *s = &m->program->symbols;
  if (pel_tag(a[1]) == PEL_TAG_STRUCT && pel_functor_of(&m->heap, a[1])->arity == 1)
    return related_char(m, c, pel_atom_text(s, pel_functor_of(&m->heap, a[1])->atom), pel_arg(&m->heap, a[1], 0), a[1]);
  for (size_t i = 0; pel_is_atom(a[1]) && i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(pel_atom_text(s, (uint32_t)pel_index(a[1])), kinds[i].name) == 0) return kinds[i].holds(c) ? PEL_TRUE : PEL_FAIL;
  return pel_throw_type(m, "char_type", a[1]);
}

const pel_builtin_entry pel_builtins_text_case[] = {
    {"string_lower", 2, string_lower}, {"string_upper", 2, string_upper}, {"downcase_atom", 2, downcase_atom}, {"upcase_atom", 2, upcase_atom},
    {"char_type", 2, char_type}, {"code_type", 2, char_type}, {NULL, 0, NULL}};
