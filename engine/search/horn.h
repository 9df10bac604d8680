/* Ground facts and rules in memory as a problem for the searches: atoms are 0 .. n_atoms - 1, what they stand for is the caller's.
 *
 * An atom is an OR goal with the fact that it is given, if it is, and the rules that conclude it; a rule is an AND goal over its body. An
 * atom that no rule concludes is a leaf. A proof's value is the product of its facts' probabilities and its rules' confidences. In an open world nothing
 * is refuted but what is denied: each atom that rules conclude has one more child, "something else", of which nothing is known. */
#pragma once
#include "engine/search/and_or.h"

typedef struct pel_horn pel_horn;

/* *out is owned by the caller (pel_horn_free). */
pel_status pel_horn_create(uint32_t n_atoms, pel_horn **out, pel_error *err);
void pel_horn_free(pel_horn *horn);

/* Given with a probability in (0, 1]; given twice, the greater one counts. PEL_ERR_USAGE: out of range, or denied. */
pel_status pel_horn_fact(pel_horn *horn, uint32_t atom, double probability, pel_error *err);
/* Known not to be: refuted in any world. PEL_ERR_USAGE: out of range, or given. */
pel_status pel_horn_deny(pel_horn *horn, uint32_t atom, pel_error *err);
/* Something else, of which nothing is known, may conclude it: in a closed world, too. PEL_ERR_USAGE: out of range. */
pel_status pel_horn_open(pel_horn *horn, uint32_t atom, pel_error *err);
/* head if all of body[0 .. n - 1], with a confidence in (0, 1]; *rule (may be NULL) is its number, from 0. A rule with its head in its body says nothing and
 * is never used. n = 0: holds by itself. PEL_ERR_USAGE: out of range. */
pel_status pel_horn_rule(pel_horn *horn, uint32_t head, const uint32_t *body, size_t n, double confidence, uint32_t *rule, pel_error *err);

/* How promising a rule is among those with its head, at least 0; without it, its confidence. The value of a proof is not touched. PEL_ERR_USAGE: no such rule, or no such number. */
pel_status pel_horn_prior(pel_horn *horn, uint32_t rule, double prior, pel_error *err);

typedef struct pel_horn_query {
  const pel_horn *horn;
  uint32_t goal;
  bool closed_world; /* what cannot be derived is refuted: only where the caller knows that the facts are all there are */
} pel_horn_query;

/* Borrows both until the searches are over. PEL_ERR_USAGE from root when the goal is out of range. */
pel_goal_problem pel_horn_problem(const pel_horn_query *query);

/* What a key stands for. */
typedef enum pel_horn_part {
  PEL_HORN_ATOM,
  PEL_HORN_FACT, /* that an atom is given: a leaf */
  PEL_HORN_RULE,
  PEL_HORN_ELSE, /* something else that might conclude an atom: a leaf of which nothing is known */
} pel_horn_part;
static inline uint64_t pel_horn_key(pel_horn_part part, uint32_t id) { return (uint64_t)part << 32 | id; }
static inline pel_horn_part pel_horn_part_of(uint64_t key) { return (pel_horn_part)(key >> 32 & 3); }
static inline uint32_t pel_horn_id_of(uint64_t key) { return (uint32_t)key; } /* atom, or rule */
