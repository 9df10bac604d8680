/* Which passages of a pack bear on a question: words and vectors found, fused, gated by the question, and weighed by sparse attention.
 *
 *   pel_retriever *r;
 *   pel_retriever_open (pack, encoder, &r, &err);               // encoder may be NULL
 *   pel_retrieval found;
 *   pel_retrieve (r, "Why does the moon shine?", NULL, NULL, &found, &err);
 *   for (size_t i = 0; i < found.support; i++) printf ("%lld %g\n", (long long)found.items[i].passage, found.items[i].weight);
 *   pel_retrieval_clear (&found);
 *   pel_retriever_close (r);
 *
 * Weights are exactly 0 outside a finite support, so the support is the whole of what was used; what was left out comes after it,
 * with how much it lacked. docs/methods.md has the formulae. */
#pragma once
#include <pellucid/encoder.h>
#include <pellucid/pack.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum pel_retrieve_map { PEL_RETRIEVE_SPARSEMAX, PEL_RETRIEVE_ENTMAX15, PEL_RETRIEVE_MAPS } pel_retrieve_map;
typedef enum pel_retrieve_gate { PEL_RETRIEVE_LOG_KEY, PEL_RETRIEVE_LITERAL, PEL_RETRIEVE_UNGATED, PEL_RETRIEVE_GATES } pel_retrieve_gate;
PEL_API const char *pel_retrieve_map_name(pel_retrieve_map map);    /* "sparsemax", "entmax-1.5"; "" when out of range */
PEL_API const char *pel_retrieve_gate_name(pel_retrieve_gate gate); /* "log_key", "literal", "none"; "" when out of range */

typedef struct pel_retrieve_options { /* zeroed: what the measurements favour */
  size_t most;      /* candidates that words find, and that vectors find, each (0: 200) */
  double alpha;     /* what vectors count against words, in [0, 1]; 0: the usual one; below 0: words alone */
  double sharpness; /* of the gated scores before the attention: the greater, the smaller the support; 0: the usual one of the map and the gate */
  pel_retrieve_map map;
  pel_retrieve_gate gate;
  int64_t span, parent; /* ids of the two stages that a sink gets: `span` (0: 1) and the next; what they belong to */
} pel_retrieve_options;

typedef struct pel_retrieved_passage {
  int64_t passage;       /* of the pack */
  double lexical, dense; /* BM25; cosine, NaN when vectors were not asked */
  double score;          /* both fused, in [0, 1] */
  double covered;        /* share of the question's words that it holds, by inverse document frequency */
  double shared;         /* share of its words that the question holds, likewise */
  double gate;           /* sigma (logit), in (0, 1]; 1 without a gate */
  double attended;       /* what the attention saw */
  double weight;         /* in [0, 1]; exactly 0 outside the support */
  double margin;         /* attended less the threshold: above 0 for exactly the support */
} pel_retrieved_passage;

typedef struct pel_retrieval {
  pel_retrieved_passage *items; /* by weight, then by `attended`, then by id */
  size_t n, support;            /* all candidates; how many have a weight */
  double alpha, sharpness, threshold;
  const char *dense; /* what made the cosines: "stored vectors", "candidates embedded", "hashed n-grams of candidates" or "none" */
  char encoder[72];  /* SHA-256 of the encoder, "hashed n-grams", or "" */
  pel_retrieve_map map;
  pel_retrieve_gate gate;
  double seconds_lexical, seconds_dense, seconds_rest;
} pel_retrieval;

typedef struct pel_retriever pel_retriever;

/* Borrows both; they outlive it. Vectors of the pack are used when `encoder` made them (or, with NULL, when they are hashed n-grams); otherwise
 * what words have found is embedded for each question, which is slow with an encoder. One question at a time. */
PEL_API pel_status pel_retriever_open(pel_pack *pack, pel_encoder *encoder, pel_retriever **out, pel_error *err);
PEL_API void pel_retriever_close(pel_retriever *retriever); /* NULL is allowed */

/* `options` and `sink` may be NULL. The sink gets two stages (RETRIEVER "retrieve", RERANKER "weigh") with what they went by, the support and the ten
 * best that were left out, and the passages and sources of these, numbered from 1. *out is the caller's (pel_retrieval_clear); it may be empty. */
PEL_API pel_status pel_retrieve(pel_retriever *retriever, const char *text, const pel_retrieve_options *options, const pel_span_sink *sink,
                                pel_retrieval *out, pel_error *err);
PEL_API void pel_retrieval_clear(pel_retrieval *retrieval);

/* Encoders for pel_pack_builder_finish: borrowed from `encoder`, or hashed n-grams of characters with NULL. */
PEL_API pel_pack_encoder pel_retrieve_pack_encoder(pel_encoder *encoder);

#ifdef __cplusplus
}
#endif
