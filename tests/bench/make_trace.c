/* Writes a synthetic trace of any size: attention that looks like a model's, made by no model.
 *
 *   make_trace OUT.pel [TOKENS [LAYERS [HEADS [KV_HEADS [HEAD_DIM]]]]]      (32768 30 9 3 64)
 *
 * Queries and keys are made up; what follows from them (m, Z, entropy, sink, received mass, the overview) comes from
 * the project's kernels in the engine's order, so that the file holds under `pellucid verify` and reads like any
 * other. The same sizes give the same file. It shows how the program behaves on long runs, nothing about models.
 *
 * A key is [sink, cos and sin of its position at frequencies of 2 down to 1e-5 radians, the word]. Each query head
 * weighs these parts in its own way: how strongly the first key draws it, how far back and how sharply it looks (a
 * head may look at the token before), how much it looks for its own word. */
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/base/rng.h"
#include "engine/kernels/kernels.h"
#include "engine/trace/writer.h"

#define BATCH         512
#define MOST_HEAD_DIM 256
#define MOST_PAIRS    (MOST_HEAD_DIM * 3 / 8)
#define THREADS       2
#define SEED          20260101u

/* ---- tokens ---- */

typedef enum word { OPEN, CLOSE, SYSTEM, USER, ASSISTANT, THINK, THOUGHT,
                    NEWLINE, PARAGRAPH, COMMA, STOP, COLON, PLAIN } word;

static const char *const words[] = {
    "<|im_start|>", "<|im_end|>", "system", "user", "assistant", "<think>", "</think>", "\n", "\n\n", ",", ".", ":",
    " the", " of", " and", " a", " to", " is", " in", " that", " it", " we", " for", " so", " as", " if", " this",
    " with", " be", " not", " are", " on", " then", " can", " by", " from", " or", " one", " two", " first",
    " second", " next", " wait", " number", " sum", " square", " root", " value", " step", " check", " answer",
    " question", " because", " therefore", " train", " hour", " kilometre", " station", " time", " speed", " light",
    " blue", " sky", " water", " sun", " air", " wave", "length", " scatter", "ing", "ed", "s", "ly", " red",
    " small", " large", " more", " less", " than", " equal", " prime", " divide", " remain", "der", " proof",
    " case", " let", " x", " y", " n", " 1", " 2", " 3", " 7", " 10", " =", " +", " (", ")", " caf\xc3\xa9",
    " na\xc3\xafve", " \xc2\xb5m", " \xe2\x89\xa4", " however", " actually", " maybe", " hmm", " again", " look",
    " think", " thing", " people", " city", " river", " country", " history", " language", " music", " paper"};
#define N_WORDS (sizeof words / sizeof *words)

typedef struct text {
  uint32_t n, n_prompt;
  uint16_t *id;     /* [n] */
  uint8_t *segment; /* [n] */
} text;

static void put(text *t, uint32_t *at, uint32_t id, pel_segment_kind segment) {
  if (*at >= t->n) return;
  t->id[*at] = (uint16_t)id;
  t->segment[(*at)++] = (uint8_t)segment;
}

/* Frequent words come first in the list: the square draws them more often. */
static void put_words(text *t, uint32_t *at, uint32_t end, pel_segment_kind segment, pel_rng *rng) {
  while (*at < end) {
    double u = pel_rng_uniform(rng), mark = pel_rng_uniform(rng);
    put(t, at, PLAIN + (uint32_t)(u * u * (double)(N_WORDS - PLAIN)), segment);
    if (mark < 0.13 && *at < end) put(t, at, mark < 0.06 ? STOP : mark < 0.12 ? COMMA : COLON, segment);
    if (mark < 0.012 && *at < end) put(t, at, mark < 0.006 ? PARAGRAPH : NEWLINE, segment);
  }
}

