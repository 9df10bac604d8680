/* Text to token ids and back, exactly as the model file defines it.
 *
 *   pel_tokenizer *tok;
 *   if (pel_tokenizer_open ("model.gguf", &tok, &err) == PEL_OK) {
 *     pel_token_id *ids; size_t n;
 *     pel_tokenizer_encode (tok, text, size, 0, &ids, &n, &err);   // ids: owned by caller, pel_free
 *     ...
 *     pel_tokenizer_close (tok);
 *   }
 * A tokenizer is immutable once open and may be used from several threads. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t pel_token_id;
typedef struct pel_tokenizer pel_tokenizer;

enum { /* flags of pel_tokenizer_encode */
  PEL_ENCODE_SPECIAL = 1 << 0, /* control tokens in the text are recognised; otherwise they are plain text */
  PEL_ENCODE_BOS = 1 << 1,     /* prepend BOS when the file's own flag asks for it */
};

PEL_API pel_status pel_tokenizer_open(const char *path, pel_tokenizer **out, pel_error *err);
PEL_API void pel_tokenizer_close(pel_tokenizer *tok);

/* Encodes `size` bytes (any bytes, UTF-8 or not). Time is linear in size (log-linear at worst).
 * *ids is owned by the caller and released with pel_free. */
PEL_API pel_status pel_tokenizer_encode(const pel_tokenizer *tok, const char *text, size_t size, unsigned flags,
                                        pel_token_id **ids, size_t *n, pel_error *err);

/* The bytes a token stands for in running text; borrowed until close; control tokens give their own text
 * (such as "<|im_end|>"). An id outside the vocabulary gives NULL and size 0. */
PEL_API const char *pel_tokenizer_piece(const pel_tokenizer *tok, pel_token_id id, size_t *size);
/* Whether the token is a control token (never part of what a reader sees as text). */
PEL_API bool pel_tokenizer_is_control(const pel_tokenizer *tok, pel_token_id id);
/* The bytes of a whole sequence, joined, as decoding defines it (SentencePiece's own leading space is taken off
 * when `ids` starts a text). *text is owned by the caller, terminated, released with pel_free. */
PEL_API pel_status pel_tokenizer_decode(const pel_tokenizer *tok, const pel_token_id *ids, size_t n, bool keep_control,
                                        char **text, size_t *size, pel_error *err);

PEL_API size_t pel_tokenizer_count(const pel_tokenizer *tok); /* vocabulary size */
PEL_API pel_token_id pel_tokenizer_bos(const pel_tokenizer *tok); /* -1 when the file names none */
PEL_API bool pel_tokenizer_is_end(const pel_tokenizer *tok, pel_token_id id); /* EOS, EOT and their kin */
PEL_API pel_token_id pel_tokenizer_find(const pel_tokenizer *tok, const char *piece); /* exact text; -1 */

/* Releases what the library handed over. */
PEL_API void pel_free(void *p);

#ifdef __cplusplus
}
#endif
