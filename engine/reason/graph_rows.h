/* The part of a pack's graph that an audit attended to: as rows of the trace, and in words. */
#pragma once
#include "engine/reason/audit.h"

typedef struct pel_graph_rows {
  audit *a;
  pel_pack *pack;
  int64_t span;
  int64_t *ids; /* [entities of the pack]: the trace's graph node, 0: none yet */
  int64_t n_nodes, n_edges, n_paths;
} pel_graph_rows;

pel_status pel_graph_rows_create(audit *a, pel_pack *pack, pel_graph_rows *out);
void pel_graph_rows_clear(pel_graph_rows *rows);

/* The entity's row, put on first use: role, score and tree node of later calls change nothing. */
pel_status pel_graph_rows_node(pel_graph_rows *rows, int64_t entity, const char *role, double score, int64_t node, int64_t *id);

typedef struct pel_edge_row { /* an edge of the pack, its strings kept */
  int64_t id, subject, object, passage;
  double weight;
  bool negated;
  char relation[256], qualifier[1024];
} pel_edge_row;
/* PEL_ERR_USAGE when the pack has no edge of that id. */
pel_status pel_edge_row_read(const pel_graph_rows *rows, int64_t id, pel_edge_row *out);

typedef struct pel_graph_step { /* over an edge of the pack */
  const pel_edge_row *edge;
  int32_t layer;
  bool backwards;   /* from its object to its subject */
  double attention; /* or NaN */
} pel_graph_step;
pel_status pel_graph_rows_step(pel_graph_rows *rows, const pel_graph_step *step, int64_t *id);
/* A step that is no edge of the pack: `says` stands where the relation would. */
pel_status pel_graph_rows_link(pel_graph_rows *rows, int64_t from, int64_t to, const char *says);
/* `edges`: ids of steps, "3 9". */
pel_status pel_graph_rows_path(pel_graph_rows *rows, int64_t answer, const char *edges, const char *rule, double score);

/* "Marfan syndrome (OMIM:154700)", or the key where there is no label; cut to `size`. */
pel_status pel_entity_words(const pel_graph_rows *rows, int64_t entity, bool key, char *out, size_t size);
/* "Aspirin decreases activity of COX-1": an edge in the pack's own words, underscores as spaces. */
pel_status pel_edge_words(const pel_graph_rows *rows, int64_t subject, const char *relation, int64_t object, char *out, size_t size);

/* The node of an edge as a fact of the pack, with what it cites; told once. */
pel_status pel_tell_edge_fact(pel_graph_rows *rows, const pel_edge_row *edge, int64_t *node);
