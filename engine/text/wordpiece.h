/* WordPiece, as BERT's uncased models use it (Devlin et al. 2019; Wu et al. 2016): text is cleaned, ideographs stand alone,
 * accents are taken off (NFD without nonspacing marks), letters are made small, words end at white space and punctuation, and
 * each word is cut into the longest pieces that the vocabulary has, those after the first with "##" before them.
 *
 * Bytes that are not UTF-8 and control characters are passed over. The names of special tokens in a text ("[SEP]") stand for
 * these tokens, as in the reference implementation. A word of more than 100 characters, or with a part that the
 * vocabulary lacks, is [UNK]. */
#pragma once
#include <pellucid/status.h>
#include <pellucid/tokenizer.h>
#include <stddef.h>

typedef struct pel_wordpiece pel_wordpiece;

/* Reads a vocabulary of one token a line (vocab.txt); the line's number from 0 is the id. *out is owned by the caller,
 * immutable, and may be used from several threads. */
pel_status pel_wordpiece_open(const char *path, pel_wordpiece **out, pel_error *err);
/* The same from bytes in memory, which are copied; `name` stands for the path in messages. */
pel_status pel_wordpiece_open_memory(const char *data, size_t size, const char *name, pel_wordpiece **out,
                                     pel_error *err);
void pel_wordpiece_close(pel_wordpiece *w);

size_t pel_wordpiece_count(const pel_wordpiece *w); /* vocabulary size */

/* [CLS], the text's tokens, [SEP]; what is over `most` (at least 2) tokens is cut off before [SEP]. ids: [most], the caller's.
 * Returns how many were written. Reading stops where the text is cut off. */
size_t pel_wordpiece_encode(const pel_wordpiece *w, const char *text, size_t size, pel_token_id *ids, size_t most);
