#include "engine/trace/span_table.h"

#include <stdio.h>
#include <string.h>

/* ---- the words that stand for enumerations ---- */

#define N(array) (sizeof(array) / sizeof *(array))

static const char *const span_kinds[] = {"CHAIN", "RETRIEVER", "RERANKER", "LLM", "EVALUATOR"};
static const char *const node_kinds[] = {"conclusion", "claim", "fact", "source", "assumption", "question", "check"};
static const char *const node_states[] = {"holds",   "refuted",  "not found",  "unknown",
                                          "assumed", "excluded", "overridden", "conflict", "likely"};
static const char *const edge_kinds[] = {"because", "unless", "cites", "contradicts", "would change", "attended to"};
static const char *const outcomes[] = {"called", "resolved", "exit", "failed", "excluded", "error"};
static const char *const search_kinds[] = {"any", "all"};
_Static_assert(N(span_kinds) == PEL_SPAN_KINDS && N(node_kinds) == PEL_NODE_KINDS && N(node_states) == PEL_STATES &&
                   N(edge_kinds) == PEL_EDGE_KINDS && N(outcomes) == PEL_TRY_ERROR + 1 && N(search_kinds) == PEL_SEARCH_KINDS,
               "a word for each");
_Static_assert(sizeof(pel_span_kind) == 4 && sizeof(pel_resolution_outcome) == 4, "enumerations are read as 32 bits");

static const char *word(const char *const *words, size_t n, unsigned i) { return i < n ? words[i] : ""; }

const char *pel_span_kind_name(pel_span_kind kind) { return word(span_kinds, N(span_kinds), kind); }
const char *pel_node_kind_name(pel_node_kind kind) { return word(node_kinds, N(node_kinds), kind); }
const char *pel_node_state_name(pel_node_state state) { return word(node_states, N(node_states), state); }
const char *pel_edge_kind_name(pel_edge_kind kind) { return word(edge_kinds, N(edge_kinds), kind); }
const char *pel_resolution_outcome_name(pel_resolution_outcome outcome) { return word(outcomes, N(outcomes), outcome); }

const char *pel_search_kind_name(pel_search_kind kind) { return word(search_kinds, N(search_kinds), kind); }

/* ---- the columns ---- */

#define COLUMN(row, name, kind, member) {name, PEL_COLUMN_##kind, offsetof(row, member), 0, 0, NULL}
#define TO(row, name, kind, member, target) {name, PEL_COLUMN_##kind, offsetof(row, member), PEL_ROW_##target, 0, NULL}
#define WORD(row, name, member, words) {name, PEL_COLUMN_WORD, offsetof(row, member), 0, N(words), words}

static const pel_column span_columns[] = {
    COLUMN(pel_span, "id", ID, id),
    TO(pel_span, "parent", REF, parent, SPAN),
    WORD(pel_span, "kind", kind, span_kinds),
    COLUMN(pel_span, "name", SHORT, name),
    COLUMN(pel_span, "status", SHORT, status),
    COLUMN(pel_span, "seconds", NUMBER, seconds),
};

static const pel_column attribute_columns[] = {
    TO(pel_attribute, "span", REF, span, SPAN),
    COLUMN(pel_attribute, "name", SHORT, name),
    COLUMN(pel_attribute, "value", TEXT, value),
};

static const pel_column source_columns[] = {
    COLUMN(pel_source, "id", ID, id),
    COLUMN(pel_source, "key", SHORT, key),
    COLUMN(pel_source, "title", SHORT, title),
    COLUMN(pel_source, "publisher", SHORT, publisher),
    COLUMN(pel_source, "version", SHORT, version),
    COLUMN(pel_source, "url", SHORT, url),
    COLUMN(pel_source, "licence", SHORT, licence),
    COLUMN(pel_source, "retrieved", SHORT, retrieved),
    COLUMN(pel_source, "sha256", SHORT, sha256),
};

