/* Choosing the next token: penalty, temperature, top-k, top-p, min-p, then one draw. */
#include <float.h>
#include <math.h>
#include <pellucid/model.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "engine/kernels/exp.h"
#include "engine/kernels/kernels.h"

#define RECENT 64

typedef struct candidate {
  pel_token_id id;
  float weight; /* the logit, then exp ((logit - largest) / temperature) */
} candidate;

struct pel_sampler {
  pel_sampler_options options;
  uint32_t n_vocab;
  pel_rng rng;
  candidate *candidates; /* [n_vocab] */
  pel_token_id recent[RECENT];
  uint32_t n_recent;
};

static pel_status check_options(const pel_sampler_options *o, pel_error *err) {
  if (!(o->temperature >= 0 && o->temperature <= 100)) return pel_fail(err, PEL_ERR_USAGE, "the temperature must be 0 to 100");
  if (!(o->top_p > 0 && o->top_p <= 1)) return pel_fail(err, PEL_ERR_USAGE, "top-p must be above 0 and at most 1");
  if (!(o->min_p >= 0 && o->min_p <= 1)) return pel_fail(err, PEL_ERR_USAGE, "min-p must be 0 to 1");
  if (!(o->repeat_penalty > 0 && o->repeat_penalty <= 100)) return pel_fail(err, PEL_ERR_USAGE, "the repeat penalty must be above 0 and at most 100");
  return PEL_OK;
}

pel_status pel_sampler_create(const pel_sampler_options *options, uint32_t n_vocab, pel_sampler **out, pel_error *err) {
  PEL_TRY(check_options(options, err));
  pel_sampler *s = pel_alloc(1, sizeof *s);
  candidate *candidates = pel_alloc(n_vocab, sizeof *candidates);
  if (!s || !candidates) {
    free(s);
    free(candidates);
    return pel_fail_memory(err, "sampler", n_vocab * sizeof *candidates);
  }
  *s = (pel_sampler){.options = *options, .n_vocab = n_vocab, .rng = {options->seed}, .candidates = candidates};
  *out = s;
  return PEL_OK;
}

void pel_sampler_destroy(pel_sampler *s) {
  if (!s) return;
  free(s->candidates);
  free(s);
}

void pel_sampler_accept(pel_sampler *s, pel_token_id id) { s->recent[s->n_recent++ % RECENT] = id; }

/* Divides positive and multiplies negative logits of recent tokens (Keskar et al. 2019), each token once. */
static void penalise(pel_sampler *s) {
  uint32_t n = s->n_recent < RECENT ? s->n_recent : RECENT;
  for (uint32_t i = 0; i < n && s->options.repeat_penalty != 1; i++) {
    bool seen = false;
    for (uint32_t j = 0; j < i; j++) seen |= s->recent[j] == s->recent[i];
    pel_token_id id = s->recent[i];
    if (seen || id < 0 || (uint32_t)id >= s->n_vocab) continue;
    float *logit = &s->candidates[id].weight;
    *logit = *logit > 0 ? *logit / s->options.repeat_penalty : *logit * s->options.repeat_penalty;
  }
}

/* Larger weights first; ties by id, so that the order is one on every machine. */
static bool before(const candidate *a, const candidate *b) {
  return a->weight != b->weight ? a->weight > b->weight : a->id < b->id;
}

static void sift_down(candidate *heap, uint32_t n, uint32_t at) {
  for (;;) {
    uint32_t best = at, child = 2 * at + 1;
    for (uint32_t i = child; i < child + 2 && i < n; i++)
      if (before(&heap[i], &heap[best])) best = i;
    if (best == at) return;
    candidate swapped = heap[at];
    heap[at] = heap[best];
    heap[best] = swapped;
    at = best;
  }
}

static pel_token_id most_likely(const pel_sampler *s) {
  const candidate *best = &s->candidates[0];
  for (uint32_t i = 1; i < s->n_vocab; i++)
    if (s->candidates[i].weight > best->weight) best = &s->candidates[i];
  return best->id;
}

/* Turns logits into weights relative to the largest, drops those under min-p; returns how many stay, in front. */
static uint32_t weigh(pel_sampler *s, double *total) {
  float peak = -INFINITY;
  for (uint32_t i = 0; i < s->n_vocab; i++) peak = fmaxf(peak, s->candidates[i].weight);
  uint32_t kept = 0;
  *total = 0;
  for (uint32_t i = 0; i < s->n_vocab; i++) {
    candidate c = s->candidates[i];
    c.weight = c.weight == peak ? 1 : pel_exp((c.weight - peak) / s->options.temperature);
    if (!(c.weight > 0) || c.weight < s->options.min_p) continue;
    *total += (double)c.weight;
    s->candidates[kept++] = c;
  }
  return kept;
}

