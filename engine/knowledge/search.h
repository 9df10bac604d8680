/* What a search knows about words, for those that weigh what it found. */
#pragma once
#include <pellucid/pack.h>

/* The words of a text as this pack's index has them (words.h). */
bool pel_pack_words(const pel_pack *pack, const char *text, bool (*each)(void *user, const char *word, size_t size), void *user);
/* Inverse document frequency of a word of pel_pack_words, as in BM25; that of df = 0 when no passage holds it. */
pel_status pel_pack_word_idf(pel_pack *pack, const char *word, double *idf, pel_error *err);
/* BM25 of the named passages for a text: scores[n], 0 for those that share no word with it. */
pel_status pel_pack_scores(pel_pack *pack, const char *text, const int64_t *ids, size_t n, double *scores, pel_error *err);
