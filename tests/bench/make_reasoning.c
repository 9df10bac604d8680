/* Traces of made-up reasoning, for tests and measurements of the window.
 *
 *   make_reasoning OUT.pel tree N [FAN]    a tree of N nodes
 *   make_reasoning OUT.pel small           every kind of row, with a retrieval
 *   make_reasoning OUT.pel diagnosis       a graph, a search, a calibration, stages with times
 *   make_reasoning OUT.pel tangle N        a search and a graph of N rows in each table, with circles, as nobody would make them
 *   make_reasoning RUN.pel append          the same, added to a trace that holds a run of a model */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/fake_diagnosis.h"
#include "tests/unit/fake_reasoning.h"
#include "tests/unit/span_source.h"

static pel_status put_tree(pel_span_sink sink, uint32_t n, uint32_t fan, pel_error *err) {
  pel_reasoning *r = fake_tree(n, fan, 7);
  pel_span span = {1, 0, PEL_SPAN_CHAIN, "deduce", "ok", 0};
  pel_status status = sink.put(sink.user, PEL_ROW_SPAN, &span, err);
  for (size_t i = 0; status == PEL_OK && i < r->n_nodes; i++) {
    pel_node node = r->nodes[i];
    node.clause = node.passage = node.document = node.from = node.to = 0;
    status = sink.put(sink.user, PEL_ROW_NODE, &node, err);
  }
  for (size_t i = 0; status == PEL_OK && i < r->n_edges; i++) status = sink.put(sink.user, PEL_ROW_EDGE, &r->edges[i], err);
  fake_free(r);
  return status;
}

static pel_status make_tree(const char *path, uint32_t n, uint32_t fan, pel_error *err) {
  pel_span_writer *writer;
  pel_span_header header = {.generator = "make_reasoning", .question = "Does it hold?"};
  pel_status status = pel_span_writer_create(path, true, &header, &writer, err);
  if (status != PEL_OK) return status;
  status = put_tree(pel_span_writer_sink(writer), n, fan, err);
  if (status == PEL_OK) return pel_span_writer_close(writer, "", err);
  pel_span_writer_abandon(writer);
  return status;
}

static pel_status make_diagnosis(const char *path, pel_error *err) {
  pel_span_writer *writer;
  pel_span_header header = {.generator = "make_reasoning", .question = "Which disease explains the findings?", .case_name = "made up"};
  pel_status status = pel_span_writer_create(path, true, &header, &writer, err);
  if (status != PEL_OK) return status;
  status = fake_diagnosis_put(pel_span_writer_sink(writer), err);
  if (status == PEL_OK) return pel_span_writer_close(writer, "", err);
  pel_span_writer_abandon(writer);
  return status;
}

static pel_status put_tangle(pel_span_sink sink, uint32_t n, pel_error *err) {
  pel_reasoning *s = fake_search(n, n, n, 3), *g = fake_graph(n < 100000 ? n : 100000, n, n < 100000 ? n : 100000, 4);
  pel_span span = {1, 0, PEL_SPAN_CHAIN, "search", "ok", 1};
  pel_node node = {.id = 1, .span = 1, .kind = PEL_NODE_CONCLUSION, .says = "It holds", .note = "", .term = "", .by = "", .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN};
  pel_status status = sink.put(sink.user, PEL_ROW_SPAN, &span, err);
  if (status == PEL_OK) status = sink.put(sink.user, PEL_ROW_NODE, &node, err);
  for (size_t i = 0; status == PEL_OK && i < g->n_graph_nodes; i++) status = sink.put(sink.user, PEL_ROW_GRAPH_NODE, &g->graph_nodes[i], err);
  for (size_t i = 0; status == PEL_OK && i < g->n_graph_edges; i++) status = sink.put(sink.user, PEL_ROW_GRAPH_EDGE, &g->graph_edges[i], err);
  for (size_t i = 0; status == PEL_OK && i < g->n_graph_paths; i++) status = sink.put(sink.user, PEL_ROW_GRAPH_PATH, &g->graph_paths[i], err);
  for (size_t i = 0; status == PEL_OK && i < s->n_search_nodes; i++) status = sink.put(sink.user, PEL_ROW_SEARCH_NODE, &s->search_nodes[i], err);
  for (size_t i = 0; status == PEL_OK && i < s->n_search_edges; i++) status = sink.put(sink.user, PEL_ROW_SEARCH_EDGE, &s->search_edges[i], err);
  for (size_t i = 0; status == PEL_OK && i < s->n_simulations; i++) status = sink.put(sink.user, PEL_ROW_SIMULATION, &s->simulations[i], err);
  fake_views_free(s), fake_views_free(g);
  return status;
}

static pel_status make_tangle(const char *path, uint32_t n, pel_error *err) {
  pel_span_writer *writer;
  pel_span_header header = {.generator = "make_reasoning"};
  pel_status status = pel_span_writer_create(path, true, &header, &writer, err);
  if (status != PEL_OK) return status;
  status = put_tangle(pel_span_writer_sink(writer), n, err);
  if (status == PEL_OK) return pel_span_writer_close(writer, "", err);
  pel_span_writer_abandon(writer);
  return status;
}

static pel_status append(const char *path, pel_error *err) {
  pel_span_writer *writer;
  pel_status status = pel_span_writer_append(path, &span_source_header, &writer, err);
  if (status != PEL_OK) return status;
  status = span_source_put(pel_span_writer_sink(writer), 0, err);
  if (status == PEL_OK) return pel_span_writer_close(writer, "", err);
  pel_span_writer_abandon(writer);
  return status;
}

int main(int argc, char **argv) {
  pel_error err = {0};
  pel_status status;
  if (argc < 3) {
    fputs("usage: make_reasoning FILE.pel tree N [FAN] | small | diagnosis | tangle N | append\n", stderr);
    return 2;
  }
  if (!strcmp(argv[2], "tree")) status = make_tree(argv[1], argc > 3 ? (uint32_t)atoi(argv[3]) : 30000, argc > 4 ? (uint32_t)atoi(argv[4]) : 4, &err);
  else if (!strcmp(argv[2], "diagnosis")) status = make_diagnosis(argv[1], &err);
  else if (!strcmp(argv[2], "tangle")) status = make_tangle(argv[1], argc > 3 ? (uint32_t)atoi(argv[3]) : 100000, &err);
  else status = strcmp(argv[2], "append") ? span_source_write(argv[1], 0, &err) : append(argv[1], &err);
  if (status != PEL_OK) fprintf(stderr, "%s\n", err.text);
  return status != PEL_OK;
}
