/* Chain rules over a graph: kept by head, applied to a question, given as reasons for an answer. The functions are in pellucid/learn.h. */
#pragma once
#include <pellucid/learn.h>

#include "engine/graph/graph.h"

struct pel_chain_rules {
  uint32_t n_relations;
  pel_chain_rule *items; /* by head, then best first */
  size_t n;
  size_t *first; /* [n_relations + 1] */
};

/* Below 0: a is the better rule (a strict order over different rules): confidence, support, length, then head and body by number. */
int pel_chain_rule_compare(const pel_chain_rule *a, const pel_chain_rule *b);

/* The body as it is walked for a question: of a backward one from its other end. */
void pel_chain_rule_way(const pel_graph *g, const pel_chain_rule *rule, bool backwards, uint32_t way[PEL_CHAIN_LONGEST]);

double pel_chain_confidence(uint64_t support, uint64_t pairs);
/* What is wrong with a rule over so many relations, in words; NULL: nothing. */
const char *pel_chain_rule_fault(uint32_t n_relations, const pel_chain_rule *rule);
/* Whether a rule is there twice, whatever its figures: *found, and the two places in order. */
pel_status pel_chain_rules_twice(const pel_chain_rule *rules, size_t n, size_t places[2], bool *found, pel_error *err);