static const pel_column passage_columns[] = {
    COLUMN(pel_passage, "id", ID, id),
    TO(pel_passage, "source", NEED, source, SOURCE),
    COLUMN(pel_passage, "path", SHORT, path),
    COLUMN(pel_passage, "label", SHORT, label),
    COLUMN(pel_passage, "text", TEXT, text),
    COLUMN(pel_passage, "valid_from", SHORT, valid_from),
    COLUMN(pel_passage, "valid_to", SHORT, valid_to),
};

static const pel_column document_columns[] = {
    COLUMN(pel_document, "id", ID, id),
    COLUMN(pel_document, "name", SHORT, name),
    COLUMN(pel_document, "text", TEXT, text),
};

static const pel_column clause_columns[] = {
    COLUMN(pel_clause, "id", ID, id),
    COLUMN(pel_clause, "label", SHORT, label),
    COLUMN(pel_clause, "text", TEXT, text),
    TO(pel_clause, "passage", REF, passage, PASSAGE),
    COLUMN(pel_clause, "valid_from", SHORT, valid_from),
    COLUMN(pel_clause, "valid_to", SHORT, valid_to),
};

static const pel_column node_columns[] = {
    COLUMN(pel_node, "id", ID, id),
    TO(pel_node, "span", REF, span, SPAN),
    WORD(pel_node, "kind", kind, node_kinds),
    WORD(pel_node, "state", state, node_states),
    COLUMN(pel_node, "says", TEXT, says),
    COLUMN(pel_node, "note", TEXT, note),
    COLUMN(pel_node, "term", TEXT, term),
    TO(pel_node, "clause", REF, clause, CLAUSE),
    TO(pel_node, "passage", REF, passage, PASSAGE),
    TO(pel_node, "document", REF, document, DOCUMENT),
    COLUMN(pel_node, "char_from", COUNT, from),
    COLUMN(pel_node, "char_to", COUNT, to),
    COLUMN(pel_node, "said_by", SHORT, by),
    COLUMN(pel_node, "date", SHORT, date),
    COLUMN(pel_node, "weight", SHARE, weight),
    COLUMN(pel_node, "confidence", SHARE, confidence),
    COLUMN(pel_node, "low", SHARE, low),
    COLUMN(pel_node, "high", SHARE, high),
    COLUMN(pel_node, "event", TEXT, event),
};

static const pel_column edge_columns[] = {
    TO(pel_edge, "from_node", NEED, from, NODE),
    COLUMN(pel_edge, "place", PLACE, order),
    TO(pel_edge, "to_node", NEED, to, NODE),
    WORD(pel_edge, "kind", kind, edge_kinds),
    COLUMN(pel_edge, "label", SHORT, label),
    COLUMN(pel_edge, "weight", REAL, weight),
};

static const pel_column retrieved_columns[] = {
    TO(pel_retrieved, "span", REF, span, SPAN),
    COLUMN(pel_retrieved, "rank", PLACE, rank),
    TO(pel_retrieved, "passage", NEED, passage, PASSAGE),
    COLUMN(pel_retrieved, "lexical", REAL, lexical),
    COLUMN(pel_retrieved, "dense", REAL, dense),
    COLUMN(pel_retrieved, "fused", NUMBER, fused),
    COLUMN(pel_retrieved, "gate", NUMBER, gate),
    COLUMN(pel_retrieved, "weight", NUMBER, weight),
    COLUMN(pel_retrieved, "margin", NUMBER, margin),
};

static const pel_column resolution_columns[] = {
    TO(pel_resolution, "span", REF, span, SPAN),
    COLUMN(pel_resolution, "goal", COUNT, goal),
    COLUMN(pel_resolution, "parent", COUNT, parent),
    WORD(pel_resolution, "outcome", outcome, outcomes),
    TO(pel_resolution, "clause", REF, clause, CLAUSE),
    COLUMN(pel_resolution, "text", TEXT, text),
};

static const pel_column proof_step_columns[] = {
    COLUMN(pel_proof_step, "id", ID, id),
    TO(pel_proof_step, "node", REF, node, NODE),
    COLUMN(pel_proof_step, "kind", SHORT, kind),
    TO(pel_proof_step, "clause", REF, clause, CLAUSE),
    COLUMN(pel_proof_step, "text", TEXT, text),
    COLUMN(pel_proof_step, "uses", TEXT, uses),
};

