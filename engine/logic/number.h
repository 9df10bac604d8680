/* Numbers of the rules: exact integers and rationals of any size (GMP), and doubles. */
#pragma once
#include <gmp.h>

#include "engine/logic/heap.h"

typedef enum pel_number_kind { PEL_NUMBER_INTEGER, PEL_NUMBER_RATIONAL, PEL_NUMBER_FLOAT } pel_number_kind;

/* Integers are kept in `q` with denominator 1 only while they do not fit `i`: `big` tells. */
typedef struct pel_number {
  pel_number_kind kind;
  bool big; /* an integer in z */
  int64_t i;
  double f;
  mpz_t z; /* initialised when kind is INTEGER and big */
  mpq_t q; /* initialised when kind is RATIONAL */
} pel_number;

/* Integers (and parts of rationals) of more bits are refused before they are made. */
enum { PEL_MAX_BITS = 1 << 22 };

void pel_number_clear(pel_number *n);
static inline pel_number pel_number_of_int(int64_t i) { return (pel_number){.kind = PEL_NUMBER_INTEGER, .i = i}; }
static inline pel_number pel_number_of_float(double f) { return (pel_number){.kind = PEL_NUMBER_FLOAT, .f = f}; }
/* Takes z or q over (they are cleared or kept inside); a small integer becomes one, a whole rational an integer. */
pel_number pel_number_take_z(mpz_t z);
pel_number pel_number_take_q(mpq_t q);

/* False when the cell is no number. The result is to be cleared. */
bool pel_number_read(const pel_heap *h, pel_cell c, pel_number *out);
/* 0 when there is no room. */
pel_cell pel_number_write(pel_heap *h, const pel_number *n);
bool pel_is_number(const pel_heap *h, pel_cell c);
bool pel_is_integer(const pel_heap *h, pel_cell c);

/* The integer as z, initialised by it. */
void pel_number_get_z(const pel_number *n, mpz_t out);
void pel_number_get_q(const pel_number *n, mpq_t out); /* of an integer or a rational */
double pel_number_get_double(const pel_number *n);     /* correctly rounded to nearest; inf when too large */
/* -1, 0, 1; exact also between a float and an integer; 2 when one is NaN. */
int pel_number_compare(const pel_number *a, const pel_number *b);
/* As arithmetic compares: where one is a float, the other is taken as one. */
int pel_number_compare_as_floats(const pel_number *a, const pel_number *b);
void pel_number_negate(pel_number *n);
int pel_number_sign(const pel_number *n);
size_t pel_number_bits(const pel_number *n); /* of the larger part; 0 for floats */

/* Reads a number in the rules' syntax (1, -2, 1_000, 0x1F, 0'a is not one here, 1.5, 1.0e10, 1r3, 1.0Inf, 1.5NaN) from the whole of text[0, size). */
bool pel_number_parse(const char *text, size_t size, pel_number *out);
/* As the rules write it: 1, 1r3, 1.0e10. Owned by the caller (free); NULL: out of memory. */
char *pel_number_format(const pel_number *n);
/* A double as the rules write it, at least one digit after the point. */
void pel_float_format(double f, char out[64]);
