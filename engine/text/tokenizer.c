#include "engine/text/tokenizer.h"

#include "engine/base/status.h"
#include "engine/text/alphabet.h"
#include "engine/text/bpe.h"
#include "engine/text/special.h"
#include "engine/text/spm.h"

#include <stdlib.h>
#include <string.h>

struct pel_tokenizer {
  pel_vocab vocab;
  pel_merges merges; /* BPE only */
  pel_specials specials;
};

void pel_free(void *p) { free(p); }

/* ---- opening ---- */

pel_status pel_tokenizer_from_gguf(const pel_gguf *gguf, pel_tokenizer **out, pel_error *err) {
  pel_tokenizer *tok = pel_alloc(1, sizeof *tok);
  if (!tok) return pel_fail_memory(err, "tokenizer", sizeof *tok);
  pel_status status = pel_vocab_load(&tok->vocab, gguf, err);
  if (status == PEL_OK && !tok->vocab.sentencepiece)
    status = pel_merges_load(&tok->merges, &tok->vocab, gguf, err);
  if (status == PEL_OK) status = pel_specials_build(&tok->specials, &tok->vocab, err);
  if (status == PEL_OK)
    *out = tok;
  else
    pel_tokenizer_close(tok);
  return status;
}

pel_status pel_tokenizer_open(const char *path, pel_tokenizer **out, pel_error *err) {
  pel_gguf *gguf;
  PEL_TRY(pel_gguf_open(path, &gguf, err));
  pel_status status = pel_tokenizer_from_gguf(gguf, out, err);
  pel_gguf_close(gguf);
  return status;
}

void pel_tokenizer_close(pel_tokenizer *tok) {
  if (!tok) return;
  pel_specials_clear(&tok->specials);
  pel_merges_clear(&tok->merges);
  pel_vocab_clear(&tok->vocab);
  free(tok);
}

const pel_vocab *pel_tokenizer_vocab(const pel_tokenizer *tok) { return &tok->vocab; }

/* ---- encoding ---- */

/* A stretch between special tokens; SentencePiece starts each with a space of its own. */
static pel_status append_plain(const pel_tokenizer *tok, const char *text, size_t size, pel_ids *ids,
                               pel_error *err) {
  if (!size) return PEL_OK;
  if (tok->vocab.sentencepiece)
    return pel_spm_encode(&tok->vocab, text, size, tok->vocab.add_space_prefix, ids, err);
  return pel_bpe_encode(&tok->merges, &tok->vocab, text, size, ids, err);
}

pel_status pel_tokenizer_append(const pel_tokenizer *tok, const char *text, size_t size, bool control,
                                pel_ids *ids, pel_error *err) {
  if (size > INT32_MAX / 2)
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "a text of %zu bytes is too long; the limit is 1 GiB", size);
  pel_special_hit *hits;
  size_t n, at = 0;
  PEL_TRY(pel_specials_find(&tok->specials, &tok->vocab, text, size, control, &hits, &n, err));
  pel_status status = PEL_OK;
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    status = append_plain(tok, text + at, hits[i].at - at, ids, err);
    if (status == PEL_OK && !pel_ids_push(ids, hits[i].id))
      status = pel_fail_memory(err, "tokens", ids->n * sizeof(pel_token_id));
    at = hits[i].at + pel_rows_at(&tok->vocab.piece, (size_t)hits[i].id).size;
  }
  if (status == PEL_OK) status = append_plain(tok, text + at, size - at, ids, err);
  free(hits);
  return status;
}

pel_status pel_tokenizer_encode(const pel_tokenizer *tok, const char *text, size_t size, unsigned flags,
                                pel_token_id **ids, size_t *n, pel_error *err) {
  pel_ids list = {0};
  if (!size) text = "";
  list.data = pel_alloc(16, sizeof *list.data); /* so that an empty text gives an empty list, not NULL */
  list.capacity = list.data ? 16 : 0;
  pel_status status = list.data ? PEL_OK : pel_fail_memory(err, "tokens", 16 * sizeof *list.data);
  if (status == PEL_OK && (flags & PEL_ENCODE_BOS) && tok->vocab.add_bos && tok->vocab.bos >= 0)
    pel_ids_push(&list, tok->vocab.bos);
  if (status == PEL_OK)
    status = pel_tokenizer_append(tok, text, size, flags & PEL_ENCODE_SPECIAL, &list, err);
  if (status != PEL_OK) {
    free(list.data);
    return status;
  }
  *ids = list.data;
  *n = list.n;
  return PEL_OK;
}

