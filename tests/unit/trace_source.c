#include "tests/unit/trace_source.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/kernels/kernels.h"

static uint16_t random_half(pel_rng *rng, double spread) {
  double sum = -2;
  for (int i = 0; i < 4; i++) sum += pel_rng_uniform(rng);
  return pel_float_to_half((float)(sum * spread));
}

source *source_new(const pel_trace_layer *layers, uint32_t n_layers, uint32_t n_tokens, uint64_t seed) {
  source *s = pel_alloc(1, sizeof *s);
  *s = (source){.n_layers = n_layers, .n_tokens = n_tokens, .stop_layer = n_layers};
  s->layers = pel_alloc(n_layers, sizeof *s->layers);
  pel_rng rng = {seed};
  for (uint32_t i = 0; i < n_layers; i++) {
    source_layer *l = &s->layers[i];
    l->shape = layers[i];
    size_t d = l->shape.head_dim, nq = (size_t)n_tokens * l->shape.n_head,
           nk = (size_t)n_tokens * l->shape.n_kv_head;
    l->q = pel_alloc(nq * d, 2);
    l->k = pel_alloc(nk * d, 2);
    l->norm = pel_alloc(nq, 2);
    l->m = pel_alloc(nq, 4), l->z = pel_alloc(nq, 4), l->entropy = pel_alloc(nq, 4),
    l->sink = pel_alloc(nq, 4);
    for (size_t j = 0; j < nq * d; j++) l->q[j] = random_half(&rng, 2);
    for (size_t j = 0; j < nk * d; j++) l->k[j] = random_half(&rng, 2);
    for (size_t j = 0; j < nq; j++) l->norm[j] = random_half(&rng, 1) & 0x7fff;
    l->keys = pel_alloc(l->shape.n_kv_head, sizeof *l->keys);
    for (uint32_t h = 0; h < l->shape.n_kv_head; h++) {
      l->keys[h] = pel_alloc_aligned(pel_key_blocks(n_tokens) * PEL_KEYS * d, 2);
      pel_pack_keys(l->k + h * d, l->shape.n_kv_head * d, 0, n_tokens, d, l->keys[h]);
    }
  }
  return s;
}

void source_free(source *s) {
  for (uint32_t i = 0; i < s->n_layers; i++) {
    source_layer *l = &s->layers[i];
    for (uint32_t h = 0; h < l->shape.n_kv_head; h++) free(l->keys[h]);
    free(l->keys), free(l->q), free(l->k), free(l->norm);
    free(l->m), free(l->z), free(l->entropy), free(l->sink);
  }
  free(s->layers);
  free(s);
}

pel_trace_header source_header(const source *s, pel_trace_layer *shapes) {
  static const char *const parameters[][2] = {
      {"seed", "42"}, {"temperature", "0.5"}, {"machine.threads", "2"}};
  for (uint32_t i = 0; i < s->n_layers; i++) shapes[i] = s->layers[i].shape;
  return (pel_trace_header){.model_name = "made up",
                            .model_file = "none.gguf",
                            .architecture = "test",
                            .kernels = pel_kernels_get()->name,
                            .generator = "test 1",
                            .created = "2024-01-01T00:00:00Z",
                            .model_sha256 = {1, 2, 3},
                            .parameters = parameters,
                            .n_parameters = 3,
                            .n_layers = s->n_layers,
                            .layers = shapes,
                            .n_context = s->n_tokens};
}

static pel_range visible_of(const pel_trace_layer *l, uint32_t row) {
  uint32_t start = l->window && row + 1 > l->window ? row + 1 - l->window : 0;
  return (pel_range){start, row + 1};
}

static void score(const source_layer *l, uint32_t head, uint32_t row, float *q, float *s, uint32_t base,
                  pel_row *out) {
  size_t d = l->shape.head_dim;
  pel_range visible = visible_of(&l->shape, row);
  for (size_t i = 0; i < d; i++)
    q[i] = pel_half_to_float(l->q[((size_t)row * l->shape.n_head + head) * d + i]);
  *out = (pel_row){.q = q, .s = s, .base = base, .lo = visible.start, .hi = visible.end};
  pel_row_spec spec = {l->shape.head_dim, l->shape.scale, l->shape.softcap};
  pel_kernels_get()->score_rows(&spec, out, 1, l->keys[head / (l->shape.n_head / l->shape.n_kv_head)]);
}

