/* A vocabulary as a model file holds it, validated and copied: nothing here borrows from the file. */
#pragma once
#include <pellucid/tokenizer.h>

#include "engine/format/gguf.h"
#include "engine/text/pretokenize.h"

typedef enum pel_token_kind { /* numbers of the format */
  PEL_TOKEN_NORMAL = 1,
  PEL_TOKEN_UNKNOWN = 2,
  PEL_TOKEN_CONTROL = 3,
  PEL_TOKEN_USER = 4, /* matched in any text before all else */
  PEL_TOKEN_UNUSED = 5,
  PEL_TOKEN_BYTE = 6,
} pel_token_kind;

/* Rows of bytes end to end: row i is data[start[i] .. start[i + 1]). */
typedef struct pel_rows {
  char *data;
  size_t *start; /* [n + 1] */
} pel_rows;

static inline pel_bytes pel_rows_at(const pel_rows *rows, size_t i) {
  return (pel_bytes){rows->data + rows->start[i], rows->start[i + 1] - rows->start[i]};
}

typedef struct pel_vocab {
  char *path; /* of the file, for messages */
  size_t n;
  pel_rows raw; /* texts as the file spells them: byte letters in BPE, U+2581 for spaces in SentencePiece */
  pel_rows piece;            /* the bytes that each token stands for in running text */
  uint8_t *kind;             /* [n] pel_token_kind */
  float *score;              /* [n], SentencePiece only */
  uint8_t *is_end;           /* [n] */
  int32_t *slots;            /* open addressing over the raw texts: an id, or -1 */
  size_t n_slots;            /* a power of two */
  uint64_t key;              /* of the hash: random, so that no file can aim for collisions */
  size_t longest;            /* bytes of the longest raw text that is not a control token */
  pel_token_id byte_id[256]; /* -1 where the vocabulary has no token for a byte */
  pel_token_id bos, eos;     /* -1 when there is none */
  bool sentencepiece, add_bos, add_space_prefix, whole_words;
  const pel_splitter *splitter; /* BPE only */
  char *chat_template;          /* NULL when the file has none */
  size_t chat_template_size;
} pel_vocab;

pel_status pel_vocab_load(pel_vocab *vocab, const pel_gguf *gguf, pel_error *err);
void pel_vocab_clear(pel_vocab *vocab);

/* The token with this raw text, the first of several; -1. Control tokens are found too. */
pel_token_id pel_vocab_find(const pel_vocab *vocab, const char *text, size_t size);

/* A universal hash: for any two texts, a random key makes them collide with chance about length / 2^61. */
uint64_t pel_vocab_hash(uint64_t key, const void *data, size_t size);
uint64_t pel_vocab_hash_pair(uint64_t key, uint64_t pair);
uint64_t pel_vocab_random_key(void);

/* Tokens that stand apart from running text: control and unknown tokens. */
static inline bool pel_vocab_is_control(const pel_vocab *vocab, size_t id) {
  return vocab->kind[id] == PEL_TOKEN_CONTROL || vocab->kind[id] == PEL_TOKEN_UNKNOWN;
}
/* Tokens that merging may make. */
static inline bool pel_vocab_is_plain(const pel_vocab *vocab, size_t id) {
  return vocab->kind[id] == PEL_TOKEN_NORMAL || vocab->kind[id] == PEL_TOKEN_UNUSED;
}