static void open_turn(text *t, uint32_t *at, uint32_t role) {
  put(t, at, OPEN, PEL_SEGMENT_TEMPLATE), put(t, at, role, PEL_SEGMENT_TEMPLATE),
      put(t, at, NEWLINE, PEL_SEGMENT_TEMPLATE);
}

static void close_turn(text *t, uint32_t *at) {
  put(t, at, CLOSE, PEL_SEGMENT_TEMPLATE), put(t, at, NEWLINE, PEL_SEGMENT_TEMPLATE);
}

static text make_text(uint32_t n) {
  text t = {.n = n, .id = pel_alloc(n, 2), .segment = pel_alloc(n, 1)};
  if (!t.id || !t.segment) return t;
  pel_rng rng = {SEED};
  uint32_t at = 0;
  open_turn(&t, &at, SYSTEM);
  put_words(&t, &at, n / 64 + 4 < n ? n / 64 + 4 : n, PEL_SEGMENT_SYSTEM, &rng);
  close_turn(&t, &at);
  open_turn(&t, &at, USER);
  put_words(&t, &at, n / 4, PEL_SEGMENT_USER, &rng);
  close_turn(&t, &at);
  open_turn(&t, &at, ASSISTANT);
  t.n_prompt = at;
  put(&t, &at, THINK, PEL_SEGMENT_THINK);
  put_words(&t, &at, n / 4 * 3, PEL_SEGMENT_THINK, &rng);
  put(&t, &at, THOUGHT, PEL_SEGMENT_THINK);
  put_words(&t, &at, n, PEL_SEGMENT_ANSWER, &rng);
  return t;
}

/* Five alternatives that fall off; the token is one of them by their probabilities, or behind them all. */
static pel_trace_token make_token(const text *t, uint32_t position) {
  pel_trace_token out = {.id = t->id[position],
                         .piece = words[t->id[position]],
                         .segment = t->segment[position],
                         .logprob = NAN,
                         .entropy = NAN,
                         .margin = NAN};
  out.piece_size = strlen(out.piece);
  if (!position) return out;
  pel_rng rng = {SEED ^ (uint64_t)position << 20};
  double u = pel_rng_uniform(&rng), p[PEL_TRACE_ALTERNATIVES], left = 1, v = pel_rng_uniform(&rng), entropy = 0;
  for (int i = 0; i < PEL_TRACE_ALTERNATIVES; i++) {
    p[i] = left * (i ? 0.4 : 0.12 + 0.87 * sqrt(u));
    if (i && p[i] > p[i - 1]) p[i] = p[i - 1];
    left -= p[i];
    entropy -= p[i] * log(p[i]);
  }
  int rank = 0;
  for (; rank < PEL_TRACE_ALTERNATIVES && v > p[rank]; rank++) v -= p[rank];
  for (int i = 0; i < PEL_TRACE_ALTERNATIVES; i++) {
    uint32_t id = (uint32_t)(out.id + (i - rank) * 13 + (int)N_WORDS * 13) % N_WORDS;
    out.alternatives[i] = (pel_trace_alternative){(int)id, (float)log(p[i]), words[id], strlen(words[id])};
  }
  out.n_alternatives = PEL_TRACE_ALTERNATIVES;
  out.logprob = (float)log(rank < PEL_TRACE_ALTERNATIVES ? p[rank] : left / 20);
  out.entropy = (float)(entropy - left * log(left / 100));
  out.margin = (float)(p[0] - p[1]);
  return out;
}

/* ---- what each head looks for ---- */

typedef struct head_taste {
  float sink;                                         /* score of the first key */
  float near;                                         /* score of the nearest key, falling with distance */
  float word;                                         /* how much its own word counts */
  float weight[MOST_PAIRS];                           /* of each frequency, sum 1: the slow ones alone look far */
  float shift_cos[MOST_PAIRS], shift_sin[MOST_PAIRS]; /* of the distance that it prefers, 0 or 1 */
  float value[MOST_HEAD_DIM];                         /* how this head's output projection scales a value */
} head_taste;

