#include "tests/unit/fake_trace.h"

#include "engine/base/half.h"
#include "engine/base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE(bytes, kind) {bytes, sizeof bytes - 1, kind}

static const struct {
  const char *bytes;
  size_t size;
  pel_segment_kind segment;
} mixed[FAKE_TOKENS] = {
    PIECE("<|im_start|>", PEL_SEGMENT_TEMPLATE),
    PIECE("system", PEL_SEGMENT_TEMPLATE),
    PIECE("\n", PEL_SEGMENT_TEMPLATE),
    PIECE("You", PEL_SEGMENT_SYSTEM),
    PIECE(" answer", PEL_SEGMENT_SYSTEM),
    PIECE(" briefly", PEL_SEGMENT_SYSTEM),
    PIECE(".", PEL_SEGMENT_SYSTEM),
    PIECE("<|im_end|>", PEL_SEGMENT_TEMPLATE),
    PIECE("\n", PEL_SEGMENT_TEMPLATE),
    PIECE("Is", PEL_SEGMENT_USER),
    PIECE(" the", PEL_SEGMENT_USER),
    PIECE(" cat", PEL_SEGMENT_USER),
    PIECE(" <b>&\"", PEL_SEGMENT_USER),
    PIECE(" \xe4\xb8", PEL_SEGMENT_USER),        /* the first two bytes of U+4E2D ... */
    PIECE("\xad\xe5\x9b\xbd", PEL_SEGMENT_USER), /* ... its last, and U+56FD */
    PIECE("\xe7\x8c\xab", PEL_SEGMENT_USER),
    PIECE(" \xd8\xa7\xd9\x84", PEL_SEGMENT_USER),        /* the Arabic article, cut from its word */
    PIECE("\xd9\x82\xd8\xb7\xd8\xa9", PEL_SEGMENT_USER), /* "cat" */
    PIECE("?", PEL_SEGMENT_USER),
    PIECE("\n\n", PEL_SEGMENT_USER),
    PIECE("<think>", PEL_SEGMENT_TEMPLATE),
    PIECE("The", PEL_SEGMENT_THINK),
    PIECE(" cat", PEL_SEGMENT_THINK),
    PIECE("\t", PEL_SEGMENT_THINK),
    PIECE("sat", PEL_SEGMENT_THINK),
    PIECE(" \xf0\x9f\x90", PEL_SEGMENT_THINK),                                /* three bytes of U+1F408 ... */
    PIECE("\x88", PEL_SEGMENT_THINK),                                         /* ... and its last */
    PIECE("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac", PEL_SEGMENT_THINK), /* a joined emoji */
    PIECE(" \xff\xfe", PEL_SEGMENT_THINK),                                    /* no UTF-8 at all */
    PIECE("\x07", PEL_SEGMENT_THINK),
    PIECE("\xe2\x80\xae", PEL_SEGMENT_THINK), /* right-to-left override */
    PIECE("so", PEL_SEGMENT_THINK),
    PIECE("</think>", PEL_SEGMENT_TEMPLATE),
    PIECE("\n", PEL_SEGMENT_ANSWER),
    PIECE("Yes", PEL_SEGMENT_ANSWER),
    PIECE(",", PEL_SEGMENT_ANSWER),
    PIECE(" it", PEL_SEGMENT_ANSWER),
    PIECE(" antidisestablishmentarianism", PEL_SEGMENT_ANSWER),
    PIECE(" is", PEL_SEGMENT_ANSWER),
    PIECE(".", PEL_SEGMENT_ANSWER),
};

static const char *const plain[] = {"The",  " cat", " sat", " on",     " the",
                                    " mat", ",",    " and", " looked", "."};

struct pel_trace {
  pel_trace_info info;
  pel_trace_layer layers[FAKE_LAYERS];
  float *row;
  bool mixed;
  int fail_at, map_calls;
};

static pel_trace *make(uint32_t n, bool is_mixed) {
  pel_trace *t = calloc(1, sizeof *t);
  t->mixed = is_mixed;
  t->row = calloc(n + 1, sizeof *t->row);
  t->info = (pel_trace_info){.model_name = "Fake <135M> & co",
                             .model_file = "fake.gguf",
                             .model_sha256 = "00ff",
                             .architecture = "fake",
                             .created = "2025-01-02T03:04:05Z",
                             .generator = "pellucid 0",
                             .kernels = "ref",
                             .hash = "3f9c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7",
                             .note = "",
                             .complete = true,
                             .n_tokens = n,
                             .n_rows = n,
                             .n_prompt = n / 2,
                             .n_layers = FAKE_LAYERS,
                             .n_head_max = FAKE_HEADS,
                             .n_recorded_layers = FAKE_LAYERS - 1};
  for (uint32_t l = 0; l < FAKE_LAYERS; l++)
    t->layers[l] = (pel_trace_layer){.recorded = l != 2,
                                     .n_head = FAKE_HEADS,
                                     .n_kv_head = 3,
                                     .head_dim = 8,
                                     .window = l == 1 ? FAKE_WINDOW : 0,
                                     .scale = 0.353553f};
  return t;
}

