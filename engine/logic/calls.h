/* The goals that clauses call: those of a body, and those that predicates of the language take as arguments. */
#pragma once
#include "engine/logic/program.h"

/* Arguments of a predicate of the language that are goals, as bits; UINT32_MAX: the first one is, and is called with further arguments. */
uint32_t pel_goals_of(const char *name, uint32_t arity);

typedef struct pel_call { /* a goal as it is written */
  pel_cell goal;    /* of `heap`: a name or a compound */
  uint32_t atom, arity; /* that it is called with: arguments that are added to it are counted */
} pel_call;

/* Each goal that `goal` calls, itself included, as far as it is written out: what a variable will be is not known. `heap` gives the program. */
void pel_goal_calls(const pel_heap *heap, pel_cell goal, void (*each)(void *user, const pel_call *call), void *user);
