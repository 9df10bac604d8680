/* What the rules see: a pack's clauses that are in force, a case's facts, and what the case does not know. */
#pragma once
#include <pellucid/audit.h>

#include "engine/logic/machine.h"
#include "engine/logic/unknown.h"

/* A clause's id: of the pack's rule, or, from here on, of the case's fact (index + this). */
#define PEL_FACT_IDS ((int64_t)1 << 40)

typedef struct pel_term_words { /* an entry of the vocabulary */
  pel_cell pattern;   /* in the constant store */
  uint32_t n_locals;
  uint32_t functor;
  char *says, *denied, *asks, *unit, *allowed;
  char **names; /* [n_locals] of the pattern's variables, "" for '_' */
  pel_term_type type;
  bool askable;
} pel_term_words;

typedef struct pel_rule_row {
  char *label, *text, *from, *to, *file;
  int64_t passage, line;
} pel_rule_row;

typedef struct pel_unknown_item { /* a thing that the case does not know */
  size_t fact;      /* of the case */
  int32_t number;   /* of the fact or the quantity in pel_unknowns, from 1 */
  bool quantity;
  int32_t opposite; /* number of the unknown fact that cannot be so together with it: its denial, or what it denies; 0: none */
  bool closed;      /* it cannot be tried out: whoever meets it cannot decide */
} pel_unknown_item;

typedef struct pel_world {
  pel_program *program;
  const pel_case *of;
  pel_pack *pack;
  pel_rule_row *rules; /* [n_rules], of id i at i - 1 */
  size_t n_rules;
  pel_term_words *words;
  size_t n_words, words_capacity;
  pel_unknown_item *unknown;
  size_t n_unknown;
  int32_t n_unknown_facts, n_unknown_quantities;
} pel_world;

/* Errors name the pack's file and line, or the case's JSON path. */
pel_status pel_world_create(pel_pack *pack, const pel_case *of, pel_world **out, pel_error *err);
void pel_world_destroy(pel_world *w);
/* Reads clauses, each marked with the id, line, excluded and undecided of `marks`. */
pel_status pel_world_consult(pel_world *w, const char *file, const char *text, pel_rule_clause marks, pel_error *err);
/* The vocabulary's entry functor(name, _); NULL: it has none. */
const pel_term_words *pel_world_words(const pel_world *w, const char *functor, const char *name);
/* The pack's row of a clause, the case's fact of a clause; NULL when it is none. */
const pel_rule_row *pel_world_rule(const pel_world *w, uint32_t clause);
const pel_case_fact *pel_world_fact(const pel_world *w, uint32_t clause);
/* Ranges of the unknown quantities as the vocabulary allows them; cleared by pel_unknowns_clear. */
pel_status pel_world_unknowns(const pel_world *w, pel_unknowns *out, pel_error *err);
pel_status pel_unknowns_copy(const pel_unknowns *from, pel_unknowns *out, pel_error *err);
void pel_unknowns_clear(pel_unknowns *u);
