/* The functions of arithmetic: each takes numbers as they are, gives a new one, and leaves clearing to the caller. */
#pragma once
#include "engine/logic/machine.h"
#include "engine/logic/number.h"

typedef pel_outcome (*pel_function)(pel_machine *m, pel_number *a, pel_number *b, pel_number *out);

typedef struct pel_function_entry {
  const char *name;
  uint32_t arity;
  pel_function call; /* arguments that there are not are zero */
} pel_function_entry;

/* Each ends with a NULL name. */
extern const pel_function_entry pel_functions_two[], pel_functions_one[];

/* ---- what both kinds need ---- */

/* A result that is no number or no end of numbers is an error. */
pel_outcome pel_give_float(pel_machine *m, double f, pel_number *out);
/* A number as a double for a function of doubles: what is none, infinite or too large is an error. */
pel_outcome pel_need_double(pel_machine *m, const pel_number *n, double *out);
pel_outcome pel_need_integers(pel_machine *m, const pel_number *a, const pel_number *b); /* b may be NULL */
pel_outcome pel_number_type_error(pel_machine *m, const char *type, const pel_number *n);
/* a - b, which one-number functions need too. */
pel_outcome pel_subtract(pel_machine *m, pel_number *a, pel_number *b, pel_number *out);
/* Takes the number over: the source is zero afterwards. */
static inline pel_outcome pel_keep_number(pel_number *n, pel_number *out) {
  *out = *n;
  *n = (pel_number){0};
  return PEL_TRUE;
}
