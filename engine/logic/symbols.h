/* Atoms and functors: each text, and each pair of name and arity, once. */
#pragma once
#include "engine/logic/term.h"

enum { PEL_MAX_ARITY = 100000 };

typedef struct pel_functor {
  uint32_t atom, arity;
  uint32_t predicate; /* number of the predicate of this name and arity + 1, or 0 */
  uint32_t evaluable; /* number of the arithmetic function + 1, or 0 */
} pel_functor;

typedef struct pel_symbols {
  char *text;         /* all names, each ended with NUL */
  size_t text_size, text_capacity;
  struct pel_atom {
    size_t at;
    uint32_t size;
  } *atoms;
  size_t n_atoms, atoms_capacity;
  pel_functor *functors;
  size_t n_functors, functors_capacity;
  uint32_t *atom_slots, *functor_slots; /* hash tables of numbers + 1 */
  size_t atom_mask, functor_mask;
} pel_symbols;

/* The atoms that the code names; their numbers are these. NIL, the empty list, is a constant of its own: its text is found by no look-up, since
 * '[]' in quotes is another atom. */
#define PEL_KNOWN_ATOMS(X)                                                                                         \
  X(NIL, "[]") X(DOT, "[|]") X(CURLY, "{}") X(COMMA, ",") X(SEMICOLON, ";") X(ARROW, "->") X(SOFT_ARROW, "*->")    \
  X(NECK, ":-") X(QUERY, "?-") X(BAR, "|") X(CUT, "!") X(NOT, "\\+") X(TRUE, "true") X(FALSE, "false")             \
  X(FAIL, "fail") X(CALL, "call") X(MINUS, "-") X(PLUS, "+") X(CARET, "^") X(COLON, ":") X(EQUALS, "=")            \
  X(ERROR, "error") X(VAR_TERM, "$VAR") X(EMPTY, "") X(STAR, "*") X(SLASH, "/") X(UNKNOWN, "$unknown")             \
  X(LESS, "<") X(GREATER, ">") X(RDIV, "rdiv") X(END_OF_FILE, "end_of_file") X(NEG, "neg")                         \
  X(INF, "inf") X(NAN_ATOM, "nan") X(CONTEXT, "context") X(E_ATOM, "e") X(DCG, "-->")

enum {
#define PEL_ATOM_NUMBER(name, text) PEL_ATOM_##name,
  PEL_KNOWN_ATOMS(PEL_ATOM_NUMBER)
#undef PEL_ATOM_NUMBER
      PEL_KNOWN_ATOM_COUNT
};

bool pel_symbols_init(pel_symbols *s); /* false: out of memory, here and below as PEL_NO_SYMBOL */
void pel_symbols_clear(pel_symbols *s);

#define PEL_NO_SYMBOL UINT32_MAX
uint32_t pel_atom_intern(pel_symbols *s, const char *text, size_t size);
uint32_t pel_functor_intern(pel_symbols *s, uint32_t atom, uint32_t arity);
/* PEL_NO_SYMBOL when it is not there yet. */
uint32_t pel_functor_find(const pel_symbols *s, uint32_t atom, uint32_t arity);

static inline const char *pel_atom_text(const pel_symbols *s, uint32_t atom) { return s->text + s->atoms[atom].at; }
static inline size_t pel_atom_size(const pel_symbols *s, uint32_t atom) { return s->atoms[atom].size; }
/* Bytes that the tables take: they count against a run's memory. */
static inline size_t pel_symbols_bytes(const pel_symbols *s) {
  return s->text_size + s->n_atoms * sizeof *s->atoms + s->n_functors * sizeof *s->functors;
}
