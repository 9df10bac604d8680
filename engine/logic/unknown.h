/* Facts and quantities of a case that nobody knows.
 *
 * An unknown quantity is an exact number of which only a range is known. How it compares with a number is decided, or tried out both ways; that it is a
 * number and no other thing is so; whatever else is asked of it cannot be tried out, and the run ends as undecided.
 *
 * A run is two-valued. When it meets an unknown fact, or compares an unknown quantity with a number, and that is not decided yet, it stops with
 * PEL_STOPPED_UNDECIDED and says what is to be decided; whoever asked runs it again for each way it may be (engine/reason). */
#pragma once
#include "engine/logic/machine.h"
#include "engine/logic/number.h"

typedef struct pel_range_end {
  bool open;   /* the end itself is outside */
  bool there;  /* false: no end */
  pel_number value;
} pel_range_end;

typedef struct pel_unknown_quantity {
  pel_range_end low, high;
  bool computed; /* it was met where its range says nothing: runs over it end at once */
} pel_unknown_quantity;

typedef struct pel_unknowns {
  int8_t *facts; /* [n_facts], of fact k at k - 1: 0 undecided, 1 yes, -1 no */
  size_t n_facts;
  pel_unknown_quantity *quantities; /* the term $unknown(K) stands for quantity K, from 1 */
  size_t n_quantities;
  int32_t quantity; /* the one that stopped the run, or 0: m->undecided is a fact */
  int relation;     /* of the comparison that stopped it: quantity RELATION bound */
  pel_number bound;
} pel_unknowns;

/* 1: it is so; -1: it is not; 0: not decided. */
int8_t pel_unknown_fact(const pel_machine *m, int32_t fact);

typedef enum pel_relation_kind {
  PEL_RELATION_EQUAL, PEL_RELATION_DIFFERENT, PEL_RELATION_LESS, PEL_RELATION_GREATER, PEL_RELATION_AT_MOST, PEL_RELATION_AT_LEAST,
  PEL_RELATION_COMPUTED /* none: more was asked of it than how it compares */
} pel_relation_kind;

/* Whether a relation holds between two numbers that compare as `order`. */
bool pel_relation_holds(int relation, int order);

/* When one side is an unknown quantity and the other a number: *decided as far as its range tells, or PEL_STOP. False: neither side is one. */
bool pel_unknown_compare(pel_machine *m, pel_cell a, int relation, pel_cell b, pel_outcome *decided);

/* Narrows the range of a quantity to where `relation bound` holds (or, with `holds` false, does not). False: nothing is left, or it cannot be said with one range. */
bool pel_unknown_narrow(pel_unknown_quantity *q, int relation, const pel_number *bound, bool holds);

/* Whether a run can say nothing from the start: a quantity is computed with. */
bool pel_unknowns_given_up(const pel_machine *m);
/* Of two terms that differ. False: neither is an unknown quantity. Else *same, or the run is stopped. */
bool pel_unknown_unify(pel_machine *m, pel_cell a, pel_cell b, bool *same);
/* The same for the standard order. */
bool pel_unknown_order(pel_machine *m, pel_cell a, pel_cell b, int *order);
bool pel_is_unknown(const pel_machine *m, pel_cell c);
/* True, with the run stopped, when it is one. */
bool pel_unknown_computed(pel_machine *m, pel_cell c);
/* The same for what a built-in predicate of this use would look at. */
bool pel_unknown_used(pel_machine *m, pel_unknown_use use, const pel_cell *args, uint32_t arity);
pel_unknown_use pel_unknown_use_of(const char *name, uint32_t arity);
