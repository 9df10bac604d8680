/* Byte-level BPE: pieces of a split text are merged pair by pair, the earliest rule first. */
#pragma once
#include "engine/text/output.h"
#include "engine/text/vocab.h"

typedef struct pel_merge {
  pel_token_id left, right, merged;
} pel_merge;

typedef struct pel_merges {
  pel_merge *rules; /* [n], in order of rank */
  size_t n;
  int32_t *slots; /* open addressing over (left, right): a rank, or -1 */
  size_t n_slots;
  uint64_t key;
} pel_merges;

/* Reads tokenizer.ggml.merges; every rule must join two tokens of the vocabulary into a third. */
pel_status pel_merges_load(pel_merges *merges, const pel_vocab *vocab, const pel_gguf *gguf,
                           pel_error *err);
void pel_merges_clear(pel_merges *merges);

/* Appends the tokens of a text without special tokens. O(n log n). */
pel_status pel_bpe_encode(const pel_merges *merges, const pel_vocab *vocab, const char *text, size_t size,
                          pel_ids *ids, pel_error *err);
