/* Recorded reasoning as files: the logic tree, what a retrieval found, how far confidences can be trusted, where the time went, a search,
 * what a deduction over a graph attended to.
 *
 *   tree         png svg pdf | graphml dot json md
 *   retrieval    png svg pdf | csv json
 *   reliability  png svg pdf | csv json
 *   timeline     png svg pdf | csv json md
 *   search       png svg pdf | graphml dot json
 *   graph        png svg pdf | graphml dot json
 *
 * Pictures, dot and md show what the options show; graphml and json hold the whole reasoning and say of each node whether
 * it is shown.
 *   tree.json       {"format": "pellucid tree", "version": 1, "trace", "cover", "covered", "nodes_shown",
 *                   "nodes": [{"id", "number", "kind", "state", "says", "note", "term", "parent" (id or null), "influence",
 *                   "shown", "collapsed", "clause", "passage", "document" (ids or null), "from", "to", "by", "date", "weight",
 *                   "confidence", "low", "high", "event"}, ...],
 *                   "edges": [{"from", "to", "kind", "order", "label", "weight"}, ...],
 *                   "clauses": [{"id", "label", "text", "passage", "valid_from", "valid_to"}, ...],
 *                   "passages": [{"id", "source", "path", "label", "text", "valid_from", "valid_to"}, ...],
 *                   "sources": [{"id", "key", "title", "publisher", "version", "url", "licence", "retrieved", "sha256"}, ...],
 *                   "documents": [{"id", "name", "text"}, ...],
 *                   "reviews": [{"id", "node", "verdict", "name", "date", "reason", "previous", "hash"}, ...]};
 *                   null for numbers that are not known.
 *   tree.graphml    the same nodes and edges with typed attributes, and shapes, colours and labels as yEd reads them.
 *   retrieval.csv   rank,passage,source,path,lexical,dense,fused,gate,weight,margin,text
 *   retrieval.json  {"format": "pellucid retrieval", "version": 1, "trace", "span", "candidates": [{"rank", "passage", "source",
 *                   "path", "label", "text", "lexical", "dense", "fused", "gate", "weight", "margin"}, ...]}
 *   reliability.csv   low,high,n,confidence,accuracy,accuracy_low,accuracy_high
 *   reliability.json  {"format": "pellucid reliability", "version": 1, "trace", "span", "n", "expected_calibration_error", "bins": [{"low", "high", "n",
 *                   "confidence", "accuracy", "accuracy_low", "accuracy_high"}, ...]}; null for what a bin without cases has not.
 *   timeline.csv    id,parent,kind,name,status,start,seconds
 *   timeline.json   {"format": "pellucid timeline", "version": 1, "trace", "seconds", "order" (how starts were found, in words), "stages": [{"id",
 *                   "parent" (id or 0), "kind", "name", "status", "start", "seconds"}, ...]}, parents before what is in them.
 *   search.json     {"format": "pellucid search", "version": 1, "trace", "span", "simulations" (kept), "all_kept", "at" (or null: the end), "nodes": [{"id",
 *                   "kind", "state", "says", "visits", "value", "prior", "proof", "disproof" (null: never), "first", "node" (or null), "shown",
 *                   "searched_most"}, ...], "edges": [{"from", "to", "order"}, ...]}
 *   graph.json      {"format": "pellucid graph", "version": 1, "trace", "span", "nodes": [{"id", "key", "label", "type", "role", "score", "node" (or null),
 *                   "shown"}, ...], "edges": [{"id", "from", "to", "layer", "relation", "backwards", "attention", "weight", "passage" (or null)}, ...],
 *                   "paths": [{"answer", "score", "rule", "edges": [ids]}, ...]} */
#pragma once
#include "src/core/export.h"
#include "src/analysis/graph_view.h"
#include "src/analysis/search_view.h"
#include "src/plot/logictree.h"

typedef struct pel_tree_choice { /* which part of a reasoning, and how */
  pel_tree_direction direction;
  double cover; /* share of influence; 0: PEL_TREE_COVER */
  bool all;     /* instead of a share */
  const int64_t *collapsed; /* [n_collapsed] node ids */
  size_t n_collapsed;
  const int64_t *opened; /* [n_opened] nodes of which every child is shown, whatever the share */
  size_t n_opened;
  bool quotations; /* md: the cited passages in full */
  const char *closing; /* md: a last line, or NULL */
  int64_t span;    /* all but the tree and the timeline: the stage; 0: the first that has any such rows */
  int64_t at;      /* search: after so many simulations; 0: after all */
  uint32_t top;    /* search, graph: nodes that are shown; 0: PEL_SEARCH_TOP, PEL_GRAPH_TOP */
} pel_tree_choice;

/* Of `options` they take palette, width, height, dark, force. */
pel_status pel_export_tree(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                           pel_error *err);
pel_status pel_export_retrieval(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                                pel_error *err);

pel_status pel_export_reliability(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                                  pel_error *err);
pel_status pel_export_timeline(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                               pel_error *err);

pel_status pel_export_search(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                             pel_error *err);

pel_status pel_export_graph(pel_trace *trace, const pel_export_options *options, const pel_tree_choice *choice, const char *path,
                            pel_error *err);

typedef struct pel_reasoning_origin { /* of which file a reasoning is; "" for what is not known */
  const char *hash, *created, *asks; /* asks: the question in words */
} pel_reasoning_origin;

/* The same of a reasoning that is in memory. */
pel_status pel_export_tree_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                              const pel_tree_choice *choice, const char *path, pel_error *err);
pel_status pel_export_retrieval_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                                   const pel_tree_choice *choice, const char *path, pel_error *err);
pel_status pel_export_reliability_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                                     const pel_tree_choice *choice, const char *path, pel_error *err);
pel_status pel_export_timeline_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                                  const pel_tree_choice *choice, const char *path, pel_error *err);
pel_status pel_export_search_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                                const pel_tree_choice *choice, const char *path, pel_error *err);
pel_status pel_export_graph_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *options,
                               const pel_tree_choice *choice, const char *path, pel_error *err);
