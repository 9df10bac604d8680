/* Curated paths of why a drug treats a disease, for pellucid eval drugmechdb. */
#pragma once
#include <pellucid/graph.h>

#include "engine/base/names.h"

typedef struct mechanism { /* one curated path: mostly a line, sometimes with branches */
  uint32_t drug, disease;
  size_t first, n; /* its edges: edges[first] .. edges[first + n - 1], each once */
} mechanism;

typedef struct drugmechdb {
  pel_names entities, relations;
  bool *ends; /* [entities]: drugs and diseases, which no mechanism goes through */
  size_t ends_room;
  pel_triple *edges;
  mechanism *items;
  size_t n_edges, edges_room, n, room;
  size_t left_out; /* lines whose drug or disease is not on their path */
} drugmechdb;

/* FOLDER/drugmechdb.paths.jsonl, or a file of that form. Errors name file, line and member. */
pel_status drugmechdb_read(const char *path, drugmechdb *out, pel_error *err);
void drugmechdb_clear(drugmechdb *d);