typedef struct synthetic {
  text text;
  uint32_t n_layers, n_head, n_kv_head, head_dim, n_pairs;
  float scale;
  float frequency[MOST_PAIRS];
  head_taste *taste;      /* [n_layers, n_head] */
  float *embedding;       /* [n_layers, n_kv_head, N_WORDS, n_content]; the last parts of a key */
  uint16_t **keys;        /* [n_layers, n_kv_head] in blocks of 16, all tokens */
  uint16_t *q, *k, *norm; /* of one batch and layer */
  float *q_wide;          /* q's halves widened */
  float *m, *z, *entropy, *sink;
  struct scratch {
    float *scores[PEL_ROWS_MAX], *column_max;
    uint32_t *column_sum;
  } scratch[THREADS];
  pel_pool *pool;
  const pel_kernels *kernels;
} synthetic;

static uint32_t n_content(const synthetic *s) { return s->head_dim - 1 - 2 * s->n_pairs; }

static float normal(pel_rng *rng) { /* four 16-bit uniforms, mean 0, variance 1 */
  uint64_t r = pel_rng_next(rng);
  float sum = (float)(r & 65535) + (float)(r >> 16 & 65535) + (float)(r >> 32 & 65535) + (float)(r >> 48);
  return (sum - 2 * 65535.0f) * (1.7320508f / 65536);
}

static void make_taste(const synthetic *s, uint32_t layer, uint32_t head, head_taste *out) {
  pel_rng rng = {SEED + ((uint64_t)layer << 32) + ((uint64_t)head << 48)};
  double kind = pel_rng_uniform(&rng), depth = s->n_layers > 1 ? (double)layer / (s->n_layers - 1) : 0;
  bool previous = kind < 0.08;
  out->near = (float)(previous ? 40 : kind < 0.4 ? 8 + 12 * pel_rng_uniform(&rng) : 2 + 7 * pel_rng_uniform(&rng));
  out->sink = (float)(4 + 8 * pel_rng_uniform(&rng) * (0.4 + 0.6 * depth)) + 0.4f * out->near;
  out->word = (float)(kind > 0.7 ? 1 + pel_rng_uniform(&rng) : 0.7 * pel_rng_uniform(&rng));
  double reach = previous ? 0.5 : exp(8 * pel_rng_uniform(&rng)), sum = 0; /* in tokens */
  for (uint32_t p = 0; p < s->n_pairs; p++)
    sum += out->weight[p] = (float)exp(-(double)s->frequency[p] * reach) + 1e-6f;
  for (uint32_t p = 0; p < s->n_pairs; p++) {
    out->weight[p] /= (float)sum;
    out->shift_cos[p] = cosf(previous ? s->frequency[p] : 0);
    out->shift_sin[p] = sinf(previous ? s->frequency[p] : 0);
  }
  for (uint32_t i = 0; i < s->head_dim; i++) out->value[i] = fabsf(normal(&rng)) * 0.2f;
}

/* ---- queries and keys of one batch of one layer ---- */

typedef struct batch_job {
  synthetic *s;
  const pel_probe *probe;
  uint32_t layer, first, n, n_tiles;
  _Atomic bool cancelled;
} batch_job;

static void make_query(const synthetic *s, const head_taste *h, const float *embedding, uint32_t position,
                       const float *angle, pel_rng *rng, float *out) {
  float unit = 1 / s->scale, near = h->near * (1 + 0.2f * normal(rng)) * unit;
  *out++ = h->sink * (1 + 0.15f * normal(rng)) * unit / 16;
  for (uint32_t p = 0; p < s->n_pairs; p++) {
    float c = angle[2 * p], w = near * h->weight[p], si = angle[2 * p + 1];
    *out++ = w * (c * h->shift_cos[p] + si * h->shift_sin[p]);
    *out++ = w * (si * h->shift_cos[p] - c * h->shift_sin[p]);
  }
  uint32_t n = n_content(s);
  const float *own = embedding + (size_t)s->text.id[position] * n;
  for (uint32_t i = 0; i < n; i++) *out++ = (h->word * own[i] + 0.8f * normal(rng)) * unit / sqrtf((float)n);
}

