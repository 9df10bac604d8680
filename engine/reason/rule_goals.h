/* A deduction put to a search: what the rules say for the question, and what they say against it, as goals and ways that were seen when they were run.
 *
 * Atom 0 is the question; its two ways are a proof and a refutation. With unknown facts each way in which they may be is a goal of its own: the question is proved when it is so in each ("by cases"), and where it
 * is so in some, it hangs on what is not known, an unknown leaf. */
#pragma once
#include "engine/reason/deduce.h"
#include "engine/reason/watch.h"
#include "engine/search/horn.h"

typedef enum pel_rule_side { PEL_SIDE_FOR, PEL_SIDE_AGAINST, PEL_SIDES } pel_rule_side;

typedef enum pel_rule_way { /* what a way of the search is */
  PEL_WAY_SIDE,     /* the proof, or the refutation */
  PEL_WAY_CLAUSE,   /* a clause's instance, with the body's goals up to the one that did not hold */
  PEL_WAY_PARTS,    /* an answer of several goals, or all that was found */
  PEL_WAY_CASES,    /* every way in which the unknown facts may be */
  PEL_WAY_CASE      /* one of them */
} pel_rule_way;

typedef struct pel_rule_goals {
  pel_watch *watch;
  pel_horn *horn;
  uint32_t n_atoms;
  uint32_t of_side[PEL_SIDES];      /* atom that the side comes down to */
  uint32_t *seen;                   /* [n_atoms] goal of the watch, PEL_NO_SYMBOL for what is no goal of a run */
  uint32_t *way_of;                 /* [n_atoms] way of the deduction, of a case's atoms; else PEL_NO_SYMBOL */
  struct pel_rule_made {
    pel_rule_way kind;
    uint32_t number;                /* of a clause or parts: the watch's way; of a side: which; of a case: the deduction's way */
  } *rules;                         /* [n_rules] by their numbers: the sides' come first */
  size_t n_rules, rule_room;
  bool *supposed;                   /* [n_atoms] it rests on what is supposed in one way */
  size_t n_ways_left_out;
  bool cut;                         /* a run ended at a limit before it had the answers that were deduced */
  pel_horn_query query;
} pel_rule_goals;

/* Runs the rules again, in each way of the deduction (at most 32), with `options`' limits; goals beyond those that are kept are left open. Borrows `w` and `d`. */
pel_status pel_rule_goals_create(const pel_world *w, const char *question, pel_deduction *d, const pel_deduce_options *options, pel_rule_goals **out, pel_error *err);
void pel_rule_goals_free(pel_rule_goals *goals);