static const pel_column graph_node_columns[] = {
    COLUMN(pel_graph_node, "id", ID, id),
    TO(pel_graph_node, "span", REF, span, SPAN),
    COLUMN(pel_graph_node, "key", SHORT, key),
    COLUMN(pel_graph_node, "label", SHORT, label),
    COLUMN(pel_graph_node, "type", SHORT, type),
    COLUMN(pel_graph_node, "role", SHORT, role),
    COLUMN(pel_graph_node, "score", REAL, score),
    TO(pel_graph_node, "node", REF, node, NODE),
};

static const pel_column graph_edge_columns[] = {
    COLUMN(pel_graph_edge, "id", ID, id),
    TO(pel_graph_edge, "span", REF, span, SPAN),
    TO(pel_graph_edge, "from_node", NEED, from, GRAPH_NODE),
    TO(pel_graph_edge, "to_node", NEED, to, GRAPH_NODE),
    COLUMN(pel_graph_edge, "layer", PLACE, layer),
    COLUMN(pel_graph_edge, "relation", SHORT, relation),
    COLUMN(pel_graph_edge, "backwards", COUNT, backwards),
    COLUMN(pel_graph_edge, "attention", SHARE, attention),
    COLUMN(pel_graph_edge, "weight", REAL, weight),
    TO(pel_graph_edge, "passage", REF, passage, PASSAGE),
};

static const pel_column graph_path_columns[] = {
    COLUMN(pel_graph_path, "id", ID, id),
    TO(pel_graph_path, "span", REF, span, SPAN),
    TO(pel_graph_path, "answer", NEED, answer, GRAPH_NODE),
    COLUMN(pel_graph_path, "edges", TEXT, edges),
    COLUMN(pel_graph_path, "rule", TEXT, rule),
    COLUMN(pel_graph_path, "score", NUMBER, score),
};

static const pel_column search_node_columns[] = {
    COLUMN(pel_search_node, "id", ID, id),
    TO(pel_search_node, "span", REF, span, SPAN),
    WORD(pel_search_node, "kind", kind, search_kinds),
    WORD(pel_search_node, "state", state, node_states),
    COLUMN(pel_search_node, "says", TEXT, says),
    COLUMN(pel_search_node, "visits", COUNT, visits),
    COLUMN(pel_search_node, "total", NUMBER, total),
    COLUMN(pel_search_node, "prior", SHARE, prior),
    COLUMN(pel_search_node, "proof", COUNT, proof),
    COLUMN(pel_search_node, "disproof", COUNT, disproof),
    COLUMN(pel_search_node, "first", COUNT, first),
    TO(pel_search_node, "node", REF, node, NODE),
};

static const pel_column search_edge_columns[] = {
    TO(pel_search_edge, "from_node", NEED, from, SEARCH_NODE),
    COLUMN(pel_search_edge, "place", PLACE, order),
    TO(pel_search_edge, "to_node", NEED, to, SEARCH_NODE),
};

static const pel_column simulation_columns[] = {
    COLUMN(pel_simulation, "id", ID, id),
    TO(pel_simulation, "span", REF, span, SPAN),
    COLUMN(pel_simulation, "path", TEXT, path),
    COLUMN(pel_simulation, "value", NUMBER, value),
};

static const pel_column reliability_columns[] = {
    COLUMN(pel_reliability, "id", ID, id),
    TO(pel_reliability, "span", REF, span, SPAN),
    COLUMN(pel_reliability, "low", NUMBER, low),
    COLUMN(pel_reliability, "high", NUMBER, high),
    COLUMN(pel_reliability, "n", COUNT, n),
    COLUMN(pel_reliability, "confidence", SHARE, confidence),
    COLUMN(pel_reliability, "accuracy", SHARE, accuracy),
    COLUMN(pel_reliability, "accuracy_low", SHARE, accuracy_low),
    COLUMN(pel_reliability, "accuracy_high", SHARE, accuracy_high),
};