static void make_key(const synthetic *s, const float *embedding, uint32_t position, const float *angle, pel_rng *rng,
                     float *out) {
  uint32_t n = n_content(s), id = s->text.id[position];
  *out++ = !position ? 16 : id == NEWLINE || id == PARAGRAPH ? 3 + normal(rng) : 0.3f * normal(rng);
  memcpy(out, angle, 2 * s->n_pairs * sizeof *out);
  out += 2 * s->n_pairs;
  for (uint32_t i = 0; i < n; i++) *out++ = embedding[(size_t)id * n + i] + 0.5f * normal(rng);
}

/* The norm of a made-up value as each query head sees it: next to nothing at the sink, little at marks. */
static void make_norms(const synthetic *s, uint32_t layer, uint32_t kv, uint32_t position, pel_rng *rng,
                       uint16_t *out) {
  uint32_t group = s->n_head / s->n_kv_head;
  float size = !position ? 0.03f : s->text.id[position] < PLAIN ? 0.4f : 1, value[MOST_HEAD_DIM];
  for (uint32_t i = 0; i < s->head_dim; i++) value[i] = size * normal(rng);
  for (uint32_t h = kv * group; h < (kv + 1) * group; h++) {
    const float *scale = s->taste[layer * s->n_head + h].value;
    float sum = 0;
    for (uint32_t i = 0; i < s->head_dim; i++) sum = fmaf(value[i] * scale[i], value[i] * scale[i], sum);
    out[h] = pel_float_to_half(sqrtf(sum));
  }
}

static void make_rows(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  const batch_job *job = data;
  synthetic *s = job->s;
  uint32_t d = s->head_dim, layer = job->layer, group = s->n_head / s->n_kv_head;
  float angle[2 * MOST_PAIRS], row[MOST_HEAD_DIM];
  for (size_t t = lo; t < hi; t++) {
    uint32_t position = job->first + (uint32_t)t;
    pel_rng rng = {SEED * 7919ull + ((uint64_t)layer << 40) + ((uint64_t)position << 8)};
    rng.state = pel_rng_next(&rng); /* states that lie close would give the same numbers a little later */
    for (uint32_t p = 0; p < s->n_pairs; p++) {
      double a = (double)s->frequency[p] * position;
      angle[2 * p] = (float)cos(a), angle[2 * p + 1] = (float)sin(a);
    }
    for (uint32_t h = 0; h < s->n_head; h++) {
      const float *embedding = s->embedding + (size_t)(layer * s->n_kv_head + h / group) * N_WORDS * n_content(s);
      size_t at = (t * s->n_head + h) * d;
      make_query(s, &s->taste[layer * s->n_head + h], embedding, position, angle, &rng, row);
      s->kernels->half_from_float(row, s->q + at, d);
      s->kernels->float_from_half(s->q + at, s->q_wide + at, d);
    }
    for (uint32_t kv = 0; kv < s->n_kv_head; kv++) {
      size_t head = (size_t)layer * s->n_kv_head + kv;
      uint16_t *k = s->k + (t * s->n_kv_head + kv) * d;
      make_key(s, s->embedding + head * N_WORDS * n_content(s), position, angle, &rng, row);
      s->kernels->half_from_float(row, k, d);
      pel_pack_keys(k, d, position, 1, d, s->keys[head]);
      make_norms(s, layer, kv, position, &rng, s->norm + t * s->n_head);
    }
  }
}

/* ---- rows of attention, as the engine computes them ---- */