/* ---- decoding ---- */

static bool known(const pel_tokenizer *tok, pel_token_id id) {
  return id >= 0 && (size_t)id < tok->vocab.n;
}

const char *pel_tokenizer_piece(const pel_tokenizer *tok, pel_token_id id, size_t *size) {
  pel_bytes piece = known(tok, id) ? pel_rows_at(&tok->vocab.piece, (size_t)id) : (pel_bytes){NULL, 0};
  if (size) *size = piece.size;
  return piece.data;
}

bool pel_tokenizer_is_control(const pel_tokenizer *tok, pel_token_id id) {
  return known(tok, id) && pel_vocab_is_control(&tok->vocab, (size_t)id);
}

bool pel_tokenizer_is_end(const pel_tokenizer *tok, pel_token_id id) {
  return known(tok, id) && tok->vocab.is_end[id];
}
size_t pel_tokenizer_count(const pel_tokenizer *tok) { return tok->vocab.n; }
pel_token_id pel_tokenizer_bos(const pel_tokenizer *tok) { return tok->vocab.bos; }

/* Encoding puts a space before each stretch between special tokens, so that is where decoding takes one
 * off. */
const char *pel_tokenizer_step(const pel_tokenizer *tok, pel_token_id id, bool *fresh, size_t *size) {
  const char *piece = pel_tokenizer_piece(tok, id, size);
  if (!piece) return NULL;
  bool special = pel_vocab_is_control(&tok->vocab, (size_t)id) || tok->vocab.kind[id] == PEL_TOKEN_USER;
  bool strip = *fresh && !special && tok->vocab.add_space_prefix && *size && piece[0] == ' ';
  *fresh = special || (*fresh && !*size);
  *size -= strip;
  return piece + strip;
}

pel_status pel_tokenizer_decode(const pel_tokenizer *tok, const pel_token_id *ids, size_t n,
                                bool keep_control, char **text, size_t *size, pel_error *err) {
  size_t total = 0;
  for (size_t i = 0; i < n; i++) {
    size_t piece;
    if (!pel_tokenizer_piece(tok, ids[i], &piece))
      return pel_fail(err, PEL_ERR_USAGE, "token %d at position %zu is outside the vocabulary of %zu of %s",
                      ids[i], i, tok->vocab.n, tok->vocab.path);
    if (piece > PTRDIFF_MAX - 1 - total)
      return pel_fail(err, PEL_ERR_MEMORY, "the text of %zu tokens is too long", n);
    total += piece;
  }
  char *out = pel_alloc(total + 1, 1);
  if (!out) return pel_fail_memory(err, "text", total + 1);
  size_t at = 0;
  bool fresh = true;
  for (size_t i = 0; i < n; i++) {
    size_t bytes = 0;
    const char *piece = pel_tokenizer_step(tok, ids[i], &fresh, &bytes);
    if (!keep_control && pel_tokenizer_is_control(tok, ids[i])) continue;
    if (bytes) memcpy(out + at, piece, bytes);
    at += bytes;
  }
  *text = out;
  if (size) *size = at;
  return PEL_OK;
}

/* ---- finding ---- */

static pel_token_id find_spelled(const pel_vocab *v, const char *piece, size_t size) {
  char *spelled = pel_alloc(3 * size + 1, 1);
  if (!spelled) return -1;
  size_t n = 0;
  for (size_t i = 0; i < size; i++) {
    if (!v->sentencepiece) {
      n += pel_alphabet_spell((uint8_t)piece[i], spelled + n);
    } else if (piece[i] == ' ') {
      memcpy(spelled + n, "\xe2\x96\x81", 3);
      n += 3;
    } else {
      spelled[n++] = piece[i];
    }
  }
  pel_token_id id = pel_vocab_find(v, spelled, n);
  free(spelled);
  return id >= 0 && pel_vocab_is_plain(v, (size_t)id) ? id : -1;
}

/* Special tokens are spelled as they are; others as running text has them. */
pel_token_id pel_tokenizer_find(const pel_tokenizer *tok, const char *piece) {
  size_t size = strlen(piece);
  pel_token_id id = pel_vocab_find(&tok->vocab, piece, size);
  if (id >= 0 && !pel_vocab_is_plain(&tok->vocab, (size_t)id)) return id;
  pel_token_id spelled = find_spelled(&tok->vocab, piece, size);
  return spelled >= 0 ? spelled : id;
}
