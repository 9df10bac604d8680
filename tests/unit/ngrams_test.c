/* Vectors of hashed n-grams: unit length, the same bits, near for texts that share pieces. */
#include "engine/nn/ngrams.h"

#include <math.h>
#include <stdint.h>

#include "tests/check.h"

#define NGRAM_SIGNS 0xb581a9a067cd61b2u

static double cosine(const char *x, const char *y) {
  float a[PEL_NGRAM_DIM], b[PEL_NGRAM_DIM];
  double sum = 0;
  pel_ngram_vector(x, strlen(x), NULL, a);
  pel_ngram_vector(y, strlen(y), NULL, b);
  for (int i = 0; i < PEL_NGRAM_DIM; i++) sum += (double)a[i] * (double)b[i];
  return sum;
}

static void unit_length(void) {
  const char *const texts[] = {"a", "The Earth rotates.", "\xe6\x97\xa5\xe6\x9c\xac", "x\xff\xfe broken", "supercalifragilisticexpialidocious-0123456789-"
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) CHECK_MSG(fabs(cosine(texts[i], texts[i]) - 1) < 1e-6, "%s", texts[i]);
}

static void no_words(void) {
  CHECK(cosine("", "word") == 0);
  CHECK(cosine(" .,;!? ", " .,;!? ") == 0);
}

static void likeness(void) {
  CHECK(fabs(cosine("The EARTH, rotates!", "the earth rotates") - 1) < 1e-6);
  CHECK(fabs(cosine("earth moon", "moon earth") - 1) < 1e-6); /* no order beyond that inside a word */
  double kin = cosine("rotation of the earth", "the earth is rotating"), strange = cosine("rotation of the earth", "copper conducts heat well");
  CHECK_MSG(kin > 0.4 && strange < 0.2, "%g, %g", kin, strange);
  CHECK(cosine("rotating", "rotation") > cosine("rotating", "conductor") + 0.2);
}

static double only_long(void *user, const char *word, size_t size) {
  (*(int *)user)++;
  CHECK(word[0] >= 'a' && word[0] <= 'z');
  return size > 3 ? 1 : 0;
}

static void weights(void) {
  float a[PEL_NGRAM_DIM], b[PEL_NGRAM_DIM];
  int calls = 0;
  const pel_ngram_options o = {.weight = only_long, .user = &calls};
  pel_ngram_vector("The sun and the Stars", 21, &o, a);
  CHECK(calls == 5);
  pel_ngram_vector("stars", 5, &o, b);
  CHECK(memcmp(a, b, sizeof a) == 0);
}

static void same_bits(void) { /* a pack keeps these vectors: they must not change from version to version */
  float v[PEL_NGRAM_DIM];
  pel_ngram_vector("moon", 4, NULL, v);
  uint64_t seen = 14695981039346656037u;
  for (int i = 0; i < PEL_NGRAM_DIM; i++) seen = (seen ^ (uint64_t)(v[i] > 0 ? 1 : v[i] < 0 ? 2 : 0)) * 1099511628211u;
  CHECK_MSG(seen == NGRAM_SIGNS, "signs of 'moon': %#llx", (unsigned long long)seen);
}

int main(void) {
  RUN(unit_length);
  RUN(no_words);
  RUN(likeness);
  RUN(weights);
  RUN(same_bits);
  return check_result();
}
