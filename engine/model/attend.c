/* Attention over the cache: rows as engine/kernels/row.h defines them, statistics and column sums for probes. */
#include <math.h>
#include <string.h>

#include "engine/base/checked.h"
#include "engine/base/status.h"
#include "engine/model/session.h"
#include "engine/kernels/exp.h"
#include <stdatomic.h>

typedef struct attend_job {
  const pel_batch *b;
  uint32_t layer;
  const pel_layer_info *info;
  bool wants_statistics, wants_columns, wants_weights, wants_norms;
  bool by_head; /* units are (tile of rows, head); otherwise groups of heads of one token */
  uint32_t heads_a_unit, n_tiles;
  _Atomic bool cancelled;
} attend_job;

static size_t head_keys(const pel_session *s) { return (size_t)s->context_padded * s->model->config.head_dim; }
static size_t head_values(const pel_session *s) { return (size_t)s->context_padded * s->head_padded; }

/* ---- into the cache ---- */

static void store_value(const pel_session *s, uint16_t *values, uint32_t position, const uint16_t *v) {
  uint32_t head_dim = s->model->config.head_dim;
  for (uint32_t d = 0; d < head_dim; d += 16) {
    uint32_t n = head_dim - d < 16 ? head_dim - d : 16;
    memcpy(values + ((size_t)(d / 16) * s->context_padded + position) * 16, v + d, n * sizeof *v);
  }
}

static void store_token(const attend_job *job, uint32_t t) {
  pel_session *s = job->b->s;
  const pel_config *c = &s->model->config;
  pel_cache *cache = &s->cache[job->layer];
  uint32_t hd = c->head_dim, q_size = c->n_head * hd, kv_size = c->n_kv_head * hd, at = job->b->first + t;
  uint16_t v16[PEL_HEAD_DIM_MAX];
  s->kernels->half_from_float(s->q + (size_t)t * q_size, s->q16 + (size_t)t * q_size, q_size);
  s->kernels->half_from_float(s->k + (size_t)t * kv_size, s->k16 + (size_t)t * kv_size, kv_size);
  for (uint32_t h = 0; h < c->n_kv_head; h++) {
    float *v = s->v + (size_t)t * kv_size + h * hd;
    if (s->exact) {
      size_t row = ((size_t)h * s->context_padded + at) * hd;
      memcpy(cache->exact_keys + row, s->k + (size_t)t * kv_size + h * hd, hd * sizeof(float));
      memcpy(cache->exact_values + row, v, hd * sizeof(float));
      continue;
    }
    pel_pack_keys(s->k16 + (size_t)t * kv_size + h * hd, hd, at, 1, hd, cache->keys + h * head_keys(s));
    s->kernels->half_from_float(v, v16, hd);
    store_value(s, cache->values + h * head_values(s), at, v16);
    s->kernels->float_from_half(v16, v, hd); /* value norms are of what attention reads */
  }
  if (!s->exact) s->kernels->float_from_half(s->q16 + (size_t)t * q_size, s->q + (size_t)t * q_size, q_size);
}

static void store_tokens(void *data, size_t lo, size_t hi, int thread) {
  (void)thread;
  for (size_t t = lo; t < hi; t++) store_token(data, (uint32_t)t);
}

/* ---- rows ---- */

static uint32_t row_start(const pel_layer_info *info, uint32_t position) {
  return info->window && position + 1 > info->window ? position + 1 - info->window : 0;
}

/* The tests' path: the same row in plain f32, keys and values not rounded. */
static void exact_rows(const attend_job *job, pel_row *rows, size_t n, uint32_t head, float *const *mixed) {
  const pel_session *s = job->b->s;
  uint32_t hd = job->info->head_dim, kv = head / (job->info->n_head / job->info->n_kv_head);
  const float *keys = s->cache[job->layer].exact_keys + (size_t)kv * s->context_padded * hd;
  const float *values = s->cache[job->layer].exact_values + (size_t)kv * s->context_padded * hd;
  for (size_t r = 0; r < n; r++) {
    rows[r].from = rows[r].lo / PEL_KEYS * PEL_KEYS;
    rows[r].to = (uint32_t)pel_round_up(rows[r].hi, PEL_KEYS);
    for (uint32_t key = rows[r].from; key < rows[r].to; key++) {
      float dot = 0;
      for (uint32_t i = 0; i < hd && key < rows[r].hi; i++) dot = fmaf(rows[r].q[i], keys[(size_t)key * hd + i], dot);
      float score = job->info->scale * dot;
      if (job->info->softcap > 0) score = pel_softcap(score, job->info->softcap);
      rows[r].s[key - rows[r].base] = key >= rows[r].lo && key < rows[r].hi ? score : PEL_FORBIDDEN;
    }
    s->kernels->softmax_row(&rows[r], true);
    for (uint32_t d = 0; d < hd; d++) {
      float acc = 0;
      for (uint32_t key = rows[r].lo; key < rows[r].hi; key++)
        acc = fmaf(rows[r].s[key - rows[r].base], values[(size_t)key * hd + d], acc);
      mixed[r][d] = acc / rows[r].z;
    }
  }
}