/* Takes the largest off the heap until top-k or top-p is reached: they end up behind the rest, from `first` to n - 1. */
static uint32_t cut(pel_sampler *s, uint32_t n, double *total) {
  candidate *heap = s->candidates;
  for (uint32_t i = n / 2; i-- > 0;) sift_down(heap, n, i);
  uint32_t most = s->options.top_k && s->options.top_k < n ? s->options.top_k : n, left = n;
  double kept = 0, wanted = (double)s->options.top_p * *total;
  while (left && n - left < most && (n == left || kept < wanted)) {
    candidate largest = heap[0];
    heap[0] = heap[--left];
    heap[left] = largest;
    sift_down(heap, left, 0);
    kept += (double)largest.weight;
  }
  *total = kept;
  return left;
}

pel_token_id pel_sampler_pick(pel_sampler *s, const float *logits) {
  for (uint32_t i = 0; i < s->n_vocab; i++)
    s->candidates[i] = (candidate){(pel_token_id)i, isnan(logits[i]) ? -FLT_MAX : logits[i]};
  penalise(s);
  if (s->options.temperature == 0) return most_likely(s);
  double total;
  uint32_t n = weigh(s, &total), first = 0;
  if (s->options.top_k || s->options.top_p < 1) first = cut(s, n, &total);
  double target = pel_rng_uniform(&s->rng) * total;
  for (uint32_t i = first; i < n; i++) {
    target -= (double)s->candidates[i].weight;
    if (target < 0) return s->candidates[i].id;
  }
  return s->candidates[n - 1].id;
}

/* Sums of exp over a vocabulary, in chunks of softmax rows that fit in cache, joined in double precision. */
typedef struct logit_sums {
  double peak, z, h; /* z = sum e^(x - peak), h = sum e^(x - peak) (x - peak) */
} logit_sums;

static void join(logit_sums *all, double m, double z, double h) {
  double peak = all->peak > m ? all->peak : m, a = exp(all->peak - peak), b = exp(m - peak);
  double h_all = a > 0 ? a * (all->h + all->z * (all->peak - peak)) : 0, h_row = b > 0 ? b * (h + z * (m - peak)) : 0;
  *all = (logit_sums){peak, a * all->z + b * z, h_all + h_row};
}

static logit_sums sum_logits(const float *logits, uint32_t n) {
  enum { CHUNK = 2048 };
  _Alignas(64) float s[CHUNK];
  logit_sums sums = {-INFINITY, 0, 0};
  for (uint32_t at = 0; at < n; at += CHUNK) {
    uint32_t count = n - at < CHUNK ? n - at : CHUNK, padded = (count + PEL_KEYS - 1) / PEL_KEYS * PEL_KEYS;
    memcpy(s, logits + at, count * sizeof *s);
    for (uint32_t i = count; i < padded; i++) s[i] = PEL_FORBIDDEN;
    pel_row row = {.s = s, .hi = count, .to = padded};
    pel_kernels_get()->softmax_row(&row, true);
    double z = (double)row.z;
    join(&sums, (double)row.m, z, z * (log(z) - (double)row.entropy));
  }
  return sums;
}

/* The five largest, ties by id. */
static uint32_t find_top(const float *logits, uint32_t n, candidate top[5]) {
  uint32_t n_top = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (n_top == 5 && !(logits[i] > top[4].weight)) continue;
    uint32_t at = n_top < 5 ? n_top++ : 4;
    for (; at > 0 && logits[i] > top[at - 1].weight; at--) top[at] = top[at - 1];
    top[at] = (candidate){(pel_token_id)i, logits[i]};
  }
  return n_top;
}

void pel_logit_statistics(const float *logits, uint32_t n, pel_token_id id, float *logprob, pel_logit_stats *out) {
  candidate top[5];
  uint32_t n_top = find_top(logits, n, top);
  logit_sums sums = sum_logits(logits, n);
  double log_z = log(sums.z);
  *logprob = (float)((double)logits[id] - sums.peak - log_z);
  out->entropy = (float)(log_z - sums.h / sums.z);
  double first = exp((double)top[0].weight - sums.peak), second = n_top > 1 ? exp((double)top[1].weight - sums.peak) : 0;
  out->margin = (float)((first - second) / sums.z);
  for (uint32_t i = 0; i < 5; i++) {
    out->top[i] = i < n_top ? top[i].id : -1;
    out->top_logprob[i] = i < n_top ? (float)((double)top[i].weight - sums.peak - log_z) : NAN;
  }
}
