/* What is inside a pel_gnn, for the files that ask it. */
#pragma once
#include "engine/learn/gnn_state.h"

struct pel_gnn {
  gnn_file file;
  const pel_path_level *level;
  float *turned;
  pel_path_plan plan; /* of the last question */
  pel_path_work work;
  pel_path_pass pass;
  double *scores; /* of the last question, by place */
  size_t scores_capacity;
  float *ignored; /* [total]: a gradient that nobody asked for */
  uint32_t most;
};

/* Asks on the graph without the triples that `left_out` marks (NULL: none): fills plan, scores and what backward needs. */
pel_status gnn_ask(pel_gnn *gnn, const pel_graph *graph, uint32_t subject, uint32_t relation, const uint8_t *left_out, pel_error *err);
