/* What a reasoning pipeline did, as rows: stages, nodes of the logic tree, edges, what they rest on.
 *
 * Whoever reasons fills rows in and hands them to a pel_span_sink; whoever keeps a trace gives one
 * (pel_span_writer in reasoning.h). Neither knows the other. Ids are the producer's, counted from 1 in each table
 * without gaps, 0 means none; a row names only rows that came before it, except that edges may come in any order
 * after their nodes. All strings are UTF-8 without control characters but newline and tab, borrowed during the
 * call, never NULL ("" for none). */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define PEL_SPAN_MOST_TEXT (2u << 20) /* bytes of one text in a trace: a document, a passage, a claim */

/* Kinds of stages, OpenInference's names (CHAIN, RETRIEVER, ...). */
typedef enum pel_span_kind { PEL_SPAN_CHAIN, PEL_SPAN_RETRIEVER, PEL_SPAN_RERANKER, PEL_SPAN_LLM, PEL_SPAN_EVALUATOR, PEL_SPAN_KINDS } pel_span_kind;

typedef enum pel_node_kind {
  PEL_NODE_CONCLUSION, /* what the case asks */
  PEL_NODE_CLAIM,      /* a derived statement */
  PEL_NODE_FACT,       /* given by the case or by the pack, with its origin */
  PEL_NODE_SOURCE,     /* a passage with its words */
  PEL_NODE_ASSUMPTION, /* closed world, default */
  PEL_NODE_QUESTION,   /* what is missing */
  PEL_NODE_CHECK,      /* a test of another node: arithmetic, replay, contradiction */
  PEL_NODE_KINDS
} pel_node_kind;

typedef enum pel_node_state {
  PEL_STATE_HOLDS,
  PEL_STATE_REFUTED,    /* its negation is proved */
  PEL_STATE_NOT_FOUND,  /* nothing found that says so; never called refuted */
  PEL_STATE_UNKNOWN,    /* a fact is unknown, or a limit was reached */
  PEL_STATE_ASSUMED,    /* by default: nothing found that says otherwise */
  PEL_STATE_EXCLUDED,   /* the rule is not in force on the case's date */
  PEL_STATE_OVERRIDDEN, /* an exception applies */
  PEL_STATE_CONFLICT,   /* proved and refuted */
  PEL_STATE_LIKELY,     /* supported by a ranking or a search, not proved; its confidence says how often such a claim is right */
  PEL_STATES
} pel_node_state;

typedef enum pel_edge_kind {
  PEL_EDGE_BECAUSE, /* from a node to a premise of it */
  PEL_EDGE_UNLESS,  /* to an exception */
  PEL_EDGE_CITES,   /* to a source */
  PEL_EDGE_CONTRADICTS,
  PEL_EDGE_WOULD_CHANGE, /* from a conclusion to a missing or given fact that would change it */
  PEL_EDGE_ATTENDED,     /* from a model's claim to a fact or source that it was told, weight: attention on it */
  PEL_EDGE_KINDS
} pel_edge_kind;

/* "CHAIN", "conclusion", "not found", "because": the words that the file keeps; "" when out of range. */
PEL_API const char *pel_span_kind_name(pel_span_kind kind);
PEL_API const char *pel_node_kind_name(pel_node_kind kind);
PEL_API const char *pel_node_state_name(pel_node_state state);
PEL_API const char *pel_edge_kind_name(pel_edge_kind kind);

typedef struct pel_span { /* one recorded stage */
  int64_t id, parent;     /* parent 0: the run itself */
  pel_span_kind kind;
  const char *name;   /* "retrieve", "deduce", ... */
  const char *status; /* "ok", "unknown: REASON", "cancelled" */
  double seconds;     /* wall clock; not part of the trace's hash */
} pel_span;

typedef struct pel_attribute { /* a parameter or a result of a stage */
  int64_t span;
  const char *name, *value;
} pel_attribute;

typedef struct pel_source {
  int64_t id;
  const char *key; /* the pack's name of it */
  const char *title, *publisher, *version, *url, *licence, *retrieved /* ISO date */, *sha256;
} pel_source;

typedef struct pel_passage { /* a source's exact words */
  int64_t id, source;
  const char *path;  /* place in the source: "s. 2(a)(1)(B)" */
  const char *label; /* heading, or "" */
  const char *text;
  const char *valid_from, *valid_to; /* ISO dates, inclusive; "" for open */
} pel_passage;

