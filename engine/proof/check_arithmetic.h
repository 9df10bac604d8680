/* Arithmetic of the proof check, its own: every exact number is a fraction, floats are IEEE doubles; results as engine/logic defines them. */
#pragma once
#include "engine/proof/check_terms.h"

static inline void pel_exact_clear(pel_exact *n) {
  if (!n->is_float) mpq_clear(n->q);
  *n = (pel_exact){.is_float = true};
}
static inline pel_exact pel_exact_of(int64_t value) {
  pel_exact n = {.is_float = false};
  mpq_init(n.q);
  mpq_set_si(n.q, value, 1);
  return n;
}
static inline pel_exact pel_exact_of_float(double f) { return (pel_exact){.is_float = true, .f = f}; }
static inline bool pel_exact_is_integer(const pel_exact *n) { return !n->is_float && mpz_cmp_ui(mpq_denref(n->q), 1) == 0; }
int pel_exact_sign(const pel_exact *n);
/* -1, 0, 1; exact also between a float and a fraction; 2 when one is NaN. */
int pel_exact_compare(const pel_exact *a, const pel_exact *b);
/* As arithmetic compares: when one is a float, both as floats. */
int pel_exact_compare_values(const pel_exact *a, const pel_exact *b);
/* The same kind and value; floats by their bits. */
bool pel_exact_identical(const pel_exact *a, const pel_exact *b);
/* To nearest, ties to even; infinite when too large. */
double pel_exact_double(const pel_exact *n);

/* The value of an expression. False: it has none (it is open, no function, or undefined). */
bool pel_term_evaluate(pel_terms *t, pel_term expression, pel_exact *out);
