/* The reasoning in a trace: what was recorded through span.h, read back whole, and the reviews on top of it.
 *
 *   pel_reasoning *r;
 *   pel_reasoning_read (trace, &r, &err);
 *   for (size_t i = 0; i < r->n_nodes; i++) puts (r->nodes[i].says);
 *   pel_reasoning_free (r);
 */
#pragma once
#include <pellucid/span.h>
#include <pellucid/trace.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Limits of what a reader accepts; a file beyond them is refused. */
enum { PEL_REASONING_MAX_NODES = 1000000, PEL_REASONING_MAX_EDGES = 4000000, PEL_REASONING_MAX_RESOLUTIONS = 4000000 };

typedef struct pel_review {
  int64_t id;          /* from 1, without gaps */
  int64_t node;
  const char *verdict; /* "accepted", "disputed", "needs evidence", "withdrawn" */
  const char *name, *date /* ISO 8601, UTC */, *reason;
  const char *previous; /* hash of the entry before, 64 hex digits; that of the first is the trace's logical hash */
  const char *hash;     /* of this entry */
} pel_review;

/* All arrays and strings are owned by the struct. Row i of `nodes`, `sources`, `passages`, `documents`, `clauses` and
 * `spans` has id i + 1; every reference in range or 0 (a file in which one is not is refused); edges sorted by from, then order. */
typedef struct pel_reasoning {
  pel_span *spans;
  pel_attribute *attributes;
  pel_source *sources;
  pel_passage *passages;
  pel_document *documents;
  pel_clause *clauses;
  pel_node *nodes;
  pel_edge *edges;
  pel_retrieved *retrieved; /* sorted by span, rank */
  pel_proof_step *steps;
  pel_graph_node *graph_nodes;   /* row i has id i + 1, as of the other tables of graph and search with ids */
  pel_graph_edge *graph_edges;
  pel_graph_path *graph_paths;
  pel_search_node *search_nodes;
  pel_search_edge *search_edges; /* sorted by from, then order */
  pel_simulation *simulations;
  pel_reliability *reliability;
  pel_review *reviews;
  size_t n_spans, n_attributes, n_sources, n_passages, n_documents, n_clauses, n_nodes, n_edges, n_retrieved, n_steps, n_reviews;
  size_t n_graph_nodes, n_graph_edges, n_graph_paths, n_search_nodes, n_search_edges, n_simulations, n_reliability;
  size_t n_resolutions; /* counted, read with pel_reasoning_resolutions */
  void *strings;        /* private */
} pel_reasoning;

/* PEL_OK with an empty struct when the trace holds no reasoning. Transfer full. */
PEL_API pel_status pel_reasoning_read(pel_trace *trace, pel_reasoning **out, pel_error *err);
PEL_API void pel_reasoning_free(pel_reasoning *reasoning);
/* Calls `each` with every resolution in order; false stops. `each`'s strings are valid during the call. */
PEL_API pel_status pel_reasoning_resolutions(pel_trace *trace, bool (*each)(void *user, const pel_resolution *r), void *user, pel_error *err);

/* ---- writing ---- */

typedef struct pel_span_writer pel_span_writer;

typedef struct pel_span_header { /* "" or NULL for what is not known */
  const char *generator;
  const char *question;                               /* provenance "question" */
  const char *case_name, *case_sha256;                /* provenance "case", "case_sha256" */
  const char *pack_name, *pack_version, *pack_sha256; /* provenance "pack", ... */
} pel_span_header;

/* Starts a trace that holds reasoning and no run of a model: a new file beside `path` (a temporary name in its folder), which takes the name `path` when it is
 * closed; an existing `path` is only replaced with `force`, and only when it is a trace. */
PEL_API pel_status pel_span_writer_create(const char *path, bool force, const pel_span_header *header, pel_span_writer **out, pel_error *err);
/* Adds reasoning to a closed trace that holds a run of a model and no reasoning yet: one transaction, all or nothing. */
PEL_API pel_status pel_span_writer_append(const char *path, const pel_span_header *header, pel_span_writer **out, pel_error *err);
/* The sink: borrowed until close. It checks each row (ids in order, references known, UTF-8) and refuses what a reader would refuse. */
PEL_API pel_span_sink pel_span_writer_sink(pel_span_writer *writer);
/* Sets a parameter of the run (table parameter): "retrieve.alpha", "limits.steps", ... Part of the hash unless it starts with "machine.". */
PEL_API pel_status pel_span_writer_parameter(pel_span_writer *writer, const char *name, const char *value, pel_error *err);
/* Nothing is concluded after all: each conclusion that was put becomes unknown, and its note says why. */
PEL_API pel_status pel_span_writer_withdraw(pel_span_writer *writer, const char *why, pel_error *err);
/* Writes the logical hash, commits, gives the file its name and frees the writer, which is gone in any case. `note`: "" or why it is
 * incomplete ("cancelled"). On failure nothing of the file remains (or, after append, the trace is as before). */
PEL_API pel_status pel_span_writer_close(pel_span_writer *writer, const char *note, pel_error *err);
/* Throws away what was written. NULL is allowed. */
PEL_API void pel_span_writer_abandon(pel_span_writer *writer);

/* ---- reviews: append-only, each entry chained to the one before ---- */

/* Appends an entry to the trace file `path`; `id`, `previous` and `hash` are filled in by it, `date` "" is now. PEL_ERR_USAGE when the node is not there
 * or the verdict is none of the four; PEL_ERR_CHECK when the chain is already broken, or the contents do not have the trace's hash. */
PEL_API pel_status pel_review_append(const char *path, const pel_review *review, pel_error *err);
/* Checks the chain: PEL_OK, or PEL_ERR_CHECK with the first broken link named in err. `checked` (may be NULL) gets the number of good entries. */
PEL_API pel_status pel_review_check(pel_trace *trace, size_t *checked, pel_error *err);

#ifdef __cplusplus
}
#endif