static void keep_statistics(const attend_job *job, const pel_row *row, uint32_t t, uint32_t head) {
  pel_session *s = job->b->s;
  size_t at = (size_t)t * job->info->n_head + head;
  s->m[at] = row->m;
  s->z[at] = row->z;
  s->entropy[at] = row->entropy;
  s->sink[at] = row->lo == 0 ? row->s[0 - row->base] / row->z : 0;
}

static void show_weights(attend_job *job, const pel_row *rows, size_t n, uint32_t t, uint32_t head, pel_scratch *scratch) {
  for (size_t r = 0; r < n; r++) {
    uint32_t keys = rows[r].hi - rows[r].base;
    for (uint32_t j = 0; j < keys; j++) scratch->weights[j] = rows[r].base + j >= rows[r].from ? rows[r].s[j] / rows[r].z : 0;
    pel_event event = {.site = PEL_SITE_WEIGHTS, .layer = job->layer, .first = job->b->first + t + (uint32_t)r, .n_rows = 1};
    event.weights = (pel_attention_weights){head, rows[r].base, keys, scratch->weights};
    if (!pel_batch_shows(job->b, &event)) job->cancelled = true;
  }
}

/* n rows that share a key head: consecutive tokens of one head, or heads of one token. */
static void attend_rows(attend_job *job, uint32_t t, uint32_t head, bool heads_vary, size_t n, uint32_t base,
                        pel_scratch *scratch, pel_row *rows) {
  const pel_session *s = job->b->s;
  const pel_layer_info *info = job->info;
  for (size_t r = 0; r < n; r++) {
    uint32_t token = heads_vary ? t : t + (uint32_t)r, h = heads_vary ? head + (uint32_t)r : head;
    uint32_t position = job->b->first + token;
    rows[r] = (pel_row){.q = s->q + ((size_t)token * info->n_head + h) * info->head_dim, .s = scratch->scores[r],
                        .base = base, .lo = row_start(info, position), .hi = position + 1};
  }
  if (s->exact) {
    exact_rows(job, rows, n, head, scratch->mixed);
  } else {
    uint32_t kv = head / (info->n_head / info->n_kv_head);
    pel_row_spec spec = {info->head_dim, info->scale, info->softcap};
    s->kernels->score_rows(&spec, rows, n, s->cache[job->layer].keys + kv * head_keys(s));
    for (size_t r = 0; r < n; r++) s->kernels->softmax_row(&rows[r], job->wants_statistics);
    s->kernels->mix_rows(rows, n, s->cache[job->layer].values + kv * head_values(s), s->context_padded, info->head_dim,
                         scratch->mixed);
  }
  for (size_t r = 0; r < n; r++) {
    uint32_t token = heads_vary ? t : t + (uint32_t)r, h = heads_vary ? head + (uint32_t)r : head;
    memcpy(job->b->s->attended + ((size_t)token * info->n_head + h) * info->head_dim, scratch->mixed[r],
           info->head_dim * sizeof(float));
    if (job->wants_statistics) keep_statistics(job, &rows[r], token, h);
    if (job->wants_weights && heads_vary) show_weights(job, &rows[r], 1, token, h, scratch);
  }
  if (job->wants_weights && !heads_vary) show_weights(job, rows, n, t, head, scratch);
}

static void clear_columns(pel_scratch *scratch, uint32_t n_keys) {
  size_t padded = pel_round_up(n_keys, PEL_TILE);
  memset(scratch->column_sum, 0, padded * sizeof *scratch->column_sum);
  memset(scratch->column_max, 0, padded / PEL_TILE * sizeof *scratch->column_max);
}

static void show_columns(attend_job *job, uint32_t t, uint32_t n, uint32_t head, uint32_t base, pel_scratch *scratch) {
  pel_event event = {.site = PEL_SITE_COLUMNS, .layer = job->layer, .first = job->b->first + t, .n_rows = n};
  uint32_t n_keys = job->b->first + t + n - base;
  event.columns = (pel_attention_columns){head, base, n_keys, scratch->column_sum, scratch->column_max};
  if (!pel_batch_shows(job->b, &event)) job->cancelled = true;
}

/* Tokens t .. t+n-1 (of one aligned tile) of one head. */
static void attend_tile(attend_job *job, uint32_t t, uint32_t n, uint32_t head, pel_scratch *scratch) {
  uint32_t base = row_start(job->info, job->b->first + t) / PEL_TILE * PEL_TILE;
  if (job->wants_columns) clear_columns(scratch, job->b->first + t + n - base);
  for (uint32_t i = 0; i < n; i += PEL_ROWS_MAX) {
    size_t count = n - i < PEL_ROWS_MAX ? n - i : PEL_ROWS_MAX;
    pel_row rows[PEL_ROWS_MAX];
    attend_rows(job, t + i, head, false, count, base, scratch, rows);
    if (job->wants_columns) job->b->s->kernels->column_rows(rows, count, scratch->column_sum, scratch->column_max);
  }
  if (job->wants_columns) show_columns(job, t, n, head, base, scratch);
}