typedef struct pel_document { /* a text that spans point into: the case, its text, a model's answer */
  int64_t id;
  const char *name;  /* "case" (the case file as given), "text" (its prose), "answer" */
  const char *text;
} pel_document;

typedef struct pel_clause { /* a rule of the pack that a node names */
  int64_t id;
  const char *label;
  const char *text; /* as written */
  int64_t passage;  /* 0: none */
  const char *valid_from, *valid_to;
} pel_clause;

typedef struct pel_node {
  int64_t id, span;
  pel_node_kind kind;
  pel_node_state state;
  const char *says; /* the claim in the domain's words, one sentence */
  const char *note; /* why it has its state, its make-up; "" for none */
  const char *term; /* the claim as the rules write it, "" for none */
  int64_t clause;   /* rule that concluded it, or 0 */
  int64_t passage;  /* what it cites, or 0 */
  int64_t document; /* where a fact was found, or 0 ... */
  int64_t from, to; /* ... and which characters (Unicode code points, half-open) */
  const char *by;   /* who says so */
  const char *date; /* ISO date, or "" */
  double weight;    /* influence on the conclusion in [0, 1], or NaN */
  double confidence; /* probability of `event`, or NaN: only a calibrated number belongs here */
  double low, high;  /* 95 % interval, or NaN */
  const char *event; /* what the percentage is of, on which population, n */
} pel_node;

typedef struct pel_edge {
  int64_t from, to; /* nodes */
  pel_edge_kind kind;
  int32_t order;     /* among the edges of `from`, from 0 */
  const char *label; /* rule or role, "" for none */
  double weight;     /* or NaN */
} pel_edge;

typedef struct pel_retrieved { /* a candidate of a retrieval */
  int64_t span;
  int32_t rank; /* from 1, by weight, then by score */
  int64_t passage;
  double lexical, dense; /* the two scores, each as made, NaN for none */
  double fused;          /* what the sparse attention saw, after the gate */
  double gate;           /* in (0, 1] */
  double weight;         /* in [0, 1]; exact zeros are excluded */
  double margin;         /* fused - threshold: negative for excluded ones */
} pel_retrieved;

/* One try to resolve a goal. A run's tries in order are the whole search, failed branches included. */
typedef enum pel_resolution_outcome {
  PEL_TRY_CALLED,   /* the goal was called */
  PEL_TRY_RESOLVED, /* a clause's head matched */
  PEL_TRY_EXIT,     /* the goal was proved */
  PEL_TRY_FAILED,   /* nothing (further) proves it */
  PEL_TRY_EXCLUDED, /* a clause would match but is not in force */
  PEL_TRY_ERROR
} pel_resolution_outcome;
/* "called", "resolved", ...; "" when out of range. */
PEL_API const char *pel_resolution_outcome_name(pel_resolution_outcome outcome);

typedef struct pel_resolution {
  int64_t span;
  int64_t goal;   /* number of the call, from 1 */
  int64_t parent; /* call whose clause's body it is in, or 0 */
  pel_resolution_outcome outcome;
  int64_t clause;   /* or 0 */
  const char *text; /* the goal as called; "" where it is that of PEL_TRY_CALLED */
} pel_resolution;

typedef struct pel_proof_step { /* one rule instance of a proof, in the order in which a checker applies them */
  int64_t id, node;
  const char *kind; /* "fact", "rule", "builtin", "absent" (negation as failure), "collect" (findall and kin) */
  int64_t clause;   /* of "rule" and of facts of the pack; 0: a fact of the case */
  const char *text; /* the instance, in the rules' syntax: "head :- body" */
  const char *uses; /* ids of the steps that prove the body's goals in order, "3 4 9" */
} pel_proof_step;

/* ---- a graph that was reasoned over: the part that a deduction attended to ---- */

typedef struct pel_graph_node {
  int64_t id, span;
  const char *key, *label, *type; /* the pack's: "HP:0001250", "Seizure", "phenotype" */
  const char *role;               /* "asked", "answer", "" */
  double score;                   /* as an answer, or NaN */
  int64_t node;                   /* of the logic tree, or 0 */
} pel_graph_node;

