/* Arithmetic: exact on integers and rationals, IEEE doubles otherwise, as SWI-Prolog computes by default. */
#pragma once
#include "engine/logic/machine.h"
#include "engine/logic/number.h"

/* The value of an expression. PEL_TRUE: *out is to be cleared. Otherwise thrown or stopped. */
pel_outcome pel_evaluate(pel_machine *m, pel_cell expression, pel_number *out);
/* Marks the functors that mean a function. False: out of memory. */
bool pel_evaluate_init(struct pel_program *p);
