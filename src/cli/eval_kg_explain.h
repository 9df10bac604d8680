/* Do the graph network's explanations name what its answers rest on? Deletion and insertion curves over test questions. */
#pragma once
#include "src/cli/eval_kg.h"
#include "src/core/outfile.h"

typedef struct kg_curves { /* a picture of the curves */
  const char *path;
  bool dark;
  pel_outfile *file; /* of that path: opened and committed by the caller */
} kg_curves;

/* Over n test triples, evenly spaced, asked from alternating ends: adds to `o`, and lines for a person into `text`, before it draws. `curves` may be NULL. */
pel_status kg_explain(const kg_set *set, pel_gnn *gnn, uint32_t n, const kg_curves *curves, struct json_object *o, char *text, size_t size, pel_error *err);