pel_trace *fake_trace_new(uint32_t n) { return make(n, true); }
pel_trace *fake_trace_new_plain(uint32_t n) { return make(n, false); }
void fake_trace_fail_map(pel_trace *t, int at_call) { t->fail_at = at_call, t->map_calls = 0; }

void pel_trace_close(pel_trace *t) {
  if (!t) return;
  free(t->row);
  free(t);
}

const pel_trace_info *pel_trace_get_info(const pel_trace *t) { return &t->info; }
const char *pel_trace_provenance(const pel_trace *t, const char *key) {
  (void)t, (void)key;
  return NULL;
}
pel_status pel_trace_check_hash(pel_trace *t, bool (*progress)(double fraction, void *user), void *user, char out[PEL_TRACE_HASH], pel_error *err) {
  (void)progress, (void)user, (void)err;
  snprintf(out, PEL_TRACE_HASH, "%s", t->info.hash ? t->info.hash : "");
  return PEL_OK;
}
const pel_trace_layer *pel_trace_get_layer(const pel_trace *t, uint32_t l) {
  return l < FAKE_LAYERS ? &t->layers[l] : NULL;
}

bool pel_trace_has_head(const pel_trace *t, uint32_t l, uint32_t h) {
  return l < FAKE_LAYERS && t->layers[l].recorded && h < FAKE_HEADS && !(l == 3 && h == 4);
}

__attribute__((weak)) const char *pel_segment_name(pel_segment_kind kind) {
  static const char *const names[] = {"template", "system", "user", "think", "answer", "text"};
  return (unsigned)kind < PEL_SEGMENT_KINDS ? names[kind] : "?";
}

static float noise(uint32_t a, uint32_t b) { /* 0 .. 1 */
  uint32_t x = a * 2654435761u ^ (b + 0x9e3779b9u) * 2246822519u;
  x ^= x >> 15;
  x *= 0x85ebca6bu;
  x ^= x >> 13;
  return (float)(x >> 8) / 16777216.0f;
}

pel_status pel_trace_get_token(pel_trace *t, uint32_t p, pel_trace_token *out, pel_error *err) {
  if (p >= t->info.n_tokens) return pel_fail(err, PEL_ERR_USAGE, "no token %u", p);
  uint32_t k = p % (t->mixed ? FAKE_TOKENS : 10);
  *out = (pel_trace_token){.id = (pel_token_id)(1000 + k), .logprob = NAN, .entropy = NAN, .margin = NAN};
  out->piece = t->mixed ? mixed[k].bytes : plain[k];
  out->piece_size = t->mixed ? mixed[k].size : strlen(plain[k]);
  out->segment = t->mixed ? mixed[k].segment : PEL_SEGMENT_TEXT;
  if (p == 0) return PEL_OK;
  float u = noise(p, 77);
  out->logprob = -12.0f * u * u * u;
  out->entropy = 4 * noise(p, 78);
  out->margin = noise(p, 79);
  out->n_alternatives = p % (PEL_TRACE_ALTERNATIVES + 1);
  for (uint32_t i = 0; i < out->n_alternatives; i++)
    out->alternatives[i] = (pel_trace_alternative){(pel_token_id)i, -0.5f - (float)i,
                                                   i == 2 ? "\xe4\xb8" : " a,\"b\"", i == 2 ? 2 : 6};
  return PEL_OK;
}

pel_range pel_trace_visible(const pel_trace *t, uint32_t l, uint32_t row) {
  uint32_t window = t->layers[l].window;
  return (pel_range){window && row + 1 > window ? row + 1 - window : 0, row + 1};
}

/* Six kinds of heads: sink, previous token, same token before, local, wide, first tokens. */
static float score(uint32_t l, uint32_t h, uint32_t row, uint32_t key) {
  float d = (float)(row - key), s = 1.5f * noise(row * 4099 + key, l * 64 + h);
  switch (h) {
  case 0:
    return s + (key == 0 ? 7.0f : 0);
  case 1:
    return s + (d == 1 ? 6.0f : 0) + (key == 0 ? 3.0f : 0);
  case 2:
    return s + ((row - key) % 11 == 10 ? 5.0f : 0) + (key == 0 ? 4.0f : 0);
  case 3:
    return s - 0.35f * d;
  case 4:
    return s;
  default:
    return s + (key < 5 ? 4.0f : 0) - 0.002f * d;
  }
}

