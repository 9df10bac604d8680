/* Tokens that are found in a text before it is split: user-defined ones always, control tokens on request.
 * At each position the longest wins, from left to right, in time linear in the text whatever the tokens
 * are. */
#pragma once
#include "engine/text/vocab.h"

typedef struct pel_special_node pel_special_node;

typedef struct pel_specials {
  pel_special_node *nodes; /* a trie of the reversed texts with failure links */
  size_t n_nodes;
  uint32_t *slots; /* open addressing over (node, byte): the child, 0 when free */
  size_t n_slots;
  uint64_t key;
  bool any_user;
} pel_specials;

typedef struct pel_special_hit {
  size_t at;
  pel_token_id id;
} pel_special_hit;

pel_status pel_specials_build(pel_specials *specials, const pel_vocab *vocab, pel_error *err);
void pel_specials_clear(pel_specials *specials);

/* All matches that count, in order, never overlapping: *hits is owned by the caller (free). */
pel_status pel_specials_find(const pel_specials *specials, const pel_vocab *vocab, const char *text,
                             size_t size, bool control, pel_special_hit **hits, size_t *n, pel_error *err);
