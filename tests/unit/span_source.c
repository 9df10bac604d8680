#include "tests/unit/span_source.h"

#include <math.h>

const pel_span span_source_spans[3] = {
    {1, 0, PEL_SPAN_CHAIN, "reason", "ok", 0.5},
    {2, 1, PEL_SPAN_RETRIEVER, "retrieve", "ok", 0.125},
    {3, 1, PEL_SPAN_EVALUATOR, "deduce", "unknown: limits.steps", 0.25},
};
const pel_attribute span_source_attributes[3] = {
    {1, "conclusion", "holds"}, {2, "alpha", "1.5"}, {2, "alpha", "again, with\na new line\tand a tab"}};
const pel_source span_source_sources[2] = {
    {1, "lim2003", "Defining pneumonia severity", "Thorax", "58:377", "https://example.org/lim", "CC-BY-4.0", "2024-05-01",
     "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff"},
    {2, "irc", "Internal Revenue Code \xc2\xa7 2", "Congress", "2017", "", "public domain", "", ""},
};
const pel_passage span_source_passages[2] = {
    {1, 1, "p. 379", "CURB-65", "Respiratory rate >= 30 /min", "", ""},
    {2, 2, "s. 2(a)(1)(B)", "Surviving spouse", "who maintains as his home a household", "1986-10-22", "2017-12-31"},
};
const pel_document span_source_documents[2] = {
    {1, "case", "{ \"pellucid_case\": 1 }"}, {2, "text", "Zo\xc3\xab is 58. \xf0\x9f\xab\x81 rate 31."}};
const pel_clause span_source_clauses[2] = {
    {1, "respiratory rate", "point(rate) :- rate(R), R >= 30.", 1, "2003-01-01", ""}, {2, "default", "age(old) :- \\+ young.", 0, "", "2020-12-31"}};
const pel_node span_source_nodes[9] = {
    {1, 1, PEL_NODE_CONCLUSION, PEL_STATE_UNKNOWN, "At least 3", "3 or 4", "curb(N)", 0, 0, 0, 0, 0, "rules", "2024-06-01", 1, 0.62, 0.58, 0.66,
     "severe, n = 2140"},
    {2, 3, PEL_NODE_CLAIM, PEL_STATE_HOLDS, "The rate scores", "", "point(rate)", 1, 1, 0, 0, 0, "rules", "", 0.25, NAN, NAN, NAN, ""},
    {3, 3, PEL_NODE_FACT, PEL_STATE_HOLDS, "Rate 31", "given", "rate(31)", 0, 0, 2, 14, 21, "case text", "2024-05-31", 0, NAN, NAN, NAN, ""},
    {4, 2, PEL_NODE_SOURCE, PEL_STATE_HOLDS, "Lim 2003", "", "", 0, 1, 0, 0, 0, "", "", NAN, NAN, NAN, NAN, ""},
    {5, 3, PEL_NODE_ASSUMPTION, PEL_STATE_ASSUMED, "Not young", "closed world", "", 2, 0, 0, 0, 0, "", "", NAN, NAN, NAN, NAN, ""},
    {6, 3, PEL_NODE_QUESTION, PEL_STATE_NOT_FOUND, "Blood urea?", "", "", 0, 0, 0, 0, 0, "lab", "", NAN, NAN, NAN, NAN, ""},
    {7, 3, PEL_NODE_CHECK, PEL_STATE_REFUTED, "The rate is below 30", "31 >= 30", "", 0, 0, 1, 0, 22, "", "", NAN, NAN, NAN, NAN, ""},
    {8, 3, PEL_NODE_CLAIM, PEL_STATE_EXCLUDED, "Old rule", "", "", 2, 0, 0, 0, 0, "", "", NAN, NAN, NAN, NAN, ""},
    {9, 3, PEL_NODE_CLAIM, PEL_STATE_CONFLICT, "Both", "", "", 0, 0, 0, 0, 0, "", "", NAN, NAN, NAN, NAN, ""},
};
const pel_edge span_source_edges[7] = {
    {1, 2, PEL_EDGE_BECAUSE, 0, "respiratory rate", 0.75}, {1, 6, PEL_EDGE_WOULD_CHANGE, 1, "", NAN}, {2, 3, PEL_EDGE_BECAUSE, 0, "premise", NAN},
    {2, 4, PEL_EDGE_CITES, 1, "", NAN},                    {2, 5, PEL_EDGE_UNLESS, 7, "", NAN},       {3, 1, PEL_EDGE_ATTENDED, 0, "cycle", -2.5},
    {7, 2, PEL_EDGE_CONTRADICTS, 0, "", 0},
};
const pel_retrieved span_source_retrieved[2] = {{2, 1, 2, 3.5, NAN, 0.9, 0.5, 1, 0.25}, {2, 2, 1, NAN, -0.5, 0.1, 1, 0, -0.125}};
const pel_resolution span_source_resolutions[6] = {
    {3, 1, 0, PEL_TRY_CALLED, 0, "curb(N)"}, {3, 1, 0, PEL_TRY_RESOLVED, 1, ""}, {3, 2, 1, PEL_TRY_CALLED, 0, "rate(R)"},
    {3, 2, 1, PEL_TRY_EXCLUDED, 2, ""},      {3, 2, 1, PEL_TRY_FAILED, 0, ""},   {3, 1, 0, PEL_TRY_EXIT, 0, ""},
};
const pel_proof_step span_source_steps[3] = {
    {1, 3, "fact", 0, "rate(31)", ""}, {2, 2, "builtin", 0, "31 >= 30", ""}, {3, 2, "rule", 1, "point(rate) :- rate(31), 31 >= 30", "1 2"}};
