/* The terms of an ontology and what each is a kind of. Every list of ancestors holds the term itself. */
#pragma once
#include <pellucid/pack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEL_NO_TERM = 0xffffffffu };

typedef struct pel_ontology_key { /* the key of a term, one that it had before, or of one that it replaced */
  char *key;
  uint32_t term;
} pel_ontology_key;

typedef struct pel_ontology {
  size_t n;
  char **names, **labels; /* keys ("HP:0001250") and what they are called */
  int64_t *entities; /* ids in the pack */
  uint32_t *parent_first, *parents;     /* [n + 1]; parents[parent_first[t]] ... */
  uint32_t *ancestor_first, *ancestors; /* [n + 1]; rising */
  uint32_t *order;                      /* [n]: every term after its parents */
  pel_ontology_key *keys;               /* by key */
  size_t n_keys;
  uint32_t *of_entity; /* [n_entities + 1]: a term, also for those that were replaced, or PEL_NO_TERM */
  size_t n_entities;
} pel_ontology;

/* Reads the entities of type "phenotype" with their is_a edges, and those of type "obsolete" that one of them replaces. PEL_ERR_INPUT when is_a goes in a circle, PEL_ERR_UNSUPPORTED when terms have too many above them. */
pel_status pel_ontology_read(pel_pack *pack, pel_ontology *out, pel_error *err);
void pel_ontology_clear(pel_ontology *o);

uint32_t pel_ontology_find(const pel_ontology *o, const char *key); /* PEL_NO_TERM */
/* Whether `above` is `term` or an ancestor of it. */
bool pel_ontology_is(const pel_ontology *o, uint32_t term, uint32_t above);

static inline const uint32_t *pel_ancestors(const pel_ontology *o, uint32_t term, size_t *n) {
  *n = o->ancestor_first[term + 1] - o->ancestor_first[term];
  return o->ancestors + o->ancestor_first[term];
}