static const pel_column review_columns[] = {
    COLUMN(pel_review, "id", ID, id),
    TO(pel_review, "node", NEED, node, NODE),
    COLUMN(pel_review, "verdict", SHORT, verdict),
    COLUMN(pel_review, "name", SHORT, name),
    COLUMN(pel_review, "date", SHORT, date),
    COLUMN(pel_review, "reason", TEXT, reason),
    COLUMN(pel_review, "previous", SHORT, previous),
    COLUMN(pel_review, "hash", SHORT, hash),
};

#define TABLE(name, order, row, most) TABLE_SINCE(1, name, order, row, most)
#define TABLE_SINCE(since, name, order, row, most) {#name, order, since, sizeof(row), most, N(name##_columns), name##_columns}

const pel_span_table pel_span_tables[PEL_SPAN_TABLES] = {
    [PEL_ROW_SPAN] = TABLE(span, "id", pel_span, 100000),
    [PEL_ROW_ATTRIBUTE] = TABLE(attribute, "id", pel_attribute, 1000000),
    [PEL_ROW_SOURCE] = TABLE(source, "id", pel_source, 100000),
    [PEL_ROW_PASSAGE] = TABLE(passage, "id", pel_passage, 1000000),
    [PEL_ROW_DOCUMENT] = TABLE(document, "id", pel_document, 10000),
    [PEL_ROW_CLAUSE] = TABLE(clause, "id", pel_clause, 1000000),
    [PEL_ROW_NODE] = TABLE(node, "id", pel_node, PEL_REASONING_MAX_NODES),
    [PEL_ROW_EDGE] = TABLE(edge, "from_node, place", pel_edge, PEL_REASONING_MAX_EDGES),
    [PEL_ROW_RETRIEVED] = TABLE(retrieved, "span, rank", pel_retrieved, 1000000),
    [PEL_ROW_RESOLUTION] = TABLE(resolution, "id", pel_resolution, PEL_REASONING_MAX_RESOLUTIONS),
    [PEL_ROW_PROOF_STEP] = TABLE(proof_step, "id", pel_proof_step, 1000000),
    [PEL_ROW_GRAPH_NODE] = TABLE_SINCE(2, graph_node, "id", pel_graph_node, 100000),
    [PEL_ROW_GRAPH_EDGE] = TABLE_SINCE(2, graph_edge, "id", pel_graph_edge, 1000000),
    [PEL_ROW_GRAPH_PATH] = TABLE_SINCE(2, graph_path, "id", pel_graph_path, 100000),
    [PEL_ROW_SEARCH_NODE] = TABLE_SINCE(2, search_node, "id", pel_search_node, 1000000),
    [PEL_ROW_SEARCH_EDGE] = TABLE_SINCE(2, search_edge, "from_node, place", pel_search_edge, 4000000),
    [PEL_ROW_SIMULATION] = TABLE_SINCE(2, simulation, "id", pel_simulation, 1000000),
    [PEL_ROW_RELIABILITY] = TABLE_SINCE(2, reliability, "id", pel_reliability, 10000),
    [PEL_ROW_REVIEW] = TABLE(review, "id", pel_review, 100000),
};

/* "a, b, c" */
static size_t list_columns(const pel_span_table *t, char *out, size_t size) {
  size_t at = 0;
  for (int i = 0; i < t->n_columns; i++)
    at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "", t->columns[i].name);
  return at;
}

void pel_span_select(int table, char out[512]) {
  const pel_span_table *t = &pel_span_tables[table];
  size_t at = (size_t)sprintf(out, "SELECT ");
  at += list_columns(t, out + at, 512 - at);
  snprintf(out + at, 512 - at, " FROM %s ORDER BY %s", t->name, t->order);
}

void pel_span_insert(int table, char out[512]) {
  const pel_span_table *t = &pel_span_tables[table];
  size_t at = (size_t)snprintf(out, 512, "INSERT INTO %s (", t->name);
  at += list_columns(t, out + at, 512 - at);
  at += (size_t)snprintf(out + at, 512 - at, ") VALUES (");
  for (int i = 1; i <= t->n_columns; i++) at += (size_t)snprintf(out + at, 512 - at, "%s?%d", i > 1 ? ", " : "", i);
  snprintf(out + at, 512 - at, ")");
}
