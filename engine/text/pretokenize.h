/* The splitters that byte-level BPE vocabularies were trained with.
 *
 * A vocabulary names its splitter in tokenizer.ggml.pre. Each is a sequence of stages, and every stage cuts
 * the pieces of the one before at its own matches, as the published regular expressions do; here they are
 * written by hand, so that the time is linear whatever the text is. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/format/gguf.h"

typedef struct pel_splitter pel_splitter; /* static storage */

/* NULL for an unknown name. */
const pel_splitter *pel_splitter_find(pel_bytes name);
/* "gpt-2, llama-bpe, ...", for error messages. */
const char *pel_splitter_names(void);

typedef pel_status (*pel_piece_fn)(void *context, const uint8_t *piece, size_t size);
/* Hands every piece of the text, in order, to `piece`; stops at the first that fails and returns its
 * status. */
pel_status pel_split(const pel_splitter *splitter, const uint8_t *text, size_t size, pel_piece_fn piece,
                     void *context);
