/* Two recorded reasonings of one question side by side: what is only in one, what changed, and where they first part.
 *
 * Nodes are aligned in the tree from the conclusion down: below nodes that are already a pair, first what is the same to the last
 * word, then what has the same term, then what differs in its numbers or its last argument, then what came by the same rule. Facts are
 * aligned before, wherever they stand; what is left is looked for in the whole other tree, and is then a pair that moved. Every step is a sort:
 * n log n in the number of nodes. */
#pragma once
#include "src/analysis/logic_tree.h"

typedef enum pel_diff_subject { /* what an entry's `a` and `b` are indices of, in each reasoning */
  PEL_DIFF_CONCLUSION, PEL_DIFF_FACT, PEL_DIFF_STEP, /* nodes */
  PEL_DIFF_EDGE, PEL_DIFF_RULE /* clauses */, PEL_DIFF_SOURCE, PEL_DIFF_PASSAGE, PEL_DIFF_DOCUMENT, PEL_DIFF_RETRIEVED, PEL_DIFF_SUBJECTS
} pel_diff_subject;

enum { /* what changed */
  PEL_CHANGE_STATE = 1, PEL_CHANGE_KIND = 2, PEL_CHANGE_WORDS = 4, PEL_CHANGE_BINDING = 8 /* the term */, PEL_CHANGE_NOTE = 16,
  PEL_CHANGE_RULE = 32 /* its text or dates */, PEL_CHANGE_PLACE = 64 /* what it cites */,
  PEL_CHANGE_ORIGIN = 128 /* by whom, when, from which words */, PEL_CHANGE_CONFIDENCE = 256, PEL_CHANGE_WEIGHT = 512,
  PEL_CHANGE_MOVED = 1024 /* stands below another node */, PEL_CHANGE_TEXT = 2048, PEL_CHANGE_VERSION = 4096, PEL_CHANGE_DATES = 8192,
  PEL_CHANGE_USED = 16384 /* a candidate of a retrieval: used here, left out there */
};
#define PEL_CHANGES 15

typedef struct pel_diff_entry {
  pel_diff_subject subject;
  uint32_t a, b; /* PEL_TREE_NONE: only in the other */
  unsigned what; /* 0 when it is only in one */
} pel_diff_entry;

typedef struct pel_diff {
  const pel_logic_tree *a, *b; /* borrowed */
  uint32_t *of_a, *of_b;       /* [n_nodes] the node that each is a pair with, or PEL_TREE_NONE */
  pel_diff_entry *entries;     /* nodes in reading order, then the others by subject */
  size_t n_entries, n_nodes;   /* of which are nodes */
  size_t begins;               /* from the first entry down to one below which nothing differs: where the first difference comes from */
  size_t room;
  bool failed;
} pel_diff;

pel_status pel_diff_build(const pel_logic_tree *a, const pel_logic_tree *b, pel_diff **out, pel_error *err);
void pel_diff_free(pel_diff *diff);

/* "fact", "rule", ...; "state", "rule", "binding", ... of one bit: static. */
const char *pel_diff_subject_name(pel_diff_subject subject);
const char *pel_change_name(unsigned bit);

typedef struct pel_diff_tokens {
  bool compared; /* both hold a run of a model */
  bool differ;
  uint32_t position; /* of the first token that is another one, or where one text ends */
} pel_diff_tokens;
pel_status pel_diff_tokens_find(pel_trace *a, pel_trace *b, pel_diff_tokens *out, pel_error *err);
