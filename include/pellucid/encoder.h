/* Sentences as vectors: a BERT encoder with mean pooling (all-MiniLM-L6-v2 and models of its kind).
 *
 *   pel_encoder *encoder;
 *   if (pel_encoder_open ("all-MiniLM-L6-v2", NULL, &encoder, &err) == PEL_OK) {
 *     const char *texts[] = {"A cat sleeps.", "The cat is asleep."};
 *     float *v = malloc (2 * pel_encoder_dim (encoder) * sizeof *v);
 *     pel_encoder_embed (encoder, texts, NULL, 2, v, NULL, NULL, &err);   // then: cosine = sum over i of v[i] * v[dim + i]
 *     ...
 *     pel_encoder_close (encoder);
 *   }
 *
 * The same text gives the same bits: whatever texts come with it, on any number of threads, on every machine. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_encoder pel_encoder;

typedef struct pel_encoder_options {
  int threads; /* 0: all processors */
} pel_encoder_options;

/* Loads an encoder from a folder with model.safetensors, config.json and vocab.txt, or from the path of that
 * model.safetensors with the others beside it. sentence_bert_config.json (how many tokens of a text are read, 256 without it),
 * tokenizer_config.json and 1_Pooling/config.json are heeded where they are there. `options` may be NULL. *out is owned by
 * the caller. PEL_ERR_INPUT for damaged files, PEL_ERR_UNSUPPORTED for another architecture, type or pooling, PEL_ERR_MEMORY
 * before anything is loaded when it would not fit, PEL_ERR_IO when a file is missing or can't be read. */
PEL_API pel_status pel_encoder_open(const char *folder_or_file, const pel_encoder_options *options, pel_encoder **out,
                                    pel_error *err);
PEL_API void pel_encoder_close(pel_encoder *encoder); /* NULL is allowed */

PEL_API size_t pel_encoder_dim(const pel_encoder *encoder); /* floats a vector; 384 for all-MiniLM-L6-v2 */
PEL_API size_t
pel_encoder_tokens_max(const pel_encoder *encoder); /* tokens of a text that are read, its two marks included */
/* SHA-256 of the weights' file as 64 hexadecimal digits, terminated; borrowed until close. */
PEL_API const char *pel_encoder_sha256(const pel_encoder *encoder);

/* One vector of length 1 a text: out[i * dim .. (i + 1) * dim) is that of texts[i], sizes[i] bytes of UTF-8 (what is not UTF-8 is
 * passed over). With sizes NULL the texts are terminated strings. out: [n, dim] f32, the caller's. `progress` (may be
 * NULL) is called on the calling thread with the share that is done, in [0, 1]; false cancels: PEL_ERR_CANCELLED. After a
 * failure `out` is undefined. One call at a time on one encoder. */
PEL_API pel_status pel_encoder_embed(pel_encoder *encoder, const char *const *texts, const size_t *sizes, size_t n,
                                     float *out, bool (*progress)(double fraction, void *user), void *user,
                                     pel_error *err);

#ifdef __cplusplus
}
#endif
