/* Terms of the proof check, apart from the interpreter's: cells of eight bytes in one growing store, nothing is ever taken back but bindings.
 *
 * Every operation counts its work; when that, or the store, passes its limit, `over` says so and results are PEL_TERM_NONE. */
#pragma once
#include <gmp.h>

#include "engine/logic/program.h"

typedef enum pel_term_kind {
  PEL_TERM_NONE,
  PEL_TERM_VAR,      /* index of a cell; of itself when open */
  PEL_TERM_ATOM,     /* number of an atom of the program's symbols */
  PEL_TERM_INT,      /* an integer of 32 bits; a larger one is a PEL_TERM_NUMBER */
  PEL_TERM_NUMBER,   /* index into the numbers */
  PEL_TERM_STRING,   /* index into the strings */
  PEL_TERM_COMPOUND, /* index of its first cell, a PEL_TERM_HEADER; the arguments follow */
  PEL_TERM_NAMED,    /* a variable that a step writes down: a constant here, by the atom of its name */
  PEL_TERM_LOCAL,    /* in clauses: the number of a variable */
  PEL_TERM_PATTERN,  /* in clauses: a compound with variables in it */
  PEL_TERM_HEADER    /* value: the name's atom; the arity is above the lowest four bits of the kind */
} pel_term_kind;

typedef struct pel_term {
  uint32_t kind, value;
} pel_term;

/* Exact numbers are fractions; an integer is one with denominator 1. */
typedef struct pel_exact {
  bool is_float;
  double f;
  mpq_t q; /* initialised when it is no float */
} pel_exact;

typedef struct pel_terms {
  pel_program *program;
  pel_term *cells;
  size_t n, capacity, most;
  pel_exact *numbers;
  size_t n_numbers, numbers_capacity, number_bytes;
  struct pel_term_string {
    size_t at, size;
  } *strings;
  size_t n_strings, strings_capacity;
  char *text;
  size_t text_size, text_capacity;
  struct pel_binding {
    uint32_t var;
    pel_term old;
  } *trail;
  size_t n_trail, trail_capacity;
  pel_term *stack; /* scratch */
  size_t n_stack, stack_capacity;
  pel_term *slots; /* scratch: what the variables of a term that is converted stand for */
  size_t n_slots, slots_capacity;
  struct pel_check_range { /* of the quantities that nobody knows, exact or infinite */
    bool has_low, has_high, low_open, high_open;
    pel_exact low, high;
  } *ranges;
  size_t n_ranges;
  const int8_t *facts; /* [n_facts], of those that nobody knows: 1 supposed, -1 supposed not to be so */
  size_t n_facts;
  uint64_t work, most_work;
  bool written;     /* one side is as a step writes it: an infinite number looks like an atom there */
  bool open;        /* the range of a quantity did not tell what was asked of it; whoever asks opens and closes it */
  const char *over; /* which limit was passed; NULL: none */
} pel_terms;

void pel_terms_clear(pel_terms *t);
/* Counts work; false once there was too much. */
bool pel_terms_count(pel_terms *t, uint64_t work);

static inline pel_term pel_term_make(pel_term_kind kind, uint32_t value) { return (pel_term){kind, value}; }
static inline pel_term pel_term_atom(uint32_t atom) { return pel_term_make(PEL_TERM_ATOM, atom); }
static inline bool pel_term_same(pel_term a, pel_term b) { return a.kind == b.kind && a.value == b.value; }
static inline pel_term pel_term_deref(const pel_terms *t, pel_term x) {
  while (x.kind == PEL_TERM_VAR && !pel_term_same(t->cells[x.value], x)) x = t->cells[x.value];
  return x;
}
static inline uint32_t pel_term_arity(const pel_terms *t, pel_term x) { return x.kind == PEL_TERM_COMPOUND || x.kind == PEL_TERM_PATTERN ? t->cells[x.value].kind >> 4 : 0; }
/* Of an atom or a compound. */
static inline uint32_t pel_term_name(const pel_terms *t, pel_term x) { return x.kind == PEL_TERM_ATOM ? x.value : t->cells[x.value].value; }
static inline pel_term pel_term_arg(const pel_terms *t, pel_term x, uint32_t i) { return pel_term_deref(t, t->cells[x.value + 1 + i]); }
static inline bool pel_term_is(const pel_terms *t, pel_term x, uint32_t atom, uint32_t arity) {
  return x.kind == PEL_TERM_COMPOUND && pel_term_arity(t, x) == arity && pel_term_name(t, x) == atom;
}
static inline bool pel_term_is_callable(pel_term x) { return x.kind == PEL_TERM_ATOM || x.kind == PEL_TERM_COMPOUND; }
static inline bool pel_term_is_number(pel_term x) { return x.kind == PEL_TERM_INT || x.kind == PEL_TERM_NUMBER; }
bool pel_term_is_integer(const pel_terms *t, pel_term x);
bool pel_term_is_float(const pel_terms *t, pel_term x);

