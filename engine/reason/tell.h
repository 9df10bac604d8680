/* A conclusion as rows of the logic tree: what was proved, what was not found, and what that rests on. */
#pragma once
#include "engine/reason/cite.h"
#include "engine/reason/deduce.h"
#include "engine/reason/phrase.h"

enum { PEL_TOLD_LINE = 1800 };
/* One line as a trace wants it: without control characters, and without halves of a character where something was cut; of what is too long the rest is left out. */
void pel_told_line(const char *from, char out[PEL_TOLD_LINE]);

typedef struct pel_teller {
  const pel_world *w;
  const pel_span_sink *sink;
  pel_cite *cite;
  int64_t span;      /* stage that the nodes belong to */
  int64_t n_nodes;   /* ids given so far */
  int64_t document;  /* of the case's text, or 0 */
  const char **about_facts; /* [the case's facts] what is said further of one that is not known, "" for nothing; NULL: of none; borrowed */
  pel_edge *edges;   /* kept until the end: they may name nodes that come later */
  size_t n_edges, edges_capacity;
  int64_t *clause_ids; /* [program's clauses] trace's number of a rule, 0: not told yet */
  size_t n_clause_ids;
  int64_t n_clauses;
  struct pel_told {  /* what was told already: a claim of a rule is one node, however often it is used */
    char *key;
    int64_t node;
  } *told;
  size_t n_told, told_capacity, told_mask;
  uint32_t *told_slots; /* hash table of numbers + 1 */
  int64_t *event_nodes; /* of the last proof: the node that shows an event, or its nearest ancestor's */
  size_t n_event_nodes;
  double deadline;   /* by the steady clock: explaining stops then */
  bool (*cancelled)(void *user);
  void *user;
  pel_error *err;
} pel_teller;

/* Time is up, or somebody has cancelled: what is told so far has to do. */
bool pel_teller_is_late(const pel_teller *t);

/* A node of its own. Its strings are cut and cleaned as a trace wants them. *id gets its number. */
pel_status pel_tell_node(pel_teller *t, pel_node node, int64_t *id);
/* The same with a confidence, its interval and its event, and an influence. */
pel_status pel_tell_rated_node(pel_teller *t, pel_node node, int64_t *id);
/* `order` is the next one of `from`; the label is copied. */
pel_status pel_tell_edge(pel_teller *t, int64_t from, int64_t to, pel_edge_kind kind, const char *label);
/* The trace's number of a clause of the pack, and of the passage that it cites (0 for other clauses); their rows are put on first use. */
pel_status pel_tell_clause(pel_teller *t, uint32_t clause, int64_t *id, int64_t *passage);
/* The same with a weight in [0, 1]. */
pel_status pel_tell_weighted_edge(pel_teller *t, int64_t from, int64_t to, pel_edge_kind kind, const char *label, double weight);
/* The node of a fact of the case (its index), told now when it was not; 0: it is no clause. */
pel_status pel_tell_case_fact(pel_teller *t, size_t fact, int64_t *id);
/* The same in the words `says`: of a fact that no clause stands for, such as a finding. */
pel_status pel_tell_case_fact_as(pel_teller *t, size_t fact, const char *says, int64_t *id);
/* What made the machine's present answer true, under the node `under`, which stands for the event `root` itself when that is one (PEL_NO_EVENT: none). */
pel_status pel_tell_proof(pel_teller *t, const pel_machine *m, int64_t under, uint32_t root);
/* Why a goal does not hold: the rules that come nearest, what of them holds, and what is missing. `told`: the node `under` stands for the goal itself. `missing` collects the goals that nothing says (as the rules write
 * them), at most *n_missing of them. */
pel_status pel_tell_failure(pel_teller *t, const char *goal, pel_unknowns *u, int64_t under, bool told, char **missing, size_t most, size_t *n_missing);
/* Whether it is an assumption about the world that a goal does not hold; else that is computed. */
bool pel_tells_assumption(const pel_teller *t, const pel_heap *h, pel_cell goal);
/* The node of a goal that nothing says, told by pel_tell_failure; 0: it was not told. */
int64_t pel_told_missing(const pel_teller *t, const char *goal);
pel_status pel_keep_missing(pel_teller *t, const char *goal, int64_t node);
/* The node that tells what `key` names; 0: none. */
int64_t pel_told(const pel_teller *t, const char *key);
/* Remembers that a node tells what `key` names. */
pel_status pel_keep_told(pel_teller *t, const char *key, int64_t node);
/* Puts the edges. */
pel_status pel_tell_finish(pel_teller *t);
void pel_teller_clear(pel_teller *t);