static void fill_row(pel_trace *t, uint32_t l, uint32_t h, uint32_t row, float *m, float *z) {
  pel_range seen = pel_trace_visible(t, l, row);
  memset(t->row, 0, t->info.n_tokens * sizeof *t->row);
  *m = -INFINITY;
  *z = 0;
  for (uint32_t k = seen.start; k < seen.end; k++)
    *m = fmaxf(*m, t->row[k] = score(l, h, row, k));
  for (uint32_t k = seen.start; k < seen.end; k++)
    *z += t->row[k] = expf(t->row[k] - *m);
  for (uint32_t k = seen.start; k < seen.end; k++)
    t->row[k] /= *z;
}

pel_status pel_trace_map(pel_trace *t, uint32_t l, uint32_t h, pel_range rows, pel_range cols, float *out,
                         pel_error *err) {
  if (t->fail_at && ++t->map_calls >= t->fail_at) return pel_fail(err, PEL_ERR_INPUT, "a made-up failure");
  if (!pel_trace_has_head(t, l, h) || rows.end > t->info.n_tokens || cols.end > t->info.n_tokens)
    return pel_fail(err, PEL_ERR_USAGE, "outside the trace");
  for (uint32_t r = rows.start; r < rows.end; r++, out += cols.end - cols.start) {
    float m, z;
    fill_row(t, l, h, r, &m, &z);
    memcpy(out, t->row + cols.start, (cols.end - cols.start) * sizeof *out);
  }
  return PEL_OK;
}

pel_status pel_trace_rows(pel_trace *t, uint32_t l, uint32_t h, pel_range rows, float *m, float *z,
                          float *entropy, float *sink, pel_error *err) {
  if (!pel_trace_has_head(t, l, h)) return pel_fail(err, PEL_ERR_USAGE, "outside the trace");
  for (uint32_t r = rows.start, i = 0; r < rows.end; r++, i++) {
    float row_m, row_z, sum = 0;
    fill_row(t, l, h, r, &row_m, &row_z);
    for (uint32_t k = 0; k <= r; k++)
      if (t->row[k] > 0) sum -= t->row[k] * logf(t->row[k]);
    if (m) m[i] = row_m;
    if (z) z[i] = row_z;
    if (entropy) entropy[i] = sum;
    if (sink) sink[i] = t->row[0];
  }
  return PEL_OK;
}

pel_status pel_trace_keys(pel_trace *t, uint32_t l, uint32_t h, pel_range keys, float *received,
                          float *value_norm, pel_error *err) {
  if (!pel_trace_has_head(t, l, h)) return pel_fail(err, PEL_ERR_USAGE, "outside the trace");
  for (uint32_t k = keys.start; k < keys.end; k++) {
    if (received) received[k - keys.start] = 0;
    if (value_norm) value_norm[k - keys.start] = 0.5f + noise(k, l * 64 + h);
  }
  float m, z;
  for (uint32_t r = 0; received && r < t->info.n_tokens; r++) {
    fill_row(t, l, h, r, &m, &z);
    for (uint32_t k = keys.start; k < keys.end; k++)
      received[k - keys.start] += t->row[k];
  }
  return PEL_OK;
}

static void fill_half(uint16_t *out, uint32_t seed, pel_range rows, uint32_t dim) {
  for (uint32_t r = rows.start; r < rows.end; r++)
    for (uint32_t i = 0; i < dim; i++)
      *out++ = pel_float_to_half((float)(r % 1000) + (float)(seed * 8 + i) / 64);
}

pel_status pel_trace_queries(pel_trace *t, uint32_t l, uint32_t h, pel_range rows, uint16_t *out,
                             pel_error *err) {
  if (!pel_trace_has_head(t, l, h)) return pel_fail(err, PEL_ERR_USAGE, "outside the trace");
  fill_half(out, h, rows, 8);
  return PEL_OK;
}

pel_status pel_trace_key_rows(pel_trace *t, uint32_t l, uint32_t kv, pel_range rows, uint16_t *out,
                              pel_error *err) {
  (void)t, (void)l, (void)err;
  fill_half(out, kv, rows, 8);
  return PEL_OK;
}

pel_status pel_trace_pyramid(pel_trace *t, uint32_t l, uint32_t h, pel_pyramid *out, pel_error *err) {
  if (!pel_trace_has_head(t, l, h)) return pel_fail(err, PEL_ERR_USAGE, "outside the trace");
  uint32_t block = 64, side = (t->info.n_tokens + block - 1) / block;
  pel_pyramid p = {side, block, calloc((size_t)side * side, sizeof(float)),
                   calloc((size_t)side * side, sizeof(float))};
  float m, z;
  for (uint32_t r = 0; r < t->info.n_tokens; r++) {
    fill_row(t, l, h, r, &m, &z);
    for (uint32_t k = 0; k <= r; k++) {
      size_t i = (size_t)(r / block) * side + k / block;
      p.sum[i] += t->row[k];
      p.max[i] = fmaxf(p.max[i], t->row[k]);
    }
  }
  *out = p;
  return PEL_OK;
}

void pel_pyramid_clear(pel_pyramid *p) {
  free(p->sum);
  free(p->max);
  *p = (pel_pyramid){0};
}
