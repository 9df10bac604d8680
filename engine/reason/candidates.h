/* The passages that a question could rest on: those that words find and those that vectors find, each with both scores. */
#pragma once
#include <pellucid/retrieve.h>

typedef struct pel_finder pel_finder;

/* Borrows both; `encoder` may be NULL. */
pel_status pel_finder_open(pel_pack *pack, pel_encoder *encoder, pel_finder **out, pel_error *err);
void pel_finder_close(pel_finder *finder);

/* Fills items (passage, lexical, dense), n, dense, encoder and the two times of *out, in order of passage. At most 2 x `most` candidates. */
pel_status pel_finder_find(pel_finder *finder, const char *text, size_t most, bool use_dense, pel_retrieval *out, pel_error *err);
