#include "engine/nn/ngrams.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { WORD_BYTES = 64, SHORTEST = 3, LONGEST = 5 };

typedef struct word {
  char text[WORD_BYTES + 2]; /* with a space at either end */
  size_t size;
} word;

static bool is_letter(unsigned char c) { return c >= 128 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static uint64_t hash(const char *text, size_t size, uint64_t seed) { /* FNV-1a, its bits mixed once more */
  uint64_t h = 14695981039346656037u ^ seed;
  for (size_t i = 0; i < size; i++) h = (h ^ (unsigned char)text[i]) * 1099511628211u;
  h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

static void add(double *sums, uint64_t h, double value) { sums[(h >> 1) % PEL_NGRAM_DIM] += h & 1 ? value : -value; }

/* Bytes of `n` characters from `at`, 0 when there are fewer. */
static size_t run_of(const word *w, size_t at, int n) {
  size_t end = at;
  for (int i = 0; i < n; i++) {
    if (end >= w->size) return 0;
    do end++;
    while (end < w->size && (w->text[end] & 0xc0) == 0x80);
  }
  return end - at;
}

static void add_word(double *sums, const word *w, const pel_ngram_options *o) {
  double each = o && o->weight ? o->weight(o->user, w->text + 1, w->size - 2) : 1, whole = o && o->word > 0 ? o->word : 2;
  add(sums, hash(w->text + 1, w->size - 2, 1), each * whole);
  for (size_t at = 0; at < w->size; at++) {
    if ((w->text[at] & 0xc0) == 0x80) continue;
    for (int n = SHORTEST; n <= LONGEST; n++) {
      size_t size = run_of(w, at, n);
      if (size) add(sums, hash(w->text + at, size, 2), each);
    }
  }
}

void pel_ngram_vector(const char *text, size_t size, const pel_ngram_options *options, float *out) {
  double sums[PEL_NGRAM_DIM] = {0}, squares = 0;
  for (size_t at = 0; at < size;) {
    word w = {.text = " ", .size = 1};
    while (at < size && !is_letter((unsigned char)text[at])) at++;
    for (; at < size && is_letter((unsigned char)text[at]); at++)
      if (w.size <= WORD_BYTES) w.text[w.size++] = lower(text[at]);
    w.text[w.size++] = ' ';
    if (w.size > 2) add_word(sums, &w, options);
  }
  for (int i = 0; i < PEL_NGRAM_DIM; i++) squares += sums[i] * sums[i];
  double scale = squares > 0 ? 1 / sqrt(squares) : 0;
  for (int i = 0; i < PEL_NGRAM_DIM; i++) out[i] = (float)(sums[i] * scale);
}
