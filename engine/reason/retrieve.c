/* The retrieval stage: candidates, one fused score each, the gate, sparse attention. */
#include <pellucid/retrieve.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/ngrams.h"
#include "engine/nn/sparse_attention.h"
#include "engine/reason/candidates.h"
#include "engine/reason/coverage.h"
#include "engine/reason/gate.h"
#include "engine/reason/record.h"

enum { USUAL_MOST = 200, MOST = 100000, SPREAD_OVER = 25 };

struct pel_retriever {
  pel_pack *pack;
  pel_finder *finder;
  pel_coverage *coverage;
  bool has_encoder;
};

const char *pel_retrieve_map_name(pel_retrieve_map map) {
  return (unsigned)map < PEL_RETRIEVE_MAPS ? pel_attention_map_name(map == PEL_RETRIEVE_SPARSEMAX ? PEL_MAP_SPARSEMAX : PEL_MAP_ENTMAX15) : "";
}

static pel_gate gate_of(pel_retrieve_gate gate) {
  return gate == PEL_RETRIEVE_LOG_KEY ? PEL_GATE_LOG_KEY : gate == PEL_RETRIEVE_LITERAL ? PEL_GATE_LITERAL : PEL_GATE_NONE;
}

const char *pel_retrieve_gate_name(pel_retrieve_gate gate) {
  return (unsigned)gate < PEL_RETRIEVE_GATES ? pel_gate_name(gate_of(gate)) : "";
}

pel_status pel_retriever_open(pel_pack *pack, pel_encoder *encoder, pel_retriever **out, pel_error *err) {
  pel_retriever *r = pel_alloc(1, sizeof *r);
  if (r) *r = (pel_retriever){.pack = pack, .coverage = pel_coverage_new(pack), .has_encoder = encoder != NULL};
  pel_status status = r && r->coverage ? pel_finder_open(pack, encoder, &r->finder, err) : pel_fail_memory(err, "a retriever", sizeof *r);
  if (status == PEL_OK) *out = r;
  else pel_retriever_close(r);
  return status;
}

void pel_retriever_close(pel_retriever *r) {
  if (!r) return;
  pel_finder_close(r->finder);
  pel_coverage_free(r->coverage);
  free(r);
}

void pel_retrieval_clear(pel_retrieval *found) {
  free(found->items);
  *found = (pel_retrieval){0};
}

/* ---- one score ---- */

/* Both scores onto [0, 1]: from the least that they can be (BM25: 0, cosine: -1) to the greatest of the candidates (Bruch, Gai and Ingber
 * 2023, there the better of the two usual ways: the least of the candidates depends on how many there are). */
static void fuse(pel_retrieval *f) {
  double words = 0, vectors = -1;
  for (size_t i = 0; i < f->n; i++) {
    words = fmax(words, f->items[i].lexical);
    vectors = fmax(vectors, f->items[i].dense); /* fmax passes NaN over */
  }
  for (size_t i = 0; i < f->n; i++) {
    pel_retrieved_passage *p = &f->items[i];
    double lexical = words > 0 ? p->lexical / words : 0;
    double dense = isnan(p->dense) || vectors <= -1 ? 0 : fmax(0, (p->dense + 1) / (vectors + 1));
    p->score = f->alpha * dense + (1 - f->alpha) * lexical;
  }
}

static int greatest_first(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a < b) - (a > b);
}

/* How far the best stands out from those behind it. */
static pel_status spread_of(const pel_retrieval *f, double *spread, pel_error *err) {
  double *scores = pel_alloc(f->n, sizeof *scores), sum = 0;
  if (!scores) return pel_fail_memory(err, "scores of candidates", f->n * sizeof *scores);
  for (size_t i = 0; i < f->n; i++) scores[i] = f->items[i].score;
  qsort(scores, f->n, sizeof *scores, greatest_first);
  size_t n = f->n < SPREAD_OVER ? f->n : SPREAD_OVER;
  for (size_t i = 0; i < n; i++) sum += scores[i];
  *spread = scores[0] - sum / (double)n;
  free(scores);
  return PEL_OK;
}

static pel_status gate_all(pel_retriever *r, const char *text, const pel_retrieve_constants *c, pel_retrieval *f, pel_error *err) {
  pel_gate_input in;
  PEL_TRY(spread_of(f, &in.spread, err));
  PEL_TRY(pel_coverage_ask(r->coverage, text, err));
  for (size_t i = 0; i < f->n; i++) {
    pel_retrieved_passage *p = &f->items[i];
    pel_passage passage;
    PEL_TRY(pel_pack_passage(r->pack, p->passage, &passage, err));
    PEL_TRY(pel_coverage_of(r->coverage, &passage, &p->covered, &p->shared, err));
    in.covered = p->covered, in.shared = p->shared;
    double logit = pel_gate_logit(c, &in);
    p->gate = f->gate == PEL_RETRIEVE_UNGATED ? 1 : pel_sigmoid(logit);
    p->attended = f->sharpness * pel_gated(gate_of(f->gate), c->unit * p->score, logit);
  }
  return PEL_OK;
}

/* ---- attention ---- */

static int by_weight(const void *x, const void *y) {
  const pel_retrieved_passage *a = x, *b = y;
  if (a->weight != b->weight) return a->weight < b->weight ? 1 : -1;
  if (a->attended != b->attended) return a->attended < b->attended ? 1 : -1;
  return (a->passage > b->passage) - (a->passage < b->passage);
}