/* Rows first .. end - 1 of one tile of one head. */
static bool run_tile(source *s, const pel_probe *probe, uint32_t layer, uint32_t head, uint32_t first,
                     uint32_t end, float *buffer) {
  source_layer *l = &s->layers[layer];
  const pel_kernels *kernels = pel_kernels_get();
  float q[PEL_ROWS_MAX * 1024] = {0};
  uint32_t base = visible_of(&l->shape, first).start / 32 * 32, n_keys = end - base;
  uint32_t *sum = pel_alloc(n_keys + 64, 4);
  float *block_max = pel_alloc(n_keys / 32 + 2, 4);
  for (uint32_t row = first; row < end; row++) {
    pel_row r;
    score(l, head, row, q, buffer, base, &r);
    kernels->softmax_row(&r, true);
    size_t at = (size_t)row * l->shape.n_head + head;
    l->m[at] = r.m, l->z[at] = r.z, l->entropy[at] = r.entropy;
    l->sink[at] = r.lo == 0 ? r.s[0 - base] / r.z : 0;
    kernels->column_rows(&r, 1, sum, block_max);
  }
  pel_event e = {.site = PEL_SITE_COLUMNS, .layer = layer, .first = first, .n_rows = end - first};
  e.columns = (pel_attention_columns){head, base, n_keys, sum, block_max};
  bool ok =
      s->no_columns || !probe->ask(probe->user, PEL_SITE_COLUMNS, layer) || probe->show(probe->user, &e);
  free(sum);
  free(block_max);
  return ok;
}

static bool show_norms(const source *s, const pel_probe *probe, uint32_t layer, uint32_t first, uint32_t n) {
  const source_layer *l = &s->layers[layer];
  if (s->no_norms || !probe->ask(probe->user, PEL_SITE_VALUE_NORMS, layer)) return true;
  pel_event e = {.site = PEL_SITE_VALUE_NORMS, .layer = layer, .first = first, .n_rows = n};
  e.value_norms = (pel_value_norms){l->shape.n_head, l->norm + (size_t)first * l->shape.n_head};
  return probe->show(probe->user, &e);
}

typedef struct tiles {
  source *s;
  const pel_probe *probe;
  uint32_t layer, first, n, part, parts; /* this thread takes each `parts`-th tile of a head */
  bool ok;
} tiles;

static void *run_tiles(void *user) {
  tiles *t = user;
  float *buffer = pel_alloc_aligned(t->s->n_tokens + 64, 4);
  uint32_t last = t->first + t->n;
  for (uint32_t h = 0; h < t->s->layers[t->layer].shape.n_head; h++)
    for (uint32_t row = t->first; row < last && t->ok;) {
      uint32_t end = row / 32 * 32 + 32 < last ? row / 32 * 32 + 32 : last;
      if (row / 32 % t->parts == t->part) t->ok = run_tile(t->s, t->probe, t->layer, h, row, end, buffer);
      row = end;
    }
  free(buffer);
  return NULL;
}

static bool run_layer(source *s, const pel_probe *probe, uint32_t layer, uint32_t first, uint32_t n) {
  tiles even = {s, probe, layer, first, n, 0, s->two_threads ? 2 : 1, true}, odd = even;
  pthread_t thread;
  odd.part = 1;
  bool second = s->two_threads && pthread_create(&thread, NULL, run_tiles, &odd) == 0;
  run_tiles(&even);
  if (second) pthread_join(thread, NULL);
  return even.ok && odd.ok;
}