static void attend_heads(attend_job *job, uint32_t t, uint32_t head, uint32_t n, pel_scratch *scratch) {
  uint32_t base = row_start(job->info, job->b->first + t) / PEL_TILE * PEL_TILE;
  if (job->wants_norms) pel_value_norms_of_heads(job->b, job->layer, t, head, n, scratch);
  for (uint32_t i = 0; i < n; i += PEL_ROWS_MAX) {
    size_t count = n - i < PEL_ROWS_MAX ? n - i : PEL_ROWS_MAX;
    pel_row rows[PEL_ROWS_MAX];
    attend_rows(job, t, head + i, true, count, base, scratch, rows);
    for (size_t r = 0; job->wants_columns && r < count; r++) {
      clear_columns(scratch, job->b->first + t + 1 - base);
      job->b->s->kernels->column_rows(&rows[r], 1, scratch->column_sum, scratch->column_max);
      show_columns(job, t, 1, head + i + (uint32_t)r, base, scratch);
    }
  }
}

static void run_unit(attend_job *job, size_t unit, pel_scratch *scratch) {
  if (job->cancelled) return;
  uint32_t n_head = job->info->n_head, first = job->b->first;
  if (!job->by_head) {
    uint32_t units = n_head / job->heads_a_unit;
    attend_heads(job, (uint32_t)(unit / units), (uint32_t)(unit % units) * job->heads_a_unit, job->heads_a_unit, scratch);
    return;
  }
  /* The longest rows first, so that threads end together. */
  uint32_t tile = job->n_tiles - 1 - (uint32_t)(unit / n_head), head = (uint32_t)(unit % n_head);
  uint32_t start = (first / PEL_TILE + tile) * PEL_TILE, end = start + PEL_TILE;
  if (start < first) start = first;
  if (end > first + job->b->n) end = first + job->b->n;
  attend_tile(job, start - first, end - start, head, scratch);
}

static void run_units(void *data, size_t lo, size_t hi, int thread) {
  attend_job *job = data;
  for (size_t unit = lo; unit < hi; unit++) run_unit(job, unit, &job->b->s->scratch[thread]);
}

static bool show_attention(const attend_job *job) {
  const pel_session *s = job->b->s;
  pel_event event = {.site = PEL_SITE_ATTENTION, .layer = job->layer, .first = job->b->first, .n_rows = job->b->n};
  event.attention = (pel_attention_rows){job->info->n_head, job->info->n_kv_head, job->info->head_dim, s->q16, s->k16,
                                         s->m, s->z, s->entropy, s->sink};
  return pel_batch_shows(job->b, &event);
}

static bool show_value_norms(const attend_job *job) {
  const pel_session *s = job->b->s;
  if (job->by_head) pel_value_norms_of(job->b, job->layer); /* otherwise done with the rows */
  pel_event event = {.site = PEL_SITE_VALUE_NORMS, .layer = job->layer, .first = job->b->first, .n_rows = job->b->n};
  event.value_norms = (pel_value_norms){job->info->n_head, s->value_norm};
  return pel_batch_shows(job->b, &event);
}

pel_status pel_attend(const pel_batch *b, uint32_t layer, pel_error *err) {
  pel_session *s = b->s;
  const pel_layer_info *info = &s->model->layers[layer];
  attend_job job = {.b = b, .layer = layer, .info = info,
                    .wants_statistics = pel_batch_asks(b, PEL_SITE_ATTENTION, layer),
                    .wants_columns = pel_batch_asks(b, PEL_SITE_COLUMNS, layer),
                    .wants_weights = pel_batch_asks(b, PEL_SITE_WEIGHTS, layer),
                    .wants_norms = pel_batch_asks(b, PEL_SITE_VALUE_NORMS, layer)};
  pel_pool_run(s->pool, b->n, 16, store_tokens, &job);
  job.by_head = b->n >= 4;
  job.heads_a_unit = info->n_head / info->n_kv_head;
  job.n_tiles = (b->first + b->n - 1) / PEL_TILE - b->first / PEL_TILE + 1;
  size_t units = job.by_head ? (size_t)job.n_tiles * info->n_head : (size_t)b->n * info->n_kv_head;
  /* A shared key head is read once for all its query heads; with few key heads that leaves threads idle. */
  if (!job.by_head && units < (size_t)pel_pool_threads(s->pool)) {
    job.heads_a_unit = 1;
    units = (size_t)b->n * info->n_head;
  }
  pel_pool_run(s->pool, units, 1, run_units, &job);
  bool go_on = !job.cancelled && (!job.wants_statistics || show_attention(&job)) && (!job.wants_norms || show_value_norms(&job));
  return go_on ? PEL_OK : pel_fail(err, PEL_ERR_CANCELLED, "the run was cancelled");
}
