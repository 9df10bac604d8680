/* Questions whose answers were kept back, and what came of asking them; from these the maps of pel_link_trust are fitted. */
#pragma once
#include <pellucid/learn.h>

#include "engine/base/rng.h"

typedef struct pel_link_case { /* an answer to such a question */
  double parts[PEL_LINK_PARTS];
  uint32_t place, fold, entity; /* place from 0; fold: of the map, by the entity asked about */
  bool further, right;          /* further: beyond what the graph stated */
} pel_link_case;

typedef struct pel_link_cases {
  pel_link_case *list; /* owned */
  size_t n, room;
  uint64_t asked, answered;
} pel_link_cases;

typedef struct pel_link_asked { /* (entity, relation, ?) */
  uint32_t entity, relation;
  bool further;
} pel_link_asked;

/* The answers of a question by these scores; those of `whole` are right. */
pel_status pel_link_cases_add(pel_link_cases *cases, const double *scores, const pel_graph *whole, const pel_link_asked *question, pel_error *err);
/* Fits what there are enough cases for. PEL_ERR_INPUT: not even the first answers are enough. Sets the maps and the counts of `out`, no more. */
pel_status pel_link_cases_fit(const pel_link_cases *cases, pel_link_trust *out, pel_error *err);
/* Of an entity and a relation a generator, and its first number; the same salt gives the same. */
pel_rng pel_link_rng(uint32_t entity, uint32_t relation, uint64_t salt);
uint64_t pel_link_hash(uint32_t entity, uint32_t relation, uint64_t salt);
