#include "engine/reason/candidates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/search.h"
#include "engine/nn/ngrams.h"

struct pel_finder {
  pel_pack *pack;
  pel_encoder *encoder; /* NULL: n-grams */
  float *vectors;       /* [n_passages, dim] when the pack's are of this encoder, else NULL */
  size_t dim, n_passages;
};

static const char *encoder_name(const pel_finder *f) { return f->encoder ? pel_encoder_sha256(f->encoder) : PEL_NGRAM_NAME; }

pel_status pel_finder_open(pel_pack *pack, pel_encoder *encoder, pel_finder **out, pel_error *err) {
  const pel_pack_info *info = pel_pack_get_info(pack);
  pel_finder *f = pel_alloc(1, sizeof *f);
  if (!f) return pel_fail_memory(err, "a retriever", sizeof *f);
  *f = (pel_finder){.pack = pack, .encoder = encoder, .n_passages = (size_t)info->n_passages};
  f->dim = encoder ? pel_encoder_dim(encoder) : PEL_NGRAM_DIM;
  uint32_t dim = 0;
  pel_status status = PEL_OK;
  if (strcmp(info->encoder, encoder_name(f)) == 0) status = pel_pack_embeddings(pack, &f->vectors, &dim, err);
  if (status == PEL_OK && f->vectors && dim != f->dim)
    status = pel_fail(err, PEL_ERR_INPUT, "the pack's vectors have %u numbers and those of its encoder %zu; build the pack anew", dim, f->dim);
  if (status != PEL_OK) {
    pel_finder_close(f);
    return status;
  }
  *out = f;
  return PEL_OK;
}

void pel_finder_close(pel_finder *f) {
  if (!f) return;
  free(f->vectors);
  free(f);
}

/* ---- vectors ---- */

/* Eight sums side by side in a fixed order: the same bits on every machine, and a shape that compilers make fast. */
static double product(const float *x, const float *y, size_t n) {
  float sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; j++) sums[j] += x[i + j] * y[i + j];
  double sum = 0;
  for (size_t j = 0; j < 8; j++) sum += (double)sums[j];
  for (; i < n; i++) sum += (double)(x[i] * y[i]);
  return sum;
}

static pel_status embed(const pel_finder *f, const char *const *texts, size_t n, float *out, pel_error *err) {
  if (f->encoder) return pel_encoder_embed(f->encoder, texts, NULL, n, out, NULL, NULL, err);
  for (size_t i = 0; i < n; i++) pel_ngram_vector(texts[i], strlen(texts[i]), NULL, out + i * f->dim);
  return PEL_OK;
}

static bool is_worse(pel_hit x, pel_hit y) { return x.score < y.score || (x.score == y.score && x.passage > y.passage); }

static int best_first(const void *x, const void *y) { return is_worse(*(const pel_hit *)x, *(const pel_hit *)y) ? 1 : -1; }

/* All passages by their cosine, best first: all of them are scored, so that any candidate's is known. */
static pel_status rank_vectors(const pel_finder *f, const float *question, pel_hit **out, pel_error *err) {
  pel_hit *all = pel_alloc(f->n_passages, sizeof *all);
  if (!all) return pel_fail_memory(err, "cosines of passages", f->n_passages * sizeof *all);
  for (size_t i = 0; i < f->n_passages; i++) all[i] = (pel_hit){(int64_t)i + 1, product(question, f->vectors + i * f->dim, f->dim)};
  qsort(all, f->n_passages, sizeof *all, best_first);
  *out = all;
  return PEL_OK;
}

/* ---- candidates ---- */

static int by_passage(const void *x, const void *y) {
  int64_t a = ((const pel_retrieved_passage *)x)->passage, b = ((const pel_retrieved_passage *)y)->passage;
  return (a > b) - (a < b);
}

static void join(pel_retrieval *out, const pel_hit *found, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) out->items[out->n++].passage = found[i].passage;
  qsort(out->items, out->n, sizeof *out->items, by_passage);
  for (size_t i = 0; i < out->n; i++)
    if (!kept || out->items[kept - 1].passage != out->items[i].passage) out->items[kept++] = out->items[i];
  out->n = kept;
}

