/* Made-up reasonings as plain structs, for tests of what shows them: two that people would know, and random ones. */
#pragma once
#include <pellucid/reasoning.h>

/* A tax question: a conclusion, premises of three levels, a closed-world assumption, exceptions not found, sources, a check. */
const pel_reasoning *fake_spouse(void);
/* A clinical score with an unknown: states, confidence, a contradiction, what a model looked at. */
const pel_reasoning *fake_curb(void);

/* A tree of n nodes with up to `fan` premises each, and some edges across; the same for the same seed. Freed by fake_free. */
pel_reasoning *fake_tree(uint32_t n, uint32_t fan, uint64_t seed);
/* Any edges between any nodes, circles included. */
pel_reasoning *fake_tangle(uint32_t n, uint32_t n_edges, uint64_t seed);
void fake_free(pel_reasoning *reasoning);
