#include "src/analysis/diff_match.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys ---- */

static uint64_t step(uint64_t h, unsigned char c) { return (h ^ c) * 0x100000001b3u; }

static uint64_t finish(uint64_t h) {
  h ^= h >> 32;
  h *= 0x9e3779b97f4a7c15u;
  h ^= h >> 29;
  return h ? h : 1;
}

static uint64_t start(uint64_t seed) { return seed * 0xbf58476d1ce4e5b9u ^ 0xcbf29ce484222325u; }

static uint64_t of_bytes(uint64_t seed, const char *text, size_t size) {
  uint64_t h = start(seed);
  for (size_t i = 0; i < size; i++) h = step(h, (unsigned char)text[i]);
  return finish(h);
}

uint64_t match_text(uint64_t seed, const char *text) { return of_bytes(seed, text, strlen(text)); }

uint64_t match_number(uint64_t seed, uint64_t number) {
  uint64_t h = start(seed);
  for (int i = 0; i < 64; i += 8) h = step(h, (unsigned char)(number >> i));
  return finish(h);
}

uint64_t match_without_digits(uint64_t seed, const char *text) {
  uint64_t h = start(seed);
  for (; *text; text++)
    if (*text < '0' || *text > '9') h = step(h, (unsigned char)*text);
  return finish(h);
}

/* Where the last argument begins, and how many there are; quoted atoms are passed over. */
static size_t last_argument(const char *term, unsigned *arity) {
  size_t at = strlen(term), depth = 0;
  *arity = 0;
  for (size_t i = 0; term[i]; i++) {
    char c = term[i];
    if (c == '\'' || c == '"') {
      for (i++; term[i] && term[i] != c; i++)
        if (term[i] == '\\' && term[i + 1]) i++;
      if (!term[i]) break;
      continue;
    }
    if (c == '(' || c == '[' || c == '{') depth++;
    if ((c == ')' || c == ']' || c == '}') && depth) depth--;
    if ((c == '(' && depth == 1 && !*arity) || (c == ',' && depth == 1)) at = i, ++*arity;
  }
  return at;
}

uint64_t match_without_last(uint64_t seed, const char *term) {
  unsigned arity;
  size_t at = last_argument(term, &arity);
  return arity ? of_bytes(seed, term, at) : 0;
}

uint64_t match_functor(uint64_t seed, const char *term) {
  unsigned arity;
  last_argument(term, &arity);
  return *term ? match_number(of_bytes(seed, term, strcspn(term, "(")), arity) : 0;
}

/* ---- pairs ---- */

static int by_key(const void *a, const void *b) {
  const match_item *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

static size_t run_of(const match_item *items, size_t from, size_t n) {
  size_t end = from;
  while (end < n && items[end].key == items[from].key) end++;
  return end - from;
}

void match_pairs(match_item *a, size_t n_a, match_item *b, size_t n_b, bool alone, void (*pair)(void *user, uint32_t a, uint32_t b), void *user) {
  qsort(a, n_a, sizeof *a, by_key);
  qsort(b, n_b, sizeof *b, by_key);
  for (size_t i = 0, j = 0; i < n_a && j < n_b;) {
    size_t in_a = run_of(a, i, n_a), in_b = run_of(b, j, n_b);
    if (a[i].key < b[j].key) i += in_a;
    else if (b[j].key < a[i].key) j += in_b;
    else {
      bool taken = a[i].key && (!alone || (in_a == 1 && in_b == 1));
      for (size_t k = 0; taken && k < in_a && k < in_b; k++) pair(user, a[i + k].index, b[j + k].index);
      i += in_a;
      j += in_b;
    }
  }
}
