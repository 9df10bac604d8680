/* Pairs in two lists of keys. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct match_item {
  uint64_t key;   /* 0: takes no part */
  uint32_t index; /* what the caller means by it */
} match_item;

/* Calls `pair` for items of equal keys, those of one key in the order of their indices; `alone`: only where a key is once in each list.
 * Both lists are sorted in place. */
void match_pairs(match_item *a, size_t n_a, match_item *b, size_t n_b, bool alone, void (*pair)(void *user, uint32_t a, uint32_t b), void *user);

/* 64 bits of a text and of what came before; never 0. */
uint64_t match_text(uint64_t seed, const char *text);
uint64_t match_number(uint64_t seed, uint64_t number);
/* Of a text without its digits; of a term without its last argument ("rate(31)": rate); of its name and the number of its arguments. */
uint64_t match_without_digits(uint64_t seed, const char *text);
uint64_t match_without_last(uint64_t seed, const char *term);
uint64_t match_functor(uint64_t seed, const char *term);
