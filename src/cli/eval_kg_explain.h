/* Do the graph network's explanations name what its answers rest on? Deletion and insertion curves over test questions. */
#pragma once
#include "src/cli/eval_kg.h"

/* Over n test triples, evenly spaced, asked from alternating ends: adds to `o`, and lines for a person into `text`. */
pel_status kg_explain(const kg_set *set, pel_gnn *gnn, uint32_t n, struct json_object *o, char *text, size_t size, pel_error *err);
