/* A made-up piece of reasoning for the trace's tests: every kind of row, every member with a value of its own. */
#pragma once
#include <pellucid/reasoning.h>

/* What span_source_put () hands in, for comparison. Spans come late, edges out of order. */
extern const pel_span span_source_spans[3];
extern const pel_attribute span_source_attributes[3];
extern const pel_source span_source_sources[2];
extern const pel_passage span_source_passages[2];
extern const pel_document span_source_documents[2];
extern const pel_clause span_source_clauses[2];
extern const pel_node span_source_nodes[9];
extern const pel_edge span_source_edges[7]; /* sorted */
extern const pel_retrieved span_source_retrieved[2];
extern const pel_resolution span_source_resolutions[6];
extern const pel_proof_step span_source_steps[3];
extern const pel_graph_node span_source_graph_nodes[3];
extern const pel_graph_edge span_source_graph_edges[2];
extern const pel_graph_path span_source_graph_paths[2];
extern const pel_search_node span_source_search_nodes[3];
extern const pel_search_edge span_source_search_edges[3]; /* sorted */
extern const pel_simulation span_source_simulations[2];
extern const pel_reliability span_source_reliability[2];
extern const pel_span_header span_source_header;

/* All of it; `seconds` is added to each span's. The first failure. */
pel_status span_source_put(pel_span_sink sink, double seconds, pel_error *err);
/* A closed trace that holds it, with two parameters. */
pel_status span_source_write(const char *path, double seconds, pel_error *err);
