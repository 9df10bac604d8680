/* The table of operators that reader and writer share. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/logic/symbols.h"

typedef enum pel_operator_type { PEL_XFX, PEL_XFY, PEL_YFX, PEL_FY, PEL_FX, PEL_XF, PEL_YF } pel_operator_type;

typedef struct pel_operator {
  uint32_t atom;
  int priority; /* 1 .. 1200; 0: taken away */
  pel_operator_type type;
} pel_operator;

typedef struct pel_operators {
  pel_operator *items;
  size_t n, capacity;
} pel_operators;

bool pel_operators_init(pel_operators *o, pel_symbols *symbols); /* the usual ones */
void pel_operators_clear(pel_operators *o);
bool pel_operator_set(pel_operators *o, uint32_t atom, int priority, pel_operator_type type);
/* NULL when there is none. */
const pel_operator *pel_operator_prefix(const pel_operators *o, uint32_t atom);
const pel_operator *pel_operator_infix(const pel_operators *o, uint32_t atom);
const pel_operator *pel_operator_postfix(const pel_operators *o, uint32_t atom);
/* Priorities that the arguments may have. */
static inline int pel_operator_left(const pel_operator *o) {
  return o->type == PEL_YFX || o->type == PEL_YF ? o->priority : o->priority - 1;
}
static inline int pel_operator_right(const pel_operator *o) {
  return o->type == PEL_XFY || o->type == PEL_FY ? o->priority : o->priority - 1;
}
