/* linked (Subject, Relation, Object): what a pack's graph leads to, by the chains of edges that mostly go with the relation. */
#pragma once
#include <pellucid/gnn.h>
#include <pellucid/learn.h>

#include "engine/reason/graph_question.h"
#include "engine/reason/graph_rows.h"

enum { PEL_LINK_EVENT = 500, PEL_LINK_ANSWERS = 5, PEL_LINK_REASONS = 8 /* of the best answer */, PEL_LINK_FEWER = 3 /* of the others */ };

typedef struct pel_link_reason { /* a chain of the pack's edges that leads to an answer */
  pel_chain_reason why;
  char *text;                /* the chain as a rule; owned */
  double attention;          /* of a network on its edges, geometric mean; 0: there is no network, or it looked elsewhere */
  int64_t node;              /* of the logic tree */
  int64_t facts[PEL_CHAIN_LONGEST]; /* tree nodes of its edges */
} pel_link_reason;

typedef struct pel_link_answer {
  int64_t subject, object; /* entities */
  double score;
  int64_t stated;          /* the pack's edge that says so, 0: none */
  bool negated;            /* ... or says the opposite */
  int64_t node;
  pel_link_reason reasons[PEL_LINK_REASONS];
  size_t n_reasons;
  char says[1000];
} pel_link_answer;

typedef struct pel_link_audit {
  audit *a;
  const pel_graph_question *q;
  pel_pack_graph *graph;
  pel_chain_rules *rules;
  pel_mined mined; /* of the rules: whether they are of a sample, as mining or their file says */
  pel_gnn *gnn; /* NULL: none was given */
  pel_graph_rows rows;
  pel_link_trust of_chains, of_network; /* how such answers and chains fared, where that is known */
  bool has_chains, has_network;
  bool answered;     /* the pack states an answer itself */
  size_t n_rated;    /* the best answers, whose confidences are told: */
  int64_t rated[PEL_LINK_PLACES]; /* entities */
  double confidence[PEL_LINK_PLACES], parts[PEL_LINK_PLACES][PEL_LINK_PARTS]; /* NaN: none */
  int64_t root;      /* the tree's first conclusion */
  uint32_t relation; /* of the graph */
  bool backwards;    /* the subject is asked for */
  pel_link_answer answers[PEL_LINK_ANSWERS];
  size_t n_answers;
  size_t not_listed; /* answers that the pack states, for which there is no room */
} pel_link_audit;

/* The stages deduce, verify and, where it is rated, confidence, recorded; sets the audit's result. */
pel_status pel_audit_link(audit *a, pel_pack *pack, const pel_graph_question *q);
/* A reason's path in names: "Imatinib, BCR-ABL, chronic myeloid leukemia", with arrows between them. `size` at least PEL_LINK_PATH. */
enum { PEL_LINK_PATH = 1400 };
pel_status pel_link_path(const pel_link_audit *l, const pel_link_answer *x, const pel_link_reason *reason, char *out, size_t size);
/* A network, when the options name one; it was learnt from a graph with the pack's relations. */
pel_status pel_link_network_open(pel_link_audit *l);
/* What it attended to for an answer, as rows of the graph, and on each of the answer's reasons. `answer`: the trace's graph node. */
pel_status pel_link_network_explain(pel_link_audit *l, pel_link_answer *x, int64_t answer);
/* How far answers and chains can be trusted, by the options or the pack. */
pel_status pel_link_trust_open(pel_link_audit *l);
/* What is known of answers that are ranked as these are; NULL: nothing. */
const pel_link_trust *pel_link_trust_of(const pel_link_audit *l);
/* The best answers by these scores of (start, relation, ?), with their confidences. */
pel_status pel_link_rate(pel_link_audit *l, const double *scores, uint32_t n, uint32_t start, uint32_t relation);
double pel_link_confidence_of(const pel_link_audit *l, const pel_link_answer *x); /* NaN: none */
/* Confidence, interval and event of an answer's node, and of a chain's; nothing is set where there is none. */
void pel_link_rate_node(const pel_link_audit *l, const pel_link_answer *x, pel_node *row, char event[PEL_LINK_EVENT]);
void pel_link_rate_chain(const pel_link_audit *l, const pel_chain_rule *rule, pel_node *row, char event[PEL_LINK_EVENT]);
/* The stage `confidence`, when an answer is rated. */
pel_status pel_link_tell_confidence(pel_link_audit *l);
/* The stage verify: a search for a proof of the best answer over the chains' edges, which says what it hangs on. */
pel_status pel_link_verify(pel_link_audit *l);