static pel_status find_by_words(pel_finder *f, const char *text, size_t most, pel_retrieval *out, pel_error *err) {
  size_t n = 0;
  pel_hit *hits = pel_alloc(most, sizeof *hits);
  out->items = pel_alloc(2 * most, sizeof *out->items);
  if (!hits || !out->items) {
    free(hits);
    return pel_fail_memory(err, "candidates", most * sizeof *out->items);
  }
  pel_status status = pel_pack_search(f->pack, text, most, hits, &n, err);
  if (status == PEL_OK) join(out, hits, n);
  free(hits);
  return status;
}

/* The candidates so far get their BM25 scores; those that only vectors found may hold a word or two as well. */
static pel_status score_words(pel_finder *f, const char *text, pel_retrieval *out, pel_error *err) {
  int64_t *ids = pel_alloc(out->n, sizeof *ids);
  double *scores = pel_alloc(out->n, sizeof *scores);
  pel_status status = ids && scores ? PEL_OK : pel_fail_memory(err, "scores of candidates", out->n * sizeof *ids);
  for (size_t i = 0; i < out->n && status == PEL_OK; i++) ids[i] = out->items[i].passage;
  if (status == PEL_OK) status = pel_pack_scores(f->pack, text, ids, out->n, scores, err);
  for (size_t i = 0; i < out->n && status == PEL_OK; i++) out->items[i].lexical = scores[i];
  free(ids);
  free(scores);
  return status;
}

static pel_status use_stored(const pel_finder *f, const float *question, size_t most, pel_retrieval *out, pel_error *err) {
  pel_hit *all = NULL;
  PEL_TRY(rank_vectors(f, question, &all, err));
  join(out, all, most < f->n_passages ? most : f->n_passages);
  for (size_t i = 0; i < out->n; i++)
    out->items[i].dense = product(question, f->vectors + (size_t)(out->items[i].passage - 1) * f->dim, f->dim);
  free(all);
  out->dense = "stored vectors";
  return PEL_OK;
}

static pel_status copy_texts(pel_finder *f, const pel_retrieval *out, char **texts, pel_error *err) {
  for (size_t i = 0; i < out->n; i++) {
    pel_passage p;
    PEL_TRY(pel_pack_passage(f->pack, out->items[i].passage, &p, err));
    if (!(texts[i] = strdup(p.text))) return pel_fail_memory(err, "texts of candidates", strlen(p.text));
  }
  return PEL_OK;
}

static pel_status embed_candidates(pel_finder *f, const float *question, pel_retrieval *out, pel_error *err) {
  char **texts = pel_alloc(out->n, sizeof *texts);
  float *vectors = pel_alloc(out->n * f->dim, sizeof *vectors);
  pel_status status = texts && vectors ? copy_texts(f, out, texts, err) : pel_fail_memory(err, "vectors of candidates", out->n * f->dim * 4);
  if (status == PEL_OK) status = embed(f, (const char *const *)texts, out->n, vectors, err);
  for (size_t i = 0; i < out->n && status == PEL_OK; i++) out->items[i].dense = product(question, vectors + i * f->dim, f->dim);
  for (size_t i = 0; texts && i < out->n; i++) free(texts[i]);
  free(texts);
  free(vectors);
  out->dense = f->encoder ? "candidates embedded" : "hashed n-grams of candidates";
  return status;
}

static pel_status find_by_vectors(pel_finder *f, const char *text, size_t most, pel_retrieval *out, pel_error *err) {
  float *question = pel_alloc(f->dim, sizeof *question);
  pel_status status = question ? embed(f, &text, 1, question, err) : pel_fail_memory(err, "the question's vector", f->dim * 4);
  if (status == PEL_OK) status = f->vectors ? use_stored(f, question, most, out, err) : embed_candidates(f, question, out, err);
  free(question);
  return status;
}

pel_status pel_finder_find(pel_finder *f, const char *text, size_t most, bool use_dense, pel_retrieval *out, pel_error *err) {
  double started = pel_clock_seconds();
  out->dense = "none";
  PEL_TRY(find_by_words(f, text, most, out, err));
  double found = pel_clock_seconds();
  out->seconds_lexical = found - started;
  if (use_dense) {
    PEL_TRY(find_by_vectors(f, text, most, out, err));
    snprintf(out->encoder, sizeof out->encoder, "%s", encoder_name(f));
    out->seconds_dense = pel_clock_seconds() - found;
  }
  PEL_TRY(score_words(f, text, out, err));
  for (size_t i = 0; i < out->n && !use_dense; i++) out->items[i].dense = NAN;
  return PEL_OK;
}
