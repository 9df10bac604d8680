/* A made-up diagnosis as plain structs: five findings, twelve diseases, what a deduction over a graph attended to, a search of 300 simulations with
 * branches that are refuted, a calibration in 15 bins, seven stages. Nothing in it is medicine. */
#pragma once
#include <pellucid/reasoning.h>

/* Always the same; made once, never freed. */
const pel_reasoning *fake_diagnosis(void);
/* All of it into a sink. */
pel_status fake_diagnosis_put(pel_span_sink sink, pel_error *err);

/* Random ones for what draws them, freed by fake_views_free: n search nodes with edges between any of them, circles included, and simulations whose
 * paths name any of them. */
pel_reasoning *fake_search(uint32_t n, uint32_t n_edges, uint32_t n_simulations, uint64_t seed);
pel_reasoning *fake_graph(uint32_t n, uint32_t n_edges, uint32_t n_paths, uint64_t seed);
void fake_views_free(pel_reasoning *reasoning);
