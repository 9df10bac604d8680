/* The graph network once more, as its formulae say and nothing else: over every triple, for every entity, in double. */
#pragma once
#include "engine/graph/graph.h"
#include "engine/nn/path_gnn.h"

/* Scores [n_entities]; -infinity where the query does not reach. */
void path_reference(const pel_path_shape *shape, const double *weights, const pel_graph *graph, const uint8_t *left_out, uint32_t subject, uint32_t query, double *scores);
