/* The reasoning of an open trace as a viewer needs it: read and made a tree on the document's thread, then the main loop's alone. */
#pragma once
#include "src/analysis/graph_view.h"
#include "src/analysis/logic_tree.h"
#include "src/analysis/review_points.h"
#include "src/analysis/search_view.h"
#include "src/core/document.h"

typedef struct pel_reasoned {
  pel_reasoning *reasoning;
  pel_logic_tree *tree;    /* what is shown of it changes as the viewer says */
  pel_search_view *search; /* or NULL; what is looked at of it changes likewise */
  pel_graph_view *graph;   /* or NULL */
  const pel_review **last; /* [n_nodes + 1], as pel_reviews_last */
  uint32_t n_open;         /* points */
  size_t n_good;           /* entries of the chain of reviews that hold */
  char *chain_fault;       /* NULL: the whole chain holds */
  char *goal, *as_of;      /* the question as the rules have it, and the day for which it was asked */
  char *question, *about, *advice, *hash, *pack_sha256; /* "" for what is not known; about: case and pack */
} pel_reasoned;

/* *out stays NULL when the trace holds no reasoning. */
pel_status pel_reasoned_load(pel_trace *trace, pel_reasoned **out, pel_error *err);
void pel_reasoned_free(pel_reasoned *reasoned); /* takes NULL */
/* Why a node is open, or NULL. */
const char *pel_reasoned_open_point(const pel_reasoned *reasoned, int64_t id);

/* The case file that was audited, as it was; NULL: the trace does not have it. */
const char *pel_reasoned_case(const pel_reasoned *reasoned);
/* Is it something that a case says or could say, so that one may suppose it otherwise? */
bool pel_reasoned_supposable(const pel_reasoned *reasoned, int64_t id);

/* Appends a review to the file in the document's thread and reads the reviews again. `done` is called on the main loop when `reasoned`,
 * which must live as long as the document, has them: its tree is the same, its reasoning another. The entry's texts are copied. */
typedef void (*pel_reviewed_func)(pel_status status, const char *error, void *user);
void pel_reasoned_review(pel_reasoned *reasoned, pel_document *document, const pel_review *entry, pel_reviewed_func done, void *user);
