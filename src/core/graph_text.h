/* Pieces of GraphML and DOT. */
#pragma once
#include "src/core/outfile.h"
#include "src/plot/palette.h"

void pel_graph_put(pel_outfile *file, const char *text);
void pel_graph_double(pel_outfile *file, double value);
void pel_graph_id(pel_outfile *file, char letter, int64_t id); /* "n12" */
void pel_graph_color(pel_outfile *file, pel_rgb color);       /* "#rrggbb" */

extern const char pel_graphml_head[];
typedef struct pel_graph_key { /* of an attribute: name, "node" or "edge", "string", "double" or "boolean" */
  const char *name, *of, *type;
} pel_graph_key;
void pel_graph_keys(pel_outfile *file, const pel_graph_key *keys, size_t n);
void pel_graph_xml(pel_outfile *file, const char *text);
/* <data key="...">...</data>; nothing for an empty text, or a number that is not finite. */
void pel_graph_data(pel_outfile *file, const char *key, const char *text);
void pel_graph_number(pel_outfile *file, const char *key, double value);
/* <edge id="e1" source="n2" target="n3" and no further. */
void pel_graph_edge_begin(pel_outfile *file, int64_t id, int64_t from, int64_t to);

/* A quoted string of DOT, broken into lines at spaces where `wrapped`. */
void pel_graph_quoted(pel_outfile *file, const char *text, bool wrapped);
