/* What is said of a node: its state, where its rule stands, where a fact comes from. In the domain's words: never the
 * term of a rule, never a name of the machinery. All results are English; the window translates the fixed words. */
#pragma once
#include "src/analysis/logic_tree.h"
#include "src/analysis/string_build.h"

/* "holds", "refuted: its opposite is proved", "nothing found that says so", ...: static. */
const char *pel_state_sentence(pel_node_state state);
/* The same of a node: a comparison that is not so has no opposite that was proved, it "does not hold". */
const char *pel_node_sentence(const pel_node *node);
/* Of a conclusion: "YES, if the facts below hold", "NOT DECIDED", ...: static. */
/* `assumes`: the tree rests on assumptions, too. */
const char *pel_verdict_words(pel_node_state state, bool assumes);
bool pel_tree_assumes(const pel_logic_tree *t);
/* What leads to a child: "", "Exception: ", "Contradicted by: ", "Looked at: ", ...: static. Of what is cited, only a source is called one. */
const char *pel_edge_lead(const pel_reasoning *reasoning, const pel_edge *edge);

/* Conclusions, and the checks of them, are none of the three. Missing is what is itself not known, not what is undecided because of it. */
bool pel_is_assumption(const pel_logic_tree *tree, uint32_t node);
bool pel_is_missing(const pel_logic_tree *tree, uint32_t node);
bool pel_is_conflict(const pel_logic_tree *tree, uint32_t node);

/* The source and place that a node rests on: its rule's passage, its own, or that of the first source it cites; NULL: none. */
const pel_passage *pel_node_passage(const pel_logic_tree *tree, uint32_t node);
const pel_source *pel_passage_source(const pel_reasoning *reasoning, const pel_passage *passage); /* or NULL */
const pel_clause *pel_node_clause(const pel_reasoning *reasoning, const pel_node *node);          /* or NULL */

/* "Internal Revenue Code s. 2(a)(1)(B)"; without the title where `but` has the same source. Adds nothing when there is none. */
void pel_add_place(pel_string *s, const pel_logic_tree *tree, uint32_t node, const pel_source *but);
/* "case text" of a document named "text", ...; otherwise its name. */
const char *pel_document_words(const char *name);
/* "\"Bob died\" (case text, characters 58-91), by the clerk, 2014-09-16": origin of a fact, with its words where they are few and
 * `quoted`. Adds nothing when there is none. */
void pel_add_origin(pel_string *s, const pel_reasoning *reasoning, const pel_node *node, bool quoted);
/* Whether a rule concludes it: its confidence is then no number. */
#define PEL_FOLLOWS "follows if its facts hold"
bool pel_follows(const pel_node *node);
/* "62 % (of what, n; 95 % interval 58 to 66 %)". Adds nothing when there is none. */
void pel_add_confidence(pel_string *s, const pel_node *node);
/* "accepted by Ada, 2025-03-01: reason", the last review of a node. Adds nothing when there is none. */
void pel_add_review(pel_string *s, const pel_reasoning *reasoning, int64_t id);

/* A weight or a share, with three digits from the first that is not 0: "0.00370". */
char *pel_share_text(double share, char out[40]);
/* How many passages a stage found and how many of these have a weight, both as that stage counted them (the trace keeps the best of the others only). */
void pel_retrieval_counts(const pel_reasoning *reasoning, int64_t span, size_t *found, size_t *weighted);

/* The characters from .. to (code points) of `text`; false when they are not there. */
bool pel_text_part(const char *text, int64_t from, int64_t to, const char **start, size_t *size);