typedef struct pel_graph_edge { /* one step over an edge of the pack */
  int64_t id, span, from, to;  /* graph nodes, in the direction of the step */
  int32_t layer;               /* of the network, from 1; 0: no network's */
  const char *relation;        /* as the pack names it */
  int64_t backwards;           /* 1: from its object to its subject */
  double attention;            /* in [0, 1], or NaN */
  double weight;               /* the pack's frequency or confidence, or NaN */
  int64_t passage;             /* that states the edge, or 0 */
} pel_graph_edge;

typedef struct pel_graph_path { /* an explanation of an answer, best first */
  int64_t id, span, answer; /* answer: graph node */
  const char *edges;        /* ids of graph edges in order, "3 9"; each begins where the one before ends */
  const char *rule;         /* the chain rule that it is an instance of, in words, or "" */
  double score;
} pel_graph_path;

/* ---- a search for a proof and a refutation ---- */

#define PEL_PROOF_NEVER (INT64_C(1) << 62) /* a proof or disproof number that is infinite */
#define PEL_BY_PROOF_NUMBERS "proof numbers (df-pn)" /* the attribute "method" of a stage whose search goes by these and by no values */

typedef enum pel_search_kind { PEL_SEARCH_ANY, PEL_SEARCH_ALL, PEL_SEARCH_KINDS } pel_search_kind; /* one child is enough; every child is needed */
/* "any", "all"; "" when out of range. */
PEL_API const char *pel_search_kind_name(pel_search_kind kind);

typedef struct pel_search_node { /* a goal (any) or a way to reach one (all); met on several paths it is one row */
  int64_t id, span;      /* the first of a span is its root */
  pel_search_kind kind;
  pel_node_state state;  /* holds, refuted, unknown, likely; of rules also not found, assumed, overridden, excluded, conflict */
  const char *says;
  int64_t visits;        /* N */
  double total;          /* W: sum of the values of its visits; W / N is its value */
  double prior;          /* in [0, 1] */
  int64_t proof, disproof; /* numbers */
  int64_t first;         /* simulation that first reached it, 0: none */
  int64_t node;          /* of the logic tree, or 0 */
} pel_search_node;

typedef struct pel_search_edge {
  int64_t from, to; /* search nodes */
  int32_t order;
} pel_search_edge;

typedef struct pel_simulation { /* in the order in which they were made */
  int64_t id, span;
  const char *path; /* ids of search nodes from the root on, "1 4 9" */
  double value;     /* that was backed up from its end, in [0, 1] */
} pel_simulation;

/* ---- how sure a calibrated confidence can be ---- */

typedef struct pel_reliability { /* one bin of the reliability diagram of a calibration that a stage used */
  int64_t id, span;
  double low, high;  /* confidences from .. to */
  int64_t n;         /* cases in it */
  double confidence; /* mean of theirs; NaN when n is 0 */
  double accuracy, accuracy_low, accuracy_high; /* share that was right with its 95 % interval; NaN when n is 0 */
} pel_reliability;

typedef enum pel_span_row_kind {
  PEL_ROW_SPAN, PEL_ROW_ATTRIBUTE, PEL_ROW_SOURCE, PEL_ROW_PASSAGE, PEL_ROW_DOCUMENT, PEL_ROW_CLAUSE, PEL_ROW_NODE,
  PEL_ROW_EDGE, PEL_ROW_RETRIEVED, PEL_ROW_RESOLUTION, PEL_ROW_PROOF_STEP,
  PEL_ROW_GRAPH_NODE, PEL_ROW_GRAPH_EDGE, PEL_ROW_GRAPH_PATH, PEL_ROW_SEARCH_NODE, PEL_ROW_SEARCH_EDGE, PEL_ROW_SIMULATION, PEL_ROW_RELIABILITY, PEL_ROW_KINDS
} pel_span_row_kind;

/* Takes one row: `row` points at the struct that `kind` names. Anything but PEL_OK stops the pipeline with that
 * status. A span is handed in when it ends (its status and seconds are then known); rows may name it before. */
typedef struct pel_span_sink {
  void *user;
  pel_status (*put)(void *user, pel_span_row_kind kind, const void *row, pel_error *err);
} pel_span_sink;

#ifdef __cplusplus
}
#endif
