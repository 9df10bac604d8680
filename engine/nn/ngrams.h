/* A text as a vector without any model: hashed words and n-grams of characters.
 *
 * Each word, and each run of 3 to 5 characters of " word ", adds +1 or -1 at a place that its hash names (Weinberger et al. 2009, feature
 * hashing: with signs, collisions cancel on average). The cosine of two texts is then about the share of pieces that they have in
 * common; unlike a search for words it also sees "rotating" in "rotation". The same text gives the same bits on every machine. */
#pragma once
#include <stddef.h>

enum { PEL_NGRAM_DIM = 384 };
#define PEL_NGRAM_NAME "hashed n-grams" /* what a pack calls its encoder */

typedef struct pel_ngram_options {
  double word; /* what a whole word counts against an n-gram's 1; 0: the usual 2 */
  /* What a word and its n-grams count, such as its inverse document frequency; NULL: 1 each. `word` is lower case, not terminated. */
  double (*weight)(void *user, const char *word, size_t size);
  void *user;
} pel_ngram_options;

/* out: PEL_NGRAM_DIM floats of Euclidean length 1, or all 0 when the text has no word. ASCII letters lose their case; ASCII characters that
 * are neither letters nor digits end a word; all others are letters. `options` may be NULL. */
void pel_ngram_vector(const char *text, size_t size, const pel_ngram_options *options, float *out);