static void attend_rows(batch_job *job, uint32_t t, uint32_t head, size_t n, struct scratch *scratch, pel_row *rows) {
  synthetic *s = job->s;
  pel_row_spec spec = {s->head_dim, s->scale, 0};
  for (size_t r = 0; r < n; r++)
    rows[r] = (pel_row){.q = s->q_wide + ((t + r) * s->n_head + head) * s->head_dim,
                        .s = scratch->scores[r],
                        .base = 0,
                        .lo = 0,
                        .hi = job->first + t + (uint32_t)r + 1};
  uint32_t kv = head / (s->n_head / s->n_kv_head);
  s->kernels->score_rows(&spec, rows, n, s->keys[job->layer * s->n_kv_head + kv]);
  for (size_t r = 0; r < n; r++) {
    s->kernels->softmax_row(&rows[r], true);
    size_t at = (t + r) * s->n_head + head;
    s->m[at] = rows[r].m, s->z[at] = rows[r].z, s->entropy[at] = rows[r].entropy;
    s->sink[at] = rows[r].s[0] / rows[r].z;
  }
}

/* The longest rows first, so that threads end together. */
static void attend_tile(batch_job *job, size_t unit, struct scratch *scratch) {
  uint32_t n_head = job->s->n_head, head = (uint32_t)(unit % n_head);
  uint32_t t = (job->n_tiles - 1 - (uint32_t)(unit / n_head)) * PEL_TILE;
  uint32_t n = job->n - t < PEL_TILE ? job->n - t : PEL_TILE, n_keys = job->first + t + n;
  memset(scratch->column_sum, 0, (n_keys + PEL_TILE) * sizeof *scratch->column_sum);
  memset(scratch->column_max, 0, (n_keys / PEL_TILE + 1) * sizeof *scratch->column_max);
  for (uint32_t i = 0; i < n; i += PEL_ROWS_MAX) {
    size_t count = n - i < PEL_ROWS_MAX ? n - i : PEL_ROWS_MAX;
    pel_row rows[PEL_ROWS_MAX];
    attend_rows(job, t + i, head, count, scratch, rows);
    job->s->kernels->column_rows(rows, count, scratch->column_sum, scratch->column_max);
  }
  pel_event e = {.site = PEL_SITE_COLUMNS, .layer = job->layer, .first = job->first + t, .n_rows = n};
  e.columns = (pel_attention_columns){head, 0, n_keys, scratch->column_sum, scratch->column_max};
  if (!job->probe->show(job->probe->user, &e)) job->cancelled = true;
}

static void attend_tiles(void *data, size_t lo, size_t hi, int thread) {
  batch_job *job = data;
  for (size_t unit = lo; unit < hi && !job->cancelled; unit++) attend_tile(job, unit, &job->s->scratch[thread]);
}

static bool run_layer(batch_job *job) {
  synthetic *s = job->s;
  pel_pool_run(s->pool, job->n, 16, make_rows, job);
  pel_pool_run(s->pool, (size_t)job->n_tiles * s->n_head, 1, attend_tiles, job);
  pel_event e = {.site = PEL_SITE_ATTENTION, .layer = job->layer, .first = job->first, .n_rows = job->n};
  e.attention = (pel_attention_rows){s->n_head, s->n_kv_head, s->head_dim, s->q, s->k, s->m, s->z, s->entropy, s->sink};
  if (job->cancelled || !job->probe->show(job->probe->user, &e)) return false;
  e.site = PEL_SITE_VALUE_NORMS;
  e.value_norms = (pel_value_norms){s->n_head, s->norm};
  return job->probe->show(job->probe->user, &e);
}

/* ---- the program ---- */

static void check(pel_status status, const pel_error *err) {
  if (status == PEL_OK) return;
  fprintf(stderr, "make_trace: %s\n", err->text);
  exit(1);
}

static void *need(void *memory) {
  if (memory) return memory;
  fputs("make_trace: out of memory\n", stderr);
  exit(1);
}