pel_term pel_term_var(pel_terms *t);
pel_term pel_term_compound(pel_terms *t, uint32_t atom, uint32_t arity, const pel_term *args); /* args NULL: open ones */
pel_term pel_term_int(pel_terms *t, int64_t value);
pel_term pel_term_string(pel_terms *t, const char *text, size_t size);
pel_term pel_term_list(pel_terms *t, const pel_term *items, size_t n, pel_term tail);
/* Takes the number over. */
pel_term pel_term_number(pel_terms *t, pel_exact *n);
/* A copy of its own, to be cleared with pel_exact_clear. False: it is no number. */
bool pel_term_read_number(const pel_terms *t, pel_term x, pel_exact *out);
const char *pel_term_text(const pel_terms *t, pel_term string, size_t *size);
/* A proper list as an array that the caller frees. False: it is none. */
bool pel_term_items(pel_terms *t, pel_term list, pel_term **items, size_t *n);
/* Items before the tail; *tail may be NULL. */
size_t pel_term_spine(pel_terms *t, pel_term list, pel_term *tail);

/* ---- to and from the interpreter's terms ---- */

/* The variables of `h` that stand for something are PEL_TAG_LOCALs already: slots[k] is what for. Others become open variables (which marks them
 * in the heap). With `patterns` PEL_TAG_LOCAL and PEL_TAG_PATTERN are kept as such. */
pel_term pel_term_from_cells(pel_terms *t, pel_heap *h, pel_cell c, bool patterns);
/* Open variables become variables of the heap; slots[k] afterwards is the k-th, vars[k] of the heap (free). 0: no room. */
pel_cell pel_term_to_cells(pel_terms *t, pel_term x, pel_heap *h, pel_cell **vars);

/* ---- bindings ---- */

bool pel_term_push(pel_terms *t, pel_term x); /* onto the scratch stack */
void pel_term_bind(pel_terms *t, uint32_t var, pel_term value);
void pel_terms_undo(pel_terms *t, size_t trail);
/* Opens again what was bound since, such that this, too, can be undone. */
void pel_terms_reopen(pel_terms *t, size_t trail);
bool pel_term_unify(pel_terms *t, pel_term a, pel_term b);
/* Whether they unify; nothing stays bound. */
bool pel_term_unifies(pel_terms *t, pel_term a, pel_term b);
/* Standard order, as the interpreter has it. */
int pel_term_compare(pel_terms *t, pel_term a, pel_term b);
bool pel_term_variant(pel_terms *t, pel_term a, pel_term b);
/* Whether `x` is what a step writes: binds open variables to the names that they have there, each name to one variable. used [atoms]. */
bool pel_term_is_written(pel_terms *t, pel_term x, pel_term written, uint8_t *used, size_t n_used);
/* Copies of n terms with new variables, the same in all of them. */
bool pel_terms_copy(pel_terms *t, const pel_term *from, size_t n, pel_term *to);
/* A clause's term with locals[k] for its variables. */
pel_term pel_term_rename(pel_terms *t, pel_term pattern, const pel_term *locals);
/* The open variables, left to right, each once; the caller frees. */
bool pel_term_variables(pel_terms *t, pel_term x, pel_term **vars, size_t *n);
