/* Ways from a drug to a disease in the graph of one part of the drugs, found by several methods, for pellucid eval drugmechdb. */
#pragma once
#include <pellucid/learn.h>

#include "src/cli/drugmechdb.h"

enum { WAYS_PARTS = 5, WAYS_LONGEST = 6, WAYS_TIES = 400 }; /* edges of a way; shortest ones that are kept */

typedef struct found { /* edges of a way, as the curated paths name them */
  const pel_triple *edges[PEL_ROUTE_LONGEST];
  uint32_t n;
} found;

typedef struct part { /* the graph of one part, and what is learnt without it */
  const drugmechdb *d;
  pel_graph *graph;
  pel_chain_rules *rules;
  const pel_triple *triples;
  double *cost, *shut, *open; /* [triples]: of evidence, and 1, infinity where a way may not go; of evidence, nowhere infinity */
  size_t n_triples;
  uint32_t treats; /* a relation of its own: that a drug treats a disease */
} part;

uint32_t part_of(const drugmechdb *d, const mechanism *m);
/* part_clear after a failure as well. */
pel_status part_make(part *p, const drugmechdb *d, uint32_t which, pel_error *err);
void part_clear(part *p);
/* Of its graph: a step that is a mechanism's, neither over other drugs or diseases than its ends nor over what treats what. */
bool part_allows(const part *p, const mechanism *m, const pel_triple *t);

/* Methods: out [WAYS_TIES]; *n ways, which a method takes for equal. */
pel_status ways_shortest(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err);
/* The best rule's path; where no rule leads there, the shortest ways. */
pel_status ways_by_rules(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err);
pel_status ways_by_evidence(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err);
/* By evidence without retrieval: through other drugs and diseases, over what treats what, and as long as a way may be. */
pel_status ways_anywhere(const part *p, const mechanism *m, found *out, size_t *n, pel_error *err);