static void allocate(synthetic *s) {
  size_t n = s->text.n, d = s->head_dim, heads = (size_t)s->n_layers * s->n_kv_head, rows = (size_t)BATCH * s->n_head;
  need(s->text.id), need(s->text.segment);
  s->taste = need(pel_alloc((size_t)s->n_layers * s->n_head, sizeof *s->taste));
  s->embedding = need(pel_alloc(heads * N_WORDS * n_content(s), sizeof *s->embedding));
  s->keys = need(pel_alloc(heads, sizeof *s->keys));
  for (size_t i = 0; i < heads; i++) s->keys[i] = need(pel_alloc_aligned(pel_key_blocks(n) * PEL_KEYS * d, 2));
  s->q = need(pel_alloc_aligned(rows * d, 2)), s->q_wide = need(pel_alloc_aligned(rows * d, 4));
  s->k = need(pel_alloc_aligned((size_t)BATCH * s->n_kv_head * d, 2)), s->norm = need(pel_alloc(rows, 2));
  s->m = need(pel_alloc(rows, 4)), s->z = need(pel_alloc(rows, 4));
  s->entropy = need(pel_alloc(rows, 4)), s->sink = need(pel_alloc(rows, 4));
  for (int i = 0; i < THREADS; i++) {
    for (int r = 0; r < PEL_ROWS_MAX; r++) s->scratch[i].scores[r] = need(pel_alloc_aligned(n + 64, 4));
    s->scratch[i].column_sum = need(pel_alloc_aligned(n + 64, 4));
    s->scratch[i].column_max = need(pel_alloc_aligned(n / PEL_TILE + 64, 4));
  }
}

static void release(synthetic *s) {
  for (int i = 0; i < THREADS; i++) {
    for (int r = 0; r < PEL_ROWS_MAX; r++) free(s->scratch[i].scores[r]);
    free(s->scratch[i].column_sum), free(s->scratch[i].column_max);
  }
  for (size_t i = 0; i < (size_t)s->n_layers * s->n_kv_head; i++) free(s->keys[i]);
  free(s->keys), free(s->taste), free(s->embedding), free(s->text.id), free(s->text.segment);
  free(s->q), free(s->q_wide), free(s->k), free(s->norm), free(s->m), free(s->z), free(s->entropy), free(s->sink);
  pel_pool_destroy(s->pool);
}

static void prepare(synthetic *s) {
  pel_error err;
  s->n_pairs = s->head_dim * 3 / 8;
  s->scale = 1 / sqrtf((float)s->head_dim);
  s->kernels = pel_kernels_get();
  allocate(s);
  check(pel_pool_create(THREADS, &s->pool, &err), &err);
  for (uint32_t p = 0; p < s->n_pairs; p++) s->frequency[p] = (float)(2 * exp(-log(2e5) * p / s->n_pairs));
  for (uint32_t i = 0; i < s->n_layers * s->n_head; i++) make_taste(s, i / s->n_head, i % s->n_head, &s->taste[i]);
  pel_rng rng = {SEED + 1};
  for (size_t i = 0; i < (size_t)s->n_layers * s->n_kv_head * N_WORDS * n_content(s); i++)
    s->embedding[i] = normal(&rng);
}