static pel_status weigh(pel_retrieval *f, pel_error *err) {
  double *numbers = pel_alloc(3 * f->n, sizeof *numbers);
  if (!numbers) return pel_fail_memory(err, "weights of candidates", 3 * f->n * sizeof *numbers);
  pel_attention a = {.weights = numbers + f->n, .margins = numbers + 2 * f->n};
  for (size_t i = 0; i < f->n; i++) numbers[i] = f->items[i].attended;
  pel_status status = pel_sparse_attend(f->map == PEL_RETRIEVE_SPARSEMAX ? PEL_MAP_SPARSEMAX : PEL_MAP_ENTMAX15, numbers, f->n, &a, err);
  for (size_t i = 0; i < f->n && status == PEL_OK; i++) f->items[i].weight = a.weights[i], f->items[i].margin = a.margins[i];
  free(numbers);
  if (status != PEL_OK) return status;
  f->threshold = a.threshold;
  f->support = a.support;
  qsort(f->items, f->n, sizeof *f->items, by_weight);
  return PEL_OK;
}

static pel_status check_options(const pel_retrieve_options *o, pel_error *err) {
  if ((unsigned)o->map >= PEL_RETRIEVE_MAPS || (unsigned)o->gate >= PEL_RETRIEVE_GATES) return pel_fail(err, PEL_ERR_USAGE, "retrieval: no such map or gate");
  if (!(o->alpha <= 1)) return pel_fail(err, PEL_ERR_USAGE, "retrieval: alpha is a share from 0 to 1");
  if (!(o->sharpness >= 0 && o->sharpness <= 1e6)) return pel_fail(err, PEL_ERR_USAGE, "retrieval: sharpness is a number from 0 to 1e6");
  return o->most <= MOST && o->span >= 0 && o->parent >= 0 ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "retrieval: at most %d candidates", MOST);
}

static pel_status find_and_weigh(pel_retriever *r, const char *text, const pel_retrieve_options *o, pel_retrieval *f, pel_error *err) {
  bool dense = o->alpha >= 0;
  const pel_retrieve_constants *c = pel_retrieve_constants_of(dense && r->has_encoder);
  f->map = o->map, f->gate = o->gate;
  f->alpha = !dense ? 0 : o->alpha > 0 ? o->alpha : c->alpha;
  f->sharpness = o->sharpness > 0 ? o->sharpness : c->sharpness[o->map][o->gate];
  PEL_TRY(pel_finder_find(r->finder, text, o->most ? o->most : USUAL_MOST, dense, f, err));
  double started = pel_clock_seconds();
  if (f->n) {
    fuse(f);
    PEL_TRY(gate_all(r, text, c, f, err));
    PEL_TRY(weigh(f, err));
  }
  f->seconds_rest = pel_clock_seconds() - started;
  return PEL_OK;
}

static pel_status record(pel_retriever *r, const char *text, const pel_retrieve_options *o, const pel_retrieval *f, const pel_span_sink *sink,
                         pel_error *err) {
  pel_cite *cite;
  PEL_TRY(pel_cite_create(r->pack, sink, &cite, err));
  pel_status status = pel_retrieval_record(f, text, o->span ? o->span : 1, o->parent, cite, sink, err);
  pel_cite_free(cite);
  return status;
}

pel_status pel_retrieve(pel_retriever *r, const char *text, const pel_retrieve_options *options, const pel_span_sink *sink, pel_retrieval *out,
                        pel_error *err) {
  pel_retrieve_options o = options ? *options : (pel_retrieve_options){0};
  pel_retrieval f = {0};
  PEL_TRY(check_options(&o, err));
  pel_status status = find_and_weigh(r, text, &o, &f, err);
  if (status == PEL_OK && sink) status = record(r, text, &o, &f, sink, err);
  if (status == PEL_OK) *out = f;
  else pel_retrieval_clear(&f);
  return status;
}

/* ---- vectors of a pack ---- */

static pel_status embed_with_encoder(void *user, const char *const *texts, const size_t *sizes, size_t n, float *out, pel_error *err) {
  return pel_encoder_embed(user, texts, sizes, n, out, NULL, NULL, err);
}

static pel_status embed_ngrams(void *user, const char *const *texts, const size_t *sizes, size_t n, float *out, pel_error *err) {
  (void)user, (void)err;
  for (size_t i = 0; i < n; i++) {
    float *v = out + i * PEL_NGRAM_DIM;
    pel_ngram_vector(texts[i], sizes[i], NULL, v);
    bool empty = true;
    for (int j = 0; j < PEL_NGRAM_DIM && empty; j++) empty = v[j] == 0;
    if (empty) v[0] = 1; /* a pack holds unit vectors only */
  }
  return PEL_OK;
}

pel_pack_encoder pel_retrieve_pack_encoder(pel_encoder *encoder) {
  if (!encoder) return (pel_pack_encoder){.name = PEL_NGRAM_NAME, .dim = PEL_NGRAM_DIM, .embed = embed_ngrams};
  return (pel_pack_encoder){.user = encoder, .name = pel_encoder_sha256(encoder), .dim = (uint32_t)pel_encoder_dim(encoder), .embed = embed_with_encoder};
}
