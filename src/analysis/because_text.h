/* The reasoning in words, as a page that can be quoted: the conclusion with its state and source, what is assumed and
 * missing, then one claim a line, numbered, each with the place of its rule or the origin of its fact. It says what the
 * tree shows, and how much that leaves out. */
#pragma once
#include "src/analysis/logic_tree.h"

typedef struct pel_because_options {
  bool markdown;      /* otherwise plain text */
  bool quotations;    /* the cited passages in full, each once, after the tree */
  const char *asks;   /* the question, or NULL */
  const char *closing; /* a last paragraph (that this is no advice), or NULL */
  const char *trace;  /* the trace's hash, or NULL */
} pel_because_options;

/* Owned by the caller; NULL: no memory. */
char *pel_because_text(const pel_logic_tree *tree, const pel_because_options *options);
/* The same for one node and what is shown below it. */
char *pel_because_text_of(const pel_logic_tree *tree, int64_t id, const pel_because_options *options);
