/* What the rest of the engine sees of a tokenizer beyond the public header. */
#pragma once
#include <pellucid/tokenizer.h>

#include "engine/format/gguf.h"
#include "engine/text/output.h"
#include "engine/text/vocab.h"

/* Copies what it needs, so that the file may be closed afterwards. *out is owned by the caller. */
pel_status pel_tokenizer_from_gguf(const pel_gguf *gguf, pel_tokenizer **out, pel_error *err);

const pel_vocab *pel_tokenizer_vocab(const pel_tokenizer *tok);

/* Appends the tokens of a text, without BOS. `control`: control tokens are recognised. */
pel_status pel_tokenizer_append(const pel_tokenizer *tok, const char *text, size_t size, bool control,
                                pel_ids *ids, pel_error *err);

/* The bytes that a token adds to the text before it. *fresh says whether SentencePiece's own space may come
 * next: true at the start of a text; the call keeps it up to date. */
const char *pel_tokenizer_step(const pel_tokenizer *tok, pel_token_id id, bool *fresh, size_t *size);
