/* How much of a question a passage covers, and of the passage the question: shares of words, weighed by inverse document frequency. */
#pragma once
#include <pellucid/pack.h>

typedef struct pel_coverage pel_coverage;

pel_coverage *pel_coverage_new(pel_pack *pack); /* borrows the pack; NULL: out of memory */
void pel_coverage_free(pel_coverage *coverage); /* NULL is allowed */

/* The question that passages are then held against. */
pel_status pel_coverage_ask(pel_coverage *coverage, const char *question, pel_error *err);
/* *covered: share of the question's words that the passage's label and text hold; *shared: share of theirs that the question holds. Each word counts
 * once. 0 for texts without words. */
pel_status pel_coverage_of(pel_coverage *coverage, const pel_passage *passage, double *covered, double *shared, pel_error *err);