static pel_trace_writer *open_writer(const synthetic *s, const char *path) {
  static const char *const parameters[][2] = {{"synthetic", "made by make_trace, not by a model"},
                                              {"seed", "20260101"}};
  pel_error err;
  pel_trace_writer *writer = NULL;
  pel_trace_layer *layers = need(pel_alloc(s->n_layers, sizeof *layers));
  for (uint32_t i = 0; i < s->n_layers; i++)
    layers[i] = (pel_trace_layer){true, s->n_head, s->n_kv_head, s->head_dim, 0, s->scale, 0};
  pel_trace_header header = {.model_name = "synthetic",
                             .model_file = "none",
                             .architecture = "synthetic",
                             .kernels = s->kernels->name,
                             .generator = "make_trace (synthetic)",
                             .created = "2026-01-01T00:00:00Z",
                             .parameters = parameters,
                             .n_parameters = 2,
                             .n_layers = s->n_layers,
                             .layers = layers,
                             .n_context = s->text.n};
  check(pel_trace_writer_open(path, true, &header, &writer, &err), &err);
  free(layers);
  return writer;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The work grows with the square of the tokens. */
static void report(uint32_t done, uint32_t all, double start) {
  double part = (double)done / all * done / all, passed = seconds() - start;
  fprintf(stderr, "make_trace: %u of %u tokens, %.0f %% of the work, %.0f s, about %.0f s to go\n", done, all,
          100 * part, passed, passed / part - passed);
}

static void write_trace(synthetic *s, const char *path) {
  pel_error err;
  double start = seconds();
  pel_trace_writer *writer = open_writer(s, path);
  for (uint32_t first = 0, n; first < s->text.n; first += n) {
    n = s->text.n - first < BATCH ? s->text.n - first : BATCH;
    check(pel_trace_writer_batch(writer, first, n, &err), &err);
    batch_job job = {.s = s,
                     .probe = pel_trace_writer_probe(writer),
                     .first = first,
                     .n = n,
                     .n_tiles = (n + PEL_TILE - 1) / PEL_TILE};
    for (; job.layer < s->n_layers; job.layer++)
      if (!run_layer(&job)) check(pel_trace_writer_status(writer, &err), &err);
    for (uint32_t i = first; i < first + n; i++) {
      pel_trace_token token = make_token(&s->text, i);
      check(pel_trace_writer_token(writer, &token, &err), &err);
    }
    if ((first + n) / BATCH % 4 == 0 || first + n == s->text.n) report(first + n, s->text.n, start);
  }
  double waited = pel_trace_writer_waited(writer), closing = seconds();
  check(pel_trace_writer_close(writer, s->text.n_prompt, "synthetic: made by no model", &err), &err);
  fprintf(stderr,
          "make_trace: %s: %.1f s, of which closing %.1f s, waiting for the disk %.1f s; %.0f MB of memory at most\n",
          path, seconds() - start, seconds() - closing, waited, (double)pel_memory_peak() / 1e6);
}

static uint32_t number(int argc, char **argv, int i, uint32_t usual, uint32_t most) {
  if (i >= argc) return usual;
  char *end;
  unsigned long value = strtoul(argv[i], &end, 10);
  if (*end || !value || value > most) {
    fprintf(stderr, "make_trace: '%s' is no number from 1 to %u\n", argv[i], most);
    exit(2);
  }
  return (uint32_t)value;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 7 || argv[1][0] == '-') {
    fputs("usage: make_trace OUT.pel [TOKENS [LAYERS [HEADS [KV_HEADS [HEAD_DIM]]]]]   (32768 30 9 3 64)\n", stderr);
    return 2;
  }
  uint32_t n = number(argc, argv, 2, 32768, 1u << 20);
  synthetic *s = need(pel_alloc(1, sizeof *s));
  *s = (synthetic){.n_layers = number(argc, argv, 3, 30, 1024),
                   .n_head = number(argc, argv, 4, 9, 256),
                   .n_kv_head = number(argc, argv, 5, 3, 256),
                   .head_dim = number(argc, argv, 6, 64, MOST_HEAD_DIM)};
  if (s->n_head % s->n_kv_head || s->head_dim < 4) {
    fputs("make_trace: HEADS must be a multiple of KV_HEADS, HEAD_DIM at least 4\n", stderr);
    return 2;
  }
  s->text = make_text(n);
  prepare(s);
  write_trace(s, argv[1]);
  release(s);
  free(s);
  return 0;
}
