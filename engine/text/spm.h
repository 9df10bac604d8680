/* SentencePiece BPE: neighbouring symbols whose joined text is a token are merged, the best score first. */
#pragma once
#include "engine/text/output.h"
#include "engine/text/vocab.h"

/* Appends the tokens of a text without special tokens; `prefix`: a space is put before it, as the models
 * were trained. Characters without a token become byte tokens, and so does U+2581 itself, which else would
 * come back as a space. O(n log n). */
pel_status pel_spm_encode(const pel_vocab *vocab, const char *text, size_t size, bool prefix, pel_ids *ids,
                          pel_error *err);