const pel_graph_node span_source_graph_nodes[3] = {
    {1, 3, "HP:0001250", "Seizure", "phenotype", "asked", NAN, 3}, {2, 3, "G:7", "", "", "", NAN, 0}, {3, 3, "OMIM:1", "A disease", "disease", "answer", -2.5, 1}};
const pel_graph_edge span_source_graph_edges[2] = {{1, 3, 1, 2, 1, "linked to", 0, 0.75, 0.5, 1}, {2, 3, 2, 3, 2, "causes", 1, NAN, NAN, 0}};
const pel_graph_path span_source_graph_paths[2] = {{1, 3, 3, "1 2", "x has y when", 0.25}, {2, 3, 3, "", "", -1}};
const pel_search_node span_source_search_nodes[3] = {
    {1, 3, PEL_SEARCH_ANY, PEL_STATE_UNKNOWN, "curb(N)", 2, 1.5, 1, 3, PEL_PROOF_NEVER, 1, 1},
    {2, 3, PEL_SEARCH_ALL, PEL_STATE_REFUTED, "by the rate", 1, 0, 0.25, PEL_PROOF_NEVER, 0, 1, 0},
    {3, 3, PEL_SEARCH_ANY, PEL_STATE_HOLDS, "rate(31)", 0, 0, NAN, 0, PEL_PROOF_NEVER, 0, 3}};
const pel_search_edge span_source_search_edges[3] = {{1, 2, 0}, {1, 3, 4}, {2, 3, 0}};
const pel_simulation span_source_simulations[2] = {{1, 3, "1 2 3", 0.5}, {2, 3, "1", 1}};
const pel_reliability span_source_reliability[2] = {{1, 3, 0, 0.5, 0, NAN, NAN, NAN, NAN}, {2, 3, 0.5, 1, 40, 0.75, 0.7, 0.55, 0.82}};
const pel_span_header span_source_header = {"test 1.0", "curb(N)", "patient 7",
                                            "11aa", "chest", "2024.1", "22bb"};

#define PUT(kind, row)                                              \
  do {                                                              \
    pel_status status_ = sink.put(sink.user, PEL_ROW_##kind, row, err); \
    if (status_ != PEL_OK) return status_;                          \
  } while (0)
#define ALL(kind, array) \
  for (size_t i = 0; i < sizeof array / sizeof *array; i++) PUT(kind, &array[i])

pel_status span_source_put(pel_span_sink sink, double seconds, pel_error *err) {
  pel_span spans[3];
  for (int i = 0; i < 3; i++) spans[i] = span_source_spans[i], spans[i].seconds += seconds;
  ALL(ATTRIBUTE, span_source_attributes);
  ALL(SOURCE, span_source_sources);
  ALL(PASSAGE, span_source_passages);
  ALL(RETRIEVED, span_source_retrieved);
  PUT(SPAN, &spans[1]);
  ALL(DOCUMENT, span_source_documents);
  ALL(CLAUSE, span_source_clauses);
  ALL(NODE, span_source_nodes);
  for (size_t i = sizeof span_source_edges / sizeof *span_source_edges; i-- > 0;) PUT(EDGE, &span_source_edges[i]);
  ALL(RESOLUTION, span_source_resolutions);
  ALL(PROOF_STEP, span_source_steps);
  ALL(GRAPH_NODE, span_source_graph_nodes);
  ALL(GRAPH_EDGE, span_source_graph_edges);
  ALL(GRAPH_PATH, span_source_graph_paths);
  ALL(SEARCH_NODE, span_source_search_nodes);
  for (size_t i = 3; i-- > 0;) PUT(SEARCH_EDGE, &span_source_search_edges[i]);
  ALL(SIMULATION, span_source_simulations);
  ALL(RELIABILITY, span_source_reliability);
  PUT(SPAN, &spans[2]);
  PUT(SPAN, &spans[0]);
  return PEL_OK;
}

pel_status span_source_write(const char *path, double seconds, pel_error *err) {
  pel_span_writer *w;
  pel_status status = pel_span_writer_create(path, true, &span_source_header, &w, err);
  if (status != PEL_OK) return status;
  status = span_source_put(pel_span_writer_sink(w), seconds, err);
  if (status == PEL_OK) status = pel_span_writer_parameter(w, "retrieve.alpha", "1.5", err);
  if (status == PEL_OK) status = pel_span_writer_parameter(w, "machine.threads", "2", err);
  if (status == PEL_OK) return pel_span_writer_close(w, "", err);
  pel_span_writer_abandon(w);
  return status;
}