bool source_batch(source *s, const pel_probe *probe, uint32_t first, uint32_t n) {
  bool ok = true;
  for (uint32_t i = 0; i < s->n_layers && i < s->stop_layer && ok; i++) {
    source_layer *l = &s->layers[i];
    ok = run_layer(s, probe, i, first, n);
    if (ok && s->norms_first) ok = show_norms(s, probe, i, first, n);
    size_t at = (size_t)first * l->shape.n_head;
    pel_event e = {.site = PEL_SITE_ATTENTION, .layer = i, .first = first, .n_rows = n};
    e.attention = (pel_attention_rows){l->shape.n_head,
                                       l->shape.n_kv_head,
                                       l->shape.head_dim,
                                       l->q + at * l->shape.head_dim,
                                       l->k + (size_t)first * l->shape.n_kv_head * l->shape.head_dim,
                                       l->m + at,
                                       l->z + at,
                                       l->entropy + at,
                                       l->sink + at};
    if (ok && probe->ask(probe->user, PEL_SITE_ATTENTION, i)) ok = probe->show(probe->user, &e);
    if (ok && !s->norms_first) ok = show_norms(s, probe, i, first, n);
  }
  return ok;
}

pel_status source_token(pel_trace_writer *w, uint32_t position, pel_error *err) {
  char piece[32], other[32];
  snprintf(piece, sizeof piece, " w%u", position);
  snprintf(other, sizeof other, "x%u", position);
  pel_trace_token t = {.id = (int)position * 3,
                       .piece = piece,
                       .piece_size = strlen(piece),
                       .segment = position < 10 ? PEL_SEGMENT_USER : PEL_SEGMENT_ANSWER,
                       .logprob = position ? -0.5f * (float)position : NAN,
                       .entropy = 1.25f,
                       .margin = 0.5f,
                       .n_alternatives = position % 6};
  for (uint32_t i = 0; i < t.n_alternatives; i++)
    t.alternatives[i] = (pel_trace_alternative){(int)(position + i), -1.0f - (float)i, other, strlen(other)};
  return pel_trace_writer_token(w, &t, err);
}

void source_run(source *s, pel_trace_writer *w, uint32_t first, uint32_t n) {
  pel_trace_writer_batch(w, first, n, NULL);
  source_batch(s, pel_trace_writer_probe(w), first, n);
  for (uint32_t i = first; i < first + n; i++) source_token(w, i, NULL);
}

void source_weights(const source *s, uint32_t layer, uint32_t head, uint32_t row, float *out) {
  float *buffer = pel_alloc_aligned(row + 64, 4), q[1024];
  pel_row r;
  score(&s->layers[layer], head, row, q, buffer, 0, &r);
  float *saved = pel_alloc_aligned(row + 64, 4);
  memcpy(saved, buffer, (row + 16) * 4ul);
  pel_kernels_get()->softmax_row(&r, false);
  memcpy(buffer, saved, (row + 16) * 4ul);
  pel_kernels_get()->weigh_row(&r);
  for (uint32_t key = 0; key <= row; key++) out[key] = key < r.lo ? 0 : buffer[key];
  free(buffer);
  free(saved);
}

void source_weights_plain(const source *s, uint32_t layer, uint32_t head, uint32_t row, double *out) {
  const source_layer *l = &s->layers[layer];
  size_t d = l->shape.head_dim;
  pel_range visible = visible_of(&l->shape, row);
  const uint16_t *q = l->q + ((size_t)row * l->shape.n_head + head) * d;
  double most = -1e300, z = 0;
  memset(out, 0, (row + 1) * sizeof *out);
  for (uint32_t key = visible.start; key < visible.end; key++) {
    const uint16_t *k =
        l->k + ((size_t)key * l->shape.n_kv_head + head / (l->shape.n_head / l->shape.n_kv_head)) * d;
    double dot = 0;
    for (size_t i = 0; i < d; i++) dot += (double)pel_half_to_float(q[i]) * (double)pel_half_to_float(k[i]);
    double score_ = dot * (double)l->shape.scale;
    if (l->shape.softcap > 0) score_ = (double)l->shape.softcap * tanh(score_ / (double)l->shape.softcap);
    out[key] = score_;
    if (score_ > most) most = score_;
  }
  for (uint32_t key = visible.start; key < visible.end; key++) z += out[key] = exp(out[key] - most);
  for (uint32_t key = visible.start; key < visible.end; key++) out[key] /= z;
}
